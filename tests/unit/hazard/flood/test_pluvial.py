import numpy as np
import pytest
import rasterio

from riskcloud.errors import InputError
from riskcloud.geo.overlay.raster_file import open_raster
from riskcloud.geo.overlay.sample import sample_points
from riskcloud.hazard.flood.ground import read_ground
from riskcloud.hazard.flood.pluvial import pluvial_depth, write_depth
from riskcloud.hazard.flood.pluvial_rains import parse_rains, rain_on
from riskcloud.hazard.flood.pluvial_sites import Screen, pluvial_at_sites, pluvial_by_period
from riskcloud.hazard.rain.runoff import runoff_mm
from riskcloud.messages import translated

SECOND = 1.0 / 3600.0
WEST, NORTH = 113.25, 23.17  # inland Guangzhou


def bowl(n=21, floor=10.0):
    """A square hollow of cells, sloping to its middle, its brim 15 m, in walls of 20 m."""
    z = np.full((n, n), 20.0)
    i, j = np.mgrid[:n, :n] - n // 2
    z[1:-1, 1:-1] = floor + np.maximum(abs(i), abs(j))[1:-1, 1:-1] * 0.5
    return z.astype("float32")


def write(path, values, *, cell=SECOND, crs="EPSG:4326", origin=(WEST, NORTH), unit="",
          nodata=None):
    values = np.asarray(values)
    with rasterio.open(path, "w", driver="GTiff", width=values.shape[1], height=values.shape[0],
                       count=1, dtype=values.dtype, crs=crs, nodata=nodata,
                       transform=rasterio.Affine(cell, 0, origin[0], 0, -cell, origin[1])) as file:
        file.write(values, 1)
        if unit:
            file.units = (unit,)
    return path


@pytest.fixture
def dem(tmp_path):
    return write(tmp_path / "dem.tif", bowl(), unit="m")


def test_water_is_conserved_and_stands_in_the_hollow(dem):
    found = pluvial_depth(dem, 200.0, curve_number=80.0, drainage_mm=30.0)
    assert found.rain_m3 == pytest.approx(found.lost_m3 + found.ponded_m3 + found.left_m3)
    runoff = float(runoff_mm(200.0, 80.0)) - 30.0
    assert found.ponded_m3 + found.left_m3 == pytest.approx(found.rain_m3 * runoff / 200.0)
    assert found.left_m3 == 0.0
    deepest = np.unravel_index(np.argmax(found.depth_m), found.depth_m.shape)
    assert deepest == (10, 10)
    level = (bowl() + found.depth_m)[found.depth_m > 0.0]
    assert np.ptp(level) < 1e-5
    assert "a screen of rain water in hollows" in found.notes[0]
    assert "30 mm of drainage deducted, the same everywhere" in found.notes


def test_what_was_not_given_is_said(dem):
    notes = pluvial_depth(dem, 100.0).notes
    assert "no drainage deducted: none was given" in notes
    assert any(note.startswith("curve number 90 (town houses") for note in notes)


def test_all_that_drains_leaves_it_dry(dem):
    found = pluvial_depth(dem, 100.0, curve_number=100.0, drainage_mm=100.0)
    assert found.depth_m.max() == 0.0
    assert found.lost_m3 == pytest.approx(found.rain_m3)


def test_feet_and_inches_are_turned(tmp_path, dem):
    feet = write(tmp_path / "feet.tif", bowl() / np.float32(0.3048), unit="ft")
    inches = write(tmp_path / "rain.tif", np.full((21, 21), 8.0, "float32"), unit="in")
    expected = pluvial_depth(dem, 203.2, curve_number=80.0).depth_m
    found = pluvial_depth(feet, inches, curve_number=80.0)
    assert found.depth_m == pytest.approx(expected, abs=1e-4)
    assert "rain.tif: rain turned from in to mm" in found.notes
    assert pluvial_depth(dem, 8.0, curve_number=80.0, rain_unit="in").depth_m == pytest.approx(
        expected, abs=1e-4)


