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
"""A power of two; one will do where there are few rows."""
LOCATIONS, POLICIES, PEOPLE, NOBODY, ASSETS, TIV, _SEEN = 0, 1, 2, 3, 4, 5, 6
"""Columns of the sums (NOBODY: locations without insured people); the last is the policy that was
counted in the group last."""
N_SUMS = 8  # a group fills a cache line
_PIECE, _TURNS = 64, 16  # policies dealt out in turns: those with many rows stand together
_SHIFT = 8  # policies of neighbouring rows go to one part


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def part_sizes(rows: Array, policy: Array, policy_of: Array, size: Array) -> None:
    """Write the policy of each row into policy_of (n,), and how many rows each part has."""
    for k in prange(rows.size):
        policy_of[k] = policy[rows[k]]
    for t in prange(size.size):
        size[t] = _size_of(policy_of, t, size.size - 1)


@njit(cache=True, nogil=True, error_model="numpy")
def _size_of(policy_of: Array, t: int, mask: int) -> int:
    n = 0
    for k in range(policy_of.size):
        n += ((policy_of[k] >> _SHIFT) & mask) == t
    return n


@njit(cache=True, nogil=True, error_model="numpy")
def _part_by_policy(t: int, mask: int, base: int, rows: Array, policy_of: Array, slot: Array,
                    order: Array, unit: Array, start: Array) -> int:
    n = 0
    start[0] = base
    for k in range(policy_of.size):
        p = policy_of[k]
        if ((p >> _SHIFT) & mask) == t:
            if slot[p] == 0:
                unit[n] = p
                n += 1
                slot[p] = n
                start[n] = 0
            start[slot[p]] += 1
    for u in range(n):
        start[u + 1] += start[u]
    for k in range(policy_of.size):
        p = policy_of[k]
        if ((p >> _SHIFT) & mask) == t:
            u = slot[p] - 1
            order[start[u]] = rows[k]
            start[u] += 1
    for u in range(n, 0, -1):
        start[u] = start[u - 1]
        slot[unit[u - 1]] = 0
    start[0] = base
    return n


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def by_policy(rows: Array, policy_of: Array, begin: Array, slot: Array, order: Array, unit: Array,
              start: Array, n_units: Array) -> None:
    """Bring rows together policy by policy.

    begin (n_parts + 1,): where the part's rows start. slot (n_policies,): zeros to work in, and
    zeros again afterwards. Of part t: order[begin[t]:begin[t + 1]] its rows, policy by policy, each
    ascending; unit[begin[t] + u] the policy, start[t + begin[t] + u] the first place in order of
    its u-th policy (one more at the end); n_units (n_parts,) how many.
    """
    for t in prange(n_units.size):
        base, end = begin[t], begin[t + 1]
        n_units[t] = _part_by_policy(t, n_units.size - 1, base, rows, policy_of, slot, order,
                                     unit[base:end], start[base + t:end + t + 1])


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _add(group: int, u: float, is_alone: bool, tiv: float, people: float, assets: float,
         sums: Array) -> None:
    row = sums[group]
    row[LOCATIONS] += 1.0
    if is_alone:
        row[POLICIES] += 1.0
    elif row[_SEEN] != u:
        row[POLICIES] += 1.0
        row[_SEEN] = u
    row[PEOPLE] += people
    row[NOBODY] += people == 0.0
    row[ASSETS] += assets
    row[TIV] += tiv


