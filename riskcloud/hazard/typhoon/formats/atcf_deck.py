"""ATCF decks: b-decks (best tracks) and a-decks (forecasts of agencies, models and ensembles).

Source: Naval Research Laboratory, Best Track/Objective Aid/Wind Radii Format (abrdeck.html):
comma lines, one a wind radius, grouped by technique, date-time group and lead (TAU); position in
tenths of degrees, 1-minute wind in knots, hPa, nautical miles; zero is missing.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats.atcf_aids import AGENCIES, merge_analyses, number_members
from riskcloud.hazard.typhoon.formats.best_track_text import (
    BASINS,
    Tally,
    basin_of,
    cell_lines,
    clean_name,
    degrees,
    looks_like,
    name_alike,
    number,
    one_a_time,
    quantity,
    radii,
    storm_ids,
    utc_time,
)
from riskcloud.hazard.typhoon.formats.source import RADII_KT, Source, to_fixes
from riskcloud.units import HPA, KNOT, NMI

TITLE: Final = "ATCF deck (a-deck or b-deck)"
AVERAGING_S: Final = 60.0
LONGEST_LEAD_H: Final = 400
"""Longest lead believed (our choice: global ensembles end at 384 h)."""
N_CELLS: Final = 28
"""Cells of the common part of a line, up to the storm's name."""
FIRST_QUADRANT: Final = {"NEQ": 0, "SEQ": 1, "SWQ": 2, "NWQ": 3}
"""Wind code -> quadrant (of NE, SE, SW, NW) its first radius is of; the others follow clockwise."""
FULL_CIRCLE: Final = "AAA"
ANALYSES: Final = frozenset(("CARQ", "WRNG"))
"""Techniques that also hold the past, at negative leads."""
ROW: Final = re.compile(
    r"\s*[A-Z]{0,2}\s*,\s*\d{1,2}\s*,\s*\d{10}(\d\d)?\s*,[^,]{0,6},\s*[A-Z0-9]{1,4}\s*,"
    r"\s*-?\d{1,3}\s*,", re.A | re.I)
TAU: Final = re.compile(r"-?\d{1,3}", re.A)


@dataclass(slots=True)
class _Line:
    """One line: its basin ("" when blank), number, base, technique, valid time and cells."""

    row: int
    basin: str
    number: int
    base: np.datetime64
    tech: str
    time: np.datetime64
    lat: float
    lon: float
    cells: list[str]


def recognises(source: Source) -> bool:
    """Tell whether a file holds lines of an ATCF deck."""
    return looks_like(source, ROW)


def read(source: Source, faults: Faults) -> pd.DataFrame:
    """Return the fixes of a deck (``source.to_fixes``), 1-minute winds.

    BEST is a best track of JTWC or NHC, without base and issue. Any other technique and
    date-time group is a forecast with that base and issue; its agency is the technique, but that
    of an official forecast and of an ensemble (``atcf_aids``). The id is that of ATCF (WP142017);
    a number used again after a pause is another storm. Raises InputError : the file is too large.
    """
    tally = Tally(faults)
    lines = list(_lines(source, tally))
    _supply_basins(lines, tally)
    ids = storm_ids((line.basin, line.number, line.base) for line in lines)
    fixes: dict[Any, dict[str, Any]] = {}
    for line in lines:
        event = ids[line.basin, line.number, line.base]
        key = (event, line.tech, line.base, line.time, line.lat, line.lon)
        record = fixes.setdefault(key, _start(line, event))
        _add(record, line, tally)
    records = [_checked(record, tally) for record in fixes.values()]
    name_alike(records)
    records = one_a_time(records, tally)
    records = merge_analyses(records, tally)
    records = number_members(records, tally)
    tally.tell()
    return to_fixes(records, faults)


def _lines(source: Source, tally: Tally) -> Iterator[_Line]:
    for row, cells in cell_lines(source):
        line = _line(row, cells, tally)
        if line is not None:
            yield line


