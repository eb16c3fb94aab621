"""Rates at which levels of motion are exceeded at sites, summed over cells of earthquake rates."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

Array = npt.NDArray[Any]

EARTH_RADIUS_KM = 6371.0088
KM_PER_DEG = EARTH_RADIUS_KM * math.pi / 180.0
NEAR_KM, MIDDLE_KM = 60.0, 150.0  # within these a cell counts as 6 x 6 and 2 x 2 parts; ours


@njit(cache=True, nogil=True, error_model="numpy")
def _away_km(lon: float, lat: float, to_lon: float, to_lat: float) -> float:
    """Return the distance along the surface [km] (haversine)."""
    a = math.sin(math.radians(to_lat - lat) / 2.0) ** 2
    b = math.sin(math.radians(to_lon - lon) / 2.0) ** 2
    h = a + math.cos(math.radians(lat)) * math.cos(math.radians(to_lat)) * b
    return 2.0 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(h, 1.0)))


@njit(cache=True, nogil=True, error_model="numpy")
def _add(table: Array, distances: Array, away: float, rate: float, factor_low: float,
         factor_high: float, out: Array) -> None:
    """Add one source: table (n_r, n_curves, n_x) linear in distance, times its rate."""
    n_curves, n_x = table.shape[1], table.shape[2]
    k = min(max(int(np.searchsorted(distances, away)), 1), distances.size - 1)
    share = (away - distances[k - 1]) / (distances[k] - distances[k - 1])
    near, far = rate * (1.0 - share), rate * share
    for x in range(n_x):
        mean = near * table[k - 1, 0, x] + far * table[k, 0, x]
        out[0, x] += mean
        out[1, x] += mean * factor_low
        out[2, x] += mean * factor_high
    for c in range(1, n_curves):
        for x in range(n_x):
            out[c + 2, x] += near * table[k - 1, c, x] + far * table[k, c, x]


@njit(cache=True, nogil=True, error_model="numpy")
def hazard_curves(lon: Array, lat: Array, west: float, south: float, step: float, zone: Array,
                  rate: Array, low: Array, high: Array, table: Array, distances: Array,
                  most_km: float, out: Array) -> None:
    """Write the yearly rate at which each level is exceeded, out (n_sites, n_curves + 2, n_x).

    zone, rate, low, high (ny, nx): zone (-1: none), yearly rate, and the factors of its low and
    high estimate, of square cells of ``step`` degrees from the corner west, south. table (n_zones,
    n_r, n_curves, n_x): expected exceedances per event at ``distances`` (n_r,) [km], ascending
    from 0. Curve 0 comes at the rate, at its low and at its high estimate (out 0, 1, 2), the
    others at the rate. Sources beyond ``most_km`` are left out.
    """
    ny, nx = zone.shape
    for i in range(lon.size):
        out[i] = 0.0
        rows = most_km / KM_PER_DEG / step + 1.0
        at_row = (lat[i] - south) / step
        at_column = (lon[i] - west) / step
        pole = min(abs(lat[i]) + rows * step, 89.0)
        columns = most_km / KM_PER_DEG / step / math.cos(math.radians(pole)) + 1.0
        for r in range(max(int(at_row - rows), 0), min(int(at_row + rows) + 1, ny)):
            for c in range(max(int(at_column - columns), 0), min(int(at_column + columns) + 1, nx)):
                if zone[r, c] < 0 or rate[r, c] <= 0.0:
                    continue
                x, y = west + c * step, south + r * step
                away = _away_km(lon[i], lat[i], x + 0.5 * step, y + 0.5 * step)
                parts = 6 if away < NEAR_KM else (2 if away < MIDDLE_KM else 1)
                each = rate[r, c] / (parts * parts)
                for a in range(parts):
                    for b in range(parts):
                        d = away if parts == 1 else _away_km(
                            lon[i], lat[i], x + (a + 0.5) * step / parts,
                            y + (b + 0.5) * step / parts)
                        if d <= most_km:
                            _add(table[zone[r, c]], distances, d, each, low[r, c], high[r, c],
                                 out[i])
