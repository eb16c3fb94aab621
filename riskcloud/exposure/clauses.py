"""The table of clauses beside the OED files: terms that OED has no field for (docs/terms.md).

A row is a clause: its kind, the keys of what it is for, its values. All faults of it are noted in
the table's log, with those of the other files, before anything is computed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from riskcloud.exposure.clause_checks import check_panels, check_values
from riskcloud.exposure.clause_kinds import (
    AMOUNTS,
    CLAUSES,
    COVERAGE,
    KEYS,
    KINDS,
    NUMBERS,
    ON_GROUPS,
    ON_LOCATIONS,
    ON_POLICIES,
    PER,
    kind_of,
)
from riskcloud.exposure.clause_reach import (
    Asked,
    Places,
    filled_in,
    find_asked,
    find_places,
    firsts,
    in_policies,
    peril_groups,
    reached,
    same_keys,
    winners,
)
from riskcloud.exposure.oed.schema import all_perils
from riskcloud.exposure.oed.table import OedTable
from riskcloud.types import Bools, Floats, Ints
from riskcloud.types.terms import Clauses, Reach


def clauses_of(tables: Sequence[OedTable], loc_code: Ints, acc_code: Ints, location: Ints,
               policy: Ints) -> tuple[Clauses | None, Ints]:
    """Return the clauses of a book's files, None without a table of them, and whom faults touch.

    tables : locations, accounts ... and, last, the clauses; the accounts, locations and policies of
        the rows of the first two. Second: accounts that a clause with a fault is for.
    """
    if tables[-1].file != CLAUSES:
        return None, np.zeros(0, dtype=np.int64)
    locations, accounts, table = tables[0], tables[1], tables[-1]
    places = find_places(locations, accounts, loc_code, acc_code, location, policy)
    currency = np.zeros(int(acc_code.max(initial=-1)) + 1, dtype=np.int64)
    currency[acc_code] = accounts.words("AccCurrency").code
    found, (at_location, at_policy, _) = read_clauses(table, places, currency)
    blamed = [places.location_account[at_location[1][table.log.bad[at_location[0]]]],
              places.policy_account[at_policy[1][table.log.bad[at_policy[0]]]]]
    return found, np.unique(np.concatenate(blamed))


def placed(clauses: Clauses, location: Ints, policy: Ints) -> Clauses:
    """Return clauses with the new numbers of locations and policies; what has none (-1) goes."""
    found = {}
    for name, reach in clauses.reach.items():
        new = [np.where(old >= 0, number[np.maximum(old, 0)], -1) for old, number in (
            (reach.policy, policy), (reach.location, location))]
        keep = ((reach.policy < 0) | (new[0] >= 0)) & ((reach.location < 0) | (new[1] >= 0))
        order = np.lexsort((reach.clause[keep], new[1][keep], new[0][keep]))
        found[name] = Reach(reach.clause[keep][order], new[0][keep][order], new[1][keep][order],
                            reach.perils[keep][order])
    return replace(clauses, reach=found)


def read_clauses(table: OedTable, places: Places, currency: Ints) -> "tuple[Clauses, Pairs]":
    """Return the clauses of a table, and all that their keys reach; faults go to its log.

    Locations and policies are those of ``places``; currency (n_accounts,): a code of each account.
    """
    words = table.words("Clause")
    kind = np.array([kind_of(word) for word in words.word.to_pylist()], dtype=object)[words.code]
    table.fault(kind == "", "Clause", "no such clause: expected one of " + ", ".join(KINDS))
    perils = table.perils("Peril")
    perils = np.where(perils == 0, all_perils(), perils)
    asked = find_asked(table)
    n_keys = np.zeros(len(table), dtype=np.int64)
    for name in (*KEYS, "Peril", "Coverage"):
        n_keys += filled_in(table.words(name))
    values = {name: table.number(name, np.nan) for name in NUMBERS}
    mask = _coded(table, "Coverage", COVERAGE, 0b1111)
    per = _coded(table, "Per", {"": 0, **{name: k for k, name in enumerate(PER)}}, 0)
    check_values(table, kind, values, per)
    group = same_keys({name: table.words(name) for name in KEYS}, perils,
                      (np.array([list(KINDS).index(one) if one else len(KINDS) for one in kind],
                                dtype=np.int64), mask, per))
    on = np.array([KINDS[one].on if one else ON_GROUPS for one in kind], dtype=object)
    on = np.where((on == ON_GROUPS) & (per == 1), ON_LOCATIONS, on)
    check_panels(table, kind == "coinsurance", group, values)
    table.note((kind == "coinsurance") & (values["Ours"] == 1.0), "Ours", "gross is this share of "
               "what the policies of the panel pay")
    below = (kind == "average") & (np.isfinite(values["SumInsured"])
                                   | np.isfinite(values["ShareInsured"]))
    table.note(np.isfinite(values["ShareOfInsured"]) & below.any(), "ShareOfInsured",
               "a share of the TIV columns, not of the sum insured that an average names: give an "
               "amount where the policy means the latter")
    table.note((kind == "average") & np.isfinite(values["Value"]), "Value", "averaged is the loss "
               "as given: where that is a share of a sum insured below the value, give SumInsured "
               "and the value as TIV")
    pairs = _pairs(table, asked, places, on)
    _check_currency(table, values, pairs, places, currency)
    draft = Clauses(
        tuple(kind), table.row, mask, perils, values,
        {"Per": tuple(PER[k] for k in per),
         "Insurer": tuple(text.strip() for text in table.text("Insurer").to_pylist())},
        n_keys, group, {})
    reach = {name: _reach(table, draft, places, pairs, on, name) for name in KINDS
             if (kind == name).any()}
    return replace(draft, reach=reach), pairs


def _coded(table: OedTable, name: str, known: Mapping[str, int], usual: int) -> Ints:
    words = table.words(name)
    found = [known.get(word.strip().lower(), -1) for word in words.word.to_pylist()]
    code = np.array(found, dtype=np.int64)[words.code]
    table.fault(code < 0, name, "one of these or blank: " + ", ".join(filter(None, known)))
    return np.where(code < 0, usual, code)


Pairs = tuple[tuple[Ints, Ints], tuple[Ints, Ints], Bools]
"""(clause, location), (clause, policy), and which clauses name a policy (n_clauses,)."""


def _pairs(table: OedTable, asked: Asked, places: Places, on: Ints) -> Pairs:
    """Return what the keys reach; a clause that reaches nothing is a fault."""
    names_policy = filled_in(table.words("PolNumber")) | filled_in(table.words("LayerNumber"))
    of_policy = (on == ON_POLICIES) | ((on == ON_GROUPS) & names_policy)
    of_location = (on == ON_LOCATIONS) | (on == ON_GROUPS)
    none = np.zeros(0, dtype=np.int64)
    at_location, at_policy = (none, none), (none, none)
    if of_location.any():
        at_location = reached(_of(asked, of_location), places.location_keys, places.location)
    if of_policy.any():
        at_policy = reached(_of(asked, of_policy), places.policy_keys, places.policy)
    lost = (of_location & ~np.isin(np.arange(len(table)), at_location[0])) \
        | (of_policy & ~np.isin(np.arange(len(table)), at_policy[0]))
    _tell_lost(table, asked, places, lost)
    return at_location, at_policy, names_policy


def _of(asked: Asked, rows: Bools) -> Asked:
    keep = np.flatnonzero(rows[asked.row])
    return Asked(asked.row[keep], {name: word.take(keep) for name, word in asked.keys.items()})


def _tell_lost(table: OedTable, asked: Asked, places: Places, lost: Bools) -> None:
    """Note each clause that reaches nothing at the key that is wrong, else at its last key."""
    told = ~lost
    for name in KEYS:
        known = places.location_keys.get(name, places.policy_keys.get(name))
        assert known is not None
        words = set(known.word.take(np.unique(known.code)).to_pylist())
        own = asked.keys[name]
        there = np.array([text in words for text in own.word.to_pylist()], dtype=bool)[own.code]
        found = np.zeros(len(table), dtype=bool)
        found[asked.row[there]] = True
        wrong = ~told & filled_in(table.words(name)) & ~found
        table.fault(wrong, name, "matches nothing in the location and account files: write it as "
                    "it stands there, or leave it blank for all")
        told |= wrong
    for name in reversed(KEYS):
        here = ~told & filled_in(table.words(name))
        table.fault(here, name, "matches nothing together with the other keys of this row")
        told |= here
    table.fault(~told, "Clause", "matches nothing: there is no location or policy of this kind")


def _check_currency(table: OedTable, values: Mapping[str, Floats], pairs: Pairs, places: Places,
                    currency: Ints) -> None:
    """An amount for accounts in several currencies is not known."""
    (clause, location), (of_policy, policy), _ = pairs
    clause = np.concatenate([clause, of_policy])
    account = np.concatenate([places.location_account[location], places.policy_account[policy]])
    known = account < len(currency)
    clause, code = clause[known], currency[account[known]]
    low = np.full(len(table), np.iinfo(np.int64).max)
    high = np.full(len(table), -1)
    np.minimum.at(low, clause, code)
    np.maximum.at(high, clause, code)
    for name in AMOUNTS:
        table.fault(np.isfinite(values[name]) & (high > low), name, "an amount for accounts in "
                    "several currencies: a row for each, with its AccNumber")


def _reach(table: OedTable, draft: Clauses, places: Places, pairs: Pairs, on: Ints,
           name: str) -> Reach:
    """Return where the clauses of a kind act; two of which one alone may act are a fault."""
    (clause, location), (of_policy, policy), names_policy = pairs
    mine = np.array([one == name for one in draft.kind], dtype=bool)
    here = mine[clause] & (on[clause] == ON_LOCATIONS)
    first = (clause[here], np.full(here.sum(), -1), location[here])
    here = mine[clause] & (on[clause] == ON_GROUPS)
    second = in_policies(places, clause[here], location[here], names_policy, (of_policy, policy))
    here = mine[of_policy] & (on[of_policy] == ON_POLICIES)
    third = (of_policy[here], policy[here], np.full(here.sum(), -1))
    parts = [np.concatenate(part) for part in zip(first, second, third, strict=True)]
    found = Reach(parts[0], parts[1], parts[2], draft.perils[parts[0]])
    if not KINDS[name].alone:
        twice = mine & ~firsts(np.where(mine, draft.group, -1 - np.arange(len(mine))))
        table.fault(twice, "Clause", f"a second {name} with the same keys: keep one, or narrow it "
                    "by a key")
        return found
    return _alone(table, draft, found, name)


def _alone(table: OedTable, draft: Clauses, every: Reach, name: str) -> Reach:
    """Return the entries that act: of several at one place that with most keys filled."""
    mask = draft.mask[every.clause]
    bits = [1 << c for c in range(4)] if name == "average" else sorted(set(mask.tolist()))
    perils = np.zeros(len(every), dtype=np.int64)
    ties = np.zeros(len(table), dtype=bool)
    n = int(every.location.max(initial=-1)) + 2
    owner = (every.policy + 1) * n + every.location + 1
    rank = draft.n_keys * (len(table) + 1)
    if name == "coinsurance":  # the rows of a panel are one
        rank = rank + len(table) - draft.group
    for group in peril_groups(every.perils):
        for bit in bits:
            here = np.flatnonzero(((every.perils & group) != 0) & (
                (mask & bit) != 0 if name == "average" else mask == bit))
            clause = every.clause[here]
            wins, tie = winners(owner[here], draft.n_keys[clause], draft.row[clause])
            if name == "coinsurance":
                wins, tie = _panels(owner[here], rank[clause], draft.n_keys[clause])
            perils[here[wins]] |= group
            ties[clause[tie]] = True
    table.fault(ties, "Clause", f"a second {name} for the same location or policy: keep one, or "
                "give one of them more keys (the one with most keys acts)")
    keep = np.flatnonzero(perils) if name != "average" else np.arange(len(every))
    return Reach(every.clause[keep], every.policy[keep], every.location[keep],
                 perils[keep] if name != "average" else every.perils)


def _panels(owner: Ints, rank: Ints, n_keys: Ints) -> tuple[Bools, Bools]:
    """Return the entries of the panel that acts on each policy, and those that tie with it."""
    best, most = np.zeros((2, int(owner.max(initial=-1)) + 1), dtype=np.int64)
    np.maximum.at(best, owner, rank)
    np.maximum.at(most, owner, n_keys)
    wins = rank == best[owner]
    return wins, ~wins & (n_keys == most[owner])
