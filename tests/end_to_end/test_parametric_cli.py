"""``riskcloud parametric``: covers before landfall, of an event set, an earthquake, as observed."""

import json

import pandas as pd
import pytest

from riskcloud.hazard.events import write_events

COVERS = """\
CoverNumber,ClientNumber,Index,PlaceName,Lon,Lat,RadiusKm,From,Payout,Currency,AnnualLimit,Inception,Expiry
GUST,GRID,gust,Zhuhai,113.577,22.271,,30,100,CNY,250,,
GUST,,,,,,,40,200,,,,
BOX,CITY,pressure,circle,113.577,22.271,150,975,50,CNY,,,
PAST,CITY,gust,Zhuhai,113.577,22.271,,20,70,CNY,,2010-01-01,2010-12-31
SIGNAL,SHOP,signal,Macau,,,,8,10,MOP,,,
"""


@pytest.fixture(scope="module")
def covers(tmp_path_factory):
    path = tmp_path_factory.mktemp("parametric") / "covers.csv"
    path.write_text(COVERS, encoding="utf-8")
    return path


def test_before_landfall(riskcloud, samples, covers, tmp_path):
    out = tmp_path / "out"
    ran = riskcloud("parametric", covers, samples / "hato_2017.csv", "--issued-at",
                    "2017-08-22T12:00Z", "--members", 40, "--wind-models",
                    "holland_2010", "--out", out, "--lang", "en", "--json")
    assert ran.status == 0, ran.err
    said = ran.json()
    rows = {row["cover"]: row for row in said["covers"]}
    assert [row["status"] for row in said["covers"]] == [
        "in_force", "in_force", "not_in_force", "unknown"]
    tiers = pd.read_parquet(out / "tiers.parquet")
    sums = tiers[tiers["cover"] != "SIGNAL"].groupby("cover")["probability"].sum()
    assert sums.to_numpy() == pytest.approx(1.0)
    # a payout is that of its tier: the mean is the sum over tiers of chance times payout
    for name in ("GUST", "BOX"):
        own = tiers[tiers["cover"] == name]
        expected = (own["probability"] * own["payout"]).sum()
        assert rows[name]["payout_mean"] == pytest.approx(expected)
    assert 0.3 < rows["GUST"]["p_payout"] <= 1.0
    assert rows["PAST"]["payout_most"] == 0.0
    table = pd.read_parquet(out / "loss_table.parquet")
    assert table["loss"].sum() / 40 == pytest.approx(
        sum(row["payout_mean"] for row in said["totals"] if row["currency"] == "CNY"))
    page = (out / "covers.html").read_text(encoding="utf-8")
    assert "a signal is reported, not modelled" in page and "Chance of each tier" in page
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["inputs"]) == {"covers", "advisory_1"}
    assert ["wind", "default"] in [[card["kind"], card["name"]]
                                   for card in manifest["model_cards"]]


def test_of_an_event_set_as_ep_reads_it(riskcloud, covers, made_up_events, tmp_path):
    write_events(made_up_events(50), tmp_path / "events")
    ran = riskcloud("parametric", covers, "--events", tmp_path / "events", "--out",
                    tmp_path / "out", "--return-periods", "10,20", "--json")
    assert ran.status == 0, ran.err
    said = ran.json()
    table = pd.read_parquet(tmp_path / "out" / "event_losses.parquet")
    assert (table.groupby(["cover", "year"])["loss"].sum()["GUST"] <= 250.0).all()
    for row in said["covers"]:
        if row["status"] == "in_force":
            own = table[table["cover"] == row["cover"]]
            assert row["aal"] == pytest.approx(own["loss"].sum() / 50)
            assert row["p_year"] == own["year"].nunique() / 50
    rates = {(row["cover"], row["tier"]): row["n_events"] for row in said["tiers"]}
    assert rates["GUST", 1] + rates["GUST", 2] >= (table["cover"] == "GUST").sum() > 0
    again = riskcloud("ep", tmp_path / "out" / "event_losses.parquet", "--years", 50,
                      "--return-periods", "10,20", "--json").json()
    whole = [row for row in said["exceedance"] if row["key"] == "all"]
    assert [row["loss"] for row in again["exceedance"]] == [row["loss"] for row in whole]
    assert "赔付超越概率" in (tmp_path / "out" / "covers.html").read_text(encoding="utf-8")


