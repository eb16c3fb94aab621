"""Maximum wind over the given track positions, by the conventions of CLIMADA 6.

No interpolation: the positions are those of the track. Flat distances with the cosine of the
track's latitude, a hard radius, motion added as a vector that fades as R/r. The conventions are
listed in docs/science/climada-6.md; `hazard/typhoon/climada6.py` prepares the nodes.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.profiles import profile_speeds

Array = npt.NDArray[Any]

LON, LAT, COS_LAT, R_MAX, MOTION_EAST, MOTION_NORTH, MOTION, SPIN, DEDUCT, SHAPE = range(10)
"""Columns of a node: degrees, cosine, m, m/s (east, north, speed), +1 or -1 by hemisphere,
share of the motion already in the profile (0 or 1), then the shape parameters."""


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _is_near(node: Array, west: float, east: float, south: float, north: float, reach_m: float,
             m_per_deg: float) -> bool:
    """Tell whether the node's circle can touch the box."""
    d_lat = max(south - node[LAT], node[LAT] - north, 0.0)
    d_lon = max(west - node[LON], node[LON] - east, 0.0) * node[COS_LAT]
    return (d_lat * d_lat + d_lon * d_lon) * m_per_deg * m_per_deg <= reach_m * reach_m


@njit(cache=True, nogil=True, error_model="numpy")
def _offsets(lon: Array, lat: Array, node: Array, m_per_deg: float, east: Array, north: Array,
             radius: Array) -> None:
    """Write the sites' offsets from the centre and their distance, m."""
    for j in range(lon.size):
        x = (lon[j] - node[LON]) * node[COS_LAT] * m_per_deg
        y = (lat[j] - node[LAT]) * m_per_deg
        r = (x * x + y * y) ** 0.5
        east[j] = x
        north[j] = y
        radius[j] = 1.0 if r < 1.0 else r


@njit(cache=True, nogil=True, error_model="numpy")
def _add_motion(node: Array, reach_m: float, radius: Array, east: Array, north: Array,
                speed: Array) -> None:
    """Turn offsets into wind components in place, and speed around into total speed."""
    spin = node[SPIN]
    for j in range(radius.size):
        r = radius[j]
        fade = node[R_MAX] / r
        fade = 1.0 if fade > 1.0 else fade
        around = (speed[j] - node[DEDUCT] * node[MOTION] * fade) * spin / r
        u = -north[j] * around + node[MOTION_EAST] * fade
        v = east[j] * around + node[MOTION_NORTH] * fade
        inside = (r > 1.0) & (r <= reach_m)
        east[j] = u
        north[j] = v
        speed[j] = (u * u + v * v) ** 0.5 if inside else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _maximum_of_cell(code: int, lon: Array, lat: Array, site: Array, nodes: Array, reach_m: float,
                     m_per_deg: float, out_speed: Array, out_node: Array,
                     out_from_deg: Array) -> int:
    """Write the maxima of one cell's sites; return how many evaluations it took."""
    n = site.size
    x, y = lon[site], lat[site]
    west, east, south, north = x.min(), x.max(), y.min(), y.max()
    radius, speed, u, v = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    best, best_u, best_v, best_node = np.zeros(n), np.zeros(n), np.zeros(n), np.full(n, -1.0)
    used = 0
    for k in range(nodes.shape[0]):
        node = nodes[k]
        if not _is_near(node, west, east, south, north, reach_m, m_per_deg):
            continue
        used += 1
        _offsets(x, y, node, m_per_deg, u, v, radius)
        profile_speeds(code, radius, node[R_MAX], node[SHAPE:], speed)
        _add_motion(node, reach_m, radius, u, v, speed)
        for j in range(n):
            more = speed[j] > best[j]
            best_u[j] = u[j] if more else best_u[j]
            best_v[j] = v[j] if more else best_v[j]
            best_node[j] = float(k) if more else best_node[j]
            best[j] = speed[j] if more else best[j]
    for j in range(n):
        i = site[j]
        out_speed[i] = best[j]
        out_node[i] = int(best_node[j])
        if best_node[j] >= 0.0:
            out_from_deg[i] = np.degrees(np.arctan2(-best_u[j], -best_v[j])) % 360.0
    return n * used


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def maximum_wind(code: int, lon: Array, lat: Array, order: Array, start: Array, nodes: Array,
                 reach_m: float, m_per_deg: float, out_speed: Array, out_node: Array,
                 out_from_deg: Array, out_evaluations: Array) -> None:
    """Write the maximum speed, the node it belongs to (-1: none) and where it blows from.

    out_evaluations (n_cells,) counts site-node evaluations.
    """
    for c in prange(start.size - 1):
        if start[c + 1] > start[c]:
            out_evaluations[c] = _maximum_of_cell(
                code, lon, lat, order[start[c]:start[c + 1]], nodes, reach_m, m_per_deg,
                out_speed, out_node, out_from_deg)
