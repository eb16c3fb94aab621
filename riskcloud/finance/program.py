"""A book's terms as the arrays that the kernels walk: location, conditions, policy, layer, account.

Source: Open Exposure Data 4.0, Financial details (order of the levels; conditions by priority after
the location's terms and before the policy's); docs/science/terms.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError, Problem
from riskcloud.finance.annual import Coded, give_slots, term_codes
from riskcloud.finance.averaging import Averaging, compile_averaging, sums_insured
from riskcloud.finance.clauses import GROUP_KINDS, Level, clause_levels, clause_steps, our_share
from riskcloud.finance.erosion import Erosion, compile_erosion, n_slots
from riskcloud.finance.payout_steps import payout_steps
from riskcloud.kernels import levels as kernel
from riskcloud.types import Bools, Floats, Ints
from riskcloud.types.terms import (
    LEVEL_MASK,
    AccountBook,
    Clauses,
    LevelTerms,
    LocationBook,
    TermRows,
)

STAGES = ("restriction", "condition", *GROUP_KINDS, "policy", "uncovered", "step_function",
          "account")
_CONDITION, _CLAUSES, _POLICY, _UNCOVERED, _ACCOUNT = 1, 2, 4, 5, 7
"""What a step belongs to, in order of action, and places among them."""
DAYS_A_YEAR = 365.0
"""BITIV is an amount a year; waiting and indemnity periods are days (OED)."""
BI = 3


@dataclass(frozen=True, slots=True)
class Steps:
    """Terms in the order in which they act; see ``kernels.accounts.at_accounts``.

    stage (n_steps,): position in STAGES; row: of the account file (or the table of clauses), 0
    where a step has none. slot: where a term remembers the year, -1 for none (``finance.annual``).
    """

    kind: Ints
    mask: Ints
    wanted: Ints
    term: Floats
    code: Ints
    slot: Ints
    member_start: Ints
    member: Ints
    amounts: Floats
    shares: Floats
    stage: Ints
    row: Ints


@dataclass(frozen=True, slots=True)
class Program:
    """Everything the kernels need for the perils of an event.

    parts (n_parts,): bits of the perils that the event tells apart, one part where it has a single
    loss; event: all of them. Arrays of locations and policies as in the kernels; those named
    location_... (n_levels, n ...) are the locations' terms, the last of them those of clauses with
    their rows in clause_rows; average: what comes before. ``location`` lists locations by
    account, ``local`` is the place of each in its account. A pair is a policy and a location of its
    account, pair_start[account] + place of the policy x locations + local; pair_policy and
    pair_location (n_pairs,). A cell is a pair and a part: pair x n_parts + part. follows (n_slots,)
    and the slots: see ``levels.at_locations_of_year``.
    """

    parts: tuple[int, ...]
    event: int
    tiv: Floats
    perils: Ints
    location_wanted: Ints
    location_mask: Ints
    location_terms: Floats
    location_code: Ints
    location_slot: Ints
    participation: Floats
    account: Ints
    location_start: Ints
    location: Ints
    local: Ints
    policy_start: Ints
    pair_start: Ints
    covered: Ints
    attachment: Floats
    limit: Floats
    share: Floats
    account_share: Floats
    policy_steps: Ints
    account_steps: Ints
    steps: Steps
    track: bool
    pair_policy: Ints
    pair_location: Ints
    clause_rows: Ints
    average: Averaging | None
    follows: Ints
    erosion: Erosion | None


def term_rows(terms: LevelTerms) -> Floats:
    """Return terms (n, 8) as the kernels take them: by kind of amount, none as 0 or inf."""
    out = np.zeros((len(terms.deductible), 8))
    for kind, column in ((0, kernel.DEDUCTIBLE), (1, kernel.OF_LOSS), (2, kernel.OF_TIV)):
        out[:, column] = np.where(terms.deductible_type == kind, terms.deductible, 0.0)
    out[:, kernel.MINIMUM] = terms.minimum
    out[:, kernel.MAXIMUM] = np.where(terms.maximum > 0.0, terms.maximum, np.inf)
    for kind, column in ((0, kernel.LIMIT), (1, kernel.LIMIT_OF_LOSS), (2, kernel.LIMIT_OF_TIV)):
        given = (terms.limit_type == kind) & (terms.limit > 0.0)
        out[:, column] = np.where(given, terms.limit, np.inf)
    return out


def has_terms(terms: LevelTerms) -> Bools:
    """Return where a level has any term (n,)."""
    return np.asarray((terms.deductible > 0.0) | (terms.minimum > 0.0) | (terms.maximum > 0.0)
                      | (terms.limit > 0.0))


def compile_program(locations: LocationBook, accounts: AccountBook, parts: tuple[int, ...],
                    clauses: Clauses | None = None) -> Program:
    """Return the program of a book for an event with the perils ``parts`` (see ``Program``).

    Raises
    ------
    InputError : terms of one location, policy, condition or account that differ by peril within one
        part: which of them applies is not known.
    """
    event = 0
    for part in parts:
        event |= part
    order = np.argsort(locations.account, kind="stable")
    start = _starts(locations.account, accounts.n_accounts)
    local = np.empty(len(order), dtype=np.int64)
    local[order] = np.arange(len(order)) - start[locations.account[order]]
    policy_start = _starts(accounts.account, accounts.n_accounts)
    n_loc, n_pol = np.diff(start), np.diff(policy_start)
    pair_start = np.concatenate([[0], np.cumsum(n_loc * n_pol)])
    extra = list(clause_levels(clauses, len(locations), event))
    wanted, mask, terms, code = _location_levels(locations, parts, extra)
    steps, policy_steps, account_steps = _steps(locations, accounts, parts, local, start, clauses)
    ours = our_share(clauses, len(accounts.account))
    location_slot, slot, follows = give_slots(Coded(
        accounts, locations.account, locations.row, code, mask, wanted, steps.code, steps.mask,
        steps.stage, steps.row, steps.member_start, policy_steps, account_steps))
    share = np.empty(0) if locations.participation is None else locations.participation
    own_share = accounts.share if ours is None else accounts.share * ours
    pair_policy = np.repeat(np.arange(len(accounts.account)), n_loc[accounts.account])
    first = np.concatenate([[0], np.cumsum(n_loc[accounts.account])[:-1]])
    within = np.arange(len(pair_policy)) - first[pair_policy]
    pair_location = order[start[accounts.account[pair_policy]] + within]
    averaging = compile_averaging(locations, clauses, parts, accounts.n_accounts)
    erosion = compile_erosion(clauses, accounts, (pair_policy, pair_location),
                              sums_insured(averaging, clauses, locations.tiv), own_share,
                              len(follows))
    track = any(bool((level.minimum > 0.0).any() or (level.maximum > 0.0).any())
                for rows in (locations.terms, accounts.policy_terms, accounts.conditions,
                             accounts.account_terms) for level in rows.levels.values())
    return Program(
        parts, event, np.ascontiguousarray(locations.tiv), locations.perils, wanted, mask, terms,
        code, location_slot, share, locations.account, start, order, local, policy_start,
        pair_start, accounts.perils, accounts.attachment,
        np.where(accounts.limit > 0.0, accounts.limit, np.inf),
        own_share, accounts.account_share, policy_steps, account_steps,
        replace(steps, slot=slot), track, pair_policy, pair_location,
        np.array([level[4] for level in extra], dtype=np.int64).reshape(len(extra), len(locations)),
        averaging, np.append(follows, np.full(n_slots(erosion), -1)), erosion)


def _starts(owner: Ints, n: int) -> Ints:
    return np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=n))])


def location_rows(locations: LocationBook, parts: tuple[int, ...]) -> list[Ints]:
    """Return rows of terms (n,), -1 for none: every location's first, its second ..."""
    terms = locations.terms
    own = terms.perils & locations.perils[terms.owner]
    acts = np.zeros(len(terms), dtype=bool)
    for part in parts:
        here = np.flatnonzero((own & part) != 0)
        _check_one(terms, here, np.zeros(len(here), dtype=np.int64))
        acts[here] = True
    rows, found = np.flatnonzero(acts), []
    while len(rows):
        chosen = np.full(len(locations), -1)
        chosen[terms.owner[rows[::-1]]] = rows[::-1]
        found.append(chosen)
        rows = rows[chosen[terms.owner[rows]] != rows]
    return found


