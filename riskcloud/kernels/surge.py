"""Storm surge at points of the coast: water held up by the wind along their ways to deep water.

Twice: in balance, where along a way the water's slope carries the wind's stress and the Coriolis
force of the current across it (a bathystrophic storm tide, ``models/surge``); and in motion, where
the same forces make the water flow along the way. Balance knows no time that an estuary takes to
fill, motion along one way no water that escapes to the sides: each is too high where its lack
matters, and the lower of both peaks counts. The current is driven by the wind across the way and
slowed by the bottom. The nodes are those of the wind field (``kernels/vortex.py``).
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
AHEAD = 0.55
"""Weight of a step's end over its beginning: above one half, or waves of two steps would last."""
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
def _advance(segment: Array, force: Array, lift: Array, step_s: float, steps: Array, flow: Array,
             height: Array, room: Array) -> None:
    """Move flow [m2/s] and height [m] along a way on by one step, implicitly.

    force (n,) along the segments, the step's mean [m2/s2]; lift (2, n + 1) of the pressure at the
    nodes, before and after, the first at the coast; flow (n,) towards the coast; height (n + 1,);
    steps (2, n) depth, and one over 1 + step times friction. The last node, in deep water, follows
    the pressure; nothing flows through the coast. room (4, n) to work in.
    """
    n = flow.size
    gain, left, right, old = room[0], room[1], room[2], room[3]
    for j in range(n):
        gain[j] = step_s * steps[1, j] * GRAVITY_M_S2 * steps[0, j] / segment[LENGTH, j]
        old[j] = flow[j]
        # the flow but for the heights of the new step
        slope = (height[j] - lift[0, j]) - (height[j + 1] - lift[0, j + 1])
        flow[j] = (steps[1, j] * (flow[j] + step_s * force[j]) - (1.0 - AHEAD) * gain[j] * slope
                   + AHEAD * gain[j] * (lift[1, j] - lift[1, j + 1]))
    inner, inner_flow, inner_old, inner_length = 0.0, 0.0, 0.0, 0.0
    for i in range(n):  # from the coast: each height as left + right x the next one
        area = 0.5 * (segment[LENGTH, i] + inner_length) / step_s
        known = (area * height[i] + AHEAD * (flow[i] - inner_flow)
                 + (1.0 - AHEAD) * (old[i] - inner_old))
        outer = AHEAD * AHEAD * gain[i]
        own = area + outer + inner
        if i > 0:
            known += inner * left[i - 1]
            own -= inner * right[i - 1]
        left[i], right[i] = known / own, outer / own
        inner, inner_flow, inner_old, inner_length = outer, flow[i], old[i], segment[LENGTH, i]
    height[n] = lift[1, n]
    for i in range(n - 1, -1, -1):
        height[i] = left[i] + right[i] * height[i + 1]
        flow[i] -= AHEAD * gain[i] * (height[i] - height[i + 1])


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _barometer(x: float, y: float, node: Array, deficit: float, b: float, weight: float) -> float:
    """Return what the pressure at an offset from the centre lifts, m (Holland's profile)."""
    r = max((x * x + y * y) ** 0.5, 1.0)
    return deficit * (1.0 - np.exp(-(node[R_MAX] / r) ** b)) / weight


@njit(cache=True, nogil=True, error_model="numpy")
def _lifts(lon: float, lat: float, segment: Array, node: Array, deficit: float, b: float,
           weight: float, lift: Array) -> None:
    """Write what the pressure lifts at the coast, then between the segments: the mean of both."""
    n = segment.shape[1]
    x, y, _ = offset(lon, lat, np.sin(np.radians(lat)), np.cos(np.radians(lat)), node)
    lift[0] = _barometer(x, y, node, deficit, b, weight)
    last = 0.0
    for j in range(n):
        x, y, _ = offset(segment[LON_AT, j], segment[LAT_AT, j], segment[SIN_AT, j],
                         segment[COS_AT, j], node)
        here = _barometer(x, y, node, deficit, b, weight)
        if j > 0:
            lift[j] = 0.5 * (last + here)
        last = here
    lift[n] = last


