"""Draws of many events: each its own, stratified, exact in the mean."""

import numpy as np
import pytest
from scipy.stats import norm

from riskcloud.errors import InputError
from riskcloud.loss import event_draws
from riskcloud.loss.event_draws import Pairs, Places, draw_event_ratios, draw_events
from riskcloud.loss.quiet import quiet_intensity
from riskcloud.vulnerability.library import assign_curves

CLASSES = np.array(["tower_220kv", "building_residential", "substation"])


@pytest.fixture(scope="module")
def curves():
    return assign_curves(CLASSES, np.full(3, ""), np.full(3, "CN"), np.zeros(3, bool),
                         wind_chain="default", conversion="advisory_marine_1min")[0]


def draw(names, curves, **choices):
    return draw_events(names, curves, **{"n_members": 8, "seed": 1, "correlation": 0.2} | choices)


def test_an_event_keeps_its_draws_beside_any_other(curves):
    many, alone = draw(["a", "b", "c"], curves), draw(["b"], curves)
    for name in ("seed", "curve_of", "capacity", "common"):
        np.testing.assert_array_equal(getattr(many, name)[1], getattr(alone, name)[0])
    assert (many.common[0] != many.common[1]).all()
    assert (draw(["b"], curves, seed=2).common != alone.common).all()


def test_samples_of_an_event_are_stratified_and_the_mean_over_events_exact(curves):
    draws = draw([f"e{k}" for k in range(4000)], curves)
    np.testing.assert_array_equal(np.sort((draws.common * 8).astype(int), axis=1),
                                  np.tile(np.arange(8), (4000, 1)))
    assert draws.common.mean() == pytest.approx(0.5, abs=1e-3)
    for s in range(len(curves.set_start) - 1):
        members = slice(curves.set_start[s], curves.set_start[s + 1])
        for c, weight in zip(curves.set_curve[members], curves.set_weight[members], strict=True):
            assert (draws.curve_of[:, s] == c).mean() == pytest.approx(weight, abs=5e-3)
    np.testing.assert_allclose(np.log(draws.capacity).std(axis=(0, 2)), curves.spread_sigma,
                               rtol=0.02)


def test_quiet_intensity_is_where_the_mean_ratio_begins(curves):
    at = {level: quiet_intensity(curves, level) for level in (1e-6, 1e-3)}
    assert (at[1e-6] < at[1e-3]).all()
    assert (at[1e-6] > 0.0).all()
    # a threshold of the curve itself is never passed from below
    for c, name in enumerate(curves.curve_id):
        if name.startswith("eberenz"):
            assert at[1e-6][c] >= 0.98 * 25.7


@pytest.mark.parametrize(("choice", "said"), [
    ({"n_members": 0}, "samples = 0: expected 1 or more"),
    ({"correlation": 1.5}, "correlation = 1.5: expected 0 to 1")])
def test_bad_choices_are_told(curves, choice, said):
    with pytest.raises(InputError, match=said):
        draw(["a"], curves, **choice)


