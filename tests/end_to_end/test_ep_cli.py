"""``riskcloud ep``: figures, files, the page; years, rates, event sets; and what it refuses."""

import csv
import json

import numpy as np
import pandas as pd
import pytest

from riskcloud.hazard.events import write_events
from riskcloud.loss.table import LossTableWriter

HOSTILE = "<img src=x onerror=window.harmed=1>"
YEARS = ([5, 10], [], [100], [30, 40], [20], [], [60], [15, 15, 15], [], [80])
ROWS = [(year + 1, f"e{year}_{k}", loss, "AB"[k % 2])
        for year, losses in enumerate(YEARS) for k, loss in enumerate(losses)]
RATES = "event_id,annual_rate\n10,0.2\n20,0.15\n50,0.075\n100,0.05\n200,0.025\n"
EVENT_LOSSES = "event_id,loss\n10,10\n20,20\n50,50\n100,100\n200,200\n"


def year_table(folder, rows=ROWS, *, name="ylt.csv"):
    path = folder / name
    lines = [f"{year},{event},{loss},{client},CNY,gross" for year, event, loss, client in rows]
    path.write_text("\n".join(["year,event_id,loss,client,currency,stage", *lines]) + "\n",
                    encoding="utf-8")
    return path


def at(answer, basis, period, **wanted):
    """Return the one row of an answer."""
    wanted = {"key": "all", "basis": basis, "return_period_yr": period} | wanted
    rows = [row for row in answer["exceedance"]
            if all(row[name] == value for name, value in wanted.items())]
    assert len(rows) == 1, rows
    return rows[0]


@pytest.fixture(scope="module")
def ran(riskcloud, tmp_path_factory):
    """Folder of the outputs, and the printed answer, of the table of ten years."""
    folder = tmp_path_factory.mktemp("ep")
    done = riskcloud("ep", year_table(folder), "--years", 10, "--return-periods", "10,5,2.5,2",
                     "--by", "client", "--out", folder / "out", "--lang", "en", "--json")
    assert done.status == 0, done.err
    return folder / "out", done.json()


def test_ten_years_by_rank(ran):
    _, answer = ran
    assert answer["annual"][0]["aal"] == pytest.approx(39.0)
    assert answer["annual"][0]["sd"] == pytest.approx(37.028518, abs=5e-7)
    assert (answer["n_years"], answer["n_samples"], answer["frequency"]) == (10, 1, "years")
    for basis, losses, tails in (("AEP", [100, 80, 60, 45], [100, 90, 77.5, 71]),
                                 ("OEP", [100, 80, 40, 20], [100, 90, 70, 60])):
        rows = [at(answer, basis, period) for period in (10, 5, 2.5, 2)]
        assert [row["loss"] for row in rows] == pytest.approx(losses)
        assert [row["tvar"] for row in rows] == pytest.approx(tails)
        assert {row["calc"] for row in rows} == {"one_sample"}


