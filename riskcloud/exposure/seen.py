"""Which location numbers a file had before, and where first: about 40 bytes a number."""

from typing import Any

import numpy as np
import pyarrow as pa

from riskcloud.kernels.words import first_rows, hash_words
from riskcloud.types import Ints

_SLOTS = 1 << 12  # of a new table
_FULL = 0.6  # share of slots taken above which the table doubles; ours


class SeenNumbers:
    """The location numbers of a file so far, as hashes of 128 bits (see ``kernels.words``)."""

    def __init__(self) -> None:
        self._slots = np.zeros((_SLOTS, 2), dtype=np.uint64)
        self._row = np.zeros(_SLOTS, dtype=np.int64)
        self._n = 0

    def first_rows(self, numbers: Any, row: Ints) -> Ints:
        """Take the numbers (n,) of more rows; return the row that first had each, 0 where none did.

        numbers : arrow text without nulls; row : (n,) what a spreadsheet shows beside each, > 0.
        """
        hashes = np.concatenate([np.empty((0, 2), dtype=np.uint64), *map(_hashes, _parts(numbers))])
        size = len(self._row)
        while self._n + len(hashes) > _FULL * size:
            size *= 2
        if size > len(self._row):
            self._grow(size)
        out = np.empty(len(row), dtype=np.int64)
        self._n += first_rows(hashes, np.ascontiguousarray(row), self._slots, self._row, out)
        return out

    def _grow(self, size: int) -> None:
        slots, row = np.zeros((size, 2), dtype=np.uint64), np.zeros(size, dtype=np.int64)
        taken = self._row > 0
        first_rows(self._slots[taken], self._row[taken], slots, row,
                   np.empty(int(taken.sum()), dtype=np.int64))
        self._slots, self._row = slots, row


def _parts(numbers: Any) -> list[Any]:
    return list(numbers.chunks) if isinstance(numbers, pa.ChunkedArray) else [numbers]


def _hashes(numbers: Any) -> Any:
    out = np.empty((len(numbers), 2), dtype=np.uint64)
    if not len(numbers):
        return out
    wide = pa.types.is_large_string(numbers.type)
    _, begin, data = numbers.buffers()
    first = numbers.offset
    ends = np.frombuffer(begin, dtype=np.int64 if wide else np.int32)[first:first + len(out) + 1]
    letters = np.empty(0, np.uint8) if data is None else np.frombuffer(data, dtype=np.uint8)
    hash_words(letters, ends.astype(np.int64), out)
    return out
