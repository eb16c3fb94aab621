"""The hours clause, worked by hand. Rule: docs/science/terms.md, A year (ours)."""

import pytest

from riskcloud.analysis.terms.events import EventTerms, used_before
from riskcloud.analysis.terms.explain import explain
from riskcloud.finance.policies import rows_of_losses
from riskcloud.report.explain import rule_text
from riskcloud.report.text import load_text

from .conftest import by_hand

TWO = [{"BuildingTIV": 1000}, {"BuildingTIV": 1000}]


def row(place, when, loss):
    return {"LocNumber": place, "date": when, "loss": loss}


def total(events):
    return [float(losses.gross.sum()) for losses in events]


def storm(*times):
    """An event with a loss of 100 at location 1 at each time."""
    return [row(1, when, 100) for when in times]


@pytest.mark.parametrize(("times", "paid"), [
    # deductible 60 each occurrence; 72 hours from the first loss: two days are one occurrence
    (("2026-08-01", "2026-08-03"), 200 - 60),
    # the third day and a half before is 72 hours: behind the end of the first period, a second
    (("2026-08-01", "2026-08-04"), 2 * 40),
    (("2026-08-01T00:00", "2026-08-03T23:59"), 200 - 60),
    # of the four, the first two and the last two: 4 August begins the second period
    (("2026-08-01", "2026-08-02", "2026-08-04", "2026-08-06"), 2 * (200 - 60)),
    # a gap without a loss ends nothing: 1, then 10 and 12
    (("2026-08-10", "2026-08-01", "2026-08-12"), 40 + 140)])
def test_losses_within_the_hours_are_one_occurrence(run_years, times, paid):
    policy = {"HoursClause": 72, "PolDed6All": 60}
    assert total(run_years(TWO, [policy], [[storm(*times)]])) == by_hand(paid)


def test_without_the_clause_an_event_is_one_occurrence(run_years):
    event = storm("2026-08-01", "2026-08-09")
    assert total(run_years(TWO, [{"PolDed6All": 60}], [[event]])) == by_hand(140)


def test_the_first_loss_of_the_account_begins_its_period(run_years):
    # account 1: location 1 on 1 August, 2 on 4 August: two occurrences of 100, limited to 80 each
    event = [row(1, "2026-08-01", 100), row(2, "2026-08-04", 100)]
    events = run_years(TWO, [{"HoursClause": 72, "LayerLimit": 80}], [[event]])
    assert events[0].gross == by_hand(80, 80)
    # as one occurrence the limit is shared
    events = run_years(TWO, [{"HoursClause": 96, "LayerLimit": 80}], [[event]])
    assert events[0].gross == by_hand(40, 40)


def test_occurrences_use_the_year_one_after_the_other(run_years):
    # 150 a year is the insured's: 100 of the first, 50 of the second occurrence; then nothing
    policy = {"HoursClause": 24, "PolDed6All": 150, "PolDedCode6All": 1}
    events = run_years(TWO, [policy], [[storm("2026-08-01", "2026-08-02"), storm("2026-09-01")]])
    assert total(events) == by_hand(50, 100)


def test_contracts_see_the_whole_event(run_years):
    # two occurrences of 40 each behind the deductible; the cat cover's event is both: 30 xs 50
    info = [{"ReinsNumber": 1, "ReinsType": "CXL", "OccAttachment": 50, "OccLimit": 1000}]
    (losses,) = run_years(TWO, [{"HoursClause": 24, "PolDed6All": 60}],
                          [[storm("2026-08-01", "2026-08-02")]], info=info,
                          scope=[{"ReinsNumber": 1, "PortNumber": 1}])
    assert losses.recovery == by_hand(30)


def test_the_shortest_hours_of_an_account_hold_for_all_its_policies(run_years):
    policies = [{"PolNumber": 1, "HoursClause": 24, "LayerLimit": 80, "LayerParticipation": 0.5},
                {"PolNumber": 2, "HoursClause": 96, "LayerLimit": 80, "LayerParticipation": 0.5}]
    events = run_years(TWO, policies, [[storm("2026-08-01", "2026-08-03")]])
    assert total(events) == by_hand(160)


def test_each_occurrence_is_explained(run_years):
    # 200 a year are the insured's: of the first occurrence all 100, of the second 100 of 150; the
    # cat cover takes 30 xs 20 of the 50 left of the event
    policy = {"HoursClause": 24, "PolDed6All": 200, "PolDedCode6All": 1}
    info = [{"ReinsNumber": 1, "ReinsType": "CXL", "OccAttachment": 20, "OccLimit": 1000}]
    event = [row(1, "2026-08-01", 100), row(1, "2026-08-03", 150), row(2, "2026-08-02", 0)]
    seen = []

    def check(compiled, table, struck):
        terms, found = EventTerms(compiled), table.at(0)
        listed = (found.location, found.part, found.coverage, found.loss)
        used, when = used_before(compiled, table, 0)
        told = explain(compiled, rows_of_losses(compiled.program, *listed), 0, used=used,
                       when=when, split_by=(terms.numbers(found), listed))
        assert (told.gross, told.net) == (struck[0].gross[0], struck[0].net[0])
        assert told.lines[-1].loss == pytest.approx(20)
        seen.extend((line.rule, round(line.loss, 9)) for line in told.lines)
        assert all(rule_text(line, load_text(lang)) for line in told.lines for lang in ("zh", "en"))

    run_years(TWO, [policy], [[event]], info=info, scope=[{"ReinsNumber": 1, "PortNumber": 1}],
              then=check)
    assert [one for one in seen if one[0].startswith("annual_")] == [
        ("annual_occurrence", 100), ("annual_deductible", 0),
        ("annual_occurrence", 150), ("annual_deductible", 50), ("annual_occurrences", 50)]
