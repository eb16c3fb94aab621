"""The ground under the insured locations, as a surge needs it: surveyed, or of a DEM."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from riskcloud.exposure.portfolio import Portfolio
from riskcloud.geo.elevation import Elevation, open_elevation, sample_elevation
from riskcloud.geo.raster import is_land
from riskcloud.types import Floats
from riskcloud.units import FOOT

IN_FEET = 1
"""OED code of the foot; the other, 2, is the metre."""
COLUMN = "ground elevation of {n} location(s) from the portfolio (GroundElevation)"
FROM_DEM = "ground elevation of {n} location(s) from the elevation given"
NO_UNIT = ("GroundElevation without GroundElevationUnit in {n} location(s): feet taken, as OED has "
           "it; 2 in GroundElevationUnit is metres")
LOWEST_M = -7.0
"""No land behind a coast lies lower (the lowest polders of the Netherlands do, 6.8 m; cited from
memory): lower cells are water. Ours."""
BELOW = ("{n} location(s) lie below 0 m by the elevation given (down to {lowest} m): what keeps "
         "the sea out of them is not known; FloodDefenseHeight says how high it stands")
SEA_FLOOR = ("{n} location(s) lie lower than land can ({least} m) by the elevation given: its "
             "cells there are water, their ground is not known")
NO_GROUND = ("ground elevation of {n} location(s) not known: give --dem, or the column "
             "GroundElevation; where water comes their depth is unknown, not 0")


@dataclass(frozen=True, slots=True)
class Ground:
    """Ground at locations [m], NaN unknown; whether it is of the portfolio; the DEM; notes."""

    height_m: Floats
    surveyed: int
    elevation: Elevation | None
    notes: tuple[str, ...]


def ground_of(portfolio: Portfolio, dem: Sequence[Path]) -> Ground:
    """Return the ground's elevation at a portfolio's locations.

    The portfolio's own (GroundElevation) goes before the DEM's. The shipped relief is too coarse
    for it and is not used. Land below 0 is as low as the DEM has it, to ``LOWEST_M``; where the
    land mask has none the sea's floor counts as 0.

    Raises
    ------
    InputError : every fault of the elevation's files.
    """
    table = portfolio.table
    height, notes = np.full(len(table), np.nan), []
    if "ground_elevation" in table:
        given = table["ground_elevation"].to_numpy(np.float64)
        unit = table["ground_elevation_unit"].to_numpy(np.int64)
        height = np.where(unit == IN_FEET, given * FOOT, given)
        used = portfolio.columns_used
        if np.isfinite(given).any() and used and "ground_elevation_unit" not in used.values():
            notes.append(NO_UNIT.format(n=int(np.isfinite(given).sum())))
    surveyed = int(np.isfinite(height).sum())
    notes += [COLUMN.format(n=surveyed)] * (surveyed > 0)
    elevation = open_elevation(dem) if dem else None
    if elevation is not None:
        open_rows = np.flatnonzero(np.isnan(height))
        height[open_rows], said = _of_dem(elevation, *(
            table[axis].to_numpy(np.float64)[open_rows] for axis in ("lon", "lat")))
        notes += [FROM_DEM.format(n=int(np.isfinite(height).sum()) - surveyed), *said,
                  *elevation.notes]
    unknown = int(np.isnan(height).sum())
    notes += [NO_GROUND.format(n=unknown)] * (unknown > 0)
    return Ground(np.asarray(height), surveyed, elevation, tuple(notes))


def _of_dem(elevation: Elevation, lon: Floats, lat: Floats) -> tuple[Floats, list[str]]:
    """Return the DEM's ground at locations (n,) [m], NaN unknown, and what is said of low ones."""
    height = sample_elevation(elevation, lon, lat)
    low = np.flatnonzero(height < 0.0)
    height[low] = np.where(is_land(lon[low], lat[low]), height[low], 0.0)
    floor = height < LOWEST_M
    height[floor] = np.nan
    n_floor, n_below = int(floor.sum()), int((height < 0.0).sum())
    notes = [SEA_FLOOR.format(n=n_floor, least=f"{LOWEST_M:g}")] * (n_floor > 0)
    if n_below:
        notes.append(BELOW.format(n=n_below, lowest=f"{np.nanmin(height):.1f}"))
    return height, notes
