"""Areas shaken at least so strongly: a model's isoseismals, to be held against a survey."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from riskcloud.types import Floats
from riskcloud.units import EARTH_RADIUS_M, KM

ROWS: Final = 512
"""Rows of the grid worked on at a time: keeps memory flat."""


def felt_areas(intensity_at: Callable[[Floats, Floats], Floats], lon: float, lat: float, *,
               degrees: Sequence[int] = (6, 7, 8), reach_km: float = 150.0, cell_km: float = 0.5,
               ) -> dict[int, float]:
    """Area [km2] with at least each degree, on a fine grid of equal areas.

    Parameters
    ----------
    intensity_at : intensity at (lon, lat), each (n,) degrees; degree n is [n - 0.5, n + 0.5).
    lon, lat : centre, degrees.
    degrees : the degrees wanted.
    reach_km, cell_km : half side of the square looked at, and of a cell of it [km].

    Returns
    -------
    degree -> area [km2]. An area that reaches the edge of the square is a lower bound.

    Source
    ------
    Lambert's cylindrical equal-area projection on a sphere of the Earth's mean radius about the
    centre's latitude (Snyder 1987, USGS Professional Paper 1395, eq. 10-1 and 10-2).
    """
    radius_km = EARTH_RADIUS_M / KM
    centres = np.arange(-reach_km + 0.5 * cell_km, reach_km, cell_km)
    cos_lat = np.cos(np.radians(lat))
    x_deg = lon + np.degrees(centres / (radius_km * cos_lat))
    y_deg = np.degrees(np.arcsin(np.sin(np.radians(lat)) + centres * cos_lat / radius_km))
    cells = dict.fromkeys(degrees, 0)
    for begin in range(0, len(y_deg), ROWS):
        rows = y_deg[begin:begin + ROWS]
        found = intensity_at(np.tile(x_deg, len(rows)), np.repeat(rows, len(x_deg)))
        for one in degrees:
            cells[one] += int(np.count_nonzero(found >= one - 0.5))
    return {one: n * cell_km * cell_km for one, n in cells.items()}
