"""Gross and net of a forecast: what `terms` makes of each realisation's ground-up losses."""

from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest

from riskcloud.analysis import forecast as module
from riskcloud.analysis.forecast import ForecastRequest, Sinks, forecast
from riskcloud.analysis.forecast_terms import check_one_loss, event_code
from riskcloud.analysis.terms.book import compile_book, event_losses
from riskcloud.analysis.terms.book_locations import matched
from riskcloud.errors import InputError
from riskcloud.exposure.oed.book import read_book
from riskcloud.exposure.read import read_portfolio
from riskcloud.loss.table import LossTableWriter, NoTable
from riskcloud.types import COVERAGES, Outlook

pytestmark = pytest.mark.usefixtures("coarse_picture")

MEMBERS = 40
LOCATION = """PortNumber,AccNumber,LocNumber,CountryCode,LocPerilsCovered,LocCurrency,BuildingTIV,\
ContentsTIV,LocPeril,LocDed1Building,LocDed6All,LocDedType6All,AssetClass,Longitude,Latitude,\
design_wind_m_s,client_id,LocExpiryDate
1,B,B1,CN,WTC,CNY,5e6,1e6,WTC,20000,0,0,building_residential,113.50,22.20,,c2,
1,A,T1,CN,WW1,CNY,1e6,,WTC,0,0.02,2,tower_110kv,113.55,22.15,25,c1,
2,A,T2,CN,WW1,CNY,1e6,,WTC,0,0,0,tower_110kv,113.60,22.20,8,c1,
1,B,B2,CN,WW1,CNY,5e6,,WTC,0,0,0,building_residential,113.60,22.20,,c2,2017-08-01
1,A,T3,CN,WW1,CNY,2e6,,WTC,0,0,0,tower_110kv,113.52,22.21,20,c3,
1,B,B3,CN,QEQ,CNY,3e6,,QEQ,0,0,0,building_residential,113.55,22.25,,c2,
1,B,B4,CN,AA1,CNY,4e6,2e6,WTC,0,0.1,1,building_residential,113.52,22.18,,c3,
"""
ACCOUNT = """PortNumber,AccNumber,PolNumber,LayerNumber,PolPerilsCovered,AccCurrency,\
LayerAttachment,LayerLimit,LayerParticipation,PolPeril,PolDed6All,AccPeril,AccMinDed6All
1,A,P,1,WW1,CNY,50000,800000,0.9,WTC,10000,WTC,
1,A,Q,1,WTC,CNY,0,0,0.1,WTC,,WTC,
2,A,P,1,WW1,CNY,0,300000,1,WTC,,WTC,
1,B,P,1,AA1,CNY,0,0,1,WTC,,WTC,60000
"""
INFO = """ReinsNumber,ReinsPeril,ReinsType,PlacedPercent,ReinsCurrency,InuringPriority,\
CededPercent,RiskLevel,RiskAttachment,OccAttachment,OccLimit
1,WTC,QS,1,CNY,1,0.4,,,,
2,WTC,PR,0.9,CNY,2,,LOC,30000,,
3,WTC,CXL,0.8,CNY,3,,,,20000,90000
"""
SCOPE = "ReinsNumber,PortNumber,AccNumber\n1,1,B\n2,1,\n2,2,\n3,1,\n3,2,\n"


@pytest.fixture(scope="module")
def oed(tmp_path_factory):
    """Portfolio, book made ready, and its files."""
    folder = tmp_path_factory.mktemp("oed")
    paths = []
    for name, text in (("loc", LOCATION), ("acc", ACCOUNT), ("info", INFO), ("scope", SCOPE)):
        paths.append(folder / f"{name}.csv")
        paths[-1].write_text(text, encoding="utf-8")
    book, _ = read_book(paths[0], paths[1], reins_info=paths[2], reins_scope=paths[3])
    return read_portfolio(paths[0]), compile_book(book, event_code(("wind",)))


@pytest.fixture(scope="module")
def whole(oed, track, tmp_path_factory):
    """The result, and its losses by location as written."""
    return _run(oed, track, tmp_path_factory.mktemp("whole"))


def _run(oed, track, folder):
    portfolio, compiled = oed
    with LossTableWriter(folder / "a.parquet", event_id="e", owner="account_id") as accounts, \
            LossTableWriter(folder / "l.parquet", event_id="e", owner="loc_id") as locations:
        result = forecast(portfolio, Outlook((track,)), ForecastRequest(members=MEMBERS),
                          sinks=Sinks(accounts, locations), terms=compiled)
    return result, pq.read_table(folder / "l.parquet").to_pandas()