@njit(cache=True, nogil=True, error_model="numpy")
def _add_part(order: Array, start: Array, tiv: Array, people: Array, assets: Array,
              currency: Array, n_currencies: int, branch: Array, place: Array, asset_class: Array,
              base: Array, sums: Array, first: Array, n_inside: Array, inside: Array,
              of_branch: Array, of_currency: Array) -> None:
    for u in range(start.size - 1):
        total, is_alone = 0.0, start[u + 1] - start[u] == 1
        first[u], n_inside[u] = start[u], start[u + 1] - start[u]
        of_branch[u], of_currency[u] = branch[order[start[u]]], currency[order[start[u]]]
        for j in range(start[u], start[u + 1]):
            i = order[j]
            money, value, who, what = currency[i], tiv[i], float(people[i]), float(assets[i])
            total += value
            _add(base[0] + branch[i] * n_currencies + money, u + 1.0, is_alone, value, who, what,
                 sums)
            _add(base[1] + place[i] * n_currencies + money, u + 1.0, is_alone, value, who, what,
                 sums)
            _add(base[2] + asset_class[i] * n_currencies + money, u + 1.0, is_alone, value, who,
                 what, sums)
        inside[u] = total


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def add_groups(order: Array, begin: Array, start: Array, n_units: Array, tiv: Array, people: Array,
               assets: Array, currency: Array, n_currencies: int, branch: Array, place: Array,
               asset_class: Array, base: Array, sums: Array, place_of: Array, first: Array,
               n_inside: Array, inside: Array, of_branch: Array, of_currency: Array) -> None:
    """Add rows, brought together by policy, to their groups, and to their policies.

    Groups are numbered base[k] + value * n_currencies + currency for branch, place, asset class
    (k = 0, 1, 2). sums (n_parts, n_groups, N_SUMS) starts at 0: whole numbers are exact in it to
    9e15. Of the u-th policy of part t, at place_of[t] + u (n_found,): where in order its rows
    begin, how many, their sum insured; branch and currency of the first.
    """
    for t in prange(n_units.size):
        edge, p, q = t + begin[t], place_of[t], place_of[t] + n_units[t]
        _add_part(order, start[edge:edge + n_units[t] + 1], tiv, people, assets, currency,
                  n_currencies, branch, place, asset_class, base, sums[t], first[p:q],
                  n_inside[p:q], inside[p:q], of_branch[p:q], of_currency[p:q])


@njit(cache=True, nogil=True, error_model="numpy")
def _total_in_force(own: Any, day: int, walk: Array) -> tuple[int, float]:
    if not own.varies:
        return (own.n, own.tiv) if own.from_day <= day <= own.to_day else (0, 0.0)
    rows, tiv = 0, 0.0
    for j in range(own.walk, own.walk + own.n):
        row = walk[j]
        is_open = (row.from_day <= day) & (day <= row.to_day)
        rows += is_open
        tiv += row.tiv if is_open else 0.0
    return rows, tiv


@njit(cache=True, nogil=True, error_model="numpy")
def _totals_of(unit: Array, n_inside: Array, inside: Array, day: int, entry: Array, walk: Array,
               out_n: Array, out_tiv: Array) -> None:
    """Do a piece of ``totals_in_force``.

    The first two loops only bring what lies anywhere in memory near, many places at a time; the
    third, which waits for each, then finds it there.
    """
    for k in range(unit.size):
        out_n[k] = entry[unit[k]].n
    for k in range(unit.size):
        own = entry[unit[k]]
        out_tiv[k] = walk[own.walk].tiv if out_n[k] != n_inside[k] and own.varies else inside[k]
    for k in range(unit.size):
        if out_n[k] != n_inside[k]:
            out_n[k], out_tiv[k] = _total_in_force(entry[unit[k]], day, walk)


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def totals_in_force(unit: Array, n_inside: Array, inside: Array, day: int, entry: Array,
                    walk: Array, out_n: Array, out_tiv: Array) -> None:
    """Write rows and sum insured in force of each policy of ``unit`` (n,).

    entry, walk: records as ``kernels.policies`` makes them.

    n_inside, inside: rows known to be in force and their sum; where these are all, no more is read.
    """
    n_pieces = -(-unit.size // _PIECE)
    for t in prange(_TURNS):
        for piece in range(t, n_pieces, _TURNS):
            first, last = piece * _PIECE, min((piece + 1) * _PIECE, unit.size)
            _totals_of(unit[first:last], n_inside[first:last], inside[first:last], day, entry,
                       walk, out_n[first:last], out_tiv[first:last])
