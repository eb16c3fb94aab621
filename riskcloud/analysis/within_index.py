"""The index of a portfolio: of a table in memory, or kept beside a book's snapshot."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from riskcloud.errors import StoreError
from riskcloud.exposure.portfolio import Portfolio
from riskcloud.store.index import LocationIndex
from riskcloud.store.index_build import COLUMNS, IndexBuilder, index_of, keep_index
from riskcloud.store.index_sinks import MemorySink
from riskcloud.store.snapshots import Book

INDEX = "index"
"""Folder of the index, in that of the snapshot."""


def index_of_portfolio(portfolio: Portfolio) -> LocationIndex:
    """Return the index of a portfolio in memory; its rows are those of ``portfolio.table``."""
    table = portfolio.table
    columns = {name: _column(table[name]) for name in COLUMNS
               if name in table and name != "geometry"}
    geometry = np.asarray(table.geometry.array, dtype=object)
    shaped = np.flatnonzero(shapely.get_dimensions(geometry) == 1)
    builder = IndexBuilder(MemorySink())
    builder.add(pa.table(columns), [(int(i), geometry[i]) for i in shaped])
    return builder.finish()


def _column(values: "pd.Series[Any]") -> Any:
    if isinstance(values.dtype, pd.CategoricalDtype):
        words = pa.array(values.cat.categories.astype(str).to_numpy(dtype=object), pa.string())
        place = pa.array(values.cat.codes.to_numpy(np.int32), mask=values.isna().to_numpy())
        return pa.DictionaryArray.from_arrays(place, words)
    return pa.array(values)


def index_of_book(book: Book, *, on_progress: Callable[[int, int], None] | None = None,
                  ) -> LocationIndex:
    """Return the index kept beside a snapshot; it is made at first use (rows as in the snapshot).

    Where the store cannot be written to, it is made in memory. on_progress : (done, total) rows,
    while it is made.

    Raises
    ------
    StoreError : the snapshot is damaged.
    """
    def tables() -> Iterator[pa.Table]:
        stored = {item["name"] for item in book.manifest["columns"]}
        known = stored | set(book.manifest["constants"])
        done = 0
        for table in book.read([name for name in COLUMNS if name in known]):
            yield table
            done += len(table)
            if on_progress is not None:
                on_progress(done, len(book))

    folder = index_folder(book)
    sha256 = str(book.manifest["sha256"])
    try:
        return keep_index(folder, tables, sha256=sha256)
    except StoreError:
        if _writable(folder.parent):
            raise
    return index_of(tables())


def index_folder(book: Book) -> Path:
    """Return where the index of a snapshot is kept."""
    return book.path / INDEX


def _writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK)
