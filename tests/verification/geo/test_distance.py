"""Great-circle distance against GeographicLib on the same sphere (Karney 2013, as in PROJ)."""

import numpy as np
from pyproj import Geod

from riskcloud.geo.points import haversine_m


def test_distance_on_a_sphere():
    rng = np.random.default_rng(2)
    lon1, lon2 = rng.uniform(-180, 180, (2, 500))
    lat1, lat2 = rng.uniform(-90, 90, (2, 500))
    _, _, known = Geod(a=6_371_008.8, b=6_371_008.8).inv(lon1, lat1, lon2, lat2)
    np.testing.assert_allclose(haversine_m(lon1, lat1, lon2, lat2), known, rtol=1e-9)


def test_distance_differs_little_from_the_ellipsoids():
    rng = np.random.default_rng(3)
    lon1, lon2 = rng.uniform(-180, 180, (2, 2000))
    lat1, lat2 = rng.uniform(-89, 89, (2, 2000))
    _, _, known = Geod(ellps="WGS84").inv(lon1, lat1, lon2, lat2)
    assert np.max(np.abs(haversine_m(lon1, lat1, lon2, lat2) / known - 1.0)) < 0.0056
