"""``riskcloud climate map`` and ``verify climate`` on a small made-up event set."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio

from riskcloud.hazard.events import write_events

SITES = "name,lon,lat,note\nHong Kong,114.17,22.30,=1+1\nZhanjiang,110.36,21.28,\nFar,87.6,43.8,\n"


@pytest.fixture(scope="module")
def events(made_up_events: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("climate") / "events"
    made = made_up_events(150)
    write_events(replace(made, facts={**made.facts, "area": [105.0, 17.0, 120.0, 27.0]}), folder)
    return folder


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_sites_keep_their_columns_and_get_levels(riskcloud: Any, events: Path, tmp_path: Path,
                                                 ) -> None:
    (tmp_path / "sites.csv").write_text(SITES, encoding="utf-8")
    ran = riskcloud("climate", "map", events, "--sites", tmp_path / "sites.csv", "--out",
                    tmp_path / "out", "--return-periods", "10,50", "--climate", "wnp_2c",
                    "--lang", "en", "--json")
    assert ran.status == 0, ran.err
    said = json.loads(ran.out)
    assert said["n_sites"] == 3 and said["n_sites_outside_area"] == 1
    assert said["timings_s"].keys() >= {"load", "read", "compute", "write"}
    rows = rows_of(tmp_path / "out" / "wind_climate.csv")
    assert [row["name"] for row in rows] == ["Hong Kong", "Zhanjiang", "Far"]
    assert rows[0]["note"] == "'=1+1"  # no spreadsheet runs it
    for row in rows[:2]:
        low, level, high = (float(row[f"mean_10min_50yr{part}_m_s"]) for part in (
            "_low", "", "_high"))
        assert low <= level <= high
        assert float(row["w0_50yr_kpa"]) == pytest.approx(level**2 / 1600.0, abs=1e-3)
        assert float(row["gust_3s_50yr_m_s"]) > level > float(row["mean_10min_10yr_m_s"])
        assert row["wnp_2c_mean_10min_50yr_m_s"]
        assert row["grade"] in ("0", "1", "2", "3", "4", "5")
    assert rows[2]["mean_10min_50yr_m_s"] == "" and rows[2]["grade"] == "no_data"
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"climate.html", "manifest.json", "map.html", "map.png", "summary.json",
                     "wind_climate.csv"}
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["settings"]["return_periods_yr"] == [10.0, 50.0]


def test_a_grid_is_a_raster_too(riskcloud: Any, events: Path, tmp_path: Path) -> None:
    arguments = ("climate", "map", events, "--grid", 1.0, "--area", "108,19,114,23",
                 "--return-periods", "10", "--lang", "zh", "--reference-only")
    for name in ("one", "two"):
        ran = riskcloud(*arguments, "--out", tmp_path / name)
        assert ran.status == 0, ran.err
    assert (tmp_path / "one" / "wind_climate.csv").read_bytes() == (
        tmp_path / "two" / "wind_climate.csv").read_bytes()
    rows = rows_of(tmp_path / "one" / "wind_climate.csv")
    with rasterio.open(tmp_path / "one" / "wind_climate.tif") as file:
        assert (file.width, file.height) == (6, 4)
        assert file.descriptions[0] == "mean_10min_10yr_m_s"
        assert (file.units[0], file.units[-1]) == ("m/s", "kPa")  # w0 comes last
        assert file.crs.to_epsg() == 4326 and np.isnan(file.nodata)
        value = next(file.sample([(float(rows[7]["lon"]), float(rows[7]["lat"]))]))[0]
    assert value == pytest.approx(float(rows[7]["mean_10min_10yr_m_s"]), abs=1e-3)
    page = (tmp_path / "one" / "climate.html").read_text(encoding="utf-8")
    assert "各重现期风速" in page


@pytest.mark.parametrize(("more", "status", "words"), [
    (("--return-periods", "10,500"), 2,
     "return period 500 years is longer than the event set of 150 years"),
    (("--return-periods", "ten"), 64, "years separated by commas"),
    (("--climate", "none"), 64, "wnp_2c"),
    (("--area", "0,0,5,5"), 2, "no site lies within the area 105,17,120,27 of the event set"),
    (("--models", "none"), 64, "no wind model 'none'"),
])
def test_bad_input_is_told(riskcloud: Any, events: Path, tmp_path: Path, more: tuple[str, ...],
                           status: int, words: str) -> None:
    ran = riskcloud("climate", "map", events, "--grid", 1.0, "--out", tmp_path / "out", "--lang",
                    "en", *more)
    assert ran.status == status
    assert words in " ".join(ran.err.replace("│", " ").split())
    assert not (tmp_path / "out" / "wind_climate.csv").exists()


def test_a_period_beyond_the_set_is_told_in_chinese(riskcloud: Any, events: Path, tmp_path: Path,
                                                    ) -> None:
    ran = riskcloud("climate", "map", events, "--grid", 1.0, "--out", tmp_path / "out",
                    "--return-periods", "500")
    assert ran.status == 2
    assert "重现期 500 年超过事件集长度 150 年" in ran.err


def test_verify_climate_counts_agreement(riskcloud: Any, events: Path, tmp_path: Path) -> None:
    (tmp_path / "code.csv").write_text(
        "station,w0_R10_kPa,w0_R50_kPa,w0_R100_kPa,lon,lat\n"
        "阳江,0.45,0.75,0.9,111.97,21.86\n桂林市,0.2,0.3,0.35,110.294,25.277\n", encoding="utf-8")
    ran = riskcloud("verify", "climate", events, "--code", tmp_path / "code.csv", "--json",
                    "--out", tmp_path / "out")
    assert ran.status == 0, ran.err
    said = json.loads(ran.out)
    assert [one["return_period_yr"] for one in said["verdicts"]] == [10.0, 50.0, 100.0]
    assert said["verdicts"][1]["coast"]["n"] == 1 and said["verdicts"][1]["elsewhere"]["n"] == 1
    rows = rows_of(tmp_path / "out" / "code_winds.csv")
    assert len(rows) == 6
    assert np.isclose(float(rows[0]["code_m_s"]), np.sqrt(1600.0 * 0.45), atol=1e-3)


def test_a_run_into_the_event_set_leaves_it_alone(riskcloud: Any, events: Path) -> None:
    before = {path.name: path.read_bytes() for path in events.iterdir()}
    ran = riskcloud("climate", "map", events, "--grid", 1.0, "--out", events, "--lang", "en")
    assert ran.status == 2 and "this input would be overwritten" in ran.err
    assert {path.name: path.read_bytes() for path in events.iterdir()} == before


def test_good_sites_go_on_without_bad_ones(riskcloud: Any, events: Path, tmp_path: Path) -> None:
    (tmp_path / "sites.csv").write_text(
        "名称,经度,纬度,坐标系\n香港,114.17,22.30,\n坏,114.17,95,\n高德,114.17505,22.29722,高德\n"
        "坏,114.1,22.3,火星\n", encoding="gb18030")
    arguments = ("climate", "map", events, "--sites", tmp_path / "sites.csv", "--out",
                 tmp_path / "out", "--return-periods", "10", "--reference-only", "--json")
    ran = riskcloud(*arguments)
    assert ran.status == 2 and "应为 WGS84、GCJ-02 或 BD-09" in ran.err and "row 3" in ran.err
    assert not (tmp_path / "out" / "summary.json").exists()
    ran = riskcloud(*arguments, "--skip-bad")
    assert ran.status == 3, ran.err
    said = ran.json()
    assert said["n_sites"] == 2 and said["n_rejected"] == 2
    assert said["notes"] == ["1 site(s) turned from GCJ-02 to WGS84"]
    rejected = rows_of(tmp_path / "out" / "rejected.csv")
    assert [row["row"] for row in rejected] == ["3", "5"]
    names = ("mean_10min_10yr_m_s", "gust_3s_10yr_m_s")
    rows = rows_of(tmp_path / "out" / "wind_climate.csv")
    winds = [[float(row[name]) for name in names] for row in rows]
    assert winds[1] == pytest.approx(winds[0], rel=0.01)  # the ground is known by cells of 278 m


@pytest.mark.parametrize("area", ["112,20,114,22", "112,20,116,22"])  # one cell, one row
def test_a_grid_of_one_row_has_a_map(riskcloud: Any, events: Path, tmp_path: Path,
                                     area: str) -> None:
    ran = riskcloud("climate", "map", events, "--grid", 2.0, "--area", area, "--out", tmp_path,
                    "--return-periods", "1.0001,10", "--reference-only", "--json")
    assert ran.status == 0, ran.err
    seldom = ran.json()["levels"][0]
    assert seldom["n_sites"] == 0 and seldom["median"] is None  # nothing blows that often
    assert (tmp_path / "map.png").stat().st_size > 10_000


def test_a_geopackage_opens_with_its_places(riskcloud: Any, events: Path, tmp_path: Path) -> None:
    (tmp_path / "sites.csv").write_text("名称,FID,lon,lat\n香港,7,114.17,22.30\n", encoding="utf-8")
    arguments = ("climate", "map", events, "--sites", tmp_path / "sites.csv", "--return-periods",
                 "10", "--reference-only", "--format", "gpkg")
    for name in ("one", "two"):
        ran = riskcloud(*arguments, "--out", tmp_path / name)
        assert ran.status == 0, ran.err
    path = tmp_path / "one" / "wind_climate.gpkg"
    found = gpd.read_file(path, layer="wind_climate")
    assert found.crs.to_epsg() == 4326
    assert (found.geometry[0].x, found.geometry[0].y) == (114.17, 22.3)
    assert found["名称"][0] == "香港" and found["FID_"][0] == "7"
    assert found["mean_10min_10yr_m_s"].dtype == float
    assert path.read_bytes() == (tmp_path / "two" / "wind_climate.gpkg").read_bytes()
