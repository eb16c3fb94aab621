"""``riskcloud shake``: from an event file and sites to rows, and what is said of bad input."""

import csv
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from riskcloud.hazard.earthquake.formats import read_event
from riskcloud.hazard.earthquake.ground_motion import shaking
from riskcloud.hazard.earthquake.intensity import instrumental_intensity

SAMPLES = Path(__file__).parents[1] / "unit" / "hazard" / "earthquake" / "formats" / "samples"
EVENT = SAMPLES / "event.json"
COLUMNS = ["model", "measure", "unit", "median", "sigma_ln", "tau_ln", "phi_ln", "epicentral_km",
           "hypocentral_km", "r_jb_km", "r_rup_km", "r_x_km", "conversion"]


@pytest.fixture
def run(riskcloud):
    return lambda *argv: riskcloud("shake", *argv)


@pytest.fixture
def sites(tmp_path):
    path = tmp_path / "sites.csv"
    path.write_text("site_id,lon,lat,vs30_m_s,site_class,note\na,99.87,25.67,,,=1+1\n"
                    "b,100.2,25.6,400,II,\nc,99.5,25.9,,III,x\n", encoding="utf-8")
    return path


def test_one_row_a_site_and_measure(run, sites):
    ran = run("--event", EVENT, "--sites", sites, "--model", "boore_2014", "--measure", "sa_1.0",
              "--measure", "pga", "--lang", "en")
    assert ran.status == 0, ran.err
    rows = ran.rows()
    assert list(rows[0]) == ["site_id", "lon", "lat", "vs30_m_s", "site_class", "note", *COLUMNS]
    assert [(row["site_id"], row["measure"]) for row in rows] == [
        (site, measure) for site in "abc" for measure in ("sa_1.0", "pga")]
    assert rows[0]["lon"] == "99.87" and rows[0]["note"] == "'=1+1"
    event = read_event(EVENT)
    expected = shaking(event, np.array([99.87, 100.2, 99.5]), np.array([25.67, 25.6, 25.9]),
                       model="boore_2014", measures=["sa_1.0", "pga"],
                       vs30_m_s=np.array([np.nan, 400.0, np.nan]), site_class=["", "II", "III"])
    for k, one in enumerate(expected):
        of_measure = rows[k::2]
        assert {row["unit"] for row in of_measure} == {"g"}
        np.testing.assert_allclose([float(row["median"]) for row in of_measure], one.median,
                                   rtol=1e-7)
        for name in ("sigma_ln", "tau_ln", "phi_ln"):
            np.testing.assert_allclose([float(row[name]) for row in of_measure],
                                       getattr(one, name), rtol=1e-7)
    assert float(rows[2]["epicentral_km"]) == pytest.approx(34.035, abs=1e-3)
    assert "1 of 3 sites without Vs30 and class" in ran.err
    assert "taken as Mw 6.09 by Cheng et al. (2017)" in ran.err
    assert ran.err.startswith("2021-05-21T13:48:34Z, Ms 6.4, 99.870 25.670, 8 km")


def test_all_models_give_all_they_have(run, sites):
    ran = run("--event", EVENT, "--sites", sites, "--model", "all", "--json", "--lang", "en")
    assert ran.status == 0, ran.err
    told = json.loads(ran.out)
    assert {plan["model"]: plan["measures"] for plan in told["plans"]} == {
        "yu_2013": ["pga", "pgv", "intensity"],
        "boore_2014": ["pga", "pgv", "sa_0.3", "sa_1.0", "sa_3.0", "intensity"],
        "chiou_youngs_2014": ["pga", "pgv", "sa_0.3", "sa_1.0", "sa_3.0", "intensity"]}
    assert told["n_sites"] == 3 and told["n_rows"] == 45 and told["out"] is None
    assert {plan["intensity"] for plan in told["plans"]} == {"GB/T 17742-2020"}
    assert any(note.startswith("yu_2013: region tibetan") for note in told["notes"])
    assert set(told["timings_s"]) == {"load", "read", "compute", "write"}
    assert told["event"]["time_utc"] == "2021-05-21T13:48:34Z"


def test_a_measure_that_one_of_all_lacks_is_said(run, sites):
    ran = run("--event", EVENT, "--sites", sites, "--model", "all", "--measure", "sa_1.0",
              "--lang", "en")
    assert ran.status == 0
    assert {row["model"] for row in ran.rows()} == {"boore_2014", "chiou_youngs_2014"}
    assert "left out: yu_2013 has no sa_1.0; it has pga, pgv, intensity" in ran.err


@pytest.mark.parametrize("conversion, scale", [
    ("gbt_17742_2020", "GB/T 17742-2020"), ("gbt_17742_2008", "GB/T 17742-2008"),
    ("worden_2012", "MMI, Worden et al. (2012)")])
