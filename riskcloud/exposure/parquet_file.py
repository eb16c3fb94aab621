"""Parquet and GeoParquet to columns, some rows at a time."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from riskcloud.errors import InputError, Problem
from riskcloud.exposure.raw import RawTable, Source, plain_column

_ROWS = 1 << 17  # read at a time; ours


def empty_file(path: Path) -> InputError:
    """Return the error of a file without features."""
    return InputError(f"{path}: the file is empty", [Problem(
        0, "", "", "expected one feature a location")])


def in_degrees(shapes: Any) -> tuple[npt.NDArray[Any], tuple[str, ...]]:
    """Return a geopandas geometry array as shapes in EPSG:4326, and what was done for it."""
    if shapes.crs is None:
        return (np.asarray(shapes, dtype=object),
                ("the file names no coordinate reference system: degrees taken",))
    if shapes.crs == "EPSG:4326" or shapes.crs == "OGC:CRS84":
        return np.asarray(shapes, dtype=object), ()
    return (np.asarray(shapes.to_crs("EPSG:4326"), dtype=object),
            (f"coordinates turned from {shapes.crs.name} to WGS84",))


def open_parquet(path: Path) -> Source:
    """Return a Parquet file's columns; its geometry where it is GeoParquet with WKB.

    Raises pyarrow's and geopandas' errors where the file or its metadata are damaged.
    """
    with pq.ParquetFile(path) as file:
        metadata, size = file.schema_arrow.metadata or {}, file.metadata.num_rows
        names = _columns(file.schema_arrow)
    if size == 0:
        raise empty_file(path)
    if b"geo" not in metadata:
        return Source(tuple(names), "GeoParquet", _read(path, names, "", None), n_rows=size,
                      notes=("Parquet without geometry: coordinates from its columns",))
    geo = json.loads(metadata[b"geo"])
    primary = geo["primary_column"]
    column = geo["columns"][primary]
    if column["encoding"] != "WKB":
        return _whole(path, size)
    names = [name for name in names if name != primary and name not in _covering(geo)]
    crs = column.get("crs", "OGC:CRS84")
    _, notes = in_degrees(_geometry(pa.array([], pa.binary()), crs))
    return Source(tuple(names), "GeoParquet", _read(path, names, primary, crs),
                  has_geometry=True, notes=notes, n_rows=size)


def _columns(schema: pa.Schema) -> list[str]:
    """Return the columns that are no saved pandas index."""
    pandas = json.loads((schema.metadata or {}).get(b"pandas", b"{}"))
    index = {item for item in pandas.get("index_columns", []) if isinstance(item, str)}
    return [name for name in schema.names if name not in index]


def _covering(geo: Any) -> set[str]:
    """Return the columns that hold boxes of a geometry: no cells of the owner's."""
    return {edge[0] for column in geo["columns"].values()
            for edge in column.get("covering", {}).get("bbox", {}).values()}


def _geometry(wkb: Any, crs: Any) -> Any:
    import geopandas as gpd

    values = np.asarray(wkb.to_numpy(zero_copy_only=False), dtype=object)
    return gpd.array.GeometryArray(np.asarray(shapely.from_wkb(values), dtype=object), crs=crs)


def _read(path: Path, names: list[str], primary: str, crs: Any) -> Iterator[RawTable]:
    wanted, begin = [*names, *([primary] if primary else [])], 2
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_ROWS, columns=wanted):
            table = pa.Table.from_batches([batch])
            columns = tuple(plain_column(table[name]) for name in names)
            row = np.arange(begin, begin + len(table))
            begin += len(table)
            geometry = None if not primary else in_degrees(
                _geometry(table[primary].combine_chunks(), crs))[0]
            yield RawTable(tuple(names), columns, row, geometry)


def _whole(path: Path, size: int) -> Source:
    """Return a GeoParquet file whose geometry is not WKB, as geopandas reads it."""
    import geopandas as gpd

    frame = gpd.read_parquet(path)
    geometry, notes = in_degrees(frame.geometry.array)
    table = pa.Table.from_pandas(frame.drop(columns=frame.geometry.name), preserve_index=False)
    raw = RawTable(tuple(map(str, table.column_names)), tuple(map(plain_column, table.columns)),
                   np.arange(2, size + 2), geometry)
    return Source(raw.headers, "GeoParquet", iter([raw]), has_geometry=True, notes=notes,
                  n_rows=size)
