"""Some rows of a snapshot, by their number: only the row groups that hold one are read."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from riskcloud.store.reading import constant_column
from riskcloud.store.snapshots import Book


def pick_rows(book: Book, columns: Sequence[str], rows: npt.NDArray[Any]) -> Iterator[pa.Table]:
    """Yield the columns of rows (ascending numbers), a row group at a time, in their order.

    Columns that the book does not have are left out; words come as dictionaries (``loc_id`` and
    ``geometry`` plain).
    """
    stored = {item["name"]: item["type"] for item in book.manifest["columns"]}
    constants = book.manifest["constants"]
    words = [name for name, kind in stored.items() if kind == "string" and name != "loc_id"]
    needed = [name for name in columns if name in stored]
    fixed = [name for name in columns if name not in stored and name in constants]
    with pq.ParquetFile(book.locations, read_dictionary=words, pre_buffer=False) as file:
        first = 0
        for group in range(file.num_row_groups):
            last = first + file.metadata.row_group(group).num_rows
            begin, end = np.searchsorted(rows, [first, last])
            if end > begin:
                table = file.read_row_group(group, columns=needed, use_threads=True)
                if end - begin < last - first:
                    table = table.take(pa.array(rows[begin:end] - first))
                for name in fixed:
                    table = table.append_column(name, constant_column(constants[name], len(table)))
                yield table
            first = last