def test_intensity_names_its_edition(run, sites, conversion, scale):
    ran = run("--event", EVENT, "--sites", sites, "--conversion", conversion)
    assert ran.status == 0
    rows = ran.rows()
    assert [row["measure"] for row in rows[:3]] == ["pga", "pgv", "intensity"]
    assert {row["conversion"] for row in rows if row["measure"] == "intensity"} == {scale}
    alone = run("--event", EVENT, "--sites", sites, "--conversion", conversion, "--measure",
                "intensity", "--lang", "en")
    assert "region tibetan" in alone.err, "what was assumed of the ground motion is said"
    assert {row["conversion"] for row in rows if row["measure"] != "intensity"} == {""}
    assert {row["tau_ln"] for row in rows} == {""}, "Yu et al. publish the total alone"
    if conversion.startswith("gbt"):
        pga, pgv, found = (float(row["median"]) for row in rows[3:6])
        assert found == pytest.approx(float(instrumental_intensity(
            np.array(pga), np.array(pgv), edition=conversion)), abs=1e-6)


def test_a_relation_of_isoseismals_is_a_model_too(run, sites):
    ran = run("--event", EVENT, "--sites", sites, "--model", "wang_2000", "--lang", "en")
    assert ran.status == 0
    assert [row["measure"] for row in ran.rows()] == ["intensity"] * 3
    assert "region tibetan" in ran.err


def test_a_shakemap_grid_is_sampled(run, sites, tmp_path):
    out = tmp_path / "shaken.parquet"
    ran = run("--event", SAMPLES / "grid.xml", "--uncertainty", SAMPLES / "uncertainty.xml",
              "--sites", sites, "--measure", "pga", "--measure", "intensity", "--out", out)
    assert ran.status == 0, ran.err
    table = pq.read_table(out)
    assert table.column_names[-13:] == COLUMNS
    pga = table.filter(pa.compute.equal(table["measure"], "pga"))
    assert pga["median"].to_pylist() == [None, None, None], "all sites lie outside the grid"
    assert "3 个场点中有 3 个在 ShakeMap 范围外" in ran.err and "Vs30" not in ran.err
    inside = tmp_path / "inside.csv"
    inside.write_text("lon,lat\n100.0,25.65\n", encoding="utf-8")
    rows = run("--event", SAMPLES / "grid.xml", "--sites", inside).rows()
    found = {row["measure"]: row for row in rows}
    assert found["pga"]["model"] == "shakemap" and float(found["pga"]["median"]) == 0.23
    assert found["intensity"]["conversion"] == "MMI of the ShakeMap"
    assert found["pga"]["sigma_ln"] == ""
    ran = run("--event", SAMPLES / "grid.xml", "--sites", inside, "--model", "yu_2013")
    assert ran.rows()[0]["model"] == "yu_2013", "its event, when a model is asked for"


def test_several_models_by_name(run, sites):
    ran = run("--event", EVENT, "--sites", sites, "--measure", "intensity", "--model", "wang_2000",
              "--model", "boore_2014")
    assert [row["model"] for row in ran.rows()] == ["wang_2000", "boore_2014"] * 3


def test_which_earthquake_of_several(run, sites):
    ran = run("--event", SAMPLES / "events.json", "--sites", sites)
    assert ran.status == 2
    assert "请用 --event-id ID、latest 或 largest 选定" in ran.err and "'after'" in ran.err
    ran = run("--event", SAMPLES / "events.json", "--sites", sites, "--event-id", "largest",
              "--measure", "pga")
    assert ran.status == 0 and len(ran.rows()) == 3
    ran = run("--event", SAMPLES / "events.json", "--sites", sites, "--event-id", "x")
    assert ran.status == 2 and "没有地震 'x'；现有：main, after" in ran.err


def test_a_region_asked_for(run, sites):
    ran = run("--event", EVENT, "--sites", sites, "--region", "eastern", "--lang", "en")
    assert ran.status == 0 and "region eastern, as asked" in ran.err
    ran = run("--event", EVENT, "--sites", sites, "--model", "all", "--region", "eastern",
              "--lang", "en")
    assert ran.status == 0 and "boore_2014 has no region 'eastern'" in ran.err
    ran = run("--event", EVENT, "--sites", sites, "--region", "mars")
    assert ran.status == 2 and "mars" in ran.err


@pytest.mark.parametrize("argv", [
    ("--model", "x"), ("--measure", "sa"), ("--measure", "pgd"), ("--conversion", "jma"),
    ("--lang", "fr"), ("--out", "o.xlsx"), ("--uncertainty", SAMPLES / "uncertainty.xml")])
def test_wrong_usage(run, sites, argv):
    assert run("--event", EVENT, "--sites", sites, *argv).status == 64


