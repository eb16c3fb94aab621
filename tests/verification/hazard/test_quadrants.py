"""Given radii by quadrant against the field's own 34 kt contour, found by its winds."""

import numpy as np
import pytest

from riskcloud.geo.points import haversine_m
from riskcloud.hazard.typhoon import quadrants
from riskcloud.hazard.typhoon.field import default_settings, field_nodes, maximum_wind
from riskcloud.hazard.typhoon.path import hours_since_start
from riskcloud.hazard.typhoon.profiles import PROFILES
from riskcloud.hazard.typhoon.track import read_tracks
from riskcloud.kernels import vortex
from riskcloud.kernels.profiles import N_SHAPE
from riskcloud.types import Sites, Track
from riskcloud.units import KNOT

KM = 1000.0
RADII_KM = ([230, 180, 140, 200], [260, 220, 180, 220], [300, 250, 190, 220])


def make_track(radii_km=(np.nan,) * 4, spin=1.0) -> Track:
    """A storm of 45 m/s that hardly moves within three hours, towards the north-west."""
    one = np.ones(2)
    unknown = np.full((2, 4), np.nan)
    return Track(
        event_id="e", name="", agency="JTWC", lon=np.array([120.0, 119.9]),
        lat=spin * np.array([20.0, 20.1]),
        time_utc=np.array(["2020-08-01T00:00:00", "2020-08-01T00:40:00"], "datetime64[s]"),
        central_pressure_pa=950e2 * one, environmental_pressure_pa=1008e2 * one,
        max_wind_m_s=45.0 * one, wind_averaging_s=60.0, r_max_m=35e3 * one,
        r34_m=np.tile(np.array(radii_km) * KM, (2, 1)), r50_m=unknown, r64_m=unknown)


def extents_by_the_field(track: Track, model: str) -> np.ndarray:
    """Largest distance of a site with 34 kt in each quadrant, at the first fix alone [km]."""
    moving = field_nodes(track, model, default_settings())[0]
    azimuth = np.radians(np.arange(0.5, 360.0, 1.0))
    distance = np.arange(40.0, 450.0, 1.0) * KM
    x, y = (np.outer(f(azimuth), distance).ravel() for f in (np.cos, np.sin))
    nodes = np.stack([moving, moving])
    lat = track.lat[0] + y / vortex.M_PER_DEG
    mean_cos = np.sqrt(0.5 * (1.0 + np.cos(np.radians(lat + track.lat[0]))))
    lon = track.lon[0] + x / vortex.M_PER_DEG / mean_cos
    state, u, v = np.empty((6 + N_SHAPE, len(x))), np.empty(len(x)), np.empty(len(x))
    inflow = np.radians(default_settings().inflow_deg)
    vortex.winds_at(PROFILES[model].code, lon, lat, np.sin(np.radians(lat)),
                    np.cos(np.radians(lat)), nodes, True, np.zeros(len(x)), np.cos(inflow),
                    np.sin(inflow), state, u, v)
    gale = np.hypot(u, v).reshape(len(azimuth), len(distance)) >= 34.0 * KNOT
    reach = np.where(gale, distance, 0.0).max(axis=1) / KM
    quadrant = (np.degrees(azimuth) // 90).astype(int)  # NE, NW, SW, SE from the east
    return np.array([reach[quadrant == k].max() for k in (0, 3, 2, 1)])


@pytest.mark.parametrize("model", list(PROFILES))
@pytest.mark.parametrize("radii", RADII_KM)
def test_the_fields_own_gales_reach_as_far_as_given(model, radii):
    """Measured: 2 km, of which 1 km is the grid's."""
    found = extents_by_the_field(make_track(radii), model)
    np.testing.assert_allclose(found, radii, atol=4.0)


@pytest.mark.parametrize("model", ["holland_2010", "klotzbach_2022"])
def test_the_southern_hemisphere_alike(model):
    radii = [200, 230, 200, 160]
    np.testing.assert_allclose(extents_by_the_field(make_track(radii, spin=-1.0), model), radii,
                               atol=4.0)


def test_terms_are_exact_in_the_quadrants_middles():
    at = np.random.default_rng(2).uniform(0.5, 2.0, (50, 4))
    mean, east, north, cross = quadrants.terms_of(at).T
    for k, degrees in enumerate(quadrants.MIDDLE_DEG):
        x, y = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        np.testing.assert_allclose(mean + east * x + north * y + 2 * cross * x * y, at[:, k])


def test_nothing_is_stretched_without_given_radii():
    for track in (make_track(), make_track([0, 0, 0, 0])):
        assert np.isnan(quadrants.given_quadrants_m(track)).all()
        nodes = field_nodes(track, "holland_2010", default_settings())
        assert (nodes[:, vortex.STRETCH:vortex.SHAPE] == [1.0, 0.0, 0.0, 0.0]).all()


def test_a_quadrant_of_zero_has_the_shortest_gales_and_an_unknown_one_the_mean():
    given = quadrants.given_quadrants_m(make_track([200, 150, 0, np.nan]))[0] / KM
    np.testing.assert_allclose(given, [200, 150, 0, 175])
    found = extents_by_the_field(make_track([200, 150, 0, 120]), "holland_2010")
    assert found.argmin() == 2 and found[2] < 120.0


def test_radii_of_tokyo_shape_its_storms(shared):
    """RSMC Tokyo 2015-2021: mature storms whose radii differ by less than half."""
    path = shared / "tropical_cyclones" / "jma_bst_2015_2021.txt"
    checked = []
    for track in read_tracks(path)[::24]:
        given = quadrants.given_quadrants_m(track)
        nodes = field_nodes(track, "holland_2010", default_settings())
        hour = hours_since_start(track)
        time = nodes[:, vortex.TIME]
        at = nodes[np.searchsorted(time, hour)]
        smallest, largest = given.min(axis=1), given.max(axis=1)
        use = (largest < 2.0 * smallest) & (at[:, vortex.PEAK] > 25.0) & (
            smallest > 2.0 * at[:, vortex.R_MAX])
        if use.any():
            found = quadrants.quadrant_extents_m(
                PROFILES["holland_2010"].code, at[use], at[use][:, vortex.STRETCH:vortex.SHAPE],
                np.radians(default_settings().inflow_deg))
            checked.append((found - given[use]) / KM)
    off = np.abs(np.concatenate(checked))
    assert len(off) > 50
    assert np.quantile(off, 0.9) < 8.0 and np.median(off) < 2.0


def test_sites_feel_the_larger_quadrant():
    plain, wide = make_track([200] * 4), make_track([300, 200, 150, 200])
    place = np.array([[120.0 + 2.0, 20.0 + 1.9], [120.0 - 1.2, 20.0 - 1.2]])
    sites = Sites(np.arange(2), place[:, 0], place[:, 1])
    before, after = (maximum_wind(t, sites, model="holland_2010").speed_m_s for t in (plain, wide))
    assert after[0] > before[0] and after[1] < before[1]
    assert haversine_m(120.0, 20.0, *place[0]) < 320 * KM
