"""Stacks of return periods and of times: between them, beyond them, with gaps."""

import sys
from pathlib import Path

import numpy as np
import pytest
from rasterio.transform import from_origin
from scipy.io import netcdf_file

from riskcloud.errors import InputError
from riskcloud.geo.overlay.cf import cf_times
from riskcloud.geo.overlay.engine import Assets, Wanted, overlay
from riskcloud.geo.overlay.layers import distinct, parse_layer, stack_name, with_periods
from riskcloud.geo.overlay.raster import grid_layer
from riskcloud.geo.overlay.raster_file import open_raster
from riskcloud.geo.overlay.sample import NODATA, OK, sample_points
from riskcloud.geo.overlay.stack import Stacked, at_period
from riskcloud.geo.overlay.times import bands_of, combined, parse_time
from riskcloud.messages import translated

LON, LAT = np.array([110.5, 111.5]), np.array([22.5, 22.5])


def write_netcdf(path: Path, *, lat=(20.0, 21.0, 22.0), lon=(110.0, 111.0, 112.0), members=(),
                 unit: str = "hours since 2021-07-20 06:00:00") -> Path:
    """Rain (time, [number,] lat, lon) = 100 hour + 10 number + row from the south, at 0, 3, 6 h."""
    with netcdf_file(path, "w") as file:
        for name, values, units in (("time", [0, 3, 6], unit), ("number", members, "1"),
                                    ("lat", lat, "degrees_north"), ("lon", lon, "degrees_east")):
            if len(values):
                file.createDimension(name, len(values))
                axis = file.createVariable(name, "f8", (name,))
                axis[:], axis.units = values, units
        dims = ("time", "number", "lat", "lon") if len(members) else ("time", "lat", "lon")
        rain = file.createVariable("rain", "f4", dims)
        rain.units, rain._FillValue = "mm", np.float32(-1)
        south = np.argsort(np.argsort(lat))[:, None] + np.zeros(len(lon))
        for k, hour in enumerate((0, 3, 6)):
            if len(members):
                for m, number in enumerate(members):
                    rain[k, m] = 100 * hour + 10 * number + south
            else:
                rain[k] = 100 * hour + south
        other = file.createVariable("gust", "f4", ("lat", "lon"))
        other[:], other.units = 7.0, "m s-1"
    return path


def stack_of(paths, periods):
    return [parse_layer(f"depth={path}@{period}") for path, period in zip(paths, periods,
                                                                           strict=True)]


def test_between_return_periods_in_the_logarithm(raster):
    paths = [raster(f"{k}.tif", values=[[v, -1 if k == 1 else v]], nodata=-1)
             for k, v in enumerate((1.0, 3.0, 2.5))]
    done = overlay(Assets(LON, LAT), stack_of(paths, [10, 100, 1000]),
                   wanted=Wanted(return_period_yr=(50.0, 10.0)))
    assert "depth: 1 place(s) where a longer return period has the smaller value" in done.notes
    assert done.columns["depth_rp50"][0] == pytest.approx(1.0 + 2.0 * np.log(5) / np.log(10))
    assert np.isnan(done.columns["depth_rp50"][1])  # unknown, not dry
    assert done.columns["depth_rp50_status"].tolist() == ["ok", "nodata"]
    assert done.columns["depth_rp10"].tolist() == [1.0, 1.0]
    for beyond in (5.0, 2000.0):
        with pytest.raises(InputError, match="is beyond the stack"):
            overlay(Assets(LON, LAT), stack_of(paths, [10, 100, 1000]),
                    wanted=Wanted(return_period_yr=(beyond,)))
    with pytest.raises(InputError, match="given twice"):
        overlay(Assets(LON, LAT), stack_of(paths[:2], [10, 10]))


def test_equal_values_do_not_spoil_it():
    value = np.array([[2.0, 2.0], [np.inf, np.inf]])
    stacked = Stacked(np.array([10.0, 100.0]), value, np.full((2, 2), OK, np.uint8), "m")
    assert at_period(stacked, 33.0)[0].tolist() == [2.0, np.inf]


