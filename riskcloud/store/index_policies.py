"""Numbers for policies as rows come, and their names."""

import os
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from riskcloud.kernels.policies import hash_words, number_policies, rehash
from riskcloud.store.index_sinks import Sink

Array = npt.NDArray[Any]

_FIRST_SIZE = 1 << 12
_PIECE = 1 << 20
_FULL = 0.7  # of a hash table with linear probing; ours


class PolicyNumbers:
    """Numbers the policies of rows in the order they appear; names go to a sink at once.

    A policy in a second currency is an entry of its own there, numbered after all others.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._seed = np.frombuffer(os.urandom(16), np.uint64)
        self._key, self._number = _table(_FIRST_SIZE)
        self._currency = np.zeros(_FIRST_SIZE, np.int16)
        self._known = 0
        self._twins: dict[tuple[int, int], int] = {}

    def add(self, column: pa.Array, currency: Array) -> Array:
        """Return the policy of each row (n,) int32; -1 - k for the k-th twin (see ``finish``)."""
        place, words = _words(column)
        start, text = _utf8(words)
        hashes = np.empty((len(words), 2), np.uint64)
        hash_words(start, text, self._seed, hashes)
        blank = np.append(start[1:] == start[:-1], True)
        hashes = np.vstack([hashes, np.zeros((1, 2), np.uint64)])
        self._grow(self._known + len(place))
        out, is_new = np.empty(len(place), np.int32), np.empty(len(place), np.bool_)
        self._known = number_policies(place, hashes, blank, currency, self._key, self._number,
                                      self._known, self._currency, out, is_new)
        self._keep_names(words, place[is_new])
        self._number_twins(out, currency)
        return out

    def _grow(self, most: int) -> None:
        if most > _FULL * len(self._number):
            key, number = _table(1 << int(most / _FULL).bit_length())
            rehash(self._key, self._number, key, number)
            self._key, self._number = key, number
        if most > len(self._currency):
            wider = np.zeros(most + most // 2, np.int16)
            wider[:self._known] = self._currency[:self._known]
            self._currency = wider

    def _keep_names(self, words: pa.Array, place: Array) -> None:
        named = place < len(words)
        start, text = _utf8(words.take(pa.array(place[named])))
        size = np.zeros(len(place), np.int64)
        size[named] = np.diff(start)
        self._sink.append("policy_name_size", size)
        self._sink.append("policy_name_text", text)

    def _number_twins(self, out: Array, currency: Array) -> None:
        where = np.flatnonzero(out < 0)
        if not len(where):
            return
        pairs = (-1 - out[where].astype(np.int64)) << 16 | currency[where]
        found, first, place = np.unique(pairs, return_index=True, return_inverse=True)
        number = np.empty(len(found), np.int32)
        for k in np.argsort(first):  # in the order they appear, however the rows are cut
            number[k] = self._twins.setdefault(divmod(int(found[k]), 1 << 16), len(self._twins))
        out[where] = -1 - number[place.reshape(-1)]

    def finish(self, policy: Array) -> int:
        """Give the twins in ``policy`` (all rows) their numbers; return how many entries there are.

        Writes policy_twin_of, policy_name_start, policy_name_text and policy_n_unnamed.
        """
        if self._twins:
            for begin in range(0, len(policy), _PIECE):
                piece = policy[begin:begin + _PIECE]
                piece[piece < 0] = self._known - 1 - piece[piece < 0]
        twin_of = self._sink.new("policy_twin_of", np.int32, len(self._twins))
        twin_of[:] = [number for number, _ in self._twins]
        size = self._sink.array("policy_name_size", np.int64)
        self._sink.array("policy_name_text", np.uint8)
        start = self._sink.new("policy_name_start", np.int64, len(size) + 1)
        np.cumsum(size, out=start[1:])
        self._sink.new("policy_n_unnamed", np.int64, 1)[0] = (size == 0).sum()
        return self._known + len(self._twins)


def _table(size: int) -> tuple[Array, Array]:
    return np.empty((size, 2), np.uint64), np.full(size, -1, np.int32)


def _words(column: pa.Array) -> tuple[Array, pa.Array]:
    """Return each row's place among words, and the words; the place after the last is blank."""
    if pa.types.is_dictionary(column.type):
        words = column.dictionary.cast(pa.string()).fill_null("")
        place = column.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        place[place < 0] = len(words)
        return place, words
    return np.arange(len(column)), column.cast(pa.string()).fill_null("")


def _utf8(words: pa.Array) -> tuple[Array, Array]:
    """Return where each word starts (n + 1,) in the UTF-8 bytes of all, and those."""
    _, offsets, data = words.buffers()
    if offsets is None or not len(words):
        return np.zeros(1, np.int64), np.zeros(0, np.uint8)
    start = np.frombuffer(offsets, np.int32)[words.offset:words.offset + len(words) + 1]
    text = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    return start.astype(np.int64) - start[0], text[start[0]:start[-1]]
