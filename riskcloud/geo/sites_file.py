"""Files of plain sites: any table with a longitude and a latitude, its columns kept as they are."""

import codecs
import csv
import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from riskcloud.errors import InputError, Problem
from riskcloud.geo.stated_system import to_wgs84
from riskcloud.geo.xlsx_cells import sheet_rows
from riskcloud.types import Floats, Sites

LON = ("lon", "longitude", "long", "x", "lng", "经度")
LAT = ("lat", "latitude", "y", "纬度")
IDS = ("site_id", "id", "loc_id", "locnumber", "name", "station", "编号", "名称",
       "站号", "站名")
VS30 = ("vs30_m_s", "vs30", "剪切波速")
SITE_CLASS = ("site_class", "场地类别")
VS30_RANGE = (50.0, 5000.0)
"""Shear-wave velocity believed, m/s (our choice: from peat to unweathered rock)."""
CLASSES = {"I0": "I0", "I1": "I1", "I": "I1", "II": "II", "III": "III", "IV": "IV", "1": "I1",
           "2": "II", "3": "III", "4": "IV"}
"""Site classes of GB 50011 and other ways to write them (capitals, Roman numerals unfolded)."""
SWAPPED = "a latitude is -90 to 90 degrees: are longitude and latitude swapped?"
_UNFOLDED = str.maketrans({"Ⅰ": "I", "Ⅱ": "II", "Ⅲ": "III", "Ⅳ": "IV", "₀": "0", "₁": "1",
                           "类": "", " ": ""})


@dataclass(frozen=True, slots=True)
class SitesFile:
    """A file of sites: its table as it came, the sites, and the ground under them.

    vs30_m_s (n,), NaN where blank, and site_class (n,) of GB 50011 (I0, I1, II, III, IV), "" where
    blank; None for a column that is not there. ``rejected`` names the rows left out, ``id_column``
    the column of the ids; ``notes`` say what was turned to WGS84.
    """

    table: pa.Table
    sites: Sites
    vs30_m_s: Floats | None
    site_class: NDArray[Any] | None
    rejected: tuple[Problem, ...] = ()
    id_column: str | None = None
    notes: tuple[str, ...] = ()


def read_sites(path: Path) -> tuple[pa.Table, Sites]:
    """Return the table of a CSV, XLSX or Parquet file and its sites, a row each, as in the file.

    CSV (comma, semicolon or tab; UTF-8 or GB18030) cells stay text, so that they can be written
    back unchanged. Longitudes may lie in any 360-degree window from -720 to 720. A column
    CoordinateSystem (坐标系) says where they are GCJ-02 or BD-09; the sites are WGS84.

    Raises
    ------
    InputError : no such file, no rows, no coordinate column, or rows whose coordinates are
        missing, not numbers or out of range; all of them at once.
    """
    file = _read_file(path, with_ground=False, skip_bad=False)
    return file.table, file.sites


def read_places(path: Path, *, skip_bad: bool = False) -> SitesFile:
    """Return the sites of a file as ``read_sites`` does, and the ground where it says so.

    ``skip_bad`` leaves out rows with a fault and names them in ``rejected``.

    Raises
    ------
    InputError : as ``read_sites``; also cells that are neither blank nor a velocity in range, nor a
        class, all at once; with ``skip_bad`` only where no row is left.
    """
    return _read_file(path, with_ground=True, skip_bad=skip_bad)