def test_what_a_user_writes(tmp_path):
    for name in ("depth_rp0010.tif", "depth_rp0100.tif", "a:b.tif", "x@1.tif"):
        (tmp_path / name).write_bytes(b"x")

    def parsed(text):
        spec = parse_layer(f"{tmp_path}/{text}")
        return spec.path.name, spec.return_period_yr, spec.selector

    assert parsed("depth_rp0010.tif") == ("depth_rp0010.tif", None, "")
    assert parsed("depth_rp0010.tif@10:2") == ("depth_rp0010.tif", 10.0, "2")
    assert parsed("depth_rp0010.tif:a,b") == ("depth_rp0010.tif", None, "a,b")
    assert parsed("a:b.tif:c[d=1]") == ("a:b.tif", None, "c[d=1]")
    assert parsed("x@1.tif@2.5") == ("x@1.tif", 2.5, "")
    named = parse_layer(f"水深={tmp_path}/x@1.tif")
    assert (named.name, named.named, named.path.name) == ("水深", True, "x@1.tif")
    for text, words in (("no.tif", "no such file"), ("https://a.b/c.tif", "only files of this"),
                        ("/vsicurl/http://a/b.tif", "only files of this"),
                        (f"{tmp_path}/x@1.tif@ten", "'ten' is no return period"),
                        (f"{tmp_path}/x@1.tif@-5", "no return period")):
        with pytest.raises(InputError, match=words):
            parse_layer(text)
    both = [parse_layer(f"{tmp_path}/depth_rp{rp}.tif") for rp in ("0010", "0100")]
    assert [s.return_period_yr for s in with_periods(both, "rp{rp}")] == [10.0, 100.0]
    assert stack_name([s.name for s in both]) == "depth"
    with pytest.raises(InputError, match="no file name with T"):
        with_periods(both, "T{rp}")
    with pytest.raises(InputError, match="no {rp} in it"):
        with_periods(both, "rp")
    assert distinct(["a", "b", "a", "a"]) == ["a", "b", "a_2", "a_3"]


def test_columns_of_two_layers_of_one_name_are_distinct(raster, tmp_path):
    (tmp_path / "sub").mkdir()
    first = raster("grid.tif")
    second = tmp_path / "sub" / "grid.tif"
    second.write_bytes(raster("other.tif", values=[[5, 6]]).read_bytes())
    done = overlay(Assets(LON, LAT), [parse_layer(str(first)), parse_layer(str(second))])
    assert list(done.columns) == ["grid", "grid_status", "grid_2", "grid_2_status"]
    assert done.columns["grid_2"].tolist() == [5.0, 6.0]


def test_every_band_is_a_layer_where_none_is_chosen(raster):
    path = raster(values=np.arange(4).reshape(2, 1, 2), descriptions=["low", "high"],
                  units=["m", "ft"])
    done = overlay(Assets(LON, LAT), [parse_layer(str(path))])
    assert list(done.columns) == ["grid_low", "grid_low_status", "grid_high", "grid_high_status"]
    assert done.columns["grid_high"].tolist() == [2.0, 3.0]
    assert [layer["unit"] for layer in done.layers] == ["m", "ft"]
    with pytest.raises(InputError, match="2 bands; expected one a return period"):
        overlay(Assets(LON, LAT), [parse_layer(f"{path}@10")])


def test_units_of_layers_are_converted_and_never_silently(raster):
    deep = parse_layer(str(raster(values=[[10, 20]], units=["ft"])))
    done = overlay(Assets(LON, LAT), [deep], wanted=Wanted(unit="m"))
    assert done.columns["grid"] == pytest.approx([3.048, 6.096]) and done.layers[0]["unit"] == "m"
    with pytest.raises(InputError, match="the file names no unit"):
        overlay(Assets(LON, LAT), [parse_layer(str(raster("b.tif")))], wanted=Wanted(unit="m"))


