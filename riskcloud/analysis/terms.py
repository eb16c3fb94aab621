"""A book's losses before and after its terms: by location, and what each treaty recovers."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from riskcloud.errors import InputError
from riskcloud.exposure.oed.schema import all_perils, peril_bits
from riskcloud.finance.policies import gross_losses, struck
from riskcloud.finance.program import Program, compile_program
from riskcloud.finance.sums import summed
from riskcloud.finance.treaties import Contracts, compile_contracts, net_losses
from riskcloud.types import Floats
from riskcloud.types.terms import OedBook


@dataclass(frozen=True, slots=True)
class Compiled:
    """A book made ready for one event's perils; contracts None without reinsurance."""

    book: OedBook
    program: Program
    contracts: Contracts | None


@dataclass(frozen=True, slots=True)
class Losses:
    """Losses of one event: ground_up, gross and net of each location (n,), recoveries of each
    contract (n_contracts,), the net total behind each inuring priority, and how many pairs of a
    policy and a location were ceded more than whole.
    """

    ground_up: Floats
    gross: Floats
    net: Floats
    recovery: Floats
    by_priority: Floats
    over_ceded: int


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


def compile_book(book: OedBook, peril: str | None) -> Compiled:
    """Return a book made ready; see ``compile_program`` and ``compile_contracts`` for faults."""
    program = compile_program(book.locations, book.accounts, event_perils(peril))
    contracts = None if book.treaties is None else \
        compile_contracts(book, book.treaties, program)
    return Compiled(book, program, contracts)


def event_losses(compiled: Compiled, ground_up: Floats) -> Losses:
    """Return the losses of one event from ground-up losses (n, 4) of the locations."""
    program = compiled.program
    found = gross_losses(program, ground_up)
    total = ground_up.sum(axis=1)
    if compiled.contracts is None:
        return Losses(total, found.gross, found.gross, np.empty(0), np.empty(0), 0)
    net = net_losses(compiled.contracts, found.pair)
    return Losses(total, found.gross,
                  summed(program.pair_location, net.net, len(total)),
                  net.recovery, net.by_priority, net.over_ceded)


def factor_losses(compiled: Compiled, factors: Iterable[float],
                  on_progress: Callable[[int, int], None] | None = None) -> Iterator[Losses]:
    """Yield the losses of each factor of the sums insured, as an event of its own."""
    wanted = list(factors)
    for k, factor in enumerate(wanted):
        yield event_losses(compiled, struck(compiled.program, factor))
        if on_progress is not None:
            on_progress(k + 1, len(wanted))
