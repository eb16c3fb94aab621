"""Rasters as they come: without a system, swapped, rotated, with a nodata that is none."""

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine, from_origin

from riskcloud.errors import InputError
from riskcloud.geo.overlay.raster import grid_layer
from riskcloud.geo.overlay.raster_file import open_raster
from riskcloud.geo.overlay.sample import METHODS, NODATA, OK, OUTSIDE, sample_points
from riskcloud.geo.overlay.stated import Stated
from riskcloud.geo.overlay.units import unit_factor

LON, LAT = np.array([110.5, 113.5, 111.2, 109.9]), np.array([22.5, 20.5, 21.7, 21.5])


def values(layer, lon=LON, lat=LAT, **options):
    found = sample_points(layer, np.asarray(lon, float), np.asarray(lat, float), **options)
    return found.value[:, 0].tolist(), found.status[:, 0].tolist()


def test_outside_nodata_and_zero_are_three_answers(raster):
    layer = open_raster(raster(values=[[0, -1], [2, 3]], nodata=-1))
    found = sample_points(layer, np.array([110.5, 111.5, 109.0]), np.array([22.5, 22.5, 22.5]))
    assert found.status[:, 0].tolist() == [OK, NODATA, OUTSIDE]
    assert found.value[0, 0] == 0.0 and np.isnan(found.value[1:, 0]).all()


def test_no_reference_system_is_told_and_can_be_stated(raster):
    path = raster(crs=None)
    with pytest.raises(InputError, match="no coordinate reference system") as caught:
        open_raster(path)
    assert caught.value.problems[0].remedy == (
        "write it into the file, such as gdal_edit.py -a_srs EPSG:4326 FILE; overlay and flood "
        "--depth take it by --layer-crs")
    layer = open_raster(path, stated=Stated(crs="EPSG:4326"))
    assert values(layer)[0][:3] == [0.0, 23.0, 11.0]


def test_what_is_stated_does_not_overrule_what_a_file_says(raster):
    own = open_raster(raster(units=["ft"]), stated=Stated(crs="EPSG:32649", unit="m"))
    assert own.unit == "ft" and own.crs.to_epsg() == 4326
    assert own.notes == ("its own reference system is kept (WGS 84), not the one stated",)
    wrong = raster("w.tif", transform=from_origin(500000, 2500000, 1000, 1000))
    layer = open_raster(wrong, stated=Stated(crs="EPSG:32649"))
    assert layer.crs.to_epsg() == 32649 and layer.notes == (
        "EPSG:32649 as stated, for its coordinates are no degrees as it says",)


@pytest.mark.parametrize("crs", ["EPSG:99999999", "nowhere", 'LOCAL_CS["a"]'])
def test_a_system_that_is_none(raster, crs):
    with pytest.raises(InputError, match="reference system"):
        open_raster(raster(), stated=Stated(crs=crs))


def test_swapped_axes_are_detected(raster):
    swapped = raster(transform=from_origin(20, 113, 1, 1))  # x 20 to 24, y 110 to 113
    with pytest.raises(InputError, match="latitude and longitude are swapped"):
        open_raster(swapped)
    with pytest.raises(InputError, match="its bounds are no degrees"):
        open_raster(raster(transform=from_origin(500000, 2500000, 1000, 1000)))


@pytest.mark.parametrize("turn", [30.0, 90.0, 200.0])
def test_rotated_and_sheared_rasters_are_sampled_exactly(raster, turn):
    transform = (Affine.translation(110, 23) * Affine.rotation(turn) * Affine.shear(10, 5)
                 * Affine.scale(0.5, -0.25))
    path = raster(transform=transform)
    layer = open_raster(path)
    rows, columns = np.mgrid[0:3, 0:4]
    lon, lat = transform @ (columns.ravel() + 0.3, rows.ravel() + 0.6) if hasattr(
        transform, "__matmul__") else transform * (columns.ravel() + 0.3, rows.ravel() + 0.6)
    found, status = values(layer, lon, lat)
    assert found == [0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23] and set(status) == {OK}


def test_south_up_and_longitudes_beyond_180(raster):
    south_up = open_raster(raster(transform=Affine(1, 0, 110, 0, 1, 20)))
    assert values(south_up, [110.5, 110.5], [20.5, 22.5])[0] == [0.0, 20.0]
    over = open_raster(raster(transform=from_origin(178, 2, 1, 1)))  # 178 to 182
    assert values(over, [178.5, -178.5, 181.5], [1.5, 1.5, 1.5])[0] == [0.0, 3.0, 3.0]
    to_360 = open_raster(raster(values=np.arange(360)[np.newaxis], dtype="int16",
                                transform=from_origin(0, 1, 1, 1)))
    assert values(to_360, [-0.5, 359.5, -179.5, 180.0], [0.5] * 4)[0] == [359, 359, 180, 180]


