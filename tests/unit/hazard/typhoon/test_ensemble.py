"""Ensembles: repeats, the storm of the bulletin, intensity anchored to the analysis."""

from dataclasses import replace

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon import ensemble
from riskcloud.hazard.typhoon.averaging import sustained
from riskcloud.hazard.typhoon.fill import fill_track
from riskcloud.hazard.typhoon.land_decay import decay_factor
from riskcloud.types import Filled, Track

BASE = np.datetime64("2026-09-01T00", "s")
OPEN_SEA = (135.0, 20.0)


def track(hours=(0, 6, 12, 24, 48), *, wind=30.0, place=OPEN_SEA, step=(-0.1, 0.0), name="MADEUP",
          member=1, agency="ECMWF", averaging_s=600.0, base=BASE, event="WP212026"):
    hours = np.asarray(hours, dtype=np.float64)
    nan, four = np.full(len(hours), np.nan), np.full((len(hours), 4), np.nan)
    return Track(
        event_id=event, name=name, agency=agency,
        time_utc=BASE + (hours * 3600).astype("timedelta64[s]"),
        lon=place[0] + step[0] * hours, lat=place[1] + step[1] * hours,
        central_pressure_pa=nan + 97_000.0, environmental_pressure_pa=nan + 100_800.0,
        max_wind_m_s=np.broadcast_to(np.asarray(wind, dtype=np.float64), hours.shape).copy(),
        wind_averaging_s=averaging_s, r_max_m=nan + 50_000.0, r34_m=four + 2e5, r50_m=four,
        r64_m=four, base_utc=base, issued_utc=base, member=member, source="x",
        filled=(Filled("environmental_pressure_pa", "m", "s", np.isnan(nan)),
                Filled("r_max_m", "m", "s", np.isnan(nan))))


def advisory(hours=(0, 24, 48), *, wind=60.0, **kwargs):
    return track(hours, wind=wind, averaging_s=60.0, agency="JTWC", member=0, **kwargs)


def test_repeats_and_short_members_are_left_out_with_a_note():
    members = [track(member=1), track(member=2, step=(-0.2, 0.0)), track(member=51),
               track((0,), member=3), replace(track(member=52), lon=track().lon - 360.0)]
    kept, notes = ensemble.deduplicate(members)
    assert [m.member for m in kept] == [1, 2]
    assert notes == (
        "ensemble: 1 of 5 members left out, fewer than two positions: 3",
        "ensemble: 2 of 5 members left out, they repeat another: 51 (as 1), 52 (as 1)")


def test_an_ensemble_without_repeats_is_kept_whole():
    members = [track(member=k, step=(-0.1 - 0.01 * k, 0.0)) for k in range(1, 6)]
    assert ensemble.deduplicate(members) == (tuple(members), ())
    shifted = [members[0], replace(members[0], time_utc=members[0].time_utc + 3600)]
    assert len(ensemble.deduplicate(shifted)[0]) == 2  # same places at other times


@pytest.mark.parametrize(("names", "degrees", "expected"), [
    (("MADEUP", "madeup"), 4.0, True), (("MADEUP", "MADEUP"), 6.0, False),
    (("MADEUP", "OTHER"), 0.0, False), (("IN-FA", "IN FA"), 1.0, True),
    (("", "MADEUP"), 2.0, True), (("", "MADEUP"), 4.0, False), (("09L", "NAMELESS"), 2.0, True),
    (("ELEVEN", "MADEUP"), 2.0, True), (("TWENTYONE", "INVEST"), 2.0, True),
])
def test_same_storm_by_name_and_distance(names, degrees, expected):
    place = (OPEN_SEA[0] + degrees / np.cos(np.radians(20.0)), 20.0)
    member = track(name=names[0], place=place)
    assert ensemble.same_storm(member, advisory(name=names[1])) is expected


