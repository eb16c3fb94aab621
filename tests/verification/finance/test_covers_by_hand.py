"""Index covers, worked by hand in the comments: tiers, limits, years, places, days. Cases are ours.
"""

from pathlib import Path

import numpy as np
import pytest

from riskcloud.exposure.covers import read_covers
from riskcloud.finance.covers import annual_payouts, event_payouts, our_share, tier_reached
from riskcloud.types.covers import Covers

HEAD = ("CoverNumber,Index,Longitude,Latitude,RadiusKm,PlaceName,PlaceRule,PlaceWeight,"
        "ThresholdFrom,ThresholdTo,Payout,PayoutTo,PayoutShare,Interpolation,Currency,EventLimit,"
        "AnnualLimit,Share,PayoutPer,WaitingDays,MostDays")


def covers_of(tmp_path: Path, *rows: dict[str, object]) -> Covers:
    names = HEAD.split(",")
    lines = [",".join(str({"Currency": "CNY", "CoverNumber": "A"}.get(name, "")
                          if name not in row else row[name]) for name in names) for row in rows]
    path = tmp_path / "covers.csv"
    path.write_text("\n".join([HEAD, *lines]), encoding="utf-8")
    return read_covers(path)[0]


GUST = {"Index": "gust_3s", "Longitude": 113.5, "Latitude": 22.3}


def test_steps_pay_from_their_start_on(tmp_path):
    # 100 of 1,000 from 30 m/s, 400 from 40, all from 50; 29.9 pays nothing, 40 is in the second
    covers = covers_of(
        tmp_path, GUST | {"ThresholdFrom": 30, "PayoutShare": "10%", "EventLimit": 1000},
        {"ThresholdFrom": 40, "PayoutShare": 0.4}, {"ThresholdFrom": 50, "PayoutShare": 1})
    gust = np.array([0.0, 29.9, 30.0, 39.9, 40.0, 50.0, 99.0])
    assert event_payouts(covers, gust[:, None])[:, 0].tolist() == [0, 0, 100, 100, 400, 1000, 1000]
    assert tier_reached(covers, 0, gust).tolist() == [-1, -1, 0, 0, 1, 2, 2]


def test_linear_tiers_pay_in_proportion(tmp_path):
    # 0 at 100 mm to 600 at 250 mm: 175 mm is half way, 300; then a jump to 1,000; a linear tier
    # without a payout at its end rises to what the next one pays
    rain = {"Index": "rain_24h", "Longitude": 113.5, "Latitude": 22.3}
    covers = covers_of(
        tmp_path, rain | {"ThresholdFrom": 100, "ThresholdTo": 250, "Payout": 0, "PayoutTo": 600},
        {"ThresholdFrom": 250, "Payout": 1000},
        rain | {"CoverNumber": "B", "ThresholdFrom": 100, "Payout": 0, "Interpolation": "linear"},
        {"CoverNumber": "B", "ThresholdFrom": 250, "Payout": 1000})
    value = np.array([[100.0, 100.0], [175.0, 175.0], [250.0, 250.0], [400.0, 400.0]])
    assert event_payouts(covers, value) == pytest.approx(
        np.array([[0, 0], [300, 500], [1000, 1000], [1000, 1000]]), rel=1e-12)


def test_beyond_the_end_of_the_last_tier_its_end_counts(tmp_path):
    covers = covers_of(tmp_path, GUST | {"ThresholdFrom": 30, "ThresholdTo": 50, "Payout": 100,
                                         "PayoutTo": 300})
    assert event_payouts(covers, np.array([[40.0], [50.0], [70.0]])).ravel().tolist() == [
        200, 300, 300]


@pytest.mark.parametrize("ends", [(960, 940), (940, 960)])
def test_of_central_pressure_less_is_worse(tmp_path, ends):
    # at or below 960 hPa 200, at or below 940 hPa 500, whichever order the ends are written in;
    # inf: the centre stays outside
    area = {"Index": "central_pressure", "Longitude": 113.5, "Latitude": 22.3, "RadiusKm": 100}
    covers = covers_of(tmp_path, area | {"ThresholdFrom": ends[0], "ThresholdTo": ends[1],
                                         "Payout": 200}, {"ThresholdFrom": 940, "Payout": 500})
    value = np.array([[np.inf], [961.0], [960.0], [940.5], [940.0], [900.0]])
    assert event_payouts(covers, value).ravel().tolist() == [0, 0, 200, 200, 500, 500]


