"""Write the locations of a snapshot in order, and find what its manifest says of them."""

import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import riskcloud
from riskcloud.ahead import ahead
from riskcloud.errors import InputError
from riskcloud.files import sha256_of, synced
from riskcloud.store.geoparquet import GEOMETRY, Box, geo_metadata, shape_bounds, with_geometry
from riskcloud.store.spill import Sorter
from riskcloud.types import COVERAGES

GROUP_ROWS = 122_880
"""Rows of a row group: DuckDB's own size, so that its threads take one each."""
_TYPE_NAMES = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
_WKB_KINDS = (1, 2, 3, 4, 5, 6)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a manifest says that the locations themselves do not.

    constants : columns that are the same for every row and therefore not in the file: our name
        and an arrow scalar. later : asked when all chunks are read; more entries (the hash of the
        source, rows set aside, notes). on_progress : (done, total) rows sorted and written.
    began : ``time.perf_counter()`` of when the load did.
    """

    constants: Mapping[str, pa.Scalar] = field(default_factory=dict)
    later: Callable[[], Mapping[str, Any]] = dict
    on_progress: Callable[[int, int], None] | None = None
    began: float = field(default_factory=time.perf_counter)


class _Extent:
    """The box of all locations and the kinds of their geometry."""

    def __init__(self) -> None:
        self.box: Box = (math.inf, math.inf, -math.inf, -math.inf)
        self.kinds: set[str] = set()

    def add(self, table: pa.Table) -> None:
        lon, lat = (table[name].to_numpy() for name in ("lon", "lat"))
        bounds = [np.array([[lon.min(), lat.min(), lon.max(), lat.max()]])]
        n_shapes = 0
        if GEOMETRY in table.column_names:
            shapes = table[GEOMETRY].combine_chunks().drop_null()
            n_shapes = len(shapes)
            if n_shapes:
                bounds.append(shape_bounds(shapes))
                kinds = pc.unique(pc.binary_slice(shapes, 1, 2)).to_pylist()
                self.kinds |= {_TYPE_NAMES[kind[0] - 1] for kind in kinds}
        if n_shapes < len(table):
            self.kinds.add("Point")
        found = np.vstack([*bounds, [self.box]])
        low, high = found.min(axis=0), found.max(axis=0)
        self.box = (float(low[0]), float(low[1]), float(high[2]), float(high[3]))


def write_locations(chunks: Iterable[pa.Table], runs: Path, path: Path,
                    facts: Facts) -> dict[str, Any]:
    """Write chunks of locations to ``path`` along the Hilbert curve; return the manifest's facts.

    The folder ``runs`` holds the sorted runs meanwhile. Raises InputError where there are no
    locations.
    """
    extent, n = _Extent(), 0
    with Sorter(runs) as sorter:
        for table in chunks:
            if len(table):
                extent.add(table)
                sorter.add(_plain(table))
                n += len(table)
        if not n:
            raise InputError("no locations")
        read = time.perf_counter()
        totals = _Totals()
        schema = _write(sorter, path, n, extent, totals, facts.on_progress)
    synced(path)
    content = {
        "n_locations": n, "created_utc": datetime.now(UTC).isoformat(timespec="seconds"),
        "software": f"riskcloud {riskcloud.__version__}",
        "columns": [{"name": item.name, "type": str(item.type)} for item in schema],
        "constants": {name: {"type": str(value.type), "value": value.as_py()}
                      for name, value in facts.constants.items()}, "extent": list(extent.box),
        "geometry_types": sorted(extent.kinds), "by_currency": totals.by_currency(),
        **facts.later(), "bytes": path.stat().st_size, "sha256": sha256_of(path)}
    seconds = {"read": read - facts.began, "write": time.perf_counter() - read}
    return content | {"timings_s": {name: round(value, 3) for name, value in seconds.items()}}


def _plain(table: pa.Table) -> pa.Table:
    """Return a table with words instead of numbered words: every chunk numbers them anew."""
    for k, item in enumerate(table.schema):
        if pa.types.is_dictionary(item.type):
            table = table.set_column(k, item.name, pc.cast(table[k], item.type.value_type))
    return table


def _write(sorter: Sorter, path: Path, n: int, extent: _Extent, totals: "_Totals",
           on_progress: Callable[[int, int], None] | None) -> pa.Schema:
    writer: pq.ParquetWriter | None = None
    schema, done = pa.schema([]), 0
    try:
        with ahead(map(with_geometry, sorter.pieces(GROUP_ROWS))) as pieces:
            for rows in pieces:
                totals.add(rows)
                if writer is None:
                    schema = rows.schema
                    told = schema.with_metadata(geo_metadata(extent.kinds, extent.box))
                    writer = pq.ParquetWriter(path, told, **_layout(schema))
                writer.write_table(rows, row_group_size=GROUP_ROWS)
                done += len(rows)
                if on_progress is not None:
                    on_progress(done, n)
    finally:
        if writer is not None:
            writer.close()
    return schema


def _layout(schema: pa.Schema) -> dict[str, Any]:
    """Return how columns are encoded: words through a dictionary, numbers and shapes plain."""
    words = [item.name for item in schema if pa.types.is_string(item.type)]
    whole = [item.name for item in schema if pa.types.is_integer(item.type)
             or pa.types.is_date(item.type)]
    return {"compression": "zstd", "compression_level": 1,
            "use_dictionary": [*words, *whole], "write_statistics": True,
            "data_page_size": 1 << 20}


class _Totals:
    """Sums insured by currency, added up in the order of the file: the same however it was read."""

    def __init__(self) -> None:
        self._sums: dict[str, dict[str, float]] = {}

    def add(self, piece: pa.Table) -> None:
        names = [f"tiv_{part}" for part in COVERAGES if f"tiv_{part}" in piece.column_names]
        keys = ["currency"] if "currency" in piece.column_names else []
        grouped = piece.select([*keys, *names]).group_by(keys).aggregate(
            [*((name, "sum") for name in names), ([], "count_all")])
        for row in grouped.to_pylist():
            entry = self._sums.setdefault(row.get("currency") or "", {})
            entry["n_locations"] = entry.get("n_locations", 0) + row["count_all"]
            for name in names:
                entry[name] = entry.get(name, 0.0) + (row[f"{name}_sum"] or 0.0)

    def by_currency(self) -> list[dict[str, Any]]:
        return [{"currency": currency, **entry,
                 "tiv": math.fsum(entry.get(f"tiv_{part}", 0.0) for part in COVERAGES)}
                for currency, entry in sorted(self._sums.items())]
