"""One portfolio in every accepted format and encoding reads alike; formats are found by content."""

import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

from riskcloud.errors import InputError
from riskcloud.exposure.encoding import find_encoding
from riskcloud.exposure.formats import find_format
from riskcloud.exposure.read import read_portfolio

TEXT = """标的编号,资产类别,经度,纬度,建筑物保额,币种,客户编号,起保日期
L1,110kV杆塔,113.5,22.3,100.5,CNY,珠海供电局,2017-01-01
L2,变电站,113.6,22.4,200,CNY,中山供电局,
"""


def check(path: Path) -> None:
    table = read_portfolio(path).table
    assert table["loc_id"].tolist() == ["L1", "L2"]
    assert table["asset_class"].tolist() == ["tower_110kv", "substation"]
    assert table["client_id"].tolist() == ["珠海供电局", "中山供电局"]
    np.testing.assert_allclose(table["tiv_building"], [100.5, 200.0])
    np.testing.assert_allclose(table["lon"], [113.5, 113.6], atol=1e-7)
    np.testing.assert_allclose(table["lat"], [22.3, 22.4], atol=1e-7)
    assert table["inception_date"][0] == pd.Timestamp("2017-01-01")
    assert pd.isna(table["inception_date"][1])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_encodings_of_csv(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "book.txt"
    path.write_bytes(TEXT.encode(encoding))
    check(path)


@pytest.mark.parametrize(("old", "new"), [("\n", "\r\n"), (",", ";"), (",", "\t")])
def test_line_ends_and_delimiters(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "book.csv"
    path.write_bytes(TEXT.replace(old, new).encode())
    check(path)


@pytest.mark.parametrize("encoding", ["big5", "shift_jis"])
def test_other_encodings_are_refused(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "book.csv"
    path.write_bytes(("LocNumber,LocName\nL1,台山電力公司設備の一覧表\n" if encoding == "shift_jis"
                      else "LocNumber,LocName\nL1,臺灣電力公司設備清單與變壓器\n").encode(encoding))
    with pytest.raises(InputError, match="unknown text encoding") as caught:
        find_encoding(path)
    assert caught.value.problems[0].row == 2


def test_a_utf8_file_cut_in_a_letter(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_bytes(TEXT.encode()[:-20] + "中".encode()[:2])
    with pytest.raises(InputError, match="unknown text encoding"):
        read_portfolio(path)


def workbook(path: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_xlsx(tmp_path: Path) -> None:
    head, *_ = TEXT.splitlines()
    path = workbook(tmp_path / "book.bin", [
        head.split(","), ["L1", "110kV杆塔", 113.5, 22.3, 100.5, "CNY", "珠海供电局",
                          pd.Timestamp("2017-01-01").to_pydatetime()],
        ["L2", "变电站", 113.6, 22.4, 200, "CNY", "中山供电局", None]])
    assert find_format(path) == "XLSX"
    check(path)


def test_a_formula_in_xlsx_is_a_fault(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx", [
        ["LocNumber", "AssetClass", "Longitude", "Latitude", "BuildingTIV", "LocCurrency"],
        ["L1", "substation", 113.5, 22.3, "=1+2", "CNY"]])
    with pytest.raises(InputError) as caught:
        read_portfolio(path)
    (problem,) = caught.value.problems
    assert (problem.row, problem.column, problem.value) == (2, "BuildingTIV", "=1+2")


def test_hostile_and_damaged_workbooks(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        padding = "<!-- " + "x" * 100_000 + " -->"  # a look at the first bytes alone would miss it
        archive.writestr("xl/workbook.xml",
                         f'<?xml version="1.0"?>{padding}<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    with pytest.raises(InputError, match="declares a document type"):
        read_portfolio(path)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(InputError, match="damaged workbook"):
        read_portfolio(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "x")
    with pytest.raises(InputError, match="no XLSX workbook"):
        read_portfolio(path)


def frame(crs: str = "EPSG:4326") -> gpd.GeoDataFrame:
    data = pd.DataFrame({
        "标的编号": ["L1", "L2"], "资产类别": ["110kV杆塔", "变电站"], "建筑物保额": [100.5, 200.0],
        "币种": ["CNY", "CNY"], "客户编号": ["珠海供电局", "中山供电局"],
        "起保日期": ["2017-01-01", None]})
    points = gpd.points_from_xy([113.5, 113.6], [22.3, 22.4], crs="EPSG:4326")
    return gpd.GeoDataFrame(data, geometry=points).to_crs(crs)


@pytest.mark.parametrize("name", ["book.gpkg", "book.geojson"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32649"])
def test_vector_files(tmp_path: Path, name: str, crs: str) -> None:
    frame(crs).to_file(tmp_path / name)
    check(tmp_path / name)


def test_geoparquet_and_plain_parquet(tmp_path: Path) -> None:
    frame("EPSG:32649").to_parquet(tmp_path / "book.dat")
    check(tmp_path / "book.dat")
    plain = pd.DataFrame(frame().drop(columns="geometry")).assign(
        经度=[113.5, 113.6], 纬度=[22.3, 22.4])
    plain.to_parquet(tmp_path / "plain.parquet")
    check(tmp_path / "plain.parquet")


@pytest.mark.parametrize("encoding", ["UTF-8", "GB18030"])
def test_shapefile_without_a_code_page_file(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "book.shp"
    names = {"标的编号": "LocNumber", "资产类别": "AssetClass", "建筑物保额": "BuildingTI",
             "币种": "LocCurrenc", "客户编号": "ClientNumb", "起保日期": "LocIncepti"}
    frame().rename(columns=names).to_file(path, encoding=encoding)
    path.with_suffix(".cpg").unlink()
    check(path)


def test_lines_and_polygons(tmp_path: Path) -> None:
    data = frame()
    data["geometry"] = [shapely.LineString([(113.5, 22.3), (113.5, 22.4)]),
                        shapely.box(113.59, 22.39, 113.61, 22.41)]
    data.to_file(tmp_path / "book.gpkg")
    table = read_portfolio(tmp_path / "book.gpkg").table
    assert table.geometry.geom_type.tolist() == ["LineString", "Polygon"]
    np.testing.assert_allclose(table["lat"], [22.35, 22.4])


def test_a_feature_without_geometry_is_a_fault(tmp_path: Path) -> None:
    data = frame()
    data.loc[1, "geometry"] = None
    data.to_file(tmp_path / "book.gpkg")
    with pytest.raises(InputError) as caught:
        read_portfolio(tmp_path / "book.gpkg")
    (problem,) = caught.value.problems
    assert problem.row == 3 and problem.remedy.startswith("no coordinates")


def test_files_that_are_nothing_of_it(tmp_path: Path) -> None:
    path = tmp_path / "book.geojson"
    path.write_text('{"type": "FeatureCollection", "features": [')
    with pytest.raises(InputError, match="cannot be read as GeoJSON"):
        read_portfolio(path)
    path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    with pytest.raises(InputError, match="old Excel format"):
        read_portfolio(path)
    path.write_bytes(b"PAR1" + bytes(600))
    with pytest.raises(InputError, match="cannot be read as GeoParquet"):
        read_portfolio(path)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # the writer says that it cuts names
@pytest.mark.parametrize("labelled", [True, False])
def test_shapefile_with_chinese_names_cut_within_a_letter(tmp_path: Path, labelled: bool) -> None:
    path = tmp_path / "book.shp"
    gpd.GeoDataFrame(
        {"标的编号": ["L1", "L2"], "资产类别": ["110kV杆塔", "变电站"], "保额": [100.5, 200.0],
         "币种": ["CNY", "CNY"], "客户编号": ["珠海供电局", "中山供电局"],
         "起保日期": ["2017-01-01", None]},
        geometry=[shapely.Point(113.5, 22.3), shapely.Point(113.6, 22.4)], crs=4326,
    ).to_file(path, encoding="utf-8")
    if not labelled:
        path.with_suffix(".cpg").unlink()
    check(path)
