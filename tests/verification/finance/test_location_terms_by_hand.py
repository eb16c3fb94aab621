"""Terms of a location, each worked by hand. Rules: Open Exposure Data 4.0, Financial details."""

import numpy as np
import pytest

from riskcloud.analysis.terms.book import compile_book, event_losses
from riskcloud.exposure.oed.schema import peril_bits

from .conftest import by_hand

POLICY = [{}]
COVERAGES = {"BuildingTIV": 600, "OtherTIV": 100, "ContentsTIV": 200, "BITIV": 365}


def test_amount_share_of_loss_and_share_of_value(run_oed):
    # half of 1000 is lost: 500 - 100; 500 - 10 % of the loss; 500 - 5 % of 1000 insured
    losses = run_oed([
        {"BuildingTIV": 1000, "LocDed6All": 100, "LocDedType6All": 0},
        {"BuildingTIV": 1000, "LocDed6All": 0.1, "LocDedType6All": 1},
        {"BuildingTIV": 1000, "LocDed6All": 0.05, "LocDedType6All": 2}], POLICY, factor=0.5)
    assert losses.gross == by_hand(400, 450, 450)


def test_limits_of_the_three_types_come_after_the_deductible(run_oed):
    # loss 500, deductible 50: 450, limited to 300; to 60 % of the loss of 500; to 20 % of 1000
    losses = run_oed([
        {"BuildingTIV": 1000, "LocDed6All": 50, "LocLimit6All": 300, "LocLimitType6All": 0},
        {"BuildingTIV": 1000, "LocDed6All": 50, "LocLimit6All": 0.6, "LocLimitType6All": 1},
        {"BuildingTIV": 1000, "LocDed6All": 50, "LocLimit6All": 0.2, "LocLimitType6All": 2}],
        POLICY, factor=0.5)
    assert losses.gross == by_hand(300, 300, 200)


def test_a_limit_of_zero_or_blank_is_none(run_oed):
    losses = run_oed([{"BuildingTIV": 1000, "LocLimit6All": 0}, {"BuildingTIV": 1000}], POLICY)
    assert losses.gross == by_hand(1000, 1000)


def test_coverages_then_property_damage_then_site(run_oed):
    # building 600 - 50 = 550, limited to 500; other 100; contents 200 - 20 = 180: PD 780
    # PD 780 - 80 = 700; BI 365 - 65 = 300; site 700 + 300 = 1000 - 100 = 900
    losses = run_oed([{**COVERAGES, "LocDed1Building": 50, "LocLimit1Building": 500,
                       "LocDed3Contents": 20, "LocDed5PD": 80, "LocDed4BI": 65,
                       "LocDed6All": 100}], POLICY)
    assert losses.gross == by_hand(900)


def test_a_site_share_of_loss_is_of_what_the_coverages_leave(run_oed):
    # 600 + 100 + 200 - 100 (building) + 365 = 1165; 10 % of it off
    losses = run_oed([{**COVERAGES, "LocDed1Building": 100, "LocDed6All": 0.1,
                       "LocDedType6All": 1}], POLICY)
    assert losses.gross == by_hand(1048.5)


@pytest.mark.parametrize(("factor", "paid"), [(0.09, 0.0), (0.1, 100.0), (0.8, 700.0)])
def test_franchise(run_oed, factor, paid):
    # nothing below 100 ("disappears when the franchise level is reached"), then the whole loss,
    # limited to 700
    losses = run_oed([{"BuildingTIV": 1000, "LocDed6All": 100, "LocDedCode6All": 2,
                       "LocLimit6All": 700}], POLICY, factor=factor)
    assert losses.gross == by_hand(paid)


def test_minimum_raises_what_coverages_deducted(run_oed):
    # building deducts 10 of 600; the site's minimum of 50 takes 40 more: 900 - 50 + 0 BI
    losses = run_oed([{"BuildingTIV": 600, "ContentsTIV": 300, "LocDed1Building": 10,
                       "LocMinDed6All": 50}], POLICY)
    assert losses.gross == by_hand(850)


