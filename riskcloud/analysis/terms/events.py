"""A loss table through a book's terms, year by year, on several threads, in order."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numba
import numpy as np

from riskcloud.analysis.terms.book import NO_TIME, Compiled, Used, active_at, unused
from riskcloud.analysis.terms.coinsurance import insurers_pay
from riskcloud.analysis.terms.ground_up import EventRows, GroundUp
from riskcloud.analysis.terms.years import Years, longer_than_a_year
from riskcloud.analysis.threads import may_overlap, threads_for
from riskcloud.finance.erosion import reinstatement_premium
from riskcloud.finance.occurrences import hours_of, occurrences, paid_by_occurrence
from riskcloud.finance.periods import at_time
from riskcloud.finance.policies import EventRows as PolicyRows
from riskcloud.finance.policies import gross_losses, rows_of_losses
from riskcloud.finance.policy_years import slot_inceptions
from riskcloud.finance.program import Program
from riskcloud.finance.reached import Scope, reached_by, scope_of
from riskcloud.finance.sums import summed
from riskcloud.types import Floats, Ints, Times

_EVENTS_AT_ONCE: Final = 32
"""Events of a piece of work at least, whole years; ours."""
_PIECES: Final = 3  # of work a thread, done before their turn; ours
_ENOUGH: Final = 1 << 15  # rows of an event worth a second thread where events come one by one


@dataclass(frozen=True, slots=True)
class Struck:
    """Losses of one event at the locations that it strikes (n,), in order of account.

    ground_up, gross, net (n,); recovery and premium (n_contracts,), by_priority (n_priorities,),
    over_ceded, outside, insurers (n_insurers,): as in ``terms.Losses``. reinstated: policies whose
    sums insured stand again for a premium, and what it is.
    """

    location: Ints
    ground_up: Floats
    gross: Floats
    net: Floats
    recovery: Floats
    by_priority: Floats
    over_ceded: int
    premium: Floats
    outside: bool
    insurers: Floats
    reinstated: tuple[Ints, Floats]


class EventTerms:
    """A book made ready, its contracts by cell. dated: whether events may have dates."""

    def __init__(self, compiled: Compiled, *, dated: bool = True) -> None:
        self.compiled = compiled
        self._scope: Scope | None = None if compiled.contracts is None else \
            scope_of(compiled.contracts)
        self.inceptions = slot_inceptions(compiled.program, compiled.book.accounts) \
            if dated else None
        self._long = longer_than_a_year(compiled) or self.inceptions is not None
        self._years = Years(compiled, self.inceptions)
        self._hours = hours_of(compiled.book.accounts)

    @property
    def in_order(self) -> bool:
        """Return whether a year needs to know of those before it."""
        return self._long

    def year(self, events: Sequence[EventRows], year: int | None = None, member: int = 0,
             dates: Times | None = None) -> Iterator[Struck]:
        """Yield the losses of the events of one year and member, given in order of date.

        year : None: each event is the only one of its year. dates (n_events,): NaT where unknown.
        """
        years = self._years if self._long else Years(self.compiled)
        years.begin(year, member)
        for k, event in enumerate(events):
            when = NO_TIME if dates is None else dates[k]
            yield self.of_event(event, years.used(when), when)

    def of_event(self, event: EventRows, used: Used | None, when: Any) -> Struck:
        """Return the losses of one event; used, when: see ``terms.event_losses``."""
        rows, ground_up = rows_of_losses(self.compiled.program, event.location, event.part,
                                         event.coverage, event.loss)
        program, rows, outside = at_time(self.compiled.book, self.compiled.program, rows, when)
        paid = self._paid(program, rows, ground_up, event, used)
        first = rows.group_start[:-1]
        location, n = rows.location[first], len(first)
        of_row = np.repeat(np.arange(n), np.diff(rows.group_start))
        of_out = of_row[rows.out_row]
        whole, gross = summed(of_row, ground_up.sum(axis=1), n), summed(of_out, paid, n)
        insurers = insurers_pay(self.compiled.panels, rows.out_policy, paid)
        again = reinstatement_premium(program.erosion, self.compiled.book.accounts, rows, paid,
                                      when)
        if self._scope is None:
            return Struck(location, whole, gross, gross, np.empty(0), np.empty(0), 0, np.empty(0),
                          outside, insurers, again)
        found = reached_by(self._scope, program, rows).net(
            paid, None if used is None else used.contracts, active_at(self.compiled, when))
        return Struck(location, whole, gross, summed(of_out, found.net, n), found.recovery,
                      found.by_priority, found.over_ceded, found.premium, outside, insurers,
                      again)

    def _paid(self, program: Program, rows: PolicyRows, ground_up: Floats, event: EventRows,
              used: Used | None) -> Floats:
        """Return what policies pay (n_out,), of all occurrences where an event is several."""
        terms = None if used is None else used.terms
        numbers = self.numbers(event)
        if numbers is None:
            return gross_losses(program, rows, ground_up, terms).paid
        terms = unused(self.compiled).terms if terms is None else terms
        return paid_by_occurrence(program, rows, numbers, (
            event.location, event.part, event.coverage, event.loss), terms)

    def numbers(self, event: EventRows) -> Ints | None:
        """Return the occurrence of each loss of an event (n_losses,), None where it is one."""
        if self._hours is None or event.seconds is None:
            return None
        account = self.compiled.program.account[event.location]
        found = occurrences(account, event.seconds, self._hours)
        return found if found.any() else None


def struck_losses(compiled: Compiled, ground_up: GroundUp,
                  on_progress: Callable[[int, int], None] | None = None) -> Iterator[Struck]:
    """Yield the losses of each event of a loss table, in the table's order.

    Whole years are worked on at once by several threads; the results do not depend on them.
    """
    terms, n = EventTerms(compiled, dated=ground_up.date is not None), len(ground_up)
    pieces, done = _pieces(ground_up), 0
    for found in _in_order(terms, ground_up, pieces):
        for losses in found:
            yield losses
            done += 1
            if on_progress is not None:
                on_progress(done, n)


def used_before(compiled: Compiled, ground_up: GroundUp, k: int) -> tuple[Used | None, Any]:
    """Return what the events before event k have used of its year (None: it has none), and its
    time (NaT: none).
    """
    terms, dates = EventTerms(compiled), ground_up.date
    years = Years(compiled, terms.inceptions)

    def time(j: int) -> Any:
        return NO_TIME if dates is None else dates[j]

    for unit in ground_up.units():
        if unit.start > k:
            break
        if k in unit or (terms.in_order and ground_up.member[unit.start] == ground_up.member[k]):
            years.begin(None if ground_up.year is None else int(ground_up.year[unit.start]),
                        int(ground_up.member[unit.start]))
            for j in range(unit.start, min(unit.stop, k)):
                terms.of_event(ground_up.at(j), years.used(time(j)), time(j))
    return years.used(time(k)), time(k)


def _pieces(ground_up: GroundUp) -> Iterator[list[range]]:
    """Yield whole years, several where they have few events."""
    waiting: list[range] = []
    for unit in ground_up.units():
        waiting.append(unit)
        if unit.stop - waiting[0].start >= _EVENTS_AT_ONCE:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _work(terms: EventTerms, ground_up: GroundUp, piece: Sequence[range],
          enough: int) -> list[Struck]:
    found: list[Struck] = []
    size = max(len(ground_up.at(unit.start).loss) for unit in piece) if enough else 0
    with threads_for(size, max(enough, 1)):
        for unit in piece:
            found += terms.year(
                [ground_up.at(k) for k in unit],
                None if ground_up.year is None else int(ground_up.year[unit.start]),
                int(ground_up.member[unit.start]),
                None if ground_up.date is None else ground_up.date[unit.start:unit.stop])
    return found


def _in_order(terms: EventTerms, ground_up: GroundUp,
              pieces: Iterator[list[range]]) -> Iterator[list[Struck]]:
    """Yield the losses of each piece of work: the first alone, which loads the kernels, the others
    on as many threads as kernels have, each with kernels of one.
    """
    first = next(pieces, None)
    if first is None:
        return
    yield _work(terms, ground_up, first, _ENOUGH)
    n_threads = numba.get_num_threads()
    if n_threads == 1 or terms.in_order or not may_overlap():
        for piece in pieces:
            yield _work(terms, ground_up, piece, _ENOUGH)
        return
    with ThreadPoolExecutor(n_threads) as pool:
        waiting: deque[Future[list[Struck]]] = deque()
        try:
            for piece in pieces:
                waiting.append(pool.submit(_work, terms, ground_up, piece, 0))
                if len(waiting) >= _PIECES * n_threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for work in waiting:
                work.cancel()
