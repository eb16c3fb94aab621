"""Clauses that OED has no field for, each worked by hand. Rules: docs/science/terms.md, Clauses."""

import numpy as np
import pytest

from riskcloud.analysis.terms.book import compile_book, event_losses, factor_losses
from riskcloud.analysis.terms.coinsurance import coinsurance_facts
from riskcloud.analysis.terms.explain import explain
from riskcloud.exposure.oed.currencies import Rates
from riskcloud.exposure.oed.schema import peril_bits
from riskcloud.finance.policies import struck_rows

from .conftest import by_hand

TWO = [{"BuildingTIV": 600}, {"BuildingTIV": 400}]
TOWER = {"OccupancyCode": 2531, "ConstructionCode": 5752}
PLAIN = [{}]


def clause(kind, **columns):
    return {"Clause": kind, **columns}


# average: what is insured below its value is paid in the ratio of sum insured to value


def test_average_pays_in_the_ratio_and_deductibles_come_behind(run_oed):
    # 600 insured of a value of 1000: half a loss, 300, pays 300 x 0.6 = 180, less 30 = 150. A
    # deductible taken first would leave (300 - 30) x 0.6 = 162.
    sites = [{"BuildingTIV": 600, "LocDed6All": 30}, {"BuildingTIV": 400}]
    losses = run_oed(sites, PLAIN, clauses=[clause("average", LocNumber=1, Value=1000)], factor=0.5)
    assert losses.gross == by_hand(150, 200)
    assert losses.ground_up == by_hand(300, 200)


def test_average_by_coverage_by_share_and_of_a_sum_insured(run_oed):
    # building 500 of 800: 0.625; contents 60 % insured; BI in full
    site = [{"BuildingTIV": 500, "ContentsTIV": 100, "BITIV": 200}]
    rows = [clause("average", Coverage="building", Value=800),
            clause("average", Coverage="3Contents", ShareInsured=0.6)]
    assert run_oed(site, PLAIN, clauses=rows).gross == by_hand(500 * 0.625 + 60 + 200)
    # the file holds values: 500 + 100 + 200 = 800, of them 400 insured; all is lost: 400
    assert run_oed(site, PLAIN, clauses=[clause("average", SumInsured=400)]).gross == by_hand(400)


def test_one_sum_insured_for_several_locations_is_one_item(run_oed):
    # 1000 insured stand against a value of 1250: 0.8 of each loss
    losses = run_oed(TWO, PLAIN, clauses=[clause("average", Value=1250)], factor=0.1)
    assert losses.gross == by_hand(48, 32)
    # a clause with more keys takes its location out: 400 against 1250 for the other
    rows = [clause("average", Value=1250), clause("average", LocNumber=1, AgreedValue=1)]
    assert run_oed(TWO, PLAIN, clauses=rows, factor=0.1).gross == by_hand(60, 40 * 0.32)


def test_nothing_is_averaged_that_is_insured_in_full_agreed_or_near_enough(run_oed):
    for row in (clause("average", LocNumber=1, Value=600),
                clause("average", LocNumber=1, Value=500),  # over-insured
                clause("average", LocNumber=1, AgreedValue=1),
                clause("average", LocNumber=1, Value=700, PaidInFullFrom=0.85)):  # 0.857
        assert run_oed(TWO, PLAIN, clauses=[row], factor=0.5).gross == by_hand(300, 200)
    row = clause("average", LocNumber=1, Value=750, PaidInFullFrom=0.85)  # 0.8: the whole ratio
    assert run_oed(TWO, PLAIN, clauses=[row], factor=0.5).gross == by_hand(240, 200)


def test_no_more_than_the_sum_insured_is_paid(write_book):
    # 600 insured of 700, paid in full from 0.85: a loss of 690 pays 600
    book = write_book(TWO, PLAIN, clauses=[
        clause("average", LocNumber=1, Value=700, PaidInFullFrom=0.85)])
    losses = event_losses(compile_book(book, None), np.array([0]), np.array([0]),
                          np.array([690.0]))
    assert losses.gross == by_hand(600, 0)