def test_rain_and_curve_numbers_on_other_grids_are_resampled(tmp_path, dem):
    coarse = write(tmp_path / "rain.tif", np.full((3, 3), 200.0, "float32"), cell=0.01,
                   origin=(WEST - 0.01, NORTH + 0.01), unit="mm")
    metric = write(tmp_path / "cn.tif", np.full((60, 60), 80, "uint8"), cell=30.0,
                   crs="EPSG:32649", origin=(729_800.0, 2_564_600.0))
    found = pluvial_depth(dem, coarse, curve_number=metric)
    assert found.depth_m == pytest.approx(
        pluvial_depth(dem, 200.0, curve_number=80.0).depth_m, abs=1e-4)
    assert any("rain.tif: resampled from cells of" in note for note in found.notes)


def test_a_dem_in_metres_is_the_same_hollow(tmp_path):
    metric = write(tmp_path / "utm.tif", bowl(), cell=30.0, crs="EPSG:32649",
                   origin=(730_000.0, 2_565_000.0))
    found = pluvial_depth(metric, 200.0, curve_number=80.0)
    assert found.cell_m == pytest.approx(30.0, rel=0.005)
    assert found.rain_m3 == pytest.approx(21 * 21 * 900.0 * 0.2, rel=0.01)
    assert "1 tile(s) of elevation name no unit: metres taken" in found.notes


def test_voids(tmp_path):
    z = bowl()
    z[5, 5] = -9999.0  # small: bridged
    found = pluvial_depth(write(tmp_path / "one.tif", z, nodata=-9999.0), 200.0, curve_number=80.0)
    whole = pluvial_depth(write(tmp_path / "whole.tif", bowl()), 200.0, curve_number=80.0)
    assert np.isnan(found.depth_m[5, 5])
    assert found.depth_m[10, 10] == pytest.approx(whole.depth_m[10, 10], abs=0.01)
    assert any("1 cell(s) of the DEM in small voids bridged" in note for note in found.notes)
    z[8:14, 8:14] = -9999.0  # large: water leaves there
    found = pluvial_depth(write(tmp_path / "large.tif", z, nodata=-9999.0), 200.0,
                          curve_number=80.0)
    assert np.nanmax(found.depth_m) == 0.0
    assert found.left_m3 > 0.0
    assert any("36 cell(s) of the DEM have no value" in note for note in found.notes)


def test_undeclared_nodata_is_no_pit(tmp_path):
    z = bowl()
    z[8:14, 8:14] = -9999.0
    found = pluvial_depth(write(tmp_path / "dem.tif", z), 200.0)
    assert np.isnan(found.depth_m[10, 10])


def test_the_sea_takes_what_reaches_it(tmp_path):
    z = np.maximum(bowl(floor=-2.0), 0.0).astype("float32")
    at_sea = write(tmp_path / "sea.tif", z, origin=(114.5, 21.0))
    found = pluvial_depth(at_sea, 200.0)
    assert any("cell(s) of the DEM are sea" in note for note in found.notes)
    assert np.isnan(found.depth_m[10, 10])
    polder = write(tmp_path / "polder.tif", z)  # the same below 0 on land fills
    assert pluvial_depth(polder, 200.0).depth_m[10, 10] > 0.0


def test_unknown_rain_is_unknown_depth(tmp_path, dem):
    rain = np.full((21, 21), 200.0, "float32")
    rain[:, :5] = np.nan
    found = pluvial_depth(dem, write(tmp_path / "rain.tif", rain, unit="mm"))
    assert np.isnan(found.depth_m[:, :5]).all()
    assert any("rain is unknown on 23.8 % of the DEM" in note for note in found.notes)


@pytest.mark.parametrize(("rain", "unit", "said"), [
    (np.full((21, 21), -1.0, "float32"), "mm", "rain of -1 mm"),
    (np.full((21, 21), 50.0, "float32"), "mm/h", "a rate; expected the rain of the whole event"),
    (np.full((21, 21), 50.0, "float32"), "Pa", "Pa is a pressure"),
    (np.full((21, 21), 300.0, "float32"), "in", "more than ever fell"),
    (np.full((21, 21), np.nan, "float32"), "mm", "no rain on the DEM"),
])
def test_rain_that_cannot_be_is_refused(tmp_path, dem, rain, unit, said):
    with pytest.raises(InputError, match=said):
        pluvial_depth(dem, write(tmp_path / "rain.tif", rain, unit=unit))


