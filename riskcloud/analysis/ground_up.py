"""Ground-up losses from a loss table, event by event, at the locations of a book."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from riskcloud.analysis.ep.columns import STAGE_WORDS, find_column
from riskcloud.analysis.terms import event_perils
from riskcloud.errors import InputError, Problem
from riskcloud.exposure.cells import to_numbers, to_times
from riskcloud.exposure.faults import FaultLog
from riskcloud.exposure.formats import read_cells
from riskcloud.exposure.oed.keys import codes, combined, first_rows
from riskcloud.exposure.oed.schema import peril_bits
from riskcloud.exposure.oed.table import encode
from riskcloud.exposure.schema import header_key
from riskcloud.types import COVERAGES, Bools, Floats, Ints, Times
from riskcloud.types.terms import OedBook

_NAMES: Final = {"loc_id": "LocNumber", "locnumber": "LocNumber", "accnumber": "AccNumber",
                 "portnumber": "PortNumber", "peril": "peril", "perilcode": "peril",
                 "coverage": "coverage"}
_AS_EP: Final = ("event_id", "member", "year", "date", "loss", "stage", "currency")
"""Columns known by every spelling that ``riskcloud ep`` knows."""
_COVERAGES = {name: k for k, name in enumerate(COVERAGES)} | {
    "1": 0, "2": 1, "3": 2, "4": 3, "buildings": 0, "content": 2}


@dataclass(frozen=True, slots=True)
class GroundUp:
    """Losses (n_rows,) at places of a book, rows of one event (year and member) side by side.

    label: of each event (event_id, member; year and date where known); start (n_events + 1,).
    parts: bits of the perils that the table tells apart; part (n_rows,): of each row. year, date
    (n_events,): int64 and datetime64[s], each None where the table has none. Events of one year and
    member stand together, in order of date.
    """

    label: tuple[Mapping[str, Any], ...]
    start: Ints
    location: Ints
    coverage: Ints
    loss: Floats
    part: Ints
    parts: tuple[int, ...]
    year: Ints | None = None
    date: Times | None = None

    def units(self) -> list[range]:
        """Return the events of each year and member; each event alone where there are no years."""
        n = len(self.label)
        if self.year is None or not n:
            return [range(k, k + 1) for k in range(n)]
        member = [label["member"] for label in self.label]
        begins = [k for k in range(n) if k == 0 or self.year[k] != self.year[k - 1]
                  or member[k] != member[k - 1]]
        return [range(a, b) for a, b in zip(begins, [*begins[1:], n], strict=True)]

    def events(self) -> Iterator[tuple[Mapping[str, Any], slice]]:
        """Yield each event's label and where its rows stand."""
        for k, label in enumerate(self.label):
            yield label, slice(int(self.start[k]), int(self.start[k + 1]))


