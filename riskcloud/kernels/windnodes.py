"""A storm's largest winds by direction at the nodes of a lattice: what neighbours share.

The storm is followed along its path in steps that are small beside its distance. The winds over
water that a node meets on the way make a curve of speed by direction; of each *window* of 15
degrees it keeps the strongest wind, and where in the sector of 30 degrees that blows from.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from riskcloud.kernels.profiles import N_SHAPE, profile_speed_rows, profile_speeds
from riskcloud.kernels.sectors import N_SECTORS, sector_position
from riskcloud.kernels.vortex import (
    COS_LAT,
    FADING_PER_M,
    LAT,
    LON,
    M_PER_DEG,
    MOTION_EAST,
    MOTION_NORTH,
    PEAK,
    R_MAX,
    SHAPE,
    SPIN,
    background,
    offset,
    wind,
)

Array = npt.NDArray[Any]

PER_SECTOR = 2
N_WINDOWS = N_SECTORS * PER_SECTOR
"""Windows of direction (ours): linear factors between sectors differ little within one."""
LEAST_UNIT = 0.5
"""Share of a step that a leg counts at least (ours): a storm changes in time too."""
MOST_TURN = 8.0
"""Windows a wind may turn between two places and still pass those between (ours): in an eye it
jumps."""
(X, Y, R, AROUND, U, V, SQUARE, AWAY, PLACE, LAST_X, LAST_Y, LAST_SQUARE, LAST_AWAY, LAST_PLACE
 ) = range(14)
ROOM = 14
"""Rows of the room to work in: offsets, distance, speed of the spiral, wind, its square, distance
beyond r_max, direction in windows; those of the place before."""


@njit(cache=True, nogil=True, error_model="numpy")
def _winds_of_place(code: int, place: Array, sites: Array, first: int, last: int, node: Array,
                    cos_inflow: float, sin_inflow: float, room: Array) -> None:
    """Write the winds over water of all nodes of a lattice for one place of the storm.

    The fading of the motion is taken as linear in the distance around the tile's middle.
    """
    n = last - first
    x, y, r, around = room[X, :n], room[Y, :n], room[R, :n], room[AROUND, :n]
    u, v, square, away = room[U, :n], room[V, :n], room[SQUARE, :n], room[AWAY, :n]
    lon, lat, sin_lat, cos_lat = (sites[0, first:last], sites[1, first:last], sites[2, first:last],
                                  sites[3, first:last])
    for j in range(lon.size):
        x[j], y[j], r[j] = offset(lon[j], lat[j], sin_lat[j], cos_lat[j], node)
    profile_speeds(code, r, node[R_MAX], node[SHAPE:], around)
    _, _, middle = offset(place[0], place[1], place[2], place[3], node)
    fade = background(middle)
    slope = -FADING_PER_M * fade * (1.0 - fade)
    fade -= slope * middle
    east, north, r_max = node[MOTION_EAST], node[MOTION_NORTH], node[R_MAX]
    turning = cos_inflow * node[SPIN]
    for j in range(lon.size):
        per_r = max(around[j], 0.0) / r[j]
        left = fade + slope * r[j]
        u[j] = left * east - (y[j] * turning + x[j] * sin_inflow) * per_r
        v[j] = left * north + (x[j] * turning - y[j] * sin_inflow) * per_r
        square[j] = u[j] * u[j] + v[j] * v[j]
        away[j] = r[j] - r_max


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _put(position: float, square: float, j: int, best: Array, inside: Array) -> None:
    """Raise a node's window by a wind; position in windows, 0 to N_WINDOWS."""
    w = int(position)
    w = N_WINDOWS - 1 if w > N_WINDOWS - 1 else w
    if square > best[j, w]:
        best[j, w] = square
        inside[j, w] = (position - w + w % PER_SECTOR) / PER_SECTOR


@njit(cache=True, nogil=True, error_model="numpy")
def _turn(begin: float, first: float, end: float, last: float, j: int, best: Array, inside: Array,
          ) -> None:
    """Raise the windows on both sides of each edge that the wind passes, linear between two."""
    turn = end - begin
    turn = turn - N_WINDOWS if turn > 0.5 * N_WINDOWS else turn
    turn = turn + N_WINDOWS if turn < -0.5 * N_WINDOWS else turn
    if abs(turn) > MOST_TURN:
        return
    low, high = min(begin, begin + turn), max(begin, begin + turn)
    for edge in range(int(np.ceil(low)), int(np.floor(high)) + 1):
        square = first + (edge - begin) / turn * (last - first) if turn != 0.0 else first
        for side in range(2):
            w = (edge - 1 + side) % N_WINDOWS
            if square > best[j, w]:
                best[j, w] = square
                inside[j, w] = (1 - side + w % PER_SECTOR) / PER_SECTOR


