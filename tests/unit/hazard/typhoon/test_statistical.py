"""The statistical forecast: what it keeps, what it adds, what it refuses."""

from dataclasses import replace

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.geo.points import haversine_m
from riskcloud.hazard.typhoon.averaging import sustained
from riskcloud.hazard.typhoon.fill import take
from riskcloud.hazard.typhoon.statistical import statistical_forecast
from riskcloud.types import Track

START = np.datetime64("2021-08-03T00:00:00", "s")


def made_up(hours: list[float], *, lon: float = 135.0, lat: float = 18.0, wind: float = 30.0,
            motion: tuple[float, float] = (-0.15, 0.03), averaging_s: float = 60.0) -> Track:
    """A storm that ends at START: hours before it, a motion in degrees an hour, a steady wind."""
    h = np.array(hours)
    n, nan = len(h), np.full(len(h), np.nan)
    return Track(
        event_id="X", name="MADE UP", agency="USA", lon=lon + motion[0] * h,
        lat=lat + motion[1] * h, time_utc=START + np.round(h * 3600).astype("timedelta64[s]"),
        central_pressure_pa=nan, environmental_pressure_pa=nan, max_wind_m_s=np.full(n, wind),
        wind_averaging_s=averaging_s, r_max_m=np.full(n, 40e3), r34_m=np.full((n, 4), np.nan),
        r50_m=np.full((n, 4), np.nan), r64_m=np.full((n, 4), np.nan), source="made up")


DAY = [-24.0, -18.0, -12.0, -6.0, 0.0]


def test_the_past_stays_and_the_forecast_follows() -> None:
    track = made_up(DAY)
    got = statistical_forecast(track, START)
    assert len(got) == 5 + 12 and got.agency == "STATISTICAL"
    assert got.base_utc == START and got.issued_utc == START
    for name in ("lon", "lat", "max_wind_m_s", "r_max_m", "time_utc"):
        assert (getattr(got, name)[:5] == getattr(track, name)).all()
    assert (np.diff(got.time_utc[4:]).astype(int) == 21600).all()
    assert np.isnan(got.central_pressure_pa[5:]).all() and np.isnan(got.r_max_m[5:]).all()
    # about 180 km in 12 h, west: the first leads go on as before
    assert haversine_m(got.lon[6], got.lat[6], 135 - 12 * 0.15, 18 + 12 * 0.03) < 60e3
    assert 25.0 < got.max_wind_m_s[6] < 45.0


def test_later_fixes_are_not_looked_at() -> None:
    track = made_up([*DAY, 6.0, 12.0])
    assert (statistical_forecast(track, START).lon
            == statistical_forecast(made_up(DAY), START).lon).all()


def test_between_fixes_it_starts_from_the_last_one() -> None:
    got = statistical_forecast(made_up(DAY), START + np.timedelta64(2, "h"))
    assert got.base_utc == START and got.issued_utc == START + np.timedelta64(2, "h")


def test_step_and_reach() -> None:
    got = statistical_forecast(made_up(DAY), START, hours=48, step_h=3)
    six = statistical_forecast(made_up(DAY), START)
    assert len(got) == 5 + 16
    assert got.lon[6::2] == pytest.approx(six.lon[5:13])


@pytest.mark.parametrize(("hours", "step_h"), [(73, 6), (0, 6), (24, 0.5), (6, 12)])
def test_out_of_reach(hours: float, step_h: float) -> None:
    with pytest.raises(InputError, match="1 <= step <= hours <= 72"):
        statistical_forecast(made_up(DAY), START, hours=hours, step_h=step_h)


def test_one_fix_is_too_few() -> None:
    with pytest.raises(InputError, match="1 fix.*at least 2"):
        statistical_forecast(made_up([0.0]), START)


def test_no_intensity_at_all_is_refused() -> None:
    blank = replace(made_up(DAY), max_wind_m_s=np.full(5, np.nan))
    with pytest.raises(InputError, match="neither wind nor pressure"):
        statistical_forecast(blank, START)


def test_short_history_is_continued_at_its_motion() -> None:
    whole = statistical_forecast(made_up(DAY), START)
    short = statistical_forecast(made_up([-6.0, 0.0]), START)
    assert haversine_m(short.lon[-1], short.lat[-1], whole.lon[-1], whole.lat[-1]) < 20e3
    assert short.max_wind_m_s[-1] == pytest.approx(whole.max_wind_m_s[-1], abs=0.5)
    assert any("history of 6 h" in note for note in short.notes) and not whole.notes


def test_pressure_serves_where_wind_is_missing() -> None:
    track = replace(made_up(DAY), max_wind_m_s=np.full(5, np.nan),
                    central_pressure_pa=np.linspace(985e2, 965e2, 5))
    got = statistical_forecast(track, START)
    assert np.isnan(got.max_wind_m_s[:5]).all() and (got.max_wind_m_s[5:] > 20).all()


def test_winds_keep_their_averaging_period() -> None:
    one = statistical_forecast(made_up(DAY), START)
    ten = statistical_forecast(made_up(DAY, wind=0.93 * 30.0, averaging_s=600.0), START)
    assert ten.wind_averaging_s == 600.0
    assert ten.max_wind_m_s == pytest.approx(sustained(one.max_wind_m_s, 60.0, 600.0))


def test_land_ahead_weakens() -> None:
    # towards Guangdong or, 8 degrees further east, along the open sea
    ashore = statistical_forecast(made_up(DAY, lon=117.5, lat=21.3, motion=(-0.15, 0.07),
                                          wind=45.0), START)
    at_sea = statistical_forecast(made_up(DAY, lon=130.0, lat=19.0, motion=(-0.12, 0.03),
                                          wind=45.0), START)
    assert ashore.max_wind_m_s[4 + 8] < at_sea.max_wind_m_s[4 + 8] - 10.0


def test_other_basins_persist_and_say_so() -> None:
    got = statistical_forecast(made_up(DAY, lon=-60.0, lat=18.0), START)
    assert (got.max_wind_m_s == 30.0).all() and "outside" in got.notes[-1]
    assert got.lon[4 + 4] == pytest.approx(-60 - 24 * 0.15, abs=0.15)


def test_standing_still_and_wild_motion_stay_on_the_map() -> None:
    for motion in ((0.0, 0.0), (2.5, 2.0)):
        got = statistical_forecast(made_up(DAY, lat=30.0, motion=motion), START)
        assert np.isfinite(got.lon).all() and (np.abs(got.lat[5:]) < 85).all()
        assert (got.max_wind_m_s[5:] >= 7.7).all()


def test_longitudes_stay_in_the_track_s_window() -> None:
    west = statistical_forecast(made_up(DAY, lon=135.0 - 360.0), START)
    east = statistical_forecast(made_up(DAY), START)
    assert west.lon[5:] + 360.0 == pytest.approx(east.lon[5:])


def test_flags_and_status_keep_their_length() -> None:
    track = replace(made_up(DAY), status=("TY",) * 5)
    got = statistical_forecast(take(track, np.ones(5, bool)), START)
    assert len(got.status) == len(got)
