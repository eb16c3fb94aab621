"""The beta distribution of damage ratios against scipy's own, and the band split by hand."""

import numpy as np
import pytest
from scipy import integrate, stats

from riskcloud.loss.exceedance import event_exceedance, split_band
from riskcloud.loss.sample import bin_edges, quantile_means, quantile_table


@pytest.mark.parametrize("precision", [2.5, 12.0])
def test_a_bin_holds_the_mean_of_the_beta_between_its_quantiles(precision):
    """Johnson, Kotz and Balakrishnan (1995), chapter 25: beta(m phi, (1 - m) phi)."""
    table, means, edges = quantile_table(precision), quantile_means(), bin_edges()
    for row in (40, 60, 75, 84):
        beta = stats.beta(means[row] * precision, (1.0 - means[row]) * precision)
        for b in (0, 20, 50, 62, 70, 100):
            low, high = edges[b], edges[b + 1]
            by_integration = integrate.quad(beta.ppf, low, high, epsabs=0.0, epsrel=1e-7)[0]
            assert table[row, b] == pytest.approx(by_integration / (high - low), rel=1e-5,
                                                  abs=1e-12)


def test_variance_of_a_ratio_is_that_of_the_beta():
    # m (1 - m) / (1 + phi) is the variance of beta(m phi, (1 - m) phi)
    for mean, precision in ((0.01, 2.5), (0.4, 12.0)):
        variance = stats.beta(mean * precision, (1 - mean) * precision).var()
        assert variance == pytest.approx(mean * (1 - mean) / (1 + precision), rel=1e-12)


def test_band_split_by_hand():
    """Law of total variance, four realisations of two models.

    Means given the model: 15 and 35, about 25: 100. Expected about them: 5 each: 25. Drawn about
    expected: 2, -2, 4, -4: 10. In all 135.
    """
    expected = np.array([10.0, 20.0, 30.0, 40.0])
    drawn = expected + np.array([2.0, -2.0, 4.0, -4.0])
    parts = {part.source: part for part in split_band(drawn, expected, np.array([0, 0, 1, 1]))}
    assert parts["model"].variance_share == pytest.approx(100 / 135)
    assert parts["curve"].variance_share == pytest.approx(25 / 135)
    assert parts["asset"].variance_share == pytest.approx(10 / 135)
    # the band of one source: quantiles of 25 plus that part alone
    assert parts["model"].q05 == pytest.approx(np.quantile([15.0, 15.0, 35.0, 35.0], 0.05))
    assert parts["asset"].q95 == pytest.approx(np.quantile([27.0, 23.0, 29.0, 21.0], 0.95))


def test_exceedance_is_the_empirical_survival_function():
    losses = np.random.default_rng(3).gamma(2.0, size=400)
    curve = event_exceedance(losses, n_points=400)
    survival = stats.ecdf(losses).sf
    # scipy's survival is P(X > x), ours P(X >= x): one rank apart
    np.testing.assert_allclose(curve.probability, survival.evaluate(curve.loss) + 1 / 400)
