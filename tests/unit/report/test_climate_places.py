"""Cities on the still maps of a wind climate."""

import numpy as np
import pytest

from riskcloud.geo.site_grid import site_grid
from riskcloud.report.climate_places import APART, shown_cities
from riskcloud.report.extent import Extent


@pytest.mark.parametrize("turn", [0.0, 360.0])
def test_cities_have_room_and_the_wind_of_their_cell(turn):
    grid = site_grid(105.0 + turn, 18.0, 120.0 + turn, 26.0, 0.5)
    lon, lat = np.meshgrid(grid.lon, grid.lat)
    view = Extent(105.0 + turn, 18.0, 120.0 + turn, 26.0)
    found = shown_cities(grid, (lat + 0 * lon).ravel(), view, "en")
    assert found[0][0] == "Hong Kong" and found[0][3] == pytest.approx(22.28, abs=0.26)
    assert len(found) > 10
    for k, one in enumerate(found):
        assert one[3] == pytest.approx(one[2], abs=0.26)
        assert all(abs(one[1] - two[1]) > APART[0] * 15.0 or abs(one[2] - two[2]) > APART[1] * 8.0
                   for two in found[k + 1:])
    assert shown_cities(grid, (lat + 0 * lon).ravel(), view, "zh")[0][0] == "香港"


def test_no_city_without_a_wind_or_on_another_sea():
    grid = site_grid(105.0, 18.0, 120.0, 26.0, 0.5)
    nothing = np.full(grid.lon.size * grid.lat.size, np.nan)
    assert shown_cities(grid, nothing, Extent(105.0, 18.0, 120.0, 26.0), "zh") == []
    far = site_grid(160.0, 10.0, 170.0, 20.0, 1.0)
    assert shown_cities(far, np.ones(100), Extent(160.0, 10.0, 170.0, 20.0), "zh") == []
