"""Gross and net losses of a forecast: each realisation through the policies and treaties of a book.

A policy acts on all locations of its account, so damage waits until the account is whole; a treaty
acts on the whole event, so what policies pay waits until the end. Neither depends on chunks.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from riskcloud.analysis.exposed import ExposedAssets
from riskcloud.analysis.terms.book import Compiled
from riskcloud.analysis.terms.book_locations import book_places
from riskcloud.analysis.terms.coinsurance import insurers_pay
from riskcloud.analysis.threads import threads_for
from riskcloud.analysis.totals import GROSS, GROUND_UP, Totals
from riskcloud.errors import InputError, Problem
from riskcloud.finance.policies import cells_of, event_rows, gross_losses
from riskcloud.finance.sums import summed
from riskcloud.finance.treaties import net_losses
from riskcloud.loss.sample import QUANTILES, Ratios, statistics
from riskcloud.types import Floats, Ints
from riskcloud.types.terms import OedBook

PERILS = {"wind": "WTC", "rain": "OSF", "surge": "WSS"}
"""OED codes of what a forecast models: tropical cyclone, surface flood, storm surge."""
MOST_BYTES = 2_000_000_000
"""Most that waits in memory for an account, or for the treaties, to be whole. Our choice."""
_ENOUGH = 1 << 15
"""Rows worth a second thread, as in ``analysis.terms``."""


def event_code(perils: tuple[str, ...]) -> str:
    """Return the OED codes of the perils of a forecast."""
    return ";".join(PERILS[name] for name in perils)


def check_one_loss(compiled: Compiled) -> None:
    """Raise InputError where a location, policy or contract covers some of the perils alone.

    The damage of a forecast's perils at a location is one number: what of it each peril did is not
    told apart.
    """
    book, event = compiled.book, compiled.program.event
    held = [("LocPerilsCovered", book.locations.row, book.locations.perils),
            ("PolPerilsCovered", book.accounts.row, book.accounts.perils)]
    if book.treaties is not None:
        held.append(("ReinsPeril", book.treaties.row, book.treaties.perils))
    faults = [Problem(int(row[k]), column, "", "covers some of the forecast's perils and not "
                      "others, whose damage is one: forecast with those of --perils that are all "
                      "covered")
              for column, row, perils in held
              for k in np.flatnonzero(((perils & event) != 0) & ((perils & event) != event))]
    if faults:
        raise InputError(f"{len(faults)} row(s) cover some of the perils alone", faults)


@dataclass(frozen=True, slots=True)
class Piece:
    """Damage of consecutive locations from ``first`` on, and what policies pay (n, n_members).

    gross None: there are no policies.
    """

    first: int
    ratios: Ratios
    gross: Floats | None


class PolicyLosses:
    """Takes damage in order of the locations, gives it back with gross losses by whole accounts.

    Memory: 24 bytes for each location of the largest account and each realisation; with treaties 8
    bytes more for each policy at a location of the portfolio and each realisation.
    """

    def __init__(self, compiled: Compiled, exposed: ExposedAssets, n_members: int) -> None:
        table = exposed.table
        self._compiled, self._value, self._n_members = compiled, exposed.value, n_members
        self._location = book_places(compiled.book, table)
        account = table[["currency", "account_id"]].astype(str)
        last = np.append((account != account.shift(-1)).any(axis=1).to_numpy()[:-1], True)
        self._ends = np.flatnonzero(last) + 1
        self._waiting: list[tuple[int, Ratios]] = []
        self._start = 0
        self._cells: list[tuple[Ints, Floats]] = []
        self.insurers = np.zeros(0 if compiled.panels is None else len(compiled.panels.names))
        largest = int(np.diff(self._ends, prepend=0).max(initial=0))
        if largest * n_members * 24 > MOST_BYTES:
            raise InputError(f"{largest} locations of one account x {n_members} realisations do "
                             "not fit into memory: ask for fewer --members")
        if compiled.contracts is not None:
            n_policies = np.diff(compiled.program.policy_start)
            pairs = int(n_policies[compiled.program.account[self._location]].sum())
            if pairs * n_members * 8 > MOST_BYTES:
                raise InputError(f"{pairs} policies at locations x {n_members} realisations do "
                                 "not fit into memory for the treaties: ask for fewer --members")

    def add(self, first: int, ratios: Ratios) -> Iterator[Piece]:
        """Yield the pieces of the accounts that are whole with these locations."""
        self._waiting.append((first, ratios))
        last = first + len(ratios.drawn)
        k = int(np.searchsorted(self._ends, last, side="right"))
        end = int(self._ends[k - 1]) if k else 0
        if end <= self._start:
            return
        here = [(begin, _cut(held, 0, end - begin)) for begin, held in self._waiting if begin < end]
        self._waiting = [(max(begin, end), _cut(held, max(end - begin, 0), len(held.drawn)))
                         for begin, held in self._waiting if begin + len(held.drawn) > end]
        gross = self._gross(self._start, end, [held.drawn for _, held in here])
        for begin, held in here:
            stop = begin + len(held.drawn)
            yield Piece(begin, held, np.ascontiguousarray(
                gross[:, begin - self._start:stop - self._start].T))
        self._start = end

    def _gross(self, start: int, end: int, drawn: list[Floats]) -> Floats:
        """Return what policies pay (n_members, n) for the locations start to end."""
        program = self._compiled.program
        location = self._location[start:end]
        order = np.argsort(program.location_start[program.account[location]]
                           + program.local[location], kind="stable")
        rows = event_rows(program, location[order], np.zeros(len(order), dtype=np.int64))
        value, n = self._value[start:end][order], end - start
        gross = np.zeros((self._n_members, n))
        paid = np.zeros((self._n_members if self._compiled.contracts is not None else 0,
                         len(rows.out_row)))
        with threads_for(n, _ENOUGH):
            for m in range(self._n_members):
                ratio = np.concatenate([part[:, m] for part in drawn])[order]
                if not ratio.any():  # nothing lost, nothing paid
                    continue
                found = gross_losses(program, rows, ratio[:, None] * value)
                gross[m, order] = summed(rows.out_row, found.paid, n)
                if self._compiled.panels is not None:
                    self.insurers += insurers_pay(self._compiled.panels, rows.out_policy,
                                                  found.paid) / self._n_members
                if len(paid):
                    paid[m] = found.paid
        if paid.any():
            self._cells.append((cells_of(program, rows), paid))
        return gross

    def net(self, totals: Totals) -> Floats:
        """Add net losses to the totals, once all locations are in; return each location's mean."""
        compiled = self._compiled
        program, contracts = compiled.program, compiled.contracts
        assert contracts is not None and not self._waiting
        mean = np.zeros(len(self._location))
        recovered = np.zeros((len(contracts.inuring), self._n_members))
        for m in range(self._n_members):
            gross = np.zeros(contracts.n_pairs)
            for cells, paid in self._cells:
                gross[cells] = paid[m]
            found = net_losses(contracts, gross)
            net = summed(program.pair_location, found.net,
                         len(compiled.book.locations))[self._location]
            totals.add_net(m, net)
            recovered[:, m] = found.recovery
            mean += net / self._n_members
        totals.recovered = recovered
        return mean