def test_rain_elsewhere_and_doubtful_rain(tmp_path, dem):
    away = write(tmp_path / "away.tif", np.full((5, 5), 100.0, "float32"), origin=(100.0, 10.0))
    with pytest.raises(InputError, match="do not overlap"):
        pluvial_depth(dem, away)
    doubt = "the largest rain is 8 mm: is the unit right?"
    assert doubt in pluvial_depth(dem, 8.0).notes
    assert doubt not in pluvial_depth(dem, 8.0, rain_unit="mm").notes


def test_a_deep_pit_is_asked_about(tmp_path):
    z = bowl()
    z[10, 10] = -40.0
    notes = pluvial_depth(write(tmp_path / "pit.tif", z), 200.0).notes
    assert any(note.startswith("rain water stands up to 5") for note in notes)


def test_curve_numbers_out_of_range(tmp_path, dem):
    with pytest.raises(InputError, match="curve number 0: expected above 0"):
        pluvial_depth(dem, 100.0, curve_number=0.0)
    with pytest.raises(InputError, match="curve number 255"):
        pluvial_depth(dem, 100.0, curve_number=write(
            tmp_path / "cn.tif", np.full((21, 21), 255, "uint8")))
    blank = write(tmp_path / "blank.tif", np.full((21, 21), 255, "uint8"), nodata=255)
    found = pluvial_depth(dem, 100.0, curve_number=blank)
    assert "blank.tif: curve number 90 where it has none" in found.notes
    with pytest.raises(InputError, match="drainage -1 mm"):
        pluvial_depth(dem, 100.0, drainage_mm=-1.0)


def test_too_coarse_a_dem_is_said_or_refused(tmp_path):
    coarse = write(tmp_path / "coarse.tif", bowl(), cell=0.1)
    with pytest.raises(InputError, match="too coarse for depressions in a town"):
        pluvial_depth(coarse, 100.0)
    srtm = write(tmp_path / "srtm.tif", bowl(), cell=3 * SECOND)
    assert any("see no streets" in note for note in pluvial_depth(srtm, 100.0).notes)


def test_too_large_a_dem_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "huge.tif"
    with rasterio.open(path, "w", driver="GTiff", width=20_000, height=20_000, count=1,
                       dtype="int16", crs="EPSG:4326", sparse_ok=True, tiled=True,
                       transform=rasterio.Affine(SECOND / 10, 0, WEST, 0, -SECOND / 10, NORTH)):
        pass
    with pytest.raises(InputError, match="400 million cells, at most 100 million"):
        read_ground(path)
    far = np.array([WEST, WEST + 0.5]), np.array([NORTH, NORTH - 0.5])
    with pytest.raises(InputError, match="million cells, at most 100 million"):
        read_ground(path, around=far)


def test_a_large_dem_is_cut_around_the_sites(tmp_path, monkeypatch):
    z = np.tile(bowl(), (60, 60))
    path = write(tmp_path / "wide.tif", z)
    lon, lat = np.array([WEST + 325.5 * SECOND, 100.0]), np.array([NORTH - 430.5 * SECOND, 20.0])
    whole = read_ground(path)
    monkeypatch.setattr("riskcloud.hazard.flood.ground.MOST_CELLS", 1_000_000)
    cut = read_ground(path, around=(lon, lat))
    assert cut.layer.width == pytest.approx(325 + 10_000 / 28.4, abs=3)  # to the western edge
    assert cut.layer.height == pytest.approx(2 * 10_000 / 30.9, abs=60)
    assert "cut to 10 km around the sites" in cut.notes[0]
    assert translated(cut.notes[0], "zh") != cut.notes[0]
    at = [sample_points(pluvial_depth(ground, 200.0).layer, lon[:1], lat[:1]).value[0, 0]
          for ground in (whole, cut)]
    assert at[0] == pytest.approx(at[1], abs=1e-5)
    assert at[0] > 0.5


