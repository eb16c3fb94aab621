"""The largest winds at samples of a path, against plain NumPy; measures together and alone."""

import numpy as np
import pytest

from riskcloud.hazard.typhoon.climate.winds import event_nodes
from riskcloud.hazard.typhoon.field import drawn_settings, model_weights
from riskcloud.hazard.typhoon.profiles import PROFILES
from riskcloud.kernels import vortex
from riskcloud.kernels.profiles import profile_speeds
from riskcloud.kernels.sectors import COLUMNS, LOSS, relative_factor
from riskcloud.kernels.windsamples import LEAST, padded, sample_path
from riskcloud.kernels.windsearch import refine, worth_refining

INFLOW = np.cos(np.radians(22.6)), np.sin(np.radians(22.6))
N_SITES, N_MEASURES = 37, 3  # two groups of sites, the second not whole


@pytest.fixture(scope="module", params=list(model_weights()))
def case(made_up_events, request):
    """A storm's nodes, sites around its path, measures of which one has no directions."""
    events, rng = made_up_events(1), np.random.default_rng(8)
    nodes, start = event_nodes(events, np.arange(1), request.param, drawn_settings())
    nodes = nodes[:start[1]]
    at = nodes[len(nodes) // 2]
    lon = at[vortex.LON] + rng.uniform(-1.5, 1.5, N_SITES)
    lat = at[vortex.LAT] + rng.uniform(-1.5, 1.5, N_SITES)
    sites = np.stack([lon, lat, np.sin(np.radians(lat)), np.cos(np.radians(lat))])
    relative = np.zeros((N_MEASURES, N_SITES, COLUMNS), np.float32)
    relative[..., :LOSS] = rng.uniform(0.5, 1.0, (N_MEASURES, N_SITES, LOSS))
    relative[..., LOSS:] = 0.01
    leg = np.arange(len(nodes) // 3, len(nodes) - 1)  # more places than stay in the caches at once
    return (PROFILES[request.param].code, sites, nodes, relative, np.array([True, False, True]),
            leg, rng.integers(1, 4, leg.size))


def sampled(case, need):
    code, sites, nodes, relative, directed, leg, parts = case
    place = np.array([*sites[:, 0], 50e3])
    best, position, step = np.empty((3, *need.shape))
    taken = sample_path(code, place, padded(sites), nodes, leg, parts, *INFLOW, relative, directed,
                        need, best, position, step)
    return best, position, step, taken


def winds_by_hand(case):
    """Squared winds (n_places, n_measures, n_sites) of all samples, and their places."""
    code, (lon, lat, sine, cosine), nodes, relative, directed, leg, parts = case
    places, squares = [], []
    for k, n in zip(leg, parts, strict=True):
        places += [k + i / n for i in range(n + (k == len(nodes) - 2))]
    for at in places:
        k = min(int(at), len(nodes) - 2)
        node = nodes[k] + (at - k) * (nodes[k + 1] - nodes[k])
        away = [(one - node[vortex.LON], other - node[vortex.LAT], np.sqrt(0.5 * (
            1.0 + c * node[vortex.COS_LAT] - s * node[vortex.SIN_LAT])))
            for one, other, s, c in zip(lon, lat, sine, cosine, strict=True)]
        x, y = vortex.M_PER_DEG * np.array([(east * mean, north) for east, north, mean in away]).T
        r, speed = np.maximum(np.hypot(x, y), 1.0), np.empty(N_SITES)
        profile_speeds(code, r, node[vortex.R_MAX], node[vortex.SHAPE:], speed)
        share = 1.0 / (1.0 + np.exp(vortex.FADING_PER_M * (r[0] - vortex.HALF_FADED_M)))
        fade = share - vortex.FADING_PER_M * share * (1.0 - share) * (r - r[0])
        spiral, turn = np.maximum(speed, 0.0) / r, INFLOW[0] * node[vortex.SPIN]
        u = fade * node[vortex.MOTION_EAST] - spiral * (y * turn + x * INFLOW[1])
        v = fade * node[vortex.MOTION_NORTH] + spiral * (x * turn - y * INFLOW[1])
        squares.append([[(a * a + b * b) * (relative_factor(a, b, rows, j) ** 2 if own else 1.0)
                         for j, (a, b) in enumerate(zip(u, v, strict=True))]
                        for rows, own in zip(relative, directed, strict=True)])
    return np.array(squares), np.array(places)


def test_samples_are_the_largest_of_all_places(case):
    squares, places = winds_by_hand(case)
    best, position, step, taken = sampled(case, np.full((N_MEASURES, N_SITES), 0.1))
    assert taken == len(places) * N_SITES
    np.testing.assert_allclose(best, squares.max(axis=0), rtol=1e-9)
    np.testing.assert_allclose(position, places[squares.argmax(axis=0)], rtol=1e-12)
    leg, parts = case[5:]
    np.testing.assert_allclose(1.0 / step, parts[np.searchsorted(leg, np.minimum(
        position.astype(int), leg[-1]))])


def test_winds_below_the_bar_may_be_left_out_and_no_other(case):
    whole = sampled(case, np.full((N_MEASURES, N_SITES), 0.1))
    need = np.full((N_MEASURES, N_SITES), np.sqrt(np.median(whole[0]) / LEAST))
    need[:, 0] = np.inf  # not wanted
    best, position, _, _ = sampled(case, need)
    above = whole[0] > LEAST * need**2
    assert 0 < above.sum() < above.size
    np.testing.assert_array_equal(best[above], whole[0][above])
    np.testing.assert_array_equal(position[above], whole[1][above])
    assert (best <= whole[0]).all()


def test_measures_refined_together_are_as_each_alone(case):
    code, sites, nodes, relative, directed, _, _ = case
    need = np.full((N_MEASURES, N_SITES), 0.1)
    best, position, step, _ = sampled(case, need)
    measure, site = np.empty((2, need.size), np.int64)
    assert worth_refining(best, need, 0.9, measure, site) == need.size
    together = best.copy()
    refine(code, padded(sites), measure, site, nodes, *INFLOW, relative, directed, together,
           position, step)
    alone = best.copy()
    for m, j in zip(measure, site, strict=True):
        refine(code, padded(sites), np.array([m]), np.array([j]), nodes, *INFLOW, relative,
               directed, alone, position, step)
    np.testing.assert_array_equal(together, alone)
    assert (together >= best).all()