def read_ground_up(path: Path, book: OedBook, peril: str | None = None, *, skip_bad: bool = False,
                   ) -> tuple[GroundUp, tuple[Problem, ...]]:
    """Return the losses of a loss table at a book's locations, and the rows set aside.

    peril : OED code of the losses, None for any; of a table with perils only these are taken.
    path : CSV or Parquet with loc_id (or LocNumber, with AccNumber and PortNumber where locations
        of several accounts share a number), loss, and where there are several: coverage (building
        without it), event_id, year, date, member, peril, currency; of ``stage`` only rows of
        ground_up are taken. Losses of several perils of one event are one event: terms see their
        sum. An event that strikes in several years is an event in each; its date is the earliest
        of its rows; without a column year the year is the date's.

    Raises
    ------
    InputError : columns missing; without skip_bad every row with an unknown location or coverage, a
        loss that is no amount, a year or date that is none, another currency than its account's.
    """
    raw = read_cells(path, is_portfolio=False)
    place: dict[str, int] = {}
    for k, header in enumerate(raw.headers):
        name = _NAMES.get(header.strip().lower()) or _NAMES.get(header_key(header))
        if name is not None:
            place.setdefault(name, k)
    for name in _AS_EP:
        header_of = find_column(raw.headers, name)
        if header_of is not None:
            place[name] = raw.headers.index(header_of)
    missing = [Problem(1, name, "", "required column is missing", path.name)
               for name in ("LocNumber", "loss") if name not in place]
    if missing:
        raise InputError(f"{path}: no loss table", missing)
    columns = {name: raw.columns[k] for name, k in place.items()}
    log, headers = FaultLog(raw.row), {name: raw.headers[k] for name, k in place.items()}
    wanted = np.ones(len(raw), dtype=bool)
    if "stage" in columns:
        wanted = _is_ground_up(columns["stage"])
    location = _locations(columns, headers, book, log, wanted)
    coverage = _coverages(columns, headers, log, wanted)
    parts, part = _parts(columns, headers, log, wanted, event_perils(peril))
    wanted &= part >= 0
    loss = to_numbers(columns["loss"])
    log.add(wanted & (loss.bad | loss.blank | ~(loss.value >= 0.0)), headers["loss"],
            columns["loss"], "a loss is an amount of 0 or more")
    if "currency" in columns:
        _check_currency(columns, headers, book, location, log, wanted)
    date = _dates(columns, headers, log, wanted)
    year = _years(columns, headers, log, wanted, date)
    problems = tuple(Problem(item.row, item.column, item.value, item.remedy, path.name)
                     for item in [*raw.problems, *sorted(log.of_rows)])
    if problems and not skip_bad:
        raise InputError(f"{path}: {len(problems)} problem(s)", problems)
    keep = np.flatnonzero(wanted & ~log.bad)
    start, label, order = _grouped(columns, keep, year)
    rows = keep[order]
    found = GroundUp(label, start, location[rows], coverage[rows], loss.value[rows], part[rows],
                     parts)
    return _in_order(found, None if year is None else year[rows],
                     None if date is None else date[rows]), problems


def _is_ground_up(column: Any) -> Bools:
    code, words = encode(column)
    return np.array([STAGE_WORDS.get(word.strip().lower()) == 0 for word in words.to_pylist()],
                    dtype=bool)[code]


def _locations(columns: Mapping[str, Any], headers: Mapping[str, str], book: OedBook,
               log: FaultLog, wanted: Bools) -> Ints:
    """Return each row's location, -1 where there is none or more than one."""
    names = [name for name in ("LocNumber", "AccNumber", "PortNumber") if name in columns]
    n = len(book.locations)
    parts = []
    for name in names:
        words = book.locations.words[name]
        own = pa.DictionaryArray.from_arrays(pa.array(words.code), words.word).cast(pa.string())
        parts.append(encode(pa.chunked_array([own, *columns[name].chunks], pa.string()))[0])
    code = combined(parts)
    first = np.full(int(code.max(initial=0)) + 1, -1)
    first[code[:n][::-1]] = np.arange(n)[::-1]
    several = np.bincount(code[:n], minlength=len(first)) > 1
    found = first[code[n:]]
    doubled = several[code[n:]] & (found >= 0)
    log.add(wanted & (found < 0), headers["LocNumber"], columns["LocNumber"],
            "no such location in the book")
    log.add(wanted & doubled, headers["LocNumber"], columns["LocNumber"],
            "several accounts have this LocNumber: give AccNumber (and PortNumber) too")
    return np.where(doubled, -1, found)


def _coverages(columns: Mapping[str, Any], headers: Mapping[str, str], log: FaultLog,
               wanted: Bools) -> Ints:
    if "coverage" not in columns:
        return np.zeros(len(wanted), dtype=np.int64)
    code, words = encode(columns["coverage"])
    known = np.array([_COVERAGES.get(word.strip().lower(), -1) for word in words.to_pylist()],
                     dtype=np.int64)
    found = known[code]
    log.add(wanted & (found < 0), headers["coverage"], columns["coverage"],
            f"expected one of {', '.join(COVERAGES)}")
    return np.maximum(found, 0)


def _parts(columns: Mapping[str, Any], headers: Mapping[str, str], log: FaultLog, wanted: Bools,
           event: int) -> tuple[tuple[int, ...], Ints]:
    """Return the perils told apart and each row's (n_rows,), -1 where it is not of the event."""
    if "peril" not in columns:
        return (event,), np.zeros(len(wanted), dtype=np.int64)
    code, words = encode(columns["peril"])
    bits = [peril_bits().get(word.strip().upper(), 0) for word in words.to_pylist()]
    unknown = np.array([bit == 0 for bit in bits], dtype=bool)
    log.add(wanted & unknown[code], headers["peril"], columns["peril"],
            "no OED peril code: expected one such as WTC or ORF")
    parts = sorted({bit & event for bit in bits} - {0})
    doubled = np.array([any(bit & event & other and bit & event != other for other in parts)
                        for bit in bits], dtype=bool)
    log.add(wanted & doubled[code], headers["peril"], columns["peril"],
            "a group and one of its perils in one table: tell each apart, or none")
    place = np.array([parts.index(bit & event) if bit & event else -1 for bit in bits],
                     dtype=np.int64)
    return tuple(parts) or (event,), place[code]


