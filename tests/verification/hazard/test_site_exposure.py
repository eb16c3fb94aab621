"""Sites at a straight coast, far inland and far at sea: what Harper and the codes say of each."""

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from riskcloud.hazard.typhoon.surface import SurfaceLayers, site_exposure
from riskcloud.hazard.typhoon.surface.profile import (
    gust_law,
    straight,
    uniform_mean,
    uniform_turbulence,
)

FROM_EAST, FROM_WEST = 3, 9
KM = 1.0 / (111.195 * np.cos(np.radians(22.0)))  # degrees of longitude at 22 N


@pytest.fixture(scope="module")
def straight_coast(tmp_path_factory):
    """Roughly open land (z0 = 0.10 m) west of 112 E, water east of it, 109-115 E, 19-25 N."""
    path = tmp_path_factory.mktemp("coast") / "z0.tif"
    z0 = np.full((600, 600), 0.10, dtype=np.float32)
    z0[:, 300:] = 0.0
    with rasterio.open(path, "w", driver="GTiff", width=600, height=600, count=1, dtype="float32",
                       crs="EPSG:4326", transform=from_origin(109.0, 25.0, 0.01, 0.01)) as file:
        file.write(z0, 1)
    return SurfaceLayers(land_cover=path, land_cover_scheme="z0_m", relief=False)


def at(layers, *km_inland, height_m=10.0):
    lon = 112.0 - np.array(km_inland, dtype=float) * KM
    return site_exposure(lon, np.full(len(lon), 22.0), height_m=height_m, layers=layers)


# Harper et al. (2010), Table 1.1: 3-s gust within the 10-min mean
@pytest.mark.parametrize(("km_inland", "sector", "factor"), [
    (-100.0, FROM_EAST, 1.23), (0.0, FROM_EAST, 1.38), (0.0, FROM_WEST, 1.52),
    (100.0, FROM_WEST, 1.66)])
def test_harpers_four_situations(straight_coast, km_inland, sector, factor):
    found = at(straight_coast, km_inland)
    assert found.gust_3s[0, sector] / found.mean_10min[0, sector] == pytest.approx(factor, abs=4e-3)


def test_wind_from_the_sea_reaches_the_coast_unreduced(straight_coast):
    found = at(straight_coast, -50.0, -5.0, 0.0)
    np.testing.assert_allclose(found.mean_10min[:, FROM_EAST], 0.93, rtol=1e-9)


def test_at_sea_the_one_minute_wind_is_what_it_was(straight_coast):
    np.testing.assert_allclose(at(straight_coast, -150.0).sustained_1min[0, 2:5], 1.0, rtol=1e-9)


def test_inland_the_mean_falls_to_that_of_the_land(straight_coast):
    km = np.array([0.0, 0.3, 0.6, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 80.0])
    mean = at(straight_coast, *km).mean_10min[:, FROM_EAST] / 0.93
    land = float(uniform_mean(10.0, 0.10))
    assert np.all(np.diff(mean) <= 1e-9)
    assert mean[3] == pytest.approx(land ** 0.5, rel=0.03)  # half the way, in ln, in a kilometre
    assert mean[-3] < 1.06 * land and mean[-2] < 1.05 * land and mean[-1] > land


def test_wind_from_the_land_recovers_at_sea(straight_coast):
    km = np.array([0.0, 0.5, 1.0, 3.0, 10.0, 40.0, 80.0])
    found = at(straight_coast, *-km)
    mean = found.mean_10min[:, FROM_WEST] / 0.93
    assert mean[0] == pytest.approx(float(uniform_mean(10.0, 0.10)), rel=3e-3)
    assert np.all(np.diff(mean) >= -1e-9) and mean[-2] > 0.95
    factor = found.gust_3s[:, FROM_WEST] / found.mean_10min[:, FROM_WEST]
    assert np.all(np.diff(factor) <= 1e-9) and factor[-1] < 1.25


