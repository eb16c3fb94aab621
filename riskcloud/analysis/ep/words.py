"""Words of columns to small numbers that stay the same from chunk to chunk."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskcloud.exposure.raw import as_text
from riskcloud.types import Ints


@dataclass(slots=True)
class WordList:
    """Distinct words in the order in which they first came; a word's number is its place."""

    word: list[str] = field(default_factory=list)
    place: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.word)

    def number(self, word: str) -> int:
        """Return the number of a word, a new one if need be."""
        found = self.place.setdefault(word, len(self.word))
        if found == len(self.word):
            self.word.append(word)
        return found

    def codes(self, column: Any) -> Ints:
        """Return the numbers (n_rows,) of a column, words trimmed; "" where blank."""
        encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        if isinstance(encoded, pa.ChunkedArray):
            if encoded.num_chunks == 0:
                return np.empty(0, np.int64)
            encoded = encoded.combine_chunks()
            if isinstance(encoded, pa.ChunkedArray):
                encoded = encoded.unify_dictionaries().chunk(0)
        indices = pc.fill_null(encoded.indices, len(encoded.dictionary))
        used = indices.to_numpy(zero_copy_only=False).astype(np.int64)
        n = len(encoded.dictionary)
        seen = np.zeros(n + 1, bool)
        seen[used] = True
        order = np.flatnonzero(seen[:n])
        text = as_text(pa.chunked_array([encoded.dictionary.take(pa.array(order))]))
        numbers = np.full(n + 1, -1, np.int64)
        for k, word in zip(order.tolist(), text.to_pylist(), strict=True):
            numbers[k] = self.number(word.strip())
        if seen[n]:
            numbers[n] = self.number("")
        return np.asarray(numbers[used])


@dataclass(slots=True)
class PairList:
    """Distinct pairs of numbers, numbered as they come."""

    pair: list[tuple[int, int]] = field(default_factory=list)
    place: dict[int, int] = field(default_factory=dict)

    def codes(self, first: Ints, second: Ints) -> Ints:
        """Return the numbers (n_rows,) of pairs; ``second`` below 2^31."""
        encoded = pa.array(first << 31 | second).dictionary_encode()
        both, back = encoded.dictionary.to_pylist(), encoded.indices.to_numpy()
        numbers = np.empty(len(both), np.int64)
        for k, packed in enumerate(both):
            found = self.place.setdefault(packed, len(self.pair))
            if found == len(self.pair):
                self.pair.append((packed >> 31, packed & (1 << 31) - 1))
            numbers[k] = found
        return np.asarray(numbers[back])
