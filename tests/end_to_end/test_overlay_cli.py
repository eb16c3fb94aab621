"""``riskcloud overlay`` from a portfolio to a table, right and wrong."""

import csv
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq
import pytest
import rasterio
from rasterio.transform import from_origin
from shapely.geometry import LineString, Point, Polygon, box

ROWS = """LocNumber,AssetClass,CountryCode,Longitude,Latitude,BuildingTIV,LocCurrency,geometry_wkt
A1,substation,CN,110.5,22.5,1,CNY,
A2,substation,CN,111.5,21.5,1,CNY,
A3,substation,CN,119.5,21.5,1,CNY,
L1,line_110kv,CN,,,1,CNY,"LINESTRING (110.25 22.5, 111.25 22.5)"
"""


@pytest.fixture
def portfolio(tmp_path: Path) -> Path:
    path = tmp_path / "assets.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def grid(path: Path, values: object, **profile: object) -> Path:
    a = np.asarray(values, "float32")
    options = {"crs": "EPSG:4326", "transform": from_origin(110, 23, 1, 1), **profile}
    unit = options.pop("unit", None)
    with rasterio.open(path, "w", driver="GTiff", height=a.shape[0], width=a.shape[1], count=1,
                       dtype="float32", **options) as file:
        file.write(a, 1)
        if unit:
            file.units = [str(unit)]
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_kind_of_layer_at_once(tmp_path: Path, portfolio: Path, run) -> None:
    low = grid(tmp_path / "depth_rp0010.tif", [[0, 2], [-1, 4]], nodata=-1, unit="ft")
    high = grid(tmp_path / "depth_rp0100.tif", [[1, 4], [2, 8]], nodata=-1, unit="ft")
    zones = tmp_path / "zones.geojson"
    gpd.GeoDataFrame({"name": ["=cmd()", "乙"]}, crs=4326,
                     geometry=[box(110, 22, 111, 23), box(111, 21, 112, 22)]).to_file(zones)
    depots = tmp_path / "depots.gpkg"
    gpd.GeoDataFrame({"depot": ["D1"]}, geometry=[Point(110.5, 22.51)], crs=4326).to_file(depots)
    out = tmp_path / "out.csv"
    done = run("overlay", portfolio, "--layer", low, "--layer", high, "--layer", f"{zones}:name",
               "--nearest", f"{depots}:depot", "--return-period-pattern", "rp{rp}",
               "--return-period", "50", "--unit", "m", "--out", out, "--json", "--lang", "en")
    assert done.status == 0, done.err
    answer, table = json.loads(done.out), rows(out)
    assert [row["loc_id"] for row in table] == ["A1", "A2", "A3", "L1"]
    a1, a2, a3, line = table
    assert (a1["depth_rp10"], a1["depth_rp10_status"]) == ("0", "ok")  # dry is not unknown
    assert float(a1["depth_rp100"]) == pytest.approx(0.3048)
    share = np.log(5) / np.log(10)
    assert float(a1["depth_rp50"]) == pytest.approx(0.3048 * share)
    assert (a3["depth_rp10"], a3["depth_rp10_status"], a3["depth_rp50"]) == ("", "outside", "")
    # three quarters of the line in the first cell
    assert float(line["depth_rp10"]) == pytest.approx(0.25 * 2 * 0.3048, rel=1e-6)
    assert float(line["depth_rp10_max"]) == pytest.approx(2 * 0.3048)
    assert a1["zones_name"] == "'=cmd()" and a2["zones_name"] == "乙" and a3["zones_name"] == ""
    assert a3["zones_status"] == "outside"
    assert float(line["zones_inside_share"]) == pytest.approx(0.75, rel=1e-6)
    assert 1100 < float(a1["depots_distance_m"]) < 1110 and a1["depots_depot"] == "D1"
    assert answer["n_locations"] == 4 and answer["layers"][0]["unit"] == "m"
    assert answer["counts"]["depth_rp10"] == {"ok": 3, "outside": 1}
    assert set(answer["timings_s"]) >= {"load", "read", "compute", "write"}


def test_a_book_and_parquet(tmp_path: Path, portfolio: Path, run) -> None:
    store = tmp_path / "store"
    assert run("book", "load", portfolio, "--name", "south", "--store", store).status == 0
    layer = grid(tmp_path / "a.tif", [[1, 2], [3, 4]])
    out = tmp_path / "out.parquet"
    done = run("overlay", "south", "--store", store, "--layer", layer, "--out", out)
    assert done.status == 0, done.err
    table = pq.read_table(out).to_pandas().set_index("loc_id")
    assert table["a"].to_dict() == pytest.approx(
        {"A1": 1.0, "A2": 4.0, "A3": np.nan, "L1": 1.25}, nan_ok=True)
    unknown = run("overlay", "north", "--store", store, "--layer", layer)
    assert unknown.status == 2 and "south" in unknown.err


