"""Distances against geodesics of pyproj (GeographicLib) and a rupture cut into points."""

import numpy as np
import pyproj
import pytest

from riskcloud.hazard.earthquake.rupture import rupture_plane, source_distances
from riskcloud.types import Earthquake

GEOD = pyproj.Geod(ellps="WGS84")


def event(**changed):
    values = dict(event_id="e", time_utc=None, lon=99.87, lat=25.67, depth_km=8.0, magnitude=6.4,
                  magnitude_type="Ms")
    return Earthquake(**{**values, **changed})


def around(lon, lat, far_km, n=2000, seed=1):
    """Sites at random distances and azimuths: lon, lat, km, degrees."""
    rng = np.random.default_rng(seed)
    km, azimuth = rng.uniform(0.0, far_km, n), rng.uniform(0.0, 360.0, n)
    site_lon, site_lat, _ = GEOD.fwd(np.full(n, lon), np.full(n, lat), azimuth, km * 1000.0)
    return site_lon, site_lat, km, azimuth


@pytest.mark.parametrize("lat", [0.0, 25.67, -45.0, 80.0, 90.0])
@pytest.mark.parametrize("lon", [99.87, 179.95, -540.0])
def test_epicentral_distance_is_geodesic(lon, lat):
    """Within 1.5e-6: 15 cm in 100 km, and 13 m up to 10,000 km."""
    site_lon, site_lat, km, azimuth = around(lon, lat, 10_000.0)
    found = source_distances(event(lon=lon, lat=lat), site_lon, site_lat)
    assert np.abs(found.epicentral_km - km).max() < 0.013
    near = km < 1000.0
    assert found.epicentral_km[near] == pytest.approx(km[near], rel=1.5e-6)
    if abs(lat) < 89.0:  # a pole has no north
        off = np.radians((found.azimuth_deg - azimuth + 180.0) % 360.0 - 180.0) * km
        assert np.abs(off[near]).max() < 0.015  # km sideways


def test_hypocentral_distance_adds_the_depth():
    site_lon, site_lat, km, _ = around(99.87, 25.67, 300.0)
    found = source_distances(event(depth_km=33.0), site_lon, site_lat)
    assert found.hypocentral_km == pytest.approx(np.hypot(km, 33.0), rel=1e-5)


def test_a_point_source_has_the_distances_of_its_point():
    site_lon, site_lat, *_ = around(99.87, 25.67, 300.0)
    found = source_distances(event(dip_deg=40.0, length_km=50.0), site_lon, site_lat)
    assert np.array_equal(found.r_jb_km, found.epicentral_km)
    assert np.array_equal(found.r_rup_km, found.hypocentral_km)
    assert not found.r_x_km.any()


def nearest(site_lon, site_lat, lon, lat, depth_km, n=48):
    """The points that come into question for each site: nearest by chord, and with depth.

    Neighbours lie 0.5 km apart: far more of them are kept than a chord can misjudge.
    """
    def vectors(lon, lat):
        lon, lat = np.radians(lon), np.radians(lat)
        return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], -1)

    chord = 6371.0 * np.sqrt(np.maximum(2.0 - 2.0 * vectors(site_lon, site_lat) @ vectors(
        lon, lat).T, 0.0))
    return np.hstack([np.argpartition(away, n, axis=1)[:, :n] for away in (
        chord, np.hypot(chord, depth_km))])


