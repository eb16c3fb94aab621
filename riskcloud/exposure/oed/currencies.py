"""Currencies of a book: one an account, or rates that turn all amounts into one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from riskcloud.errors import InputError, Problem
from riskcloud.exposure.cells import to_numbers
from riskcloud.exposure.clause_kinds import AMOUNTS
from riskcloud.exposure.formats import read_cells
from riskcloud.exposure.oed.keys import together
from riskcloud.exposure.oed.table import OedTable
from riskcloud.exposure.portfolio import Portfolio
from riskcloud.exposure.schema import TIV, header_key
from riskcloud.types import Floats, Ints
from riskcloud.types.terms import Clauses, LevelTerms, OedBook, TermRows, Words

_AMOUNT: Final = re.compile(r"(ded|limit)_(building|other|contents|bi|all)")  # of columns.csv


@dataclass(frozen=True, slots=True)
class Rates:
    """What one unit of a currency is worth in ``base``."""

    base: str
    value: Mapping[str, float]


def read_rates(path: Path) -> Rates:
    """Return rates from a table with columns currency and rate; the base is the one at rate 1.

    Raises
    ------
    InputError : a column missing, a currency twice, a rate that is no number above 0, not just one
        base.
    """
    raw = read_cells(path, is_portfolio=False)
    place = {header_key(header): k for k, header in enumerate(raw.headers)}
    missing = [Problem(1, name, "", "required column is missing", path.name)
               for name in ("currency", "rate") if name not in place]
    if missing:
        raise InputError(f"{path}: no table of rates", missing)
    names = pc.utf8_upper(pc.utf8_trim_whitespace(raw.columns[place["currency"]])).to_pylist()
    rate = to_numbers(raw.columns[place["rate"]]).value
    bad = [Problem(int(row), "rate", "" if np.isnan(value) else f"{value:g}",
                   "expected a number above 0: what one unit is worth in the base currency",
                   path.name)
           for row, value in zip(raw.row, rate, strict=True) if not value > 0.0]
    twice = np.array([names.index(name) != k for k, name in enumerate(names)], bool)
    bad += [Problem(int(row), "currency", names[k], "this currency stands above: give it one rate",
                    path.name)
            for k, row in enumerate(raw.row) if twice[k]]
    bases = [name for name, value in zip(names, rate, strict=True) if value == 1.0]
    if bad or len(set(bases)) != 1:
        raise InputError(f"{path}: no table of rates", bad or [Problem(
            0, "rate", "", "expected one currency at rate 1: the one that amounts are turned "
            "into", path.name)])
    return Rates(bases[0], dict(zip(names, (float(value) for value in rate), strict=True)))


def check_currencies(accounts: OedTable, locations: OedTable, acc_code: Ints, loc_code: Ints,
                     rates: Rates | None) -> None:
    """Note amounts whose currency is not their account's, or has no rate."""
    for table, name in ((accounts, "AccCurrency"), (locations, "LocCurrency")):
        blank = table.blank_words(name)
        table.fault(blank, name, "blank: expected an ISO 4217 currency code")
        if rates is not None:
            words = table.words(name)
            no_rate = np.array([word.strip().upper() not in rates.value
                                for word in words.word.to_pylist()], dtype=bool)
            table.fault(no_rate[words.code] & ~blank, name, "no rate for this currency")
    if rates is not None:
        return
    of_account, of_location = together([[accounts.words("AccCurrency")],
                                        [locations.words("LocCurrency")]])
    currency = np.full(int(max(acc_code.max(initial=0), loc_code.max(initial=0))) + 1, -1)
    currency[acc_code[::-1]] = of_account[::-1]
    mixed = (currency[loc_code] >= 0) & (currency[loc_code] != of_location)
    locations.fault(mixed, "LocCurrency", "not the currency of its account, and no rate: give "
                    "--rates, a table of currency and rate")


def _factors(words: Words, rates: Rates) -> Floats:
    value = np.array([rates.value[word.strip().upper()] for word in words.word.to_pylist()])
    return np.asarray(value[words.code], dtype=np.float64)


