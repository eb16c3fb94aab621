"""Earthquakes of simulated years against the sources they are drawn from, and their hazard."""

import numpy as np
import pytest

from riskcloud.analysis.quake.ground import default_weights
from riskcloud.analysis.risk.quake import motion_of
from riskcloud.geo.points import haversine_m
from riskcloud.hazard.earthquake.exceedance import (
    BRANCHES,
    DISTANCES_KM,
    LEVELS_G,
    _branches,
    branch_weights,
    chance_above,
    model_chances,
)
from riskcloud.hazard.earthquake.place import hazard_curves, place_pga
from riskcloud.hazard.earthquake.seismicity.rates import load_rates
from riskcloud.hazard.earthquake.seismicity.recurrence import bin_rates
from riskcloud.hazard.earthquake.stochastic import MODEL, draw_quakes

SITES = {"Kunming": (102.7, 25.0), "Guangzhou": (113.3, 23.1), "Quanzhou": (118.6, 24.9)}
BINS = tuple(np.round(np.arange(4.55, 8.75, 0.1), 6).tolist())


def site(name):
    lon, lat = SITES[name]
    return np.array([lon]), np.array([lat])


def cells_of(quakes):
    rates = load_rates(MODEL)
    return (np.floor((quakes.lat - rates.south) / rates.step).astype(int),
            np.floor((quakes.lon - rates.west) / rates.step).astype(int))


def zones_of(quakes):
    return load_rates(MODEL).zone[cells_of(quakes)]


def chances(quakes, lon, lat):
    """Chance of each level at a site, strikes averaged, as the sum over sources has it."""
    away = haversine_m(quakes.lon, quakes.lat, lon[0], lat[0]) / 1e3
    k = np.clip(np.searchsorted(DISTANCES_KM, away), 1, len(DISTANCES_KM) - 1)
    share = (away - DISTANCES_KM[k - 1]) / (DISTANCES_KM[k] - DISTANCES_KM[k - 1])
    m = np.clip(((quakes.mw - 4.5) / 0.1).astype(int), 0, len(BINS) - 1)
    out = np.zeros((len(quakes), len(LEVELS_G)))
    zone = zones_of(quakes)
    for z in np.unique(zone):
        here = zone == z
        parts = _branches(load_rates(MODEL).parents[z])
        assert len(parts) == len(BRANCHES)
        mean = np.tensordot(branch_weights(), np.array([model_chances(*one, BINS)
                                                        for one in parts]), axes=1)
        a, b = mean[m[here], k[here] - 1], mean[m[here], k[here]]
        out[here] = a + share[here, None] * (b - a)
    return out


@pytest.mark.parametrize(("name", "years"), [("Kunming", 20_000), ("Guangzhou", 400_000),
                                             ("Quanzhou", 40_000)])
def test_simulated_years_shake_as_often_as_the_sum_over_sources(name, years):
    """The PGA of ``place_pga`` at 100 and 475 years is exceeded as often in simulated years.

    To 3.5 standard errors of the sampling and 3 % (bins of magnitude, what lies beyond the reach).
    """
    lon, lat = site(name)
    quakes = draw_quakes(lon, lat, years, seed=2)
    chance = chances(quakes, lon, lat)
    for period in (100.0, 475.0):
        level = place_pga(lon, lat, periods=(period,)).level[0, 0]
        k = np.searchsorted(LEVELS_G, level)
        share = np.log(level / LEVELS_G[k - 1]) / np.log(LEVELS_G[k] / LEVELS_G[k - 1])
        at = chance[:, k - 1] + share * (chance[:, k] - chance[:, k - 1])
        rate, error = at.sum() / years, np.sqrt((at**2).sum()) / years
        assert error < 0.12 / period
        assert abs(rate - 1.0 / period) < 3.5 * error + 0.03 / period, (period, rate * period)
    # what is left out beyond an earthquake's reach: little that shakes by 0.01 g
    whole = hazard_curves(lon, lat)[0, 0]
    strong = (LEVELS_G > 0.01) & (whole > 1 / 1000)
    np.testing.assert_allclose(chance.sum(axis=0)[strong] / years, whole[strong], rtol=0.15)


def test_the_motion_of_events_is_that_of_the_tables():
    """Each with its own strike and region: 300 events average them to 5 %."""
    lon, lat = site("Kunming")
    quakes = draw_quakes(lon, lat, 1500, seed=3)
    weights = default_weights()
    found, some = np.zeros(len(LEVELS_G)), np.arange(300)
    for k in some:
        motion = motion_of(quakes, k, lon, lat, np.array([np.nan]), np.array([""]), tuple(weights))
        by_model = chance_above(np.exp(motion.ln_pga[:, 0]), np.hypot(motion.tau, motion.phi)[:, 0],
                                LEVELS_G)
        found += np.array(list(weights.values())) @ by_model
    told = chances(quakes, lon, lat)[some].sum(axis=0)
    often = told > 1.0
    assert often.sum() > 30
    np.testing.assert_allclose(found[often], told[often], rtol=0.08)


def test_magnitudes_and_numbers_are_those_of_the_rates():
    rates = load_rates(MODEL)
    lon, lat = site("Kunming")
    years = 20_000
    quakes = draw_quakes(lon, lat, years, seed=4)
    z = zones_of(quakes)
    row, column = cells_of(quakes)
    at_row, at_column = (int((lat[0] - rates.south) / rates.step),
                         int((lon[0] - rates.west) / rates.step))
    # 5 by 5 cells about the site: all of their earthquakes reach it
    near = (np.abs(row - at_row) <= 2) & (np.abs(column - at_column) <= 2)
    block = np.s_[at_row - 2:at_row + 3, at_column - 2:at_column + 3]
    for least in (4.5, 5.5, 6.5):
        expected = years * sum(
            rate * bin_rates(np.array([least, rates.most_mw[k]]), b=rates.b[k],
                             most=rates.most_mw[k], reference=rates.reference_mw)[0]
            for k, rate in zip(rates.zone[block].ravel(), rates.rate[block].ravel(), strict=True))
        n = int((near & (quakes.mw >= least)).sum())
        assert expected > 10.0 and abs(n - expected) < 3.5 * np.sqrt(expected)
    assert (quakes.mw <= rates.most_mw[z]).all() and quakes.mw.min() >= 4.5
    assert quakes.year.min() >= 1 and quakes.year.max() <= years
    assert (np.diff(quakes.year) >= 0).all()
    assert len(set(quakes.event_id)) == len(quakes)


def test_other_sites_change_no_earthquake():
    lon, lat = site("Guangzhou")
    few = draw_quakes(lon, lat, 3000, seed=5)
    many = draw_quakes(np.append(lon, 118.6), np.append(lat, 24.9), 3000, seed=5)
    place = {name: k for k, name in enumerate(many.event_id)}
    at = [place[name] for name in few.event_id]
    assert 0 < len(few) < len(many)
    for name in ("year", "lon", "lat", "mw", "strike_deg", "region"):
        np.testing.assert_array_equal(getattr(many, name)[at], getattr(few, name))
