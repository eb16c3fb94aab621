"""The locations found, with their distance, as tables: from a portfolio or from a snapshot."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskcloud.files import defused
from riskcloud.types import COVERAGES, Floats

if TYPE_CHECKING:
    from riskcloud.analysis.within.search import RowNumbers
    from riskcloud.exposure.portfolio import Portfolio
    from riskcloud.store.snapshots import Book

COLUMNS = ("loc_id", "policy_id", "account_id", "client_id", "branch", "loc_name", "asset_class",
           "province", "county", "address", "lon", "lat", "distance_km", "currency", "tiv",
           "insured_people", "number_of_assets", "inception_date", "expiry_date")
"""Columns of rows.csv and rows.parquet: as in columns.csv; tiv is the four sums insured added."""
_TIV = tuple(f"tiv_{name}" for name in COVERAGES)
_READ = tuple(name for name in COLUMNS if name not in ("distance_km", "tiv")) + _TIV
_PIECE = 100_000
_MAY_RUN = r"^\s*[=+\-@]|^[\t\r]"  # what files.defused looks at more closely


def rows_of_portfolio(portfolio: "Portfolio", rows: "RowNumbers", distance_m: Floats,
                      ) -> Iterator[pa.Table]:
    """Yield the locations found in a portfolio, in its order."""
    from riskcloud.analysis.within.index import as_arrow

    table = portfolio.table
    names = [name for name in _READ if name in table]
    for begin in range(0, len(rows), _PIECE):
        here = slice(begin, begin + _PIECE)
        part = table[names].iloc[rows[here]]
        yield _listed(pa.table({name: as_arrow(part[name]) for name in names}), distance_m[here])


def rows_of_book(book: "Book", rows: "RowNumbers", distance_m: Floats) -> Iterator[pa.Table]:
    """Yield the locations found in a snapshot, in its order; only what holds them is read."""
    from riskcloud.store.row_reading import pick_rows

    begin = 0
    for table in pick_rows(book, _READ, rows):
        yield _listed(table, distance_m[begin:begin + len(table)])
        begin += len(table)


def _listed(table: pa.Table, distance_m: Floats) -> pa.Table:
    """Return the columns of the list; what the portfolio lacks is blank."""
    size = len(table)
    total = np.zeros(size)
    for name in _TIV:
        if name in table.column_names:
            total += np.nan_to_num(_numbers(table[name]))
    found: dict[str, Any] = {"distance_km": pa.array(np.round(distance_m / 1000.0, 6)),
                             "tiv": pa.array(total)}
    for name in COLUMNS:
        if name not in found:
            found[name] = _cells(table, name, size)
    return pa.table({name: found[name] for name in COLUMNS})


def _numbers(column: Any) -> Any:
    return column.cast(pa.float64()).to_numpy()


def _cells(table: pa.Table, name: str, size: int) -> Any:
    if name in ("inception_date", "expiry_date"):
        return _dates(table[name], size) if name in table.column_names \
            else pa.nulls(size, pa.date32())
    if name in ("lon", "lat", "insured_people", "number_of_assets"):
        kind = pa.float64() if name in ("lon", "lat") else pa.int64()
        return pc.cast(table[name], kind, safe=False) if name in table.column_names \
            else pa.nulls(size, kind)
    return table[name].cast(pa.string()) if name in table.column_names \
        else pa.nulls(size, pa.string())


def _dates(column: Any, size: int) -> Any:
    if pa.types.is_floating(column.type) or pa.types.is_null(column.type):  # blank throughout
        return pa.nulls(size, pa.date32())
    if pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    return column.cast(pa.date32(), safe=False)


def write_rows(tables: Iterable[pa.Table], *, csv: Path | None = None,
               parquet: Path | None = None) -> None:
    """Write tables of ``COLUMNS`` as they come. CSV has a byte-order mark; formulas are defused."""
    import pyarrow.csv as pacsv
    import pyarrow.parquet as pq

    schema = _listed(pa.table({"loc_id": pa.array([], pa.string())}), np.zeros(0)).schema
    text = None if csv is None else csv.open("wb")
    whole = None if parquet is None else pq.ParquetWriter(parquet, schema, compression="zstd")
    try:
        if text is not None:
            text.write("\ufeff".encode() + ",".join(COLUMNS).encode() + b"\n")
        for table in tables:
            if whole is not None:
                whole.write_table(table)
            if text is not None:
                # whole columns: of words whose first chunk is empty arrow writes garbage
                pacsv.write_csv(_for_sheets(table).combine_chunks(), text, pacsv.WriteOptions(
                    include_header=False, quoting_style="needed"))
    finally:
        if text is not None:
            text.close()
        if whole is not None:
            whole.close()


def _for_sheets(table: pa.Table) -> pa.Table:
    """Return a table whose text no spreadsheet runs."""
    for k, item in enumerate(table.schema):
        if pa.types.is_string(item.type):
            runs = pc.match_substring_regex(table[k], _MAY_RUN)
            if pc.any(runs).as_py():
                words = [None if word is None else defused(word) for word in table[k].to_pylist()]
                table = table.set_column(k, item.name, pa.array(words, pa.string()))
    return table
