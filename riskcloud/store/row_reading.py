"""Rows of a snapshot by their numbers: only the row groups that hold one are read."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from riskcloud.errors import StoreError
from riskcloud.store.reading import constant_column
from riskcloud.store.snapshots import Book


def pick_rows(book: Book, columns: Sequence[str], rows: npt.NDArray[Any]) -> Iterator[pa.Table]:
    """Yield locations by row number, a table a row group that has any, in their order.

    Words come as dictionaries (``loc_id`` and ``geometry`` plain).

    Parameters
    ----------
    columns : our names; those the book lacks are left out.
    rows : (n,) numbers of rows in the snapshot, ascending, from 0.

    Raises
    ------
    StoreError : the snapshot is damaged, or a row is not in it.
    """
    stored = {item["name"]: item["type"] for item in book.manifest["columns"]}
    constants = book.manifest["constants"]
    needed = [name for name in columns if name in stored]
    words = [name for name in needed if stored[name] == "string" and name != "loc_id"]
    if len(rows) and not 0 <= rows[0] <= rows[-1] < len(book):
        raise StoreError(f"{book.locations}: rows {rows[0]} to {rows[-1]} of {len(book)}")
    try:
        with pq.ParquetFile(book.locations, read_dictionary=words, pre_buffer=False) as file:
            begin = 0
            for group in range(file.num_row_groups):
                end = begin + file.metadata.row_group(group).num_rows
                first, last = np.searchsorted(rows, (begin, end))
                if last > first:
                    table = file.read_row_group(group, columns=needed)
                    if last - first < end - begin:
                        table = table.take(pa.array(rows[first:last].astype(np.int64) - begin))
                    yield _completed(table, constants, columns)
                begin = end
    except (OSError, pa.ArrowException) as error:
        raise StoreError(f"{book.locations}: {error}") from error


def _completed(table: pa.Table, constants: dict[str, Any], columns: Sequence[str]) -> pa.Table:
    """Return the table with the columns that are the same in every row, in the order asked for."""
    size = len(table)
    for name in columns:
        if name not in table.column_names and name in constants:
            table = table.append_column(name, constant_column(constants[name], size))
    return table.select([name for name in columns if name in table.column_names])
