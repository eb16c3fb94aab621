"""Windows of elevation: stored numbers put in place, voids bridged, averages of neighbours."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True, error_model="numpy")
def paste(raw: Array, void: Array, scale: float, offset: float, lowest: float, target: Array,
          ) -> float:
    """Write raw * scale + offset into the unknown (NaN) cells of ``target``; return the highest.

    void (n,): stored numbers that are no values; nor are results below ``lowest``, beyond 1e5 or
    NaN.
    """
    highest = -np.inf
    for i in range(raw.shape[0]):
        for j in range(raw.shape[1]):
            stored = float(raw[i, j])
            value = stored * scale + offset
            known = value >= lowest and value <= 1e5
            for number in void:
                known = known and stored != number
            if known:
                highest = max(highest, value)
                if np.isnan(target[i, j]):
                    target[i, j] = value
    return highest


@njit(cache=True, nogil=True, error_model="numpy", parallel=True)
def average(window: Array, out: Array) -> None:
    """Write the mean of each cell and its neighbours, weights (1, 2, 1)/4 both ways; edges stay."""
    ny, nx = window.shape
    for i in prange(ny):
        if i == 0 or i == ny - 1:
            out[i] = window[i]
            continue
        out[i, 0], out[i, nx - 1] = window[i, 0], window[i, nx - 1]
        for j in range(1, nx - 1):
            above = window[i - 1, j - 1] + 2.0 * window[i - 1, j] + window[i - 1, j + 1]
            here = window[i, j - 1] + 2.0 * window[i, j] + window[i, j + 1]
            below = window[i + 1, j - 1] + 2.0 * window[i + 1, j] + window[i + 1, j + 1]
            out[i, j] = (above + 2.0 * here + below) / 16.0


@njit(cache=True, nogil=True, error_model="numpy", parallel=True)
def bridge(window: Array, first_row: int, reach: int, value: Array, low: Array) -> None:
    """Write what lies between the known cells up, down, left and right of unknown (NaN) ones.

    value, low (n, nx) for the n rows of ``window`` (ny, nx) from ``first_row`` on: the mean of the
    four by the inverse of their distance (exact on a plane), and the second lowest of them. NaN in
    known cells, and where one of the four is farther than ``reach`` cells or outside the window.
    """
    ny, nx = window.shape
    for i in prange(value.shape[0]):
        row = first_row + i
        for j in range(nx):
            value[i, j], low[i, j] = np.nan, np.nan
            if not np.isnan(window[row, j]):
                continue
            total, weight, n_found = 0.0, 0.0, 0
            lowest, second = np.inf, np.inf
            for side in range(4):
                down = (side == 0) * 1 - (side == 1) * 1
                right = (side == 2) * 1 - (side == 3) * 1
                for step in range(1, reach + 1):
                    y, x = row + down * step, j + right * step
                    if y < 0 or y >= ny or x < 0 or x >= nx:
                        break
                    here = float(window[y, x])
                    if not np.isnan(here):
                        total += here / step
                        weight += 1.0 / step
                        n_found += 1
                        second = min(second, max(lowest, here))
                        lowest = min(lowest, here)
                        break
                if n_found <= side:
                    break
            if n_found == 4:
                value[i, j], low[i, j] = total / weight, second
