"""Read what was observed at the places of index covers: a row a reading, every fault at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from riskcloud.errors import InputError, Problem
from riskcloud.exposure.cells import parse_date
from riskcloud.exposure.codes import code_key
from riskcloud.exposure.covers_table import Table
from riskcloud.exposure.covers_tiers import WHOLE
from riskcloud.exposure.covers_words import INDEX_WORDS, class_of, unit_factor
from riskcloud.types import Floats, Times
from riskcloud.types.covers import INDEXES, Covers

READING_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "Event": ("event_id", "storm", "事件", "台风"),
    "Date": ("time", "日期", "时间"),
    "Place": ("place_name", "station", "CoverNumber", "cover", "地点", "站名", "测站", "保障编号"),
    "Index": ("指数", "指标"),
    "Value": ("reading", "实测值", "数值", "读数"),
    "Unit": ("单位",),
    "Days": ("days", "天数", "持续天数"),
}
"""Columns of readings and what else they may be called."""
ONE_EVENT: Final = "observed"
LONGEST: Final = np.timedelta64(31, "D")
"""Readings of one event are no further apart (ours: no typhoon lived longer, John of 1994 did as
long, from memory)."""


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings as covers take them: events (n_events,) in order of their dates.

    value, days (n_events, n_places) in the order of ``covers.places``, NaN without a reading; of
    several readings of a place in one event the worst. unused: readings that no cover takes.
    """

    event: tuple[str, ...]
    date: Times
    value: Floats
    days: Floats
    unused: int


def read_readings(path: Path, covers: Covers, *, skip_bad: bool = False,
                  ) -> tuple[Readings, tuple[Problem, ...]]:
    """Return the readings of a file at the places of covers, and the faults of rows set aside.

    A reading belongs to a place by its PlaceName, or the number of its cover, and by its index.

    Raises
    ------
    InputError : every fault at once; no reading at all.
    """
    rows, problems = _all(path)
    columns = _columns_of(covers)
    rows, more = _one_a_day(rows, columns, covers, path.name)
    problems = sorted([*problems, *more])
    if problems and not skip_bad:
        raise InputError(f"{path}: {len(problems)} problem(s)", problems)
    if not rows:
        raise InputError(f"{path}: no reading left", problems)
    first = _first_dates(rows)
    events = sorted(first, key=lambda name: (np.isnat(first[name]), first[name]))
    shape = (len(events), len(covers.places.name))
    value, days = np.full(shape, np.nan), np.full(shape, np.nan)
    unused = 0
    for one in rows:
        own = columns.get((code_key(one.place), one.index), [])
        unused += not own
        at, sign = events.index(one.event), INDEXES[one.index].sign
        for k in own:
            worst = max if sign > 0 else min
            value[at, k] = one.value if np.isnan(value[at, k]) else worst(value[at, k], one.value)
            days[at, k] = np.fmax(days[at, k], one.days)
    date = np.array([first[name] for name in events], "datetime64[s]")
    return Readings(tuple(events), date, value, days, unused), tuple(problems)


def check_readings(path: Path) -> None:
    """Raise InputError for the faults of a file of readings, whatever covers there are."""
    problems = _all(path)[1]
    if problems:
        raise InputError(f"{path}: {len(problems)} problem(s)", problems)


@dataclass(frozen=True, slots=True)
class _Reading:
    row: int
    event: str
    date: np.datetime64
    place: str
    index: str
    value: float
    days: float


def _all(path: Path) -> tuple[list[_Reading], list[Problem]]:
    table = Table(path, READING_COLUMNS, ("Place", "Index", "Value"), "readings")
    rows = [one for k in range(len(table.row)) if (one := _reading(table, k)) is not None]
    first = _first_dates(rows)
    late = [one for one in rows if one.date - first[one.event] > LONGEST]
    faults = [*table.problems, *(Problem(
        one.row, "Date", str(one.date)[:10], f"more than {LONGEST.astype(int)} days after the "
        "first reading of its event: give each event a name (Event)") for one in late)]
    set_aside = {one.row for one in late}
    return [one for one in rows if one.row not in set_aside], [
        Problem(one.row, one.column, one.value, one.remedy, path.name) for one in sorted(faults)]


