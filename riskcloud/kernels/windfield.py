"""Maximum wind of a moving storm at sites, found between the nodes of its path.

The path is a chain of nodes dense enough that every quantity is linear between two of them
(``hazard/typhoon/path.py``, columns in ``kernels/vortex.py``). Sites come sorted into cells. For
each cell an upper bound of each node's wind decides the order of the nodes and when to stop: no
node is left out that could raise any site's maximum, so there is no cut-off radius and no wasted
work. Then each site's maximum is refined in time around its best node.

With relative factors by direction (``kernels/sectors.py``) the same is done for the wind times the
factor of the direction it comes from; without them (no row) for the wind over open water. A site
whose factors are alike in all directions has exactly the same maximum either way.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.profiles import profile_speeds
from riskcloud.kernels.sectors import N_SECTORS, envelope, relative_factor
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
    any_stretched,
    bound_nodes,
    is_stretched,
    offset,
    profile_radius,
    wind,
    winds_at,
)

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True, error_model="numpy")
def _raise_maximum(code: int, lon: Array, lat: Array, sin_lat: Array, cos_lat: Array, node: Array,
                   k: float, cos_inflow: float, sin_inflow: float, relative: Array, share: float,
                   room: Array, best_sq: Array, best_node: Array) -> None:
    """Raise the squared maximum of all sites of a cell by one node; room (5, n) to work in.

    share is the largest relative factor that a wind of this node can meet in the cell.
    """
    x, y, r, around, reach = room[0], room[1], room[2], room[3], room[4]
    for j in range(lon.size):
        x[j], y[j], r[j] = offset(lon[j], lat[j], sin_lat[j], cos_lat[j], node)
    r_max, spin = node[R_MAX], node[SPIN]
    if is_stretched(node):
        mean, east, north, cross = (node[STRETCH], node[STRETCH_EAST], node[STRETCH_NORTH],
                                    node[STRETCH_CROSS])
        for j in range(lon.size):
            reach[j] = profile_radius(x[j], y[j], r[j], r_max, mean, east, north, cross)
        profile_speeds(code, reach, r_max, node[SHAPE:], around)
    else:
        profile_speeds(code, r, r_max, node[SHAPE:], around)
    motion_east, motion_north = node[MOTION_EAST], node[MOTION_NORTH]
    if relative.shape[0] == 0:
        for j in range(lon.size):
            u, v = wind(x[j], y[j], r[j], around[j], motion_east, motion_north, spin, cos_inflow,
                        sin_inflow)
            speed_sq = u * u + v * v
            more = speed_sq > best_sq[j]
            best_sq[j] = speed_sq if more else best_sq[j]
            best_node[j] = k if more else best_node[j]
        return
    for j in range(lon.size):
        x[j], y[j] = wind(x[j], y[j], r[j], around[j], motion_east, motion_north, spin,
                          cos_inflow, sin_inflow)
        around[j] = x[j] * x[j] + y[j] * y[j]
    # few sites need their factor, and the loop that looks it up would not vectorise
    share_sq = share * share
    for j in range(lon.size):
        if around[j] * share_sq > best_sq[j]:
            factor = relative_factor(x[j], y[j], relative, j)
            speed_sq = around[j] * (factor * factor)
            if speed_sq > best_sq[j]:
                best_sq[j] = speed_sq
                best_node[j] = k


@njit(cache=True, nogil=True, error_model="numpy")
def _best_nodes(code: int, lon: Array, lat: Array, sin_lat: Array, cos_lat: Array, nodes: Array,
                shape: Array, cos_inflow: float, sin_inflow: float, calm_m_s: float,
                relative: Array, best_sq: Array, best_node: Array) -> int:
    """Write the largest squared wind of any node at each site of a cell; return nodes used."""
    bound, share = np.empty(nodes.shape[0]), np.empty(nodes.shape[0])
    top = np.empty(N_SECTORS if relative.shape[0] else 0)
    if relative.shape[0]:
        envelope(relative, top)
    bound_nodes(code, lon.min(), lon.max(), lat.min(), lat.max(), nodes, shape, cos_inflow,
                sin_inflow, top, share, bound)
    room = np.empty((5, lon.size))
    best_sq[:] = 0.0
    best_node[:] = 0.0
    calm_sq = 0.96 * calm_m_s * calm_m_s  # between two calm nodes it may just not be calm
    used = 0
    while used < nodes.shape[0]:
        k = int(np.argmax(bound))
        if not bound[k] * bound[k] > max(best_sq.min(), calm_sq):
            break
        bound[k] = -1.0
        _raise_maximum(code, lon, lat, sin_lat, cos_lat, nodes[k], float(k), cos_inflow,
                       sin_inflow, relative, share[k], room, best_sq, best_node)
        used += 1
    return used


@njit(cache=True, nogil=True, error_model="numpy")
def _weigh(u: Array, v: Array, relative: Array, speed_sq: Array) -> None:
    """Multiply squared speeds by the squared relative factors, where there are any."""
    if relative.shape[0] == 0:
        return
    for j in range(u.size):
        factor = relative_factor(u[j], v[j], relative, j)
        speed_sq[j] = speed_sq[j] * (factor * factor)


@njit(cache=True, nogil=True, error_model="numpy")
def _refine(code: int, lon: Array, lat: Array, sin_lat: Array, cos_lat: Array, nodes: Array,
            stretched: bool, cos_inflow: float, sin_inflow: float, relative: Array,
            best_sq: Array, position: Array, u: Array, v: Array) -> None:
    """Move each site from its best node to the time of its maximum, and raise its maximum.

    The points half a node before and after it; the top of the parabola through the three, up to
    three quarters of a node away; then where the site passes r_max, a cusp of some profiles, or, if
    it does not, the top of the parabola through the last point and the two nearest to it.
    """
    n, end = lon.size, nodes.shape[0] - 1.0
    state = np.empty((6 + nodes.shape[1] - SHAPE, n))
    trial, below, middle, above = np.empty(n), np.empty(n), best_sq.copy(), np.empty(n)
    first = position.copy()
    passing = np.empty((2, n))
    _find_passing(lon, lat, sin_lat, cos_lat, nodes, position, passing)
    for step in range(4):
        for j in range(n):
            move = 0.5 * (2 * step - 1)
            if step == 2:
                move = _first_top(below[j], middle[j], above[j])
            elif step == 3:
                move = _second_top(below[j], middle[j], above[j], trial[j] - first[j],
                                   state[0, j])
                ahead, behind = passing[0, j], passing[1, j]
                on = ahead if above[j] >= below[j] or behind == 0.0 else behind
                move = on if on != 0.0 else (behind if behind != 0.0 else move)
            trial[j] = min(max(first[j] + move, 0.0), end)
        winds_at(code, lon, lat, sin_lat, cos_lat, nodes, stretched, trial, cos_inflow, sin_inflow,
                 state, u, v)
        _weigh(u, v, relative, state[0])
        if step < 2:
            (below if step == 0 else above)[:] = state[0]
        for j in range(n):
            more = state[0, j] > best_sq[j]
            best_sq[j] = state[0, j] if more else best_sq[j]
            position[j] = trial[j] if more else position[j]


@njit(cache=True, nogil=True, error_model="numpy")
def _find_passing(lon: Array, lat: Array, sin_lat: Array, cos_lat: Array, nodes: Array,
                  position: Array, passing: Array) -> None:
    """Write where a site passes r_max in the node interval ahead and behind, 0 where it does not.

    The distance less r_max is taken as linear between two nodes.
    """
    last = nodes.shape[0] - 1
    for j in range(lon.size):
        k = int(position[j])
        _, _, r = offset(lon[j], lat[j], sin_lat[j], cos_lat[j], nodes[k])
        here = r - nodes[k, R_MAX]
        for side in range(2):
            other = min(k + 1, last) if side == 0 else max(k - 1, 0)
            _, _, r = offset(lon[j], lat[j], sin_lat[j], cos_lat[j], nodes[other])
            there = r - nodes[other, R_MAX]
            share = here / (here - there) if here * there < 0.0 else 0.0
            passing[side, j] = share if side == 0 else -share


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _first_top(low: float, middle: float, high: float) -> float:
    """Return where the parabola through -0.5, 0 and 0.5 has its top, at most 0.75 away."""
    curvature = low - 2.0 * middle + high
    top = 0.25 * (low - high) / curvature if curvature < 0.0 else 0.0
    return min(max(top, -0.75), 0.75)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _second_top(low: float, middle: float, high: float, place: float, value: float) -> float:
    """Return the top of the parabola through a place and the nearest two of -0.5, 0 and 0.5.

    At most a quarter away from the place, which itself is returned where there is no such top.
    """
    side = 0.0 if place >= 0.0 else -0.5
    first, second = (middle, high) if place >= 0.0 else (low, middle)
    slope = 2.0 * (second - first)
    to_first, to_second = place - side, place - side - 0.5
    apart = min(abs(to_first), abs(to_second)) > 1e-3
    divided = ((value - second) / (to_second if apart else 1.0) - slope) / (
        to_first if apart else 1.0)
    top = side + 0.25 - 0.5 * slope / divided if apart and divided < 0.0 else place
    return min(max(top, place - 0.25), place + 0.25)


@njit(cache=True, nogil=True, error_model="numpy")
def _wind_of_cell(code: int, lon: Array, lat: Array, site: Array, nodes: Array, shape: Array,
                  stretched: bool, cos_inflow: float, sin_inflow: float, calm_m_s: float,
                  relative: Array, out_speed: Array, out_from_deg: Array, out_hour: Array) -> int:
    """Write the maxima of one cell's sites; return how many evaluations it took."""
    n = site.size
    x_deg, y_deg = lon[site], lat[site]
    sin_lat, cos_lat = np.sin(np.radians(y_deg)), np.cos(np.radians(y_deg))
    rows = relative[site] if relative.shape[0] else relative
    best_sq, position = np.empty(n), np.empty(n)
    u, v = np.empty(n), np.empty(n)
    used = _best_nodes(code, x_deg, y_deg, sin_lat, cos_lat, nodes, shape, cos_inflow, sin_inflow,
                       calm_m_s, rows, best_sq, position)
    _refine(code, x_deg, y_deg, sin_lat, cos_lat, nodes, stretched, cos_inflow, sin_inflow, rows,
            best_sq, position, u, v)
    state = np.empty((6 + nodes.shape[1] - SHAPE, n))
    winds_at(code, x_deg, y_deg, sin_lat, cos_lat, nodes, stretched, position, cos_inflow,
             sin_inflow, state, u, v)
    for j in range(n):
        i = site[j]
        speed = best_sq[j] ** 0.5
        calm = not speed >= calm_m_s
        out_speed[i] = 0.0 if calm else speed
        out_from_deg[i] = np.nan if calm else np.degrees(np.arctan2(-u[j], -v[j])) % 360.0
        before = min(int(position[j]), nodes.shape[0] - 2)
        step = nodes[before + 1, TIME] - nodes[before, TIME]
        out_hour[i] = np.nan if calm else nodes[before, TIME] + (position[j] - before) * step
    return n * (used + 5)


