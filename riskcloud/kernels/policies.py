"""Policies of a book: numbers for their names, in the order they first appear, and their sums.

Names are told apart by 128 bits of a hash whose start the caller draws at random: two of 1e8 names
meet with a probability of 1e-23, and nobody can choose names that do. Numbering by first appearance
keeps the policies of neighbouring rows together in memory.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

Array = npt.NDArray[Any]

_PRIME = np.uint64(0x100000001B3)  # of FNV-1a (Fowler, Noll, Vo), 64 bits
_MIX1, _MIX2 = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)  # MurmurHash3's end
_S32, _S33, _S29 = np.uint64(32), np.uint64(33), np.uint64(29)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _finish(h: Any) -> Any:
    h = (h ^ (h >> _S33)) * _MIX1
    h = (h ^ (h >> _S33)) * _MIX2
    return h ^ (h >> _S33)


@njit(cache=True, nogil=True, error_model="numpy")
def hash_words(start: Array, text: Array, seed: Array, out: Array) -> None:
    """Write two 64-bit hashes of each word text[start[i]:start[i + 1]] (UTF-8) into out (n, 2)."""
    for i in range(out.shape[0]):
        a, b = seed[0], seed[1]
        for j in range(start[i], start[i + 1]):
            letter = np.uint64(text[j])
            a = (a ^ letter) * _PRIME
            b = (b ^ letter) * _MIX1
            b ^= b >> _S29
        length = np.uint64(start[i + 1] - start[i])
        out[i, 0], out[i, 1] = _finish(a ^ length), _finish(b + length)


@njit(cache=True, nogil=True, error_model="numpy")
def rehash(key: Array, number: Array, new_key: Array, new_number: Array) -> None:
    """Move a hash table (number < 0: empty) into a larger empty one; sizes are powers of two."""
    mask = np.uint64(new_number.size - 1)
    for i in range(number.size):
        if number[i] >= 0:
            j = key[i, 0] & mask
            while new_number[j] >= 0:
                j = (j + np.uint64(1)) & mask
            new_key[j, 0], new_key[j, 1], new_number[j] = key[i, 0], key[i, 1], number[i]


@njit(cache=True, nogil=True, error_model="numpy")
def number_policies(word: Array, hashes: Array, blank: Array, currency: Array, key: Array,
                    number: Array, known: int, currency_of: Array, out: Array,
                    is_new: Array) -> int:
    """Write each row's policy number into ``out``; return how many policies are known now.

    word (n,): each row's place in hashes and blank. A blank name is a policy of its own. ``out`` is
    -1 - number where the policy is known in another currency. currency_of has room for n more.
    """
    mask = np.uint64(number.size - 1)
    for i in range(word.size):
        w = word[i]
        is_new[i] = True
        if blank[w]:
            out[i], currency_of[known] = known, currency[i]
            known += 1
            continue
        j = hashes[w, 0] & mask
        while number[j] >= 0 and (key[j, 0] != hashes[w, 0] or key[j, 1] != hashes[w, 1]):
            j = (j + np.uint64(1)) & mask
        if number[j] < 0:
            key[j, 0], key[j, 1], number[j] = hashes[w, 0], hashes[w, 1], known
            currency_of[known] = currency[i]
            known += 1
        else:
            is_new[i] = False
        found = number[j]
        out[i] = found if currency_of[found] == currency[i] else -1 - found
    return known


@njit(cache=True, nogil=True, error_model="numpy")
def add_up(policy: Array, from_day: Array, to_day: Array, tiv: Array, entry: Array) -> None:
    """Count rows and add sums insured of each policy; note whether its rows' dates differ.

    entry (n_policies,): records of n, from_day, to_day (of the policy's first row), tiv and varies
    (1 or 0), all 0 at first.
    """
    for i in range(policy.size):
        own = entry[policy[i]]
        if own.n == 0:
            own.from_day, own.to_day = from_day[i], to_day[i]
        elif own.from_day != from_day[i] or own.to_day != to_day[i]:
            own.varies = 1
        own.n += 1
        own.tiv += tiv[i]


@njit(cache=True, nogil=True, error_model="numpy")
def place_varied(entry: Array) -> int:
    """Write where the rows of each policy that varies will stand (walk); return how many in all."""
    n = 0
    for p in range(entry.size):
        entry[p].walk = n
        if entry[p].varies:
            n += entry[p].n
    return n


@njit(cache=True, nogil=True, error_model="numpy")
def copy_varied(policy: Array, from_day: Array, to_day: Array, tiv: Array, entry: Array,
                out: Array) -> None:
    """Write from_day, to_day and tiv of the rows of policies that vary, each policy's in order."""
    for i in range(policy.size):
        own = entry[policy[i]]
        if own.varies:
            row = out[own.walk]
            row.from_day, row.to_day, row.tiv = from_day[i], to_day[i], tiv[i]
            own.walk += 1
    for p in range(entry.size):
        if entry[p].varies:
            entry[p].walk -= entry[p].n
