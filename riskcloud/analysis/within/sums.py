"""Sums of rows of a portfolio: by currency, branch, place, class, and by policy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from riskcloud.analysis.threads import threads_for
from riskcloud.analysis.within.search import RowNumbers, day_of
from riskcloud.kernels import tally
from riskcloud.store.index import LocationIndex, Names, Policies
from riskcloud.types import Bools, Floats, Ints

Array = npt.NDArray[Any]

_ENOUGH_ROWS = 1 << 18  # for more than one thread; ours


@dataclass(frozen=True, slots=True)
class PolicySums:
    """One entry a policy and currency that has a row among those added up, in no useful order.

    policy (n,): its number in the index (``LocationIndex.policies``). branch, currency: codes, of
    its first row found. n_inside, tiv_inside: rows found and their sum insured; n_total, tiv_total:
    all its rows in force. A policy with rows in another currency has an entry for that too, with
    n_inside 0 where none of them was found. partly (n,): the policy has rows in force, in whatever
    currency, that were not found. nearest_m (n,): least distance of its rows found; NaN unknown.
    """

    policy: npt.NDArray[Any]
    branch: npt.NDArray[Any]
    currency: npt.NDArray[Any]
    n_inside: Ints
    n_total: Ints
    tiv_inside: Floats
    tiv_total: Floats
    partly: Bools
    nearest_m: Floats

    def __len__(self) -> int:
        return len(self.policy)


@dataclass(frozen=True, slots=True)
class RowSums:
    """Sums of rows. Money is never added across currencies: every sum has its own.

    n_policies counts policy numbers, whatever their currencies; a row without a number is a policy
    of its own (``n_without_policy_id`` of them). n_partly_inside: policies that also have rows in
    force elsewhere. n_without_people: locations with no insured people, 0 or blank. n_assets: what
    the rows stand for. totals: currency, tiv and counts; by_branch, by_place, by_asset_class: the
    same for each branch (that issued the policy, wherever the row lies), province and county,
    class. The largest sum of a currency comes first.
    """

    n_locations: int
    n_assets: int
    n_policies: int
    n_partly_inside: int
    n_without_policy_id: int
    insured_people: int
    n_without_people: int
    totals: tuple[Mapping[str, Any], ...]
    by_branch: tuple[Mapping[str, Any], ...]
    by_place: tuple[Mapping[str, Any], ...]
    by_asset_class: tuple[Mapping[str, Any], ...]
    policies: PolicySums


@dataclass(frozen=True, slots=True)
class _Grouped:
    """Rows brought together by policy (see ``kernels.tally.by_policy``)."""

    order: Array
    begin: Array
    unit: Array
    start: Array
    n_units: Array

    def policies(self) -> Array:
        """Return the policies, one after the other."""
        return np.concatenate([self.unit[b:b + n] for b, n in
                               zip(self.begin[:-1], self.n_units, strict=True)])


@dataclass(frozen=True, slots=True)
class _Found:
    """Of each policy found: where its rows begin in ``order``, how many, their sum insured, and
    branch and currency of the first.
    """

    first: Ints
    n_inside: Ints
    inside: Floats
    branch: Array
    currency: Array


def summarise(index: LocationIndex, rows: RowNumbers, at: np.datetime64, *,
              distance_m: Floats | None = None) -> RowSums:
    """Return the sums of rows by currency, branch, place, class and policy.

    Parameters
    ----------
    rows : (n,) row numbers, ascending, none twice, such as ``find_rows`` returns; all in force.
    at : UTC; what a policy insures in all is what is in force then.
    distance_m : (n,) of the rows, for each policy's nearest; without it that is NaN.
    """
    rows = np.ascontiguousarray(rows, np.int32)
    with threads_for(len(rows), _ENOUGH_ROWS):
        grouped = _by_policy(index, rows)
        sums, each = _add_groups(index, grouped)
        policies = _policy_sums(index, grouped.policies(), each, day_of(at))
    if distance_m is not None and len(rows):
        away = distance_m[np.searchsorted(rows, grouped.order)]
        policies.nearest_m[:len(each.first)] = np.minimum.reduceat(away, each.first)
    names = index.names
    root = roots(index.policies, policies.policy)
    if len(index.policies.twin_of):
        n_policies, n_partly = len(np.unique(root)), len(np.unique(root[policies.partly]))
    else:
        n_policies, n_partly = len(root), int(policies.partly.sum())
    sums = _with_totals(names, sums, policies.currency[policies.n_inside > 0])
    totals, by_branch, by_place, by_class = _group_sums(names, sums)
    return RowSums(
        len(rows), sum(item["n_assets"] for item in totals), n_policies, n_partly,
        _n_unnamed(index.policies, root),
        sum(item["insured_people"] for item in totals),
        int(sums[:len(names.currencies), tally.NOBODY].sum()), totals, by_branch, by_place,
        by_class, policies)


def _by_policy(index: LocationIndex, rows: RowNumbers) -> _Grouped:
    n, n_parts = len(rows), tally.PARTS if len(rows) >= _ENOUGH_ROWS else 1
    policy_of, size = np.empty(n, np.int32), np.empty(n_parts, np.int64)
    tally.part_sizes(rows, index.rows.policy, policy_of, size)
    begin = np.concatenate([[0], np.cumsum(size)])
    grouped = _Grouped(np.empty(n, np.int32), begin, np.empty(n, np.int32),
                       np.empty(n + n_parts, np.int64), np.empty(n_parts, np.int64))
    try:
        slot = index.spare.pop()
    except IndexError:
        slot = np.zeros(len(index.policies.entry), np.int32)
    tally.by_policy(rows, policy_of, begin, slot, grouped.order, grouped.unit, grouped.start,
                    grouped.n_units)
    index.spare.append(slot)
    return grouped


def _add_groups(index: LocationIndex, grouped: _Grouped) -> tuple[Floats, _Found]:
    """Return sums (n_groups, N_SUMS), and what was found of each policy."""
    names, row = index.names, index.rows
    n_money = len(names.currencies)
    sizes = [n_money * len(values) for values in (names.branches, names.places,
                                                  names.asset_classes)]
    base = np.concatenate([[0], np.cumsum(sizes)])
    sums = np.zeros((len(grouped.n_units), base[-1], tally.N_SUMS))
    place_of = np.concatenate([[0], np.cumsum(grouped.n_units)])
    n = int(place_of[-1])
    each = _Found(np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n),
                  np.empty(n, np.int32), np.empty(n, np.int16))
    tally.add_groups(grouped.order, grouped.begin, grouped.start, grouped.n_units, row.tiv,
                     row.people, row.assets, row.currency, n_money, row.branch, row.place,
                     row.asset_class, base, sums, place_of, each.first, each.n_inside, each.inside,
                     each.branch, each.currency)
    return sums.sum(axis=0), each


def _with_totals(names: Names, sums: Floats, currency: Array) -> Floats:
    """Return the sums with those by currency alone in front.

    currency (n_policies,) of each entry found: it counts there once.
    """
    n_money = len(names.currencies)
    classes = sums[len(sums) - n_money * len(names.asset_classes):]
    totals = classes.reshape(len(names.asset_classes), n_money, tally.N_SUMS).sum(axis=0)
    totals[:, tally.POLICIES] = np.bincount(currency, minlength=n_money)
    return np.concatenate([totals, sums])


def _totals(found: Policies, policy: Array, n_inside: Ints, inside: Floats, day: int,
            ) -> tuple[Ints, Floats]:
    """Return rows and sum insured in force of policies (n,), some of which are known."""
    n, tiv = np.empty(len(policy), np.int64), np.empty(len(policy))
    tally.totals_in_force(policy, n_inside, inside, day, found.entry, found.walk, n, tiv)
    return n, tiv


def _policy_sums(index: LocationIndex, policy: Array, each: _Found, day: int) -> PolicySums:
    n_total, tiv_total = _totals(index.policies, policy, each.n_inside, each.inside, day)
    sums = PolicySums(
        policy, each.branch, each.currency, each.n_inside, n_total, each.inside, tiv_total,
        each.n_inside < n_total, np.full(len(policy), np.nan))
    return _with_twins(index, sums, day) if len(index.policies.twin_of) else sums


def _n_unnamed(found: Policies, root: Array) -> int:
    """Return how many policies have no number."""
    if not found.n_unnamed[0]:
        return 0
    return int((found.name_start[root] == found.name_start[root + 1]).sum())


def roots(found: Policies, policy: Array) -> Array:
    """Return the policy each entry is a currency of."""
    if not len(found.twin_of):
        return policy
    twin = np.maximum(policy - found.n_names, 0)
    return np.where(policy < found.n_names, policy, found.twin_of[twin])


def _with_twins(index: LocationIndex, sums: PolicySums, day: int) -> PolicySums:
    """Return the sums with what policies in several currencies have in those not found."""
    found = index.policies
    root = roots(found, sums.policy)
    of_several = np.unique(found.twin_of)
    asked = np.intersect1d(root, of_several)
    family = np.concatenate([asked, found.n_names + np.flatnonzero(
        np.isin(found.twin_of, asked))]).astype(np.int32)
    missing = np.setdiff1d(family, sums.policy).astype(np.int32)
    none = np.zeros(len(missing), np.int64)
    n_total, tiv_total = _totals(found, missing, none, none.astype(float), day)
    is_open = n_total > 0
    missing, n_total, tiv_total = missing[is_open], n_total[is_open], tiv_total[is_open]
    missing_root = roots(found, missing)
    order = np.argsort(root, kind="stable")
    like = order[np.searchsorted(root[order], missing_root)]
    none = np.zeros(len(missing), np.int64)
    open_root = np.union1d(root[sums.partly], missing_root)
    return PolicySums(
        np.append(sums.policy, missing), np.append(sums.branch, sums.branch[like]),
        np.append(sums.currency, _currency_of(index, missing)),
        np.append(sums.n_inside, none), np.append(sums.n_total, n_total),
        np.append(sums.tiv_inside, none), np.append(sums.tiv_total, tiv_total),
        np.isin(np.append(root, missing_root), open_root),
        np.append(sums.nearest_m, np.full(len(missing), np.nan)))


def _currency_of(index: LocationIndex, policy: Array) -> Array:
    """Return the currency of entries that no row found tells it of."""
    order = np.argsort(policy, kind="stable")
    currency = np.zeros(len(policy), np.int16)
    if len(policy):
        rows = np.flatnonzero(np.isin(index.rows.policy, policy))
        at = order[np.searchsorted(policy[order], index.rows.policy[rows])]
        currency[at] = index.rows.currency[rows]
    return currency


def _group_sums(names: Names, sums: Floats) -> list[tuple[Mapping[str, Any], ...]]:
    """Return totals, by branch, by place and by class."""
    money = names.currencies
    labels: list[list[dict[str, str]]] = [
        [{}], [{"branch": name} for name in names.branches],
        [{"province": province, "county": county} for province, county in names.places],
        [{"asset_class": name} for name in names.asset_classes]]
    answers: list[tuple[Mapping[str, Any], ...]] = []
    base = 0
    for words in labels:
        end = base + len(words) * len(money)
        here = np.flatnonzero(sums[base:end, tally.LOCATIONS])
        # the largest sum of a currency first; of equal ones, the one that comes first in the book
        here = here[np.lexsort((-sums[base + here, tally.TIV],
                                np.array(money, str)[here % len(money)]))] if len(here) else here
        answers.append(tuple(
            {**words[k // len(money)], "currency": money[k % len(money)],
             "n_locations": int(sums[base + k, tally.LOCATIONS]),
             "n_policies": int(sums[base + k, tally.POLICIES]),
             "n_assets": int(sums[base + k, tally.ASSETS]),
             "insured_people": int(sums[base + k, tally.PEOPLE]),
             "tiv": float(sums[base + k, tally.TIV])} for k in map(int, here)))
        base = end
    return answers
