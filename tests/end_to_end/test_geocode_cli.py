"""`riskcloud geocode` from a file of addresses to one that `riskcloud check` reads."""

import csv
import json

import pytest

HEADER = "LocNumber,StreetAddress,AssetClass,BuildingTIV,LocCurrency\n"


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.csv"
    path.write_text(
        HEADER + "1,广东省湛江市徐闻县曲界镇,substation,100,CNY\n"
        "2,佛山市三水市西南镇,substation,5,CNY\n"
        "3,鼓楼区中山北路,substation,5,CNY\n4,\"Tokyo, Japan\",substation,5,CNY\n",
        encoding="utf-8")
    return path


def test_placed_rows_run_and_the_others_are_told(run, book, tmp_path):
    out = tmp_path / "placed.csv"
    done = run("geocode", book, "--out", out, "--json", "--lang", "zh")
    assert done.status == 0, done.err
    answer = done.json()
    assert (answer["n_rows"], answer["n_placed"], answer["n_ambiguous"], answer["n_failed"]) == (
        4, 2, 1, 1)
    assert answer["by_level"] == {"township": 2, "none": 2}
    assert set(answer["timings_s"]) >= {"load", "read", "compute", "write"}
    assert answer["rows"][1]["notes"][0] == "三水市为旧名（至 2002 年）：今为广东省佛山市三水区"
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["GeocodeCounty"] for row in rows] == ["徐闻县", "三水区", "", ""]
    assert rows[2]["GeocodeNote"].startswith("有歧义：江苏省南京市鼓楼区 / ")
    check = run("check", out, "--json", "--skip-bad", "--lang", "en")
    assert check.status == 3
    problems = check.json()["problems"]
    assert {item["row"] for item in problems} == {4, 5}
    assert all("riskcloud geocode" in item["reason"] for item in problems)


def test_csv_to_the_terminal(run, book):
    said = run("geocode", book, "--lang", "en")
    rows = said.rows()
    assert said.status == 0
    assert rows[0]["GeocodeProvince"] == "广东省" and len(rows) == 4
    assert said.err == "4 rows: 0 had coordinates, 2 placed, 1 ambiguous, 1 not understood\n"


def test_reverse_with_polygons(run, tmp_path):
    book, layer = tmp_path / "book.csv", tmp_path / "counties.geojson"
    book.write_text("lon,lat,地址\n113.5,23.5,广州市天河区\n,,广州市天河区\n", encoding="utf-8")
    layer.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"adcode": "440111", "name": "白云区"}, "geometry": {
            "type": "Polygon", "coordinates": [[[113, 23], [114, 23], [114, 24], [113, 23]]]}}]}))
    done = run("geocode", book, "--reverse", "--layer", layer, "--json", "--lang", "zh")
    assert done.status == 0
    first, second = done.json()["rows"]
    assert (first["county"], first["quality"], first["level"]) == ("白云区", 1.0, "given")
    assert first["notes"] == ["该行写明广东省广州市天河区，坐标却在广东省白云区"]
    assert second["county"] == "天河区"


def test_bad_rows_and_usage(run, book, tmp_path):
    book.write_text(book.read_text(encoding="utf-8") + "5,a,b,c,d,e,f\n", encoding="utf-8")
    assert run("geocode", book, "--json").status == 2
    done = run("geocode", book, "--json", "--skip-bad")
    assert done.status == 3 and done.json()["n_rejected"] == 1
    assert run("geocode", book, "--online", "google").status == 64
    assert run("geocode", book, "--min-quality", "2").status == 64
    assert run("geocode", book, "--out", book).status == 2
    assert run("geocode", tmp_path / "none.csv").status == 2
