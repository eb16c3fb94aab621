"""The index of a portfolio: of a table in memory, or kept beside a book's snapshot."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from riskcloud.store.index import LocationIndex, open_index

if TYPE_CHECKING:  # heavy to import, and a book with an index needs none of them
    import pandas as pd
    import pyarrow as pa

    from riskcloud.exposure.portfolio import Portfolio
    from riskcloud.store.snapshots import Book

INDEX = "index"
"""Folder of the index, in that of the snapshot."""


def index_of_portfolio(portfolio: "Portfolio") -> LocationIndex:
    """Return the index of a portfolio in memory; its rows are those of ``portfolio.table``."""
    import pyarrow as pa
    import shapely

    from riskcloud.store.index_build import COLUMNS, IndexBuilder
    from riskcloud.store.index_sinks import MemorySink

    table = portfolio.table
    columns = {name: as_arrow(table[name]) for name in COLUMNS
               if name in table and name != "geometry"}
    geometry = np.asarray(table.geometry.array, dtype=object)
    shaped = np.flatnonzero(shapely.get_dimensions(geometry) > 0)
    builder = IndexBuilder(MemorySink())
    builder.add(pa.table(columns), [(int(i), geometry[i]) for i in shaped])
    return builder.finish()


def as_arrow(values: "pd.Series[Any]") -> Any:
    """Return a column of a portfolio's table as arrow has it; categories as a dictionary."""
    import pandas as pd
    import pyarrow as pa

    if isinstance(values.dtype, pd.CategoricalDtype):
        words = pa.array(values.cat.categories.astype(str).to_numpy(dtype=object), pa.string())
        place = pa.array(values.cat.codes.to_numpy(np.int32), mask=values.isna().to_numpy())
        return pa.DictionaryArray.from_arrays(place, words)
    return pa.array(values)


def index_of_book(book: "Book", *, on_progress: Callable[[int, int], None] | None = None,
                  ) -> LocationIndex:
    """Return the index kept beside a snapshot; it is made at first use (rows as in the snapshot).

    Where the store cannot be written to, it is made in memory. on_progress : (done, total) rows,
    while it is made.

    Raises
    ------
    StoreError : the snapshot is damaged.
    """
    folder, sha256 = index_folder(book), str(book.manifest["sha256"])
    found = open_index(folder, sha256=sha256)
    if found is not None:
        return found
    from riskcloud.store.index_build import index_of, keep_index

    if not os.access(folder.parent, os.W_OK):
        return index_of(_tables(book, on_progress))
    return keep_index(folder, lambda: _tables(book, on_progress), sha256=sha256)


def _tables(book: "Book", on_progress: Callable[[int, int], None] | None) -> "Iterator[pa.Table]":
    from riskcloud.store.index_build import COLUMNS

    known = {item["name"] for item in book.manifest["columns"]} | set(book.manifest["constants"])
    wanted = [name for name in COLUMNS if name in known]
    kinds = book.manifest.get("geometry_types", ["LineString"])
    if set(kinds) <= {"Point", "MultiPoint"} and "geometry" in wanted:
        wanted.remove("geometry")  # their place is lon, lat
    done = 0
    for table in book.read(wanted):
        yield table
        done += len(table)
        if on_progress is not None:
            on_progress(done, len(book))


def index_folder(book: "Book") -> Path:
    """Return where the index of a snapshot is kept."""
    return book.path / INDEX
