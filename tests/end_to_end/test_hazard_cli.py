"""``riskcloud hazard``: one place, many sites, places of which nothing is known, bad input."""

import csv
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio

HONG_KONG = ("--lon", 114.2, "--lat", 22.35)
PERILS = ["typhoon", "rainstorm", "flood", "surge", "earthquake", "lightning", "landslide"]


def raster(path: Path, value: float, *, west: float = 113.0, south: float = 22.0,
           nodata: float | None = -9999.0, **tags: str) -> Path:
    with rasterio.open(path, "w", driver="GTiff", width=40, height=40, count=1, dtype="float32",
                       crs="EPSG:4326", nodata=nodata,
                       transform=rasterio.Affine(0.05, 0, west, 0, -0.05, south + 2.0)) as file:
        file.write(np.full((1, 40, 40), value, np.float32))
        file.update_tags(**tags)
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_place_has_grades_sources_and_files(riskcloud: Any, tmp_path: Path) -> None:
    flashes = raster(tmp_path / "flashes.tif", 6.0, TIFFTAG_DATETIME="2020:07:01 00:00:00")
    ran = riskcloud("hazard", *HONG_KONG, "--name", "=Plant", "--lightning", flashes, "--lang",
                    "en", "--json", "--out", tmp_path / "out")
    assert ran.status == 0, ran.err
    said = ran.json()
    assert said["timings_s"].keys() >= {"load", "read", "compute", "write"}
    site, = said["sites"]
    assert [one["peril"] for one in site["perils"]] == PERILS
    by_peril = {one["peril"]: one for one in site["perils"]}
    wind = by_peril["typhoon"]
    gust, mean = wind["hazards"]
    assert wind["graded"]["measure"] == gust["measure"] == "gust_3s"
    assert wind["grade"] in (2, 3, 4) and mean["code"][0]["return_period_yr"] == 10.0
    rain = by_peril["rainstorm"]
    assert rain["graded"]["measure"] == "rain_24h" and rain["grade"] == 5
    layer = rain["hazards"][0]["layer"]
    assert "Hong Kong Observatory" in layer["source"] and "km away" in layer["resolution"]
    quake = by_peril["earthquake"]
    assert quake["grade"] == 3 and quake["graded"]["by_code"] in (True, False)
    level = {one["return_period_yr"]: one for one in quake["hazards"][0]["levels"]}
    assert list(level) == [10.0, 50.0, 100.0, 475.0]
    assert level[475.0]["low"] < level[475.0]["level"] < level[475.0]["high"]
    flash = by_peril["lightning"]
    assert flash["grade"] == 4 and flash["hazards"][0]["layer"]["date"] == "2020-07-01"
    assert by_peril["landslide"]["grade"] == "no_data"
    known = [one["grade"] for one in site["perils"] if one["grade"] != "no_data"]
    assert site["overall_grade"] == max(known)
    assert site["n_perils_without_data"] == 7 - len(known)
    rows = rows_of(tmp_path / "out" / "hazard.csv")
    assert rows[0]["site_id"] == "'=Plant"  # no spreadsheet runs it
    graded = [row for row in rows if row["graded"] == "true"]
    assert {row["peril"]: row["grade"] for row in graded} == {
        one["peril"]: str(one["grade"]) for one in site["perils"] if one["graded"]}
    for row in rows:
        assert (row["level"] == "") == (row["source"] == "")  # every number has its source
        assert row["level"] == "" or row["date"]
        assert (row["code_value"] == "") == (row["code_source"] == "") == (row["code_date"] == "")
        assert (row["graded_value"] == "") == (row["graded"] == "false")
    code, = (row for row in rows if row["measure"] == "mean_10min"
             and row["return_period_yr"] == "50")
    assert code["code_resolution"].startswith("nearest station (")
    storms, quakes, rains = site["history"]
    assert rains["n"] > 500 and rains["strongest"]["intensity"] == pytest.approx(534.1)
    assert [one["least"] for one in rains["counts"]] == [50.0, 100.0, 250.0]
    assert rains["counts"][0]["n"] == rains["n"] > rains["counts"][2]["n"] > 5
    assert storms["peril"] == "typhoon" and storms["n"] > 300 and storms["first_year"] == 1884
    assert storms["strongest"]["intensity"] == max(
        one["intensity"] for one in storms["events"] if one["intensity"] is not None)
    assert storms["last"]["time_utc"] == max(one["time_utc"] for one in storms["events"])
    past = rows_of(tmp_path / "out" / "history.csv")
    assert len(past) == storms["n"] + quakes["n"] + rains["n"]
    assert all(row["source"] and float(row["distance_km"]) <= 300.0 for row in past)
    points = gpd.read_file(tmp_path / "out" / "sites.gpkg")
    assert points.crs.to_epsg() == 4326 and points["overall_grade"].tolist() == ["5"]
    assert len(gpd.read_parquet(tmp_path / "out" / "sites.parquet")) == 1
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["inputs"]["lightning"]["sha256"]
    assert {"kind": "grades", "name": "place_flood"}.items() <= {
        key: one[key] for one in manifest["model_cards"] if one["name"] == "place_flood"
        for key in ("kind", "name")}.items()
    page = (tmp_path / "out" / "hazard.html").read_text(encoding="utf-8")
    for words in ("=Plant", "No data", "Hong Kong Observatory", "1884-03-01", "0.2 deg",
                  "GB 18306-2015", "desk study", "2020-07-01"):
        assert words in page


