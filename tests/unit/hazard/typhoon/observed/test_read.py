"""Files of station winds: columns by their names, units where they stand, every fault by row."""

from pathlib import Path

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.observed.columns import map_columns, understand
from riskcloud.hazard.typhoon.observed.masts import masts
from riskcloud.hazard.typhoon.observed.read import read_observations
from riskcloud.hazard.typhoon.observed.records import Observations


@pytest.fixture
def read(tmp_path: Path):
    """Write a CSV and read it."""
    def run(text: str, *, encoding: str = "utf-8", **options: bool) -> Observations:
        path = tmp_path / "stations.csv"
        path.write_bytes(text.encode(encoding))
        return read_observations(path, **options)
    return run


def problems(caught: pytest.ExceptionInfo[InputError]) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.remedy) for one in caught.value.problems]


@pytest.mark.parametrize(("header", "measure", "factor"), [
    ("max_gust_kmh", "gust_3s", 1 / 3.6), ("max_gust_ms", "gust_3s", 1.0),
    ("gust_m_s", "gust_3s", 1.0), ("Gust (km/h)", "gust_3s", 1 / 3.6),
    ("gust_kt", "gust_3s", 1852 / 3600), ("peak gust kn", "gust_3s", 1852 / 3600),
    ("gust mph", "gust_3s", 0.44704), ("极大风速(m/s)", "gust_3s", 1.0),
    ("极大风速（米/秒）", "gust_3s", 1.0), ("瞬时大风 公里/小时", "gust_3s", 1 / 3.6),
    ("max_10min_mean_kmh", "mean_10min", 1 / 3.6), ("mean_10min_m_s", "mean_10min", 1.0),
    ("最大风速(m/s)", "mean_10min", 1.0), ("max_hourly_mean_ms", "mean_1h", 1.0),
    ("1h mean wind [m s-1]", "mean_1h", 1.0),
    ("max_wind_1min_kt", "sustained_1min", 1852 / 3600),
    ("max_gust", "gust_3s", None),
])
def test_a_wind_column_says_its_measure_and_unit(header, measure, factor):
    column = understand(header)
    assert column is not None and (column.role, column.measure) == ("value", measure)
    assert column.factor == (None if factor is None else pytest.approx(factor))


@pytest.mark.parametrize(("header", "role"), [
    ("gust_time", "time"), ("mean_hour_ending", "time"), ("gust_dir", "direction"),
    ("极大风速风向", "direction"), ("极大风速出现时间", "time"), ("站名", "station"),
    ("经度", "lon"),
    ("纬度", "lat"), ("海拔(m)", "ground_m"), ("station_elev_m", "ground_m"),
    ("elevation (ft)", "ground_m"), ("anemometer_elev_m", "anemometer_m"),
    ("anemometer_height_m", "height_m"), ("units", "unit"), ("单位", "unit"),
    ("wind_speed_ms", "unknown_wind"),
])
def test_other_columns_are_known_by_their_names(header, role):
    column = understand(header)
    assert column is not None and column.role == role


def test_what_is_not_ours_is_left_alone():
    assert understand("source") is None and understand("remarks") is None
    names = [(c.header, c.role) for c in map_columns(["name", "lat", "lon", "gust_ms"])]
    assert ("name", "station") in names
    names = [(c.header, c.role) for c in map_columns(["name", "station", "lat", "lon"])]
    assert ("name", "event") in names


@pytest.mark.parametrize(("header", "role"), [
    ("Anemometer height above ground (ft)", "height_m"), ("风速仪离地高度（m）", "height_m"),
    ("Elevation of anemometer above MSL (m)", "anemometer_m"), ("测站海拔高度", "ground_m"),
    ("Station elevation above sea level", "ground_m"), ("Barometer elevation", None),
    ("Mean wind above ground", None), ("station height", None),
])
def test_heights_are_known_by_longer_names(header, role):
    assert [c.role for c in map_columns([header])] == ([role] if role else [])
    both = map_columns(["anemometer_height_m", header])  # a name of its own goes before
    assert sum(c.role == "height_m" for c in both) == 1