def test_the_seam_of_a_raster_around_the_earth_is_no_edge(raster):
    layer = open_raster(raster(values=np.arange(360)[np.newaxis] % 359, dtype="float64",
                               transform=from_origin(-180, 1, 1, 1)))
    found, status = values(layer, [180.0, -180.0, 179.75], [0.5] * 3, method="bilinear")
    assert found == [0.0, 0.0, 0.0] and status == [OK] * 3
    assert values(layer, [180.0, -180.0], [0.5] * 2)[0] == [0.0, 0.0]


def test_numbers_that_look_like_nodata_are_told(raster):
    path = raster(values=[[1, -9999], [-3.4028235e38, 4]])
    lon, lat = [110.5, 111.5, 110.5, 111.5], [22.5, 22.5, 21.5, 21.5]
    found = sample_points(open_raster(path), np.array(lon), np.array(lat))
    assert found.status[:, 0].tolist() == [OK, NODATA, NODATA, OK]
    assert found.notes == (
        "1 cell(s) of -9999 taken as nodata, which the file does not declare (--nodata none keeps "
        "them as values)",
        "1 cell(s) of -3.40282e+38 taken as nodata, which the file does not declare (--nodata none "
        "keeps them as values)")
    kept = sample_points(open_raster(path, stated=Stated(nodata="none")), np.array(lon),
                         np.array(lat))
    assert kept.value[1, 0] == -9999.0 and kept.notes == ()
    given = sample_points(open_raster(path, stated=Stated(nodata="4")), np.array(lon),
                          np.array(lat))
    assert given.status[:, 0].tolist() == [OK, OK, OK, NODATA]


def test_a_deep_trench_is_no_nodata(raster):
    layer = open_raster(raster(values=[[-9999, -9800], [-7000, 10]], dtype="int16"))
    found = sample_points(layer, np.array([110.5, 111.5]), np.array([22.5, 22.5]))
    assert found.value[:, 0].tolist() == [-9999.0, -9800.0] and found.notes == ()


def test_nodata_of_float32_written_in_decimals(raster):
    layer = open_raster(raster(values=[[-3.4028234663852886e38, 1]], nodata=-3.4028234663852886e38))
    assert values(layer, [110.5, 111.5], [22.5, 22.5])[1] == [NODATA, OK]


def test_masks_scale_and_units(raster):
    masked = raster(values=[[1, 2]], mask=np.array([[True, False]]))
    assert values(open_raster(masked), [110.5, 111.5], [22.5] * 2)[1] == [OK, NODATA]
    scaled = open_raster(raster("b.tif", values=[[100, -1]], dtype="int16", nodata=-1, scales=[0.1],
                                offsets=[5.0], units=["feet"]))
    found, status = values(scaled, [110.5, 111.5], [22.5] * 2)
    assert found[0] == 15.0 and status == [OK, NODATA] and scaled.unit == "ft"
    assert scaled.notes == ("stored numbers turned to values: x 0.1 + 5, as the file says",)


def test_the_unit_of_a_vertical_axis_is_the_bands(raster):
    layer = open_raster(raster(crs="EPSG:4326+6360"))  # NAVD88 height (ftUS)
    assert layer.unit == "us-ft"
    assert unit_factor(layer.unit, "m", "x") == pytest.approx(1200 / 3937)


def test_units_convert_within_a_kind_only():
    assert unit_factor("feet", "m", "x") == 0.3048
    assert unit_factor("kg m-2", "mm", "x") == 1.0
    assert unit_factor("knots", "m/s", "x") == pytest.approx(0.514444, abs=1e-6)
    for have, want, words in (("", "m", "the file names no unit"),
                              ("m", "m/s", "m is a length, m/s a speed"),
                              ("furlong", "m", "unit 'furlong' is not known")):
        with pytest.raises(InputError, match=words):
            unit_factor(have, want, "x")


def test_bands_by_number_and_name(raster):
    path = raster(values=np.arange(8).reshape(2, 2, 2), descriptions=["low", "high"])
    assert values(open_raster(path, "high"), [110.5], [22.5])[0] == [4.0]
    assert values(open_raster(path, "2"), [110.5], [22.5])[0] == [4.0]
    assert open_raster(path).names == ("low", "high")
    for selector, words in (("3", "no band 3"), ("mid", "no band 'mid'")):
        with pytest.raises(InputError, match=words):
            open_raster(path, selector)


def test_projected_rasters_by_any_system(raster):
    from pyproj import Transformer

    to_utm = Transformer.from_crs(4326, 32649, always_xy=True)
    x, y = to_utm.transform(111.0, 22.0)
    layer = open_raster(raster(crs="EPSG:32649", transform=from_origin(x - 50, y + 50, 100, 100)))
    assert values(layer, [111.0, 111.0012], [22.0, 22.0])[0] == [0.0, 1.0]


@pytest.mark.parametrize("content", [b"", b"hello", b"II*\0garbage", b"CDF\x01 no", b"GRIB no"])
def test_files_that_are_no_rasters(tmp_path, content):
    path = tmp_path / "a.tif"
    path.write_bytes(content)
    with pytest.raises(InputError):
        open_raster(path)


