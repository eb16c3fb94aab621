"""A storm's largest wind at each site of a tile: the time around its samples.

The path is cut as finely as its distance asks for (``windreach.legs_within``) and sampled
(``kernels/windsamples.py``); parameters are linear between two nodes (``kernels/vortex.py``). All
measures of a site share a wind wherever they look at the same place.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from riskcloud.kernels.profiles import N_SHAPE
from riskcloud.kernels.vortex import COS_LAT, LAT, LON, M_PER_DEG, R_MAX, SIN_LAT, winds_at
from riskcloud.kernels.windfield import _first_top, _second_top
from riskcloud.kernels.windsamples import LANES, direction_of, factor_sq

Array = npt.NDArray[Any]

@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _beyond_r_max(sites: Array, i: int, nodes: Array, position: float) -> float:
    """Return a site's distance from the centre less r_max at a place of the path."""
    lon, lat, sin_lat, cos_lat = sites[0, i], sites[1, i], sites[2, i], sites[3, i]
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
def worth_refining(best: Array, need: Array, share: float, measure: Array, site: Array) -> int:
    """Write measure and site of squared maxima from a share of the bar on; return how many.

    A site's measures follow one another, as :func:`refine` takes them.
    """
    chosen = 0
    for j in range(need.shape[1]):
        for m in range(need.shape[0]):
            if best[m, j] >= (share * need[m, j]) ** 2:
                measure[chosen], site[chosen] = m, j
                chosen += 1
    return chosen


@njit(cache=True, nogil=True, error_model="numpy")
def _leads(measure: Array, site: Array, position: Array, steps: Array, lead: Array, own: Array,
           ) -> int:
    """Write for each maximum which of the different places it is at, and one at each of those.

    Measures of a site that stand at the same place with the same step are at one.
    """
    n = 0
    for i in range(site.size):
        m, j = measure[i], site[i]
        found, back = -1, i - 1
        while back >= 0 and site[back] == j:
            if (position[measure[back], j] == position[m, j]
                    and steps[measure[back], j] == steps[m, j]):
                found = lead[back]
                break
            back -= 1
        if found < 0:
            found = n
            own[n] = i
            n += 1
        lead[i] = found
    return n


@njit(cache=True, nogil=True, error_model="numpy")
def _passing(sites: Array, i: int, nodes: Array, first: float, step: float) -> tuple[float, float]:
    """Return where a site passes r_max ahead and behind, in steps; 0 where it does not."""
    here, end = _beyond_r_max(sites, i, nodes, first), nodes.shape[0] - 1.0
    if here > nodes[min(int(first), nodes.shape[0] - 1), R_MAX]:
        return 0.0, 0.0  # farther from r_max than a step
    ahead = _beyond_r_max(sites, i, nodes, min(max(first + step, 0.0), end))
    behind = _beyond_r_max(sites, i, nodes, min(max(first - step, 0.0), end))
    return (here / (here - ahead) if here * ahead < 0.0 else 0.0,
            -here / (here - behind) if here * behind < 0.0 else 0.0)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _sites_of(sites: Array, site: Array, chosen: Array, out: Array) -> None:
    """Write chosen places of site (4, ...), the last one again up to a multiple of LANES."""
    for i in range(-(-chosen.size // LANES) * LANES):
        j = site[chosen[min(i, chosen.size - 1)]]
        for p in range(4):
            out[p, i] = sites[p, j]


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _local(speed_sq: float, u: float, v: float, relative: Array, directed: Array, m: int, j: int,
           ) -> float:
    """Return the square of a measure's wind."""
    if not directed[m]:
        return speed_sq
    k, part, lacks = direction_of(u, v, speed_sq)
    return speed_sq * factor_sq(relative, m, j, k, part, lacks)


@njit(cache=True, nogil=True, error_model="numpy")
def refine(code: int, sites: Array, measure: Array, site: Array, nodes: Array, cos_inflow: float,
           sin_inflow: float, relative: Array, directed: Array, best: Array, position: Array,
           steps: Array) -> None:
    """Raise squared maxima at four more places of the path around the best one.

    measure, site (n,) tell whose (``worth_refining``). Half a part before and after, for all
    measures of a place at once; the top of the parabola through the three; then where the site
    passes r_max, a cusp of some profiles, or, if it does not, the top of the parabola through the
    last place and the two nearest to it (as ``windfield``).
    """
    n, end = site.size, nodes.shape[0] - 1.0
    whole = -(-n // LANES) * LANES
    lead, leads = np.empty(n, np.int64), np.empty(n, np.int64)
    n_leads = _leads(measure, site, position, steps, lead, leads)
    own, state = np.empty((4, whole)), np.empty((6 + N_SHAPE, whole))
    room, three, passing = np.empty((4, whole)), np.empty((3, n)), np.empty((2, n))
    trial, u, v, value = room[0], room[1], room[2], room[3]
    _sites_of(sites, site, leads[:n_leads], own)
    for i in range(n_leads):
        m, j = measure[leads[i]], site[leads[i]]
        passing[0, i], passing[1, i] = _passing(own, i, nodes, position[m, j], steps[m, j])
    for i in range(n):
        three[1, i] = best[measure[i], site[i]]
    some = -(-n_leads // LANES) * LANES
    for turn in range(2):
        for i in range(some):
            at = leads[min(i, n_leads - 1)]
            m, j = measure[at], site[at]
            trial[i] = min(max(position[m, j] + (turn - 0.5) * steps[m, j], 0.0), end)
        winds_at(code, own[0, :some], own[1, :some], own[2, :some], own[3, :some], nodes, False,
                 trial[:some], cos_inflow, sin_inflow, state[:, :some], u[:some], v[:some])
        for i in range(n):
            m, j, k = measure[i], site[i], lead[i]
            three[2 * turn, i] = _local(state[0, k], u[k], v[k], relative, directed, m, j)
            best[m, j] = max(best[m, j], three[2 * turn, i])
    _sites_of(sites, site, np.arange(n), own)
    for turn in range(2):
        for i in range(n):
            m, j, k = measure[i], site[i], lead[i]
            if turn == 0:
                move = _first_top(three[0, i], three[1, i], three[2, i])
            else:
                move = _last_move(three[0, i], three[1, i], three[2, i], passing[0, k],
                                  passing[1, k], (trial[i] - position[m, j]) / steps[m, j],
                                  value[i])
            trial[i] = min(max(position[m, j] + move * steps[m, j], 0.0), end)
        trial[n:] = trial[n - 1]
        winds_at(code, own[0], own[1], own[2], own[3], nodes, False, trial, cos_inflow,
                 sin_inflow, state, u, v)
        for i in range(n):
            m, j = measure[i], site[i]
            value[i] = _local(state[0, i], u[i], v[i], relative, directed, m, j)
            best[m, j] = max(best[m, j], value[i])


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _last_move(before: float, middle: float, after: float, ahead: float, behind: float,
               place: float, value: float) -> float:
    """Return the last place to look at, in parts from the first."""
    on = ahead if after >= before or behind == 0.0 else behind
    on = on if on != 0.0 else behind
    return on if on != 0.0 else _second_top(before, middle, after, place, value)
