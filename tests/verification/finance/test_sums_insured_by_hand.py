"""Sums insured after a loss, worked by hand. Rule: docs/science/terms.md, A year (ours)."""

import pytest

from riskcloud.analysis.terms.event_totals import sum_insured_rows
from riskcloud.analysis.terms.events import used_before
from riskcloud.analysis.terms.explain import explain
from riskcloud.errors import InputError
from riskcloud.finance.policies import rows_of_losses
from riskcloud.report.explain import rule_text
from riskcloud.report.text import load_text

from .conftest import by_hand

SITE = [{"BuildingTIV": 1000}]
TWO = [{"BuildingTIV": 1000}, {"BuildingTIV": 500}]
NOT = [{"Clause": "reinstatement", "Automatic": 0}]


def paid(events):
    return [float(losses.gross.sum()) for losses in events]


def test_without_reinstatement_a_year_pays_the_sum_insured_once(run_years):
    # 100 of each loss is the insured's: 600, then the 400 left of 1000, then nothing; a new year
    policy = {"PolDed6All": 100}
    years = [[700, 800, 300], [800]]
    assert paid(run_years(SITE, [policy], years, clauses=NOT)) == by_hand(600, 400, 0, 700)
    # without the clause, and with one that reinstates, it stands again in full
    assert paid(run_years(SITE, [policy], years)) == by_hand(600, 700, 200, 700)
    again = [{"Clause": "恢复保额", "Automatic": 1}]
    assert paid(run_years(SITE, [policy], years, clauses=again)) == by_hand(600, 700, 200, 700)


def test_each_location_has_its_own_and_the_layer_one_limit(run_years):
    # location 2: 400, then 100 of 500; location 1: 300, 300. The layer's half of 1000: 350, then
    # of 200 only 150 are left
    policy = {"LayerLimit": 1000, "LayerParticipation": 0.5}
    first, second = run_years(TWO, [policy], [[(300, 400), (300, 400)]], clauses=NOT)
    assert first.gross == by_hand(150, 200)
    # 150 and 50 are due, 150 of the 500 is left: three quarters
    assert second.gross == by_hand(112.5, 37.5)


@pytest.mark.parametrize("given", [{"SumInsured": 500}, {"ShareInsured": 0.5}])
def test_the_sum_insured_is_that_of_an_average(run_years, given):
    # 500 insured of a value of 1000: half of 400, of 900 the 300 that are left of 500
    clauses = [*NOT, {"Clause": "average", "LocNumber": "1", **given}]
    assert paid(run_years(SITE, [{}], [[400, 900]], clauses=clauses)) == by_hand(200, 300)


def test_the_clause_is_of_one_policy(run_years):
    policies = [{"PolNumber": "1", "LayerParticipation": 0.5},
                {"PolNumber": "2", "LayerParticipation": 0.5}]
    clause = [{"Clause": "reinstatement", "AccNumber": "1", "PolNumber": "1", "Automatic": 0}]
    events = run_years(SITE, policies, [[800, 800]], clauses=clause)
    assert paid(events) == by_hand(800, 100 + 400)


def test_the_premium_is_pro_rata_to_amount_and_days(run_years):
    # 365 days from 1 January; 500 of 1000 on 1 July, 184 days are left: half of 73 x 184 / 365;
    # then 250 on the last day: a quarter of 73 / 365
    policy = {"PolInceptionDate": "2026-01-01", "PolExpiryDate": "2026-12-31"}
    clause = [{"Clause": "reinstatement", "Automatic": 1, "Premium": 73}]
    ran = []
    events = run_years(SITE, [policy], [[500, 250]], clauses=clause, ran=ran,
                       dates=["2026-07-01", "2026-12-31"])
    assert paid(events) == by_hand(500, 250)
    (row,) = sum_insured_rows(*ran)
    assert (row["year"], row["AccNumber"], row["PolNumber"]) == (2026, "1", "1")
    assert row["premium"] == pytest.approx(0.5 * 73 * 184 / 365 + 0.25 * 73 / 365, rel=1e-12)
    # without dates in full: three quarters of 73
    ran = []
    run_years(SITE, [{}], [[500, 250]], clauses=clause, ran=ran)
    assert sum_insured_rows(*ran)[0]["premium"] == pytest.approx(0.75 * 73, rel=1e-12)


def test_explain_says_what_was_paid_before(run_years):
    lines = []

    def check(compiled, table, struck):
        used, when = used_before(compiled, table, 1)
        event = table.at(1)
        found = explain(compiled, rows_of_losses(
            compiled.program, event.location, event.part, event.coverage, event.loss), 0,
            used=used, when=when)
        assert found.gross == pytest.approx(struck[1].gross[0])
        assert found.lines[-1].loss == pytest.approx(found.gross)
        assert rule_text(found.lines[-1], load_text("zh"))
        lines.append(rule_text(found.lines[-1], load_text("en")))

    run_years(TWO, [{}], [[(700, 400), (600, 400)]], clauses=NOT, then=check)
    assert lines == ["sums insured do not stand again after a loss: 700.00 was paid for this "
                     "location earlier in the year; at most what is left of its sum insured and "
                     "of the layers' limits"]


def test_the_clause_needs_to_say_which(run_years):
    with pytest.raises(InputError, match="blank: a clause reinstatement needs Automatic"):
        run_years(SITE, [{}], [[100]], clauses=[{"Clause": "reinstatement", "Premium": 5}])
