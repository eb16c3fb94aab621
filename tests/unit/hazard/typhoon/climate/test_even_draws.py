"""Draws that are spread evenly: fair one by one, even together."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.hazard.typhoon.climate.even_draws import LEADING, even_normals, in_turns
from riskcloud.hazard.typhoon.climate.rates import autocovariance_root


@settings(max_examples=50, deadline=None)
@given(n_parents=st.integers(1, 30), n=st.integers(0, 200), seed=st.integers(0, 99))
def test_parents_take_turns(n_parents, n, seed):
    chosen = in_turns(n_parents, n, np.random.default_rng(seed))
    assert len(chosen) == n
    amount = np.bincount(chosen, minlength=n_parents)
    assert amount.max() - amount.min() <= 1 and len(amount) == n_parents


def test_each_place_and_each_rest_is_as_likely_for_every_parent():
    rng = np.random.default_rng(0)
    drawn = np.array([in_turns(4, 6, rng) for _ in range(4000)])
    for place in range(6):  # 4000 draws of a chance of 1/4: s.d. 27
        assert np.bincount(drawn[:, place], minlength=4) == pytest.approx(1000, abs=110)


@pytest.mark.parametrize(("m", "n"), [(1, 5), (2, 1), (7, 2), (230, 24)])
def test_shapes_and_same_seed_same_numbers(m, n):
    root = autocovariance_root(n, 6.0, 48.0)
    one, again = (even_normals(m, (root, root, root), np.random.default_rng(3)) for _ in range(2))
    assert one.shape == (3, m, n) and np.isfinite(one).all()
    np.testing.assert_array_equal(one, again)


def test_numbers_are_independent_standard_normal():
    """Over many sets: no mean, unit covariance between all numbers of a track and its processes."""
    root = autocovariance_root(6, 6.0, 48.0)
    rng = np.random.default_rng(1)
    drawn = np.concatenate([even_normals(5, (root, root), rng) for _ in range(4000)], axis=1)
    flat = np.moveaxis(drawn, 1, 0).reshape(-1, 12)  # 20,000 rows: s.e. 0.007
    np.testing.assert_allclose(flat.mean(axis=0), 0.0, atol=0.035)
    np.testing.assert_allclose(np.cov(flat.T), np.eye(12), atol=0.05)
    fourth = (flat**4).mean(axis=0)
    np.testing.assert_allclose(fourth, 3.0, atol=0.4)


def test_leading_parts_are_even_within_a_set():
    """The mean displacement of 230 tracks has a fifth of the scatter of plain draws, or less."""
    root = autocovariance_root(24, 6.0, 48.0)
    rng = np.random.default_rng(2)
    means = [(even_normals(230, (root,), rng)[0] @ root.T).mean() for _ in range(200)]
    plain = [(rng.standard_normal((230, 24)) @ root.T).mean() for _ in range(200)]
    assert np.std(means) < 0.2 * np.std(plain)
    parts = np.linalg.svd(root)[2][:LEADING]
    first = np.sort(even_normals(256, (root,), rng)[0] @ parts[0])
    from scipy.special import ndtr
    assert np.max(np.abs(ndtr(first) - (np.arange(256) + 0.5) / 256)) < 1.0 / 256
