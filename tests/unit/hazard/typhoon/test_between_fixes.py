"""Strength between fixes: linear over sea, what land takes over land."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.hazard.typhoon import between_fixes
from riskcloud.hazard.typhoon.between_fixes import LOOK_H, Legs, change_so_far
from riskcloud.hazard.typhoon.land_decay import decayed_wind_m_s

COAST = 113.0
SHARE = np.linspace(0.0, 1.0, 25)


@pytest.fixture(autouse=True)
def land_west_of_the_coast(monkeypatch):
    monkeypatch.setattr(between_fixes, "is_land", lambda lon, lat: lon < COAST)


def legs(begin=114.0, end=112.0, hours=12.0, first=45.0, last=30.0):
    one = np.broadcast_arrays(*(np.atleast_1d(np.asarray(values, float)) for values in (
        begin, end, 20.0, 21.0, hours, first, last)))
    return Legs((one[0], one[1]), (one[2], one[3]), one[4], (one[5], one[6]))


def winds(leg, share=SHARE):
    changed = change_so_far(leg, np.zeros(len(share), np.int64), share)
    first, last = leg.wind_m_s
    return first + changed * (last - first)


@pytest.mark.parametrize("leg", [
    legs(begin=116.0, end=114.0), legs(first=30.0, last=45.0), legs(first=30.0, last=30.0),
    legs(first=8.0, last=6.0)], ids=["at sea", "strengthens", "stays", "below the background"])
def test_time_alone(leg):
    np.testing.assert_allclose(
        change_so_far(leg, np.zeros(25, np.int64), SHARE), SHARE, atol=1e-12)


def test_a_storm_that_follows_the_decay_keeps_its_wind_up_to_the_coast():
    last = decayed_wind_m_s(45.0, 6.0)
    found = winds(legs(last=last))
    expected = decayed_wind_m_s(45.0, np.maximum(12.0 * SHARE - 6.0, 0.0))
    np.testing.assert_allclose(found, expected, atol=0.2)  # half an hour from look to look
    assert found[12] == pytest.approx(45.0) and 0.5 * (45.0 + last) < 38.0


def test_what_the_decay_does_not_explain_goes_with_time():
    """It lost twice what six hours ashore take: the rest before and after the coast alike."""
    by_land = 45.0 - decayed_wind_m_s(45.0, 6.0)
    found = winds(legs(last=45.0 - 2.0 * by_land))
    assert found[12] == pytest.approx(45.0 - 0.5 * by_land)


def test_a_storm_ashore_from_the_start_does_not_meet_the_coast_again():
    """The loss is then a plain exponential: no first hour that takes more."""
    last = 9.517 + (30.0 - 9.517) * np.exp(-0.084 * 12.0)
    found = winds(legs(begin=112.0, end=110.0, first=30.0, last=last))
    np.testing.assert_allclose(
        found, 9.517 + (30.0 - 9.517) * np.exp(-0.084 * 12.0 * SHARE), atol=0.05)


@settings(max_examples=60, deadline=None)
@given(begin=st.floats(110.0, 116.0), end=st.floats(110.0, 116.0), hours=st.floats(0.5, 60.0),
       first=st.floats(5.0, 80.0), last=st.floats(5.0, 80.0))
def test_it_never_turns_and_ends_where_the_fixes_are(begin, end, hours, first, last):
    changed = change_so_far(legs(begin, end, hours, first, last), np.zeros(25, np.int64), SHARE)
    assert changed[0] == pytest.approx(0.0, abs=1e-9) and changed[-1] == pytest.approx(1.0)
    assert np.all(np.diff(changed) >= -1e-9)


def test_a_leg_does_not_depend_on_the_others():
    """Legs of 6, 12 and 48 hours together and one by one, whatever of them is asked for."""
    many = legs(begin=[114.0, 113.4, 115.0], end=[112.5, 112.0, 111.0], hours=[6.0, 12.0, 48.0],
                first=[45.0, 40.0, 50.0], last=[30.0, 25.0, 20.0])
    leg = np.repeat([2, 0, 1], 25)
    together = change_so_far(many, leg, np.tile(SHARE, 3))
    for place, k in enumerate((2, 0, 1)):
        alone = Legs(*(tuple(part[k:k + 1] for part in pair) for pair in (many.lon, many.lat)),
                     many.hours[k:k + 1], tuple(part[k:k + 1] for part in many.wind_m_s))
        np.testing.assert_array_equal(
            together[25 * place:25 * place + 25],
            change_so_far(alone, np.zeros(25, np.int64), SHARE))
    assert LOOK_H <= 0.5
