"""Wind of a storm at one instant: the spiral around its centre, stretched by azimuth, and motion.

The storm is a row of numbers, a *node* of its path (``hazard/typhoon/path.py``). Winds are 1-min
means at 10 m over open water, m/s; places are offsets from the centre in metres. Besides the wind
stands an upper bound of it over a box, which the search for the maximum lives on
(``kernels/windfield.py``).
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from riskcloud.kernels.elementary import exp
from riskcloud.kernels.profiles import profile_speed_rows
from riskcloud.kernels.sectors import N_SECTORS, largest_within, sector_position

Array = npt.NDArray[Any]

(LON, LAT, SIN_LAT, COS_LAT, R_MAX, MOTION_EAST, MOTION_NORTH, MOTION, SPIN, PEAK, TIME, R_TOP, TOP,
 STRETCH, STRETCH_EAST, STRETCH_NORTH, STRETCH_CROSS, SHAPE) = range(18)
"""Columns of a node: degrees, sine, cosine, m, asymmetry vector (east, north, length) m/s, +1 or
-1 by hemisphere, peak of the profile at r_max m/s, hours, the radius beyond which the profile falls
m (r_max, or outside it where a profile fitted to a large gale radius has its top there) and its
largest speed m/s (:func:`find_tops`), the four terms of the stretch (1, 0, 0, 0: none),
then the shape parameters."""

M_PER_DEG = 6_371_008.8 * np.pi / 180.0
HALF_FADED_M, FADING_PER_M = 1000e3, 0.008e-3
"""The wind of the motion fades as 0.5 (1 + tanh(0.004 (1000 - r_km))), a logistic curve."""
LEAST_STRETCH, MOST_STRETCH = 0.4, 2.5
"""Range of the stretch (ours): a quadrant is at most 2.5 times wider or narrower than the mean."""


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def offset(lon: float, lat: float, sin_lat: float, cos_lat: float, node: Array,
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
def wind(x: float, y: float, r: float, around: float, motion_east: float, motion_north: float,
         spin: float, cos_inflow: float, sin_inflow: float) -> tuple[float, float]:
    """Return east and north wind: the spiral around the centre plus the fading motion."""
    around = 0.0 if around < 0.0 else around
    turn = around * cos_inflow * spin / r
    inward = around * sin_inflow / r
    fade = background(r)
    return (-y * turn - x * inward + fade * motion_east,
            x * turn - y * inward + fade * motion_north)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def profile_radius(x: float, y: float, r: float, r_max: float, mean: float, east: float,
                   north: float, cross: float) -> float:
    """Return the radius at which the profile is taken: stretched by azimuth beyond r_max.

    The stretch is mean + east x/r + north y/r + cross sin(2 azimuth), held in its range.
    """
    s = mean + (east * x + north * y) / r + 2.0 * cross * x * y / (r * r)
    s = LEAST_STRETCH if s < LEAST_STRETCH else s
    s = MOST_STRETCH if s > MOST_STRETCH else s
    return r_max + (r - r_max) * s if r > r_max else r


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def is_stretched(node: Array) -> bool:
    """Tell whether a node's profile depends on the azimuth."""
    return (node[STRETCH] != 1.0 or node[STRETCH_EAST] != 0.0 or node[STRETCH_NORTH] != 0.0
            or node[STRETCH_CROSS] != 0.0)


@njit(cache=True, nogil=True, error_model="numpy")
def any_stretched(nodes: Array) -> bool:
    """Tell whether the profile of any node depends on the azimuth."""
    for k in range(nodes.shape[0]):
        if is_stretched(nodes[k]):
            return True
    return False


