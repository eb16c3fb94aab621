"""Conditions of the account file against the tags of locations: which exist, in which order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from riskcloud.exposure.oed.account import NO_TAG, AccountRows
from riskcloud.exposure.oed.keys import codes, first_rows, together
from riskcloud.exposure.oed.table import OedTable
from riskcloud.exposure.oed.terms import has_any
from riskcloud.types import Bools, Ints
from riskcloud.types.terms import LevelTerms, Words


@dataclass(frozen=True, slots=True)
class Tags:
    """Codes of CondTag, alike in both files, and which are those of no tag ('' and '0')."""

    of_account: Ints
    of_location: Ints
    blank: int
    none: int


def read_tags(accounts: OedTable, locations: OedTable) -> Tags:
    """Return the tags of both files."""
    fixed = Words(np.arange(2), pa.array(["", NO_TAG]))
    _, of_account, of_location = together([[fixed], [accounts.words("CondTag")],
                                           [locations.words("CondTag")]])
    return Tags(of_account, of_location, 0, 1)


def check_conditions(accounts: OedTable, locations: OedTable, rows: AccountRows, tags: Tags,
                     account_of: Ints, location: Ints) -> Bools:
    """Return which account rows hold a condition; faults of both files go to their logs.

    account_of, location: of each row of the location file.
    """
    holds = has_any(dict(rows.conditions.levels), len(accounts)) | rows.restricts
    accounts.fault(holds & (tags.of_account == tags.blank), "CondTag",
                   "a condition without a CondTag: it acts on no location")
    holds |= np.isin(rows.policy, rows.policy[rows.restricts])  # all its tags say what it covers
    holds &= tags.of_account != tags.blank
    width = int(max(tags.of_account.max(initial=0), tags.of_location.max(initial=0))) + 1
    known = np.unique(rows.account * width + tags.of_account)
    tagged = (tags.of_location != tags.blank) & (tags.of_location != tags.none)
    locations.fault(tagged & ~np.isin(account_of * width + tags.of_location, known), "CondTag",
                    "no row of its account in the account file has this CondTag")
    used = np.unique(account_of * width + tags.of_location)
    accounts.note(holds & ~np.isin(rows.account * width + tags.of_account, used), "CondTag",
                  "no location of its account has this CondTag: the condition does nothing")
    _check_rows(accounts, rows, tags, holds)
    _check_order(accounts, rows, tags, holds, account_of, location)
    return holds


def _check_rows(table: OedTable, rows: AccountRows, tags: Tags, holds: Bools) -> None:
    """One policy's rows of one tag with common perils must be one condition."""
    place = np.flatnonzero(holds)
    if not len(place):
        return
    key = codes(rows.policy[place] * (int(tags.of_account.max()) + 1) + tags.of_account[place])
    several = np.bincount(key)[key] > 1
    place, key = place[several], key[several]
    order = np.argsort(key, kind="stable")
    clash, moved = np.zeros(len(table), dtype=bool), np.zeros(len(table), dtype=bool)
    for group in np.split(place[order], np.flatnonzero(np.diff(key[order])) + 1):
        seen: list[tuple[int, int, tuple[float, ...]]] = []
        for i in group:
            perils, priority = int(rows.conditions.perils[i]), int(rows.priority[i])
            values = tuple(float(getattr(level, name)[i])
                           for level in rows.conditions.levels.values()
                           for name in LevelTerms.__slots__)
            for was, at, other in seen:
                if perils & was and priority != at:
                    moved[i] = True
                elif perils & was and values != other:
                    clash[i] = True
            seen.append((perils, priority, values))
    table.fault(moved, "CondPriority", "this CondTag stands at two places in the order of the "
                "policy's conditions, a loop: give it one CondPriority")
    table.fault(clash, "CondNumber", "a second condition for the same CondTag and perils of this "
                "policy: one of them, or a CondTag of its own")


def _check_order(table: OedTable, rows: AccountRows, tags: Tags, holds: Bools, account_of: Ints,
                 location: Ints) -> None:
    """Conditions on one location need an order, the same in every policy of an account."""
    several = np.bincount(location)[location] > 1
    if not several.any() or not holds.any():
        return
    stacks: dict[tuple[int, int], set[int]] = {}
    for where in np.flatnonzero(several):
        key = (int(account_of[where]), int(location[where]))
        stacks.setdefault(key, set()).add(int(tags.of_location[where]))
    by_account: dict[int, set[frozenset[int]]] = {}
    for (account, _), stack in stacks.items():
        by_account.setdefault(account, set()).add(frozenset(stack))
    equal, loop = np.zeros(len(table), dtype=bool), np.zeros(len(table), dtype=bool)
    place = np.flatnonzero(holds & np.isin(rows.account, list(by_account)))
    place = place[np.argsort(rows.account[place], kind="stable")]
    for group in np.split(place, np.flatnonzero(np.diff(rows.account[place])) + 1):
        if len(group):
            _check_account(group, rows, tags, by_account[int(rows.account[group[0]])], equal, loop)
    table.fault(equal, "CondPriority", "two conditions of one location have the same "
                "CondPriority: number them in the order in which they apply")
    table.fault(loop & ~equal, "CondPriority", "conditions in a loop: their order differs from "
                "that of another policy of this account")


def _check_account(group: Ints, rows: AccountRows, tags: Tags, stacks: Iterable[frozenset[int]],
                   equal: Bools, loop: Bools) -> None:
    """Mark rows of one account whose conditions have no order, or one that runs in a circle."""
    after: dict[int, set[int]] = {}
    for policy in np.unique(rows.policy[group]):
        at = {int(tags.of_account[i]): (int(rows.priority[i]), int(i))
              for i in group if rows.policy[i] == policy}
        for stack in stacks:
            ordered = sorted((at[tag], tag) for tag in stack if tag in at)
            for ((before, _), one), ((behind, i), other) in zip(ordered, ordered[1:],
                                                                strict=False):
                equal[i] |= before == behind
                after.setdefault(one, set()).add(other)
    in_circle = _circle(after)
    for i in group:
        loop[i] |= int(tags.of_account[i]) in in_circle


def _circle(after: Mapping[int, set[int]]) -> set[int]:
    """Return the nodes left when those with nothing before them are taken away, again and again."""
    left = {node: set(nodes) for node, nodes in after.items()}
    for nodes in after.values():
        for node in nodes:
            left.setdefault(node, set())
    while True:
        has_before = set().union(*left.values()) if left else set()
        free = [node for node in left if node not in has_before]
        if not free:
            return set(left)
        for node in free:
            del left[node]


def distinct(rows: AccountRows, tags: Tags, holds: Bools) -> Ints:
    """Return the account rows of conditions, each once for a policy, tag and perils."""
    place = np.flatnonzero(holds)
    key = codes(rows.policy[place] * (int(tags.of_account.max(initial=0)) + 1)
                + tags.of_account[place])
    perils = codes(rows.conditions.perils[place])
    return place[first_rows(codes(key * (int(perils.max(initial=0)) + 1) + perils))]
