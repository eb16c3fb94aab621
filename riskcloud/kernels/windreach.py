"""How far out a storm's wind reaches a speed: the test that leaves out storms without a profile."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.profiles import N_SHAPE, profile_speed_rows
from riskcloud.kernels.vortex import MOTION, R_MAX, TOP, background, offset

Array = npt.NDArray[Any]

N_LEVELS = 12
LEVEL_STEP = 1.25
"""Speeds whose reach is kept: calm and eleven more, each a quarter above (ours): to 64 m/s."""
FARTHEST_M = 1e8
_STEPS = 31
_PER_STEP = 2.0 ** 0.2
MARGIN = 1.03
"""On a speed's reach: between samples of a profile, and between two nodes of a path (ours)."""


@njit(cache=True, nogil=True, error_model="numpy")
def _reach_of_event(code: int, nodes: Array, shape: Array, calm: float, reach: Array) -> None:
    """Write the outermost radius (N_LEVELS, n_nodes) where profile and motion make each speed.

    Sampled five times an octave from r_max out; between two samples a profile that falls lies
    below its chord. Where the wind is nowhere that strong: r_max.
    """
    n = nodes.shape[0]
    radius, speed, before = np.empty(n), np.empty(n), np.empty(n)
    r_max = nodes[:, R_MAX].copy()
    reach[:] = 0.0
    for step in range(_STEPS):
        ratio = _PER_STEP**step
        for k in range(n):
            radius[k] = r_max[k] * ratio
        profile_speed_rows(code, radius, r_max, shape, speed)
        for k in range(n):
            speed[k] = max(speed[k], 0.0) + background(radius[k]) * nodes[k, MOTION]
            # outwards the levels fall one after another: the wind between two samples passes few
            level = calm
            for i in range(N_LEVELS):
                if speed[k] >= level:
                    reach[i, k] = FARTHEST_M if step == _STEPS - 1 else radius[k] * _PER_STEP
                elif step > 0 and before[k] >= level:
                    share = (before[k] - level) / (before[k] - speed[k])
                    reach[i, k] = radius[k] * (1.0 + share * (_PER_STEP - 1.0)) / _PER_STEP
                elif step == 0:
                    reach[i, k] = r_max[k]
                level *= LEVEL_STEP
            before[k] = speed[k]


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def reach_of_events(codes: Array, nodes: Array, shape: Array, start: Array, calm: float,
                    out: Array, strongest: Array) -> None:
    """Write each node's reach by speed (N_LEVELS, n_nodes) and each event's strongest wind."""
    for e in prange(codes.size):
        first, last = start[e], start[e + 1]
        own = shape[first * N_SHAPE:last * N_SHAPE].reshape((N_SHAPE, last - first))
        _reach_of_event(codes[e], nodes[first:last], own, calm, out[:, first:last])
        strongest[e] = 0.0
        for k in range(first, last):
            strongest[e] = max(strongest[e], 1.02 * nodes[k, TOP] + nodes[k, MOTION])


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def level_of(bar: float, calm: float) -> tuple[int, float]:
    """Return the level at or below a bar, and how far the bar is to the next one."""
    level, i = calm, 0
    while i < N_LEVELS - 2 and level * LEVEL_STEP <= bar:
        level *= LEVEL_STEP
        i += 1
    share = (bar - level) / (level * (LEVEL_STEP - 1.0))
    return i, min(max(share, 0.0), 1.0)


@njit(cache=True, nogil=True, error_model="numpy")
def legs_near(place: Array, nodes: Array, reach: Array, bar: float, calm: float, distance: Array,
              ) -> tuple[int, int]:
    """Return the first leg and one past the last that may bring the bar to a place, or (0, 0).

    place: lon, lat, sine and cosine of the latitude, and how far its sites are from it [m].
    """
    n = nodes.shape[0]
    for k in range(n):
        _, _, distance[k] = offset(place[0], place[1], place[2], place[3], nodes[k])
    i, share = level_of(bar, calm)
    low, high, around = reach[i], reach[i + 1], place[4]
    first, last = n, -1
    for k in range(n):
        far = MARGIN * (low[k] + share * (high[k] - low[k])) + around
        # a point of a leg is no farther from its nearer end than half the leg
        if k > 0:
            leg = min(distance[k], distance[k - 1])
            before = MARGIN * (low[k - 1] + share * (high[k - 1] - low[k - 1])) + around
            if leg - 0.5 * _length(nodes, k - 1) <= max(far, before):
                first = min(first, k - 1)
                last = k
    return (0, 0) if last < 0 else (first, last)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _length(nodes: Array, k: int) -> float:
    """Return the length of a leg, m."""
    _, _, length = offset(nodes[k, 0], nodes[k, 1], nodes[k, 2], nodes[k, 3], nodes[k + 1])
    return length


@njit(cache=True, nogil=True, error_model="numpy")
def legs_within(place: Array, nodes: Array, reach: Array, first: int, last: int, bar: float,
                calm: float, near_step: float, far_step: float, legs: Array, parts: Array) -> int:
    """Write the legs that may bring the bar to a place and in how many parts to look at each.

    Parts are no longer than near_step of r_max, or far_step of the distance where that is more.
    They depend on the place and the leg alone. Returns how many legs.
    """
    i, share = level_of(bar, calm)
    low, high, around = reach[i], reach[i + 1], place[4]
    found = 0
    x, y, _ = offset(place[0], place[1], place[2], place[3], nodes[first])
    far = MARGIN * (low[first] + share * (high[first] - low[first]))
    for k in range(first, last):
        x2, y2, _ = offset(place[0], place[1], place[2], place[3], nodes[k + 1])
        far2 = MARGIN * (low[k + 1] + share * (high[k + 1] - low[k + 1]))
        east, north = x2 - x, y2 - y
        square = east * east + north * north
        at = min(max(-(x * east + y * north) / max(square, 1.0), 0.0), 1.0)
        nearest = ((x + at * east) ** 2 + (y + at * north) ** 2) ** 0.5 - around
        # the two ends' own reach, taken as linear between them
        if nearest <= max(far, far2) and 1.02 * max(nodes[k, TOP], nodes[k + 1, TOP]) + max(
                nodes[k, MOTION], nodes[k + 1, MOTION]) > bar:
            step = max(near_step * min(nodes[k, R_MAX], nodes[k + 1, R_MAX]), far_step * nearest)
            legs[found], parts[found] = k, int(np.ceil(max(square**0.5 / step, 1.0)))
            found += 1
        x, y, far = x2, y2, far2
    return found
