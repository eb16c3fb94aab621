"""Maximum wind of a moving storm at sites, found between the nodes of its path.

The path is a chain of nodes dense enough that every quantity is linear between two of them
(``hazard/typhoon/path.py``). Sites come sorted into cells. For each cell an upper bound of each
node's wind decides the order of the nodes and when to stop: no node is left out that could raise
any site's maximum, so there is no cut-off radius and no wasted work. Then each site's maximum is
refined in time between the neighbours of its best node.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.elementary import exp
from riskcloud.kernels.profiles import profile_speed_rows, profile_speeds

Array = npt.NDArray[Any]

(LON, LAT, SIN_LAT, COS_LAT, R_MAX, MOTION_EAST, MOTION_NORTH, MOTION, SPIN, PEAK, TIME,
 SHAPE) = range(12)
"""Columns of a node: degrees, sine, cosine, m, asymmetry vector (east, north, length) m/s, +1 or
-1 by hemisphere, peak of the profile m/s, hours, then the shape parameters."""

M_PER_DEG = 6_371_008.8 * np.pi / 180.0
HALF_FADED_M, FADING_PER_M = 500e3, 0.008e-3
"""The wind of the motion fades as 0.5 (1 + tanh(0.004 (500 - r_km))), a logistic curve."""
ROUNDS = 1
"""Halvings of the node interval in the search for the time of the maximum."""


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _offset(lon: float, lat: float, sin_lat: float, cos_lat: float, node: Array,
            ) -> tuple[float, float, float]:
    """Return east and north offsets and distance from the centre, m (mean-latitude plane)."""
    mean_cos = (0.5 * (1.0 + cos_lat * node[COS_LAT] - sin_lat * node[SIN_LAT])) ** 0.5
    x = (lon - node[LON]) * M_PER_DEG * mean_cos
    y = (lat - node[LAT]) * M_PER_DEG
    r = (x * x + y * y) ** 0.5
    return x, y, (1.0 if r < 1.0 else r)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def background(r: float) -> float:
    """Return the share of the motion's wind that is left at a distance: near 1, then fading."""
    return 1.0 / (1.0 + exp(FADING_PER_M * (r - HALF_FADED_M)))


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _wind(x: float, y: float, r: float, around: float, motion_east: float, motion_north: float,
          spin: float, cos_inflow: float, sin_inflow: float) -> tuple[float, float]:
    """Return east and north wind: the spiral around the centre plus the fading motion."""
    around = 0.0 if around < 0.0 else around
    turn = around * cos_inflow * spin / r
    inward = around * sin_inflow / r
    fade = background(r)
    return (-y * turn - x * inward + fade * motion_east,
            x * turn - y * inward + fade * motion_north)


@njit(cache=True, nogil=True, error_model="numpy")
def _winds_at(code: int, lon: Array, lat: Array, sin_lat: Array, cos_lat: Array, nodes: Array,
              position: Array, cos_inflow: float, sin_inflow: float, state: Array, u: Array,
              v: Array) -> None:
    """Write each site's wind at its own fractional node position.

    state (5 + N_SHAPE, n) is room to work in; on return its row 0 holds the squared speed.
    """
    last = nodes.shape[0] - 2
    x, y, r, r_max, around, shape = state[0], state[1], state[2], state[3], state[4], state[5:]
    for j in range(lon.size):
        k = int(position[j])
        k = last if k > last else k
        w = position[j] - k
        d_lat = lat[j] - (nodes[k, LAT] + w * (nodes[k + 1, LAT] - nodes[k, LAT]))
        d_lon = lon[j] - (nodes[k, LON] + w * (nodes[k + 1, LON] - nodes[k, LON]))
        node_sin = nodes[k, SIN_LAT] + w * (nodes[k + 1, SIN_LAT] - nodes[k, SIN_LAT])
        node_cos = nodes[k, COS_LAT] + w * (nodes[k + 1, COS_LAT] - nodes[k, COS_LAT])
        mean_cos = (0.5 * (1.0 + cos_lat[j] * node_cos - sin_lat[j] * node_sin)) ** 0.5
        x[j] = d_lon * M_PER_DEG * mean_cos
        y[j] = d_lat * M_PER_DEG
        distance = (x[j] * x[j] + y[j] * y[j]) ** 0.5
        r[j] = 1.0 if distance < 1.0 else distance
        r_max[j] = nodes[k, R_MAX] + w * (nodes[k + 1, R_MAX] - nodes[k, R_MAX])
        u[j] = nodes[k, MOTION_EAST] + w * (nodes[k + 1, MOTION_EAST] - nodes[k, MOTION_EAST])
        v[j] = nodes[k, MOTION_NORTH] + w * (nodes[k + 1, MOTION_NORTH] - nodes[k, MOTION_NORTH])
        for p in range(shape.shape[0]):
            shape[p, j] = nodes[k, SHAPE + p] + w * (nodes[k + 1, SHAPE + p] - nodes[k, SHAPE + p])
    profile_speed_rows(code, r, r_max, shape, around)
    for j in range(lon.size):
        spin = nodes[int(position[j]), SPIN]
        u[j], v[j] = _wind(x[j], y[j], r[j], around[j], u[j], v[j], spin, cos_inflow,
                           sin_inflow)
        x[j] = u[j] * u[j] + v[j] * v[j]


