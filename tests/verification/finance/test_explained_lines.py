"""Every line of an explanation: what one line leaves the next takes up, and the end is the loss."""

from itertools import groupby

import numpy as np
import pytest

from riskcloud.analysis.terms.book import compile_book, factor_losses
from riskcloud.analysis.terms.explain import explain
from riskcloud.finance.policies import struck_rows
from riskcloud.report.explain import rule_text
from riskcloud.report.text import load_text

EACH = {"rel": 1e-9, "abs": 1e-9}
QUOTA = [{"ReinsNumber": 1, "ReinsType": "QS", "CededPercent": 0.4, "PlacedPercent": 0.5}]
WHOLE = [{"ReinsNumber": 1, "PortNumber": 1}]
THREE = [{"BuildingTIV": 600, "ContentsTIV": 300}, {"BuildingTIV": 400, "LocGroup": "g"},
         {"BuildingTIV": 4000}]
TAGGED = [{**THREE[0], "CondTag": "a"}, {**THREE[1], "CondTag": "a"}, THREE[2]]

CASES = {
    "location deductible and limit": (
        [{"BuildingTIV": 600, "ContentsTIV": 300, "LocDed1Building": 50, "LocDed6All": 0.1,
          "LocDedType6All": 1, "LocLimit6All": 0.5, "LocLimitType6All": 2}], [{}], (), ()),
    "franchise": ([{"BuildingTIV": 600, "LocDed6All": 590, "LocDedCode6All": 2},
                   {"BuildingTIV": 600, "LocDed6All": 100, "LocDedCode6All": 2}], [{}], (), ()),
    "participation": ([{"BuildingTIV": 600, "LocParticipation": 0.3, "LocDed6All": 20}],
                      [{"AccParticipation": 0.5}], (), ()),
    "two policies, layers": (THREE, [
        {"PolNumber": 1, "LayerAttachment": 100, "LayerLimit": 2000, "LayerParticipation": 0.5},
        {"PolNumber": 1, "LayerNumber": 2, "LayerAttachment": 2100, "LayerParticipation": 0.25},
        {"PolNumber": 2, "PolDed6All": 0.05, "PolDedType6All": 2, "PolLimit1Building": 3000}],
        (), ()),
    "account minimum and maximum": (THREE, [
        {"PolDed6All": 10, "AccMinDed6All": 300, "AccMaxDed6All": 5000, "AccLimit6All": 0.8,
         "AccLimitType6All": 1}], (), ()),
    "maximum gives back": (
        [{"BuildingTIV": 600, "ContentsTIV": 300, "LocDed1Building": 200, "LocDed3Contents": 100,
          "LocMaxDed6All": 150}, {"BuildingTIV": 50, "LocDed1Building": 80}],
        [{"AccMaxDed6All": 100}], (), ()),
    "minimum behind a limit": (
        [{"BuildingTIV": 600, "LocDed1Building": 10, "LocLimit1Building": 400,
          "LocMinDed6All": 250}], [{}], (), ()),
    "conditions": (TAGGED, [
        {"CondTag": "a", "CondNumber": 1, "CondPriority": 1, "CondLimit6All": 810,
         "CondDed1Building": 20, "LayerParticipation": 0.5}], (), ()),
    "a policy for its conditions alone": (TAGGED, [
        {"CondTag": "a", "CondNumber": 1, "CondPriority": 1, "CondClass": 1,
         "CondLimit6All": 810}], (), ()),
    "days of BI": ([{"BuildingTIV": 100, "BITIV": 36500, "BIWaitingPeriod": 10, "BIPOI": 200,
                     "LocDed4BI": 500}], [{}], (), ()),
    "a step function": ([{"BuildingTIV": 600, "ContentsTIV": 90}, {"BuildingTIV": 400}], [
        {"StepTriggerType": 1, "StepNumber": 1, "TriggerType": 0, "PayOutType": 1,
         "TriggerBuildingStart": 100, "PayOutBuildingStart": 0.5}], (), ()),
    "quota share": (THREE, [{}], QUOTA, WHOLE),
    "per risk, event and period": (THREE, [{}], [
        {"ReinsNumber": 1, "ReinsType": "PR", "RiskLevel": "LOC", "RiskAttachment": 100,
         "RiskLimit": 1000, "PlacedPercent": 0.9, "OccLimit": 1200},
        {"ReinsNumber": 2, "ReinsType": "CXL", "OccAttachment": 500, "OccLimit": 2000,
         "InuringPriority": 2, "TreatyShare": 0.5, "PlacedPercent": 0.8},
        {"ReinsNumber": 3, "ReinsType": "AXL", "AggAttachment": 100, "AggLimit": 900,
         "InuringPriority": 3}],
        [{"ReinsNumber": k, "PortNumber": 1} for k in (1, 2, 3)]),
    "surplus and facultative": (THREE, [{}, {"PolNumber": 2, "LayerParticipation": 0.5}], [
        {"ReinsNumber": 1, "ReinsType": "SS", "RiskLevel": "LOC"},
        {"ReinsNumber": 2, "ReinsType": "FAC", "RiskLevel": "LOC", "CededPercent": 0.5,
         "RiskAttachment": 20, "InuringPriority": 2}],
        [{"ReinsNumber": 1, "PortNumber": 1, "AccNumber": 1, "LocNumber": 1, "CededPercent": 0.3},
         {"ReinsNumber": 1, "PortNumber": 1, "AccNumber": 1, "LocNumber": 3, "CededPercent": 0.2},
         {"ReinsNumber": 2, "PortNumber": 1, "AccNumber": 1, "LocNumber": 1}]),
    "more ceded than whole": (THREE, [{}], [*QUOTA, {
        "ReinsNumber": 2, "ReinsType": "QS", "CededPercent": 0.9}],
        [*WHOLE, {"ReinsNumber": 2, "PortNumber": 1}]),
    "a franchise of the event": (THREE, [{}], [
        {"ReinsNumber": 1, "ReinsType": "CXL", "OccFranchiseDed": 5000, "OccLimit": 900},
        {"ReinsNumber": 2, "ReinsType": "CXL", "OccReverseFranchise": 9000, "OccLimit": 900,
         "InuringPriority": 2}], [*WHOLE, {"ReinsNumber": 2, "PortNumber": 1}]),
}


