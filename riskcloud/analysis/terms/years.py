"""What the events of one year and sample leave to those after them.

Source: docs/science/terms.md, A year.
"""

from typing import Any, Final

import numpy as np

from riskcloud.analysis.terms.book import Compiled, Used, unused
from riskcloud.types import Bools, Floats, Ints
from riskcloud.types.terms import TreatyPeriods

A_YEAR: Final = (365.0, 366.0)
"""Days of a period that is the year of the events (OED's AggPeriod of 365 is one)."""


def longer_than_a_year(compiled: Compiled) -> bool:
    """Return whether a contract's period is no part of one year of events."""
    treaties = compiled.book.treaties
    if treaties is None or treaties.periods is None:
        return False
    return bool((_odd(treaties.periods) & _needs_more(treaties.periods)).any())


def _odd(periods: TreatyPeriods) -> Bools:
    return np.asarray(~np.isin(periods.days, A_YEAR))


def _needs_more(periods: TreatyPeriods) -> Bools:
    return np.asarray((periods.days > A_YEAR[0]) | ~np.isnat(periods.dates.inception))


class Years:
    """Events in the order in which they happen; each member for itself.

    ``begin`` says which year and member the next events are of; ``used`` is asked before each.
    Terms forget with the year, contracts with their period, which may be longer.
    """

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self._terms: Used | None = None
        self._year, self._member = 0, 0
        self._period: dict[int, tuple[Ints, Floats]] = {}

    def begin(self, year: int | None, member: int = 0) -> None:
        """Begin a year of a member; None: the next events are each the only one of its year."""
        self._year, self._member = year or 0, member
        self._terms = None if year is None else unused(self._compiled)

    def used(self, when: Any) -> Used | None:
        """Return what earlier events have used, for an event at a time (NaT: none) to add to."""
        treaties = self._compiled.book.treaties
        if self._terms is None or treaties is None:
            return self._terms
        key = period_keys(treaties.periods, len(treaties), self._year, when)
        was, used = self._period.get(self._member, (key, unused(self._compiled).contracts))
        used[was != key] = 0.0
        self._period[self._member] = key, used
        return Used(self._terms.terms, used)


def period_keys(periods: TreatyPeriods | None, n: int, year: int, when: Any) -> Ints:
    """Return numbers (n,) that differ where the periods of contracts do.

    A period of a year is that of the events. Others count from the contract's inception where it
    and the event have dates; else whole years from year 1, and parts of a year from its 1 January.
    """
    key = np.full(n, year, dtype=np.int64)
    if periods is None:
        return key
    odd = _odd(periods)
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
    key[counted] = within + np.where(np.isnat(begin[counted]), 1000 * year, 0)
    return key