def _location_levels(locations: LocationBook, parts: tuple[int, ...], extra: Sequence[Level],
                     ) -> tuple[Ints, Ints, Floats, Ints]:
    """Return wanted (n_levels, n), masks, terms (n_levels, n, 8), codes of locations' levels.

    extra : levels of clauses, behind the locations' own.
    """
    n = len(locations)
    wanted, masks, found, codes = [], [], [], []
    waiting, indemnity = locations.bi_waiting_days, locations.bi_indemnity_days
    if waiting is not None or indemnity is not None:
        a_day = locations.tiv[:, BI] / DAYS_A_YEAR
        zero, none = np.zeros(n), np.zeros(n, dtype=np.int64)
        found.append(term_rows(LevelTerms(
            zero if waiting is None else waiting * a_day, none, none, zero, zero,
            zero if indemnity is None else indemnity * a_day, none, none)))
        wanted.append(locations.perils)
        masks.append(LEVEL_MASK[BI])
        codes.append(none)
    for rows in location_rows(locations, parts):
        chosen = np.maximum(rows, 0)
        for k, level in sorted(locations.terms.levels.items()):
            own = level.take(chosen)
            wanted.append(np.where(rows >= 0, locations.terms.perils[chosen], 0))
            masks.append(LEVEL_MASK[k])
            found.append(term_rows(own))
            codes.append(term_codes(own))
    for want, mask, terms, code, _ in extra:
        wanted.append(want)
        masks.append(mask)
        found.append(terms)
        codes.append(code)
    shape = (len(masks), n)
    return (np.array(wanted, np.int64).reshape(shape), np.array(masks, np.int64),
            np.array(found).reshape(*shape, 8), np.array(codes, np.int64).reshape(shape))


