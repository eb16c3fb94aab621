"""What changed in the archive over the years: known dates and drifts are found in the sample.

Source: the regional centre's best tracks hold pressures from 1951 and 10-min winds from 1977 (RSMC
Tokyo, best track format notes); the sample's 1-min winds begin in 1980 (its card).
"""

import numpy as np
import pytest

from riskcloud.hazard.typhoon.climate import history
from riskcloud.hazard.typhoon.climate.catalogue import read_catalogue


@pytest.fixture(scope="module")
def storms():
    return read_catalogue()[0]


@pytest.fixture(scope="module")
def rows(storms):
    return history.by_season(storms)


def test_first_complete_seasons(rows):
    assert {name: history.complete_from(rows, name)
            for name in ("pressure", "wind_10min", "wind_1min")} == {
        "pressure": 1951, "wind_10min": 1977, "wind_1min": 1980}
    assert history.complete_from(rows.loc[:1940], "pressure") is None


def test_counts_by_decade_add_up(storms, rows):
    decades = history.by_decade(rows)
    assert (decades["storms"] * decades["seasons"]).sum() == pytest.approx(len(storms))
    assert (decades["fixes"] * decades["seasons"]).sum() == pytest.approx(len(storms.lon))
    assert decades.loc[1900, "landfalls"] < 0.8 * decades.loc[1960, "landfalls"]


def test_weak_systems_alone_have_become_fewer(rows):
    mean, slope, p = history.trend(rows, "storms", 1951, 2013)
    assert slope < -1.0
    assert p < 0.01
    for name in ("storms_997", "landfalls_997", "landfalls_977", "lowest_hpa"):
        assert history.trend(rows, name, 1951, 2013)[2] > 0.05


def test_a_made_trend_is_found(rows):
    made = rows.assign(storms=np.arange(len(rows)) * 0.3)
    mean, slope, p = history.trend(made, "storms", 1951, 2013)
    assert slope == pytest.approx(3.0)
    assert p < 1e-10


def test_drift_of_the_1_min_winds(storms):
    late, end = history.practice(storms, ((1995, 2000), (2007, 2013)))
    assert late["ratio"] > 1.1
    assert end["ratio"] == pytest.approx(1.0, abs=0.05)
    assert history.practice(storms, ((1900, 1910),))[0]["n"] == 0
