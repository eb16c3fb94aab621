"""Words as two numbers of 64 bits, and which of many words was there before."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

Array = npt.NDArray[Any]

# FNV-1a and the 64-bit finaliser of MurmurHash3; the second chain's multiplier is SplitMix64's
_BASIS, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
_OTHER_BASIS, _OTHER = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_MIX_1, _MIX_2 = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
_33, _29 = np.uint64(33), np.uint64(29)


@njit(cache=True, nogil=True, inline="always")
def _mixed(h: Any) -> Any:
    h = (h ^ (h >> _33)) * _MIX_1
    h = (h ^ (h >> _33)) * _MIX_2
    return h ^ (h >> _33)


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def hash_words(data: Array, begin: Array, out: Array) -> None:
    """Write two independent hashes of each word into ``out`` (n, 2) uint64.

    data : (n_bytes,) uint8, the words one after the other; begin : (n + 1,) where each begins.
    Two different words share both with a probability of 2^-128: below 1e-20 among 1e9 words.

    Source: Fowler, Noll, Vo (FNV-1a, 64 bits); Appleby, MurmurHash3 (fmix64); Steele et al. (2014),
    Fast splittable pseudorandom number generators (the second multiplier).
    """
    for i in prange(begin.size - 1):
        a, b = _BASIS, _OTHER_BASIS
        for k in range(begin[i], begin[i + 1]):
            letter = np.uint64(data[k])
            a = (a ^ letter) * _PRIME
            b = (b + letter) * _OTHER
            b ^= b >> _29
        out[i, 0], out[i, 1] = _mixed(a), _mixed(b)


@njit(cache=True, nogil=True, error_model="numpy")
def first_rows(hashes: Array, row: Array, slots: Array, slot_row: Array, out: Array) -> int:
    """Put words into a table; write the row of a word's first occurrence, or 0 where it is new.

    hashes (n, 2) uint64; row (n,) int64 > 0; slots (2^k, 2) uint64 and slot_row (2^k,) int64, 0
    where free, at least one of which stays free; out (n,) int64. Returns how many were new.
    """
    mask = np.uint64(slot_row.size - 1)
    n_new = 0
    for i in range(row.size):
        place = hashes[i, 0] & mask
        while slot_row[place] != 0 and (slots[place, 0] != hashes[i, 0]
                                        or slots[place, 1] != hashes[i, 1]):
            place = (place + np.uint64(1)) & mask
        out[i] = slot_row[place]
        if slot_row[place] == 0:
            slots[place, 0], slots[place, 1] = hashes[i, 0], hashes[i, 1]
            slot_row[place] = row[i]
            n_new += 1
    return n_new
