"""What holds for any terms: books drawn at random, run straight from arrays."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.finance.policies import gross_losses, in_cells, struck_rows
from riskcloud.finance.program import compile_program
from riskcloud.finance.treaties import compile_contracts, net_losses
from riskcloud.types.terms import (
    AccountBook,
    LevelTerms,
    LocationBook,
    OedBook,
    TermRows,
    Treaties,
    Words,
)

WTC = 1


def level_terms(rng, n, scale, *, minmax=True, limits=True):
    """Terms of all three types, many of them none."""
    kind = rng.integers(0, 3, n)
    some = rng.random(n) < 0.6
    deductible = np.where(kind == 0, rng.uniform(0, scale, n), rng.uniform(0, 0.5, n)) * some
    limit_kind = rng.integers(0, 3, n)
    limit = np.where(limit_kind == 0, rng.uniform(0, 4 * scale, n), rng.uniform(0.1, 1.0, n))
    limit = limit * (rng.random(n) < 0.5) * limits
    low = rng.uniform(0, scale, n) * (rng.random(n) < 0.3) * minmax
    high = (low + rng.uniform(0, scale, n)) * (rng.random(n) < 0.3) * minmax
    return LevelTerms(deductible, kind, rng.choice([0, 0, 2], n), low, high, limit, limit_kind,
                      np.zeros(n, dtype=np.int64))


def term_rows(rng, owner, scale, levels, **how):
    n = len(owner)
    return TermRows(owner, np.full(n, WTC), np.arange(n) + 2,
                    {k: level_terms(rng, n, scale, **how) for k in levels})


def words(code, n):
    return Words(np.asarray(code), pa.array([str(k) for k in range(n)]))


def make_book(seed, *, behind=(0, 4, 5), **how):
    """A book of a few accounts with layers and conditions, without treaties.

    behind: levels of the terms of policies and conditions.
    """
    rng = np.random.default_rng(seed)
    n_acc = int(rng.integers(1, 4))
    account = np.sort(np.concatenate([np.arange(n_acc), rng.integers(0, n_acc, 6)]))
    n = len(account)
    tiv = rng.uniform(0, 100, (n, 4)) * (rng.random((n, 4)) < 0.8)
    pol_account = np.sort(np.concatenate([np.arange(n_acc), rng.integers(0, n_acc, 2)]))
    p = len(pol_account)
    tagged = np.flatnonzero(rng.random(n) < 0.6)
    conditions = term_rows(rng, np.arange(p), 100, behind, **how)
    share = rng.uniform(0, 1, p)
    total = np.bincount(pol_account, weights=share)[pol_account]
    locations = LocationBook(
        np.arange(n) + 2, account, tiv, np.full(n, WTC),
        term_rows(rng, np.arange(n), 30, [0, 2, 4, 5], **how), None, None, None, tagged,
        np.ones(len(tagged), dtype=np.int64),
        {name: words(np.arange(n), n) for name in ("LocNumber", "LocGroup")})
    accounts = AccountBook(
        pol_account, np.arange(p) + 2, np.full(p, WTC), rng.uniform(0, 50, p),
        rng.uniform(0, 300, p) * (rng.random(p) < 0.7), share / np.maximum(total, 1.0),
        rng.uniform(0.2, 1, n_acc), term_rows(rng, np.arange(p), 50, behind, **how),
        conditions, np.ones(p, np.int64), np.ones(p, np.int64), rng.random(p) < 0.2,
        term_rows(rng, np.arange(n_acc), 50, [5], **how), None,
        {"PolNumber": words(np.arange(p), p)},
        {"AccNumber": words(np.arange(n_acc), n_acc)})
    return OedBook(locations, accounts, None, Words(np.zeros(n_acc, np.int64), pa.array(["CNY"])))


class Found(NamedTuple):
    """Losses by location, by row behind the locations' terms, and by cell."""

    ground_up: np.ndarray
    gross: np.ndarray
    after_location: np.ndarray
    pair: np.ndarray


def run(book, factor=1.0):
    program = compile_program(book.locations, book.accounts, (WTC,))
    rows = struck_rows(program)
    ground_up = program.tiv[rows.location] * factor
    found = gross_losses(program, rows, ground_up)
    return program, Found(ground_up, found.by_location(len(book.locations)),
                          found.after_location, in_cells(program, found))


seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=40)
@given(seeds, st.floats(0, 2))
def test_gross_is_at_most_ground_up_and_sums_hold(seed, factor):
    program, found = run(make_book(seed), factor)
    assert (found.pair >= 0.0).all()
    assert (found.after_location >= 0.0).all()
    book_total = found.ground_up.sum()
    assert found.gross.sum() <= book_total * (1 + 1e-9) + 1e-9
    assert found.gross.sum() == pytest.approx(found.pair.sum(), rel=1e-12)
    by_account = np.bincount(program.pair_location, weights=found.pair, minlength=len(found.gross))
    assert by_account == pytest.approx(found.gross)


@settings(max_examples=30)
@given(seeds, st.floats(0.01, 1), st.floats(0, 30), st.sampled_from(["locations", "policies"]))
def test_a_larger_deductible_never_raises_a_loss(seed, factor, more, where):
    # where each group lies within one of the next level: terms by coverage behind a limit of all
    # coverages see another mix of them when a deductible grows, and may pay more
    book = make_book(seed, minmax=False, behind=(5,))
    rows = book.locations.terms if where == "locations" else book.accounts.policy_terms
    levels = dict(rows.levels)
    plain = replace(levels[5], deductible_type=np.zeros(len(rows), np.int64))

    def with_terms(level):
        changed = replace(rows, levels=levels | {5: level})
        if where == "locations":
            return replace(book, locations=replace(book.locations, terms=changed))
        return replace(book, accounts=replace(book.accounts, policy_terms=changed))

    less = run(with_terms(plain), factor)[1].gross.sum()
    larger = replace(plain, deductible=plain.deductible + more)
    assert run(with_terms(larger), factor)[1].gross.sum() <= less * (1 + 1e-9) + 1e-9


@settings(max_examples=30)
@given(seeds, st.floats(0.01, 1))
def test_the_order_of_rows_changes_nothing(seed, factor):
    book = make_book(seed)
    rng = np.random.default_rng(seed + 1)
    n = len(book.locations)
    order = rng.permutation(n)
    back = np.argsort(order)
    old = book.locations
    shuffled = replace(
        old, account=old.account[order], tiv=old.tiv[order], perils=old.perils[order],
        terms=replace(old.terms, owner=np.arange(n), levels={
            k: level.take(order) for k, level in old.terms.levels.items()}),
        tag_of=back[old.tag_of])
    plain = run(book, factor)[1].gross
    assert run(replace(book, locations=shuffled), factor)[1].gross == pytest.approx(
        plain[order], rel=1e-9, abs=1e-9)


@settings(max_examples=30)
@given(seeds, st.floats(0.01, 1), st.floats(0.05, 0.95))
def test_splitting_a_location_with_pro_rata_terms_changes_nothing(seed, factor, part):
    # shares of loss and of value divide with the sum insured; a minimum does not
    book = make_book(seed, minmax=False)
    old = book.locations
    n = len(old)

    def as_shares(level):
        return replace(level, deductible_type=np.where(level.deductible_type == 0, 2,
                                                       level.deductible_type),
                       deductible=np.minimum(level.deductible, 0.3),
                       limit=np.minimum(level.limit, 0.9),
                       limit_type=np.where(level.limit_type == 0, 2, level.limit_type),
                       deductible_code=np.zeros_like(level.deductible_code))

    terms = {k: as_shares(level) for k, level in old.terms.levels.items()}
    whole = replace(old, terms=replace(old.terms, levels=terms))
    twice = np.concatenate([np.arange(n), np.arange(n)])
    order = np.argsort(old.account[twice], kind="stable")
    rows = twice[order]
    weight = np.concatenate([np.full(n, part), np.full(n, 1 - part)])[order]
    tags = np.flatnonzero(np.isin(rows, old.tag_of))
    split = replace(
        whole, row=old.row[rows], account=old.account[rows], tiv=old.tiv[rows] * weight[:, None],
        perils=old.perils[rows], terms=TermRows(
            np.arange(2 * n), old.terms.perils[rows], old.terms.row[rows],
            {k: level.take(rows) for k, level in terms.items()}),
        tag_of=tags, tag=np.ones(len(tags), dtype=np.int64))
    once = run(replace(book, locations=whole), factor)[1].gross
    both = run(replace(book, locations=split), factor)[1].gross
    assert np.bincount(rows, weights=both) == pytest.approx(once, rel=1e-9, abs=1e-9)


