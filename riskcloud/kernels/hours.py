"""Hours clauses: which losses of an event are one occurrence."""

from typing import Any

import numpy.typing as npt
from numba import njit

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True, error_model="numpy")
def split_by_hours(start: Array, seconds: Array, length: Array, out: Array) -> None:
    """Write the number of the occurrence of each row (n,), from 0 in each group.

    Rows start[g] to start[g + 1] are those of a group, in order of time (seconds, n). The first
    period begins with the first loss, the next with the first loss behind its end; length
    (n_groups,): of a period in seconds, 0 for one that never ends.
    """
    for g in range(start.size - 1):
        number, begin = 0, 0
        for r in range(start[g], start[g + 1]):
            if r == start[g]:
                begin = seconds[r]
            elif length[g] > 0 and seconds[r] - begin >= length[g]:
                number += 1
                begin = seconds[r]
            out[r] = number
