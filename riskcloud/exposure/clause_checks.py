"""What a clause must hold: the values its kind needs, no others, shares that add up."""

from collections.abc import Mapping

import numpy as np

from riskcloud.exposure.clause_kinds import (
    AMOUNTS,
    FLAGS,
    KEYS,
    KINDS,
    LOCATION_KEYS,
    NUMBERS,
    ON_GROUPS,
    ON_LOCATIONS,
    ON_POLICIES,
    POLICY_KEYS,
)
from riskcloud.exposure.clause_reach import filled_in
from riskcloud.exposure.oed.table import OedTable
from riskcloud.types import Bools, Floats, Ints

_ABOVE_ZERO = ("Value", "SumInsured", "ShareInsured", "PaidInFullFrom", "PerItem",
               "NumberOfItems", "Share", "Maximum")
"""Columns in which 0 says nothing."""
_NOT_READ = {ON_LOCATIONS: tuple(name for name in POLICY_KEYS if name not in LOCATION_KEYS),
             ON_GROUPS: (),
             ON_POLICIES: (*(name for name in LOCATION_KEYS if name not in POLICY_KEYS), "Peril")}
"""Keys that a kind cannot tell apart."""


def check_values(table: OedTable, kind: Ints, values: Mapping[str, Floats], per: Ints) -> None:
    """Note values missing, out of range, or in a column that their clause does not read."""
    given = {name: filled_in(table.words(name)) for name in (
        *NUMBERS, *KEYS, "Coverage", "Per", "Insurer", "Peril")}
    for name, item in KINDS.items():
        mine = kind == name
        if not mine.any():
            continue
        for group in item.needs:
            some = np.any([given[column] for column in group], axis=0)
            table.fault(mine & ~some, group[0], f"blank: a clause {name} needs "
                        + " or ".join(group))
        unread = (*(column for column in (*NUMBERS, "Coverage", "Per", "Insurer")
                    if column not in item.columns), *_NOT_READ[item.on])
        for column in unread:
            table.fault(mine & given[column], column, f"is not read for a clause {name}: leave it "
                        "blank")
    for column in ("PolNumber", "LayerNumber"):
        table.fault(given[column] & (per == 1), column, "what is of each location acts before any "
                    "policy: leave it blank, or Per event")
    for name in _ABOVE_ZERO:
        table.fault(values[name] == 0.0, name, "a number above 0 is needed")
    for name in FLAGS:
        table.fault(~np.isin(values[name], (0.0, 1.0)) & np.isfinite(values[name]), name,
                    "expected 1 for yes, 0 or blank for no")
    for name in AMOUNTS:
        table.fault((values[name] > 0.0) & (values[name] < 1.0) | table.percent(name), name,
                    "a share in a column of amounts: there is a column of shares for it")
    _check_kinds(table, kind, values)


def _check_kinds(table: OedTable, kind: Ints, values: Mapping[str, Floats]) -> None:
    """Note what goes wrong between the columns of one kind."""
    given = {name: np.isfinite(value) for name, value in values.items()}
    agreed = values["AgreedValue"] == 1.0
    several = sum(given[name].astype(np.int64) for name in ("Value", "SumInsured", "ShareInsured"))
    table.fault((kind == "average") & (several > 1), "ShareInsured", "one of Value, SumInsured and "
                "ShareInsured says how much is insured: keep one")
    table.fault((kind == "average") & agreed & (several > 0), "AgreedValue", "an agreed value is "
                "not averaged: leave Value, SumInsured and ShareInsured blank, or AgreedValue")
    table.fault((kind == "average") & (values["AgreedValue"] == 0.0) & (several == 0), "Value",
                "blank: a clause average needs Value, SumInsured or ShareInsured")
    limit = kind == "sublimit"
    table.fault(limit & (values["Amount"] == 0.0), "Amount", "0 pays nothing: an amount above 0, "
                "or no clause")
    table.fault(limit & (values["ShareOfInsured"] == 0.0), "ShareOfInsured", "0 pays nothing: a "
                "share above 0, or no clause")
    table.fault(limit & (given["PerItem"] != given["NumberOfItems"]), "NumberOfItems",
                "PerItem and NumberOfItems belong together")
    greater = kind == "greater_of"
    zero = np.nansum([values[name] for name in ("Amount", "ShareOfLoss", "ShareOfInsured")],
                     axis=0) == 0.0
    table.fault(greater & (values["Amount"] > values["Maximum"]), "Maximum", "below the Amount: "
                "the deductible would never be that amount")
    table.fault(greater & zero & given["Amount"], "Amount", "0 takes nothing: an amount or a share "
                "above 0, or no clause")


def check_panels(table: OedTable, panel: Bools, group: Ints, values: Mapping[str, Floats]) -> None:
    """Note panels without one leader and one own share, insurers twice, shares above the whole."""
    rows = np.flatnonzero(panel)
    if not len(rows):
        return
    n = int(group.max()) + 1
    share = np.nan_to_num(values["Share"])
    names = np.array([text.strip().casefold() for text in table.text("Insurer").to_pylist()],
                     dtype=object)
    twice, last = np.zeros(len(table), dtype=bool), np.full(n, -1)
    last[group[rows]] = rows
    seen: set[tuple[int, str]] = set()
    for row in rows:
        key = (int(group[row]), str(names[row]))
        twice[row] = key in seen and bool(names[row])
        seen.add(key)
    table.fault(twice, "Insurer", "stands twice in this panel: one row for each insurer")
    for column, words in (("Lead", "a panel has one leader: 1 in one row of it, blank in others"),
                          ("Ours", "whose share is ours is not known: 1 in one row of the panel, "
                           "blank in others")):
        count = np.bincount(group[rows], weights=np.nan_to_num(values[column][rows]) == 1.0,
                            minlength=n)
        table.fault(_at(last, (count != 1.0) & (last >= 0), len(table)), column, words)
    total = np.bincount(group[rows], weights=share[rows], minlength=n)
    table.fault(_at(last, total > 1.0 + 1e-9, len(table)), "Share", "the shares of this panel sum "
                "to more than 1")


def _at(row: Ints, where: Bools, n: int) -> Bools:
    out = np.zeros(n, dtype=bool)
    out[row[where]] = True
    return out