def _first_dates(rows: Sequence[_Reading]) -> dict[str, np.datetime64]:
    """Return the earliest date of each event, NaT where it has none."""
    first: dict[str, np.datetime64] = {}
    for one in rows:
        known = first.setdefault(one.event, one.date)
        if np.isnat(known) or one.date < known:
            first[one.event] = one.date
    return first


def _one_a_day(rows: Sequence[_Reading], columns: Mapping[tuple[str, str], list[int]],
               covers: Covers, file: str) -> tuple[list[_Reading], list[Problem]]:
    """Return rows, and faults of those that differ where a cover pays by the day.

    The worst value of one reading for the days of another is nothing that was read.
    """
    by_day = np.repeat(covers.per_day, np.diff(covers.place_start))
    seen: dict[tuple[str, int], tuple[float, float]] = {}
    kept, problems = [], []
    for one in rows:
        own = [k for k in columns.get((code_key(one.place), one.index), []) if by_day[k]]
        if all(seen.setdefault((one.event, k), (one.value, one.days)) == (one.value, one.days)
               for k in own):
            kept.append(one)
        else:
            problems.append(Problem(one.row, "Days", f"{one.days:g}", "another value and days of "
                                    "this place and event stand above: a cover that pays by the "
                                    "day takes one reading", file))
    return kept, problems


def _reading(table: Table, k: int) -> _Reading | None:
    """Return the reading of a row, None where it has a fault, which is noted."""
    before = len(table.problems)
    index = INDEX_WORDS.get(code_key(table.cell(k, "Index")), "")
    if not index:
        table.fault(k, "Index", "expected one of " + ", ".join(INDEXES))
    if not table.cell(k, "Place"):
        table.fault(k, "Place", "blank: expected the PlaceName of a cover, or its number")
    text = table.cell(k, "Date")
    day = parse_date(text) if text else None
    if text and day is None:
        table.fault(k, "Date", "expected a day such as 2017-08-23")
    value = float("nan")
    if index:
        about = INDEXES[index]
        factor = unit_factor(table.cell(k, "Unit"), about.unit)
        if factor is None:
            table.fault(k, "Unit", f"not a unit of this index: write {about.unit}")
        named = class_of(index, table.cell(k, "Value"))
        value = table.number(k, "Value") * (factor or 1.0) if named is None else named
        low = 0.0 if about.unit == "class" else about.low  # 0: no signal, no storm
        if not table.cell(k, "Value"):
            table.fault(k, "Value", "blank: leave the row out where nothing was read")
        elif not np.isnan(value) and not low <= value <= about.high:
            table.fault(k, "Value", f"not believed: {low:g} to {about.high:g} {about.unit} can "
                        "be; is the unit right?")
        elif about.whole and not np.isnan(value) and value != round(value):
            table.fault(k, "Value", WHOLE)
    days = table.number(k, "Days", 0.0)
    if len(table.problems) > before:
        return None
    return _Reading(table.row[k], table.cell(k, "Event") or ONE_EVENT,
                    np.datetime64("NaT", "s") if day is None else day, table.cell(k, "Place"),
                    index, value, days)


def _columns_of(covers: Covers) -> dict[tuple[str, str], list[int]]:
    """Return the places by name and index; a cover of one place also by its own number."""
    found: dict[tuple[str, str], list[int]] = {}
    for c in range(len(covers)):
        here = covers.places_of(c)
        for k in range(here.start, here.stop):
            names = {code_key(covers.places.name[k])} - {""}
            if here.stop - here.start == 1:
                names.add(code_key(covers.number[c]))
            for name in names:
                found.setdefault((name, covers.index[c]), []).append(k)
    return found