@njit(cache=True, nogil=True, error_model="numpy")
def _steps(segment: Array, step_s: float, numbers: Array, height: Array, flow: Array,
           out: Array) -> None:
    """Write depth, and one over 1 + step times friction, of the segments: (2, n)."""
    for j in range(flow.size):
        depth = segment[DEPTH, j] + numbers[TIDE] + 0.5 * (height[j] + height[j + 1])
        depth = max(depth, LEAST_DEPTH_M)
        friction = numbers[FRICTION] * abs(flow[j]) / depth ** (7.0 / 3.0)
        out[0, j], out[1, j] = depth, 1.0 / (1.0 + step_s * friction)


@njit(cache=True, nogil=True, error_model="numpy")
def _move(segment: Array, step_s: float, numbers: Array, force: Array, lift: Array, flow: Array,
          height: Array, steps: Array, room: Array) -> None:
    """Move the water along a way on by one step: row 0 under all, row 1 of the current alone.

    Both have one friction, so that what the current adds can be told.
    """
    _steps(segment, step_s, numbers, height[0], flow[0], steps)
    _advance(segment, force[0], lift, step_s, steps, flow[0], height[0], room)
    _advance(segment, force[1], np.zeros_like(lift), step_s, steps, flow[1], height[1], room)


@njit(cache=True, nogil=True, error_model="numpy")
def _note(levels: Array, hours: Array, pressure: float, current: float, found: Array) -> None:
    """Keep the peak of a level: levels and hours (3,) of the last nodes, the newest last.

    Its parts are those at the node of the peak; its height and hour the top between the nodes.
    """
    if levels[2] > found[TOTAL]:
        found[TOTAL], found[PRESSURE], found[CURRENT] = levels[2], pressure, current
        found[HOUR] = hours[2]
    elif levels[1] == found[TOTAL] and levels[1] > 0.0 and hours[0] < hours[1]:
        found[HOUR], found[TOTAL] = top_between(hours[0], hours[1], hours[2], levels[0],
                                                levels[1], levels[2])


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
    room, work, steps = np.empty((4, n)), np.empty((4, n)), np.empty((2, n))
    before, across = np.zeros((2, n)), np.zeros(n)  # stresses of the last node; the current
    flow, height = np.zeros((2, n)), np.zeros((2, n + 1))
    lift, force = np.zeros((2, n + 1)), np.empty((2, n))
    hours, levels, peak, felt = np.zeros(3), np.zeros((2, 3)), np.zeros((2, N_FOUND)), -2
    for k in range(nodes.shape[0]):
        node = nodes[k]
        _, _, r = offset(lon, lat, sin_lat, cos_lat, node)
        if r > numbers[REACH]:
            continue
        lift[0] = lift[1]
        _lifts(lon, lat, segment, node, storm[0, k], storm[1, k], numbers[WATER_WEIGHT], lift[1])
        _stresses(code, node, segment, numbers, room)
        if felt == k - 1:
            step_s = (node[TIME] - nodes[k - 1, TIME]) * 3600.0
            force[1] = across
            _push(segment, before[1], room, step_s, numbers, across)
            for j in range(n):
                force[1, j] = ROTATION_RAD_S * segment[SIN_AT, j] * (force[1, j] + across[j])
                force[0, j] = 0.5 * (before[0, j] + room[0, j]) + force[1, j]
            _move(segment, step_s, numbers, force, lift, flow, height, steps, work)
        else:
            across[:], flow[:], height[1, :] = 0.0, 0.0, 0.0
            height[0] = lift[1]
            hours[:] = node[TIME]
        before[:] = room[:2]
        by_wind, by_current = _heights(segment, room, across, lift[1, 0], numbers)
        hours[:2], levels[:, :2], hours[2] = hours[1:].copy(), levels[:, 1:].copy(), node[TIME]
        levels[0, 2], levels[1, 2] = lift[1, 0] + by_wind + by_current, height[0, 0]
        _note(levels[0], hours, lift[1, 0], by_current, peak[0])
        _note(levels[1], hours, lift[1, 0], height[1, 0], peak[1])
        felt = k
    found[:] = peak[0] if peak[0, TOTAL] <= peak[1, TOTAL] else peak[1]
    found[WIND] = found[TOTAL] - found[PRESSURE] - found[CURRENT]
    if not found[TOTAL] > 0.0:
        found[HOUR] = np.nan


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
