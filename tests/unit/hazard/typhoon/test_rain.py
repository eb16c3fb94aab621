"""Rain of storms: the rates, the kernel's twin, the coast's part, grades, daily tables."""

from dataclasses import replace

import numpy as np
import pytest

from riskcloud.errors import InputError, NotFoundError
from riskcloud.hazard.typhoon.rain import (
    load_model,
    member_rain,
    model_names,
    rain_grades,
    storm_rain,
)
from riskcloud.hazard.typhoon.rain.coast import coast_lean, land_harmonics, largest_lean
from riskcloud.hazard.typhoon.rain.model import CoastTerm, profile_of
from riskcloud.hazard.typhoon.rain.rates import rain_rate_mm_h
from riskcloud.hazard.typhoon.rain.skill import leave_one_out
from riskcloud.hazard.typhoon.rain.storm import rain_nodes, rain_path
from riskcloud.hazard.typhoon.track import read_track
from riskcloud.kernels import rain as kernel
from riskcloud.types import Sites
from riskcloud.units import KNOT


@pytest.fixture(scope="module")
def hato(samples):
    return read_track(samples / "hato_2017.csv")


def places(lon, lat):
    return Sites(np.arange(len(lon)), np.asarray(lon, float), np.asarray(lat, float))


def test_models_are_known():
    assert model_names() == ["coastal_r_cliper", "r_cliper"]
    with pytest.raises(NotFoundError, match="known: coastal_r_cliper, r_cliper"):
        load_model("ipet")


def test_a_weak_low_has_no_negative_rain():
    profile = profile_of(load_model("r_cliper").card, np.array([0.0, 5.0]) * KNOT)
    assert (profile.centre_mm_h >= 0.0).all() and (profile.peak_mm_h >= 0.0).all()


def test_impossible_winds_keep_a_profile():
    profile = profile_of(load_model("r_cliper").card, np.array([200.0, 400.0]) * KNOT)
    assert (profile.r_peak_m > 0.0).all() and (profile.decay_per_m > 0.0).all()


@pytest.mark.parametrize("name", ["r_cliper", "coastal_r_cliper"])
def test_kernel_equals_its_twin(hato, name):
    model, rng = load_model(name), np.random.default_rng(1)
    sites = places(rng.uniform(108.0, 120.0, 60), rng.uniform(18.0, 27.0, 60))
    found = storm_rain(hato, sites, model=model)
    nodes = rain_nodes(rain_path(hato), hato.wind_averaging_s, model)
    lean = coast_lean(land_harmonics(sites.lon, sites.lat), model.coast)
    x = ((sites.lon[:, None] - nodes[kernel.LON])
         * np.cos(np.radians(0.5 * (sites.lat[:, None] + nodes[kernel.LAT]))))
    y = sites.lat[:, None] - nodes[kernel.LAT]
    profile = profile_of(model.profile_card, np.array([0.0]))
    profile = type(profile)(nodes[kernel.CENTRE], nodes[kernel.SLOPE], nodes[kernel.R_PEAK],
                            nodes[kernel.DECAY])
    rate = rain_rate_mm_h(x * kernel.M_PER_DEG, y * kernel.M_PER_DEG, profile,
                          reach_m=model.reach_m, lean=lean[:, None, :])
    hour = nodes[kernel.HOUR]
    np.testing.assert_allclose(found.total_mm, np.trapezoid(rate, hour, axis=1), rtol=1e-9)
    assert (found.peak_mm_h >= rate.max(axis=1) * (1.0 - 1e-12)).all()
    assert (found.peak_mm_h <= rate.max(axis=1) * 1.2).all()
    total = np.concatenate([np.zeros((60, 1)), np.cumsum(
        0.5 * np.diff(hour) * (rate[:, 1:] + rate[:, :-1]), axis=1)], axis=1)
    fine = np.arange(hour[0] - 24.0, hour[-1], 0.01)
    for k in range(60):
        until = np.interp(fine, hour, total[k])
        day = (np.interp(fine + 24.0, hour, total[k]) - until).max()
        assert found.day_mm[k] == pytest.approx(day, rel=0.001, abs=0.01)
    assert (found.day_mm <= found.total_mm * (1.0 + 1e-12)).all()