def test_maximum_gives_back_what_coverages_deducted(run_oed):
    # 100 + 60 deducted, at most 90: 900 - 90
    losses = run_oed([{"BuildingTIV": 600, "ContentsTIV": 300, "LocDed1Building": 100,
                       "LocDed3Contents": 60, "LocMaxDed6All": 90}], POLICY)
    assert losses.gross == by_hand(810)


def test_maximum_gives_nothing_back_above_a_limit(run_oed):
    # building 600 - 100 = 500, limited to 450: no room; contents 300 - 60 = 240 has room for 60.
    # the total deducted of 160 is to fall to 90, by 70, of which the limits let 60 back: 450 + 300
    losses = run_oed([{"BuildingTIV": 600, "ContentsTIV": 300, "LocDed1Building": 100,
                       "LocLimit1Building": 450, "LocDed3Contents": 60, "LocMaxDed6All": 90}],
                     POLICY)
    assert losses.gross == by_hand(750)


def test_minimum_is_borne_first_by_what_a_limit_cut_off(run_oed):
    # building 600 limited to 500: 100 above it; the minimum of 80 fits in there: 500 is paid
    # a minimum of 130 takes 30 of the loss: 470
    losses = run_oed([
        {"BuildingTIV": 600, "LocLimit1Building": 500, "LocMinDed6All": 80},
        {"BuildingTIV": 600, "LocLimit1Building": 500, "LocMinDed6All": 130}], POLICY)
    assert losses.gross == by_hand(500, 470)


@pytest.mark.parametrize(("factor", "paid"), [(0.1, 80.0), (0.4, 360.0), (0.9, 840.0)])
def test_share_of_loss_with_minimum_and_maximum(run_oed, factor, paid):
    # 10 % of the loss, at least 20, at most 60: 100 - 20; 400 - 40; 900 - 60
    losses = run_oed([{"BuildingTIV": 1000, "LocDed6All": 0.1, "LocDedType6All": 1,
                       "LocMinDed6All": 20, "LocMaxDed6All": 60}], POLICY, factor=factor)
    assert losses.gross == by_hand(paid)


def test_interruption_waits_and_ends(run_oed):
    # 365 a year is 1 a day: 7 days' wait, then at most 100 days, then the deductible of 10
    # of 182.5 lost: 175.5, limited to 100, less 10; of 73: 66 - 10
    site = {"BITIV": 365, "BIWaitingPeriod": 7, "BIPOI": 100, "LocDed4BI": 10}
    assert run_oed([site], POLICY, factor=0.5).gross == by_hand(90)
    assert run_oed([site], POLICY, factor=0.2).gross == by_hand(56)
    assert run_oed([site], POLICY, factor=0.01).gross == by_hand(0)


def test_the_insurers_share_of_a_location(run_oed):
    # (1000 - 100) x 0.3
    losses = run_oed([{"BuildingTIV": 1000, "LocDed6All": 100, "LocParticipation": 0.3}], POLICY)
    assert losses.gross == by_hand(270)


def test_perils(run_oed):
    # the flood deductible acts in a flood alone; the last location does not cover wind
    sites = [{"BuildingTIV": 1000, "LocPeril": "OO1", "LocDed6All": 100,
              "LocPerilsCovered": "WW1;OO1"},
             {"BuildingTIV": 1000, "LocPeril": "OO1", "LocDed6All": 100,
              "LocPerilsCovered": "OO1"}]
    assert run_oed(sites, POLICY, peril="WTC").gross == by_hand(1000, 0)
    assert run_oed(sites, POLICY, peril="WTC").ground_up == by_hand(1000, 0)
    assert run_oed(sites, POLICY, peril="ORF").gross == by_hand(900, 900)
    assert run_oed(sites, POLICY).gross == by_hand(900, 900)
    assert run_oed(sites, [{"PolPerilsCovered": "WW1"}], peril="ORF").gross == by_hand(0, 0)


