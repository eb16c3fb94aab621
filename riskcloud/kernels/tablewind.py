"""Winds over water at sites by a storm's table (``kernels/windtable.py``), at nodes and between."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from riskcloud.kernels.sectors import LOSS, N_SECTORS, SATURATED_M_S, SMOOTH_M_S, sector_position
from riskcloud.kernels.vortex import M_PER_DEG, profile_radius
from riskcloud.kernels.windtable import (
    T_EAST,
    T_HALF_COS,
    T_HALF_SIN,
    T_LAT,
    T_LON,
    T_NORTH,
    T_R_MAX,
    T_STRETCH,
    T_STRETCH_CROSS,
    T_STRETCH_EAST,
    T_STRETCH_NORTH,
    fading,
    place_of,
)

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True, error_model="numpy")
def winds_of_node(site: Array, row: Array, speed: Array, spin: float, stretched: bool,
                  cos_inflow: float, sin_inflow: float, room: Array, u: Array, v: Array,
                  square: Array) -> None:
    """Write the wind over water at a cell's sites by one node; room (2, n).

    Each loop but the one that looks up works on several sites with one instruction.
    """
    lon, lat, half_sin, half_cos = site[0], site[1], site[2], site[3]
    node_lon, node_lat, r_max = row[T_LON], row[T_LAT], row[T_R_MAX]
    node_sin, node_cos, east, north = row[T_HALF_SIN], row[T_HALF_COS], row[T_EAST], row[T_NORTH]
    per_r_max_sq, turning = 1.0 / (r_max * r_max), cos_inflow * spin
    around, place = room[0], room[1]
    for j in range(u.size):
        u[j] = (lon[j] - node_lon) * (half_cos[j] * node_cos - half_sin[j] * node_sin)
        v[j] = (lat[j] - node_lat) * M_PER_DEG
        square[j] = u[j] * u[j] + v[j] * v[j]
    if stretched:
        _stretched_squares(row, u, v, square, around)
    for j in range(u.size):
        i, share = place_of((around[j] if stretched else square[j]) * per_r_max_sq)
        place[j], around[j] = i, share
    for j in range(u.size):
        i = int(place[j])
        around[j] = speed[i] + around[j] * (speed[i + 1] - speed[i])
    for j in range(u.size):
        r = np.sqrt(square[j])
        r = 1.0 if r < 1.0 else r
        u[j], v[j] = _turned(u[j], v[j], r, around[j], turning, sin_inflow, east, north)
    for j in range(u.size):
        square[j] = u[j] * u[j] + v[j] * v[j]


@njit(cache=True, nogil=True, error_model="numpy")
def _stretched_squares(row: Array, x: Array, y: Array, square: Array, out: Array) -> None:
    """Write the square of the radius at which a stretched node's profile is taken."""
    r_max, mean, cross = row[T_R_MAX], row[T_STRETCH], row[T_STRETCH_CROSS]
    east, north = row[T_STRETCH_EAST], row[T_STRETCH_NORTH]
    for j in range(x.size):
        r = np.sqrt(square[j])
        r = 1.0 if r < 1.0 else r
        reach = profile_radius(x[j], y[j], r, r_max, mean, east, north, cross)
        out[j] = reach * reach


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _turned(x: float, y: float, r: float, around: float, turning: float, sin_inflow: float,
            east: float, north: float) -> tuple[float, float]:
    """Return the spiral's wind at an offset plus that of the motion."""
    per_r, fade = around / r, fading(r)
    return (fade * east - (y * turning + x * sin_inflow) * per_r,
            fade * north + (x * turning - y * sin_inflow) * per_r)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _mixed(a: Array, b: Array, w: float, column: int) -> float:
    return a[column] + w * (b[column] - a[column])


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _reach_between(x: float, y: float, square: float, r_max: float, a: Array, b: Array, w: float,
                   ) -> float:
    """Return the radius at which the profile is taken between two nodes."""
    return profile_radius(x, y, max(np.sqrt(square), 1.0), r_max, _mixed(a, b, w, T_STRETCH),
                          _mixed(a, b, w, T_STRETCH_EAST), _mixed(a, b, w, T_STRETCH_NORTH),
                          _mixed(a, b, w, T_STRETCH_CROSS))


