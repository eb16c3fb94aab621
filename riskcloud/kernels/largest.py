"""The largest values of many, with the number of the event that each came from.

A value and its event share one 64-bit word: the bits of the value as a positive float32 above,
the event below. Positive floats sort as their bits do, so a heap of words is a heap of values, and
equal values keep a fixed order. Rounding to float32 changes a value by 6e-8 of itself at most.
"""

from typing import Any

import numpy.typing as npt
from numba import njit, prange, types
from numba.extending import intrinsic

Array = npt.NDArray[Any]


@intrinsic
def _bits_of(typing_context: Any, value: Any) -> Any:
    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.int32))

    return types.int32(types.float32), build


@intrinsic
def _float_of(typing_context: Any, bits: Any) -> Any:
    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.float32))

    return types.float32(types.int32), build


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def word_of(value: float, event: int) -> int:
    """Return the word of a value > 0 and an event in [0, 2**31)."""
    return (types.int64(_bits_of(types.float32(value))) << 32) | types.int64(event)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def value_of(word: int) -> float:
    """Return the value in a word; 0 for an empty one."""
    return float(_float_of(types.int32(word >> 32)))


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def event_of(word: int) -> int:
    """Return the event in a word."""
    return types.int64(word & 0x7FFFFFFF)


@njit(cache=True, nogil=True, error_model="numpy")
def keep(heap: Array, word: int) -> None:
    """Let a word replace the smallest of a heap (smallest first; empty places are 0), if larger."""
    if word <= heap[0]:
        return
    n, place = heap.size, 0
    while True:
        child = 2 * place + 1
        if child >= n:
            break
        if child + 1 < n and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= word:
            break
        heap[place] = heap[child]
        place = child
    heap[place] = word


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def unpack_descending(words: Array, back: Array, wind: Array, event: Array) -> None:
    """Write values and events of rows of words, the largest first; event -1 where there is none.

    words (n, k) ascending in each row; row i of the result (n, k) is row back[i].
    """
    k = words.shape[1]
    for i in prange(back.size):
        row = words[back[i]]
        for a in range(k):
            word = row[k - 1 - a]
            wind[i, a] = value_of(word)
            event[i, a] = event_of(word) if word > 0 else -1
