"""CMA best tracks, files CHyyyyBST.txt: one header a storm, then a line each six (or three) hours.

Source: Shanghai Typhoon Institute, description of the dataset at tcdata.typhoon.org.cn (zjljsjj;
Ying et al. 2014, J. Atmos. Oceanic Technol. 31, 287-301; Lu et al. 2021, Adv. Atmos. Sci. 38,
690-699): grade by 2-minute wind, latitude and longitude in tenths, hPa, m/s; 9 m/s stands for
below 10 m/s, 0 for missing; "(-)n" after a name is the n-th sub-centre. The last column (wind at
the coast, or far from the centre) is not read.
"""

import re
from typing import Any, Final

import pandas as pd

from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats.best_track_text import (
    Storm,
    Tally,
    clean_name,
    looks_like,
    number,
    one_a_time,
    quantity,
    storms,
    text_lines,
    utc_time,
)
from riskcloud.hazard.typhoon.formats.source import Source, to_fixes
from riskcloud.units import HPA

TITLE: Final = "CMA best track (CHyyyyBST.txt)"
AVERAGING_S: Final = 120.0
WEAKEST_M_S: Final = 9.0
"""Smallest wind written: it stands for "below 10 m/s"."""
GRADES: Final = {"0": "", "1": "TD", "2": "TS", "3": "STS", "4": "TY", "5": "STY", "6": "SuperTY",
                 "9": "ET"}
"""Grade of GB/T 19201-2006 -> status; 0 is weaker than TD or unknown, 9 extratropical."""
HEADER: Final = re.compile(
    r"\s*66666\s+(?P<number>\d{4})\s+(?P<count>\d{1,3})\s+(?P<serial>\d{4})\s+(?P<cma>\d{4})\s+"
    r"\d\s+\d\s+(?P<name>\S.*?)?\s*(?P<revised>\d{8})?\s*$", re.A)
ROW: Final = re.compile(
    r"\s*(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?P<hour>\d\d)\s+(?P<grade>\d)\s+"
    r"(?P<lat>\d{1,3})\s+(?P<lon>\d{2,4})\s+(?P<pressure>\d{1,4})"
    r"(?:\s+(?P<wind>\d{1,3}))?(?:\s+(?P<coast>\d{1,3}))?\s*$", re.A)
SUB_CENTRE: Final = re.compile(r"\(-\)\s*(\d+)$", re.A)


def recognises(source: Source) -> bool:
    """Tell whether a file holds rows of a CMA best track."""
    return looks_like(source, ROW, HEADER)


def read(source: Source, faults: Faults) -> pd.DataFrame:
    """Return the fixes of all storms (``source.to_fixes``), 2-minute winds, agency CMA.

    The id is the international number (1713), else CMA-year-serial; "-n" ends that of a
    sub-centre. Raises InputError : the file is too large.
    """
    tally = Tally(faults)
    found = storms(text_lines(source), HEADER, lambda row, line: _fix(row, line, tally), tally)
    records = [record | _identity(storm) for storm in found for record in storm.records]
    records = one_a_time(records, tally)
    weak = [record["row"] for record in records if record["max_wind_m_s"] == WEAKEST_M_S]
    if weak:
        tally.add(weak[0], "max_wind_m_s", "9", f"{len(weak)} fix(es) with a wind below 10 m/s, "
                  "which the file writes as 9: taken as 9 m/s")
    tally.tell()
    return to_fixes(records, faults)


def _fix(row: int, line: str, tally: Tally) -> dict[str, Any] | None:
    cells = ROW.match(line)
    if cells is None:
        return None
    time = utc_time(*(int(cells[name]) for name in ("year", "month", "day", "hour")))
    if time is None:
        return None
    wind = quantity(cells["wind"] or "", 1.0, "max_wind_m_s", row, tally)
    if wind is not None and wind < WEAKEST_M_S:
        tally.add(row, "max_wind_m_s", cells["wind"], "below any wind this file writes: left out")
        wind = None
    return {
        "row": row, "time_utc": time, "status": GRADES.get(cells["grade"], ""),
        "lat": (number(cells["lat"]) or 0.0) / 10.0, "lon": (number(cells["lon"]) or 0.0) / 10.0,
        "central_pressure_pa": quantity(cells["pressure"], HPA, "central_pressure_pa", row, tally),
        "max_wind_m_s": wind, "averaging_s": AVERAGING_S, "agency": "CMA", "basin": "WP",
    }


def _identity(storm: Storm) -> dict[str, str]:
    """Return id and name of a storm."""
    year = str(storm.records[0]["time_utc"])[:4]
    if storm.header is None:
        return {"event_id": f"CMA-{year}-row{storm.row}", "name": ""}
    name = storm.header["name"] or ""
    part = SUB_CENTRE.search(name)
    suffix = f"-{part[1]}" if part else ""
    if storm.header["number"] != "0000":
        event = storm.header["number"]
    else:
        serials = (storm.header["serial"], storm.header["cma"], f"row{storm.row}")
        event = f"CMA-{year}-" + next(serial for serial in serials if serial != "0000")
    return {"event_id": event + suffix, "name": clean_name(SUB_CENTRE.sub("", name))}
