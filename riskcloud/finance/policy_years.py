"""Where the year of an annual term begins: with its policy, where the file says when that is.

Aggregates of a policy are of its period (in Chinese wordings: accumulated limit of the period of
insurance, from memory); docs/science/terms.md, A year.
"""

from typing import Any

import numpy as np

from riskcloud.finance.program import Program
from riskcloud.types import Ints, Times
from riskcloud.types.terms import AccountBook

NO_TIME = np.datetime64("NaT", "s")


def slot_inceptions(program: Program, accounts: AccountBook) -> Times | None:
    """Return when the first year of each slot (n_slots,) begins; None: all years are calendar's.

    NaT where the year is that of the events: nothing is said, 1 January, or, for terms of locations
    and accounts, policies whose years begin on different days.
    """
    n = len(program.follows)
    if accounts.dates is None or not n:
        return None
    policy = accounts.dates.inception
    account = _common(policy, accounts.account, accounts.n_accounts)
    found = np.full(n, NO_TIME)
    if program.location_slot.size:
        level, location = np.nonzero(program.location_slot >= 0)
        found[program.location_slot[level, location]] = account[program.account[location]]
    slot = program.steps.slot
    step = np.flatnonzero(slot >= 0)
    of_policy = step[step < program.policy_steps[-1]]
    found[slot[of_policy]] = policy[
        np.searchsorted(program.policy_steps, of_policy, side="right") - 1]
    of_account = step[step >= program.policy_steps[-1]]
    found[slot[of_account]] = account[
        np.searchsorted(program.account_steps[:, 0], of_account, side="right") - 1]
    if program.erosion is not None:
        for own, owner in ((program.erosion.policy_slot, np.arange(len(policy))),
                           (program.erosion.pair_slot, program.pair_policy)):
            found[own[own >= 0]] = policy[owner[own >= 0]]
    found[found == found.astype("datetime64[Y]")] = NO_TIME
    return None if np.isnat(found).all() else found


def _common(inception: Times, owner: Ints, n: int) -> Times:
    """Return the first inception (n,) of each account whose policies all begin on one day of the
    year, NaT for the others.
    """
    found = np.full(n, NO_TIME)
    day = _day(inception)
    order = np.lexsort((inception, owner))[::-1]
    found[owner[order]] = inception[order]  # the earliest comes last and stays; NaT sorts last
    other = np.isnat(inception) | (day != _day(found)[owner])
    found[owner[other]] = NO_TIME
    return found


def _day(time: Times) -> Ints:
    """Return a number that differs where days of the year do, 29 February one of its own."""
    month = time.astype("datetime64[M]")
    year = month.astype("datetime64[Y]").astype("datetime64[M]")
    return np.asarray((month - year).astype(np.int64) * 32
                      + (time.astype("datetime64[D]") - month.astype("datetime64[D]")).astype(
                          np.int64))


def anniversaries(begin: Times, when: Any) -> Ints:
    """Return how many whole years (n,) lie between each inception and a time."""
    def year_and_rest(time: Any) -> tuple[Ints, Any]:
        month = time.astype("datetime64[M]")
        years = month.astype("datetime64[Y]").astype(np.int64)
        return years, (month.astype(np.int64) - 12 * years) * 3_000_000 + (
            time - month.astype("datetime64[s]")).astype(np.int64)

    (first, rest), (now, rest_now) = year_and_rest(begin), year_and_rest(when)
    return np.asarray(now - first - (rest_now < rest))


def is_calendar(year: int, when: Any) -> bool:
    """Return whether a time is of the calendar year of that number: not one that is simulated."""
    return not np.isnat(when) and int(when.astype("datetime64[Y]").astype(int)) + 1970 == year


def slot_keys(begin: Times, year: int, when: Any) -> Ints:
    """Return numbers (n_slots,) that differ where the years of annual terms do."""
    key = np.full(len(begin), year, dtype=np.int64)
    if is_calendar(year, when):
        own = ~np.isnat(begin)
        key[own] = anniversaries(begin[own], when)
    return key
