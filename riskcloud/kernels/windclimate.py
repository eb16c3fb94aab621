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
from riskcloud.kernels.windreach import legs_near, legs_within
from riskcloud.kernels.windsearch import refine, sample_legs

Array = npt.NDArray[Any]

BETWEEN = 0.97
"""Share of the bar that a leg must reach: a profile's parameters are not quite linear in time."""
WORTH = 0.92
"""Share of the bar from which a sampled wind is refined: a sample is at most so far below."""
NEAR_STEP, FAR_STEP = 0.25, 0.35
"""Longest step along a path, of r_max, and of the distance where that is more (ours)."""


@njit(cache=True, nogil=True, error_model="numpy")
def _raise_bars(first: int, last: int, lowest: Array, scale: Array, heaps: Array, filled: Array,
                calm: float, need: Array) -> float:
    """Write the wind over water that each site's measures need; return the least of all."""
    least = np.inf
    k = heaps.shape[2]
    for m in range(need.shape[0]):
        for j in range(first, last):
            bar = lowest[m, j]
            if filled[m, j] == k:
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
def _box_of_events(tile_first: int, tile_last: int, box: Array, tiles: Array, start: Array,
                   sites: Array, codes: Array, nodes: Array, shape: Array, node_start: Array,
                   reach: Array, strongest: Array, numbers: Array, cos_inflow: float,
                   sin_inflow: float, calm: float, relative: Array, directed: Array, scale: Array,
                   lowest: Array, heaps: Array, filled: Array, need: Array, counts: Array) -> None:
    """Raise the largest winds of a box's sites by all events; add up the work in counts."""
    n_tiles, n_measures = tile_last - tile_first, need.shape[0]
    bars = np.empty(n_tiles)
    most = 0
    for c in range(n_tiles):
        first, last = start[tile_first + c], start[tile_first + c + 1]
        most = max(most, last - first)
        bars[c] = _raise_bars(first, last, lowest, scale, heaps, filled, calm, need)
    longest = np.diff(node_start).max()
    distance, legs, parts = np.empty(longest), np.empty(longest, np.int64), np.empty(
        longest, np.int64)
    best, position, step = (np.empty((n_measures, most)), np.empty((n_measures, most)),
                            np.empty((n_measures, most)))
    chosen = np.empty(most, np.int64)
    for e in range(codes.size):
        bar = BETWEEN * bars.min()
        if strongest[e] < bar:
            continue
        a, b = node_start[e], node_start[e + 1]
        own, own_reach = nodes[a:b], reach[:, a:b]
        leg_first, leg_last = legs_near(box, own, own_reach, bar, calm, distance)
        counts[0] += b - a
        if leg_last == 0:
            continue
        for c in range(n_tiles):
            bar = BETWEEN * bars[c]
            if strongest[e] < bar:
                continue
            found = legs_within(tiles[tile_first + c], own, own_reach, leg_first, leg_last, bar,
                                calm, NEAR_STEP, FAR_STEP, legs, parts)
            counts[1] += leg_last - leg_first
            if found == 0:
                continue
            first, last = start[tile_first + c], start[tile_first + c + 1]
            n = last - first
            counts[2] += sample_legs(codes[e], sites[:, first:last], own, legs[:found],
                                     parts[:found], cos_inflow, sin_inflow,
                                     relative[:, first:last], directed, need[:, first:last],
                                     best[:, :n], position[:, :n], step[:, :n])
            raised = False
            for m in range(n_measures):
                n_chosen = 0
                for j in range(n):
                    if best[m, j] >= (WORTH * need[m, first + j]) ** 2:
                        chosen[n_chosen] = j
                        n_chosen += 1
                if n_chosen == 0:
                    continue
                counts[3] += n_chosen
                refine(codes[e], sites[:, first:last], chosen[:n_chosen], own, cos_inflow,
                       sin_inflow, relative[m, first:last], directed[m], best[m], position[m],
                       step[m])
                for i in range(n_chosen):
                    j = chosen[i]
                    speed = best[m, j] ** 0.5
                    if speed >= need[m, first + j]:
                        _put(heaps[m, first + j], filled, m, first + j,
                             word_of(speed * scale[m, first + j], numbers[e]))
                        raised = True
            if raised:
                bars[c] = _raise_bars(first, last, lowest, scale, heaps, filled, calm, need)


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def largest_winds(box_start: Array, boxes: Array, tiles: Array, start: Array, sites: Array,
                  codes: Array, nodes: Array, shape: Array, node_start: Array, reach: Array,
                  strongest: Array, numbers: Array, inflow_rad: float, calm: float,
                  relative: Array, directed: Array, scale: Array, lowest: Array, heaps: Array,
                  filled: Array, counts: Array) -> None:
    """Raise each site's largest winds, by measure, by a block of events.

    box_start (n_boxes + 1,) over tiles, start (n_tiles + 1,) over sites; boxes, tiles (..., 5) as
    ``windreach.legs_near`` takes a place; sites (4, n_sites) lon, lat, sine, cosine. codes, numbers
    (n_events,) profile and number of each event; its nodes are node_start[e]:node_start[e + 1], its
    shape lies by parameter in the same range times N_SHAPE, reach and strongest are those of
    ``windreach.reach_of_events``. relative (n_measures, n_sites, COLUMNS) by direction, read where
    directed (n_measures,); scale (n_measures, n_sites) multiplies a site's winds; winds below
    lowest (n_measures, n_sites) are not looked for. heaps (n_measures, n_sites, k) hold the words
    of ``largest``, filled of them; counts (n_boxes, 4): nodes tested for boxes, legs for tiles,
    winds sampled, winds refined.
    """
    cos_inflow, sin_inflow = np.cos(inflow_rad), np.sin(inflow_rad)
    need = np.empty(lowest.shape)
    for b in prange(box_start.size - 1):
        _box_of_events(box_start[b], box_start[b + 1], boxes[b], tiles, start, sites, codes, nodes,
                       shape, node_start, reach, strongest, numbers, cos_inflow, sin_inflow, calm,
                       relative, directed, scale, lowest, heaps, filled, need, counts[b])
