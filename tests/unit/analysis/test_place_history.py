"""Summaries of histories: counts by class, strongest, nearest, last; rows as JSON has them."""

import numpy as np
import pytest

from riskcloud.analysis.hazard.place_history import classes_of, row_of, summary_of
from riskcloud.errors import InputError
from riskcloud.types import PlaceHistory, PlaceLayer


def history(site, intensity, *, measure="rain_24h", distance=None):
    n = len(site)
    time = np.datetime64("2001-01-01", "s") + np.arange(n) * np.timedelta64(86400, "s")
    return PlaceHistory(
        peril="rainstorm", radius_m=25e3, first_year=2001, last_year=2001,
        site=np.array(site, np.int64), event=tuple(f"e{k}" for k in range(n)), name=("",) * n,
        time=time, distance_m=np.full(n, 1234.0) if distance is None else np.array(distance),
        strength=np.array(intensity, float), strength_measure="rain_day", strength_unit="mm",
        intensity=np.array(intensity, float), measure=measure, unit="mm",
        layer=PlaceLayer("record", "made up"))


def test_counts_strongest_nearest_last_by_site():
    found = summary_of(history([0, 0, 0, 2, 2], [60.0, 250.0, 99.9, np.nan, 100.0],
                               distance=[5.0, 2.0, 2.0, np.nan, 7.0]), 3)
    assert found.n.tolist() == [3, 0, 2] and found.n_unknown.tolist() == [0, 0, 1]
    assert {name: one.tolist() for name, one in found.counts.items()} == {
        "rainstorm": [2, 0, 0], "severe": [0, 0, 1], "extreme": [1, 0, 0]}
    assert found.strongest.tolist() == [1, -1, 4] and found.last.tolist() == [2, -1, 4]
    assert found.nearest.tolist() == [2, -1, 4]  # of equally near ones the later


def test_bounds_of_ones_own():
    found = summary_of(history([0, 0], [3.0, 12.0], measure="depth"), 1, bounds={"a": 2.0, "b": 10})
    assert {name: one.tolist() for name, one in found.counts.items()} == {"a": [1], "b": [1]}
    assert summary_of(history([0], [3.0], measure="depth"), 1).counts == {}
    with pytest.raises(InputError, match="do not ascend"):
        summary_of(history([0], [3.0]), 1, bounds={"a": 2.0, "b": 2.0})
    with pytest.raises(InputError, match="it has 4 sites, not 3"):
        summary_of(history([3], [3.0]), 3)


def test_classes_of_measures():
    assert classes_of("rain_24h") == {"rainstorm": 50.0, "severe": 100.0, "extreme": 250.0}
    assert classes_of("intensity")["VIII"] == 7.5 and classes_of("gust_3s")["30 m/s"] == 30.0
    assert classes_of("depth") == {}


def test_a_row_as_json_has_it():
    one = history([0, 0], [60.0, np.nan])
    assert row_of(one, 0) == {
        "event": "e0", "name": "", "time_utc": "2001-01-01T00:00:00Z", "distance_km": 1.2,
        "rain_day": 60.0, "rain_day_unit": "mm", "rain_24h": 60.0, "rain_24h_unit": "mm"}
    assert row_of(one, 1)["rain_24h"] is None and row_of(one, -1) is None


def test_no_rows():
    found = summary_of(history([], []), 2)
    assert found.n.tolist() == [0, 0] and found.strongest.tolist() == [-1, -1]
