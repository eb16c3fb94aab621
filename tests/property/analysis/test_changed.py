"""What holds for any two forecasts of a storm: mixing keeps ends, and lists keep count."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from riskcloud.analysis.changed.lists import LARGEST_MOVES, LEAST_LOSS, list_changes
from riskcloud.hazard.typhoon.mixed import PARTS, mixed, same_outlook
from riskcloud.types import Outlook, Track

START = np.datetime64("2017-08-22T00:00:00", "s")
SUBSETS = st.frozensets(st.sampled_from(PARTS))
SOMETHING = st.one_of(st.just(float("nan")), st.floats(20.0, 80.0))


@st.composite
def tracks(draw, agencies=("JTWC", "JMA", "CMA")) -> Track:
    hours = np.array(sorted(draw(st.sets(st.integers(0, 96), min_size=2, max_size=8))))
    n = len(hours)
    numbers = [np.array(draw(st.lists(SOMETHING, min_size=n, max_size=n))) for _ in range(3)]
    base = START + np.timedelta64(int(hours[0]), "h")
    return Track(
        event_id="WP152017", name="HATO", agency=draw(st.sampled_from(agencies)),
        time_utc=START + (3600 * hours).astype("timedelta64[s]"),
        lon=np.cumsum(np.array(draw(st.lists(st.floats(-1, 1), min_size=n, max_size=n)))) + 120.0,
        lat=np.cumsum(np.array(draw(st.lists(st.floats(-1, 1), min_size=n, max_size=n)))) + 20.0,
        central_pressure_pa=9e4 + 100.0 * numbers[1], environmental_pressure_pa=np.full(n, np.nan),
        max_wind_m_s=numbers[0], wind_averaging_s=draw(st.sampled_from([60.0, 120.0, 600.0])),
        r_max_m=1e3 * numbers[2], r34_m=1e4 * np.repeat(numbers[2][:, None], 4, axis=1),
        r50_m=np.full((n, 4), np.nan), r64_m=np.full((n, 4), np.nan), issued_utc=base,
        base_utc=base)


@st.composite
def outlooks(draw) -> Outlook:
    return Outlook(tuple(draw(st.lists(tracks(), min_size=1, max_size=3))),
                   anchored=draw(st.booleans()))


@given(outlooks(), outlooks())
def test_all_taken_is_the_new_but_for_issue_and_name(old, new):
    found = mixed(old, new, frozenset(PARTS))
    like = tuple(replace(b, base_utc=a.base_utc, issued_utc=a.issued_utc)
                 for a, b in zip(found.advisories, new.advisories, strict=True))
    assert same_outlook(found, replace(new, advisories=like))


@given(outlooks(), SUBSETS)
def test_mixing_with_itself_changes_nothing(old, take_new):
    distinct = {track.agency: track for track in old.advisories}
    old = replace(old, advisories=tuple(distinct.values()))
    assert same_outlook(mixed(old, old, take_new), old)


@given(outlooks(), outlooks(), SUBSETS)
def test_mixed_tracks_are_tracks_within_what_was_said(old, new, take_new):
    found = mixed(old, new, take_new)
    whose = new if "position" in take_new else old
    said = [*old.advisories, *new.advisories]
    lowest, highest = (f([f(np.append(t.r_max_m[np.isfinite(t.r_max_m)], x)) for t in said])
                       for f, x in ((np.min, np.inf), (np.max, -np.inf)))
    for track, source in zip(found.advisories, whose.advisories, strict=True):
        assert (np.diff(track.time_utc) > np.timedelta64(0, "s")).all()
        assert set(source.time_utc) <= set(track.time_utc)
        assert track.time_utc[0] == source.time_utc[0]
        assert track.time_utc[-1] == source.time_utc[-1]
        own = np.isin(track.time_utc, source.time_utc)
        np.testing.assert_array_equal(track.lat[own], source.lat)
        assert np.isfinite(track.lon).all() and np.isfinite(track.lat).all()
        known = track.r_max_m[np.isfinite(track.r_max_m)]
        assert ((known >= lowest * (1 - 1e-12)) & (known <= highest * (1 + 1e-12))).all()
        assert (np.nan_to_num(track.max_wind_m_s, nan=30.0) < 100.0).all()


GROUPS = st.lists(st.tuples(st.sampled_from([f"c{k}" for k in range(40)]),
                            st.sampled_from(["CNY", "MOP"]), st.floats(0, 1e9), st.booleans()),
                  unique_by=lambda row: row[:2], max_size=60)


@given(GROUPS, GROUPS)
def test_lists_keep_count(old, new):
    sides = [[{"client_id": name, "currency": currency, "mean": mean,
               "q95": 2.0 * mean if is_listed else 0.0} for name, currency, mean, is_listed in rows]
             for rows in (old, new)]
    found = list_changes(*sides, "client_id")
    entered, left = len(found["entered"]), len(found["left"])
    assert found["n_new"] - found["n_old"] == entered - left
    assert found["n_new"] == sum(row["q95"] >= LEAST_LOSS for row in sides[1])
    assert len(found["moved"]) <= 2 * LARGEST_MOVES
    back = list_changes(*sides[::-1], "client_id")
    assert {row["client_id"] for row in back["left"]} == {r["client_id"] for r in found["entered"]}
    assert all(row["new_q95"] >= LEAST_LOSS > row["old_q95"] for row in found["entered"])
