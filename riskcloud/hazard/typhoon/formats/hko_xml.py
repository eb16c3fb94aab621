"""Tropical cyclone track XML of the Hong Kong Observatory: past, analysis, forecast. 10-min winds.

Source: the layout is that of science/hazards.md section 6 and of public code that reads it (its
forecast has hourly positions, Index hours ahead, of which only way-points carry time, intensity
and wind); no published description was read. Times carry their offset; winds are in km/h.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final
from xml.etree import ElementTree

import numpy as np
import pandas as pd

from riskcloud.errors import InputError
from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats.bulletin_text import clean_name, one_a_time
from riskcloud.hazard.typhoon.formats.source import Source, to_fixes
from riskcloud.hazard.typhoon.track_table import BLANK
from riskcloud.units import KM_PER_H, KNOT

TITLE: Final = "HKO tropical cyclone track XML"
AVERAGING_S: Final = 600.0
MAX_BYTES: Final = 4 * 1024 * 1024
"""Largest file read (our choice; a track is about 50 kB)."""
ROOT: Final = "TropicalCycloneTrack"
FIXES: Final = ("PastInformation", "AnalysisInformation", "ForecastInformation")
STATUS: Final = {
    "tropical depression": "TD", "tropical storm": "TS", "severe tropical storm": "STS",
    "typhoon": "TY", "severe typhoon": "STY", "super typhoon": "SuperTY",
    "extratropical low": "EX", "extratropical cyclone": "EX", "low pressure area": "LOW",
}
UNITS: Final = {"km/h": KM_PER_H, "kt": KNOT, "knots": KNOT, "m/s": 1.0}
NEWEST_ISSUE: Final = np.timedelta64(48, "h")
"""How long after its analysis a bulletin may be published (our choice)."""

_OURS = re.compile(rb"<TropicalCycloneTrack[\s>/]")
_FORBIDDEN = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DEGREES = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*([NSEW])", re.ASCII)
_WIND = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*([a-z/]+)", re.ASCII)


def recognises(source: Source) -> bool:
    """Tell a track of the HKO by its root element."""
    return bool(_OURS.search(source.raw[:8192]))


def read(source: Source, faults: Faults) -> pd.DataFrame:
    """Return the fixes of a track: past, analysis and forecast way-points.

    Positions between the way-points, which HKO interpolates and gives neither time nor wind, are
    left out. Of XML that is cut off or broken the part before is read, and noted.

    Raises
    ------
    InputError : too large, or with a document type or entities (never expanded).
    """
    fixes, facts = list[tuple[str, dict[str, str]]](), dict[str, str]()
    for element in _elements(source, faults):
        if element.tag in FIXES:
            fixes.append((element.tag, {child.tag: (child.text or "").strip()
                                        for child in element}))
        elif element.tag in ("BulletinTime", "TropicalCycloneName"):
            facts.setdefault(element.tag, (element.text or "").strip())
        elif element.tag == ROOT:
            facts["tcid"] = element.get("tcid", "").strip()
    records = _records(fixes, facts, faults)
    return to_fixes(one_a_time(records, faults), faults)


def _elements(source: Source, faults: Faults) -> Iterator[ElementTree.Element]:
    """Yield the root as it begins and every element as it ends, up to the first fault."""
    if len(source.raw) > MAX_BYTES:
        raise InputError(f"{source.path}: larger than {MAX_BYTES >> 20} MB: not a track of the HKO")
    text = source.text
    if _FORBIDDEN.search(text):
        raise InputError(f"{source.path}: XML with a document type or entities is not read; "
                         "fetch the track again from the HKO")
    parser: Any = ElementTree.XMLPullParser(events=("start", "end"))
    try:
        parser.feed(_DECLARATION.sub("", text, count=1))
        parser.close()
    except ElementTree.ParseError as error:
        yield from _events(parser)
        row, _ = error.position
        faults.note(row, "", "", "the XML is cut off or broken here: what stands before is read")
        return
    yield from _events(parser)


def _events(parser: Any) -> Iterator[ElementTree.Element]:
    """Yield what a parser has found; the fault at its end is the caller's."""
    try:
        for event, element in parser.read_events():
            if isinstance(element, ElementTree.Element) and (
                    event == "end") != (element.tag == ROOT):
                yield element
    except ElementTree.ParseError:
        return


