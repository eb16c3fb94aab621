"""Weights of tower and pole curves against the two storms they were chosen on.

Kai-Tak 2012: no structure of 35 kV and above down in Guangdong (Nanfang Daily, 2012-08-20). Utor
2013: 816 poles of 10 kV, no structure of 110 kV and above (China Southern Power Grid, 2013-08-15).
"""

import pytest

from riskcloud.analysis.damage.exposed import default_structures, in_area
from riskcloud.analysis.damage.facts import of_storms, read_facts
from riskcloud.analysis.damage.verify import find_tracks, records, verify_damage


@pytest.fixture(scope="module")
def rows(shared):
    facts = of_storms(read_facts(shared / "validation" / "event_facts.csv"), ["KAI-TAK", "UTOR"])
    events = tuple(dict.fromkeys(fact.event for fact in facts))
    ours = default_structures()
    check = verify_damage(facts, find_tracks(events, ()), ours.select(in_area(ours, ("44", "45"))))
    return {(row["event"], row["asset"], row["voltage"]): row for row in records(check.rows)}


def test_kai_tak_brings_down_fewer_than_three(rows):
    row = rows["KAI-TAK_2012", "tower", "35 kV+"]
    assert row["reported"] == 0.0 and row["mean"] < 3.0 and row["verdict"] == "inside"


def test_utor_brings_down_fewer_than_ten_towers(rows):
    row = rows["UTOR_2013", "tower", "110 kV+"]
    assert row["mean"] < 10.0 and row["exposed"] > 5_000


def test_utor_brings_down_poles_within_a_factor_of_five(rows):
    row = rows["UTOR_2013", "pole", "10 kV"]
    assert 816.0 / 5.0 < row["mean"] < 816.0 * 5.0 and row["verdict"] == "inside"
    assert 816.0 / 5.0 < row["q50"] < 816.0 * 5.0
    assert rows["UTOR_2013", "transformer", ""]["verdict"] == "inside"
