"""Where terms remember a year: a slot for each annual aggregate and each deductible beside one.

Source: Open Exposure Data 4.0, Deductible and Limit Codes: 1 annual aggregate, 3 a deductible that
does not count towards a maximum annual aggregate deductible, 4 one that applies once such a
maximum is reached; docs/science/terms.md, A year.
"""

from dataclasses import dataclass

import numpy as np

from riskcloud.errors import InputError, Problem
from riskcloud.kernels import annual as kernel
from riskcloud.types import Bools, Floats, Ints
from riskcloud.types.terms import AccountBook, LevelTerms


@dataclass(frozen=True, slots=True)
class Coded:
    """Codes of all terms: location_code and location_wanted (n_levels, n), masks (n_levels,) of
    the locations' levels; of steps (n_steps,) as in ``program.Steps``, policy p's from
    policy_steps[p], account a's from account_steps[a, 0] to account_steps[a, 1].
    """

    accounts: AccountBook
    location_account: Ints
    location_row: Ints
    location_code: Ints
    location_mask: Ints
    location_wanted: Ints
    code: Ints
    mask: Ints
    stage: Ints
    row: Ints
    member_start: Ints
    policy_steps: Ints
    account_steps: Ints


def term_codes(terms: LevelTerms) -> Ints:
    """Return codes (n,) as the kernels take them: of the deductible and of the limit together.

    An annual code only where there is what it is said of.
    """
    code = terms.deductible_code
    given = (terms.deductible > 0.0) | (terms.minimum > 0.0) | (terms.maximum > 0.0)
    annual_limit = (terms.limit_code == 1) & (terms.limit > 0.0)
    return np.asarray(np.where((code == kernel.AGGREGATE) & ~given, 0, code)
                      + kernel.ANNUAL_LIMIT * annual_limit, dtype=np.int64)


def remembers(code: Ints) -> Bools:
    """Return which codes need to know the year so far, or act beside a term that does."""
    kind = code % kernel.ANNUAL_LIMIT
    return np.asarray(np.isin(kind, (kernel.AGGREGATE, kernel.NON_RANKING, kernel.RESIDUAL))
                      | (code >= kernel.ANNUAL_LIMIT))


def nothing_used(n: int) -> Floats:
    """Return what n slots have used at the start of a year; a row at least, for the kernels."""
    return np.zeros((max(n, 1), kernel.N_USED))


def released(follows: Ints, used: Floats) -> Bools:
    """Return which slots hold a residual deductible that acts: its aggregate is used up (n_slots,).

    To be asked before an event: the loss that uses an aggregate up bears no more of it.
    """
    found = np.zeros(max(len(follows), 1), dtype=bool)
    after = np.flatnonzero(follows >= 0)
    found[after] = used[follows[after], kernel.REACHED] > 0.0
    return found


def give_slots(coded: Coded) -> tuple[Ints, Ints, Ints]:
    """Return the slots of locations' levels (n_levels, n; empty without any) and of the steps
    (n_steps,), -1 for none, and for each slot that of the aggregate it follows, -1 for none.

    Raises
    ------
    InputError : a residual deductible (code 4) without an aggregate to follow.
    """
    here = remembers(coded.location_code) & (coded.location_wanted != 0)
    of_step = remembers(coded.code)
    n_here = int(here.sum())
    location_slot = np.zeros((0, 0), dtype=np.int64)
    if n_here:
        location_slot = np.full(here.shape, -1)
        location_slot[here] = np.arange(n_here)
    slot = np.full(len(coded.code), -1)
    slot[of_step] = n_here + np.arange(int(of_step.sum()))
    follows = np.full(n_here + int(of_step.sum()), -1)
    wrong: list[Problem] = []
    if n_here:
        _follow_locations(coded, location_slot, slot, follows, wrong)
    for s in np.flatnonzero(of_step & (coded.code % kernel.ANNUAL_LIMIT == kernel.RESIDUAL)):
        follows[slot[s]] = _aggregate_of(coded, int(s), slot)
        if follows[slot[s]] < 0:
            wrong.append(_lonely(int(coded.row[s])))
    if wrong:
        raise InputError("residual deductibles without an aggregate", sorted(set(wrong)))
    return location_slot, slot, follows


