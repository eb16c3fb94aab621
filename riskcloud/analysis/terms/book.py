"""A book's losses before and after its terms: by location, and what each treaty recovers."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from riskcloud.analysis.terms.coinsurance import Panels, insurers_pay, panels_of
from riskcloud.analysis.threads import threads_for
from riskcloud.errors import InputError
from riskcloud.exposure.oed.schema import all_perils, peril_bits
from riskcloud.finance.annual import nothing_used
from riskcloud.finance.occurrences import Listed, paid_by_occurrence, split
from riskcloud.finance.periods import at_time, in_force
from riskcloud.finance.policies import (
    EventRows,
    Gross,
    gross_losses,
    in_cells,
    rows_of_losses,
    struck_rows,
)
from riskcloud.finance.program import Program, compile_program
from riskcloud.finance.sums import summed
from riskcloud.finance.trace import Step, trace_location
from riskcloud.finance.trace_treaties import Recovery, trace_recoveries
from riskcloud.finance.treaties import Contracts, compile_contracts, net_losses
from riskcloud.types import Bools, Floats, Ints
from riskcloud.types.terms import OedBook

NO_TIME: Final = np.datetime64("NaT", "s")
"""Of an event without a date: everything is in force."""
_ENOUGH = 1 << 15
"""Rows of an event worth a second thread (ours): fewer take less than a busy core's wait."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A book made ready for one event's perils; contracts None without reinsurance, panels None
    where nothing is coinsured.
    """

    book: OedBook
    program: Program
    contracts: Contracts | None
    panels: Panels | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what was found of the book when it was made ready: rows of scope for nothing."""
        treaties = self.book.treaties
        if treaties is None or self.contracts is None or not len(self.contracts.idle):
            return ()
        idle = self.contracts.idle
        first = int(idle[np.argmin(treaties.scope_row[idle])])
        more = f" (and {len(idle) - 1} more such)" if len(idle) > 1 else ""
        return (f"{treaties.scope_file}: row {int(treaties.scope_row[first])}, ReinsNumber = "
                f"{treaties.number[int(treaties.scope_of[first])]!r}: no policy and location of "
                f"the book is all that this row says: it covers nothing{more}",)

    @property
    def has_dates(self) -> bool:
        """Return whether the book says when anything of it is in force."""
        periods = None if self.book.treaties is None else self.book.treaties.periods
        return self.book.accounts.dates is not None or self.book.locations.dates is not None \
            or (periods is not None and bool(periods.by_date.any()))


@dataclass(frozen=True, slots=True)
class Used:
    """What earlier events of a year and sample have used: of terms (n_slots, 5), and of contracts'
    periods (n_contracts, 2); see ``kernels.annual`` and ``kernels.contracts``. Events change both.
    """

    terms: Floats
    contracts: Floats


def unused(compiled: Compiled) -> Used:
    """Return what the first event of a year finds."""
    n = 0 if compiled.contracts is None else len(compiled.contracts.inuring)
    return Used(nothing_used(len(compiled.program.follows)), np.zeros((n, 2)))


@dataclass(frozen=True, slots=True)
class Losses:
    """Losses of one event: ground_up, gross and net of each location (n,), recoveries of each
    contract (n_contracts,), the net total behind each inuring priority, and how many losses of a
    policy at a location were ceded more than whole. premium (n_contracts,): for reinstating what
    the event used; outside: whether a policy or location struck was not in force. insurers: what
    each pays (see ``Panels``).
    """

    ground_up: Floats
    gross: Floats
    net: Floats
    recovery: Floats
    by_priority: Floats
    over_ceded: int
    premium: Floats
    outside: bool = False
    insurers: Floats = field(default_factory=lambda: np.empty(0))


def event_perils(peril: str | None) -> int:
    """Return the bits of an event's perils ("WTC", "WTC;WSS", a group); None strikes all.

    Raises
    ------
    InputError : no such OED peril code.
    """
    if peril is None:
        return all_perils()
    known, bits = peril_bits(), 0
    for code in filter(None, (part.strip().upper() for part in peril.split(";"))):
        if code not in known:
            raise InputError(f"--peril {code}: no OED peril code; expected one of "
                             f"{', '.join(sorted(known))}")
        bits |= known[code]
    return bits


def compile_book(book: OedBook, peril: str | None, *,
                 parts: tuple[int, ...] | None = None) -> Compiled:
    """Return a book made ready; see ``compile_program`` and ``compile_contracts`` for faults.

    parts : bits of the perils that the event's losses tell apart; None: one loss of ``peril``.
    """
    program = compile_program(book.locations, book.accounts,
                              (event_perils(peril),) if parts is None else parts, book.clauses)
    contracts = None if book.treaties is None else \
        compile_contracts(book, book.treaties, program)
    return Compiled(book, program, contracts, panels_of(book))


def _losses(compiled: Compiled, found: Gross, ground_up: Floats, used: Used | None = None,
            when: Any = NO_TIME, *, outside: bool = False) -> Losses:
    program, n = compiled.program, len(ground_up)
    gross = found.by_location(n)
    insurers = insurers_pay(compiled.panels, found.rows.out_policy, found.paid)
    if compiled.contracts is None:
        return Losses(ground_up, gross, gross, np.empty(0), np.empty(0), 0, np.empty(0), outside,
                      insurers)
    net = net_losses(compiled.contracts, in_cells(program, found),
                     None if used is None else used.contracts, active_at(compiled, when))
    location = np.repeat(program.pair_location, len(program.parts))
    return Losses(ground_up, gross, summed(location, net.net, n), net.recovery, net.by_priority,
                  net.over_ceded, net.premium, outside, insurers)