@njit(cache=True, nogil=True, error_model="numpy")
def _passing(j: int, share: float, before: Array, node: Array, cos_inflow: float,
             sin_inflow: float, room: Array, best: Array, inside: Array) -> None:
    """Raise a node's windows by the wind where it passes r_max, a cusp of some profiles.

    The storm is then between the two places too: one that weakens over land is stronger there than
    at the second.
    """
    x = room[LAST_X, j] + share * (room[X, j] - room[LAST_X, j])
    y = room[LAST_Y, j] + share * (room[Y, j] - room[LAST_Y, j])
    r = max((x * x + y * y) ** 0.5, 1.0)
    peak = before[PEAK] + share * (node[PEAK] - before[PEAK])
    east = before[MOTION_EAST] + share * (node[MOTION_EAST] - before[MOTION_EAST])
    north = before[MOTION_NORTH] + share * (node[MOTION_NORTH] - before[MOTION_NORTH])
    turn, inward = peak * cos_inflow * node[SPIN] / r, peak * sin_inflow / r
    fade = background(r)
    u = -y * turn - x * inward + fade * east
    v = x * turn - y * inward + fade * north
    _put(PER_SECTOR * sector_position(u, v), u * u + v * v, j, best, inside)


@njit(cache=True, nogil=True, error_model="numpy")
def _take(last_node: Array, node: Array, low: float, least_sq: float, follows: bool,
          cos_inflow: float, sin_inflow: float, room: Array, best: Array, inside: Array,
          top: Array) -> None:
    """Raise the windows of all nodes by the winds of a place; ``follows``: last_node went before.

    Winds below low, or least_sq of the node's largest so far top (n_nodes,), squared, are not
    looked at.
    """
    n = best.shape[0]
    place, u, v, square = room[PLACE, :n], room[U, :n], room[V, :n], room[SQUARE, :n]
    for j in range(n):
        place[j] = PER_SECTOR * sector_position(u[j], v[j])
    for j in range(n):
        here, last = room[AWAY, j], room[LAST_AWAY, j]
        bar, before = max(low, least_sq * top[j]), room[LAST_SQUARE, j]
        if square[j] > bar:
            top[j] = square[j] if square[j] > top[j] else top[j]
            _put(place[j], square[j], j, best, inside)
        if follows and (square[j] > bar or before > bar):
            if int(room[LAST_PLACE, j]) != int(place[j]):
                _turn(room[LAST_PLACE, j], before, place[j], square[j], j, best, inside)
            if here * last < 0.0:
                _passing(j, last / (last - here), last_node, node, cos_inflow, sin_inflow, room,
                         best, inside)
    for row, last_row in ((PLACE, LAST_PLACE), (SQUARE, LAST_SQUARE), (X, LAST_X), (Y, LAST_Y),
                          (AWAY, LAST_AWAY)):
        for j in range(n):
            room[last_row, j] = room[row, j]


@njit(cache=True, nogil=True, error_model="numpy")
def _speeds_of_legs(code: int, place: Array, nodes: Array, shape: Array, first: int,
                    cos_inflow: float, sin_inflow: float, r: Array, speed: Array) -> None:
    """Write distance and wind over water at a tile's middle of nodes from ``first`` on (n,)."""
    n = r.size
    x, y, r_max, own = np.empty(n), np.empty(n), np.empty(n), np.empty((N_SHAPE, n))
    for p in range(N_SHAPE):  # contiguous: the profile's loop works on several at once
        for i in range(n):
            own[p, i] = shape[p, first + i]
    for i in range(n):
        x[i], y[i], r[i] = offset(place[0], place[1], place[2], place[3], nodes[first + i])
        r_max[i] = nodes[first + i, R_MAX]
    profile_speed_rows(code, r, r_max, own, speed)
    for i in range(n):
        node = nodes[first + i]
        u, v = wind(x[i], y[i], r[i], speed[i], node[MOTION_EAST], node[MOTION_NORTH], node[SPIN],
                    cos_inflow, sin_inflow)
        speed[i] = (u * u + v * v) ** 0.5


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _steeper(ratio: float) -> float:
    """Return how much a wind may change with a ratio of distances: as its power 1.5 (ours)."""
    return ratio * ratio ** 0.5