def test_a_raster_of_another_grid_is_left_out_and_said(tmp_path):
    (tmp_path / "tiles").mkdir()
    write(tmp_path / "tiles" / "fine.tif", bowl())
    write(tmp_path / "tiles" / "coarse.tif", bowl(), cell=3 * SECOND)
    ground = read_ground(tmp_path / "tiles")
    assert ground.depressions.elevation.shape == (21, 21)
    said = "1 raster(s) of elevation on another grid than fine.tif left out"
    assert said in ground.notes
    assert translated(said, "zh") != said


def test_tiles_side_by_side_are_one_terrain(tmp_path):
    z = bowl()
    (tmp_path / "tiles").mkdir()
    write(tmp_path / "tiles" / "west.tif", z[:, :11])
    write(tmp_path / "tiles" / "east.tif", z[:, 11:], origin=(WEST + 11 * SECOND, NORTH))
    whole = write(tmp_path / "whole.tif", z)
    assert pluvial_depth(tmp_path / "tiles", 200.0).depth_m == pytest.approx(
        pluvial_depth(whole, 200.0).depth_m, abs=1e-5)


def test_the_raster_written_is_the_depth(tmp_path, dem):
    found = pluvial_depth(dem, 200.0)
    write_depth(found, tmp_path / "depth.tif")
    lon, lat = WEST + np.array([3.2, 10.4, 15.9]) * SECOND, NORTH - np.full(3, 10.5) * SECOND
    file = open_raster(tmp_path / "depth.tif")
    assert file.unit == "m"
    at = sample_points(file, lon, lat).value[:, 0]
    assert at.tolist() == sample_points(found.layer, lon, lat).value[:, 0].tolist()
    with rasterio.open(tmp_path / "depth.tif") as raw:
        assert raw.nodata == -9999.0
        assert raw.tags()["TITLE"].startswith("a screen of rain water")


def test_rains_by_return_period_at_sites(dem):
    screen = Screen((str(dem),), parse_rains(["300@100", "100@10", "8in@50"]))
    middle = WEST + 10.5 * SECOND, NORTH - 10.5 * SECOND
    seen = []
    found = pluvial_at_sites(screen, np.array([middle[0], 100.0]), np.array([middle[1], 20.0]),
                             on_depth=lambda rain, _: seen.append(rain.period_yr))
    assert found.period_yr == (10.0, 50.0, 100.0) == tuple(seen)
    assert (np.diff(found.depth_m[0]) > 0.0).all()
    assert np.isnan(found.depth_m[1]).all()
    assert "1 of 2 place(s) lie outside the raster: no data there" in found.notes


def test_depth_by_the_return_period_of_rain(dem):
    lon, lat = np.array([WEST + 10.5 * SECOND, 100.0]), np.array([NORTH - 10.5 * SECOND, 20.0])
    found = pluvial_by_period(Screen((str(dem),), parse_rains(["100@10", "300@100"])), lon, lat)
    assert (found.peril, found.measure, found.periods) == ("flood", "depth", (10.0, 100.0))
    assert found.level[0, 1] > found.level[0, 0] > 0.0
    assert found.layer_of.tolist() == [0, -1]
    assert found.layers[0].kind == "model"
    with pytest.raises(InputError, match="rain without a return period"):
        pluvial_by_period(Screen((str(dem),), parse_rains(["100"])), lon, lat)


def test_design_rain_of_the_place(dem):
    ground = read_ground(dem)
    (rain,) = parse_rains(["design_1h@50"])
    amount, unit, notes = rain_on(ground, rain)
    assert amount == pytest.approx(124.9, abs=0.05)  # Guangzhou 2021
    assert unit == "mm"
    assert notes[0].startswith("design rain rain_1h of 50 years: 124.9 mm everywhere")
    (rain,) = parse_rains(["design_6h@50"])  # no formula holds so long
    with pytest.raises(InputError, match="no rain_6h of 50 years is known"):
        rain_on(ground, rain)


