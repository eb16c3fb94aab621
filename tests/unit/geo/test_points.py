"""Distances and Chinese map coordinates: limits, boxes, shapes."""

import numpy as np
import pytest

from riskcloud.geo import points


def test_haversine_of_a_quarter_meridian() -> None:
    # a quarter of a great circle of radius 6371008.8 m
    assert points.haversine_m(0.0, 0.0, 0.0, 90.0) == pytest.approx(10_007_557.2, abs=0.1)


def test_haversine_does_not_care_for_the_longitude_window() -> None:
    near = points.haversine_m(179.9, 10.0, -179.9, 10.0)
    assert near == pytest.approx(points.haversine_m(179.9, 10.0, 180.1, 10.0))
    assert near < 22_000


def test_longitudes_come_to_the_window_around_a_centre() -> None:
    lon = np.array([-179.0, 179.0, 539.0, 0.0, -541.0])
    np.testing.assert_allclose(points.nearest_window(lon, 175.0), [181.0, 179.0, 179.0, 0.0, 179.0])


def test_nothing_is_changed_outside_the_box() -> None:
    lon, lat = np.array([10.0, 150.0, -70.0]), np.array([50.0, -30.0, 40.0])
    for turn in (points.wgs84_to_gcj02, points.gcj02_to_wgs84):
        x, y = turn(lon, lat)
        np.testing.assert_array_equal(x, lon)
        np.testing.assert_array_equal(y, lat)


def test_hong_kong_lies_in_the_box_and_is_moved() -> None:
    x, y = points.wgs84_to_gcj02(np.array([114.17]), np.array([22.32]))
    # data/README.md: AMap's Hong Kong is shifted by (+0.005, -0.003) degrees
    assert x[0] - 114.17 == pytest.approx(0.005, abs=0.0005)
    assert y[0] - 22.32 == pytest.approx(-0.003, abs=0.0005)


def test_nan_stays_nan_and_touches_no_neighbour() -> None:
    x, y = points.bd09_to_wgs84(np.array([np.nan, 113.5]), np.array([22.0, 22.3]))
    assert np.isnan(x[0]) and np.isfinite(x[1]) and np.isfinite(y[1])
