"""JMA best tracks, bst_all.txt of RSMC Tokyo: one header a storm, then fixed-width lines.

Source: RSMC Tokyo, Format of RSMC Best Track Data (e_format_bst.html): grade, latitude and
longitude in tenths, hPa, 10-minute wind in knots (000 or blank: not analysed), then for winds of
50 kt and of 30 kt the direction of the longest radius, the longest and the shortest radius in
nautical miles; # is a landfall in Japan. The direction codes were read in that page's beginning
and in the column description of IBTrACS (TOKYO_R50_DIR).
"""

import math
import re
from typing import Any, Final

import pandas as pd

from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats.best_track_text import (
    Storm,
    Tally,
    clean_name,
    looks_like,
    one_a_time,
    quantity,
    storms,
    text_lines,
    utc_time,
)
from riskcloud.hazard.typhoon.formats.gales import TOKYO, gale_radii_m
from riskcloud.hazard.typhoon.formats.source import Source, to_fixes
from riskcloud.units import HPA, KNOT, NMI

TITLE: Final = "JMA best track (bst_all.txt of RSMC Tokyo)"
AVERAGING_S: Final = 600.0
FIRST_YEAR: Final = 51
"""Two-digit years from here on are of the 20th century: the archive begins in 1951."""
GRADES: Final = {"2": "TD", "3": "TS", "4": "STS", "5": "TY", "6": "L", "9": "TS or higher"}
"""Grade -> status; L is extratropical; 7 (entering the area) and the unused ones are blank."""
SYMMETRIC: Final = 9
HEADER: Final = re.compile(
    r"\s*66666\s+(?P<number>\d{4})\s+(?P<count>\d{3})\s+(?P<serial>\d{4})?\s+(?P<again>\d{4})?\s+"
    r"\d\s+\d\s+(?P<name>[^\d\s].*?)?\s*(?P<revised>\d{8})?\s*$", re.A)
ROW: Final = re.compile(
    r"\s*(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)(?P<hour>\d\d)\s+002\s+(?P<grade>\d)\s+"
    r"(?P<lat>\d{3})\s+(?P<lon>\d{4})\s+(?P<pressure>\d{1,4})(?P<rest>\s.*)?$", re.A)
REST: Final = re.compile(
    r"(?:\s+(?P<wind>\d{3}))?"
    r"(?:\s+(?P<side>\d)(?P<longest>\d{4})\s+(?P<shortest>\d{4}))?"
    r"(?:\s+(?P<side30>\d)(?P<longest30>\d{4})\s+(?P<shortest30>\d{4}))?\s*#?\s*$", re.A)


def recognises(source: Source) -> bool:
    """Tell whether a file holds rows of a JMA best track."""
    return looks_like(source, ROW, HEADER)


def read(source: Source, faults: Faults) -> pd.DataFrame:
    """Return the fixes of all storms (``source.to_fixes``), 10-minute winds, agency JMA.

    The id is the international number (1713). Radii of 50 kt become quadrants
    (:func:`quadrant_radii_m`); those of 30 kt become radii of 34 kt 1-min wind (``gales``).
    Raises InputError : the file is too large.
    """
    tally = Tally(faults)
    found = storms(text_lines(source), HEADER, lambda row, line: _fix(row, line, tally), tally)
    records = [record | _identity(storm) for storm in found for record in storm.records]
    tally.tell()
    own = Tally(faults)
    records = one_a_time(records, own)
    own.tell()
    return to_fixes(records, faults)


def quadrant_radii_m(side: int, longest_m: float, shortest_m: float) -> list[float] | None:
    """Return the largest extent in the NE, SE, SW, NW quadrants [m] of an eccentric wind area.

    Parameters
    ----------
    side : direction of the longest radius: 1 to 8 for NE, E, SE, S, SW, W, NW, N; 9 all round.
    longest_m, shortest_m : radii toward that direction and opposite to it [m], >= 0.

    Returns
    -------
    list of four radii, or None where there is no such area (0) or no such direction.

    Source
    ------
    Direction and both radii: RSMC Tokyo, Format of RSMC Best Track Data. That the area is a
    circle of radius (longest + shortest)/2 whose centre lies (longest - shortest)/2 toward the
    direction is how its maps draw it; unconfirmed (the format page does not say it).
    """
    if longest_m <= 0.0 or not 1 <= side <= SYMMETRIC:
        return None
    if side == SYMMETRIC:
        return [longest_m] * 4
    shortest_m = min(shortest_m, longest_m)
    radius, offset = 0.5 * (longest_m + shortest_m), 0.5 * (longest_m - shortest_m)
    extents = []
    for middle in (45.0, 135.0, 225.0, 315.0):
        turn = abs((45.0 * side - middle + 180.0) % 360.0 - 180.0)
        nearest = math.radians(max(turn - 45.0, 0.0))  # the extent falls away from the direction
        across = offset * math.sin(nearest)
        edge = math.sqrt(max(radius**2 - across**2, 0.0))
        extents.append(offset * math.cos(nearest) + edge)
    return extents


def _fix(row: int, line: str, tally: Tally) -> dict[str, Any] | None:
    cells = ROW.match(line)
    if cells is None:
        return None
    year = int(cells["year"])
    time = utc_time(year + (1900 if year >= FIRST_YEAR else 2000),
                    *(int(cells[name]) for name in ("month", "day", "hour")))
    if time is None:
        return None
    wind, r50, r34 = None, None, None
    rest = REST.match(cells["rest"] or "")
    if rest is None:
        tally.add(row, "", (cells["rest"] or "").strip(),
                  "the end of the line cannot be read: wind and radii are left out")
    else:
        wind = quantity(rest["wind"] or "", KNOT, "max_wind_m_s", row, tally)
        if rest["longest"]:
            r50 = quadrant_radii_m(int(rest["side"]), int(rest["longest"]) * NMI,
                                   int(rest["shortest"]) * NMI)
        if rest["longest30"]:
            r30 = quadrant_radii_m(int(rest["side30"]), int(rest["longest30"]) * NMI,
                                   int(rest["shortest30"]) * NMI)
            r34 = None if r30 is None else gale_radii_m(r30, TOKYO)
        if r34:
            tally.add(row, "R30", rest["longest30"],
                      "radii of 30 kt wind, 10-min: brought to 34 kt, 1-min")
    return {
        "row": row, "time_utc": time, "lat": int(cells["lat"]) / 10.0,
        "lon": int(cells["lon"]) / 10.0, "status": GRADES.get(cells["grade"], ""),
        "central_pressure_pa": quantity(cells["pressure"], HPA, "central_pressure_pa", row, tally),
        "max_wind_m_s": wind, "r34": r34, "r50": r50, "averaging_s": AVERAGING_S, "agency": "JMA",
        "basin": "WP",
    }


def _identity(storm: Storm) -> dict[str, str]:
    if storm.header is None:
        return {"event_id": f"JMA-{str(storm.records[0]['time_utc'])[:4]}-row{storm.row}",
                "name": ""}
    return {"event_id": storm.header["number"], "name": clean_name(storm.header["name"] or "")}
