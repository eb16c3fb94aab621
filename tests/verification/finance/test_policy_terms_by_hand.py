"""Conditions, policies, layers and accounts, each worked by hand. Rules: Open Exposure Data 4.0."""

import pytest

from .conftest import by_hand

TWO = [{"BuildingTIV": 600}, {"BuildingTIV": 400}]


def test_a_policy_deductible_and_limit_share_out_by_loss(run_oed):
    # 1000 - 100 = 900, limited to 500: 60 % and 40 % of it
    losses = run_oed(TWO, [{"PolDed6All": 100, "PolLimit6All": 500}])
    assert losses.gross == by_hand(300, 200)


def test_policy_terms_by_coverage_then_all(run_oed):
    # buildings 1000 - 50 = 950 (of it 570 and 380); BI 200 limited to 100; all 1050 - 105 = 945
    losses = run_oed([{"BuildingTIV": 600, "BITIV": 200}, {"BuildingTIV": 400}],
                     [{"PolDed1Building": 50, "PolLimit4BI": 100, "PolDed6All": 0.1,
                       "PolDedType6All": 1}])
    assert losses.gross == by_hand((570 + 100) * 0.9, 380 * 0.9)


def test_a_policy_share_of_value_is_of_all_its_locations(run_oed):
    # half is lost: 500; 5 % of 1000 insured off, then at most 20 % of it
    losses = run_oed(TWO, [{"PolDed6All": 0.05, "PolDedType6All": 2, "PolLimit6All": 0.2,
                            "PolLimitType6All": 2}], factor=0.5)
    assert losses.gross == by_hand(120, 80)


def test_policy_minimum_counts_what_locations_deducted(run_oed):
    # locations deduct 30 + 20; the policy's minimum of 80 takes 30 more of 950
    sites = [{"BuildingTIV": 600, "LocDed6All": 30}, {"BuildingTIV": 400, "LocDed6All": 20}]
    losses = run_oed(sites, [{"PolMinDed6All": 80}])
    assert losses.gross == by_hand(920 * 570 / 950, 920 * 380 / 950)
    # its own 10 makes 60, a maximum of 55 gives 5 of it back
    losses = run_oed(sites, [{"PolDed6All": 10, "PolMaxDed6All": 55}])
    assert losses.gross.sum() == pytest.approx(945)


def test_layers_of_an_account(run_oed):
    # 1000: 0.5 of 300 xs 0 and 0.25 of 400 xs 300: 150 + 100
    layers = [{"PolNumber": "1", "LayerLimit": 300, "LayerParticipation": 0.5},
              {"PolNumber": "2", "LayerAttachment": 300, "LayerLimit": 400,
               "LayerParticipation": 0.25}]
    assert run_oed(TWO, layers).gross == by_hand(150, 100)
    # 0.2 of it, 200: the second layer is not reached
    assert run_oed(TWO, layers, factor=0.2).gross == by_hand(60, 40)


def test_a_layers_limit_may_be_below_its_attachment_and_zero_is_none(run_oed):
    assert run_oed(TWO, [{"LayerAttachment": 700, "LayerLimit": 100}]).gross == by_hand(60, 40)
    assert run_oed(TWO, [{"LayerAttachment": 700}]).gross == by_hand(180, 120)


def test_a_blank_share_is_the_whole_and_zero_is_nothing(run_oed):
    assert run_oed(TWO, [{"LayerParticipation": ""}]).gross == by_hand(600, 400)
    assert run_oed(TWO, [{"LayerParticipation": 0}]).gross == by_hand(0, 0)


def test_account_terms_act_on_the_sum_of_its_policies(run_oed):
    # 150 + 100 as above = 250; less 10 %, at least 40: 210, at most 200; 0.5 of it
    layers = [{"PolNumber": "1", "LayerLimit": 300, "LayerParticipation": 0.5},
              {"PolNumber": "2", "LayerAttachment": 300, "LayerLimit": 400,
               "LayerParticipation": 0.25}]
    account = {"AccDed6All": 0.1, "AccDedType6All": 1, "AccMinDed6All": 40, "AccLimit6All": 200,
               "AccParticipation": 0.5}
    losses = run_oed(TWO, [{**layer, **account} for layer in layers])
    assert losses.gross == by_hand(60, 40)


