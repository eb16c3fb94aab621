"""``riskcloud terms --ground-up`` to a year: statistics, report, and what ``ep`` reads of it."""

import csv
import json

import pyarrow.parquet as pq
import pytest

from riskcloud.store import grouped_rows

# location 1 has a deductible of 100; half of everything is ceded
LOCATION = """PortNumber,AccNumber,LocNumber,CountryCode,LocPerilsCovered,LocCurrency,BuildingTIV,\
LocPeril,LocDed6All,OccupancyCode
1,1,1,CN,AA1,CNY,1000,AA1,100,1050
1,1,2,CN,AA1,CNY,1000,,,9
1,2,2,CN,AA1,CNY,1000,,,1050
"""
ACCOUNT = ("PortNumber,AccNumber,PolNumber,PolPerilsCovered,AccCurrency\n"
           "1,1,P,AA1,CNY\n1,2,Q,AA1,CNY\n")
INFO = ("ReinsNumber,ReinsName,ReinsPeril,ReinsType,PlacedPercent,CededPercent,ReinsCurrency,"
        "InuringPriority,RiskLevel\n1,Half <b>,AA1,QS,1,0.5,CNY,1,\n")
LOSSES = """event_id,year,date,AccNumber,LocNumber,loss
e2,3,2001-09-01,1,1,300
e1,1,2001-08-01,1,1,600
e2,3,2001-09-01,2,2,200
e3,3,2001-07-01,1,2,100
"""
AAL = {"ground_up": 300.0, "gross": 250.0, "net": 125.0}  # of 4 years, by hand
OEP_4 = {"ground_up": 600.0, "gross": 500.0, "net": 250.0}


@pytest.fixture
def book(tmp_path):
    """Options of the book and its losses."""
    found = []
    for name, text in (("location", LOCATION), ("account", ACCOUNT), ("reins-info", INFO),
                       ("reins-scope", "ReinsNumber,PortNumber\n1,1\n"), ("ground-up", LOSSES)):
        path = tmp_path / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        found += [f"--{name}", path]
    return found


def statistics(answer):
    aal = {row["stage"]: row["aal"] for row in answer["annual"]}
    oep = {row["stage"]: row["loss"] for row in answer["exceedance"]
           if row["basis"] == "OEP" and row["return_period_yr"] == 4.0}
    return aal, oep


def test_a_loss_table_to_a_year_and_its_report(riskcloud, book, tmp_path):
    out, losses = tmp_path / "report", tmp_path / "losses.parquet"
    ran = riskcloud("terms", *book, "--years", 4, "--return-periods", "2,4", "--report", out,
                    "--out", losses, "--json", "--lang", "en")
    assert ran.status == 0, ran.err
    answer = ran.json()
    aal, oep = statistics(answer)
    assert aal == pytest.approx(AAL) and oep == pytest.approx(OEP_4)
    assert answer["contracts"][0]["annual_recovery"] == pytest.approx(125.0)
    first = answer["largest_events"][0]
    assert (first["event_id"], first["year"], first["gross"]) == ("e1", 1, 500.0)
    assert [row["event_id"] for row in answer["totals"]] == ["e1", "e3", "e2"]
    assert {path.name for path in out.iterdir()} == {
        "aal.csv", "aal.parquet", "contracts.csv", "ep.csv", "ep.parquet", "event_losses.parquet",
        "manifest.json", "summary.json", "terms.html", "year_losses.parquet"}
    years = pq.read_table(out / "year_losses.parquet").to_pandas()
    gross = years[years["stage"] == "gross"]
    assert gross[["year", "total", "largest"]].to_numpy().tolist() == [[1, 500, 500],
                                                                        [3, 500, 400]]
    page = (out / "terms.html").read_text(encoding="utf-8")
    for words in ("A mean year through the terms", "Half &lt;b&gt;", "Quota share", "e1",
                  "2001-08-01", "OccupancyCode", "Nothing was set aside"):
        assert words in page, words
    rows = pq.read_table(losses).to_pylist()
    assert [(row["event_id"], row["year"], row["LocNumber"], row["currency"], row["loss_il"])
            for row in rows] == [("e1", 1, "1", "CNY", 500.0), ("e3", 3, "2", "CNY", 100.0),
                                 ("e2", 3, "1", "CNY", 200.0), ("e2", 3, "2", "CNY", 200.0)]
    for table in (losses, out / "event_losses.parquet"):  # what terms writes, ep reads
        ran = riskcloud("ep", table, "--years", 4, "--return-periods", "2,4", "--json")
        assert ran.status == 0, ran.err
        assert statistics(ran.json())[0] == pytest.approx(AAL)
        assert statistics(ran.json())[1] == pytest.approx(OEP_4)