def test_there_is_no_jump_at_the_coast(straight_coast):
    km = np.arange(-3.0, 3.0, 0.1)
    found = at(straight_coast, *km)
    for values in (found.mean_10min, found.gust_3s):
        assert np.abs(np.diff(values, axis=0)).max() < 0.09  # winds along the coast change most


def test_the_gust_is_strongest_behind_the_coast_and_falls_inland(straight_coast):
    """The inner layer is turbulent before the mean has slowed: IBL theory's overshoot."""
    gust = at(straight_coast, -100.0, 0.5, 100.0).gust_3s[:, FROM_EAST]
    assert gust[1] > gust[0] and gust[1] > gust[2]
    assert gust[2] < 1.01 * gust[0]


@pytest.mark.parametrize(("relief", "region_z0_m"), [(False, 0.05), (True, 0.10)])
def test_equilibrium_far_inland_is_open_country_by_default(relief, region_z0_m):
    """Open ground in a region that is roughly open (Wieringa 1992: 0.10 m), else without end.

    EN 1991-1-4, eq. 4.3 and 4.7, joined at 60 m (Wieringa 1986); the gust is that without end.
    """
    found = site_exposure(np.array([81.0]), np.array([26.5]),  # the plain of the Ganges
                          layers=SurfaceLayers(relief=relief))
    slower = float(uniform_mean(60.0, region_z0_m) / uniform_mean(60.0, 0.05))
    mean = 0.93 * float(uniform_mean(10.0, 0.05))
    np.testing.assert_allclose(found.mean_10min, mean * slower, rtol=1e-9)
    law = gust_law()
    factor = straight(uniform_turbulence(10.0, 0.05)[None], law.intensity, law.gust_3s)
    np.testing.assert_allclose(found.gust_3s, mean * factor[0], rtol=1e-9)
    assert np.all((found.mean_10min < found.sustained_1min)
                  & (found.sustained_1min < found.gust_3s))


# GB 50009-2012, 8.2.1, pressures at 10 m
@pytest.mark.parametrize(("terrain", "pressure"), [("A", 1.284), ("C", 0.544), ("D", 0.262)])
def test_a_constant_terrain_has_the_ratio_of_gb_50009(terrain, pressure):
    """Both ways to say it: the class of all land, without regions of their own, and a site's."""
    where = np.array([81.0]), np.array([26.5])
    of_b = site_exposure(*where, layers=SurfaceLayers(relief=False)).mean_10min
    of_land = site_exposure(*where, layers=SurfaceLayers(
        terrain=terrain, relief=False)).mean_10min
    own = site_exposure(*where, terrain=np.array([terrain])).mean_10min
    np.testing.assert_allclose(of_land / of_b, np.sqrt(pressure), rtol=1e-6)
    np.testing.assert_allclose(own / of_b, np.sqrt(pressure), rtol=1e-6)


def test_a_mast_above_the_ground_gains_wind_and_loses_gustiness(straight_coast):
    found = [at(straight_coast, 100.0, height_m=height) for height in (10.0, 35.0, 80.0)]
    mean = np.array([one.mean_10min[0, FROM_WEST] for one in found])
    expected = np.log(np.array([10.0, 35.0, 80.0]) / 0.10) / np.log(100.0)
    np.testing.assert_allclose(mean / mean[0], expected, rtol=2e-3)
    factor = np.array([one.gust_3s[0, FROM_WEST] for one in found]) / mean
    assert np.all(np.diff(factor) < 0.0)


def test_a_site_on_an_islet_is_at_a_coastline_not_at_sea():
    """Waglan Island (22.18 N, 114.30 E) is in no 1:10m outline."""
    where = np.array([114.30333]), np.array([22.18222])
    sea, islet = site_exposure(*where), site_exposure(*where, on_land=True)
    np.testing.assert_array_equal(sea.mean_10min, islet.mean_10min)
    factor = islet.gust_3s[0, 4] / islet.mean_10min[0, 4]
    assert 1.23 < sea.gust_3s[0, 4] / sea.mean_10min[0, 4] < factor < 1.38