@pytest.mark.parametrize("n", [1, 63, 64, 65, 200])
def test_neighbours_change_no_site(hato, n):
    """A site's rain is the same bit for bit alone, in any company and in any order."""
    rng = np.random.default_rng(n)
    sites = places(rng.uniform(100.0, 130.0, n), rng.uniform(10.0, 32.0, n))
    whole, few = storm_rain(hato, sites), rng.permutation(n)[:20]
    some = storm_rain(hato, places(sites.lon[few], sites.lat[few]))
    for name in ("total_mm", "day_mm", "peak_mm_h", "peak_time_utc"):
        np.testing.assert_array_equal(getattr(some, name), getattr(whole, name)[few])


def test_members_are_storms_one_by_one(hato):
    sites = places(np.linspace(105.0, 120.0, 150), np.linspace(25.0, 18.0, 150))
    south = replace(hato, lat=-hato.lat)  # out of reach
    total, day = member_rain([hato, south], sites)
    found = storm_rain(hato, sites)
    np.testing.assert_array_equal(total[0], found.total_mm.astype(np.float32))
    np.testing.assert_array_equal(day[0], found.day_mm.astype(np.float32))
    assert total.max() > 50.0 and not total[1].any() and not day[1].any()


def test_a_far_site_has_no_rain_and_no_time(hato):
    found = storm_rain(hato, places([-10.0], [50.0]))
    assert found.total_mm[0] == found.day_mm[0] == found.peak_mm_h[0] == 0.0
    assert np.isnat(found.peak_time_utc[0])


def test_longitudes_may_lie_in_any_window(hato):
    here, there = (storm_rain(hato, places([lon], [22.3])) for lon in (114.2, 114.2 - 360.0))
    assert here.total_mm[0] == pytest.approx(there.total_mm[0], rel=1e-9)


def test_land_harmonics_of_sea_land_and_coast():
    found = land_harmonics(np.array([150.0, 105.0, 114.17]), np.array([15.0, 35.0, 22.30]))
    np.testing.assert_allclose(found[:2], 0.0, atol=1e-12)  # open sea; far inland
    assert found[2, 1] > 0.3  # Hong Kong has its land in the north


def test_wind_off_the_sea_is_wet_on_both_hemispheres():
    """Land to the north: in the north rain falls east of the centre, in the south west of it."""
    land = np.array([[0.0, 0.6, 0.0, 0.0]])
    term = CoastTerm(1.0, 2.0, 0.0)
    profile = profile_of(load_model("r_cliper").card, np.array([100.0 * KNOT]))
    east, west = (
        [float(rain_rate_mm_h(np.array([x]), np.zeros(1), profile, reach_m=5e5,
                              lean=coast_lean(land, term, south=south)[0])[0])
         for south in (False, True)] for x in (1e5, -1e5))
    assert east[0] > west[0] and west[1] > east[1]
    assert east[0] == pytest.approx(west[1], rel=1e-12)


def test_grades_of_24_hours():
    values = np.array([0.0, 0.04, 0.1, 9.94, 9.96, 25.0, 50.0, 99.9, 100.0, 249.9, 250.0, np.nan])
    assert rain_grades(values).tolist() == [
        "trace", "trace", "light", "light", "moderate", "heavy", "rainstorm", "rainstorm",
        "severe", "severe", "extreme", "no_data"]


def test_band_lies_around_the_total():
    total = np.array([0.0, 10.0, 200.0])
    low, high = load_model().band_mm(total)
    assert (low <= total).all() and (high[1:] > total[1:]).all() and high[0] == 0.0


def test_a_fit_needs_storms():
    with pytest.raises(InputError, match=r"0 storm\(s\) with rain; at least 10"):
        leave_one_out((), lon=114.0, lat=22.0)


def test_sites_at_odd_places_have_finite_rain(hato):
    sites = places([0.0, 114.0, 180.0, -180.0, 114.0, 300.0], [90.0, -90.0, 0.0, 0.0, 22.0, 22.0])
    found = storm_rain(hato, sites)
    assert np.isfinite(found.total_mm).all() and (found.total_mm > 0.0).tolist() == [
        False, False, False, False, True, False]
    assert len(storm_rain(hato, places([], [])).total_mm) == 0


def test_no_coast_is_wetter_than_the_one_fitted():
    """Hong Kong keeps its own lean; Yangjiang, Xiamen and Hualien have straighter coasts."""
    land = land_harmonics(np.array([114.1742, 111.97, 118.10, 121.62]),
                          np.array([22.3019, 21.85, 24.47, 23.98]))
    term = load_model().coast
    free = CoastTerm(term.scale, term.strength, term.turn_rad)
    largest = largest_lean(coast_lean(land, term))
    assert largest[0] == largest_lean(coast_lean(land, free))[0] < term.most_ln
    np.testing.assert_allclose(largest[1:], term.most_ln, rtol=1e-9)
