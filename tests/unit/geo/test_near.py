import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.geo.near import within_radius
from riskcloud.geo.overlay.ellipsoid import GEOD


def test_pairs_within_a_radius_are_those_of_every_distance():
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(113.0, 113.2, 20), rng.uniform(23.0, 23.2, 20)
    to_lon, to_lat = rng.uniform(113.0, 113.2, 60), rng.uniform(23.0, 23.2, 60)
    found = within_radius(lon, lat, to_lon, to_lat, radius_m=4000.0)
    i, j = (axis.ravel() for axis in np.indices((20, 60)))
    metres = np.asarray(GEOD.inv(lon[i], lat[i], to_lon[j], to_lat[j])[2])
    near = metres <= 4000.0
    assert found.place.tolist() == i[near].tolist()
    assert found.point.tolist() == j[near].tolist()
    assert found.distance_m == pytest.approx(metres[near])


def test_the_180th_meridian_is_no_border():
    found = within_radius(np.array([179.999]), np.array([0.0]), np.array([-179.999, 181.0]),
                          np.array([0.0, 0.0]), radius_m=500.0)
    assert found.point.tolist() == [0]
    assert found.distance_m[0] == pytest.approx(222.6, abs=0.1)


def test_nothing_near_and_what_is_refused():
    none = within_radius(np.array([0.0]), np.array([0.0]), np.zeros(0), np.zeros(0), radius_m=1.0)
    assert len(none.place) == 0
    with pytest.raises(InputError, match="radius -1 m"):
        within_radius(np.array([0.0]), np.array([0.0]), np.zeros(1), np.zeros(1), radius_m=-1.0)
    with pytest.raises(InputError, match="finite degrees"):
        within_radius(np.array([np.nan]), np.array([0.0]), np.zeros(1), np.zeros(1), radius_m=1.0)
