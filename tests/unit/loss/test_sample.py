"""The sampler against closed forms."""

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.loss.draws import draw_shared
from riskcloud.loss.sample import (
    AssetInputs,
    bin_edges,
    draw_ratios,
    quantile_means,
    quantile_table,
    statistics,
)
from riskcloud.types import CurveArrays
from riskcloud.vulnerability.library import load_curve, pack_curves


def equal_assets(curves: CurveArrays, n: int, wind_m_s: float, n_models: int = 1) -> AssetInputs:
    return AssetInputs(
        site_start=np.arange(n + 1), share=np.ones(n), key=np.arange(n, dtype=np.uint64) * 977 + 5,
        wind=np.full((1, n_models, n), wind_m_s),
        base_of=np.zeros(len(curves.measures), np.int64), factor=np.ones((len(curves.measures), n)),
        set_of=np.zeros(n, np.int64))


def without_spread(curve_id: str) -> CurveArrays:
    arrays = pack_curves([[(curve_id, 1.0)]])
    arrays.spread_sigma[:] = 0.0
    return arrays


@pytest.mark.parametrize("correlation", [0.0, 0.3, 1.0])
@pytest.mark.parametrize(("curve_id", "wind_m_s"), [("eberenz_wp3_rmsf", 55.0),
                                                    ("eberenz_wp3_rmsf", 130.0),
                                                    ("tower_ratio_suspension", 1.2)])
def test_sd_of_the_total_of_equal_assets_is_the_closed_form(curve_id, wind_m_s, correlation):
    """Var(sum) = n sd^2 + n (n - 1) rho sd^2, for a beta and for a Bernoulli damage ratio."""
    n, members = 200, 20_000
    curves = without_spread(curve_id)
    mean = float(load_curve(curve_id).mean_ratio(wind_m_s))
    if curves.is_fragility[0]:
        reached = load_curve(curve_id).evaluate(wind_m_s)
        share = np.append(reached[:-1] - reached[1:], reached[-1])
        assert len(share) == len(curves.consequence)
        variance = float(np.sum(share * curves.consequence**2)) - mean**2
    else:
        variance = mean * (1.0 - mean) / (1.0 + curves.precision[0])
    draws = draw_shared(event_id="e", weights={"one": 1.0}, curves=curves, n_members=members,
                        correlation=correlation, seed=7)
    ratios = draw_ratios(0, n, assets=equal_assets(curves, n, wind_m_s), curves=curves, draws=draws)
    total = ratios.drawn.sum(axis=0)
    expected = np.sqrt(n * variance + n * (n - 1) * correlation * variance)
    assert 0.001 < mean < 0.999
    assert total.std(ddof=1) == pytest.approx(expected, rel=0.03)
    assert total.mean() == pytest.approx(n * mean, abs=4.0 * expected / np.sqrt(members))


def test_mean_of_samples_agrees_with_the_closed_form_over_the_curves_spread():
    from riskcloud.vulnerability.curve import expected_ratio

    curves = pack_curves([[("eberenz_wp3_rmsf", 1.0)]])
    draws = draw_shared(event_id="e", weights={"a": 0.5, "b": 0.5}, curves=curves,
                        n_members=4000, correlation=0.05, seed=3)
    assets = equal_assets(curves, 400, 45.0, n_models=2)
    drawn = draw_ratios(0, 400, assets=assets, curves=curves, draws=draws)
    closed = float(expected_ratio(load_curve("eberenz_wp3_rmsf"), 45.0))
    assert drawn.expected.mean() == pytest.approx(closed, rel=0.01)
    assert drawn.drawn.mean() == pytest.approx(closed, rel=0.05)


def test_quantile_table_keeps_the_mean_exactly_and_the_sd_closely():
    table, means, width = quantile_table(2.5), quantile_means(), np.diff(bin_edges())
    np.testing.assert_allclose((table * width).sum(axis=1), means, rtol=1e-9)
    sd = np.sqrt((table**2 * width).sum(axis=1) - means**2)
    usual = means > 1e-5
    np.testing.assert_allclose(sd[usual], np.sqrt(means * (1 - means) / 3.5)[usual], rtol=0.01)
    assert np.all(np.diff(table, axis=1) >= -1e-9)
    assert table.min() >= -1e-12 and table.max() <= 1.0 + 1e-12


