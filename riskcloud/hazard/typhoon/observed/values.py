"""Observed winds to m/s: the unit in the column's name, in a column of units, or in the cell."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Final

from riskcloud.errors import InputError, Problem
from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.observed.columns import MEASURES, Column
from riskcloud.hazard.typhoon.observed.words import (
    Number,
    is_blank,
    plain,
    read_number,
    speed_factor,
)

FASTEST_M_S: Final = 120.0
"""Above the strongest gust ever measured (113.2 m/s, Barrow Island 1996, WMO)."""
ROUNDED_TWICE: Final = 2.0
"""Two columns of one wind may differ by this times the half digits of both (ours: one was made of
the other's rounded value)."""
_DECIMAL_COMMA: Final = re.compile(r"\s*\d+,\d+(?!\d*\.)")
NO_UNIT: Final = ("no unit anywhere: say it in the column's name (max_gust_kmh, max_gust_m_s), "
                  "in a column unit, or in the cell (157 km/h)")


def read_winds(columns: Sequence[Column], cells: Mapping[str, Sequence[str]],
               rows: Sequence[int], faults: Faults) -> dict[str, list[float]]:
    """Return the winds of each measure by row [m/s], NaN where blank or faulty.

    Raises
    ------
    InputError : a column whose winds have no unit anywhere; the message names it and the remedy.
    """
    without = []
    parsed: dict[str, list[tuple[Column, list[tuple[float, float]]]]] = {}
    for column in (one for one in columns if one.role == "value"):
        units = _units_of(column, columns, cells)
        read = _read_column(column, cells[column.header], units, rows, faults)
        if read is None:
            without.append(Problem(1, column.header, "", NO_UNIT))
        else:
            parsed.setdefault(column.measure, []).append((column, read))
    if without:
        raise InputError(f"{faults.path}: observed winds without a unit", without)
    out: dict[str, list[float]] = {measure: _agreed(parsed[measure], cells, rows, faults)
                                   for measure in MEASURES if measure in parsed}
    _check_order(out, parsed, cells, rows, faults)
    return out


def _units_of(column: Column, columns: Sequence[Column], cells: Mapping[str, Sequence[str]],
              ) -> tuple[str, Sequence[str]] | None:
    """Return header and cells of the column of units that speaks of this one, None if none does."""
    for measure in (column.measure, ""):
        for one in columns:
            if one.role == "unit" and one.measure == measure:
                return one.header, cells[one.header]
    return None


def _read_column(column: Column, cells: Sequence[str], units: tuple[str, Sequence[str]] | None,
                 rows: Sequence[int], faults: Faults) -> list[tuple[float, float]] | None:
    """Return (m/s, half of the last digit in m/s) by row; None where no value has a unit."""
    out = []
    bare = any_unit = False
    pending: list[tuple[int, str]] = []
    for i, (row, cell) in enumerate(zip(rows, cells, strict=True)):
        out.append((math.nan, math.nan))
        if is_blank(cell):
            continue
        if _DECIMAL_COMMA.match(cell):
            faults.add([row], column.header, [cell], "a decimal comma: write a point, such as 48.5")
            continue
        number = read_number(cell, speed=True)
        if number is None:
            faults.add([row], column.header, [cell], "expected a number, or nothing")
            continue
        factor = _factor(column, number, units, i, cell, row, faults)
        if factor is None:
            bare = True
            pending.append((row, cell))
            continue
        any_unit = True
        if math.isnan(factor):
            continue
        speed = number.value * factor
        if not 0.0 <= speed <= FASTEST_M_S:
            faults.add([row], column.header, [cell],
                       f"not from 0 to {FASTEST_M_S / factor:.0f} in this unit")
            continue
        out[-1] = speed, number.half_digit * factor
    if bare and not any_unit:
        return None
    for row, cell in pending:
        faults.add([row], column.header, [cell],
                   "no unit for this value: write it in the cell (45 m/s) or in a column unit")
    return out


def _factor(column: Column, number: Number, units: tuple[str, Sequence[str]] | None, i: int,
            cell: str, row: int, faults: Faults) -> float | None:
    """Return a value's factor to m/s: None without a unit, NaN for one that is at fault."""
    said = [(column.header, column.factor), (column.header, number.factor)]
    if units is not None and not is_blank(units[1][i]):
        factor, rest = speed_factor(plain(units[1][i]))
        if factor is None or rest.strip():
            faults.add([row], units[0], [units[1][i]], "expected m/s, km/h, kt or mph")
            return math.nan
        said.append((units[0], factor))
    known = [factor for _, factor in said if factor is not None]
    if not known:
        return None
    if any(math.isnan(factor) for factor in known):
        faults.add([row], column.header, [cell], "expected m/s, km/h, kt or mph")
        return math.nan
    if max(known) != min(known):
        faults.add([row], column.header, [cell], "two units for one value: keep one of them")
        return math.nan
    return known[0]


def _agreed(read: Sequence[tuple[Column, list[tuple[float, float]]]],
            cells: Mapping[str, Sequence[str]], rows: Sequence[int], faults: Faults,
            ) -> list[float]:
    """Return one wind a row from columns that say the same: of the finest digit; else a fault."""
    out = []
    for i, row in enumerate(rows):
        known = [(half, speed, column) for column, values in read
                 for speed, half in [values[i]] if math.isfinite(speed)]
        if not known:
            out.append(math.nan)
            continue
        half, speed, finest = min(known, key=lambda entry: entry[0])
        out.append(speed)
        for other_half, other, column in known:
            if abs(other - speed) > ROUNDED_TWICE * (half + other_half):
                faults.add([row], column.header, [cells[column.header][i]],
                           f"{other:.1f} m/s, but {finest.header} gives {speed:.1f} m/s")
    return out


def _check_order(winds: Mapping[str, Sequence[float]],
                 parsed: Mapping[str, Sequence[tuple[Column, object]]],
                 cells: Mapping[str, Sequence[str]], rows: Sequence[int], faults: Faults) -> None:
    """A mean above the same row's gust is a slip of column or unit."""
    if "gust_3s" not in winds:
        return
    for measure in MEASURES[1:]:
        for i, mean in enumerate(winds.get(measure, ())):
            gust = winds["gust_3s"][i]
            if mean > gust + 0.5:  # rounding of whole knots and km/h
                header = parsed[measure][0][0].header
                faults.add([rows[i]], header, [cells[header][i]],
                           f"a mean above the gust of {gust:.1f} m/s: a slip of unit or column?")
