"""How far out a storm's wind reaches a speed: the test that leaves out storms without a profile."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.profiles import N_SHAPE, profile_speed_rows
from riskcloud.kernels.vortex import (
    LAT,
    LON,
    M_PER_DEG,
    MOTION,
    MOTION_EAST,
    MOTION_NORTH,
    R_MAX,
    SPIN,
    TOP,
    background,
    offset,
)

Array = npt.NDArray[Any]

N_LEVELS = 24
LEVEL_STEP = 1.12
"""Speeds whose reach is kept: calm and 23 more, each 12 % above (ours): from 5.5 to 75 m/s."""
SUMMARY = 5 + N_LEVELS
"""Columns of an event's summary."""
FARTHEST_M = 1e8
_STEPS = 31
_PER_STEP = 2.0 ** 0.2
MARGIN = 1.03
"""On a speed's reach: between samples of a profile, and between two nodes of a path (ours)."""


@njit(cache=True, nogil=True, error_model="numpy")
def _reach_of_event(code: int, nodes: Array, shape: Array, calm: float, reach: Array) -> None:
    """Write the outermost radius (n_nodes, N_LEVELS) where profile and motion make each speed.

    Sampled five times an octave from r_max out; between two samples a profile that falls lies
    below its chord. Where the wind is nowhere that strong: the reach of the last speed that it
    has, for the bars between both.
    """
    n = nodes.shape[0]
    radius, speed, beyond = np.empty(n), np.empty(n), np.zeros(n)
    r_max = nodes[:, R_MAX].copy()
    level, place = np.full(n, calm), np.zeros(n, np.int64)
    for step in range(_STEPS - 1, -1, -1):
        ratio = _PER_STEP**step
        for k in range(n):
            radius[k] = r_max[k] * ratio
        profile_speed_rows(code, radius, r_max, shape, speed)
        for k in range(n):
            speed[k] = max(speed[k], 0.0) + background(radius[k]) * nodes[k, MOTION]
            # inwards the levels are reached one after another
            while speed[k] >= level[k] and place[k] < N_LEVELS:
                share = (speed[k] - level[k]) / max(speed[k] - beyond[k], 1e-9)
                reach[k, place[k]] = FARTHEST_M if step == _STEPS - 1 else (
                    radius[k] * (1.0 + share * (_PER_STEP - 1.0)))
                level[k] *= LEVEL_STEP
                place[k] += 1
            beyond[k] = speed[k]
    for k in range(n):
        reach[k, place[k]:] = reach[k, place[k] - 1] if place[k] > 0 else r_max[k]


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def reach_of_events(codes: Array, nodes: Array, shape: Array, start: Array, calm: float,
                    out: Array, summary: Array) -> None:
    """Write each node's reach by speed (n_nodes, N_LEVELS), and a summary of each event.

    summary (n_events, SUMMARY): strongest wind; west, east, south, north of the path; the path's
    largest reach by speed.
    """
    for e in prange(codes.size):
        first, last = start[e], start[e + 1]
        own = shape[first * N_SHAPE:last * N_SHAPE].reshape((N_SHAPE, last - first))
        _reach_of_event(codes[e], nodes[first:last], own, calm, out[first:last])
        row = summary[e]
        row[0], row[5:] = 0.0, 0.0
        row[1], row[2], row[3], row[4] = np.inf, -np.inf, np.inf, -np.inf
        for k in range(first, last):
            row[0] = max(row[0], 1.02 * nodes[k, TOP] + nodes[k, MOTION])
            row[1], row[2] = min(row[1], nodes[k, LON]), max(row[2], nodes[k, LON])
            row[3], row[4] = min(row[3], nodes[k, LAT]), max(row[4], nodes[k, LAT])
            for i in range(N_LEVELS):
                row[5 + i] = max(row[5 + i], out[k, i])


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def level_of(bar: float, calm: float) -> tuple[int, float]:
    """Return the level at or below a bar, and how far the bar is to the next one."""
    level, i = calm, 0
    while i < N_LEVELS - 2 and level * LEVEL_STEP <= bar:
        level *= LEVEL_STEP
        i += 1
    share = (bar - level) / (level * (LEVEL_STEP - 1.0))
    return i, min(max(share, 0.0), 1.0)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def reach_at(reach: Array, k: int, level: int, share: float) -> float:
    """Return how far out a node reaches a bar that ``level_of`` has placed."""
    low, high = float(reach[k, level]), float(reach[k, level + 1])
    return MARGIN * (low + share * (high - low))


@njit(cache=True, nogil=True, error_model="numpy")
def is_far(place: Array, summary: Array, bar: float, calm: float) -> bool:
    """Tell that an event brings the bar nowhere near a place (``legs_near`` says what that is)."""
    if summary[0] < bar:
        return True
    level, share = level_of(bar, calm)
    far = MARGIN * (summary[5 + level] + share * (summary[6 + level] - summary[5 + level]))
    far += place[4]
    north = max(place[1] - summary[4], summary[3] - place[1], 0.0) * M_PER_DEG
    east = max(place[0] - summary[2], summary[1] - place[0], 0.0) * M_PER_DEG
    poleward = max(abs(place[1]), abs(summary[3]), abs(summary[4]))
    east *= np.cos(np.radians(min(poleward, 90.0)))
    return north * north + east * east > far * far


