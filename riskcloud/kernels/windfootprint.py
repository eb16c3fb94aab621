"""The winds of many storms at many sites, of those pairs alone where they reach a bar.

As ``windclimate`` finds the largest winds of sites, with a bar that is given for each site and
does not rise: how far out a storm reaches it tells which legs of its path, then which sites are
looked at. A wind depends neither on the order of the storms nor on what else is in their block.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.windclimate import BETWEEN, FAR_STEP, NEAR_STEP, WORTH
from riskcloud.kernels.windreach import is_far, legs_near, legs_within
from riskcloud.kernels.windsamples import padded, sample_path
from riskcloud.kernels.windsearch import refine, worth_refining

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True, error_model="numpy")
def _tile_of_event(code: int, place: Array, sites: Array, nodes: Array, leg: Array, parts: Array,
                   cos_inflow: float, sin_inflow: float, relative: Array, directed: Array,
                   scale: Array, need: Array, out: Array) -> bool:
    """Write the winds of an event at a tile's sites (n_measures, n), 0 below the bar."""
    best, position, step = np.empty(need.shape), np.empty(need.shape), np.empty(need.shape)
    sample_path(code, place, sites, nodes, leg, parts, cos_inflow, sin_inflow, relative, directed,
                need, best, position, step)
    measure, site = np.empty(need.size, np.int64), np.empty(need.size, np.int64)
    chosen = worth_refining(best, need, WORTH, measure, site)
    if chosen == 0:
        return False
    refine(code, sites, measure[:chosen], site[:chosen], nodes, cos_inflow, sin_inflow, relative,
           directed, best, position, step)
    out[:] = 0.0
    reached = False
    for i in range(chosen):
        m, j = measure[i], site[i]
        speed = best[m, j] ** 0.5
        if speed >= need[m, j]:
            out[m, j] = speed * scale[m, j]
            reached = True
    return reached


@njit(cache=True, nogil=True, error_model="numpy")
def _box_of_events(tile_first: int, tile_last: int, box: Array, tiles: Array, start: Array,
                   sites: Array, codes: Array, nodes: Array, node_start: Array, reach: Array,
                   summary: Array, cos_inflow: float, sin_inflow: float, calm: float,
                   relative: Array, directed: Array, scale: Array, need: Array, reached: Array,
                   out: Array) -> None:
    """Write the winds of all events at a box's sites."""
    n_tiles = tile_last - tile_first
    bars = np.empty(n_tiles)
    own_sites = [padded(sites[:, :1])]
    for c in range(n_tiles):
        first, last = start[tile_first + c], start[tile_first + c + 1]
        own_sites.append(padded(sites[:, first:last]))
        bars[c] = BETWEEN * need[:, first:last].min()
    longest = np.diff(node_start).max()
    leg, parts = np.empty(longest, np.int64), np.empty(longest, np.int64)
    least = bars.min()
    for e in range(codes.size):
        if is_far(box, summary[e], least, calm):
            continue
        a, b = node_start[e], node_start[e + 1]
        own, own_reach = nodes[a:b], reach[a:b]
        leg_first, leg_last = legs_near(box, own, own_reach, least, calm)
        for c in range(n_tiles):
            if leg_last == 0 or summary[e, 0] < bars[c]:
                continue
            place = tiles[tile_first + c]
            found = legs_within(place, own, own_reach, leg_first, leg_last, bars[c], calm,
                                cos_inflow, sin_inflow, NEAR_STEP, FAR_STEP, leg, parts)
            if found > 0:
                first, last = start[tile_first + c], start[tile_first + c + 1]
                reached[e, tile_first + c] = _tile_of_event(
                    codes[e], place, own_sites[c + 1], own, leg[:found], parts[:found], cos_inflow,
                    sin_inflow, relative[:, first:last], directed, scale[:, first:last],
                    need[:, first:last], out[:, e, first:last])


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def event_winds(box_start: Array, boxes: Array, tiles: Array, start: Array, sites: Array,
                codes: Array, nodes: Array, node_start: Array, reach: Array, summary: Array,
                inflow_rad: float, calm: float, relative: Array, directed: Array, scale: Array,
                need: Array, reached: Array, out: Array) -> None:
    """Write the winds of a block of events at all sites, by measure.

    Arguments as ``windclimate.largest_winds`` takes them; need (n_measures, n_sites) the bar on
    the wind over water, at least calm, inf where a measure is not wanted. reached (n_events,
    n_tiles), False on entry, tells where out (n_measures, n_events, n_sites) was written: the wind
    times scale, 0 below the bar.
    """
    cos_inflow, sin_inflow = np.cos(inflow_rad), np.sin(inflow_rad)
    for b in prange(box_start.size - 1):
        _box_of_events(box_start[b], box_start[b + 1], boxes[b], tiles, start, sites, codes, nodes,
                       node_start, reach, summary, cos_inflow, sin_inflow, calm, relative,
                       directed, scale, need, reached, out)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _is_hit(winds: Array, e: int, j: int) -> bool:
    for m in range(winds.shape[0]):
        if winds[m, e, j] > 0.0:
            return True
    return False


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def count_hits(start: Array, reached: Array, winds: Array, count: Array) -> None:
    """Write how many sites each event reaches in any measure (n_events,)."""
    for e in prange(count.size):
        n = 0
        for c in range(start.size - 1):
            if reached[e, c]:
                for j in range(start[c], start[c + 1]):
                    n += 1 if _is_hit(winds, e, j) else 0
        count[e] = n


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def gather_hits(start: Array, order: Array, reached: Array, winds: Array, row: Array, indptr: Array,
                site: Array, wind: Array) -> None:
    """Write the sites that events reach and their winds (n_pairs, n_measures).

    row (n_events,) is the event of the block that stands at each place of indptr (n_events + 1,);
    order (n_sites,) the place of each site as it was given.
    """
    for i in prange(row.size):
        e, k = row[i], indptr[i]
        for c in range(start.size - 1):
            if reached[e, c]:
                for j in range(start[c], start[c + 1]):
                    if _is_hit(winds, e, j):
                        site[k] = order[j]
                        for m in range(winds.shape[0]):
                            wind[k, m] = winds[m, e, j]
                        k += 1
