"""Land covers: legends told, refused and read; what lies outside; what is said of it."""

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from riskcloud.catalog import list_cards
from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.surface import SurfaceLayers, site_exposure
from riskcloud.hazard.typhoon.surface.ground import code_z0_m, read_ground
from riskcloud.hazard.typhoon.surface.land_cover import open_land_cover
from riskcloud.hazard.typhoon.surface.profile import sea_z0_m
from riskcloud.hazard.typhoon.surface.schemes import known_schemes, scheme_named
from riskcloud.messages import translated

CCI_CELL = 1.0 / 360.0


def write(path, values, *, west=112.0, north=23.0, cell=0.01, nodata=None, crs="EPSG:4326"):
    with rasterio.open(path, "w", driver="GTiff", width=values.shape[1], height=values.shape[0],
                       count=1, dtype=values.dtype, crs=crs, nodata=nodata,
                       transform=from_origin(west, north, cell, cell)) as file:
        file.write(values, 1)
    return path


def classes(*values, side=60):
    """Return a raster whose cells take the values in turn."""
    return np.resize(np.array(values, dtype=np.uint8), (side, side))


def row_of(lat):
    return int((90.0 - lat) * 400)


def column_of(lon):
    return int((lon + 180.0) * 400)


def test_every_scheme_has_a_roughness_for_all_its_classes():
    assert {"esa_worldcover", "copernicus_glc", "modis_igbp", "globcover", "esa_cci",
            "glc_fcs30"} == set(list_cards("roughness"))
    for name in list_cards("roughness"):
        scheme = scheme_named(name)
        z0 = [np.exp(v) for v in scheme.log_z0_by_class.values() if np.isfinite(v)]
        assert min(z0) >= 5e-4 and max(z0) <= 2.0
        assert any(np.isneginf(v) for v in scheme.log_z0_by_class.values())  # water
        assert not scheme.empty & scheme.log_z0_by_class.keys()


@pytest.mark.parametrize(("values", "cell", "scheme"), [
    ((10, 50, 95), 0.01, "esa_worldcover"),  # mangroves: in no other legend
    ((112, 126, 200, 80), 0.01, "copernicus_glc"),
    ((1, 2, 12, 13, 17), 0.01, "modis_igbp"),
    ((11, 14, 20, 230), 0.01, "globcover"),
    ((10, 12, 62, 170, 201), 0.01, "esa_cci"),
    ((10, 51, 190, 187), 0.01, "glc_fcs30"),
    ((10, 20, 30, 210), CCI_CELL, "esa_cci"),  # fits two by its values, one by its cells
])
def test_a_scheme_is_told_where_it_is_certain(tmp_path, values, cell, scheme):
    path = write(tmp_path / "cover.tif", classes(*values), cell=cell)
    assert open_land_cover(path).scheme.name == scheme


def test_classes_kept_as_real_numbers_are_the_same_classes(tmp_path):
    """GIS tools write classes as float32, with a nodata of their own or NaN, stated or not."""
    plain = read_ground(row_of(23.0), column_of(112.0), 200, 200, terrain="B", land_cover=(
        open_land_cover(write(tmp_path / "cover.tif", classes(10, 50, 95, 0)))))
    for nodata, empty in ((-9999.0, -9999.0), (np.nan, np.nan), (None, np.nan), (None, 0.0)):
        values = classes(10, 50, 95, 0).astype(np.float32)
        values[values == 0.0] = empty
        path = write(tmp_path / "real.tif", values, nodata=nodata)
        ground = read_ground(row_of(23.0), column_of(112.0), 200, 200, terrain="B",
                             land_cover=open_land_cover(path))
        np.testing.assert_array_equal(ground.codes, plain.codes)
    values[3, 3] = 50.5
    with pytest.raises(InputError) as caught:
        open_land_cover(write(tmp_path / "real.tif", values), "esa_worldcover")
    assert caught.value.problems[0].value == "50.5"


def test_roughness_lengths_kept_as_scaled_whole_numbers(tmp_path):
    """The scale that a file states turns 50 and 800 into 0.05 and 0.8 m."""
    path = write(tmp_path / "z0.tif", np.resize(np.array([50, 800], dtype=np.int16), (60, 60)))
    with rasterio.open(path, "r+") as file:
        file.scales = (0.001,)
    cover = open_land_cover(path)
    assert cover.scheme.name == "z0_m"
    log_z0, known = cover.read(row_of(22.99), column_of(112.01), 1, 8)
    assert known.all()
    assert set(np.round(np.exp(log_z0.astype(np.float64)), 4).ravel()) <= {0.05, 0.8}