def test_by_readings_within_the_year_of_the_policy(riskcloud, covers, tmp_path):
    # GUST: 200 + 200 of a limit of 250 a calendar year, then afresh; SIGNAL once; BOX unread
    (tmp_path / "readings.csv").write_text(
        "Event,Date,Place,Index,Value,Unit\nB,2017-09-01,Zhuhai,gust,180,km/h\n"
        "A,2017-08-23,Zhuhai,gust,51.9,\nA,2017-08-23,Macau,signal,10,\n"
        "C,2018-09-16,Zhuhai,gust,35,\nC,2018-09-16,Nowhere,gust,35,\n", encoding="utf-8")
    ran = riskcloud("parametric", covers, "--observed", tmp_path / "readings.csv", "--out",
                    tmp_path / "out", "--lang", "en", "--json")
    assert ran.status == 0, ran.err
    payouts = pd.read_csv(tmp_path / "out" / "payouts.csv")
    gust = payouts[payouts["cover"] == "GUST"]
    assert gust["event_id"].tolist() == ["A", "B", "C"]
    assert gust["payout_100"].tolist() == [200, 200, 100]
    assert gust["payout"].tolist() == [200, 50, 100]
    assert payouts[payouts["cover"] == "PAST"]["status"].unique().tolist() == ["not_in_force"]
    said = ran.json()
    assert {row["currency"]: row["paid"] for row in said["totals"]} == {"CNY": 350, "MOP": 10}
    assert "1 reading(s) belong to no place of a cover with that index" in said["notes"]
    assert "cover BOX: no reading of all its places and days: not known whether it pays" in (
        said["notes"])


def test_of_an_earthquake(riskcloud, samples, tmp_path):
    (tmp_path / "covers.csv").write_text(
        "CoverNumber,Index,PlaceName,Lon,Lat,From,Payout,Currency\n"
        "I,intensity,near,99.95,25.67,6,10,CNY\nI,,,,,7,30,\nI,,,,,8,80,\n"
        "P,pga,near,99.95,25.67,0.1,5,CNY\nF,pga,far,110,30,0.1,5,CNY\n", encoding="utf-8")
    ran = riskcloud("parametric", tmp_path / "covers.csv", "--event",
                    samples / "yangbi_2021_usgs.json", "--members", 100, "--json")
    assert ran.status == 0, ran.err
    rows = {row["cover"]: row for row in ran.json()["covers"]}
    assert rows["I"]["index_mean"] == pytest.approx(7.5, abs=0.7)
    assert float(rows["I"]["index_q50"]).is_integer()
    assert rows["P"]["p_payout"] > 0.9 and rows["F"]["p_payout"] == 0.0


def test_faults_of_both_files_at_once_and_wrong_usage(riskcloud, covers, tmp_path):
    (tmp_path / "bad.csv").write_text(COVERS.replace("gust,Zhuhai", "gale,Zhuhai", 1),
                                      encoding="utf-8")
    (tmp_path / "readings.csv").write_text("Place,Index,Value\nZhuhai,gust,fast\n",
                                           encoding="utf-8")
    ran = riskcloud("parametric", tmp_path / "bad.csv", "--observed", tmp_path / "readings.csv",
                    "--lang", "en")
    assert ran.status == 2
    assert "row 2, Index = 'gale'" in ran.err and "row 2, Value = 'fast'" in ran.err
    assert riskcloud("parametric", covers).status == 64
    kept = riskcloud("parametric", tmp_path / "bad.csv", "--observed", tmp_path / "readings.csv",
                     "--skip-bad")
    assert kept.status == 2  # no reading is left
