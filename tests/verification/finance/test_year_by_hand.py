"""Terms of a year, each worked by hand: annual aggregates, deductibles beside them.

Rules: Open Exposure Data 4.0, Deductible and Limit Codes; docs/science/terms.md, A year.
"""

import pytest

from riskcloud.errors import InputError

from .conftest import by_hand

SITE = [{"BuildingTIV": 1000}]


def paid(events):
    """Return what was paid of each event."""
    return [float(losses.gross.sum()) for losses in events]


def test_annual_aggregate_deductible_of_a_location(run_years):
    # 300 a year is the insured's: of 100, 250, 400 it takes 100, 200 and nothing; 40 next year
    site = {"BuildingTIV": 1000, "LocDed6All": 300, "LocDedCode6All": 1}
    assert paid(run_years([site], [{}], [[100, 250, 400], [40, 270]])) == by_hand(
        0, 50, 400, 0, 10)
    # 30 % of the insured sum of 1000 is the same amount
    site = site | {"LocDed6All": 0.3, "LocDedType6All": 2}
    assert paid(run_years([site], [{}], [[100, 250, 400]])) == by_hand(0, 50, 400)
    # 30 % of the sum of a year's losses is 30 % of each
    site = site | {"LocDed6All": 0.3, "LocDedType6All": 1}
    assert paid(run_years([site], [{}], [[100, 250, 400]])) == by_hand(70, 175, 280)


def test_annual_aggregate_limit_of_a_policy(run_years):
    # 500 a year, behind 50 of each event: 150, then 300, then the 50 that are left, then nothing
    policy = {"PolDed6All": 50, "PolLimit6All": 500, "PolLimitCode6All": 1}
    assert paid(run_years(SITE, [policy], [[200, 350, 400, 100], [600]])) == by_hand(
        150, 300, 50, 0, 500)
    # 40 % of the sum of the year's losses: of 200 80 at most; of 550 220, so 140 more; 380: 160
    policy = policy | {"PolLimit6All": 0.4, "PolLimitType6All": 1}
    assert paid(run_years(SITE, [policy], [[200, 350, 400]])) == by_hand(80, 140, 160)


def test_an_annual_limit_holds_for_all_locations_together_and_goes_back_by_loss(run_years):
    sites = [{"BuildingTIV": 1000}, {"BuildingTIV": 1000}]
    policy = {"AccLimit6All": 300, "AccLimitCode6All": 1}
    first, second = run_years(sites, [policy], [[(100, 100), (60, 180)]])
    assert first.gross == by_hand(100, 100)
    assert second.gross == by_hand(25, 75)  # 100 are left of 300, shared as 60 to 180


def test_annual_terms_of_a_condition(run_years):
    # the tagged location has 200 a year; the other knows nothing of it
    sites = [{"BuildingTIV": 1000, "CondTag": "a"}, {"BuildingTIV": 1000}]
    policy = {"CondTag": "a", "CondNumber": "1", "CondLimit6All": 200, "CondLimitCode6All": 1}
    first, second = run_years(sites, [policy], [[(150, 100), (150, 100)]])
    assert first.gross == by_hand(150, 100)
    assert second.gross == by_hand(50, 100)


def test_layers_see_what_the_annual_limit_leaves(run_years):
    # 250 a year at the location; 100 xs 50 of each event: 100, then of the 50 left nothing
    site = {"BuildingTIV": 1000, "LocLimit6All": 250, "LocLimitCode6All": 1}
    layer = {"LayerAttachment": 50, "LayerLimit": 100}
    assert paid(run_years([site], [layer], [[200, 400]])) == by_hand(100, 0)


def test_annual_maximum_gives_back_what_goes_beyond(run_years):
    # 100 of each loss; a year's deductibles are 150 at most: 100, 50, nothing
    site = {"BuildingTIV": 1000, "LocDed6All": 100}
    policy = {"PolDedCode6All": 1, "PolMaxDed6All": 150}
    assert paid(run_years([site], [policy], [[300, 300, 300], [80, 300]])) == by_hand(
        200, 250, 300, 0, 230)


def test_a_deductible_that_does_not_rank_is_not_given_back(run_years):
    # code 3: 100 of each loss, whatever was deducted before; the building's 40 rank: 40, 40, 20
    site = {"BuildingTIV": 1000, "LocDed1Building": 40, "LocDed6All": 100, "LocDedCode6All": 3}
    policy = {"PolDedCode6All": 1, "PolMaxDed6All": 100}
    assert paid(run_years([site], [policy], [[300, 300, 300, 300]])) == by_hand(160, 160, 180, 200)