def test_limit_of_the_event_then_of_the_year_then_share(tmp_path):
    # tier 800 cut to 600 by the event; of three such events in year 1 the year's 1,000 leaves
    # 600, 400, 0, and year 2 starts afresh; our share of 25 % of each
    covers = covers_of(tmp_path, GUST | {"ThresholdFrom": 30, "Payout": 800, "EventLimit": 600,
                                         "AnnualLimit": 1000, "Share": "25%"})
    full = event_payouts(covers, np.array([[35.0], [35.0], [10.0], [35.0], [35.0]]))
    assert full.ravel().tolist() == [600, 600, 0, 600, 600]
    paid = annual_payouts(covers, np.array([1, 1, 1, 2, 1]), full)
    assert paid.ravel().tolist() == [600, 400, 0, 600, 0]
    assert our_share(covers, paid).ravel().tolist() == [150, 100, 0, 150, 0]


def test_places_each_by_weight_the_worst_or_their_mean(tmp_path):
    # 35 and 45 m/s at two stations of weights 0.75 and 0.25; 100 from 30, 400 from 40:
    # each 0.75 x 100 + 0.25 x 400 = 175; largest 45 -> 400; mean 37.5 -> 100
    rows = []
    for number, rule in (("A", "each"), ("B", "largest"), ("C", "mean")):
        rows += [GUST | {"CoverNumber": number, "PlaceRule": rule, "PlaceWeight": 0.75,
                         "ThresholdFrom": 30, "Payout": 100},
                 GUST | {"CoverNumber": number, "Longitude": 114, "PlaceWeight": 0.25,
                         "ThresholdFrom": 40, "Payout": 400}]
    covers = covers_of(tmp_path, *rows)
    value = np.array([[35.0, 45.0] * 3, [35.0, np.nan] * 3])
    paid = event_payouts(covers, value)
    assert paid[0].tolist() == [175, 400, 100]
    assert np.isnan(paid[1]).all()


def test_days_beyond_the_waiting_ones_up_to_the_most(tmp_path):
    # 50 a day, one waiting day, at most 3: 0.5, 1, 3 and 9 days pay 0, 0, 100 and 150
    covers = covers_of(tmp_path, {"Index": "signal", "PlaceName": "Macau", "ThresholdFrom": 8,
                                  "Payout": 50, "PayoutPer": "day", "WaitingDays": 1,
                                  "MostDays": 3})
    days = np.array([[0.5], [1.0], [3.0], [9.0]])
    assert event_payouts(covers, np.full((4, 1), 8.0), days).ravel().tolist() == [0, 0, 100, 150]
    assert np.isnan(event_payouts(covers, np.full((1, 1), 8.0))).all()


def test_days_of_the_worst_of_two_places(tmp_path):
    # 10 a day at signal 8, 30 at 10: 5 days of 8 pay 50, a day of 10 pays 30: not 30 for 5 days
    covers = covers_of(
        tmp_path, {"Index": "signal", "PlaceName": "P", "ThresholdFrom": 8, "Payout": 10,
                   "PayoutPer": "day", "PlaceRule": "largest"},
        {"PlaceName": "Q", "ThresholdFrom": 10, "Payout": 30})
    paid = event_payouts(covers, np.array([[8.0, 10.0], [8.0, np.nan]]), np.array([[5.0, 1.0]] * 2))
    assert paid[0, 0] == 50 and np.isnan(paid[1, 0])


def test_ten_grades_of_two_day_rain(tmp_path):
    # the grades of Shaoguan's cover (from 100, 110, 130, 140, 150, 180, 220, 260, 300, 310 mm: its
    # public rating file, read in excerpt); payouts are ours, 10 more a grade
    bounds = (100, 110, 130, 140, 150, 180, 220, 260, 300, 310)
    covers = covers_of(tmp_path, *({"Index": "rain_event", "Longitude": 113.6, "Latitude": 24.8,
                                    "ThresholdFrom": low, "Payout": 10 * k}
                                   for k, low in enumerate(bounds, 1)))
    value = np.array([[99.9], [100.0], [149.9], [150.0], [309.9], [500.0]])
    assert event_payouts(covers, value).ravel().tolist() == [0, 10, 40, 50, 90, 100]
