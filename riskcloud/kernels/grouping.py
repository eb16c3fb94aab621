"""Rows by group: their order, counted and not compared; one of a group by its key."""

from typing import Any

import numpy.typing as npt
from numba import njit

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True, error_model="numpy")
def gather_groups(group: Array, item: Array, value: Array, count: Array, out_item: Array,
                  out_value: Array) -> None:
    """Write rows by group, those of one group in their order.

    group (n,) from 0; item, value (n,); out_item, out_value (n,). count (n_groups,), zeros, ends as
    where the rows of each group end.

    Source: distribution counting, Knuth, The Art of Computer Programming 3, 5.2, algorithm D.
    """
    for k in range(group.size):
        count[group[k]] += 1
    before = 0
    for g in range(count.size):
        before, count[g] = before + count[g], before
    for k in range(group.size):
        place = count[group[k]]
        out_item[place] = item[k]
        out_value[place] = value[k]
        count[group[k]] = place + 1


@njit(cache=True, nogil=True, error_model="numpy")
def find_in_groups(group: Array, key: Array, start: Array, keys: Array, out: Array,
                   several: Array) -> None:
    """Write where the key of each row stands among those of its group, -1 where it does not.

    group (n,), -1 for none; key (n,); keys[start[g]:start[g + 1]] are those of group g, ascending;
    several (n,): whether the key stands there more than once.
    """
    for k in range(group.size):
        out[k], several[k] = -1, False
        if group[k] < 0:
            continue
        low, end = start[group[k]], start[group[k] + 1]
        high = end
        while low < high:
            middle = (low + high) // 2
            if keys[middle] < key[k]:
                low = middle + 1
            else:
                high = middle
        if low < end and keys[low] == key[k]:
            out[k] = low
            several[k] = low + 1 < end and keys[low + 1] == key[k]