def test_average_of_one_peril_leaves_the_others(write_book):
    book = write_book(TWO, PLAIN, clauses=[
        clause("average", LocNumber=1, ShareInsured=0.5, Peril="WSS")])
    wind, surge = peril_bits()["WTC"], peril_bits()["WSS"]
    losses = event_losses(compile_book(book, None, parts=(wind, surge)), np.array([0, 0]),
                          np.array([0, 0]), np.array([100.0, 60.0]), np.array([0, 1]))
    assert losses.gross == by_hand(100 + 30, 0)


# greater_of: the deductible is the greater of an amount and a share, not their sum


def test_the_greater_of_an_amount_and_a_share_of_the_loss(run_oed):
    row = [clause("greater_of", Amount=60, ShareOfLoss=0.1)]
    # all lost, 1000: 10 % is 100, more than 60; half, 500: 60 is more than 50
    assert run_oed(TWO, PLAIN, clauses=row).gross == by_hand(540, 360)
    assert run_oed(TWO, PLAIN, clauses=row, factor=0.5).gross == by_hand(440 * 0.6, 440 * 0.4)
    # and of 7 % of the sum insured, 70, which is more than both of half a loss
    row = [clause("greater_of", Amount=60, ShareOfLoss=0.1, ShareOfInsured=0.07)]
    assert run_oed(TWO, PLAIN, clauses=row, factor=0.5).gross == by_hand(430 * 0.6, 430 * 0.4)
    # "but at most": 10 % of 1000 is 100, at most 80 of it; of this deductible alone: the locations'
    # own 30 + 20 come before, 950 - 80
    row = [clause("greater_of", Amount=60, ShareOfLoss=0.1, Maximum=80)]
    assert run_oed(TWO, PLAIN, clauses=row).gross == by_hand(552, 368)
    sites = [{"BuildingTIV": 600, "LocDed6All": 30}, {"BuildingTIV": 400, "LocDed6All": 20}]
    assert run_oed(sites, PLAIN, clauses=row).gross.sum() == pytest.approx(870)
    row = [clause("greater_of", Amount=60, ShareOfLoss=0.1, ShareOfInsured=0.07)]
    # never more than the loss
    assert run_oed(TWO, PLAIN, clauses=row, factor=0.05).gross == by_hand(0, 0)


def test_by_class_by_tag_and_for_all_others(run_oed):
    # towers 600: the greater of 20 and 10 % = 60. Tagged 400: 5. The other two, 300 together: 30
    sites = [{"BuildingTIV": 600, **TOWER}, {"BuildingTIV": 400, "CondTag": "t"},
             {"BuildingTIV": 100}, {"BuildingTIV": 200}]
    rows = [clause("greater_of", Amount=30, ShareOfLoss=0.05),
            clause("greater_of", AssetClass="tower", Amount=20, ShareOfLoss=0.1),
            clause("greater_of", CondTag="t", Amount=5)]
    accounts = [{"CondTag": "t"}]
    assert run_oed(sites, accounts, clauses=rows).gross == by_hand(540, 395, 90, 180)
    assert run_oed(sites, accounts, clauses=rows[::-1]).gross == by_hand(540, 395, 90, 180)


def test_of_each_location_and_in_one_of_two_policies(run_oed):
    # of each: 600 - 60, 400 - 50
    row = clause("greater_of", Amount=50, ShareOfLoss=0.1, Per="location")
    assert run_oed(TWO, PLAIN, clauses=[row]).gross == by_hand(540, 350)
    # half of it each; policy Q alone has the deductible: 500 + (1000 - 200) / 2
    policies = [{"PolNumber": name, "LayerParticipation": 0.5} for name in "PQ"]
    row = clause("greater_of", PolNumber="Q", Amount=200)
    assert run_oed(TWO, policies, clauses=[row]).gross.sum() == pytest.approx(500 + 400)