@pytest.mark.parametrize("case", CASES, ids=list(CASES))
@pytest.mark.parametrize("factor", [0.05, 0.9])
def test_lines_lead_to_the_losses_that_terms_writes(write_book, case, factor):
    locations, accounts, info, scope = CASES[case]
    book = write_book(locations, accounts, info=info, scope=scope)
    compiled = compile_book(book, None)
    (losses,) = factor_losses(compiled, [factor])
    rows = struck_rows(compiled.program)
    text = {lang: load_text(lang) for lang in ("zh", "en")}
    for k in range(len(book.locations)):
        found = explain(compiled, (rows, compiled.program.tiv[rows.location] * factor), k,
                        factor=factor)
        assert found.gross == pytest.approx(losses.gross[k], **EACH)
        assert found.net == pytest.approx(losses.net[k], **EACH)
        _check_chain(found)
        for line in found.lines:
            assert all(rule_text(line, text[lang]) for lang in text)
            assert line.row > 0 or line.rule in ("sum_of_policies", "over_ceded")


def _check_chain(found):
    """Groups and losses of each part follow on; the last numbers are gross and net."""
    parts = {part: list(lines) for part, lines in groupby(
        found.lines, lambda line: (line.part, line.owner, line.part == "account"))}
    start = next(iter(parts.values()))[0]
    assert start.loss == pytest.approx(found.ground_up, **EACH)
    gross = [line for line in found.lines if line.part != "reinsurance"]
    assert gross[-1].loss == pytest.approx(found.gross, **EACH)
    assert found.lines[-1].loss == pytest.approx(found.net, **EACH)
    paid = 0.0
    for lines in parts.values():
        if lines[0].part == "reinsurance":
            assert [line.rule for line in lines][-1] == "recovered"
            paid += lines[-1].own[1]
            if len(lines) > 2:  # what stands before the last line is what it pays
                assert lines[-2].own[1] == pytest.approx(lines[-1].own[0], **EACH)
            continue
        for before, line in zip(lines, lines[1:], strict=False):
            change = line.own[1] - line.own[0]
            if line.rule != "sum_of_policies":
                assert line.loss == pytest.approx(before.loss + change, **EACH)
    assert found.ground_up >= 0.0
    assert found.gross - paid == pytest.approx(found.net, **EACH)
    assert np.isclose(paid, found.recovered.sum(), rtol=1e-9, atol=1e-9)


def test_rules_with_their_numbers_rows_and_columns(write_book):
    # 0.9 of 600 and 300: building 540 - 50 = 490, with 270 of the contents 760; 10 % off: 684;
    # at most half of the sum insured of 900: 450
    locations, accounts, _, _ = CASES["location deductible and limit"]
    compiled = compile_book(write_book(locations, accounts), None)
    rows = struck_rows(compiled.program)
    found = explain(compiled, (rows, compiled.program.tiv[rows.location] * 0.9), 0, factor=0.9)
    told = [(line.rule, line.level, line.file, line.row, line.columns,
             tuple(round(value, 9) for value in line.group), round(line.loss, 9))
            for line in found.lines]
    assert told == [
        ("ground_up_factor", "", "location", 2, ("BuildingTIV", "ContentsTIV"), (900, 810), 810),
        ("deductible_amount", "1Building", "location", 2, ("LocDed1Building",), (540, 490), 760),
        ("deductible_of_loss", "6All", "location", 2, ("LocDed6All", "LocDedType6All"),
         (760, 684), 684),
        ("limit_of_tiv", "6All", "location", 2, ("LocLimit6All", "LocLimitType6All"), (684, 450),
         450),
        ("no_layer", "", "account", 2, (), (450, 450), 450)]
    assert rule_text(found.lines[2], load_text("en")) == \
        "6All: deductible 0.1 of the loss 760.00 = 76.00: 76.00 off"
    assert rule_text(found.lines[3], load_text("zh")) == \
        "6All: 限额为保额 900.00 的 0.5：至多 450.00"