def test_a_legend_that_is_not_certain_is_asked_for(tmp_path):
    path = write(tmp_path / "cover.tif", classes(10, 20, 60))
    with pytest.raises(InputError, match="more than one land cover scheme fits") as caught:
        open_land_cover(path)
    problem = caught.value.problems[0]
    assert problem.value == "10, 20, 60"
    assert "esa_worldcover" in problem.remedy and "esa_cci" in problem.remedy
    assert "--land-cover-scheme" in translated(problem.remedy, "zh")
    assert open_land_cover(path, "esa_worldcover").scheme.name == "esa_worldcover"


def test_a_land_cover_of_another_scheme_is_refused_with_what_fits(tmp_path):
    path = write(tmp_path / "cover.tif", classes(112, 126, 200))
    with pytest.raises(InputError, match="no land cover of ESA WorldCover, 10 m") as caught:
        open_land_cover(path, "esa_worldcover")
    problem = caught.value.problems[0]
    assert problem.value == "112, 126, 200"
    assert problem.remedy == ("these are no values of esa_worldcover; schemes that fit: "
                              "copernicus_glc")
    assert translated(problem.remedy, "zh").startswith("这些值不属于 esa_worldcover")


def test_values_of_no_scheme_are_refused(tmp_path):
    path = write(tmp_path / "cover.tif", classes(3, 77, 201))
    with pytest.raises(InputError, match="unknown scheme") as caught:
        open_land_cover(path)
    assert caught.value.problems[0].value == "3, 77, 201"


def test_a_value_seen_only_on_reading_is_refused_too(tmp_path):
    values = classes(10, 20, 95, side=4000)
    values[300, 300] = 77  # between the windows that are looked at first
    path = write(tmp_path / "cover.tif", values, cell=0.0025)
    cover = open_land_cover(path)
    with pytest.raises(InputError, match="no land cover of ESA WorldCover") as caught:
        cover.read(row_of(23.0), column_of(112.0), 400, 400)
    assert caught.value.problems[0].value == "77"


def test_an_unknown_scheme_names_the_known_ones(tmp_path):
    path = write(tmp_path / "cover.tif", classes(10))
    with pytest.raises(InputError, match="no land cover scheme 'corine'") as caught:
        open_land_cover(path, "corine")
    assert ", ".join(known_schemes()) in caught.value.problems[0].remedy


def test_roughness_lengths_are_told_and_checked(tmp_path):
    z0 = np.full((60, 60), 0.37, dtype=np.float32)
    assert open_land_cover(write(tmp_path / "z0.tif", z0)).scheme.name == "z0_m"
    z0[30, 30] = 37.5
    with pytest.raises(InputError):
        open_land_cover(write(tmp_path / "bad.tif", z0))


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        site_exposure(np.array([113.0]), np.array([22.0]),
                      layers=SurfaceLayers(land_cover=tmp_path / "none.tif"))


def test_cells_take_the_mean_of_ln_z0_and_water_stays_water(tmp_path):
    """Looks of 1/1600 degree: half forest (0.5 m), half crops (0.1 m) make sqrt(0.05) m."""
    values = np.full((1600, 1600), 80, dtype=np.uint8)
    values[:, :800] = np.resize(np.array([10, 40], dtype=np.uint8), (1600, 800))
    path = write(tmp_path / "cover.tif", values, cell=1.0 / 1600)
    ground = read_ground(row_of(22.9), column_of(112.0), 40, 400, terrain="B",
                         land_cover=open_land_cover(path, "esa_worldcover"))
    z0 = code_z0_m()[ground.codes]
    np.testing.assert_allclose(z0[:, :199], np.sqrt(0.05), rtol=0.025)  # codes are 4 % apart
    assert np.all(ground.codes[:, 201:] == 0) and z0[0, 399] == sea_z0_m()
    assert ground.described is not None and ground.described.all()


def test_a_raster_in_metres_is_put_in_its_place(tmp_path):
    values = np.full((400, 400), 13, dtype=np.uint8)  # urban
    path = write(tmp_path / "utm.tif", values, west=600_000.0, north=2_540_000.0, cell=500.0,
                 crs="EPSG:32649")
    ground = read_ground(row_of(22.0), column_of(113.0), 4, 4, terrain="B",
                         land_cover=open_land_cover(path, "modis_igbp"))
    np.testing.assert_allclose(code_z0_m()[ground.codes], 0.8, rtol=0.025)


