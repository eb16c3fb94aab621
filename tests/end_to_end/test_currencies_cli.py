"""Books in several currencies: ``--rates`` in terms, forecast and risk; and rows set aside."""

import csv

import numpy as np
import pandas as pd
import pytest

from riskcloud.analysis.terms.book import event_losses
from riskcloud.cli.forecast_terms import read_terms
from riskcloud.exposure.read import read_portfolio
from riskcloud.hazard.events import write_events

HEAD = ("PortNumber,AccNumber,LocNumber,CountryCode,LocPerilsCovered,LocCurrency,BuildingTIV,"
        "LocPeril,LocDed6All,LocDedType6All,AssetClass,Longitude,Latitude")
# account A is in yuan, one of its locations in Hong Kong dollars; account B all in these
LOCATIONS = [("1", "A", "A1", "CNY", 1e6, 1e5, 0, "113.55,22.15"),
             ("1", "A", "A2", "HKD", 1e6, 1e4, 0, "113.60,22.20"),
             ("1", "B", "B1", "HKD", 2e6, 0.02, 2, "113.58,22.25")]
RATES = {"CNY": 1.0, "HKD": 0.9, "USD": 7.0}


def written(folder, *, by_hand=False):
    """Files of the book; by_hand: every amount turned into yuan before it is written."""
    def rate(currency):
        return RATES[currency] if by_hand else 1.0

    def name(currency):
        return "CNY" if by_hand else currency

    rows = [f"{port},{acc},{loc},CN,WW1,{name(own)},{tiv * rate(own):.10g},WTC,"
            f"{ded * (rate(own) if kind == 0 else 1.0):.10g},{kind},building_residential,{place}"
            for port, acc, loc, own, tiv, ded, kind, place in LOCATIONS]
    hkd, usd = rate("HKD"), rate("USD")
    texts = {
        "loc": [HEAD, *rows],
        "acc": ["PortNumber,AccNumber,PolNumber,PolPerilsCovered,AccCurrency,LayerAttachment,"
                "LayerLimit", "1,A,P,WTC,CNY,0,700000",
                f"1,B,P,WTC,{name('HKD')},{200000 * hkd:.10g},{500000 * hkd:.10g}"],
        "info": ["ReinsNumber,ReinsPeril,ReinsType,PlacedPercent,ReinsCurrency,InuringPriority,"
                 "OccAttachment,OccLimit",
                 f"1,WTC,CXL,0.9,{name('USD')},1,{50000 * usd:.10g},{40000 * usd:.10g}"],
        "scope": ["ReinsNumber,PortNumber", "1,1"],
        "rates": ["currency,rate", *(f"{code},{value}" for code, value in RATES.items())]}
    folder.mkdir()
    for file, lines in texts.items():
        (folder / f"{file}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    folder = tmp_path_factory.mktemp("currencies")
    return written(folder / "mixed"), written(folder / "yuan", by_hand=True)


def terms_of(folder, *, with_rates):
    options = ["--account", folder / "acc.csv", "--reins-info", folder / "info.csv",
               "--reins-scope", folder / "scope.csv"]
    return [*options, "--rates", folder / "rates.csv"] if with_rates else options


def test_terms_worked_by_hand(riskcloud, books, tmp_path):
    """Half of all is lost.

    A1: 500,000 - 100,000 = 400,000. A2: 500,000 HKD = 450,000, less 10,000 HKD = 9,000: 441,000.
    Policy of A: 841,000, at most 700,000. B1: 1,000,000 HKD less 2 % of 2,000,000 HKD: 960,000 HKD;
    layer 500,000 xs 200,000 HKD: 500,000 HKD = 450,000. Gross 1,150,000. Treaty 40,000 xs 50,000
    USD, 90 % placed: min(1,150,000 - 350,000, 280,000) x 0.9 = 252,000. Net 898,000.
    """
    mixed, _ = books
    done = riskcloud("terms", "--location", mixed / "loc.csv", *terms_of(mixed, with_rates=True),
                     "--loss-factor", "0.5", "--peril", "WTC", "--out", tmp_path / "l.csv",
                     "--json")
    assert done.status == 0, done.err
    with (tmp_path / "l.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["LocNumber"]: row for row in csv.DictReader(file)}
    assert {key: float(row["loss_gul"]) for key, row in rows.items()} == pytest.approx(
        {"A1": 500000, "A2": 450000, "B1": 900000})
    assert {key: float(row["loss_il"]) for key, row in rows.items()} == pytest.approx(
        {"A1": 700000 * 400 / 841, "A2": 700000 * 441 / 841, "B1": 450000})
    assert sum(float(row["loss_ri"]) for row in rows.values()) == pytest.approx(898000)


def test_risk_is_that_of_the_book_turned_by_hand(riskcloud, books, made_up_events, tmp_path):
    write_events(made_up_events(60), tmp_path / "events")
    found = []
    for folder, with_rates in zip(books, (True, False), strict=True):
        done = riskcloud("risk", folder / "loc.csv", "--events", tmp_path / "events", *terms_of(
            folder, with_rates=with_rates), "--samples", 2, "--return-periods", "20", "--out",
            tmp_path / folder.name, "--lang", "en", "--json")
        assert done.status == 0, done.err
        events = pd.read_parquet(tmp_path / folder.name / "event_losses.parquet")
        locations = pd.read_csv(tmp_path / folder.name / "locations.csv", encoding="utf-8-sig")
        found.append((done.json(), events, locations))
    (mixed, events, places), (yuan, by_hand, turned) = found
    assert mixed["annual"][0]["aal"] > 0.0 and mixed["currencies"] == ["CNY"]
    assert events["loss"].to_numpy() == pytest.approx(by_hand["loss"].to_numpy(), rel=1e-12)
    assert mixed["portfolio"]["tiv"] == pytest.approx({"CNY": 1e6 + 0.9e6 + 1.8e6})
    assert mixed["portfolio"]["tiv"] == pytest.approx(yuan["portfolio"]["tiv"])
    for name in ("tiv", "aal_ground_up", "aal_gross", "aal_net"):
        assert places[name].to_numpy() == pytest.approx(turned[name].to_numpy(), rel=1e-12)
    assert set(places["currency"]) == {"CNY"}
    assert "all amounts are in CNY, by the rates given" in mixed["notes"]


def test_forecast_has_the_book_turned_by_hand(books):
    """What ``forecast`` takes of the files; it runs with rates among the rows set aside below."""
    found = []
    for folder, with_rates in zip(books, (True, False), strict=True):
        files = {"account": folder / "acc.csv", "reins_info": folder / "info.csv",
                 "reins_scope": folder / "scope.csv"}
        files |= {"rates": folder / "rates.csv"} if with_rates else {}
        held, compiled, _ = read_terms(files, folder / "loc.csv", read_portfolio(
            folder / "loc.csv", by_account=True), ("wind",), skip_bad=False, lang="en")
        loss = 0.37 * held.table["tiv_building"].to_numpy(float)
        losses = event_losses(compiled, np.arange(3), np.zeros(3, np.int64), loss)
        found.append((held.table, losses))
    (mixed, of_mixed), (yuan, of_yuan) = found
    assert set(mixed["currency"]) == {"CNY"}
    for name in ("tiv_building", "ded_all"):
        assert mixed[name].to_numpy(float) == pytest.approx(yuan[name].to_numpy(float), rel=1e-12)
    for name in ("gross", "net", "recovery"):
        assert getattr(of_mixed, name) == pytest.approx(getattr(of_yuan, name), rel=1e-12)
        assert getattr(of_mixed, name).sum() > 0.0


@pytest.mark.parametrize("command", ["terms", "risk", "forecast"])
def test_currencies_that_mix_without_rates_are_refused(riskcloud, books, made_up_events, samples,
                                                       tmp_path, command):
    mixed, _ = books
    options = terms_of(mixed, with_rates=False)
    if command == "terms":
        words = ["--location", mixed / "loc.csv", "--loss-factor", 1]
    elif command == "risk":
        write_events(made_up_events(5), tmp_path / "events")
        words = [mixed / "loc.csv", "--events", tmp_path / "events", "--out", tmp_path / "o"]
    else:
        words = [mixed / "loc.csv", samples / "hato_2017.csv", "--out", tmp_path / "o"]
    done = riskcloud(command, *words, *options, "--lang", "en")
    assert done.status == 2
    assert "not the currency of its account, and no rate" in " ".join(done.err.split())


@pytest.mark.parametrize("command", ["risk", "forecast"])
def test_rows_set_aside(riskcloud, books, made_up_events, samples, tmp_path, command):
    """A location without an account and one at a bad place go; the others are computed."""
    folder = tmp_path / "bad"
    written(folder)
    text = (folder / "loc.csv").read_text(encoding="utf-8")
    lost = "1,X,X1,CN,WW1,CNY,1000000,WTC,0,0,building_residential,113.55,22.15\n"
    nowhere = "1,A,A3,CN,WW1,CNY,1000000,WTC,0,0,building_residential,113.55,95\n"
    (folder / "loc.csv").write_text(text + lost + nowhere, encoding="utf-8")
    options = [*terms_of(folder, with_rates=True), "--out", tmp_path / "o", "--lang", "en",
               "--skip-bad", "--json"]
    if command == "risk":
        write_events(made_up_events(20), tmp_path / "events")
        done = riskcloud("risk", folder / "loc.csv", "--events", tmp_path / "events", "--samples",
                         2, "--return-periods", "10", *options)
    else:
        done = riskcloud("forecast", folder / "loc.csv", samples / "hato_2017.csv", "--members", 8,
                         *options)
    assert done.status == 3, done.err
    answer = done.json()
    assert answer["portfolio"]["n_locations"] == 3
    if command == "forecast":
        (total,) = answer["total"]
        assert total["currency"] == "CNY" and total["tiv"] == pytest.approx(1e6 + 0.9e6 + 1.8e6)
        assert 0.0 < total["net_mean"] <= total["gross_mean"] < total["mean"]
    with (tmp_path / "o" / "rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        rejected = {(row["row"], row["column"]) for row in csv.DictReader(file)}
    assert rejected == {("5", "AccNumber"), ("6", "Latitude")}
