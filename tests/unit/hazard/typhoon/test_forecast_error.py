"""Error cards, draws around them, and displacements on the sphere."""

import warnings

import numpy as np
import pytest

from riskcloud.catalog import list_cards, load_card
from riskcloud.errors import InputError
from riskcloud.geo.points import haversine_m
from riskcloud.hazard.typhoon import forecast_error as fe
from riskcloud.hazard.typhoon.sphere import destination, headings_deg, offset_m

AGENCIES = [name for name in list_cards(fe.KIND) if name not in fe.NOT_AGENCIES]


@pytest.mark.parametrize(("word", "name"), [
    ("USA", "jtwc"), ("TOKYO", "jma"), ("RJTD", "jma"), ("babj", "cma"), ("VHHH", "hko"),
    ("HKO", "hko"), ("ecmwf", "ecmwf"), ("STATISTICAL", "statistical"), ("KMA", "default"),
    ("", "default"), ("common", "default"), ("size", "default"), ("../cma", "default"),
])
def test_aliases(word: str, name: str) -> None:
    assert fe.error_model(word).name == name


@pytest.mark.parametrize("ratio", [0.5, 0.985, 1.0, 1.3, 4.0])
def test_along_cross_sd_gives_the_mean_error(ratio: float) -> None:
    along, cross = fe.along_cross_sd(np.array([100e3]), ratio)
    assert along[0] / cross[0] == pytest.approx(ratio)
    # the mean distance by quadrature over a fine Gauss-Hermite grid
    node, weight = np.polynomial.hermite_e.hermegauss(200)
    distance = np.hypot(along[0] * node[:, None], cross[0] * node)
    mean = (weight[:, None] * weight * distance).sum() / weight.sum() ** 2
    assert mean == pytest.approx(100e3, rel=2e-3)  # a kink at 0 costs the rule its accuracy


def test_equal_spread_is_the_rayleigh_law() -> None:
    along, cross = fe.along_cross_sd(np.array([1.0]), 1.0)
    assert along == pytest.approx(1.0 / np.sqrt(np.pi / 2)) and cross == pytest.approx(along)


@pytest.mark.parametrize("name", AGENCIES)
def test_cards_are_complete_and_grow(name: str) -> None:
    card, model = load_card(fe.KIND, name), fe.error_model(name)
    assert card["verified"] in ("primary", "secondary", "unconfirmed", "our fit")
    assert card["verified_words"] and all(r["source"] for r in card.rows("errors.csv"))
    assert model.lead_h[0] == 0.0 and model.lead_h[-1] == fe.LAST_LEAD_H
    mean = np.hypot(model.sd_along_m, model.sd_cross_m)
    assert (np.diff(model.lead_h) > 0).all() and (np.diff(mean) > 0).all()
    early = model.sd_wind_m_s[model.lead_h <= 72.0]
    assert (np.diff(early) > 0).all() and (model.sd_wind_m_s > 0).all()


def test_default_is_the_worst_of_the_agencies() -> None:
    model, lead = fe.error_model("nobody"), np.array([0.0, 12, 24, 48, 72, 96, 120])
    for field in ("sd_wind_m_s", "sd_along_m"):
        worst = np.max([np.interp(lead, m.lead_h, getattr(m, field)) for m in map(
            fe.error_model, ("jtwc", "cma", "jma", "hko", "nhc", "ecmwf"))], axis=0)
        assert np.interp(lead, model.lead_h, getattr(model, field)) == pytest.approx(
            worst, rel=5e-3)