@pytest.mark.parametrize(("lang", "words"), [
    ("en", "No peril has data here"), ("zh", "此处各灾种均无数据")])
def test_a_place_without_layers_says_so(riskcloud: Any, tmp_path: Path, lang: str, words: str,
                                        ) -> None:
    ran = riskcloud("hazard", "--lon", 36.8, "--lat", -1.3, "--lang", lang, "--out",
                    tmp_path / "out")
    assert ran.status == 0, ran.err
    assert words in ran.out
    assert words in (tmp_path / "out" / "hazard.html").read_text(encoding="utf-8")
    rows = rows_of(tmp_path / "out" / "hazard.csv")
    assert {row["grade"] for row in rows} == {"no_data"} and not any(row["level"] for row in rows)
    assert {row["peril"] for row in rows} == set(PERILS)
    assert not (tmp_path / "out" / "history.csv").exists()
    said = riskcloud("hazard", "--lon", 36.8, "--lat", -1.3, "--json").json()
    assert [one["n"] for one in said["sites"][0]["history"]] == [None] * 3  # not none: not known


def test_coordinates_of_maps_are_turned(riskcloud: Any) -> None:
    place = ("hazard", "--lon", 113.55, "--lat", 22.25, "--no-history", "--json")
    plain = riskcloud(*place).json()["sites"][0]
    turned = riskcloud(*place, "--source-crs", "gcj02").json()["sites"][0]
    assert plain["lon"] == 113.55
    assert 0.003 < plain["lon"] - turned["lon"] < 0.008


def test_many_sites_have_a_table_and_a_map(riskcloud: Any, tmp_path: Path) -> None:
    (tmp_path / "sites.csv").write_text(
        "name,lon,lat,site_class\n厂区,113.55,22.25,III\nHong Kong,114.2,22.35,\n"
        "Nairobi,36.8,-1.3,\nSea,115.5,20.5,\nbad,114,95,\nSea,475.5,20.5,\n", encoding="utf-8")
    arguments = ("hazard", "--sites", tmp_path / "sites.csv", "--json", "--lang", "zh")
    ran = riskcloud(*arguments, "--out", tmp_path / "out")
    assert ran.status == 2 and "row 6" in ran.err
    assert not (tmp_path / "out" / "hazard.csv").exists()
    ran = riskcloud(*arguments, "--skip-bad", "--out", tmp_path / "out")
    assert ran.status == 3, ran.err
    said = ran.json()
    assert said["n_sites"] == 5 and said["n_rejected"] == 1
    by_id = {site["site_id"]: site for site in said["sites"]}
    assert by_id["Nairobi"]["overall_grade"] == "no_data"
    assert by_id["Sea"]["at_sea"] and by_id["Sea"]["grades"]["earthquake"] == "no_data"
    assert said["notes"] == [
        "2 site(s) at sea, or on land too narrow or too new for the land mask of one arc minute",
        "1 site(s) have the name of an earlier one: tell them apart by their order in the file"]
    rows = rows_of(tmp_path / "out" / "hazard.csv")
    assert [row["site_id"] for row in rows] == sorted(
        (row["site_id"] for row in rows), key=["厂区", "Hong Kong", "Nairobi", "Sea"].index)
    alone = riskcloud("hazard", "--lon", 113.55, "--lat", 22.25, "--site-class", "III", "--json")
    for one, other in zip(alone.json()["sites"][0]["perils"], by_id["厂区"]["perils"], strict=True):
        assert one["graded"] == other["graded"]  # other sites change nothing
        assert [hazard["levels"] for hazard in one["hazards"]] == [
            hazard["levels"] for hazard in other["hazards"]]
    page = (tmp_path / "out" / "hazard.html").read_text(encoding="utf-8")
    points = gpd.read_parquet(tmp_path / "out" / "sites.parquet").geometry
    assert points.x.iloc[-1] == points.x.iloc[-2] == 115.5  # WGS84 in any program
    assert "厂区" in page and "位于海上" in page and "综合等级" in page
    assert [row["row"] for row in rows_of(tmp_path / "out" / "rejected.csv")] == ["6"]


