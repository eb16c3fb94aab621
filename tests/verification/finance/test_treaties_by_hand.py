"""Reinsurance contracts, each worked by hand. Rules: Open Exposure Data 4.0, Reinsurance."""

import pytest

from riskcloud.analysis.terms.book import compile_book, factor_losses
from riskcloud.analysis.terms.explain import explain
from riskcloud.exposure.oed.book import read_book
from riskcloud.exposure.oed.currencies import read_rates
from riskcloud.finance.policies import struck_rows
from riskcloud.messages import translated

from .conftest import ACCOUNT, INFO, LOCATION, by_hand, write_oed

SITES = [{"BuildingTIV": 600, "LocGroup": "g", "CountryCode": "CN"},
         {"BuildingTIV": 300, "LocGroup": "g", "CountryCode": "CN"},
         {"BuildingTIV": 100, "LocGroup": "h", "CountryCode": "MO", "ReinsTag": "t"}]
ALL = [{"ReinsNumber": "1", "PortNumber": "1"}]


def contract(**terms):
    return {"ReinsNumber": "1", "ReinsType": "QS", **terms}


def test_quota_share_by_placed_or_by_ceded_percent(run_oed):
    # 20 % placed; or 20 % ceded of which half is placed; a treaty share of a quarter of it
    for terms, paid in (({"PlacedPercent": 0.2}, 200),
                        ({"CededPercent": 0.2, "PlacedPercent": 0.5}, 100),
                        ({"PlacedPercent": 0.2, "TreatyShare": 0.25}, 50)):
        losses = run_oed(SITES, [{}], info=[contract(**terms)], scope=ALL)
        assert losses.recovery == by_hand(paid)
        assert losses.net == by_hand(*(value * (1 - paid / 1000) for value in (600, 300, 100)))


def test_limits_are_before_the_placed_and_behind_the_ceded_share(run_oed):
    # risk limit 400: 400 + 300 + 100 = 800, event limit 700, 20 % of it
    losses = run_oed(SITES, [{}], scope=ALL, info=[contract(
        PlacedPercent=0.2, RiskLimit=400, OccLimit=700, RiskLevel="LOC")])
    assert losses.recovery == by_hand(140)
    assert losses.gross - losses.net == by_hand(70, 52.5, 17.5)
    # 20 % ceded: 120 + 60 + 20, risk limit 100: 180, event limit 150
    losses = run_oed(SITES, [{}], scope=ALL, info=[contract(
        CededPercent=0.2, RiskLimit=100, OccLimit=150, RiskLevel="LOC")])
    assert losses.recovery == by_hand(150)


def test_surplus_cedes_each_risks_own_share(run_oed):
    scope = [{"ReinsNumber": "1", "PortNumber": "1", "AccNumber": "1", "LocNumber": number,
              "CededPercent": share} for number, share in (("1", 0.5), ("2", 0.25))]
    losses = run_oed(SITES, [{}], scope=scope, info=[contract(ReinsType="SS", RiskLevel="LOC")])
    assert losses.net == by_hand(300, 225, 100)


@pytest.mark.parametrize(("level", "paid"), [("LOC", 300 + 50), ("LGR", 400), ("ACC", 400),
                                             ("POL", 400)])
def test_per_risk_by_level(run_oed, level, paid):
    # 400 xs 250: of locations 350, 50 and 0; of groups 900 and 100, of the account 1000: 400
    paid = 400 if level != "LOC" else 350 + 50
    losses = run_oed(SITES, [{}], scope=ALL, info=[contract(
        ReinsType="PR", RiskLevel=level, RiskAttachment=250, RiskLimit=400)])
    assert losses.recovery == by_hand(paid)


def test_risk_of_a_policy_is_each_layer(run_oed):
    # two policies of half: 500 each; 100 xs 450 of both
    rows = [{"PolNumber": "1", "LayerParticipation": 0.5},
            {"PolNumber": "2", "LayerParticipation": 0.5}]
    losses = run_oed(SITES, rows, scope=ALL, info=[contract(
        ReinsType="PR", RiskLevel="POL", RiskAttachment=450, RiskLimit=100)])
    assert losses.recovery == by_hand(100)
    # the scope names one policy: 50
    losses = run_oed(SITES, rows, info=[contract(
        ReinsType="PR", RiskLevel="POL", RiskAttachment=450, RiskLimit=100)], scope=[
            {"ReinsNumber": "1", "PortNumber": "1", "AccNumber": "1", "PolNumber": "2"}])
    assert losses.recovery == by_hand(50)