def test_a_location_with_terms_by_peril(run_oed):
    sites = [{"LocNumber": "1", "BuildingTIV": 1000, "LocPeril": "OO1", "LocDed6All": 100},
             {"LocNumber": "1", "BuildingTIV": 1000, "LocPeril": "WW1", "LocDed6All": 40}]
    assert run_oed(sites, POLICY, peril="WTC").gross == by_hand(960)
    assert run_oed(sites, POLICY, peril="ORF").gross == by_hand(900)
    with pytest.raises(ValueError, match="--peril"):
        run_oed(sites, POLICY)


def test_perils_of_one_event_are_told_apart_and_summed(write_book):
    # a storm: wind 300 and flood 200 at one location, wind 100 at another that covers wind alone
    # and is flooded by 50. Flood deductible 40; the policy's 60 is of the sum; of floods alone half
    # is ceded. Flood 200 - 40 = 160; 300 + 160 + 100 = 560 - 60 = 500
    book = write_book(
        [{"BuildingTIV": 1000, "LocPeril": "OO1", "LocDed6All": 40},
         {"BuildingTIV": 1000, "LocPerilsCovered": "WW1"}], [{"PolDed6All": 60}],
        info=[{"ReinsNumber": 1, "ReinsType": "QS", "ReinsPeril": "OO1", "PlacedPercent": 0.5}],
        scope=[{"ReinsNumber": 1, "PortNumber": 1}])
    parts = tuple(peril_bits()[code] for code in ("WTC", "ORF"))
    losses = event_losses(
        compile_book(book, None, parts=parts), np.array([1, 0, 0, 1]), np.zeros(4, dtype=np.int64),
        np.array([100.0, 200.0, 300.0, 50.0]), np.array([0, 1, 0, 1]))
    assert losses.ground_up == by_hand(500, 150)
    assert losses.gross == by_hand(500 * 460 / 560, 500 * 100 / 560)
    flood = 500 * 160 / 560
    assert losses.recovery == by_hand(0.5 * flood)
    assert losses.net == by_hand(500 * 460 / 560 - 0.5 * flood, 500 * 100 / 560)


def test_terms_of_either_peril_act_on_their_part(write_book):
    # wind 300 - 30, flood 200 - 50; a policy of wind alone has the first, one of all both
    book = write_book(
        [{"LocNumber": 1, "BuildingTIV": 1000, "LocPeril": "WW1", "LocDed6All": 30},
         {"LocNumber": 1, "BuildingTIV": 1000, "LocPeril": "OO1", "LocDed6All": 50}],
        [{"PolNumber": 1, "PolPerilsCovered": "WW1", "LayerParticipation": 0.5},
         {"PolNumber": 2, "PolPerilsCovered": "AA1", "LayerParticipation": 0.5}])
    parts = tuple(peril_bits()[code] for code in ("WTC", "ORF"))
    losses = event_losses(compile_book(book, None, parts=parts), np.zeros(2, dtype=np.int64),
                          np.zeros(2, dtype=np.int64), np.array([300.0, 200.0]), np.array([0, 1]))
    assert losses.gross == by_hand(0.5 * 270 + 0.5 * (270 + 150))


def test_a_share_of_value_is_of_all_locations_struck_or_not(write_book):
    # one of two locations is struck: the policy's 5 % is of 2000 insured
    book = write_book([{"BuildingTIV": 1000}, {"BuildingTIV": 1000}],
                      [{"PolDed6All": 0.05, "PolDedType6All": 2}])
    losses = event_losses(compile_book(book, None), np.array([1]), np.zeros(1, dtype=np.int64),
                          np.array([300.0]))
    assert losses.gross == by_hand(0, 200)