@settings(max_examples=40)
@given(seeds, st.floats(0.01, 1), st.floats(0.1, 0.9))
def test_layers_add_up(seed, factor, cut):
    # a layer cut in two pays what the whole did
    book = make_book(seed)
    old = book.accounts
    p = len(old.account)
    limit = np.where(old.limit > 0.0, old.limit, 100.0)
    one = replace(book, accounts=replace(
        old, limit=limit, account_terms=replace(old.account_terms, levels={})))
    rows = np.repeat(np.arange(p), 2)
    upper = np.tile([False, True], p)
    twice = {k: np.repeat(np.arange(len(rows.owner)), 2) for k, rows in (
        ("policy_terms", old.policy_terms), ("conditions", old.conditions))}

    def doubled(terms, place):
        return TermRows(terms.owner[place] * 2 + np.tile([0, 1], len(terms)),
                        terms.perils[place], terms.row[place],
                        {k: level.take(place) for k, level in terms.levels.items()})

    two = replace(one, accounts=replace(
        one.accounts, account=old.account[rows], row=old.row[rows], perils=old.perils[rows],
        attachment=old.attachment[rows] + np.where(upper, limit[rows] * cut, 0.0),
        limit=limit[rows] * np.where(upper, 1 - cut, cut), share=old.share[rows],
        policy_terms=doubled(old.policy_terms, twice["policy_terms"]),
        conditions=doubled(old.conditions, twice["conditions"]),
        condition_tag=np.repeat(old.condition_tag, 2), priority=np.repeat(old.priority, 2),
        restricts=np.repeat(old.restricts, 2)))
    assert run(two, factor)[1].gross == pytest.approx(run(one, factor)[1].gross, rel=1e-9,
                                                      abs=1e-9)


@settings(max_examples=30)
@given(seeds, st.floats(0.01, 1))
def test_net_is_gross_less_recoveries(seed, factor):
    book = make_book(seed)
    rng = np.random.default_rng(seed + 2)
    k = 5
    names = ("CededPercent", "RiskLimit", "RiskAttachment", "OccLimit", "OccAttachment",
             "OccFranchiseDed", "OccReverseFranchise", "AggLimit", "AggAttachment",
             "PlacedPercent", "TreatyShare")
    amounts = {name: rng.uniform(0, 60, k) * (rng.random(k) < 0.4) for name in names}
    for name in ("CededPercent", "PlacedPercent", "TreatyShare"):
        amounts[name] = rng.uniform(0.2, 1, k)
    n = len(book.locations)
    scope_of = np.concatenate([np.arange(k), rng.integers(0, k, 6)])
    numbers = [""] * k + [str(value) for value in rng.integers(0, n, 6)]
    treaties = Treaties(
        np.arange(k) + 2, tuple("12345"), ("",) * k, ("QS", "PR", "CXL", "FAC", "SS"),
        tuple(rng.choice(["LOC", "POL", "ACC", "LGR"], k)), np.full(k, WTC),
        rng.integers(1, 4, k), ("CNY",) * k, amounts, scope_of, np.arange(len(scope_of)) + 2,
        {"LocNumber": pa.array(numbers)}, rng.uniform(0.1, 1, len(scope_of)))
    program, found = run(book, factor)
    contracts = compile_contracts(book, treaties, program)
    net = net_losses(contracts, found.pair)
    assert (net.net >= 0.0).all() and (net.net <= found.pair * (1 + 1e-12)).all()
    assert (net.recovery >= 0.0).all()
    assert net.net.sum() + net.recovery.sum() == pytest.approx(found.pair.sum(), rel=1e-9,
                                                               abs=1e-9)
    assert net.by_priority[-1] == pytest.approx(net.net.sum())
    assert (np.diff(net.by_priority) <= 1e-9).all()