def test_bad_layers_are_told_with_their_remedy(tmp_path: Path, portfolio: Path, run) -> None:
    layer = grid(tmp_path / "nocrs.tif", [[1, 2], [3, 4]], crs=None)
    swapped = grid(tmp_path / "swapped.tif", [[1, 2], [3, 4]], transform=from_origin(22, 112, 1, 1))
    zones = tmp_path / "zones.geojson"
    gpd.GeoDataFrame({"name": ["a"]}, geometry=[LineString([(0, 0), (1, 1)])], crs=4326).to_file(
        zones)
    for option, value, zh, en in (
            ("--layer", layer, "用 --layer-crs 注明", "take it by --layer-crs"),
            ("--layer", swapped, "以经度为 x、纬度为 y", "latitude and longitude are swapped"),
            ("--layer", tmp_path / "no.tif", "应为", "no such file"),
            ("--layer", "http://a.b/c.tif", "请先下载", "only files of this machine"),
            ("--layer", zones, "", "no polygons; ask for the nearest"),
            ("--nearest", layer, "应为点、线或面", "a raster has no nearest feature")):
        for lang, words in (("en", en), ("zh", zh)):
            done = run("overlay", portfolio, option, value, "--lang", lang)
            assert done.status == 2 and words in done.err, done.err
    assert run("overlay", portfolio, "--layer", layer, "--layer-crs", "EPSG:4326").status == 0


def test_wrong_usage(tmp_path: Path, portfolio: Path, run) -> None:
    layer = grid(tmp_path / "a.tif", [[1, 2], [3, 4]])
    for options in ([], ["--layer", layer, "--method", "cubic"],
                    ["--layer", layer, "--nodata", "x"], ["--layer", layer, "--lang", "fr"],
                    ["--layer", layer, "--return-period", "-1"],
                    ["--layer", layer, "--time-statistic", "median"]):
        assert run("overlay", portfolio, *options).status == 64
    same = run("overlay", portfolio, "--layer", layer, "--out", layer, "--lang", "en")
    assert same.status == 2 and "would be overwritten" in same.err


def test_rows_set_aside(tmp_path: Path, run) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(ROWS.replace("119.5,21.5", "x,21.5"), encoding="utf-8")
    layer, out = grid(tmp_path / "a.tif", [[1, 2], [3, 4]]), tmp_path / "out" / "a.csv"
    assert run("overlay", path, "--layer", layer, "--out", out).status == 2
    assert not out.exists()
    done = run("overlay", path, "--layer", layer, "--out", out, "--skip-bad", "--json")
    assert done.status == 3 and json.loads(done.out)["n_rejected"] == 1
    assert len(rows(out)) == 3 and len(rows(out.with_name("rejected.csv"))) == 1


