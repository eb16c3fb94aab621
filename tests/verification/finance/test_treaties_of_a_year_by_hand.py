"""Contracts over a period: aggregates, reinstatements and their premium, dates; worked by hand.

Rules: Open Exposure Data 4.0, Reinsurance; docs/science/terms.md, A year. Known answers:
insurance.md, section 4.2.
"""

from math import exp, factorial

import pytest

from riskcloud.analysis.terms.event_totals import premium_rows
from riskcloud.errors import InputError

from .conftest import by_hand

SITE = [{"BuildingTIV": 1000}]
ALL = [{"ReinsNumber": "1", "PortNumber": "1"}]


def contract(**terms):
    return {"ReinsNumber": "1", "ReinsType": "CXL", **terms}


def recovered(events):
    return [float(losses.recovery[0]) for losses in events]


def premium(events):
    return [float(losses.premium[0]) for losses in events]


def test_aggregate_excess_of_a_year(run_years):
    # 300 xs 200 of the year's sum: of 150 nothing, of 250 200, then the 100 left; 60 % placed
    info = [contract(ReinsType="AXL", AggAttachment=200, AggLimit=300, PlacedPercent=0.6)]
    events = run_years(SITE, [{}], [[150, 250, 400], [230]], info=info, scope=ALL)
    assert recovered(events) == by_hand(0, 120, 60, 18)
    assert [float(losses.net.sum()) for losses in events] == by_hand(150, 130, 340, 212)


def test_aggregate_terms_act_on_what_is_left_behind_those_of_the_event(run_years):
    # 100 xs 50 of each event: 100, 30, 100; of it what goes beyond 80 a year, 120 at most
    info = [contract(OccAttachment=50, OccLimit=100, AggAttachment=80, AggLimit=120)]
    events = run_years(SITE, [{}], [[200, 80, 300]], info=info, scope=ALL)
    assert recovered(events) == by_hand(20, 30, 70)


def test_reinstatements_and_their_premium(run_years):
    # 100 xs 50, one reinstatement at 80 % of 10: 60, 100, then 40 are left of 200. Reinstated are
    # 60, then 40 of the one limit: 10 x 80 % x 0.6 and 0.4; half of limit and premium is placed
    info = [contract(OccAttachment=50, OccLimit=100, Reinstatement=1, ReinstatementCharge="0.8",
                     ReinsPremium=10, PlacedPercent=0.5)]
    ran = []
    events = run_years(SITE, [{}], [[110, 400, 500, 90], [100]], info=info, scope=ALL, ran=ran)
    assert recovered(events) == by_hand(30, 50, 20, 0, 25)
    assert premium(events) == by_hand(2.4, 1.6, 0, 0, 2)
    assert [(row["year"], row["ReinsNumber"], pytest.approx(row["premium"]))
            for row in premium_rows(ran[0], ran[1])] == [(1, "1", 4.0), (2, "1", 2.0)]


def test_charges_in_order_the_first_free(run_years):
    # 0;0.5;1 of 30: the first limit is free, half and the whole of 30 for the next; a fourth is not
    # reinstated any more
    info = [contract(OccLimit=100, Reinstatement=3, ReinstatementCharge="0;0.5;1",
                     ReinsPremium=30)]
    events = run_years(SITE, [{}], [[50, 100, 100, 100, 100]], info=info, scope=ALL)
    assert recovered(events) == by_hand(50, 100, 100, 100, 50)
    assert premium(events) == by_hand(0, 0.5 * 15, 0.5 * 15 + 0.5 * 30, 0.5 * 30, 0)


def test_no_reinstatement_and_a_blank(run_years):
    for given, paid in (({"Reinstatement": 0}, (100, 0)), ({}, (100, 100)),
                        ({"Reinstatement": 2, "AggLimit": 150}, (100, 50))):
        info = [contract(OccLimit=100, **given)]
        events = run_years(SITE, [{}], [[200, 200]], info=info, scope=ALL)
        assert recovered(events) == by_hand(*paid)


def test_reinstatements_of_a_risk_limit(run_years):
    # no OccLimit: the limit per risk is what is reinstated, 2 x 100 a year over all risks
    info = [contract(ReinsType="PR", RiskLevel="LOC", RiskLimit=100, Reinstatement=1)]
    events = run_years(SITE * 2, [{}], [[(150, 60), (90, 30)]], info=info, scope=ALL)
    assert recovered(events) == by_hand(160, 40)


