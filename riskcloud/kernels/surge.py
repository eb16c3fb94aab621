"""Storm surge at points of the coast: water held up by the wind along their ways to deep water.

Along a way the water's slope carries the wind's stress and the Coriolis force of the current across
it (a bathystrophic storm tide, ``models/surge``). The current is driven by the wind across the way
and slowed by the bottom; it is followed from node to node of the storm's path, everything else is
in balance at each node. The nodes are those of the wind field (``kernels/vortex.py``).
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.profiles import profile_speeds
from riskcloud.kernels.vortex import (
    MOTION_EAST,
    MOTION_NORTH,
    R_MAX,
    SHAPE,
    SPIN,
    STRETCH,
    STRETCH_CROSS,
    STRETCH_EAST,
    STRETCH_NORTH,
    TIME,
    is_stretched,
    offset,
    profile_radius,
    wind,
)

Array = npt.NDArray[Any]

GRAVITY_M_S2 = 9.80665
ROTATION_RAD_S = 7.2921e-5
(MEAN_FACTOR, DRAG_AT_REST, DRAG_PER_M_S, DRAG_LEAST_WIND, DRAG_MOST, AIR_PER_WATER, FRICTION,
 WATER_WEIGHT, REACH, TIDE, COS_INFLOW, SIN_INFLOW) = range(12)
N_NUMBERS = 12
"""Numbers of the model: 10-min over 1-min wind; drag at rest, its rise [s/m], the wind it begins to
rise from [m/s], its limit; air's over water's density; g n^2 [m^(1/3)]; water's weight [N/m3]; how
far a storm is felt [m]; the tide [m]; the inflow."""
LON_AT, LAT_AT, SIN_AT, COS_AT, LENGTH, EAST, NORTH, DEPTH, FREE = range(9)
N_SEGMENT = 9
"""Rows of the segments: their middle, its latitude's sine and cosine, length [m], the direction to
the coast, depth [m], how free a current across is."""
TOTAL, PRESSURE, WIND, CURRENT, HOUR = range(5)
N_FOUND = 5
"""Rows of what is found: the peak and its parts [m], hours since the first fix (NaN: no surge)."""
LEAST_DEPTH_M = 0.5
"""Depth that a fallen water level leaves (ours: the balance would run the sea dry)."""


@njit(cache=True, nogil=True, error_model="numpy")
def _stresses(code: int, node: Array, segment: Array, numbers: Array, room: Array) -> None:
    """Write the wind's stress over water's density, along and across the segments: rows 0 and 1.

    room (4, n). Across is to the left of someone who faces the coast.
    """
    along, across, r, around = room[0], room[1], room[2], room[3]
    n = along.size
    for j in range(n):
        along[j], across[j], r[j] = offset(segment[LON_AT, j], segment[LAT_AT, j],
                                           segment[SIN_AT, j], segment[COS_AT, j], node)
    if is_stretched(node):
        for j in range(n):
            around[j] = profile_radius(along[j], across[j], r[j], node[R_MAX], node[STRETCH],
                                       node[STRETCH_EAST], node[STRETCH_NORTH],
                                       node[STRETCH_CROSS])
        profile_speeds(code, around.copy(), node[R_MAX], node[SHAPE:], around)
    else:
        profile_speeds(code, r, node[R_MAX], node[SHAPE:], around)
    for j in range(n):
        u, v = wind(along[j], across[j], r[j], around[j], node[MOTION_EAST], node[MOTION_NORTH],
                    node[SPIN], numbers[COS_INFLOW], numbers[SIN_INFLOW])
        u *= numbers[MEAN_FACTOR]
        v *= numbers[MEAN_FACTOR]
        speed = (u * u + v * v) ** 0.5
        drag = numbers[DRAG_AT_REST] + numbers[DRAG_PER_M_S] * max(speed,
                                                                   numbers[DRAG_LEAST_WIND])
        stress = numbers[AIR_PER_WATER] * min(drag, numbers[DRAG_MOST]) * speed
        along[j] = stress * (u * segment[EAST, j] + v * segment[NORTH, j])
        across[j] = stress * (v * segment[EAST, j] - u * segment[NORTH, j])


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def slowed(flux: float, friction: float) -> float:
    """Return the flux V that solves V + friction V |V| = flux."""
    size = abs(flux)
    if friction * size < 1e-9:
        return flux
    return flux / size * ((1.0 + 4.0 * friction * size) ** 0.5 - 1.0) / (2.0 * friction)


@njit(cache=True, nogil=True, error_model="numpy")
def _heights(segment: Array, room: Array, flux: Array, pressure_m: float, numbers: Array,
             ) -> tuple[float, float]:
    """Return what the wind along the way and the current across it hold up at the coast, m."""
    by_wind, by_current = 0.0, 0.0
    for j in range(flux.size - 1, -1, -1):  # from deep water to the coast
        depth = segment[DEPTH, j] + numbers[TIDE] + pressure_m + by_wind + by_current
        lift = segment[LENGTH, j] / (GRAVITY_M_S2 * max(depth, LEAST_DEPTH_M))
        by_wind += lift * room[0, j]
        by_current += lift * 2.0 * ROTATION_RAD_S * segment[SIN_AT, j] * flux[j]
    return by_wind, by_current


@njit(cache=True, nogil=True, error_model="numpy")
def _push(segment: Array, before: Array, room: Array, step_s: float, numbers: Array,
          flux: Array) -> None:
    """Move the current across each segment on by one step [m2/s]."""
    for j in range(flux.size):
        depth = max(segment[DEPTH, j] + numbers[TIDE], LEAST_DEPTH_M)
        friction = step_s * numbers[FRICTION] / depth ** (7.0 / 3.0)
        driven = flux[j] + step_s * segment[FREE, j] * 0.5 * (before[j] + room[1, j])
        flux[j] = slowed(driven, friction)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def top_between(t0: float, t1: float, t2: float, a: float, b: float, c: float,
                ) -> tuple[float, float]:
    """Return where the parabola through three points has its top, and its height there."""
    first, second = (b - a) / (t1 - t0), (c - b) / (t2 - t1)
    bend = (second - first) / (t2 - t0)
    if not bend < 0.0:
        return t1, b
    t = 0.5 * (t0 + t1 - first / bend)
    t = min(max(t, t0), t2)
    return t, a + (t - t0) * (first + bend * (t - t1))


@njit(cache=True, nogil=True, error_model="numpy")
def _surge_of(code: int, lon: float, lat: float, segment: Array, nodes: Array, storm: Array,
              numbers: Array, found: Array) -> None:
    """Write the peak of one point of the coast: found (N_FOUND,)."""
    n, sin_lat, cos_lat = segment.shape[1], np.sin(np.radians(lat)), np.cos(np.radians(lat))
    room, before, flux = np.empty((4, n)), np.zeros(n), np.zeros(n)
    level, last, earlier, felt = 0.0, 0.0, 0.0, -2
    found[:] = 0.0
    found[HOUR] = np.nan
    for k in range(nodes.shape[0]):
        node = nodes[k]
        _, _, r = offset(lon, lat, sin_lat, cos_lat, node)
        if r > numbers[REACH]:
            continue
        ratio = (node[R_MAX] / r) ** storm[1, k]
        pressure = storm[0, k] * (1.0 - np.exp(-ratio)) / numbers[WATER_WEIGHT]
        _stresses(code, node, segment, numbers, room)
        if felt == k - 1:
            _push(segment, before, room, (node[TIME] - nodes[k - 1, TIME]) * 3600.0, numbers, flux)
        else:
            flux[:] = 0.0
        before[:] = room[1]
        by_wind, by_current = _heights(segment, room, flux, pressure, numbers)
        earlier, last, level = last, level, pressure + by_wind + by_current
        if level > found[TOTAL]:
            found[TOTAL], found[PRESSURE], found[WIND] = level, pressure, by_wind
            found[CURRENT], found[HOUR] = by_current, node[TIME]
        elif felt == k - 1 and k > 1 and last == found[TOTAL] and last > 0.0:
            hour, top = top_between(nodes[k - 2, TIME], nodes[k - 1, TIME], node[TIME], earlier,
                                    last, level)
            share = top / last  # the parts as at the node, the whole between the nodes
            found[HOUR] = hour
            for part in range(TOTAL, HOUR):
                found[part] *= share
        felt = k


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def storm_surge(code: int, lon: Array, lat: Array, start: Array, segments: Array, nodes: Array,
                storm: Array, numbers: Array, found: Array) -> None:
    """Write the peak surge of one storm at points of the coast.

    lon (in the nodes' window), lat (n,); segments (N_SEGMENT, n_segments) of point i from start[i]
    to start[i + 1], from the coast outward; nodes (n_nodes, SHAPE + N_SHAPE); storm (2, n_nodes)
    pressure deficit [Pa] and peakedness b; numbers (N_NUMBERS,). Writes found (n, N_FOUND).
    """
    for i in prange(lon.size):
        _surge_of(code, lon[i], lat[i], segments[:, start[i]:start[i + 1]], nodes, storm, numbers,
                  found[i])