@pytest.mark.parametrize("n", [1, 2, 7, 50, 64, 1000])
def test_unit_probabilities_are_stratified(n: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        p = fe.unit_probabilities(n, 40, 5)
    assert p.shape == (n, 40) and ((p > 0) & (p < 1)).all()
    assert (np.sort(np.floor(p * n), axis=0) == np.arange(n)[:, None]).all()
    assert (p == fe.unit_probabilities(n, 40, 5)).all()
    if n > 1:
        assert (p != fe.unit_probabilities(n, 40, 6)).any()


def test_leading_columns_are_hardly_correlated() -> None:
    c = np.corrcoef(fe.unit_probabilities(50, 60, 3)[:, :8], rowvar=False)
    assert np.abs(c - np.eye(8)).max() < 0.4  # random columns: 0.4 in one of 150


def test_draws_have_the_model_s_spread_and_correlation() -> None:
    model, lead = fe.error_model("hko"), np.array([-6.0, 0, 3, 12, 24, 24, 48, 72, 200])
    n = fe.n_dims(len(lead))
    p = fe.unit_probabilities(4096, 2 * n, 11)
    along, cross = fe.draw_position_errors(model, lead, p)
    wind = fe.draw_wind_errors(model, lead, p)
    for drawn, sd, corr in ((along, model.sd_along_m, model.along),
                            (cross, model.sd_cross_m, model.cross),
                            (wind, model.sd_wind_m_s, model.wind)):
        assert (drawn[:, 0] == 0.0).all()
        assert drawn[:, 1:].std(axis=0) == pytest.approx(
            np.interp(lead[1:], model.lead_h, sd), rel=0.03)
        assert np.corrcoef(drawn[:, 1:].T) == pytest.approx(corr.matrix(lead[1:]), abs=0.04)
        assert np.abs(drawn[:, 1:].mean(axis=0) / drawn[:, 1:].std(axis=0)).max() < 0.05
    assert np.abs(np.corrcoef(along[:, 1:].T, cross[:, 1:].T)[:8, 8:]).max() < 0.06
    assert along[:, 4] == pytest.approx(along[:, 5], abs=1.0)  # the same lead twice, 1 m


def test_more_columns_than_needed_change_nothing() -> None:
    model, lead = fe.error_model("cma"), np.array([0.0, 24.0, 48.0])
    p = fe.unit_probabilities(16, 20, 1)
    a = fe.draw_position_errors(model, lead, p)
    b = fe.draw_position_errors(model, lead, p[:, :6])
    assert (a[0] == b[0]).all() and (a[1] == b[1]).all()


def test_medians_draw_no_error() -> None:
    half = np.full((1, 6), 0.5)
    along, cross = fe.draw_position_errors(fe.error_model("jma"), np.array([0.0, 24, 48]), half)
    assert (along == 0).all() and (cross == 0).all()
    assert (fe.draw_size_factors(half[:, :2]) == 1.0).all()


@pytest.mark.parametrize("p", [np.full((3, 1), 0.5), np.full(6, 0.5), np.zeros((2, 4)),
                               np.ones((2, 4)), np.full((2, 4), np.nan)])
def test_bad_probabilities_are_refused(p) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match="probabilities"):
        fe.draw_position_errors(fe.error_model("jma"), np.array([0.0, 24.0]), p)


def test_size_factors_have_the_card_s_spread() -> None:
    factor = fe.draw_size_factors(fe.unit_probabilities(4096, 2, 4))
    card = load_card(fe.KIND, "size")
    assert np.log(factor).std(axis=0) == pytest.approx(
        [card["sd_log_r_max"], card["sd_log_r34"]], rel=0.02)
    assert np.median(factor, axis=0) == pytest.approx([1.0, 1.0], rel=0.01)


def test_displace_ahead_and_to_the_right() -> None:
    # heading north-west at 20 N: ahead is west and north, right is east and north
    lon, lat = fe.displace(np.array([120.0]), np.array([20.0]), np.array([315.0]),
                           np.array([[100e3], [0.0]]), np.array([[0.0], [100e3]]))
    assert lon[0, 0] < 120 < lon[1, 0] and (lat > 20).all()
    assert haversine_m(lon, lat, 120.0, 20.0) == pytest.approx(100e3)


def test_displace_across_the_date_line_stays_continuous() -> None:
    lon, _ = fe.displace(np.array([179.9]), np.array([15.0]), np.array([90.0]),
                         np.array([50e3]), np.array([0.0]))
    assert 179.9 < lon[0] < 181.0


def test_offset_and_destination_are_inverse() -> None:
    lon, lat = destination(170.0, 80.0, np.array([9e5, -3e6, 0.0]), np.array([2e5, 5e5, 0.0]))
    east, north = offset_m(170.0, 80.0, lon, lat)
    assert east == pytest.approx([9e5, -3e6, 0.0], abs=1e-3)
    assert north == pytest.approx([2e5, 5e5, 0.0], abs=1e-3)


def test_headings() -> None:
    lon, lat = np.array([120.0, 121.0, 121.0, 121.0]), np.array([0.0, 0.0, 0.0, 1.0])
    # east; still with only its first leg moving, so east; only its last leg, so north
    assert headings_deg(lon, lat) == pytest.approx([90.0, 90.0, 0.0, 0.0], abs=1e-6)
    still = np.full(4, 120.0)
    assert (headings_deg(still, still / 6) == 0.0).all()
    jitter = headings_deg(np.array([120.0, 119.0, 119.003, 119.0]), np.array([20.0] * 4))
    assert jitter == pytest.approx([270.0] * 4, abs=1.0)  # 300 m back and forth turn no track
    assert headings_deg(np.array([1.0]), np.array([2.0])).shape == (1,)
