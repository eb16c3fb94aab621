"""A ShakeMap grid at sites."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from riskcloud.errors import InputError, ModelError
from riskcloud.geo.points import nearest_window
from riskcloud.types import Floats, Shaking, ShakingGrid

METHODS: Final = ("bilinear", "nearest")
MODEL: Final = "shakemap"
CHUNK: Final = 1 << 18
"""Sites sampled at a time: keeps memory flat."""


def shaking_from_grid(grid: ShakingGrid, lon: Floats, lat: Floats,
                      measures: Sequence[str] | None = None, *, method: str = "bilinear",
                      ) -> list[Shaking]:
    """Return what a grid says at sites, one Shaking a measure, in the order asked for.

    Parameters
    ----------
    grid : as ``read_shaking_grid`` returns it.
    lon, lat : (n_sites,) degrees WGS84, lon in any window.
    measures : names as in the grid; None is all it has.
    method : ``bilinear`` between cell centres, or the ``nearest`` cell.

    Returns
    -------
    Medians and total standard deviations, NaN outside the grid and where a cell that counts is
    silent; tau and phi are NaN: a ShakeMap gives the total alone.

    Raises
    ------
    ModelError : a measure that the grid lacks. InputError : an unknown method.
    """
    if method not in METHODS:
        raise InputError(f"method {method!r}: expected one of {', '.join(METHODS)}")
    wanted = list(grid.median) if measures is None else list(measures)
    if missing := [name for name in wanted if name not in grid.median]:
        raise ModelError(f"the grid has no {', '.join(missing)}; it has "
                         f"{', '.join(grid.median)}")
    layers = [layer for name in wanted for layer in (grid.median[name], grid.sigma_ln.get(name))
              if layer is not None]
    found = iter(_sampled(grid, layers, lon, lat, method))
    silent = np.full(len(lon), np.nan)
    shakings = []
    for name in wanted:
        median = next(found)
        given = name in grid.sigma_ln
        notes = () if given else (f"no uncertainty of {name} in the grid",)
        shakings.append(Shaking(
            measure=name, unit=grid.unit[name], model=MODEL, median=median,
            sigma_ln=next(found) if given else silent, tau_ln=silent, phi_ln=silent,
            notes=notes))
    return shakings


def _sampled(grid: ShakingGrid, layers: Sequence[Floats], lon: Floats, lat: Floats, method: str,
             ) -> list[Floats]:
    """Return each layer at the sites."""
    out = [np.full(len(lon), np.nan) for _ in layers]
    middle = 0.5 * (grid.lon[0] + grid.lon[-1])
    for begin in range(0, len(lon), CHUNK):
        part = slice(begin, begin + CHUNK)
        x = _place(grid.lon, nearest_window(np.asarray(lon[part], np.float64), float(middle)))
        y = _place(grid.lat, np.asarray(lat[part], np.float64))
        for values, layer in zip(out, layers, strict=True):
            values[part] = _at(layer, x, y, method)
    return out


def _place(centres: Floats, at: Floats) -> Floats:
    """Return fractional positions among evenly spaced centres."""
    step = (centres[-1] - centres[0]) / (len(centres) - 1)
    return np.asarray((at - centres[0]) / step)


def _at(layer: Floats, x: Floats, y: Floats, method: str) -> Floats:
    ny, nx = layer.shape
    reach = 0.5 if method == "nearest" else 1e-9
    inside = (x >= -reach) & (x <= nx - 1 + reach) & (y >= -reach) & (y <= ny - 1 + reach)
    out = np.full(len(x), np.nan)
    if method == "nearest":
        column = np.clip(np.rint(x[inside]), 0, nx - 1).astype(np.int64)
        row = np.clip(np.rint(y[inside]), 0, ny - 1).astype(np.int64)
        out[inside] = layer[row, column]
        return out
    px, py = np.clip(x[inside], 0.0, nx - 1.0), np.clip(y[inside], 0.0, ny - 1.0)
    column = np.minimum(px.astype(np.int64), nx - 2)
    row = np.minimum(py.astype(np.int64), ny - 2)
    fx, fy = px - column, py - row
    total = np.zeros(len(px))
    for dy, dx in ((0, 0), (0, 1), (1, 0), (1, 1)):
        weight = (fy if dy else 1.0 - fy) * (fx if dx else 1.0 - fx)
        with np.errstate(invalid="ignore"):  # a silent cell counts only where it has a weight
            total += np.where(weight > 0.0, weight * layer[row + dy, column + dx], 0.0)
    out[inside] = total
    return out
