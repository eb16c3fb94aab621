"""Past earthquakes near places: rows, intensity, radius and years, what is said."""

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.earthquake.ground_motion.regions import REGIONS, region_of
from riskcloud.hazard.earthquake.history import past_earthquakes, shipped_earthquakes
from riskcloud.hazard.earthquake.macroseismic import macroseismic_intensity, mean_intensity
from riskcloud.messages import translated
from riskcloud.types import SourceDistances

SHANTOU = np.array([116.7]), np.array([23.35])


def distances(km):
    zero = np.zeros(len(km))
    return SourceDistances(km, zero, zero, zero, zero, zero)


@pytest.mark.parametrize("region", REGIONS)
def test_many_at_once_are_as_one_by_one(region):
    km, ms = np.array([0.0, 12.0, 80.0, 290.0]), 6.7
    one = macroseismic_intensity(distances(km), magnitude_ms=ms, strike_deg=None, region=region)
    both = mean_intensity(np.append(km, km), magnitude_ms=np.repeat([ms, 5.2], 4),
                          region=np.full(8, REGIONS.index(region)), regions=REGIONS)
    assert both[:4] == pytest.approx(one.median, abs=1e-9)
    assert (both[4:] < both[:4]).all()


def test_no_region_has_no_intensity():
    found = mean_intensity(np.array([10.0, 10.0]), magnitude_ms=np.array([6.0, 6.0]),
                           region=np.array([-1, 0]), regions=REGIONS)
    assert np.isnan(found[0]) and found[1] > 5.0


def test_rows_are_near_strong_enough_and_in_order():
    lon, lat = np.array([116.7, 99.95, 476.7]), np.array([23.35, 25.67, 23.35])
    found = past_earthquakes(lon, lat)
    assert (found.distance_m <= 300e3).all() and (found.intensity >= 3.5).all()
    assert (np.diff(found.site) >= 0).all()
    first, again = found.site == 0, found.site == 2
    assert found.intensity[first] == pytest.approx(found.intensity[again])
    assert (np.diff(found.time[found.site == 1]).astype(int) >= 0).all()
    assert found.strength_measure == "magnitude" and found.strength_unit == "Mw"


def test_all_without_a_least_intensity_and_years():
    every = past_earthquakes(*SHANTOU, min_intensity=None)
    felt = past_earthquakes(*SHANTOU, min_intensity=4.5)
    assert len(every.event) > len(felt.event) > 0
    later = past_earthquakes(*SHANTOU, first_year=1900)
    assert later.first_year == 1900 and (later.time >= np.datetime64("1900-01-01")).all()
    assert past_earthquakes(*SHANTOU).first_year == 1440


def test_deep_and_foreign_ones_have_no_intensity_and_it_is_said():
    """Near north-eastern Taiwan some lie deeper than 70 km."""
    found = past_earthquakes(np.array([122.0]), np.array([24.8]), min_intensity=None)
    assert np.isnan(found.intensity).any()
    note, = (one for one in found.notes if "no intensity" in one)
    n = int(np.isnan(found.intensity).sum())
    assert note.startswith(f"{n} earthquake(s) deeper than 70 km")


def test_the_region_is_that_of_the_epicentre():
    events = shipped_earthquakes()
    known = np.flatnonzero(events.region >= 0)
    for k in known[:: len(known) // 10]:
        assert REGIONS[events.region[k]] == region_of(events.lon[k], events.lat[k])[0]
    assert (np.diff(events.time).astype(int) >= 0).all()


@pytest.mark.parametrize(("kwargs", "words"), [
    ({"radius_m": -1.0}, "expected more than 0"), ({"radius_m": 1e8}, "2000 km at most"),
    ({"min_intensity": 0.0}, "intensity 0: expected 1 to 12")])
def test_what_cannot_be(kwargs, words):
    with pytest.raises(InputError, match=words):
        past_earthquakes(*SHANTOU, **kwargs)


def test_nowhere_and_no_sites():
    assert past_earthquakes(np.array([10.0]), np.array([50.0])).event == ()
    assert past_earthquakes(np.empty(0), np.empty(0)).event == ()


def test_all_that_is_said_has_a_chinese_form():
    found = past_earthquakes(np.array([122.0]), np.array([24.8]), min_intensity=None)
    for words in (*found.notes, found.layer.detail, found.layer.resolution):
        assert translated(words, "zh") != words