def test_files(ran):
    out, answer = ran
    assert {path.name for path in out.iterdir()} == {
        "aal.csv", "aal.parquet", "contributions.csv", "contributions.parquet", "ep.csv",
        "ep.html", "ep.parquet", "manifest.json", "summary.json"}
    table = pd.read_parquet(out / "ep.parquet")
    assert list(table.columns) == [
        "key", "name", "currency", "stage", "calc", "basis", "return_period_yr", "loss", "tvar",
        "loss_low", "loss_high", "numerical_error"]
    assert len(table) == 3 * 2 * 4  # whole and two clients, OEP and AEP, four return periods
    with (out / "ep.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["loss"]) for row in rows] == table["loss"].tolist()
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["annual"] == answer["annual"]
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["settings"]["years"] == 10 and len(manifest["inputs"]["losses"]["sha256"]) == 64
    assert {"read", "compute", "write"} <= set(manifest["timings_s"])


def test_clients_add_up_and_what_the_last_one_adds(ran):
    _, answer = ran
    clients = [row for row in answer["annual"] if row["key"] == "client"]
    assert sum(row["aal"] for row in clients) == pytest.approx(39.0)
    for period, tvar in ((10, 100), (5, 90), (2.5, 77.5), (2, 71)):
        rows = [row for row in answer["contributions"] if row["return_period_yr"] == period]
        assert sum(row["co_tvar"] for row in rows) == pytest.approx(tvar)
    # years of A alone: 5, 100, 30, 20, 60, 30 (of 45), 80; without B's 10, 40 and 15
    rest = {row["name"]: row for row in answer["contributions"] if row["return_period_yr"] == 2}
    assert rest["B"]["marginal_loss"] == pytest.approx(45 - 30)


def test_largest_events_of_clients_alone_and_without_one(ran):
    """Largest events: 10 (B, year 1), 100, 40 (B, year 4), 20, 60, 15 (three: A 2, B 1), 80."""
    _, answer = ran
    at = {(row["name"], row["return_period_yr"]): row for row in answer["contributions"]}
    # worst five years: 100, 80, 60, 40, 20; B has the 40; three tied 15s are shared
    assert at["B", 2]["oep_co_tvar"] == pytest.approx(40 / 5)
    assert at["A", 2]["oep_co_tvar"] == pytest.approx((100 + 80 + 60 + 20) / 5)
    # B alone: 40, 15, 10; without B the fifth largest of 100, 80, 60, 30, 20, 15, 5 is the 20
    assert at["B", 5]["oep_standalone_loss"] == 15 and at["B", 2]["oep_marginal_loss"] == 0
    assert at["B", 2.5]["oep_marginal_loss"] == pytest.approx(40 - 30)
    assert at["B", 10]["standalone_tvar"] == 40 and at["B", 10]["co_tvar"] == 0
    assert at["B", 10]["diversification"] == 1.0
    of = {(row["basis"], row["return_period_yr"]): row for row in answer["diversification"]}
    # at ten years A alone 100, B alone 40, together 100
    assert of["AEP", 10]["sum_standalone_tvar"] == 140
    assert of["AEP", 10]["diversification"] == pytest.approx(1 - 100 / 140)
    assert of["OEP", 2]["tvar"] == pytest.approx(60)


def test_years_of_nothing_but_losses_of_0(riskcloud, tmp_path):
    rows = [(1, "a", 0, "A"), (2, "b", 5, "B"), (2, "c", 3, "A"), (9, "d", 0, "A")]
    done = riskcloud("ep", year_table(tmp_path, rows), "--years", 10, "--return-periods", "10",
                     "--by", "client", "--json")
    assert done.status == 0, done.err
    found = {row["name"]: row for row in done.json()["contributions"]}
    assert (found["A"]["co_tvar"], found["A"]["oep_co_tvar"]) == (3.0, 0.0)
    assert (found["B"]["oep_co_tvar"], found["B"]["oep_marginal_loss"]) == (5.0, 2.0)


def test_layers_and_clustered_years(riskcloud, tmp_path):
    """The layer of insurance.md 4.2; years that cluster: variance more by (0.8 x mean)^2."""
    lines = [line.split(",") for line in EVENT_LOSSES.splitlines()[1:]]
    (tmp_path / "elt.csv").write_text("event_id,loss,client\n" + "".join(
        f"{event},{share * float(loss)},{client}\n" for event, loss in lines
        for share, client in ((0.25, "A"), (0.75, "B"))), encoding="utf-8")
    (tmp_path / "rates.csv").write_text(RATES, encoding="utf-8")
    options = ["ep", tmp_path / "elt.csv", "--rates", tmp_path / "rates.csv", "--currency", "CNY",
               "--return-periods", "50", "--by", "client", "--json"]
    poisson = riskcloud(*options, "--layer", "100 xs 50; reinstatements 1", "--layer",
                        "unlimited xs 0; aggregate 100 xs 50", "--out", tmp_path / "out").json()
    first, stop_loss = poisson["layer_costs"]
    assert first["premium"] == pytest.approx(4.765157, abs=5e-7)
    assert (first["aggregate_limit"], stop_loss["limit"]) == (200.0, None)  # JSON has no infinity
    assert stop_loss["capped"] < first["uncapped"] + 18.75 and stop_loss["exhausts"] > 0.0
    page = (tmp_path / "out" / "ep.html").read_text(encoding="utf-8")
    assert "每次事件：超 50 元人民币 部分" in page and "分散" in page
    assert len(pd.read_parquet(tmp_path / "out" / "layers.parquet")) == 2
    clustered = riskcloud(*options, "--activity-cv", 0.8).json()
    assert clustered["annual"][0]["sd"] == pytest.approx(np.hypot(42.041646, 0.8 * 18.75), abs=1e-5)
    # aggregate 0.30.1, discrete_negative_binomial: 234.8772704
    assert at(clustered, "AEP", 50)["tvar"] == pytest.approx(234.8772704, rel=1e-8)
    for answer in (poisson, clustered):
        whole = {basis: at(answer, basis, 50)["tvar"] for basis in ("AEP", "OEP")}
        rows = answer["contributions"]
        assert sum(row["co_tvar"] for row in rows) == pytest.approx(whole["AEP"], rel=1e-12)
        assert sum(row["oep_co_tvar"] for row in rows) == pytest.approx(whole["OEP"], rel=1e-12)
        assert rows[0]["diversification"] == pytest.approx(0.0, abs=1e-9)  # always a quarter


@pytest.mark.parametrize(("options", "status", "said"), [
    (["--layer", "100 above 50"], 64, "LIMIT xs ATTACHMENT"),
    (["--layer", "0 xs 50"], 64, "expected a limit above 0"),
    (["--layer", "unlimited xs 5; reinstatements 1"], 64, "never reinstated"),
    (["--activity-cv", "0.5"], 2, "simulated years have their own number of events")])
def test_layers_and_activities_that_are_refused(riskcloud, tmp_path, options, status, said):
    done = riskcloud("ep", year_table(tmp_path), "--years", 10, "--lang", "en", *options)
    assert done.status == status
    assert said in " ".join(done.err.replace("│", " ").split())


@pytest.mark.parametrize(("lang", "words"), [
    ("en", ("Average annual loss (AAL)", "AEP PML, 10 years", "Return period")),
    ("zh", ("年均损失（AAL）", "AEP 最大可能损失，10 年一遇", "重现期"))])
def test_the_page_in_both_languages(riskcloud, tmp_path, lang, words):
    rows = [(1, "=1+1", 100, HOSTILE), (2, "b", 3e6, "B")]
    done = riskcloud("ep", year_table(tmp_path, rows), "--years", 10, "--by", "client",
                     "--lang", lang, "--out", tmp_path / "out")
    assert done.status == 0, done.err
    page = (tmp_path / "out" / "ep.html").read_text(encoding="utf-8")
    assert all(word in page for word in words) and HOSTILE not in page
    assert "data:image/svg+xml" in page and "AEP" in done.out


def test_the_page_in_a_browser(ran, visit):
    seen = visit(ran[0] / "ep.html")
    assert seen.faults == [] and seen.missing_glyphs() == set()
    assert seen.page.evaluate("document.images[0].naturalWidth") > 100


def test_events_with_rates(riskcloud, tmp_path):
    (tmp_path / "elt.csv").write_text(EVENT_LOSSES, encoding="utf-8")
    (tmp_path / "rates.csv").write_text(RATES, encoding="utf-8")
    done = riskcloud("ep", tmp_path / "elt.csv", "--rates", tmp_path / "rates.csv",
                     "--return-periods", "10,20,50,100,250", "--json", "--currency", "CNY")
    assert done.status == 0, done.err
    answer = done.json()
    assert answer["annual"][0]["aal"] == pytest.approx(18.75)
    assert answer["annual"][0]["sd"] == pytest.approx(42.041646, abs=5e-7)
    rows = [at(answer, "AEP", period) for period in (10, 20, 50, 100, 250)]
    assert [row["loss"] for row in rows] == [50, 100, 200, 200, 230]
    assert [row["tvar"] for row in rows] == pytest.approx(
        [124.8901, 168.4537, 220.7292, 241.4583, 281.5465], abs=5e-5)
    assert answer["currencies"] == ["CNY"] and not any(row["numerical_error"] for row in rows)


def test_rates_may_stand_in_the_table(riskcloud, tmp_path):
    (tmp_path / "elt.csv").write_text("EventId,Rate,Loss\n1,0.5,10\n2,0.1,30\n", encoding="utf-8")
    answer = riskcloud("ep", tmp_path / "elt.csv", "--json").json()
    assert answer["annual"][0]["aal"] == pytest.approx(8.0)
    assert answer["frequency"] == "rates" and answer["currencies"] == ["XXX"]
    done = riskcloud("ep", tmp_path / "elt.csv", "--years", 10, "--lang", "en")
    assert done.status == 2 and "give a column year" in done.err


def samples(folder, *, as_parquet):
    """Two events a year of two, three samples each; the second year's second event in one only."""
    rows = [(1, "a", m, 10.0 * (m + 1)) for m in range(3)] + \
           [(2, "b", m, 40.0) for m in range(3)] + [(2, "c", 2, 60.0)]
    table = pd.DataFrame(rows, columns=["year", "event_id", "member", "loss"])
    path = folder / ("s.parquet" if as_parquet else "s.csv")
    table.to_parquet(path) if as_parquet else table.to_csv(path, index=False)
    return path


@pytest.mark.parametrize("as_parquet", [True, False])
def test_samples_as_extra_years_and_their_mean(riskcloud, tmp_path, as_parquet):
    done = riskcloud("ep", samples(tmp_path, as_parquet=as_parquet), "--years", 4,
                     "--return-periods", "2,4", "--json")
    assert done.status == 0, done.err
    answer = done.json()
    # year 1: 10, 20, 30; year 2: 40, 40, 100; AAL (60 + 180) / 12
    assert answer["n_samples"] == 3 and answer["annual"][0]["aal"] == pytest.approx(20.0)
    of_years = np.array([20.0, 60.0, 0.0, 0.0])  # means of samples: the error is of 4 years, not 12
    assert answer["annual"][0]["standard_error"] == pytest.approx(of_years.std(ddof=1) / 2.0)
    of_all = np.array([10, 20, 30, 40, 40, 100, 0, 0, 0, 0, 0, 0.0])
    assert answer["annual"][0]["sd"] == pytest.approx(of_all.std(ddof=1))
    full = at(answer, "AEP", 4, calc="full_uncertainty")  # rank 3 of 12
    assert (full["loss"], full["tvar"]) == pytest.approx((40.0, 60.0))
    mean = at(answer, "AEP", 4, calc="sample_mean")  # rank 1 of 4
    assert (mean["loss"], mean["tvar"]) == pytest.approx((60.0, 60.0))
    largest = at(answer, "OEP", 4, calc="sample_mean")  # the means of b and c: 40 and 20
    assert largest["loss"] == pytest.approx(40.0)
    assert any("fewer than the 3 samples" in note for note in answer["notes"])


def test_a_loss_table_as_forecast_writes_it_on_the_years_of_an_event_set(
        riskcloud, tmp_path, made_up_events):
    events = made_up_events(50)
    write_events(events, tmp_path / "events")
    path = tmp_path / "losses.parquet"
    loss = np.zeros((2, 2, 4))
    loss[0, :, 0], loss[1, :, 2] = (100.0, 300.0), (50.0, 50.0)
    with LossTableWriter(path, event_id=str(events.event_id[3]), owner="account_id") as table:
        for stage in ("ground_up", "gross"):
            table.add(np.array(["P1", "P2"]), np.array(["CNY", "USD"]), stage,
                      loss * (1.0 if stage == "ground_up" else 0.5))
    done = riskcloud("ep", path, "--events", tmp_path / "events", "--return-periods", "50",
                     "--by", "account,coverage", "--json")
    assert done.status == 0, done.err
    answer = done.json()
    found = {(row["currency"], row["stage"]): row["aal"] for row in answer["annual"]
             if row["key"] == "all"}
    assert found == pytest.approx({  # currencies and stages apart, never added
        ("CNY", "ground_up"): 4.0, ("CNY", "gross"): 2.0, ("USD", "ground_up"): 1.0,
        ("USD", "gross"): 0.5})
    rates = riskcloud("ep", path, "--rates", tmp_path / "events", "--return-periods", "60",
                      "--json").json()
    assert rates["annual"][0]["aal"] == pytest.approx(answer["annual"][0]["aal"])


def test_what_terms_writes_is_read_by_stage(riskcloud, tmp_path):
    path = tmp_path / "terms.csv"
    path.write_text("PortNumber,AccNumber,LocNumber,event_id,member,loss_gul,loss_il,loss_ri\n"
                    "1,A,1,e1,0,100,60,20\n1,B,2,e1,0,50,50,50\n", encoding="utf-8")
    (tmp_path / "rates.csv").write_text("event_id,annual_rate\ne1,0.1\n", encoding="utf-8")
    answer = riskcloud("ep", path, "--rates", tmp_path / "rates.csv", "--by", "account",
                       "--json").json()
    assert {row["stage"]: row["aal"] for row in answer["annual"] if row["key"] == "all"} == \
        pytest.approx({"ground_up": 15.0, "gross": 11.0, "net": 7.0})


def test_order_of_rows_changes_nothing(riskcloud, tmp_path, ran):
    again = riskcloud("ep", year_table(tmp_path, ROWS[::-1]), "--years", 10,
                      "--return-periods", "10,5,2.5,2", "--by", "client", "--json").json()
    key = ("key", "name", "basis", "return_period_yr")
    for name in ("exceedance", "annual"):
        rows = [sorted(answer[name], key=lambda row: [str(row.get(k)) for k in key])
                for answer in (again, ran[1])]
        assert rows[0] == rows[1]


def test_usual_return_periods_above_the_years_go_and_asked_ones_have_no_value(
        riskcloud, tmp_path):
    path = year_table(tmp_path)
    usual = riskcloud("ep", path, "--years", 10, "--json").json()
    assert usual["return_periods_yr"] == [10]
    asked = riskcloud("ep", path, "--years", 10, "--return-periods", "10,20", "--json")
    assert asked.status == 0 and at(asked.json(), "AEP", 20)["loss"] is None
    assert any("above the 10 years" in note for note in asked.json()["notes"])
    none = riskcloud("ep", path, "--years", 10, "--return-periods", "20,30", "--lang", "en")
    assert none.status == 2 and "--return-periods = '20'" in none.err
    assert "above the 10 years" in none.err


BAD = """year,event_id,loss,currency,stage,member
1,a,-5,CNY,gross,0
1,b,NaN,CNY,gross,0
2,c,10,QQQ,gross,0
3,d,10,CNY,,0
4,e,10,CNY,brutto,0
5,f,10,CNY,gross,0
6,f,10,CNY,gross,0
12,g,10,CNY,gross,0
x,h,10,CNY,gross,0
7,i,,CNY,gross,0
7,j,10,,gross,0
7,,10,CNY,gross,0
7,k,10,CNY,gross,-1
8,l,1e400,CNY,gross,0
,,,,,
8,m,20,CNY,gross,0
"""
FAULTS = {2: "loss = '-5'", 3: "loss = 'NaN'", 4: "currency = 'QQQ'", 5: "stage = ''",
          6: "stage = 'brutto'", 8: "event f is in year 5 above", 9: "beyond the 10 years",
          10: "year = 'x'", 11: "a loss is an amount", 12: "each row needs its currency",
          13: "an event needs an id", 14: "member = '-1'", 15: "loss = '1e400'"}


def test_all_faults_come_at_once(riskcloud, tmp_path):
    (tmp_path / "bad.csv").write_text(BAD, encoding="utf-8")
    done = riskcloud("ep", tmp_path / "bad.csv", "--years", 10, "--lang", "en",
                     "--out", tmp_path / "out")
    assert done.status == 2 and "13 problem(s)" in done.err
    for row, words in FAULTS.items():
        assert any(f"bad.csv: row {row}, " in line and words in line
                   for line in done.err.splitlines()), (row, words)
    assert not list((tmp_path / "out").iterdir())
    chinese = riskcloud("ep", tmp_path / "bad.csv", "--years", 10, "--lang", "zh")
    assert "须为不小于 0 的金额" in chinese.err and "a loss is" not in chinese.err


def test_bad_rows_are_set_aside(riskcloud, tmp_path):
    (tmp_path / "bad.csv").write_text(BAD, encoding="utf-8")
    done = riskcloud("ep", tmp_path / "bad.csv", "--years", 10, "--skip-bad", "--json",
                     "--out", tmp_path / "out")
    assert done.status == 3
    answer = done.json()
    assert answer["annual"][0]["aal"] == pytest.approx(3.0)  # 10 and 20 in 10 years
    assert answer["n_rejected"] == 13
    with (tmp_path / "out" / "rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {int(row["row"]) for row in csv.DictReader(file)} == set(FAULTS)


def test_events_without_a_rate(riskcloud, tmp_path):
    (tmp_path / "elt.csv").write_text(EVENT_LOSSES, encoding="utf-8")
    (tmp_path / "r.csv").write_text("event_id,annual_rate\n10,0.2\n20,x\n10,3\n", encoding="utf-8")
    done = riskcloud("ep", tmp_path / "elt.csv", "--rates", tmp_path / "r.csv", "--lang", "en")
    assert done.status == 2
    for words in ("r.csv: row 3, annual_rate = 'x'", "r.csv: row 4, event_id = '10'",
                  "elt.csv: row 4, event_id = '50': no rate in r.csv"):
        assert words in done.err
    done = riskcloud("ep", tmp_path / "elt.csv", "--rates", tmp_path / "r.csv", "--skip-bad",
                     "--json")
    assert done.status == 3 and done.json()["annual"][0]["aal"] == pytest.approx(2.0)


@pytest.mark.parametrize(("text", "words"), [
    ("event,los\n1,2\n", "no column of losses"),
    ("event_id,loss\n1,2\n", "no years and no rates"),
    ("event_id,loss,year\n", "no losses left"),
    ("event_id,loss,Loss,year\n1,2,3,1\n", "two columns of one name"),
    ("event_id,loss,loss,year\n1,2,3,1\n", "two columns of one name"),
    ("", "the file is empty")])
def test_no_table(riskcloud, tmp_path, text, words):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    done = riskcloud("ep", tmp_path / "t.csv", "--lang", "en")
    assert done.status == 2 and words in done.err


@pytest.mark.parametrize("options", [
    ("--return-periods", "0.5"), ("--return-periods", "ten"), ("--years", "0"),
    ("--rates", "a", "--events", "b"), ("--rates", "a", "--years", "5"), ("--currency", "QQQ"),
    ("--by", "client,+")])
def test_wrong_usage(riskcloud, tmp_path, options):
    assert riskcloud("ep", year_table(tmp_path), *options).status == 64


def test_an_unknown_key_names_the_columns(riskcloud, tmp_path):
    done = riskcloud("ep", year_table(tmp_path), "--by", "client,planet", "--lang", "en")
    assert done.status == 2 and "planet" in done.err and "the file has year, event_id" in done.err


def test_years_of_a_calendar_and_events_that_repeat(riskcloud, tmp_path):
    rows = [(1951, "a", 10, "A"), (1960, "a", 20, "A"), (2020, "b", 40, "A")]
    path = year_table(tmp_path, rows)
    assert riskcloud("ep", path).status == 2  # event a in two years
    answer = riskcloud("ep", path, "--events-repeat", "--return-periods", "70", "--json").json()
    assert answer["n_years"] == 70 and answer["annual"][0]["aal"] == pytest.approx(1.0)
    assert any("calendar" in note for note in answer["notes"])
    more = riskcloud("ep", path, "--events-repeat", "--years", 100, "--json").json()
    assert more["annual"][0]["aal"] == pytest.approx(0.7)


def test_clients_of_a_portfolio(riskcloud, tmp_path):
    (tmp_path / "book.csv").write_text(
        "LocNumber,AccNumber,BranchName,ClientNumber,AssetClass,Longitude,Latitude,BuildingTIV,"
        "LocCurrency\n1,A,North,Grid,substation,113.1,22.1,100,CNY\n"
        "2,A,North,Plant,substation,113.2,22.2,100,CNY\n"
        "3,B,South,Grid,substation,113.3,22.3,100,CNY\n", encoding="utf-8")
    (tmp_path / "t.csv").write_text(
        "year,event_id,loc_id,loss\n1,a,1,10\n1,a,2,20\n2,b,3,40\n", encoding="utf-8")
    done = riskcloud("ep", tmp_path / "t.csv", "--years", 10, "--portfolio", tmp_path / "book.csv",
                     "--by", "client,branch,client+branch", "--json")
    assert done.status == 0, done.err
    found = {(row["key"], row["name"]): row["aal"] for row in done.json()["annual"]}
    assert found == pytest.approx({
        ("all", ""): 7.0, ("client", "Grid"): 5.0, ("client", "Plant"): 2.0,
        ("branch", "North"): 3.0, ("branch", "South"): 4.0,
        ("client+branch", "Grid + North"): 1.0, ("client+branch", "Plant + North"): 2.0,
        ("client+branch", "Grid + South"): 4.0})
    (tmp_path / "u.csv").write_text("year,event_id,account_id,loss\n1,a,A,10\n2,b,C,1\n",
                                    encoding="utf-8")
    done = riskcloud("ep", tmp_path / "u.csv", "--portfolio", tmp_path / "book.csv", "--by",
                     "client", "--lang", "en")
    assert done.status == 2  # account A has two clients, C is unknown
    assert "row 2, account_id = 'A': not in the portfolio, or there more than once" in done.err
    assert "row 3, account_id = 'C'" in done.err


def test_rates_beside_years_are_told_not_used(riskcloud, tmp_path):
    path = tmp_path / "both.csv"
    path.write_text("event_id,year,annual_rate,loss\na,1,0.5,10\nb,2,0.5,20\n", encoding="utf-8")
    answer = riskcloud("ep", path, "--years", 2, "--return-periods", "2", "--lang", "en",
                       "--json").json()
    assert answer["annual"][0]["aal"] == pytest.approx(15.0)
    assert "the column of rates is not used: the file says the year of each event" in (
        answer["notes"])


def test_notes_beyond_those_shown_are_counted(ran, capsys):
    from riskcloud.cli.ep_terminal import print_ep

    summary = json.loads((ran[0] / "summary.json").read_text(encoding="utf-8"))
    for n, told in ((12, False), (15, True)):
        print_ep({**summary, "notes": ["note"] * n}, {}, None, "en")
        assert ("3 more note(s): see the page" in capsys.readouterr().out) == told