def _steps(locations: LocationBook, accounts: AccountBook, parts: tuple[int, ...], local: Ints,
           start: Ints, clauses: Clauses | None) -> tuple[Steps, Ints, Ints]:
    """Return all steps, policies' first (by policy, then in order of action), then accounts'."""
    members, member = _tagged(locations, accounts, local)
    blocks, block_range, block_member = _restrictions(accounts, members, member, start)
    found = [blocks]
    found += _of_levels(accounts.conditions, parts, stage=_CONDITION, priority=accounts.priority,
                        member_start=members, condition=accounts.condition_tag)
    of_clauses, clause_member = clause_steps(
        clauses, local, int(np.bitwise_or.reduce(parts)), _CLAUSES,
        len(member) + len(block_member), blocks[:0])
    found.append(of_clauses)
    found += _of_levels(accounts.policy_terms, parts, stage=_POLICY)
    amounts, shares = np.zeros((0, 8)), np.zeros((0, 11))
    if accounts.payouts is not None:
        payouts, amounts, shares = payout_steps(accounts.payouts, _UNCOVERED, blocks[:0])
        found.append(payouts)
    policy = np.concatenate(found)
    policy = policy[np.lexsort((policy["level"], policy["priority"], policy["stage"],
                                policy["owner"]))]
    own = np.concatenate([*_of_levels(accounts.account_terms, parts, stage=_ACCOUNT), policy[:0]])
    own = own[np.lexsort((own["level"], own["owner"]))]
    every = np.concatenate([policy, own])
    is_block = every["stage"] == 0
    every["members"][is_block] = block_range[every["level"][is_block]] + len(member)
    policy_steps = _starts(policy["owner"], len(accounts.account))
    behind = len(policy) + _starts(own["owner"], accounts.n_accounts)
    return (Steps(every["kind"].copy(), every["mask"].copy(), every["wanted"].copy(),
                  every["term"].copy(), every["code"].copy(), np.full(len(every), -1),
                  every["members"].copy(),
                  np.concatenate([member, block_member, clause_member]), amounts, shares,
                  every["stage"].copy(), every["row"].copy()),
            policy_steps, np.column_stack([behind[:-1], behind[1:]]))


