"""Order of rows by group: counted, not compared."""

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
