"""The closest distance depends on the path alone: not on steps, order of fixes, or longitudes."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.hazard.typhoon.fill import PER_FIX, fill_track
from riskcloud.hazard.typhoon.history.archive import storms_of
from riskcloud.hazard.typhoon.history.past import _near
from riskcloud.hazard.typhoon.path import resample
from riskcloud.types import Sites, Track

STEPS = st.lists(st.tuples(st.floats(-2.0, 1.0), st.floats(-0.8, 1.2)), min_size=3, max_size=8)


def storm(steps, lon0, lat0=15.0):
    east, north = np.cumsum([(0.0, 0.0), *steps], axis=0).T
    n = len(east)
    time = np.datetime64("2001-07-01", "s") + 6 * np.arange(n) * np.timedelta64(3600, "s")
    silent, quadrants = np.full(n, np.nan), np.full((n, 4), np.nan)
    return fill_track(Track(
        event_id="made_up", name="", agency="", time_utc=time, lon=lon0 + east,
        lat=np.clip(lat0 + north, 2.0, 40.0), central_pressure_pa=silent,
        environmental_pressure_pa=silent, max_wind_m_s=np.full(n, 40.0), wind_averaging_s=60.0,
        r_max_m=silent, r34_m=quadrants, r50_m=quadrants, r64_m=quadrants))


def closest(track, lon, lat):
    silent = np.full(len(track), np.nan)
    bare = replace(track, filled=(), max_wind_m_s=silent, central_pressure_pa=silent)
    found = _near(storms_of([bare]), np.ones(1, bool),
                  Sites(np.arange(1), np.array([lon]), np.array([lat])), 2e6, None)
    assert len(found.site) <= 1
    return (float(found.distance_m[0]), found.time[0]) if len(found.site) else None


@settings(max_examples=25, deadline=None)
@given(STEPS, st.floats(-4.0, 4.0), st.floats(-4.0, 4.0), st.sampled_from([1.0, 2.0, 3.0]))
def test_a_finer_step_changes_nothing(steps, east, north, step_h):
    track = storm(steps, 130.0)
    coarse, fine = (closest(one, 130.0 + east, 15.0 + north)
                    for one in (track, resample(track, step_h)))
    # steps to any side every six hours: between fixes the curve through more of them is another
    assert abs(coarse[0] - fine[0]) < 4e3


@settings(max_examples=25, deadline=None)
@given(STEPS, st.floats(-4.0, 4.0), st.floats(-4.0, 4.0), st.randoms(use_true_random=False))
def test_the_order_of_fixes_changes_nothing(steps, east, north, random):
    track = storm(steps, 130.0)
    order = np.array(random.sample(range(len(track)), len(track)))
    mixed = replace(track, filled=(), **{name: getattr(track, name)[order] for name in PER_FIX})
    assert closest(mixed, 130.0 + east, 15.0 + north) == closest(track, 130.0 + east, 15.0 + north)


@settings(max_examples=25, deadline=None)
@given(STEPS, st.floats(-4.0, 4.0), st.floats(-4.0, 4.0), st.sampled_from([-360.0, 0.0]))
def test_the_dateline_changes_nothing(steps, east, north, turn):
    here = closest(storm(steps, 130.0), 130.0 + east, 15.0 + north)
    there = closest(storm(steps, 180.0), 180.0 + east + turn, 15.0 + north)
    assert abs(here[0] - there[0]) < 1.0