def converted(book: OedBook, rates: Rates) -> OedBook:
    """Return a book whose amounts are all in the base currency."""
    locations, accounts = book.locations, book.accounts
    factor = _factors(locations.words["LocCurrency"], rates)
    by_policy = _factors(accounts.words["AccCurrency"], rates)
    by_account = np.ones(accounts.n_accounts)
    by_account[accounts.account] = by_policy
    treaties = book.treaties
    if treaties is not None:
        own_rate = treaties.amounts["ReinsFXrate"]  # 1 for none of its own
        by_treaty = np.array([rates.value.get(name.upper(), 1.0) if rate == 1.0 else rate
                              for name, rate in zip(treaties.currency, own_rate, strict=True)])
        amounts = {name: values * by_treaty if name.endswith(("Limit", "Attachment", "Ded",
                                                              "Franchise")) else values
                   for name, values in treaties.amounts.items()}
        periods = treaties.periods
        treaties = replace(
            treaties, amounts=amounts, currency=(rates.base,) * len(treaties),
            periods=None if periods is None else replace(
                periods, premium=periods.premium * by_treaty))
    return replace(
        book, treaties=treaties, clauses=None if book.clauses is None else in_base(
            book.clauses, by_account[locations.account], by_policy),
        locations=replace(locations, tiv=locations.tiv * factor[:, None],
                          terms=_scaled(locations.terms, factor)),
        accounts=replace(
            accounts, attachment=accounts.attachment * by_policy, limit=accounts.limit * by_policy,
            policy_terms=_scaled(accounts.policy_terms, by_policy),
            conditions=_scaled(accounts.conditions, by_policy),
            account_terms=_scaled(accounts.account_terms, by_account),
            payouts=None if accounts.payouts is None else replace(
                accounts.payouts,
                amounts=accounts.payouts.amounts * by_policy[accounts.payouts.owner][:, None])))


def in_base(clauses: Clauses, by_location: Floats, by_policy: Floats) -> Clauses:
    """Return clauses whose amounts, in the currency of their accounts, are in the base currency."""
    factor = np.ones(len(clauses))
    for reach in clauses.reach.values():
        here = reach.location >= 0
        factor[reach.clause[here]] = by_location[reach.location[here]]
        factor[reach.clause[~here]] = by_policy[reach.policy[~here]]
    return replace(clauses, values={
        name: values * factor if name in AMOUNTS else values
        for name, values in clauses.values.items()})


def _scaled(terms: TermRows, factor: Floats) -> TermRows:
    own: Any = factor[terms.owner]
    levels = {}
    for k, level in terms.levels.items():
        levels[k] = LevelTerms(
            np.where(level.deductible_type == 0, level.deductible * own, level.deductible),
            level.deductible_type, level.deductible_code, level.minimum * own,
            level.maximum * own, np.where(level.limit_type == 0, level.limit * own, level.limit),
            level.limit_type, level.limit_code)
    return replace(terms, levels=levels)


def converted_portfolio(portfolio: Portfolio, rates: Rates) -> Portfolio:
    """Return the locations of a book with sums insured and terms in the base currency.

    A share of the loss or of the value stays; a currency without a rate leaves no amount.
    """
    table = portfolio.table.copy()
    words = table["currency"].astype(str).str.strip().str.upper()
    factor = words.map(dict(rates.value)).to_numpy(np.float64)
    for name in TIV:
        table[name] = table[name].to_numpy(np.float64) * factor
    for name in [name for name in table.columns if _AMOUNT.fullmatch(str(name))]:
        kind = table[f"{name}_type"].to_numpy(np.float64, na_value=0.0) \
            if f"{name}_type" in table.columns else np.zeros(len(table))
        amount = table[name].to_numpy(np.float64, na_value=np.nan)
        table[name] = np.where(kind == 0.0, amount * factor, amount)
    table["currency"] = pd.Categorical([rates.base] * len(table))
    note = f"all amounts are in {rates.base}, by the rates given"
    return replace(portfolio, table=table, notes=(*portfolio.notes, note))
