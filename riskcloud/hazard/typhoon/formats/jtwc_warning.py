"""Tropical cyclone warnings of the JTWC in words: WTPN3n, WTIO3n, WTPS3n PGTW. 1-min winds, kt.

Source: the bulletins themselves (US Government work): WTPN31 of 2000 (SAOMAI 22W nr 44, with check
digits and semicircles), 2006 (CHANCHU 02W nr 37), 2021 (WTPS31, 23P nr 2), 2026 (SAUDEL 17W nr 47);
no published description of the format was read. A bulletin gives day and hour only: year and month
come from the date in its remarks (02SEP26), else from its arrival.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats import bulletin_text as bt
from riskcloud.hazard.typhoon.formats.source import Source, date_of_day, to_fixes
from riskcloud.units import HPA, KNOT

TITLE: Final = "JTWC tropical cyclone warning (WTPN3n text)"
DATED: Final = False
AVERAGING_S: Final = 60.0
MONTHS: Final = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
OLDEST_ANALYSIS: Final = np.timedelta64(48, "h")
"""How long before its heading an analysis may be (our choice; it is 3 h)."""
RADIUS_FIELDS: Final = {64: "r64", 50: "r50", 35: "r34", 34: "r34"}
STATUS: Final = {"SUPER TYPHOON": "STY", "TYPHOON": "TY", "HURRICANE": "HU",
                 "TROPICAL STORM": "TS", "TROPICAL DEPRESSION": "TD", "TROPICAL CYCLONE": "TC",
                 "SUBTROPICAL STORM": "SS", "SUBTROPICAL DEPRESSION": "SD"}
AFTER_RADIUS: Final = frozenset(("", "OVER", "RADIUS", "VECTOR", "REPEAT", "FORECASTS", "WIND",
                                 "EXTENDED", "LONG", "REMARKS", "DISSIPATING", "EXTRATROPICAL"))
"""Words that may follow a radius that holds all round."""

_OURS = re.compile(r"\bWT[A-Z]{2}[23]\d\s+P(?:GTW|HNC)\b|\bWARNING POSITION:\s+\d{6}Z")
_TITLE = re.compile(
    r"(?:\b(?P<kind>SUPER TYPHOON|TYPHOON|HURRICANE|(?:SUB)?TROPICAL (?:STORM|DEPRESSION)|"
    r"TROPICAL CYCLONE)\s+)?\b(?P<number>\d{2}[A-Z])\s*\((?P<name>[^()\n]{0,40})\)\s+"
    r"WARNING\s+NR\s*\d+")
_BASE = re.compile(r"\bWARNING\s+POSITION:?\s*")
_CLOCK = re.compile(r"(?P<day>\d{2})(?P<hour>\d{2})(?P<minute>\d{2})\s?Z\d?")
_PLACE = re.compile(r"(?P<lat>\d{1,2}(?:\.\d)?)\s?(?P<north>[NS])\d?\s+"
                    r"(?P<lon>\d{1,3}(?:\.\d)?)\s?(?P<east>[EW])\d?\b")
_FIX = re.compile(_CLOCK.pattern + r"\s+-{2,3}\s+(?:NEAR\s+)?" + _PLACE.pattern)
_LEAD = re.compile(r"\b(?P<lead>\d{1,3})\s+HRS?,?\s+VALID\s+AT:?\s*")
_WIND = re.compile(r"MAX\s+SUSTAINED\s+WINDS\s*-\s*(\d{1,3})\s*KT")
_RADIUS = re.compile(r"RADIUS\s+OF\s+(\d{2,3})\s*KT\s+WINDS\s*-")
_SECTOR = re.compile(r"(\d{1,4})\s*NM\b\s*([A-Z]*)\s*([A-Z]*)")
_PRESSURE = re.compile(r"MINIMUM\s+CENTRAL\s+PRESSURE\s+(?:AT\s+(\d{6})Z\s+)?IS\s+"
                       r"(\d{3,4})\s*(?:MB|HPA)")
_FINAL = re.compile(r"\bFINAL\s+WARNING\b")
_DATE = re.compile(r"\b(\d{2})(" + "|".join(MONTHS) + r")(\d{2})\b")


@dataclass(frozen=True, slots=True)
class _Warning:
    """One warning in a file: where it stands, whose it is, when it was made."""

    file: bt.BulletinText
    text: str
    begin: int
    number: str
    name: str
    kind: str
    issued: np.datetime64 | None
    base: np.datetime64

    def row(self, place: int) -> int:
        return self.file.row(self.begin + place)


def recognises(source: Source) -> bool:
    """Tell a warning or formation alert of the JTWC in words, by its heading or its first lines."""
    text = bt.head(source)
    return bool(_OURS.search(text)) and "ATCG MIL" not in text


def read(source: Source, faults: Faults) -> pd.DataFrame:
    """Return the fixes of every warning in a file: the analysis and its forecasts.

    Each warning is a track of its own (several bulletins in a file, in any order); the same one
    repeated is read once. What is cut off or unreadable is noted.

    Raises
    ------
    InputError : a file far too large for bulletins.
    """
    file = bt.bulletin_text(source)
    bulletins = [_bulletin(file, begin, end, source, faults) for begin, end in _parts(file.text)]
    return to_fixes(bt.distinct(bulletins, faults), faults)


def _parts(text: str) -> list[tuple[int, int]]:
    """Return (begin, end) of each warning: at a heading, or at a title after a position."""
    marks = [(match.start(), "heading") for match in bt.HEADING.finditer(text)]
    marks += [(match.start(), "title") for match in _TITLE.finditer(text)]
    marks += [(match.start(), "base") for match in _BASE.finditer(text)]
    starts, has_base = [], False
    for place, what in sorted(marks):
        if what == "heading" or (what == "title" and has_base):
            starts.append(place)
            has_base = False
        has_base |= what == "base"
    return bt.split_at(text, starts)


def _bulletin(file: bt.BulletinText, begin: int, end: int, source: Source,
              faults: Faults) -> bt.Bulletin:
    """Read one warning; without a readable time and place of its analysis it stays empty."""
    result = bt.Bulletin(file.row(begin))
    text = file.text[begin:end]
    title, mark = _TITLE.search(text), _BASE.search(text)
    if mark is None:
        _note_no_base(text, title, result.row, faults)
        return result
    clock = _CLOCK.match(text, mark.end())
    row = file.row(begin + mark.start())
    issued, again = _issued(text, result.row, source, faults)
    base = None if clock is None else date_of_day(
        *_numbers(clock), source.arrived_utc if issued is None else issued)
    if base is None or (issued is not None and issued - base > OLDEST_ANALYSIS):
        faults.note(row, "", clock[0] if clock else "", "the time of the warning position cannot "
                    "be read or is not that of the heading: warning left out")
        return result
    if title is None:
        faults.note(row, "", "", "no storm number and name could be read")
    warning = _Warning(
        file, text, begin, title["number"] if title else "",
        bt.clean_name(title["name"]) if title else "",
        STATUS.get(title["kind"] or "", "") if title else "", issued, base)
    result.corrected = again
    result.records = bt.one_a_time(_fixes(warning, mark.start(), faults), faults)
    return result


def _note_no_base(text: str, title: re.Match[str] | None, row: int, faults: Faults) -> None:
    """Say why a part of the file gives no track."""
    storm = f" for {title['number']} ({title['name']})" if title else ""
    if "FORMATION ALERT" in text:
        faults.note(row, "", "", "a formation alert, not a warning: it holds no track")
    elif _FINAL.search(text):
        faults.note(row, "", "", f"final warning{storm}, no position: nothing to read")
    elif title or bt.HEADING.search(text):
        faults.note(row, "", "", f"a bulletin{storm} without a warning position: nothing to read")


def _issued(text: str, row: int, source: Source, faults: Faults,
            ) -> tuple[np.datetime64 | None, bool]:
    """Return the time of the heading and whether it says correction.

    Year and month are those of the date in the remarks, where its day is the heading's or the one
    before; else the latest that is not after the arrival, which is noted.
    """
    heading = bt.HEADING.search(text)
    if heading is None:
        faults.note(row, "", "", "the bulletin's heading is missing: year and month taken from "
                    f"its arrival, {source.arrived_utc}")
        return None, False
    day, hour, minute = _numbers(heading)
    for date in _DATE.finditer(text):
        month = np.datetime64(f"20{date[3]}-{MONTHS.index(date[2]) + 1:02d}", "M")
        told = month.astype("datetime64[D]") + np.timedelta64(int(date[1]) - 1, "D")
        issued = date_of_day(day, hour, minute, told.astype("datetime64[s]")
                             + np.timedelta64(48, "h"))
        if issued is not None and abs(issued - told) <= np.timedelta64(48, "h"):
            return issued, heading["again"] is not None
    issued = date_of_day(day, hour, minute, source.arrived_utc)
    if issued is None:
        faults.note(row, "", heading[0], "no such day and hour: the heading is not used")
    else:
        faults.note(row, "", heading[0], "gives no year and month: taken from the bulletin's "
                    f"arrival, {issued} UTC")
    return issued, heading["again"] is not None


def _fixes(warning: _Warning, analysis: int, faults: Faults) -> Iterator[dict[str, Any]]:
    """Yield the analysis and the forecasts of a warning."""
    text = warning.text
    leads = list(_LEAD.finditer(text, analysis))
    remarks = text.find("REMARKS", leads[-1].start() if leads else analysis)
    stop = len(text) if remarks < 0 else remarks
    marks = [(match.start(), int(match["lead"])) for match in leads]
    marks += [(match.start(), -1) for match in _FIX.finditer(text, analysis, stop)]
    blocks, awaited = [(analysis, 0)], True
    for place, lead in sorted(marks):
        if lead >= 0 or not awaited:  # a position without its hours begins a block too
            blocks.append((place, lead))
        awaited = lead >= 0
    ends = [*(place for place, _ in blocks[1:]), stop]
    n_read = 0
    for (begin, lead), end in zip(blocks, ends, strict=True):
        record = _fix(warning, begin, end, lead, faults)
        if record is not None:
            n_read += 1
            yield record
    _note_end(warning, n_read, max(lead for _, lead in blocks), remarks >= 0, faults)


def _note_end(warning: _Warning, n_read: int, lead: int, has_remarks: bool,
              faults: Faults) -> None:
    row = warning.row(len(warning.text) - 1)
    storm = " ".join(word for word in (warning.number, warning.name) if word)
    if lead == 0 and _FINAL.search(warning.text):
        faults.note(row, "", "", f"final warning for {storm}: it has no forecast")
    elif lead == 0:
        what = "only the analysis could be read" if n_read else "nothing could be read"
        faults.note(row, "", "", f"the bulletin for {storm} ends before its forecast: {what}")
    elif not has_remarks and "NNNN" not in warning.text:
        faults.note(row, "", "", f"the bulletin for {storm} is cut off: forecasts after {lead} h "
                    "and the central pressure may be missing")


def _fix(warning: _Warning, begin: int, end: int, lead: int, faults: Faults,
         ) -> dict[str, Any] | None:
    """Return the fix of one block (analysis or forecast), None when it has no place or time."""
    text, row = warning.text, warning.row(begin)
    what = {0: "the analysis", -1: "a forecast without its hours"}.get(
        lead, f"the forecast for {lead} h")
    found = _FIX.search(text, begin, end)
    if found is None:
        faults.note(row, "", "", f"{what} has no readable position: left out")
        return None
    time = bt.time_after(warning.base, *_numbers(found))
    if time is None or (lead >= 0 and time - warning.base != np.timedelta64(lead, "h")):
        faults.note(warning.row(found.start()), "", found[0], f"{what} is dated otherwise: "
                    "left out")
        return None
    place = bt.position(found["lat"], found["north"], found["lon"], found["east"],
                        warning.number[-1:])
    if place is None:
        faults.note(warning.row(found.start()), "", found[0],
                    f"{what} lies outside the basin of {warning.number or 'the storm'} (swapped "
                    "hemisphere?): left out")
        return None
    event_id, basin = bt.storm_id(warning.number, warning.base)
    return {
        "row": warning.row(found.start()), "event_id": event_id, "name": warning.name,
        "agency": "JTWC", "basin": basin, "averaging_s": AVERAGING_S, "time_utc": time,
        "base_utc": warning.base, "issued_utc": warning.issued or warning.base,
        "lon": place[0], "lat": place[1],
        "max_wind_m_s": _wind(text, begin, end, what, row, faults),
        "status": _status(text[found.end() : end]) or (warning.kind if lead == 0 else ""),
        "central_pressure_pa": _pressure(warning) if lead == 0 else None,
        **_radii(warning, begin, end, faults),
    }


def _numbers(match: re.Match[str]) -> tuple[int, int, int]:
    return int(match["day"]), int(match["hour"]), int(match["minute"])


def _wind(text: str, begin: int, end: int, what: str, row: int, faults: Faults) -> float | None:
    found = _WIND.search(text, begin, end)
    if found is None and end < len(text):
        faults.note(row, "", "", f"{what} has no readable maximum wind")
    return int(found[1]) * KNOT or None if found else None


def _status(text: str) -> str:
    """Return what a block says of the storm's kind: EX or DS (dissipated), else ""."""
    if re.search(r"\bDISSIPATED\b", text):
        return "DS"
    return "EX" if re.search(r"(?<!BECOMING )\bEXTRATROPICAL\b", text) else ""