@njit(cache=True, nogil=True, error_model="numpy")
def _refine(code: int, lon: Array, lat: Array, sin_lat: Array, cos_lat: Array, nodes: Array,
            cos_inflow: float, sin_inflow: float, best_sq: Array, position: Array, u: Array,
            v: Array) -> None:
    """Move each site from its best node to the time of its maximum; write the wind there.

    Halve the interval around the best position ``ROUNDS`` times, then go to the top of the
    parabola through the last three. A step that does not raise the wind is not taken.
    """
    n, end = lon.size, nodes.shape[0] - 1.0
    state = np.empty((5 + nodes.shape[1] - SHAPE, n))
    trial, below, above = np.empty(n), np.empty(n), np.empty(n)
    step = 0.5
    for _ in range(ROUNDS):
        for side in range(2):
            for j in range(n):
                moved = position[j] + (step if side else -step)
                trial[j] = min(max(moved, 0.0), end)
            _winds_at(code, lon, lat, sin_lat, cos_lat, nodes, trial, cos_inflow, sin_inflow,
                      state, u, v)
            for j in range(n):
                if side:
                    above[j] = state[0, j]
                else:
                    below[j] = state[0, j]
        for j in range(n):
            low, middle, high = below[j], best_sq[j], above[j]
            curvature = low - 2.0 * middle + high
            top = 0.5 * (low - high) / curvature if curvature < 0.0 else 0.0
            shift = step if high > middle and high > low else 0.0
            shift = -step if low > middle and low >= high else shift
            inside = shift == 0.0 and low != high
            trial[j] = position[j] + (top * step if inside else 0.0)
            position[j] = min(max(position[j] + shift, 0.0), end)
            best_sq[j] = max(middle, low, high)
        step *= 0.5
    for j in range(n):
        trial[j] = min(max(trial[j], 0.0), end)
    _winds_at(code, lon, lat, sin_lat, cos_lat, nodes, trial, cos_inflow, sin_inflow, state, u, v)
    for j in range(n):
        position[j] = trial[j] if state[0, j] > best_sq[j] else position[j]
    _winds_at(code, lon, lat, sin_lat, cos_lat, nodes, position, cos_inflow, sin_inflow,
              state, u, v)


@njit(cache=True, nogil=True, error_model="numpy")
def _bound_nodes(code: int, west: float, east: float, south: float, north: float, nodes: Array,
                 shape: Array, cos_inflow: float, sin_inflow: float, bound: Array) -> None:
    """Write an upper bound of each node's wind over the box.

    shape (N_SHAPE, n_nodes) is that of the nodes. Outside r_max the profile falls, so it lies
    between its values at the near and the far edge of the box; the speed of a sum of two vectors
    is convex in the length of one, so an end has the maximum; turning the spiral by an angle
    changes the sum by at most the motion times that angle.
    """
    n = nodes.shape[0]
    lon, lat = 0.5 * (west + east), 0.5 * (south + north)
    sin_lat, cos_lat = np.sin(np.radians(lat)), np.cos(np.radians(lat))
    widest = np.cos(np.radians(min(max(0.0, south), north) if south <= 0.0 <= north
                               else min(abs(south), abs(north))))
    half = 0.51 * M_PER_DEG * np.hypot((east - west) * widest, north - south) + 10.0
    x, y, r = np.empty(n), np.empty(n), np.empty(n)
    near, far, r_max = np.empty(n), np.empty(n), np.empty(n)
    for k in range(n):
        x[k], y[k], r[k] = _offset(lon, lat, sin_lat, cos_lat, nodes[k])
        # over a large distance the mean-latitude plane shears: widen the box a little
        around_it = half * (1.0 + r[k] / 5e6)
        near[k], far[k], r_max[k] = max(r[k] - around_it, 1.0), r[k] + around_it, nodes[k, R_MAX]
    near_speed, far_speed = np.empty(n), np.empty(n)
    profile_speed_rows(code, near, r_max, shape, near_speed)
    profile_speed_rows(code, far, r_max, shape, far_speed)
    for k in range(n):
        if near[k] <= r_max[k]:
            bound[k] = 1.02 * nodes[k, PEAK] + nodes[k, MOTION]
            continue
        strongest = 0.0
        for around in (near_speed[k], far_speed[k]):
            u, v = _wind(x[k] / r[k] * near[k], y[k] / r[k] * near[k], near[k], around,
                         nodes[k, MOTION_EAST], nodes[k, MOTION_NORTH], nodes[k, SPIN],
                         cos_inflow, sin_inflow)
            strongest = max(strongest, (u * u + v * v) ** 0.5)
        fade_near, fade_far = background(near[k]), background(far[k])
        turned = min(1.6 * (far[k] - r[k]) / r[k], 2.0)
        bound[k] = 1.001 * strongest + nodes[k, MOTION] * (fade_near * turned
                                                            + fade_near - fade_far)


