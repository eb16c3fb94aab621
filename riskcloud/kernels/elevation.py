"""Windows of elevation: stored numbers put in place, and an average with the neighbours."""

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
