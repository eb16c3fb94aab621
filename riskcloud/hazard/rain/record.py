"""Read a daily rain record: any order of columns, its unit from the column's name."""

import csv
import io
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError, Problem
from riskcloud.hazard.source_file import Faults, decoded, read_bytes
from riskcloud.types import Bools, Floats
from riskcloud.units import INCH

MAX_BYTES: Final = 64 << 20
"""Largest file read (ours): a day a row, thousands of years."""
HIGHEST_MM: Final = 1825.0
"""Largest rain of 24 hours on record, Foc-Foc, La Reunion, 7 to 8 January 1966 (WMO Archive of
Weather and Climate Extremes): more in a day is a fault of unit or typing."""
UNIT_MM: Final = {"0.1mm": 0.1, "mm": 1.0, "毫米": 1.0, "cm": 10.0, "厘米": 10.0, "m": 1000.0,
                  "in": INCH * 1000.0, "inch": INCH * 1000.0, "inches": INCH * 1000.0,
                  "英寸": INCH * 1000.0}
"""Millimetre in each unit that a column's name may say."""
_DATE = ("date", "day", "日期", "time", "datetime")
_PARTS = (("year", "年", "年份"), ("month", "mon", "月", "月份"), ("day", "日"))
_RAIN = ("rain", "precip", "prcp", "雨量", "降水", "降雨")
_VALUE = ("value", "數值", "数值")
_COMPLETE = ("completeness", "data completeness", "數據完整性", "数据完整性")
_TITLE_LINES = 10
"""Lines above the header looked through for it, as the Hong Kong Observatory's files have."""
_UNIT = re.compile(r"(0\.1 ?mm|毫米|厘米|英寸|(?<![a-z])(?:mm|cm|inches|inch|in|m)(?![a-z]))")
_TRACE = {"t", "tr", "trace", "微量"}
_MISSING = {"", "-", "--", "***", "#", "na", "n/a", "nan", "null", "none", "m", "缺测", "无"}
_MISSING_CODES = (-9999.0, -999.9, -999.0, -99.9, -99.0, 9999.0, 99999.0, 999999.0, 32766.0)
_TRACE_CODE = 32700.0
"""A trace in daily files of the China Meteorological Administration, whose unit is 0.1 mm."""
_UNIT_REMEDY = ("the unit of rain is not said: name the column rain_mm, rain_cm, rain_inch "
                "or rain_0.1mm")
Days = npt.NDArray[np.datetime64]
Row = tuple[int, list[str]]
"""A row's number as a spreadsheet counts, and its cells."""


@dataclass(frozen=True, slots=True)
class DailyRecord:
    """Rain by day at one place.

    day (n_days,) datetime64[D], ascending, each once; rain_mm (n_days,), NaN where missing;
    trace (n_days,): rain too little to measure (rain_mm 0). ``unit`` is that of the file;
    ``rejected`` are rows left out; ``notes`` messages.
    """

    name: str
    day: Days
    rain_mm: Floats
    trace: Bools
    unit: str = "mm"
    rejected: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def read_daily_rain(path: Path, *, skip_bad: bool = False) -> DailyRecord:
    """Return the daily record of a CSV with columns of date (or year, month, day) and rain.

    The rain column's name says its unit (``rain_mm``, ``Rainfall (inch)``, 降水量(0.1mm)); inches
    and centimetres are turned. ``T``, ``trace`` or 微量 are traces, as is a 1 in a column
    ``trace``; blanks, ``***`` and codes such as -9999 are missing days, and so said. Files of the
    Hong Kong Observatory as it publishes them are read too: title, header in two languages, remarks
    at the end; a day marked incomplete there is missing.

    Raises
    ------
    InputError : no such file, no such columns, a unit that is not said; all faulty rows at once
        (dates, negative or impossible rain, a day twice), with ``skip_bad`` only if none is left.
    """
    faults = Faults(path)
    title, headers, where = _table(path)
    rain, unit = _rain_column(path, headers, title)
    days = _days(path, headers, where, faults)
    values, trace, coded = _rain(headers, rain, UNIT_MM[unit], where, faults)
    _repeats(days, where, faults)
    bad = {problem.row for problem in faults.found}
    if not skip_bad or len(bad) == len(where):
        faults.stop()
    kept = np.array([k for k, (row, _) in enumerate(where) if row not in bad], dtype=np.intp)
    kept = kept[np.argsort(days[kept], kind="stable")]
    notes = [f"{coded} days hold a code for missing data and count as missing"] if coded else []
    if unit not in ("mm", "毫米"):
        notes.append(f"rain is in {unit} and was turned into mm")
    return DailyRecord(path.stem, days[kept], values[kept], trace[kept], unit,
                       tuple(sorted(set(faults.found))), tuple(notes))


