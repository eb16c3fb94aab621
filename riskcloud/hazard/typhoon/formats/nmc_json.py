"""Typhoon JSON and JSONP of the National Meteorological Centre of China (CMA): list and view.

Past fixes and analysis of the CMA (2-min winds, m/s), and forecasts of the CMA and of other
agencies. A view is ``typhoon_jsons_view_ID({"typhoon": [id, name, name_zh, number, number, _,
meaning, state, points, ...]})``, a point ``[id, YYYYMMDDHHmm UTC, ms, grade, lon, lat, hPa, m/s,
direction, km/h, radii, forecasts, updated]``.

Source: no description is published. The layout is that of science/hazards.md section 6 and of
real answers as quoted in public code (DOLPHIN 2613 of 2026, NYATOH 2121 of 2021); that the winds of
other agencies are passed on in their own averaging is our reading.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from riskcloud.errors import InputError
from riskcloud.hazard.source_file import Faults, number_of, text_of
from riskcloud.hazard.typhoon.formats.bulletin_text import clean_name, one_a_time, own_rows
from riskcloud.hazard.typhoon.formats.gales import FORCE_7, gale_radii_m
from riskcloud.hazard.typhoon.formats.nmc_objects import (
    element,
    objects,
    time_of,
    updated_utc,
)
from riskcloud.hazard.typhoon.formats.source import Source, to_fixes
from riskcloud.units import HPA, KM

TITLE: Final = "NMC (China) typhoon JSON"
CMA: Final = "BABJ"
AGENCIES: Final = {
    "BABJ": ("CMA", 120.0), "RJTD": ("JMA", 600.0), "PGTW": ("JTWC", 60.0),
    "KWBC": ("NCEP", 600.0), "RKSL": ("KMA", 600.0), "VHHH": ("HKO", 600.0),
    "RCTP": ("CWA", 600.0), "RPMM": ("PAGASA", 600.0), "ECMF": ("ECMWF", 600.0),
    "EGRR": ("UKMO", 600.0),
}
"""Location indicator of an agency -> its name here and the averaging of its winds [s]; of others
the indicator and 600 s."""
RADII: Final = {"30KTS": "r34", "50KTS": "r50", "64KTS": "r64"}
NEWEST_UPDATE: Final = np.timedelta64(24, "h")
"""How long after its analysis a forecast may have been published (our choice)."""
LONGEST_LEAD_H: Final = 240.0

_OURS = re.compile(rb'^[\s\xef\xbb\xbf]*(?:[A-Za-z_]\w{0,80}\s*\(|\(|\{)[\s({]*'
                   rb'"(?:typhoonList|typhoon)"\s*:')
_LIST = re.compile(rb'"typhoonList"\s*:')


def recognises(source: Source) -> bool:
    """Tell a list or view by its first key."""
    return bool(_OURS.match(source.raw[:4096]))


def active_storms(source: Source) -> list[tuple[str, str, str]]:
    """Return (id, name, number) of the storms that a list says are going on.

    The id is that of the view (``view_ID``); the name is "" for a storm without one.

    Raises
    ------
    InputError : the list cannot be read.
    """
    found = [top["typhoonList"] for top in objects(source, Faults(source.path))
             if isinstance(top.get("typhoonList"), list)]
    if not found:
        raise InputError(f"{source.path}: not a list of storms ({TITLE})")
    storms = [storm for storm in found[0] if text_of(element(storm, 7)).lower() == "start"]
    return [(text_of(element(storm, 0)), clean_name(text_of(element(storm, 1))),
             text_of(element(storm, 3))) for storm in storms]


def read(source: Source, faults: Faults) -> pd.DataFrame:
    """Return the tracks of a view: of each agency its latest forecast.

    The track of the CMA holds its past fixes and its analysis before its forecast; that of another
    agency begins with the CMA's position and pressure at the time its forecast starts from (its
    wind, of other averaging, is left out). Analyses newer than the CMA's latest forecast are left
    out of it. Without a forecast the analyses stand alone, as a best track (no base time). Radii
    of force 7 (30KTS) become those of 34 kt 1-min wind (``gales``). A list of storms holds no
    track.

    Raises
    ------
    InputError : a file far too large, or JSON without an end or a beginning.
    """
    if _LIST.search(source.raw[:4096]):
        faults.note(0, "", "", "a list of storms, not a track: fetch the view of one of them")
        return to_fixes([], faults)
    records: list[dict[str, Any]] = []
    for top in objects(source, faults):
        storm = top.get("typhoon")
        if isinstance(storm, list):
            records += _storm(storm, faults)
    return to_fixes(own_rows(_once(records, faults)), faults)


def _once(records: list[dict[str, Any]], faults: Faults) -> list[dict[str, Any]]:
    """Return one record a track and time: the same view may stand in a file twice."""
    tracks: dict[Any, list[dict[str, Any]]] = {}
    for record in records:
        key = (record["event_id"], record["agency"], record.get("base_utc"),
               record.get("issued_utc"))
        tracks.setdefault(key, []).append(record)
    return [fix for track in tracks.values() for fix in one_a_time(track, faults)]


def _storm(storm: list[Any], faults: Faults) -> Iterator[dict[str, Any]]:
    """Yield the records of one storm, track after track."""
    points = _lists(element(storm, 8))
    number = text_of(element(storm, 3)) or text_of(element(storm, 4))
    common = {"event_id": number or f"NMC-{text_of(element(storm, 0))}",
              "name": clean_name(text_of(element(storm, 1)))}
    fixes = [fix for at, point in enumerate(points, 1) if (fix := _fix(point, at, faults))]
    fixes.sort(key=lambda fix: fix["time_utc"])
    if any("30KTS" in str(element(point, 10))[:400] for point in points):
        faults.note(0, "", "30KTS", "radii of 30 kt wind, 2-min: brought to 34 kt, 1-min")
    common["basin"] = _basin(fixes)
    latest = _latest_forecasts(points, faults)
    for agency, (at, entries) in latest.items():
        track = _track(agency, at, entries, points[at - 1], fixes, faults)
        yield from (common | record for record in track)
    if CMA not in latest:
        if fixes:
            faults.note(0, "", "", "no forecast of the CMA in the file: its analyses stand alone")
        yield from (common | fix | {"agency": "CMA"} for fix in fixes)


def _lists(values: Any) -> list[list[Any]]:
    """Return the lists in a list that are not empty."""
    whole = values if isinstance(values, list) else []
    return [value for value in whole if isinstance(value, list) and value]


def _basin(fixes: list[dict[str, Any]]) -> str:
    lon = float(fixes[0]["lon"]) if fixes else np.nan
    return "WP" if 100.0 <= lon <= 180.0 else "NI" if 40.0 <= lon < 100.0 else ""


def _fix(point: list[Any], at: int, faults: Faults) -> dict[str, Any] | None:
    """Return a past fix or analysis; ``at`` counts the points from 1 and stands for the row."""
    time = time_of(element(point, 1))
    lon, lat = number_of(element(point, 4)), number_of(element(point, 5))
    if time is None or lon is None or lat is None:
        faults.note(at, "", "", "a point without time or position: left out")
        return None
    record = {"row": at, "time_utc": time, "lon": lon, "lat": lat, "averaging_s": 120.0,
              "status": text_of(element(point, 3)),
              "central_pressure_pa": _scaled(element(point, 6), HPA),
              "max_wind_m_s": _scaled(element(point, 7), 1.0)}
    for ring in _lists(element(point, 10)):
        name = RADII.get(text_of(element(ring, 0)).upper())
        if name:
            radii = [number_of(element(ring, place)) for place in range(1, 5)]
            metres = [None if r is None else r * KM for r in radii] if any(radii) else None
            record[name] = (gale_radii_m(metres, FORCE_7) if metres and name == "r34"
                            else metres)
    return record


def _scaled(value: Any, factor: float) -> float | None:
    """Return a number in SI; zero and what is no number mean that there is none."""
    number = number_of(value)
    return number * factor if number else None


def _latest_forecasts(points: list[list[Any]], faults: Faults,
                      ) -> dict[str, tuple[int, list[list[Any]]]]:
    """Return of each agency its latest forecast: (which point has it, from 1; its entries)."""
    latest: dict[str, tuple[int, list[list[Any]]]] = {}
    n_older = 0
    times = {at: time_of(element(point, 1)) for at, point in enumerate(points, 1)}
    for at in sorted((at for at, time in times.items() if time is not None),
                     key=lambda at: (times[at], at)):
        forecasts = element(points[at - 1], 11)
        for agency, entries in (forecasts.items() if isinstance(forecasts, dict) else ()):
            if rows := _lists(entries):
                n_older += agency in latest
                latest[agency] = (at, rows)
    if n_older:
        faults.note(0, "", "", f"{n_older} older forecast(s) left out: only the latest of each "
                    "agency is read")
    return latest


def _track(indicator: str, at: int, entries: list[list[Any]], point: list[Any],
           fixes: list[dict[str, Any]], faults: Faults) -> Iterator[dict[str, Any]]:
    """Yield the fixes of one agency's forecast: those before it, then its own."""
    agency, averaging_s = AGENCIES.get(indicator.upper(), (indicator.upper(), 600.0))
    told = time_of(element(point, 1))
    base = next((time for entry in entries if (time := time_of(element(entry, 1)))), told)
    if base is None:
        return
    common = {"agency": agency, "base_utc": base, "averaging_s": averaging_s,
              "issued_utc": updated_utc(element(point, 12), base, NEWEST_UPDATE)}
    own = list(_forecast(common, entries, at, faults))
    if indicator == CMA:
        yield from (fix | common for fix in fixes if fix["time_utc"] <= base)
        n_newer = sum(fix["time_utc"] > base for fix in fixes)
        if n_newer:
            faults.note(at, "", "", f"{n_newer} analysis(es) newer than the latest forecast of the "
                        f"CMA ({base} UTC): left out of it")
    elif own:
        names = ("row", "time_utc", "lon", "lat", "central_pressure_pa")
        yield from ({name: fix[name] for name in names} | common
                    for fix in fixes if fix["time_utc"] == base)
        faults.note(at, "", agency, "its track begins with the CMA's analysed position and "
                    "pressure, without wind")
    yield from own


def _forecast(common: dict[str, Any], entries: list[list[Any]], at: int, faults: Faults,
              ) -> Iterator[dict[str, Any]]:
    """Yield the forecasts of one agency, from the base time in ``common``."""
    base = common["base_utc"]
    for entry in entries:
        lead = number_of(element(entry, 0))
        lon, lat = number_of(element(entry, 2)), number_of(element(entry, 3))
        entry_base = time_of(element(entry, 1)) or base
        if lead is None or not 0.0 < lead <= LONGEST_LEAD_H or lon is None or lat is None \
                or entry_base != base:
            faults.note(at, common["agency"], str(entry)[:60], "a forecast without hours or "
                        "position, or of another analysis: left out")
            continue
        yield common | {
            "row": at, "time_utc": base + np.timedelta64(round(lead * 3600.0), "s"),
            "lon": lon, "lat": lat, "status": text_of(element(entry, 7)),
            "central_pressure_pa": _scaled(element(entry, 4), HPA),
            "max_wind_m_s": _scaled(element(entry, 5), 1.0)}
