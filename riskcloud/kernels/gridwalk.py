"""Straight segments cut at the lines of a unit grid: which cells a line passes, and how far."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True, error_model="numpy")
def count_pieces(u0: Array, v0: Array, u1: Array, v1: Array, out: Array) -> None:
    """Write the largest number of pieces of each segment into ``out`` (n_segments,)."""
    for i in range(u0.size):
        out[i] = (1 + abs(int(np.floor(u1[i])) - int(np.floor(u0[i])))
                  + abs(int(np.floor(v1[i])) - int(np.floor(v0[i]))))


@njit(cache=True, nogil=True, error_model="numpy")
def cut_segments(u0: Array, v0: Array, u1: Array, v1: Array, start: Array, segment: Array,
                 row: Array, column: Array, begin: Array, end: Array) -> int:
    """Cut segments at whole u and v; return how many pieces there are.

    start (n_segments + 1,): where the pieces of a segment may begin. Pieces are written one after
    another: segment, cell (row, column) and the share of the segment at which it begins and ends.
    A piece along a grid line belongs to the cell below or right of it.
    """
    n = 0
    for i in range(u0.size):
        du, dv = u1[i] - u0[i], v1[i] - v0[i]
        t, most = 0.0, start[i + 1] - start[i]
        next_u = np.floor(u0[i]) + 1.0 if du > 0.0 else np.ceil(u0[i]) - 1.0
        next_v = np.floor(v0[i]) + 1.0 if dv > 0.0 else np.ceil(v0[i]) - 1.0
        for k in range(most):
            tu = (next_u - u0[i]) / du if du != 0.0 else np.inf
            tv = (next_v - v0[i]) / dv if dv != 0.0 else np.inf
            stop = min(tu, tv, 1.0)
            if k == most - 1:
                stop = 1.0
            if tu <= stop:
                next_u += 1.0 if du > 0.0 else -1.0
            if tv <= stop:
                next_v += 1.0 if dv > 0.0 else -1.0
            if stop > t or (k == 0 and stop >= 1.0):
                middle = 0.5 * (t + stop)
                segment[n] = i
                row[n] = int(np.floor(v0[i] + middle * dv))
                column[n] = int(np.floor(u0[i] + middle * du))
                begin[n], end[n] = t, stop
                n += 1
                t = stop
            if stop >= 1.0:
                break
    return n


@njit(cache=True, nogil=True, error_model="numpy")
def add_coverage(row: Array, column: Array, u_begin: Array, v_begin: Array, u_end: Array,
                 v_end: Array, first_row: int, first_column: int, out: Array) -> None:
    """Add to ``out`` (n_rows, n_columns + 1) what its running sum along rows turns to coverage.

    Each piece lies in one cell. After ``cumsum`` along axis 1, cell (row, column) holds the share
    of its area inside the rings, signed by their direction. Pieces left of the window count in its
    first column, those right of it or outside its rows not at all.

    Source: the signed area to the right of each edge, as scan converters of font outlines use it.
    """
    n_rows, n_columns = out.shape[0], out.shape[1] - 1
    for k in range(row.size):
        r = row[k] - first_row
        if r < 0 or r >= n_rows:
            continue
        c = column[k] - first_column
        height = v_end[k] - v_begin[k]
        if c < 0:
            out[r, 0] += height
        elif c < n_columns:
            left = 0.5 * (u_begin[k] + u_end[k]) - column[k]
            out[r, c] += height * (1.0 - left)
            out[r, c + 1] += height * left
