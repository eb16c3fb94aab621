"""Outlooks between two runs: what comes from which, and that all of the new is the new."""

from dataclasses import replace

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.averaging import sustained
from riskcloud.hazard.typhoon.mixed import PARTS, at_times, mixed, positions, same_outlook
from riskcloud.types import Outlook, Track

ALL = frozenset(PARTS)
START = np.datetime64("2017-08-22T00:00:00", "s")


def make(hours, *, north=0.0, wind=40.0, r_max_km=30.0, base_h=0, agency="JTWC", period_s=60.0,
         member=0, first_h=0) -> Track:
    hours = np.asarray(hours, float)
    n = len(hours)
    nothing = np.full((n, 4), np.nan)
    base = START + np.timedelta64(base_h, "h")
    return Track(
        event_id="WP152017", name="HATO", agency=agency,
        time_utc=START + (3600 * hours).astype("timedelta64[s]"), lon=120.0 - 0.2 * hours,
        lat=20.0 + 0.05 * hours + north, central_pressure_pa=np.full(n, 96_000.0),
        environmental_pressure_pa=np.full(n, np.nan), max_wind_m_s=wind + 0.1 * hours,
        wind_averaging_s=period_s, r_max_m=np.full(n, 1e3 * r_max_km), r34_m=nothing + 0.0,
        r50_m=nothing, r64_m=nothing, issued_utc=base, base_utc=base, member=member)


OLD = Outlook((make([0, 6, 12, 24, 36]),))
NEW = Outlook((make([12, 18, 24, 36, 48], north=0.5, wind=50.0, r_max_km=20.0, base_h=12),))


def test_position_brings_times_and_leaves_wind_and_lead():
    track = mixed(OLD, NEW, frozenset(["position"])).advisories[0]
    old, new = OLD.advisories[0], NEW.advisories[0]
    assert list(track.time_utc) == list(new.time_utc)
    np.testing.assert_array_equal(track.lat, new.lat)
    # the old wind, linear between its fixes; beyond its end the new one's
    np.testing.assert_allclose(track.max_wind_m_s, [41.2, 41.8, 42.4, 43.6, 54.8])
    np.testing.assert_array_equal(track.r_max_m, [30e3] * 4 + [20e3])
    assert track.base_utc == old.base_utc and track.issued_utc == old.issued_utc


def test_old_fixes_between_the_new_ones_keep_the_old_peak():
    old = Outlook((replace(make([12, 15, 18, 24]), max_wind_m_s=np.array([40.0, 60.0, 40, 40])),))
    track = mixed(old, NEW, frozenset(["position"])).advisories[0]
    assert track.time_utc[1] == START + np.timedelta64(15, "h")
    assert track.max_wind_m_s[1] == 60.0
    np.testing.assert_allclose(track.lat[1], 20.0 + 0.05 * 15 + 0.5, rtol=1e-12)


def test_all_of_it_is_the_new_outlook_with_the_old_lead():
    track = mixed(OLD, NEW, ALL).advisories[0]
    expected = replace(NEW.advisories[0], base_utc=OLD.advisories[0].base_utc)
    assert same_outlook(Outlook((track,)), Outlook((expected,)))
    assert not same_outlook(mixed(OLD, NEW, ALL), NEW)


def test_nothing_taken_is_the_old_outlook_itself():
    assert mixed(OLD, NEW, frozenset()) is OLD


def test_hindcasts_of_one_best_track_differ_in_lead_only():
    new = Outlook((replace(OLD.advisories[0], base_utc=START + np.timedelta64(12, "h")),))
    for parts in (["position"], ["position", "wind"], PARTS):
        assert same_outlook(mixed(OLD, new, frozenset(parts)), OLD)


def test_pressure_goes_with_the_wind_and_size_does_not():
    new = Outlook((replace(NEW.advisories[0], central_pressure_pa=np.full(5, 9.3e4)),))
    track = mixed(OLD, new, frozenset(["position", "wind"])).advisories[0]
    np.testing.assert_array_equal(track.central_pressure_pa, 9.3e4)
    np.testing.assert_array_equal(track.max_wind_m_s, NEW.advisories[0].max_wind_m_s)
    assert track.r_max_m[0] == 30e3


def test_winds_beyond_the_end_are_brought_to_one_averaging_period():
    new = Outlook((make([12, 24, 48], wind=50.0, period_s=600.0, base_h=12),))
    track = mixed(OLD, new, frozenset(["position"])).advisories[0]
    assert track.wind_averaging_s == 60.0
    np.testing.assert_allclose(track.max_wind_m_s[-1], sustained(np.array(54.8), 600.0, 60.0))


def test_each_agency_meets_its_own_else_the_first():
    old = Outlook((make([0, 24], wind=40.0), make([0, 24], wind=30.0, agency="JMA")))
    new = Outlook((make([0, 24], agency="JMA", wind=70.0), make([0, 24], agency="HKO", wind=70.0)))
    found = mixed(old, new, frozenset(["position"])).advisories
    assert [(track.agency, track.max_wind_m_s[0]) for track in found] == [("JMA", 30.0),
                                                                          ("HKO", 40.0)]


def test_ensemble_comes_with_position_and_anchoring_with_wind():
    old = Outlook(OLD.advisories, (make([0, 12], member=1),))
    new = Outlook(NEW.advisories, (make([12, 24], member=1), make([12, 24], member=2)),
                  anchored=False)
    for parts, ensemble, anchored in ((["position"], new.ensemble, True),
                                      (["wind"], old.ensemble, False),
                                      (PARTS, new.ensemble, False)):
        found = mixed(old, new, frozenset(parts))
        assert found.ensemble == ensemble and found.anchored is anchored


def test_an_outlook_without_advisories_takes_what_there_is():
    members = (make([12, 24], member=1),)
    assert mixed(OLD, Outlook((), members), frozenset(["position"])).advisories == ()
    found = mixed(Outlook((), members), NEW, frozenset(["position"]))
    assert len(found.advisories) == 1 and found.ensemble == ()


def test_silence_stays_silence():
    silent = replace(NEW.advisories[0], r_max_m=np.array([20e3, np.nan, 20e3, np.nan, np.nan]))
    track = mixed(OLD, Outlook((silent,)), ALL).advisories[0]
    np.testing.assert_array_equal(np.isnan(track.r_max_m), [False, True, False, True, True])
    time = silent.time_utc[:2] + np.timedelta64(1, "h")
    assert np.isnan(at_times(silent, "r_max_m", time)).all()


def test_positions_are_exact_at_fixes_and_curved_between():
    track = make([0, 6, 12, 24])
    lon, lat = positions(track, track.time_utc)
    np.testing.assert_array_equal(lon, track.lon)
    np.testing.assert_array_equal(lat, track.lat)
    hours = (track.time_utc - START) / np.timedelta64(3600, "s")
    parabola = replace(track, lat=20.0 + 0.01 * hours**2)
    _, lat = positions(parabola, np.array([START + np.timedelta64(9, "h")]))
    np.testing.assert_allclose(lat, 20.81, rtol=1e-12)  # a chord would give 20.90


def test_unknown_part():
    with pytest.raises(InputError, match="no part .*known: position, wind, size"):
        mixed(OLD, NEW, frozenset(["rain"]))
