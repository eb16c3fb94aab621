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
    """Analysis of variance by hand, two models that both meet three draws of the curves.

    Rows (models) 8, 15, 22 and 30, 35, 40: means 15, 35 and 19, 25, 31. Models, with the curves
    taken off: between 6 * 100 / 1 = 600; within: what neither explains, +-1 four times and 0: 4 in
    all with 6 - 2 - 2 = 2 degrees, 2. Variance of the two levels (600 - 2) / 3 / 2. Curves, with
    the models taken off: between 2 (36 + 0 + 36) / 2 = 72, within 4 / (6 - 3 - 1) = 2, so
    (72 - 2) / 2 * 2 / 3. Var(expected) = (600 + 144 + 4) / 6; drawn about expected: 2 or -2, so 4.
    """
    model, curve = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 1, 2, 0, 1, 2])
    expected = np.array([8.0, 15.0, 22.0, 30.0, 35.0, 40.0])
    drawn = expected + np.array([2.0, -2.0, 2.0, -2.0, 2.0, -2.0])
    parts = {part.source: part for part in split_band(
        drawn, expected, {"model": model, "curve": curve}, np.arange(6))}
    models, curves = (600.0 - 2.0) / 3.0 / 2.0, (72.0 - 2.0) / 2.0 * 2.0 / 3.0
    explained, whole = 748.0 / 6.0, 748.0 / 6.0 + 4.0
    share = explained / whole / (models + curves)
    assert parts["model"].variance_share == pytest.approx(models * share)
    assert parts["curve"].variance_share == pytest.approx(curves * share)
    assert parts["asset"].variance_share == pytest.approx(4.0 / whole)
    # the band of one source: quantiles of the mean plus that part alone
    assert parts["asset"].q95 == pytest.approx(np.quantile(25.0 + drawn - expected, 0.95))


def test_main_effects_of_a_crossed_design():
    """Additive effects of known variance are found, each beside the others."""
    rng = np.random.default_rng(4)
    track, model = np.repeat(np.arange(400), 5), np.tile(np.arange(5), 400)
    intensity = np.concatenate([rng.permutation(400) for _ in range(5)]).reshape(5, 400).T.ravel()
    curve = np.concatenate([rng.permutation(400) for _ in range(5)]).reshape(5, 400).T.ravel()
    effect = {"track": 3.0 * rng.standard_normal(400)[track],
              "intensity": 2.0 * rng.standard_normal(400)[intensity],
              "model": np.array([-1.0, -0.5, 0.0, 0.5, 1.0])[model],
              "curve": 1.0 * rng.standard_normal(400)[curve]}
    expected = 100.0 + sum(effect.values())
    drawn = expected + 2.0 * rng.standard_normal(2000)
    levels = {"track": track, "intensity": intensity, "model": model, "curve": curve}
    parts = {part.source: part.variance_share for part in split_band(
        drawn, expected, levels, np.arange(2000))}
    assert sum(parts.values()) == pytest.approx(1.0)
    for name, variance in (("track", 9.0), ("intensity", 4.0), ("model", 0.5), ("curve", 1.0),
                           ("asset", 4.0)):
        assert parts[name] == pytest.approx(variance / 18.5, abs=0.03)


def test_exceedance_is_the_empirical_survival_function():
    losses = np.random.default_rng(3).gamma(2.0, size=400)
    curve = event_exceedance(losses, n_points=400)
    survival = stats.ecdf(losses).sf
    # scipy's survival is P(X > x), ours P(X >= x): one rank apart
    np.testing.assert_allclose(curve.probability, survival.evaluate(curve.loss) + 1 / 400)