def test_catastrophe_excess(run_oed):
    # 60 % of 500 xs 300 of 1000: 300, shared out by loss
    losses = run_oed(SITES, [{}], scope=ALL, info=[contract(
        ReinsType="CXL", OccAttachment=300, OccLimit=500, PlacedPercent=0.6)])
    assert losses.net == by_hand(420, 210, 70)


def test_inuring_order(run_oed):
    # priority 1: location 1 above 400, 200; priority 2 sees 800: 300 xs 600 pays 200
    info = [contract(ReinsType="FAC", RiskLevel="LOC", RiskAttachment=400, RiskLimit=200),
            {"ReinsNumber": "2", "ReinsType": "CXL", "OccAttachment": 600, "OccLimit": 300,
             "InuringPriority": 2}]
    scope = [{"ReinsNumber": "1", "PortNumber": "1", "AccNumber": "1", "LocNumber": "1"},
             {"ReinsNumber": "2", "PortNumber": "1"}]
    losses = run_oed(SITES, [{}], info=info, scope=scope)
    assert losses.recovery == by_hand(200, 200)
    assert losses.by_priority == by_hand(800, 600)
    assert losses.net == by_hand(300, 225, 75)
    # at the same priority both see the gross loss: 300 xs 600 of 1000 pays 300
    info[1]["InuringPriority"] = 1
    assert run_oed(SITES, [{}], info=info, scope=scope).recovery == by_hand(200, 300)


def test_contracts_of_one_priority_cede_the_whole_at_most(run_oed):
    info = [contract(PlacedPercent=0.8), {"ReinsNumber": "2", "ReinsType": "QS",
                                          "PlacedPercent": 0.7}]
    losses = run_oed(SITES, [{}], info=info, scope=[*ALL, {"ReinsNumber": "2",
                                                           "PortNumber": "1"}])
    assert losses.recovery == by_hand(800 / 1.5, 700 / 1.5)
    assert losses.net == by_hand(0, 0, 0)
    assert losses.over_ceded == 3


@pytest.mark.parametrize(("fields", "paid"), [
    ({"PortNumber": "1"}, 500), ({"PortNumber": "2"}, 0), ({"CountryCode": "CN"}, 450),
    ({"ReinsTag": "t"}, 50), ({"LocGroup": "g"}, 450), ({"LOB": "prop"}, 500),
    ({"CedantName": "x"}, 0), ({"CedantName": "ced", "ReinsTag": "t"}, 50),
    ({"ProducerName": "prod", "LocNumber": "2", "AccNumber": "1", "PortNumber": "1"}, 150),
    ({}, 500)])
def test_scope_filters(run_oed, fields, paid):
    losses = run_oed(SITES, [{"LOB": "prop", "CedantName": "ced", "ProducerName": "prod"}],
                     info=[contract(PlacedPercent=0.5)], scope=[{"ReinsNumber": "1", **fields}])
    assert losses.recovery == by_hand(paid)


def test_a_location_in_two_scope_rows_counts_once(run_oed):
    scope = [{"ReinsNumber": "1", "CountryCode": "CN"}, {"ReinsNumber": "1", "LocGroup": "g"}]
    losses = run_oed(SITES, [{}], info=[contract(PlacedPercent=0.5)], scope=scope)
    assert losses.net == by_hand(300, 150, 100)


def test_perils_of_a_contract(run_oed):
    info = [contract(ReinsPeril="QQ1", PlacedPercent=0.5)]
    assert run_oed(SITES, [{}], info=info, scope=ALL, peril="WTC").recovery == by_hand(0)
    assert run_oed(SITES, [{}], info=info, scope=ALL, peril="QEQ").recovery == by_hand(500)


