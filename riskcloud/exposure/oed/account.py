"""The account file: policies, layers, conditions, and the account's own terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from riskcloud.exposure.oed.dates import read_dates, read_hours
from riskcloud.exposure.oed.keys import codes, first_rows
from riskcloud.exposure.oed.payouts import read_payouts
from riskcloud.exposure.oed.table import OedTable
from riskcloud.exposure.oed.terms import has_any, read_levels
from riskcloud.types import Bools, Floats, Ints
from riskcloud.types.terms import Dates, LevelTerms, Payouts, TermRows

WORDS = ("PortNumber", "AccNumber", "PolNumber", "LayerNumber", "CedantName", "ProducerName",
         "LOB", "AccCurrency")
NO_TAG = "0"
"""A CondTag of 0 is how files say that a location has none."""


@dataclass(frozen=True, slots=True)
class AccountRows:
    """Columns of an account file, a row each; ``policy`` numbers rows of one policy alike."""

    account: Ints
    policy: Ints
    perils: Ints
    attachment: Floats
    limit: Floats
    share: Floats
    account_share: Floats
    policy_terms: TermRows
    conditions: TermRows
    priority: Ints
    restricts: npt.NDArray[np.bool_]
    account_terms: TermRows
    payouts: Payouts | None
    dates: Dates | None
    hours: Floats | None


def read_accounts(table: OedTable, account: Ints) -> AccountRows:
    """Return the rows of an account file; faults go to its log. account (n,): of each row."""
    n = len(table)
    perils = table.perils("PolPerilsCovered")
    table.fault(perils == 0, "PolPerilsCovered", "no peril is covered: expected OED codes such as "
                "WTC or AA1")
    number, layer = table.words("PolNumber").code, table.number("LayerNumber").astype(np.int64)
    policy = codes((account * (n + 1) + number) * (int(layer.max(initial=0)) + 1) + layer)
    share = table.number("LayerParticipation")
    table.note(share == 0.0, "LayerParticipation", "0 pays nothing; leave the cell blank for the "
               "whole")
    account_share = table.number("AccParticipation")
    table.note(account_share == 0.0, "AccParticipation", "0 pays nothing; leave the cell blank "
               "for the whole")
    attachment, limit = table.number("LayerAttachment"), table.number("LayerLimit")
    rows = AccountRows(
        account, policy, perils, attachment, limit, share, account_share,
        _terms(table, "Pol", "PolPeril", policy, perils),
        _terms(table, "Cond", "CondPeril", policy, perils),
        _priority(table), table.number("CondClass") == 1.0 if table.has("CondClass")
        else np.zeros(n, dtype=bool), _terms(table, "Acc", "AccPeril", account, perils),
        read_payouts(table, policy), read_dates(table, "Pol"), read_hours(table))
    _check_same(table, rows)
    return rows


def _priority(table: OedTable) -> Ints:
    return np.maximum(table.number("CondPriority", 1.0), 1.0).astype(np.int64)


def _terms(table: OedTable, prefix: str, perils_column: str, owner: Ints,
           covered: Ints) -> TermRows:
    levels = read_levels(table, prefix)
    perils = covered
    if table.has(perils_column):
        perils = table.perils(perils_column)
        blank = perils == 0
        table.note(blank & has_any(levels, len(table)), perils_column,
                   "terms without perils: taken for all that are covered")
        perils = np.where(blank, covered, perils)
    return TermRows(owner, perils, table.row, levels)


def _check_same(table: OedTable, rows: AccountRows) -> None:
    """What a policy or an account has once must not differ from row to row."""
    by_policy: Mapping[str, Any] = {
        "PolPerilsCovered": rows.perils, "LayerAttachment": rows.attachment,
        "LayerLimit": rows.limit, "LayerParticipation": rows.share}
    if rows.dates is not None:
        by_policy = {**by_policy, "PolInceptionDate": rows.dates.inception.view(np.int64),
                     "PolExpiryDate": rows.dates.expiry.view(np.int64)}
    for name, values in by_policy.items():
        table.fault(_differs(rows.policy, values), name, "differs from the first row of this "
                    "policy: a policy has one")
    by_account: Mapping[str, Any] = {
        "AccCurrency": table.words("AccCurrency").code, "AccParticipation": rows.account_share}
    if rows.hours is not None:
        table.note(_differs(rows.account, rows.hours), "HoursClause", "not that of the first row "
                   "of this account: the shortest of an account holds for all its policies")
    for name, values in by_account.items():
        table.fault(_differs(rows.account, values), name, "differs from the first row of this "
                    "account: an account has one")
    for terms, prefix in ((rows.policy_terms, "Pol"), (rows.account_terms, "Acc")):
        _check_terms(table, terms, prefix)


def _differs(owner: Ints, values: Any) -> Bools:
    return np.asarray(values != values[first_rows(codes(owner))[codes(owner)]])


def _check_terms(table: OedTable, terms: TermRows, prefix: str) -> None:
    """Two rows of one owner with common perils must have the same terms."""
    first = first_rows(codes(terms.owner))[codes(terms.owner)]
    if (first == np.arange(len(terms))).all() or not terms.levels:
        return
    unlike = np.zeros(len(terms), dtype=bool)
    for level in terms.levels.values():
        for name in LevelTerms.__slots__:
            column = getattr(level, name)
            unlike |= column != column[first]
    unlike |= terms.perils != terms.perils[first]
    clash = np.zeros(len(terms), dtype=bool)
    rows = np.flatnonzero(np.isin(terms.owner, terms.owner[unlike]))
    rows = rows[np.argsort(terms.owner[rows], kind="stable")]
    for group in np.split(rows, np.flatnonzero(np.diff(terms.owner[rows])) + 1):
        seen: list[tuple[int, tuple[float, ...]]] = []
        for i in group:
            values = tuple(float(getattr(level, name)[i]) for level in terms.levels.values()
                           for name in LevelTerms.__slots__)
            perils = int(terms.perils[i])
            clash[i] = any(perils & was and values != other for was, other in seen)
            seen.append((perils, values))
    column = next(f"{prefix}{kind}{level}" for level in ("6All", "5PD", "1Building", "2Other",
                  "3Contents", "4BI") for kind in ("Ded", "Limit", "MinDed", "MaxDed")
                  if table.has(f"{prefix}{kind}{level}"))
    table.fault(clash, column, "other terms than an earlier row has for the same perils: one of "
                "them, or perils that differ")
