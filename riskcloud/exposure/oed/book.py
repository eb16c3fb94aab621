"""A book from its OED files, every fault of all of them at once before anything is computed."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskcloud.errors import InputError, Problem
from riskcloud.exposure.clause_kinds import CLAUSES, FIELDS
from riskcloud.exposure.clause_reach import firsts
from riskcloud.exposure.clauses import clauses_of, placed
from riskcloud.exposure.oed import account as of_account
from riskcloud.exposure.oed import location as of_location
from riskcloud.exposure.oed.conditions import Tags, check_conditions, distinct, read_tags
from riskcloud.exposure.oed.currencies import Rates, check_currencies, converted
from riskcloud.exposure.oed.dates import take as take_dates
from riskcloud.exposure.oed.keys import codes, first_rows, together
from riskcloud.exposure.oed.reinsurance import read_treaties
from riskcloud.exposure.oed.table import OedTable
from riskcloud.exposure.oed.terms import has_any
from riskcloud.exposure.oed.unmapped import find_unmapped
from riskcloud.types import Bools, Ints
from riskcloud.types.terms import (
    AccountBook,
    LocationBook,
    OedBook,
    Payouts,
    TermRows,
    Words,
)


def read_book(location: Path, account: Path, *, reins_info: Path | None = None,
              reins_scope: Path | None = None, rates: Rates | None = None,
              clauses: Path | None = None, skip_bad: bool = False,
              ) -> tuple[OedBook, tuple[Problem, ...]]:
    """Return a book and the faults of the rows set aside.

    Parameters
    ----------
    location, account, reins_info, reins_scope : OED files (CSV in UTF-8, GB18030 or UTF-16, XLSX
        or Parquet); both or neither of the last two.
    rates : of currencies, where the book mixes them; then all amounts are in ``rates.base``.
    clauses : table of terms that OED has no field for (docs/terms.md).
    skip_bad : go on without rows that have a fault. A fault of an account's row takes the whole
        account and its locations; what went is in ``OedBook.set_aside``.

    Raises
    ------
    InputError : every fault of all files, each with file, row, column, value and remedy.
    """
    tables = [OedTable(location, "Loc"), OedTable(account, "Acc")]
    if reins_info is not None and reins_scope is not None:
        tables += [OedTable(reins_info, "ReinsInfo"), OedTable(reins_scope, "ReinsScope")]
    if clauses is not None:
        tables.append(OedTable(clauses, CLAUSES, FIELDS))
    _check_heads(tables)
    locations, accounts = tables[0], tables[1]
    acc_code, loc_code = together([[table.key(name) for name in ("PortNumber", "AccNumber")]
                                   for table in (accounts, locations)])
    locations.key("LocNumber")
    accounts.key("PolNumber")
    n_accounts = int(acc_code.max(initial=-1)) + 1
    locations.fault(loc_code >= n_accounts, "AccNumber", f"no such PortNumber and AccNumber in "
                    f"{account.name}")
    lonely = ~np.isin(acc_code, loc_code) & firsts(acc_code)
    accounts.fault(lonely, "AccNumber", f"no location of this account in {location.name}")
    loc_rows = of_location.read_locations(locations, loc_code)
    acc_rows = of_account.read_accounts(accounts, acc_code)
    tags = read_tags(accounts, locations)
    holds = check_conditions(accounts, locations, acc_rows, tags, loc_code, loc_rows.location)
    check_currencies(accounts, locations, acc_code, loc_code, rates)
    treaties = None if reins_scope is None else read_treaties(tables[2], tables[3], rates)
    extra, blamed = clauses_of(tables, loc_code, acc_code, loc_rows.location, acc_rows.policy)
    problems = _problems(tables)
    if problems and not skip_bad:
        raise InputError(f"{len(problems)} problem(s) in {_names(tables)}", problems)
    keep_loc, keep_acc = _good_rows(tables, blamed, acc_code, loc_code, loc_rows.location)
    if not keep_loc.any():
        raise InputError(f"{len(problems)} problem(s) in {_names(tables)}; no location is left",
                         problems)
    new_account = np.cumsum(np.isin(np.arange(n_accounts), loc_code[keep_loc])) - 1
    book = OedBook(
        _locations(locations, loc_rows, tags, np.flatnonzero(keep_loc), new_account[
            np.minimum(loc_code, n_accounts - 1)]),
        _accounts(accounts, acc_rows, tags, holds, keep_acc, new_account[acc_code]),
        treaties, _currency(accounts, keep_acc, new_account[acc_code], rates),
        notes=tuple(note for table in tables for note in table.notes),
        unmapped=find_unmapped(tables),
        set_aside=_set_aside(locations, accounts, loc_rows, keep_loc, keep_acc)
        | _rejected_of(tables),
        clauses=None if extra is None else placed(
            extra, _renumbered(loc_rows.location, np.flatnonzero(keep_loc)),
            _renumbered(acc_rows.policy, _by_account(keep_acc, new_account[acc_code]))))
    return (book if rates is None else converted(book, rates)), problems


def _rejected_of(tables: Sequence[OedTable]) -> dict[str, int]:
    """Return how many rows of contracts, their scope and clauses went."""
    bad = {table.file: int(table.log.bad.sum()) for table in tables}
    return {"contracts": bad.get("ReinsInfo", 0), "scope_rows": bad.get("ReinsScope", 0),
            **({"clauses": bad[CLAUSES]} if CLAUSES in bad else {})}


def _renumbered(old: Ints, kept: Ints) -> Ints:
    """Return the new number of each old one, -1 where it is not among the rows kept."""
    new = np.full(int(old.max(initial=-1)) + 1, -1)
    new[old[kept]] = codes(old[kept])
    return new


def _by_account(keep: Bools, account: Ints) -> Ints:
    """Return the rows kept, by account."""
    place = np.flatnonzero(keep)
    return place[np.argsort(account[place], kind="stable")]


def _names(tables: Sequence[OedTable]) -> str:
    return ", ".join(table.path.name for table in tables)


def _check_heads(tables: Sequence[OedTable]) -> None:
    """Raise InputError with the missing columns of all files: without them no row can be read."""
    heads = [replace(item, file=table.path.name) for table in tables
             for item in sorted(table.of_file) if item.row <= 1]
    if heads:
        raise InputError(f"{len(heads)} problem(s) in {_names(tables)}", heads)


def _problems(tables: Sequence[OedTable]) -> tuple[Problem, ...]:
    return tuple(replace(item, file=table.path.name) for table in tables
                 for item in sorted([*table.of_file, *table.log.of_rows]))


def _good_rows(tables: Sequence[OedTable], blamed: Ints, acc_code: Ints, loc_code: Ints,
               location: Ints) -> tuple[Bools, Bools]:
    """Return the rows of locations and accounts that stay.

    A fault of a location's row takes the location, one of an account's row (or of a clause on it)
    the account and its locations; an account without a location left goes too.
    """
    locations, accounts = tables[0], tables[1]
    bad_account = np.union1d(acc_code[accounts.log.bad], blamed)
    keep_loc = ~np.isin(location, location[locations.log.bad]) & ~np.isin(loc_code, bad_account)
    keep_acc = ~np.isin(acc_code, bad_account) & np.isin(acc_code, loc_code[keep_loc])
    return keep_loc & np.isin(loc_code, acc_code[keep_acc]), keep_acc


def _term_rows(terms: TermRows, rows: Ints, owner: Ints) -> TermRows:
    return TermRows(owner, terms.perils[rows], terms.row[rows],
                    {k: level.take(rows) for k, level in terms.levels.items()})


def _locations(table: OedTable, rows: of_location.LocationRows, tags: Tags, keep: Ints,
               account: Ints) -> LocationBook:
    code = codes(rows.location[keep])
    first = keep[first_rows(code)]
    with_terms = first
    if rows.location.max() + 1 < len(rows.location):
        with_terms = keep[first_rows(codes(of_location.perils_code(rows)[keep]))]
    owner = np.empty(len(rows.location), dtype=np.int64)
    owner[keep] = code
    tag = tags.of_location[keep]
    tagged = np.flatnonzero(tag != tags.blank)
    # rows that differ by LocPeril alone are one member of a condition, not several
    pair = code[tagged] * (int(tag.max(initial=0)) + 1) + tag[tagged]
    tagged = tagged[first_rows(codes(pair))]

    def of_first(values: Any) -> Any:
        return None if values is None else values[first]

    return LocationBook(
        table.row[first], account[first], rows.tiv[first], rows.perils[first],
        _term_rows(TermRows(owner, rows.term_perils, table.row, rows.levels), with_terms,
                   owner[with_terms]),
        of_first(rows.waiting), of_first(rows.indemnity), of_first(rows.participation),
        code[tagged], tag[tagged],
        {name: table.words(name).take(first) for name in of_location.WORDS},
        take_dates(rows.dates, first))


def _accounts(table: OedTable, rows: of_account.AccountRows, tags: Tags, holds: Bools,
              keep: Bools, account: Ints) -> AccountBook:
    place = _by_account(keep, account)
    policy = codes(rows.policy[place])
    first = place[first_rows(policy)]
    number = np.full(int(rows.policy.max(initial=0)) + 1, -1)
    number[rows.policy[place]] = policy
    first_of_account = first[first_rows(account[first])]
    conditions = np.intersect1d(distinct(rows, tags, holds), place)
    pol_rows = _distinct_terms(rows.policy_terms, place)
    acc_rows = _distinct_terms(rows.account_terms, place)
    return AccountBook(
        account[first], table.row[first], rows.perils[first], rows.attachment[first],
        rows.limit[first], rows.share[first], rows.account_share[first_of_account],
        _term_rows(rows.policy_terms, pol_rows, number[rows.policy[pol_rows]]),
        _term_rows(rows.conditions, conditions, number[rows.policy[conditions]]),
        tags.of_account[conditions], rows.priority[conditions], rows.restricts[conditions],
        _term_rows(rows.account_terms, acc_rows, account[acc_rows]),
        _payouts(rows.payouts, number),
        {name: table.words(name).take(first) for name in of_account.WORDS},
        {name: table.words(name).take(first_of_account)
         for name in ("PortNumber", "AccNumber")},
        take_dates(rows.dates, first), None if rows.hours is None else rows.hours[first])


def _payouts(payouts: Payouts | None, number: Ints) -> Payouts | None:
    """Return the steps of the policies that stay (number: -1 for others), each once."""
    if payouts is None:
        return None
    owner = number[payouts.owner]
    rows = np.flatnonzero(owner >= 0)
    every = np.column_stack([owner, payouts.mask, payouts.number, payouts.amounts,
                             payouts.shares])[rows]
    rows = rows[np.sort(np.unique(every, axis=0, return_index=True)[1])]
    return Payouts(owner[rows], payouts.mask[rows], payouts.number[rows], payouts.row[rows],
                   payouts.amounts[rows], payouts.shares[rows])


def _distinct_terms(terms: TermRows, place: Ints) -> Ints:
    """Return the rows (of ``place``) with terms, each once for an owner and its perils."""
    place = place[has_any(dict(terms.levels), len(terms))[place]]
    if not len(place):
        return place
    perils = codes(terms.perils[place])
    return np.sort(place[first_rows(codes(
        terms.owner[place] * (int(perils.max()) + 1) + perils))])


def _currency(table: OedTable, keep: Bools, account: Ints, rates: Rates | None) -> Words:
    place = np.flatnonzero(keep)
    first = place[first_rows(codes(account[place]))]
    first = first[np.argsort(account[first], kind="stable")]
    if rates is not None:
        return Words(np.zeros(len(first), dtype=np.int64), pa.array([rates.base]))
    return table.words("AccCurrency").take(first)


def _set_aside(locations: OedTable, accounts: OedTable, rows: of_location.LocationRows,
               keep_loc: Bools, keep_acc: Bools) -> dict[str, Any]:
    """Return how many rows went, and the sums insured that went with them by currency."""
    gone = np.flatnonzero(~keep_loc)
    gone = gone[first_rows(codes(rows.location[gone]))] if len(gone) else gone
    currency = pc.utf8_upper(locations.text("LocCurrency")).take(pa.array(gone)).to_pylist()
    tiv: dict[str, float] = {}
    for name, value in zip(currency, rows.tiv[gone].sum(axis=1), strict=True):
        tiv[name] = tiv.get(name, 0.0) + float(value)
    return {"locations": len(gone), "location_rows": int((~keep_loc).sum()),
            "account_rows": int((~keep_acc).sum()), "tiv": tiv}
