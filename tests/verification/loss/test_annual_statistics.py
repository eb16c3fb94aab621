"""Known answers of loss statistics.

Source: ../shared/science/insurance.md, sections 1.3 and 4.2: a year loss table ranked by hand by
the definitions of OasisLMF ktools; an event table with Poisson rates, its sum a year by an exact
Panjer recursion, which agreed with aggregate 0.30.1 to 1e-11 in mean and sd and to 4 decimals in
VaR and TVaR. Exact to the digits printed there.
"""

import numpy as np
import pytest

from riskcloud.loss.statistics.annual import annual_loss, exceedance, year_losses
from riskcloud.loss.statistics.compound import aggregate_exceedance
from riskcloud.loss.statistics.contributions import co_tvar, poisson_co_tvar
from riskcloud.loss.statistics.layers import Layer, layer_years, poisson_layer_cost
from riskcloud.loss.statistics.poisson import (
    occurrence_exceedance,
    occurrence_probability,
    rate_losses,
)

YEARS = ([5, 10], [], [100], [30, 40], [20], [], [60], [15, 15, 15], [], [80])
YEAR = np.array([k for k, events in enumerate(YEARS) for _ in events])
LOSS = np.array([loss for events in YEARS for loss in events], np.float64)
PERIODS = np.array([10, 5, 10 / 3, 2.5, 2])
EVENT_LOSS = np.array([10.0, 20.0, 50.0, 100.0, 200.0])
RATE = 0.5 * np.array([0.40, 0.30, 0.15, 0.10, 0.05])


@pytest.fixture
def years():
    return year_losses(YEAR, LOSS, n_years=10)


def test_mean_and_spread_of_years(years):
    found = annual_loss(years)
    assert found.aal == pytest.approx(39.0, abs=1e-12)
    assert found.sd == pytest.approx(37.028518, abs=5e-7)
    # with n instead of n - 1
    assert found.sd * np.sqrt(0.9) == pytest.approx(35.128336, abs=5e-7)
    assert found.standard_error == pytest.approx(37.028518 / np.sqrt(10), abs=5e-7)


def test_sums_of_years_by_return_period(years):
    found = exceedance(years, PERIODS, occurrence=False)
    assert found.loss == pytest.approx([100, 80, 70, 60, 45], abs=1e-9)
    assert found.tvar == pytest.approx([100, 90, 83 + 1 / 3, 77.5, 71], abs=1e-9)


def test_largest_events_by_return_period(years):
    found = exceedance(years, PERIODS, occurrence=True)
    assert found.loss == pytest.approx([100, 80, 60, 40, 20], abs=1e-9)
    assert found.tvar == pytest.approx([100, 90, 80, 70, 60], abs=1e-9)


def test_between_ranks_losses_are_linear_in_the_return_period(years):
    # ranks 1 and 2 of 10 years stand at 10 and 5 years: 8 years lies at 3/5 of the way
    found = exceedance(years, np.array([8.0]), occurrence=False)
    assert found.loss[0] == pytest.approx(0.6 * 100 + 0.4 * 80)
    assert found.tvar[0] == pytest.approx(0.6 * 100 + 0.4 * 90)
    assert np.isnan(exceedance(years, np.array([10.1, 250.0]), occurrence=False).loss).all()


def test_the_band_is_of_order_statistics(years):
    # 10 years, T = 2: of Bin(10, 1/2), P(K <= 1) = 0.0107, P(K <= 2) = 0.0547: upper end rank 2;
    # P(K >= 9) = 0.0107, P(K >= 8) = 0.0547: lower end rank 9. T = 10: P(K = 0) = 0.349: no end
    found = exceedance(years, np.array([2.0, 10.0]), occurrence=False)
    assert (found.low[0], found.high[0]) == (0.0, 80.0)
    # T = 10: P(K >= 3) = 0.0702, P(K >= 4) = 0.0128: lower end rank 4
    assert found.low[1] == 60.0 and np.isnan(found.high[1])


def test_mean_and_spread_of_events_with_rates():
    events = rate_losses(RATE, EVENT_LOSS)
    assert events.mean == pytest.approx(18.75, rel=1e-14)
    assert events.sd == pytest.approx(42.041646, abs=5e-7)


def test_chance_of_the_largest_event():
    found = occurrence_probability(rate_losses(RATE, EVENT_LOSS), EVENT_LOSS)
    assert found == pytest.approx([0.393469, 0.259182, 0.139292, 0.072257, 0.024690], abs=5e-7)


def test_sums_of_years_of_events_with_rates():
    found = aggregate_exceedance(rate_losses(RATE, EVENT_LOSS), np.array([10, 20, 50, 100, 250.0]))
    assert found.loss.tolist() == [50, 100, 200, 200, 230]
    assert found.tvar == pytest.approx([124.8901, 168.4537, 220.7292, 241.4583, 281.5465],
                                       abs=5e-5)
    assert not found.error.any() and found.lattice.step == 10.0


