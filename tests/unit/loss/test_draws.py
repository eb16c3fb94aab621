"""The design of the realisations, and whether the split of the band finds what was put in."""

from dataclasses import replace

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.loss.draws import Draws, draw_shared, most_tracks
from riskcloud.loss.exceedance import BandPart, split_band
from riskcloud.types import CurveArrays
from riskcloud.vulnerability.library import pack_curves

FIVE = {name: 0.2 for name in "abcde"}
UNEQUAL = dict(zip("abcde", (0.4, 0.3, 0.1, 0.1, 0.1), strict=True))
ONE = {"a": 1.0}


@pytest.fixture(scope="module")
def curves() -> CurveArrays:
    return pack_curves([[("tower_ratio_suspension", 0.5), ("tower_ratio_strainer", 0.5)]])


def design(curves: CurveArrays, weights: dict[str, float], n: int, *, seed: int = 1,
           levels: int | None = None) -> Draws:
    most = most_tracks(weights, n) if levels is None else min(levels, n)
    return draw_shared(event_id="e", weights=weights, curves=curves, n_members=n, correlation=0.05,
                       seed=seed, n_tracks=most, n_intensities=most)


def levels_of(draws: Draws) -> dict[str, np.ndarray]:
    return {"track": draws.track_of, "intensity": draws.intensity_of, "model": draws.model_of,
            "curve": draws.draw_of}


def split_of(draws: Draws, variance: tuple[float, ...], seed: int, *, product: bool = False,
             ) -> list[BandPart]:
    """Split of losses made of a normal effect of each source, and one of each realisation."""
    rng = np.random.default_rng(seed)
    total = np.zeros(draws.n_members)
    for level, wanted in zip(levels_of(draws).values(), variance[:4], strict=True):
        effect = rng.standard_normal(level.max() + 1)
        if len(effect) == len(draws.models):  # few: their own variance would scatter
            share = np.bincount(level) / len(level)
            effect -= share @ effect
            effect /= max(np.sqrt(share @ effect**2), 1e-12)
        total += np.sqrt(wanted) * effect[level]
    expected = 100.0 * np.exp(0.5 * total) if product else 100.0 + total
    drawn = expected + np.sqrt(variance[4]) * rng.standard_normal(draws.n_members)
    return split_band(drawn, expected, levels_of(draws), draws.storm_of)


@pytest.mark.parametrize("weights", [FIVE, UNEQUAL, ONE])
@pytest.mark.parametrize("levels", [None, 52])
@pytest.mark.parametrize("variance", [(1, 1, 1, 1, 1), (4, 1, 0, 1, 1), (0, 2, 1, 1, 1),
                                      (1, 1, 1, 0, 0)])
def test_the_split_finds_the_shares_of_sums(curves, weights, levels, variance):
    truth = np.array(variance, float)
    if weights is ONE:
        truth[2] = 0.0
    found = np.array([[part.variance_share for part in split_of(
        design(curves, weights, 500, seed=seed, levels=levels), tuple(truth), seed)]
        for seed in range(20)])
    np.testing.assert_allclose(found.sum(axis=1), 1.0)
    assert (found >= 0.0).all()
    # 52 levels know a variance to a fifth of itself; the mean of 20 designs to a twentieth
    np.testing.assert_allclose(found.mean(axis=0), truth / truth.sum(), atol=0.045)


@pytest.mark.parametrize("weights", [FIVE, UNEQUAL, ONE])
def test_a_source_without_effect_gets_nothing_from_products(curves, weights):
    """What sources do only together is charged to none that does nothing."""
    found = np.mean([[part.variance_share for part in split_of(
        design(curves, weights, 500, seed=seed), (1, 1, 1, 0, 0), seed, product=True)]
        for seed in range(20)], axis=0)
    assert found[3] < 0.05 and found[0] == pytest.approx(found[1], abs=0.08)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 7, 10])
