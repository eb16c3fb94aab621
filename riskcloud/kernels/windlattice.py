"""The winds of many storms at many sites by way of a lattice of nodes between which they lie.

For each storm and tile the winds by direction are found at the nodes of a lattice
(``kernels/windnodes.py``) that is as fine as the storm is small or near. A site's wind is bilinear
between the largest that it would have at the four around it, each times its own factor for the
direction. It is a function of storm, site and the level of its bar alone: neither other sites, nor
blocks, nor threads change it.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.profiles import N_SHAPE
from riskcloud.kernels.sectors import LOSS, SATURATED_M_S, SMOOTH_M_S
from riskcloud.kernels.windnodes import N_WINDOWS, PER_SECTOR, ROOM, node_winds, places_of
from riskcloud.kernels.windreach import is_far, legs_near, legs_within
from riskcloud.kernels.windsamples import LANES

Array = npt.NDArray[Any]

BETWEEN = 0.97
"""Share of the bar that a leg must reach: a profile's parameters are not quite linear in time."""
LOW = 0.6
"""Share of the bar below which a node's wind counts as none (ours): its neighbour's lie higher."""
NEAR_STEP, FAR_STEP = 0.08, 0.1
"""Longest step along a path, of r_max, and of the distance where that is more (ours)."""
FINEST = 4
"""Halvings of a tile in its finest lattice; the coarsest has the tile's corners alone."""
SIDE_SHARE = 0.15
"""Side of a lattice's cell at most, of the larger of r_max and the distance (ours)."""
MOST_PLACES = 20000
"""Places of a path in one tile at most: 0.12 of a 1-km r_max over 2,000 km (ours)."""


@njit(cache=True, nogil=True, error_model="numpy")
def _to_tables(best: Array, inside: Array, at: Array, least_share: float, speed: Array,
               share: Array, window: Array, count: Array) -> None:
    """Write each node's winds that may be a site's largest.

    speed, share, window (n_places, N_WINDOWS): wind, its place in the sector, number of the window;
    count (n_places,) of them.
    """
    for j in range(at.size):
        top, n = best[j].max(), 0
        for w in range(N_WINDOWS):
            if best[j, w] > 0.0 and best[j, w] >= least_share * least_share * top:
                speed[at[j], n] = best[j, w] ** 0.5
                share[at[j], n], window[at[j], n] = inside[j, w], w
                n += 1
        count[at[j]] = n


@njit(cache=True, nogil=True, error_model="numpy")
def _winds_of_corner(speed: Array, share: Array, window: Array, relative: Array, begin: int,
                     end: int, best: Array) -> None:
    """Write the winds (n,) that sites begin to end of the factors (COLUMNS, ...) have at a node."""
    best[:] = 0.0
    for i in range(speed.size):
        k = window[i] // PER_SECTOR
        first, second = relative[k, begin:end], relative[k + 1, begin:end]
        low, high = speed[i] * (np.float32(1.0) - share[i]), speed[i] * share[i]
        lacks = SATURATED_M_S - max(speed[i], SMOOTH_M_S)
        if lacks <= 0.0:
            for j in range(best.size):
                local = low * first[j] + high * second[j]
                best[j] = local if local > best[j] else best[j]
            continue
        loss, next_loss = relative[LOSS + k, begin:end], relative[LOSS + k + 1, begin:end]
        less, more = (np.float32(lacks * (1.0 - share[i])), np.float32(lacks * share[i]))
        for j in range(best.size):
            local = (low * first[j] + high * second[j]) * (
                np.float32(1.0) - (less * loss[j] + more * next_loss[j]))
            best[j] = local if local > best[j] else best[j]