def _read_file(path: Path, *, with_ground: bool, skip_bad: bool) -> SitesFile:
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    table, problems = _read(path)
    if table.num_rows == 0 and not problems:
        raise InputError(f"{path}: no site in it; expected a header and one row a site")
    rows = np.arange(2, table.num_rows + len(problems) + 2)
    rows = rows[~np.isin(rows, [one.row for one in problems])][:table.num_rows]
    names = _column(path, table, LON), _column(path, table, LAT)
    lon = _numbers(table, names[0], -720.0, 720.0, rows, problems)
    lat = _numbers(table, names[1], -90.0, 90.0, rows, problems)
    lon, lat, notes = to_wgs84(table, lon, lat, rows, problems)
    known = {name.strip().lower(): name for name in table.column_names} if with_ground else {}
    vs30 = classes = None
    if name := next((known[one] for one in VS30 if one in known), None):
        vs30 = _numbers(table, name, *VS30_RANGE, rows, problems, "m/s", blank_ok=True)
    if name := next((known[one] for one in SITE_CLASS if one in known), None):
        classes = _classes(table, name, rows, problems)
    good = ~np.isin(rows, [one.row for one in problems])
    if problems and not (skip_bad and good.any()):
        raise InputError(f"{path}: {len(problems)} problem(s)", sorted(problems))
    named = next((n for n in table.column_names if n.strip().lower() in IDS), None)
    ids = np.arange(table.num_rows) if named is None else table[named].to_numpy()
    whole = SitesFile(table, Sites(ids, lon, lat), vs30, classes, (), named, notes)
    return _only(whole, good, problems) if problems else whole


def _only(file: SitesFile, good: NDArray[np.bool_], problems: list[Problem]) -> SitesFile:
    sites, vs30, classes = file.sites, file.vs30_m_s, file.site_class
    return SitesFile(file.table.filter(pa.array(good)),
                     Sites(sites.site_id[good], sites.lon[good], sites.lat[good]),
                     None if vs30 is None else vs30[good],
                     None if classes is None else classes[good], tuple(sorted(problems)),
                     file.id_column, file.notes)


def _classes(table: pa.Table, name: str, rows: NDArray[Any], problems: list[Problem],
             ) -> NDArray[Any]:
    """Return the site class of each row in one spelling, "" where blank."""
    cells = pc.dictionary_encode(table[name].combine_chunks())
    words = ["" if word is None else str(word).strip() for word in cells.dictionary.to_pylist()]
    found = [CLASSES.get(word.upper().removeprefix("CLASS").translate(_UNFOLDED).strip(), "")
             for word in words]
    index = np.asarray(pc.fill_null(cells.indices, len(words)))
    bad = np.array([bool(word) and not one for word, one in zip(words, found, strict=True)]
                   + [False])
    for i in np.flatnonzero(bad[index]):
        problems.append(Problem(int(rows[i]), name, words[index[i]],
                                "expected a site class: I0, I1, II, III or IV"))
    return np.asarray(np.array([*found, ""])[index])


def _read(path: Path) -> tuple[pa.Table, list[Problem]]:
    """Return the table of a file, and its rows of another length than the header."""
    with path.open("rb") as stream:
        head = stream.read(1 << 16)
    if not head.strip():
        raise InputError(f"{path}: empty file")
    if head[:4] == b"PAR1":
        try:
            return pq.ParquetFile(path).read(), []
        except (pa.ArrowException, OSError) as error:
            raise InputError(f"{path}: not a table: {error}") from error
    if head[:4] == b"PK\x03\x04":
        return _workbook(path), []
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # may end within a character
        encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = "gb18030"
    first = head.decode(encoding, errors="replace").lstrip("\ufeff").splitlines()[0]
    separator = max(",;\t", key=first.count)
    names = next(csv.reader([first], delimiter=separator))
    options = pacsv.ConvertOptions(column_types={name: pa.string() for name in names},
                                   strings_can_be_null=False)
    try:
        table, odd = _parsed(path, encoding, separator, options, use_threads=True)
        if odd:  # only one thread counts rows
            table, odd = _parsed(path, encoding, separator, options, use_threads=False)
    except UnicodeError as error:
        raise InputError(f"{path}: neither UTF-8 nor GB18030; save it as UTF-8") from error
    except pa.ArrowInvalid as error:
        raise InputError(f"{path}: not a table: {error}") from error
    return table, odd


def _workbook(path: Path) -> pa.Table:
    """Return the first filled sheet of a workbook as text; blank rows at its end are none."""
    rows, _ = sheet_rows(path)
    while not any(rows[-1]):
        rows.pop()
    width = max((i + 1 for i, cell in enumerate(rows[0]) if cell), default=0)
    return pa.table({name: pa.array([row[i] if i < len(row) else "" for row in rows[1:]],
                                    pa.string()) for i, name in enumerate(rows[0][:width]) if name})