@njit(cache=True, nogil=True, error_model="numpy")
def _speed_of_cell(code: int, lon: Array, lat: Array, sin_lat: Array, cos_lat: Array,
                   nodes: Array, shape: Array, stretched: bool, cos_inflow: float,
                   sin_inflow: float, calm_m_s: float, relative: Array, out_speed: Array) -> None:
    """Write the maximum speeds of one cell's sites; none is looked at where all are calm."""
    n = lon.size
    best_sq, position = np.empty(n), np.empty(n)
    used = _best_nodes(code, lon, lat, sin_lat, cos_lat, nodes, shape, cos_inflow, sin_inflow,
                       calm_m_s, relative, best_sq, position)
    out_speed[:] = 0.0
    if used == 0:
        return
    u, v = np.empty(n), np.empty(n)
    _refine(code, lon, lat, sin_lat, cos_lat, nodes, stretched, cos_inflow, sin_inflow, relative,
            best_sq, position, u, v)
    for j in range(n):
        speed = best_sq[j] ** 0.5
        out_speed[j] = 0.0 if speed < calm_m_s else speed


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def maximum_speed(code: int, lon: Array, lat: Array, sin_lat: Array, cos_lat: Array, start: Array,
                  nodes: Array, inflow_rad: float, calm_m_s: float, relative: Array,
                  out_speed: Array) -> None:
    """Write each site's maximum speed, 0 below calm; sites stand in the order of their cells.

    relative (n_sites, COLUMNS), or (0, COLUMNS) for the wind over water.
    """
    cos_inflow, sin_inflow = np.cos(inflow_rad), np.sin(inflow_rad)
    shape = np.ascontiguousarray(nodes[:, SHAPE:].T)
    stretched = any_stretched(nodes)
    local = relative.shape[0] > 0
    for c in prange(start.size - 1):
        first, last = start[c], start[c + 1]
        if last > first:
            rows = relative[first:last] if local else relative
            _speed_of_cell(code, lon[first:last], lat[first:last], sin_lat[first:last],
                           cos_lat[first:last], nodes, shape, stretched, cos_inflow, sin_inflow,
                           calm_m_s, rows, out_speed[first:last])


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def maximum_wind(code: int, lon: Array, lat: Array, order: Array, start: Array, nodes: Array,
                 inflow_rad: float, calm_m_s: float, relative: Array, out_speed: Array,
                 out_from_deg: Array, out_hour: Array, out_evaluations: Array) -> None:
    """Write each site's maximum wind, where it blows from and when; below calm: 0, NaN, NaN.

    relative (n_sites, COLUMNS), or (0, COLUMNS) for the wind over water. out_evaluations (n_cells,)
    counts site-node evaluations, refinement included.
    """
    cos_inflow, sin_inflow = np.cos(inflow_rad), np.sin(inflow_rad)
    shape = np.ascontiguousarray(nodes[:, SHAPE:].T)
    stretched = any_stretched(nodes)
    for c in prange(start.size - 1):
        if start[c + 1] > start[c]:
            # a function of its own: the loop's body stays trivial to parallelise and compile
            out_evaluations[c] = _wind_of_cell(
                code, lon, lat, order[start[c]:start[c + 1]], nodes, shape, stretched, cos_inflow,
                sin_inflow, calm_m_s, relative, out_speed, out_from_deg, out_hour)
