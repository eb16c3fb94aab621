"""Track files as tables: text cells -> fixes in SI, every fault with its row.

A table of fixes has one row a fix, indexed by its row in the file (the header is row 1), with the
columns of ``FIELDS``; NaN, NaT or "" where the file is silent.
"""

import io
import re
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from riskcloud.errors import InputError, Problem
from riskcloud.hazard import source_file
from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.track_columns import IBTRACS_HEADERS, RADII, Column
from riskcloud.types import Floats

MAX_BYTES: Final = 512 * 1024 * 1024
"""Largest file read (our choice; IBTrACS of all basins since 1842 is about 0.3 GB)."""
MOST_COLUMNS: Final = 1000
"""Most columns of a table (our choice; IBTrACS has 170): far more take hours to name apart."""
BLANK: Final = frozenset(("", "na", "nan", "null", "none", "-", "-999", "-9999", "-999.0"))
TEXT: Final = ("event_id", "name", "agency", "basin", "status")
RANGES: Final[dict[str, tuple[float, float]]] = {
    "lat": (-90.0, 90.0), "lon": (-720.0, 720.0),
    "central_pressure_pa": (80_000.0, 110_000.0),
    "environmental_pressure_pa": (80_000.0, 110_000.0),
    "max_wind_m_s": (0.0, 120.0), "averaging_s": (1.0, 3600.0), "r_max_m": (1_000.0, 1_000_000.0),
    **dict.fromkeys(("r34", "r50", "r64", *RADII), (0.0, 2_000_000.0)), "member": (0.0, 100_000.0),
}
"""SI range of each number. Pressure and wind: beyond the records (870 hPa, 96 m/s) with room for
synthetic storms; radii: beyond any storm known, an Rmax below 1 km is a slip of unit (our choice);
longitudes may be a turn away from either habit, -180 to 180 or 0 to 360."""


def read_table(path: Path) -> pd.DataFrame:
    """Read a CSV as text, one row a line, indexed by its row in the file.

    Comma, semicolon or tab; UTF-8 with or without BOM, or GB18030. Blank lines and the units row
    of IBTrACS are left out.

    Raises
    ------
    InputError : no file, too large, empty, not text, or lines of unequal length.
    """
    raw = read_bytes(path)
    encoding = _encoding(raw, path)
    head = raw[: raw.find(b"\n")].decode(encoding, "replace")
    separator = max(",;\t", key=head.count)
    if head.count(separator) >= MOST_COLUMNS:
        fault = Problem(1, "", "", f"expected a header row of at most {MOST_COLUMNS} columns")
        raise InputError(f"{path}: not a table", [fault])
    archive = {"SID", "ISO_TIME"} <= {name.strip() for name in head.split(separator)}
    try:
        table = pd.read_csv(
            io.BytesIO(raw), sep=separator, encoding=encoding, dtype="string[pyarrow]",
            keep_default_na=False, skip_blank_lines=False, skipinitialspace=True,
            usecols=_is_read if archive else None,
        )
    except pd.errors.ParserError as error:
        line = re.search(r"line (\d+)", str(error))
        row = int(line.group(1)) if line else 0
        fault = Problem(row, "", "", f"a line of another length than the header: {error}")
        raise InputError(f"{path}: not a table", [fault]) from error
    table.columns = pd.Index([str(name).strip() for name in table.columns])
    table.index = pd.RangeIndex(2, len(table) + 2)
    table = table.apply(lambda cells: cells.fillna("").str.strip())
    table = table[(table != "").any(axis=1)]
    table = pd.DataFrame(table[~_is_units_row(table)])
    if table.empty:
        fault = Problem(0, "", "", "it holds no fix below its header row")
        raise InputError(f"{path}: empty track file", [fault])
    return table


def _is_read(header: str) -> bool:
    """Tell which of the 170 columns of IBTrACS are looked at."""
    return header.strip() in IBTRACS_HEADERS


