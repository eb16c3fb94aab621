"""A book's losses before and after its terms: by location, and what each treaty recovers."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from riskcloud.analysis.coinsurance import Panels, insurers_pay, panels_of
from riskcloud.analysis.threads import threads_for
from riskcloud.errors import InputError
from riskcloud.exposure.oed.schema import all_perils, peril_bits
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
from riskcloud.types import Floats, Ints
from riskcloud.types.terms import OedBook

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


@dataclass(frozen=True, slots=True)
class Losses:
    """Losses of one event: ground_up, gross and net of each location (n,), recoveries of each
    contract (n_contracts,), the net total behind each inuring priority, and how many losses of a
    policy at a location were ceded more than whole. insurers: what each pays (see ``Panels``).
    """

    ground_up: Floats
    gross: Floats
    net: Floats
    recovery: Floats
    by_priority: Floats
    over_ceded: int
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


def _losses(compiled: Compiled, found: Gross, ground_up: Floats) -> Losses:
    program, n = compiled.program, len(ground_up)
    gross = found.by_location(n)
    insurers = insurers_pay(compiled.panels, found.rows.out_policy, found.paid)
    if compiled.contracts is None:
        return Losses(ground_up, gross, gross, np.empty(0), np.empty(0), 0, insurers)
    net = net_losses(compiled.contracts, in_cells(program, found))
    location = np.repeat(program.pair_location, len(program.parts))
    return Losses(ground_up, gross, summed(location, net.net, n), net.recovery, net.by_priority,
                  net.over_ceded, insurers)


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
    """

    ground_up: float
    steps: tuple[Step, ...]
    gross: float
    recovered: Floats
    net: float
    recoveries: tuple[Recovery, ...] = ()


def explain_location(compiled: Compiled, ground_up: tuple[EventRows, Floats],
                     location: int) -> Explained:
    """Return how a location's loss in an event came about.

    ground_up : rows and losses of the event (``rows_of_losses``; ``struck_rows`` and a factor of
        ``program.tiv[rows.location]``).
    """
    program, (rows, loss) = compiled.program, ground_up
    struck = bool((rows.location == location).any())
    steps = trace_location(program, rows, loss, location) if struck else []
    found = gross_losses(program, rows, loss)
    gross = float(found.paid[rows.location[rows.out_row] == location].sum())
    whole = float(loss[rows.location == location].sum())
    if compiled.contracts is None:
        return Explained(whole, tuple(steps), gross, np.empty(0), gross)
    contracts = compiled.contracts
    cells = in_cells(program, found)
    net = net_losses(contracts, cells)
    of_cell = np.repeat(program.pair_location, len(program.parts))
    owner = np.repeat(np.arange(len(contracts.inuring)), np.diff(contracts.start))
    mine = of_cell[contracts.pair] == location
    return Explained(whole, tuple(steps), gross,
                     summed(owner[mine], net.paid[mine], len(contracts.inuring)),
                     float(net.net[of_cell == location].sum()),
                     tuple(trace_recoveries(contracts, cells, of_cell == location)))


def event_losses(compiled: Compiled, location: Ints, coverage: Ints, loss: Floats,
                 part: Ints | None = None) -> Losses:
    """Return the losses of one event from ground-up losses given one by one (n_losses,).

    location : place in the book; coverage 0 to 3; part : place in the program's parts (all 0).
    Only accounts that are struck are looked at.
    """
    parts = np.zeros(len(location), dtype=np.int64) if part is None else part
    rows, ground_up = rows_of_losses(compiled.program, location, parts, coverage, loss)
    with threads_for(len(ground_up), _ENOUGH):
        return _losses(compiled, gross_losses(compiled.program, rows, ground_up),
                       summed(location, loss, len(compiled.book.locations)))
