"""Factors from the wind over open water to the wind at a site, by hand from their sources."""

import numpy as np
import pytest

from riskcloud.hazard.typhoon.surface import local_factors

# over land: 0.72 / 0.90 of the 1-min wind over water (Knaff et al. 2011, figure 3), then Harper et
# al. (2010), Table 1.1, in-land: 1-min 1.21 and 3-s gust 1.66 of the 10-min mean
LAND = {"marine_1min": 1.0, "sustained_1min": 0.8, "mean_10min": 0.8 / 1.21,
        "gust_3s": 0.8 / 1.21 * 1.66}
# over water: Table 1.2, 10-min 0.93 of the 1-min; Table 1.1 at-sea, gust 1.23 of the 10-min
SEA = {"marine_1min": 1.0, "sustained_1min": 1.0, "mean_10min": 0.93, "gust_3s": 0.93 * 1.23}


@pytest.mark.parametrize("measure", LAND)
def test_factors_by_hand(measure):
    factors = local_factors(np.array([True, False, True]))
    np.testing.assert_allclose(factors[measure], [LAND[measure], SEA[measure], LAND[measure]],
                               rtol=1e-12)


def test_a_gust_over_land_is_less_than_one_over_water():
    gust = local_factors(np.array([True, False]))["gust_3s"]
    assert 1.0 < gust[0] < gust[1] < 1.2