@pytest.mark.parametrize(("far_km", "bound"), [(100.0, 0.05), (500.0, 0.05), (2000.0, 4.0)])
@pytest.mark.parametrize("lat", [25.67, -38.0, 62.0])
def test_distances_to_a_plane_against_the_same_plane_in_points(lat, far_km, bound):
    """A 100 km rupture cut into points 0.5 km apart; the bound is that of the flat plane."""
    quake = event(lat=lat, strike_deg=140.0, dip_deg=50.0, length_km=100.0, width_km=20.0,
                  depth_km=12.0)
    site_lon, site_lat, *_ = around(quake.lon, lat, far_km, n=150)
    found = source_distances(quake, site_lon, site_lat)
    plane = rupture_plane(quake)
    assert plane.top_depth_km == pytest.approx(12.0 - 10.0 * np.sin(np.radians(50.0)))
    along, down = np.meshgrid(np.linspace(-50.0, 50.0, 201), np.linspace(-10.0, 10.0, 41))
    across = down * np.cos(np.radians(50.0))
    depth = 12.0 + down * np.sin(np.radians(50.0))
    km, azimuth = np.hypot(along, across), 140.0 + np.degrees(np.arctan2(across, along))
    shape = along.size
    lon, lat_, _ = GEOD.fwd(np.full(shape, quake.lon), np.full(shape, lat), azimuth.ravel(),
                            km.ravel() * 1000.0)
    near = nearest(site_lon, site_lat, lon, lat_, depth.ravel())
    n, k = near.shape
    surface = GEOD.inv(np.repeat(site_lon, k), np.repeat(site_lat, k), lon[near].ravel(),
                       lat_[near].ravel())[2].reshape(n, k) / 1000.0
    inside = found.r_jb_km == 0.0
    assert surface[inside].min(axis=1).max(initial=0.0) < 0.5  # between the points
    assert np.abs(found.r_jb_km - surface.min(axis=1))[~inside].max() < bound
    slant = np.hypot(surface, depth.ravel()[near]).min(axis=1)
    clear = slant > 5.0  # nearer, the points are too coarse
    assert np.abs(found.r_rup_km - slant)[clear].max() < bound


def test_both_sides_of_a_dipping_plane():
    """Strike north, dip 45 E: sites east are on the hanging wall. Worked by hand."""
    quake = event(lon=100.0, lat=0.0, strike_deg=0.0, dip_deg=45.0, length_km=20.0,
                  width_km=10.0 * np.sqrt(2.0), depth_km=8.0)
    degree_km = GEOD.inv(100.0, 0.0, 101.0, 0.0)[2] / 1000.0
    x_km = np.array([-25.0, -5.0, 0.0, 5.0, 25.0])
    found = source_distances(quake, 100.0 + x_km / degree_km, np.zeros(5))
    # top edge 5 km west at 3 km depth, bottom edge 5 km east at 13 km depth
    assert found.r_x_km == pytest.approx(x_km + 5.0, abs=1e-4)
    assert found.r_jb_km == pytest.approx([20.0, 0.0, 0.0, 0.0, 20.0], abs=1e-4)
    slant = np.sqrt(0.5) * 8.0  # from above the hypocentre, square to the plane
    assert found.r_rup_km == pytest.approx(
        [np.hypot(20.0, 3.0), 3.0, slant, np.sqrt(0.5) * 13.0, np.hypot(20.0, 13.0)], abs=1e-4)


def test_a_shallow_rupture_slides_down_its_plane():
    plane = rupture_plane(event(strike_deg=30.0, dip_deg=60.0, length_km=40.0, width_km=30.0,
                                depth_km=5.0))
    assert plane.top_depth_km == 0.0
    # the hypocentre is on it still: its foot lies 5 / tan(60) right of the top edge
    quake = event(strike_deg=30.0, dip_deg=60.0, length_km=40.0, width_km=30.0, depth_km=5.0)
    found = source_distances(quake, np.array([quake.lon]), np.array([quake.lat]))
    assert found.r_x_km[0] == pytest.approx(5.0 / np.tan(np.radians(60.0)), abs=1e-9)
    assert found.r_jb_km[0] == 0.0


def test_a_line_source_lies_at_the_depth_of_the_hypocentre():
    quake = event(lon=179.99, lat=-20.0, strike_deg=90.0, length_km=60.0, width_km=0.0,
                  depth_km=10.0)
    site_lon, site_lat, _ = GEOD.fwd([179.99, 179.99], [-20.0, -20.0], [90.0, 0.0], [50e3, 40e3])
    found = source_distances(quake, np.array(site_lon), np.array(site_lat))
    assert found.r_jb_km == pytest.approx([20.0, 40.0], abs=2e-3)
    assert found.r_rup_km == pytest.approx(np.hypot([20.0, 40.0], 10.0), abs=2e-3)


def test_the_size_follows_from_the_magnitude_by_wells_and_coppersmith():
    """Wells and Coppersmith (1994), table 2A, Mw 7: strike-slip 58.9 by 13.5 km."""
    plane = rupture_plane(event(magnitude=7.0, magnitude_type="Mw", strike_deg=0.0, rake_deg=180.0,
                                depth_km=15.0))
    assert plane.length_km == pytest.approx(10 ** (-2.57 + 0.62 * 7.0))
    assert plane.width_km == pytest.approx(10 ** (-0.76 + 0.27 * 7.0))
    assert (plane.length_km, plane.width_km) == pytest.approx((58.9, 13.5), abs=0.05)
