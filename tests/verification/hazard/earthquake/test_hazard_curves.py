"""The sum over sources against a closed form and the PEER validation of programs."""

import numpy as np
import pytest
from scipy.integrate import dblquad
from scipy.stats import norm

from riskcloud.hazard.earthquake.exceedance import chance_above, rupture_distance
from riskcloud.hazard.earthquake.seismicity.recurrence import bin_rates
from riskcloud.kernels import hazardcurve

# PEER 2010/106 (Thomas, Wong & Abrahamson), set 1 case 10, page A-15, as openquake's acceptance
# tests give it: yearly chance that PGA is above [g]; site 1 at the centre, 2 at 50 km, 3 on the rim
LEVELS = np.array([0.001, 0.01, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3])
CHANCES = {(-122.0, 38.0): [3.87e-2, 2.19e-2, 2.97e-3, 9.22e-4, 3.59e-4, 1.31e-4, 4.76e-5, 1.72e-5],
           (-122.0, 37.55): [3.87e-2, 1.82e-2, 2.96e-3, 9.21e-4, 3.59e-4, 1.31e-4, 4.76e-5,
                             1.72e-5],
           (-122.0, 37.099): [3.87e-2, 9.32e-3, 1.39e-3, 4.41e-4, 1.76e-4, 6.47e-5, 2.27e-5,
                              8.45e-6]}


def curves(site, table, distances, *, zone, rate, west, south, step, most_km=300.0):
    out = np.empty((1, table.shape[2] + 2, table.shape[3]))
    ones = np.ones(zone.shape)
    hazardcurve.hazard_curves(np.array([site[0]]), np.array([site[1]]), west, south, step, zone,
                              rate, 0.5 * ones, 2.0 * ones, table, distances, most_km, out)
    return out[0]


def test_one_source_has_the_closed_form():
    """One cell 222 km away, one magnitude: rate times the chance of the lognormal motion."""
    levels, median, sigma = np.geomspace(0.01, 1.0, 9), 0.1, 0.6
    row = chance_above(np.array([median]), sigma, levels)[0]
    np.testing.assert_allclose(row, norm.sf(np.log(levels / median) / sigma), rtol=1e-12)
    distances = np.array([0.0, 150.0, 300.0])
    table = np.broadcast_to(row, (1, 3, 1, 9)).copy()
    found = curves((110.1, 22.1), table, distances, zone=np.zeros((1, 1), np.int64),
                   rate=np.array([[0.02]]), west=110.0, south=24.0, step=0.2)
    np.testing.assert_allclose(found[0], 0.02 * row, rtol=1e-12)
    np.testing.assert_allclose(found[1:], [0.01 * row, 0.04 * row], rtol=1e-12)
    beyond = curves((110.1, 22.1), table, distances, zone=np.zeros((1, 1), np.int64),
                    rate=np.array([[0.02]]), west=110.0, south=24.0, step=0.2, most_km=200.0)
    assert not beyond.any()


@pytest.mark.parametrize("site", list(CHANCES))
def test_area_source_of_the_peer_validation(site):
    """A disc of 100 km, depth 5 km, b 0.9, M 5 to 6.5, Sadigh et al. (1997) on rock, no scatter.

    The activity is that of the lowest level, which every event exceeds. The published figures have
    three digits and the participants' own steps of distance and magnitude: within 6 %.
    """
    step = 0.05
    lon, lat = np.arange(-123.475, -120.5, step), np.arange(36.825, 39.2, step)
    x = (lon[None, :] + 122.0) * 111.195 * np.cos(np.radians(lat))[:, None]
    y = (lat[:, None] - 38.0) * 111.195
    inside = np.hypot(x, y) <= 100.0
    area = np.where(inside, np.cos(np.radians(lat))[:, None], 0.0)
    rate = -np.log1p(-CHANCES[site][0]) * area / area.sum()
    edges = np.arange(5.0, 6.5001, 0.01)
    middle = (edges[:-1] + edges[1:]) / 2.0
    share = bin_rates(edges, b=0.9, most=6.5, reference=5.0)
    distances = np.arange(0.0, 221.0, 0.25)
    away = np.hypot(distances, 5.0)[:, None]
    pga = np.exp(-0.624 + middle - 2.1 * np.log(away + np.exp(1.29649 + 0.25 * middle)))
    table = (chance_above(pga, 1e-9, LEVELS) * share[None, :, None]).sum(axis=1)[None, :, None, :]
    found = curves(site, np.ascontiguousarray(table), distances,
                   zone=np.where(inside, 0, -1), rate=rate, west=lon[0] - step / 2,
                   south=lat[0] - step / 2, step=step)[0]
    np.testing.assert_allclose(-np.expm1(-found), CHANCES[site], rtol=0.06)


