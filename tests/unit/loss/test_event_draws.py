"""Draws of many events: each its own, stratified, exact in the mean."""

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.loss import event_draws
from riskcloud.loss.event_draws import Hits, Places, draw_event_ratios, draw_events
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


def test_the_bound_on_states_changes_no_draw(curves, monkeypatch):
    """With a bound of 1 every curve is looked at: the same ratios, bit for bit."""
    rng = np.random.default_rng(2)
    n, n_measures = 600, len(curves.measures)
    hits = Hits(np.arange(n + 1), np.repeat(np.arange(3), n // 3), np.arange(n), np.arange(n),
                rng.uniform(5.0, 110.0, (n, 1)).astype(np.float32))
    places = Places(np.ones(n), np.arange(n).astype(np.uint64), np.zeros(n_measures, np.int64),
                    np.where(np.array(curves.measures)[:, None] == "gust_ratio", 1 / 33.0, 1.0)
                    * np.ones((n_measures, n)),
                    rng.integers(0, len(curves.set_start) - 1, n))
    draws = draw(["a", "b", "c"], curves)
    quick = draw_event_ratios(hits, places, curves, draws)
    assert 0.1 < (quick > 0.0).mean() < 0.9
    monkeypatch.setattr(event_draws, "any_state", lambda curves: (
        np.ones((len(curves.curve_id), 1)), np.ones(len(curves.curve_id))))
    np.testing.assert_array_equal(draw_event_ratios(hits, places, curves, draws), quick)
