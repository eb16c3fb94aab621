"""Draws: uniform and independent numbers, bins of probability, and the sampler's plain twin."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from riskcloud.kernels import sampling as kernel
from riskcloud.loss.sample import bin_edges, quantile_means, quantile_table
from riskcloud.vulnerability.library import load_curve, pack_curves

N = 400


def draws(seed=1, keys=range(N), members=range(N)):
    return np.array([[kernel.uniform(seed, key, m) for m in members] for key in keys])


@pytest.fixture(scope="module")
def grid():
    """Numbers of N neighbouring keys (rows) and realisations (columns)."""
    return draws()


def test_numbers_are_uniform(grid):
    assert grid.min() > 0.0 and grid.max() < 1.0
    # 160,000 fixed numbers: a sound generator gives p-values anywhere, a broken one next to zero
    assert stats.kstest(grid.ravel(), "uniform").pvalue > 1e-3
    for axis in (0, 1):  # no key and no realisation is favoured
        z = (grid.mean(axis=axis) - 0.5) * np.sqrt(12 * N)
        assert stats.kstest(z, "norm").pvalue > 1e-3


@pytest.mark.parametrize("step", [1, 2, 7, 64])
def test_neighbours_are_independent(grid, step):
    z = stats.norm.ppf(grid)
    pairs = {"realisations": (z[:, :-step], z[:, step:]), "keys": (z[:-step], z[step:]),
             "both": (z[:-step, :-step], z[step:, step:]), "seeds": (z, stats.norm.ppf(draws(2)))}
    for name, (one, other) in pairs.items():
        # linear dependence, and dependence of size
        for a, b in ((one, other), (one**2, other**2)):
            correlation = np.corrcoef(a.ravel(), b.ravel())[0, 1]
            assert abs(correlation) < 4.0 / np.sqrt(one.size), name


@given(seed=st.integers(0, 2**62), key=st.integers(0, 2**62), member=st.integers(0, 10**6))
def test_a_number_depends_on_its_three_integers_alone(seed, key, member):
    number = kernel.uniform(seed, key, member)
    assert 0.0 < number < 1.0
    assert number == kernel.uniform(seed, key, member)
    assert number != kernel.uniform(seed, key, member + 1)


@given(st.floats(0.0, 1.0, exclude_max=True))
def test_bin_is_the_interval_that_holds_the_probability(u):
    expected = np.searchsorted(bin_edges(), u, side="right") - 1
    assert kernel.bin_of(u) == min(expected, kernel.N_BINS - 1)


def test_bins_meet_at_their_edges():
    edges = bin_edges()
    assert len(edges) == kernel.N_BINS + 1 and (edges[0], edges[-1]) == (0.0, 1.0)
    assert np.all(np.diff(edges) > 0.0)
    np.testing.assert_allclose(edges[-2], 1.0 - 2.0**-20, rtol=0, atol=1e-18)
    for k, edge in enumerate(edges[:-1]):
        assert kernel.bin_of(edge) == k
        if k:
            assert kernel.bin_of(np.nextafter(edge, 0.0)) == k - 1
    assert kernel.bin_of(np.nextafter(1.0, 0.0)) == kernel.N_BINS - 1


@settings(max_examples=100, deadline=None)
@given(mean=st.floats(0.0, 1.0), u=st.floats(1e-12, 1.0, exclude_max=True))
def test_ratio_of_a_mean_interpolates_its_table(mean, u):
    means, table = quantile_means(), quantile_table(2.5)

    def below_half(m, place):
        column = table[:, min(np.searchsorted(bin_edges(), place, side="right") - 1,
                              kernel.N_BINS - 1)]
        return np.interp(m, means, column)

    expected = below_half(mean, u) if mean <= 0.5 else 1.0 - below_half(1.0 - mean, 1.0 - u)
    assert kernel.ratio_of_mean(mean, u, means, table) == pytest.approx(expected, abs=1e-12)


def twin_of_draws(site_start, share, key, wind, base_of, factor, set_of, seed, shared, curves,
                  names):
    """Drawn and expected ratios, location by location, by the curves' own Python."""
    model_of, curve_of, capacity, common, common_share = shared
    n, members = len(site_start) - 1, len(model_of)
    drawn, expected = np.zeros((n, members)), np.zeros((n, members))
    table = quantile_table(float(curves.precision[0]))
    for i in range(n):
        for s in range(site_start[i], site_start[i + 1]):
            for m in range(members):
                c = curve_of[set_of[i], m]
                curve = load_curve(names[c])
                measure = curves.measure[c]
                x = wind[base_of[measure], model_of[m], s] * factor[measure, s]
                u = kernel.uniform(seed, key[s], m)
                u = common[m] if u < common_share else (u - common_share) / (1 - common_share)
                mean = float(curve.mean_ratio(x, capacity[c, m]))
                if curves.is_fragility[c]:
                    reached = curve.evaluate(x, capacity[c, m])
                    states = np.flatnonzero(u >= 1.0 - reached)
                    ratio = curve.consequence[states[-1]] if len(states) else 0.0
                else:
                    ratio = kernel.ratio_of_mean(mean, u, quantile_means(), table)
                drawn[i, m] += share[s] * ratio
                expected[i, m] += share[s] * mean
    return drawn, expected


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), common_share=st.sampled_from([0.0, 0.4, 1.0]))
def test_sampler_is_its_plain_twin(seed, common_share):
    rng = np.random.default_rng(seed)
    names = ["eberenz_wp3_rmsf", "tower_gust_panteli_base", "hazus_residential_wood"]
    curves = pack_curves([[(names[0], 1.0)], [(names[1], 0.5), (names[2], 0.5)]])
    site_start = np.array([0, 1, 3, 6])
    share = np.array([1.0, 0.25, 0.75, 0.2, 0.3, 0.5])
    key = rng.integers(0, 2**63, 6).astype(np.uint64)
    wind = rng.choice([0.0, 1.0], (3, 2, 6), p=[0.2, 0.8]) * rng.uniform(20, 90, (3, 2, 6))
    base_of = rng.integers(0, 3, len(curves.measures))
    factor = rng.uniform(0.8, 1.2, (len(curves.measures), 6))
    set_of, members = np.array([0, 1, 1]), 9
    model_of = rng.integers(0, 2, members)
    curve_of = np.stack([np.zeros(members, np.int64), rng.integers(1, 3, members)])
    capacity = np.exp(0.2 * rng.standard_normal((3, members)))
    common = rng.random(members)
    expected = twin_of_draws(site_start, share, key, wind, base_of, factor, set_of, 7, (
        model_of, curve_of, capacity, common, common_share), curves, names)
    found = np.empty((3, members)), np.empty((3, members)), np.empty((3, len(curves.states)))
    kernel.draw_ratios(
        0, 3, site_start, share, key, wind, base_of, factor, set_of, 7, model_of, curve_of,
        capacity, common, common_share, curves.row_start, curves.measure, curves.is_fragility,
        np.zeros(3, np.int64), curves.form, curves.params, curves.consequence, curves.state,
        curves.table_start, curves.table_x, curves.table_y, quantile_means(),
        quantile_table(float(curves.precision[0]))[None], *found)
    np.testing.assert_allclose(found[0], expected[0], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found[1], expected[1], rtol=1e-9, atol=1e-12)
