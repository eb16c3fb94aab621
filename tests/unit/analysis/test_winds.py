"""Winds of the realisations at locations: chunks, means and bands of gusts."""

from dataclasses import replace

import numpy as np
import pytest

from riskcloud.analysis.exposed import ExposedAssets, expose
from riskcloud.analysis.winds import BAND, Winds, strongest_site
from riskcloud.exposure.portfolio import Portfolio
from riskcloud.hazard.typhoon.field import model_weights
from riskcloud.hazard.typhoon.scenarios import Scenarios, make_scenarios
from riskcloud.loss.draws import Draws, draw_shared
from riskcloud.loss.sample import weighted_quantiles
from riskcloud.types import Floats, Outlook, Track


@pytest.fixture(scope="module")
def exposed(book: Portfolio) -> ExposedAssets:
    return expose(book)


@pytest.fixture(scope="module")
def scenarios(track: Track) -> Scenarios:
    forecast = replace(track, base_utc=np.datetime64("2017-08-22T06:00:00"))
    return make_scenarios(Outlook((forecast,)), n_tracks=12, seed=1)


@pytest.fixture(scope="module")
def draws(exposed: ExposedAssets, scenarios: Scenarios) -> Draws:
    return draw_shared(event_id="e", weights=model_weights(("H08", "W06")), curves=exposed.curves,
                       n_members=30, correlation=0.05, seed=1, n_tracks=scenarios.n_tracks,
                       n_intensities=scenarios.n_intensities)


def winds_by(winds: Winds, chunks: list[tuple[int, int]]) -> Floats:
    return np.concatenate([winds.inputs(*chunk, lambda share: None).wind for chunk in chunks],
                          axis=2)


def test_chunks_change_nothing(scenarios, draws, exposed):
    whole, apart = (Winds(scenarios, draws, exposed) for _ in range(2))
    n = len(exposed.row)
    found = winds_by(whole, list(whole.chunks(10**9)))
    assert list(whole.chunks(10**9)) == [(0, n)] and len(list(apart.chunks(1))) == n
    np.testing.assert_array_equal(winds_by(apart, list(apart.chunks(1))), found)
    for name in ("gust_m_s", "gust_band_m_s", "strongest"):
        np.testing.assert_array_equal(getattr(apart, name), getattr(whole, name))
    np.testing.assert_array_equal(whole.strongest, found.max(axis=1))


def test_gusts_are_those_of_the_realisations(scenarios, draws, exposed):
    winds = Winds(scenarios, draws, exposed)
    found = winds_by(winds, list(winds.chunks(10**9)))[0]
    # one site a location: the winds of all realisations, each storm as often as it is drawn
    gust = found[draws.storm_of]
    np.testing.assert_allclose(winds.gust_m_s, gust.mean(axis=0), rtol=1e-12)
    band = np.quantile(gust, BAND, axis=0, method="inverted_cdf").T
    np.testing.assert_allclose(winds.gust_band_m_s, band, atol=0.1 + 1e-9)
    assert (winds.gust_band_m_s[:, 0] < winds.gust_m_s)[:2].all()
    far = exposed.table["loc_id"].tolist().index("B3")
    assert winds.gust_m_s[far] < 8.0  # far inland: the wind of any day or none


def test_progress_ends_at_one(scenarios, draws, exposed):
    shares: list[float] = []
    Winds(scenarios, draws, exposed).inputs(0, 1, shares.append)
    assert shares[-1] == 1.0 and shares == sorted(shares)


def test_strongest_site_is_the_first_of_the_largest():
    start = np.array([0, 2, 3, 6])
    assert strongest_site(np.array([1.0, 2, 0, 5, 5, 4]), start).tolist() == [1, 2, 3]


@pytest.mark.parametrize("p", [0.01, 0.05, 0.5, 0.95, 0.99])
def test_quantiles_are_numpys_to_a_tenth(p):
    rng = np.random.default_rng(2)
    values = rng.gamma(4.0, 8.0, (300, 80)).clip(0.0, 102.0)
    values[rng.random(values.shape) < np.linspace(0.0, 1.0, 80)] = 0.0
    weight = rng.integers(1, 6, 300).astype(float)
    weight /= weight.sum()
    found = weighted_quantiles(values, weight, np.arange(80), (p,))[:, 0]
    wanted = np.array([np.quantile(v, p, weights=weight, method="inverted_cdf") for v in values.T])
    np.testing.assert_allclose(found, wanted, atol=0.1 + 1e-9)
    assert (found[wanted == 0.0] == 0.0).all() and (wanted == 0.0).any() and (wanted > 0.0).any()


def test_quantiles_of_one_row_and_of_no_wind():
    values = np.array([[0.0, 5.55, 33.33]])
    found = weighted_quantiles(values, np.ones(1), np.array([2, 0, 1, 1]), (0.05, 0.95))
    np.testing.assert_allclose(found, [[33.33] * 2, [0.0] * 2, [5.55] * 2, [5.55] * 2], atol=0.1)
    assert (found[1] == 0.0).all()