def _line(row: int, cells: list[str], tally: Tally) -> _Line | None:
    """Return a line with time and position, None (and a note) when it lacks them."""
    shown = ", ".join(cells)
    if len(cells) < 8 or not re.fullmatch(r"\d{1,2}", cells[1], re.A):
        tally.add(row, "", shown, "not a line of a deck, or cut before its position: left out")
        return None
    tech, tau = cells[4].upper(), cells[5]
    base = _group(cells[2])
    if base is None or not re.fullmatch(r"[A-Z0-9]{1,4}", tech, re.A):
        tally.add(row, "", shown, "without a possible date-time group or technique: left out")
        return None
    if not TAU.fullmatch(tau) or not _is_lead(int(tau), tech):
        tally.add(row, "TAU", tau, "not a possible lead in hours: left out")
        return None
    if number(cells[6].rstrip("NSns ")) == 0.0 and number(cells[7].rstrip("EWew ")) == 0.0:
        tally.add(row, "", shown, "an intensity without a position: left out")
        return None
    lat, lon = degrees(cells[6], "NS", 0.1), degrees(cells[7], "EW", 0.1)
    if lat is None or lon is None:
        tally.add(row, "lat, lon", f"{cells[6]}, {cells[7]}", "not a position: left out")
        return None
    basin = cells[0].upper() if cells[0].upper() in BASINS else ""
    if basin and lat * (-1.0 if basin in ("SH", "SL") else 1.0) < 0.0:
        tally.add(row, "lat", cells[6], "not the hemisphere of the storm's basin: left out")
        return None
    minutes = 60 * int(tau)
    if tech == "BEST" and re.fullmatch(r"[0-5]?\d", cells[3], re.A):
        minutes += int(cells[3])  # of a landfall between the hours
    time = base + np.timedelta64(60 * minutes, "s")
    return _Line(row, basin, int(cells[1]), base, tech, time, lat, lon,
                 cells + [""] * (N_CELLS - len(cells)))


def _group(text: str) -> np.datetime64 | None:
    """Return the time of a date-time group, YYYYMMDDHH (mm may follow)."""
    if not re.fullmatch(r"\d{10}(\d\d)?", text, re.A):
        return None
    return utc_time(int(text[:4]), int(text[4:6]), int(text[6:8]), int(text[8:10]),
                    int(text[10:12] or 0))


def _is_lead(tau: int, tech: str) -> bool:
    return (0 if tech not in ANALYSES else -LONGEST_LEAD_H) <= tau <= LONGEST_LEAD_H


def _supply_basins(lines: list[_Line], tally: Tally) -> None:
    """Give lines with a blank basin the one most lines of their storm number have."""
    known = Counter((line.number, line.basin) for line in lines if line.basin)
    for line in lines:
        if line.basin:
            continue
        others = [(count, basin) for (serial, basin), count in known.items()
                  if serial == line.number]
        line.basin = max(others)[1] if others else ""
        tally.add(line.row, "BASIN", line.cells[0], "no known basin: that of the other lines of "
                  "the storm is taken, if there is one")


def _start(line: _Line, event: str) -> dict[str, Any]:
    best = line.tech == "BEST"
    return {
        "row": line.row, "event_id": event, "agency": AGENCIES.get(line.basin, "BEST") if best
        else line.tech, "basin": basin_of(line.basin, line.lon), "prefix": line.basin,
        "time_utc": line.time, "lat": line.lat, "lon": line.lon, "member": 0, "name": "",
        "base_utc": None if best else line.base, "issued_utc": None if best else line.base,
        "averaging_s": AVERAGING_S,
    }


def _add(record: dict[str, Any], line: _Line, tally: Tally) -> None:
    """Add to a fix what a line says and the lines before it did not."""
    row, cells = line.row, line.cells
    for place, name, factor in (
        (8, "max_wind_m_s", KNOT), (9, "central_pressure_pa", HPA),
        (17, "environmental_pressure_pa", HPA), (19, "r_max_m", NMI),
    ):
        if record.get(name) is None:
            record[name] = quantity(cells[place], factor, name, row, tally)
    status = cells[10].upper()
    if not record.get("status") and status not in ("", "XX"):
        record["status"] = status[:8]
    if not record["name"]:
        record["name"] = clean_name(cells[27])
    speed = cells[11]
    if speed in map(str, RADII_KT) and record.get(f"r{speed}") is None:
        record[f"r{speed}"] = _radii(line, f"r{speed}", tally)


def _radii(line: _Line, name: str, tally: Tally) -> list[float | None] | None:
    """Return the radii NE, SE, SW, NW [m] of a line, None where none is given."""
    code, cells = line.cells[12].upper(), line.cells[13:17]
    if code == FULL_CIRCLE:
        return radii(cells[:1] * 4, NMI, name, line.row, tally)
    if code not in FIRST_QUADRANT:
        if any(number(cell) for cell in cells):
            tally.add(line.row, "WINDCODE", code, "an unknown order of radii: left out")
        return None
    first = FIRST_QUADRANT[code]
    return radii(cells[-first:] + cells[:-first] if first else cells, NMI, name, line.row, tally)


def _checked(record: dict[str, Any], tally: Tally) -> dict[str, Any]:
    centre, around = record["central_pressure_pa"], record["environmental_pressure_pa"]
    if centre is not None and around is not None and around <= centre:
        tally.add(record["row"], "environmental_pressure_pa", f"{around / HPA:g}",
                  "not above the central pressure: left out")
        record["environmental_pressure_pa"] = None
    return record
