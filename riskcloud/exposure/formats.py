"""Portfolio files of any accepted format to columns of text; the format is found by content."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskcloud.errors import InputError, Problem
from riskcloud.exposure.csv_file import read_csv
from riskcloud.exposure.raw import RawTable, tidy
from riskcloud.exposure.xlsx_file import read_xlsx

_MAGIC = (
    (b"PAR1", "GeoParquet"), (b"SQLite format 3\0", "GeoPackage"), (b"PK\x03\x04", "XLSX"),
    (b"\x00\x00\x27\x0a", "shapefile"), (b"\xd0\xcf\x11\xe0", "XLS"),
)


def find_format(path: Path) -> str:
    """Return the format of a file by its first bytes.

    Raises
    ------
    InputError : no such file, an empty file, or the old XLS format.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    with path.open("rb") as file:
        start = file.read(512)
    if not start.strip(b"\xef\xbb\xbf \t\r\n"):
        raise InputError(f"{path}: the file is empty", [Problem(
            0, "", "", "expected a header row and one row a location")])
    found = next((name for magic, name in _MAGIC if start.startswith(magic)), "")
    if found == "XLS":
        raise InputError(f"{path}: the old Excel format; save it as .xlsx or as CSV UTF-8")
    if found:
        return found
    return "GeoJSON" if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else "CSV"


def read_raw(path: Path) -> RawTable:
    """Return a portfolio file as columns of text. Raises InputError where it cannot be read."""
    found = find_format(path)
    try:
        if found == "CSV":
            return read_csv(path)
        if found == "XLSX":
            return read_xlsx(path)
        return _read_vector(path, found)
    except InputError as error:
        if str(path) in error.message:
            raise
        raise InputError(f"{path}: {error.message}", error.problems) from error


def _read_vector(path: Path, found: str) -> RawTable:
    import geopandas as gpd

    try:
        if found == "GeoParquet":
            frame, notes = _read_parquet(path)
        else:
            frame, notes = gpd.read_file(path, **_dbf_encoding(path, found)), ()
    except (ValueError, OSError, RuntimeError, pa.ArrowException) as error:
        raise InputError(f"{path}: cannot be read as {found} ({error})") from error
    if len(frame) == 0:
        raise InputError(f"{path}: the file is empty", [Problem(
            0, "", "", "expected one feature a location")])
    geometry = None
    if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name:
        frame, more = _to_degrees(frame)
        notes = (*notes, *more)
        geometry = np.asarray(frame.geometry.array, dtype=object)
        frame = frame.drop(columns=frame.geometry.name)
    columns = tuple(_as_text(frame[name]) for name in frame.columns)
    row = np.arange(2, len(frame) + 2)
    return tidy(RawTable(tuple(map(str, frame.columns)), columns, row, found, geometry, notes,
                         truncated_headers=found == "shapefile"))


def _read_parquet(path: Path) -> tuple[Any, tuple[str, ...]]:
    import geopandas as gpd
    import pandas as pd
    import pyarrow.parquet as pq

    if b"geo" in (pq.read_schema(path).metadata or {}):
        return gpd.read_parquet(path), ()
    return pd.read_parquet(path), ("Parquet without geometry: coordinates from its columns",)


def _dbf_encoding(path: Path, found: str) -> dict[str, str]:
    """Return the encoding of a shapefile's attributes where no .cpg file tells it."""
    table = path.with_suffix(".dbf")
    if found != "shapefile" or path.with_suffix(".cpg").exists() or not table.is_file():
        return {}
    data = table.read_bytes()
    start = int.from_bytes(data[8:10], "little")  # length of the dBASE header, which is no text
    try:
        data[start:].decode("utf-8")
    except UnicodeDecodeError:
        return {"encoding": "GB18030"}
    return {"encoding": "UTF-8"}


def _to_degrees(frame: Any) -> tuple[Any, tuple[str, ...]]:
    if frame.crs is None:
        return frame, ("the file names no coordinate reference system: degrees taken",)
    if frame.crs == "EPSG:4326" or frame.crs == "OGC:CRS84":
        return frame, ()
    return frame.to_crs("EPSG:4326"), (f"coordinates turned from {frame.crs.name} to WGS84",)


def _as_text(series: Any) -> pa.ChunkedArray:
    """Return a column of any type as arrow text, blank where missing."""
    array = pa.Array.from_pandas(series)
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_floating(array.type):
        value = array.to_numpy(zero_copy_only=False)
        known = value[~np.isnan(value)]
        if np.all(known == np.round(known)) and np.all(np.abs(known) < 2**53):
            array = pc.cast(array, pa.int64(), safe=False)
    try:
        return pa.chunked_array([pc.fill_null(pc.cast(array, pa.string()), "")])
    except pa.ArrowException:  # lists and the like: kept as text, no column of ours
        return pa.chunked_array([pa.array(["" if v is None else str(v) for v in series])])
