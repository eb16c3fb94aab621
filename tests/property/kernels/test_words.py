"""Hashes of words against a plain twin; the table of words seen against a dict."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from riskcloud.exposure.seen import SeenNumbers
from riskcloud.kernels.words import hash_words

MASK = (1 << 64) - 1


def mixed(h: int) -> int:
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        h = (h ^ h >> 33) * factor & MASK
    return h ^ h >> 33


def twin(word: bytes) -> tuple[int, int]:
    a, b = 0xCBF29CE484222325, 0x9E3779B97F4A7C15
    for letter in word:
        a = (a ^ letter) * 0x100000001B3 & MASK
        b = (b + letter) * 0xBF58476D1CE4E5B9 & MASK
        b ^= b >> 29
    return mixed(a), mixed(b)


@given(st.lists(st.binary(max_size=20), min_size=1))
def test_kernel_is_its_twin(words: list[bytes]) -> None:
    begin = np.cumsum([0, *map(len, words)])
    out = np.empty((len(words), 2), dtype=np.uint64)
    hash_words(np.frombuffer(b"".join(words) + b"x", dtype=np.uint8), begin, out)
    assert [tuple(map(int, row)) for row in out] == [twin(word) for word in words]


@given(st.lists(st.lists(st.text("ab1", max_size=3)), max_size=6))
def test_the_first_row_of_a_word(chunks: list[list[str]]) -> None:
    seen, expected, row = SeenNumbers(), dict[str, int](), 2
    for words in chunks:
        rows = np.arange(row, row + len(words))
        found = seen.first_rows(pa.array(["x", *words], pa.string()).slice(1), rows)
        for word, at, first in zip(words, rows, found, strict=True):
            assert expected.get(word, 0) == first
            expected.setdefault(word, int(at))
        row += len(words)


def test_many_words_in_a_table_that_grows() -> None:
    seen, n = SeenNumbers(), 40_000
    words = pa.array(np.arange(n).astype(str))
    rows = np.arange(2, n + 2)
    for part in range(0, n, 7_000):
        assert not seen.first_rows(words.slice(part, 7_000), rows[part:part + 7_000]).any()
    assert np.array_equal(seen.first_rows(pa.chunked_array([words]), rows + n), rows)
