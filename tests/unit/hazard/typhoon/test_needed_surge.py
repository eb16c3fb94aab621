"""Surges that matter, of storms of an event set, and the track each of them is."""

import numpy as np
import pytest

from riskcloud.hazard.typhoon.climate.tracks import track_of
from riskcloud.hazard.typhoon.path import follow
from riskcloud.hazard.typhoon.paths import follow_events
from riskcloud.hazard.typhoon.surge import coast_of, member_coast_surge, surge_card
from riskcloud.hazard.typhoon.surge.needed import BEYOND_M, in_gale, needed_surge


@pytest.fixture(scope="module")
def events(made_up_events):
    return made_up_events(4)


def test_a_storm_of_a_set_is_followed_as_the_set_is(events):
    for k in (0, 7):
        path = follow(track_of(events, k), spacing_r_max=0.5, longest_h=1.0)
        many, _ = follow_events(events, np.array([k]), spacing_r_max=0.5, longest_h=1.0)
        for name in ("hour", "lon", "lat", "max_wind_m_s", "central_pressure_pa", "r_max_m",
                     "r34_m"):
            np.testing.assert_allclose(getattr(path, name), getattr(many, name), rtol=1e-9)


def test_surges_that_reach_the_need_are_those_of_members(events):
    lon = np.linspace(111.0, 115.5, 10)
    coast = coast_of(lon, np.full(10, 21.9), farthest_m=100e3)
    card, need = surge_card(), np.full(len(coast.point), 0.6)
    need[::4] = np.inf
    tracks = [track_of(events, k) for k in range(14)]
    whole = member_coast_surge(tracks, coast, tide_m=0.5)
    matter = (whole >= need) & np.isfinite(need)
    assert matter.sum() > 5
    for k, track in enumerate(tracks):
        found = needed_surge(track, coast, card, tide_m=0.5, need_m=need).astype(np.float32)
        np.testing.assert_array_equal(found[matter[k]], whole[k][matter[k]])
        assert ((found == whole[k]) | (found == 0.0)).all()
        assert (found[::4] == 0.0).all()
        assert (whole[k][~in_gale(track, coast)] < BEYOND_M).all()
