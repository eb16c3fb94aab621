"""The terrain that runoff collects on: a DEM read whole, its voids, its sea, its cells' areas."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError, Problem
from riskcloud.geo.elevation import jacobian, lon_lat, open_elevation
from riskcloud.geo.elevation_windows import read_window, whole_window
from riskcloud.geo.overlay.raster import RasterLayer
from riskcloud.geo.raster import is_land
from riskcloud.hazard.flood.depressions import MOST_CELLS, Depressions, find_depressions
from riskcloud.kernels import elevation as kernel
from riskcloud.types import Floats, Ints
from riskcloud.units import KM

COARSE_M: Final = 31.0
"""Cells of one second of arc at most: larger ones see no streets. Ours."""
COARSEST_M: Final = 250.0
"""Larger cells see no depression of a town at all, and are refused. Ours."""
BRIDGED_CELLS: Final = 25
"""Voids of so few cells are bridged from the ground around; larger ones are water, or unknown, and
the runoff that reaches them leaves. Ours."""
MARGIN_M: Final = 10_000.0
"""How far beyond the sites a DEM reaches that is cut to them: catchments of hollows in a town are
smaller. Ours."""
CUT: Final = "the DEM is larger than memory holds: cut to {km:g} km around the sites"
_STRIP: Final = 256  # rows looked at together
_ROWS: Final = 65  # of which cells are measured; between them the sizes change evenly


@dataclass(frozen=True, slots=True)
class Ground:
    """A terrain with its depressions.

    layer: where its cells are (nothing is read through it). depressions: of the terrain, voids
    bridged. bridged (n,): cells that have no value of their own. cell_m: side of a cell.
    """

    layer: RasterLayer
    depressions: Depressions
    bridged: Ints
    cell_m: float
    source: str
    notes: tuple[str, ...] = ()


def read_ground(dem: Path | str | Sequence[Path | str], *, unit: str | None = None,
                around: tuple[Floats, Floats] | None = None) -> Ground:
    """Return a terrain with its depressions from a DEM, as ``geo.elevation.open_elevation`` has it.

    Parameters
    ----------
    dem : a raster in metres or feet (by its own word, or FILE@ft) in any reference system, also in
        degrees; or several, or a folder, of one lattice.
    unit : of files that name none (m, ft, us-ft).
    around : lon, lat (n,) of sites [degrees WGS84]; a DEM of more than ``MOST_CELLS`` is cut to the
        box around them, ``MARGIN_M`` wider on each side.

    Runoff leaves at the edge, at voids of more than ``BRIDGED_CELLS`` cells, and at the sea: cells
    at 0 m or below where the shipped land mask has none.

    Raises
    ------
    InputError : no DEM, no elevations; cells larger than ``COARSEST_M``; more than ``MOST_CELLS``.
    """
    paths = [dem] if isinstance(dem, str | Path) else list(dem)
    elevation = open_elevation(paths, unit=unit)
    tile, cells, n_others = whole_window(elevation)
    name = Path(tile.layer.source).name
    layer, notes = _window(tile.layer, cells), []
    if layer.width * layer.height > MOST_CELLS and around is not None:
        cells = _cut(layer, cells, *around)
        layer = _window(tile.layer, cells)
        notes.append(CUT.format(km=MARGIN_M / KM))
    _check_size(layer, name)
    cell = _cells(layer)
    cell_m = float(np.sqrt(cell[:, 0].mean()))
    notes += _check_cells(cell_m, name)
    values = read_window(elevation, tile, cells)
    if not (~np.isnan(values)).any():
        raise InputError(f"{name}: the DEM holds no elevation")
    bridged, more = _bridge(values)
    n_sea = _clear_sea(values, layer)
    notes += [*elevation.notes, *more]
    if n_others:
        notes.append(f"{n_others} raster(s) of elevation on another grid than {name} left out")
    if n_sea:
        notes.append(f"{n_sea} cell(s) of the DEM are sea: runoff leaves there")
    if bool(np.isnan(values).all()):
        raise InputError(f"{name}: the DEM holds nothing but sea")
    return Ground(layer, find_depressions(values, cell), bridged, cell_m, elevation.source,
                  tuple(notes))


def _window(layer: RasterLayer, cells: tuple[int, int, int, int]) -> RasterLayer:
    """Return the layer of a window (left, top, right, bottom) of a layer's cells."""
    left, top, right, bottom = cells
    a, b, c, d, e, f = layer.transform
    return replace(layer, width=right - left, height=bottom - top, bands=(1,),
                   transform=(a, b, c + a * left + b * top, d, e, f + d * left + e * top))


