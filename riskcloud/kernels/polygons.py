"""Which polygon a point lies in: a grid answers whole cells at once, edges decide in the others.

The grid covers the polygons' bounds. Each polygon's edges are binned by grid row ("slab"). A cell
keeps the polygons that meet it, in their order: those that fill it, and those whose boundary
passes, for which the edges of their slab are tested exactly. Points on a boundary count as inside.

Source: even-odd rule by crossings of a ray to the right, edges half-open in y (Haines 1994, Point
in polygon strategies, Graphics Gems IV); the sign of a point against an edge as Shewchuk (1997),
Adaptive precision floating-point arithmetic, Discrete Comput. Geom. 18, 305-363: the filter of
stage A, then the products exactly.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

Array = npt.NDArray[Any]
_SPLIT = 134217729.0  # 2**27 + 1
_FILTER = 3.3306690738754716e-16  # (3 + 16 eps) eps with eps = 2**-53


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _two_product(a: float, b: float) -> tuple[float, float]:
    p = a * b
    c = _SPLIT * a
    a_high = c - (c - a)
    a_low = a - a_high
    c = _SPLIT * b
    b_high = c - (c - b)
    b_low = b - b_high
    return p, a_low * b_low - (((p - a_high * b_high) - a_low * b_high) - a_high * b_low)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _two_sum(a: float, b: float) -> tuple[float, float]:
    s = a + b
    z = s - a
    return s, (a - (s - z)) + (b - z)


@njit(cache=True, nogil=True, error_model="numpy")
def _exact_side(ax: float, ay: float, bx: float, by: float, cx: float, cy: float) -> float:
    """Return a number with the sign of ax*by - ay*bx + bx*cy - by*cx + cx*ay - cy*ax, exactly."""
    total = np.zeros(12)
    n = 0
    for k in range(6):
        if k == 0:
            p, q = _two_product(ax, by)
        elif k == 1:
            p, q = _two_product(-ay, bx)
        elif k == 2:
            p, q = _two_product(bx, cy)
        elif k == 3:
            p, q = _two_product(-by, cx)
        elif k == 4:
            p, q = _two_product(cx, ay)
        else:
            p, q = _two_product(-cy, ax)
        for term in (q, p):  # grow the expansion: its parts do not overlap, smallest first
            for j in range(n):
                term, low = _two_sum(term, total[j])
                total[j] = low
            total[n] = term
            n += 1
    for j in range(n - 1, -1, -1):
        if total[j] != 0.0:
            return total[j]
    return 0.0


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _side(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> float:
    """Return > 0 where the point lies left of a -> b, < 0 right of it, 0 on the line; exact."""
    left = (ax - x) * (by - y)
    right = (ay - y) * (bx - x)
    det = left - right
    if abs(det) > _FILTER * (abs(left) + abs(right)):
        return det
    return _exact_side(ax, ay, bx, by, x, y)


@njit(cache=True, nogil=True, error_model="numpy")
def _inside(x: float, y: float, edges: Array, first: int, last: int, ex0: Array, ey0: Array,
            ex1: Array, ey1: Array) -> int:
    """Return 2 inside, 1 on the boundary, 0 outside, by the edges[first:last] of a slab."""
    odd = False
    for k in range(first, last):
        e = edges[k]
        ax, ay, bx, by = ex0[e], ey0[e], ex1[e], ey1[e]
        if ay > by:
            ax, ay, bx, by = bx, by, ax, ay
        if y < ay or y > by or (x > ax and x > bx):
            continue
        if ay == by:
            if min(ax, bx) <= x:
                return 1
            continue
        if x < ax and x < bx:
            odd ^= y < by
            continue
        side = _side(ax, ay, bx, by, x, y)
        if side == 0.0:
            return 1
        odd ^= side > 0.0 and y < by
    return 2 if odd else 0


@njit(cache=True, nogil=True, error_model="numpy")
def bin_edges(first_slab: Array, ey0: Array, ey1: Array, edge_start: Array, south: float,
              per_unit: float, n_rows: int, first_row: Array,
              slab_start: Array) -> Array:
    """Return the edges of every polygon and grid row; a polygon's rows lie one after another.

    edge_start (n_polygons + 1,): a polygon's edges. first_row (n_polygons,) its lowest row.
    slab_start (n_slabs + 1,) is written: slab ``first_slab[p] + row - first_row[p]`` holds
    ``edges[slab_start[s]:slab_start[s + 1]]``, where first_slab (n_polygons,) numbers the first.
    """
    slab_start[:] = 0
    for step in range(2):
        if step == 1:
            for s in range(slab_start.size - 1):
                slab_start[s + 1] += slab_start[s]
            edges = np.empty(slab_start[-1], np.int64)
            place = slab_start[:-1].copy()
        for p in range(edge_start.size - 1):
            for e in range(edge_start[p], edge_start[p + 1]):
                low, high = min(ey0[e], ey1[e]), max(ey0[e], ey1[e])
                r0 = min(max(int((low - south) * per_unit), 0), n_rows - 1)
                r1 = min(max(int((high - south) * per_unit), 0), n_rows - 1)
                for r in range(r0, r1 + 1):
                    s = first_slab[p] + r - first_row[p]
                    if step == 0:
                        slab_start[s + 1] += 1
                    else:
                        edges[place[s]] = e
                        place[s] += 1
    return edges


@njit(cache=True, nogil=True, error_model="numpy")
def fill_cells(box: Array, shape: Array, first_slab: Array, first_row: Array, last_row: Array,
               slab_start: Array, edges: Array, ex0: Array, ey0: Array, ex1: Array, ey1: Array,
               cell_start: Array, entry: Array, count_only: bool) -> None:
    """Note the polygons of every cell, in their order; first count them, then write them.

    box: west, south, cells a unit in x and in y; shape: rows, columns. cell_start
    (n_cells + 1,): counts in [1:] at first; then, summed up, where to write (a copy, moved on).
    entry: polygon number, as it is where the polygon fills the cell, else -1 - number.
    """
    west, south, per_x, per_y = box
    n_columns = shape[1]
    mark = np.zeros(n_columns + 1, np.int64)
    for p in range(first_row.size):
        for r in range(first_row[p], last_row[p] + 1):
            s = first_slab[p] + r - first_row[p]
            low, high = south + r / per_y, south + (r + 1) / per_y
            pad_y = 1e-9 / per_y + 4e-16 * (abs(low) + abs(high))  # for rounding
            left, right = n_columns, -1
            for k in range(slab_start[s], slab_start[s + 1]):
                e = edges[k]
                xa, xb = ex0[e], ex1[e]
                ya, yb = ey0[e], ey1[e]
                if ya != yb:  # the part of the edge within the slab
                    to_low, to_high = low - pad_y, high + pad_y
                    if yb < ya:
                        to_low, to_high = to_high, to_low
                    ta = min(max((to_low - ya) / (yb - ya), 0.0), 1.0)
                    tb = min(max((to_high - ya) / (yb - ya), 0.0), 1.0)
                    xa, xb = xa + ta * (ex1[e] - ex0[e]), xa + tb * (ex1[e] - ex0[e])
                pad = 1e-9 / per_x + 4e-16 * (abs(xa) + abs(xb))
                c0 = min(max(int((min(xa, xb) - pad - west) * per_x), 0), n_columns - 1)
                c1 = min(max(int((max(xa, xb) + pad - west) * per_x), 0), n_columns - 1)
                mark[c0:c1 + 1] = 1
                left, right = min(left, c0), max(right, c1)
            known, full = False, False
            for c in range(left, right + 1):
                cell = r * n_columns + c
                if mark[c] == 1:
                    known = False
                    kind = -1 - p
                else:
                    if not known:  # no edge passes until the next marked cell: one test for all
                        full = _inside(west + (c + 0.5) / per_x, 0.5 * (low + high), edges,
                                       slab_start[s], slab_start[s + 1], ex0, ey0, ex1, ey1) == 2
                        known = True
                    if not full:
                        continue
                    kind = p
                if count_only:
                    cell_start[cell + 1] += 1
                else:
                    entry[cell_start[cell]] = kind
                    cell_start[cell] += 1
            if right >= left:
                mark[left:right + 1] = 0


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def locate(x: Array, y: Array, box: Array, shape: Array, cell_start: Array, entry: Array,
           first_slab: Array, first_row: Array, slab_start: Array, edges: Array, ex0: Array,
           ey0: Array, ex1: Array, ey1: Array, out: Array, n_inside: Array) -> None:
    """Write the first polygon of each point (-1 none), and how many hold it in their interior.

    x, y (n_points,); out (n_points,) int64; n_inside (n_points,) int32. NaN lies nowhere.
    """
    west, south, per_x, per_y = box
    for i in prange(x.size):
        out[i], n_inside[i] = -1, 0
        u, v = (x[i] - west) * per_x, (y[i] - south) * per_y
        # a little more than the grid: rounding may put a point of its edge outside
        if not (u >= -1e-6 and v >= -1e-6 and u <= shape[1] + 1e-6 and v <= shape[0] + 1e-6):
            continue
        r, c = min(max(int(v), 0), shape[0] - 1), min(max(int(u), 0), shape[1] - 1)
        cell = r * shape[1] + c
        for k in range(cell_start[cell], cell_start[cell + 1]):
            p = entry[k]
            state = 2
            if p < 0:
                p = -1 - p
                s = first_slab[p] + r - first_row[p]
                state = _inside(x[i], y[i], edges, slab_start[s], slab_start[s + 1],
                                ex0, ey0, ex1, ey1)
            if state > 0 and out[i] < 0:
                out[i] = p
            n_inside[i] += 1 if state == 2 else 0
