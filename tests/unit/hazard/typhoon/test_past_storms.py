"""Past storms near places: distances, strength, gusts, the user's own tracks, what is said."""

from dataclasses import replace

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.geo.points import haversine_m
from riskcloud.hazard.typhoon.climate.catalogue import read_catalogue
from riskcloud.hazard.typhoon.field import drawn_settings
from riskcloud.hazard.typhoon.fields import maximum_winds, prepare
from riskcloud.hazard.typhoon.fill import fill_track
from riskcloud.hazard.typhoon.history import past_storms
from riskcloud.hazard.typhoon.history.archive import shipped_storms
from riskcloud.hazard.typhoon.history.gusts import history_models
from riskcloud.hazard.typhoon.sectors import with_land
from riskcloud.hazard.typhoon.surface import site_exposure
from riskcloud.hazard.typhoon.surface.reference import reference_factors
from riskcloud.messages import translated
from riskcloud.types import Sites, Track

HONG_KONG = np.array([114.174]), np.array([22.302])


def westward(*, lat=10.0, name="MADEUP", year=2030, base=None, wind=45.0, n=9, lon0=140.0):
    """A storm that goes west along a parallel, a fix every six hours."""
    time = np.datetime64(f"{year}-08-01T00", "s") + 6 * np.arange(n) * np.timedelta64(3600, "s")
    silent, quadrants = np.full(n, np.nan), np.full((n, 4), np.nan)
    return Track(
        event_id=f"{year}{name}", name=name, agency="JTWC", time_utc=time,
        lon=lon0 - np.arange(n), lat=np.full(n, lat), central_pressure_pa=silent,
        environmental_pressure_pa=silent, max_wind_m_s=np.full(n, wind), wind_averaging_s=60.0,
        r_max_m=silent, r34_m=quadrants, r50_m=quadrants, r64_m=quadrants, base_utc=base)


def own(history, name="MADEUP"):
    return np.array([k for k, one in enumerate(history.name) if one == name])


def test_a_storm_passes_at_its_distance_between_fixes():
    found = past_storms(np.array([135.5]), np.array([11.0]), tracks=[westward()])
    row, = own(found)
    assert found.distance_m[row] == pytest.approx(111_195.0, rel=1e-3)
    assert found.time[row] == np.datetime64("2030-08-02T03:00:00")  # half way from 136 to 135 E
    assert found.strength[row] == 45.0 and found.strength_measure == "max_wind_1min"
    assert 10.0 < found.intensity[row] < 60.0 and found.measure == "gust_3s"
    assert found.last_year == 2030 and found.first_year == 1884


def test_a_storm_beyond_the_radius_is_not_near():
    place = np.array([135.5]), np.array([13.0])
    assert not len(own(past_storms(*place, tracks=[westward()], radius_m=333e3)))
    assert len(own(past_storms(*place, tracks=[westward()], radius_m=334e3))) == 1


def test_gusts_are_those_of_the_default_field():
    track = westward(lat=21.0, lon0=118.0)
    lon, lat = np.array([114.2, 114.9, 113.5]), np.array([22.3, 22.7, 20.5])
    found = past_storms(lon, lat, tracks=[track])
    fields = [prepare(fill_track(track), name, drawn_settings()) for name in history_models()]
    reference = reference_factors(lon, lat)
    wind = maximum_winds(fields, Sites(np.arange(3), lon, lat), factors=reference.rows)
    expected = np.array(list(history_models().values())) @ wind * reference.gust_of_mean
    assert found.intensity[own(found)] == pytest.approx(expected, rel=2e-3)


def test_the_sites_own_surface():
    lon, lat = HONG_KONG
    exposure = site_exposure(lon, lat)
    track = westward(lat=21.5, lon0=118.0)
    local = past_storms(lon, lat, tracks=[track], exposure=exposure)
    fields = [prepare(fill_track(track), name, drawn_settings()) for name in history_models()]
    wind = maximum_winds(fields, Sites(np.arange(1), lon, lat),
                         factors=with_land(exposure, "gust_3s"))
    expected = np.array(list(history_models().values())) @ wind
    assert local.intensity[own(local)] == pytest.approx(expected, rel=2e-3)
    assert "own surface" in local.notes[0]
    with pytest.raises(InputError, match=r"exposure of 1 site\(s\) for 2"):
        past_storms(np.append(lon, 113.0), np.append(lat, 22.0), exposure=exposure)


def test_a_forecast_counts_to_its_analysis():
    base = np.datetime64("2030-08-01T12", "s")
    place = np.array([135.5]), np.array([11.0])
    row, = own(past_storms(*place, tracks=[westward(base=base)]))
    found = past_storms(*place, tracks=[westward(base=base)])
    assert found.distance_m[row] > 270e3  # the third fix, at 138 E
    nothing = past_storms(*place, tracks=[westward(base=np.datetime64("2030-08-01T00", "s")),
                                          replace(westward(), member=1)])
    assert not len(own(nothing))
    assert any(one.startswith("2 track(s) hold no past") for one in nothing.notes)


