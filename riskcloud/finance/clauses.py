"""Clauses as the arrays that the kernels walk: levels of locations, steps of policies, shares.

Order (docs/science/terms.md): average before all terms; clauses of each location behind its own
terms; those of a group behind the policy's conditions, deductibles before limits; the share of a
coinsurance with the layer's.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from riskcloud.kernels import levels as kernel
from riskcloud.types import Floats, Ints
from riskcloud.types.terms import LEVEL_MASK, Clauses, Reach

GROUP_KINDS = ("greater_of", "sublimit")
"""Clauses on groups of locations, in order of action."""

Level = tuple[Ints, int, Floats, Ints, Ints]
"""wanted (n,), mask, terms (n, 8), codes (n,) and rows of the clauses (n,) of one level."""


def clause_terms(clauses: Clauses) -> tuple[Floats, Ints]:
    """Return terms (n, 8) and codes (n,) of clauses as the kernels take them."""
    amount, per_item, items, of_loss, of_tiv = (clauses.values[name] for name in (
        "Amount", "PerItem", "NumberOfItems", "ShareOfLoss", "ShareOfInsured"))
    greater = np.array([kind == "greater_of" for kind in clauses.kind], dtype=bool)
    out = np.zeros((len(clauses), 8))
    out[:, kernel.DEDUCTIBLE] = np.where(greater, np.nan_to_num(amount), 0.0)
    out[:, kernel.OF_LOSS] = np.where(greater, np.nan_to_num(of_loss), 0.0)
    out[:, kernel.OF_TIV] = np.where(greater, np.nan_to_num(of_tiv), 0.0)
    out[:, [kernel.MAXIMUM, kernel.LIMIT, kernel.LIMIT_OF_LOSS, kernel.LIMIT_OF_TIV]] = np.inf
    most = clauses.values["Maximum"]
    out[:, kernel.MAXIMUM] = np.where(greater & np.isfinite(most), most, np.inf)
    limit = np.fmin(amount, per_item * items)
    out[:, kernel.LIMIT] = np.where(greater | np.isnan(limit), np.inf, limit)
    out[:, kernel.LIMIT_OF_TIV] = np.where(greater | np.isnan(of_tiv), np.inf, of_tiv)
    return out, np.where(greater, kernel.GREATER, 0)


def _acting(clauses: Clauses, kind: str, event: int, *, in_policies: bool) -> Reach | None:
    """Return where clauses of a kind act on an event, on each location or in policies."""
    reach = clauses.reach.get(kind)
    if reach is None:
        return None
    keep = ((reach.perils & event) != 0) & ((reach.policy >= 0) == in_policies)
    return Reach(reach.clause[keep], reach.policy[keep], reach.location[keep], reach.perils[keep])


def clause_levels(clauses: Clauses | None, n: int, event: int) -> Iterator[Level]:
    """Yield the levels of clauses that act on each location, coverages of few before of many."""
    if clauses is None:
        return
    terms, code = clause_terms(clauses)
    for kind in GROUP_KINDS:
        reach = _acting(clauses, kind, event, in_policies=False)
        if reach is None:
            continue
        for mask in LEVEL_MASK:
            here = np.flatnonzero(clauses.mask[reach.clause] == mask)
            own = reach.clause[here]
            here = here[np.lexsort((clauses.row[own], terms[own, kernel.LIMIT],
                                    reach.perils[here]))]
            while len(here):
                chosen = np.full(n, -1)
                chosen[reach.location[here[::-1]]] = here[::-1]
                at, some = np.maximum(chosen, 0), chosen >= 0
                clause = reach.clause[at]
                yield (np.where(some, reach.perils[at], 0), mask, terms[clause], code[clause],
                       np.where(some, clauses.row[clause], 0))
                here = here[chosen[reach.location[here]] != here]


def clause_steps(clauses: Clauses | None, local: Ints, event: int, stage: int, behind: int,
                 empty: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], Ints]:
    """Return the steps of clauses on groups of a policy's locations, and their members.

    local (n,): place of a location in its account; stage: of the first kind; behind: how many
    members stand before these; empty: an array of no step.
    """
    if clauses is None:
        return empty, np.zeros(0, dtype=np.int64)
    terms, code = clause_terms(clauses)
    found, members = [empty], [np.zeros(0, dtype=np.int64)]
    for k, kind in enumerate(GROUP_KINDS):
        reach = _acting(clauses, kind, event, in_policies=True)
        if reach is None or not len(reach):
            continue
        order = np.lexsort((local[reach.location], reach.perils, reach.clause, reach.policy))
        clause, policy, perils = (values[order] for values in (
            reach.clause, reach.policy, reach.perils))
        begins = np.ones(len(order), dtype=bool)
        begins[1:] = (clause[1:] != clause[:-1]) | (policy[1:] != policy[:-1]) \
            | (perils[1:] != perils[:-1])
        first = np.flatnonzero(begins)
        last = np.append(first[1:], len(order))
        member, own = local[reach.location][order], clause[first]
        step = np.zeros(len(first), dtype=empty.dtype)
        step["owner"], step["stage"], step["kind"] = policy[first], stage + k, kernel.TERM
        step["mask"], step["wanted"] = clauses.mask[own], perils[first]
        step["level"] = [LEVEL_MASK.index(mask) for mask in step["mask"]]
        step["term"], step["code"], step["row"] = terms[own], code[own], clauses.row[own]
        step["members"][:, 0], step["members"][:, 1] = first + behind, last + behind
        # the smaller of two groups acts first; what follows decides alike for any order of rows
        narrow = np.lexsort((clauses.row[own], member[last - 1], member[first],
                             terms[own, kernel.LIMIT], last - first))
        step["priority"][narrow] = np.arange(len(narrow))
        found.append(step)
        members.append(member)
        behind += len(member)
    return np.concatenate(found), np.concatenate(members)


def our_share(clauses: Clauses | None, n_policies: int) -> Floats | None:
    """Return our share of each policy (n_policies,), None where nothing is coinsured."""
    reach = None if clauses is None else clauses.reach.get("coinsurance")
    if clauses is None or reach is None or not len(reach):
        return None
    ours = clauses.values["Ours"][reach.clause] == 1.0
    share = np.ones(n_policies)
    share[reach.policy[ours]] = clauses.values["Share"][reach.clause[ours]]
    return share
