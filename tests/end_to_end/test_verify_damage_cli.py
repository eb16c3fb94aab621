"""``riskcloud verify damage`` from the terminal: a small book, invented facts, what goes wrong."""

import json

import pytest

HEAD = "event,category,metric,value,unit,place,as_of,kind,source\n"


@pytest.fixture
def facts(tmp_path):
    path = tmp_path / "facts.csv"
    path.write_text(HEAD + "HATO_2017,grid,110 kV and above towers down,1,towers,Guangdong,,"
                    "paper,s\nHATO_2017,grid,220 kV line trips,3,trips,Guangdong,,paper,s\n",
                    encoding="utf-8")
    return path


def test_a_book_against_facts(run, samples, facts, tmp_path):
    out = tmp_path / "out"
    done = run("verify", "damage", "--storm", "HATO", "--track", samples / "hato_2017.csv",
               "--exposure", samples / "pearl_river_portfolio.csv", "--facts", facts,
               "--out", out, "--lang", "en", "--json")
    assert done.status == 0, done.err
    found = done.json()
    row = found["rows"][0]
    assert (row["asset"], row["voltage"], row["reported"]) == ("tower", "110 kV+", 1.0)
    assert 0.0 <= row["q10"] <= row["q90"] and 0.0 <= row["mean"] <= row["in_area"]
    assert row["exposed"] <= row["in_area"]
    assert row["rate_per_1000"] == pytest.approx(1000.0 * row["mean"] / row["exposed"])
    assert found["told"][0]["metric"] == "220 kV line trips"
    assert sum(c["weight"] for c in found["curves"] if c["asset"] == "tower"
               and c["voltage"] == "110 kV+") in (pytest.approx(1.0), pytest.approx(2.0))
    page = (out / "damage.html").read_text(encoding="utf-8")
    assert "inside the band" in page or "model" in page
    assert "http" not in page.split("</style>")[1].replace("http://www.w3.org", "")
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["inputs"]) == {"track_1", "exposure_1", "facts_1"}
    assert (out / "damage.csv").read_text(encoding="utf-8-sig").startswith("event,asset")


def test_what_is_missing_is_said(run):
    done = run("verify", "damage", "--storm", "YAGI", "--lang", "en")
    assert done.status == 2 and "no track of it: give one with --track" in done.err
    done = run("verify", "damage", "--storm", "NOPE")
    assert done.status == 2 and "没有" in done.err
