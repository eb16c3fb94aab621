"""Days of rainstorm near places: the shipped record, a user's own, distance, what is said."""

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.rain.history import given_days, rain_days, rain_records, shipped_days
from riskcloud.hazard.rain.record import DailyRecord
from riskcloud.messages import translated

HONG_KONG = np.array([114.17]), np.array([22.30])


def record(rain, first="2001-01-01"):
    day = np.datetime64(first) + np.arange(len(rain))
    rain = np.array(rain, float)
    return DailyRecord("made_up", day, rain, np.zeros(len(rain), bool))


def test_the_observatorys_largest_day_and_its_grades():
    found = rain_records(None, *HONG_KONG)
    row = int(np.argmax(found.intensity))
    assert (found.event[row], found.intensity[row]) == ("1926-07-19", 534.1)
    assert (found.intensity >= 50.0).all() and (found.first_year, found.last_year) == (1884, 2026)
    assert found.distance_m.max() < 1e3 and found.measure == "rain_24h"


def test_shipped_days_are_those_of_the_record(shared):
    own = given_days(shared / "rainfall_flood/hko_daily_rainfall_1884_on.csv", lon=114.174,
                     lat=22.302)
    shipped = shipped_days("hko")
    assert np.array_equal(own.day, shipped.day) and np.array_equal(own.rain_mm, shipped.rain_mm)
    assert own.n_days == shipped.n_days and own.is_given and not shipped.is_given


def test_fifty_millimetres_to_a_tenth_is_a_rainstorm():
    days = rain_days(record([49.94, 49.96, np.nan, 50.0, 120.0]), lon=113.0, lat=23.0)
    assert days.rain_mm.tolist() == [50.0, 50.0, 120.0] and days.n_days == 4


def test_a_far_gauge_has_a_strength_and_no_rain_at_the_site():
    days = rain_days(record([60.0]), lon=113.0, lat=23.0)
    found = rain_records([days], np.array([113.0, 113.4, 116.0]), np.array([23.0, 23.0, 23.0]),
                         radius_m=50e3)
    assert found.site.tolist() == [0, 1] and found.strength.tolist() == [60.0, 60.0]
    assert found.intensity[0] == 60.0 and np.isnan(found.intensity[1])
    assert found.notes[1:] == (
        "no rain record within 50 km of 1 site(s): no data",
        "a gauge farther than 25 km does not speak for a site: no rain there")
    assert found.layer.kind == "given"


def test_several_gauges_stand_by_time():
    one = rain_days(record([60.0, 0.0, 70.0]), lon=113.0, lat=23.0)
    other = rain_days(record([0.0, 80.0]), lon=113.1, lat=23.0)
    found = rain_records([one, other], np.array([113.05, 473.05]), np.array([23.0, 23.0]))
    assert found.strength.tolist() == [60.0, 80.0, 70.0] * 2
    assert found.site.tolist() == [0, 0, 0, 1, 1, 1]


def test_nothing_near_is_no_data():
    found = rain_records(None, np.array([90.0]), np.array([35.0]))
    assert found.event == ()
    assert found.notes == ("no rain record within 25 km of 1 site(s): no data",)
    assert rain_records([], np.array([90.0]), np.array([35.0])).event == ()
    assert rain_records(None, np.empty(0), np.empty(0)).event == ()


def test_what_cannot_be():
    with pytest.raises(InputError, match="expected lon, lat"):
        rain_days(record([60.0]), lon=23.0, lat=113.0)
    with pytest.raises(InputError, match="no day below the header"):
        rain_days(record([np.nan]), lon=113.0, lat=23.0)
    with pytest.raises(InputError, match="500 km at most"):
        rain_records(None, *HONG_KONG, radius_m=1e6)


def test_all_that_is_said_has_a_chinese_form():
    days = rain_days(record([60.0]), lon=113.0, lat=23.0)
    found = rain_records([days], np.array([113.4, 116.0]), np.array([23.0, 23.0]), radius_m=50e3)
    for words in (*found.notes, found.layer.resolution, found.layer.date):
        assert translated(words, "zh") != words