@njit(cache=True, nogil=True, error_model="numpy")
def _cell(corner: Array, speed: Array, share: Array, window: Array, count: Array, east: Array,
          north: Array, relative: Array, begin: int, own: Array, best: Array) -> None:
    """Write the winds of a cell's sites (n,), bilinear between what they have at its corners."""
    one = np.float32(1.0)
    for c in range(4):
        at = corner[c]
        n = count[at]
        _winds_of_corner(speed[at, :n], share[at, :n], window[at, :n], relative, begin,
                         begin + best.size, own)
        if c == 0:
            for j in range(best.size):
                best[j] = own[j] * (one - east[j]) * (one - north[j])
        elif c == 1:
            for j in range(best.size):
                best[j] += own[j] * east[j] * (one - north[j])
        elif c == 2:
            for j in range(best.size):
                best[j] += own[j] * (one - east[j]) * north[j]
        else:
            for j in range(best.size):
                best[j] += own[j] * east[j] * north[j]


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _column_row(code: int) -> tuple[int, int]:
    """Return column and row of a cell from its interleaved bits."""
    column, row = 0, 0
    for bit in range(FINEST):
        column |= ((code >> (2 * bit)) & 1) << bit
        row |= ((code >> (2 * bit + 1)) & 1) << bit
    return column, row


@njit(cache=True, nogil=True, error_model="numpy")
def _sites_of_measure(level: int, i: int, last: int, code: Array, east: Array, north: Array,
                      relative: Array, lowest: Array, need: float, site: Array, speed: Array,
                      share: Array, window: Array, count: Array, top: Array, room: Array,
                      out: Array) -> bool:
    """Write the winds of a tile's sites that want a measure; tell whether any reaches its bar.

    They are i to last of code, the finest cell, ascending; east, north in the tile, 0 to 1; lowest
    bars on the local wind, need the least on the wind over water.
    """
    shift, reached, cells = 2 * (FINEST - level), False, 1 << level
    corner = np.empty(4, np.int64)
    while i < last:
        own, end = code[i] >> shift, i + 1
        while end < last and code[end] >> shift == own:
            end += 1
        column, row = _column_row(own)
        corner[0] = row * (cells + 1) + column
        corner[1], corner[2] = corner[0] + 1, corner[0] + cells + 1
        corner[3] = corner[2] + 1
        if max(max(top[corner[0]], top[corner[1]]), max(top[corner[2]], top[corner[3]])) >= need:
            x, y, best = room[0, :end - i], room[1, :end - i], room[2, :end - i]
            for j in range(end - i):
                x[j], y[j] = east[i + j] * cells - column, north[i + j] * cells - row
            _cell(corner, speed, share, window, count, x, y, relative, i,
                  room[3, :end - i], best)
            for j in range(end - i):
                if best[j] >= lowest[i + j]:
                    out[site[i + j]] = best[j]
                    reached = True
        i = end
    return reached


