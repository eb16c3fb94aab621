"""Interpolation between fixes and motion, against second implementations."""

import json

import numpy as np
import pytest
from pyproj import Geod
from scipy.interpolate import CubicHermiteSpline

from riskcloud.hazard.typhoon import field
from riskcloud.hazard.typhoon.fill import translation_m_s
from riskcloud.hazard.typhoon.path import Path, follow, hours_since_start, resample
from riskcloud.kernels import vortex
from riskcloud.types import Track

HOURS = np.array([0.0, 6.0, 9.0, 15.0, 21.0, 33.0])


def make_track(lon, lat) -> Track:
    n = len(lon)
    unknown = np.full((n, 4), np.nan)
    return Track(
        event_id="e", name="", agency="", lon=np.array(lon, float), lat=np.array(lat, float),
        time_utc=np.datetime64("2020-08-01", "s") + (3600 * HOURS[:n]).astype("timedelta64[s]"),
        central_pressure_pa=np.linspace(97e3, 95e3, n), environmental_pressure_pa=np.full(n, 1e5),
        max_wind_m_s=np.linspace(30.0, 50.0, n), wind_averaging_s=60.0, r_max_m=np.full(n, 3e4),
        r34_m=unknown, r50_m=unknown, r64_m=unknown)


TRACK = make_track([130.0, 128.5, 127.9, 126.0, 124.9, 124.0], [15.0, 15.4, 15.9, 17.2, 19.0, 23.1])


def bessel_slopes(x, y):
    """Slope at each fix of the parabola through it and its neighbours (de Boor 1978, ch. IV)."""
    first = np.clip(np.arange(len(x)) - 1, 0, len(x) - 3)
    return np.array([np.polyval(np.polyder(np.polyfit(x[i:i + 3], y[i:i + 3], 2)), x[k])
                     for k, i in enumerate(first)])


def test_position_and_motion_are_those_of_the_bessel_cubic():
    path = follow(TRACK, spacing_r_max=0.25, longest_h=1.0)
    for values, found in ((TRACK.lon, path.lon), (TRACK.lat, path.lat)):
        cubic = CubicHermiteSpline(HOURS, values, bessel_slopes(HOURS, values))
        np.testing.assert_allclose(found, cubic(path.hour), rtol=1e-12)
    cubic = CubicHermiteSpline(HOURS, TRACK.lat, bessel_slopes(HOURS, TRACK.lat))
    m_per_deg = 6_371_008.8 * np.pi / 180.0
    np.testing.assert_allclose(path.north_m_s, cubic(path.hour, 1) * m_per_deg / 3600.0, rtol=1e-9,
                               atol=1e-9)


def test_a_parabola_is_followed_exactly():
    lon, lat = 130.0 - 0.3 * HOURS + 0.002 * HOURS**2, 15.0 + 0.1 * HOURS + 0.004 * HOURS**2
    fine = resample(make_track(lon, lat), 0.5)
    hour = hours_since_start(fine)
    np.testing.assert_allclose(fine.lon, 130.0 - 0.3 * hour + 0.002 * hour**2, rtol=1e-13)
    np.testing.assert_allclose(fine.lat, 15.0 + 0.1 * hour + 0.004 * hour**2, rtol=1e-13)


def test_everything_else_is_linear_in_time():
    path = follow(TRACK, spacing_r_max=0.25, longest_h=1.0)
    np.testing.assert_allclose(path.max_wind_m_s, np.interp(path.hour, HOURS, TRACK.max_wind_m_s))
    tendency = np.diff(TRACK.central_pressure_pa) / np.diff(HOURS) / 3600.0
    np.testing.assert_allclose(path.pressure_tendency_pa_s[0], tendency[0])
    np.testing.assert_allclose(path.pressure_tendency_pa_s[-1], tendency[-1])


def test_motion_against_geographiclib():
    geod = Geod(a=6_371_008.8, b=6_371_008.8)  # a sphere, as ours
    _, _, distance = geod.inv(TRACK.lon[:-1], TRACK.lat[:-1], TRACK.lon[1:], TRACK.lat[1:])
    leg = distance / (3600.0 * np.diff(HOURS))
    found = translation_m_s(TRACK)
    np.testing.assert_allclose(found[[0, -1]], leg[[0, -1]], rtol=1e-9)
    np.testing.assert_allclose(found[1:-1], 0.5 * (leg[1:] + leg[:-1]), rtol=1e-9)


@pytest.mark.parametrize("hemisphere", [1.0, -1.0])
def test_asymmetry_vector_against_open_gira(shared, hemisphere):
    """Lin and Chavas (2012): 0.56 of the motion, turned 19.2 degrees to the left in the north."""
    text = (shared / "verification" / "wind" / "wind_profiles.json").read_text(encoding="utf-8")
    case = next(c for c in json.loads(text)["cases"] if c["id"] == "open_gira_advection")
    settings = field.default_settings()
    assert (settings.asymmetry_share, settings.asymmetry_turned_deg) == (
        case["inputs"]["alpha"], case["inputs"]["beta_deg"])
    assert case["inputs"]["heading_deg"] == 0
    one = np.ones(2)
    northward = Path(
        hour=np.arange(2.0), lon=120.0 * one, lat=20.0 * hemisphere * one, east_m_s=0.0 * one,
        north_m_s=case["inputs"]["eye_speed_ms"] * one, central_pressure_pa=95e3 * one,
        environmental_pressure_pa=1e5 * one, pressure_tendency_pa_s=0.0 * one,
        max_wind_m_s=60.0 * one, r_max_m=3e4 * one, r34_m=np.nan * one)
    node = field._nodes(northward, "holland_2008", settings)[0]
    expected = case["expected"]
    # in the southern hemisphere the turn is to the right
    assert node[vortex.MOTION_EAST] == pytest.approx(hemisphere * expected["u_ms"], rel=1e-6)
    assert node[vortex.MOTION_NORTH] == pytest.approx(expected["v_ms"], rel=1e-6)
