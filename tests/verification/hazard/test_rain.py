"""R-CLIPER's rates and totals, and both rain models against the gauge of Hong Kong.

Rates: Tuleya et al. (2007), bias-adjusted coefficients (models/rain/r_cliper). Gauge: daily rain of
the Hong Kong Observatory 1980-2023. Tracks: JTWC as in IBTrACS.
"""

import numpy as np
import pandas as pd
import pytest

from riskcloud.hazard.rain.record import read_daily_rain
from riskcloud.hazard.typhoon.fill import fill_track
from riskcloud.hazard.typhoon.path import resample
from riskcloud.hazard.typhoon.rain import load_model, storm_rain
from riskcloud.hazard.typhoon.rain.model import profile_of
from riskcloud.hazard.typhoon.rain.skill import leave_one_out, passing_cases
from riskcloud.hazard.typhoon.track import read_track, read_tracks
from riskcloud.types import Sites, Track
from riskcloud.units import KNOT

HONG_KONG = {"lon": 114.1742, "lat": 22.3019}  # the Observatory's headquarters


def test_rates_of_a_100_kt_storm():
    profile = profile_of(load_model("r_cliper").card, np.array([100.0]) * KNOT)
    assert profile.centre_mm_h[0] == pytest.approx(11.28, abs=0.005)
    assert profile.r_peak_m[0] / 1e3 == pytest.approx(25.9, abs=0.05)
    assert 1e-3 / profile.decay_per_m[0] == pytest.approx(102.5, abs=0.05)
    assert profile.peak_mm_h[0] == pytest.approx((-1.60 + 4.80 * 2.9697) * 25.4 / 24, rel=1e-4)


def straight_track(step_h, speed_deg_h=0.2, wind_kt=100.0):
    """A storm on the equator's calm sea, from west to east for ten days at one speed."""
    hours = np.arange(0, 240 + step_h, step_h)
    n = len(hours)
    unknown, quadrants = np.full(n, np.nan), np.full((n, 4), np.nan)
    return fill_track(Track(
        event_id="made", name="", agency="US", lon=-150.0 + speed_deg_h * hours,
        lat=np.full(n, 5.0), time_utc=np.datetime64("2020-01-01T00", "s")
        + (hours * 3600).astype("timedelta64[s]"), central_pressure_pa=unknown,
        environmental_pressure_pa=unknown, max_wind_m_s=np.full(n, wind_kt * KNOT),
        wind_averaging_s=60.0, r_max_m=unknown, r34_m=quadrants, r50_m=quadrants,
        r64_m=quadrants))


@pytest.mark.parametrize("step_h", [1, 3, 6, 12, 24])
def test_total_of_a_straight_passage(step_h):
    """The integral of the profile along a line through the centre, whatever the track's step.

    Tolerance 0.3 %: the trapezoid over nodes 15 km apart, and the edge that fades over 20 km.
    """
    u = 1 + 65 / 33
    centre, peak = (-1.10 + 3.96 * u) * 25.4 / 24, (-1.60 + 4.80 * u) * 25.4 / 24
    r_peak, folding, reach = 64.5 - 13 * u, 150 - 16 * u, 500.0
    km_h = 0.2 * np.pi / 180 * 6371.0088 * np.cos(np.radians(5.0))
    expected = 2 / km_h * (0.5 * (centre + peak) * r_peak
                           + peak * folding * (1 - np.exp(-(reach - r_peak) / folding)))
    found = storm_rain(straight_track(step_h), Sites(np.arange(1), np.array([-126.0]),
                                                     np.array([5.0])), model="r_cliper")
    assert found.total_mm[0] == pytest.approx(expected, rel=0.003)
    assert found.peak_mm_h[0] == pytest.approx(peak, rel=0.02)


@pytest.mark.parametrize("model", ["r_cliper", "coastal_r_cliper"])
def test_totals_do_not_hang_on_the_step(samples, model):
    """Tolerance 1 %: a cubic through every fix is not quite the cubic through every third."""
    track = resample(read_track(samples / "hato_2017.csv"), 6.0)
    rng = np.random.default_rng(2)
    sites = Sites(np.arange(300), rng.uniform(110.0, 117.0, 300), rng.uniform(20.0, 25.0, 300))
    expected = storm_rain(track, sites, model=model)
    for step_h in (0.25, 1.0, 3.0):
        found = storm_rain(resample(track, step_h), sites, model=model)
        np.testing.assert_allclose(found.total_mm, expected.total_mm, rtol=0.01, atol=0.02)
        np.testing.assert_allclose(found.day_mm, expected.day_mm, rtol=0.01, atol=0.02)


@pytest.fixture(scope="module")
def tracks(shared, tmp_path_factory):
    """Storms of JTWC with a fix within 6 degrees of Hong Kong, 1980-2023."""
    name = "wp_ibtracs_jtwc_1980_2024.csv"
    table = pd.read_csv(shared / "tropical_cyclones" / name, dtype=str)
    lon, lat = table["lon"].astype(float), table["lat"].astype(float)
    near = ((lon - HONG_KONG["lon"]).abs() < 6) & ((lat - HONG_KONG["lat"]).abs() < 6)
    chosen = table["sid"].isin(table["sid"][near]) & (table["season"].astype(int) <= 2023)
    path = tmp_path_factory.mktemp("rain") / name
    table[chosen].to_csv(path, index=False)
    return read_tracks(path)


@pytest.fixture(scope="module")
def record(shared):
    return read_daily_rain(shared / "rainfall_flood" / "hko_daily_rainfall_1884_on.csv")


def test_coast_beats_r_cliper_at_hong_kong(tracks, record):
    """All storms within 300 km 1980-2023, left out one by one: 10 % less RMSE of ln(1 + mm)."""
    cases = passing_cases(tracks, record, utc_offset_h=8.0, **HONG_KONG)
    assert len(cases) >= 140
    skill = leave_one_out(cases, **HONG_KONG)
    assert skill.gain >= 0.10
    model = load_model()
    assert skill.term.scale == pytest.approx(model.coast.scale, rel=0.01)
    assert skill.term.strength == pytest.approx(model.coast.strength, rel=0.01)
    assert np.degrees(skill.term.turn_rad) == pytest.approx(47.5, abs=0.5)
    for name, modelled in (("r_cliper", skill.plain_mm), (model.name, skill.left_out_mm)):
        card = load_model(name).card["error_ln"]
        assert skill.rmse_ln(modelled) == pytest.approx(card["rmse"], abs=0.01)
        low, high = np.percentile(-skill.error_ln(modelled), [5, 95])
        assert (low, high) == (pytest.approx(card["low"], abs=0.01),
                               pytest.approx(card["high"], abs=0.01))


def test_remote_rain_is_not_covered(tracks, record):
    """8 October 2021: 330 mm at Hong Kong while the storm (Lionrock) was far to the south-west."""
    day = np.datetime64("2021-10-08")
    alive = [one for one in tracks if one.time_utc[0] < day < one.time_utc[-1]]
    assert record.rain_mm[record.day == day][0] == pytest.approx(329.7, abs=1.0) and alive
    site = Sites(np.arange(1), np.array([HONG_KONG["lon"]]), np.array([HONG_KONG["lat"]]))
    assert all(storm_rain(track, site).total_mm[0] < 100.0 for track in alive)
