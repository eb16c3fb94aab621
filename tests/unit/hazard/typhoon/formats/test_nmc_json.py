"""NMC typhoon JSON: made-up values in the layout of real answers."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats import nmc_json, nmc_objects
from riskcloud.hazard.typhoon.formats.source import Source

FORECAST = [[12, "202608300600", 123.0, 20.5, 950, 45, "BABJ", "STY"],
            [24, "202608300600", 121.0, 21.5, 955, 42, "BABJ", "STY"]]


def point(time: str | None = "202608300600", lon: Any = 125.0, lat: Any = 20.0,
          forecasts: Any = None, updated: Any = None, rings: Any = None,
          wind: Any = 40) -> list[Any]:
    return [1, time, 0, "TY", lon, lat, 955, wind, "NW", 18, rings, forecasts, updated]


def view(*points: Any, number: Any = 2699, name: Any = "Sample") -> dict[str, Any]:
    return {"typhoon": [999, name, "name", number, number, None, "x", "start", list(points), None]}


def source(text: str) -> Source:
    return Source(Path("v.json"), text.encode(), np.datetime64("2026-09-01", "s"))


def read(what: Any) -> tuple[pd.DataFrame, str]:
    faults = Faults(Path("v.json"))
    made = source(what if isinstance(what, str) else json.dumps(what))
    assert nmc_json.recognises(made)
    fixes = nmc_json.read(made, faults)
    return fixes, " | ".join(map(str, faults.notes))


LATEST = point(forecasts={"BABJ": FORECAST, "PGTW": [
    [24, "202608300600", 121.2, 21.4, None, 50, "PGTW", None]]},
    updated=["202608301530", "text"],
    rings=[["30KTS", 300, 250, 200, 250, 1], ["50KTS", 100, 90, 80, 90, 1], ["64KTS", 0, 0, 0, 0]])
EARLIER = point("202608300000", 126.0, 19.5, {"BABJ": [[24, "202608300000", 122, 21, 960, 40]]})


def test_past_analysis_and_forecast_of_the_cma() -> None:
    fixes, notes = read(view(EARLIER, LATEST))
    cma = fixes[fixes["agency"] == "CMA"]
    assert list(cma["time_utc"].dt.strftime("%d%H")) == ["3000", "3006", "3018", "3106"]
    assert cma["lon"].tolist() == [126.0, 125.0, 123.0, 121.0]
    assert cma["max_wind_m_s"].tolist() == [40.0, 40.0, 45.0, 42.0]
    assert set(cma["averaging_s"]) == {120.0} and set(cma["event_id"]) == {"2699"}
    assert set(cma["issued_utc"].astype(str)) == {"2026-08-30 07:30:00"}  # 15:30 in Beijing
    assert set(cma["base_utc"].astype(str)) == {"2026-08-30 06:00:00"}
    analysis = cma.iloc[1]
    assert [analysis[f"r50_{q}"] for q in ("ne", "se", "sw", "nw")] == [1e5, 9e4, 8e4, 9e4]
    gale = np.array([analysis[f"r34_{q}"] for q in ("ne", "se", "sw", "nw")])
    np.testing.assert_allclose(gale / gale[0], [1.0, 250 / 300, 200 / 300, 250 / 300])
    assert gale[0] == pytest.approx(0.857 * 3e5, rel=2e-3)  # 31.6 kt of 1-min, to 34 kt
    assert cma["r64_ne"].isna().all()
    assert "1 older forecast(s) left out" in notes and "30 kt" in notes


def test_another_agency_begins_with_the_place_and_without_the_wind_of_the_cma() -> None:
    fixes, notes = read(view(EARLIER, LATEST))
    jtwc = fixes[fixes["agency"] == "JTWC"]
    assert jtwc["lon"].tolist() == [125.0, 121.2]
    np.testing.assert_allclose(jtwc["max_wind_m_s"], [np.nan, 50.0])
    np.testing.assert_allclose(jtwc["central_pressure_pa"], [95500.0, np.nan])
    assert set(jtwc["averaging_s"]) == {60.0}
    assert "without wind" in notes


def test_an_analysis_newer_than_the_forecast_stays_out_of_it() -> None:
    fixes, notes = read(view(LATEST, point("202608301200", 124.0, 20.2)))
    assert list(fixes[fixes["agency"] == "CMA"]["time_utc"].dt.strftime("%d%H")) == [
        "3006", "3018", "3106"]
    assert "newer than the latest forecast" in notes


def test_without_forecast_the_analyses_are_a_best_track() -> None:
    fixes, notes = read(view(point("202608300000", 126.0), point()))
    assert len(fixes) == 2 and fixes[["base_utc", "issued_utc"]].isna().all(axis=None)
    assert "its analyses stand alone" in notes


@pytest.mark.parametrize("wrap", [
    "{}", "typhoon_jsons_view_999({})", "typhoon_jsons_view_999(({}));", "\n cb ( {} )", "({})",
])
def test_wrapping_does_not_matter(wrap: str) -> None:
    body = json.dumps(view(LATEST))
    fixes, _ = read(wrap.replace("{}", body))
    assert len(fixes) == 5


def test_cut_anywhere_the_whole_points_stay() -> None:
    text = "cb(" + json.dumps(view(EARLIER, LATEST)) + ")"
    fixes, notes = read(text[:-40])
    assert list(fixes["time_utc"].dt.strftime("%d%H")) == ["3000", "3100"]
    assert "cut off or broken" in notes
    with pytest.raises(InputError, match="cut off or broken before its first whole point"):
        read(text[:90])


@pytest.mark.parametrize(("bad", "n_fixes"), [
    (point(None), 3), (point(lon=None), 3), (point(lat="x"), 3), (point(lat=95.0), 3),
    (point(lat=True), 3), (point("20269999999"), 3), ("text", 3), (None, 3), ([], 3),
    (point("202608300000", wind=None), 4), (point("202608300000", wind=10**400), 4),
    (point("202608300000", rings=[None, ["50KTS"], 5]), 4),
    (point("202608300000", forecasts={"BABJ": None, "RJTD": [None, []]}), 4),
])
def test_a_broken_point_costs_itself_only(bad: Any, n_fixes: int) -> None:
    good = point(forecasts={"BABJ": FORECAST})
    fixes, _ = read(view(bad, good))
    assert len(fixes) == n_fixes


@pytest.mark.parametrize("entry", [
    [None, "202608300600", 123, 20, 950, 45], [12, "202608300600", None, 20], [12],
    [900, "202608300600", 123, 20, 950, 45], [-6, "202608300600", 123, 20, 950, 45],
    [12, "202608290600", 123, 20, 950, 45],
])
def test_a_broken_forecast_costs_itself_only(entry: list[Any]) -> None:
    fixes, notes = read(view(point(forecasts={"BABJ": [*FORECAST, entry]})))
    assert len(fixes) == 3 and "left out" in notes


def test_nameless_storms_and_missing_numbers_keep_an_id() -> None:
    fixes, _ = read(view(point(), name="nameless", number=None))
    assert set(fixes["event_id"]) == {"NMC-999"} and set(fixes["name"]) == {""}


def test_a_list_is_not_a_track_but_names_the_active_storms() -> None:
    listed = {"typhoonList": [[3, "SAMPLE", "x", "2699", "2699", None, "y", "start"],
                              [2, "nameless", "x", 20260015, None, None, None, "start"],
                              [1, "OVER", "x", "2698", "2698", None, "y", "stop"], None, []]}
    text = f"typhoon_jsons_list_default(({json.dumps(listed)}))"
    fixes, notes = read(text)
    assert fixes.empty and "a list of storms, not a track" in notes
    assert nmc_json.active_storms(source(text)) == [("3", "SAMPLE", "2699"), ("2", "", "20260015")]
    with pytest.raises(InputError, match="not a list of storms"):
        nmc_json.active_storms(source(json.dumps(view(point()))))


@pytest.mark.parametrize("text", [
    '{"typhoon": ' + "[" * 100_000, '{"typhoon": [1' + "0" * 5000 + "]", '{"typhoon": NaN'])
def test_hostile_json_is_an_input_error(text: str) -> None:
    with pytest.raises(InputError):
        read(text)


def test_a_file_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nmc_objects, "MAX_BYTES", 10)
    with pytest.raises(InputError, match="larger than"):
        read(view(point()))


@pytest.mark.parametrize("text", ["lat,lon\n1,2\n", "<!DOCTYPE HTML>", '{"other": 1}', ""])
def test_other_files_are_not_claimed(text: str) -> None:
    assert not nmc_json.recognises(source(text))