def _cut(layer: RasterLayer, cells: tuple[int, int, int, int], lon: Floats, lat: Floats,
         ) -> tuple[int, int, int, int]:
    """Return the part of a window around the sites that lie in it; all of it where none does."""
    u, v = layer.pixels(lon, lat)
    inside = (u >= 0.0) & (v >= 0.0) & (u < layer.width) & (v < layer.height)
    if not inside.any():
        return cells
    per_m = np.abs(jacobian(layer, lon[inside], lat[inside])).max(axis=0)
    found = []
    for axis, size, wide in ((u[inside], layer.width, per_m[:2].max()),
                             (v[inside], layer.height, per_m[2:].max())):
        margin = MARGIN_M * float(wide)
        found.append((max(int(axis.min() - margin), 0), min(int(axis.max() + margin) + 1, size)))
    (left, right), (top, bottom) = found
    return cells[0] + left, cells[1] + top, cells[0] + right, cells[1] + bottom


def _check_size(layer: RasterLayer, name: str) -> None:
    n = layer.width * layer.height
    if n > MOST_CELLS:
        raise InputError(f"{name}: {n / 1e6:.0f} million cells, at most {MOST_CELLS / 1e6:.0f} "
                         "million are held in memory", [Problem(
                             0, "dem", name, "cut it to the catchments of the sites (gdalwarp -te) "
                             "or average it to larger cells (gdalwarp -tr -r average)")])
    if min(layer.width, layer.height) < 3:
        raise InputError(f"{name}: {layer.width} x {layer.height} cells hold no depression")


def _check_cells(cell_m: float, name: str) -> list[str]:
    if cell_m > COARSEST_M:
        raise InputError(f"{name}: cells of {cell_m:.0f} m", [Problem(
            0, "dem", name, f"too coarse for depressions in a town: give a DEM of 30 m or finer, "
            f"at most {COARSEST_M:.0f} m")])
    return [f"cells of {cell_m:.0f} m see no streets, kerbs or walls: only wide hollows are found"
            ] * (cell_m > COARSE_M)


def _cells(layer: RasterLayer) -> Floats:
    """Return area, width and height (ny, 3) of the cells of each row [m2, m, m], at its middle.

    On the Earth's mean sphere; depths rest on ratios of areas alone.
    """
    rows = np.unique(np.linspace(0.5, layer.height - 0.5, _ROWS))
    lon, lat = lon_lat(layer, np.full(len(rows), 0.5 * layer.width), rows)
    per_m = jacobian(layer, lon, lat)
    size = np.linalg.inv(per_m.reshape(-1, 2, 2))  # metres east and north per column, per row
    measured = (np.abs(np.linalg.det(size)), np.hypot(size[:, 0, 0], size[:, 1, 0]),
                np.hypot(size[:, 0, 1], size[:, 1, 1]))
    every = np.arange(layer.height) + 0.5
    return np.column_stack([np.interp(every, rows, one) for one in measured])


def _bridge(values: npt.NDArray[np.float32]) -> tuple[Ints, list[str]]:
    """Bridge small voids in place; return which cells, and notes on voids."""
    from scipy.ndimage import label

    void = np.isnan(values)
    if not void.any():
        return np.zeros(0, np.int64), []
    labels, n_voids = label(void, np.ones((3, 3), int))
    small = np.bincount(labels.reshape(-1), minlength=n_voids + 1) <= BRIDGED_CELLS
    small[0] = False
    where, filled = [], []
    for first in range(0, len(values), _STRIP):
        here = small[labels[first:first + _STRIP]]
        if not here.any():
            continue
        value = np.empty(here.shape, np.float32)
        kernel.bridge(values, first, BRIDGED_CELLS, value, np.empty_like(value))
        at = np.flatnonzero(here & ~np.isnan(value))
        where.append(at + first * values.shape[1])
        filled.append(value.reshape(-1)[at])
    cells = np.concatenate(where) if where else np.zeros(0, np.int64)
    if len(cells):
        values.reshape(-1)[cells] = np.concatenate(filled)
    n_left = int(void.sum()) - len(cells)
    notes = [f"{len(cells)} cell(s) of the DEM in small voids bridged from the ground around; "
             "their depth is not told"] * (len(cells) > 0)
    return cells, notes + [f"{n_left} cell(s) of the DEM have no value: runoff that reaches them "
                           "leaves"] * (n_left > 0)


def _clear_sea(values: npt.NDArray[np.float32], layer: RasterLayer) -> int:
    """Make cells of the sea outlets, in place; return how many."""
    n_sea = 0
    for first in range(0, len(values), _STRIP):
        part = values[first:first + _STRIP]
        row, column = np.nonzero(part <= 0.0)
        if len(row):
            lon, lat = lon_lat(layer, np.asarray(column + 0.5, np.float64),
                               np.asarray(row + first + 0.5, np.float64))
            sea = ~is_land(lon, np.clip(lat, -90.0, 90.0))
            part[row[sea], column[sea]] = np.nan
            n_sea += int(sea.sum())
    return n_sea
