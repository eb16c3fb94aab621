"""Which locations and policies a table of clauses is for: its keys against those of the book."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskcloud.exposure.classes import asset_classes, class_from_oed
from riskcloud.exposure.clause_kinds import KEYS, LOCATION_KEYS, POLICY_KEYS
from riskcloud.exposure.oed.keys import codes, first_rows, together
from riskcloud.exposure.oed.table import OedTable, encode
from riskcloud.types import Bools, Ints
from riskcloud.types.terms import Words


@dataclass(frozen=True, slots=True)
class Places:
    """A book's keys by row of its files: location (n_rows,) and policy of each row, account of each
    location and of each policy.
    """

    location_keys: Mapping[str, Words]
    policy_keys: Mapping[str, Words]
    location: Ints
    policy: Ints
    location_account: Ints
    policy_account: Ints


@dataclass(frozen=True, slots=True)
class Asked:
    """Keys of clauses: row (n,) of the table (one that lists several codes stands several times),
    and the words of each key.
    """

    row: Ints
    keys: Mapping[str, Words]


def find_places(locations: OedTable, accounts: OedTable, loc_code: Ints, acc_code: Ints,
                location: Ints, policy: Ints) -> Places:
    """Return the keys of a book: loc_code, acc_code (accounts), location and policy by row."""
    location_keys = {name: locations.words(name) for name in LOCATION_KEYS[:-1]}
    location_keys["AssetClass"] = _classes(locations)
    policy_keys = {name: accounts.words(name) for name in POLICY_KEYS}
    layer = policy_keys["LayerNumber"]  # blank is the first layer
    word = ["1" if not text.strip() else text for text in layer.word.to_pylist()]
    policy_keys["LayerNumber"] = Words(layer.code, pa.array(word, pa.string()))
    return Places(location_keys, policy_keys, location, policy, _by_owner(location, loc_code),
                  _by_owner(policy, acc_code))


def _by_owner(owner: Ints, values: Ints) -> Ints:
    """Return the value of each owner, where it first stands."""
    out = np.zeros(int(owner.max(initial=-1)) + 1, dtype=np.int64)
    out[owner[::-1]] = values[::-1]
    return out


def _classes(locations: OedTable) -> Words:
    """Return the asset class of each row: as written, else by its OED codes."""
    code, word = encode(locations.other("AssetClass"))
    given = [_class(text) or text.strip() for text in word.to_pylist()]
    occupancy, construction = (locations.words(name) for name in (
        "OccupancyCode", "ConstructionCode"))
    n = max(len(construction.word), 1)
    pair, of_row = np.unique(occupancy.code * n + construction.code, return_inverse=True)
    by_codes = [class_from_oed(_whole(occupancy.word[int(k // n)].as_py()),
                               _whole(construction.word[int(k % n)].as_py())) for k in pair]
    blank = np.array([not text for text in given], dtype=bool)
    every = pa.array([*given, *by_codes], pa.string())
    return Words(np.where(blank[code], len(given) + of_row, code) if len(code) else code, every)


def _class(text: str) -> str:
    """Return the class that a code or label names; '' where there is none such."""
    name = text.strip().casefold()
    return next((code for code, item in asset_classes().items() if name and name in (
        code.casefold(), item.label_zh.casefold(), item.label_en.casefold())), "")


def _whole(text: str) -> int:
    return int(text) if text.strip().isdigit() else 0


def find_asked(table: OedTable) -> Asked:
    """Return the keys of clauses; an unknown class is a fault of the table."""
    classes, wrong = [], []
    words = table.words("AssetClass")
    for cell in words.word.to_pylist():
        found, unknown = _named(cell)
        classes.append(found)
        wrong.append(unknown)
    bad = np.array([bool(text) for text in wrong], dtype=bool)[words.code]
    table.fault(bad, "AssetClass", [f"unknown class {wrong[k]}: expected a class of "
                                    "models/asset_classes, its label, or a group such as tower"
                                    for k in words.code[bad]])
    rows, occupancy, chosen = [], [], []
    codes_of = [_parts(cell) for cell in table.words("OccupancyCode").word.to_pylist()]
    for row, (k, c) in enumerate(zip(table.words("OccupancyCode").code, words.code, strict=True)):
        for code in codes_of[k] or [""]:
            for name in classes[c] or [""]:
                rows.append(row)
                occupancy.append(code)
                chosen.append(name)
    row_of = np.array(rows, dtype=np.int64)
    keys = {name: table.words(name).take(row_of) for name in KEYS}
    keys["OccupancyCode"] = Words(*encode(pa.array(occupancy, pa.string())))
    keys["AssetClass"] = Words(*encode(pa.array(chosen, pa.string())))
    return Asked(row_of, keys)


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.replace("；", ";").split(";") if part.strip()]


def _named(cell: str) -> tuple[list[str], str]:
    """Return the classes that a cell names, and the first word that is none."""
    found: list[str] = []
    for part in _parts(cell):
        group = [code for code, item in asset_classes().items()
                 if item.group.casefold() == part.casefold()]
        one = _class(part)
        if not one and not group:
            return found, part
        found += [one] if one else group
    return list(dict.fromkeys(found)), ""


def reached(asked: Asked, keys: Mapping[str, Words], place: Ints) -> tuple[Ints, Ints]:
    """Return pairs of a clause's row and a place that all its keys (of those given) agree with.

    place (n,): of each row with the keys. Clauses with the same keys filled are joined at once.
    """
    filled = {name: filled_in(asked.keys[name]) for name in keys}
    pattern = np.zeros(len(asked.row), dtype=np.int64)
    for k, name in enumerate(keys):
        pattern |= filled[name].astype(np.int64) << k
    n = int(place.max(initial=-1)) + 1
    found = [np.zeros(0, dtype=np.int64)]
    for value in np.unique(pattern):
        rows = np.flatnonzero(pattern == value)
        names = [name for k, name in enumerate(keys) if value >> k & 1]
        if not names:
            found.append((asked.row[rows][:, None] * n + np.arange(n)).ravel())
            continue
        own, wanted = together([[keys[name] for name in names],
                                [asked.keys[name].take(rows) for name in names]])
        order = np.argsort(own, kind="stable")
        begin, end = (np.searchsorted(own[order], wanted, side=side) for side in ("left", "right"))
        count = end - begin
        at = np.repeat(begin - np.cumsum(count) + count, count) + np.arange(count.sum())
        found.append(asked.row[np.repeat(rows, count)] * n + place[order[at]])
    pair = np.unique(np.concatenate(found))
    return (pair // n, pair % n) if n else (pair, pair)


def filled_in(words: Words) -> Bools:
    """Return where a key is given (n,)."""
    given = pc.not_equal(pc.utf8_trim_whitespace(words.word), "")
    return np.asarray(given.to_numpy(zero_copy_only=False), dtype=bool)[words.code]


def in_policies(places: Places, clause: Ints, location: Ints, names_policy: Bools,
                allowed: tuple[Ints, Ints]) -> tuple[Ints, Ints, Ints]:
    """Return (clause, policy, location) of the pairs in every policy of the location's account.

    names_policy (n_clauses,): clauses that are for the policies in ``allowed`` (clause, policy).
    """
    order = np.argsort(places.policy_account, kind="stable")
    own = places.policy_account[order]
    account = places.location_account[location]
    begin, end = (np.searchsorted(own, account, side=side) for side in ("left", "right"))
    count = end - begin
    at = np.repeat(begin - np.cumsum(count) + count, count) + np.arange(count.sum())
    clause, location, policy = np.repeat(clause, count), np.repeat(location, count), order[at]
    n = len(places.policy_account)
    keep = ~names_policy[clause] | np.isin(clause * n + policy, allowed[0] * n + allowed[1])
    return clause[keep], policy[keep], location[keep]


def winners(owner: Ints, n_keys: Ints, row: Ints) -> tuple[Bools, Bools]:
    """Return which of several entries of one owner acts, and which ties with it (n,).

    The one with most keys filled acts; of those with as many the first row, the others tie.
    """
    order = np.lexsort((row, -n_keys, owner))
    first = np.ones(len(order), dtype=bool)
    first[1:] = owner[order][1:] != owner[order][:-1]
    wins, ties = np.zeros(len(order), dtype=bool), np.zeros(len(order), dtype=bool)
    wins[order] = first
    best = n_keys[order][first][np.cumsum(first) - 1] if len(order) else n_keys
    ties[order] = ~first & (n_keys[order] == best)
    return wins, ties


def peril_groups(perils: Ints) -> list[int]:
    """Return disjoint bits such that each of the perils is a union of some of them."""
    groups: list[int] = []
    for bits in map(int, np.unique(perils)):
        split = []
        for group in groups:
            split += [part for part in (group & bits, group & ~bits) if part]
            bits &= ~group
        groups = [*split, *([bits] if bits else [])]
    return groups


def same_keys(asked_keys: Mapping[str, Words], perils: Ints, more: tuple[Ints, ...]) -> Ints:
    """Return a number for each row, alike where all keys, perils and ``more`` are."""
    total = codes(perils)
    for part in (*(asked_keys[name].code for name in KEYS), *more):
        total = codes(total * (int(part.max(initial=0)) + 1) + part)
    return total


def firsts(code: Ints) -> Bools:
    """Return where each code first stands (n,)."""
    found = np.zeros(len(code), dtype=bool)
    found[first_rows(codes(code))] = True
    return found
