"""Places along a Hilbert curve: neighbours on the map are neighbours in a file."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

Array = npt.NDArray[Any]
BITS = 16
"""Bits an axis: cells of 360/65536 by 180/65536 degrees, about 600 m by 300 m at the equator."""

_CELLS = 1 << BITS


@njit(cache=True, nogil=True, inline="always")
def _key(x: int, y: int) -> int:
    key = 0
    for i in range(BITS - 1, -1, -1):
        bit_x, bit_y = (x >> i) & 1, (y >> i) & 1
        key = (key << 2) | (bit_x << 1) | (bit_x ^ bit_y)
        if bit_y == 0:
            x, y = y ^ -bit_x, x ^ -bit_x
    return key


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def hilbert_keys(lon: Array, lat: Array, out: Array) -> None:
    """Write the 32-bit Hilbert key of each point into ``out`` (n,) uint32.

    lon, lat : (n,) degrees, -180 to 180 and -90 to 90, finite; the far edges belong to the last
    cell.

    Source: Lam and Shapiro (1994), A class of fast algorithms for the Peano-Hilbert space-filling
    curve, ICIP-94, 638-641; the form of Warren, Hacker's Delight (2nd ed., 2013), section 16-2.
    """
    for i in prange(lon.size):
        x = min(max(int((lon[i] + 180.0) * (_CELLS / 360.0)), 0), _CELLS - 1)
        y = min(max(int((lat[i] + 90.0) * (_CELLS / 180.0)), 0), _CELLS - 1)
        out[i] = np.uint32(_key(x, y))
