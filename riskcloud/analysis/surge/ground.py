"""The ground under the insured locations, as a surge needs it: surveyed, or of a DEM."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from riskcloud.exposure.portfolio import Portfolio
from riskcloud.geo.elevation import Elevation, open_elevation, sample_elevation
from riskcloud.types import Floats
from riskcloud.units import FOOT

IN_FEET = 1
"""OED code of the foot; the other, 2, is the metre."""
COLUMN = "ground elevation of {n} location(s) from the portfolio (GroundElevation)"
FROM_DEM = "ground elevation of {n} location(s) from the elevation given"
NO_UNIT = ("GroundElevation without GroundElevationUnit in {n} location(s): feet taken, as OED has "
           "it; 2 in GroundElevationUnit is metres")
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
    for it and is not used.

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
        height[open_rows] = sample_elevation(
            elevation, table["lon"].to_numpy(np.float64)[open_rows],
            table["lat"].to_numpy(np.float64)[open_rows])
        notes += [FROM_DEM.format(n=int(np.isfinite(height).sum()) - surveyed), *elevation.notes]
    unknown = int(np.isnan(height).sum())
    notes += [NO_GROUND.format(n=unknown)] * (unknown > 0)
    return Ground(np.asarray(height), surveyed, elevation, tuple(notes))