def active_at(compiled: Compiled, when: Any) -> Bools | None:
    """Return which contracts cover an event at a time (n_contracts,); None: all do."""
    treaties = compiled.book.treaties
    return None if treaties is None else in_force(treaties, when)


def factor_losses(compiled: Compiled, factors: Iterable[float],
                  on_progress: Callable[[int, int], None] | None = None) -> Iterator[Losses]:
    """Yield the losses of each factor of the sums insured, as an event of its own."""
    wanted = list(factors)
    program, n = compiled.program, len(compiled.book.locations)
    rows: EventRows = struck_rows(program)
    tiv = program.tiv[rows.location]
    whole = summed(rows.location, tiv.sum(axis=1), n)
    for k, factor in enumerate(wanted):
        with threads_for(len(tiv), _ENOUGH):
            losses = _losses(compiled, gross_losses(program, rows, tiv * factor), whole * factor)
        yield losses
        if on_progress is not None:
            on_progress(k + 1, len(wanted))


@dataclass(frozen=True, slots=True)
class Explained:
    """How a location's loss came about: steps up to its gross loss, then what contracts pay of it.

    recovered (n_contracts,): by each contract, in the order of the book's treaties; recoveries:
    those of the contracts that the location is in, with their terms, in inuring order.
    occurrences: where the event is several for the location's account (an hours clause), the
    ground-up loss and steps of each that the location is in, instead of steps.
    """

    ground_up: float
    steps: tuple[Step, ...]
    gross: float
    recovered: Floats
    net: float
    recoveries: tuple[Recovery, ...] = ()
    occurrences: tuple[tuple[float, tuple[Step, ...]], ...] = ()


def explain_location(compiled: Compiled, ground_up: tuple[EventRows, Floats], location: int,
                     used: Used | None = None, when: Any = NO_TIME,
                     split_by: tuple[Ints, Listed] | None = None) -> Explained:
    """Return how a location's loss in an event came about.

    ground_up : rows and losses of the event (``rows_of_losses``; ``struck_rows`` and a factor of
        ``program.tiv[rows.location]``).
    used, when : see ``event_losses``; used is not changed. split_by : the occurrence of each loss,
        and the losses, of an event that is several (``finance.occurrences``).
    """
    (rows, loss), used = ground_up, unused(compiled) if used is None else used
    program, rows, _ = at_time(compiled.book, compiled.program, rows, when)
    several: tuple[tuple[float, tuple[Step, ...]], ...] = ()
    steps: list[Step] = []
    if split_by is not None:
        several = _several(program, rows, split_by, location, used.terms.copy())
        found = Gross(rows, loss, paid_by_occurrence(program, rows, *split_by, used.terms.copy()))
    else:
        if (rows.location == location).any():
            steps = trace_location(program, rows, loss, location, used.terms)
        found = gross_losses(program, rows, loss, used.terms.copy())
    gross = float(found.paid[rows.location[rows.out_row] == location].sum())
    whole = float(loss[rows.location == location].sum())
    if compiled.contracts is None:
        return Explained(whole, tuple(steps), gross, np.empty(0), gross, (), several)
    contracts = compiled.contracts
    cells = in_cells(program, found)
    active = active_at(compiled, when)
    net = net_losses(contracts, cells, used.contracts.copy(), active)
    of_cell = np.repeat(program.pair_location, len(program.parts))
    owner = np.repeat(np.arange(len(contracts.inuring)), np.diff(contracts.start))
    mine = of_cell[contracts.pair] == location
    return Explained(whole, tuple(steps), gross,
                     summed(owner[mine], net.paid[mine], len(contracts.inuring)),
                     float(net.net[of_cell == location].sum()),
                     tuple(trace_recoveries(contracts, cells, of_cell == location,
                                            used.contracts, active)), several)


def _several(program: Program, rows: EventRows, split_by: tuple[Ints, Listed], location: int,
             used: Floats) -> tuple[tuple[float, tuple[Step, ...]], ...]:
    """Return the loss and the steps of each occurrence that a location is in; used is changed."""
    found = []
    for own, loss in split(program, rows, *split_by):
        here = own.location == location
        if here.any():
            found.append((float(loss[here].sum()),
                          tuple(trace_location(program, own, loss, location, used))))
        gross_losses(program, own, loss, used)
    return tuple(found)


def event_losses(compiled: Compiled, location: Ints, coverage: Ints, loss: Floats,
                 part: Ints | None = None, *, used: Used | None = None,
                 when: Any = NO_TIME) -> Losses:
    """Return the losses of one event from ground-up losses given one by one (n_losses,).

    location : place in the book; coverage 0 to 3; part : place in the program's parts (all 0).
    Only accounts that are struck are looked at. used: what earlier events of the year have used,
    changed in place; None: the event is the only one of its year. when: its time (datetime64, NaT
    where it has none: everything is in force).
    """
    parts = np.zeros(len(location), dtype=np.int64) if part is None else part
    rows, ground_up = rows_of_losses(compiled.program, location, parts, coverage, loss)
    program, rows, outside = at_time(compiled.book, compiled.program, rows, when)
    with threads_for(len(ground_up), _ENOUGH):
        gross = gross_losses(program, rows, ground_up, None if used is None else used.terms)
        return _losses(compiled, gross, summed(location, loss, len(compiled.book.locations)), used,
                       when, outside=outside)
