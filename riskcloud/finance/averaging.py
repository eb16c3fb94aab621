"""Average: what is insured below its value is paid in the ratio of sum insured to value.

Source: Insurance Law of China, art. 55 (underinsurance: in the ratio of sum insured to value unless
the contract says otherwise; agreed value); docs/science/terms.md.
"""

from dataclasses import dataclass

import numpy as np

from riskcloud.finance.sums import summed
from riskcloud.kernels.levels import N_COVERAGES
from riskcloud.types import Floats, Ints
from riskcloud.types.terms import Clauses, LocationBook


@dataclass(frozen=True, slots=True)
class Averaging:
    """Share of a loss that is paid, by part of the event, location and coverage (n_parts, n, 4).

    group (n_parts, n, 4): the item that a loss is part of, -1 for none; of items (n_items,):
    clause, sum insured, value (NaN where only their ratio is known), most that is paid.
    """

    share: Floats
    group: Ints
    clause: Ints
    insured: Floats
    value: Floats
    most: Floats


def compile_averaging(locations: LocationBook, clauses: Clauses | None, parts: tuple[int, ...],
                      n_accounts: int) -> Averaging | None:
    """Return how a book is averaged for an event, None where it is not.

    An item is what one clause reaches in one account: its sum insured stands against its value.
    """
    reach = None if clauses is None else clauses.reach.get("average")
    if clauses is None or reach is None or not len(reach):
        return None
    order = np.lexsort((reach.clause, clauses.n_keys[reach.clause]))  # most keys last: it stays
    clause, location, perils = reach.clause[order], reach.location[order], reach.perils[order]
    acting = np.full((len(parts), len(locations), N_COVERAGES), -1)
    for p, part in enumerate(parts):
        for c in range(N_COVERAGES):
            here = ((perils & part) != 0) & (clauses.mask[clause] >> c & 1 == 1)
            acting[p, location[here], c] = clause[here]
    key = np.where(acting >= 0, acting * n_accounts + locations.account[None, :, None], -1)
    items, group = np.unique(key, return_inverse=True)
    first = int(len(items) > 0 and items[0] < 0)
    group = group.reshape(key.shape) - first
    own = items[first:] // n_accounts
    share, insured, value, most = _items(clauses, own, _tiv_of(group, len(own), locations.tiv))
    paid = np.append(share, 1.0)  # the last for what is in no item
    return Averaging(paid[group], group, own, insured, value, most)


def _tiv_of(group: Ints, n: int, tiv: Floats) -> Floats:
    """Return the sums insured in the location file of each item; a coverage counts once."""
    total = np.zeros(n)
    for p in range(len(group)):
        new = (group[p] >= 0) & ~(group[:p] == group[p]).any(axis=0)
        total += summed(group[p][new], tiv[new], n)
    return total


def _items(clauses: Clauses, clause: Ints, tiv: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return share paid, sum insured, value and the most that is paid of each item."""
    given = {name: clauses.values[name][clause] for name in (
        "Value", "SumInsured", "ShareInsured", "AgreedValue", "PaidInFullFrom")}
    by_sum = np.isfinite(given["SumInsured"])
    by_value = np.isfinite(given["Value"])
    insured = np.where(by_sum, given["SumInsured"], np.where(by_value, tiv, np.nan))
    value = np.where(by_value, given["Value"], np.where(by_sum, tiv, np.nan))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(by_sum | by_value, insured / value, given["ShareInsured"])
    agreed = (given["AgreedValue"] == 1.0) | ~np.isfinite(ratio)
    enough = ratio >= np.where(np.isfinite(given["PaidInFullFrom"]), given["PaidInFullFrom"], 1.0)
    share = np.where(agreed | enough, 1.0, ratio)
    return share, insured, value, np.where(np.isfinite(insured), insured, np.inf)


def averaged(averaging: Averaging, part: Ints, location: Ints, loss: Floats) -> Floats:
    """Return losses (n_rows, 4) in the ratio, of an item at most its sum insured."""
    own = loss * averaging.share[part, location]
    if np.isfinite(averaging.most).any():
        group = averaging.group[part, location]
        inside = group >= 0
        total = summed(group[inside], own[inside], len(averaging.most))
        over = total > averaging.most
        if over.any():
            kept = np.ones(len(total) + 1)
            kept[:-1][over] = averaging.most[over] / total[over]
            own = own * kept[group]
    return own


def sums_insured(averaging: Averaging | None, clauses: Clauses | None, tiv: Floats) -> Floats:
    """Return the sum insured of each location (n,), all coverages: TIV unless an average names it.

    Where perils are averaged apart, the largest. tiv (n, 4). An item's SumInsured stands to its
    value as the sum insured of each part of it to its TIV (ours).
    """
    if averaging is None or clauses is None:
        return np.asarray(tiv.sum(axis=1))
    shares = clauses.values["ShareInsured"][averaging.clause]
    by_sum = np.isfinite(clauses.values["SumInsured"][averaging.clause])
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(by_sum, averaging.insured / averaging.value, shares)
    ratio = np.append(np.where(np.isfinite(ratio), ratio, 1.0), 1.0)  # the last: in no item
    return np.asarray((ratio[averaging.group].max(axis=0) * tiv).sum(axis=1))