@njit(cache=True, nogil=True, error_model="numpy")
def places_of(code: int, place: Array, nodes: Array, shape: Array, leg: Array, parts: Array,
              least_share: float, near_step: float, far_step: float, cos_inflow: float,
              sin_inflow: float, position: Array, follows: Array) -> tuple[int, float]:
    """Write the places of a path to look at: where the wind may be a site's largest.

    Legs whose wind is nowhere in the tile least_share of what its weakest site gets at another time
    are left out. Nodes that stand closer than a step are passed over. leg, parts as
    ``windreach.legs_within`` gives them for the same steps. Writes position (in nodes) and whether
    it follows the one before; returns how many, and the least of each place's r_max or distance,
    whichever is larger.
    """
    first, corner = leg[0], place[4]
    n = leg[leg.size - 1] + 2 - first
    r, speed = np.empty(n), np.empty(n)
    _speeds_of_legs(code, place, nodes, shape, first, cos_inflow, sin_inflow, r, speed)
    weakest = 0.0
    for i in range(n):
        if r[i] > 1.3 * nodes[first + i, R_MAX] + corner:
            weakest = max(weakest, speed[i] * _steeper(r[i] / (r[i] + corner)))
    found, size, gone, last, looked = 0, np.inf, 0.0, -2, -2
    for j in range(leg.size):
        k = leg[j] - first
        node, after = nodes[leg[j]], nodes[leg[j] + 1]
        length = (((after[LON] - node[LON]) * node[COS_LAT]) ** 2
                  + (after[LAT] - node[LAT]) ** 2) ** 0.5 * M_PER_DEG
        nearest, r_max = min(r[k], r[k + 1]), min(node[R_MAX], after[R_MAX])
        away = nearest - 0.5 * length - corner
        size = min(size, max(away, r_max))
        unit = max(length / max(near_step * r_max, far_step * max(away, 0.0)), LEAST_UNIT)
        # what is passed over does not depend on what is left out: that is for the sites to say
        starts = leg[j] != last + 1 or gone + unit > 1.0 or parts[j] > 1
        gone = unit / parts[j] + (0.0 if starts else gone)
        last = leg[j]
        if away > max(1.5 * corner, 1.3 * max(node[R_MAX], after[R_MAX])) and (
                max(speed[k], speed[k + 1]) * _steeper(nearest / away) < least_share * weakest):
            continue
        goes_on = looked == leg[j] - 1
        if not goes_on and looked >= 0:
            position[found], follows[found] = looked + 1.0, True
            found += 1
        if not goes_on or starts:
            position[found], follows[found] = leg[j], goes_on
            found += 1
        for part in range(1, parts[j]):
            position[found], follows[found] = leg[j] + part / parts[j], True
            found += 1
        looked = leg[j]
    if looked >= 0:
        position[found], follows[found] = looked + 1.0, True
        found += 1
    return found, size


@njit(cache=True, nogil=True, error_model="numpy")
def node_winds(code: int, place: Array, sites: Array, first: int, last: int, nodes: Array,
               position: Array, follows: Array, cos_inflow: float, sin_inflow: float, low: float,
               least_share: float, room: Array, best: Array, inside: Array, top: Array) -> None:
    """Write the largest squared wind of each node of a lattice by window, and where it is.

    sites (4, n), of which first to last are the lattice's nodes, a multiple of LANES; position,
    follows of :func:`places_of`; winds below low, or least_share of a node's largest, are left out.
    room (ROOM, n or more); best, inside (n_nodes, N_WINDOWS): squared speed, and the share of the
    sector that it lies on; top (n_nodes,).
    """
    best[:], inside[:], top[:] = 0.0, 0.0, 0.0
    between, last_node = np.empty(nodes.shape[1]), np.empty(nodes.shape[1])
    for i in range(position.size):
        k = min(int(position[i]), nodes.shape[0] - 2)
        w = position[i] - k
        if w > 0.0:
            for p in range(between.size):
                between[p] = nodes[k, p] + w * (nodes[k + 1, p] - nodes[k, p])
        node = between if w > 0.0 else nodes[k]
        _winds_of_place(code, place, sites, first, last, node, cos_inflow, sin_inflow, room)
        _take(last_node, node, low * low, least_share * least_share, follows[i], cos_inflow,
              sin_inflow, room, best, inside, top)
        last_node[:] = node