def test_a_raster_the_wrong_way_round_within_possible_degrees_is_told(raster):
    path = raster(transform=from_origin(43, 89, 1, 1))  # Urumqi as x = latitude
    done = overlay(Assets(np.array([87.6]), np.array([43.8])), [parse_layer(str(path))])
    assert done.columns["grid_status"].tolist() == ["outside"]
    assert done.notes == ["grid.tif: no place lies in the raster; 1 would with latitude and "
                          "longitude swapped: is it written the wrong way round?"]


@pytest.mark.parametrize(("wanted", "words"), [
    (Wanted(return_period_yr=(20.0,)), "no layer has a return period"),
    (Wanted(time=parse_time("2021-07-20T06:00Z")), "no layer has times"),
])
def test_what_no_layer_has_a_use_for_is_refused_not_ignored(raster, wanted, words):
    layers = [parse_layer(str(raster("plain.tif", values=[[1.0, 2.0]])))]
    with pytest.raises(InputError, match=words) as error:
        overlay(Assets(LON, LAT), layers, wanted=wanted)
    assert translated(error.value.message, "zh") != error.value.message


@pytest.mark.parametrize("lat", [(20.0, 21.0, 22.0), (22.0, 21.0, 20.0)])
@pytest.mark.parametrize("shift", [0.0, 360.0])
def test_netcdf_by_time(tmp_path, lat, shift):
    lon = tuple(np.array([-70.0, -69.0, -68.0]) + shift)
    path = write_netcdf(tmp_path / "rain.nc", lat=lat, lon=lon)
    layer = open_raster(path, "rain")
    assert layer.unit == "mm" and layer.notes == (
        "latitudes and longitudes without a datum (CF): WGS84 taken",)
    assert layer.times.astype(str).tolist() == [
        "2021-07-20T06:00:00", "2021-07-20T09:00:00", "2021-07-20T12:00:00"]
    place = np.array([-69.0]), np.array([21.8])

    def at(text, **options):
        choice = parse_time(text, **options)
        bands, weight = bands_of(layer, choice)
        return combined(sample_points(layer, *place, bands=bands), weight, choice)[0][0]

    assert at("2021-07-20T09:00Z") == 302.0
    assert at("2021-07-20T18:00+08:00") == pytest.approx(402.0)
    assert at("2021-07-20T10:00", method="nearest") == 302.0
    assert at("2021-07-20T06:00/2021-07-20T09:00") == 302.0
    assert at("2021-07-20T05:00/2021-07-21", statistic="sum") == 906.0
    assert at("2021-07-20T06:00/2021-07-20T12:00", statistic="mean") == 302.0
    for text, words in (("2021-07-20T05:00Z", "no grid of that time"),
                        ("2021-07-20T07:00/2021-07-20T08:00", "no grid within the window")):
        with pytest.raises(InputError, match=words):
            at(text)
    with pytest.raises(InputError, match="it holds 3 times"):
        bands_of(layer, None)


def test_netcdf_variables_and_dimensions(tmp_path):
    path = write_netcdf(tmp_path / "ens.nc", members=(1, 2))
    with pytest.raises(InputError, match="it holds 2 variables"):
        open_raster(path)
    with pytest.raises(InputError) as caught:
        open_raster(path, "rain")
    assert caught.value.problems[0].remedy == ("choose one: ens.nc:variable[number=1]; it has 1, 2")
    layer = open_raster(path, "rain[number=2]")
    found = sample_points(layer, np.array([111.0]), np.array([20.0])).value
    assert found.tolist() == [[20.0, 320.0, 620.0]]
    with pytest.raises(InputError, match="dimension"):
        open_raster(path, "rain[number=3]")
    assert open_raster(path, "gust").times is None
    with pytest.raises(InputError, match="variables"):
        open_raster(path, "snow")


def test_a_gap_in_time_is_a_gap():
    grids = np.array([[[1.0, 2.0]], [[np.nan, 4.0]]]).repeat(2, axis=1)
    times = np.array(["2021-01-01", "2021-01-02"], "datetime64[s]")
    layer = grid_layer(grids, np.array([110.5, 111.5]), np.array([22.0, 23.0]), times=times)
    choice = parse_time("2021-01-01/2021-01-02")
    bands, weight = bands_of(layer, choice)
    value, status = combined(sample_points(layer, LON, LAT, bands=bands), weight, choice)
    assert np.isnan(value[0]) and value[1] == 4.0 and status.tolist() == [NODATA, OK]


