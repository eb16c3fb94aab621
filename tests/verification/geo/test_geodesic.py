"""Geodesics of kernels/geodesic.py against published examples and against PROJ's GeographicLib."""

import numpy as np
import pytest
from pyproj import Geod

from riskcloud.kernels import geodesic
from riskcloud.kernels.lines import line_distance_m

GEOD = Geod(ellps="WGS84")


def test_the_worked_examples_of_karney_2013():
    # J. Geodesy 87, Table 2 (direct: from 40 N at 30 degrees, 10,000 km) and Table 4 (inverse,
    # nearly antipodal), as printed
    sin_u, cos_u = geodesic.reduced(40.0)
    d_lon, lat = geodesic.destination(sin_u, cos_u, np.radians(30.0), 10_000_000.0)
    assert (lat, d_lon) == pytest.approx((41.79331020506, 137.84490004377), abs=2e-11)
    assert geodesic.distance_m(0.0, -30.0, 179.8, 29.9) == pytest.approx(19_989_832.827610,
                                                                         abs=1e-5)


@pytest.mark.parametrize(("lon", "lat"), [(0.0, 0.0), (113.0, 22.0), (179.9, -45.0), (-60.0, 89.9),
                                          (10.0, 90.0), (0.0, -90.0), (5.0, 1e-9)])
def test_distances_are_those_of_pyproj_to_a_hundredth_of_a_millimetre(lon, lat):
    rng = np.random.default_rng(1)
    n = 3000
    near = [(lon + rng.normal(0, 0.5, n), lat + rng.normal(0, 0.5, n)),
            (lon + 180.0 + rng.normal(0, 0.6, n), -lat + rng.normal(0, 0.6, n)),  # antipodes
            (lon + 180.0 + rng.normal(0, 0.6, n), np.full(n, -lat)),
            (lon + rng.normal(0, 100, n), np.zeros(n)),
            (rng.uniform(-180, 180, n), np.degrees(np.arcsin(rng.uniform(-1, 1, n))))]
    lons = np.mod(np.concatenate([x for x, _ in near]) + 180.0, 360.0) - 180.0
    lats = np.clip(np.concatenate([y for _, y in near]), -90.0, 90.0)
    found = np.empty(len(lons))
    geodesic.distances_m(lon, lat, lons, lats, found)
    _, _, expected = GEOD.inv(np.full(len(lons), lon), np.full(len(lons), lat), lons, lats)
    assert np.abs(found - expected).max() < 1e-5


def test_unknown_places_have_no_distance():
    found = np.empty(2)
    geodesic.distances_m(0.0, 0.0, np.array([np.nan, 1.0]), np.array([1.0, np.nan]), found)
    assert np.isnan(found).all()


def test_destinations_are_those_of_pyproj():
    rng = np.random.default_rng(2)
    for _ in range(500):
        lat, azimuth = rng.uniform(-90, 90), rng.uniform(0, 180)
        length = 10.0 ** rng.uniform(0, 7.29)
        d_lon, end = geodesic.destination(*geodesic.reduced(lat), np.radians(azimuth), length)
        x, y, _ = GEOD.fwd(0.0, lat, azimuth, length)
        assert GEOD.inv(d_lon, end, x, y)[2] < 1e-5


def test_the_distance_to_a_line_is_that_to_its_nearest_point():
    rng = np.random.default_rng(3)
    for _ in range(60):
        lon, lat = rng.uniform(-180, 180), rng.uniform(-80, 80)
        vertex = np.column_stack([lon + rng.normal(0, 1, 4), lat + rng.normal(0, 1, 4)])
        vertex[:, 0] = np.mod(vertex[:, 0] + 180.0, 360.0) - 180.0
        segments = np.hstack([vertex[:-1], vertex[1:]])
        found = line_distance_m(lon, lat, segments, 0, 3)
        nearest, step = np.inf, 0.0
        for x1, y1, x2, y2 in segments:
            azimuth, _, length = GEOD.inv(x1, y1, x2, y2)
            x, y, _ = GEOD.fwd(np.full(2001, x1), np.full(2001, y1), np.full(2001, azimuth),
                               length * np.linspace(0, 1, 2001))
            away = GEOD.inv(np.full(2001, lon), np.full(2001, lat), x, y)[2]
            nearest, step = min(nearest, away.min()), max(step, length / 2000)
        # between two of the 2001 points the line comes a little nearer: up to half a step away
        # along it
        assert np.sqrt(max(nearest**2 - 0.26 * step**2, 0.0)) - 1e-3 <= found <= nearest + 1e-5
