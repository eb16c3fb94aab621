"""Sums by key over rows that come in any order: an open table, filled row by row."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True, error_model="numpy")
def add_by_key(key: Array, value: Array, begin: int, most: int, table_key: Array, table_sum: Array,
               filled: int) -> tuple[int, int]:
    """Add values to the sums of their keys; return rows taken and keys filled.

    key (n,) int64, 0 or more; value (n,); rows from ``begin`` on are taken until the table holds
    ``most`` keys. table_key (2^m,) int64, -1 where free; table_sum (2^m,).

    Source: linear probing with Fibonacci hashing, Knuth, The Art of Computer Programming 3, 6.4.
    """
    mask = np.uint64(len(table_key) - 1)
    for i in range(begin, len(key)):
        wanted = key[i]
        mixed = np.uint64(wanted) * np.uint64(11400714819323198485)
        place = (mixed ^ (mixed >> np.uint64(32))) & mask
        while table_key[place] != wanted:
            if table_key[place] < 0:
                if filled >= most:
                    return i, filled
                table_key[place] = wanted
                filled += 1
                break
            place = (place + np.uint64(1)) & mask
        table_sum[place] += value[i]
    return len(key), filled