def _table(path: Path) -> tuple[str, list[str], list[Row]]:
    """Return the title above the header, the header, and the rows with their numbers."""
    text = decoded(read_bytes(path, max_bytes=MAX_BYTES, what="daily record",
                              remedy="give the record of one station"))
    try:
        head = text.splitlines()[:_TITLE_LINES]
        separator = max(",;\t", key="\n".join(head).count)
        table = list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error as error:
        raise InputError(f"{path}: not a CSV: {error}") from error
    known = {*_DATE, *_PARTS[0]}
    at = next((k for k, row in enumerate(table[:_TITLE_LINES])
               if any(_is(cell.strip().lower(), known) for cell in row)), 0)
    headers = [name.strip().lower() for name in table[at]]
    where = [(k, row + [""] * (len(headers) - len(row)))
             for k, row in enumerate(table[at + 1:], start=at + 2)
             if sum(bool(cell.strip()) for cell in row) > (at > 0)]  # a remark has one cell
    if not where:
        raise InputError(f"{path}: no day below the header")
    return " ".join(cell.lower() for row in table[:at] for cell in row), headers, where


def _is(header: str, names: Collection[str]) -> bool:
    """Tell whether a header, or one of its two languages, is one of these names."""
    return any(part.strip() in names for part in (header, *header.split("/")))


def _rain_column(path: Path, headers: list[str], title: str) -> tuple[int, str]:
    """Return the place of the rain column and the unit it, or the title above it, names."""
    found = [k for k, name in enumerate(headers) if any(word in name for word in _RAIN)]
    found = found or [k for k, name in enumerate(headers) if name in ("mm", "inch", "cm")]
    by_title = not found and any(word in title for word in _RAIN)
    if by_title:
        found = [k for k, name in enumerate(headers) if _is(name, _VALUE)]
    if not found:
        raise InputError(f"{path}: no column of rain", [Problem(
            1, "", "", "expected a column such as rain_mm, precipitation (inch), 降水量(mm)")])
    if len(found) > 1:
        raise InputError(f"{path}: several columns of rain", [Problem(
            1, headers[k], "", "keep one of them") for k in found])
    match = _UNIT.search((title if by_title else headers[found[0]]).replace("_", " "))
    if match is None:
        raise InputError(f"{path}: 1 problem(s)", [Problem(
            1, headers[found[0]], "", _UNIT_REMEDY)])
    return found[0], match[1].replace(" ", "")


def _days(path: Path, headers: list[str], where: list[Row], faults: Faults) -> Days:
    """Return the day of each row, NaT where it has none (a fault)."""
    parts = [_place(headers, names) for names in _PARTS]
    single = _place(headers, _DATE)
    whole = None not in parts
    if single is None and not whole:
        raise InputError(f"{path}: no column of dates", [Problem(
            1, "", "", "expected a column date (1998-06-09), or year, month and day")])
    days = np.full(len(where), "NaT", "datetime64[D]")
    for k, (row, cells) in enumerate(where):
        text = ("-".join(cells[j].strip() for j in parts if j is not None) if whole
                else cells[single or 0].strip())
        try:
            days[k] = _day(text)
        except ValueError:
            faults.add([row], "date" if whole else headers[single or 0], [text],
                       "expected a date that exists, as 1998-06-09")
    return days


def _place(headers: list[str], names: Collection[str]) -> int | None:
    return next((k for k, name in enumerate(headers) if _is(name, names)), None)


def _day(text: str) -> np.datetime64:
    text = text.replace("/", "-").replace(".", "-").split("T")[0].split(" ")[0]
    if re.fullmatch(r"\d{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    match = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    if match is None:
        raise ValueError(text)
    return np.datetime64(f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}", "D")


def _rain(headers: list[str], column: int, unit_mm: float, where: list[Row],
          faults: Faults) -> tuple[Floats, Bools, int]:
    """Return rain [mm], traces, and how many days hold a code for missing."""
    header, trace_at, mark_at = headers[column], _place(headers, ("trace",)), _place(
        headers, _COMPLETE)
    values, trace, coded = np.full(len(where), np.nan), np.zeros(len(where), bool), 0
    for k, (row, cells) in enumerate(where):
        text = cells[column].strip()
        if text.lower() in _TRACE:
            values[k], trace[k] = 0.0, True
            continue
        if text.lower() in _MISSING or (mark_at is not None and cells[mark_at].strip() == "#"):
            continue
        try:
            value = float(text)
        except ValueError:
            faults.add([row], header, [text], "expected a number, T (trace) or a blank")
            continue
        if value in _MISSING_CODES:
            coded += 1
        elif value == _TRACE_CODE and unit_mm == UNIT_MM["0.1mm"]:
            values[k], trace[k] = 0.0, True
        elif not 0.0 <= value * unit_mm <= HIGHEST_MM:
            faults.add([row], header, [text], f"rain of a day is 0 to {HIGHEST_MM / unit_mm:g}: "
                       "is the unit that of the column's name?")
        else:
            values[k] = value * unit_mm
            trace[k] = trace_at is not None and cells[trace_at].strip() in ("1", "true", "T")
    return values, trace, coded


def _repeats(days: Days, where: list[Row], faults: Faults) -> None:
    seen: dict[Any, int] = {}
    for day, (row, _) in zip(days.tolist(), where, strict=True):
        if day is not None and seen.setdefault(day, row) != row:
            faults.add([row], "date", [day],
                       f"stands in row {seen[day]} already: keep one of them")
