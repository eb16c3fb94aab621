"""A storm's winds at sites at places of its path, and of them the largest of each measure.

The winds over water of some places are found first, many sites with one instruction. Then a site
looks at its strongest wind, and at those that what is left of it does not exceed: few winds have
to ask for their factors.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from riskcloud.kernels.profiles import N_SHAPE, profile_speed_rows
from riskcloud.kernels.sectors import LOSS, N_SECTORS, SATURATED_M_S, SMOOTH_M_S, sector_position
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
)

Array = npt.NDArray[Any]

LANES = 4
"""Numbers of double precision in a vector of most processors: what is left over costs as much."""
GROUP, PLACES = 32, 24
"""Sites and places whose winds are kept together: they stay in the nearest caches (ours)."""
ROWS = 14 + N_SHAPE
"""Numbers kept of a site at a place."""
LEAST = 0.8
"""Share of a squared bar up to which winds are left out (ours): below ``windclimate.WORTH``."""


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def direction_of(u: float, v: float, speed_sq: float) -> tuple[int, float, float]:
    """Return a wind's sector, its place in it, and what it lacks to the saturated drag."""
    p = sector_position(u, v)
    k = int(p)
    k = N_SECTORS - 1 if k > N_SECTORS - 1 else k
    lacks = SATURATED_M_S - max(speed_sq ** 0.5, SMOOTH_M_S)
    return k, p - k, (0.0 if lacks < 0.0 else lacks)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def factor_sq(relative: Array, m: int, j: int, k: int, part: float, lacks: float) -> float:
    """Return the squared factor of a measure and site (``sectors.relative_factor``)."""
    low, high = float(relative[m, j, k]), float(relative[m, j, k + 1])
    factor = low + part * (high - low)
    low, high = float(relative[m, j, LOSS + k]), float(relative[m, j, LOSS + k + 1])
    factor *= 1.0 - lacks * (low + part * (high - low))
    return factor * factor


@njit(cache=True, nogil=True, error_model="numpy")
def _offsets(lon: Array, lat: Array, sin_lat: Array, cos_lat: Array, node_lon: Array,
             node_lat: Array, node_sin: Array, node_cos: Array, x: Array, y: Array, r: Array,
             ) -> None:
    """Write where sites stand from nodes (``vortex.offset``), all (n,)."""
    for j in range(x.size):
        mean_cos = np.sqrt(0.5 * (1.0 + cos_lat[j] * node_cos[j] - sin_lat[j] * node_sin[j]))
        x[j] = (lon[j] - node_lon[j]) * M_PER_DEG * mean_cos
        y[j] = (lat[j] - node_lat[j]) * M_PER_DEG
        away = np.sqrt(x[j] * x[j] + y[j] * y[j])
        r[j] = 1.0 if away < 1.0 else away


@njit(cache=True, nogil=True, error_model="numpy")
def _to_winds(r: Array, around: Array, fade: Array, slope: Array, east: Array, north: Array,
              turning: Array, sin_inflow: float, u: Array, v: Array, square: Array) -> None:
    """Turn offsets u, v into winds over water, by a motion that fades in r linearly; all (n,)."""
    for j in range(u.size):
        per_r = max(around[j], 0.0) / r[j]
        left = fade[j] + slope[j] * r[j]
        x, y = u[j], v[j]
        to_east = left * east[j] - (y * turning[j] + x * sin_inflow) * per_r
        to_north = left * north[j] + (x * turning[j] - y * sin_inflow) * per_r
        u[j], v[j] = to_east, to_north
        square[j] = to_east * to_east + to_north * to_north


@njit(cache=True, nogil=True, error_model="numpy")
def _fadings(place: Array, storm: Array, fade: Array, slope: Array) -> None:
    """Write the motion's fading around a tile's middle as a line in the distance (n_places,)."""
    for i in range(fade.size):
        _, _, fade[i] = offset(place[0], place[1], place[2], place[3], storm[i])
    for i in range(fade.size):
        share = background(fade[i])
        slope[i] = -FADING_PER_M * share * (1.0 - share)
        fade[i] = share - slope[i] * fade[i]


