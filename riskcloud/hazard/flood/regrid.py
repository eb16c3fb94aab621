"""A raster on the cells of another, some rows at a time."""

from pathlib import Path
from typing import Final

import numpy as np

from riskcloud.geo.elevation import jacobian, lon_lat
from riskcloud.geo.overlay.raster import RasterLayer
from riskcloud.geo.overlay.sample import sample_pixels
from riskcloud.types import Floats

_COLUMNS: Final = 33  # at which places are turned from one system to the other


class Regrid:
    """Values of ``of`` at the middles of the cells of ``to``; NaN where it has none.

    Between the middles of its cells where these are the larger ones and ``smooth``, else of the
    cell a middle lies in. ``notes`` say so where the two grids differ.
    """

    def __init__(self, of: RasterLayer, to: RasterLayer, *, smooth: bool = True) -> None:
        self.of, self.to = of, to
        same = of.crs.equals(to.crs, ignore_axis_order=True)
        self.shift: tuple[float, float] | None = None
        if same and np.allclose(of.transform[:2] + of.transform[3:5],
                                to.transform[:2] + to.transform[3:5], rtol=1e-9, atol=0.0):
            a, b, c, d, e, f = of.transform
            x, y = np.linalg.solve([[a, b], [d, e]],
                                   [to.transform[2] - c, to.transform[5] - f])
            self.shift = float(x), float(y)
        on_lattice = self.shift is not None and bool(
            np.allclose(self.shift, np.round(self.shift), atol=1e-3))
        size, other = (_cell_m(layer, to) for layer in (of, to))
        self.method = "bilinear" if smooth and not on_lattice and size > other else "nearest"
        self.notes = () if on_lattice else (
            f"{Path(of.source).name}: resampled from cells of {size:.0f} m to those of the DEM, "
            + ("straight between them" if self.method == "bilinear" else "each that of its cell"),)

    def rows(self, rows: slice) -> Floats:
        """Return values (n_rows, nx) of some rows of ``to``."""
        u, v = self._pixels(rows)
        found = sample_pixels(self.of, u.reshape(-1), v.reshape(-1), method=self.method)
        if found.notes:  # one a strip, each with its own count
            said = (f"{Path(self.of.source).name}: numbers such as -9999 taken as nodata, which "
                    "the file does not declare")
            self.notes = tuple(dict.fromkeys((*self.notes, said)))
        return found.value[:, 0].reshape(u.shape)

    def _pixels(self, rows: slice) -> tuple[Floats, Floats]:
        """Return fractional columns and rows of ``of``, (n_rows, nx) both."""
        down = np.arange(rows.start, rows.stop) + 0.5
        across = np.arange(self.to.width) + 0.5
        if self.shift is not None:
            return (np.broadcast_to(across + self.shift[0], (len(down), len(across))).copy(),
                    np.broadcast_to((down + self.shift[1])[:, None],
                                    (len(down), len(across))).copy())
        nodes = np.linspace(across[0], across[-1], _COLUMNS)
        ends = down[[0, -1]]
        lon, lat = lon_lat(self.to, np.tile(nodes, 2), np.repeat(ends, len(nodes)))
        share = np.linspace(0.0, 1.0, len(down))[:, None]
        u, v = (np.stack([np.interp(across, nodes, line) for line in axis.reshape(2, -1)])
                for axis in self.of.pixels(lon, lat))
        return (u[0] * (1.0 - share) + u[1] * share, v[0] * (1.0 - share) + v[1] * share)


def _cell_m(layer: RasterLayer, near: RasterLayer) -> float:
    """Return the side of a layer's cells [m] where another lies."""
    lon, lat = lon_lat(near, np.array([0.5 * near.width]), np.array([0.5 * near.height]))
    per_m = jacobian(layer, lon, lat).reshape(2, 2)
    return float(abs(np.linalg.det(per_m)) ** -0.5)
