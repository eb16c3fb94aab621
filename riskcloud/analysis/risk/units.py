"""Policies and treaties of many events and samples at once, where no event leaves any to another.

A *unit* is an event in a sample. Only rows that are damaged in the sample are looked at; all units'
rows stand in one list, so that a kernel has enough to do for every thread.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from riskcloud.analysis.risk.years import contracts_of_a_year
from riskcloud.analysis.terms.book import Compiled
from riskcloud.analysis.threads import threads_for
from riskcloud.finance.policies import EventRows, cells_of, event_rows, gross_losses
from riskcloud.finance.reached import Scope
from riskcloud.finance.sums import summed
from riskcloud.finance.treaties import Contracts, net_losses
from riskcloud.types import Floats, Ints

MOST_ROWS: Final = 400_000
"""Rows of units that are held at once, 100 MB (ours); a unit is never cut."""
_ENOUGH: Final = 1 << 13
"""Rows worth a second thread (ours)."""


@dataclass(frozen=True, slots=True)
class UnitRows:
    """Damaged rows of some units, by unit, account, location and part of the event.

    row (n,) among the rows of damage, member, event (n,); location (n,) in the book; loss (n, 4).
    """

    row: Ints
    member: Ints
    event: Ints
    location: Ints
    part: Ints
    loss: Floats


def separable(compiled: Compiled) -> bool:
    """Tell whether what a book pays for an event depends on no other event."""
    contracts = compiled.contracts
    if len(compiled.program.follows):
        return False
    return contracts is None or (
        contracts.reinstated is None and not contracts_of_a_year(compiled).any())


def damaged_rows(compiled: Compiled, coverages: Floats, location: Ints, part: Ints, event: Ints,
                 ratio: Floats) -> Iterator[UnitRows]:
    """Yield the damaged rows of units, some units at a time.

    location (in the book), part, event (n_rows,) ascending; ratio (n_rows, n_members).
    """
    program, n_members = compiled.program, ratio.shape[1]
    n_parts = len(program.parts)
    row, member = np.nonzero(ratio)
    unit = event[row] * n_members + member
    place = program.location_start[program.account[location]] + program.local[location]
    per_unit = len(program.location) * n_parts
    order = np.argsort(unit * per_unit + (place * n_parts + part)[row])
    row, member, unit = row[order], member[order], unit[order]
    edge = np.append(np.flatnonzero(np.diff(unit, prepend=-1)), len(unit))
    first = 0
    while first < len(unit):
        # as many whole units as there is room for, one at least
        at = int(np.searchsorted(edge, first + MOST_ROWS, side="right")) - 1
        last = int(edge[max(at, int(np.searchsorted(edge, first, side="right")))])
        own, of = row[first:last], member[first:last]
        yield UnitRows(own, of, event[own], location[own], part[own],
                       ratio[own, of, None] * (program.tiv[location[own]] * coverages))
        first = last


def paid_of(compiled: Compiled, scope: Scope | None, units: UnitRows, n_members: int,
            ) -> tuple[EventRows, list[Floats]]:
    """Return where outcomes of the policies are, and what policies pay of each (n_out,).

    Then, where there are contracts, what is left behind them. scope: of the contracts.
    """
    program = compiled.program
    unit = units.event * n_members + units.member
    with threads_for(len(unit), _ENOUGH):
        rows = event_rows(program, units.location, units.part, unit)
        paid = gross_losses(program, rows, units.loss).paid
        if scope is None:
            return rows, [paid]
        _, of_unit = np.unique(unit, return_inverse=True)
        contracts = _of_units(scope, cells_of(program, rows), of_unit[rows.out_row])
        return rows, [paid, net_losses(contracts, paid).net]


def _of_units(scope: Scope, cell: Ints, unit: Ints) -> Contracts:
    """Return the contracts once for each unit (n_out,), with the entries of its outcomes' cells.

    A cell of them is an outcome.
    """
    contracts = scope.contracts
    n_contracts, n_units = len(contracts.inuring), int(unit[-1]) + 1 if len(unit) else 0
    first = scope.start[cell]
    count = scope.start[cell + 1] - first
    outcome = np.repeat(np.arange(len(cell)), count)
    entry = scope.entry[np.repeat(first - np.cumsum(count) + count, count) + np.arange(count.sum())]
    order = np.argsort(unit[outcome] * len(contracts.pair) + entry)
    entry, outcome = entry[order], outcome[order]
    owner = np.searchsorted(contracts.start, entry, side="right") - 1
    start = np.searchsorted(unit[outcome] * n_contracts + owner,
                            np.arange(n_units * n_contracts + 1))
    return replace(
        contracts, inuring=np.tile(contracts.inuring, n_units), start=start, pair=outcome,
        risk=contracts.risk[entry], ceded=contracts.ceded[entry],
        term=np.tile(contracts.term, (n_units, 1)), n_pairs=len(cell), scope=contracts.scope[entry],
        notional=None if contracts.notional is None else np.tile(contracts.notional, n_units))


def add_units(compiled: Compiled, scope: Scope | None, units: UnitRows, group: Ints, out: Floats,
              mean: Floats) -> None:
    """Add losses of units to out (n_events, n_stages, n_groups, n_members) and mean (n_rows, ...).

    group (n,) of each of the units' rows; mean (n_rows, n_stages) over the members.
    """
    n_events, _, n_groups, n_members = out.shape
    rows, paid = paid_of(compiled, scope, units, n_members)
    place = (units.event * n_groups + group) * n_members + units.member
    stages = [(np.arange(len(place)), units.loss.sum(axis=1)), *((rows.out_row, p) for p in paid)]
    for k, (of, amount) in enumerate(stages):
        out[:, k] += summed(place[of], amount, n_events * n_groups * n_members).reshape(
            n_events, n_groups, n_members)
        mean[:, k] += summed(units.row[of], amount, len(mean)) / n_members
