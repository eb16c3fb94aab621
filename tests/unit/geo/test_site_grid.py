"""Grids of sites."""

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.geo.site_grid import site_grid


def test_cells_are_centres_from_the_south_west():
    grid = site_grid(110.0, 20.0, 111.0, 20.5, 0.25)
    assert grid.lon.tolist() == [110.125, 110.375, 110.625, 110.875]
    assert grid.lat.tolist() == [20.125, 20.375]
    sites = grid.sites()
    assert (sites.lon[1], sites.lat[1]) == (110.375, 20.125)
    np.testing.assert_array_equal(grid.shaped(sites.lat)[:, 0], grid.lat)


def test_a_grid_too_wide_or_too_fine_is_refused():
    with pytest.raises(InputError, match="no more than the area's 1 by 1 degrees"):
        site_grid(110.0, 20.0, 111.0, 21.0, 2.0)
    with pytest.raises(InputError, match="expected more than 0"):
        site_grid(110.0, 20.0, 111.0, 21.0, -0.1)
    with pytest.raises(InputError, match="100000000 cells"):
        site_grid(110.0, 20.0, 120.0, 30.0, 0.001)
