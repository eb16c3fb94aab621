"""Sums insured that a loss uses up until the year ends, or that stand again for a premium.

A clause ``reinstatement`` (docs/terms.md) says of a policy whether its sums insured stand again
after a loss. Without: what it pays for a location in a year is at most the location's sum insured,
and what it pays at all at most LayerLimit, each by our share. With: they stand again, and the
premium for it is pro rata, to what was paid of the sums insured and to the days left of the policy.
Without any clause they stand again for nothing.

Definition (ours: after the usual wording of property policies in China, that the sum insured is
reduced by what is paid until it is restored for a premium pro rata; from memory);
docs/science/terms.md, A year.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from riskcloud.finance.sums import summed
from riskcloud.kernels.annual import PAID
from riskcloud.types import Floats, Ints
from riskcloud.types.terms import AccountBook, Clauses

if TYPE_CHECKING:
    from riskcloud.finance.policies import EventRows
    from riskcloud.finance.program import Program

A_DAY = np.timedelta64(86400, "s")


@dataclass(frozen=True, slots=True)
class Erosion:
    """Slots of what is used up: policy_slot (n_policies,) and pair_slot (n_pairs,), -1 for none.

    most and pair_most (n_slots of each): what they pay in a year at most. clause (n_policies,):
    place of the clause, -1 for none; premium (n_policies,): of a whole reinstatement of the sums
    insured, insured (n_policies,).
    """

    policy_slot: Ints
    pair_slot: Ints
    most: Floats
    pair_most: Floats
    clause: Ints
    row: Ints
    premium: Floats
    insured: Floats


def compile_erosion(clauses: Clauses | None, accounts: AccountBook, pairs: tuple[Ints, Ints],
                    insured: Floats, share: Floats, behind: int) -> Erosion | None:
    """Return where sums insured are used up, None where no clause says anything of it.

    pairs : policy and location of each; insured (n_locations,): sums insured (of an average where
        it names them); share (n_policies,): ours; behind: slots that stand before these.
    """
    reach = None if clauses is None else clauses.reach.get("reinstatement")
    if clauses is None or reach is None or not len(reach):
        return None
    policy, location = pairs
    n = len(accounts.account)
    clause = np.full(n, -1)
    clause[reach.policy] = reach.clause
    own = np.maximum(clause, 0)
    given = clause >= 0
    automatic = clauses.values["Automatic"][own] == 1.0
    eroded = np.flatnonzero(given & ~automatic)
    pair = np.flatnonzero((given & ~automatic)[policy])
    policy_slot, pair_slot = np.full(n, -1), np.full(len(policy), -1)
    policy_slot[eroded] = behind + np.arange(len(eroded))
    pair_slot[pair] = behind + len(eroded) + np.arange(len(pair))
    whole = share * accounts.account_share[accounts.account]
    limit = np.where(accounts.limit > 0.0, accounts.limit, np.inf)
    premium = np.nan_to_num(clauses.values["Premium"][own])
    return Erosion(policy_slot, pair_slot, (limit * whole)[eroded],
                   insured[location[pair]] * whole[policy[pair]], clause, clauses.row[own],
                   np.where(given & automatic, premium, 0.0),
                   summed(policy, insured[location], n) * whole)


def n_slots(erosion: Erosion | None) -> int:
    """Return how many slots there are."""
    return 0 if erosion is None else len(erosion.most) + len(erosion.pair_most)


def erode(erosion: Erosion, program: "Program", rows: "EventRows", paid: Floats,
          used: Floats) -> None:
    """Cut what policies pay for each row (n_out,), in place, to what is left of the year; note it.

    used (n_slots, 5): of the year so far.
    """
    from riskcloud.finance.policies import cells_of

    out = np.flatnonzero(erosion.policy_slot[rows.out_policy] >= 0)
    if not len(out):
        return
    pair = erosion.pair_slot[(cells_of(program, rows) // len(program.parts))[out]]
    policy = erosion.policy_slot[rows.out_policy[out]]
    first = int(erosion.policy_slot.max(initial=-1)) + 1
    begin = first - len(erosion.most)
    for slot, most, low in ((pair, erosion.pair_most, first), (policy, erosion.most, begin)):
        own, place = np.unique(slot, return_inverse=True)
        total = summed(place, paid[out], len(own))
        room = np.maximum(most[own - low] - used[own, PAID], 0.0)
        over = total > room
        kept = np.ones(len(own))
        kept[over] = room[over] / total[over]
        if over.any():
            paid[out] *= kept[place]
    for slot in (pair, policy):
        np.add.at(used[:, PAID], slot, paid[out])


def reinstatement_premium(erosion: Erosion | None, accounts: AccountBook, rows: "EventRows",
                          paid: Floats, when: Any) -> tuple[Ints, Floats]:
    """Return the policies that reinstate their sums insured after an event, and their premium.

    Pro rata as to amount; as to time by the days left of the policy, where it and the event have
    dates, else in full.
    """
    if erosion is None or not erosion.premium.any():
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    total = summed(rows.out_policy, paid, len(erosion.premium))
    policy = np.flatnonzero((total > 0.0) & (erosion.premium > 0.0))
    share = total[policy] / erosion.insured[policy]
    time = np.ones(len(policy))
    if accounts.dates is not None and not np.isnat(when):
        begin, end = accounts.dates.inception[policy], accounts.dates.expiry[policy]
        days = np.floor((end - begin) / A_DAY) + 1.0
        left = np.floor((end - when) / A_DAY) + 1.0
        time = np.where(np.isnat(begin) | np.isnat(end), 1.0, np.clip(left / days, 0.0, 1.0))
    return policy, erosion.premium[policy] * np.minimum(share, 1.0) * time
