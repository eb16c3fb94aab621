"""Gross and net of an event set by a book's policies and treaties, sample by sample."""

from copy import copy
from typing import TYPE_CHECKING, Final

import numpy as np

from riskcloud.analysis.risk.perils import STORM, Kind
from riskcloud.analysis.risk.units import add_units, damaged_rows, separable
from riskcloud.analysis.risk.years import SimulatedYears, notes_of
from riskcloud.analysis.terms.book import Compiled, Used, compile_book, event_perils
from riskcloud.analysis.terms.book_locations import book_places
from riskcloud.analysis.threads import threads_for
from riskcloud.errors import InputError, Problem
from riskcloud.finance.policies import event_rows, gross_losses
from riskcloud.finance.reached import reached_by, scope_of
from riskcloud.finance.sums import summed
from riskcloud.types import Floats, Ints
from riskcloud.types.terms import OedBook

if TYPE_CHECKING:
    from riskcloud.analysis.risk.run import Risk
    from riskcloud.analysis.risk.stages import Rows

_ENOUGH: Final = 1 << 15
"""Rows worth a second thread (ours)."""


class BookStages:
    """Ground-up, gross by policies, and net where there are treaties (see ``risk.Stages``).

    Amounts are in the book's currencies: those of the accounts, or the one of its rates.
    """

    def __init__(self, book: OedBook, risk: "Risk", kind: str = STORM) -> None:
        self._kind: Kind = risk.kinds[kind]
        bits = tuple(event_perils(code) for code in self._kind.codes)
        self._compiled: Compiled = compile_book(book, None, parts=bits)
        self._location = match_locations(book, risk)
        self.names: tuple[str, ...] = ("ground_up", "gross") if book.treaties is None else (
            "ground_up", "gross", "net")
        words = np.array([word.strip().upper() for word in book.currency.word.to_pylist()])
        of_location = words[book.currency.code[book.locations.account]]
        self.currencies, group = np.unique(of_location, return_inverse=True)
        self._group = np.asarray(group, np.int64)
        contracts = self._compiled.contracts
        self._scope = None if contracts is None else scope_of(contracts)
        self._year, self._risk = risk.all_events.year, risk
        self.years = self._new_years("")

    def _year_of_kind(self) -> Ints:
        first = self._risk.all_events.first
        begin = first[self._kind.name]
        later = [other for other in first.values() if other > begin]
        return self._year[begin:min(later, default=len(self._year))]

    @property
    def compiled(self) -> Compiled:
        """Return the book made ready."""
        return self._compiled

    def notes(self) -> list[str]:
        """Return what is assumed of terms that remember the year."""
        return notes_of(self._compiled, len(self._risk.kinds))

    def begin(self) -> None:
        """Begin a run: nothing of any year is used."""
        self.years.begin()

    def again(self, variant: str) -> "BookStages":
        """Return the same book with years of its own, shared by the kinds of event alone."""
        found = copy(self)
        found.years = self._new_years(variant)
        return found

    def _new_years(self, variant: str) -> SimulatedYears:
        risk = self._risk
        shared = None if len(risk.kinds) == 1 else risk.used_of_years.setdefault(variant, {})
        return SimulatedYears(self._compiled, self._year_of_kind(), risk.request.samples, shared)

    def losses(self, event: Ints, hits: "Rows", ratio: Floats, n_groups: int,
               ) -> tuple[Floats, Floats]:
        """Return losses and means, see ``risk.Stages``."""
        out = np.zeros((len(event) - 1, len(self.names), n_groups, ratio.shape[1]))
        mean = np.zeros((len(ratio), len(self.names)))
        if separable(self._compiled):
            of_event = np.repeat(np.arange(len(event) - 1), np.diff(event))
            for units in damaged_rows(self._compiled, self._kind.coverages,
                                      self._location[hits.location], hits.part, of_event, ratio):
                group = self._group[units.location] * len(self._kind.codes) + units.part
                add_units(self._compiled, self._scope, units, group, out, mean)
            return out, mean
        for e in range(len(event) - 1):
            here = slice(int(event[e]), int(event[e + 1]))
            if here.stop > here.start and ratio[here].any():
                used = None if not self.years.remembers else self.years.used(
                    int(self._year[hits.event[e]]))
                mean[here] = self._of_event(hits.location[here], hits.part[here], ratio[here],
                                            out[e], used)
        self.years.keep()
        return out, mean

    def _of_event(self, place: Ints, part: Ints, ratio: Floats, out: Floats,
                  used: list[Used] | None) -> Floats:
        """Write an event's losses (n_stages, n_groups, n_members); return its rows' means.

        used : by member, what earlier events of the year have used.
        """
        program, n_parts = self._compiled.program, len(self._kind.codes)
        struck = np.flatnonzero(ratio.any(axis=1))
        location = self._location[place[struck]]
        order = np.lexsort((part[struck], program.local[location], program.account[location]))
        struck, location = struck[order], location[order]
        rows = event_rows(program, location, part[struck])
        tiv, n_groups = program.tiv[location] * self._kind.coverages, out.shape[1]
        reached = None if self._scope is None else reached_by(self._scope, program, rows)
        mean = np.zeros((len(location), len(self.names)))
        group = self._group[location] * n_parts + part[struck]
        of_row = group[rows.out_row]
        with threads_for(len(location), _ENOUGH):
            for m in range(ratio.shape[1]):
                loss = ratio[struck, m, None] * tiv
                if not loss.any():
                    continue
                before = None if used is None else used[m]
                paid = gross_losses(program, rows, loss,
                                    None if before is None else before.terms).paid
                stages = [(group, loss.sum(axis=1)), (of_row, paid)]
                mean[:, 0] += stages[0][1]
                mean[:, 1] += summed(rows.out_row, paid, len(location))
                if reached is not None:
                    net = reached.net(paid, None if before is None else before.contracts)
                    self.years.premium += net.premium / ratio.shape[1]
                    stages.append((of_row, net.net))
                    mean[:, 2] += summed(rows.out_row, net.net, len(location))
                for k, (of, amount) in enumerate(stages):
                    out[k, :, m] = summed(of, amount, n_groups)
        found = np.zeros((len(place), len(self.names)))
        found[struck] = mean / ratio.shape[1]
        return found


def match_locations(book: OedBook, risk: "Risk") -> Ints:
    """Return the place in the book of each location of a portfolio (n_locations,).

    Raises
    ------
    InputError : locations of the portfolio that the book has not.
    """
    table = risk.table
    found = book_places(book, table)
    missing = np.flatnonzero(found < 0)
    if len(missing):
        raise InputError(
            f"{len(missing)} location(s) of the portfolio are not among the book's", [
                Problem(int(risk.row[k]) + 2, "LocNumber", str(table["loc_id"].iloc[k]),
                        "with --account the portfolio is the OED location file: PortNumber, "
                        "AccNumber and LocNumber must name an account of the account file")
                for k in missing])
    return found