def test_points_lines_and_polygons_of_a_geopackage_and_its_book(tmp_path: Path, run) -> None:
    shapes = {"P": Point(110.5, 22.5), "L": LineString([(110.25, 22.5), (111.25, 22.5)]),
              "half": box(110.5, 22.2, 111.5, 22.4), "quarter": box(111.5, 21.2, 112.5, 21.4),
              "tie": Polygon([(110.1, 22.1), (110.3, 22.3), (110.3, 22.1), (110.1, 22.3)]),
              "sea": Polygon([(179.9, 22), (-179.9, 22), (-179.9, 23), (179.9, 23)]),
              "flat": Polygon([(110.5, 21.5), (110.6, 21.5), (110.5, 21.5)])}
    portfolio = tmp_path / "assets.gpkg"
    gpd.GeoDataFrame({"LocNumber": list(shapes), "AssetClass": "substation", "BuildingTIV": 1.0,
                      "LocCurrency": "CNY"}, geometry=list(shapes.values()), crs=4326,
                     ).to_file(portfolio)
    depth = grid(tmp_path / "depth.tif", [[1, 2], [-9, 4]], nodata=-9)
    zones = tmp_path / "zones.geojson"
    gpd.GeoDataFrame({"zone": ["west"]}, geometry=[box(110, 21, 111, 23)], crs=4326).to_file(zones)
    store = tmp_path / "store"
    assert run("book", "load", portfolio, "--name", "B", "--store", store).status == 0
    tables = []
    for source in (portfolio, "B"):
        done = run("overlay", source, "--layer", depth, "--layer", f"{zones}:zone", "--out",
                   tmp_path / "out.csv", "--lang", "en", "--store", store)
        assert done.status == 0, done.err
        assert "1 polygon(s) crossing themselves repaired (row 6)" in done.err
        assert "taken over the 180th meridian (row 7)" in done.err
        assert "1 polygon(s) without an area count as their point (row 8)" in done.err
        tables.append({row["loc_id"]: row for row in rows(tmp_path / "out.csv")})
    assert tables[0] == tables[1]
    found = tables[0]
    assert {name: (row["depth"], row["depth_max"], row["depth_min"], row["depth_share"],
                   row["depth_status"]) for name, row in found.items()} == {
        "P": ("1", "1", "1", "1", "ok"), "L": ("1.25", "2", "1", "1", "ok"),
        "half": ("1.5", "2", "1", "1", "ok"), "quarter": ("4", "4", "4", "0.5", "ok"),
        "tie": ("1", "1", "1", "1", "ok"), "sea": ("", "", "", "0", "outside"),
        "flat": ("", "", "", "0", "nodata")}
    assert {name: row["zones_inside_share"] for name, row in found.items()} == {
        "P": "1", "L": "0.75", "half": "0.5", "quarter": "0", "tie": "1", "sea": "0", "flat": "1"}
    assert found["half"]["zones_zone"] == "west"
    # 0.5 x 0.2 degrees at 22.3 N: 111.32 km cos(22.3) x 0.5 by 110.75 km x 0.2
    assert float(found["half"]["zones_inside_m2"]) == pytest.approx(1.1411e9, rel=1e-3)
    assert found["half"]["zones_inside_m"] == found["L"]["zones_inside_m2"] == ""
    done = run("within", "B", "--lon", -179.95, "--lat", 22.3, "--radius-km", 1, "--json",
               "--store", store, "--lang", "zh")
    answer = json.loads(done.out)
    assert (answer["n_locations"], answer["policies"][0]["nearest_km"]) == (1, 0.0)
    assert any("1 个面" in note for note in answer["notes"])


@pytest.mark.parametrize(("name", "content", "words", "in_chinese"), [
    ("a.tif", "<!DOCTYPE html><html><body>log in</body></html>", "a web page, not a layer",
     "是网页，不是图层"),
    ("b.tif", "<?xml version='1.0'?><ServiceException/>", "an XML file, not a layer",
     "是 XML 文件，不是图层"),
    ("c.tif", "", "the file is empty", "文件为空"),
    ("d.json", "hello", "no raster or vector file that is known", "无法识别为栅格或矢量文件"),
    ("folder", None, "a folder, not a file", "是文件夹，不是文件")])
def test_what_is_no_layer_is_called_what_it_is(tmp_path: Path, portfolio: Path, run, name: str,
                                               content: str | None, words: str,
                                               in_chinese: str) -> None:
    path = tmp_path / name
    if content is None:
        path.mkdir()
    else:
        path.write_text(content)
    done = run("overlay", portfolio, "--layer", path, "--lang", "en")
    assert done.status == 2 and f"error: {path}: {words}\n" in done.err
    done = run("overlay", portfolio, "--layer", path, "--lang", "zh")
    assert f"{path}：{in_chinese}" in done.err


def test_several_faults_of_layers_are_told_in_chinese_too(tmp_path: Path, portfolio: Path, run):
    gone = tmp_path / "gone"
    done = run("overlay", portfolio, "--layer", tmp_path, "--layer", gone)
    assert done.status == 2
    assert f"error: {tmp_path}：是文件夹，不是文件；{gone}：没有这个文件\n" in done.err


def test_rows_set_aside_are_told_without_a_file_too(tmp_path: Path, portfolio: Path, run) -> None:
    portfolio.write_text(ROWS + "A9,substation,CN,,,1,CNY,\n", encoding="utf-8")
    layer = grid(tmp_path / "a.tif", [[1, 2], [3, 4]])
    done = run("overlay", portfolio, "--layer", layer, "--skip-bad", "--lang", "en")
    assert done.status == 3
    assert "row 6" in done.err and "1 row(s) set aside\n" in done.err
    done = run("overlay", portfolio, "--layer", layer, "--skip-bad", "--out", tmp_path / "o.csv")
    assert done.status == 3 and f"1 行未采用：{tmp_path / 'rejected.csv'}" in done.err
    done = run("overlay", portfolio, "--layer", layer, "--out", tmp_path / "o.shp")
    assert done.status == 64 and "ends in .csv or .parquet" in done.err
    bare = grid(tmp_path / "b.tif", [[1, 2], [3, 4]], crs=None)
    done = run("overlay", portfolio, "--layer", bare, "--layer-crs", "gcj-02", "--skip-bad",
               "--lang", "en")
    assert done.status == 2 and "bring the layer to WGS84 first" in done.err
