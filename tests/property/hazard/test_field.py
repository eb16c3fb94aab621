"""What must not change the wind field, and what must not lower it."""

from dataclasses import replace

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.hazard.typhoon import climada6
from riskcloud.hazard.typhoon.field import maximum_wind
from riskcloud.hazard.typhoon.profiles import PROFILES
from riskcloud.types import Sites, Track

MODELS = sorted(PROFILES)


def make_track(lon=(118.0, 116.0, 114.2, 112.0), lat=(20.0, 20.6, 21.4, 22.5), *, wind=45.0,
               deficit_hpa=50.0, r_max_km=30.0, hours=6) -> Track:
    n = len(lon)
    unknown = np.full((n, 4), np.nan)
    return Track(
        event_id="e", name="E", agency="TEST",
        time_utc=np.datetime64("2020-08-01T00:00:00", "s") + hours * 3600 * np.arange(n).astype(
            "timedelta64[s]"),
        lon=np.array(lon, float), lat=np.array(lat, float),
        central_pressure_pa=np.full(n, 100500.0 - 100.0 * deficit_hpa),
        environmental_pressure_pa=np.full(n, 100500.0), max_wind_m_s=np.full(n, float(wind)),
        wind_averaging_s=60.0, r_max_m=np.full(n, 1000.0 * r_max_km), r34_m=unknown,
        r50_m=unknown, r64_m=unknown)


def make_sites(n=300, seed=0) -> Sites:
    rng = np.random.default_rng(seed)
    return Sites(np.arange(n), rng.uniform(109, 120, n), rng.uniform(17, 25, n))


def brute_force(track: Track, sites: Sites, model: str) -> np.ndarray:
    """Maximum over single-site calls: no cell shares a decision with another."""
    return np.array([maximum_wind(track, Sites(sites.site_id[i:i + 1], sites.lon[i:i + 1],
                                               sites.lat[i:i + 1]), model=model).speed_m_s[0]
                     for i in range(len(sites))])


@pytest.mark.parametrize("model", MODELS)
def test_cells_leave_no_node_out(model):
    track, sites = make_track(), make_sites(120)
    np.testing.assert_allclose(maximum_wind(track, sites, model=model).speed_m_s,
                               brute_force(track, sites, model), rtol=1e-9)


@pytest.mark.parametrize("field", [maximum_wind, climada6.maximum_wind])
def test_order_chunks_window_and_threads_change_nothing(field):
    track, sites = make_track(), make_sites()
    whole = field(track, sites, model="holland_2008")
    order = np.random.default_rng(4).permutation(len(sites))
    shuffled = Sites(sites.site_id[order], sites.lon[order], sites.lat[order])
    np.testing.assert_allclose(field(track, shuffled, model="holland_2008").speed_m_s,
                               whole.speed_m_s[order], rtol=1e-12)
    half = [field(track, Sites(sites.site_id[s], sites.lon[s], sites.lat[s]),
                  model="holland_2008").speed_m_s for s in (slice(0, 77), slice(77, None))]
    np.testing.assert_allclose(np.concatenate(half), whole.speed_m_s, rtol=1e-12)
    for turns in (-360.0, 360.0):
        moved = field(track, Sites(sites.site_id, sites.lon + turns, sites.lat),
                      model="holland_2008")
        np.testing.assert_allclose(moved.speed_m_s, whole.speed_m_s, rtol=1e-9)
    threads = numba.get_num_threads()
    try:
        numba.set_num_threads(1)
        np.testing.assert_array_equal(field(track, sites, model="holland_2008").speed_m_s,
                                      whole.speed_m_s)
    finally:
        numba.set_num_threads(threads)


@pytest.mark.parametrize("model", MODELS)
def test_the_southern_hemisphere_is_the_mirror_image(model):
    track, sites = make_track(), make_sites()
    north = maximum_wind(track, sites, model=model)
    south = maximum_wind(replace(track, lat=-track.lat),
                         Sites(sites.site_id, sites.lon, -sites.lat), model=model)
    np.testing.assert_allclose(south.speed_m_s, north.speed_m_s, rtol=1e-9)
    reached = north.speed_m_s > 0
    mirrored = (180.0 - north.from_direction_deg[reached]) % 360.0
    turn = (south.from_direction_deg[reached] - mirrored + 180.0) % 360.0 - 180.0
    assert np.max(np.abs(turn)) < 1e-6