def test_a_decimal_comma_is_told(read):
    with pytest.raises(InputError) as raised:
        read("station;lat;lon;max_gust_ms\nA;22.3;114.2;48,5\n")
    assert [(one.row, one.value, one.remedy) for one in raised.value.problems] == [
        (2, "48,5", "a decimal comma: write a point, such as 48.5")]


def test_chinese_headers_in_gb18030_and_semicolons(read):
    found = read("站名;经度;纬度;海拔(m);极大风速(m/s);台风;备注\n"
                 "桂山岛;113.82;22.14;5;46.5;山竹;好\n", encoding="gb18030")
    row = found.rows[0]
    assert (row.station, row.lon, row.lat, row.ground_m) == ("桂山岛", 113.82, 22.14, 5.0)
    assert row.wind_m_s["gust_3s"] == 46.5 and row.event == "山竹"
    assert row.cells["备注"] == "好"


def test_a_unit_may_stand_in_a_column_or_in_the_cell(read):
    found = read("station,lat,lon,gust,unit\nA,22,114,157,km/h\nB,22.1,114,40,m/s\n"
                 "C,22.2,114,90 kt,\nD,22.3,114,,\n")
    speeds = [row.wind_m_s["gust_3s"] for row in found.rows]
    assert speeds[:3] == pytest.approx([157 / 3.6, 40.0, 90 * 1852 / 3600])
    assert np.isnan(speeds[3])


def test_winds_without_a_unit_anywhere_are_refused(read):
    with pytest.raises(InputError, match="observed winds without a unit") as caught:
        read("station,lat,lon,max_gust\nA,22,114,40\n", skip_bad=True)
    (row, column, remedy), = problems(caught)
    assert (row, column) == (1, "max_gust")
    assert remedy.startswith("no unit anywhere: say it in the column's name (max_gust_kmh")


def test_a_wind_of_unknown_averaging_is_refused_or_said(read):
    with pytest.raises(InputError) as caught:
        read("station,lat,lon,wind_ms\nA,22,114,40\n")
    assert problems(caught) == [(1, "wind_ms", "say what wind it is in the name: gust, 10min mean, "
                                 "hourly mean or 1min mean")]
    found = read("station,lat,lon,wind_ms,gust_ms\nA,22,114,20,40\n")
    assert found.notes == ("wind_ms: left out, the wind's averaging period is not in its name",)


def test_columns_of_one_wind_must_agree_within_their_rounding(read):
    good = "station,lat,lon,max_gust_kmh,max_gust_ms\nA,22,114,157,43.6\n"
    assert read(good).rows[0].wind_m_s["gust_3s"] == 43.6
    with pytest.raises(InputError) as caught:
        read(good + "B,22,114.1,157,46.3\nC,22,114.2,100,60\n")
    assert [entry[:2] for entry in problems(caught)] == [(3, "max_gust_kmh"), (4, "max_gust_ms")]
    assert problems(caught)[0][2] == "43.6 m/s, but max_gust_ms gives 46.3 m/s"
    kept = read(good + "B,22,114.1,157,46.3\n", skip_bad=True)
    assert [row.row for row in kept.rows] == [2] and [one.row for one in kept.rejected] == [3]


def test_every_fault_is_told_at_once_with_its_row(read):
    with pytest.raises(InputError, match=r"11 problem\(s\)") as caught:
        read("station,lat,lon,station_elev_m,anemometer_elev_m,max_gust_ms,max_hourly_mean_ms,"
             "window_start,window_end\n"
             "A,95,114,5,,40,20,,\nB,,114,5,,40,20,,\n,22,114.2,5,,40,20,,\n"
             "D,22,114.3,5,,fast,20,,\nE,22,114.4,5,,157,20,,\nF,22,114.5,5,,40 furlong,20,,\n"
             "G,22,114.6,5,2,40,20,,\nH,22,114.7,5,,20,40,,\n"
             "I,22,114.8,5,,40,20,2017-08-23T09:00+08:00,\n"
             "J,22,114.9,5,,40,20,2017-08-23T09:00+08:00,2017-08-23T08:00+08:00\n"
             "K,22,115,high,,40,20,,\n")
    assert problems(caught) == [
        (2, "lat", "expected -90 to 90"), (3, "lat", "a station needs its position"),
        (4, "station", "an observation needs its station's name"),
        (5, "max_gust_ms", "expected a number, or nothing"),
        (6, "max_gust_ms", "not from 0 to 120 in this unit"),
        (7, "max_gust_ms", "expected m/s, km/h, kt or mph"),
        (8, "anemometer_elev_m", "the anemometer would stand below its ground"),
        (9, "max_hourly_mean_ms", "a mean above the gust of 20.0 m/s: a slip of unit or column?"),
        (10, "window_end", "a window needs its start and its end"),
        (11, "window_end", "a window ends after its start"),
        (12, "station_elev_m", "expected a number")]