@njit(cache=True, nogil=True, error_model="numpy")
def winds_at(code: int, lon: Array, lat: Array, sin_lat: Array, cos_lat: Array, nodes: Array,
             stretched: bool, position: Array, cos_inflow: float, sin_inflow: float, state: Array,
             u: Array, v: Array) -> None:
    """Write each site's wind at its own fractional node position.

    state (6 + N_SHAPE, n) is room to work in; on return its row 0 holds the squared speed.
    """
    last = nodes.shape[0] - 2
    x, y, r, r_max, around = state[0], state[1], state[2], state[3], state[4]
    reach, shape = state[5], state[6:]
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
    if stretched:
        _stretch_rows(nodes, position, x, y, r, r_max, reach)
    profile_speed_rows(code, reach if stretched else r, r_max, shape, around)
    for j in range(lon.size):
        spin = nodes[int(position[j]), SPIN]
        u[j], v[j] = wind(x[j], y[j], r[j], around[j], u[j], v[j], spin, cos_inflow, sin_inflow)
        x[j] = u[j] * u[j] + v[j] * v[j]


@njit(cache=True, nogil=True, error_model="numpy")
def _stretch_rows(nodes: Array, position: Array, x: Array, y: Array, r: Array, r_max: Array,
                  reach: Array) -> None:
    """Write the radius at which each site's profile is taken."""
    last = nodes.shape[0] - 2
    for j in range(r.size):
        k = int(position[j])
        k = last if k > last else k
        w = position[j] - k
        a, b = nodes[k], nodes[k + 1]
        reach[j] = profile_radius(
            x[j], y[j], r[j], r_max[j], a[STRETCH] + w * (b[STRETCH] - a[STRETCH]),
            a[STRETCH_EAST] + w * (b[STRETCH_EAST] - a[STRETCH_EAST]),
            a[STRETCH_NORTH] + w * (b[STRETCH_NORTH] - a[STRETCH_NORTH]),
            a[STRETCH_CROSS] + w * (b[STRETCH_CROSS] - a[STRETCH_CROSS]))


@njit(cache=True, nogil=True, error_model="numpy")
def reach_of_box(node: Array, x: float, y: float, r: float, near: float, far: float,
                  turned: float) -> tuple[float, float]:
    """Return the least and the largest radius at which a box takes the profile of a node."""
    r_max = node[R_MAX]
    if near <= r_max or not is_stretched(node):
        return near, far
    middle = (node[STRETCH] + (node[STRETCH_EAST] * x + node[STRETCH_NORTH] * y) / r
              + 2.0 * node[STRETCH_CROSS] * x * y / (r * r))
    slope = np.hypot(node[STRETCH_EAST], node[STRETCH_NORTH]) + 2.0 * abs(node[STRETCH_CROSS])
    least = min(max(middle - slope * turned, LEAST_STRETCH), MOST_STRETCH)
    most = min(max(middle + slope * turned, LEAST_STRETCH), MOST_STRETCH)
    return r_max + (near - r_max) * least, r_max + (far - r_max) * most


@njit(cache=True, nogil=True, error_model="numpy")
def find_tops(code: int, nodes: Array) -> None:
    """Write each node's R_TOP and TOP: five samples an octave, r_max / 32 to 32 r_max.

    Between two samples about a smooth top the speed is less than 1 % higher. A profile fitted to a
    large gale radius may have its top on either side of r_max.
    """
    n = nodes.shape[0]
    shape = np.ascontiguousarray(nodes[:, SHAPE:].T)
    r_max = nodes[:, R_MAX].copy()
    radius, speed = np.empty(n), np.empty(n)
    for k in range(n):
        nodes[k, R_TOP], nodes[k, TOP] = r_max[k], nodes[k, PEAK]
    for step in range(-25, 26):
        ratio = 2.0 ** (step / 5.0)
        for k in range(n):
            radius[k] = r_max[k] * ratio
        profile_speed_rows(code, radius, r_max, shape, speed)
        for k in range(n):
            if speed[k] > nodes[k, TOP]:
                nodes[k, TOP] = speed[k]
                if step > 0:
                    nodes[k, R_TOP] = radius[k] * 2.0 ** 0.2