def test_a_storm_over_the_dateline_is_a_storm():
    sites = make_sites()
    at_home = maximum_wind(make_track(), sites, model="holland_1980").speed_m_s
    track = make_track()
    moved = replace(track, lon=track.lon + 65.0)
    wrapped = (sites.lon + 65.0 + 180.0) % 360.0 - 180.0
    away = maximum_wind(moved, Sites(sites.site_id, wrapped, sites.lat), model="holland_1980")
    np.testing.assert_allclose(away.speed_m_s, at_home, rtol=1e-9)


@settings(max_examples=40, deadline=None)
@given(model=st.sampled_from(MODELS), wind=st.floats(20, 75), gain=st.floats(1.0, 1.4),
       r_max=st.floats(15, 80), deficit=st.floats(15, 70), power=st.sampled_from([0.0, 1.0, 2.0]))
def test_a_stronger_storm_never_lowers_the_wind(model, wind, gain, r_max, deficit, power):
    """More wind, with the pressure as it was or falling up to the square of the gain in wind."""
    sites = make_sites(80)
    weak = maximum_wind(make_track(wind=wind, r_max_km=r_max, deficit_hpa=deficit), sites,
                        model=model).speed_m_s
    strong = maximum_wind(
        make_track(wind=wind * gain, r_max_km=r_max, deficit_hpa=deficit * gain**power),
        sites, model=model).speed_m_s
    damaging = weak > 25.0  # below, no curve of ours sees damage
    assert np.all(strong[damaging] >= weak[damaging] * (1.0 - 1e-3))


@pytest.mark.parametrize("model", MODELS)
def test_centre_calm_and_no_deficit_stay_finite(model):
    track = make_track(deficit_hpa=0.0, wind=10.0)
    at_fix = Sites(np.arange(3), np.array([118.0, 114.2, 116.0]), np.array([20.0, 21.4, 20.6]))
    for storm in (track, replace(track, max_wind_m_s=np.zeros(4)), make_track()):
        found = maximum_wind(storm, at_fix, model=model).speed_m_s
        assert np.all(np.isfinite(found)) and np.all(found >= 0.0)


def test_a_longer_track_never_lowers_a_site():
    sites = make_sites()
    longer = make_track((118.0, 116.0, 114.2, 112.0, 110.0), (20.0, 20.6, 21.4, 22.5, 23.0))
    short = maximum_wind(make_track(), sites, model="holland_2010").speed_m_s
    both = maximum_wind(longer, sites, model="holland_2010").speed_m_s
    # the cubic's slope at the old last fix changes with a fix behind it, nothing earlier does
    early = maximum_wind(make_track(), sites, model="holland_2010").time_utc < np.datetime64(
        "2020-08-01T12:00:00")
    assert np.all(both[early] >= short[early] - 1e-9)


def test_given_gale_radius_pins_every_profile():
    from riskcloud.hazard.typhoon.field import default_settings

    still = replace(default_settings(), asymmetry_share=0.0, inflow_deg=0.0)
    track = make_track((114.0, 114.0), (21.0, 21.0001), r_max_km=30.0)
    for gale_km in (150.0, 250.0):
        pinned = replace(track, r34_m=np.full((2, 4), gale_km * 1e3))
        east = 114.0 + gale_km * 1e3 / (6_371_008.8 * np.cos(np.radians(21.0))) * 180.0 / np.pi
        site = Sites(np.arange(1), np.array([east]), np.array([21.0]))
        for model in MODELS:
            found = maximum_wind(pinned, site, model=model, settings=still).speed_m_s[0]
            assert found == pytest.approx(34 * 1852 / 3600, rel=0.02), (model, gale_km)
