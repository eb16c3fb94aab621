"""Sums of chosen rows by group, and by policy with what the policy insures in all.

Rows are brought together policy by policy, so that each policy counts once in every group it has a
row in. Policies are dealt to a fixed number of parts: threads share no memory and the sums do not
depend on how many there are.
"""

from typing import Any

import numpy.typing as npt
from numba import njit, prange

Array = npt.NDArray[Any]

PARTS = 4
LOCATIONS, POLICIES, PEOPLE, ASSETS, NO_PEOPLE = 0, 1, 2, 3, 4
"""Columns of the counts."""
N_COUNTS = 5
_SHIFT = 8  # policies of neighbouring rows go to one part


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def part_sizes(rows: Array, policy: Array, policy_of: Array, size: Array) -> None:
    """Write the policy of each row into policy_of (n,), and how many rows each part has."""
    for k in prange(rows.size):
        policy_of[k] = policy[rows[k]]
    for t in prange(PARTS):
        n = 0
        for k in range(policy_of.size):
            n += ((policy_of[k] >> _SHIFT) % PARTS) == t
        size[t] = n


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def by_policy(rows: Array, policy_of: Array, begin: Array, slot: Array, order: Array, unit: Array,
              start: Array, n_units: Array) -> None:
    """Bring rows together policy by policy.

    begin (PARTS + 1,): where the part's rows start. slot (n_policies,): zeros, used up. Of part t:
    order[begin[t]:begin[t + 1]] its rows, policy by policy, each ascending; unit[begin[t] + u] the
    policy, start[t + begin[t] + u] the first place in order of its u-th policy (one more at the
    end); n_units (PARTS,) how many.
    """
    for t in prange(PARTS):
        base, edge, n = begin[t], t + begin[t], 0
        for k in range(policy_of.size):
            p = policy_of[k]
            if ((p >> _SHIFT) % PARTS) == t:
                if slot[p] == 0:
                    n += 1
                    slot[p] = n
                    unit[base + n - 1] = p
                    start[edge + n] = 0
                start[edge + slot[p]] += 1
        start[edge] = base
        for u in range(n):
            start[edge + u + 1] += start[edge + u]
        n_units[t] = n
        for k in range(policy_of.size):
            p = policy_of[k]
            if ((p >> _SHIFT) % PARTS) == t:
                order[start[edge + slot[p] - 1]] = rows[k]
                start[edge + slot[p] - 1] += 1
        for u in range(n, 0, -1):
            start[edge + u] = start[edge + u - 1]
        start[edge] = base


@njit(cache=True, nogil=True, error_model="numpy")
def _add(group: int, i: int, u: int, tiv: Array, people: Array, assets: Array, counts: Array,
         sums: Array, seen: Array) -> None:
    counts[group, LOCATIONS] += 1
    if seen[group] != u:
        seen[group] = u
        counts[group, POLICIES] += 1
    if people[i] < 0:
        counts[group, NO_PEOPLE] += 1
    else:
        counts[group, PEOPLE] += people[i]
    counts[group, ASSETS] += assets[i]
    sums[group] += tiv[i]


@njit(cache=True, nogil=True, error_model="numpy")
def total_in_force(p: int, day: int, n: Array, total: Array, from_day: Array, to_day: Array,
                   walk: Array, walk_from: Array, walk_to: Array, walk_tiv: Array,
                   ) -> tuple[int, float]:
    """Return rows and sum insured of one policy that are in force on a day."""
    if walk[p] == walk[p + 1]:
        return (n[p], total[p]) if from_day[p] <= day <= to_day[p] else (0, 0.0)
    rows, tiv = 0, 0.0
    for j in range(walk[p], walk[p + 1]):
        if walk_from[j] <= day <= walk_to[j]:
            rows += 1
            tiv += walk_tiv[j]
    return rows, tiv


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def add_groups(order: Array, begin: Array, start: Array, n_units: Array, tiv: Array, people: Array,
               assets: Array, currency: Array, n_currencies: int, branch: Array, place: Array,
               asset_class: Array, base: Array, counts: Array, sums: Array, seen: Array,
               inside: Array) -> None:
    """Add rows, brought together by policy, to their groups, and to their policies.

    Groups are numbered in one row: currency, then base[k] + value * n_currencies + currency for
    branch, place, asset class (k = 0, 1, 2). counts (PARTS, n_groups, N_COUNTS), sums and seen
    (PARTS, n_groups) start at 0. inside (n_rows,): sum insured of the u-th policy of part t at
    begin[t] + u.
    """
    for t in prange(PARTS):
        edge = t + begin[t]
        for u in range(n_units[t]):
            total = 0.0
            for j in range(start[edge + u], start[edge + u + 1]):
                i = order[j]
                money = currency[i]
                total += tiv[i]
                _add(money, i, u + 1, tiv, people, assets, counts[t], sums[t], seen[t])
                for group in (base[0] + branch[i] * n_currencies + money,
                              base[1] + place[i] * n_currencies + money,
                              base[2] + asset_class[i] * n_currencies + money):
                    _add(group, i, u + 1, tiv, people, assets, counts[t], sums[t], seen[t])
            inside[begin[t] + u] = total


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def totals_in_force(unit: Array, day: int, n: Array, total: Array, from_day: Array, to_day: Array,
                    walk: Array, walk_from: Array, walk_to: Array, walk_tiv: Array,
                    out_n: Array, out_tiv: Array) -> None:
    """Write rows and sum insured in force of each policy of ``unit`` (n,)."""
    for k in prange(unit.size):
        out_n[k], out_tiv[k] = total_in_force(unit[k], day, n, total, from_day, to_day, walk,
                                              walk_from, walk_to, walk_tiv)
