"""Past events of a place on its page: tables, timeline, map, from a record made up here."""

from typing import Any

import numpy as np
import pytest

from riskcloud.analysis.hazard.events import EventShape, covered
from riskcloud.analysis.hazard.table import history_of, strongest_first
from riskcloud.report.hazard_history import draw_map, draw_timeline, event_tables, summary_table
from riskcloud.report.hazard_words import unit_words
from riskcloud.report.text import load_text
from riskcloud.types import PlaceHistory, PlaceLayer, Sites


def record(**changes: Any) -> PlaceHistory:
    fields: dict[str, Any] = {
        "peril": "typhoon", "radius_m": 200e3, "first_year": 1951, "last_year": 2013,
        "site": np.array([0, 0, 0, 1]), "event": ("a", "b", "c", "a"),
        "name": ("", "HATO", "OLD", ""),
        "time": np.array(["1960-08-01", "1999-07-02", "2010-09-03", "1960-08-01"],
                         "datetime64[s]"),
        "distance_m": np.array([50e3, 20e3, np.nan, 10e3]),
        "strength": np.array([60.0, 40.0, 30.0, 60.0]), "strength_measure": "max_wind",
        "strength_unit": "m/s", "intensity": np.array([np.nan, 48.0, 20.0, np.nan]),
        "measure": "gust_3s", "unit": "m/s", "layer": PlaceLayer("record", "archive", "", "1951")}
    return PlaceHistory(**(fields | changes))


def test_a_place_beyond_the_record_has_no_count() -> None:
    sites = Sites(np.array(["a", "b", "c"]), np.array([113.5, 36.8, 473.5]),
                  np.array([22.0, -1.3, 22.0]))
    one = record(site=np.array([0, 0, 0, 0]))
    assert covered(one, sites).tolist() == [True, False, True]  # any window of 360 degrees
    far = record(site=np.array([1, 1, 1, 1]))
    assert covered(far, sites).tolist() == [True, True, True]  # the user's own storms came near
    found = history_of(one, 1, covered=False)
    assert found["n"] is None
    text = load_text("en")
    assert summary_table([found], text).rows[0][3:] == (
        "No data", *["the record does not cover this place"] * 2)


def test_strongest_by_intensity_then_by_own_strength_and_last_by_time() -> None:
    assert strongest_first(record(), np.array([0, 1, 2])).tolist() == [1, 2, 0]
    found = history_of(record(), 0)
    assert found["n"] == 3 and found["strongest"]["name"] == "HATO"
    assert found["last"]["name"] == "OLD" and len(found["events"]) == 3
    alone = history_of(record(), 1)
    assert alone["n"] == 1 and alone["strongest"]["event"] == "a"
    none = history_of(record(), 2)
    assert none["n"] == 0 and none["strongest"] is None and none["last"] is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_and_pictures_of_a_record(lang: str) -> None:
    text = load_text(lang)
    histories = [history_of(record(), 0), history_of(record(peril="earthquake"), 2)]
    table, unit = summary_table(histories, text), unit_words("m/s", text)
    colon, km = text("hazard_profile.colon"), unit_words("km", text)
    assert table.rows[0][:4] == (
        text("hazard_peril.typhoon"), "1951–2013", f"200 {km}",
        f"3\n≥ 20 {unit}{colon}2\n≥ 30 {unit}{colon}1\n≥ 40 {unit}{colon}1")
    assert "1999-07-02 Hato\n48.0" in table.rows[0][4] and f"20 {km}" in table.rows[0][4]
    assert table.rows[1][3] == "0" and "200" in table.rows[1][4]
    events, = event_tables(histories, text)
    assert [row[1] for row in events.rows] == ["Hato", "Old", "a"]
    assert events.rows[2][4] == "–"  # no gust known is no gust of zero
    assert draw_timeline(histories, text).startswith("data:image/svg+xml")
    assert draw_timeline([history_of(record(), 2)], text) == ""
    shapes = [EventShape("typhoon", "HATO", np.array([115.0, 113.0]), np.array([21.0, 22.5]), 48.0,
                         200e3, 22.0),
              EventShape("earthquake", "1911 M6", np.array([114.5]), np.array([22.5]), 6.0, 300e3,
                         22.0)]
    assert draw_map(113.5, 22.0, shapes, text).startswith("data:image/svg+xml")
    assert draw_map(113.5, 22.0, [], text) == ""