def test_account_share_of_value_counts_a_sum_insured_once(run_oed):
    # two policies pay 500 each of 1000; 10 % of 1000 insured is 100, not 200
    rows = [{"PolNumber": number, "LayerParticipation": 0.5, "AccDed6All": 0.1,
             "AccDedType6All": 2} for number in ("1", "2")]
    assert run_oed(TWO, rows).gross == by_hand(540, 360)


CALIFORNIA = [{"BuildingTIV": 5, "CondTag": "California"}, {"BuildingTIV": 7,
              "CondTag": "California"}, {"BuildingTIV": 0}, {"BuildingTIV": 4}]


def test_the_sublimit_of_the_standard_s_example_1(run_oed):
    # its worked answer: 10 of California's 12, and Nevada's 4: 14 (in millions)
    losses = run_oed(CALIFORNIA, [{"CondTag": "California", "CondNumber": "1",
                                   "CondPriority": 1, "CondLimit6All": 10}])
    assert losses.gross == by_hand(10 * 5 / 12, 10 * 7 / 12, 0, 4)
    assert losses.gross.sum() == pytest.approx(14)


NESTED = [{"LocNumber": "1", "BuildingTIV": 300, "CondTag": "tier1"},
          {"LocNumber": "1", "BuildingTIV": 300, "CondTag": "texas"},
          {"LocNumber": "2", "BuildingTIV": 300, "CondTag": "texas"},
          {"LocNumber": "3", "BuildingTIV": 100, "CondTag": ""}]


def test_nested_conditions_in_order_of_priority(run_oed):
    # tier 1: 300 limited to 200; Texas: 200 + 300 limited to 400: 160 and 240; the policy: 500
    rows = [{"CondTag": "tier1", "CondNumber": "1", "CondPriority": 1, "CondLimit6All": 200},
            {"CondTag": "texas", "CondNumber": "2", "CondPriority": 2, "CondLimit6All": 400}]
    losses = run_oed(NESTED, rows)
    assert losses.gross == by_hand(160, 240, 100)
    # the wider first: 600 to 400, 200 each; then tier 1's 200 to 200
    swapped = [{**rows[0], "CondPriority": 2}, {**rows[1], "CondPriority": 1}]
    assert run_oed(NESTED, swapped).gross == by_hand(200, 200, 100)


def test_condition_deductible_by_coverage_and_its_peril(run_oed):
    sites = [{"BuildingTIV": 600, "BITIV": 100, "CondTag": "a"}, {"BuildingTIV": 400}]
    rows = [{"CondTag": "a", "CondNumber": "1", "CondPriority": 1, "CondPeril": "QQ1",
             "CondDed1Building": 50, "CondDed6All": 25}]
    assert run_oed(sites, rows, peril="QEQ").gross == by_hand(625, 400)
    assert run_oed(sites, rows, peril="WTC").gross == by_hand(700, 400)


def test_conditions_of_one_policy_leave_another_alone(run_oed):
    sites = [{"BuildingTIV": 600, "CondTag": "a"}, {"BuildingTIV": 400}]
    rows = [{"PolNumber": "1", "LayerParticipation": 0.5, "CondTag": "a", "CondNumber": "1",
             "CondPriority": 1, "CondLimit6All": 100},
            {"PolNumber": "2", "LayerParticipation": 0.5}]
    # policy 1: half of 100 and 400; policy 2: half of 600 and 400
    assert run_oed(sites, rows).gross == by_hand(350, 400)