def read_bytes(path: Path) -> bytes:
    """Return what a file holds. Raises InputError: no file, too large, empty."""
    return source_file.read_bytes(path, max_bytes=MAX_BYTES, what="track file",
                                  remedy="cut out the storms you need")


def _encoding(raw: bytes, path: Path) -> str:
    if b"\0" in raw[:4096]:
        raise InputError(f"{path}: not a text file; a track is read from CSV")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise InputError(f"{path}: neither UTF-8 nor GB18030; save it as UTF-8")


def _is_units_row(table: pd.DataFrame) -> "pd.Series[bool]":
    """Tell the second header row of IBTrACS: a degree word where a latitude should be."""
    units = pd.Series(False, index=table.index)
    names = {str(name).lower(): name for name in table.columns}
    for key in ("lat", "latitude"):
        if key in names and 2 in table.index:
            units[2] = str(table.at[2, names[key]]).lower().startswith(("deg", "°"))
    return units


def to_fixes(table: pd.DataFrame, columns: dict[str, Column], faults: Faults) -> pd.DataFrame:
    """Return the fixes of a table in SI; unreadable cells are added to ``faults``."""
    fixes = pd.DataFrame(index=table.index)
    for name in TEXT:
        column = columns.get(name)
        fixes[name] = table[column.header].astype(object) if column else ""
    for name in ("time_utc", "issued_utc", "base_utc"):
        column = columns.get(name)
        fixes[name] = (
            _times(table[column.header], faults, required=name == "time_utc")
            if column else np.datetime64("NaT", "s")
        )
    for name in RANGES:
        column = columns.get(name)
        fixes[name] = _numbers(table[column.header], column, faults) if column else np.nan
    for speed in ("r34", "r50", "r64"):  # one radius for all quadrants
        for radius in (name for name in RADII if name.startswith(speed)):
            fixes[radius] = fixes[radius].fillna(fixes[speed])
    fixes["member"] = fixes["member"].fillna(0.0)
    return fixes


def _numbers(cells: "pd.Series[Any]", column: Column, faults: Faults) -> Floats:
    """Return a column in SI; text and values out of range become faults."""
    text = cells.astype(object)
    blank = text.str.lower().isin(BLANK)
    if column.field == "r_max_m":
        blank |= pd.to_numeric(text, errors="coerce") == 0.0  # how archives write "not analysed"
    number = pd.to_numeric(text.where(~blank, None), errors="coerce").astype("float64")
    si = number.to_numpy() * column.factor
    wrong = (~blank & ~np.isfinite(number)).to_numpy()
    faults.add(cells.index[wrong], column.header, text[wrong], "expected a number")
    low, high = RANGES[column.field]
    outside = np.isfinite(si) & ((si < low) | (si > high))
    span = f"expected {low / column.factor:g} to {high / column.factor:g}"
    faults.add(cells.index[outside], column.header, text[outside], span)
    si = np.where(outside, np.nan, si)  # no further fault is to follow from it
    if column.field in ("lat", "lon"):
        faults.add(cells.index[blank], column.header, text[blank], "a fix needs its position")
    return np.asarray(si)


def _times(cells: "pd.Series[Any]", faults: Faults, *, required: bool) -> "pd.Series[Any]":
    """Return UTC times of unit second; a written offset is converted, none means UTC."""
    text = cells.astype(object).str.replace(r"^(\d{8})[ _]?(\d{2})$", r"\1T\g<2>00", regex=True)
    blank = text.str.lower().isin(BLANK)
    time = pd.to_datetime(text.where(~blank, None), utc=True, errors="coerce", format="ISO8601")
    wrong = (time.isna() & ~blank).to_numpy()
    remedy = "expected a time such as 2017-08-23T06:00:00Z"
    faults.add(cells.index[wrong], str(cells.name), cells[wrong], remedy)
    if required:
        faults.add(cells.index[blank], str(cells.name), cells[blank], "a fix needs its time")
    return time.dt.tz_localize(None).dt.as_unit("s")
