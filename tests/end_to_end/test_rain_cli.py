"""``riskcloud rain``: from a track and sites to totals, grades and what is said of bad input."""

import json

import pyarrow.parquet as pq
import pytest

HATO = ("time_utc,lat,lon,max_wind_1min_m_s\n"
        "2017-08-22T12:00Z,20.8,117.2,40\n2017-08-22T18:00Z,21.1,115.9,45\n"
        "2017-08-23T00:00Z,21.7,114.4,50\n2017-08-23T06:00Z,22.2,112.9,40\n"
        "2017-08-23T12:00Z,22.7,111.2,25\n")
OURS = ["rain_mm", "rain_p05_mm", "rain_p95_mm", "peak_mm_h", "peak_time_utc", "rain_24h_mm",
        "grade_24h", "grade_24h_title", "model"]


@pytest.fixture
def run(riskcloud):
    return lambda *argv: riskcloud("rain", *argv)


@pytest.fixture
def files(tmp_path):
    track, sites = tmp_path / "hato.csv", tmp_path / "sites.csv"
    track.write_text(HATO, encoding="utf-8")
    sites.write_text("site_id,lon,lat,note\na,113.57,22.27,=1+1\nb,-10,50,\n", encoding="utf-8")
    return track, sites


def test_rows_and_what_is_said(run, files):
    track, sites = files
    ran = run(track, "--sites", sites, "--lang", "en")
    assert ran.status == 0, ran.err
    rows = ran.rows()
    assert list(rows[0]) == ["site_id", "lon", "lat", "note", *OURS]
    assert rows[0]["note"] == "'=1+1" and rows[0]["model"] == "coastal_r_cliper"
    assert float(rows[0]["rain_mm"]) >= float(rows[0]["rain_24h_mm"]) > 20.0
    assert rows[1]["rain_mm"] == "0" and rows[1]["grade_24h"] == "trace"
    assert "remote and monsoon rain is not covered" in ran.err
    assert "不含远距离降雨与季风降雨" in run(track, "--sites", sites).err


def test_json_and_parquet(run, files, tmp_path):
    track, sites = files
    out = tmp_path / "rain.parquet"
    ran = run(track, "--sites", sites, "--model", "r_cliper", "--json", "--lang", "en",
              "--out", out)
    assert ran.status == 0, ran.err
    said = json.loads(ran.out)
    assert said["model"] == "r_cliper" and said["n_sites"] == 2 and said["n_reached"] == 1
    assert {"read", "compute", "write"} <= set(said["timings_s"])
    assert any("monsoon rain is not covered" in note for note in said["notes"])
    table = pq.read_table(out)
    assert table["rain_mm"].to_pylist()[0] == pytest.approx(said["max_rain_mm"], abs=0.006)


def test_bad_rows_are_told_or_set_aside(run, files, tmp_path):
    track, sites = files
    sites.write_text("lon,lat\n113.5,22.2\n113.5,95\n", encoding="utf-8")
    assert run(track, "--sites", sites, "--lang", "en").status == 2
    ran = run(track, "--sites", sites, "--lang", "en", "--skip-bad", "--out", tmp_path / "out.csv")
    assert ran.status == 3
    assert "95" in (tmp_path / "rejected.csv").read_text(encoding="utf-8")


def test_a_track_without_wind_and_pressure_is_refused(run, files):
    track, sites = files
    track.write_text("time_utc,lat,lon,max_wind_1min_m_s\n2017-08-22T12:00Z,20.8,117.2,\n"
                     "2017-08-22T18:00Z,21.1,115.9,\n", encoding="utf-8")
    ran = run(track, "--sites", sites, "--lang", "en")
    assert ran.status == 2 and "with wind or central pressure" in ran.err


def test_pressure_alone_will_do_and_is_said(run, files):
    track, sites = files
    track.write_text("time_utc,lat,lon,central_pressure_hpa\n2017-08-22T12:00Z,20.8,117.2,970\n"
                     "2017-08-23T00:00Z,21.7,114.4,950\n2017-08-23T12:00Z,22.7,111.2,985\n",
                     encoding="utf-8")
    ran = run(track, "--sites", sites, "--lang", "en")
    assert ran.status == 0, ran.err
    assert "3 of 3 fixes have no wind of their own: it was filled" in ran.err
    assert "3 个定位点中有 3 个无风速" in run(track, "--sites", sites).err


def test_wrong_usage(run, files):
    track, sites = files
    ran = run(track, "--sites", sites, "--model", "ipet")
    assert ran.status == 64 and "coastal_r_cliper, r_cliper" in ran.err
    assert run(track, "--sites", sites, "--out", "rain.xlsx").status == 64
    assert run(track, "--sites", sites, "--out", sites).status == 2


def test_a_folder_in_the_place_of_the_file_is_told_in_chinese(run, files, tmp_path):
    track, sites = files
    (tmp_path / "rain.csv").mkdir()
    ran = run(track, "--sites", sites, "--out", tmp_path / "rain.csv")
    assert ran.status == 2 and "是文件夹：应给出要写入的文件" in ran.err
