"""Step functions, each worked by hand. Columns and codes: Open Exposure Data 4.0; order: ours."""

import pytest

from .conftest import by_hand

SITES = [{"BuildingTIV": 600, "ContentsTIV": 100, "BITIV": 50}, {"BuildingTIV": 400}]


def steps(*rows, **common):
    return [{"StepTriggerType": 1, "StepNumber": k + 1, "TriggerType": 2, "PayOutType": 2,
             **common, **row} for k, row in enumerate(rows)]


TIV = steps({"TriggerBuildingStart": 0.1, "TriggerBuildingEnd": 0.5, "PayOutBuildingStart": 0.05},
            {"TriggerBuildingStart": 0.5, "TriggerBuildingEnd": 1, "PayOutBuildingStart": 0.4})


@pytest.mark.parametrize(("factor", "paid"), [(0.05, 0), (0.1, 50), (0.49, 50), (0.5, 400),
                                              (1.0, 400)])
def test_steps_by_share_of_value(run_oed, factor, paid):
    # buildings 1000 insured: from a tenth 5 % of it, from a half 40 %; nothing else is covered
    losses = run_oed(SITES, TIV, factor=factor)
    assert losses.gross == by_hand(0.6 * paid, 0.4 * paid)


def test_amounts_deductible_limit_and_share_of_loss(run_oed):
    # buildings lose 500: half of it less 30 is 220, limited to 200
    rows = steps({"TriggerType": 0, "TriggerBuildingStart": 100, "PayOutType": 1,
                  "PayOutBuildingStart": 0.5, "DeductibleBuilding": 30,
                  "PayOutLimitBuilding": 200})
    assert run_oed(SITES, rows, factor=0.5).gross.sum() == pytest.approx(200)
    # an amount of 70; 30 % of a limit of 100; the second row's share of a layer comes after it
    rows = steps({"TriggerType": 0, "PayOutType": 0, "PayOutBuildingStart": 70})
    assert run_oed(SITES, rows, factor=0.5).gross.sum() == pytest.approx(70)
    rows = steps({"TriggerType": 0, "PayOutType": 3, "PayOutBuildingStart": 0.3,
                  "PayOutLimitBuilding": 100, "LayerParticipation": 0.5})
    assert run_oed(SITES, rows, factor=0.5).gross.sum() == pytest.approx(15)


def test_a_ramp_is_interpolated(run_oed):
    # 300 of 0 to 1000 of loss: three tenths of the way from 0 to 500
    rows = steps({"TriggerType": 0, "TriggerBuildingEnd": 1000, "PayOutType": 0,
                  "PayOutBuildingEnd": 500})
    assert run_oed(SITES, rows, factor=0.3).gross.sum() == pytest.approx(150)


def test_buildings_and_contents_separately_or_together(run_oed):
    # separately: 10 % of 1000 of buildings, 20 % of 100 of contents; together: 30 % of 1100
    rows = steps({"StepTriggerType": 5, "PayOutBuildingStart": 0.1, "PayOutContentsStart": 0.2})
    assert run_oed(SITES, rows).gross == by_hand(60 + 20, 40)
    rows = steps({"StepTriggerType": 3, "PayOutBuildingContentsStart": 0.3})
    assert run_oed(SITES, rows).gross == by_hand(330 * 700 / 1100, 330 * 400 / 1100)


@pytest.mark.parametrize(("factor", "buildings", "contents"), [
    (0.5, 200, 0),  # buildings lose 500, a step from 300: their 20 %
    (0.3, 200, 0),  # just reached
    (0.2, 0, 30),   # 200 do not reach it; contents lose 20 of 100, a step from 10: 30 % of them
    (0.05, 0, 0)])
def test_buildings_then_contents(run_oed, factor, buildings, contents):
    # StepTriggerType 4, as the documentation of Touchstone says it: by the damage of buildings from
    # their trigger on, else by that of contents
    rows = steps({"StepTriggerType": 4, "TriggerBuildingStart": 0.3, "PayOutBuildingStart": 0.2,
                  "TriggerContentsStart": 0.1, "PayOutContentsStart": 0.3})
    sites = [{"BuildingTIV": 600, "ContentsTIV": 100}, {"BuildingTIV": 400}]
    losses = run_oed(sites, rows, factor=factor)
    assert losses.gross == by_hand(0.6 * buildings + contents, 0.4 * buildings)


def test_extra_expenses_debris_scale_and_conditional_steps(run_oed):
    # 100 paid, 30 % extra but 20 at most, 10 % debris: 130, scaled by 1.5
    rows = steps({"PayOutBuildingStart": 0.1}, ExtraExpenseFactor=0.3, ExtraExpenseLimit=20,
                 DebrisRemovalFactor=0.1, ScaleFactor=0.5)
    assert run_oed(SITES, rows).gross.sum() == pytest.approx(195)
    # a second step of type 4 only adds 10 % to what the first pays
    rows = steps({"PayOutBuildingStart": 0.1}, {"PayOutType": 4, "TriggerBuildingStart": 0.5,
                                                "DebrisRemovalFactor": 0.1})
    assert run_oed(SITES, rows, factor=0.4).gross.sum() == pytest.approx(100)
    assert run_oed(SITES, rows, factor=0.6).gross.sum() == pytest.approx(110)


@pytest.mark.parametrize(("change", "words"), [
    ({"StepTriggerType": 6}, "no code that is applied: expected 0, 1, 2, 3, 4, 5"),
    ({"StepNumber": ""}, "number the steps of a policy"),
    ({"TriggerBuildingEnd": 0.05, "TriggerBuildingStart": 0.1}, "ends before it starts"),
    ({"PayOutBuildingStart": 5}, "its type says a share")])
def test_faults(run_oed, change, words):
    with pytest.raises(ValueError, match=words):
        run_oed(SITES, [{**TIV[0], **change}])
