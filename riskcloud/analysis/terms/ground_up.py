"""Ground-up losses from a loss table, event by event, at the locations of a book."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from riskcloud.ahead import ahead
from riskcloud.analysis.ep.chunks import open_table
from riskcloud.analysis.terms.book import event_perils
from riskcloud.analysis.terms.loss_columns import doubled_headers, loss_headers
from riskcloud.analysis.terms.loss_rows import NO_TIME, Events, LossRows, Taken
from riskcloud.errors import InputError, Problem
from riskcloud.exposure.faults import KEPT, FaultLog, Faults
from riskcloud.exposure.oed.schema import peril_bits
from riskcloud.store.grouped_rows import GroupedRows
from riskcloud.types import Floats, Ints, Times
from riskcloud.types.terms import OedBook

_COVERAGE_BITS, _PERIL_BITS = 2, 20


@dataclass(frozen=True, slots=True)
class EventRows:
    """An event's losses (n_rows,) at places of a book; part: place among the perils told apart.

    seconds: when each happened, since 1970; None where it does not matter (no hours clause).
    """

    location: Ints
    coverage: Ints
    loss: Floats
    part: Ints
    seconds: Ints | None = None


class Labels(Sequence[Mapping[str, Any]]):
    """What each event is called: event_id and member; year and date where the table has them."""

    def __init__(self, events: Events, order: Ints, year: Ints | None, date: Times | None) -> None:
        self._events, self._order, self._year, self._date = events, order, year, date

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, k: Any) -> Any:
        if isinstance(k, slice):
            return [self[i] for i in range(*k.indices(len(self)))]
        pair, member = self._events.group.pair[self._order[k]]
        event = self._events.in_year.pair[pair][0]
        found: dict[str, Any] = {"event_id": _word(self._events.event.word, event),
                                 "member": _word(self._events.member.word, member)}
        if self._year is not None:
            found["year"] = int(self._year[k])
        if self._date is not None:
            found["date"] = "" if np.isnat(self._date[k]) else str(self._date[k])
        return found


def _word(words: Sequence[str], k: int) -> str:
    return words[k] if words else "0"


class GroundUp(AbstractContextManager["GroundUp"]):
    """Losses at places of a book by event (in a year, as one member of it).

    label: of each event. parts: bits of the perils that the table tells apart. year, date, rate
    (n_events,): int64, datetime64[s] and events a year, each None where the table has none. Events
    of one year and member stand together, in order of date. occurrence (n_events,): a number from 0
    of the event in its year, the same for all of its n_members members; member (n_events,).
    event (n_events,): place among event_words, as member among member_words. first_row (n_events,):
    of the file; n_rows: of it that were read. set_aside: rows with a fault and their losses.
    """

    def __init__(self, rows: GroupedRows, events: Events, parts: tuple[int, ...], part: Ints,
                 n_rows: int, *, has_years: bool, has_dates: bool, has_rates: bool,
                 times: GroupedRows | None = None) -> None:
        n = len(events.group.pair)
        pair, member = np.array(events.group.pair, np.int64).reshape(n, 2).T
        event, year = np.array(events.in_year.pair, np.int64).reshape(-1, 2)[pair].T
        order = np.arange(n)
        date = np.full(n, NO_TIME) if not has_dates else events.date[:n]
        if has_years:
            order = np.lexsort((date, member, year))
        self.parts, self._part, self._rows, self._order = parts, part, rows, order
        self._times = times
        self.occurrence, self.member, self.event = pair[order], member[order], event[order]
        self.event_words = events.event.word or ["0"]
        self.member_words = events.member.word or ["0"]
        self.first_row, self.n_rows = events.first_row[order], n_rows
        self.n_members = len(np.unique(member))
        self.year = year[order] if has_years else None
        day = np.where(date == NO_TIME, np.datetime64("NaT", "s"), date.astype("datetime64[s]"))
        self.date = day[order] if has_dates else None
        self.rate = events.rate[event[order]] if has_rates else None
        self.set_aside: dict[str, Any] = {}
        self.label = Labels(events, order, self.year, self.date)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._rows.__exit__(kind, error, trace)
        if self._times is not None:
            self._times.__exit__(kind, error, trace)

    def __len__(self) -> int:
        return len(self.label)

    def at(self, k: int) -> EventRows:
        """Return the losses of an event; several threads may ask at once."""
        item, loss = self._rows.rows(int(self._order[k]))
        part = self._part[item >> _COVERAGE_BITS & (1 << _PERIL_BITS) - 1]
        times = None if self._times is None else self._times.rows(int(self._order[k]))[0]
        found = EventRows(item >> _COVERAGE_BITS + _PERIL_BITS, item & (1 << _COVERAGE_BITS) - 1,
                          loss, part, times)
        if (part >= 0).all():
            return found
        keep = part >= 0
        return EventRows(found.location[keep], found.coverage[keep], loss[keep], part[keep],
                         None if times is None else times[keep])

    def units(self) -> Iterator[range]:
        """Yield the events of each year and member; each event alone where there are no years."""
        n = len(self)
        begins = np.arange(n) if self.year is None else np.flatnonzero(
            np.append(True, (np.diff(self.year) != 0) | (np.diff(self.member) != 0))[:n])
        ends = [*begins.tolist(), n]
        yield from (range(first, last) for first, last in pairwise(ends))


def read_ground_up(path: Path, book: OedBook, peril: str | None = None, *, skip_bad: bool = False,
                   on_progress: Callable[[int, int], None] | None = None,
                   ) -> tuple[GroundUp, tuple[Problem, ...]]:
    """Return the losses of a loss table at a book's locations, and the rows set aside.

    Read as a stream; rows of more than 2 M are kept on disk (``GroupedRows``).

    peril : OED code of the losses, None for any; of a table with perils only these are taken.
    path : CSV, XLSX or Parquet with loc_id (or LocNumber, with AccNumber and PortNumber where
        locations of several accounts share a number), loss, and where there are several: coverage
        (building without it), event_id, year, date, annual_rate, member, peril, currency; of
        ``stage`` only rows of ground_up are taken. Losses of several perils of one event are one
        event: terms see their sum. An event that strikes in several years is an event in each; its
        date is the earliest of its rows; without a column year the year is the date's (of events
        with rates there is none), with one a date may be blank.

    Raises
    ------
    InputError : columns missing or double; without skip_bad every row with an unknown location or
        coverage, a loss that is no amount, an event without id or with two rates, a year or date
        that is none, another currency than its account's (of more than 1,000 of a kind the first,
        and how many).
    """
    table, event = open_table(path), event_perils(peril)
    headers = loss_headers(table.headers)
    missing = [Problem(1, name, "", "required column is missing", path.name)
               for name in ("LocNumber", "loss") if name not in headers]
    missing += doubled_headers(table.headers, path.name)
    if missing:
        raise InputError(f"{path}: no loss table", missing)
    taker, faults, n_rows, n_unread = LossRows(book, headers, event), Faults(KEPT), 0, 0
    grouped = GroupedRows()
    moments = GroupedRows() if "date" in headers and book.accounts.hours is not None else None
    times = [headers["date"]] if "date" in headers else []
    with ahead(table.rows(list(dict.fromkeys(headers.values())), times)) as chunks:
        for rows in chunks:
            n_rows += len(rows) + len(rows.problems)
            n_unread += len(rows.problems)
            log = FaultLog(rows.row)
            log.of_rows.extend(rows.problems)
            _keep(taker.take(rows, log), grouped, moments)
            log.of_rows[:] = [Problem(item.row, item.column, item.value, item.remedy, path.name)
                              for item in log.of_rows]
            faults.add(log, len(rows.problems))
            if on_progress is not None and len(rows):
                on_progress(int(rows.row[-1]), max(table.n_rows, int(rows.row[-1])))
    if not n_rows:
        raise InputError(f"{path}: no rows", [
            Problem(1, "", "", "a header without rows below it", path.name)])
    parts, part, doubled = _parts(taker, headers.get("peril", "peril"), path.name, event)
    problems = (*faults.all(), *doubled)
    if problems and not skip_bad:
        raise InputError(f"{path}: {faults.total + len(doubled)} problem(s)", problems)
    events = taker.events
    if not len(events.group.pair):
        raise InputError(f"{path}: no losses", problems or [Problem(
            1, "", "", "no row is of stage ground_up and of a peril that strikes", path.name)])
    grouped.close(len(events.group.pair))
    if moments is not None:
        moments.close(len(events.group.pair))
    # dates beside rates are those of history: each event is then the only one of its year
    has_years = "year" in headers or ("date" in headers and "annual_rate" not in headers)
    found = GroundUp(grouped, events, parts, part, n_rows, has_years=has_years,
                     has_dates="date" in headers, has_rates="annual_rate" in headers,
                     times=moments)
    names = [*book.currency.word.to_pylist(), ""]
    found.set_aside = {"loss_rows": taker.n_aside + n_unread, "loss": {
        name: float(loss) for name, loss in zip(names, taker.loss_aside, strict=True) if loss}}
    return found, problems


def _keep(taken: Taken, grouped: GroupedRows, moments: GroupedRows | None) -> None:
    item = (taken.location << _PERIL_BITS | taken.peril) << _COVERAGE_BITS | taken.coverage
    grouped.add(taken.group, item, taken.loss)
    if moments is not None and taken.seconds is not None:
        moments.add(taken.group, taken.seconds, taken.loss)


def _parts(taker: LossRows, header: str, file: str, event: int,
           ) -> tuple[tuple[int, ...], Ints, list[Problem]]:
    """Return the perils told apart, the place of each peril's word among them (-1: not of the
    event), and what is told twice.
    """
    words = taker.perils.word
    if not words:
        return (event,), np.zeros(1, np.int64), []
    bits = [peril_bits().get(word.upper(), 0) & event for word in words]
    parts = sorted({*bits} - {0})
    place = np.array([parts.index(bit) if bit else -1 for bit in bits], np.int64)
    problems = []
    for k, bit in enumerate(bits):
        if any(bit & other and bit != other for other in parts):
            row, count = taker.peril_rows.get(k, (1, 1))
            more = f" (and {count - 1} more such)" if count > 1 else ""
            problems.append(Problem(row, header, words[k], "a group and one of its perils in one "
                                    f"table: tell each apart, or none{more}", file))
            place[k] = -1
    return tuple(parts) or (event,), place, problems