@njit(cache=True, nogil=True, error_model="numpy")
def bound_nodes(code: int, west: float, east: float, south: float, north: float, nodes: Array,
                shape: Array, cos_inflow: float, sin_inflow: float, top: Array, share: Array,
                bound: Array) -> None:
    """Write an upper bound of each node's wind over the box, times the largest factor there.

    shape (N_SHAPE, n_nodes) is that of the nodes; top (N_SECTORS,) or empty is the largest relative
    factor of the box's sites by sector, share (n_nodes,) takes the largest that a wind of the node
    may meet, by its direction. Outside r_top the profile falls, so it lies
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
    x, y, r, turned = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    near, far, r_max = np.empty(n), np.empty(n), np.empty(n)
    near_reach, far_reach = np.empty(n), np.empty(n)
    for k in range(n):
        x[k], y[k], r[k] = offset(lon, lat, sin_lat, cos_lat, nodes[k])
        # over a large distance the mean-latitude plane shears: widen the box a little
        around_it = half * (1.0 + r[k] / 5e6)
        near[k], far[k], r_max[k] = max(r[k] - around_it, 1.0), r[k] + around_it, nodes[k, R_MAX]
        turned[k] = min(1.6 * (far[k] - r[k]) / r[k], 2.0)
        near_reach[k], far_reach[k] = reach_of_box(nodes[k], x[k], y[k], r[k], near[k], far[k],
                                                    turned[k])
    near_speed, far_speed = np.empty(n), np.empty(n)
    profile_speed_rows(code, near_reach, r_max, shape, near_speed)
    profile_speed_rows(code, far_reach, r_max, shape, far_speed)
    for k in range(n):
        share[k] = top.max() if top.size == N_SECTORS else 1.0
        if near_reach[k] <= nodes[k, R_TOP]:
            bound[k] = share[k] * (1.02 * nodes[k, TOP] + nodes[k, MOTION])
            continue
        bound[k], share[k] = bound_outside(
            x[k], y[k], r[k], near[k], far[k], near_speed[k], far_speed[k], turned[k], nodes[k],
            cos_inflow, sin_inflow, top, share[k])


@njit(cache=True, nogil=True, error_model="numpy")
def bound_outside(x: float, y: float, r: float, near: float, far: float, near_speed: float,
                   far_speed: float, turned: float, node: Array, cos_inflow: float,
                   sin_inflow: float, top: Array, share: float) -> tuple[float, float]:
    """Return the bound over a box outside r_top, and the largest factor a wind may have there."""
    east, north, spin = node[MOTION_EAST], node[MOTION_NORTH], node[SPIN]
    x, y = x / r * near, y / r * near
    u, v = wind(x, y, near, near_speed, east, north, spin, cos_inflow, sin_inflow)
    far_u, far_v = wind(x, y, near, far_speed, east, north, spin, cos_inflow, sin_inflow)
    strongest = max((u * u + v * v) ** 0.5, (far_u * far_u + far_v * far_v) ** 0.5)
    fade_near, fade_far = background(near), background(far)
    bound = 1.001 * strongest + node[MOTION] * (fade_near * turned + fade_near - fade_far)
    if top.size != N_SECTORS:
        return bound, share
    # every wind of the box lies in a disc about the middle of both ends: that bounds its direction
    middle_u, middle_v = 0.5 * (u + far_u), 0.5 * (v + far_v)
    radius = (0.5 * np.hypot(u - far_u, v - far_v) + 1.05 * max(near_speed, 0.0) * turned
              + node[MOTION] * (fade_near - fade_far) + 1e-9)
    sine = radius / max(np.hypot(middle_u, middle_v), 1e-9)
    if sine < 0.95:
        share = largest_within(top, sector_position(middle_u, middle_v),
                               np.arcsin(sine) * N_SECTORS / (2.0 * np.pi) + 1e-3)
    return bound * share, share