@njit(cache=True, nogil=True, error_model="numpy")
def _winds_over_water(code: int, place: Array, sites: Array, storm: Array, cos_inflow: float,
                      sin_inflow: float, room: Array, u: Array, v: Array, square: Array) -> None:
    """Write the winds over water (n_places * n,) of some sites by places of the storm.

    storm (n_places, ...) its nodes there: all sites of all places share the loops. room (ROWS - 3,
    n_places * n). The fading of the motion is taken as linear in the distance around the tile's
    middle.
    """
    n, n_places = sites.shape[1], storm.shape[0]
    r, around, r_max, shape = room[0], room[1], room[2], room[3:3 + N_SHAPE]
    own, node = room[3 + N_SHAPE:7 + N_SHAPE], room[7 + N_SHAPE:]
    fade, slope = np.empty(n_places), np.empty(n_places)
    _fadings(place, storm, fade, slope)
    for i in range(n_places):
        for j in range(i * n, (i + 1) * n):
            r_max[j] = storm[i, R_MAX]
            for p in range(N_SHAPE):
                shape[p, j] = storm[i, SHAPE + p]
            for p in range(4):
                own[p, j] = sites[p, j - i * n]
                node[p, j] = storm[i, p]
    _offsets(own[0], own[1], own[2], own[3], node[LON], node[LAT], node[SIN_LAT], node[COS_LAT],
             u, v, r)
    profile_speed_rows(code, r, r_max, shape, around)
    for i in range(n_places):
        for j in range(i * n, (i + 1) * n):
            own[0, j], own[1, j] = fade[i], slope[i]
            node[0, j], node[1, j] = storm[i, MOTION_EAST], storm[i, MOTION_NORTH]
            node[2, j] = cos_inflow * storm[i, SPIN]
    _to_winds(r, around, own[0], own[1], node[0], node[1], node[2], sin_inflow, u, v, square)


@njit(cache=True, nogil=True, error_model="numpy")
def _strongest(square: Array, top: Array, where: Array) -> None:
    """Write each site's largest (n_places, n), and its place."""
    top[:], where[:] = 0.0, 0.0
    for i in range(square.shape[0]):
        own, at = square[i], float(i)
        for j in range(top.size):
            more = own[j] > top[j]
            top[j] = own[j] if more else top[j]
            where[j] = at if more else where[j]


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _raise_site(speed_sq: float, u: float, v: float, at: float, step: float, j: int,
                relative: Array, directed: Array, need: Array, best: Array, position: Array,
                steps: Array) -> float:
    """Raise a site's squared maxima by one wind; return the least that a wind must exceed."""
    k, part, lacks = direction_of(u, v, speed_sq)
    least = np.inf
    for m in range(best.shape[0]):
        own = speed_sq
        if directed[m]:
            own *= factor_sq(relative, m, j, k, part, lacks)
        if own > best[m, j]:
            best[m, j], position[m, j], steps[m, j] = own, at, step
        least = min(least, max(best[m, j], LEAST * need[m, j] * need[m, j]))
    return least


@njit(cache=True, nogil=True, error_model="numpy")
def _raise_by(code: int, place: Array, sites: Array, storm: Array, at: Array, step: Array,
              cos_inflow: float, sin_inflow: float, room: Array, first: int, n: int,
              relative: Array, directed: Array, need: Array, best: Array, position: Array,
              steps: Array) -> None:
    """Raise the squared maxima of sites first to first + n by some places of the path."""
    n_places, whole = at.size, sites.shape[1]
    size = n_places * whole
    rows = room[:ROWS * size].reshape((ROWS, size))
    square = rows[0].reshape((n_places, whole))
    u, v = rows[1].reshape((n_places, whole)), rows[2].reshape((n_places, whole))
    top, where = np.empty(whole), np.empty(whole)
    _winds_over_water(code, place, sites, storm, cos_inflow, sin_inflow, rows[3:], rows[1],
                      rows[2], rows[0])
    _strongest(square, top, where)
    for j in range(n):
        own, least = first + j, np.inf
        for m in range(best.shape[0]):
            least = min(least, max(best[m, own], LEAST * need[m, own] * need[m, own]))
        if not top[j] > least:
            continue
        # the strongest first: few others exceed what it leaves
        i = int(where[j])
        least = _raise_site(square[i, j], u[i, j], v[i, j], at[i], step[i], own, relative,
                            directed, need, best, position, steps)
        for i in range(n_places):
            if square[i, j] > least:
                least = _raise_site(square[i, j], u[i, j], v[i, j], at[i], step[i], own, relative,
                                    directed, need, best, position, steps)


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
    taken, whole = 0, min(GROUP, sites.shape[1])
    room = np.empty(ROWS * PLACES * whole)
    at, step = np.empty(PLACES), np.empty(PLACES)
    storm = np.empty((PLACES, nodes.shape[1]))
    for first in range(0, need.shape[1], GROUP):
        n = min(need.shape[1] - first, GROUP)
        own = sites[:, first:first + -(-n // LANES) * LANES]
        count = 0
        for i in range(leg.size):
            k = leg[i]
            # a leg's end is the next one's beginning: where that is left out, so may the end be
            looked = parts[i] + (1 if k == nodes.shape[0] - 2 else 0)
            for part in range(looked):
                step[count] = 1.0 / parts[i]
                w = part * step[count]
                at[count] = k + w
                for p in range(storm.shape[1]):
                    storm[count, p] = nodes[k, p] + w * (nodes[k + 1, p] - nodes[k, p])
                count += 1
                if count == PLACES or (part == looked - 1 and i == leg.size - 1):
                    _raise_by(code, place, own, storm[:count], at[:count], step[:count],
                              cos_inflow, sin_inflow, room, first, n, relative, directed,
                              need, best, position, steps)
                    count = 0
            taken += looked * n
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