def test_it_counts_towards_the_policys_minimum_and_maximum(run_oed):
    # 10 % = 100 deducted; a minimum of 130 takes 30 more, a maximum of 70 gives 30 back
    row = [clause("greater_of", Amount=60, ShareOfLoss=0.1)]
    assert run_oed(TWO, [{"PolMinDed6All": 130}], clauses=row).gross.sum() == pytest.approx(870)
    assert run_oed(TWO, [{"PolMaxDed6All": 70}], clauses=row).gross.sum() == pytest.approx(930)


def test_order_condition_clause_policy(run_oed):
    # the condition limits 1000 to 800; the clause takes 10 % = 80; the policy limits 720 to 700
    sites = [{**site, "CondTag": "t"} for site in TWO]
    account = [{"CondTag": "t", "CondNumber": 1, "CondPriority": 1, "CondLimit6All": 800,
                "PolLimit6All": 700}]
    row = [clause("greater_of", Amount=60, ShareOfLoss=0.1)]
    assert run_oed(sites, account, clauses=row).gross == by_hand(420, 280)
    account[0]["PolLimit6All"] = 900
    assert run_oed(sites, account, clauses=row).gross == by_hand(432, 288)


def test_amounts_are_in_the_currency_of_the_account(write_book):
    # a deductible of the greater of 10 USD and 5 % of the loss, at 7: 70 of 1000 CNY
    book = write_book([{"BuildingTIV": 1000}], [{"AccCurrency": "USD"}],
                      clauses=[clause("greater_of", Amount=10, ShareOfLoss=0.05)],
                      rates=Rates("CNY", {"CNY": 1.0, "USD": 7.0}))
    (losses,) = factor_losses(compile_book(book, None), [1.0])
    assert losses.gross == by_hand(930)


# sublimit: a limit per event for a class of assets


def test_a_sublimit_of_a_class_by_amount_by_items_and_by_share(run_oed):
    sites = [{"BuildingTIV": 600, **TOWER}, {"BuildingTIV": 300, **TOWER}, {"BuildingTIV": 400}]
    for values in ({"Amount": 450}, {"PerItem": 30, "NumberOfItems": 15},
                   {"ShareOfInsured": 0.5},
                   {"Amount": 500, "PerItem": 45, "NumberOfItems": 10, "ShareOfInsured": 0.9}):
        row = clause("sublimit", AssetClass="tower", **values)
        assert run_oed(sites, PLAIN, clauses=[row]).gross == by_hand(300, 150, 400)


def test_each_tower_then_the_circuit_then_all_towers(run_oed):
    # each at most 200: 200, 200, 100, 200. Circuit c, the first two: 400 to 300. All towers, now
    # 150 + 150 + 100 = 400, to 320
    sites = [{"BuildingTIV": 600, **TOWER, "CondTag": "c"},
             {"BuildingTIV": 300, **TOWER, "CondTag": "c"},
             {"BuildingTIV": 100, **TOWER}, {"BuildingTIV": 200}]
    rows = [clause("sublimit", AssetClass="tower", Amount=320),
            clause("sublimit", CondTag="c", Amount=300),
            clause("sublimit", AssetClass="tower", Per="location", Amount=200)]
    for order in (rows, rows[::-1]):
        assert run_oed(sites, [{"CondTag": "c"}], clauses=order).gross == by_hand(
            120, 120, 80, 200)


def test_the_deductible_of_a_class_comes_before_its_sublimit(run_oed):
    # 1000 less 100, at most 850; the other way round it would be 850 - 85 = 765
    rows = [clause("sublimit", Amount=850), clause("greater_of", Amount=60, ShareOfLoss=0.1)]
    assert run_oed(TWO, PLAIN, clauses=rows).gross == by_hand(510, 340)


# coinsurance: leader and followers, each its share of one settlement


PANEL = [clause("coinsurance", Insurer="Lead", Share=0.5, Lead=1),
         clause("coinsurance", Insurer="We", Share=0.3, Ours=1),
         clause("coinsurance", Insurer="Third", Share=0.15)]