def test_distance_is_that_at_the_advisorys_analysis():
    later = BASE + np.timedelta64(24, "h")
    member = track((0, 48), step=(-0.2, 0.0))
    apart = ensemble.separation_m(member, advisory((0, 48), base=later))
    assert apart == pytest.approx(2.4 * 111_195 * np.cos(np.radians(20.0)), rel=2e-3)
    assert ensemble.separation_m(member, advisory((0, 48))) == 0.0
    other_window = replace(member, lon=member.lon - 360.0)
    assert ensemble.separation_m(other_window, advisory((0, 48))) == pytest.approx(0.0, abs=1e-3)


def test_tracks_without_a_common_time():
    assert ensemble.same_storm(track((6, 12)), advisory((0,)))  # a bulletin of one analysis
    assert ensemble.same_storm(track((0,)), advisory((6, 12)))
    assert not ensemble.same_storm(track((18, 24)), advisory((0,)))
    assert ensemble.separation_m(track((18, 24)), advisory((0,))) == np.inf


def test_the_storm_of_the_bulletin_is_chosen_member_by_member():
    near = [track(member=k) for k in (1, 2, 51)]
    other = [track(member=k, name="OTHER", event="WP222026", place=(140.0, 20.0))
             for k in (1, 2)]
    assert ensemble.choose_storm([*other, *near], advisory()) == tuple(near)
    nameless = [track(member=1, name="", event="A", place=(136.0, 20.0)),
                track(member=1, name="", event="B", place=(135.2, 20.0))]
    assert [t.event_id for t in ensemble.choose_storm(nameless, advisory())] == ["B"]


def test_another_storm_is_an_error_that_names_both():
    far = [track(name="OTHER", event="WP222026", place=(150.0, 20.0))]
    with pytest.raises(InputError) as caught:
        ensemble.choose_storm(far, advisory())
    assert str(caught.value) == (
        "an ensemble of another storm than the bulletin: WP212026 MADEUP (JTWC) is none of it; "
        "the nearest is WP222026 OTHER, 1567 km from it. Storms in the ensemble: WP222026 OTHER")
    old = replace(far[0], time_utc=far[0].time_utc - np.timedelta64(20 * 365, "D"))
    with pytest.raises(InputError, match="no time in common"):
        ensemble.choose_storm([old], advisory())
    with pytest.raises(InputError, match="no track"):
        ensemble.choose_storm([], advisory())


def test_the_analysis_wind_is_met_exactly_and_the_error_relaxes_to_nothing():
    member = track((0, 60, 120, 150), wind=[30.0, 31.0, 20.0, 12.0])
    own = sustained(member.max_wind_m_s, 600.0, 60.0)
    anchored = ensemble.anchor_intensity(member, advisory())
    added = anchored.max_wind_m_s - own
    assert added == pytest.approx([60.0 - own[0], 0.5 * (60.0 - own[0]), 0.0, 0.0])
    assert anchored.wind_averaging_s == 60.0
    sooner = ensemble.anchor_intensity(member, advisory(), relaxation_h=60.0)
    assert sooner.max_wind_m_s[1:] == pytest.approx(own[1:])


def test_a_model_that_is_too_strong_is_brought_down_but_not_below_the_floor():
    weaker = ensemble.anchor_intensity(track(wind=30.0), advisory(wind=15.0))
    assert weaker.max_wind_m_s[0] == pytest.approx(15.0)
    member = track(wind=[40.0, 6.0, 6.0, 6.0, 6.0])
    assert ensemble.anchor_intensity(member, advisory(wind=10.0)).max_wind_m_s[1] == 5.0


