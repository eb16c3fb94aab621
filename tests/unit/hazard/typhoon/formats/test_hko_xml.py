"""HKO track XML: made-up values."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats import hko_xml
from riskcloud.hazard.typhoon.formats.source import Source
from riskcloud.units import KM_PER_H


def fix(kind: str, time: str | None, lat: str = "17.10N", lon: str = "126.00E",
        wind: str | None = "130km/h", index: int = 1) -> str:
    told = "" if time is None else f"<Time>{time}</Time>"
    blown = "" if wind is None else f"<MaximumWind>{wind}</MaximumWind>"
    return (f"<{kind}Information><Index>{index}</Index><Intensity>Typhoon</Intensity>{blown}{told}"
            f"<Latitude>{lat}</Latitude><Longitude>{lon}</Longitude></{kind}Information>\n")


PAST = fix("Past", "2026-09-01T06:00:00+00:00", "16.60N", "127.20E", "75km/h")
ANALYSIS = fix("Analysis", "2026-09-01T12:00:00+00:00")
HOURLY = fix("Forecast", None, "18.00N", "124.00E", None, 12)
FORECAST = fix("Forecast", "2026-09-02T20:00:00+08:00", "18.90N", "121.30E", "--", 24)


def track(*fixes: str, head: str = "") -> str:
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + head
            + '<TropicalCycloneTrack tcid="2699">\n'
            "<BulletinHeader><BulletinTime>2026-09-01T20:30:00+08:00</BulletinTime>"
            "</BulletinHeader>\n<WeatherReport>\n<TropicalCycloneName>Sample</TropicalCycloneName>\n"
            + "".join(fixes) + "</WeatherReport></TropicalCycloneTrack>\n")


def read(text: str) -> tuple[pd.DataFrame, str]:
    faults = Faults(Path("t.xml"))
    source = Source(Path("t.xml"), text.encode(), np.datetime64("2026-09-02", "s"))
    assert hko_xml.recognises(source)
    fixes = hko_xml.read(source, faults)
    return fixes, " | ".join(map(str, faults.notes))


def test_past_analysis_and_way_points() -> None:
    fixes, notes = read(track(PAST, ANALYSIS, HOURLY, FORECAST))
    assert list(fixes["time_utc"].dt.strftime("%d%H")) == ["0106", "0112", "0212"]
    np.testing.assert_allclose(fixes["max_wind_m_s"], np.array([75, 130, np.nan]) * KM_PER_H)
    assert set(fixes["issued_utc"].astype(str)) == {"2026-09-01 12:30:00"}
    assert set(fixes["base_utc"].astype(str)) == {"2026-09-01 12:00:00"}
    assert fixes["lon"].tolist() == [127.2, 126.0, 121.3]
    assert set(fixes["averaging_s"]) == {600.0} and set(fixes["status"]) == {"TY"}
    assert set(fixes["event_id"]) == {"2699"} and set(fixes["name"]) == {"SAMPLE"}
    assert notes == ""


@pytest.mark.parametrize("head", [
    '<!DOCTYPE x [<!ENTITY a "aaaa">]>\n', "<!doctype x>\n", '<!ENTITY a "b">\n'])
def test_document_types_and_entities_are_refused(head: str) -> None:
    with pytest.raises(InputError, match="document type or entities"):
        read(track(ANALYSIS, head=head))


def test_a_file_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hko_xml, "MAX_BYTES", 100)
    with pytest.raises(InputError, match="larger than"):
        read(track(ANALYSIS))


def test_cut_off_it_gives_what_stands_before() -> None:
    text = track(PAST, ANALYSIS, FORECAST)
    fixes, notes = read(text[: text.index("18.90N")])
    assert len(fixes) == 2
    assert "cut off or broken here" in notes and "has no forecast" in notes
    assert set(fixes["event_id"]) == {"2699"}


@pytest.mark.parametrize(("old", "new", "n_fixes", "said"), [
    ("18.90N", "18.90E", 2, "left out"), ("121.30E", "200.0E", 2, "left out"),
    ("2026-09-02T20:00:00+08:00", "2026-09-02T20:00:00", 3, ""),
    ("2026-09-02T20:00:00+08:00", "2026-08-02T20:00:00+08:00", 2, "left out"),
    ("2026-09-01T12:00:00+00:00", "soon", 2, "last past fix is taken"),
    ("130km/h", "strong", 3, "not a wind"), ("2026-09-01T20:30:00+08:00", "?", 3, "BulletinTime"),
    ("2026-09-01T06:00:00+00:00", "0001-01-01T00:00:00+08:00", 2, ""),
])
def test_what_is_broken_is_said_and_the_rest_is_read(old: str, new: str, n_fixes: int,
                                                    said: str) -> None:
    fixes, notes = read(track(PAST, ANALYSIS, FORECAST).replace(old, new))
    assert len(fixes) == n_fixes
    assert said in notes


def test_southern_and_western_places_are_negative_and_units_are_read() -> None:
    fixes, _ = read(track(fix("Analysis", "2026-09-01T12:00:00Z", "17.1S", "160.00W", "100kt")))
    assert (fixes["lat"].iloc[0], fixes["lon"].iloc[0]) == (-17.1, -160.0)
    assert fixes["max_wind_m_s"].iloc[0] == pytest.approx(51.444, abs=1e-3)


def test_nothing_to_read_is_empty_and_said() -> None:
    fixes, notes = read("<TropicalCycloneTrack>")
    assert fixes.empty and "nothing can be read" in notes


def test_deep_nesting_does_no_harm() -> None:
    fixes, _ = read("<TropicalCycloneTrack>" + "<a>" * 100_000)
    assert fixes.empty
