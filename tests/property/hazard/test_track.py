"""Properties of filled tracks."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.hazard.typhoon import regressions
from riskcloud.hazard.typhoon.fill import fill_track
from riskcloud.types import Track

NAN4 = np.full((5, 4), np.nan)
maybe = st.lists(st.one_of(st.none(), st.floats(0, 90)), min_size=5, max_size=5)


def make(wind: list[float | None], pressure: list[float | None], lat: float = 18.0) -> Track:
    def array(values: list[float | None], factor: float) -> np.ndarray:
        return np.array([np.nan if v is None else v * factor for v in values])

    hours = np.arange(5) * 6 * 3600
    return Track(
        event_id="x", name="", agency="USA",
        time_utc=np.datetime64("2020-08-01", "s") + hours.astype("timedelta64[s]"),
        lon=np.linspace(130.0, 125.0, 5), lat=np.full(5, lat),
        central_pressure_pa=array(pressure, 100.0), environmental_pressure_pa=np.full(5, np.nan),
        max_wind_m_s=array(wind, 1.0), wind_averaging_s=60.0, r_max_m=np.full(5, np.nan),
        r34_m=NAN4, r50_m=NAN4, r64_m=NAN4, source="test",
    )


@settings(max_examples=60, deadline=None)
@given(wind=maybe, deficit=maybe)
def test_filled_is_complete_finite_and_keeps_what_was_given(
    wind: list[float | None], deficit: list[float | None]
) -> None:
    pressure = [None if d is None else 1010.0 - d for d in deficit]
    known = [w is not None or p is not None for w, p in zip(wind, pressure, strict=True)]
    if sum(known) < 2:
        return
    raw = make(wind, pressure)
    track = fill_track(raw)
    first = known.index(True)
    kept = slice(first, first + len(track))
    for name in ("max_wind_m_s", "central_pressure_pa", "environmental_pressure_pa", "r_max_m"):
        before, after = getattr(raw, name)[kept], getattr(track, name)
        assert np.isfinite(after).all()
        given_there = np.isfinite(before)
        np.testing.assert_array_equal(after[given_there], before[given_there])
        flagged = np.zeros(len(track), dtype=bool)
        for flag in track.filled:
            if flag.field == name:
                assert not (flagged & flag.mask).any()
                flagged |= flag.mask
        np.testing.assert_array_equal(flagged, ~given_there)
    assert (track.central_pressure_pa <= track.environmental_pressure_pa).all()
    assert (track.max_wind_m_s >= 0).all()
    gale = track.max_wind_m_s >= regressions.GALE_M_S
    assert np.isfinite(track.r34_m[gale]).all() and np.isnan(track.r34_m[~gale]).all()
    assert (track.r34_m[gale] >= track.r_max_m[gale, None]).all()
    again = fill_track(track)
    assert again.filled == track.filled


@settings(max_examples=30, deadline=None)
@given(lat=st.floats(5, 40), wind=st.floats(18, 90))
def test_hemispheres_mirror_and_pressure_inverts(lat: float, wind: float) -> None:
    v, y, move = np.array([wind]), np.array([lat]), np.array([5.0])
    assert regressions.r34_m(v, y, basin="WP") == regressions.r34_m(v, -y, basin="WP")
    assert regressions.r_max_m(v, y, basin="WP") == regressions.r_max_m(v, -y, basin="WP")
    size = regressions.size_m(v, y, basin="WP")
    deficit = regressions.pressure_deficit_pa(v, y, size, translation_m_s=move)
    back = regressions.wind_from_deficit_m_s(deficit, y, basin="WP", translation_m_s=move)
    if np.isfinite(back[0]) and wind > 25.0:
        assert abs(back[0] - wind) < 0.3


def test_fill_leaves_its_input_alone() -> None:
    raw = make([20, 30, 40, 30, 20], [None] * 5)
    before = replace(raw)
    fill_track(raw)
    assert np.isnan(raw.central_pressure_pa).all() and raw.filled == before.filled == ()
