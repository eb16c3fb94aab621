"""``riskcloud climate typhoon``: an event set from a clean install, and what is refused."""

import json

import numpy as np
import pytest

from riskcloud.cli import main
from riskcloud.hazard.events import read_events
from riskcloud.hazard.typhoon.climate.scenarios import reweight

AREA = "108,18,118,24"


def run(capsys, *args):
    with pytest.raises(SystemExit) as end:
        main(["climate", "typhoon", *map(str, args)])
    captured = capsys.readouterr()
    return end.value.code, captured.out, captured.err


def test_event_set_json_and_the_same_again(tmp_path, capsys):
    args = ("--area", AREA, "--years", 100, "--period", "1951-1975", "--seed", 5, "--lang", "en",
            "--json", "--climate", "wnp_2c")
    status, out, _ = run(capsys, *args, "--out", tmp_path / "a")
    assert status == 0
    said = json.loads(out)
    events = read_events(tmp_path / "a")
    assert said["simulated"]["n_events"] == len(events)
    assert said["period"] == {"first": 1951, "last": 1975, "n_seasons": 25}
    assert said["observed"]["low"] < said["observed"]["rate_per_year"] < said["observed"]["high"]
    assert {"timings_s", "peak_memory_mb", "memory_above_import_mb"} <= set(said)
    assert said["made_with"]["model_cards"]
    assert events.facts["landfalls"] == said["landfalls"]
    assert {row["segment"] for row in said["landfalls"]} >= {"pearl_river", "guangxi"}
    (warm,) = said["climate"]
    rates = reweight(events, "wnp_2c")
    assert warm["rate_per_year"] == pytest.approx(rates.sum())
    assert warm["present_rate_per_year"] == pytest.approx(events.annual_rate.sum())
    assert 0.0 < warm["landfalls_below"]["storm"] < warm["present_landfalls_below"]["storm"]
    run(capsys, *args, "--out", tmp_path / "b")
    again = read_events(tmp_path / "b")
    np.testing.assert_array_equal(again.max_wind_m_s, events.max_wind_m_s)
    np.testing.assert_array_equal(again.lon, events.lon)


@pytest.mark.parametrize(("lang", "words"), [("zh", ("每年登陆次数", "抽样误差", "重采样")),
                                             ("en", ("Landfalls a year", "sampling error",
                                                     "resampled"))])
def test_terminal(tmp_path, capsys, lang, words):
    status, out, _ = run(capsys, "--area", AREA, "--years", 20, "--period", "1990-2005",
                         "--out", tmp_path, "--lang", lang)
    assert status == 0
    for word in words:
        assert word in out


@pytest.mark.parametrize(("area", "more", "status", "words"), [
    ("118,18,108,24", (), 2, "要求 W < E"),
    ("108,18,118,95", (), 2, "纬度"),
    ("108,18,118", (), 2, "四个数"),
    ("10,40,20,50", (), 2, "最近的一个"),
    (AREA, ("--years", 0), 2, "1 至"),
    (AREA, ("--years", -5), 2, "1 至"),
    (AREA, ("--method", "guess"), 64, "resampled"),
    (AREA, ("--climate", "hot"), 64, "wnp_2c"),
    (AREA, ("--period", "2013"), 64, "FIRST-LAST"),
    (AREA, ("--period", "2010-2013"), 2, "季"),
    (AREA, ("--catalogue", "no_such.csv"), 2, "no_such.csv"),
])
def test_bad_input(tmp_path, capsys, area, more, status, words):
    out = tmp_path / "events"
    found, _, err = run(capsys, "--area", area, "--out", out, *more)
    assert found == status
    assert words in err
    assert not out.exists()


def own_catalogue(path):
    """Write the storms of 1990 to 2010, of which pressures are known from 1998 on; a bad row."""
    from riskcloud.hazard.typhoon.climate.catalogue import read_catalogue

    frame = read_catalogue()[0].seasons(1990, 2010).frame()
    table = frame.rename(columns={"time_utc": "time"}).assign(
        wmo_pres_hpa=(frame["wmo_pressure_pa"] / 100.0).where(frame["season"] >= 1998))
    table = table[["sid", "time", "lat", "lon", "wmo_pres_hpa"]].astype({"lat": object})
    table.loc[7, "lat"] = 99.0
    table.to_csv(path, index=False)
    return path


def test_a_catalogue_of_one_s_own_with_a_bad_row(tmp_path, capsys):
    path, out = own_catalogue(tmp_path / "own.csv"), tmp_path / "events"
    args = "--area", AREA, "--years", 20, "--catalogue", path, "--out", out
    status, _, err = run(capsys, *args)
    assert status == 2
    assert "row 9, lat = '99.0': 应在 -90 至 90 之间" in err
    (tmp_path / "again.csv").write_bytes(path.read_bytes())
    status, said, _ = run(capsys, *args, "--catalogue", tmp_path / "again.csv", "--skip-bad",
                          "--json")
    assert status == 3
    rejected = (out / "rejected.csv").read_text(encoding="utf-8-sig")
    assert "(own.csv)" in rejected and "(again.csv)" in rejected
    found = json.loads(said)
    assert found["period"] == {"first": 1998, "last": 2010, "n_seasons": 13}
    assert found["notes"] == ["seasons 1990 to 1997 are left out: pressures are not complete"]
    assert found["observed"]["rate_per_year"] > 8.0  # of seasons with pressures, not of all


def test_seasons_without_pressures_are_not_seasons_without_storms(tmp_path, capsys):
    path = own_catalogue(tmp_path / "own.csv")
    status, _, err = run(capsys, "--area", AREA, "--catalogue", path, "--period", "1990-2004",
                         "--skip-bad", "--lang", "en", "--out", tmp_path / "events")
    assert status == 2
    assert "7 season(s) with pressures of 1990 to 2004, storms of 1990 to 2010" in err
