"""A book that is asked about an earthquake: a portfolio file, or a snapshot in the store."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from riskcloud.analysis.quake.assets import (
    COLUMNS,
    Assets,
    Words,
    assets_of,
    joined,
    make_assets,
    with_lines,
)
from riskcloud.analysis.within.index import index_of_book, index_of_portfolio
from riskcloud.analysis.within.search import RowNumbers
from riskcloud.exposure.portfolio import Portfolio
from riskcloud.store.index import LocationIndex
from riskcloud.store.row_reading import pick_rows
from riskcloud.store.snapshots import Book

IDS_UP_TO = 300_000
"""Rows up to which the locations' own numbers are read with the rest: more only when named."""


class Holding(Protocol):
    """What an analysis asks of a book."""

    @property
    def index(self) -> LocationIndex:
        """Return the index of the book."""

    def assets(self, rows: RowNumbers) -> Assets:
        """Return the locations of rows (ascending)."""

    def loc_ids(self, rows: RowNumbers) -> npt.NDArray[Any]:
        """Return the numbers of the locations of rows (ascending)."""

    def facts(self) -> dict[str, Any]:
        """Return what summary.json says of the book."""


@dataclass(frozen=True, slots=True)
class FileHolding:
    """A portfolio read from a file."""

    portfolio: Portfolio
    index: LocationIndex

    @classmethod
    def of(cls, portfolio: Portfolio) -> "FileHolding":
        """Return the holding of a portfolio."""
        return cls(portfolio, index_of_portfolio(portfolio))

    def assets(self, rows: RowNumbers) -> Assets:
        """Return the locations of rows."""
        keep = np.zeros(len(self.portfolio), bool)
        keep[rows] = True
        return assets_of(self.portfolio.select(keep))

    def loc_ids(self, rows: RowNumbers) -> npt.NDArray[Any]:
        """Return the numbers of the locations of rows."""
        return np.asarray(self.portfolio.table["loc_id"].to_numpy(dtype=object)[rows])

    def facts(self) -> dict[str, Any]:
        """Return source, counts and notes."""
        book = self.portfolio
        return {"source": book.source, "kind": "file", "n_locations": len(book),
                "n_rejected": book.rejected_rows, "notes": list(book.notes)}


@dataclass(frozen=True, slots=True)
class BookHolding:
    """A snapshot of the store."""

    book: Book
    index: LocationIndex

    @classmethod
    def of(cls, book: Book, *, on_progress: Callable[[int, int], None] | None = None,
           ) -> "BookHolding":
        """Return the holding of a snapshot; its index is made at first use."""
        return cls(book, index_of_book(book, on_progress=on_progress))

    def assets(self, rows: RowNumbers) -> Assets:
        """Return the locations of rows; without their numbers where there are very many."""
        wanted = [name for name in COLUMNS if name != "loc_id" or len(rows) <= IDS_UP_TO]
        columns = _columns(pick_rows(self.book, wanted, rows))
        columns.setdefault("loc_id", np.full(len(rows), "", dtype=object))
        lines = np.sort(self.index.lines.row)
        place = np.searchsorted(rows, lines)
        lines = lines[rows[np.minimum(place, len(rows) - 1)] == lines] if len(rows) else lines[:0]
        if not len(lines):
            return make_assets(columns)
        parts = [table["geometry"].to_numpy()
                 for table in pick_rows(self.book, ["geometry"], lines)]
        shapes = np.full(len(rows), None, dtype=object)
        shapes[np.searchsorted(rows, lines)] = shapely.from_wkb(np.concatenate(parts))
        return with_lines(columns, shapes)

    def loc_ids(self, rows: RowNumbers) -> npt.NDArray[Any]:
        """Return the numbers of the locations of rows."""
        parts = [table["loc_id"].to_numpy() for table in pick_rows(self.book, ["loc_id"], rows)]
        return np.concatenate(parts) if parts else np.empty(0, dtype=object)

    def facts(self) -> dict[str, Any]:
        """Return source, counts and notes."""
        manifest = self.book.manifest
        return {"source": f"{self.book.name} {self.book.version:04d}", "kind": "book",
                "n_locations": len(self.book), "n_rejected": manifest.get("n_rejected", 0),
                "notes": [str(note) for note in manifest.get("notes", [])]}


def _columns(tables: Any) -> dict[str, Any]:
    """Columns of tables one after another: numbers, days, words by code, or objects."""
    parts: dict[str, list[Any]] = {}
    for table in tables:
        for name in table.column_names:
            parts.setdefault(name, []).append(_array(table[name]))
    return {name: joined(found) if isinstance(found[0], Words) else np.concatenate(found)
            for name, found in parts.items()}


def _array(column: pa.ChunkedArray) -> Any:
    if pa.types.is_dictionary(column.type):
        whole = column.combine_chunks()
        if isinstance(whole, pa.ChunkedArray):
            whole = whole.unify_dictionaries().combine_chunks()
        code = whole.indices.to_numpy(zero_copy_only=False)
        names = [str(word or "") for word in whole.dictionary.to_pylist()]
        if whole.null_count:
            code = np.where(np.isnan(code), len(names), code)
            names.append("")
        return Words(np.asarray(code, np.int32), tuple(names))
    if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
        return column.to_numpy().astype("datetime64[D]")
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return np.asarray(column.to_numpy(), np.float64)
    return np.asarray(column.to_pandas().to_numpy(dtype=object))


