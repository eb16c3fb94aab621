"""Locations of several rows (LocPeril, CondTag), and numbers that accounts share."""

import numpy as np
import pandas as pd
import pytest

from riskcloud.analysis.terms.book import event_losses
from riskcloud.cli.forecast_terms import read_terms
from riskcloud.exposure.read import read_portfolio
from riskcloud.hazard.events import write_events

HEAD = ("PortNumber,AccNumber,LocNumber,CountryCode,LocPerilsCovered,LocCurrency,BuildingTIV,"
        "LocPeril,LocDed6All,CondTag,AssetClass,Longitude,Latitude")
END = "building_residential,113.55,22.15"


def location(acc, loc, peril, ded, tag=""):
    return f"1,{acc},{loc},CN,AA1,CNY,1000000,{peril},{ded},{tag},{END}"


ROWS = [location("A", "L1", "WTC", 20000, "C1"), location("A", "L1", "QEQ", 500000, "C1"),
        location("A", "L1", "WTC", 20000, "C2"), location("A", "L2", "WTC", 10000)]
SINGLE = [location("A", "L1", "WTC", 20000, "C3"), location("A", "L2", "WTC", 10000)]
ACCOUNT = ("PortNumber,AccNumber,PolNumber,PolPerilsCovered,AccCurrency,CondTag,CondNumber,"
           "CondPriority,CondPeril,CondLimit6All")
# two conditions, the second the tighter, are together what it is alone
CONDITIONS = ["1,A,P,AA1,CNY,C1,1,1,WTC,300000", "1,A,P,AA1,CNY,C2,2,2,WTC,50000"]
ONE = ["1,A,P,AA1,CNY,C3,1,1,WTC,50000"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, made_up_events):
    folder = tmp_path_factory.mktemp("rows")
    for name, rows, conditions in (("several", ROWS, CONDITIONS), ("single", SINGLE, ONE)):
        write(folder, name, rows, conditions)
    write_events(made_up_events(60), folder / "events")
    return folder


def write(folder, name, rows, conditions):
    (folder / f"{name}.csv").write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    (folder / f"{name}_acc.csv").write_text("\n".join([ACCOUNT, *conditions]) + "\n",
                                            encoding="utf-8")


def risk(riskcloud, folder, name, *more):
    done = riskcloud("risk", folder / f"{name}.csv", "--account", folder / f"{name}_acc.csv",
                     "--events", folder / "events", "--samples", 2, "--return-periods", "20",
                     "--out", folder / f"out_{name}", "--lang", "en", "--json", *more)
    assert done.status == 0, done.err
    return done.json(), pd.read_parquet(folder / f"out_{name}" / "event_losses.parquet")


def test_risk_of_a_location_with_several_rows(riskcloud, folder):
    several, events = risk(riskcloud, folder, "several")
    single, plain = risk(riskcloud, folder, "single")
    assert several["portfolio"]["n_locations"] == 2
    assert several["portfolio"]["tiv"] == {"CNY": 2e6}  # a location's sum insured counts once
    assert events["loss"].to_numpy() == pytest.approx(plain["loss"].to_numpy(), rel=1e-12)
    assert plain["loss"].sum() > 0.0
    assert any("2 row(s) of locations that stand above" in note for note in several["notes"])


def test_forecast_of_a_location_with_several_rows(folder):
    """What ``forecast`` takes of the files: one location, its sum insured once, its terms."""
    found = []
    for name in ("several", "single"):
        location = folder / f"{name}.csv"
        held, compiled, _ = read_terms(
            {"account": folder / f"{name}_acc.csv"}, location, read_portfolio(
                location, by_account=True), ("wind",), skip_bad=False, lang="en")
        assert held.table["loc_id"].tolist() == ["L1", "L2"]
        losses = event_losses(compiled, np.arange(2), np.zeros(2, np.int64), np.full(2, 6e5))
        found.append(losses.gross.tolist())
    assert found[0] == pytest.approx(found[1], rel=1e-12) == [50000.0, 590000.0]


def test_numbers_that_two_accounts_share(riskcloud, folder, samples):
    """Two locations of their own draws in risk; a forecast names locations by number alone."""
    write(folder, "shared", [*SINGLE, location("B", "L1", "WTC", 20000)],
          [*ONE, "1,B,P,AA1,CNY,,,,,"])
    answer, _ = risk(riskcloud, folder, "shared")
    assert answer["portfolio"]["n_locations"] == 3
    places = pd.read_csv(folder / "out_shared" / "locations.csv", encoding="utf-8-sig")
    l1 = places[places["loc_id"] == "L1"]
    assert l1["account_id"].tolist() == ["A", "B"] and l1["aal_ground_up"].nunique() == 2
    done = riskcloud("forecast", folder / "shared.csv", samples / "hato_2017.csv", "--account",
                     folder / "shared_acc.csv", "--out", folder / "refused", "--lang", "en")
    assert done.status == 2 and "several accounts have this number" in " ".join(done.err.split())


def test_without_accounts_a_number_stands_once(folder):
    with pytest.raises(ValueError, match="the number of row 2 again"):
        read_portfolio(folder / "several.csv")
    assert len(read_portfolio(folder / "several.csv", by_account=True, chunk_rows=1)) == 2
