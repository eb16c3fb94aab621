"""Daily rain of a gauge: a table of dates and millimetres, whatever its unit."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from riskcloud.errors import InputError, Problem
from riskcloud.types import Floats

DATES: Final = ("date", "day", "日期")
TO_MM: Final = {"mm": 1.0, "毫米": 1.0, "cm": 10.0, "in": 25.4, "inch": 25.4, "inches": 25.4,
                "英寸": 25.4}
"""Units in the name of the column of rain, with their factors."""
NAMES: Final = ("rain", "rainfall", "precipitation", "precip", "prcp", "雨量", "降雨量", "降水量")
MOST_MM: Final = 2000.0
"""Largest rain of a day believed (ours; the record, Foc-Foc on La Reunion in 1966, is 1825 mm)."""
_SPREADSHEET_HEAD: Final = 2


def read_daily_rain(path: Path) -> tuple[pd.Series, tuple[str, ...]]:
    """Return the rain of each day [mm] by date, and what was done to the table.

    The unit stands in the column's name: ``rain_mm``, ``rain_in`` (turned to mm).
    A cell of "trace" or "T", or a 1 in a column ``trace``, counts as 0. A blank is a day unknown,
    and is left out.

    Raises
    ------
    InputError : no such file, no column of dates or rain, no unit, and every cell that is no
        date, stands twice, is no number or not within 0 to 2000 mm.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    known = {name.strip().lower(): name for name in table.columns}
    date_name = next((known[name] for name in DATES if name in known), None)
    name, factor = _rain_column(path, known)
    if date_name is None:
        raise InputError(f"{path}: no column 'date'; it has {', '.join(table.columns)}")
    cells = table[name].str.strip()
    cells = cells.mask(cells.str.lower().isin(["trace", "t", "微量"]), "0")
    if "trace" in known:
        cells = cells.mask((cells == "") & (table[known["trace"]].str.strip() == "1"), "0")
    dates = pd.to_datetime(table[date_name].str.strip(), errors="coerce", format="ISO8601")
    values = pd.to_numeric(cells, errors="coerce").to_numpy(np.float64) * factor
    blank = (cells == "").to_numpy()
    problems = [*_problems(date_name, table[date_name], dates.isna().to_numpy(),
                           "expected a date such as 2018-09-16"),
                *_problems(date_name, table[date_name],
                           (dates.duplicated() & dates.notna()).to_numpy(), "stands twice"),
                *_problems(name, table[name], ~blank & ~((values >= 0.0) & (values <= MOST_MM)),
                           f"expected 0 to {MOST_MM:g} mm a day")]
    if problems:
        raise InputError(f"{path}: {len(problems)} problem(s)", sorted(problems))
    notes = () if factor == 1.0 else (f"{name}: turned to mm (x {factor:g})",)
    return pd.Series(values[~blank], index=pd.DatetimeIndex(dates[~blank])).sort_index(), notes


def _rain_column(path: Path, known: dict[str, str]) -> tuple[str, float]:
    """Return the column of rain and the factor that turns it to mm."""
    for lower, name in known.items():
        word, _, unit = lower.replace("(", "_").replace(")", "").replace(" ", "_").rpartition("_")
        if word.strip("_") in NAMES and unit in TO_MM:
            return name, TO_MM[unit]
    for lower, name in known.items():
        if lower in NAMES:
            raise InputError(f"{path}: column {name!r} does not say its unit; "
                             f"name it {lower}_mm or {lower}_in")
    raise InputError(f"{path}: no column of rain, such as rain_mm; it has {', '.join(known)}")


def _problems(column: str, cells: Any, bad: Any, remedy: str) -> list[Problem]:
    return [Problem(int(i) + _SPREADSHEET_HEAD, column, str(cells.iloc[i]), remedy)
            for i in np.flatnonzero(bad)]


def sum_of_days(daily: pd.Series, days: Any) -> float:
    """Return the rain of days [mm]; NaN where one of them is unknown."""
    values: Floats = daily.reindex(pd.DatetimeIndex(days)).to_numpy(np.float64)
    return float(values.sum())
