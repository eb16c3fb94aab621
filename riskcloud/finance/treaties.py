"""Reinsurance of a book: recoveries contract by contract in inuring order, and what is left.

Source: Open Exposure Data 4.0, Reinsurance: the ceded share first, then terms per risk, per
occurrence and per period, then the share placed; contracts of a lower inuring priority apply first,
those of the same priority to the same loss.
"""

from dataclasses import dataclass

import numpy as np

from riskcloud.errors import InputError, Problem
from riskcloud.finance.periods import (
    Reinstatements,
    attaches,
    period_limits,
    reinstatements,
)
from riskcloud.finance.program import Program
from riskcloud.finance.scope import match_scope, n_fields
from riskcloud.finance.sums import summed
from riskcloud.kernels import contracts as kernel
from riskcloud.types import Bools, Floats, Ints
from riskcloud.types.terms import OedBook, Treaties


@dataclass(frozen=True, slots=True)
class Contracts:
    """Contracts with their entries: cells in scope, by contract and risk (see the kernel).

    scope (n_entries,): the row of ``Treaties.scope`` by which each is in it. idle: rows of it that
    name no policy and location of the book. reinstated: None where
    no contract pays for reinstatements; notional (n_contracts,): share of each that counts for
    later priorities and nobody pays, None where none has any.
    """

    priorities: Ints
    inuring: Ints
    start: Ints
    pair: Ints
    risk: Ints
    ceded: Floats
    term: Floats
    n_pairs: int
    scope: Ints
    idle: Ints
    reinstated: Reinstatements | None = None
    notional: Floats | None = None


@dataclass(frozen=True, slots=True)
class Net:
    """Net losses (n_cells,), recoveries (n_contracts,), and net totals behind each priority.

    over_ceded: cells of which contracts of one priority ceded more than the whole; their
    recoveries are scaled to it. paid (n_entries,): by each entry of the contracts. premium
    (n_contracts,): for reinstating what the event used. counted (n_entries,): paid and notional,
    what contracts of later priorities see taken off.
    """

    net: Floats
    recovery: Floats
    by_priority: Floats
    over_ceded: int
    paid: Floats
    premium: Floats
    counted: Floats


def compile_contracts(book: OedBook, treaties: Treaties, program: Program) -> Contracts:
    """Return the contracts of a book for a program's perils.

    Raises
    ------
    InputError : a contract in another currency than the accounts it covers.
    """
    row, pair = match_scope(book, treaties, program)
    idle = np.setdiff1d(np.arange(len(treaties.scope_of)), row)
    n_parts = len(program.parts)
    part = np.tile(np.arange(n_parts), len(row))
    row, pair = np.repeat(row, n_parts), np.repeat(pair, n_parts)
    contract = treaties.scope_of[row]
    struck = (program.perils[program.pair_location[pair]]
              & program.covered[program.pair_policy[pair]]
              & np.array(program.parts, dtype=np.int64)[part] & treaties.perils[contract]) != 0
    if book.accounts.dates is not None:
        struck &= attaches(treaties, contract,
                           book.accounts.dates.inception[program.pair_policy[pair]])
    row, contract = row[struck], contract[struck]
    pair = pair[struck] * n_parts + part[struck]  # a cell from here on
    # a cell counts once in a contract: by the row with most fields, else the first
    order = np.lexsort((row, -n_fields(treaties)[row], pair, contract))
    row, pair, contract = row[order], pair[order], contract[order]
    first = np.ones(len(row), dtype=bool)
    first[1:] = (contract[1:] != contract[:-1]) | (pair[1:] != pair[:-1])
    row, pair, contract = row[first], pair[first], contract[first]
    _check_currency(book, treaties, program, contract, pair)
    risk = _risks(book, treaties, program, contract, pair)
    order = np.lexsort((pair, risk, contract))
    row, pair, contract, risk = row[order], pair[order], contract[order], risk[order]
    is_surplus = np.array([kind == "SS" for kind in treaties.kind], dtype=bool)
    ceded = np.where(is_surplus[contract], treaties.scope_ceded[row],
                     treaties.amounts["CededPercent"][contract])
    start = np.concatenate([[0], np.cumsum(np.bincount(contract, minlength=len(treaties)))])
    terms = _terms(treaties)
    notional = treaties.amounts.get("DeemedPercentPlaced", np.zeros(len(treaties)))
    return Contracts(np.unique(treaties.inuring), treaties.inuring, start, pair, risk, ceded,
                     terms, len(program.pair_policy) * n_parts, row, idle,
                     reinstatements(treaties, terms[:, kernel.PLACED] * (1.0 - notional)),
                     notional if notional.any() else None)