def test_a_station_twice_names_both_rows_unless_alike(read):
    head = "sid,station,lat,lon,gust_ms\n"
    alike = read(head + "X,A,22,114,40\nX,a,22,114,40\nY,A,22,114,30\n")
    assert [row.row for row in alike.rows] == [2, 4]
    assert alike.notes == ("A stands in rows 2, 3 alike: counted once",)
    with pytest.raises(InputError) as caught:
        read(head + "X,A,22,114,40\nX,A,22,114,41\n")
    assert problems(caught) == [
        (2, "station", "the same station and storm as row 3, not alike: keep one of them"),
        (3, "station", "the same station and storm as row 2, not alike: keep one of them")]
    kept = read(head + "X,A,22,114,40\nX,A,22,114,41\nX,B,22,114.1,30\n", skip_bad=True)
    assert [row.row for row in kept.rows] == [4]
    windows = read("station,lat,lon,gust_ms,window_start,window_end\n"
                   "A,22,114,40,2017-08-23T00:00Z,2017-08-23T01:00Z\n"
                   "A,22,114,41,2017-08-23T01:00Z,2017-08-23T02:00Z\n")
    assert len(windows.rows) == 2


def test_times_are_utc_with_their_offset_or_noted(read):
    found = read("station,lat,lon,gust_ms,gust_time\nA,22,114,40,2018-09-16T12:30+08:00\n"
                 "B,22,114.1,40,2018-09-16 04:30\n")
    assert {str(row.time_utc["gust_3s"]) for row in found.rows} == {"2018-09-16T04:30:00"}
    assert found.notes == ("gust_time: times without an offset count as UTC",)


@pytest.mark.parametrize(("text", "said"), [
    ("", "empty file of observations"), ("station,lat,lon,gust_ms\n", "no observation in it"),
    ("station,lat,lon,gust_ms\nA,22,114,\n", "no row has an observed wind"),
    ("station,lat,gust_ms\nA,22,40\n", "1 problem"),
    ("station,lat,lon,x\nA,22,114,5\n", "1 problem"),
    ("station,lat,lon,gust_ms,gust_ms\nA,22,114,5,5\n", "1 problem"),
    ("station,lat,lon,gust_ms\nA,22,114\n", "1 problem"),
])
def test_what_is_no_file_of_observations_is_refused(read, text, said):
    with pytest.raises(InputError, match=said):
        read(text)


def test_heights_come_from_the_file_then_the_card_then_the_standard(read):
    found = read("station,lat,lon,station_elev_m,anemometer_elev_m,height_m,gust_ms\n"
                 "A,22,114,50,62,,40\nB,22,114,50,,25,40\nGreen Island,22.285,114.113,88,,,40\n"
                 "Green Island,31,121,88,,,40\nElsewhere,22,115,950,,,40\n", skip_bad=True)
    heights = {row.row: one for row, one in zip(found.rows, masts(found.rows), strict=True)}
    assert (heights[2].height_m, heights[2].source) == (12.0, "file")
    assert (heights[3].height_m, heights[3].source) == (25.0, "file")
    assert (heights[6].height_m, heights[6].source, heights[6].hilltop) == (10.0, "default", True)
    only = read("station,lat,lon,gust_ms\nGreen Island,22.285,114.113,40\n")
    assert masts(only.rows)[0].height_m == 19.0 and masts(only.rows)[0].source == "hko"
    far = read("station,lat,lon,gust_ms\nGreen Island,31,121,40\n")
    assert masts(far.rows)[0].source == "default"
    moved = read("station,lat,lon,gust_ms\nStanley,22.21417,114.21861,40\n")
    assert masts(moved.rows)[0].note == ("Stanley: its anemometer is listed 2.0 km from the place "
                                         "given")
