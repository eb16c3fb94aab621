"""A wind climate does not depend on the order or the company of sites; rarer winds are stronger."""

import numpy as np
import pytest

from riskcloud.analysis import wind_climate as subject
from riskcloud.analysis.wind_climate import ClimateRequest, wind_climate
from riskcloud.types import Sites

REQUEST = ClimateRequest(periods=(5.0, 20.0, 50.0), annual_rate={})


@pytest.fixture(scope="module")
def events(made_up_events):
    return made_up_events(60)


@pytest.fixture(scope="module")
def sites():
    rng = np.random.default_rng(8)
    lon, lat = rng.uniform(106.0, 118.0, 120), rng.uniform(18.5, 25.0, 120)
    return Sites(np.arange(120), lon, lat)


@pytest.fixture(scope="module")
def whole(events, sites):
    return wind_climate(events, sites, REQUEST)


def same(one, other, places):
    for measure, levels in one.levels["present"].items():
        for part in ("level", "low", "high", "error"):
            np.testing.assert_array_equal(getattr(levels, part)[places],
                                          getattr(other.levels["present"][measure], part))


def test_rarer_winds_are_not_weaker(whole):
    for levels in whole.levels["present"].values():
        known = np.isfinite(levels.level).all(axis=1)
        assert known.sum() > 100
        assert (np.diff(levels.level[known], axis=1) >= 0.0).all()
        assert (levels.low[known] <= levels.level[known]).all()
        assert (levels.level[known] <= levels.high[known]).all()


def test_gusts_exceed_means(whole):
    found = whole.levels["present"]
    for lead in ("", "local_"):
        mean, gust = found[f"{lead}mean_10min"].level, found[f"{lead}gust_3s"].level
        known = np.isfinite(mean) & np.isfinite(gust)
        assert (gust[known] > mean[known]).all()


def test_the_order_and_company_of_sites_change_nothing(events, sites, whole):
    places = np.random.default_rng(1).permutation(120)[:60]
    part = Sites(sites.site_id[places], sites.lon[places], sites.lat[places])
    same(whole, wind_climate(events, part, REQUEST), places)


def test_chunks_change_nothing(events, sites, whole, monkeypatch):
    monkeypatch.setattr(subject, "KEPT_IN_MEMORY", 1)
    monkeypatch.setattr(subject, "LEAST_CHUNK", 100)
    same(whole, wind_climate(events, sites, REQUEST), np.arange(120))


def test_an_unchanged_scenario_is_the_present(events, sites):
    part = sites.first(20)
    request = ClimateRequest(periods=(20.0,), annual_rate={"same": events.annual_rate.copy()})
    found = wind_climate(events, part, request)
    for measure, levels in found.levels["present"].items():
        np.testing.assert_array_equal(levels.level, found.levels["same"][measure].level)
    np.testing.assert_array_equal(found.zone["present"], found.zone["same"])