@njit(cache=True, nogil=True, error_model="numpy")
def _box_of_events(tile_first: int, tile_last: int, box: Array, tiles: Array, tile_bar: Array,
                   tile_share: Array, tile_side: float, start: Array, node_start: Array,
                   lattice: Array, at: Array, entry_start: Array, code: Array, east: Array,
                   north: Array, relative: Array, lowest: Array, need: Array, site: Array,
                   codes: Array, nodes: Array, shape: Array, event_start: Array, reach: Array,
                   summary: Array, cos_inflow: float, sin_inflow: float, calm: float,
                   reached: Array, out: Array) -> None:
    """Write the winds of all events at a box's sites."""
    longest, n_places = np.diff(event_start).max(), ((1 << FINEST) + 1) ** 2
    leg, parts = np.empty(longest, np.int64), np.empty(longest, np.int64)
    position, follows = np.empty(MOST_PLACES), np.empty(MOST_PLACES, np.bool_)
    room = np.empty((ROOM, n_places + LANES))
    padded = n_places + LANES
    best, inside = np.empty((padded, N_WINDOWS)), np.empty((padded, N_WINDOWS))
    speed, share = (np.empty((n_places, N_WINDOWS), np.float32),
                    np.empty((n_places, N_WINDOWS), np.float32))
    window, count = np.empty((n_places, N_WINDOWS), np.int64), np.zeros(n_places, np.int64)
    top, most = np.empty(n_places), np.empty(n_places + LANES)
    widest = np.diff(start[tile_first:tile_last + 1]).max()
    line = np.empty((4, widest), np.float32)
    least = BETWEEN * tile_bar[tile_first:tile_last].min()
    for e in range(codes.size):
        if is_far(box, summary[e], least, calm):
            continue
        first, last = event_start[e], event_start[e + 1]
        own, own_reach = nodes[first:last], reach[first:last]
        own_shape = shape[first * N_SHAPE:last * N_SHAPE].reshape((N_SHAPE, last - first))
        leg_first, leg_last = legs_near(box, own, own_reach, least, calm)
        for c in range(tile_first, tile_last):
            bar = BETWEEN * tile_bar[c]
            if leg_last == 0 or summary[e, 0] < bar:
                continue
            found = legs_within(tiles[c], own, own_reach, leg_first, leg_last, bar, calm,
                                cos_inflow, sin_inflow, NEAR_STEP, FAR_STEP, leg, parts)
            if found == 0:
                continue
            n_looked, size = places_of(
                codes[e], tiles[c], own, own_shape, leg[:found], parts[:found], tile_share[c],
                NEAR_STEP, FAR_STEP, cos_inflow, sin_inflow, position, follows)
            level = 0
            while level < FINEST and tile_side > SIDE_SHARE * size * (1 << level):
                level += 1
            a, b = node_start[level, c], node_start[level, c + 1]
            n = b - a
            node_winds(codes[e], tiles[c], lattice, a, b, own, position[:n_looked],
                       follows[:n_looked], cos_inflow, sin_inflow, LOW * tile_bar[c],
                       tile_share[c], room, best[:n], inside[:n], most[:n])
            _to_tables(best[:n], inside[:n], at[a:b], tile_share[c], speed, share, window, count)
            for j in range(a, b):
                top[at[j]] = best[j - a].max() ** 0.5
            out[:, e, start[c]:start[c + 1]] = 0.0
            for m in range(out.shape[0]):
                i, k = entry_start[m, c], entry_start[m, c + 1]
                if i < k and _sites_of_measure(
                        level, i, k, code, east, north, relative, lowest, need[m, c], site, speed,
                        share, window, count, top, line, out[m, e]):
                    reached[e, c] = True


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def event_winds(box_start: Array, boxes: Array, tiles: Array, tile_bar: Array, tile_share: Array,
                tile_side: float, start: Array, node_start: Array, lattice: Array, at: Array,
                entry_start: Array, code: Array, east: Array, north: Array, relative: Array,
                lowest: Array, need: Array, site: Array, codes: Array, nodes: Array, shape: Array,
                event_start: Array, reach: Array, summary: Array, inflow_rad: float, calm: float,
                reached: Array, out: Array) -> None:
    """Write the winds of a block of events at all sites, by measure.

    Boxes, tiles and events as ``windclimate.largest_winds`` takes them, shape as
    ``windreach.reach_of_events``; tile_bar (n_tiles,) the bar on the wind over water that decides
    what is looked at, tile_share (n_tiles,) the least factor of any site and direction as a share
    of that site's largest, tile_side the length of a side [m]. lattice (4, n) lon, lat, sine,
    cosine of nodes, node_start (FINEST + 1, n_tiles + 1) of a level and tile, at (n,) their places
    in the tile. entry_start (n_measures, n_tiles + 1) sites that want a measure: code, east, north,
    lowest, site (n_entries,), relative (COLUMNS, n_entries) as ``_sites_of_measure`` takes them;
    need (n_measures, n_tiles). reached (n_events, n_tiles), False on entry, tells where out
    (n_measures, n_events, n_sites) holds winds; it is written where a storm is looked at.
    """
    cos_inflow, sin_inflow = np.cos(inflow_rad), np.sin(inflow_rad)
    for b in prange(box_start.size - 1):
        _box_of_events(box_start[b], box_start[b + 1], boxes[b], tiles, tile_bar, tile_share,
                       tile_side, start, node_start, lattice, at, entry_start, code, east, north,
                       relative, lowest, need, site, codes, nodes, shape, event_start, reach,
                       summary, cos_inflow, sin_inflow, calm, reached, out)