@njit(cache=True, nogil=True, error_model="numpy")
def _raise_maximum(code: int, lon: Array, lat: Array, sin_lat: Array, cos_lat: Array, node: Array,
                   k: float, cos_inflow: float, sin_inflow: float, x: Array, y: Array, r: Array,
                   around: Array, best_sq: Array, best_node: Array) -> None:
    """Raise the squared maximum of all sites of a cell by one node."""
    for j in range(lon.size):
        x[j], y[j], r[j] = _offset(lon[j], lat[j], sin_lat[j], cos_lat[j], node)
    profile_speeds(code, r, node[R_MAX], node[SHAPE:], around)
    spin = node[SPIN]
    motion_east, motion_north = node[MOTION_EAST], node[MOTION_NORTH]
    for j in range(lon.size):
        u, v = _wind(x[j], y[j], r[j], around[j], motion_east, motion_north, spin,
                     cos_inflow, sin_inflow)
        speed_sq = u * u + v * v
        more = speed_sq > best_sq[j]
        best_sq[j] = speed_sq if more else best_sq[j]
        best_node[j] = k if more else best_node[j]


@njit(cache=True, nogil=True, error_model="numpy")
def _best_nodes(code: int, x_deg: Array, y_deg: Array, sin_lat: Array, cos_lat: Array,
                nodes: Array, shape: Array, cos_inflow: float, sin_inflow: float, calm_m_s: float,
                best_sq: Array, best_node: Array) -> int:
    """Write the largest squared wind of any node at each site of a cell; return nodes used."""
    n = x_deg.size
    bound = np.empty(nodes.shape[0])
    _bound_nodes(code, x_deg.min(), x_deg.max(), y_deg.min(), y_deg.max(), nodes,
                 shape, cos_inflow, sin_inflow, bound)
    x, y, r, around = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    best_sq[:] = 0.0
    best_node[:] = 0.0
    calm_sq = 0.96 * calm_m_s * calm_m_s  # between two calm nodes it may just not be calm
    used = 0
    while used < nodes.shape[0]:
        k = int(np.argmax(bound))
        if not bound[k] * bound[k] > max(best_sq.min(), calm_sq):
            break
        bound[k] = -1.0
        _raise_maximum(code, x_deg, y_deg, sin_lat, cos_lat, nodes[k], float(k), cos_inflow,
                       sin_inflow, x, y, r, around, best_sq, best_node)
        used += 1
    return used


@njit(cache=True, nogil=True, error_model="numpy")
def _maximum_of_cell(code: int, lon: Array, lat: Array, site: Array, nodes: Array, shape: Array,
                     cos_inflow: float, sin_inflow: float, calm_m_s: float, out_speed: Array,
                     out_from_deg: Array, out_hour: Array) -> int:
    """Write the maxima of one cell's sites; return how many evaluations it took."""
    n = site.size
    x_deg, y_deg = lon[site], lat[site]
    sin_lat, cos_lat = np.sin(np.radians(y_deg)), np.cos(np.radians(y_deg))
    best_sq, best_node = np.empty(n), np.empty(n)
    used = _best_nodes(code, x_deg, y_deg, sin_lat, cos_lat, nodes, shape, cos_inflow, sin_inflow,
                       calm_m_s, best_sq, best_node)
    u, v = np.empty(n), np.empty(n)
    _refine(code, x_deg, y_deg, sin_lat, cos_lat, nodes, cos_inflow, sin_inflow,
            best_sq, best_node, u, v)
    for j in range(n):
        i = site[j]
        speed = (u[j] * u[j] + v[j] * v[j]) ** 0.5
        calm = speed < calm_m_s
        out_speed[i] = 0.0 if calm else speed
        out_from_deg[i] = np.nan if calm else np.degrees(np.arctan2(-u[j], -v[j])) % 360.0
        before = min(int(best_node[j]), nodes.shape[0] - 2)
        step = nodes[before + 1, TIME] - nodes[before, TIME]
        out_hour[i] = np.nan if calm else nodes[before, TIME] + (best_node[j] - before) * step
    return n * (used + 2 * ROUNDS + 2)


