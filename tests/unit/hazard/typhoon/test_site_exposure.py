"""Site exposure: what it refuses, what it says of its layers, in both languages."""

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.surface import SurfaceLayers, site_exposure
from riskcloud.messages import translated

LON, LAT = np.array([113.5, 114.0]), np.array([22.5, 22.5])


def test_every_fault_is_told_at_once_with_its_row():
    with pytest.raises(InputError) as caught:
        site_exposure(np.array([np.nan, 114.0, 114.0]), np.array([22.5, 98.0, 22.5]),
                      height_m=np.array([10.0, -3.0, 10.0]), terrain=np.array(["", "", "E"]))
    found = [(p.row, p.column, p.value) for p in caught.value.problems]
    assert found == [(2, "lon", "nan"), (3, "lat", "98.0"), (3, "height_m", "-3.0"),
                     (4, "terrain", "E")]
    assert all(translated(p.remedy, "zh") != p.remedy for p in caught.value.problems)


def test_arrays_of_other_lengths_are_refused():
    with pytest.raises(InputError, match="differ in length"):
        site_exposure(LON, LAT, terrain=np.array(["B"]))


def test_an_unknown_terrain_of_all_land_is_refused():
    with pytest.raises(InputError, match="terrain 'F': expected one of A, B, C, D"):
        site_exposure(LON, LAT, layers=SurfaceLayers(terrain="F"))


def test_no_sites_give_no_factors():
    found = site_exposure(np.empty(0), np.empty(0))
    assert found.gust_3s.shape == (0, 12)


def test_defaults_are_said():
    said = {one.layer: one for one in site_exposure(LON, LAT).layers}
    assert sorted(said) == ["coast", "elevation", "height", "relief", "roughness"]
    assert not any(one.given for one in said.values())
    assert said["roughness"].detail == "all land terrain B of GB 50009"
    assert said["height"].detail == "10 m above the ground everywhere"
    for one in said.values():
        assert translated(one.detail, "zh") != one.detail


@pytest.mark.parametrize(("layers", "lat", "words", "chinese"), [
    (SurfaceLayers(), 22.5, "shipped relief of 5 arc minutes: roughly open regions (z0 0.10 m) and "
     "hills upwind slow the wind aloft",
     "随附的 5 角分起伏度：上风向大体开阔的地区（z0 0.10 米）与丘陵山地使高处来风减弱"),
    (SurfaceLayers(), 61.0, "shipped relief of 5 arc minutes: roughly open regions (z0 0.10 m) and "
     "hills upwind slow the wind aloft; level land beyond 60 degrees of latitude (1 of 1 sites)",
     "随附的 5 角分起伏度：上风向大体开阔的地区（z0 0.10 米）与丘陵山地使高处来风减弱；"
     "纬度 60 度以外按平地计（1 个位置中 1 个）"),
    (SurfaceLayers(relief=False), 22.5, "level land: no hills upwind",
     "陆地按平地计：不计上风向的丘陵山地")])
def test_the_relief_is_said(layers, lat, words, chinese):
    found = site_exposure(np.array([113.5]), np.array([lat]), layers=layers)
    relief = next(one for one in found.layers if one.layer == "relief")
    assert not relief.given and relief.source == "models/relief/terrain_tiles_5min"
    assert relief.detail == words and translated(words, "zh") == chinese


def test_what_is_given_is_said():
    found = site_exposure(LON, LAT, height_m=np.array([35.0, np.nan]), terrain=np.array(["C", ""]))
    said = {one.layer: one for one in found.layers}
    assert said["roughness"].given and said["height"].given and not said["coast"].given
    assert said["roughness"].detail == ("the sites' own terrain (GB 50009) at 1 of 2 sites; land "
                                        "elsewhere terrain B of GB 50009")
    assert said["height"].detail == ("the sites' own heights above the ground; 1 of 2 without one "
                                     "at 10 m")
    words = "各位置自身的离地高度；2 个中有 1 个没有高度，取 10 米"
    assert translated(said["height"].detail, "zh") == words


def test_a_site_without_height_is_at_10_m():
    own = site_exposure(LON, LAT, height_m=np.array([np.nan, 10.0]))
    np.testing.assert_array_equal(own.gust_3s, site_exposure(LON, LAT).gust_3s)


@pytest.fixture(scope="module")
def ridge(tmp_path_factory):
    """A ridge of 200 m along 113.5 E, cells of 100 m."""
    path = tmp_path_factory.mktemp("dem") / "ridge.tif"
    x = (np.arange(400) - 199.5) * 0.1  # km
    with rasterio.open(path, "w", driver="GTiff", width=400, height=400, count=1, dtype="float32",
                       crs="EPSG:4326", transform=from_origin(113.3, 22.7, 0.001, 0.001)) as file:
        file.write(np.tile(200.0 / (1.0 + x**2), (400, 1)).astype(np.float32), 1)
        file.units = ("m",)
    return path


def test_hills_act_on_every_measure(ridge):
    where = np.array([113.5]), np.array([22.5])
    level, over = site_exposure(*where), site_exposure(*where, layers=SurfaceLayers(dem=(ridge,)))
    east = 3
    mean, one_minute, gust = (getattr(over, name)[0, east] / getattr(level, name)[0, east]
                              for name in ("mean_10min", "sustained_1min", "gust_3s"))
    assert mean > one_minute > gust > 1.05  # all gain the same in m/s
    elevation = next(one for one in over.layers if one.layer == "elevation")
    assert elevation.given and "ridge.tif" in elevation.source


def test_the_codes_hill_factor_serves_all_measures_alike(ridge):
    where = np.array([113.5]), np.array([22.5])
    level = site_exposure(*where)
    over = site_exposure(*where, layers=SurfaceLayers(dem=(ridge,), hills="gb_50009"))
    np.testing.assert_allclose(over.gust_3s / level.gust_3s, over.mean_10min / level.mean_10min)
    np.testing.assert_allclose(over.sustained_1min / level.sustained_1min,
                               over.mean_10min / level.mean_10min)
    assert over.mean_10min[0, 3] > 1.05 * level.mean_10min[0, 3]


def test_progress_ends_with_all_sites():
    seen: list[tuple[int, int]] = []
    site_exposure(np.array([113.5, 121.0, 114.0]), np.array([22.5, 30.0, 22.5]),
                  terrain=np.array(["", "", "C"]),
                  on_progress=lambda *figures: seen.append(figures))
    assert seen[-1] == (3, 3) and len(seen) == 2


def test_the_poles_and_the_dateline_have_factors():
    found = site_exposure(np.array([0.0, 179.99, -179.99, 180.0]),
                          np.array([90.0, -16.5, -16.5, -90.0]))
    assert np.isfinite(found.gust_3s).all()
    assert found.gust_3s[0, 0] == pytest.approx(0.93 * 1.23)  # the ocean around the pole