def _cut(ratios: Ratios, begin: int, end: int) -> Ratios:
    return Ratios(ratios.drawn[begin:end], ratios.expected[begin:end],
                  ratios.state_probability[begin:end])


def as_paid(gross: Floats, total: Floats, ground_up: Floats, paid: Floats) -> None:
    """Put what policies pay (n, n_members) in the place of the gross losses by coverage and in all.

    gross, ground_up (n, n_members, 4) and total (n, n_members, 2) are changed in place. It is split
    by coverage as the location's own terms leave the loss, as ground-up where they leave none
    (ours: a layer pays for all coverages together).
    """
    own, whole = total[:, :, GROSS], total[:, :, GROUND_UP]
    with np.errstate(invalid="ignore", divide="ignore"):
        gross *= np.where(own > 0.0, paid / own, 0.0)[:, :, None]
        gross += ground_up * np.where((own <= 0.0) & (whole > 0.0), paid / whole, 0.0)[:, :, None]
    total[:, :, GROSS] = paid


def contract_rows(book: OedBook, recovered: Floats) -> list[dict[str, object]]:
    """Return what each contract pays: mean, sd and quantiles over the realisations."""
    treaties = book.treaties
    if treaties is None:
        return []
    mean, sd, quantile = statistics(recovered)
    return [{"ReinsNumber": treaties.number[k], "ReinsName": treaties.name[k],
             "ReinsType": treaties.kind[k], "InuringPriority": int(treaties.inuring[k]),
             "currency": treaties.currency[k], "mean": float(mean[k]), "sd": float(sd[k]),
             **{f"q{round(100 * p):02d}": float(quantile[k, q]) for q, p in enumerate(QUANTILES)}}
            for k in range(len(treaties))]
