"""Which policies and locations a reinsurance contract covers: its scope rows against the book."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskcloud.finance.program import Program
from riskcloud.types import Ints
from riskcloud.types.terms import OedBook, Treaties, Words

_OF_POLICY = ("PolNumber", "CedantName", "ProducerName", "LOB")


def match_scope(book: OedBook, treaties: Treaties, program: Program) -> tuple[Ints, Ints]:
    """Return pairs of a scope row and a pair of policy and location that it covers.

    A blank field covers all; the fields of a row must all be equal, as written. Rows with the same
    fields filled are joined at once, so that thousands of contracts take no longer than one.

    Source: Open Exposure Data 4.0, Reinsurance, scope filter fields.
    """
    filled = {name: np.asarray(pc.not_equal(pc.utf8_trim_whitespace(text), ""), dtype=bool)
              for name, text in treaties.scope.items()}
    kind = np.zeros(len(treaties.scope_of), dtype=np.int64)
    for k, name in enumerate(filled):
        kind |= filled[name].astype(np.int64) << k
    rows, pairs = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for value in np.unique(kind):
        names = [name for k, name in enumerate(filled) if value >> k & 1]
        of_kind = np.flatnonzero(kind == value)
        found = _join(names, of_kind, book, treaties.scope, program)
        rows.append(found[0])
        pairs.append(found[1])
    return np.concatenate(rows), np.concatenate(pairs)


def n_fields(treaties: Treaties) -> Ints:
    """Return how many fields of each scope row are filled."""
    total = np.zeros(len(treaties.scope_of), dtype=np.int64)
    for text in treaties.scope.values():
        total += np.asarray(pc.not_equal(pc.utf8_trim_whitespace(text), ""), dtype=np.int64)
    return total


def _join(names: list[str], rows: Ints, book: OedBook, scope: Mapping[str, Any],
          program: Program) -> tuple[Ints, Ints]:
    """Return rows and pairs that agree in all of ``names``."""
    n = len(program.pair_policy)
    key = np.zeros(n + len(rows), dtype=np.int64)
    known = np.ones(len(rows), dtype=bool)
    for name in names:
        if name in _OF_POLICY:
            words, place = book.accounts.words[name], program.pair_policy
        else:
            words, place = book.locations.words[name], program.pair_location
        wanted = _codes_of(words, scope[name].take(pa.array(rows)))
        known &= wanted >= 0
        code = np.concatenate([words.code[place], wanted])
        key = key * (int(code.max(initial=0)) + 2) + code + 1
        key = np.asarray(pc.dictionary_encode(pa.array(key)).indices.to_numpy(
            zero_copy_only=False), dtype=np.int64)
    own, wanted_key = key[:n], key[n:]
    order = np.argsort(own, kind="stable")
    begin = np.searchsorted(own[order], wanted_key, side="left")
    end = np.searchsorted(own[order], wanted_key, side="right")
    count = np.where(known, end - begin, 0)
    total = int(count.sum())
    offset = np.arange(total) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(rows, count), order[np.repeat(begin, count) + offset]


def _codes_of(words: Words, text: Any) -> Ints:
    """Return the code in ``words`` of each text, -1 where the book has no such word."""
    found = pc.fill_null(pc.index_in(text, value_set=words.word), -1)
    return np.asarray(found.to_numpy(), dtype=np.int64)
