"""Contracts as an event sees them: the entries of the cells that it reaches, and no others."""

from dataclasses import dataclass, replace

import numpy as np

from riskcloud.finance.policies import EventRows, cells_of
from riskcloud.finance.program import Program
from riskcloud.finance.treaties import Contracts, Net, net_losses
from riskcloud.types import Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class Scope:
    """Contracts, and where the entries of each cell stand: entry[start[cell]:start[cell + 1]]."""

    contracts: Contracts
    entry: Ints
    start: Ints


@dataclass(frozen=True, slots=True)
class Reached:
    """Contracts of the cells that an event reaches, each an outcome of its policies (n_out,)."""

    contracts: Contracts
    cell: Ints

    def net(self, paid: Floats, used: Floats | None = None, active: Bools | None = None) -> Net:
        """Return what contracts do to what policies pay (n_out,); net of it is by outcome.

        used, active: see ``net_losses``.
        """
        return net_losses(self.contracts, paid, used, active)


def scope_of(contracts: Contracts) -> Scope:
    """Return contracts with their entries by cell."""
    entry = np.argsort(contracts.pair, kind="stable")
    start = np.searchsorted(contracts.pair[entry], np.arange(contracts.n_pairs + 1))
    return Scope(contracts, entry, start)


def reached_by(scope: Scope, program: Program, rows: EventRows) -> Reached:
    """Return the contracts with the entries of an event's cells alone.

    Outcomes stand by account, policy and location, as cells do: each cell once, ascending.
    """
    contracts = scope.contracts
    cell = cells_of(program, rows)
    first = scope.start[cell]
    count = scope.start[cell + 1] - first
    at = np.repeat(first - np.cumsum(count) + count, count) + np.arange(count.sum())
    entry = np.sort(scope.entry[at])
    start = np.searchsorted(entry, contracts.start)
    return Reached(replace(
        contracts, start=start, pair=np.searchsorted(cell, contracts.pair[entry]),
        risk=contracts.risk[entry], ceded=contracts.ceded[entry],
        scope=contracts.scope[entry], n_pairs=len(cell)), cell)