_STEP = np.dtype([("owner", "i8"), ("stage", "i8"), ("priority", "i8"), ("level", "i8"),
                  ("kind", "i8"), ("mask", "i8"), ("wanted", "i8"), ("term", "f8", 8),
                  ("code", "i8"), ("members", "i8", 2), ("row", "i8")])


def _of_levels(rows: TermRows, parts: tuple[int, ...], *, stage: int, priority: Ints | None = None,
               member_start: Ints | None = None, condition: Ints | None = None,
               ) -> list[npt.NDArray[Any]]:
    """Return the steps of terms at each of their levels, those of the event's perils alone."""
    found = []
    for k, terms in rows.levels.items():
        acts = np.zeros(len(rows), dtype=bool)
        for part in parts:
            here = np.flatnonzero(has_terms(terms) & ((rows.perils & part) != 0))
            _check_one(rows, here, np.zeros(len(here), dtype=np.int64) if condition is None
                       else condition[here])
            acts[here] = True
        place = np.flatnonzero(acts)
        step = np.zeros(len(place), dtype=_STEP)
        step["owner"], step["stage"], step["level"] = rows.owner[place], stage, k
        step["kind"], step["mask"] = kernel.TERM, LEVEL_MASK[k]
        step["wanted"], step["row"] = rows.perils[place], rows.row[place]
        step["term"], step["code"] = term_rows(terms.take(place)), term_codes(terms.take(place))
        step["priority"] = 0 if priority is None else priority[place]
        step["members"] = -1 if member_start is None else member_start[place]
        found.append(step)
    return found


def _check_one(rows: TermRows, place: Ints, same: Ints) -> None:
    """Raise InputError where two rows of terms of one owner could both act on the event."""
    order = np.lexsort((same, rows.owner[place]))
    owner, tag = rows.owner[place][order], same[order]
    twice = np.flatnonzero((owner[1:] == owner[:-1]) & (tag[1:] == tag[:-1]))
    if len(twice):
        found = sorted({int(rows.row[place[order[i + 1]]]) for i in twice})
        raise InputError("terms differ by peril", [Problem(
            row, "", "", "an earlier row has other terms for another peril: say with --peril "
            "which one strikes") for row in found])


def _tagged(locations: LocationBook, accounts: AccountBook,
            local: Ints) -> tuple[Ints, Ints]:
    """Return where the members of each condition stand (n_conditions, 2), and the members.

    A member is a location's place among its account's.
    """
    width = int(max(locations.tag.max(initial=0), accounts.condition_tag.max(initial=0))) + 1
    key = locations.account[locations.tag_of] * width + locations.tag
    by_key = np.lexsort((local[locations.tag_of], key))
    wanted = accounts.account[accounts.conditions.owner] * width + accounts.condition_tag
    ends = [np.searchsorted(key[by_key], wanted, side=side) for side in ("left", "right")]
    return np.column_stack(ends).astype(np.int64), local[locations.tag_of][by_key]


def _restrictions(accounts: AccountBook, members: Ints, member: Ints,
                  start: Ints) -> tuple[npt.NDArray[Any], Ints, Ints]:
    """Return steps that take away what a policy restricted to its conditions does not cover.

    Also where the rows of each stand (n, 2) among rows that are returned third.
    """
    restricted = np.unique(accounts.conditions.owner[accounts.restricts])
    step = np.zeros(len(restricted), dtype=_STEP)
    step["owner"], step["level"], step["members"] = restricted, np.arange(len(restricted)), -1
    step["kind"], step["mask"] = kernel.BLOCK, 0b1111
    outside = []
    order = np.argsort(accounts.conditions.owner, kind="stable")
    owner = accounts.conditions.owner[order]
    for policy in restricted:
        account = accounts.account[policy]
        inside = np.zeros(start[account + 1] - start[account], dtype=bool)
        own = order[np.searchsorted(owner, policy):np.searchsorted(owner, policy, side="right")]
        for begin, end in members[own]:
            inside[member[begin:end]] = True
        outside.append(np.flatnonzero(~inside))
    ends = np.cumsum([0, *map(len, outside)])
    return (step, np.column_stack([ends[:-1], ends[1:]]).astype(np.int64),
            np.concatenate([*outside, np.empty(0, dtype=np.int64)]).astype(np.int64))
