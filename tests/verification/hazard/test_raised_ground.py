"""A site's elevation counts where the wind comes over water, and only there."""

import numpy as np

from riskcloud.hazard.typhoon.surface import site_exposure
from riskcloud.hazard.typhoon.surface.profile import sea_z0_m
from riskcloud.hazard.typhoon.surface.raised import raise_ground, water_share

# in the open South China Sea, deep inland, and on the coast south of Yangjiang (sea to the south)
LON, LAT = np.array([115.0, 110.0, 111.95]), np.array([20.0, 25.0, 21.6])


def raised(ground: float):
    height = np.full(3, 10.0)
    level = site_exposure(LON, LAT, height_m=height)
    return level, raise_ground(level, LON, LAT, height_m=height, ground_m=np.full(3, ground))


def test_the_share_of_water_knows_the_sea_the_land_and_the_coast():
    share = water_share(LON, LAT)
    assert np.all(share[0] == 1.0) and np.all(share[1] == 0.0)
    assert share[2, 6] > 0.9 and share[2, 11] < 0.5


def test_over_the_sea_it_is_the_logarithmic_law_at_the_height_above_the_sea():
    """EN 1991-1-4, eq. 4.3: ln(z / z0) over one surface; no gain at ground level."""
    level, found = raised(90.0)
    expected = np.log(100.0 / sea_z0_m()) / np.log(10.0 / sea_z0_m())
    np.testing.assert_allclose(found.mean_10min[0] / level.mean_10min[0], expected, rtol=1e-6)
    np.testing.assert_allclose(found.gust_3s - level.gust_3s,
                               found.mean_10min - level.mean_10min, rtol=1e-9)
    np.testing.assert_array_equal(found.gust_3s[1], level.gust_3s[1])
    np.testing.assert_array_equal(raised(0.0)[1].gust_3s, level.gust_3s)
    nothing = raised(np.nan)[1]
    np.testing.assert_array_equal(nothing.gust_3s, level.gust_3s)