def test_threads_disk_and_order_change_nothing(riskcloud, book, tmp_path, monkeypatch):
    options = [*book, "--years", 4, "--json"]
    before = riskcloud("terms", *options).json()
    monkeypatch.setattr(grouped_rows, "RUN_ROWS", 2)
    monkeypatch.setattr("riskcloud.analysis.terms.events._EVENTS_AT_ONCE", 1)
    head, *rows = LOSSES.splitlines()
    (tmp_path / "ground-up.csv").write_text("\n".join([head, *rows[::-1]]) + "\n", encoding="utf-8")
    after = riskcloud("terms", *options).json()
    for name in ("totals", "annual", "exceedance", "largest_events", "contracts"):
        assert after[name] == before[name], name


def test_rates_of_events_and_samples(riskcloud, book, tmp_path):
    (tmp_path / "ground-up.csv").write_text(
        "event_id,member,AccNumber,LocNumber,loss\na,1,1,1,300\na,2,1,1,100\nb,1,1,2,40\n",
        encoding="utf-8")
    rates = tmp_path / "rates.csv"
    rates.write_text("event_id,annual_rate\na,0.1\nb,0.5\n", encoding="utf-8")
    ran = riskcloud("terms", *book, "--event-rates", rates, "--json")
    assert ran.status == 0, ran.err
    # a: gross 200 or 0, b: 40 or 0, each sample one of two
    assert statistics(ran.json())[0] == pytest.approx(
        {"ground_up": 30.0, "gross": 20.0, "net": 10.0})
    assert ran.json()["contracts"][0]["annual_recovery"] == pytest.approx(10.0)
    rates.write_text("event_id,annual_rate\na,0.1\n", encoding="utf-8")
    ran = riskcloud("terms", *book, "--event-rates", rates, "--lang", "en")
    assert ran.status == 2
    assert "ground-up.csv: row 4, event_id = 'b': no rate in rates.csv" in ran.err
    ran = riskcloud("terms", *book, "--report", tmp_path / "report", "--lang", "en")
    assert ran.status == 2 and "no years and no rates" in ran.err
    assert not (tmp_path / "report").exists() or not list((tmp_path / "report").iterdir())


def test_faults_are_told_before_a_report_and_set_aside_in_it(riskcloud, book, tmp_path):
    out = tmp_path / "report"
    (tmp_path / "ground-up.csv").write_text(LOSSES + "e9,2,2001-01-01,1,77,5\n", encoding="utf-8")
    ran = riskcloud("terms", *book, "--years", 4, "--report", out, "--lang", "en")
    assert ran.status == 2 and "row 6, LocNumber = '77': no such location" in ran.err
    assert not out.exists()
    ran = riskcloud("terms", *book, "--years", 4, "--report", out, "--skip-bad", "--json")
    assert ran.status == 3 and statistics(ran.json())[0] == pytest.approx(AAL)
    page = (out / "terms.html").read_text(encoding="utf-8")
    for words in ("平均一年的损失如何经过各层条款", "成数", "未采用", "77"):
        assert words in page, words
    with (out / "rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["value"] for row in csv.DictReader(file)] == ["77"]
    assert json.loads((out / "summary.json").read_text(encoding="utf-8"))["n_years"] == 4


def test_a_report_told_on_the_terminal(riskcloud, book, tmp_path):
    ran = riskcloud("terms", *book, "--years", 4, "--return-periods", "2,4",
                    "--report", tmp_path / "report", "--lang", "en")
    assert ran.status == 0, ran.err
    assert "4 simulated years" in ran.out and "AAL CNY 125" in ran.out


@pytest.mark.parametrize("more", [["--loss-factor", 1, "--years", 4],
                                  ["--loss-factor", 1, "--report", "out"]])
def test_statistics_need_a_loss_table(riskcloud, book, more):
    assert riskcloud("terms", *book[:8], *more).status == 64