@pytest.mark.parametrize(("arguments", "status", "words"), [
    ((), 64, "either --lon and --lat, or --sites"),
    (("--lon", 113.5), 64, "belong together"),
    (("--lon", 22.25, "--lat", 113.55), 2, "swapped"),
    (("--lon", 500, "--lat", 22), 2, "-180 to 180"),
    (("--lon", 113.5, "--lat", 22.2, "--coordinates", "mars"), 64, "WGS84, GCJ-02 or BD-09"),
    (("--lon", 113.5, "--lat", 22.2, "--lightning", "none.tif"), 2, "no such file"),
    (("--lon", 113.5, "--lat", 22.2, "--site-class", "VII"), 2,
     "file, --site-class = 'VII': expected one of I0, I1"),
    (("--lon", 113.5, "--lat", 22.2, "--nodata-dry"), 64, "--nodata-dry: only with --depth or"),
    (("--lon", 113.5, "--lat", 22.2, "--no-history", "--claims", "c.csv"), 64, "--claims: only"),
    (("--lon", 113.5, "--lat", 22.2, "--return-periods", "0.5"), 64, "more than a year"),
    (("--lon", 113.5, "--lat", 22.2, "--rain-record-at", "1,2"), 2, "belongs to --rain-record")])
def test_bad_input_is_told(riskcloud: Any, arguments: tuple[Any, ...], status: int,
                           words: str) -> None:
    ran = riskcloud("hazard", *arguments, "--lang", "en")
    assert ran.status == status
    assert words in " ".join(ran.err.replace("│", " ").split())


def test_bad_layers_are_told_in_chinese(riskcloud: Any, tmp_path: Path) -> None:
    place = ("hazard", "--lon", 113.55, "--lat", 22.25)
    unset = raster(tmp_path / "unset.tif", -5.0, nodata=None)
    ran = riskcloud(*place, "--lightning", unset)
    assert ran.status == 2 and "数值不合理" in ran.err and "应为 0 至 500" in ran.err
    ran = riskcloud(*place, "--landslide", f"{unset}@100")
    assert ran.status == 2 and "不分重现期" in ran.err
    (tmp_path / "text.tif").write_text("no raster", encoding="utf-8")
    assert riskcloud(*place, "--landslide", tmp_path / "text.tif").status == 2
    ran = riskcloud("hazard", "--lon", 22.25, "--lat", 113.55)
    assert ran.status == 2 and "经纬度是否写反" in ran.err


def test_a_layer_that_does_not_cover_the_place_is_no_data(riskcloud: Any, tmp_path: Path) -> None:
    blank = raster(tmp_path / "blank.tif", -9999.0)
    away = raster(tmp_path / "away.tif", 3.0, west=60.0)
    said = riskcloud("hazard", "--lon", 113.55, "--lat", 22.25, "--no-history",
                     "--lightning", blank, "--landslide", away, "--json").json()
    grades = said["sites"][0]["grades"]
    assert grades["lightning"] == grades["landslide"] == "no_data"


