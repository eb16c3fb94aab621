"""What ``riskcloud overlay`` reads of a portfolio and writes of its layers."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import shapely

from riskcloud.cli.books import Found, read_found
from riskcloud.cli.options import in_words
from riskcloud.errors import Problem
from riskcloud.exposure.rejected import write_rejected
from riskcloud.files import defused, written_aside
from riskcloud.geo.overlay.engine import Assets, Overlay


@dataclass(frozen=True, slots=True)
class Subject:
    """The locations that layers are laid over, in the portfolio's order."""

    loc_id: Any
    assets: Assets
    notes: tuple[str, ...] = ()
    rejected: tuple[Problem, ...] = ()
    n_rejected: int = 0


def read_subject(where: Found, *, skip_bad: bool, coordinate_system: str | None) -> Subject:
    """Return the locations of a file or book; of a book only the columns needed are read."""
    if where.book is not None:
        parts = pa.concat_tables(where.book.read(["loc_id", "lon", "lat", "geometry"]))
        shape = shapely.from_wkb(np.asarray(parts["geometry"].to_pandas(), dtype=object))
        lon, lat = (parts[name].to_numpy().astype(np.float64) for name in ("lon", "lat"))
        return Subject(parts["loc_id"], _assets(lon, lat, shape),
                       tuple(where.book.manifest.get("notes", ())))
    book = read_found(where, skip_bad=skip_bad, coordinate_system=coordinate_system)
    table = book.table
    assets = _assets(table["lon"].to_numpy(np.float64), table["lat"].to_numpy(np.float64),
                     np.asarray(table.geometry.array, dtype=object))
    return Subject(pa.Array.from_pandas(table["loc_id"]), assets, book.notes, book.rejected,
                   book.rejected_rows)


def _assets(lon: Any, lat: Any, shape: Any) -> Assets:
    plain = bool(np.all(shapely.get_dimensions(shape) == 0))
    return Assets(lon, lat, None if plain else shape)


def _table(subject: Subject, found: Overlay) -> pa.Table:
    """Return loc_id, lon, lat and the layers' columns."""
    columns: dict[str, Any] = {"loc_id": subject.loc_id, "lon": subject.assets.lon,
                               "lat": subject.assets.lat}
    for name, values in found.columns.items():
        try:
            columns[name] = pa.array(values, from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError):  # mixed kinds: as words
            columns[name] = pa.array([None if value is None else str(value) for value in values])
    return pa.table(columns)


def write_table(subject: Subject, found: Overlay, out: Path | None) -> None:
    """Write CSV (formulas defused; a file with BOM, for spreadsheets) or Parquet, whole or not."""
    table = _table(subject, found)
    options = pacsv.WriteOptions(quoting_style="needed")
    if out is None:
        pacsv.write_csv(_for_csv(table), pa.PythonFile(sys.stdout.buffer, mode="w"), options)
        return
    with written_aside(out) as aside:
        if out.suffix.lower() in (".parquet", ".pq"):
            pq.write_table(table, aside)
            return
        with aside.open("wb") as file:
            file.write(b"\xef\xbb\xbf")
            pacsv.write_csv(_for_csv(table), file, options)


def _for_csv(table: pa.Table) -> pa.Table:
    """Return the table with what a spreadsheet would run defused, in names and cells."""
    columns, names = [], []
    for name in table.column_names:
        column = table[name]
        if name in ("lon", "lat"):  # to 0.01 mm: beyond is the rounding of a point inside
            column = pa.array(np.round(column.to_numpy(), 10))
        if pa.types.is_dictionary(column.type):
            column = pc.cast(column, column.type.value_type)
        if pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
            column = pa.array([None if v is None else str(v) for v in column.to_pylist()])
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            unique = pc.unique(column).to_pylist()
            risky = {v: defused(v) for v in unique if v is not None and defused(v) != v}
            if risky:
                column = pa.array([risky.get(v, v) for v in column.to_pylist()], pa.string())
        columns.append(column)
        names.append(defused(name))
    return pa.table(columns, names=names)


def write_rejected_rows(subject: Subject, out: Path | None, lang: str) -> Path | None:
    """Write the rows set aside beside the output; return where, None where there are none."""
    if not subject.n_rejected or out is None:
        return None
    path = out.with_name("rejected.csv")
    write_rejected(in_words(subject.rejected, lang), path)
    return path