def test_what_depends_on_the_wind_is_left_to_the_regressions():
    member = track()
    anchored = ensemble.anchor_intensity(member, advisory())
    for name in ("central_pressure_pa", "r_max_m", "r34_m", "r50_m", "r64_m"):
        assert np.isnan(getattr(anchored, name)).all()
    assert [f.field for f in anchored.filled] == ["environmental_pressure_pa"]
    np.testing.assert_array_equal(anchored.lon, member.lon)
    np.testing.assert_array_equal(anchored.environmental_pressure_pa,
                                  member.environmental_pressure_pa)
    assert "+27.7 m/s at 2026-09-01T00:00:00Z, relaxed over 120 h" in anchored.notes[-1]
    whole = fill_track(anchored)
    assert np.isfinite(whole.r_max_m).all() and np.isfinite(whole.central_pressure_pa).all()
    assert (np.diff(whole.central_pressure_pa[:4]) > 0).all()  # weaker, so higher


def test_a_late_member_takes_the_error_at_its_first_fix():
    member = track((12, 24, 48), wind=30.0)
    anchored = ensemble.anchor_intensity(member, advisory(wind=[50.0, 62.0, 40.0]))
    assert anchored.max_wind_m_s[0] == pytest.approx(56.0)  # halfway between the advisory's
    assert "2026-09-01T12" in anchored.notes[-1]
    only = ensemble.anchor_intensity(track((6, 12)), advisory((0,), wind=50.0))
    assert only.max_wind_m_s[0] == pytest.approx(50.0)


def test_an_older_ensemble_meets_the_newer_analysis():
    newer = advisory((6, 24), wind=70.0, base=BASE + np.timedelta64(6, "h"))
    member = track((0, 6, 12), wind=30.0)
    anchored = ensemble.anchor_intensity(member, newer)
    own = sustained(np.array([30.0]), 600.0, 60.0)[0]
    assert anchored.max_wind_m_s[:2] == pytest.approx([70.0, 70.0])  # in full before it
    assert anchored.max_wind_m_s[2] == pytest.approx(own + (70.0 - own) * 114 / 120)


def test_only_what_was_added_decays_on_land():
    # from the sea south of Guangdong due north, over land from about 22.5 N on
    member = track((0, 6, 12, 24, 36), place=(113.0, 20.0), step=(0.0, 0.3))
    sea = track((0, 6, 12, 24, 36), place=(135.0, 20.0), step=(0.0, 0.3))
    own = sustained(member.max_wind_m_s, 600.0, 60.0)
    on_land = ensemble.anchor_intensity(member, advisory((0, 36), place=(113.0, 20.0)))
    at_sea = ensemble.anchor_intensity(sea, advisory((0, 36)))
    ratio = (on_land.max_wind_m_s - own) / (at_sea.max_wind_m_s - own)
    assert ratio[:2] == pytest.approx([1.0, 1.0])
    assert (np.diff(ratio[1:]) < 0).all()
    assert (on_land.max_wind_m_s >= own).all()  # the model's own wind is not decayed again
    expected = decay_factor(12.0, model="south_china")
    assert ratio[4] / ratio[3] == pytest.approx(expected, rel=1e-6)
    half_way = ensemble.anchor_intensity(member, advisory((24, 36), place=(113.0, 20.0)))
    assert half_way.max_wind_m_s[3] == pytest.approx(60.0)  # land before the analysis is past


def test_unknown_winds_stay_unknown_and_without_any_it_is_an_error():
    member = track(wind=[30.0, np.nan, 30.0, 30.0, 30.0])
    anchored = ensemble.anchor_intensity(member, advisory())
    assert np.isnan(anchored.max_wind_m_s).tolist() == [False, True, False, False, False]
    with pytest.raises(InputError, match="ensemble member 1 of WP212026 MADEUP: no wind"):
        ensemble.anchor_intensity(track(wind=np.nan), advisory())
    with pytest.raises(InputError, match="analysis JTWC"):
        ensemble.anchor_intensity(track(), advisory(wind=np.nan))
    with pytest.raises(InputError, match="no time in common"):
        ensemble.anchor_intensity(track((48, 60)), advisory((0, 6)))
    with pytest.raises(InputError, match="relaxation_h"):
        ensemble.anchor_intensity(track(), advisory(), relaxation_h=0.0)
