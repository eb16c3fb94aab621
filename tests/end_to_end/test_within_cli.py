"""``riskcloud within``: a file and a book give one answer; what is written, what refused."""

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

HEAD = ("LocNumber,PolNumber,BranchName,AssetClass,AreaName,CountyName,Longitude,Latitude,"
        "BuildingTIV,LocCurrency,LocInceptionDate,LocExpiryDate,InsuredPeople")
ROWS = (
    "L1,P1,大理,substation,云南,漾濞,100.0,25.7,100,CNY,2021-01-01,2021-12-31,7",
    "L2,P1,大理,substation,云南,永平,100.3,25.7,200,CNY,2021-01-01,2021-12-31,",
    "L3,P1,大理,substation,广东,香洲,113.5,22.3,400,CNY,2021-01-01,2021-12-31,1",
    "L4,=P2,北京,pole_wood,云南,漾濞,100.1,25.7,5,USD,,,2",
    "L5,P3,北京,pole_wood,云南,漾濞,100.1,25.7,8,CNY,2020-01-01,2021-05-20,2",
)
ASK = ("--lon", 100.0, "--lat", 25.7, "--radius-km", 50, "--at", "2021-05-22T05:48+08:00")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.csv"
    path.write_text("\n".join([HEAD, *(row.replace("=P2", "P2") for row in ROWS), ""]))
    return path


def test_a_file_and_a_book_give_the_same_answer(run: Any, book: Path) -> None:
    status, text, _ = run("within", book, *ASK, "--json", "--lang", "en")
    answer = json.loads(text)
    assert status == 0
    assert {key: answer[key] for key in (
        "at_utc", "n_locations", "n_policies", "n_partly_inside", "n_assets", "insured_people",
        "n_without_policy_id")} == {
        "at_utc": "2021-05-21T21:48:00Z", "n_locations": 3, "n_policies": 2, "n_partly_inside": 1,
        "n_assets": 3, "insured_people": 9, "n_without_policy_id": 0}
    assert [(item["currency"], item["tiv"]) for item in answer["totals"]] == [
        ("CNY", 300.0), ("USD", 5.0)]
    assert answer["by_branch"][0] == {
        "branch": "大理", "currency": "CNY", "n_locations": 2, "n_policies": 1, "n_assets": 2,
        "insured_people": 7, "tiv": 300.0}
    assert [(item["province"], item["county"], item["currency"]) for item in answer["by_place"]] \
        == [("云南", "永平", "CNY"), ("云南", "漾濞", "CNY"), ("云南", "漾濞", "USD")]
    assert [item["asset_class"] for item in answer["by_asset_class"]] == ["substation", "pole_wood"]
    assert answer["policies"][0] == {
        "policy_id": "P1", "branch": "大理", "currency": "CNY", "tiv_inside": 300.0,
        "tiv_total": 700.0, "n_inside": 2, "n_total": 3, "nearest_km": 0.0,
        "partly_inside": True}
    assert set(answer["timings_s"]) == {"load", "read", "compute", "write"}
    assert run("book", "load", book, "--name", "yunnan")[0] == 0
    for _ in range(2):  # the first makes the index
        of_book = json.loads(run("within", "yunnan", *ASK, "--json")[1])
        for key in ("n_locations", "totals", "by_branch", "by_place", "by_asset_class",
                    "policies"):
            assert of_book[key] == answer[key], key
        assert of_book["portfolio"]["book"]["version"] == 1
        assert of_book["portfolio"]["n_rejected"] == answer["portfolio"]["n_rejected"] == 0
        assert len(of_book["notes"]) == len(answer["notes"])  # what was assumed when it was loaded


@pytest.mark.parametrize("kept", [False, True], ids=["file", "book"])
def test_the_list_of_locations_is_written(run: Any, tmp_path: Path, book: Path,
                                          kept: bool) -> None:
    if kept:
        assert run("book", "load", book, "--name", "yunnan")[0] == 0
    source, out = "yunnan" if kept else book, tmp_path / "out"
    assert run("within", source, *ASK, "--out", out, "--lang", "en")[0] == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "by_asset_class.csv", "by_branch.csv", "by_place.csv", "policies.csv", "rows.csv",
        "rows.parquet", "within.json"]
    with (out / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["loc_id"]: row for row in csv.DictReader(file)}
    assert set(rows) == {"L1", "L2", "L4"}
    assert rows["L2"]["distance_km"] == "30.111184"  # pyproj.Geod: 30,111.1839 m
    assert (rows["L2"]["tiv"], rows["L2"]["expiry_date"], rows["L4"]["expiry_date"]) == (
        "200", "2021-12-31", "")
    table = pq.read_table(out / "rows.parquet")
    assert {row["loc_id"]: row["insured_people"] for row in table.to_pylist()} == {
        "L1": 7, "L2": 0, "L4": 2}
    assert json.loads((out / "within.json").read_text())["n_locations"] == 3
    assert run("within", source, *ASK, "--out", tmp_path / "list.csv")[0] == 0
    assert (tmp_path / "list.csv").read_text(encoding="utf-8-sig").count("\n") == 4
    assert run("within", source, *ASK, "--out", tmp_path / "list.xlsx")[0] == 64


def test_the_terminal_speaks_both_languages(run: Any, book: Path) -> None:
    text = run("within", book, *ASK, "--lang", "en", "--by", "policy")[1]
    assert "3 locations of 2 policies (1 of them partly outside), 9 insured people" in text
    assert "sum insured 300 CNY" in text and "by branch" not in text
    assert "被保险人 9 人" in run("within", book, *ASK)[1]
    assert "没有有效标的" in run("within", book, "--lon", 0, "--lat", 0, "--radius-km", 1)[1]


def test_bad_rows_and_bad_questions(run: Any, tmp_path: Path, book: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("\n".join([HEAD, *ROWS, ""]))
    status, _, told = run("within", bad, *ASK, "--lang", "en")
    assert status == 2 and "row 5, PolNumber = '=P2': a formula: put its value in the cell" in told
    status, text, _ = run("within", bad, *ASK, "--skip-bad", "--json", "--out", tmp_path / "out")
    assert status == 3 and json.loads(text)["portfolio"]["n_rejected"] == 1
    assert "单元格是公式" in (tmp_path / "out" / "rejected.csv").read_text(encoding="utf-8-sig")
    for options in (("--lon", 100, "--lat", 95, "--radius-km", 1),
                    ("--lon", 100, "--lat", 5, "--radius-km", 0),
                    ("--lon", "nan", "--lat", 5, "--radius-km", 1),
                    (*ASK[:6], "--at", "tomorrow"), (*ASK, "--by", "moon"),
                    (*ASK, "--lang", "fr"), (*ASK, "--coordinates", "moon"),
                    ("--lon", 100, "--lat", 5)):
        assert run("within", book, *options)[0] == 64, options
    status, _, told = run("within", "no such book", *ASK)
    assert status == 2 and "no such book：没有该文件" in told
    assert run("within", book, *ASK, "--out", book)[0] == 2
