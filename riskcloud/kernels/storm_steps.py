"""One step of six hours in a storm's life: land under it, its pressure deficit, its motion.

Deficits are in hPa here, the unit of best tracks, whose round figures the residuals carry; grids
are regular in longitude and latitude, their first node and step given.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

Array = npt.NDArray[Any]

STEP_H = 6.0
LOOKS = 12
"""Looks at the land mask along a step: every half hour, 9 km at 5 m/s."""
SATURATION_HPA = 45.0
"""Deficit from which the spread of changes and the pull of a place no longer grow."""
WEAK_HPA = 30.0
"""Deficit from which the lift of a place no longer counts."""
YOUNG_STEPS = 12.0
"""Steps in which a storm counts as young, ever less: three days."""
NEAR_PEAK = 0.8
"""A storm with this share of its largest deficit so far or more is near its peak."""
METRES_A_DEGREE = 111194.9
"""On the mean sphere."""
N_PARAMETERS = 30
LAND_WEST, LAND_SOUTH, LAND_STEP = 95.0, 0.0, 0.1
"""First cell's corner of the land grid and its step [degrees]."""


@njit(cache=True, nogil=True, error_model="numpy")
def land_code(codes: Array, lon: float, lat: float) -> int:
    """Return a grid's code (n_lat, n_lon) of land at a place; 0, sea, outside of it."""
    i = int(np.floor((lat - LAND_SOUTH) / LAND_STEP))
    j = int(np.floor((lon - LAND_WEST) / LAND_STEP))
    if i < 0 or j < 0 or i >= codes.shape[0] or j >= codes.shape[1]:
        return 0
    return int(codes[i, j])


@njit(cache=True, nogil=True, error_model="numpy")
def land_shares(near: Array, lon: float, lat: float, to_lon: float,
                to_lat: float) -> tuple[float, float, float]:
    """Return the mean shares of land around a storm along a straight step.

    near (3, n_lat, n_lon): shares of mainland, islands and the high island around each cell.
    """
    mainland = island = high = 0.0
    for k in range(LOOKS):
        along = (k + 0.5) / LOOKS
        i = int(np.floor((lat + along * (to_lat - lat) - LAND_SOUTH) / LAND_STEP))
        j = int(np.floor((lon + along * (to_lon - lon) - LAND_WEST) / LAND_STEP))
        if i >= 0 and j >= 0 and i < near.shape[1] and j < near.shape[2]:
            mainland += near[0, i, j]
            island += near[1, i, j]
            high += near[2, i, j]
    return mainland / LOOKS, island / LOOKS, high / LOOKS


@njit(cache=True, nogil=True, error_model="numpy")
def steps_over_land(near: Array, lon: Array, lat: Array, to_lon: Array, to_lat: Array,
                    out: Array) -> None:
    """Write land_shares of steps (n,) into out (3, n): mainland, islands, the high island."""
    for i in range(len(lon)):
        out[0, i], out[1, i], out[2, i] = land_shares(near, lon[i], lat[i], to_lon[i], to_lat[i])


@njit(cache=True, nogil=True, error_model="numpy")
def place(value: float, first: float, step: float, n: int) -> tuple[int, float]:
    """Return the node at or before a value and the weight of the next; clamped to the grid."""
    at = min(max((value - first) / step, 0.0), n - 1.0)
    i = min(int(at), n - 2)
    return i, at - i


@njit(cache=True, nogil=True, error_model="numpy")
def at_place(grid: Array, axes: Array, lon: float, lat: float) -> float:
    """Bilinear value of grid (n_lat, n_lon); axes (4,): first lon, step, first lat, step."""
    j, b = place(lon, axes[0], axes[1], grid.shape[1])
    i, a = place(lat, axes[2], axes[3], grid.shape[0])
    return ((1.0 - a) * ((1.0 - b) * grid[i, j] + b * grid[i, j + 1])
            + a * ((1.0 - b) * grid[i + 1, j] + b * grid[i + 1, j + 1]))


@njit(cache=True, nogil=True, error_model="numpy")
def month_of(day: float) -> tuple[int, int, float]:
    """Return the months whose middles enclose a day of the year, 0 to 11, and the later's weight.

    Days run 0 to 365.25 and may lie outside (they wrap).
    """
    at = (day / 365.25) % 1.0 * 12.0 - 0.5
    first = int(np.floor(at))
    return first % 12, (first + 1) % 12, at - first


