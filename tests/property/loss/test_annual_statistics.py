"""What holds of any losses: AEP >= OEP, TVaR >= loss, scaling, order, zeros, parts that add up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.loss.statistics.annual import annual_loss, exceedance, year_losses
from riskcloud.loss.statistics.compound import aggregate_exceedance, compound_poisson, reach
from riskcloud.loss.statistics.contributions import (
    co_tvar,
    events_by_year,
    largest_shares,
    tail_weights,
    without,
)
from riskcloud.loss.statistics.poisson import occurrence_exceedance, rate_losses

AMOUNT = st.one_of(st.just(0.0), st.integers(1, 50).map(float), st.floats(0.01, 1e6))
ROWS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 2), AMOUNT), max_size=40)
EVENTS = st.lists(st.tuples(st.floats(1e-4, 0.5), AMOUNT), min_size=1, max_size=8)
PERIODS = np.array([1.0, 1.7, 2.0, 5.0, 12.0, 30.0, 36.0])
OF_RATES = np.array([1.5, 5.0, 20.0, 100.0])


def of_rows(rows, scale=1.0):
    year, sample, loss = (np.array([row[k] for row in rows]) for k in range(3))
    return year_losses(year, scale * loss, n_years=12, sample=sample, n_samples=3)


@settings(max_examples=50)
@given(rows=ROWS)
def test_curves_of_years(rows):
    years = of_rows(rows)
    aep, oep = (exceedance(years, PERIODS, occurrence=kind) for kind in (False, True))
    assert (aep.loss >= oep.loss - 1e-9).all() and (aep.tvar >= oep.tvar - 1e-9).all()
    for curve in (aep, oep):
        assert (np.diff(curve.loss) >= -1e-9).all()
        assert (curve.tvar >= curve.loss * (1.0 - 1e-12)).all()
        assert not (curve.low > curve.loss).any() and not (curve.high < curve.loss).any()
    assert aep.tvar[0] == pytest.approx(annual_loss(years).aal)


@settings(max_examples=50)
@given(rows=ROWS, seed=st.integers(0, 99))
def test_order_and_zeros_change_nothing_and_scale_scales(rows, seed):
    years, order = of_rows(rows), np.random.default_rng(seed).permutation(len(rows))
    other = of_rows([(3, 1, 0.0), *(rows[k] for k in order)])
    assert years.key.tolist() == other.key.tolist()
    assert years.total.tolist() == other.total.tolist()
    assert years.largest.tolist() == other.largest.tolist()
    doubled = of_rows(rows, scale=2.0)
    assert doubled.total.tolist() == (2.0 * years.total).tolist()
    assert annual_loss(doubled).sd == pytest.approx(2.0 * annual_loss(years).sd)


@settings(max_examples=50)
@given(rows=ROWS, seed=st.integers(0, 99), period=st.sampled_from(PERIODS.tolist()))
def test_parts_add_up_to_the_tail_of_the_whole(rows, seed, period):
    rng = np.random.default_rng(seed)
    owner = rng.integers(0, 3, len(rows))
    years = of_rows(rows)
    parts = [of_rows([row for row, own in zip(rows, owner, strict=True) if own == k])
             for k in range(3)]
    found = co_tvar(years, np.repeat(range(3), [len(part.key) for part in parts]),
                    np.concatenate([part.key for part in parts]),
                    np.concatenate([part.total for part in parts]), n_parts=3, period_yr=period)
    tvar = exceedance(years, np.array([period]), occurrence=False).tvar[0]
    assert found.sum() == pytest.approx(tvar, abs=1e-9)
    alone = [exceedance(part, np.array([period]), occurrence=False).tvar[0] for part in parts]
    assert (found <= np.array(alone) + 1e-6).all()  # diversification never hurts
    assert tail_weights(years, period).sum() <= 1.0 + 1e-12
    rest = without(years, parts[0])
    assert rest.total.sum() == pytest.approx(years.total.sum() - parts[0].total.sum(), abs=1e-6)


@settings(max_examples=30)
@given(rows=ROWS, seed=st.integers(0, 99), period=st.sampled_from(PERIODS.tolist()))
def test_largest_events_of_parts_and_without_one(rows, seed, period):
    """Each row an event of its own, some of them 0: against lists by year and sample."""
    owner = np.random.default_rng(seed).integers(0, 3, len(rows))
    years = of_rows(rows)
    key = np.array([row[0] * 3 + row[1] for row in rows], np.int64)
    loss = np.array([row[2] for row in rows])
    shares = largest_shares(years, key, loss)
    for at, largest in zip(years.key, years.largest, strict=True):
        assert (shares[key == at] * loss[key == at]).sum() == pytest.approx(largest)
    weights = tail_weights(years, period, occurrence=True)
    tail = sum(weight * (shares * loss)[key == at].sum()
               for at, weight in zip(years.key, weights, strict=True))
    tvar = exceedance(years, np.array([period]), occurrence=True).tvar[0]
    assert tail == pytest.approx(tvar, abs=1e-9)
    rest = events_by_year(years, key).without(np.where(owner == 0, 0.0, loss))
    others = [row for row, own in zip(rows, owner, strict=True) if own != 0]
    by_hand = exceedance(of_rows(others), PERIODS, occurrence=True)
    found = exceedance(rest, PERIODS, occurrence=True)
    assert found.loss == pytest.approx(by_hand.loss) and found.tvar == pytest.approx(by_hand.tvar)


@settings(max_examples=15)
@given(events=EVENTS)
def test_curves_of_rates(events):
    rate, loss = (np.array([event[k] for event in events]) for k in range(2))
    found = rate_losses(rate, loss)
    aep = aggregate_exceedance(found, OF_RATES)
    oep, oep_tvar = occurrence_exceedance(found, OF_RATES)
    assert (aep.loss + aep.error >= oep - 1e-9).all()
    assert (aep.tvar >= aep.loss - 1e-9).all() and (oep_tvar >= oep - 1e-9).all()
    assert (np.diff(aep.loss) >= -1e-9).all() and (np.diff(oep) >= 0.0).all()
    again = aggregate_exceedance(rate_losses(rate[::-1], loss[::-1]), OF_RATES)
    assert again.loss.tolist() == aep.loss.tolist()
    zero = aggregate_exceedance(rate_losses([*rate, 0.3], [*loss, 0.0]), OF_RATES)
    assert zero.loss.tolist() == aep.loss.tolist()


def panjer(rate, loss, size):
    """Twin of the transform: p_0 = exp(-lam), p_s = 1/s sum over j of j rate_j p_(s-j)."""
    mass = np.bincount(loss, rate, size)
    found = np.zeros(size)
    found[0] = np.exp(-rate.sum())
    for s in range(1, size):
        j = np.arange(1, s + 1)
        found[s] = (j * mass[1:s + 1] * found[s - j]).sum() / s
    return found


@settings(max_examples=25)
@given(rate=st.lists(st.floats(1e-3, 2.0), min_size=1, max_size=6), seed=st.integers(0, 999))
def test_the_transform_is_panjers_recursion(rate, seed):
    loss = np.random.default_rng(seed).integers(1, 9, len(rate))
    rates = np.array(rate)
    size = 1 << int(np.ceil(np.log2(reach(rate_losses(rates, loss)) + 2)))
    found = compound_poisson(rates, loss.astype(float), step=1.0, size=size)
    assert found.probability == pytest.approx(panjer(rates, loss, size), abs=1e-12)
    points = np.arange(size)
    assert (found.probability * points).sum() == pytest.approx((rates * loss).sum())


def test_rounding_down_and_up_bounds_the_sum():
    rng = np.random.default_rng(4)
    rate, loss = rng.uniform(0.01, 0.2, 20), rng.lognormal(0.0, 1.0, 20)
    down, mean, up = (np.cumsum(compound_poisson(
        rate, loss, step=0.05, size=4096, rounding=rounding).probability)
        for rounding in ("down", "mean", "up"))
    assert (down >= mean - 1e-9).all() and (mean >= up - 1e-9).all()