def places_of(curves, n, rng, *, per_location=1):
    n_measures = len(curves.measures)
    return Places(np.arange(n) // per_location, np.full(n, 1.0 / per_location),
                  rng.integers(0, 2**63, n).astype(np.uint64), np.zeros(n_measures, np.int64),
                  np.where(np.array(curves.measures)[:, None] == "gust_ratio", 1 / 33.0, 1.0)
                  * np.ones((n_measures, n)),
                  np.repeat(rng.integers(0, len(curves.set_start) - 1, n // per_location),
                            per_location))


def test_the_bound_on_states_changes_no_draw(curves, monkeypatch):
    """With a bound of 1 every curve is looked at: the same ratios, bit for bit."""
    rng = np.random.default_rng(2)
    n = 600
    pairs = Pairs(np.arange(4) * n, np.tile(np.arange(n), 3),
                  rng.uniform(5.0, 110.0, (3 * n, 1)).astype(np.float32))
    places = places_of(curves, n, rng)
    draws = draw(["a", "b", "c"], curves)
    hits, quick = draw_event_ratios(pairs, places, curves, draws)
    assert 0.1 < (quick > 0.0).sum() / (24 * n) < 0.9
    assert quick.any(axis=1).all()
    monkeypatch.setattr(event_draws, "any_state", lambda curves: (
        np.ones((len(curves.curve_id), 1)), np.ones(len(curves.curve_id))))
    again, whole = draw_event_ratios(pairs, places, curves, draws)
    np.testing.assert_array_equal(again.location, hits.location)
    np.testing.assert_array_equal(whole, quick)


def test_neither_order_nor_parts_of_the_pairs_change_a_bit(curves, monkeypatch):
    """Sites of a location are added up in their order, wherever they stand among the pairs."""
    rng = np.random.default_rng(4)
    n = 400
    places, draws = places_of(curves, n, rng, per_location=2), draw(["a", "b"], curves)
    wind = rng.uniform(30.0, 90.0, (2, n, 1)).astype(np.float32)
    order = [rng.permutation(n) for _ in range(2)]
    start = np.array([0, n, 2 * n])
    hits, ratio = draw_event_ratios(Pairs(start, np.tile(np.arange(n), 2), wind.reshape(-1, 1)),
                                    places, curves, draws)
    monkeypatch.setattr(event_draws, "PAIRS_PER_PART", 37)
    other, shuffled = draw_event_ratios(
        Pairs(start, np.concatenate(order), np.concatenate([wind[0, order[0]],
                                                            wind[1, order[1]]])),
        places, curves, draws)
    for one, two in ((hits.event, other.event), (hits.location, other.location),
                     (ratio, shuffled)):
        np.testing.assert_array_equal(one, two)
    assert (np.diff(hits.event * n + hits.location) > 0).all()


@pytest.mark.parametrize("n_members", [1, 8])
def test_each_member_is_drawn_from_the_curves_and_sites_share_the_common_draw_alone(n_members):
    """Many places of one event under one wind, one lognormal curve: shares, variance, correlation.

    Given the event's draws a place is damaged with probability p, by its own draw or, with
    probability c = correlation^(1/2), by the common one: p (1 - c) or p (1 - c) + c, independent of
    all other places. Over the members a place's own draws are stratified: the variance of their
    mean is at most that of independent ones.
    """
    curves = assign_curves(np.array(["plant_hydro"]), np.array([""]), np.array(["CN"]),
                           np.zeros(1, bool), wind_chain="default",
                           conversion="advisory_marine_1min")[0]
    rng = np.random.default_rng(5)
    n, correlation = 40_000, 0.2
    places = places_of(curves, n, rng)
    c, wind = np.sqrt(correlation), 52.0
    draws = draw([f"e{k}" for k in range(4)], curves, n_members=n_members, correlation=correlation)
    pairs = Pairs(np.arange(5) * n, np.tile(np.arange(n), 4),
                  np.full((4 * n, 1), wind, np.float32))
    hits, ratio = draw_event_ratios(pairs, places, curves, draws)
    hit = np.zeros((4, n, n_members), bool)
    hit[hits.event, hits.location] = ratio > 0.0
    theta, beta = curves.params[0, 0], curves.params[0, 1]
    p = norm.cdf(np.log(wind / theta / draws.capacity[:, 0]) / beta)
    expected = p * (1.0 - c) + c * (draws.common >= 1.0 - p)
    np.testing.assert_allclose(hit.mean(axis=1), expected, atol=5.0 * 0.5 / np.sqrt(n))
    # neighbouring places of a member are independent but for the common draw
    centred = hit - hit.mean(axis=1, keepdims=True)
    together = (centred[:, 1:] * centred[:, :-1]).mean(axis=1)
    assert np.abs(together).max() < 5.0 * 0.25 / np.sqrt(n)
    if n_members > 1:
        independent = (expected * (1.0 - expected)).sum(axis=1) / n_members**2
        assert hit.mean(axis=2).var(axis=1).sum() < 0.95 * independent.sum()
