"""Tables written part by part, as CSV or Parquet: memory stays flat."""

from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq


class RowWriter:
    """Writes tables of one schema to a file or stream.

    ``target`` is a path or an Arrow stream. CSV spells times as 2021-05-21T13:48:34Z and lists as
    text.
    """

    def __init__(self, target: Any, *, as_parquet: bool) -> None:
        self._target, self._as_parquet = target, as_parquet
        self._writer: Any = None

    def __enter__(self) -> Self:
        return self

    def write(self, table: pa.Table) -> int:
        """Write the rows of a table; return how many."""
        if not self._as_parquet:
            table = as_text(table)
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._target, table.schema) if self._as_parquet else \
                pacsv.CSVWriter(self._target, table.schema,
                                write_options=pacsv.WriteOptions(quoting_style="needed"))
        self._writer.write_table(table)
        return int(table.num_rows)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if self._writer is not None:
            self._writer.close()


def defused_table(table: pa.Table) -> pa.Table:
    """Return a table whose text cells no spreadsheet runs (``files.defused``)."""
    import pyarrow.compute as pc

    from riskcloud.files import defused

    for k, field in enumerate(table.schema):
        if not (pa.types.is_string(field.type) or pa.types.is_large_string(field.type)):
            continue
        cells = table[field.name].combine_chunks()
        odd = pc.fill_null(pc.match_substring_regex(cells, r"^[\t\r\n ]*[=+\-@]|^[\t\r]"), False)
        if pc.any(odd).as_py():
            words = [None if cell is None else defused(cell) for cell in cells.to_pylist()]
            table = table.set_column(k, field.name, pa.array(words, field.type))
    return table


def as_text(table: pa.Table) -> pa.Table:
    """Return a table for CSV: times as text, repeated words spelt out, lists as text."""
    import pyarrow.compute as pc

    for k, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            text = pc.strftime(table[field.name], format="%Y-%m-%dT%H:%M:%SZ")
            table = table.set_column(k, field.name, text)
        elif pa.types.is_dictionary(field.type):
            table = table.set_column(k, field.name, pc.cast(table[field.name], pa.string()))
        elif pa.types.is_nested(field.type):  # a list or the like has no cell in CSV
            words = [None if value is None else str(value)
                     for value in table[field.name].to_pylist()]
            table = table.set_column(k, field.name, pa.array(words, pa.string()))
    return table
