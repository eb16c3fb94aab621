"""``riskcloud rain-frequency`` on a made-up record and on cities, and what it refuses."""

import csv
import json

import numpy as np
import pytest

YEARS = 40


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    """A record of 40 years in inches: a heavy day each June, drizzle every fifth day."""
    heavy = np.random.default_rng(5).gumbel(4.0, 1.5, YEARS).clip(1.0)
    days = np.arange("1980-01-01", f"{1980 + YEARS}-01-01", dtype="datetime64[D]")
    lines = ["date,rain_inch"]
    for k, day in enumerate(days.astype(str)):
        inches = heavy[int(day[:4]) - 1980] if day.endswith("06-15") else 0.1 * (k % 5 == 0)
        lines.append(f"{day},{inches:.3f}")
    path = tmp_path_factory.mktemp("rain") / "station.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path, heavy * 25.4


def test_a_record_in_inches_gives_millimetres(riskcloud, record, tmp_path):
    path, largest = record
    ran = riskcloud("rain-frequency", path, "--return-periods", "100,10", "--out",
                    tmp_path / "out", "--json")
    assert ran.status == 0, ran.err
    answer = ran.json()
    assert answer["unit_of_file"] == "inch" and answer["n_complete_years"] == YEARS
    assert answer["return_periods_yr"] == [10.0, 100.0]
    assert answer["largest"][0]["rain_mm"] == pytest.approx(largest.max(), abs=0.02)
    ten, hundred = answer["levels"]
    assert ten["low_mm"] < ten["rain_mm"] < ten["high_mm"] < 2.0 * ten["rain_mm"]
    assert np.quantile(largest, 0.8) < ten["rain_mm"] < hundred["rain_mm"]
    assert len(answer["estimators"]) == 6
    assert "rain is in inch and was turned into mm" in answer["notes"]
    assert {"manifest", "timings_s", "peak_memory_mb"} <= set(answer)
    with (tmp_path / "out" / "rain_frequency.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert float(rows[0]["rain_mm"]) == pytest.approx(ten["rain_mm"], abs=0.001)
    kept = json.loads((tmp_path / "out" / "rain_frequency.json").read_text(encoding="utf-8"))
    assert kept["levels"] == answer["levels"]


@pytest.mark.parametrize(("lang", "words"), [
    ("zh", "各重现期日雨量"), ("en", "Day rain by return")])
def test_the_terminal_speaks_both_languages(riskcloud, record, lang, words):
    ran = riskcloud("rain-frequency", record[0], "--lang", lang)
    assert ran.status == 0, ran.err
    assert words in ran.out and ("was turned into mm" in ran.out) == (lang == "en")


@pytest.mark.parametrize("city", ["Guangzhou", "广州市", "guangzhou_2011"])
def test_a_citys_formulas(riskcloud, city):
    ran = riskcloud("rain-frequency", "--city", city, "--return-periods", "0.5,100,475",
                    "--durations", "60,1440", "--json")
    assert ran.status == 0, ran.err
    answer = ran.json()
    old = next(one for one in answer["formulas"] if one["name"] == "guangzhou_2011")
    assert old["superseded_by"] == "guangzhou_2021"
    value = {(row["duration_min"], row["return_period_yr"]): row["mm_per_h"]
             for row in old["intensities"]}
    assert value[60.0, 0.5] == pytest.approx(45.3, abs=0.06)
    assert value[60.0, 100.0] == pytest.approx(113.6, abs=0.06)
    assert value[60.0, 475.0] is None and value[1440.0, 100.0] is None
    assert any("outside what their formula was made for" in note for note in answer["notes"])


def test_what_is_refused(riskcloud, record, tmp_path):
    assert riskcloud("rain-frequency").status == 64
    assert riskcloud("rain-frequency", record[0], "--city", "Guangzhou").status == 64
    assert riskcloud("rain-frequency", record[0], "--return-periods", "ten").status == 64
    assert riskcloud("rain-frequency", record[0], "--return-periods", "0.5,10").status == 64
    assert riskcloud("rain-frequency", record[0], "--durations", "60").status == 64
    unknown = riskcloud("rain-frequency", "--city", "Atlantis", "--lang", "en")
    assert unknown.status == 2 and "known: Guangzhou 广州, Shenzhen 深圳" in unknown.err
    short = tmp_path / "short.csv"
    lines = record[0].read_text(encoding="utf-8").splitlines()
    short.write_text("\n".join(lines[:3000]), encoding="utf-8")
    ran = riskcloud("rain-frequency", short)
    assert ran.status == 2 and "short：完整年份的雨量仅 8 年，至少需要 20 年" in ran.err
    bad = tmp_path / "bad.csv"
    bad.write_text("\n".join([*lines, "2021-02-30,1"]), encoding="utf-8")
    assert riskcloud("rain-frequency", bad).status == 2
    assert riskcloud("rain-frequency", bad, "--skip-bad", "--out", tmp_path / "o").status == 3
    assert (tmp_path / "o" / "rejected.csv").is_file()