@njit(cache=True, nogil=True, error_model="numpy")
def _speed_of_cell(code: int, lon: Array, lat: Array, sin_lat: Array, cos_lat: Array,
                   nodes: Array, shape: Array, cos_inflow: float, sin_inflow: float,
                   calm_m_s: float, out_speed: Array) -> None:
    """Write the maximum speeds of one cell's sites.

    The largest of the best node, the points half a node before and after it, and the top of the
    parabola through the three; where no site may exceed calm, no point is looked at.
    """
    n = lon.size
    best_sq, position = np.empty(n), np.empty(n)
    used = _best_nodes(code, lon, lat, sin_lat, cos_lat, nodes, shape, cos_inflow, sin_inflow,
                       calm_m_s, best_sq, position)
    out_speed[:] = 0.0
    if used == 0:
        return
    end = nodes.shape[0] - 1.0
    state = np.empty((5 + nodes.shape[1] - SHAPE, n))
    trial, below, u, v = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    for side in range(2):
        for j in range(n):
            trial[j] = min(max(position[j] + (0.5 if side else -0.5), 0.0), end)
        _winds_at(code, lon, lat, sin_lat, cos_lat, nodes, trial, cos_inflow, sin_inflow, state,
                  u, v)
        if side == 0:
            below[:] = state[0]
    for j in range(n):
        low, middle, high = below[j], best_sq[j], state[0, j]
        curvature = low - 2.0 * middle + high
        top = 0.25 * (low - high) / curvature if curvature < 0.0 else 0.0
        trial[j] = min(max(position[j] + min(max(top, -0.75), 0.75), 0.0), end)
        best_sq[j] = max(low, middle, high)
    _winds_at(code, lon, lat, sin_lat, cos_lat, nodes, trial, cos_inflow, sin_inflow, state, u, v)
    for j in range(n):
        speed = max(best_sq[j], state[0, j]) ** 0.5
        out_speed[j] = 0.0 if speed < calm_m_s else speed


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def maximum_speed(code: int, lon: Array, lat: Array, sin_lat: Array, cos_lat: Array, start: Array,
                  nodes: Array, inflow_rad: float, calm_m_s: float, out_speed: Array) -> None:
    """Write each site's maximum speed, 0 below calm; sites stand in the order of their cells."""
    cos_inflow, sin_inflow = np.cos(inflow_rad), np.sin(inflow_rad)
    shape = np.ascontiguousarray(nodes[:, SHAPE:].T)
    for c in prange(start.size - 1):
        first, last = start[c], start[c + 1]
        if last > first:
            _speed_of_cell(code, lon[first:last], lat[first:last], sin_lat[first:last],
                           cos_lat[first:last], nodes, shape, cos_inflow, sin_inflow, calm_m_s,
                           out_speed[first:last])


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def maximum_wind(code: int, lon: Array, lat: Array, order: Array, start: Array, nodes: Array,
                 inflow_rad: float, calm_m_s: float, out_speed: Array, out_from_deg: Array,
                 out_hour: Array, out_evaluations: Array) -> None:
    """Write each site's maximum wind, where it blows from and when; below calm: 0, NaN, NaN.

    out_evaluations (n_cells,) counts site-node evaluations, refinement included.
    """
    cos_inflow, sin_inflow = np.cos(inflow_rad), np.sin(inflow_rad)
    shape = np.ascontiguousarray(nodes[:, SHAPE:].T)
    for c in prange(start.size - 1):
        if start[c + 1] > start[c]:
            # a function of its own: the loop's body stays trivial to parallelise and compile
            out_evaluations[c] = _maximum_of_cell(
                code, lon, lat, order[start[c]:start[c + 1]], nodes, shape, cos_inflow, sin_inflow,
                calm_m_s, out_speed, out_from_deg, out_hour)
