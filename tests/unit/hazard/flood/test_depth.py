"""Depth rasters: return periods, units, nodata, grids; what is refused, and in what words."""

from pathlib import Path

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.geo.overlay.layers import LayerSpec
from riskcloud.geo.overlay.stated import Stated
from riskcloud.hazard.flood.depth import depth_by_period, read_depths
from riskcloud.hazard.flood.depth_files import DepthRasters, parse_depths, with_period

LON, LAT = np.array([113.05, 113.15, 113.25]), np.array([22.35, 22.25, 22.15])


def spec(path, years=None):
    return LayerSpec(path, path.stem, years)


def stack(raster, depths, **how):
    return [spec(raster(f"d{years}.tif", depth, **how), float(years))
            for years, depth in depths.items()]


def said(rasters, lon=LON, lat=LAT):
    return " | ".join(read_depths(rasters, lon, lat).notes)


@pytest.mark.parametrize("name, years", [
    ("inunriver_rcp4p5_MIROC-ESM-CHEM_2030_rp00100", 100), ("floodMapGL_rp50y", 50),
    ("Depth_RP1000", 1000), ("hz_100yr_2030", 100), ("d_20_years", 20), ("百色50年一遇", 50),
    ("inuncoast_historical_nosub_hist_rp0001_5", 1.5), ("inuncoast_x_2080_rp1000_0", 1000),
    ("inuncoast_rcp8p5_wtsub_2080_rp0100_0_perc_05", 100), ("UNDEFENDED_1in200", 200),
    ("100y", 100), ("return_period_50", 50), ("重现期20年", 20), ("10 年一遇", 10),
    ("flood_2030", None), ("rp10_rp20", None), ("harp100", None), ("depth", None)])
def test_return_periods_by_name(name, years):
    assert with_period(LayerSpec(Path(f"{name}.tif"), name)).return_period_yr == years


def test_a_period_behind_the_file_goes_before_its_name(raster):
    path = raster("d_rp100.tif", 1.0)
    assert parse_depths([f"{path}@200"])[0].return_period_yr == 200.0
    with pytest.raises(InputError, match=r"no\.tif: no such file; .*other\.tif") as caught:
        parse_depths(["no.tif", str(path), "other.tif@10"])
    assert len(caught.value.problems) == 2


def test_depth_is_straight_in_ln_period_and_never_beyond(raster):
    found = depth_by_period(stack(raster, {10: 1.0, 100: 2.0, 1000: 4.0}), LON, LAT,
                            periods=(5, 10, 50, 100, 475, 2475))
    share = np.log(475 / 100) / np.log(10)
    expected = [np.nan, 1.0, 1.0 + np.log(5) / np.log(10), 2.0, 2.0 + 2.0 * share, np.nan]
    assert found.level[0] == pytest.approx(expected, nan_ok=True)
    assert np.isnan(found.low).all() and (found.peril, found.measure, found.unit) == (
        "flood", "depth", "m")
    assert "return period 5 is beyond the rasters (10 to 1000 years): no data there" in found.notes
    assert "return period 2475 is beyond the rasters (10 to 1000 years): no data there" in (
        found.notes)
    assert found.layers[0].kind == "given" and found.layers[0].resolution == "0.1 deg, about 11 km"


def test_order_of_files_changes_nothing(raster):
    files = stack(raster, {10: 1.0, 100: 2.0, 1000: 4.0})
    one, other = (depth_by_period(part, LON, LAT).level for part in (files, files[::-1]))
    assert np.array_equal(one, other)


def test_a_site_without_data_is_unknown_not_dry(raster):
    values = np.full((4, 4), 2.0)
    values[0, 0], values[1, 1] = -9999.0, 0.0
    files = stack(raster, {100: values}, nodata=-9999.0)
    lon, lat = np.append(LON, 120.0), np.append(LAT, 22.0)
    found = depth_by_period(files, lon, lat)
    assert found.level[:, 0] == pytest.approx([np.nan, 0.0, 2.0, np.nan], nan_ok=True)
    assert found.known.tolist() == [False, True, True, False]
    assert found.layer_of.tolist() == [-1, 0, 0, -1]
    text = " | ".join(found.notes)
    assert "no value at 1 of 4 place(s) in the raster: unknown, not dry (--nodata-dry" in text
    assert "1 of 4 place(s) lie outside the raster: no data there" in text
    dry = depth_by_period(DepthRasters(tuple(files), nodata_dry=True), lon, lat)
    assert dry.level[:, 0] == pytest.approx([0.0, 0.0, 2.0, np.nan], nan_ok=True)
    assert any("dry, as stated" in note for note in dry.notes)


