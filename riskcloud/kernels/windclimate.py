"""The largest winds that many storms bring to each site, without the winds of every pair.

Sites stand in tiles of a fixed lattice, tiles in boxes. How far out each storm reaches a speed
(``kernels/windreach.py``) tells which legs of its path may still enter any of a box's, then a
tile's largest winds. Those are looked at in steps that fit the tile's distance, for all measures
at once, then each site's maximum is refined in time (``kernels/windsearch.py``). What cannot enter
is not computed; the result depends neither on the order of the storms nor on the other sites.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.largest import keep, value_of, word_of
from riskcloud.kernels.windreach import is_far, legs_near, legs_within
from riskcloud.kernels.windsamples import padded, sample_path
from riskcloud.kernels.windsearch import refine, worth_refining

Array = npt.NDArray[Any]

BETWEEN = 0.97
"""Share of the bar that a leg must reach: a profile's parameters are not quite linear in time."""
WORTH = 0.92
"""Share of the bar from which a sampled wind is refined: a sample is at most so far below."""
NEAR_STEP, FAR_STEP = 0.25, 0.35
"""Longest step along a path, of r_max, and of the distance where that is more (ours)."""


@njit(cache=True, nogil=True, error_model="numpy")
def _raise_bars(lowest: Array, scale: Array, heaps: Array, filled: Array, calm: float, need: Array,
                ) -> float:
    """Write the wind over water that each site's measures need; return the least of all."""
    least = np.inf
    for m in range(need.shape[0]):
        for j in range(need.shape[1]):
            bar = lowest[m, j]
            if filled[m, j] == heaps.shape[2]:
                bar = max(bar, value_of(heaps[m, j, 0]))
            own = scale[m, j]
            need[m, j] = max(bar / own, calm) if own > 0.0 else np.inf
            least = min(least, need[m, j])
    return least


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _put(heap: Array, filled: Array, m: int, j: int, word: int) -> None:
    """Add a word to a site's largest: in a row until they are full, then as a heap."""
    k = filled[m, j]
    if k == heap.size:
        keep(heap, word)
        return
    heap[k] = word
    filled[m, j] = k + 1
    if k + 1 == heap.size:
        heap.sort()  # ascending is a heap


@njit(cache=True, nogil=True, error_model="numpy")
def _tile_of_event(code: int, number: int, place: Array, sites: Array, nodes: Array,
                   leg: Array, parts: Array, cos_inflow: float, sin_inflow: float, relative: Array,
                   directed: Array, scale: Array, need: Array, heaps: Array, filled: Array,
                   counts: Array) -> bool:
    """Raise the largest winds of a tile's sites by an event; tell whether any rose."""
    best, position, step = np.empty(need.shape), np.empty(need.shape), np.empty(need.shape)
    counts[2] += sample_path(code, place, sites, nodes, leg, parts, cos_inflow, sin_inflow,
                             relative, directed, need, best, position, step)
    measure, site = np.empty(need.size, np.int64), np.empty(need.size, np.int64)
    chosen = worth_refining(best, need, WORTH, measure, site)
    if chosen == 0:
        return False
    counts[3] += chosen
    refine(code, sites, measure[:chosen], site[:chosen], nodes, cos_inflow, sin_inflow, relative,
           directed, best, position, step)
    raised = False
    for i in range(chosen):
        m, j = measure[i], site[i]
        speed = best[m, j] ** 0.5
        if speed >= need[m, j]:
            _put(heaps[m, j], filled, m, j, word_of(speed * scale[m, j], number))
            raised = True
    return raised