@njit(cache=True, nogil=True, error_model="numpy")
def wind_between(lon: float, lat: float, half_sin: float, half_cos: float, rows: Array,
                  table: Array, position: float, spin: float, stretched: bool, cos_inflow: float,
                  sin_inflow: float) -> tuple[float, float]:
    """Return the wind over water at a site when the storm is at a place between two nodes."""
    k = min(int(position), rows.shape[0] - 2)
    w, a, b = position - k, rows[k], rows[k + 1]
    x = (lon - _mixed(a, b, w, T_LON)) * (half_cos * _mixed(a, b, w, T_HALF_COS)
                                          - half_sin * _mixed(a, b, w, T_HALF_SIN))
    y = (lat - _mixed(a, b, w, T_LAT)) * M_PER_DEG
    r_max, square = _mixed(a, b, w, T_R_MAX), x * x + y * y
    r = max(np.sqrt(square), 1.0)
    if stretched:
        reach = _reach_between(x, y, square, r_max, a, b, w)
        square = reach * reach
    i, share = place_of(square / (r_max * r_max))
    before = table[k, i] + share * (table[k, i + 1] - table[k, i])
    after = table[k + 1, i] + share * (table[k + 1, i + 1] - table[k + 1, i])
    return _turned(x, y, r, before + w * (after - before), cos_inflow * spin, sin_inflow,
                   _mixed(a, b, w, T_EAST), _mixed(a, b, w, T_NORTH))


@njit(cache=True, nogil=True, error_model="numpy")
def winds_between(site: Array, rows: Array, table: Array, position: Array, spin: float,
                   stretched: bool, cos_inflow: float, sin_inflow: float, room: Array, u: Array,
                   v: Array, square: Array) -> None:
    """Write the winds over water of all sites, each at its own place of the path; room (6, n)."""
    lon, lat, half_sin, half_cos = site[0], site[1], site[2], site[3]
    east, north, place, share = room[0], room[1], room[2], room[3]
    ratio, turning, last = room[4], cos_inflow * spin, rows.shape[0] - 2
    for j in range(u.size):
        k = min(int(position[j]), last)
        w, a, b = position[j] - k, rows[k], rows[k + 1]
        x = (lon[j] - _mixed(a, b, w, T_LON)) * (half_cos[j] * _mixed(a, b, w, T_HALF_COS)
                                                 - half_sin[j] * _mixed(a, b, w, T_HALF_SIN))
        y = (lat[j] - _mixed(a, b, w, T_LAT)) * M_PER_DEG
        r_max = _mixed(a, b, w, T_R_MAX)
        east[j], north[j] = _mixed(a, b, w, T_EAST), _mixed(a, b, w, T_NORTH)
        u[j], v[j], square[j] = x, y, x * x + y * y
        reach_sq = square[j]
        if stretched:
            reach = _reach_between(x, y, square[j], r_max, a, b, w)
            reach_sq = reach * reach
        ratio[j] = reach_sq / (r_max * r_max)
    for j in range(u.size):
        i, part = place_of(ratio[j])
        place[j], share[j] = i, part
    for j in range(u.size):
        k, i = min(int(position[j]), last), int(place[j])
        before = table[k, i] + share[j] * (table[k, i + 1] - table[k, i])
        after = table[k + 1, i] + share[j] * (table[k + 1, i + 1] - table[k + 1, i])
        share[j] = before + (position[j] - k) * (after - before)
    for j in range(u.size):
        r = np.sqrt(square[j])
        r = 1.0 if r < 1.0 else r
        u[j], v[j] = _turned(u[j], v[j], r, share[j], turning, sin_inflow, east[j], north[j])
    for j in range(u.size):
        square[j] = u[j] * u[j] + v[j] * v[j]


@njit(cache=True, nogil=True, error_model="numpy")
def sectors_of(u: Array, v: Array, square: Array, sector: Array, part: Array, lacks: Array) -> None:
    """Write where winds come from, and what they lack to the saturated drag (``sectors``)."""
    for j in range(u.size):
        p = sector_position(u[j], v[j])
        k = int(p)
        k = N_SECTORS - 1 if k > N_SECTORS - 1 else k
        sector[j], part[j] = k, p - k
        speed = np.sqrt(square[j])
        short = SATURATED_M_S - (SMOOTH_M_S if speed < SMOOTH_M_S else speed)
        lacks[j] = 0.0 if short < 0.0 else short


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def factor_of(rows: Array, j: int, sector: int, part: float, lacks: float) -> float:
    """Return the relative factor of a site (``sectors.relative_factor``)."""
    low, high = float(rows[j, sector]), float(rows[j, sector + 1])
    factor = low + part * (high - low)
    low, high = float(rows[j, LOSS + sector]), float(rows[j, LOSS + sector + 1])
    return factor * (1.0 - lacks * (low + part * (high - low)))