def _terms(treaties: Treaties) -> Floats:
    amounts = treaties.amounts

    def or_none(name: str) -> Floats:
        return np.where(amounts[name] > 0.0, amounts[name], np.inf)

    return np.column_stack([
        amounts["RiskAttachment"], or_none("RiskLimit"), amounts["OccFranchiseDed"],
        or_none("OccReverseFranchise"), amounts["OccAttachment"], or_none("OccLimit"),
        amounts["AggAttachment"], period_limits(treaties),
        amounts["PlacedPercent"] * amounts["TreatyShare"]])


def _risks(book: OedBook, treaties: Treaties, program: Program, contract: Ints,
           pair: Ints) -> Ints:
    """Return the number of each entry's risk: location, policy, account or location group."""
    location = program.pair_location[pair // len(program.parts)]
    policy = program.pair_policy[pair // len(program.parts)]
    group = book.locations.words["LocGroup"]
    blank = np.array([not word.strip() for word in group.word.to_pylist()], dtype=bool)
    of_group = np.where(blank[group.code[location]], -1 - location, group.code[location])
    by_level = {"LOC": location, "POL": policy, "ACC": book.accounts.account[policy],
                "LGR": of_group, "": np.zeros(len(pair), dtype=np.int64)}
    risk = np.zeros(len(pair), dtype=np.int64)
    level = np.asarray(treaties.risk_level, dtype=object)[contract]
    for name, number in by_level.items():
        risk = np.where(level == name, number, risk)
    return risk


def _check_currency(book: OedBook, treaties: Treaties, program: Program, contract: Ints,
                    pair: Ints) -> None:
    words = np.asarray([word.strip().upper() for word in book.currency.word.to_pylist()],
                       dtype=object)
    names, own = np.unique(np.concatenate([words, np.asarray(treaties.currency, dtype=object)]),
                           return_inverse=True)
    of_word, of_treaty = own[:len(words)], own[len(words):]
    account = book.accounts.account[program.pair_policy[pair // len(program.parts)]]
    wrong = np.unique(contract[of_word[book.currency.code[account]] != of_treaty[contract]])
    if len(wrong):
        raise InputError("contracts in another currency than what they cover", [Problem(
            int(treaties.row[k]), "ReinsCurrency", treaties.currency[k],
            "not the currency of the accounts it covers, and no rate: give --rates, a table of "
            "currency and rate", treaties.file) for k in wrong])


def net_losses(contracts: Contracts, gross: Floats, used: Floats | None = None,
               active: Bools | None = None) -> Net:
    """Return what is left of gross losses (n_cells,) and what each contract pays.

    used (n_contracts, 2): what earlier events of their periods have used, changed in place
    (``kernels.contracts``); None: the event is the only one. active (n_contracts,): which are in
    force; None: all.
    """
    used = np.zeros((len(contracts.inuring), 2)) if used is None else used
    before = used[:, kernel.RECOVERED].copy()
    net, kept = gross.copy(), gross
    paid = np.zeros(len(contracts.pair))
    totals, over = [], 0
    owner = np.repeat(np.arange(len(contracts.inuring)), np.diff(contracts.start))
    real = None if contracts.notional is None else (1.0 - contracts.notional)[owner]
    for priority in contracts.priorities:
        now = np.flatnonzero((contracts.inuring == priority) & (True if active is None else active))
        kernel.recoveries(net, now, contracts.start, contracts.pair, contracts.risk,
                          contracts.ceded, contracts.term, used, paid)
        entries = (contracts.inuring == priority).repeat(np.diff(contracts.start))
        pair, part = contracts.pair[entries], paid[entries]
        ceded = summed(pair, part, contracts.n_pairs)
        too_much = ceded > net * (1.0 + 1e-12)
        if too_much.any():
            over += int(too_much.sum())
            scale = np.ones(contracts.n_pairs)
            scale[too_much] = net[too_much] / ceded[too_much]
            paid[entries] = part * scale[pair]
            ceded = ceded * scale
        net = np.maximum(net - ceded, 0.0)
        kept = net if real is None else np.maximum(kept - summed(
            pair, paid[entries] * real[entries], contracts.n_pairs), 0.0)
        totals.append(kept.sum())
    got = paid if real is None else paid * real
    return Net(kept, summed(owner, got, len(contracts.inuring)), np.asarray(totals), over, got,
               _premium(contracts, before, used), paid)


def _premium(contracts: Contracts, before: Floats, used: Floats) -> Floats:
    if contracts.reinstated is None:
        return np.zeros(len(before))
    premium = contracts.reinstated.premium
    return premium(used[:, kernel.RECOVERED]) - premium(before)
