"""Portfolio files into the store, and portfolios out of it."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from riskcloud.errors import InputError, Problem
from riskcloud.exposure.arrow import default_scalars, from_arrow, to_arrow
from riskcloud.exposure.portfolio import Portfolio
from riskcloud.exposure.rejected import FILE as REJECTED
from riskcloud.exposure.rejected import RejectedWriter
from riskcloud.exposure.schema import columns
from riskcloud.exposure.stream import PortfolioStream, stream_portfolio
from riskcloud.store.geoparquet import Box
from riskcloud.store.snapshots import Book, check_name, write_snapshot
from riskcloud.store.writing import Facts

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Loading:
    """How a portfolio file is read, and who hears of it.

    skip_bad, coordinate_system : see ``exposure.read.read_portfolio``. on_read, on_write : called
    with rows done and in all. in_words : turns faults into the reader's language.
    """

    skip_bad: bool = False
    coordinate_system: str | None = None
    on_read: OnProgress | None = None
    on_write: OnProgress | None = None
    in_words: Callable[[Iterable[Problem]], Iterable[Problem]] = list


def load_book(store: Path, name: str, portfolio: Path, how: Loading | None = None) -> Book:
    """Return the next snapshot of a book, made from a portfolio file: read, checked and sorted.

    Memory stays flat: a chunk of rows, a run of a million, about 45 bytes a row of keys and
    location numbers. With ``skip_bad`` the snapshot's ``rejected.csv`` has every fault of the rows
    set aside.

    Raises
    ------
    InputError : faults of the file, all at once; no name of a book. StoreError : the store cannot
        be written to. Then, and at a kill, the store is as it was.
    """
    check_name(name)
    how = how or Loading()
    began, rejected = time.perf_counter(), _Rejected(how)
    stream = stream_portfolio(
        portfolio, skip_bad=how.skip_bad, on_progress=how.on_read,
        coordinate_system=how.coordinate_system, on_problems=rejected.add)
    facts = Facts(default_scalars(stream.constant_columns), lambda: _facts(stream), how.on_write,
                  began)
    try:
        return write_snapshot(store, name, _tables(stream, rejected), facts=facts,
                              on_folder=rejected.begin)
    finally:
        rejected.end()


class _Rejected:
    """rejected.csv of a snapshot on its way, from the first fault on."""

    def __init__(self, how: Loading) -> None:
        self._how, self._folder = how, Path()
        self._writer: RejectedWriter | None = None

    def begin(self, folder: Path) -> None:
        self._folder = folder

    def add(self, problems: list[Problem]) -> None:
        if not self._how.skip_bad:
            return
        if self._writer is None:
            self._writer = RejectedWriter(self._folder / REJECTED)
        self._writer.add(self._how.in_words(problems))

    def end(self) -> None:
        if self._writer is not None:
            self._writer.close()


def _tables(stream: PortfolioStream, rejected: _Rejected) -> Iterator[pa.Table]:
    constant = stream.constant_columns
    for chunk in stream:
        yield to_arrow(chunk, without=constant, with_shapes=stream.may_have_shapes)
    rejected.end()


def _facts(stream: PortfolioStream) -> dict[str, Any]:
    match = stream.match
    return {
        "source": {"path": str(stream.path), "bytes": stream.path.stat().st_size,
                   "sha256": stream.sha256},
        "n_rejected": stream.n_rejected, "notes": list(stream.notes),
        "columns_used": {match.headers[place]: name for name, place in match.position.items()},
        "columns_unused": [match.headers[place] for place in match.unused],
    }


def book_portfolio(book: Book, *, bbox: Box | None = None) -> Portfolio:
    """Return a snapshot's locations as a portfolio, whole or those in a box (``Book.read``).

    The locations are in the order of the snapshot; ``source`` is the book's name and version,
    ``sha256`` that of its file of locations.

    Raises
    ------
    InputError : no location in the box. StoreError : the snapshot is damaged.
    """
    manifest = book.manifest
    parts = list(book.read(bbox=bbox))
    if not parts:
        raise InputError(f"book {book.name!r}: no location in the box {bbox}")
    table = pa.concat_tables(parts).unify_dictionaries()
    known = {*table.column_names, "geometry_wkt"}
    for name, value in default_scalars(set(columns()) - known).items():  # of a later columns.csv
        table = table.append_column(name, pa.repeat(value, len(table)))
    return Portfolio(
        table=from_arrow(table), source=f"{book.name} version {book.version}",
        sha256=manifest["sha256"], notes=tuple(manifest.get("notes", ())),
        columns_used=manifest.get("columns_used", {}),
        columns_unused=tuple(manifest.get("columns_unused", ())))
