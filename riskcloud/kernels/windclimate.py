"""The largest winds that many storms bring to each site, without the winds of every pair.

Sites stand in cells, cells in boxes. For a box an upper bound of every node's wind tells which
part of a storm's path may still enter any of its sites' largest winds, then for each cell the
field's own search (``windfield._speed_of_cell``) does the same: what cannot enter is not computed.
Storms come strongest first, so that the bar rises early; the result does not depend on their order.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.largest import keep, value_of, word_of
from riskcloud.kernels.profiles import N_SHAPE
from riskcloud.kernels.vortex import bound_nodes
from riskcloud.kernels.windfield import _speed_of_cell

Array = npt.NDArray[Any]

BETWEEN = 0.97
"""Share of the bar that a node's bound must pass: between two nodes the wind may be a little above
both, never by this much at the spacings of models/wind/default (ours)."""


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _event(nodes: Array, shape: Array, first: int, last: int) -> tuple[Array, Array]:
    """Return an event's node rows and its shape by parameter (N_SHAPE, n_nodes)."""
    own = shape[first * N_SHAPE:last * N_SHAPE]
    return nodes[first:last], own.reshape((N_SHAPE, last - first))


@njit(cache=True, nogil=True, error_model="numpy")
def _reach(code: int, box: Array, nodes: Array, shape: Array, cos_inflow: float,
           sin_inflow: float, bar: float, share: Array, bound: Array) -> tuple[int, int]:
    """Return the first node and one past the last whose wind may pass the bar in the box.

    One node is added at either end, for the refinement in time; (0, 0) where there is none.
    """
    n = nodes.shape[0]
    bound_nodes(code, box[0], box[1], box[2], box[3], nodes, shape, cos_inflow, sin_inflow,
                np.empty(0), share[:n], bound[:n])
    first, last = n, -1
    for k in range(n):
        if bound[k] > bar:
            first = k if k < first else first
            last = k
    if last < 0:
        return 0, 0
    first, last = max(first - 1, 0), min(last + 2, n)
    if last - first < 2:
        first = max(last - 2, 0)
    return first, last


@njit(cache=True, nogil=True, error_model="numpy")
def _bar_of(heaps: Array, scale: Array, first: int, last: int, calm: float) -> float:
    """Return the smallest wind over water that can still enter the largest of any of a cell."""
    bar = np.inf
    for j in range(first, last):
        value = value_of(heaps[j, 0]) / scale[j]
        bar = value if value < bar else bar
    return max(BETWEEN * bar, calm)


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def bars_of_boxes(box_start: Array, start: Array, calm: float, scale: Array, heaps: Array,
                  out: Array) -> None:
    """Lower each box's bar (n_boxes,) to that of its cells: the wind over water that may matter."""
    for b in prange(box_start.size - 1):
        for c in range(box_start[b], box_start[b + 1]):
            out[b] = min(out[b], _bar_of(heaps, scale, start[c], start[c + 1], calm))


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def reach_of_boxes(boxes: Array, bars: Array, codes: Array, nodes: Array, shape: Array,
                   node_start: Array, inflow_rad: float, out: Array) -> None:
    """Write the nodes (n_events, n_boxes, 2) of each event that may pass each box's bar.

    Factors by direction are shares of the largest, so the bound over water holds for them too.
    """
    cos_inflow, sin_inflow = np.cos(inflow_rad), np.sin(inflow_rad)
    for e in prange(codes.size):
        own_nodes, own_shape = _event(nodes, shape, node_start[e], node_start[e + 1])
        share, bound = np.empty(own_nodes.shape[0]), np.empty(own_nodes.shape[0])
        for b in range(boxes.shape[0]):
            first, last = _reach(codes[e], boxes[b], own_nodes, own_shape, cos_inflow, sin_inflow,
                                 bars[b], share, bound)
            out[e, b, 0], out[e, b, 1] = first, last


@njit(cache=True, nogil=True, error_model="numpy")
def _box_of_events(cell_first: int, cell_last: int, lon: Array, lat: Array, sin_lat: Array,
                   cos_lat: Array, start: Array, codes: Array, nodes: Array, shape: Array,
                   node_start: Array, reach: Array, numbers: Array, cos_inflow: float,
                   sin_inflow: float, calm: float, relative: Array, scale: Array, heaps: Array,
                   counts: Array) -> None:
    """Raise the largest winds of a box's sites by all events; add up the work in counts."""
    n_cells = cell_last - cell_first
    bars = np.empty(n_cells)
    for c in range(n_cells):
        bars[c] = _bar_of(heaps, scale, start[cell_first + c], start[cell_first + c + 1], calm)
    speed = np.empty(np.diff(start[cell_first:cell_last + 1]).max())
    local = relative.shape[0] > 0
    for e in range(codes.size):
        first, last = reach[e, 0], reach[e, 1]
        if last == 0:
            continue
        own_nodes, own_shape = _event(nodes, shape, node_start[e], node_start[e + 1])
        part, part_shape = own_nodes[first:last], np.ascontiguousarray(own_shape[:, first:last])
        for c in range(n_cells):
            a, b = start[cell_first + c], start[cell_first + c + 1]
            found = speed[:b - a]
            rows = relative[a:b] if local else relative
            _speed_of_cell(codes[e], lon[a:b], lat[a:b], sin_lat[a:b], cos_lat[a:b], part,
                           part_shape, False, cos_inflow, sin_inflow, bars[c], rows, found)
            counts[0] += part.shape[0]
            raised = False
            for j in range(b - a):
                if found[j] > 0.0:
                    keep(heaps[a + j], word_of(found[j] * scale[a + j], numbers[e]))
                    raised = True
            if raised:
                counts[1] += b - a
                bars[c] = _bar_of(heaps, scale, a, b, calm)


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def largest_winds(box_start: Array, lon: Array, lat: Array, sin_lat: Array, cos_lat: Array,
                  start: Array, codes: Array, nodes: Array, shape: Array, node_start: Array,
                  reach: Array, numbers: Array, inflow_rad: float, calm: float, relative: Array,
                  scale: Array, heaps: Array, counts: Array) -> None:
    """Raise each site's largest winds by a block of events.

    box_start (n_boxes + 1,) over cells, start (n_cells + 1,) over sites. codes, numbers (n_events,)
    profile and number of each event; its nodes are node_start[e]:node_start[e + 1], its shape lies
    by parameter in the same range times N_SHAPE, reach of ``reach_of_boxes``. relative (n_sites,
    COLUMNS) by direction, or (0, COLUMNS) for the wind over water; scale (n_sites,) > 0 multiplies
    a site's winds; heaps (n_sites, k) of ``largest.keep``; counts (n_boxes, 2): nodes bounded for
    cells, and site winds computed.
    """
    cos_inflow, sin_inflow = np.cos(inflow_rad), np.sin(inflow_rad)
    for b in prange(box_start.size - 1):
        _box_of_events(box_start[b], box_start[b + 1], lon, lat, sin_lat, cos_lat, start, codes,
                       nodes, shape, node_start, reach[:, b], numbers, cos_inflow, sin_inflow,
                       calm, relative, scale, heaps, counts[b])
