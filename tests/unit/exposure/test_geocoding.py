"""Rows of a portfolio to places: what is filled, what is kept, what is told."""

import csv
import io

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.exposure.formats import read_cells
from riskcloud.exposure.geocoding import ADDED, filled_table, geocode_table
from riskcloud.exposure.placed import check_given
from riskcloud.exposure.table_file import TextTable, write_csv, write_table
from riskcloud.geo.geocode.match import Geocoder


@pytest.fixture(scope="module")
def geocoder():
    return Geocoder()


def table_of(tmp_path, geocoder, text, **options):
    path = tmp_path / "book.csv"
    path.write_text(text, encoding="utf-8")
    found = geocode_table(read_cells(path), geocoder.find)
    table = filled_table(found, **options)
    return found, {name: list(column) for name, column in zip(table.names, table.columns,
                                                              strict=True)}


def test_every_column_and_row_is_kept(tmp_path, geocoder):
    _, table = table_of(tmp_path, geocoder,
                        "标的编号,地址,备注\n007,广州市天河区,=1+1\n8,,\n9,朝阳区,x\n")
    assert table["标的编号"] == ["007", "8", "9"] and table["备注"] == ["=1+1", "", "x"]
    assert list(table)[:3] == ["标的编号", "地址", "备注"] and set(ADDED) <= set(table)
    assert table["Longitude"][0].startswith("113.") and table["Longitude"][1:] == ["", ""]
    assert table["CoordinateSystem"] == ["WGS84", "", ""]
    assert table["GeocodeAdcode"] == ["440106", "", ""]
    assert "北京市朝阳区 110105 0.5" in table["GeocodeCandidates"][2]


def test_rows_with_coordinates_are_not_touched(tmp_path, geocoder):
    found, table = table_of(
        tmp_path, geocoder,
        "地址,经度,纬度,坐标系\n广州市天河区,113.3,23.1,GCJ-02\n广州市天河区,,,\n广州市天河区,x,1,\n")
    assert table["经度"][0] == "113.3" and table["坐标系"] == ["GCJ-02", "WGS84", ""]
    assert table["GeocodeLevel"] == ["given", "county", ""]
    assert found.had.tolist() == [True, False, False]
    assert found.lon[0] == pytest.approx(113.2946, abs=1e-3)  # WGS84 for the checks
    assert table["经度"][2] == "x"
    assert table["GeocodeNote"][2] == "coordinates that cannot be read: mend or blank them"


def test_coordinates_beyond_the_globe_are_told_and_stay(tmp_path, geocoder):
    found, table = table_of(tmp_path, geocoder,
                            "地址,经度,纬度\n广州市,23.1,113.3\n广州市,200,95\n广州市,113.3,23.1\n")
    assert found.had.tolist() == [False, False, True]
    assert table["经度"] == ["23.1", "200", "113.3"] and table["GeocodeLevel"][:2] == ["", ""]
    assert table["GeocodeNote"] == [
        "longitude and latitude look swapped: mend or blank them",
        "coordinates beyond 180 degrees of longitude or 90 of latitude: mend or blank them", ""]


def test_other_columns_help(tmp_path, geocoder):
    _, table = table_of(tmp_path, geocoder,
                        "省份,城市,区县,地址\n江苏省,南京市,鼓楼区,中山北路1号\n,,,鼓楼区中山北路\n")
    assert table["GeocodeAdcode"] == ["320106", ""]


def test_countries(tmp_path, geocoder):
    _, table = table_of(tmp_path, geocoder, "CountryCode,StreetAddress\nJP,広島市中区\n"
                                            "HK,旺角彌敦道\nCN,广州市天河区\n")
    assert table["GeocodeAdcode"] == ["", "810005", "440106"]
    assert table["GeocodeNote"][0] == "outside China: JP"


def test_min_quality_and_a_second_run(tmp_path, geocoder):
    text = "地址,GeocodeLevel\n广东省,old\n广州市天河区,old\n"
    _, table = table_of(tmp_path, geocoder, text, min_quality=0.3)
    assert [bool(cell) for cell in table["Longitude"]] == [False, True]
    assert table["GeocodeLevel"] == ["province", "county"]


def test_no_column_to_read(tmp_path, geocoder):
    with pytest.raises(InputError, match="no address column: expected StreetAddress"):
        table_of(tmp_path, geocoder, "a,b\n1,2\n")


def test_coordinates_far_from_the_names_are_told(tmp_path, geocoder):
    found, _ = table_of(tmp_path, geocoder, "地址,lon,lat\n广州市天河区,113.36,23.13\n"
                                            "广州市天河区,116.40,39.91\n,116.40,39.91\n")
    checked = check_given(found, geocoder, None, name_county=True)
    assert checked.notes[0] == [] == checked.notes[2]
    assert checked.notes[1][0].startswith("the row names 广东省广州市天河区, its coordinates lie 1")
    assert [place.province for place in checked.place] == ["广东省", "北京市", "北京市"]
    assert np.allclose(found.lon, checked.lon)


def test_files_that_spreadsheets_do_not_run(tmp_path):
    table = TextTable(("a", "=b"), (["=1+1", "-5", "x"], ["@x", "", "广州"]))
    text = io.StringIO()
    write_csv(table, text)
    assert text.getvalue() == "a,'=b\n'=1+1,'@x\n-5,\nx,广州\n"
    write_table(table, tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1] == ["'=1+1", "'@x"]
    write_table(table, tmp_path / "t.xlsx")
    write_table(table, tmp_path / "t.parquet")
    from openpyxl import load_workbook
    sheet = load_workbook(tmp_path / "t.xlsx").active
    assert [cell.value for cell in sheet[2]] == ["'=1+1", "'@x"]
