"""JTWC warnings in fixed fields: WTPN5n PGTW "ATCG MIL", the files JMV 3.0 (.tcw). 1-min winds, kt.

Source: the bulletins themselves (US Government work): WTPN51 of NOUL 11W 2026, and three more of
2026 as quoted in public tests (14E, 03B, 25W); no published description was read. Lines: heading;
``WARNING ATCG MIL 11W NWP YYMMDDHHMMSS`` (when it was made); ``YYYYMMDDHH 11W NAME number ...``
(its analysis); ``Thhh`` lat and lon in tenths, wind, ``Rkkk`` radii in nautical miles by quadrant;
after ``AMP`` words, and past fixes ``NNYYMMDDHH lat lon wind``.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats import bulletin_text as bt
from riskcloud.hazard.typhoon.formats.source import Source, date_of_day, to_fixes
from riskcloud.units import HPA, KNOT

TITLE: Final = "JTWC warning in fixed fields (WTPN5n ATCG)"
AVERAGING_S: Final = 60.0
FURTHEST_ISSUE: Final = np.timedelta64(48, "h")
"""How far from its analysis a warning may have been made (our choice; it is 1 to 3 h)."""
SECTORS: Final = {"NE": "NORTHEAST", "SE": "SOUTHEAST", "SW": "SOUTHWEST", "NW": "NORTHWEST"}

_OURS = re.compile(r"\b(?P<what>WARNING|ALERT)\s+ATCG\s+MIL\s+(?P<number>\d{2}[A-Z])\b"
                   r"[^\S\n]*[A-Z]*[^\S\n]*(?P<stamp>\d{10,12})?")
_BASE = re.compile(r"(?m)^[^\S\n]*(?P<base>\d{10})[^\S\n]+(?P<number>\d{2}[A-Z])[^\S\n]+"
                   r"(?P<name>[A-Z][A-Z'-]*)[^\S\n]+\d{3}\b")
_PLACE = (r"(?P<lat>\d{1,3})(?P<north>[NS])\s*(?P<lon>\d{1,4})(?P<east>[EW])\s+"
          r"(?P<wind>\d{1,3})\b")
_FIX = re.compile(r"(?m)^[^\S\n]*T(?P<lead>\d{3})\s+" + _PLACE)
_PAST = re.compile(r"(?m)^[^\S\n]*(?P<storm>\d{2})(?P<time>\d{8})[^\S\n]+" + _PLACE
                   + r"[^\S\n]*$")
_LINE = re.compile(r"(?m)^[^\S\n]*T(\d{3})\b")
_RADII = re.compile(r"\bR(?P<kt>034|050|064)\b(?P<rest>(?:\s+\d{3}\s+(?:NE|SE|SW|NW)\s+QD\b)*)")
_SECTOR = re.compile(r"(\d{3})\s+(NE|SE|SW|NW)")
_END = re.compile(r"(?m)^[^\S\n]*(?:AMP\b|//|NNNN\b)")
_PRESSURE = re.compile(r"MINIMUM\s+CENTRAL\s+PRESSURE\s+(?:AT\s+(\d{6})Z\s+)?IS\s+"
                       r"(\d{3,4})\s+MB\b")


def recognises(source: Source) -> bool:
    """Tell a warning or alert of the JTWC in fixed fields by its ATCG MIL line."""
    return bool(_OURS.search(bt.head(source)))


def read(source: Source, faults: Faults) -> pd.DataFrame:
    """Return the fixes of every warning in a file: past fixes, analysis, forecasts.

    Each warning is a track of its own; the same one repeated is read once. Zero wind or radii all
    round mean none given. What is cut off or unreadable is noted.

    Raises
    ------
    InputError : a file far too large for bulletins.
    """
    file = bt.bulletin_text(source)
    marks = list(_OURS.finditer(file.text))
    ends = [*(mark.start() for mark in marks[1:]), len(file.text)]
    bulletins = [_bulletin(file, mark, end, faults)
                 for mark, end in zip(marks, ends, strict=False)]
    if re.search(r"\bWARNING POSITION:", file.text):
        faults.note(0, "", "", "the file also holds a warning in words: only the fixed fields "
                    "were read")
    return to_fixes(bt.distinct(bulletins, faults), faults)


def _bulletin(file: bt.BulletinText, mark: re.Match[str], end: int, faults: Faults,
              ) -> bt.Bulletin:
    """Read one warning; an alert, or one whose analysis time cannot be read, stays empty."""
    result = bt.Bulletin(file.row(mark.start()))
    if mark["what"] == "ALERT":
        faults.note(result.row, "", mark["number"],
                    "a formation alert, not a warning: it holds no track")
        return result
    line = _BASE.search(file.text, mark.end(), end)
    base = _time(line["base"]) if line else None
    if line is None or base is None:
        faults.note(result.row, "", mark["number"],
                    "the line with the time of the analysis cannot be read: warning left out")
        return result
    number = line["number"]
    event_id, basin = bt.storm_id(number, base)
    common = {"event_id": event_id, "basin": basin, "name": bt.clean_name(line["name"]),
              "agency": "JTWC", "averaging_s": AVERAGING_S, "base_utc": base,
              "issued_utc": _issued(file.text, mark, base, faults, result.row)}
    if number != mark["number"]:
        faults.note(file.row(line.start()), "", number,
                    f"the line before says {mark['number']}: taken as {number}")
    found = [*_past(file, line.end(), end, number, base, faults),
             *_forecast(file, line.end(), end, number, base, faults)]
    result.records = bt.one_a_time((common | fix for fix in found), faults)
    return result


def _time(digits: str) -> np.datetime64 | None:
    """Return the time of YYYYMMDDHH, YYYYMMDDHHMM or YYYYMMDDHHMMSS, None when there is none."""
    parts = [digits[8:10], digits[10:12] or "00", digits[12:14] or "00"]
    try:
        return np.datetime64(f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}T{':'.join(parts)}", "s")
    except ValueError:
        return None


def _issued(text: str, mark: re.Match[str], base: np.datetime64, faults: Faults, row: int,
            ) -> np.datetime64:
    """Return when a warning was made: its stamp, else the heading before it, else its analysis."""
    stamp = _time("20" + mark["stamp"]) if mark["stamp"] else None
    if stamp is not None and abs(stamp - base) <= FURTHEST_ISSUE:
        return stamp
    before = list(bt.HEADING.finditer(text, max(0, mark.start() - 80), mark.start()))
    if before:
        told = date_of_day(int(before[-1]["day"]), int(before[-1]["hour"]),
                           int(before[-1]["minute"]), base + FURTHEST_ISSUE)
        if told is not None and abs(told - base) <= FURTHEST_ISSUE:
            return told
    faults.note(row, "", mark["stamp"] or "", "the time it was made cannot be read: taken as that "
                "of its analysis")
    return base


def _forecast(file: bt.BulletinText, begin: int, end: int, number: str, base: np.datetime64,
              faults: Faults) -> Iterator[dict[str, Any]]:
    """Yield the analysis (T000) and the forecasts; a line that cannot be read is noted."""
    stop = _END.search(file.text, begin, end)
    lines = list(_LINE.finditer(file.text, begin, stop.start() if stop else end))
    pressure = _pressure(file.text, begin, end, base)
    limits = [*(line.start() for line in lines[1:]), stop.start() if stop else end]
    for line, limit in zip(lines, limits, strict=False):
        fix = _FIX.match(file.text, line.start(), limit)
        place = fix and _place(fix, number)
        lead = np.timedelta64(int(line[1]), "h")
        row = file.row(line.start())
        if fix is None or place is None or lead > bt.LONGEST_LEAD:
            cell = file.text[line.start() : limit][:40].strip()
            faults.note(row, "", cell, "no position of the storm's basin and wind can be read: "
                        "left out")
            continue
        yield {"row": row, "time_utc": base + lead, "lon": place[0], "lat": place[1],
               "max_wind_m_s": int(fix["wind"]) * KNOT or None,
               "central_pressure_pa": None if lead else pressure,
               **_radii(file.text, fix.end(), limit)}
    if not lines:
        faults.note(file.row(begin), "", "", "the warning ends before its analysis")
    elif len(lines) == 1:
        faults.note(file.row(begin), "", "", "the warning has no forecast: it is the last of its "
                    "storm, or cut off")


def _past(file: bt.BulletinText, begin: int, end: int, number: str, base: np.datetime64,
          faults: Faults) -> Iterator[dict[str, Any]]:
    """Yield the past fixes of the storm, which stand after the words: NNYYMMDDHH lat lon wind."""
    for fix in _PAST.finditer(file.text, begin, end):
        time, place = _time("20" + fix["time"]), _place(fix, number)
        row = file.row(fix.start("storm"))
        if fix["storm"] != number[:2]:
            continue  # a disturbance's history under its old number
        if time is None or place is None:
            faults.note(row, "", fix[0].strip(), "a past fix that cannot be read: left out")
        elif time < base:
            yield {"row": row, "time_utc": time, "lon": place[0], "lat": place[1],
                   "max_wind_m_s": int(fix["wind"]) * KNOT or None}


def _place(fix: re.Match[str], number: str) -> tuple[float, float] | None:
    lat, lon = f"{int(fix['lat']) / 10.0}", f"{int(fix['lon']) / 10.0}"
    return bt.position(lat, fix["north"], lon, fix["east"], number[-1])


def _radii(text: str, begin: int, end: int) -> dict[str, Any]:
    """Return r34, r50, r64 [m] of one line, which may be wrapped."""
    radii = dict[str, Any]()
    for found in _RADII.finditer(text, begin, end):
        parts = [(float(radius), SECTORS[sector], "QUADRANT")
                 for radius, sector in _SECTOR.findall(found["rest"])]
        radii[f"r{int(found['kt'])}"] = bt.quadrants(parts)
    return radii


def _pressure(text: str, begin: int, end: int, base: np.datetime64) -> float | None:
    """Return the central pressure of the analysis, said in the words that follow."""
    for found in _PRESSURE.finditer(text, begin, end):
        clock = found[1]
        if clock is None or bt.time_after(base, int(clock[:2]), int(clock[2:4]),
                                          int(clock[4:])) == base:
            return int(found[2]) * HPA
    return None
