"""HURDAT2, best tracks of the Atlantic and the East Pacific: a header a storm, then comma lines.

Source: Landsea and Franklin (2013), Mon. Wea. Rev. 141, 3576-3592, and the format description of
the National Hurricane Center; neither could be read here: the columns are known second-hand and
agree with the sample of Ike 2008. Date, time, record mark, status, latitude, longitude, 1-minute
wind in knots, hPa, radii of 34, 50 and 64 kt in nautical miles (NE, SE, SW, NW), since 2021 the
radius of maximum wind; -999 and -99 are missing.
"""

import re
from typing import Any, Final

import pandas as pd

from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats.best_track_text import (
    BASINS,
    Storm,
    Tally,
    cell_lines,
    clean_name,
    degrees,
    looks_like,
    one_a_time,
    quantity,
    radii,
    storms,
    utc_time,
)
from riskcloud.hazard.typhoon.formats.source import RADII_KT, Source, to_fixes
from riskcloud.units import HPA, KNOT, NMI

TITLE: Final = "HURDAT2 best track"
AVERAGING_S: Final = 60.0
AGENCY: Final = "NHC"
FIRST_RADIUS: Final = 8
"""Cell where the radii of 34 kt begin; four each follow for 50 and 64 kt, then Rmax."""
R_MAX: Final = 20
HEADER: Final = re.compile(
    r"\s*(?P<basin>[A-Z]{2})(?P<number>\d\d)(?P<year>\d{4})\s*,(?P<name>[^,]*),"
    r"\s*(?P<count>\d{1,4})\s*,?\s*$", re.A | re.I)
ROW: Final = re.compile(
    r"\s*(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)\s*,\s*(?P<hour>\d\d)(?P<minute>\d\d)\s*,"
    r"[^,]*,\s*(?P<status>[A-Z]{0,2})\s*,\s*(?P<lat>[\d.]+[NS])\s*,\s*(?P<lon>[\d.]+[EW])\s*,",
    re.A | re.I)


def recognises(source: Source) -> bool:
    """Tell whether a file holds rows of HURDAT2."""
    return looks_like(source, ROW, HEADER)


def read(source: Source, faults: Faults) -> pd.DataFrame:
    """Return the fixes of all storms (``source.to_fixes``), 1-minute winds, agency NHC.

    The id is that of the header (AL092008). Raises InputError : the file is too large.
    """
    tally = Tally(faults)
    lines = ((row, ",".join(cells)) for row, cells in cell_lines(source))
    found = storms(lines, HEADER, lambda row, line: _fix(row, line, tally), tally)
    records = [record | _identity(storm) for storm in found for record in storm.records]
    records = one_a_time(records, tally)
    tally.tell()
    return to_fixes(records, faults)


def _fix(row: int, line: str, tally: Tally) -> dict[str, Any] | None:
    match = ROW.match(line)
    if match is None:
        return None
    time = utc_time(*(int(match[name]) for name in ("year", "month", "day", "hour", "minute")))
    lat, lon = degrees(match["lat"], "NS", 1.0), degrees(match["lon"], "EW", 1.0)
    if time is None or lat is None or lon is None:
        return None
    cells = line.split(",")
    cells += [""] * (R_MAX + 1 - len(cells))
    record = {
        "row": row, "time_utc": time, "lat": lat, "lon": lon, "status": match["status"].upper(),
        "max_wind_m_s": quantity(cells[6], KNOT, "max_wind_m_s", row, tally),
        "central_pressure_pa": quantity(cells[7], HPA, "central_pressure_pa", row, tally),
        "r_max_m": quantity(cells[R_MAX], NMI, "r_max_m", row, tally),
        "averaging_s": AVERAGING_S, "agency": AGENCY,
    }
    for place, speed in enumerate(RADII_KT):
        first = FIRST_RADIUS + 4 * place
        name = f"r{speed}"
        record[name] = radii(cells[first:first + 4], NMI, name, row, tally)
    return record


def _identity(storm: Storm) -> dict[str, str]:
    header = storm.header
    if header is None:
        return {"event_id": f"HURDAT2-{str(storm.records[0]['time_utc'])[:4]}-row{storm.row}",
                "name": "", "basin": ""}
    basin = header["basin"].upper()
    return {"event_id": f"{basin}{header['number']}{header['year']}",
            "name": clean_name(header["name"]), "basin": BASINS.get(basin, "")}