def test_we_pay_our_share_and_treaties_see_it(run_oed):
    # 1000 - 200 = 800 settled; ours 240; half of it ceded
    losses = run_oed(TWO, [{"PolDed6All": 200}], clauses=PANEL,
                     info=[{"ReinsNumber": 1, "ReinsType": "QS", "CededPercent": 0.5}],
                     scope=[{"ReinsNumber": 1, "PortNumber": 1}])
    assert losses.gross == by_hand(144, 96)
    assert losses.net == by_hand(72, 48)


def test_the_table_of_insurers_and_what_is_left(write_book):
    # a layer share of 0.5 is that of all insurers together: 800 x 0.5 = 400 settled
    book = write_book(TWO, [{"PolDed6All": 200, "LayerParticipation": 0.5}], clauses=PANEL)
    compiled = compile_book(book, None)
    losses = [event.insurers for event in factor_losses(compiled, [1.0, 0.1])]
    told = coinsurance_facts(compiled, losses)["coinsurance"]
    assert [(row["Insurer"], row["Share"], row["Lead"], row["Ours"]) for row in told["panels"]] == [
        ("Lead", 0.5, True, False), ("We", 0.3, False, True), ("Third", 0.15, False, False),
        ("", pytest.approx(0.05), False, False)]
    assert {row["Insurer"]: row["losses"] for row in told["insurers"]} == {
        "Lead": by_hand(200, 0), "We": by_hand(120, 0), "Third": by_hand(60, 0),
        "": by_hand(20, 0)}


def test_a_policy_with_a_panel_of_its_own(run_oed):
    # Q has its own panel, in which we lead with 0.8: 0.5 x 0.8 + 0.5 x 0.3 of 1000
    policies = [{"PolNumber": name, "LayerParticipation": 0.5} for name in "PQ"]
    own = [clause("coinsurance", PolNumber="Q", Insurer="We", Share=0.8, Lead=1, Ours=1)]
    assert run_oed(TWO, policies, clauses=PANEL + own).gross == by_hand(330, 220)


def test_explained_line_by_line(write_book):
    # location 1: 600 averaged to 360; its own limit 350; with 400: 750 less the greater of 50 and
    # 10 % = 75: 675, of it 315; sublimit 0.6 of 1000 insured: 600, of it 280; ours 0.3: 84
    rows = [clause("average", LocNumber=1, Value=1000),
            clause("sublimit", LocNumber=1, Per="location", Amount=350),
            clause("greater_of", Amount=50, ShareOfLoss=0.1),
            clause("sublimit", ShareOfInsured=0.6), *PANEL]
    compiled = compile_book(write_book(TWO, PLAIN, clauses=rows), None)
    struck = struck_rows(compiled.program)
    found = explain(compiled, (struck, compiled.program.tiv[struck.location]), 0, factor=1.0)
    told = [(line.rule, line.file, line.row, line.columns, line.group, line.loss)
            for line in found.lines[1:]]
    assert told == [
        ("average", "clauses", 2, ("Value",), (600, 360), 360),
        ("sublimit", "clauses", 3, ("Amount",), (360, 350), 350),
        ("greater_of", "clauses", 4, ("Amount", "ShareOfLoss"), (750, 675), pytest.approx(315)),
        ("sublimit_insured", "clauses", 5, ("ShareOfInsured",), (pytest.approx(675), 600),
         pytest.approx(280)),
        ("no_layer", "account", 2, (), (600, pytest.approx(600)), pytest.approx(280)),
        ("coinsurance", "clauses", 7, ("Share", "Ours"), (pytest.approx(600), pytest.approx(180)),
         pytest.approx(84))]
    (losses,) = factor_losses(compiled, [1.0])
    assert found.gross == pytest.approx(84) == losses.gross[0]


def test_a_share_of_the_sum_insured_beside_an_average_that_names_one_is_told(write_book):
    clauses = [{"Clause": "average", "SumInsured": 500},
               {"Clause": "greater_of", "Amount": 10, "ShareOfInsured": 0.1}]
    said = "a share of the TIV columns, not of the sum insured that an average names"
    for rows, n in ((clauses, 1), (clauses[1:], 0)):
        notes = write_book([{"BuildingTIV": 1000}], [{}], clauses=rows).notes
        assert sum(said in note for note in notes) == n
