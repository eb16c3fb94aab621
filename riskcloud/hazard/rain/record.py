"""Read a daily rain record: any order of columns, its unit from the column's name."""

import csv
import io
import re
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
_PARTS = (("year", "年"), ("month", "月"), ("day", "日"))
_RAIN = ("rain", "precip", "prcp", "雨量", "降水", "降雨")
_UNIT = re.compile(r"(0\.1 ?mm|毫米|厘米|英寸|(?<![a-z])(?:mm|cm|inches|inch|in|m)(?![a-z]))")
_TRACE = {"t", "tr", "trace", "微量"}
_MISSING = {"", "-", "--", "***", "#", "na", "n/a", "nan", "null", "none", "m", "缺测", "无"}
_MISSING_CODES = (-9999.0, -999.9, -999.0, -99.9, -99.0, 9999.0, 99999.0, 999999.0, 32766.0)
_UNIT_REMEDY = ("the unit of rain is not said: name the column rain_mm, rain_cm, rain_inch "
                "or rain_0.1mm")
Days = npt.NDArray[np.datetime64]


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
    ``trace``; blanks, ``***`` and codes such as -9999 are missing days, and so said.

    Raises
    ------
    InputError : no such file, no such columns, a unit that is not said; all faulty rows at once
        (dates, negative or impossible rain, a day twice), with ``skip_bad`` only if none is left.
    """
    faults = Faults(path)
    headers, rows = _table(path)
    rain, unit = _rain_column(path, headers)
    where = [(k, row) for k, row in enumerate(rows, start=2) if any(cell.strip() for cell in row)]
    days = _days(path, headers, where, faults)
    trace_at = next((k for k, name in enumerate(headers) if name == "trace"), None)
    values, trace, coded = _rain(headers[rain], rain, trace_at, UNIT_MM[unit], where, faults)
    _repeats(headers, days, where, faults)
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


def _table(path: Path) -> tuple[list[str], list[list[str]]]:
    text = decoded(read_bytes(path, max_bytes=MAX_BYTES, what="daily record",
                              remedy="give the record of one station"))
    try:
        first = text.splitlines()[0]
        table = list(csv.reader(io.StringIO(text), delimiter=max(",;\t", key=first.count)))
    except csv.Error as error:
        raise InputError(f"{path}: not a CSV: {error}") from error
    headers = [name.strip().lower() for name in table[0]]
    if len(table) < 2:
        raise InputError(f"{path}: no day below the header")
    return headers, [row + [""] * (len(headers) - len(row)) for row in table[1:]]


def _rain_column(path: Path, headers: list[str]) -> tuple[int, str]:
    """Return the place of the rain column and the unit it names."""
    found = [k for k, name in enumerate(headers) if any(word in name for word in _RAIN)]
    found = found or [k for k, name in enumerate(headers) if name in ("mm", "inch", "cm")]
    if not found:
        raise InputError(f"{path}: no column of rain", [Problem(
            1, "", "", "expected a column such as rain_mm, precipitation (inch), 降水量(mm)")])
    if len(found) > 1:
        raise InputError(f"{path}: several columns of rain", [Problem(
            1, headers[k], "", "keep one of them") for k in found])
    match = _UNIT.search(headers[found[0]].replace("_", " "))
    if match is None:
        raise InputError(f"{path}: 1 problem(s)", [Problem(
            1, headers[found[0]], "", _UNIT_REMEDY)])
    return found[0], match[1].replace(" ", "")


def _days(path: Path, headers: list[str], where: list[tuple[int, list[str]]],
          faults: Faults) -> Days:
    """Return the day of each row, NaT where it has none (a fault)."""
    parts = [next((k for k, name in enumerate(headers) if name in names), None)
             for names in _PARTS]
    single = next((k for k, name in enumerate(headers) if name in _DATE), None)
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


def _day(text: str) -> np.datetime64:
    text = text.replace("/", "-").replace(".", "-").split("T")[0].split(" ")[0]
    if re.fullmatch(r"\d{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    match = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    if match is None:
        raise ValueError(text)
    return np.datetime64(f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}", "D")


def _rain(header: str, column: int, trace_at: int | None, unit_mm: float,
          where: list[tuple[int, list[str]]], faults: Faults) -> tuple[Floats, Bools, int]:
    """Return rain [mm], traces, and how many days hold a code for missing."""
    values, trace, coded = np.full(len(where), np.nan), np.zeros(len(where), bool), 0
    for k, (row, cells) in enumerate(where):
        text = cells[column].strip()
        if text.lower() in _TRACE:
            values[k], trace[k] = 0.0, True
            continue
        if text.lower() in _MISSING:
            continue
        try:
            value = float(text)
        except ValueError:
            faults.add([row], header, [text], "expected a number, T (trace) or a blank")
            continue
        if value in _MISSING_CODES:
            coded += 1
        elif not 0.0 <= value * unit_mm <= HIGHEST_MM:
            faults.add([row], header, [text], f"rain of a day is 0 to {HIGHEST_MM / unit_mm:g}: is the "
                       "unit that of the column's name?")
        else:
            values[k] = value * unit_mm
            trace[k] = trace_at is not None and cells[trace_at].strip() in ("1", "true", "T")
    return values, trace, coded


def _repeats(headers: list[str], days: Days, where: list[tuple[int, list[str]]],
             faults: Faults) -> None:
    seen: dict[Any, int] = {}
    for day, (row, _) in zip(days.tolist(), where, strict=True):
        if day is not None and seen.setdefault(day, row) != row:
            faults.add([row], "date", [day],
                       f"stands in row {seen[day]} already: keep one of them")