def test_losses_off_any_lattice_are_within_the_error_that_is_told():
    """All losses times pi: the same distribution, which no lattice of cents holds."""
    periods = np.array([10, 20, 50, 100, 250.0])
    found = aggregate_exceedance(rate_losses(RATE, np.pi * EVENT_LOSS), periods)
    exact = np.pi * np.array([50, 100, 200, 200, 230])
    tail = np.pi * np.array([124.8901, 168.4537, 220.7292, 241.4583, 281.5465])
    assert (np.abs(found.loss - exact) <= found.error).all()
    assert (np.abs(found.tvar - tail) <= found.error).all()
    assert (found.error <= 1e-3 * exact).all()
    assert found.tvar == pytest.approx(tail, rel=5e-5)


def test_tail_mean_of_the_largest_event_counts_part_of_the_atom():
    # worst 1 in 10 years: P(largest = 200) = 0.024690, = 100: 0.072257 - 0.024690 = 0.047567; the
    # rest, 0.1 - 0.072257 = 0.027743, of the 50s
    by_hand = (200 * 0.0246900880 + 100 * 0.0475664270 + 50 * 0.0277434850) / 0.1
    loss, tvar = occurrence_exceedance(rate_losses(RATE, EVENT_LOSS), np.array([10.0]))
    assert loss[0] == 50.0 and tvar[0] == pytest.approx(by_hand, rel=1e-6)


@pytest.mark.parametrize(("charges", "capped"), [
    (None, 5.0), ((), 4.906293), ((1.0,), 4.998950)])
def test_layer_100_xs_50(charges, capped):
    found = poisson_layer_cost(Layer(50.0, 100.0, charges), RATE, EVENT_LOSS)
    assert found.uncapped == pytest.approx(5.0, rel=1e-12)
    assert found.capped == pytest.approx(capped, abs=5e-7)
    assert found.rate_on_line == pytest.approx(capped / 100.0, abs=5e-9)


def test_premium_with_one_reinstatement():
    found = poisson_layer_cost(Layer(50.0, 100.0, (1.0,)), RATE, EVENT_LOSS)
    assert found.premium == pytest.approx(4.765157, abs=5e-7)  # 4.998950 / (1 + 4.906293 / 100)


def test_a_layer_by_simulated_years_is_capped_a_year():
    # 15 xs 10 by event: year 1: 0; 3: 15; 4: 15 + 15; 5: 10; 7: 15; 8: 5 + 5 + 5; 10: 15
    found = layer_years(Layer(10.0, 15.0, (1.0,)), YEAR, LOSS, n_years=10)
    assert dict(zip((found.key + 1).tolist(), found.total.tolist(), strict=True)) == {
        3: 15, 4: 30, 5: 10, 7: 15, 8: 15, 10: 15}
    once = layer_years(Layer(10.0, 15.0, ()), YEAR, LOSS, n_years=10)
    assert once.total.max() == 15.0


def test_co_tvar_of_years_by_hand(years):
    # the worst two years are 100 (client A) and 80: at 5 years A has (100 + 60) / 2, B 20 / 2
    part = np.array([0, 0, 1])
    found = co_tvar(years, part, np.array([2, 9, 9]), np.array([100.0, 60.0, 20.0]), n_parts=2,
                    period_yr=5.0)
    assert found.tolist() == [80.0, 10.0]


def test_co_tvar_of_years_that_tie_is_shared():
    # four years, two of 10: at 4 years the worst is either: each client has half of it
    years = year_losses(np.array([0, 1]), np.array([10.0, 10.0]), n_years=4)
    found = co_tvar(years, np.array([0, 1]), np.array([0, 1]), np.array([10.0, 10.0]), n_parts=2,
                    period_yr=4.0)
    assert found.tolist() == [5.0, 5.0]


def test_co_tvar_of_rates_by_brute_force():
    """Against the sum over all years of up to 9 events: E[part; sum in the tail] by convolution."""
    share = np.array([0.1, 0.2, 0.3, 0.4, 0.9])
    points = aggregate_exceedance(rate_losses(RATE, EVENT_LOSS), np.array([50.0]))
    size, lam = 256, RATE.sum()
    one, own = np.zeros(size), np.zeros(size)
    np.add.at(one, (EVENT_LOSS / 10).astype(int), RATE / lam)
    np.add.at(own, (EVENT_LOSS / 10).astype(int), RATE / lam * share * EVENT_LOSS)
    # of n events the part's share: n times the first's, by symmetry
    total, part, several, weight = np.zeros(size), np.zeros(size), np.eye(1, size)[0], np.exp(-lam)
    total += weight * several
    for n in range(1, 30):
        weight *= lam / n
        part += weight * n * np.convolve(several, own)[:size]
        several = np.convolve(several, one)[:size]
        total += weight * several
    above = 1.0 - np.cumsum(total)
    atom = (0.02 - above[20]) / total[20]  # at 200, the loss of 50 years
    by_hand = (part[21:].sum() + atom * part[20]) / 0.02
    place = np.arange(5)
    found = poisson_co_tvar(
        points.lattice, RATE, EVENT_LOSS, part=np.repeat([0, 1], 5), event=np.tile(place, 2),
        part_loss=np.concatenate([share * EVENT_LOSS, (1 - share) * EVENT_LOSS]), n_parts=2,
        period_yr=50.0)
    assert found[0] == pytest.approx(by_hand, rel=1e-9)
    assert found.sum() == pytest.approx(points.tvar[0], rel=1e-12)