def _pressure(warning: _Warning) -> float | None:
    """Return the central pressure of the analysis, said once in the remarks of newer bulletins."""
    for found in _PRESSURE.finditer(warning.text):
        clock = found[1] and _CLOCK.match(found[1] + "Z")
        if not clock or bt.time_after(warning.base, *_numbers(clock)) == warning.base:
            return int(found[2]) * HPA
    return None


def _radii(warning: _Warning, begin: int, end: int, faults: Faults) -> dict[str, Any]:
    """Return r34, r50, r64 of one block; radii of 35 kt (before 2004) count as those of 34 kt."""
    text, radii = warning.text, dict[str, Any]()
    heads = list(_RADIUS.finditer(text, begin, end))
    for head, stop in zip(heads, [*(later.start() for later in heads[1:]), end], strict=False):
        name = RADIUS_FIELDS.get(int(head[1]))
        if name is None:
            continue  # 100 kt, which old bulletins give
        if head[1].endswith("35"):
            faults.note(warning.row(head.start()), "", head[0], "taken as the radius of 34 kt")
        parts = []
        for part in _SECTOR.finditer(text, head.end(), stop):
            radius, direction, extent = float(part[1]), part[2], part[3]
            if direction in bt.OCTANTS and extent in ("QUADRANT", "SEMICIRCLE"):
                parts.append((radius, direction, extent))
            elif direction == "ELSEWHERE" or (direction in AFTER_RADIUS and part.end() < len(text)):
                parts.append((radius, "", ""))
            else:
                faults.note(warning.row(part.start()), "", part[0], "a wind radius whose sector "
                            "cannot be read: left out")
        radii[name] = bt.quadrants(parts)
    return radii
