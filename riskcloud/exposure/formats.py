"""Portfolio files of any accepted format, a chunk at a time; the format is found by content."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from riskcloud.errors import InputError, Problem
from riskcloud.exposure.csv_file import open_csv
from riskcloud.exposure.parquet_file import empty_file, in_degrees, open_parquet
from riskcloud.exposure.raw import RawTable, Source, plain_column, whole_table
from riskcloud.exposure.xlsx_file import open_xlsx

_AS_BYTES = "ISO-8859-1"
_FEATURES = 1 << 18  # of a GeoPackage or shapefile read at a time; ours

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
    if path.is_dir():
        raise InputError(f"{path}: a folder, not a file")
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


@contextmanager
def told_with(path: Path) -> Iterator[None]:
    """Name the file in an InputError of the block that does not."""
    try:
        yield
    except InputError as error:
        if str(path) in error.message:
            raise
        raise InputError(f"{path}: {error.message}", error.problems) from error


def open_source(path: Path) -> Source:
    """Return a portfolio file, open. Raises InputError where it cannot be read."""
    found = find_format(path)
    with told_with(path):
        if found == "CSV":
            return open_csv(path)
        if found == "XLSX":
            return open_xlsx(path)
        with told_format(path, found):
            if found == "GeoParquet":
                return open_parquet(path)
            return _open_vector(path, found)


def read_cells(path: Path, *, is_portfolio: bool = True) -> RawTable:
    """Return the cells of a whole portfolio file, or other table, as text, before any meaning.

    Raises
    ------
    InputError : the file cannot be read, or has no rows.
    """
    with told_with(path):
        source = open_source(path)
        with told_format(path, source.format):
            return whole_table(source, is_portfolio=is_portfolio)


@contextmanager
def told_format(path: Path, found: str) -> Iterator[None]:
    """Turn what a library says of a file in the block into an InputError."""
    try:
        yield
    except InputError:
        raise
    except (ValueError, LookupError, TypeError, OSError, RuntimeError, pa.ArrowException) as error:
        raise InputError(f"{path}: cannot be read as {found} ({error})") from error


def _open_vector(path: Path, found: str) -> Source:
    """Return a GeoPackage, shapefile or GeoJSON file; the first two are read in parts."""
    import pyogrio

    options = _dbf_encoding(path, found)
    size = int(pyogrio.read_info(path, force_feature_count=True, **options)["features"])
    if size == 0:
        raise empty_file(path)
    step = size if found == "GeoJSON" else _FEATURES  # GDAL holds a GeoJSON file whole anyway
    first, notes = _features(path, 0, step, options)

    def chunks() -> Iterator[RawTable]:
        yield first
        for begin in range(step, size, step):
            yield _features(path, begin, step, options)[0]

    return Source(first.headers, found, chunks(), has_geometry=first.geometry is not None,
                  notes=notes, truncated_headers=found == "shapefile", n_rows=size)


def _features(path: Path, begin: int, step: int,
              options: dict[str, str]) -> tuple[RawTable, tuple[str, ...]]:
    import geopandas as gpd

    frame = gpd.read_file(path, rows=slice(begin, begin + step), **options)
    if len(frame) == 0:
        raise empty_file(path)
    if options.get("encoding") == _AS_BYTES:
        frame = _restored(frame)
    geometry: Any = None
    notes: tuple[str, ...] = ()
    if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name:
        geometry, notes = in_degrees(frame.geometry.array)
        frame = frame.drop(columns=frame.geometry.name)
    columns = tuple(plain_column(_chunked(frame[name])) for name in frame.columns)
    row = np.arange(begin + 2, begin + 2 + len(frame))
    return RawTable(tuple(map(str, frame.columns)), columns, row, geometry), notes


def _chunked(series: Any) -> pa.ChunkedArray:
    array = pa.Array.from_pandas(series)
    return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])


def _dbf_encoding(path: Path, found: str) -> dict[str, str]:
    """Return the encoding of a shapefile's attributes where no .cpg file tells it.

    Names in UTF-8 are cut at ten bytes, within a letter even, which no reader takes: such a table
    is read as bytes (ISO 8859-1) and decoded by ``_restored``.
    """
    table, label = path.with_suffix(".dbf"), path.with_suffix(".cpg")
    if found != "shapefile" or not table.is_file():
        return {}
    with table.open("rb") as file:
        head = file.read(32)
        start = int.from_bytes(head[8:10], "little")  # length of the header, which is no text
        head += file.read(max(start - 32, 0))
        if label.exists():
            word = label.read_text("ascii", "replace").strip().casefold()
            is_utf8, options = word in ("utf-8", "utf8", "65001"), dict[str, str]()
        else:
            is_utf8 = _decodes(file.read())
            options = {"encoding": "UTF-8" if is_utf8 else "GB18030"}
    names = [head[at:at + 11].split(b"\0")[0] for at in range(32, start - 32, 32)]
    return {"encoding": _AS_BYTES} if is_utf8 and not all(map(_decodes, names)) else options


def _decodes(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _restored(frame: Any) -> Any:
    """Return a frame that was read as bytes with its names and texts decoded from UTF-8."""
    def text(cell: Any) -> Any:
        return (cell.encode(_AS_BYTES).decode("utf-8", "ignore") if isinstance(cell, str)
                else cell)

    frame = frame.rename(columns={name: text(name) for name in frame.columns})
    for name in frame.columns:
        if frame[name].dtype.kind == "O" or str(frame[name].dtype).startswith("str"):
            frame[name] = frame[name].map(text)
    return frame
