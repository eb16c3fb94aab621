"""A storm's largest wind at each site of a tile: samples along its path, then the time around them.

The path is cut as finely as its distance asks for (``windreach.legs_within``); parameters are
linear between two nodes (``kernels/vortex.py``). All measures of a site share a sample's wind.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from riskcloud.kernels.profiles import N_SHAPE, profile_speeds
from riskcloud.kernels.sectors import relative_factor
from riskcloud.kernels.vortex import (
    COS_LAT,
    FADING_PER_M,
    LAT,
    LON,
    M_PER_DEG,
    MOTION_EAST,
    MOTION_NORTH,
    R_MAX,
    SHAPE,
    SIN_LAT,
    SPIN,
    background,
    offset,
    winds_at,
)
from riskcloud.kernels.windfield import _first_top, _second_top

Array = npt.NDArray[Any]

LANES = 4
"""Numbers of double precision in a vector of most processors: what is left over costs as much."""


@njit(cache=True, nogil=True, error_model="numpy")
def _sample(code: int, place: Array, sites: Array, node: Array, at: float, step: float,
            cos_inflow: float, sin_inflow: float, relative: Array, directed: Array, need: Array,
            room: Array, best: Array, position: Array, steps: Array) -> None:
    """Raise the squared maxima of all sites and measures by one place of the storm.

    The fading of the motion is taken as linear in the distance around the tile's middle.
    """
    x, y, r, around = room[0], room[1], room[2], room[3]
    lon, lat, sin_lat, cos_lat = sites[0], sites[1], sites[2], sites[3]
    n = lon.size
    for j in range(n):
        x[j], y[j], r[j] = offset(lon[j], lat[j], sin_lat[j], cos_lat[j], node)
    profile_speeds(code, r, node[R_MAX], node[SHAPE:], around)
    _, _, middle = offset(place[0], place[1], place[2], place[3], node)
    fade = background(middle)
    slope = -FADING_PER_M * fade * (1.0 - fade)
    fade -= slope * middle
    east, north = node[MOTION_EAST], node[MOTION_NORTH]
    turning = cos_inflow * node[SPIN]
    for j in range(n):
        per_r = max(around[j], 0.0) / r[j]
        left = fade + slope * r[j]
        u = left * east - (y[j] * turning + x[j] * sin_inflow) * per_r
        v = left * north + (x[j] * turning - y[j] * sin_inflow) * per_r
        x[j], y[j] = u, v
        around[j] = u * u + v * v
    for m in range(best.shape[0]):
        own, own_position, own_steps = best[m], position[m], steps[m]
        if not directed[m]:
            for j in range(own.size):
                more = around[j] > own[j]
                own[j] = around[j] if more else own[j]
                own_position[j] = at if more else own_position[j]
                own_steps[j] = step if more else own_steps[j]
            continue
        rows, least = relative[m], need[m]
        for j in range(own.size):
            # few winds are strong enough to ask for their factor, 1 at most
            if around[j] > own[j] and around[j] > 0.8 * least[j] * least[j]:
                factor = relative_factor(x[j], y[j], rows, j)
                speed_sq = around[j] * (factor * factor)
                if speed_sq > own[j]:
                    own[j], own_position[j], own_steps[j] = speed_sq, at, step


@njit(cache=True, nogil=True, error_model="numpy")
def sample_path(code: int, place: Array, sites: Array, nodes: Array, leg: Array, parts: Array,
                cos_inflow: float, sin_inflow: float, relative: Array, directed: Array,
                need: Array, best: Array, position: Array, steps: Array) -> int:
    """Write the largest squared wind of each measure (n_measures, n_sites) at samples of a path.

    Where in the path (in nodes), and how long a part is there. Winds below 0.89 of need may be left
    out. leg, parts as ``windreach.legs_within`` gives them; sites (4, n) padded to a multiple of
    LANES. Returns how many winds it took.
    """
    best[:], position[:], steps[:] = 0.0, 0.0, 1.0
    between, room = np.empty(nodes.shape[1]), np.empty((4, sites.shape[1]))
    taken = 0
    for i in range(leg.size):
        k = leg[i]
        step = 1.0 / parts[i]
        # a leg's end is the next one's beginning: where that is left out, so may the end be
        more = 1 if k == nodes.shape[0] - 2 else 0
        for part in range(parts[i] + more):
            w = part * step
            if part > 0:
                for p in range(between.size):
                    between[p] = nodes[k, p] + w * (nodes[k + 1, p] - nodes[k, p])
            node = between if part > 0 else nodes[k]
            _sample(code, place, sites, node, k + w, step, cos_inflow, sin_inflow, relative,
                    directed, need, room, best, position, steps)
            taken += best.shape[1]
    return taken


@njit(cache=True, nogil=True, error_model="numpy")
def padded(sites: Array) -> Array:
    """Return sites (4, n), the last one again up to a multiple of LANES: loops of whole vectors."""
    n = sites.shape[1]
    out = np.empty((4, -(-n // LANES) * LANES))
    for p in range(4):
        for j in range(out.shape[1]):
            out[p, j] = sites[p, min(j, n - 1)]
    return out


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _beyond_r_max(site: Array, nodes: Array, position: float) -> float:
    """Return the distance from the centre less r_max at a place of the path."""
    lon, lat, sin_lat, cos_lat = site[0], site[1], site[2], site[3]
    k = min(int(position), nodes.shape[0] - 2)
    w = position - k
    x = (lon - (nodes[k, LON] + w * (nodes[k + 1, LON] - nodes[k, LON])))
    y = (lat - (nodes[k, LAT] + w * (nodes[k + 1, LAT] - nodes[k, LAT])))
    node_sin = nodes[k, SIN_LAT] + w * (nodes[k + 1, SIN_LAT] - nodes[k, SIN_LAT])
    node_cos = nodes[k, COS_LAT] + w * (nodes[k + 1, COS_LAT] - nodes[k, COS_LAT])
    x *= (0.5 * (1.0 + cos_lat * node_cos - sin_lat * node_sin)) ** 0.5
    r_max = nodes[k, R_MAX] + w * (nodes[k + 1, R_MAX] - nodes[k, R_MAX])
    return M_PER_DEG * (x * x + y * y) ** 0.5 - r_max


@njit(cache=True, nogil=True, error_model="numpy")
def refine(code: int, sites: Array, measure: Array, site: Array, nodes: Array, cos_inflow: float,
           sin_inflow: float, relative: Array, directed: Array, best: Array, position: Array,
           steps: Array) -> None:
    """Raise squared maxima at four more places of the path around the best one.

    measure, site (n,) tell whose. Half a part before and after; the top of the parabola through the
    three; then where the site passes r_max, a cusp of some profiles, or, if it does not, the top of
    the parabola through the last place and the two nearest to it (as ``windfield``).
    """
    n, end = site.size, nodes.shape[0] - 1.0
    whole = -(-n // LANES) * LANES
    own, state = np.empty((4, whole)), np.empty((6 + N_SHAPE, whole))
    first, trial, u, v = np.empty(whole), np.empty(whole), np.empty(whole), np.empty(whole)
    three, passing = np.empty((3, n)), np.empty((2, n))
    for i in range(whole):
        m, j = measure[min(i, n - 1)], site[min(i, n - 1)]
        for p in range(4):
            own[p, i] = sites[p, j]
        first[i] = position[m, j]
        if i >= n:
            continue
        three[1, i] = best[m, j]
        passing[:, i] = 0.0
        here = _beyond_r_max(own[:, i], nodes, first[i])
        if here > nodes[min(int(first[i]), nodes.shape[0] - 1), R_MAX]:
            continue  # farther from r_max than a step
        for side in range(2):
            move = steps[m, j] if side == 0 else -steps[m, j]
            there = _beyond_r_max(own[:, i], nodes, min(max(first[i] + move, 0.0), end))
            share = here / (here - there) if here * there < 0.0 else 0.0
            passing[side, i] = share if side == 0 else -share
    trial[:] = first
    for turn in range(4):
        for i in range(n):
            m, j = measure[i], site[i]
            move = 0.5 * (2 * turn - 1)
            if turn == 2:
                move = _first_top(three[0, i], three[1, i], three[2, i])
            elif turn == 3:
                move = _last_move(three[:, i], passing[:, i], (trial[i] - first[i]) / steps[m, j],
                                  state[0, i])
            trial[i] = min(max(first[i] + move * steps[m, j], 0.0), end)
        winds_at(code, own[0], own[1], own[2], own[3], nodes, False, trial, cos_inflow,
                 sin_inflow, state, u, v)
        for i in range(n):
            m, j = measure[i], site[i]
            if directed[m]:
                factor = relative_factor(u[i], v[i], relative[m], j)
                state[0, i] *= factor * factor
            if turn < 2:
                three[2 * turn, i] = state[0, i]
            best[m, j] = max(best[m, j], state[0, i])


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _last_move(three: Array, passing: Array, place: float, value: float) -> float:
    """Return the last place to look at, in parts from the first."""
    ahead, behind = passing[0], passing[1]
    on = ahead if three[2] >= three[0] or behind == 0.0 else behind
    on = on if on != 0.0 else behind
    return on if on != 0.0 else _second_top(three[0], three[1], three[2], place, value)