def test_a_restriction_covers_its_tags_alone(run_oed):
    sites = [{"BuildingTIV": 600, "CondTag": "a"}, {"BuildingTIV": 400, "CondTag": "b"},
             {"BuildingTIV": 200}]
    rows = [{"PolNumber": "1", "CondTag": "a", "CondNumber": "1", "CondPriority": 1,
             "CondClass": 1, "LayerParticipation": 0.5},
            {"PolNumber": "2", "CondTag": "b", "CondNumber": "2", "CondPriority": 1,
             "CondClass": 0, "CondLimit6All": 100, "LayerParticipation": 0.5}]
    # policy 1 covers a alone; policy 2 all, b up to 100
    assert run_oed(sites, rows).gross == by_hand(600, 50, 100)


def test_policy_terms_by_peril(run_oed):
    rows = [{"PolPeril": "QQ1;WW1", "PolDed6All": 50}, {"PolPeril": "OO1", "PolDed6All": 100}]
    assert run_oed(TWO, rows, peril="WTC").gross.sum() == pytest.approx(950)
    assert run_oed(TWO, rows, peril="OSF").gross.sum() == pytest.approx(900)
    assert run_oed(TWO, rows, peril="XHL").gross.sum() == pytest.approx(1000)
    with pytest.raises(ValueError, match="say with --peril"):
        run_oed(TWO, rows)


def test_examples_2_of_the_standard(run_oed):
    # accounts 1 to 3 of its second example at a total loss: (1e6 - 1e4) + (1e6 - 1e4) - 5e4,
    # limited to 1.5e6; (1e6 x 0.95 + 2e6 - 1.5e4) - 5 % of 3e6 insured, limited to 1.5e6;
    # (2e6 - 1e4) + (2e6 - 2e5) = 3.79e6, less 10 % = 3.411e6, limited to 80 % of 4e6 insured
    sites = [{"AccNumber": "1", "BuildingTIV": 1e6, "LocDedType1Building": 0,
              "LocDed1Building": 1e4},
             {"AccNumber": "1", "BuildingTIV": 1e6, "LocDedType1Building": 2,
              "LocDed1Building": 0.01},
             {"AccNumber": "2", "BuildingTIV": 1e6, "LocDedType1Building": 1,
              "LocDed1Building": 0.05},
             {"AccNumber": "2", "BuildingTIV": 2e6, "LocDed1Building": 1.5e4},
             {"AccNumber": "3", "BuildingTIV": 2e6, "LocDed1Building": 1e4},
             {"AccNumber": "3", "BuildingTIV": 2e6, "LocDedType1Building": 2,
              "LocDed1Building": 0.1}]
    rows = [{"AccNumber": "1", "PolDedType6All": 0, "PolDed6All": 5e4, "PolLimit6All": 1.5e6},
            {"AccNumber": "2", "PolDedType6All": 2, "PolDed6All": 0.05, "PolLimit6All": 1.5e6},
            {"AccNumber": "3", "PolDedType6All": 1, "PolDed6All": 0.1, "PolLimitType6All": 2,
             "PolLimit6All": 0.8}]
    gross = run_oed(sites, rows).gross
    assert gross.reshape(3, 2).sum(axis=1) == by_hand(1.5e6, 1.5e6, 3.2e6)
    # at a tenth: 1.98e5 - 2e4... worked: 1e5 - 1e4 and 1e5 - 1e4 = 1.8e5 - 5e4
    assert run_oed(sites, rows, factor=0.1).gross[:2].sum() == pytest.approx(1.3e5)


def test_rows_of_other_perils_are_one_member_of_a_condition(run_oed):
    # deductible 20 by wind, 500 by quake (row 2); of 980 + 400 the condition leaves 690: half each
    sites = [{"LocNumber": "1", "BuildingTIV": 1000, "LocPeril": "WTC", "LocDed6All": 20,
              "CondTag": "C"},
             {"LocNumber": "1", "BuildingTIV": 1000, "LocPeril": "QEQ", "LocDed6All": 500,
              "CondTag": "C"},
             {"LocNumber": "2", "BuildingTIV": 400, "CondTag": "C"}]
    losses = run_oed(sites, [{"CondTag": "C", "CondNumber": 1, "CondPriority": 1,
                              "CondPeril": "AA1", "CondLimit6All": 690}], peril="WTC")
    assert losses.gross == by_hand(490, 200)