def _check_currency(columns: Mapping[str, Any], headers: Mapping[str, str], book: OedBook,
                    location: Ints, log: FaultLog, wanted: Bools) -> None:
    code, words = encode(columns["currency"])
    own = book.currency
    ours = np.asarray([word.strip().upper() for word in own.word.to_pylist()], dtype=object)
    theirs = np.asarray([word.strip().upper() for word in words.to_pylist()], dtype=object)
    account = book.locations.account[np.maximum(location, 0)]
    log.add(wanted & (location >= 0) & (ours[own.code[account]] != theirs[code]),
            headers["currency"], columns["currency"], "not the currency of the book's account")


def _dates(columns: Mapping[str, Any], headers: Mapping[str, str], log: FaultLog, wanted: Bools,
           ) -> Times | None:
    if "date" not in columns:
        return None
    date, _ = to_times(columns["date"])
    log.add(wanted & np.isnat(date), headers["date"], columns["date"],
            "expected the day of the event as 2017-08-23")
    return date


def _years(columns: Mapping[str, Any], headers: Mapping[str, str], log: FaultLog, wanted: Bools,
           date: Times | None) -> Ints | None:
    """Return each row's year, that of its date where the table has no column of years."""
    if "year" not in columns:
        return None if date is None else np.where(
            np.isnat(date), 0, date.astype("datetime64[Y]").astype(np.int64) + 1970)
    value = to_numbers(columns["year"]).value
    good = (value >= 0.0) & (value < 2**31) & (value == np.floor(value))
    log.add(wanted & ~good, headers["year"], columns["year"], "a year is a whole number, 0 or more")
    return np.where(good, value, 0.0).astype(np.int64)


def _grouped(columns: Mapping[str, Any], keep: Ints, year: Ints | None,
             ) -> tuple[Ints, tuple[Mapping[str, Any], ...], Ints]:
    """Return starts, labels and the order of the rows kept, by event, year and member."""
    parts: list[Ints] = [] if year is None else [codes(year[keep])]
    names: list[Sequence[str]] = []
    for name in ("event_id", "member"):
        if name in columns:
            code, words = encode(columns[name].take(pa.array(keep)))
            parts.append(code)
            names.append(words.to_pylist())
        else:
            parts.append(np.zeros(len(keep), dtype=np.int64))
            names.append(["0"])
    group = combined(parts)
    order = np.argsort(group, kind="stable")
    first = first_rows(group)
    label = tuple({"event_id": names[0][parts[-2][i]], "member": names[1][parts[-1][i]]}
                  for i in first)
    start = np.concatenate([[0], np.cumsum(np.bincount(group, minlength=len(first)))])
    return start, label, order


def _in_order(found: GroundUp, year: Ints | None, date: Times | None) -> GroundUp:
    """Return events by year and member, those of one by date; year and date (n_rows,) given."""
    if year is None or not len(found.label):
        return found
    first = found.start[:-1]
    of_event = year[first]
    day = None if date is None else np.minimum.reduceat(date, first)
    seen: dict[str, int] = {}
    member = np.array([seen.setdefault(label["member"], len(seen)) for label in found.label])
    by_day = member if day is None else day.astype(np.int64)
    order = np.lexsort((by_day, member, of_event))
    count = np.diff(found.start)[order]
    start = np.concatenate([[0], np.cumsum(count)])
    rows = np.repeat(first[order] - start[:-1], count) + np.arange(start[-1])
    label = []
    for k in order:
        label.append({**found.label[k], "year": int(of_event[k])})
        if day is not None:
            label[-1]["date"] = str(day[k])
    return replace(
        found, label=tuple(label), start=start,
        location=found.location[rows], coverage=found.coverage[rows], loss=found.loss[rows],
        part=found.part[rows], year=of_event[order], date=None if day is None else day[order])