def test_depth_by_return_period_is_graded(riskcloud: Any, tmp_path: Path) -> None:
    stack = [raster(tmp_path / f"depth_rp{years}.tif", depth)
             for years, depth in ((10, 0.0), (100, 0.6), (500, 1.5))]
    options = [word for path in stack for word in ("--depth", path)]
    place = ("hazard", "--lon", 113.55, "--lat", 22.25, "--lang", "en", "--no-history")
    ran = riskcloud(*place, *options, "--surge", stack[1], "--json")
    assert ran.status == 0, ran.err
    by_peril = {one["peril"]: one for one in ran.json()["sites"][0]["perils"]}
    flood = by_peril["flood"]
    assert flood["grade"] == 3 and flood["graded"]["value"] == pytest.approx(0.6)
    level = {one["return_period_yr"]: one["level"] for one in flood["hazards"][0]["levels"]}
    assert level[10.0] == 0.0 and 0.6 < level[475.0] < 1.5
    assert flood["hazards"][0]["layer"]["date"] == "the file states no date"
    assert by_peril["surge"]["grade"] == 3
    assert by_peril["surge"]["hazards"][0]["levels"][0]["level"] is None  # 10 years: not known
    away = riskcloud("hazard", "--lon", 36.8, "--lat", -1.3, *options, "--no-history",
                     "--json").json()
    assert away["sites"][0]["grades"]["flood"] == "no_data"
    assert "none of the rasters given covers the place: no data" in away["peril_notes"]["flood"]


def test_depths_without_a_value_are_unknown_unless_dry_is_said(riskcloud: Any, tmp_path: Path,
                                                              ) -> None:
    blank = f"{raster(tmp_path / 'blank.tif', -9999.0)}@100"
    place = ("hazard", "--lon", 113.55, "--lat", 22.25, "--no-history", "--depth", blank,
             "--json")
    assert riskcloud(*place).json()["sites"][0]["grades"]["flood"] == "no_data"
    assert riskcloud(*place, "--nodata-dry").json()["sites"][0]["grades"]["flood"] == 1
    feet = raster(tmp_path / "feet.tif", 3.0)
    ran = riskcloud("hazard", "--lon", 113.55, "--lat", 22.25, "--no-history", "--depth",
                    f"{feet}@100", "--depth-unit", "ft", "--json")
    flood = ran.json()["sites"][0]["perils"][2]
    assert flood["graded"]["value"] == pytest.approx(0.9144) and flood["grade"] == 3


def test_waterlogging_and_claims_near_are_history(riskcloud: Any, tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text(
        "lon,lat,depth_cm,road,start\n36.8005,-1.2996,60,Road A,2018-09-16 10:00\n"
        "36.7995,-1.2998,80,Road B,\n36.95,-1.25,90,far,2018-09-16 10:00\n", encoding="utf-8")
    (tmp_path / "claims.csv").write_text(
        "claim_id,lon,lat,amount,currency,date,peril\nC1,36.8001,-1.2999,1200000,CNY,2017-08-23,"
        "typhoon\nC2,36.801,-1.3,-5,CNY,2017-08-23,typhoon\n", encoding="utf-8")
    place = ("hazard", "--lon", 36.8, "--lat", -1.3, "--lang", "en", "--json", "--out",
             tmp_path / "out", "--waterlogging", tmp_path / "points.csv", "--claims",
             tmp_path / "claims.csv")
    assert riskcloud(*place).status == 2
    ran = riskcloud(*place, "--skip-bad")
    assert ran.status == 3, ran.err
    records = {one["record"]: one for one in ran.json()["sites"][0]["history"]}
    water, claims = records["waterlogging"], records["typhoon_claims_CNY"]
    assert water["n"] == 2 and water["strongest"]["strength"] == pytest.approx(0.8)
    assert water["strongest"]["time_utc"] is None and claims["n"] == 1
    assert water["last"]["name"] == water["events"][1]["name"]  # the only one with a time
    page = (tmp_path / "out" / "hazard.html").read_text(encoding="utf-8")
    assert "Waterlogging" in page and "Claims, Typhoon wind (CNY)" in page
    assert {row["record"] for row in rows_of(tmp_path / "out" / "history.csv")} == {
        "waterlogging", "typhoon_claims_CNY"}


def test_later_storms_join_the_history(riskcloud: Any, shared: Path) -> None:
    track = shared / "tropical_cyclones" / "events" / "hato_2017_jtwc.csv"
    if not track.is_file():
        pytest.skip("no track of Hato 2017 in the shared data")
    place = ("hazard", "--lon", 113.55, "--lat", 22.25, "--json")
    before = riskcloud(*place).json()["sites"][0]["history"][0]
    storms = riskcloud(*place, "--tracks", track).json()["sites"][0]["history"][0]
    assert storms["n"] == before["n"] + 1 and storms["last"]["time_utc"].startswith("2017-08-23")
    assert storms["last_year"] == 2017 and storms["layer"]["date"] == "1884-2017"
    assert storms["last"]["distance_km"] < 50.0 and storms["last"]["intensity"] > 30.0