@njit(cache=True, nogil=True, error_model="numpy")
def legs_near(place: Array, nodes: Array, reach: Array, bar: float, calm: float,
              ) -> tuple[int, int]:
    """Return the first leg and one past the last that may bring the bar to a place, or (0, 0).

    place: lon, lat, sine and cosine of the latitude, and how far its sites are from it [m].
    """
    level, share = level_of(bar, calm)
    first, last = nodes.shape[0], -1
    x, y, r = offset(place[0], place[1], place[2], place[3], nodes[0])
    far = reach_at(reach, 0, level, share)
    for k in range(nodes.shape[0] - 1):
        x2, y2, r2 = offset(place[0], place[1], place[2], place[3], nodes[k + 1])
        far2 = reach_at(reach, k + 1, level, share)
        # a point of a leg is no farther from its nearer end than half the leg, which is no longer
        # than the sum of its extents
        half = 0.5 * (abs(x2 - x) + abs(y2 - y))
        if min(r, r2) - half - place[4] <= max(far, far2):
            first = min(first, k)
            last = k + 1
        x, y, r, far = x2, y2, r2, far2
    return (0, 0) if last < 0 else (first, last)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _bar_with_motion(bar: float, x: float, y: float, spread: float, node: Array,
                     cos_inflow: float, sin_inflow: float) -> float:
    """Return the bar for a reach that takes all the motion as along the wind, where it is not.

    x, y: from the centre to the place nearest to it; spread: how far around it the sites and the
    leg are. With c the largest cosine between spiral and motion there, spiral a and motion m make
    (a^2 + m^2 + 2 a m c)^(1/2) <= a + m (c + (1 - c^2) m / (2 a)).
    """
    motion, away = node[MOTION], (x * x + y * y) ** 0.5
    if bar < 2.5 * motion or away < 1.2 * spread or away > 500e3 or motion < 0.1:
        return bar
    turn = cos_inflow * node[SPIN]
    along = (-(y * turn + x * sin_inflow) * node[MOTION_EAST]
             + (x * turn - y * sin_inflow) * node[MOTION_NORTH]) / (away * motion)
    along = min(max(along, -1.0), 1.0)
    # a little more than the places' own spread: the motion turns along the leg
    sine = min(1.1 * spread / away + 0.05, 1.0)
    cosine = (1.0 - sine * sine) ** 0.5
    if along >= cosine:
        return bar
    along = along * cosine + (1.0 - along * along) ** 0.5 * sine
    least = along + 0.5 * (1.0 - along * along) * motion / (bar - motion)
    return bar + 0.95 * motion * max(1.0 - least, 0.0)


@njit(cache=True, nogil=True, error_model="numpy")
def legs_within(place: Array, nodes: Array, reach: Array, first: int, last: int, bar: float,
                calm: float, cos_inflow: float, sin_inflow: float, near_step: float,
                far_step: float, leg: Array, parts: Array) -> int:
    """Write the legs that may bring the bar to a place, and in how many parts to look at each.

    A part is no longer than near_step of r_max, or far_step of the distance where that is more; it
    depends on the place and the leg alone. leg, parts (n_nodes,); returns how many.
    """
    level, share = level_of(bar, calm)
    found = 0
    x, y, _ = offset(place[0], place[1], place[2], place[3], nodes[first])
    far = reach_at(reach, first, level, share)
    for k in range(first, last):
        x2, y2, _ = offset(place[0], place[1], place[2], place[3], nodes[k + 1])
        far2 = reach_at(reach, k + 1, level, share)
        east, north = x2 - x, y2 - y
        square = east * east + north * north
        at = min(max(-(x * east + y * north) / max(square, 1.0), 0.0), 1.0)
        away = ((x + at * east) ** 2 + (y + at * north) ** 2) ** 0.5 - place[4]
        # the two ends' own reach and strength bound what is linear between them
        strongest = 1.02 * max(nodes[k, TOP], nodes[k + 1, TOP]) + max(
            nodes[k, MOTION], nodes[k + 1, MOTION])
        passes = away <= max(far, far2) and strongest > bar
        if passes:
            own, own_share = level_of(_bar_with_motion(
                bar, x + at * east, y + at * north,
                place[4] + square**0.5 * max(at, 1.0 - at), nodes[k], cos_inflow, sin_inflow), calm)
            passes = away <= max(reach_at(reach, k, own, own_share),
                                 reach_at(reach, k + 1, own, own_share))
        if passes:
            longest = max(near_step * min(nodes[k, R_MAX], nodes[k + 1, R_MAX]), far_step * away)
            leg[found], parts[found] = k, int(np.ceil(max(square**0.5 / longest, 1.0)))
            found += 1
        x, y, far = x2, y2, far2
    return found