def test_undeclared_minus_9999_is_taken_for_nodata_and_said(raster):
    values = np.full((4, 4), 2.0)
    values[0, 0] = -9999.0
    found = read_depths(stack(raster, {100: values}), LON, LAT)
    assert np.isnan(found.depth_m[0, 0]) and found.depth_m[1, 0] == 2.0
    assert any("1 cell(s) of -9999 taken as nodata, which the file does not declare" in note
               for note in found.notes)
    kept = read_depths(DepthRasters(tuple(stack(raster, {100: values})), Stated(nodata="none")),
                       LON, LAT)
    assert np.isnan(kept.depth_m[0, 0])
    assert any("1 depth(s) below 0 (the lowest -9999 m): unknown" in note for note in kept.notes)


def test_zero_as_nodata_is_said(raster):
    values = np.full((4, 4), 2.0)
    values[0, 0] = 0.0
    files = stack(raster, {100: values}, nodata=0.0)
    assert np.isnan(read_depths(files, LON, LAT).depth_m[0, 0])
    assert "the file says 0 is no value, so dry cells and unknown ones look the same" in said(files)
    dry = read_depths(DepthRasters(tuple(files), nodata_dry=True), LON, LAT)
    assert dry.depth_m[0, 0] == 0.0


@pytest.mark.parametrize("how, factor, words", [
    ({"unit": "ft"}, 0.3048, "depths in ft turned to metres"),
    ({"unit": "cm"}, 0.01, "depths in cm turned to metres"),
    ({"tags": {"units": "feet"}}, 0.3048, "depths in ft turned to metres"),
    ({"unit": "厘米"}, 0.01, "depths in cm turned to metres"),
    ({}, 1.0, "the file names no unit: metres taken (--depth-unit says otherwise)")])
def test_units_of_the_file(raster, how, factor, words):
    files = stack(raster, {100: 6.0}, **how)
    assert read_depths(files, LON, LAT).depth_m[0, 0] == pytest.approx(6.0 * factor)
    assert words in said(files)


def test_units_that_are_told(raster):
    files = tuple(stack(raster, {100: 150.0}))
    found = read_depths(DepthRasters(files, unit="cm"), LON, LAT)
    assert found.depth_m[0, 0] == pytest.approx(1.5)
    own = tuple(stack(raster, {100: 6.0}, unit="ft"))
    assert "its own unit is kept (ft), not the one stated" in said(DepthRasters(own, unit="m"))
    odd = tuple(stack(raster, {100: 6.0}, unit="1"))
    assert "its unit '1' is no length that is known: ft taken, as stated" in said(
        DepthRasters(odd, unit="ft"))
    found = read_depths(DepthRasters(odd, unit="ft"), LON, LAT)
    assert found.depth_m[0, 0] == pytest.approx(1.8288)


def test_a_unit_in_the_name_alone_is_asked_about(raster):
    named = spec(raster("depth_cm_rp10.tif", 100.0), 10.0)
    with pytest.raises(InputError, match="cannot be used") as caught:
        read_depths([named], LON, LAT)
    assert caught.value.problems[0].remedy == (
        "no unit in it, but cm in its name: say --depth-unit")
    assert read_depths(DepthRasters((named,), unit="cm"), LON, LAT).depth_m[0, 0] == 1.0


def test_numbers_that_stand_for_no_value_are_asked_about(raster):
    with pytest.raises(InputError) as caught:
        read_depths(stack(raster, {100: 255.0}), LON, LAT)
    assert caught.value.problems[0].remedy.endswith("if it stands for no value, --nodata 255")


def test_one_file_for_two_periods_is_said(raster):
    path = raster("d.tif", 1.0)
    assert "d.tif is given for 2 return periods: the same depths for each" in said(
        [spec(path, 10.0), spec(path, 100.0)])


@pytest.mark.parametrize("depth, how, words", [
    (150.0, {}, "a depth of 150 at a site, and the file names no unit: say --depth-unit cm or ft"),
    (9999.0, {"unit": "m"}, "a depth of 9999 m at a site: is it a number for no value?"),
    (3.0, {"unit": "m/s"}, "its unit 'm/s' is no length: give depths of water (m, cm, mm, ft, in)"),
    (3.0, {"unit": "furlong"}, "its unit 'furlong' is no length"),
    (3.0, {"west": 10.0}, "no site lies in it: it covers x 10 to 10.4, y 22 to 22.4, the sites "
                          "lie in 113.05 to 113.25")])
