"""Drawn storms stay storms, whatever the forecast they are drawn from."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.hazard.typhoon.scenarios import make_scenarios
from riskcloud.types import Outlook, Track

BASE = np.datetime64("2024-09-02T00:00:00", "s")
PAST = 3


@st.composite
def forecasts(draw: st.DrawFn) -> Track:
    n = draw(st.integers(PAST + 1, 14))
    nan = np.full(n, np.nan)
    lon, lat = draw(st.floats(-180.0, 180.0)), draw(st.floats(-50.0, 50.0))
    step = draw(st.tuples(st.floats(-2.0, 2.0), st.floats(-1.5, 1.5)))
    wind = np.array(draw(st.lists(st.floats(8.0, 90.0), min_size=n, max_size=n)))
    r34 = draw(st.sampled_from([[np.nan] * 4, [0.0, 60e3, 60e3, 90e3], [250e3] * 4]))
    deficit = draw(st.sampled_from([np.nan, 200.0, 4_000.0, 12_000.0]))
    hours = np.arange(n) * draw(st.sampled_from([1, 3, 6, 12])) * np.timedelta64(1, "h")
    return Track("X", "", draw(st.sampled_from(["USA", "BABJ", "?"])),
                 BASE - hours[PAST] + hours, lon + step[0] * np.arange(n),
                 np.clip(lat + step[1] * np.arange(n), -70.0, 70.0), 101_000.0 - deficit + 0 * nan
                 if np.isfinite(deficit) else nan, nan, wind,
                 draw(st.sampled_from([60.0, 120.0, 600.0])),
                 np.full(n, draw(st.sampled_from([np.nan, 15e3, 80e3]))), np.tile(r34, (n, 1)),
                 *(np.full((n, 4), np.nan) for _ in range(2)), issued_utc=BASE, base_utc=BASE)


@settings(max_examples=60)
@given(forecasts(), st.integers(1, 6), st.integers(0, 2**31))
def test_drawn_storms_are_possible_and_their_past_is_the_forecasts(
        track: Track, n_tracks: int, seed: int) -> None:
    drawn = make_scenarios(Outlook((track,)), n_tracks=n_tracks, seed=seed)
    base = drawn.lanes[0].base
    past = base.time_utc < BASE
    for k in range(n_tracks):
        storm = drawn.storm(k, n_tracks - 1 - k)
        for name in ("lon", "lat", "max_wind_m_s", "central_pressure_pa", "r_max_m"):
            values = getattr(storm, name)
            assert np.isfinite(values).all()
            np.testing.assert_array_equal(values[past], getattr(base, name)[past])
        low = np.minimum(85_000.0, base.central_pressure_pa)
        assert (storm.central_pressure_pa >= low).all()
        assert (storm.central_pressure_pa <= storm.environmental_pressure_pa).all()
        assert (storm.max_wind_m_s[~past] <= 100.0).all() and (storm.r_max_m > 0.0).all()
        outer = (storm.r34_m > 0.0) & ~past[:, None]
        assert (storm.r34_m >= storm.r_max_m[:, None])[outer].all()
        assert np.abs(storm.lat).max() <= 90.0 and np.abs(np.diff(storm.lon)).max() < 180.0


@settings(max_examples=20)
@given(forecasts(), st.integers(1, 5), st.permutations([0, 1, 2]))
def test_the_order_of_agencies_draws_no_other_storm(track: Track, n_tracks: int,
                                                    order: list[int]) -> None:
    words = [replace(track, agency=name) for name in ("BABJ", "TOKYO", "USA")]
    one = make_scenarios(Outlook(tuple(words)), n_tracks=n_tracks, seed=1)
    other = make_scenarios(Outlook(tuple(words[i] for i in order)), n_tracks=n_tracks, seed=1)
    for k in range(n_tracks):
        np.testing.assert_array_equal(one.storm(k, k).lon, other.storm(k, k).lon)