@njit(cache=True, nogil=True, error_model="numpy")
def _box_of_events(tile_first: int, tile_last: int, box: Array, tiles: Array, start: Array,
                   sites: Array, codes: Array, nodes: Array, node_start: Array, reach: Array,
                   summary: Array, numbers: Array, cos_inflow: float, sin_inflow: float,
                   calm: float, relative: Array, directed: Array, scale: Array, lowest: Array,
                   heaps: Array, filled: Array, counts: Array) -> None:
    """Raise the largest winds of a box's sites by all events; add up the work in counts."""
    n_tiles, n_measures = tile_last - tile_first, scale.shape[0]
    bars = np.empty(n_tiles)
    own_sites, needs = [padded(sites[:, :1])], [np.empty((n_measures, 1))]
    for c in range(n_tiles):
        first, last = start[tile_first + c], start[tile_first + c + 1]
        own_sites.append(padded(sites[:, first:last]))
        needs.append(np.empty((n_measures, last - first)))
        bars[c] = _raise_bars(lowest[:, first:last], scale[:, first:last], heaps[:, first:last],
                              filled[:, first:last], calm, needs[c + 1])
    longest = np.diff(node_start).max()
    leg, parts = np.empty(longest, np.int64), np.empty(longest, np.int64)
    for e in range(codes.size):
        bar = BETWEEN * bars.min()
        if is_far(box, summary[e], bar, calm):
            continue
        a, b = node_start[e], node_start[e + 1]
        own, own_reach = nodes[a:b], reach[a:b]
        leg_first, leg_last = legs_near(box, own, own_reach, bar, calm)
        counts[0] += b - a
        for c in range(n_tiles):
            bar = BETWEEN * bars[c]
            if leg_last == 0 or summary[e, 0] < bar:
                continue
            place = tiles[tile_first + c]
            found = legs_within(place, own, own_reach, leg_first, leg_last, bar, calm, cos_inflow,
                                sin_inflow, NEAR_STEP, FAR_STEP, leg, parts)
            counts[1] += leg_last - leg_first
            if found == 0:
                continue
            first, last = start[tile_first + c], start[tile_first + c + 1]
            if _tile_of_event(codes[e], numbers[e], place, own_sites[c + 1], own, leg[:found],
                              parts[:found], cos_inflow, sin_inflow, relative[:, first:last],
                              directed, scale[:, first:last], needs[c + 1], heaps[:, first:last],
                              filled[:, first:last], counts):
                bars[c] = _raise_bars(lowest[:, first:last], scale[:, first:last],
                                      heaps[:, first:last], filled[:, first:last], calm,
                                      needs[c + 1])


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def largest_winds(box_start: Array, boxes: Array, tiles: Array, start: Array, sites: Array,
                  codes: Array, nodes: Array, node_start: Array, reach: Array,
                  summary: Array, numbers: Array, inflow_rad: float, calm: float,
                  relative: Array, directed: Array, scale: Array, lowest: Array, heaps: Array,
                  filled: Array, counts: Array) -> None:
    """Raise each site's largest winds, by measure, by a block of events.

    box_start (n_boxes + 1,) over tiles, start (n_tiles + 1,) over sites; boxes, tiles (..., 5) as
    ``windreach.legs_near`` takes a place; sites (4, n_sites) lon, lat, sine, cosine. codes, numbers
    (n_events,) profile and number of each event; its nodes are node_start[e]:node_start[e + 1],
    reach and summary are those of ``windreach.reach_of_events``. relative (n_measures, n_sites,
    COLUMNS) by direction, read where directed (n_measures,); scale (n_measures, n_sites) multiplies
    a site's winds; winds below lowest (n_measures, n_sites) are not looked for. heaps (n_measures,
    n_sites, k) hold the words of ``largest``, filled of them; counts (n_boxes, 4): nodes tested for
    boxes, legs for tiles, winds sampled, winds refined.
    """
    cos_inflow, sin_inflow = np.cos(inflow_rad), np.sin(inflow_rad)
    for b in prange(box_start.size - 1):
        _box_of_events(box_start[b], box_start[b + 1], boxes[b], tiles, start, sites, codes, nodes,
                       node_start, reach, summary, numbers, cos_inflow, sin_inflow, calm, relative,
                       directed, scale, lowest, heaps, filled, counts[b])