def test_a_residual_deductible_comes_once_the_aggregate_is_used_up(run_years):
    # 300 a year at PD, then 20 of each further loss: of 200 nothing is paid, of 250 150 (the loss
    # that uses the aggregate up bears no more), then 80; a new year starts again
    site = {"BuildingTIV": 1000, "LocDed5PD": 300, "LocDedCode5PD": 1, "LocDed6All": 20,
            "LocDedCode6All": 4}
    assert paid(run_years([site], [{}], [[200, 250, 100], [200]])) == by_hand(0, 150, 80, 0)
    # the aggregate is a maximum of the policy: 100 each up to 150, then 20 (which are not given
    # back: they come after the maximum is reached)
    site = {"BuildingTIV": 1000, "LocDed1Building": 100, "LocDed6All": 20, "LocDedCode6All": 4}
    policy = {"PolDedCode6All": 1, "PolMaxDed6All": 150}
    assert paid(run_years([site], [policy], [[300, 300, 300]])) == by_hand(200, 250, 280)


def test_a_residual_deductible_needs_an_aggregate(run_years):
    site = {"BuildingTIV": 1000, "LocDed6All": 20, "LocDedCode6All": 4}
    with pytest.raises(InputError, match="row 2: a residual deductible applies once|row 2"):
        run_years([site], [{}], [[100]])


def test_deductibles_of_the_earthquake_pool_are_refused(run_years):
    with pytest.raises(InputError, match="OED names it and does not say how it acts"):
        run_years([{"BuildingTIV": 1000, "LocDed6All": 20, "LocDedCode6All": 5}], [{}], [[100]])


def test_a_franchise_within_an_annual_limit(run_years):
    # below 100 nothing, else all, 250 a year
    site = {"BuildingTIV": 1000, "LocDed6All": 100, "LocDedCode6All": 2, "LocLimit6All": 250,
            "LocLimitCode6All": 1}
    assert paid(run_years([site], [{}], [[90, 150, 150, 99]])) == by_hand(0, 150, 100, 0)


def test_without_years_each_event_is_the_only_one_of_its_year(run_years):
    site = {"BuildingTIV": 1000, "LocDed6All": 300, "LocDedCode6All": 1, "LocLimit6All": 100,
            "LocLimitCode6All": 1}
    assert paid(run_years([site], [{}], [[350, 500]], has_years=False)) == by_hand(50, 100)


def test_each_member_has_its_own_year(run_years):
    site = {"BuildingTIV": 1000, "LocDed6All": 300, "LocDedCode6All": 1}
    events = run_years([site], [{}], [[250, 250]], members=2)
    assert paid(events) == by_hand(0, 200, 0, 200)


DATES = ["2026-05-01", "2026-07-01", "2026-09-01", "2027-06-14", "2027-06-15", "2028-01-01"]
LOSSES = [[60, 70, 30], [150, 150], [50]]
FROM_JUNE = {"PolInceptionDate": "2026-06-15", "PolExpiryDate": "2028-06-14"}


@pytest.mark.parametrize(("site", "policy", "paid"), [
    # 120 from 15 June to 14 June: 70, 30 and 20, then 120 of the next year
    ({}, {"PolLimit6All": 120, "PolLimitCode6All": 1}, (0, 70, 30, 20, 120, 0)),
    ({}, {"AccLimit6All": 120, "AccLimitCode6All": 1}, (0, 70, 30, 20, 120, 0)),
    ({"LocDed6All": 120, "LocDedCode6All": 1}, {}, (0, 0, 0, 130, 30, 50)),
])
def test_the_year_of_a_policy_begins_with_it(run_years, site, policy, paid):
    events = run_years([{"BuildingTIV": 1000, **site}], [{**FROM_JUNE, **policy}], LOSSES,
                       dates=DATES, members=2)
    two = [float(losses.gross.sum()) for losses in events]
    assert sorted(two) == by_hand(*sorted(paid * 2))


def test_sums_insured_last_as_long_as_the_policys_year(run_years):
    clauses = [{"Clause": "reinstatement", "Automatic": 0}]
    events = run_years([{"BuildingTIV": 200}], [FROM_JUNE], LOSSES, dates=DATES, clauses=clauses)
    assert [float(losses.gross.sum()) for losses in events] == by_hand(0, 70, 30, 100, 150, 50)


def test_renewed_policies_share_the_day_on_which_a_location_begins_its_year(run_years):
    site = [{"BuildingTIV": 1000, "LocDed6All": 120, "LocDedCode6All": 1}]
    policies = [
        {"PolNumber": "1", "PolInceptionDate": "2026-06-15", "PolExpiryDate": "2027-06-14"},
        {"PolNumber": "2", "PolInceptionDate": "2027-06-15", "PolExpiryDate": "2028-06-14"}]
    events = run_years(site, policies, LOSSES, dates=DATES)
    assert [float(losses.gross.sum()) for losses in events] == by_hand(0, 0, 0, 130, 30, 50)


def test_simulated_years_stay_whole_whatever_their_dates(run_years):
    years = [[[{"LocNumber": 1, "loss": loss, "year": year}] for loss in losses]
             for year, losses in ((1, (60, 70)), (2, (90,)))]
    policy = {**FROM_JUNE, "PolLimit6All": 100, "PolLimitCode6All": 1}
    events = run_years([{"BuildingTIV": 1000}], [policy], years,
                       dates=["2026-07-01", "2026-08-01", "2026-07-01"])
    assert [float(losses.gross.sum()) for losses in events] == by_hand(60, 40, 90)