def test_a_virtual_raster_that_leads_elsewhere_is_not_opened(tmp_path, raster):
    inner = raster()
    path = tmp_path / "b.vrt"
    with rasterio.open(inner) as file:
        assert file.count == 1
    path.write_text(f'<VRTDataset rasterXSize="4" rasterYSize="3"><VRTRasterBand><SimpleSource>'
                    f"<SourceFilename>{inner}</SourceFilename></SimpleSource></VRTRasterBand>"
                    "</VRTDataset>")
    with pytest.raises(InputError, match="no raster that is known"):
        open_raster(path)


def test_a_raster_without_a_place(tmp_path):
    path = tmp_path / "a.tif"
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning), rasterio.open(
            path, "w", driver="GTiff", height=2, width=2, count=1, dtype="uint8") as file:
        file.write(np.zeros((1, 2, 2), "uint8"))
    with pytest.raises(InputError, match="no place on the Earth"):
        open_raster(path)


def test_bilinear_by_hand_with_and_without_nodata(raster):
    layer = open_raster(raster(values=[[0, 10], [20, -1]], nodata=-1))
    # a quarter cell right of and below the middle of the first cell
    found, status = values(layer, [110.75], [22.25], method="bilinear")
    weights = np.array([0.75 * 0.75, 0.25 * 0.75, 0.75 * 0.25])
    assert found[0] == pytest.approx((weights @ [0, 10, 20]) / weights.sum(), rel=1e-14)
    assert values(layer, [111.75], [21.25], method="bilinear")[1] == [NODATA]
    assert values(layer, [110.01], [22.99], method="bilinear")[0] == [0.0]  # level at the edge


def test_a_grid_in_memory_goes_the_same_way():
    grid = grid_layer(np.array([[1.0, 2.0], [3.0, np.nan]]), np.array([110.0, 111.0]),
                      np.array([20.0, 21.0]), unit="mm")
    found, status = values(grid, [110.2, 110.9, 111.0, 112.0], [20.1, 19.9, 21.2, 20.0])
    assert found[:2] == [1.0, 2.0] and status == [OK, OK, NODATA, OUTSIDE]
    with pytest.raises(InputError, match="not evenly spaced"):
        grid_layer(np.zeros((2, 3)), np.array([0.0, 1.0, 3.0]), np.array([0.0, 1.0]))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("block", [16, 64])
def test_blocks_and_chunks_change_nothing(raster, monkeypatch, method, block):
    rng = np.random.default_rng(3)
    a = rng.integers(-5, 100, (150, 170)).astype("float32")
    path = raster(values=a, transform=from_origin(110, 25, 0.01, 0.01), nodata=-5, tiled=True,
                  blockxsize=block, blockysize=block, compress="deflate")
    lon, lat = rng.uniform(109.9, 111.8, 3000), rng.uniform(23.4, 25.1, 3000)
    whole = sample_points(open_raster(path), lon, lat, method=method)
    monkeypatch.setattr("riskcloud.geo.overlay.sample.CHUNK_CELLS", 2000)
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    for some in (slice(None), slice(0, 5)):
        parts = sample_points(open_raster(path), lon[some], lat[some], method=method)
        assert np.array_equal(parts.value, whole.value[some], equal_nan=True)
        assert np.array_equal(parts.status, whole.status[some])


def test_bad_questions_are_refused(raster):
    layer = open_raster(raster())
    with pytest.raises(InputError, match="expected one of nearest, bilinear"):
        values(layer, method="cubic")
    with pytest.raises(InputError, match="expected finite degrees"):
        values(layer, [np.nan], [1.0])


def test_cgcs2000_is_wgs84_within_a_metre_and_not_doubted(raster):
    for name, crs, at in (("a.tif", "EPSG:4490", from_origin(110, 23, 1, 1)),
                          ("b.tif", "EPSG:4547", from_origin(100_000, 2_545_000, 90_000, 90_000))):
        assert not any("exact" in note for note in open_raster(
            raster(name, crs=crs, transform=at)).notes)


def test_a_scale_of_0_leaves_no_values(raster, tmp_path):
    path = raster()
    with rasterio.open(path, "r+") as file:
        file.scales = (0.0,) * file.count
    with pytest.raises(InputError, match="stored numbers x 0 \\+ 0 are no values"):
        open_raster(path)


def test_blocks_that_would_fill_the_memory_are_refused(tmp_path):
    path = tmp_path / "bomb.tif"
    with rasterio.open(path, "w", driver="GTiff", width=17_000, height=17_000, count=1,
                       dtype="float32", crs="EPSG:4326", compress="DEFLATE", blockysize=17_000,
                       sparse_ok=True, transform=from_origin(110, 23, 1e-4, 1e-4)):
        pass  # nothing is stored: 1.2 GB in one strip
    with pytest.raises(InputError, match="stored in blocks of 1156 MB") as caught:
        open_raster(path)
    assert "TILED=YES" in caught.value.problems[0].remedy


def test_a_file_that_may_not_be_read_is_bad_input(raster, monkeypatch):
    path = raster()

    def refuse(self, *words, **options):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(type(path), "open", refuse)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        open_raster(path)
