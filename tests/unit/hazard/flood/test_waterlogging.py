import json

import numpy as np
import openpyxl
import pytest

from riskcloud.errors import InputError
from riskcloud.geo.points import wgs84_to_gcj02
from riskcloud.hazard.flood.waterlogging import past_waterlogging, read_waterlogging
from riskcloud.messages import translated

ENGLISH = """id,lon,lat,depth_cm,road,start,end
A,113.300,23.130,45,Tianhe Rd,2020-05-22T03:00+08:00,2020-05-22T09:00+08:00
B,113.305,23.131,30,Huacheng Ave,2018-06-08,
C,113.500,23.300,120,Huangpu,2020-05-22 05:30,2020-05-22 12:00
"""
CHINESE = """编号,经度,纬度,积水深度(厘米),道路,地点,积水时间,退水时间
1,113.300,23.130,45,天河路,石牌桥,2020年5月22日3时,2020年5月22日9时30分
2,113.305,23.131,0.3米,花城大道,,2018/6/8,
"""


def write(tmp_path, text, name="points.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_text(text, encoding=encoding)
    return path


def test_columns_by_their_names_in_english(tmp_path):
    points = read_waterlogging(write(tmp_path, ENGLISH))
    assert points.depth_m.tolist() == pytest.approx([0.45, 0.30, 1.20])
    assert points.point_id.tolist() == ["A", "B", "C"]
    assert points.start.astype(str).tolist() == [
        "2020-05-21T19:00:00", "2018-06-08T00:00:00", "2020-05-21T21:30:00"]
    assert np.isnat(points.end[1])
    assert points.years == (2018, 2020)


def test_columns_by_their_names_in_chinese(tmp_path):
    points = read_waterlogging(write(tmp_path, CHINESE, encoding="gb18030"))
    assert points.depth_m.tolist() == pytest.approx([0.45, 0.30])
    assert points.road.tolist() == ["天河路", "花城大道"]
    assert points.end[0] == np.datetime64("2020-05-22T01:30:00")
    assert any("UTC+8" in note for note in points.notes)


def test_xlsx_and_geojson_say_the_same(tmp_path):
    book = openpyxl.Workbook()
    for line in ENGLISH.splitlines():
        book.active.append(line.split(","))
    book.save(tmp_path / "points.xlsx")
    rows = [line.split(",") for line in ENGLISH.splitlines()]
    features = [{"type": "Feature", "properties": dict(zip(rows[0], row, strict=True)),
                 "geometry": {"type": "Point", "coordinates": [float(row[1]), float(row[2])]}}
                for row in rows[1:]]
    path = tmp_path / "points.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    expected = read_waterlogging(write(tmp_path, ENGLISH))
    for other in (read_waterlogging(tmp_path / "points.xlsx"), read_waterlogging(path)):
        assert other.depth_m.tolist() == expected.depth_m.tolist()
        assert other.start.tolist()[0] == expected.start.tolist()[0]
        assert other.lon == pytest.approx(expected.lon)


def test_times_of_a_geopackage_and_a_parquet(tmp_path):
    import geopandas as gpd
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    start = pd.to_datetime(["2020-05-22", "2018-06-08", None])
    end = pd.to_datetime(["2020-05-22 09:00", "2018-06-08 10:30", None])
    frame = gpd.GeoDataFrame({"depth_m": [0.45, 0.3, None], "start": start.date, "end": end},
                             geometry=gpd.points_from_xy([113.3] * 3, [23.1] * 3), crs="EPSG:4326")
    frame.to_file(tmp_path / "points.gpkg")
    pq.write_table(pa.table({"lon": [113.3] * 3, "lat": [23.1] * 3, "depth_m": [0.45, 0.3, None],
                             "start": start, "end": end}), tmp_path / "points.parquet")
    for name in ("points.gpkg", "points.parquet"):
        points = read_waterlogging(tmp_path / name)
        assert points.start[:2].astype(str).tolist() == [
            "2020-05-22T00:00:00", "2018-06-08T00:00:00"]
        assert points.end[:2].astype(str).tolist() == [
            "2020-05-22T01:00:00", "2018-06-08T02:30:00"]
        assert np.isnat(points.start[2]) and np.isnan(points.depth_m[2])


def test_gcj02_is_turned(tmp_path):
    lon, lat = wgs84_to_gcj02(np.array([113.3]), np.array([23.13]))
    text = f"lon,lat,depth_m\n{lon[0]:.9f},{lat[0]:.9f},0.5\n"
    points = read_waterlogging(write(tmp_path, text), coordinates="GCJ-02")
    assert (points.lon[0], points.lat[0]) == pytest.approx((113.3, 23.13), abs=1e-7)
    with pytest.raises(InputError, match="expected WGS84, GCJ-02 or BD-09"):
        read_waterlogging(write(tmp_path, text), coordinates="Mars")


BAD = """lon,lat,depth_cm,start,end
113.3,23.1,deep,2020-05-22,
113.3,,30,2020-05-22,
113.3,23.1,-5,yesterday,
113.3,23.1,5000,,
113.3,23.1,30,2020-05-22 09:00,2020-05-22 03:00
113.3,23.1,30,2020-05-22 03:00,2020-05-22 09:00
"""


def test_bad_rows_are_told_all_at_once_and_set_aside(tmp_path):
    path = write(tmp_path, BAD)
    with pytest.raises(InputError) as caught:
        read_waterlogging(path)
    told = {(one.row, one.column) for one in caught.value.problems}
    assert told == {(2, "depth_cm"), (3, "lat"), (4, "depth_cm"), (4, "start"), (5, "depth_cm"),
                    (6, "end")}
    assert "depth: expected a number from 0 to 20 m" in str(caught.value)
    points = read_waterlogging(path, skip_bad=True)
    assert len(points) == 1
    assert len(points.rejected) == 6


def test_a_depth_in_words_is_a_bad_row_not_a_missing_unit(tmp_path):
    rows = "".join(f"113.3,23.1,{depth}\n" for depth in ("30cm", "半米", "0.5米"))
    path = write(tmp_path, f"经度,纬度,积水深度\n{rows}")
    with pytest.raises(InputError, match="1 problem") as caught:
        read_waterlogging(path)
    assert str(caught.value.problems[0]) == (
        "row 3, 积水深度 = '半米': depth: expected a number from 0 to 20 m")
    assert read_waterlogging(path, skip_bad=True).depth_m.tolist() == [0.3, 0.5]


def test_a_depth_without_a_unit_is_asked_about(tmp_path):
    path = write(tmp_path, "lon,lat,depth\n113.3,23.1,45\n")
    with pytest.raises(InputError, match="the unit of depth is not said"):
        read_waterlogging(path)
    assert read_waterlogging(path, depth_unit="cm").depth_m[0] == pytest.approx(0.45)


def test_what_is_near_by_distance_and_time(tmp_path):
    points = read_waterlogging(write(tmp_path, ENGLISH))
    found = past_waterlogging(points, np.array([113.301, 100.0]), np.array([23.13, 20.0]),
                              radius_m=1000.0)
    assert found.peril == "flood"
    assert found.site.tolist() == [0, 0]
    assert found.event == ("B", "A")  # by time
    assert found.strength.tolist() == pytest.approx([0.30, 0.45])
    assert found.distance_m[1] == pytest.approx(102.4, abs=0.5)  # 0.001 degree at 23.13 N
    assert (found.first_year, found.last_year) == (2018, 2020)
    assert np.isnan(found.intensity).all()
    for words in (*found.notes, found.layer.detail):
        assert translated(words, "zh") != words
    with pytest.raises(InputError, match="radius"):
        past_waterlogging(points, found.distance_m, found.distance_m, radius_m=0.0)


def test_a_list_without_times_or_depths_is_read(tmp_path):
    points = read_waterlogging(write(tmp_path, "经度,纬度,道路\n113.3,23.1,中山路\n"))
    assert points.years == (0, 0)
    assert np.isnan(points.depth_m[0])
    found = past_waterlogging(points, points.lon, points.lat)
    assert found.name == ("中山路",)
    assert found.distance_m[0] == pytest.approx(0.0, abs=1e-6)
