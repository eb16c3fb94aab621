"""A location followed through a year: what earlier events had used stands in its line."""

import pytest

from riskcloud.analysis.terms.events import used_before
from riskcloud.analysis.terms.explain import explain
from riskcloud.finance.policies import rows_of_losses
from riskcloud.report.explain import rule_text
from riskcloud.report.text import load_text

from .test_explained_lines import EACH, _check_chain

TWO = [{"BuildingTIV": 1000, "CondTag": "a"}, {"BuildingTIV": 1000}]
BARE = [{"BuildingTIV": 1000}, {"BuildingTIV": 1000}]
ONE_SCOPE = [{"ReinsNumber": 1, "PortNumber": 1}]
CASES = {
    "location": ([{"BuildingTIV": 1000, "LocDed5PD": 150, "LocDedCode5PD": 1, "LocDed6All": 20,
                   "LocDedCode6All": 4, "LocLimit6All": 250, "LocLimitCode6All": 1},
                  {"BuildingTIV": 1000, "LocDed6All": 0.1, "LocDedType6All": 2,
                   "LocDedCode6All": 1}], [{}], []),
    "maximum of a year": ([{"BuildingTIV": 1000, "LocDed1Building": 40, "LocDed6All": 30,
                            "LocDedCode6All": 3}] * 2,
                          [{"PolDedCode6All": 1, "PolMaxDed6All": 120, "PolMinDed6All": 10}], []),
    "policy, condition, account": (TWO, [{
        "CondTag": "a", "CondNumber": 1, "CondLimit6All": 0.5, "CondLimitType6All": 1,
        "CondLimitCode6All": 1, "PolLimit6All": 0.2, "PolLimitType6All": 2, "PolLimitCode6All": 1,
        "AccDed6All": 60, "AccDedCode6All": 1}], []),
    "contracts": (BARE, [{}], [
        {"ReinsNumber": 1, "ReinsType": "CXL", "OccAttachment": 50, "OccLimit": 100,
         "Reinstatement": 1, "ReinstatementCharge": "1", "ReinsPremium": 10}]),
    "aggregate excess": (BARE, [{}], [
        {"ReinsNumber": 1, "ReinsType": "AXL", "AggAttachment": 150, "PlacedPercent": 0.5}]),
}


@pytest.mark.parametrize("case", CASES, ids=list(CASES))
def test_lines_lead_to_the_losses_of_each_event(run_years, case):
    locations, accounts, info = CASES[case]
    text = {lang: load_text(lang) for lang in ("zh", "en")}
    told = set()

    def check(compiled, table, struck):
        for k, losses in enumerate(struck):
            used, when = used_before(compiled, table, k)
            event = table.at(k)
            rows = rows_of_losses(compiled.program, event.location, event.part, event.coverage,
                                  event.loss)
            for i, location in enumerate(losses.location):
                found = explain(compiled, rows, int(location), used=used, when=when)
                assert found.gross == pytest.approx(losses.gross[i], **EACH)
                assert found.net == pytest.approx(losses.net[i], **EACH)
                _check_chain(found)
                told.update(line.rule for line in found.lines)
                for line in found.lines:
                    assert all(rule_text(line, text[lang]) for lang in text)

    run_years(locations, accounts, [[(100, 90), (200, 70), (150, 300)], [(80, 120)]], info=info,
              scope=ONE_SCOPE if info else (), then=check)
    assert any(rule.startswith("annual_") for rule in told)


def test_the_numbers_in_the_line(run_years):
    # 300 a year, 100 and 150 borne before: 50 of 400 off, 350 left; 500 a year is paid, nothing yet
    site = {"BuildingTIV": 1000, "LocDed6All": 300, "LocDedCode6All": 1, "LocLimit6All": 500,
            "LocLimitCode6All": 1}
    lines = []

    def check(compiled, table, _):
        for k in (2, 3):
            used, when = used_before(compiled, table, k)
            event = table.at(k)
            found = explain(compiled, rows_of_losses(
                compiled.program, event.location, event.part, event.coverage, event.loss), 0,
                used=used, when=when)
            lines.extend(rule_text(line, load_text("en")) for line in found.lines[1:3])

    run_years([site], [{}], [[100, 150, 400, 300]], then=check)
    assert lines == [
        "6All: annual deductible 300.00: earlier events of the year bore 250.00, this one at most "
        "the rest: 50.00 off",
        "6All: annual limit 500.00: earlier events of the year used 0.00, so at most 500.00",
        "6All: annual deductible 300.00: earlier events of the year bore 300.00, this one at most "
        "the rest: 0.00 off",
        "6All: annual limit 500.00: earlier events of the year used 350.00, so at most 150.00"]


def test_a_policy_that_was_not_in_force(run_years):
    policies = [{"PolNumber": "1", "PolExpiryDate": "2026-06-30"}, {"PolNumber": "2"}]
    rules = []

    def check(compiled, table, _):
        used, when = used_before(compiled, table, 0)
        event = table.at(0)
        found = explain(compiled, rows_of_losses(
            compiled.program, event.location, event.part, event.coverage, event.loss), 0,
            used=used, when=when)
        rules.extend(line.rule for line in found.lines)
        assert found.gross == pytest.approx(100)

    run_years([{"BuildingTIV": 1000}], policies, [[100]], dates=["2026-07-01"], then=check)
    assert "annual_not_in_force" in rules
