"""RSMC Tropical Cyclone Advisories of RSMC Tokyo (JMA): WTPQ2n and WTPQ5n RJTD. 10-min winds, kt.

Source: a bulletin of typhoon 2613 (WTPQ50 RJTD 080000) as quoted in public tests shows the layout;
JMA, Notes on RSMC Tropical Cyclone Information (web page, archived 2017-03-19), gives the hours
and contents. The code form itself, "Code Forms of RSMC Products" (an appendix of the annual reports
of the RSMC Tokyo - Typhoon Center), could not be read. A bulletin gives day and hour only: year and
month come from its arrival. Radii are of 50 and 30 kt, all round or in two opposite halves.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats import bulletin_text as bt
from riskcloud.hazard.typhoon.formats.gales import TOKYO, gale_radii_m
from riskcloud.hazard.typhoon.formats.source import Source, date_of_day, to_fixes
from riskcloud.units import HPA, KNOT

TITLE: Final = "RSMC Tokyo tropical cyclone advisory (WTPQ2n, WTPQ5n RJTD)"
DATED: Final = False
AVERAGING_S: Final = 600.0
OLDEST_ANALYSIS: Final = np.timedelta64(24, "h")
"""How long before its heading an analysis may be (our choice; heading and analysis agree)."""
STATUS: Final = {"TROPICAL DEPRESSION": "TD", "TD": "TD", "EXTRATROPICAL LOW": "EX", "LOW": "EX",
                 "DISSIPATED": "DS", "DISSIPATION": "DS"}

_OURS = re.compile(r"\bRSMC\s+TROPICAL\s+CYCLONE\s+ADVISORY\b|\bWTPQ[25]\d\s+RJTD\b"
                   r"|\bPSTN\s+\d{6}UTC\b")
_NAME = re.compile(r"\bNAME\s+(?P<kind>TY|STS|TS|TD|L)\b[^\S\n]*(?P<number>\d{4})?\b[^\S\n]*"
                   r"(?P<name>[A-Z][A-Z'-]+)?[^\S\n]*(?:\((?P<common>\d{4})\))?")
_CLOCK = r"(?P<day>\d{2})(?P<hour>\d{2})(?P<minute>\d{2})\s?UTC"
_FIX = re.compile(_CLOCK + r"\s+(?P<lat>\d{1,2}(?:\.\d)?)\s?(?P<north>[NS])\s+"
                  r"(?P<lon>\d{1,3}(?:\.\d)?)\s?(?P<east>[EW])\b[^\S\n]*(?P<tail>[^\n=]*)")
_ANALYSIS = re.compile(r"\bPSTN\s+")
_LEAD = re.compile(r"\b(?P<lead>\d{2,3})HF\s+")
_PRESSURE = re.compile(r"\bPRES\s+(\d{3,4})\s*HPA\b")
_WIND = re.compile(r"\bMXWD\s+(\d{1,3})\s*KT\b")
_RADIUS = re.compile(r"\b(?P<kt>50|30)KT\s+(?P<rest>(?:\d{1,4}\s*NM\b\s*"
                     r"(?:(?:NORTH|SOUTH)?(?:EAST|WEST)?\b\s*)?)+)")
_SECTOR = re.compile(r"(\d{1,4})\s*NM\b\s*([A-Z]*)")
_GOES_ON = re.compile(r"\d{2,3}(?:KT|HF)|FORECAST|MOVE|PRES|=")


def recognises(source: Source) -> bool:
    """Tell an advisory of RSMC Tokyo by its title, its heading or its position line."""
    return bool(_OURS.search(bt.head(source)))


def read(source: Source, faults: Faults) -> pd.DataFrame:
    """Return the fixes of every advisory in a file: the analysis and its forecasts.

    Each advisory is a track of its own; the same one repeated is read once. Radii of 30 kt become
    those of 34 kt 1-min wind (``gales``), which is noted. What is cut off or unreadable is noted.

    Raises
    ------
    InputError : a file far too large for bulletins.
    """
    file = bt.bulletin_text(source)
    text = file.text
    starts, has_base = [], False
    marks = [(m.start(), "heading") for m in bt.HEADING.finditer(text)]
    marks += [(m.start(), "title") for m in _NAME.finditer(text)]
    marks += [(m.start(), "base") for m in _ANALYSIS.finditer(text)]
    for place, what in sorted(marks):
        if what == "heading" or (what == "title" and has_base):
            starts.append(place)
            has_base = False
        has_base |= what == "base"
    bulletins = [_bulletin(file, begin, end, source, faults)
                 for begin, end in bt.split_at(text, starts)]
    if re.search(r"\b30KT\s+\d", text):
        faults.note(0, "", "30KT", "radii of 30 kt wind, 10-min: brought to 34 kt, 1-min")
    return to_fixes(bt.distinct(bulletins, faults), faults)


def _bulletin(file: bt.BulletinText, begin: int, end: int, source: Source, faults: Faults,
              ) -> bt.Bulletin:
    """Read one advisory; without a readable analysis time it stays empty."""
    text, result = file.text[begin:end], bt.Bulletin(file.row(begin))
    heading, mark = bt.HEADING.search(text), _ANALYSIS.search(text)
    if mark is None:
        if heading or "RSMC" in text:
            faults.note(result.row, "", "", "a bulletin without an analysed position: nothing "
                        "to read")
        return result
    row = file.row(begin + mark.start())
    issued = None if heading is None else _date(heading, source.arrived_utc)
    clock = re.compile(_CLOCK).match(text, mark.end())
    base = clock and _date(clock, source.arrived_utc if issued is None else issued)
    if base is None or (issued is not None and issued - base > OLDEST_ANALYSIS):
        faults.note(row, "", clock[0] if clock else "", "the time of the analysis cannot be read "
                    "or is not that of the heading: advisory left out")
        return result
    faults.note(row, "", clock[0] if clock else "", "gives no year and month: taken from the "
                f"bulletin's arrival, {base} UTC")
    common = _storm(text, heading, base, row, faults)
    common |= {"base_utc": base, "issued_utc": base if issued is None else issued}
    result.corrected = bool(heading and heading["again"])
    fixes = _fixes(file, begin, end, mark.start(), base, faults)
    result.records = bt.one_a_time((common | fix for fix in fixes), faults)
    for record in result.records:
        if record["time_utc"] == base:
            name = _NAME.search(text)
            record["status"] = name["kind"] if name else ""
    return result


def _date(clock: re.Match[str], arrived: np.datetime64) -> np.datetime64 | None:
    return date_of_day(int(clock["day"]), int(clock["hour"]), int(clock["minute"]), arrived)


def _storm(text: str, heading: re.Match[str] | None, base: np.datetime64, row: int,
           faults: Faults) -> dict[str, Any]:
    """Return number, name and agency; a storm without number is told by month and slot."""
    name = _NAME.search(text)
    number = (name["common"] or name["number"] or "") if name else ""
    year = str(base.astype("datetime64[Y]"))
    if not number:
        slot = heading["slot"][-1] if heading else "X"
        faults.note(row, "", "", "no storm number could be read")
        number = f"JMA-TD-{base.astype('datetime64[M]')}-{slot}"
    elif number[:2] != year[2:]:
        faults.note(row, "", number, f"a storm of 20{number[:2]}, but the bulletin's arrival dates "
                    f"it {year}: say when it arrived")
    return {"event_id": number, "name": bt.clean_name(name["name"] or "") if name else "",
            "agency": "JMA", "basin": "WP", "averaging_s": AVERAGING_S}


def _fixes(file: bt.BulletinText, begin: int, end: int, analysis: int, base: np.datetime64,
           faults: Faults) -> Iterator[dict[str, Any]]:
    """Yield the analysis and the forecasts of an advisory."""
    text = file.text[begin:end]
    leads = list(_LEAD.finditer(text, analysis))
    blocks = [(analysis, 0), *((match.start(), int(match["lead"])) for match in leads)]
    ends = [*(place for place, _ in blocks[1:]), len(text)]
    for (place, lead), stop in zip(blocks, ends, strict=True):
        what = f"the forecast for {lead} h" if lead else "the analysis"
        row = file.row(begin + place)
        fix = _FIX.search(text, place, stop)
        if fix is None:
            faults.note(row, "", "", f"{what} has no readable position: left out")
            continue
        where = bt.position(fix["lat"], fix["north"], fix["lon"], fix["east"], "W")
        time = bt.time_after(base, int(fix["day"]), int(fix["hour"]), int(fix["minute"]))
        if where is None or time is None or time - base != np.timedelta64(lead, "h"):
            faults.note(row, "", fix[0].strip(), f"{what} is dated otherwise or lies outside the "
                        "northwest Pacific (swapped hemisphere?): left out")
            continue
        yield {"row": row, "time_utc": time, "lon": where[0], "lat": where[1],
               "status": _status(fix["tail"]), **_values(text, fix.end("east"), stop)}
    if not leads:
        faults.note(file.row(end - 1 if end > begin else begin), "", "", "the bulletin ends "
                    "before its forecast: only the analysis could be read")


def _status(tail: str) -> str:
    """Return what stands behind a forecast position: TROPICAL DEPRESSION, EXTRATROPICAL LOW."""
    words = " ".join(re.sub(r"\d+\s*(?:NM|%)", " ", tail).split())
    return next((status for word, status in STATUS.items() if re.search(rf"\b{word}\b", words)),
                "")


def _values(text: str, begin: int, end: int) -> dict[str, Any]:
    """Return pressure, wind and radii of one block."""
    pressure, wind = _PRESSURE.search(text, begin, end), _WIND.search(text, begin, end)
    values: dict[str, Any] = {
        "central_pressure_pa": int(pressure[1]) * HPA if pressure else None,
        "max_wind_m_s": int(wind[1]) * KNOT or None if wind else None,
    }
    for found in _RADIUS.finditer(text, begin, end):
        whole = found["rest"].endswith("\n") or _GOES_ON.match(text, found.end())
        halves = [(float(radius), direction, "SEMICIRCLE")
                  for radius, direction in _SECTOR.findall(found["rest"])]
        radii = bt.quadrants(halves if whole else halves[:-1])  # cut off in the last
        if found["kt"] == "50":
            values["r50"] = radii
        else:
            values["r34"] = None if radii is None else gale_radii_m(radii, TOKYO)
    return values