def test_outside_the_layer_the_default_stands_and_is_said(tmp_path):
    path = write(tmp_path / "city.tif", classes(50, side=100), west=112.5, north=23.5)
    layers = SurfaceLayers(path, "esa_worldcover")
    lon, lat = np.array([113.0, 101.0]), np.array([23.0, 25.0])
    found, bare = site_exposure(lon, lat, layers=layers), site_exposure(lon, lat)
    assert np.all(found.mean_10min[0] < 0.9 * bare.mean_10min[0])
    np.testing.assert_array_equal(found.mean_10min[1], bare.mean_10min[1])
    roughness, coast, height = found.layers[:3]
    assert (roughness.layer, roughness.given, roughness.source) == ("roughness", True, "city.tif")
    assert roughness.detail == ("ESA WorldCover, 10 m, cells of 1112 m; 1 of 2 sites outside it; "
                                "land elsewhere terrain B of GB 50009")
    assert coast.given and not height.given


def test_a_layer_that_no_site_lies_in_is_not_given(tmp_path):
    path = write(tmp_path / "city.tif", classes(50, side=100), west=112.5, north=23.5)
    where = np.array([101.0, 102.0]), np.array([25.0, 25.0])
    found = site_exposure(*where, layers=SurfaceLayers(path, "esa_worldcover"))
    roughness, coast = found.layers[:2]
    assert not roughness.given and roughness.source == "models/surface/default"
    assert "2 of 2 sites outside it" in roughness.detail
    assert not coast.given and coast.source == "models/coastline/ne_10m"
    coded = site_exposure(*where, layers=SurfaceLayers(path, "esa_worldcover"),
                          terrain=np.array(["C", ""]))
    assert coded.layers[0].given and not coded.layers[1].given


def test_a_picture_of_a_land_cover_is_refused(tmp_path):
    path = tmp_path / "picture.tif"
    with rasterio.open(path, "w", driver="GTiff", width=60, height=60, count=3, dtype="uint8",
                       crs="EPSG:4326", transform=from_origin(112.0, 23.0, 0.01, 0.01)) as file:
        for band in (1, 2, 3):
            file.write(classes(10, 50, 95), band)
    with pytest.raises(InputError, match=r"picture\.tif: 3 bands") as caught:
        open_land_cover(path, "esa_worldcover")
    (problem,) = caught.value.problems
    assert problem.remedy.startswith("a land cover has one band, of classes or of roughness")
    assert "一个波段" in translated(problem.remedy, "zh")


@pytest.mark.parametrize(("fill", "nodata", "dtype", "scheme"), [
    (0, 0, "uint8", "esa_worldcover"), (255, 255, "uint8", ""), (0, None, "uint8", ""),
    (0, None, "uint8", "esa_worldcover"), (np.nan, None, "float32", "z0_m"),
    (-9999.0, -9999.0, "float32", "")])
def test_a_land_cover_without_a_value_is_refused(tmp_path, fill, nodata, dtype, scheme):
    path = write(tmp_path / "empty.tif", np.full((60, 60), fill, dtype), nodata=nodata)
    with pytest.raises(InputError, match=r"empty\.tif: no land cover in it") as caught:
        open_land_cover(path, scheme)
    assert "nodata" in caught.value.problems[0].remedy
    assert "所有像元均无数值" in translated(caught.value.problems[0].remedy, "zh")


def test_a_little_land_cover_in_much_nodata_is_found(tmp_path):
    values = np.zeros((3000, 3000), np.uint8)
    values[1000:1005, 700:705] = 95  # between the windows that are looked at first
    path = write(tmp_path / "sparse.tif", values, cell=0.001, nodata=0)
    assert open_land_cover(path).scheme.name == "esa_worldcover"


def test_nodata_is_no_class(tmp_path):
    values = classes(40, side=100)
    values[:, 50:] = 0
    path = write(tmp_path / "cover.tif", values, west=112.5, north=23.5, nodata=0)
    cover = open_land_cover(path, "esa_worldcover")
    _, known = cover.read(row_of(23.4), column_of(112.5), 10, 400)
    assert known[:, :199].all() and not known[:, 201:].any()


def test_a_file_cut_short_is_refused(tmp_path):
    rng = np.random.default_rng(1)
    values = rng.choice(np.array([10, 20, 95], dtype=np.uint8), (600, 600))
    path = write(tmp_path / "cover.tif", values)
    path.write_bytes(path.read_bytes()[:100_000])
    with pytest.raises(InputError, match="cover.tif"):
        site_exposure(np.array([113.0]), np.array([22.0]),
                      layers=SurfaceLayers(path, "esa_worldcover"))
