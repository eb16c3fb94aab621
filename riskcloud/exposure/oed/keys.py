"""Keys of several columns as one number a row, equal where all cells are equal as written."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskcloud.exposure.oed.table import encode
from riskcloud.types import Ints
from riskcloud.types.terms import Words


def codes(values: Ints) -> Ints:
    """Return numbers from 0 in the order in which the values first appear."""
    encoded = pc.dictionary_encode(pa.array(values))
    return np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)


def first_rows(code: Ints) -> Ints:
    """Return where each code (numbered by appearance) first stands."""
    if not len(code):
        return np.empty(0, dtype=np.int64)
    before = np.concatenate([[-1], np.maximum.accumulate(code)[:-1]])
    return np.flatnonzero(code > before)


def combined(parts: Sequence[Ints]) -> Ints:
    """Return one code a row of several columns of codes, numbered by appearance."""
    total = parts[0]
    for part in parts[1:]:
        total = codes(total * (int(part.max(initial=0)) + 1) + part)
    return codes(total) if len(parts) == 1 else total


def together(tables: Sequence[Sequence[Words]]) -> list[Ints]:
    """Return codes of the rows of several tables by their key columns, numbered over all of them.

    Rows of the first table get the lowest codes.
    """
    parts = []
    for columns in zip(*tables, strict=True):
        union, _ = encode(pa.chunked_array([column.word for column in columns], pa.string()))
        ends = np.cumsum([len(column.word) for column in columns])
        parts.append(np.concatenate([own[column.code] for column, own in zip(
            columns, np.split(union, ends[:-1]), strict=True)]))
    ends = np.cumsum([len(table[0].code) for table in tables])
    return np.split(combined(parts), ends[:-1])
