"""The shipped relief: well-known regions, and the share of relief that coarse cells show."""

import numpy as np
import pytest
from matplotlib.cbook import get_sample_data
from scipy.ndimage import maximum_filter, minimum_filter, uniform_filter

from riskcloud.geo.relief import CELLS_PER_DEG, highest_step, relief_steps, step_m


def relief_m(lon: float, lat: float) -> float:
    row, column = int((90.0 - lat) * CELLS_PER_DEG), int((lon + 180.0) * CELLS_PER_DEG)
    return float(relief_steps(row, column, 1, 1)[0, 0]) * step_m()


@pytest.mark.parametrize(("lon", "lat", "low", "high"), [
    (116.0, 18.0, 0.0, 0.0),  # the sea
    (81.0, 26.5, 0.0, 91.0), (110.36, 21.27, 0.0, 91.0),  # plains: Ganges, Leizhou
    (113.0, 24.9, 914.0, 1630.0), (114.17, 22.4, 152.0, 914.0),  # Nanling, Hong Kong
    (86.9, 28.0, 1580.0, 1700.0)])  # Himalaya, the last step
def test_regions_have_their_relief(lon, lat, low, high):
    assert low <= relief_m(lon, lat) <= high


def test_cells_go_on_around_the_earth_and_end_at_the_poles():
    around = relief_steps(500, -3, 2, 6)
    np.testing.assert_array_equal(around, relief_steps(500, 4317, 2, 6))
    assert around.max() <= highest_step()
    assert not relief_steps(-5, 0, 20, 10).any() and not relief_steps(2150, 0, 20, 10).any()
    assert not relief_steps(0, 0, 360, 4320).any()  # beyond 60 N


def test_cells_of_nine_kilometres_show_half_of_the_relief():
    """90 m elevations of low mountains in Tennessee (SRTM, 29 x 33 km), matplotlib's sample."""
    with get_sample_data("jacksboro_fault_dem.npz") as file:
        z = file["elevation"].astype(float)
    side, half = 100, 50  # cells of 5 arc minutes
    within = (maximum_filter(z, side) - minimum_filter(z, side))[half:-half, half:-half].mean()
    mean = uniform_filter(z, side)
    shown = [np.ptp(mean[i:i + 2 * side + 1:side, j:j + 2 * side + 1:side])
             for i in range(0, z.shape[0] - 2 * side, 8)
             for j in range(0, z.shape[1] - 2 * side, 8)]
    assert np.mean(shown) / within == pytest.approx(0.55, abs=0.02)
    assert 305.0 < within < 914.0  # low mountains of Hammond (1964)
