"""Losses by location as ``riskcloud terms`` writes them, event by event: memory stays flat."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import numpy as np
import pyarrow as pa

from riskcloud.cli.explain_losses import KEYS, MEASURES
from riskcloud.cli.row_writer import RowWriter, defused_table
from riskcloud.files import defused, written_aside
from riskcloud.types import Floats, Ints
from riskcloud.types.terms import OedBook

_ROWS: Final = 1 << 18  # written at once; ours


class LossFile(AbstractContextManager["LossFile"]):
    """A .csv or .parquet of a row a location and event; it appears whole at the end, or not.

    with_currency : a column of it, for a table that ``riskcloud ep`` reads.
    """

    def __init__(self, out: Path, book: OedBook, *, with_currency: bool = False) -> None:
        self._stack = ExitStack()
        self._as_parquet = out.suffix.lower() in (".parquet", ".pq")
        aside = self._stack.enter_context(written_aside(out))
        self._writer = self._stack.enter_context(RowWriter(aside, as_parquet=self._as_parquet))
        self._keys = _keys(book, as_parquet=self._as_parquet)
        self._currency = _words(book.currency.word, book.currency.code[book.locations.account]) \
            if with_currency else None
        self._waiting: list[tuple[Mapping[str, Any], Ints, tuple[Floats, Floats, Floats]]] = []
        self._n_waiting = 0

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if kind is None:
            self._flush()
        self._stack.__exit__(kind, error, trace)

    def add(self, label: Mapping[str, Any], location: Ints, *losses: Floats) -> None:
        """Take an event's losses (n,): ground-up, gross, net at the places of a book."""
        ground_up, gross, net = losses
        self._waiting.append((label, location, (ground_up, gross, net)))
        self._n_waiting += len(location)
        if self._n_waiting >= _ROWS:
            self._flush()

    def _flush(self) -> None:
        if not self._waiting:
            return
        labels = [label for label, _, _ in self._waiting]
        event = np.repeat(np.arange(len(labels)), [len(own) for _, own, _ in self._waiting])
        location = np.concatenate([own for _, own, _ in self._waiting])
        place = pa.array(location.astype(np.int32))
        columns: dict[str, Any] = {name: key.take(place) for name, key in self._keys.items()}
        for name in labels[0]:
            columns[name] = _label_column([label[name] for label in labels], event)
        if self._currency is not None:
            columns["currency"] = self._currency.take(place)
        for k, name in enumerate(MEASURES):
            columns[name] = np.concatenate([values[k] for _, _, values in self._waiting])
        self._writer.write(pa.table(columns))
        self._waiting, self._n_waiting = [], 0


def _label_column(values: list[Any], event: Ints) -> Any:
    if isinstance(values[0], str):
        words = pa.array([defused(value) for value in values], pa.string()).dictionary_encode()
        return pa.DictionaryArray.from_arrays(words.indices.take(pa.array(event)),
                                              words.dictionary)
    return pa.array(np.array(values, np.int64)[event])


def _words(words: Any, code: Ints) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(code.astype(np.int32)),
                                          pa.array(words).cast(pa.string()))


def _keys(book: OedBook, *, as_parquet: bool) -> dict[str, Any]:
    """Return the key columns of the locations; for CSV such that no spreadsheet runs them."""
    found = {}
    for name in KEYS:
        words = book.locations.words[name]
        word = pa.array(words.word).cast(pa.string())
        if not as_parquet:
            word = defused_table(pa.table({name: word}))[name].combine_chunks()
        found[name] = _words(word, words.code)
    return found