def _expected(run_years, reinstatements, upfront):
    """Return the mean recovery and reinstatement premium of a Poisson year, by enumeration.

    Losses of 100 and 200 (rates 0.05 and 0.025; those of 10, 20 and 50 do not reach the layer);
    up to six of each: what is left out has a probability below 1e-12.
    """
    rates, most = {100.0: 0.05, 200.0: 0.025}, 7
    cases = [(i, j) for i in range(most) for j in range(most) if i + j]
    years = [[100.0] * i + [200.0] * j for i, j in cases]
    info = [contract(OccAttachment=50, OccLimit=100, Reinstatement=reinstatements,
                     ReinstatementCharge="1", ReinsPremium=upfront)]
    events = iter(run_years(SITE, [{}], years, info=info, scope=ALL))
    mean, cost = 0.0, 0.0
    for case, year in zip(cases, years, strict=True):
        weight = 1.0
        for rate, n in zip(rates.values(), case, strict=True):
            weight *= exp(-rate) * rate**n / factorial(n)
        for _ in year:
            losses = next(events)
            mean += weight * float(losses.recovery[0])
            cost += weight * float(losses.premium[0])
    return mean, cost


def test_known_answers_of_a_poisson_year(run_years):
    once, _ = _expected(run_years, 0, 0.0)
    assert once == pytest.approx(4.906293, abs=5e-7)
    upfront = 4.765157
    twice, cost = _expected(run_years, 1, upfront)
    assert twice == pytest.approx(4.998950, abs=5e-7)
    # the premium upfront and what reinstating costs are the expected recovery
    assert upfront + cost == pytest.approx(twice, abs=1e-6)


def test_losses_occurring_in_the_contracts_period(run_years):
    dates = ["2026-06-30", "2026-07-01", "2027-06-30T23:30:00", "2027-07-01"]
    terms = {"ReinsType": "QS", "PlacedPercent": 0.5, "ReinsInceptionDate": "2026-07-01",
             "ReinsExpiryDate": "2027-06-30"}
    events = run_years(SITE, [{}], [[100, 100, 100, 100]], dates=dates, scope=ALL,
                       info=[contract(**terms, UseReinsDates="Y")])
    assert recovered(events) == by_hand(0, 50, 50, 0)
    # without the flag dates are not looked at (OED: N ignores them)
    events = run_years(SITE, [{}], [[100] * 4], dates=dates, scope=ALL, info=[contract(**terms)])
    assert recovered(events) == by_hand(50, 50, 50, 50)


def test_risks_attaching_covers_the_policies_that_begin_in_its_period(run_years):
    # policy 1 began before the contract, policy 2 within it: its losses are covered even behind
    # the contract's expiry
    policies = [{"PolNumber": "1", "PolInceptionDate": "2025-12-01", "PolExpiryDate": "2026-11-30",
                 "LayerParticipation": 0.5},
                {"PolNumber": "2", "PolInceptionDate": "2026-12-01", "PolExpiryDate": "2027-11-30",
                 "LayerParticipation": 0.5}]
    info = [contract(ReinsType="QS", PlacedPercent=0.5, AttachmentBasis="RA", UseReinsDates="Y",
                     ReinsInceptionDate="2026-01-01", ReinsExpiryDate="2026-12-31")]
    ran = []
    events = run_years(SITE, policies, [[100, 100, 100]], info=info, scope=ALL, ran=ran,
                       dates=["2026-05-01", "2027-05-01", "2028-05-01"])
    assert [float(losses.gross.sum()) for losses in events] == by_hand(50, 50, 0)
    assert recovered(events) == by_hand(0, 25, 0)
    assert ran[0].notes() == ["3 event(s) struck policies or locations that were not in force on "
                              "their day: these pay nothing"]


def test_locations_have_dates_too(run_years):
    sites = [{"BuildingTIV": 1000, "LocExpiryDate": "2026-03-31"}, {"BuildingTIV": 1000}]
    events = run_years(sites, [{}], [[(100, 50), (100, 50)]], dates=["2026-03-31", "2026-04-01"])
    assert events[0].gross == by_hand(100, 50)
    assert events[1].gross == by_hand(0, 50)


def test_an_event_without_a_date_is_covered_and_told(run_years):
    policy = {"PolInceptionDate": "2020-01-01", "PolExpiryDate": "2020-12-31"}
    ran = []
    (losses,) = run_years(SITE, [policy], [[100]], ran=ran)
    assert losses.gross == by_hand(100)
    assert ran[0].notes() == [
        "1 event(s) without a date: whatever the dates of policies, locations and contracts, they "
        "are covered"]