def test_a_track_without_wind_has_a_distance_and_no_strength():
    silent = replace(westward(), max_wind_m_s=np.full(9, np.nan))
    found = past_storms(np.array([135.5]), np.array([11.0]), tracks=[silent])
    row, = own(found)
    assert np.isfinite(found.distance_m[row])
    assert np.isnan(found.strength[row]) and np.isnan(found.intensity[row])


def test_a_track_that_the_catalogue_holds_takes_its_place():
    storms, _ = read_catalogue()
    number = int(np.flatnonzero(storms.sid == "2012201N15129")[0])
    part = storms.fixes(number)
    n = part.stop - part.start
    track = replace(westward(n=n, name="VICENTE"), time_utc=storms.time_utc[part],
                    lon=storms.lon[part], lat=storms.lat[part] + 0.1,
                    max_wind_m_s=storms.max_wind_1min_m_s[part])
    before, after = past_storms(*HONG_KONG), past_storms(*HONG_KONG, tracks=[track])
    assert before.event.count("2012201N15129") == 1 and after.event.count("2012201N15129") == 0
    assert len(own(after, "VICENTE")) == 1 and len(before.event) == len(after.event)


def test_rows_stand_by_site_and_time_whatever_the_company():
    lon, lat = np.array([114.174, 110.3, 474.174]), np.array([22.302, 20.0, 22.302])
    together, alone = past_storms(lon, lat), past_storms(*HONG_KONG)
    assert (np.diff(together.site) >= 0).all()
    for site in (0, 2):
        rows = together.site == site
        assert (np.diff(together.time[rows]).astype(int) >= 0).all()
        assert together.distance_m[rows] == pytest.approx(alone.distance_m)
        assert together.intensity[rows] == pytest.approx(alone.intensity, nan_ok=True)


def test_years_and_strength_before_1951():
    found = past_storms(*HONG_KONG)
    year = found.time.astype("datetime64[Y]").astype(int) + 1970
    assert np.isnan(found.strength[year < 1951]).all()
    assert np.isfinite(found.intensity[year >= 1951]).mean() > 0.7
    assert (np.isnan(found.strength) == np.isnan(found.intensity)).all()
    later = past_storms(*HONG_KONG, first_year=1980)
    assert later.first_year == 1980 and len(later.event) == int((year >= 1980).sum())


def test_the_shipped_strength_is_that_of_fill_track():
    storms, _ = read_catalogue()
    shipped = shipped_storms()
    for sid in ("2008262N16142", "1979205N10148", "1962237N07155"):
        number = int(np.flatnonzero(storms.sid == sid)[0])
        part = storms.fixes(number)
        n = part.stop - part.start
        track = replace(westward(n=n), time_utc=storms.time_utc[part], lon=storms.lon[part],
                        lat=storms.lat[part], central_pressure_pa=storms.central_pressure_pa[part],
                        max_wind_m_s=storms.max_wind_1min_m_s[part], agency="")
        whole = fill_track(track)
        k = shipped.event_id.index(sid)
        nodes = shipped.fixes(k)
        at = np.searchsorted(shipped.time_utc[nodes], whole.time_utc)
        assert (shipped.time_utc[nodes][at] == whole.time_utc).all()
        assert shipped.max_wind_m_s[nodes][at] == pytest.approx(whole.max_wind_m_s, abs=0.006)
        event = int(shipped.event_of[k])
        own_fixes = slice(shipped.events.start[event], shipped.events.start[event + 1])
        for name in ("central_pressure_pa", "environmental_pressure_pa", "r_max_m"):
            assert getattr(shipped.events, name)[own_fixes] == pytest.approx(
                getattr(whole, name), rel=2e-3), name


@pytest.mark.parametrize(("radius", "words"), [
    (0.0, "radius 0 km: expected more than 0"), (3e6, "radius 3000 km")])
def test_a_radius_that_cannot_be(radius, words):
    with pytest.raises(InputError, match=words):
        past_storms(*HONG_KONG, radius_m=radius)


def test_no_sites_and_a_far_place_have_no_rows():
    assert past_storms(np.empty(0), np.empty(0)).event == ()
    found = past_storms(np.array([10.0]), np.array([50.0]))
    assert found.event == () and found.peril == "typhoon"


def test_all_that_is_said_has_a_chinese_form():
    found = past_storms(*HONG_KONG, tracks=[replace(westward(), member=3)])
    for words in (*found.notes, found.layer.detail, found.layer.resolution):
        assert translated(words, "zh") != words


def test_distance_is_to_the_path_not_to_a_fix():
    found = past_storms(np.array([135.5]), np.array([10.4]), tracks=[westward()])
    row, = own(found)
    nearest_fix = haversine_m(135.5, 10.4, np.array([136.0]), np.array([10.0]))[0]
    assert found.distance_m[row] < 0.7 * nearest_fix
