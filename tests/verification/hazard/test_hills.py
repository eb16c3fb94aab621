"""Hills as roughness: what is known of regions, and what it makes of the wind on open ground."""

import numpy as np
import pytest

from riskcloud.hazard.typhoon.surface import SurfaceLayers, site_exposure
from riskcloud.hazard.typhoon.surface.ground import terrain_code
from riskcloud.hazard.typhoon.surface.hills import effective_z0_m, hill_drag, hill_tables
from riskcloud.hazard.typhoon.surface.profile import sea_z0_m, terrain_mean, uniform_mean
from riskcloud.hazard.typhoon.surface.reference import reference_factors
from riskcloud.hazard.typhoon.surface.response import fetch_tables

LEVEL = SurfaceLayers(relief=False)
NANLING = np.array([113.0]), np.array([24.9])
WAGLAN = np.array([114.303]), np.array([22.182])
GANGES = np.array([81.0]), np.array([26.5])
YONGXING = np.array([112.33]), np.array([16.83])
NORTH, SOUTH_EAST = 0, slice(3, 7)


# Fiedler and Panofsky (1972), with Hammond's (1964) classes of relief: plains, low, high mountains
@pytest.mark.parametrize(("relief_m", "z0_m"), [(0.0, 0.42), (91.0, 0.42), (527.9, 0.99),
                                                (1583.8, 1.42), (5000.0, 1.42)])
def test_regions_of_the_paper_come_back(relief_m, z0_m):
    assert float(effective_z0_m(0.42, relief_m)) == pytest.approx(z0_m, rel=1e-9)


def test_open_country_among_low_mountains_is_as_rough_as_suburbs():
    """The drag of low mountains beyond plains, 0.01875, on that of z0 = 0.05 m, 0.01989."""
    assert float(hill_drag(527.9)) == pytest.approx(0.01875, abs=5e-5)
    assert float(effective_z0_m(0.05, 527.9)) == pytest.approx(0.37, abs=0.005)


@pytest.mark.parametrize("blending_m", [40.0, 60.0, 100.0])
def test_the_blending_height_hardly_matters(blending_m):
    """The wind of low mountains by the same sum of drags at other heights."""
    drag = [1.0 / np.log(blending_m / z0) ** 2 for z0 in (0.05, 0.42, 0.99)]
    z0 = blending_m * np.exp(-1.0 / np.sqrt(drag[0] + drag[2] - drag[1]))
    ratio = float(uniform_mean(blending_m, z0) / uniform_mean(blending_m, 0.05))
    assert ratio == pytest.approx(0.83, abs=0.04)


def test_rougher_land_feels_the_same_hills_less():
    z0 = np.array([0.01, 0.05, 0.3, 1.0, 2.0])
    rough = effective_z0_m(z0, 527.9)
    assert np.all(np.diff(rough) > 0.0) and np.all(np.diff(rough / z0) < 0.0)
    assert np.all(rough > z0)


def test_a_patch_of_open_ground_has_its_own_profile_below_the_blending_height():
    tables, hills = fetch_tables(), hill_tables()
    assert hills.weight.sum() == pytest.approx(1.0, rel=1e-12)
    low = tables.height_m <= 60.0
    np.testing.assert_array_equal(hills.effect[low], np.broadcast_to(
        hills.effect[0], hills.effect[low].shape))
    assert not hills.effect[:, 0].any()  # water
    described = [terrain_code(one) for one in "ACD"] + [100]  # on plains as rough as their ground
    assert not hills.effect[:, described, :2].any()
    np.testing.assert_array_equal(hills.effect[:, :, 0], hills.effect[:, :, 1])
    assert np.all(np.diff(hills.effect, axis=2) <= 0.0)


def test_open_country_lies_in_a_roughly_open_region():
    """EN 1991-1-4, eq. 4.3, at 60 m over 0.10 m and over 0.05 m; felt on plains, too."""
    open_country = hill_tables().effect[0, terrain_code("B"), 0]
    ratio = float(uniform_mean(60.0, 0.10) / uniform_mean(60.0, 0.05))
    assert ratio == pytest.approx(0.947, abs=0.001)
    assert np.exp(open_country) == pytest.approx(ratio, rel=1e-12)


def test_hills_slow_the_mean_and_not_the_gust():
    found, level = site_exposure(*NANLING), site_exposure(*NANLING, layers=LEVEL)
    mean, gust = found.mean_10min / level.mean_10min, found.gust_3s / level.gust_3s
    assert 0.75 < mean.min() and mean.max() < 0.9
    np.testing.assert_allclose(gust, 1.0, rtol=1e-12)


def test_wind_from_the_sea_meets_no_hills():
    found = site_exposure(*WAGLAN, on_land=True)
    level = site_exposure(*WAGLAN, on_land=True, layers=LEVEL)
    np.testing.assert_array_equal(found.mean_10min[0, SOUTH_EAST], level.mean_10min[0, SOUTH_EAST])
    assert 0.9 < found.mean_10min[0, NORTH] / level.mean_10min[0, NORTH] < 1.0  # Hong Kong's hills


def test_far_above_hills_the_wind_loses_less():
    low, high = (site_exposure(*NANLING, height_m=z).mean_10min
                 / site_exposure(*NANLING, height_m=z, layers=LEVEL).mean_10min
                 for z in (60.0, 150.0))
    assert np.all(high > low) and high.max() < 1.0


def test_on_plains_the_reference_is_open_ground_in_a_roughly_open_region():
    found = reference_factors(*GANGES)
    assert {one.layer for one in found.layers} >= {"roughness", "coast"}
    assert not any(one.given for one in found.layers)
    slower = float(uniform_mean(60.0, 0.10) / uniform_mean(60.0, 0.05))
    country = 0.93 * float(terrain_mean(np.array([10.0]), "B")[0]) * slower
    # 60 m lies between two tabulated heights, 56 and 61 m: the region counts 0.02 % less there
    np.testing.assert_allclose(found.mean_10min, country, rtol=4e-4)
    local = site_exposure(*GANGES)
    own = local.gust_3s[0, 0] / local.mean_10min[0, 0]
    assert found.gust_of_mean[0] == pytest.approx(own, rel=4e-4)


def test_open_ground_on_an_islet_has_the_sea_above_it():
    """60 m over water to 60 m over a roughly open region, EN 1991-1-4 eq. 4.3: 1.20."""
    found, plain = reference_factors(*YONGXING), reference_factors(*GANGES)
    ratio = found.mean_10min / plain.mean_10min
    water = sea_z0_m()
    expected = float(uniform_mean(60.0, water) / uniform_mean(60.0, 0.10))
    np.testing.assert_allclose(ratio, expected, atol=0.01)
    assert found.gust_of_mean[0] < plain.gust_of_mean[0]


def test_the_reference_among_hills_is_the_local_wind_there():
    """The default ground is open country: far from the sea both are one."""
    found, local = reference_factors(*NANLING), site_exposure(*NANLING)
    np.testing.assert_allclose(found.mean_10min, local.mean_10min, rtol=5e-3)
    gust = found.mean_10min.mean() * found.gust_of_mean[0]
    assert gust == pytest.approx(local.gust_3s.mean(), rel=0.03)
