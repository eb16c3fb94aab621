"""Events given loss by loss, and contracts against a plain twin."""

import numpy as np
import pytest
from hypothesis import given, settings

from riskcloud.analysis.terms.book import Compiled
from riskcloud.analysis.terms.events import EventTerms
from riskcloud.analysis.terms.ground_up import EventRows
from riskcloud.finance.policies import gross_losses, in_cells, rows_of_losses, struck_rows
from riskcloud.finance.program import compile_program
from riskcloud.finance.treaties import Contracts, net_losses
from riskcloud.kernels.contracts import recoveries

from .test_oed_terms import WTC, make_book, seeds


@settings(max_examples=30)
@given(seeds)
def test_losses_one_by_one_are_the_event(seed):
    # in any order, in several pieces, without the locations that lose nothing
    rng = np.random.default_rng(seed)
    book = make_book(seed)
    program = compile_program(book.locations, book.accounts, (WTC,))
    n = len(book.locations)
    ground_up = rng.uniform(0, 1, (n, 4)) * book.locations.tiv * (rng.random(n) < 0.5)[:, None]
    every = struck_rows(program)
    dense = gross_losses(program, every, ground_up[every.location])
    location, coverage = np.nonzero(ground_up)
    loss = ground_up[location, coverage]
    piece = rng.uniform(0, 1, len(loss))
    order = rng.permutation(2 * len(loss))
    rows, summed = rows_of_losses(
        program, np.tile(location, 2)[order], np.zeros(2 * len(loss), dtype=np.int64),
        np.tile(coverage, 2)[order], np.concatenate([loss * piece, loss * (1 - piece)])[order])
    sparse = gross_losses(program, rows, summed)
    assert len(rows.account) <= book.accounts.n_accounts
    assert sparse.by_location(n) == pytest.approx(dense.by_location(n), rel=1e-9, abs=1e-9)
    assert in_cells(program, sparse) == pytest.approx(in_cells(program, dense), rel=1e-9,
                                                      abs=1e-9)


@settings(max_examples=30)
@given(seeds)
def test_contracts_are_their_twin(seed):
    rng = np.random.default_rng(seed)
    n_pairs, n_contracts = 8, 3
    loss = rng.uniform(0, 10, n_pairs)
    entries = [np.sort(rng.choice(n_pairs, rng.integers(0, n_pairs), replace=False))
               for _ in range(n_contracts)]
    start = np.cumsum([0, *map(len, entries)])
    pair = np.concatenate(entries).astype(np.int64)
    risk = np.concatenate([np.sort(rng.integers(0, 3, len(own))) for own in entries])
    ceded = rng.uniform(0.1, 1, len(pair))
    term = rng.uniform(0, 8, (n_contracts, 9))
    term[:, [1, 3, 5, 7]] += np.where(rng.random((n_contracts, 4)) < 0.3, np.inf, 4.0)
    term[:, 8] = rng.uniform(0, 1, n_contracts)
    out = np.zeros(len(pair))
    recoveries(loss, np.arange(n_contracts), start, pair, risk.astype(np.int64), ceded, term,
               np.zeros((n_contracts, 2)), out)
    for k in range(n_contracts):
        here = slice(start[k], start[k + 1])
        into = loss[pair[here]] * ceded[here]
        by_risk = np.bincount(risk[here], weights=into, minlength=3)
        paid = np.clip(by_risk - term[k, 0], 0.0, term[k, 1])
        total = paid.sum()
        final = 0.0 if total < term[k, 2] or total > term[k, 3] else total
        final = np.clip(final - term[k, 4], 0.0, term[k, 5])
        final = np.clip(final - term[k, 6], 0.0, term[k, 7]) * term[k, 8]
        share = into * (paid / np.where(by_risk > 0.0, by_risk, 1.0))[risk[here]]
        expected = share * final / total if total > 0.0 else share * 0.0
        assert out[here] == pytest.approx(expected, rel=1e-12, abs=1e-12)


@settings(max_examples=25)
@given(seeds)
def test_contracts_see_the_cells_of_an_event_alone(seed):
    rng = np.random.default_rng(seed)
    book = make_book(seed)
    program = compile_program(book.locations, book.accounts, (WTC,))
    n, n_cells, n_contracts = len(book.locations), len(program.pair_policy), 4
    entries = [np.sort(rng.choice(n_cells, rng.integers(0, n_cells + 1), replace=False))
               for _ in range(n_contracts)]
    pair = np.concatenate(entries).astype(np.int64)
    risk = np.concatenate([np.sort(rng.integers(0, 3, len(own))) for own in entries])
    term = np.tile([0.0, np.inf, 0.0, np.inf, 0.0, np.inf, 0.0, np.inf, 1.0], (n_contracts, 1))
    term[:, 0], term[:, 4] = rng.uniform(0, 50, (2, n_contracts))
    inuring = np.sort(rng.integers(1, 3, n_contracts))
    contracts = Contracts(np.unique(inuring), inuring, np.cumsum([0, *map(len, entries)]), pair,
                          risk.astype(np.int64), rng.uniform(0.1, 1, len(pair)), term, n_cells,
                          np.zeros(len(pair), np.int64), np.empty(0, np.int64))
    location = rng.integers(0, n, 2 * n)
    coverage, none = rng.integers(0, 4, 2 * n), np.zeros(2 * n, np.int64)
    loss = rng.uniform(0, 1, 2 * n) * book.locations.tiv[location, coverage]
    rows, ground_up = rows_of_losses(program, location, none, coverage, loss)
    gross = gross_losses(program, rows, ground_up)
    net = net_losses(contracts, in_cells(program, gross))
    (found,) = EventTerms(Compiled(book, program, contracts)).year(
        [EventRows(location, coverage, loss, none)])
    assert found.recovery == pytest.approx(net.recovery, rel=1e-12, abs=1e-9)
    assert found.by_priority == pytest.approx(net.by_priority, rel=1e-12, abs=1e-9)
    assert found.over_ceded == net.over_ceded
    own = np.zeros((3, n))
    own[:, found.location] = found.ground_up, found.gross, found.net
    assert own[0] == pytest.approx(np.bincount(location, loss, n), rel=1e-12)
    assert own[1] == pytest.approx(gross.by_location(n), rel=1e-12)
    assert own[2] == pytest.approx(np.bincount(program.pair_location, net.net, n), rel=1e-12,
                                   abs=1e-9)