def test_times_as_cf_writes_them():
    def at(unit, calendar=""):
        return str(cf_times([1.5], unit, calendar, "x.nc")[0])

    assert at("days since 2000-01-01") == "2000-01-02T12:00:00"
    assert at("hours since 1900-01-01 00:00:0.0") == "1900-01-01T01:30:00"
    assert at("minutes since 2021-7-20T06:00Z") == "2021-07-20T06:01:30"
    assert at("hours since 2021-07-20 06:00:00 +8:00") == "2021-07-19T23:30:00"
    for unit, calendar in (("months since 2000-01-01", ""), ("days since 2000-01-01", "noleap")):
        with pytest.raises(InputError, match="its times cannot be read"):
            at(unit, calendar)
    for text in ("yesterday", "2021-01-02/2021-01-01", "a/b/c"):
        with pytest.raises(InputError, match="is no time"):
            parse_time(text)


def write_grib(path: Path, *, grid: str = "regular_ll", bitmap: bool = False) -> Path:
    """Write 2t on 110-113 E, 22-20 N (from the north) at 00, 06 UTC, in a process of its own."""
    import subprocess

    script = f"""
import eccodes, numpy as np
with open({str(path)!r}, "wb") as file:
    for hour in (0, 600):
        for level in (850, 500):
            h = eccodes.codes_grib_new_from_samples("regular_ll_pl_grib2")
            for key, value in dict(Ni=4, Nj=3, latitudeOfFirstGridPointInDegrees=22.0,
                    longitudeOfFirstGridPointInDegrees=110.0, latitudeOfLastGridPointInDegrees=20.0,
                    longitudeOfLastGridPointInDegrees=113.0, iDirectionIncrementInDegrees=1.0,
                    jDirectionIncrementInDegrees=1.0, dataDate=20210720, dataTime=hour,
                    shortName="t", level=level, bitsPerValue=24).items():
                eccodes.codes_set(h, key, value)
            values = np.arange(12.0) + hour + level
            if {bitmap}:
                eccodes.codes_set(h, "bitmapPresent", 1)
                eccodes.codes_set(h, "missingValue", -9999.0)
                values[0] = -9999.0
            eccodes.codes_set_values(h, values)
            eccodes.codes_write(h, file)
            eccodes.codes_release(h)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True,
                          check=False)
    if "No module named" in done.stderr:
        pytest.skip("ecCodes is not installed (extra bufr)")
    assert done.returncode == 0, done.stderr
    return path


def test_grib_by_variable_level_and_time(tmp_path):
    path = write_grib(tmp_path / "t.grib2", bitmap=True)
    with pytest.raises(InputError, match="share a time") as caught:
        open_raster(path)
    assert caught.value.problems[0].remedy == "choose one: t.grib2:t[level=850]; it has 850, 500"
    layer = open_raster(path, "t[level=500]")
    assert layer.times.astype(str).tolist() == ["2021-07-20T00:00:00", "2021-07-20T06:00:00"]
    assert layer.unit == "K"
    found = sample_points(layer, np.array([110.0, 113.4, -247.0]), np.array([22.0, 20.0, 21.0]))
    assert np.isnan(found.value[0]).all() and found.status[0].tolist() == [NODATA, NODATA]
    assert found.value[1] == pytest.approx([511.0, 1111.0], abs=1e-3)
    assert found.value[2] == pytest.approx([507.0, 1107.0], abs=1e-3)
    with pytest.raises(InputError, match="variable"):
        open_raster(path, "u")
    with pytest.raises(InputError, match="no level 700"):
        open_raster(path, "t[level=700]")


def test_a_damaged_grib_is_told(tmp_path):
    path = write_grib(tmp_path / "t.grib2")
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(InputError):
        sample_points(open_raster(path, "t[level=850]"), LON, LAT)
    path.write_bytes(b"GRIB" + bytes(200))
    with pytest.raises(InputError):
        open_raster(path)