def test_bad_input_is_told_in_the_readers_language(run, sites, tmp_path):
    path = tmp_path / "metres.json"
    path.write_text('{"lon": 99.87, "lat": 25.67, "depth_km": 8000, "magnitude": 6.4}',
                    encoding="utf-8")
    ran = run("--event", path, "--sites", sites)
    assert ran.status == 2 and "单位应为公里" in ran.err and "8" in ran.err
    bad = tmp_path / "bad.csv"
    bad.write_text("lon,lat,vs30_m_s\n99,25,-1\n", encoding="utf-8")
    ran = run("--event", EVENT, "--sites", bad, "--lang", "en")
    assert ran.status == 2 and "row 2, vs30_m_s = '-1': not within 50 to 5000 m/s" in ran.err
    ran = run("--event", EVENT, "--sites", sites, "--model", "yu_2013", "--measure", "sa_1.0")
    assert ran.status == 2 and "yu_2013 没有 sa_1.0；有 pga, pgv, intensity" in ran.err
    ran = run("--event", EVENT, "--sites", sites, "--model", "yu_2013", "--measure", "sa_1.0",
              "--lang", "en")
    assert ran.status == 2 and "yu_2013 has no sa_1.0; it has pga, pgv, intensity" in ran.err
    ran = run("--event", EVENT, "--sites", sites, "--out", sites)
    assert ran.status == 2 and "会覆盖这个输入文件" in ran.err
    bad.write_text("lon,lat\n99,\n", encoding="utf-8")
    ran = run("--event", EVENT, "--sites", bad)
    assert "有 1 处问题" in ran.err and "lat = ''" in ran.err
    assert "缺失：应在 -90 至 90 度之间" in ran.err


def test_what_the_sites_file_holds_twice_is_said(run, sites, tmp_path):
    twice = tmp_path / "twice.csv"
    twice.write_text("site_id,lon,lat,median\na,99,25,7\na,99.1,25,8\nb,99,25,9\n",
                     encoding="utf-8")
    ran = run("--event", EVENT, "--sites", twice, "--measure", "pga", "--lang", "en")
    assert ran.status == 0 and "1 of 3 site ids stand more than once" in ran.err
    assert "columns of the sites that are written anew: median" in ran.err
    assert "written anew" not in run("--event", EVENT, "--sites", sites, "--lang", "en").err


def test_the_region_taken_is_in_the_json(run, sites):
    ran = run("--event", EVENT, "--sites", sites, "--model", "all", "--json")
    assert [plan["region"] for plan in json.loads(ran.out)["plans"]] == [
        "tibetan", "china", "wenchuan"]


def test_chunks_change_nothing(run, sites, tmp_path, monkeypatch):
    whole = run("--event", EVENT, "--sites", sites, "--model", "all").out
    monkeypatch.setattr("riskcloud.cli.shake.ROWS", 30)
    out = tmp_path / "parts.csv"
    assert run("--event", EVENT, "--sites", sites, "--model", "all", "--out", out).status == 0
    assert out.read_text(encoding="utf-8") == whole.replace("\r\n", "\n")


def test_bad_rows_are_set_aside(run, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("site_id,lon,lat\na,99.9,25.7\nb,x,25.7\n", encoding="utf-8")
    out = tmp_path / "out" / "shaken.csv"
    ran = run("--event", EVENT, "--sites", bad, "--measure", "pga", "--skip-bad", "--out", out,
              "--lang", "en")
    assert ran.status == 3 and "1 row(s) set aside" in ran.err
    assert len(out.read_text(encoding="utf-8").splitlines()) == 2
    rejected = list(csv.DictReader((out.parent / "rejected.csv").open(encoding="utf-8-sig")))
    assert [(row["row"], row["column"], row["value"]) for row in rejected] == [("3", "lon", "x")]
    ran = run("--event", EVENT, "--sites", bad, "--measure", "pga", "--skip-bad")
    assert ran.status == 3 and len(ran.rows()) == 1 and "第 3 行" in ran.err


@pytest.mark.parametrize("name, change, words", [
    ("quake.xml", ("<preferredOriginID>smi:o/2</preferredOriginID>", ""),
     "none of 2 origins is preferred: taken is us"),
    ("quake.xml", ("<value>9000.0</value>", "<value>9</value>"), "if kilometres were meant"),
    ("events.json", ("", ""), "magnitudes of several types in one file (Ms 1, ML 1)")])
def test_what_a_file_leaves_open_is_said(run, sites, tmp_path, name, change, words):
    path = tmp_path / name
    path.write_text((SAMPLES / name).read_text(encoding="utf-8").replace(*change)
                    if change[0] else (SAMPLES / name).read_text(encoding="utf-8"),
                    encoding="utf-8")
    ran = run("--event", path, "--sites", sites, "--measure", "pga", "--event-id", "largest",
              "--lang", "en")
    assert ran.status == 0 and words in ran.err, ran.err


@pytest.mark.parametrize("raw, words", [
    (b'<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a "x">]><quakeml>&a;</quakeml>', "refused"),
    (b"<html>504</html>", "web page"), (b'{"type": "Feature"', "broken JSON"), (b"", "empty")])
def test_hostile_event_files_are_refused(run, sites, tmp_path, raw, words):
    path = tmp_path / "event"
    path.write_bytes(raw)
    ran = run("--event", path, "--sites", sites, "--lang", "en")
    assert ran.status == 2 and words in ran.err and not ran.out