def _parsed(path: Path, encoding: str, separator: str, options: Any, *, use_threads: bool,
            ) -> tuple[pa.Table, list[Problem]]:
    """Return the table of a CSV file and its rows of another length than the header."""
    odd: list[Problem] = []

    def set_aside(row: Any) -> str:
        odd.append(Problem(row.number or 0, "", row.text[:200],
                           f"{row.actual_columns} cells, expected {row.expected_columns}"))
        return "skip"

    table = pacsv.read_csv(
        path, convert_options=options,
        read_options=pacsv.ReadOptions(encoding=encoding, use_threads=use_threads),
        parse_options=pacsv.ParseOptions(delimiter=separator, invalid_row_handler=set_aside))
    return table, odd


def _column(path: Path, table: pa.Table, names: tuple[str, ...]) -> str:
    known = {name.strip().lower(): name for name in table.column_names}
    for name in names:
        if name in known:
            if table.column_names.count(known[name]) > 1:
                raise InputError(f"{path}: two columns {known[name]!r}; keep one")
            return str(known[name])
    near = difflib.get_close_matches(names[0], known, n=1, cutoff=0.5)
    hint = f"; did you mean {known[near[0]]!r}?" if near else ""
    raise InputError(f"{path}: no column {names[0]!r}{hint}; it has "
                     f"{', '.join(table.column_names)}")


def _numbers(table: pa.Table, name: str, low: float, high: float, rows: NDArray[Any],
             problems: list[Problem], unit: str = "degrees", *, blank_ok: bool = False) -> Floats:
    column = table[name]
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        text = pc.utf8_trim_whitespace(column)
        try:
            numbers = pc.cast(pc.if_else(pc.equal(text, ""), pa.scalar(None, text.type), text),
                              pa.float64())
        except pa.ArrowInvalid:
            numbers = pa.array([_number(cell) for cell in text.to_pylist()], pa.float64())
    else:
        try:
            numbers = pc.cast(column, pa.float64())
        except pa.ArrowException:  # lists and the like: every row is told
            numbers = pa.nulls(len(column), pa.float64())
    values = np.array(numbers.to_numpy(zero_copy_only=False), np.float64)
    wrong = ~((values >= low) & (values <= high))
    if not wrong.any():
        return values
    blank = np.asarray(_blank(column))
    for i in np.flatnonzero(wrong & ~blank if blank_ok else wrong):
        cell = "" if blank[i] else str(column[int(i)].as_py())
        words = f"missing: expected {low:g} to {high:g} {unit}" if blank[i] else \
            f"not within {low:g} to {high:g} {unit}"
        problems.append(Problem(int(rows[i]), name, cell, words))
    return values


def _blank(column: pa.ChunkedArray) -> pa.Array:
    """Tell the rows without a value."""
    blank = pc.is_null(column, nan_is_null=pa.types.is_floating(column.type))
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        blank = pc.or_(blank, pc.fill_null(pc.equal(pc.utf8_trim_whitespace(column), ""), True))
    return blank.combine_chunks()


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def one_site(lon: float, lat: float, *, name: str = "", system: str | None = None) -> Sites:
    """Return one place of the command line as sites, turned to WGS84.

    Parameters
    ----------
    lon, lat : degrees in ``system``: WGS84 (also None), GCJ-02 or BD-09, as files write it.

    Raises
    ------
    InputError : coordinates that cannot be, or look swapped; an unknown system.
    """
    problems = []
    if not -90.0 <= lat <= 90.0:
        problems.append(Problem(0, "lat", f"{lat:g}", SWAPPED if abs(lon) <= 90.0 else
                                "expected -90 to 90 degrees"))
    if not -360.0 <= lon <= 360.0:
        problems.append(Problem(0, "lon", f"{lon:g}", "expected -180 to 180 degrees"))
    if problems:
        raise InputError("a place that cannot be", problems)
    table = pa.table({"CoordinateSystem": [system or ""]})
    x, y, _ = to_wgs84(table, np.array([lon]), np.array([lat]), np.array([0]), problems)
    if problems:
        raise InputError("a place that cannot be", problems)
    return Sites(np.array([name]), np.where(np.abs(x) > 180.0, (x + 180.0) % 360.0 - 180.0, x), y)
