"""The steps of two cases, followed by hand."""

import pytest

from riskcloud.analysis.terms.book import compile_book, explain_location
from riskcloud.finance.policies import struck_rows


def explained(book, location, factor=1.0):
    compiled = compile_book(book, None)
    rows = struck_rows(compiled.program)
    return explain_location(compiled, (rows, compiled.program.tiv[rows.location] * factor),
                            location)


def test_location_condition_policy_layer_account_treaty(write_book):
    # of 600: building less 50 is 550, site less 50: 500. With the other's 400 in the condition:
    # 900, limited to 810: 450. The policy's 10 %: 405 of 729. Layer 0.5 of 600 xs 129: 300, of it
    # 405 / 729. Account less 30: 270. Half ceded.
    book = write_book(
        [{"BuildingTIV": 600, "LocDed1Building": 50, "LocDed6All": 50, "CondTag": "a"},
         {"BuildingTIV": 400, "CondTag": "a"}],
        [{"CondTag": "a", "CondNumber": 1, "CondPriority": 1, "CondLimit6All": 810,
          "PolDed6All": 0.1, "PolDedType6All": 1, "LayerAttachment": 129, "LayerLimit": 600,
          "LayerParticipation": 0.5, "AccDed6All": 30}],
        info=[{"ReinsNumber": 1, "ReinsType": "QS", "PlacedPercent": 0.5}],
        scope=[{"ReinsNumber": 1, "PortNumber": 1}])
    found = explained(book, 0)
    told = [(step.stage, step.level, step.group_in, step.group_out, step.location_out)
            for step in found.steps]
    part = 405 / 729
    assert told == [
        ("location", "1Building", 600, 550, 550), ("location", "6All", 550, 500, 500),
        ("condition", "6All", 900, 810, 450), ("policy", "6All", 810, pytest.approx(729),
                                               pytest.approx(405)),
        ("layer", "", pytest.approx(729), pytest.approx(300), pytest.approx(300 * part)),
        ("account", "6All", pytest.approx(300), pytest.approx(270), pytest.approx(270 * part))]
    assert [step.row for step in found.steps] == [0, 0, 2, 2, 0, 2]
    assert found.gross == pytest.approx(270 * part)
    assert found.recovered.tolist() == [pytest.approx(135 * part)]
    assert found.net == pytest.approx(135 * part)


def test_steps_that_do_not_touch_the_location_are_left_out(write_book):
    book = write_book(
        [{"BuildingTIV": 600, "CondTag": "a"}, {"BuildingTIV": 400}],
        [{"PolNumber": 1, "CondTag": "a", "CondNumber": 1, "CondPriority": 1, "CondLimit6All": 10,
          "LayerParticipation": 0.5}, {"PolNumber": 2, "LayerParticipation": 0.5}])
    found = explained(book, 1)
    assert [(step.stage, step.policy, step.location_out) for step in found.steps] == [
        ("layer", 0, 200), ("layer", 1, 200)]
    assert found.ground_up == 400 and found.gross == pytest.approx(400)
