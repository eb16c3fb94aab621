"""The maximum within a period of a storm's passage."""

import numpy as np
import pytest

from riskcloud.hazard.typhoon.field import maximum_wind
from riskcloud.hazard.typhoon.period import nodes_between
from riskcloud.hazard.typhoon.track import read_track
from riskcloud.types import Sites

SITES = Sites(np.array(["a", "b"]), np.array([113.6, 114.3]), np.array([22.2, 22.2]))


def test_nodes_are_cut_exactly_between_linear_ends():
    hour = np.array([0.0, 1.0, 3.0])
    nodes = np.stack([hour, 10.0 * hour], axis=1)
    cut = nodes_between(nodes, hour, 0.5, 2.0)
    assert cut.tolist() == [[0.5, 5.0], [1.0, 10.0], [2.0, 20.0]]
    assert nodes_between(nodes, hour, -5.0, 9.0).tolist() == nodes.tolist()
    assert len(nodes_between(nodes, hour, 4.0, 5.0)) == 0


def test_periods_that_cover_the_storm_have_its_maximum_among_them(samples):
    track = read_track(samples / "hato_2017.csv")
    whole = maximum_wind(track, SITES, model="holland_2008")
    start, end = track.time_utc[[0, -1]]
    all_of_it = maximum_wind(track, SITES, model="holland_2008", period=(start, end))
    assert np.array_equal(whole.speed_m_s, all_of_it.speed_m_s)
    middle = whole.time_utc[0]
    parts = [maximum_wind(track, SITES, model="holland_2008", period=period)
             for period in ((start, middle), (middle, end))]
    speeds = np.max([part.speed_m_s for part in parts], axis=0)
    assert speeds == pytest.approx(whole.speed_m_s, rel=2e-3)  # the time is rounded to a second
    early = maximum_wind(track, SITES, model="holland_2008",
                         period=(middle - np.timedelta64(6, "h"), middle - np.timedelta64(5, "h")))
    assert (early.speed_m_s < 0.9 * whole.speed_m_s).all()
    never = maximum_wind(track, SITES, model="holland_2008",
                         period=(end + np.timedelta64(1, "h"), end + np.timedelta64(2, "h")))
    assert not never.speed_m_s.any() and np.isnat(never.time_utc).all()
