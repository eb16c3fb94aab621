"""What the events of one year and sample leave to those after them.

Source: docs/science/terms.md, A year.
"""

from typing import Any, Final

import numpy as np

from riskcloud.analysis.terms.book import Compiled, Used, unused
from riskcloud.finance.policy_years import anniversaries, is_calendar, slot_keys
from riskcloud.types import Bools, Floats, Ints, Times
from riskcloud.types.terms import Dates, TreatyPeriods

A_YEAR: Final = (365.0, 366.0)
"""Days of a period that is the year of the events (OED's AggPeriod of 365 is one)."""


def longer_than_a_year(compiled: Compiled) -> bool:
    """Return whether a contract's period is no part of one year of events."""
    treaties = compiled.book.treaties
    if treaties is None or treaties.periods is None:
        return False
    periods = treaties.periods
    return bool((_odd(periods) & _needs_more(periods)).any() or _of_contract(periods).any())


def _odd(periods: TreatyPeriods) -> Bools:
    return np.asarray(~np.isin(periods.days, A_YEAR))


def _needs_more(periods: TreatyPeriods) -> Bools:
    return np.asarray((periods.days > A_YEAR[0]) | ~np.isnat(periods.dates.inception))


def _of_contract(periods: TreatyPeriods) -> Bools:
    """Return which contracts have a year of their own: by their dates, not begun on 1 January, or
    for all losses of the policies that attach.
    """
    begin = periods.dates.inception
    new_year = begin == begin.astype("datetime64[Y]")
    return np.asarray(periods.by_date & ~_odd(periods) & ~np.isnat(begin)
                      & (~new_year | periods.attaching))


class Years:
    """Events in the order in which they happen; each member for itself.

    ``begin`` says which year and member the next events are of; ``used`` is asked before each.
    Terms forget with the year (inceptions: of each slot, where it is that of the policy), contracts
    with their period, which may be longer.
    """

    def __init__(self, compiled: Compiled, inceptions: Times | None = None) -> None:
        self._compiled, self._inceptions = compiled, inceptions
        self._terms: Used | None = None
        self._year, self._member = 0, 0
        self._period: dict[int, tuple[Ints, Floats]] = {}
        self._key: Ints | None = None
        self._left: dict[int, tuple[Ints, Ints, Floats]] = {}

    def begin(self, year: int | None, member: int = 0) -> None:
        """Begin a year of a member; None: the next events are each the only one of its year."""
        if self._terms is not None and self._key is not None:
            slot = np.flatnonzero(self._terms.terms[:len(self._key)].any(axis=1))
            self._left[self._member] = slot, self._key[slot], self._terms.terms[slot]
        self._year, self._member, self._key = year or 0, member, None
        self._terms = None if year is None else unused(self._compiled)

    def used(self, when: Any) -> Used | None:
        """Return what earlier events have used, for an event at a time (NaT: none) to add to."""
        treaties = self._compiled.book.treaties
        if self._terms is not None and self._inceptions is not None and not np.isnat(when):
            self._renew(slot_keys(self._inceptions, self._year, when), self._terms.terms)
        if self._terms is None or treaties is None:
            return self._terms
        key = period_keys(treaties.periods, len(treaties), self._year, when)
        was, used = self._period.get(self._member, (key, unused(self._compiled).contracts))
        used[was != key] = 0.0
        self._period[self._member] = key, used
        return Used(self._terms.terms, used)

    def _renew(self, key: Ints, used: Floats) -> None:
        """Let terms forget whose year has ended; at the first date of a year of events remember
        what the year before left of a year that goes on.
        """
        if self._key is None:
            if self._member in self._left:
                slot, was, left = self._left.pop(self._member)
                goes_on = key[slot] == was
                used[slot[goes_on]] += left[goes_on]
        else:
            used[:len(key)][key != self._key] = 0.0
        self._key = key


def period_keys(periods: TreatyPeriods | None, n: int, year: int, when: Any) -> Ints:
    """Return numbers (n,) that differ where the periods of contracts do.

    A period of a year is that of the events, of a contract by its dates its own. Others count from
    the contract's inception where it and the event have dates; else whole years from year 1, and
    parts of a year from its 1 January. The date of a simulated year (not of the calendar year
    that the event is of) only says where in the year the event stands.
    """
    key = np.full(n, year, dtype=np.int64)
    if periods is None:
        return key
    odd = _odd(periods)
    key[odd] = (year - 1) // np.maximum(np.round(periods.days[odd] / A_YEAR[0]), 1.0)
    if np.isnat(when):
        return key
    dated = is_calendar(year, when)
    begin, parts = periods.dates.inception, periods.days < A_YEAR[0]
    new_year = when.astype("datetime64[Y]").astype("datetime64[s]")
    counted = odd & (parts | (~np.isnat(begin) & dated))
    since = when - np.where(np.isnat(begin), new_year, begin)
    within = since[counted] // (periods.days[counted] * 86400).astype("timedelta64[s]")
    own = ~np.isnat(begin[counted]) & dated
    key[counted] = within + np.where(own, 0, 1000 * year)
    if dated:
        own = _of_contract(periods)
        key[own] = anniversaries(begin[own], when)
        key[own & periods.attaching & _within_a_year(periods.dates)] = 0
    return key


def _within_a_year(dates: Dates) -> Bools:
    """Return which dates span no more than a year (an open end is more)."""
    return np.asarray(dates.expiry - dates.inception <= np.timedelta64(366 * 86400, "s"))
