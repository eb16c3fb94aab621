"""What the events of one year and sample leave to those after them.

Source: docs/science/terms.md, A year.
"""

from typing import Any, Final

import numpy as np

from riskcloud.analysis.terms.book import Compiled, Used, unused
from riskcloud.types import Bools, Floats, Ints
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
    is_calendar = int(when.astype("datetime64[Y]").astype(int)) + 1970 == year
    begin, parts = periods.dates.inception, periods.days < A_YEAR[0]
    new_year = when.astype("datetime64[Y]").astype("datetime64[s]")
    counted = odd & (parts | (~np.isnat(begin) & is_calendar))
    since = when - np.where(np.isnat(begin), new_year, begin)
    within = since[counted] // (periods.days[counted] * 86400).astype("timedelta64[s]")
    own = ~np.isnat(begin[counted]) & is_calendar
    key[counted] = within + np.where(own, 0, 1000 * year)
    if is_calendar:
        own = _of_contract(periods)
        key[own] = _anniversaries(begin[own], when)
        key[own & periods.attaching & _within_a_year(periods.dates)] = 0
    return key


def _anniversaries(begin: Any, when: Any) -> Ints:
    """Return how many whole years (n,) lie between each inception and a time."""
    def year_and_rest(time: Any) -> tuple[Ints, Any]:
        month = time.astype("datetime64[M]")
        years = month.astype("datetime64[Y]").astype(np.int64)
        return years, (month.astype(np.int64) - 12 * years) * 3_000_000 + (
            time - month.astype("datetime64[s]")).astype(np.int64)

    (first, rest), (now, rest_now) = year_and_rest(begin), year_and_rest(when)
    return np.asarray(now - first - (rest_now < rest))


def _within_a_year(dates: Dates) -> Bools:
    """Return which dates span no more than a year (an open end is more)."""
    return np.asarray(dates.expiry - dates.inception <= np.timedelta64(366 * 86400, "s"))