@njit(cache=True, nogil=True, error_model="numpy")
def in_season(grid: Array, axes: Array, day: float, lon: float, lat: float) -> float:
    """Value of grid (12, n_lat, n_lon) at a day and place, linear in all three."""
    first, second, weight = month_of(day)
    return ((1.0 - weight) * at_place(grid[first], axes, lon, lat)
            + weight * at_place(grid[second], axes, lon, lat))


@njit(cache=True, nogil=True, error_model="numpy")
def season_of(day: float) -> float:
    """Cosine of the year that peaks at the end of August, when the sea is warmest."""
    return float(np.cos(2.0 * np.pi * (day - 240.0) / 365.25))


@njit(cache=True, nogil=True, error_model="numpy")
def youth(age: float) -> float:
    """1 at birth, falling to 0 after so many steps: storms grow first."""
    return max(1.0 - age / YOUNG_STEPS, 0.0)


@njit(cache=True, nogil=True, error_model="numpy")
def weakness(deficit: float) -> float:
    """1 without a deficit, falling to 0 at WEAK_HPA: part of the lift of a place that counts."""
    return max(1.0 - max(deficit, 0.0) / WEAK_HPA, 0.0)


@njit(cache=True, nogil=True, error_model="numpy")
def deficit_ahead(deficit: float, d1: float, d2: float, d3: float, land_before: float,
                  peak: float, age: float, mainland: float, island: float, high: float,
                  lat: float, east: float, north: float, season: float, potential: float,
                  pull: float, lift: float, scatter: float, p: Array) -> tuple[float, float]:
    """Mean and spread [hPa] of the deficit six hours on.

    deficit now, d1 ... d3 its last three changes of six hours, land_before the share of land around
    the last step, peak the largest deficit so far, age in steps since birth; mainland, island,
    high (the high island) those of the coming one; lat, potential, pull, lift, scatter: at its
    end; east, north its motion [m/s]; p (N_PARAMETERS,) as intensity.PARAMETERS names them.
    """
    over_land = mainland + island + high
    scale = min(max(deficit, 0.0), SATURATION_HPA)
    change = (p[0] + (p[1] * (1.0 - land_before) + p[2] * land_before) * d1 + p[3] * d2
              + p[4] * d3 + p[5] * deficit + p[6] * deficit * deficit / potential
              + p[7] * potential + p[8] * lat + p[9] * lat * lat + p[10] * deficit * lat
              + p[11] * land_before * deficit + p[12] * east + p[13] * north + p[14] * season
              + p[15] * season * deficit + p[16] * (1.0 - deficit / peak) + p[17] * youth(age)
              + p[18] * (peak - deficit) + pull * max(deficit, 0.0) / SATURATION_HPA
              + lift * weakness(deficit))
    ahead = deficit + (1.0 - over_land) * change
    if over_land > 0.0 and ahead > 0.0:
        strength = max(deficit, 0.0)
        rate = ((p[19] + p[20] * strength) * mainland
                + (p[21] + p[22] * strength) * island
                + (p[23] + p[24] * strength) * high) / over_land
        ahead *= np.exp(-STEP_H * rate * over_land ** p[25])
    spread = (scatter * (1.0 - over_land) * (p[26] + p[27] * scale)
              + over_land * (p[28] + p[29] * scale))
    return ahead, spread


@njit(cache=True, nogil=True, error_model="numpy")
def drawn(quantiles: Array, row: int, u: float) -> float:
    """Value of a distribution at probability u: quantiles (n_rows, n), evenly spaced 0 to 1."""
    at = u * (quantiles.shape[1] - 1)
    i = min(int(at), quantiles.shape[1] - 2)
    return float(quantiles[row, i] + (at - i) * (quantiles[row, i + 1] - quantiles[row, i]))


@njit(cache=True, nogil=True, error_model="numpy")
def residual_row(deficit: float, peak: float, over_land: float, edges: Array) -> int:
    """Row of the residuals' table: 0 weak and near the peak, then by deficit over sea (edges
    ascending), the last over land.
    """
    if over_land > 0.5:
        return len(edges) + 2
    row = 1
    while row <= len(edges) and deficit >= edges[row - 1]:
        row += 1
    return 0 if row == 1 and deficit >= NEAR_PEAK * peak else row
