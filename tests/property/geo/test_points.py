"""A round trip through any Chinese coordinate system ends where it began."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from riskcloud.geo import points

# a kilometre inside the box: at its edge GCJ-02 is not one to one (see gcj02_to_wgs84)
LON = st.floats(72.1, 137.7)
LAT = st.floats(0.9, 55.7)


@given(LON, LAT)
def test_round_trips_close_within_a_metre(lon: float, lat: float) -> None:
    here = np.array([lon]), np.array([lat])
    for there, back in ((points.wgs84_to_gcj02, points.gcj02_to_wgs84),
                        (points.gcj02_to_bd09, points.bd09_to_gcj02),
                        (points.wgs84_to_bd09, points.bd09_to_wgs84)):
        again = back(*there(*here))
        assert points.haversine_m(*here, *again)[0] < 0.001


@given(LON, LAT, LON, LAT)
def test_distance_is_symmetric_and_bounded(a: float, b: float, c: float, d: float) -> None:
    there, back = points.haversine_m(a, b, c, d), points.haversine_m(c, d, a, b)
    assert np.isclose(there, back, rtol=1e-12, atol=1e-6)
    assert 0.0 <= there <= 20_015_115.0  # half the circumference