def test_kernel_is_its_plain_twin():
    rng = np.random.default_rng(3)
    zone = rng.integers(-1, 2, (12, 15))
    rate = rng.random((12, 15))
    table = rng.random((2, 5, 3, 4))
    distances = np.array([0.0, 20.0, 60.0, 150.0, 320.0])
    site = (110.73, 24.41)
    found = curves(site, table, distances, zone=zone, rate=rate, west=109.0, south=23.0, step=0.2,
                   most_km=180.0)
    expected = np.zeros((5, 4))
    for r, c in np.argwhere(zone >= 0):
        middle = away_km(site, 109.1 + 0.2 * c, 23.1 + 0.2 * r)
        parts = 6 if middle < 60.0 else 2 if middle < 150.0 else 1
        steps = (np.arange(parts) + 0.5) * 0.2 / parts
        for y in 23.0 + 0.2 * r + steps:
            for x in 109.0 + 0.2 * c + steps:
                d = away_km(site, x, y)
                if d > 180.0:
                    continue
                row = np.array([[np.interp(d, distances, table[zone[r, c], :, k, j])
                                 for j in range(4)] for k in range(3)]) * rate[r, c] / parts**2
                expected += [row[0], row[0] * 0.5, row[0] * 2.0, row[1], row[2]]
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def away_km(site, lon, lat):
    p, q, d = np.radians(site[1]), np.radians(lat), np.radians(lon - site[0])
    cosine = np.sin(p) * np.sin(q) + np.cos(p) * np.cos(q) * np.cos(d)
    return 6371.0088 * np.arccos(min(cosine, 1.0))


def test_distance_to_a_rupture_about_its_epicentre():
    """Mw 7: 10^(-2.44 + 0.59 x 7) = 49.0 km long (Wells & Coppersmith 1994)."""
    half = 0.5 * 10 ** (-2.44 + 0.59 * 7.0)
    found = rupture_distance(np.array([100.0, 100.0, 10.0]), np.array([0.0, 90.0, 0.0]), 7.0)
    np.testing.assert_allclose(found, [100.0 - half, 100.0, 0.0], rtol=1e-12)


def test_uniform_source_with_a_truncated_law_is_the_double_integral():
    """A disc of 80 km about the site, b 0.9, Mw 5 to 7.5, lognormal motion with its scatter.

    The integral over radius and magnitude by adaptive quadrature, nothing of the program in it:
    the density of magnitudes is that of Cosentino et al. (1977). Cells and bins: within 2 %.
    """
    beta, least, most, reach, rate, sigma = 0.9 * np.log(10.0), 5.0, 7.5, 80.0, 0.2, 0.6
    levels = np.array([0.02, 0.05, 0.1, 0.2, 0.4])

    def median(mw, away):
        return np.exp(-4.6 + 1.1 * mw - 1.6 * np.log(away + 12.0))

    def expected(level):
        def inner(mw, away):
            density = beta * np.exp(-beta * (mw - least)) / (1.0 - np.exp(-beta * (most - least)))
            chance = norm.sf(np.log(level / median(mw, away)) / sigma)
            return density * chance * 2.0 * away / reach**2
        return rate * dblquad(inner, 0.0, reach, least, most, epsabs=1e-7)[0]

    step = 0.05
    lon, lat = np.arange(109.025, 111.0, step), np.arange(21.025, 23.0, step)
    x = (lon[None, :] - 110.0) * 111.195 * np.cos(np.radians(lat))[:, None]
    inside = np.hypot(x, (lat[:, None] - 22.0) * 111.195) <= reach
    area = np.where(inside, np.cos(np.radians(lat))[:, None], 0.0)
    edges = np.arange(least, most + 0.001, 0.02)
    middle = (edges[:-1] + edges[1:]) / 2.0
    share = bin_rates(edges, b=0.9, most=most, reference=least)
    distances = np.arange(0.0, 121.0, 0.5)
    chances = chance_above(median(middle, distances[:, None]), sigma, levels)
    table = (chances * share[None, :, None]).sum(axis=1)[None, :, None, :]
    found = curves((110.0, 22.0), np.ascontiguousarray(table), distances,
                   zone=np.where(inside, 0, -1), rate=rate * area / area.sum(),
                   west=lon[0] - step / 2, south=lat[0] - step / 2, step=step)[0]
    np.testing.assert_allclose(found, [expected(level) for level in levels], rtol=0.02)