@pytest.mark.parametrize(("texts", "said"), [
    (["100", "200@50"], "one without a return period"),
    (["100@50", "200@50"], "given twice"),
    (["nothing.tif"], "no such file"),
])
def test_rains_that_do_not_go_together(texts, said):
    with pytest.raises(InputError, match=said):
        parse_rains(texts)


def test_what_is_said_has_a_chinese_form(tmp_path, dem):
    z = bowl()
    z[5, 5] = z[8:14, 8:14] = -9999.0
    rough = write(tmp_path / "rough.tif", z, cell=3 * SECOND, nodata=-9999.0)
    rain = write(tmp_path / "rain.tif", np.full((21, 21), 0.1, "float32"), unit="in")
    z[2, 2] = -90.0
    pit = write(tmp_path / "pit.tif", z, nodata=-9999.0)
    notes = (*pluvial_depth(rough, rain).notes, *pluvial_depth(pit, 20.0).notes,
             *pluvial_depth(dem, 50.0, drainage_mm=5.0).notes)
    for note in notes:
        assert translated(note, "zh") != note, note


def test_a_rotated_dem_is_read(tmp_path):
    turned = rasterio.Affine.translation(700_000, 2_560_000) @ rasterio.Affine.rotation(
        -20.0) @ rasterio.Affine.scale(30.0, -30.0)
    path = tmp_path / "turned.tif"
    with rasterio.open(path, "w", driver="GTiff", width=21, height=21, count=1, dtype="float32",
                       crs="EPSG:32649", transform=turned) as file:
        file.write(bowl(), 1)
    straight = write(tmp_path / "straight.tif", bowl(), crs="EPSG:32649", cell=30.0,
                     origin=(700_000, 2_560_000))
    assert pluvial_depth(path, 200.0).depth_m == pytest.approx(
        pluvial_depth(straight, 200.0).depth_m, abs=1e-3)


@pytest.mark.parametrize("texts, said", [
    (["100@0"], "1 year or more"), (["100@0.5"], "1 year or more"),
    (["200@10", "100@100"], "never the smaller"), (["8in@10", "100@100"], "never the smaller")])
def test_periods_of_rain_that_cannot_be(texts, said):
    with pytest.raises(InputError) as caught:
        parse_rains(texts)
    assert said in caught.value.problems[0].remedy


def test_rain_rasters_that_fall_with_the_period_are_refused(tmp_path, dem):
    rains = [str(write(tmp_path / f"rain_rp{years}.tif", np.full((21, 21), mm, "float32"),
                       unit="mm")) for years, mm in ((10, 200.0), (100, 100.0))]
    site = np.array([WEST + 10.5 * SECOND]), np.array([NORTH - 10.5 * SECOND])
    with pytest.raises(InputError, match="depth falls with the return period") as caught:
        pluvial_at_sites(Screen((str(dem),), parse_rains(rains)), *site)
    assert "rain_rp10.tif (10 years), rain_rp100.tif" in caught.value.problems[0].value


def test_a_dem_elsewhere_is_refused_or_said(dem):
    screen = Screen((str(dem),), parse_rains(["100@10"]))
    away = np.array([114.0]), np.array([23.0])
    with pytest.raises(InputError, match="no site lies on the DEM"):
        pluvial_at_sites(screen, *away)
    assert not pluvial_by_period(screen, *away).known.any()


def test_tiles_on_both_sides_of_the_dateline_are_one_terrain(tmp_path):
    whole = np.full((21, 42), 20.0, "float32")
    whole[1:-1, 1:-1] = 10.0
    for name, west, part in (("w", 180.0 - 21 * SECOND, whole[:, :21]),
                             ("e", -180.0, whole[:, 21:])):
        write(tmp_path / f"{name}.tif", part, origin=(west, -16.5))
    ground = read_ground(tmp_path)
    assert (ground.layer.height, ground.layer.width) == (21, 42)
    found = pluvial_depth(ground, 100.0, curve_number=100.0)
    assert found.left_m3 == 0.0 and np.ptp(found.depth_m[1:-1, 1:-1]) < 1e-4
