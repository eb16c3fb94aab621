"""``forecast`` and ``wind`` through the command line, as a user runs them."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from riskcloud.cli import main

pytestmark = pytest.mark.usefixtures("coarse_picture")

TABLES = ("losses.csv", "losses.parquet", "loss_table.parquet")
OUTPUTS = sorted((*TABLES, "manifest.json", "map.html", "report.html", "summary.json",
                  "tracks.csv"))
N_ROWS = 60


def run(*argv: Any) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(part) for part in argv])
    assert ended.value.code == 0


@pytest.fixture(scope="module")
def track(samples: Path) -> Path:
    return samples / "hato_2017.csv"


@pytest.fixture(scope="module")
def rows(samples: Path) -> list[str]:
    """Header and every 35th row of the sample: towers, lines, substations, plants, buildings."""
    lines = (samples / "pearl_river_portfolio.csv").read_text(encoding="utf-8-sig").splitlines()
    return [lines[0], *lines[1::len(lines) // N_ROWS]]


@pytest.fixture(scope="module")
def made(rows: list[str], track: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with book.csv and the outputs of one run in ``out``."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "book.csv").write_text("\n".join(rows), encoding="utf-8")
    run("forecast", folder / "book.csv", track, "--out", folder / "out", "--members", 40)
    return folder


def losses_of(folder: Path) -> pd.DataFrame:
    return pd.read_parquet(folder / "losses.parquet").set_index("loc_id").sort_index()


def summary_of(folder: Path) -> dict[str, Any]:
    """The summary without what differs from run to run."""
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    for name in ("timings_s", "peak_memory_mb", "memory_above_import_mb"):
        assert name in summary
        del summary[name]
    del summary["portfolio"]["source"]
    return dict(summary)


def test_the_outputs_are_all_there_and_agree(made: Path, rows: list[str]) -> None:
    assert sorted(path.name for path in (made / "out").iterdir()) == OUTPUTS
    losses, summary = losses_of(made / "out"), summary_of(made / "out")
    with (made / "out" / "losses.csv").open(encoding="utf-8-sig", newline="") as file:
        shown = list(csv.DictReader(file))
    insured = {row["LocNumber"]: sum(float(row[name] or 0.0) for name in
                                     ("BuildingTIV", "ContentsTIV", "BITIV"))
               for row in csv.DictReader(rows)}
    # what the portfolio says comes back to the cent, not to six digits
    assert {row["loc_id"]: float(row["tiv"]) for row in shown} == {
        name: insured[name] for name in losses.index}
    total = summary["total"][0]
    assert total["mean"] == pytest.approx(losses["mean"].sum(), rel=1e-12)
    assert total["mean"] == pytest.approx(sum(float(row["mean"]) for row in shown), abs=N_ROWS)
    for name in ("by_client", "by_branch", "by_asset_class", "by_province", "by_county"):
        assert sum(row["mean"] for row in summary[name]) == pytest.approx(total["mean"], rel=1e-9)
    table = pd.read_parquet(made / "out" / "loss_table.parquet")
    gross = table[table["stage"] == "gross"].groupby("member")["loss"].sum()
    assert len(gross) == 40
    assert gross.mean() == pytest.approx(total["gross_mean"], rel=1e-9)


def test_threads_and_order_of_rows_change_nothing_the_seed_does(
        made: Path, rows: list[str], track: Path) -> None:
    shuffled = rows[1:]
    random.Random(1).shuffle(shuffled)
    (made / "shuffled.csv").write_text("\n".join([rows[0], *shuffled]), encoding="utf-8")
    code = "from riskcloud.cli import main; import sys; main(sys.argv[1:])"
    book = (str(made / "shuffled.csv"), str(track), "--members", "40")
    subprocess.run(
        [sys.executable, "-c", code, "forecast", *book, "--seed", "1", "--out",
         str(made / "seed1")], check=True, env=os.environ | {"NUMBA_NUM_THREADS": "1"},
        capture_output=True)
    run("forecast", *book, "--out", made / "seed2", "--seed", 2)
    first, again = losses_of(made / "out"), losses_of(made / "seed1")
    pd.testing.assert_frame_equal(first, again, check_exact=True, check_categorical=False)
    before, after = summary_of(made / "out"), summary_of(made / "seed1")
    assert before["total"] == after["total"] and before["exceedance"] == after["exceedance"]
    assert sorted(map(str, before["by_client"])) == sorted(map(str, after["by_client"]))
    other = losses_of(made / "seed2")
    assert not first["mean"].equals(other["mean"])
    pd.testing.assert_series_equal(first["gust_3s_m_s"], other["gust_3s_m_s"], check_exact=True)


@pytest.mark.parametrize("options, models", [
    (("--members", 1), 7), (("--members", 7, "--wind-models", "all"), 7),
    (("--members", 3, "--wind-models", "holland_1980"), 1),
    (("--members", 4, "--wind-models", "h08,holland_2008", "--wind-models", "er11"), 2),
])
def test_few_members_and_chosen_models(options: tuple[Any, ...], models: int, made: Path,
                                       track: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("forecast", made / "book.csv", track, "--out", made / "few", "--json", *options)
    summary = json.loads(capsys.readouterr().out)
    assert summary["members"] == options[1]
    assert set(summary["timings_s"]) >= {"read", "compute", "write"}
    found = summary["wind_models"]
    assert len(found) == models == len({row["model"] for row in found})
    assert sum(row["weight"] for row in found) == pytest.approx(1.0)
    assert sum(row["n_members"] for row in found) == options[1]


def test_a_storm_that_misses_all_gives_an_answer(made: Path, tmp_path: Path) -> None:
    path = tmp_path / "south.csv"
    path.write_text("time_utc,lat,lon,max_wind_10min_kt\n" + "".join(
        f"2017-08-2{i}T00:00:00Z,{-15 - i},{178 + i if i < 3 else i - 182},90\n"
        for i in range(6)))  # over the dateline, on the other hemisphere
    run("forecast", made / "book.csv", path, "--out", tmp_path / "out", "--members", 5)
    summary = summary_of(tmp_path / "out")
    assert summary["portfolio"]["n_reached"] == 0 and summary["total"][0]["q95"] == 0.0
    assert losses_of(tmp_path / "out")["time_utc"].isna().all()


def test_names_cannot_bring_markup_or_formulas_into_the_pages(made: Path, track: Path,
                                                              tmp_path: Path) -> None:
    evil = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</script><b>x")
    lines = ["LocNumber,ClientNumber,BranchName,CountyName,AssetClass,Longitude,Latitude,"
             "BuildingTIV,LocCurrency"]
    for i, name in enumerate(evil):
        cell = '"' + name.replace('"', '""') + '"'
        lines.append(f"{i},{cell},{cell},{cell},substation,113.{i},22.3,1000000,CNY")
    (tmp_path / "book.csv").write_text("\n".join(lines), encoding="utf-8")
    run("forecast", tmp_path / "book.csv", track, "--out", tmp_path / "out", "--members", 5)
    for page in ("report.html", "map.html"):
        text = (tmp_path / "out" / page).read_text(encoding="utf-8")
        assert not [tag for tag in ("<script>alert", "<img src=x", "</script><b>") if tag in text]


def test_kill_9_leaves_the_old_outputs_or_the_new_ones(made: Path, track: Path,
                                                       tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("forecast", made / "book.csv", track, "--out", out, "--members", 3)
    code = "from riskcloud.cli import main; import sys; main(sys.argv[1:])"
    argv = [sys.executable, "-c", code, "forecast", str(made / "book.csv"), str(track), "--out",
            str(out), "--members", "11", "--seed", "9"]
    old = {name: (out / name).read_bytes() for name in OUTPUTS}
    other = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 30.0
    while not list(out.glob(".riskcloud-run-*/losses.parquet")) and time.monotonic() < until:
        time.sleep(0.005)
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    assert {name: (out / name).read_bytes() for name in OUTPUTS} == old
    run("forecast", made / "book.csv", track, "--out", out, "--members", 11, "--seed", 9)
    assert sorted(path.name for path in out.iterdir()) == OUTPUTS
    assert json.loads((out / "summary.json").read_text(encoding="utf-8"))["members"] == 11


@pytest.mark.parametrize("turn", [-360.0, 360.0])
@pytest.mark.parametrize("preset", ["default", "climada-6"])
def test_longitudes_a_turn_away_have_the_same_wind(preset: str, turn: float, track: Path,
                                                   tmp_path: Path) -> None:
    places = [(113.5, 22.3), (114.2, 22.3), (113.0, 21.0), (-60.0, 10.0)]
    found = []
    for shift in (0.0, turn):
        sites, out = tmp_path / f"sites{shift}.csv", tmp_path / f"wind{shift}.csv"
        sites.write_text("站点;经度;纬度\n" + "".join(
            f"香港{k};{lon + shift:g};{lat:g}\n" for k, (lon, lat) in enumerate(places)),
            encoding="gb18030")
        run("wind", track, "--sites", sites, "--preset", preset, "--out", out)
        with out.open(encoding="utf-8", newline="") as file:
            found.append(list(csv.DictReader(file)))
    assert [row["站点"] for row in found[0]] == ["香港0", "香港1", "香港2", "香港3"]
    assert list(found[0][0]) == ["站点", "经度", "纬度", "intensity", "measure", "unit",
                                 "time_utc", "from_direction_deg"]
    assert [row | {"经度": ""} for row in found[0]] == [row | {"经度": ""} for row in found[1]]
    far = found[0][3]
    assert (float(far["intensity"]), far["time_utc"], far["from_direction_deg"]) == (0.0, "", "")
    assert float(found[0][0]["intensity"]) > 20.0 and found[0][0]["time_utc"].endswith("Z")


def test_wind_takes_parquet_and_answers_in_json(track: Path, tmp_path: Path,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    frame = pd.DataFrame({"lon": [113.5, 200.0], "lat": [22.3, 0.0], "intensity": ["old", "old"],
                          "tags": [["a"], ["b", "c"]]})
    frame.to_parquet(tmp_path / "sites.parquet")
    for out in ("wind.parquet", "wind.csv"):
        run("wind", track, "--sites", tmp_path / "sites.parquet", "--measure", "gust_3s",
            "--json", "--out", tmp_path / out)
        answer = json.loads(capsys.readouterr().out)
        assert answer["n_sites"] == 2 and answer["n_reached"] == 1
        assert set(answer["timings_s"]) >= {"read", "compute", "write"}
        assert answer["peak_memory_mb"] >= answer["memory_above_import_mb"] >= 0.0
    table = pq.read_table(tmp_path / "wind.parquet").to_pandas()
    assert list(table["measure"]) == ["gust_3s"] * 2 and table["intensity"][1] == 0.0
    assert list(table["tags"][1]) == ["b", "c"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "sites.parquet", "wind.csv", "wind.parquet"]


def test_samples_by_location_add_up_to_the_accounts(made: Path, track: Path,
                                                    tmp_path: Path) -> None:
    run("forecast", made / "book.csv", track, "--out", tmp_path, "--members", 40, "--keep-samples")
    by_location = pd.read_parquet(tmp_path / "loss_table_locations.parquet")
    by_account = pd.read_parquet(tmp_path / "loss_table.parquet")
    keys = ["member", "coverage", "stage"]
    sums = [table.groupby(keys, observed=True)["loss"].sum() for table in (by_location, by_account)]
    pd.testing.assert_series_equal(*sums, rtol=1e-12)
    assert sums[0].sum() > 0.0
    ground_up = by_location[by_location["stage"] == "ground_up"]
    mean = ground_up.groupby("loc_id", observed=True)["loss"].sum() / 40
    expected = losses_of(tmp_path)["mean"]
    pd.testing.assert_series_equal(mean.reindex(expected.index.astype(str)).fillna(0.0).rename(None),
                                   expected.rename(None), check_index=False, rtol=1e-12)


@pytest.mark.parametrize(("perils", "words"), [
    ("wind,hail", "--perils hail: expected one of"),
    ("rain,surge", "wind is part of every forecast")])
def test_perils_that_are_none_or_lack_the_wind_are_wrong_usage(
        made: Path, track: Path, tmp_path: Path, perils: str, words: str,
        capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["forecast", str(made / "book.csv"), str(track), "--out", str(tmp_path / "out"),
              "--perils", perils])
    assert ended.value.code == 64 and not (tmp_path / "out").exists()
    assert words in " ".join(capsys.readouterr().err.split())


def test_rain_and_surge_come_with_the_same_storm(made: Path, track: Path, tmp_path: Path) -> None:
    run("forecast", made / "book.csv", track, "--out", tmp_path / "out", "--members", 40,
        "--perils", "wind,rain,surge", "--tide", 1.0, "--lang", "en")
    wet, dry = summary_of(tmp_path / "out"), summary_of(made / "out")
    assert wet["perils"] == ["wind", "rain", "surge"] and wet["tide_m"] == 1.0
    # no elevation: water is told and makes no loss
    assert wet["total"] == dry["total"]
    assert wet["largest"]["rain_mm"] > 50.0 and wet["largest"]["surge_level_m"] > 1.0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "By peril, each alone" in page and "no elevation is given" in page
    settings = json.loads((tmp_path / "out" / "manifest.json").read_text())["settings"]
    assert settings["perils"] == ["wind", "rain", "surge"] and settings["tide_m"] == 1.0