def _records(fixes: list[tuple[str, dict[str, str]]], facts: dict[str, str], faults: Faults,
             ) -> list[dict[str, Any]]:
    """Return the records of a track, with the times of its issue and analysis."""
    analyses = [time for tag, cells in fixes if tag == FIXES[1]
                if (time := _time(cells.get("Time", ""))) is not None]
    past = [time for tag, cells in fixes if tag == FIXES[0]
            if (time := _time(cells.get("Time", ""))) is not None]
    issued = _time(facts.get("BulletinTime", ""))
    if not analyses:
        faults.note(0, "AnalysisInformation", "", "no time of the analysis: the last past fix is "
                    "taken for it" if past else "no time of the analysis: nothing can be read")
    base = max(analyses or past, default=None)
    if base is None:
        return []
    if issued is None or not base <= issued <= base + NEWEST_ISSUE:
        faults.note(0, "BulletinTime", facts.get("BulletinTime", ""),
                    "not a time after the analysis: the time of the analysis is taken")
        issued = base
    name = clean_name(facts.get("TropicalCycloneName", ""))
    common = {"event_id": facts.get("tcid") or name or f"HKO-{base.astype('datetime64[D]')}",
              "name": name, "agency": "HKO", "base_utc": base, "issued_utc": issued,
              "averaging_s": AVERAGING_S}
    records = [fix for at, (tag, cells) in enumerate(fixes, 1)
               if (fix := _fix(tag, cells, at, base, faults))]
    if not any(tag == FIXES[2] for tag, _ in fixes):
        faults.note(0, "ForecastInformation", "", "the track has no forecast")
    return [common | record | {"basin": _basin(record["lon"])} for record in records]


def _basin(lon: float) -> str:
    return "WP" if lon >= 100.0 or lon < -120.0 else "NI"


def _fix(tag: str, cells: dict[str, str], at: int, base: np.datetime64, faults: Faults,
         ) -> dict[str, Any] | None:
    """Return one fix; ``at`` counts the fixes from 1 and stands for the row."""
    lon = _degrees(cells.get("Longitude", ""), "EW", 180.0)
    lat = _degrees(cells.get("Latitude", ""), "NS", 90.0)
    time = _time(cells.get("Time", ""))
    if not cells.get("Time") and not cells.get("MaximumWind") and tag == FIXES[2]:
        return None  # an hourly position that HKO interpolated
    if time is None and re.fullmatch(r"[0-9]{1,3}", cells.get("Index", "")) and tag == FIXES[2]:
        time = base + np.timedelta64(int(cells["Index"]), "h")
    late = time is not None and (time > base) != (tag == FIXES[2])
    if lon is None or lat is None or time is None or late:
        faults.note(at, tag, cells.get("Time", ""), "a fix without a time of its kind or without "
                    "position: left out")
        return None
    status = cells.get("Intensity", "")
    return {"row": at, "time_utc": time, "lon": lon, "lat": lat,
            "status": STATUS.get(" ".join(status.lower().split()), status),
            "max_wind_m_s": _wind(cells.get("MaximumWind", ""), at, faults)}


def _time(text: str) -> np.datetime64 | None:
    """Return an ISO time with its offset as UTC; without offset it is not known: None."""
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo is None:
            return None
        return np.datetime64(time.astimezone(UTC).replace(tzinfo=None), "s")
    except (ValueError, OverflowError):
        return None


def _degrees(text: str, letters: str, most: float) -> float | None:
    """Return degrees with sign, None when they are none."""
    found = _DEGREES.fullmatch(text.strip().upper())
    if found is None or found[2] not in letters or float(found[1]) > most:
        return None
    return -float(found[1]) if found[2] == letters[1] else float(found[1])


def _wind(text: str, at: int, faults: Faults) -> float | None:
    """Return the maximum wind [m/s]; "--" and blank mean none, anything else unread is noted."""
    found = _WIND.fullmatch(text.strip().lower())
    if found and found[2] in UNITS:
        return float(found[1]) * UNITS[found[2]] or None
    if text.strip().strip("-").lower() not in BLANK:
        faults.note(at, "MaximumWind", text[:40], "not a wind such as 130km/h: left out")
    return None