@pytest.mark.parametrize(("days", "dates", "paid"), [
    (365, ["2026-03-01", "2026-11-01", "2027-03-01"], (100, 50, 100)),
    # half years, from 1 January: the second event is in another
    (182, ["2026-03-01", "2026-11-01", "2027-03-01"], (100, 100, 100)),
    # two years from the first: year 2027 to 2028 (an odd one and the next)
    (730, ["2027-03-01", "2028-11-01", "2029-03-01"], (100, 50, 100))])
def test_a_period_other_than_a_year(run_years, days, dates, paid):
    info = [contract(OccLimit=100, AggLimit=150, AggPeriod=days)]
    years = [[200], [200], [200]] if days == 730 else [[200, 200], [200]]
    events = run_years(SITE, [{}], years, info=info, scope=ALL, dates=dates)
    assert recovered(events) == by_hand(*paid)


def test_a_period_that_counts_from_the_inception(run_years):
    # 365 days are the year of the events; 366 too; 400 days from 1 July 2026 end on 4 August 2027
    info = [contract(OccLimit=100, AggLimit=150, AggPeriod=400, ReinsInceptionDate="2026-07-01")]
    events = run_years(SITE, [{}], [[200], [200, 200]], info=info, scope=ALL,
                       dates=["2026-09-01", "2027-08-04", "2027-08-05"])
    assert recovered(events) == by_hand(100, 50, 100)


def test_the_year_of_a_contract_by_its_dates(run_years):
    # 60 xs 20 a year from 15 June: 70 + 30 use it up (50, 10), nothing is left on 1 June 2027
    info = [contract(ReinsType="AXL", AggAttachment=20, AggLimit=60, UseReinsDates="Y",
                     ReinsInceptionDate="2026-06-15", ReinsExpiryDate="2028-06-14")]
    events = run_years(SITE, [{}], [[60, 70, 30], [150, 150]], info=info, scope=ALL, dates=[
        "2026-06-14", "2026-07-01", "2026-09-01", "2027-06-14", "2027-06-15"])
    assert recovered(events) == by_hand(0, 50, 10, 0, 60)


def test_risks_attaching_have_one_limit_however_late_the_loss(run_years):
    info = [contract(OccLimit=40, Reinstatement=0, UseReinsDates="Y", AttachmentBasis="RA",
                     ReinsInceptionDate="2026-01-01", ReinsExpiryDate="2026-12-31")]
    policy = [{"PolInceptionDate": "2026-07-01", "PolExpiryDate": "2027-06-30"}]
    events = run_years(SITE, policy, [[30], [30]], info=info, scope=ALL,
                       dates=["2026-08-01", "2027-05-01"])
    assert recovered(events) == by_hand(30, 10)


@pytest.mark.parametrize(("days", "paid"), [(90, (100, 100, 100)), (730, (100, 50, 100))])
def test_dates_of_simulated_years_do_not_join_them(run_years, days, paid):
    # years 2025, 2026, 2027 by the table, all events dated in August of 2024
    info = [contract(OccLimit=100, AggLimit=150, AggPeriod=days, ReinsInceptionDate="2024-01-01")]
    years = [[[{"LocNumber": 1, "loss": 200, "year": year}]] for year in (2025, 2026, 2027)]
    events = run_years(SITE, [{}], years, info=info, scope=ALL, dates=["2024-08-01"] * 3)
    assert recovered(events) == by_hand(*paid)


def test_a_contract_whose_limit_is_of_a_year_says_that_it_needs_years(write_book):
    book = write_book(SITE, [{}], info=[contract(OccLimit=40, Reinstatement=0)], scope=ALL)
    assert any("Reinstatement = " in note and "where losses have no year" in note
               for note in book.notes)


@pytest.mark.parametrize(("terms", "said"), [
    ({"Reinstatement": 1}, "no OccLimit or RiskLimit that could be reinstated"),
    ({"ReinstatementCharge": "1;x"}, "expected a share for each reinstatement"),
    ({"ReinstatementCharge": "100"}, "expected a share for each reinstatement"),
    ({"AggPeriod": 0}, "expected the days of the period"),
    ({"UseReinsDates": "maybe"}, "expected Y or N"),
    ({"AttachmentBasis": "XX"}, "expected LO"),
    ({"ReinsInceptionDate": "soon"}, "expected a date"),
    ({"ReinsInceptionDate": "2026-07-01", "ReinsExpiryDate": "2026-06-30"}, "before the inception"),
])
def test_faults(run_years, terms, said):
    with pytest.raises(InputError, match=said):
        run_years(SITE, [{}], [[100]], info=[contract(**terms)], scope=ALL)
