"""A book's losses event after event: what those of one year and sample leave to the next.

Source: docs/science/terms.md, A year.
"""

from typing import Any, Final

import numpy as np

from riskcloud.analysis.ground_up import GroundUp
from riskcloud.analysis.terms import Compiled, Losses, Used, event_losses, unused
from riskcloud.types import Floats, Ints
from riskcloud.types.terms import TreatyPeriods

A_YEAR: Final = (365.0, 366.0)
"""Days of a period that is the year of the events (OED's AggPeriod of 365 is one)."""
_NAT: Final = np.datetime64("NaT", "s")


class Years:
    """Events in the order in which they happen, each year and member for itself.

    Events without a year are each the only one of theirs. n_undated: events without a date, where
    the book has dates; n_outside: events at which a policy or location struck was not in force.
    premium: what contracts (n_contracts,) were paid for reinstatements, by year and member.
    """

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self._used: Used | None = None
        self._unit: tuple[int, str] | None = None
        self._period: dict[str, tuple[Ints, Floats]] = {}
        self.n_undated, self.n_outside = 0, 0
        self._members: set[str] = set()
        self.premium: dict[tuple[int, str], Floats] = {}

    def losses(self, ground_up: GroundUp, k: int) -> Losses:
        """Return the losses of event k of a table, and note what it used of its year."""
        rows = slice(int(ground_up.start[k]), int(ground_up.start[k + 1]))
        used, when = self.used_before(ground_up, k)
        found = event_losses(self.compiled, ground_up.location[rows], ground_up.coverage[rows],
                             ground_up.loss[rows], ground_up.part[rows], used=used, when=when)
        if self._unit is not None and found.premium.any():
            self.premium[self._unit] = self.premium.get(self._unit, 0.0) + found.premium
        self.n_outside += found.outside
        return found

    def used_before(self, ground_up: GroundUp, k: int) -> tuple[Used | None, Any]:
        """Return what the earlier events of event k's year have used, and its time (NaT: none).

        What the event itself uses is to be added to it.
        """
        when = _NAT if ground_up.date is None else ground_up.date[k]
        self.n_undated += self.compiled.has_dates and bool(np.isnat(when))
        if ground_up.year is None:
            return None, when
        unit = (int(ground_up.year[k]), str(ground_up.label[k]["member"]))
        self._members.add(unit[1])
        if self._used is None or unit != self._unit:
            self._used, self._unit = unused(self.compiled), unit
        if self.compiled.contracts is not None:
            self._used = Used(self._used.terms, self._of_period(unit, when))
        return self._used, when

    def premium_rows(self) -> list[dict[str, Any]]:
        """Return what each contract was paid for reinstatements, a row a year and contract.

        The mean over the members seen, where the table has several.
        """
        treaties = self.compiled.book.treaties
        if treaties is None:
            return []
        found: dict[tuple[int, int], float] = {}
        for (year, _), premium in self.premium.items():
            for k in np.flatnonzero(premium):
                found[year, int(k)] = found.get((year, int(k)), 0.0) + float(premium[k])
        return [{"year": year, "ReinsNumber": treaties.number[k], "currency": treaties.currency[k],
                 "premium": value / max(len(self._members), 1)}
                for (year, k), value in sorted(found.items())]

    def notes(self) -> list[str]:
        """Return what was assumed of events and dates."""
        found = []
        if self.n_outside:
            found.append(f"{self.n_outside} event(s) struck policies or locations that were not in "
                         "force on their day: these pay nothing")
        if self.n_undated:
            found.append(f"{self.n_undated} event(s) without a date: whatever the dates of "
                         "policies, locations and contracts, they are covered")
        return found

    def _of_period(self, unit: tuple[int, str], when: Any) -> Floats:
        """Return what contracts have used of the period that the event is in (n_contracts, 2)."""
        treaties = self.compiled.book.treaties
        assert treaties is not None
        key = period_keys(treaties.periods, len(treaties), unit[0], when)
        was, used = self._period.get(unit[1], (key, unused(self.compiled).contracts))
        used[was != key] = 0.0
        self._period[unit[1]] = key, used
        return used


def period_keys(periods: TreatyPeriods | None, n: int, year: int, when: Any) -> Ints:
    """Return numbers (n,) that differ where the periods of contracts do.

    A period of a year is that of the events. Others count from the contract's inception where it
    and the event have dates; else whole years from year 1, and parts of a year from its 1 January.
    """
    key = np.full(n, year, dtype=np.int64)
    if periods is None:
        return key
    odd = ~np.isin(periods.days, A_YEAR)
    if not odd.any():
        return key
    key[odd] = (year - 1) // np.maximum(np.round(periods.days[odd] / A_YEAR[0]), 1.0)
    if np.isnat(when):
        return key
    new_year = when.astype("datetime64[Y]").astype("datetime64[s]")
    begin = periods.dates.inception
    counted = odd & (~np.isnat(begin) | (periods.days < A_YEAR[0]))
    since = when - np.where(np.isnat(begin), new_year, begin)
    within = since[counted] // (periods.days[counted] * 86400).astype("timedelta64[s]")
    own = np.isnat(begin[counted])
    key[counted] = within + np.where(own, 1000 * year, 0)
    return key