def test_franchises_and_aggregate_of_an_only_event(run_oed):
    for terms, paid in (({"OccFranchiseDed": 1000}, 1000), ({"OccFranchiseDed": 1001}, 0),
                        ({"OccReverseFranchise": 999}, 0), ({"OccReverseFranchise": 1000}, 1000),
                        ({"ReinsType": "AXL", "AggAttachment": 300, "AggLimit": 200}, 200)):
        losses = run_oed(SITES, [{}], info=[contract(**terms)], scope=ALL)
        assert losses.recovery == by_hand(paid)


def test_a_notional_contract_counts_for_later_ones_and_pays_nothing(write_book):
    # 1000: a quota share of 40 %, half of it notional, counts 400 and pays 200; the excess of 500
    # sees 600 and pays 100. Net 1000 - 200 - 100
    book = write_book(
        [{"BuildingTIV": 600}, {"BuildingTIV": 400}], [{}],
        info=[{"ReinsNumber": 1, "ReinsType": "QS", "PlacedPercent": 0.4,
               "DeemedPercentPlaced": 0.5},
              {"ReinsNumber": 2, "ReinsType": "CXL", "OccAttachment": 500, "InuringPriority": 2}],
        scope=[{"ReinsNumber": 1, "PortNumber": 1}, {"ReinsNumber": 2, "PortNumber": 1}])
    compiled = compile_book(book, None)
    (losses,) = factor_losses(compiled, [1.0])
    assert losses.recovery.tolist() == pytest.approx([200, 100])
    assert losses.by_priority.tolist() == pytest.approx([800, 700])
    assert losses.net == by_hand(420, 280)
    rows = struck_rows(compiled.program)
    told = explain(compiled, (rows, compiled.program.tiv[rows.location]), 0, factor=1.0)
    lines = {(line.owner[0], line.rule): line for line in told.lines if line.part == "reinsurance"}
    assert lines["1", "notional"].own == pytest.approx((240, 120))
    assert lines["1", "recovered"].loss == pytest.approx(480)
    assert lines["2", "occurrence_no_limit"].group == pytest.approx((600, 100))
    assert told.net == pytest.approx(420) == lines["2", "recovered"].loss


def test_a_row_of_scope_that_is_of_nothing_in_the_book_is_told(write_book):
    scope = [{"ReinsNumber": 7, "AccNumber": 1, "LocNumber": number} for number in (2, 1, 3)]
    info = [{"ReinsNumber": 7, "ReinsType": "QS", "CededPercent": 0.5}]
    assert not compile_book(write_book([{}], [{}], info=info, scope=scope[1:2]), None).notes
    (note,) = compile_book(write_book([{}], [{}], info=info, scope=scope), None).notes
    assert note == ("scope.csv: row 2, ReinsNumber = '7': no policy and location of the book is "
                    "all that this row says: it covers nothing (and 1 more such)")
    assert translated(note, "zh").startswith("scope.csv：第 2 行，ReinsNumber = '7'：组合中没有")


def test_a_contracts_own_rate_of_exchange(tmp_path):
    # 10,000 of damage in CNY; the layer of 1000 USD xs 1000 USD at its own rate of 7, whatever the
    # table says: 7000 xs 7000 pays 3000
    rates = write_oed(tmp_path / "rates.csv", [{"currency": "CNY", "rate": 1},
                                               {"currency": "USD", "rate": 6}], {})
    book, _ = read_book(
        write_oed(tmp_path / "location.csv", [{"LocNumber": 1, "BuildingTIV": 10000}], LOCATION),
        write_oed(tmp_path / "account.csv", [{}], ACCOUNT),
        reins_info=write_oed(tmp_path / "info.csv", [
            {"ReinsNumber": 1, "ReinsType": "CXL", "OccAttachment": 1000, "OccLimit": 1000,
             "ReinsCurrency": "USD", "ReinsFXrate": 7}], INFO),
        reins_scope=write_oed(tmp_path / "scope.csv", [{"ReinsNumber": 1, "PortNumber": 1}], {}),
        rates=read_rates(rates))
    (losses,) = factor_losses(compile_book(book, None), [1.0])
    assert losses.recovery.tolist() == pytest.approx([3000])
