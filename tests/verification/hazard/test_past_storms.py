"""Closest approaches to Hong Kong, against the Observatory's own.

Source: Hong Kong Observatory, Tropical Cyclones in 2022, table 4.9: typhoons that required the
Hurricane Signal No. 10 since 1946, their nearest approach to the Observatory (km;
its own analyses, in steps of 5 or 10 km) and day (Hong Kong time). Tolerance 20 km: six-hourly
positions to a tenth of a degree (11 km) of another agency, and steps of the table.
"""

import numpy as np
import pytest

from riskcloud.hazard.typhoon.history import past_storms

OBSERVATORY = np.array([114.1742]), np.array([22.3019])
SIGNAL_10 = [
    ("Gloria", "1957-09-22", 55), ("Mary", "1960-06-09", 10), ("Alice", "1961-05-19", 0),
    ("Wanda", "1962-09-01", 20), ("Ruby", "1964-09-05", 30), ("Dot", "1964-10-13", 35),
    ("Shirley", "1968-08-21", 0), ("Rose", "1971-08-17", 20), ("Elsie", "1975-10-14", 50),
    ("Hope", "1979-08-02", 10), ("Ellen", "1983-09-09", 45), ("York", "1999-09-16", 20),
    ("Vicente", "2012-07-24", 100)]


@pytest.fixture(scope="module")
def history():
    return past_storms(*OBSERVATORY)


@pytest.mark.parametrize(("name", "day", "km"), SIGNAL_10)
def test_nearest_approach_to_hong_kong(history, name, day, km):
    row = history.name.index(name)
    assert str((history.time[row] + np.timedelta64(8, "h")).astype("datetime64[D]")) == day
    assert history.distance_m[row] / 1e3 == pytest.approx(km, abs=20.0)
    assert history.strength[row] > 29.0  # each of them a typhoon, or a little short of one


def test_hagupit_2008_passed_in_the_south_and_blew(history):
    """It passed some 180 km south-west (event facts of the shared data: landfall at Maoming)."""
    row = history.name.index("Hagupit")
    assert str(history.time[row].astype("datetime64[M]")) == "2008-09"
    assert 150.0 < history.distance_m[row] / 1e3 < 210.0
    assert 20.0 < history.intensity[row] < 40.0


def test_later_storms_are_not_in_it(history):
    """Mangkhut 2018: the shipped record ends in 2013, and says so."""
    assert history.last_year == 2013
    assert history.time.max() < np.datetime64("2014-01-01")
    assert any("2013" in note for note in history.notes)


def test_mangkhut_by_a_track_of_ones_own(shared):
    """Table 4.9: 100 km south-south-west on 16 September 2018."""
    from riskcloud.hazard.typhoon.track import read_tracks

    tracks = read_tracks(shared / "tropical_cyclones/events/mangkhut_2018_jtwc.csv")
    found = past_storms(*OBSERVATORY, tracks=tracks)
    row = int(np.flatnonzero(found.time.astype("datetime64[Y]") == np.datetime64("2018"))[0])
    assert found.distance_m[row] / 1e3 == pytest.approx(100.0, abs=20.0)
    assert 25.0 < found.intensity[row] < 55.0
