"""tcvitals: one line an analysis of a storm, as JTWC and NHC give them to the models of NCEP.

Source: NCEP EMC, Format of Tropical Cyclone Vital Statistics Records (tcvitals-draft, 2015):
centre, number and letter, name, date, time, position in tenths, direction and speed of motion,
central pressure, pressure and radius of the last closed isobar, 1-minute wind in m/s, radius of
maximum wind and radii of 34 kt in km (NE, SE, SW, NW), depth, then in the long form radii of
50 kt, a position forecast, radii of 64 kt, type; negative is missing.
"""

import re
from typing import Any, Final

import pandas as pd

from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats.best_track_text import (
    Tally,
    basin_of,
    clean_name,
    degrees,
    looks_like,
    name_alike,
    one_a_time,
    quantity,
    radii,
    storm_ids,
    text_lines,
    utc_time,
)
from riskcloud.hazard.typhoon.formats.source import Source, to_fixes
from riskcloud.units import HPA, KM

TITLE: Final = "tcvitals (analyses of JTWC and NHC)"
AVERAGING_S: Final = 60.0
LETTERS: Final = {"L": "AL", "E": "EP", "C": "CP", "W": "WP", "A": "IO", "B": "IO", "S": "SH",
                  "P": "SH", "Q": "SL"}
"""Letter of a storm number -> basin of its ATCF id."""
PIVOT: Final = 50
"""Two-digit years from here on are of the 20th century (our choice; the records begin in 1983)."""
_FOUR: Final = r"(?:\d{4}|-9+)(?:\s+(?:\d{4}|-9+)){3}"
ROW: Final = re.compile(
    r"\s*(?P<centre>[A-Z]{3,4})\s+(?P<number>\d\d)(?P<letter>[A-Z])\s+(?P<name>\S.*?)?\s*"
    r"(?<!\d)(?P<year>\d\d(?:\d\d)?)(?P<month>\d\d)(?P<day>\d\d)\s+(?P<hour>\d\d)(?P<minute>\d\d)"
    r"\s+(?P<lat>-?\d{1,4}[NS])\s+(?P<lon>-?\d{1,4}[EW])(?P<rest>\s.*)?$", re.A | re.I)
REST: Final = re.compile(
    r"\s+-?\d+\s+-?\d+\s+(?P<pressure>\d{4}|-9+)\s+(?P<around>\d{4}|-9+)\s+(?:\d{4}|-9+)"
    r"(?:\s+(?P<wind>\d{2,3}|-9+)(?:\s+(?P<r_max>\d{3,4}|-9+)"
    rf"(?:\s+(?P<r34>{_FOUR})(?:\s+[A-Z](?:\s+(?P<r50>{_FOUR})"
    rf"(?:\s+-?\d+\s+-?\d+[NS]\s+-?\d+[EW](?:\s+(?P<r64>{_FOUR})(?:\s+(?P<kind>[A-Z]{{2}})\b)?"
    r")?)?)?)?)?)?)?", re.A | re.I)


def recognises(source: Source) -> bool:
    """Tell whether a file holds tcvitals."""
    return looks_like(source, ROW)


def read(source: Source, faults: Faults) -> pd.DataFrame:
    """Return the analyses of all storms (``source.to_fixes``), 1-minute winds.

    A storm of a centre is one track: its last analysis is its base and issue, those before its
    past. Two analyses of one time: the last line stays. Raises InputError : the file is too large.
    """
    tally = Tally(faults)
    records = []
    for row, line in text_lines(source):
        record = _fix(row, line, tally)
        if record is not None:
            records.append(record)
    ids = storm_ids(_place(record) for record in records)
    for record in records:
        record["event_id"] = ids[_place(record)]
        record["basin"] = basin_of(record["prefix"], record["lon"])
    name_alike(records)
    records = one_a_time(records, tally, later=True)
    last: dict[tuple[str, str], Any] = {}
    for record in records:
        storm = (record["event_id"], record["agency"])
        last[storm] = max(last.get(storm, record["time_utc"]), record["time_utc"])
    for record in records:
        record["base_utc"] = record["issued_utc"] = last[record["event_id"], record["agency"]]
    tally.tell()
    return to_fixes(records, faults)


def _place(record: dict[str, Any]) -> tuple[str, int, Any]:
    return record["prefix"], record["number"], record["time_utc"]


def _fix(row: int, line: str, tally: Tally) -> dict[str, Any] | None:
    head = ROW.match(line)
    if head is None:
        tally.add(row, "", line.strip(), "not a line of tcvitals: left out")
        return None
    year = int(head["year"])
    if len(head["year"]) == 2:
        year += 1900 if year >= PIVOT else 2000
    time = utc_time(year, *(int(head[name]) for name in ("month", "day", "hour", "minute")))
    lat, lon = degrees(head["lat"], "NS", 0.1), degrees(head["lon"], "EW", 0.1)
    prefix = LETTERS.get(head["letter"].upper(), "")
    if time is None or lat is None or lon is None or not prefix:
        tally.add(row, "", line.strip(), "without a possible time, place or basin: left out")
        return None
    if lat * (-1.0 if prefix in ("SH", "SL") else 1.0) < 0.0:
        tally.add(row, "lat", head["lat"], "not the hemisphere of the storm's number: left out")
        return None
    return {
        "row": row, "time_utc": time, "lat": lat, "lon": lon, "prefix": prefix,
        "number": int(head["number"]), "agency": head["centre"].upper(),
        "name": clean_name(head["name"] or ""), "averaging_s": AVERAGING_S,
    } | _values(row, head["rest"] or "", tally)


def _values(row: int, text: str, tally: Tally) -> dict[str, Any]:
    """Return what follows the position, as far as the line goes."""
    rest = REST.match(text)
    cells = rest.groupdict("") if rest else {}
    if not cells.get("r34"):
        tally.add(row, "", text.strip(), "the line ends early or is broken: what is whole is read")
    values: dict[str, Any] = {"status": cells.get("kind", "").upper()}
    for key, name, factor in (
        ("pressure", "central_pressure_pa", HPA), ("around", "environmental_pressure_pa", HPA),
        ("wind", "max_wind_m_s", 1.0), ("r_max", "r_max_m", KM),
    ):
        values[name] = quantity(cells.get(key, ""), factor, name, row, tally)
    for name in ("r34", "r50", "r64"):
        values[name] = radii(cells.get(name, "").split(), KM, name, row, tally)
    centre, around = values["central_pressure_pa"], values["environmental_pressure_pa"]
    if centre is not None and around is not None and around <= centre:
        tally.add(row, "environmental_pressure_pa", cells["around"],
                  "not above the central pressure: left out")
        values["environmental_pressure_pa"] = None
    return values