def test_rasters_that_cannot_be(raster, depth, how, words):
    with pytest.raises(InputError, match="the depth rasters cannot be used") as caught:
        read_depths(stack(raster, {100: depth}, **how), LON, LAT)
    assert words in caught.value.problems[0].remedy
    assert "d100.tif" in caught.value.problems[0].value


def test_a_doubtful_depth_is_asked_about(raster):
    words = "the largest depth is 15, and the file names no unit: metres taken; if these are feet"
    assert words in said(stack(raster, {100: 15.0}))
    assert words not in said(stack(raster, {50: 15.0}, unit="m"))


def test_periods_that_are_missing_or_twice_are_told_at_once(raster):
    files = [*stack(raster, {10: 1.0, 50: 2.0}), spec(raster("other.tif", 2.0), 50.0),
             spec(raster("none.tif", 2.0))]
    with pytest.raises(InputError, match="the depth rasters cannot be used") as caught:
        read_depths(files, LON, LAT)
    remedies = [problem.remedy for problem in caught.value.problems]
    assert ("several rasters and this one without a return period: write it behind the file, such "
            "as none.tif@100") in remedies
    assert ("the return period 50 of d50.tif again: give one raster a return period") in remedies


def test_one_raster_without_a_period_is_a_scenario(raster):
    found = read_depths([spec(raster("event.tif", 2.0))], LON, LAT)
    assert found.is_scenario and found.depth_m.shape == (3, 1)
    with pytest.raises(InputError, match="a depth raster without a return period"):
        depth_by_period([spec(raster("event.tif", 2.0))], LON, LAT)


def test_other_grids_are_read_on_their_own_and_said(raster):
    files = [*stack(raster, {10: 1.0}), spec(raster("fine.tif", 2.0, west=112.9, step=0.2), 100.0),
             spec(raster("utm.tif", 3.0, crs="EPSG:32649", west=700_000.0, north=2_500_000.0,
                         step=40_000.0), 1000.0)]
    found = read_depths(files, LON, LAT)
    assert found.depth_m[0] == pytest.approx([1.0, 2.0, 3.0])
    assert "the rasters are on 3 different grids: each is read on its own" in found.notes


def test_depth_that_falls_is_raised_counted_and_said(raster):
    lower = np.full((4, 4), 2.0)
    lower[0, 0] = 0.5
    found = read_depths(stack(raster, {10: 1.0, 50: lower, 100: 3.0}), LON, LAT)
    assert found.depth_m[0] == pytest.approx([1.0, 1.0, 3.0])
    assert ("1 place(s) where a longer return period has the smaller depth (by 0.50 m at most): "
            "the larger of the shorter periods is kept") in found.notes


def test_an_unknown_depth_stays_unknown_where_others_are_raised(raster):
    gap = np.full((4, 4), 2.0)
    gap[0, 0] = -9999.0
    found = read_depths(stack(raster, {10: 1.0, 50: gap, 100: 0.9 + np.eye(4)}, nodata=-9999.0),
                        LON, LAT)
    assert np.isnan(found.depth_m[0, 1]) and found.depth_m[0, 2] == pytest.approx(1.9)


def test_swapped_periods_are_refused(raster):
    with pytest.raises(InputError, match="depth falls with the return period") as caught:
        read_depths(stack(raster, {10: 3.0, 100: 1.0}), LON, LAT)
    assert ("at 3 of 3 wet site(s) the longest return period has less water than the shortest (by "
            "2.00 m at most): are the return periods swapped?") in caught.value.problems[0].remedy


def test_a_place_outside_is_unknown_and_said_not_refused(raster):
    found = depth_by_period(stack(raster, {10: 1.0, 100: 2.0}), np.array([10.0]), np.array([50.0]))
    assert not found.known.any() and found.layer_of.tolist() == [-1]
    assert any(note.startswith("no site lies in it") for note in found.notes)


def test_swapped_coordinates_are_asked_about(raster):
    files = stack(raster, {100: 2.0}, west=22.0, north=80.4)
    with pytest.raises(InputError) as caught:
        read_depths(files, np.array([80.05, 80.15]), np.array([22.05, 22.15]))
    assert "with latitude and longitude swapped" in caught.value.problems[0].remedy


@pytest.mark.parametrize("periods", [(), (100, 10), (10, 10), (0, 10)])
def test_periods_wanted_ascend(raster, periods):
    with pytest.raises(InputError, match="expected years above 0, ascending"):
        depth_by_period(stack(raster, {10: 1.0, 100: 2.0}), LON, LAT, periods=periods)
