"""Loss tables of any format as a stream of columns: memory does not grow with the file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from riskcloud.errors import InputError, Problem
from riskcloud.exposure.formats import find_format, open_source, told_format
from riskcloud.exposure.raw import Source, plain_column
from riskcloud.types import Ints

_ROWS: Final = 1 << 19  # of a Parquet file read at a time; ours


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a table: arrow columns by header (n_rows,), what a spreadsheet shows beside
    each row, and rows that could not be read at all.
    """

    columns: Mapping[str, Any]
    row: Ints
    problems: tuple[Problem, ...] = ()

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True, slots=True)
class Table:
    """An open table: its headers, about how many rows it has, and the rows."""

    path: Path
    headers: tuple[str, ...]
    n_rows: int
    source: Source | None = None

    def rows(self, headers: Sequence[str], times: Sequence[str] = ()) -> Iterator[Rows]:
        """Yield the rows in parts, the columns asked for alone; once. Raises InputError.

        times : of them, columns kept as dates where the file has them as such; others are text.
        """
        if self.source is None:
            with told_format(self.path, "Parquet"):
                yield from _of_parquet(self.path, headers, times)
            return
        with told_format(self.path, self.source.format):
            place = [self.headers.index(name) for name in headers]
            for raw in self.source.chunks:
                columns = dict(zip(headers, (raw.columns[k] for k in place), strict=True))
                yield Rows(columns, raw.row, raw.problems)


def open_table(path: Path) -> Table:
    """Return a CSV, XLSX or Parquet file, open.

    Raises
    ------
    InputError : no such file, a folder, an empty file, no table.
    """
    found = find_format(path)
    if found not in ("CSV", "XLSX", "GeoParquet"):
        raise InputError(f"{path}: {found}; expected a table as CSV, XLSX or Parquet")
    if found != "GeoParquet":
        source = open_source(path)
        return Table(path, source.headers, source.n_rows, source)
    with told_format(path, "Parquet"), pq.ParquetFile(path) as file:
        return Table(path, tuple(file.schema_arrow.names), file.metadata.num_rows)


def _of_parquet(path: Path, headers: Sequence[str], times: Sequence[str]) -> Iterator[Rows]:
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        words = [name for name in headers if pa.types.is_string(schema.field(name).type)
                 or pa.types.is_large_string(schema.field(name).type)]
    begin = 2
    with pq.ParquetFile(path, read_dictionary=words) as file:
        for batch in file.iter_batches(_ROWS, columns=list(headers)):
            columns = {}
            for name in headers:
                column = pa.chunked_array([batch.column(name)])
                as_it_is = pa.types.is_dictionary(column.type) or (
                    name in times and pa.types.is_temporal(column.type))
                columns[name] = column if as_it_is else plain_column(column)
            yield Rows(columns, np.arange(begin, begin + len(batch)))
            begin += len(batch)