def test_every_realisation_is_what_terms_makes_of_it(oed, whole):
    compiled, (result, table) = oed[1], whole
    words = compiled.book.locations.words["LocNumber"]
    place = {words.word[int(code)].as_py(): k for k, code in enumerate(words.code)}
    first = table[table["stage"] == "ground_up"]
    assert "B2" not in set(first["loc_id"])  # not in force
    gross, net, recovered = (np.zeros((len(place), MEMBERS)), np.zeros((len(place), MEMBERS)),
                             np.zeros((3, MEMBERS)))
    for member in range(MEMBERS):
        rows = first[first["member"] == member]
        losses = event_losses(
            compiled, np.array([place[name] for name in rows["loc_id"]]),
            np.array([COVERAGES.index(name) for name in rows["coverage"]]),
            rows["loss"].to_numpy())
        gross[:, member], net[:, member] = losses.gross, losses.net
        recovered[:, member] = losses.recovery
    assert net.sum() < 0.9 * gross.sum() < 0.9 * first["loss"].sum()
    assert (recovered.mean(axis=1) > 0.0).all()
    by_location = result.losses.set_index("loc_id")
    for name in by_location.index:
        assert by_location["gross_mean"][name] == pytest.approx(gross[place[name]].mean(), rel=1e-9)
        assert by_location["net_mean"][name] == pytest.approx(net[place[name]].mean(), rel=1e-9)
    assert by_location["gross_mean"]["B3"] == 0.0 < by_location["mean"]["B3"]  # not covered
    (total,) = result.summary["total"]
    for stage, losses in (("gross", gross), ("net", net)):
        in_all = losses.sum(axis=0)
        assert total[f"{stage}_mean"] == pytest.approx(in_all.mean(), rel=1e-9)
        assert total[f"{stage}_q95"] == pytest.approx(np.quantile(in_all, 0.95), rel=1e-9)
    for row, contract in zip(recovered, result.summary["contracts"], strict=True):
        assert contract["mean"] == pytest.approx(row.mean(), rel=1e-9)
    told = {(row["stage"]) for row in result.summary["exceedance"]}
    assert told == {"ground_up", "gross", "net"}
    assert sum(row["net_mean"] for row in result.summary["by_client"]) == pytest.approx(
        total["net_mean"])


def test_by_coverage_the_gross_losses_sum_to_what_policies_pay(whole):
    result, table = whole
    gross = table[table["stage"] == "gross"].groupby("loc_id")["loss"].sum() / MEMBERS
    for name, mean in result.losses.set_index("loc_id")["gross_mean"].items():
        assert gross.get(name, 0.0) == pytest.approx(mean, rel=1e-9)


@pytest.mark.parametrize("n_locations", [1, 2, 3])
def test_chunks_change_nothing(oed, whole, track, tmp_path, monkeypatch, n_locations):
    monkeypatch.setattr(module, "CHUNK_VALUES", n_locations * MEMBERS)
    again, table = _run(oed, track, tmp_path)
    result, first = whole
    for name in ("total", "by_client", "contracts", "exceedance"):
        assert again.summary[name] == result.summary[name]
    np.testing.assert_array_equal(again.losses["net_mean"], result.losses["net_mean"])
    key = ["loc_id", "stage", "coverage", "member"]
    assert table.sort_values(key)["loss"].tolist() == first.sort_values(key)["loss"].tolist()


def test_perils_that_are_not_covered_together_are_refused(oed):
    compiled = compile_book(oed[1].book, event_code(("wind", "surge")))
    with pytest.raises(InputError, match="cover some of the perils alone") as refused:
        check_one_loss(compiled)
    assert {(item.row, item.column) for item in refused.value.problems} >= {
        (2, "LocPerilsCovered"), (3, "PolPerilsCovered"), (2, "ReinsPeril")}
    check_one_loss(oed[1])


def test_what_does_not_fit_into_memory_is_refused(oed, track, monkeypatch):
    monkeypatch.setattr("riskcloud.analysis.forecast_terms.MOST_BYTES", 2500)
    with pytest.raises(InputError, match="ask for fewer --members"):
        forecast(oed[0], Outlook((track,)), ForecastRequest(members=MEMBERS),
                 sinks=Sinks(NoTable()), terms=oed[1])


def test_locations_that_the_book_has_not_are_left_out(oed):
    portfolio, compiled = oed
    renamed = portfolio.table.assign(loc_id=["B1", "x", *portfolio.table["loc_id"][2:]])
    held = matched(replace(portfolio, table=renamed), compiled.book)
    assert len(held) == len(portfolio) - 1
    assert "1 location(s) left out: not in the book of the account file" in held.notes