def _lonely(row: int) -> Problem:
    return Problem(row, "", "4", "a residual deductible applies once an annual aggregate is used "
                   "up, and there is none: give one (code 1) to the same location, condition, "
                   "policy or account, or use code 0")


def _is_aggregate(code: Ints) -> Bools:
    return np.asarray(code % kernel.ANNUAL_LIMIT == kernel.AGGREGATE)


def _follow_locations(coded: Coded, location_slot: Ints, slot: Ints, follows: Ints,
                      wrong: list[Problem]) -> None:
    """Find the aggregate of locations' residual deductibles: their own, else their account's."""
    aggregate = _is_aggregate(coded.location_code) & (location_slot >= 0)
    residual = (coded.location_code % kernel.ANNUAL_LIMIT == kernel.RESIDUAL) & (
        location_slot >= 0)
    for level, location in zip(*np.nonzero(residual), strict=True):
        own = np.flatnonzero(aggregate[:, location])
        if len(own):
            own = own[np.argsort(coded.location_mask[own] != coded.location_mask[level],
                                 kind="stable")]
            found = int(location_slot[own[0], location])
        else:
            account = int(coded.location_account[location])
            found = _of_account(coded, account, int(coded.location_mask[level]), slot)
        follows[location_slot[level, location]] = found
        if found < 0:
            wrong.append(_lonely(int(coded.location_row[location])))


def _of_account(coded: Coded, account: int, mask: int, slot: Ints) -> int:
    """Return the slot of an account's aggregate: its only policy's, else its own; -1 for none."""
    policies = np.flatnonzero(coded.accounts.account == account)
    found = -1
    if len(policies) == 1:
        p = int(policies[0])
        found = _first(coded, coded.policy_steps[p:p + 2], mask, slot)
    if found < 0:
        found = _first(coded, coded.account_steps[account], mask, slot)
    return found


def _first(coded: Coded, bounds: Ints, mask: int, slot: Ints) -> int:
    """Return the slot of the first aggregate of a policy's or account's own levels, -1: none.

    One for the same coverages comes before others.
    """
    place = np.arange(int(bounds[0]), int(bounds[1]))
    place = place[_is_aggregate(coded.code[place]) & (coded.member_start[place, 0] < 0)]
    place = place[np.argsort(coded.mask[place] != mask, kind="stable")]
    return int(slot[place[0]]) if len(place) else -1


def _aggregate_of(coded: Coded, s: int, slot: Ints) -> int:
    """Return the slot of the aggregate that a step follows: its group's, policy's, account's."""
    n_policy_steps = int(coded.policy_steps[-1])
    mask = int(coded.mask[s])
    if s >= n_policy_steps:
        account = int(np.searchsorted(coded.account_steps[:, 0], s, side="right")) - 1
        return _first(coded, coded.account_steps[account], mask, slot)
    policy = int(np.searchsorted(coded.policy_steps, s, side="right")) - 1
    begin, end = int(coded.policy_steps[policy]), int(coded.policy_steps[policy + 1])
    if coded.member_start[s, 0] >= 0:
        same = np.arange(begin, end)
        same = same[_is_aggregate(coded.code[same])
                    & (coded.member_start[same] == coded.member_start[s]).all(axis=1)]
        if len(same):
            return int(slot[same[0]])
    found = _first(coded, coded.policy_steps[policy:policy + 2], mask, slot)
    if found < 0:
        account = int(coded.accounts.account[policy])
        found = _first(coded, coded.account_steps[account], mask, slot)
    return found