@pytest.mark.parametrize("precision", [0.3, 1.0, 8.0, 60.0])
def test_quantile_table_holds_for_flat_and_narrow_distributions(precision):
    table, means, width = quantile_table(precision), quantile_means(), np.diff(bin_edges())
    np.testing.assert_allclose((table * width).sum(axis=1), means, rtol=1e-9)
    assert table.min() >= -1e-12 and table.max() <= 1.0 + 1e-12


def test_models_get_their_share_of_the_realisations():
    curves = without_spread("eberenz_wp3_rmsf")
    draws = draw_shared(event_id="e", weights={"a": 0.5, "b": 0.3, "c": 0.2}, curves=curves,
                        n_members=501, correlation=0.0, seed=1)
    assert np.all(np.abs(np.bincount(draws.model_of) - 501 * np.array([0.5, 0.3, 0.2])) <= 1.0)


def test_draws_depend_on_the_key_alone_not_on_chunks_or_order():
    curves = pack_curves([[("tower_ratio_suspension", 0.5), ("tower_ratio_strainer", 0.5)]])
    draws = draw_shared(event_id="e", weights={"a": 1.0}, curves=curves, n_members=64,
                        correlation=0.2, seed=11)
    assets = equal_assets(curves, 90, 1.25)
    whole = draw_ratios(0, 90, assets=assets, curves=curves, draws=draws)
    pieces = [draw_ratios(a, b, assets=assets, curves=curves, draws=draws).drawn
              for a, b in ((0, 7), (7, 8), (8, 90))]
    np.testing.assert_array_equal(np.vstack(pieces), whole.drawn)
    turned = AssetInputs(assets.site_start, assets.share, assets.key[::-1].copy(), assets.wind,
                         assets.base_of, assets.factor, assets.set_of)
    np.testing.assert_array_equal(
        draw_ratios(0, 90, assets=turned, curves=curves, draws=draws).drawn[::-1], whole.drawn)


def test_another_seed_draws_other_numbers():
    curves = without_spread("eberenz_wp3_rmsf")
    assets = equal_assets(curves, 5, 60.0)
    drawn = [draw_ratios(0, 5, assets=assets, curves=curves, draws=draw_shared(
        event_id="e", weights={"a": 1.0}, curves=curves, n_members=50, correlation=0.1,
        seed=seed)).drawn for seed in (1, 2)]
    assert not np.array_equal(drawn[0], drawn[1])


def test_calm_brings_no_damage():
    curves = without_spread("eberenz_wp3_rmsf")
    draws = draw_shared(event_id="e", weights={"a": 1.0}, curves=curves, n_members=10,
                        correlation=0.1, seed=1)
    assert not draw_ratios(0, 3, assets=equal_assets(curves, 3, 0.0), curves=curves,
                           draws=draws).drawn.any()


def test_statistics_are_numpys():
    values = np.random.default_rng(2).gamma(2.0, size=(6, 101))
    mean, sd, quantile = statistics(values, (0.05, 0.5, 0.95))
    np.testing.assert_allclose(mean, values.mean(axis=1))
    np.testing.assert_allclose(sd, values.std(axis=1, ddof=1))
    np.testing.assert_allclose(quantile, np.quantile(values, (0.05, 0.5, 0.95), axis=1).T)
    mean, sd, quantile = statistics(np.array([[3.0]]), (0.5,))
    assert (mean[0], sd[0], quantile[0, 0]) == (3.0, 0.0, 3.0)


@pytest.mark.parametrize(("members", "correlation"), [(0, 0.1), (10, -0.1), (10, 1.1)])
def test_impossible_requests_are_refused(members, correlation):
    with pytest.raises(InputError, match="expected"):
        draw_shared(event_id="e", weights={"a": 1.0}, curves=without_spread("eberenz_wp3_rmsf"),
                    n_members=members, correlation=correlation, seed=1)
