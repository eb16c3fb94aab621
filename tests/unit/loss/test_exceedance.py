import numpy as np
import pytest

from riskcloud.loss.exceedance import event_exceedance, split_band


def test_exceedance_is_rank_over_count():
    curve = event_exceedance(np.array([30.0, 10.0, 20.0, 40.0]))
    np.testing.assert_array_equal(curve.loss, [10, 20, 30, 40])
    np.testing.assert_array_equal(curve.probability, [1.0, 0.75, 0.5, 0.25])


def test_exceedance_keeps_the_largest_and_stays_short():
    losses = np.random.default_rng(1).gamma(1.0, size=5000)
    curve = event_exceedance(losses, n_points=100)
    assert len(curve.loss) <= 100
    assert curve.loss[-1] == losses.max()
    assert curve.probability[-1] == pytest.approx(1 / 5000)


def test_band_split_finds_the_variance_of_each_source():
    rng = np.random.default_rng(5)
    n = 20_000
    model_of, curve_of = np.repeat([0, 1], n // 2), np.tile(np.arange(n // 2), 2)
    curve = rng.standard_normal(n // 2)[curve_of]
    expected = 100.0 + 3.0 * (2 * model_of - 1) + 4.0 * curve
    drawn = expected + 12.0 * rng.standard_normal(n)
    parts = {part.source: part for part in split_band(
        drawn, expected, {"model": model_of, "curve": curve_of}, model_of)}
    for source, variance in (("model", 9.0), ("curve", 16.0), ("asset", 144.0)):
        assert parts[source].variance_share == pytest.approx(variance / 169.0, rel=0.05)
    assert parts["asset"].q95 == pytest.approx(100.0 + 1.645 * 12.0, rel=0.01)


def test_a_source_whose_levels_are_all_different_gets_what_is_left():
    expected = np.random.default_rng(1).normal(50.0, 5.0, 100)
    parts = {part.source: part.variance_share for part in split_band(
        expected, expected, {"model": np.zeros(100, int), "curve": np.arange(100)},
        np.zeros(100, int))}
    assert parts == {"model": 0.0, "curve": pytest.approx(1.0), "asset": pytest.approx(0.0)}


def test_no_loss_no_band():
    levels = {"model": np.arange(10) % 2, "curve": np.arange(10) // 2}
    for part in split_band(np.zeros(10), np.zeros(10), levels, np.arange(10)):
        assert (part.variance_share, part.q05, part.q95) == (0.0, 0.0, 0.0)
