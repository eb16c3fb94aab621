"""What holds for the events of a year: books drawn at random, and a plain twin of the kernels."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.finance.annual import nothing_used, released
from riskcloud.finance.policies import gross_losses, struck_rows
from riskcloud.finance.program import compile_program
from riskcloud.kernels.annual import after_annual
from riskcloud.kernels.contracts import per_event
from riskcloud.types.terms import TermRows

from .test_oed_terms import WTC, make_book, seeds


def coded(rows: TermRows, deductible, limit) -> TermRows:
    """Return terms with other codes; a franchise stays one."""
    return replace(rows, levels={
        k: replace(level, deductible_code=np.where(level.deductible_code == 2, 2, deductible),
                   limit_code=np.full(len(rows), limit)) for k, level in rows.levels.items()})


def annual_book(seed, deductible=1, limit=1, **how):
    book = make_book(seed, **how)
    return replace(
        book, locations=replace(book.locations,
                                terms=coded(book.locations.terms, deductible, limit)),
        accounts=replace(book.accounts, **{
            name: coded(getattr(book.accounts, name), deductible, limit)
            for name in ("policy_terms", "conditions", "account_terms")}))


def through(book, factors, used=None):
    """Return gross losses of events one after the other (n_events, n_locations), rows and state."""
    program = compile_program(book.locations, book.accounts, (WTC,))
    rows = struck_rows(program)
    used = nothing_used(len(program.follows)) if used is None else used
    found = [gross_losses(program, rows, program.tiv[rows.location] * factor, used)
             for factor in factors]
    return program, np.array([one.by_location(len(book.locations)) for one in found]), found, used


@settings(max_examples=25)
@given(seeds, st.floats(0, 2))
def test_the_only_event_of_a_year_is_as_without_years(seed, factor):
    plain = through(annual_book(seed, 0, 0), [factor])[1]
    annual = through(annual_book(seed), [factor])[1]
    assert (plain == annual).all()  # to the last bit


@settings(max_examples=25)
@given(seeds, st.lists(st.floats(0, 1.5), min_size=2, max_size=4))
def test_gross_is_at_most_ground_up_and_annual_limits_pay_no_more(seed, factors):
    program, gross, _, _ = through(annual_book(seed), factors)
    for k, factor in enumerate(factors):
        assert gross[k].sum() <= factor * program.tiv.sum() * (1 + 1e-9) + 1e-9
    # annual limits at the locations alone: behind them a year has no more than without years. Not
    # so for a share of the loss: of a year's sum it lets through what a deductible left unused
    without = annual_book(seed, 0, 0, minmax=False)
    terms = without.locations.terms
    levels = {k: replace(level, limit_type=np.where(level.limit_type == 1, 2, level.limit_type))
              for k, level in terms.levels.items()}
    terms = replace(terms, levels=levels)
    without, limited = (replace(without, locations=replace(without.locations, terms=coded(
        terms, 0, code))) for code in (0, 1))
    behind = [sum(one.after_location.sum() for one in through(book, factors)[2])
              for book in (limited, without)]
    assert behind[0] <= behind[1] * (1 + 1e-9) + 1e-9


@settings(max_examples=25)
@given(seeds, st.lists(st.floats(0, 1.5), min_size=2, max_size=5))
def test_a_year_takes_no_more_than_the_deductible_and_pays_no_more_than_the_limit(seed, factors):
    book = annual_book(seed, behind=(5,), minmax=False)
    program, _, _, used = through(book, factors)
    steps = program.steps
    tiv = program.tiv.sum()
    for s in np.flatnonzero(steps.slot >= 0):
        term, state = steps.term[s], used[steps.slot[s]]
        if steps.code[s] % 8 == 1 and term[1] == 0.0 and term[2] == 0.0:
            assert state[1] <= term[0] * (1 + 1e-12)
            assert state[1] == pytest.approx(min(term[0], state[0]), rel=1e-9, abs=1e-9)
        if steps.code[s] >= 8:
            most = min(term[5], term[6] * state[0] if np.isfinite(term[6]) else np.inf,
                       term[7] * tiv if np.isfinite(term[7]) else np.inf)
            assert state[3] <= most * (1 + 1e-12) + 1e-9


@settings(max_examples=20)
@given(seeds)
def test_order_of_the_rows_changes_nothing(seed):
    rng = np.random.default_rng(seed)
    book = annual_book(seed)
    order = rng.permutation(len(book.locations))
    place = np.argsort(order)
    locations = book.locations
    moved = replace(locations, row=locations.row[order], account=locations.account[order],
                    tiv=locations.tiv[order], perils=locations.perils[order],
                    terms=replace(locations.terms, owner=place[locations.terms.owner]),
                    tag_of=place[locations.tag_of])
    first = through(book, [0.3, 0.7, 0.5])[1]
    second = through(replace(book, locations=moved), [0.3, 0.7, 0.5])[1]
    assert second == pytest.approx(first[:, order], rel=1e-9, abs=1e-9)


def plain(history, term, tiv, kind, annual_limit, released_here):
    """Return what is left of the last of a year's losses, in plain Python.

    history: (loss, deducted, over, under) of each event; the whole year is gone through again.
    """
    all_loss = all_taken = all_deducted = all_paid = 0.0
    left = 0.0
    for (loss, deducted, over, under), acts in zip(history, released_here, strict=True):
        all_loss += loss
        if kind == 1:
            want = term[0] + term[1] * all_loss + term[2] * tiv - all_taken
            taken = min(max(want, 0.0), loss)
            all_taken += taken
        elif kind == 2:
            taken = loss if loss < term[0] + term[1] * loss + term[2] * tiv else 0.0
        else:
            taken = min(term[0] + term[1] * loss + term[2] * tiv, loss)
            if kind == 4 and not acts:
                taken = 0.0
        left = loss - taken
        if kind < 3:
            deducted, under = deducted + taken, under + taken
        so_far = (all_deducted if kind == 1 else 0.0) + deducted
        if so_far > term[4]:
            left += min(so_far - term[4], under)
            so_far = term[4]
        elif so_far < term[3]:
            lacking = term[3] - so_far
            cut = min(lacking, over)
            more = min(lacking - cut, left)
            left -= more
            so_far += cut + more
        if kind == 1:
            all_deducted = so_far
        base = all_loss if annual_limit else loss
        cap = min(term[5], term[6] * base if np.isfinite(term[6]) else np.inf,
                  term[7] * tiv if np.isfinite(term[7]) else np.inf)
        left = min(left, max(cap - all_paid, 0.0) if annual_limit else cap)
        all_paid += left
    return left


@settings(max_examples=60)
@given(seeds, st.sampled_from([0, 1, 2, 3, 4]), st.booleans())
def test_the_kernel_is_its_twin(seed, kind, annual_limit):
    rng = np.random.default_rng(seed)
    some = rng.random(8) < 0.5
    term = np.where(some, [*rng.uniform(0, 50, 1), *rng.uniform(0, 0.4, 2), *rng.uniform(0, 20, 1),
                           *rng.uniform(20, 90, 1), *rng.uniform(10, 150, 1),
                           *rng.uniform(0.1, 1, 2)], [0] * 4 + [np.inf] * 4)
    tiv, used, history, acts = 100.0, nothing_used(1), [], []
    for _ in range(4):
        deducted = rng.uniform(0, 30)
        history.append((rng.uniform(0, 100), deducted, rng.uniform(0, 20),
                        rng.uniform(0, deducted)))
        acts.append(bool(rng.random() < 0.5))
        found = after_annual(*history[-1], tiv, term, kind + 8 * annual_limit, used[0], acts[-1])
        assert found[0] == pytest.approx(plain(history, term, tiv, kind, annual_limit, acts),
                                         rel=1e-9, abs=1e-9)
        assert min(found) >= 0.0


@settings(max_examples=30)
@given(seeds)
def test_a_contract_recovers_the_layer_of_the_sum(seed):
    rng = np.random.default_rng(seed)
    term = np.array([0, np.inf, 0, np.inf, 10, 60, rng.uniform(0, 80), rng.uniform(10, 90), 0.5])
    used, occurred, paid = np.zeros(2), 0.0, 0.0
    for loss in rng.uniform(0, 100, 5):
        paid += per_event(loss, term, used) / term[8]
        occurred += min(max(loss - 10, 0.0), 60)
        assert paid == pytest.approx(min(max(occurred - term[6], 0.0), term[7]), abs=1e-9)


def test_a_residual_deductible_is_released_by_its_own_aggregate_alone():
    used = nothing_used(3)
    used[1, 4] = 1.0
    assert released(np.array([1, -1, 0]), used).tolist() == [True, False, False]
