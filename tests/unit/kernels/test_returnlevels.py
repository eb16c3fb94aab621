"""Return levels and bands against plain NumPy."""

import numpy as np

from riskcloud.kernels.returnlevels import resampled_bands, return_levels


def made(n_sites=4, k=60, n_events=200, seed=1):
    rng = np.random.default_rng(seed)
    event = np.stack([rng.permutation(n_events)[:k] for _ in range(n_sites)]).astype(np.int32)
    wind = -np.sort(-rng.uniform(6.0, 60.0, (n_sites, k))).astype(np.float32)
    rate = rng.uniform(0.5, 1.5, n_events) * 1e-3
    rate[::7] = 0.0  # a scenario may take storms away
    return wind, event, rate, rng


def test_levels_are_those_of_the_rate_curve():
    wind, event, rate, _ = made()
    wanted = np.array([0.002, 0.01, 0.03, 0.5])
    level, error = np.empty((4, 4)), np.empty((4, 4))
    return_levels(wind, event, rate, wanted, level, error)
    for i in range(4):
        own = rate[event[i]]
        counts = own > 0.0
        values, own = wind[i][counts].astype(float), own[counts]
        middle = np.cumsum(own) - 0.5 * own
        expected = np.interp(np.log(wanted), np.log(middle), values)
        expected[own.sum() < wanted] = np.nan
        np.testing.assert_allclose(level[i], expected, rtol=1e-12)
    assert np.isnan(level[:, 3]).all() and np.isnan(error[:, 3]).all()
    assert (error[:, :3] > 0.0).all()


def test_bands_are_quantiles_over_resamples():
    wind, event, rate, rng = made()
    season = rng.integers(0, 10, len(rate)).astype(np.int32)
    times = rng.multinomial(10, np.full(10, 0.1), size=50).T.astype(np.float32)
    wanted = np.array([0.002, 0.01, 0.02], np.float32)
    out = np.empty((4, 3, 2))
    resampled_bands(wind, event, rate, season, times, wanted, np.array([0.05, 0.95]), out)
    for i in range(4):
        own = rate[event[i]][:, None] * times[season[event[i]]]
        for t, one in enumerate(wanted):
            levels = []
            for c in range(own.shape[1]):  # as the level itself, over the events a resample holds
                held = own[:, c] > 0.0
                middle = np.cumsum(own[held, c]) - 0.5 * own[held, c]
                levels.append(np.interp(np.log(one), np.log(middle), wind[i][held],
                                        right=wind[i, -1]))
            np.testing.assert_allclose(out[i, t], np.quantile(levels, [0.05, 0.95]), rtol=1e-5)


def test_a_site_whose_storms_do_not_reach_a_rate_counts_as_calm():
    wind, event, rate, _ = made()
    event[:, 5:] = -1
    out = np.empty((4, 1, 2))
    resampled_bands(wind, event, rate, np.zeros(len(rate), np.int32), np.ones((1, 2), np.float32),
                    np.array([1.0], np.float32), np.array([0.05, 0.95]), out)
    assert not out.any()