@pytest.mark.parametrize("weights", [FIVE, UNEQUAL, ONE])
@pytest.mark.parametrize("levels", [None, 52])
def test_few_realisations_give_a_split_all_the_same(curves, n, weights, levels):
    parts = split_of(design(curves, weights, n, levels=levels), (1, 1, 1, 1, 1), 3)
    share = np.array([part.variance_share for part in parts])
    assert np.isfinite([(part.q05, part.q95) for part in parts]).all()
    assert (share >= 0.0).all() and share.sum() == pytest.approx(1.0 if n > 1 else share.sum())
    if n == 10 and levels is None and weights is FIVE:  # sources vary, so not all is the assets'
        assert share[4] < 1.0


def test_the_split_does_not_see_names_of_levels_nor_order(curves):
    draws = design(curves, UNEQUAL, 200, levels=52)
    rng = np.random.default_rng(4)
    expected = rng.gamma(2.0, size=60)[draws.track_of] * rng.gamma(2.0, size=60)[draws.intensity_of]
    drawn, order = expected * rng.gamma(9.0, size=200) / 9.0, rng.permutation(200)
    one = split_band(drawn, expected, levels_of(draws), draws.storm_of)
    other = split_band(drawn[order], expected[order],
                       {k: 7 * v[order] + 3 for k, v in levels_of(draws).items()},
                       draws.storm_of[order])
    for a, b in zip(one, other, strict=True):
        assert (a.variance_share, a.q05) == pytest.approx((b.variance_share, b.q05))


@pytest.mark.parametrize("weights", [FIVE, UNEQUAL, ONE])
def test_every_track_and_intensity_is_used_equally_often(curves, weights):
    draws = design(curves, weights, 500)
    for level in (draws.track_of, draws.draw_of):
        count = np.bincount(level)
        assert count.max() - count.min() <= 1 and len(level) >= 2 * len(count)
    used = np.bincount(draws.intensity_of, minlength=most_tracks(weights, 500))
    assert used.min() > 0
    model_share = np.bincount(draws.model_of) / 500
    np.testing.assert_allclose(model_share, list(weights.values()), atol=0.003)


def test_models_of_equal_weight_meet_the_same_storms_and_curves_in_another_order(curves):
    draws = design(curves, FIVE, 500)
    for level in levels_of(draws).values():
        if level is draws.model_of:
            continue
        of_model = [level[draws.model_of == k] for k in range(5)]
        assert all(sorted(levels) == list(range(100)) for levels in of_model)
    pairs = {(t, i) for t, i in zip(draws.track_of, draws.intensity_of, strict=True)}
    assert len(pairs) > 470  # each track meets nearly five intensities
    assert abs(np.corrcoef(draws.track_of, draws.intensity_of)[0, 1]) < 0.15


def test_an_ensemble_of_52_asks_for_260_fields(curves):
    draws = design(curves, FIVE, 500, levels=52)
    assert len(draws.storms) == 260
    np.testing.assert_array_equal(draws.storms[draws.storm_of][:, 0], draws.track_of)
    np.testing.assert_array_equal(draws.storms[draws.storm_of][:, 2], draws.model_of)


def test_same_seed_same_draws_and_another_seed_others(curves):
    one, again, other = (design(curves, FIVE, 100, seed=seed) for seed in (1, 1, 2))
    for name in ("track_of", "intensity_of", "draw_of", "capacity", "common"):
        np.testing.assert_array_equal(getattr(one, name), getattr(again, name))
        assert not np.array_equal(getattr(one, name), getattr(other, name)), name


@pytest.mark.parametrize(("weights", "n", "tracks"), [
    (FIVE, 500, 100), (UNEQUAL, 500, 200), (ONE, 500, 250), (FIVE, 1, 1), (FIVE, 5, 1),
    (ONE, 3, 1), (ONE, 4, 2)])
def test_number_of_tracks(weights, n, tracks):
    assert most_tracks(weights, n) == tracks


def test_numbers_out_of_range_are_refused(curves):
    with pytest.raises(InputError, match="members = 0"):
        design(curves, FIVE, 0, levels=1)
    with pytest.raises(InputError, match="correlation = 1.5"):
        draw_shared(event_id="e", weights=ONE, curves=replace(curves), n_members=2,
                    correlation=1.5, seed=1)
