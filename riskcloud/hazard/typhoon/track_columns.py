"""What a column of a track file means: its field, its unit, its averaging period.

A header such as ``max_wind_10min_m_s`` or ``Wind (kt, 10 min)`` is split into words: a stem that
names the field, then words for unit, averaging period and quadrant. IBTrACS columns are named.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from riskcloud.errors import Problem
from riskcloud.units import HPA, KM, KM_PER_H, KNOT, MPH, NMI

QUADRANTS: Final = ("ne", "se", "sw", "nw")
RADII: Final = tuple(f"r{speed}_{q}" for speed in (34, 50, 64) for q in QUADRANTS)

STEMS: Final[dict[str, str]] = {
    "time": "time_utc", "iso_time": "time_utc", "datetime": "time_utc", "date_time": "time_utc",
    "valid_time": "time_utc", "时间": "time_utc",
    "lat": "lat", "latitude": "lat", "纬度": "lat",
    "lon": "lon", "long": "lon", "lng": "lon", "longitude": "lon", "经度": "lon",
    "central_pressure": "central_pressure_pa", "pressure": "central_pressure_pa",
    "min_pressure": "central_pressure_pa", "slp": "central_pressure_pa",
    "mslp": "central_pressure_pa", "pres": "central_pressure_pa", "pc": "central_pressure_pa",
    "中心气压": "central_pressure_pa",
    "environmental_pressure": "environmental_pressure_pa", "poci": "environmental_pressure_pa",
    "env_pressure": "environmental_pressure_pa", "penv": "environmental_pressure_pa",
    "max_wind": "max_wind_m_s", "wind": "max_wind_m_s", "vmax": "max_wind_m_s",
    "max_sustained_wind": "max_wind_m_s", "msw": "max_wind_m_s", "wind_speed": "max_wind_m_s",
    "最大风速": "max_wind_m_s",
    "r_max": "r_max_m", "rmax": "r_max_m", "rmw": "r_max_m",
    "r34": "r34", "r50": "r50", "r64": "r64",
    "storm_id": "event_id", "sid": "event_id", "event_id": "event_id", "atcf_id": "event_id",
    "name": "name", "storm_name": "name", "agency": "agency", "basin": "basin",
    "status": "status", "nature": "status", "member": "member", "issued": "issued_utc",
    "base": "base_utc", "base_time": "base_utc", "wind_averaging_s": "averaging_s",
}
"""Stem of a header -> field. Longest match first."""

UNITS: Final[dict[str, dict[str, float]]] = {
    "wind": {"m_s": 1.0, "ms": 1.0, "mps": 1.0, "kt": KNOT, "kts": KNOT, "kn": KNOT,
             "knots": KNOT, "km_h": KM_PER_H, "kmh": KM_PER_H, "kph": KM_PER_H, "mph": MPH},
    "pressure": {"hpa": HPA, "mb": HPA, "mbar": HPA, "pa": 1.0, "kpa": 1000.0},
    "length": {"km": KM, "m": 1.0, "nm": NMI, "nmi": NMI, "nmile": NMI},
}
KIND: Final = {
    "max_wind_m_s": "wind", "central_pressure_pa": "pressure",
    "environmental_pressure_pa": "pressure", "r_max_m": "length",
    "r34": "length", "r50": "length", "r64": "length",
}
AVERAGING: Final = {"1min": 60.0, "2min": 120.0, "3min": 180.0, "10min": 600.0, "wmo": 0.0}
"""Word -> averaging period [s]; ``wmo`` (0) means: as the agency of each fix reports."""

REQUIRED: Final = ("time_utc", "lat", "lon")
CANONICAL: Final = (
    "time_utc", "lat", "lon", "central_pressure_hpa", "environmental_pressure_hpa",
    "max_wind_1min_m_s", "max_wind_2min_m_s", "max_wind_10min_m_s", "wind_averaging_s", "rmw_km",
    "storm_id", "name",
    "agency", "basin", "status", "issued_utc", "base_utc", "member",
    *(f"{radius}_km" for radius in RADII),
)
LEGACY_1MIN: Final = {
    "time_utc", "lat", "lon", "central_pressure_hpa", "max_wind_ms", "rmw_km",
    "environmental_pressure_hpa",
}
"""The column set of an exchange format whose ``max_wind_ms`` is a 1-min wind."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file: header as written, field, factor to SI, averaging period [s].

    ``averaging_s`` is None where it does not apply or is not said, 0 for the agency's own.
    """

    header: str
    field: str
    factor: float = 1.0
    averaging_s: float | None = None


def _kind(field: str) -> str:
    return KIND.get(field) or KIND[field[:3]]  # r34_ne -> r34


def _words(header: str) -> str:
    text = re.sub(r"(\d+)[\s_-]*min(ute)?s?\b", r"\1min", header.strip().lower())
    text = re.sub(r"(?<![a-z])m\s*/\s*s(?![a-z])|(?<![a-z])m_s-1", "m_s", text)
    text = re.sub(r"km\s*/\s*h", "kmh", text)
    return re.sub(r"[^\w]+", "_", text).strip("_").replace("__", "_")


def understand(header: str) -> Column | None:
    """Return what a header means, None if it is none of ours."""
    text = _words(header)
    for stem in sorted(STEMS, key=len, reverse=True):
        if text == stem or text.startswith(f"{stem}_"):
            rest = text[len(stem) :].strip("_")
            return _with_words(header, STEMS[stem], rest)
    return None


def _with_words(header: str, field: str, rest: str) -> Column | None:
    """Read the words after the stem; a word of no known meaning makes the column unknown."""
    averaging: float | None = None
    quadrant = ""
    kind = KIND.get(field)
    rest = rest.replace("km_h", "kmh").replace("m_s", "ms")
    factor: float | None = 1.0 if kind is None else None
    for word in filter(None, rest.split("_")):
        if kind == "wind" and word in AVERAGING:
            averaging = AVERAGING[word]
        elif field in ("r34", "r50", "r64") and word in QUADRANTS:
            quadrant = f"_{word}"
        elif kind and word in UNITS[kind]:
            factor = UNITS[kind][word]
        elif word not in ("utc", "deg", "degrees", "at", "10m"):
            return None
    if factor is None:
        factor = float("nan")  # a quantity without its unit: refused by find_header_problems
    return Column(header, field + quadrant, factor, averaging)


def map_columns(headers: Iterable[str]) -> tuple[dict[str, Column], list[Problem]]:
    """Return field -> column for a plain file, and every fault of its header row."""
    headers = list(headers)
    found: dict[str, Column] = {}
    problems: list[Problem] = []
    unknown: list[str] = []
    for header in headers:
        column = understand(header)
        if column is None:
            unknown.append(header)
        elif column.field in found:
            problems.append(Problem(1, header, "", _second(found[column.field])))
        else:
            found[column.field] = column
    if set(headers) == LEGACY_1MIN:
        found["max_wind_m_s"] = Column("max_wind_ms", "max_wind_m_s", 1.0, 60.0)
    problems += _header_faults(found, unknown)
    return found, problems


def _second(first: Column) -> str:
    if first.field == "max_wind_m_s":
        return (f"a second wind beside {first.header}: winds of different averaging periods are "
                "never mixed; keep one of them")
    return f"means the same as {first.header}: keep one of them"


def _header_faults(found: dict[str, Column], unknown: list[str]) -> list[Problem]:
    faults = []
    for header in unknown:
        near = get_close_matches(_words(header), CANONICAL, n=1, cutoff=0.85)
        if near:
            faults.append(Problem(1, header, "", f"unknown column; did you mean {near[0]}?"))
    for field in REQUIRED:
        if field not in found:
            near = get_close_matches(field, [_words(h) for h in unknown], n=1, cutoff=0.6)
            hint = f" (is it {near[0]!r}?)" if near else ""
            faults.append(Problem(1, field, "", f"required column is missing{hint}"))
    if not {"max_wind_m_s", "central_pressure_pa"} & set(found):
        remedy = "a track needs a wind or a pressure column, such as max_wind_10min_m_s"
        faults.append(Problem(1, "max_wind_1min_m_s", "", remedy))
    for column in found.values():
        if math.isnan(column.factor):
            units = ", ".join(UNITS[_kind(column.field)])
            faults.append(Problem(1, column.header, "", f"say the unit in the name: {units}"))
        elif (column.field == "max_wind_m_s" and column.averaging_s is None
              and "averaging_s" not in found):
            remedy = "say the averaging period in the name: 1min, 2min, 3min or 10min"
            faults.append(Problem(1, column.header, "", remedy))
    return faults


AGENCIES: Final[dict[str, float]] = {
    "USA": 60.0, "TOKYO": 600.0, "WMO": 0.0, "CMA": 120.0, "HKO": 600.0, "KMA": 600.0,
    "NEWDELHI": 180.0, "REUNION": 600.0, "BOM": 600.0, "NADI": 600.0, "WELLINGTON": 600.0,
}
"""IBTrACS agency, in the order preferred, -> averaging period of its wind [s].

Source: IBTrACS v4 column documentation (NOAA NCEI): USA 1-min, New Delhi 3-min, CMA 2-min, the
others 10-min; WMO_WIND is as the responsible agency reports."""

ALIASES: Final = {
    "JTWC": "USA", "NHC": "USA", "CPHC": "USA", "JMA": "TOKYO", "RSMC TOKYO": "TOKYO",
    "IMD": "NEWDELHI", "NEW DELHI": "NEWDELHI",
}
WMO_AVERAGING: Final = {
    "tokyo": 600.0, "newdelhi": 180.0, "reunion": 600.0, "bom": 600.0, "nadi": 600.0,
    "wellington": 600.0, "cphc": 60.0, "hurdat_epa": 60.0, "hurdat_atl": 60.0, "atcf": 60.0,
    "cma": 120.0,
}
"""WMO_AGENCY of IBTrACS -> averaging period [s] of WMO_WIND; others count as 10-min."""

BASIN_AVERAGING: Final = {"EP": 60.0, "NA": 60.0, "NI": 180.0}
"""Basin -> averaging period [s] of its WMO agency (NHC/CPHC, New Delhi); the others 10-min."""


def ibtracs_columns(agency: str, headers: Iterable[str]) -> dict[str, Column]:
    """Return field -> column of one agency in an IBTrACS v4 file (knots, hPa, nautical miles)."""
    have = set(headers)
    own = {
        "max_wind_m_s": (f"{agency}_WIND", KNOT), "central_pressure_pa": (f"{agency}_PRES", HPA),
        "environmental_pressure_pa": (f"{agency}_POCI", HPA), "r_max_m": (f"{agency}_RMW", NMI),
        **{radius: (f"{agency}_{radius.upper()}", NMI) for radius in RADII},
    }
    columns = {
        "time_utc": Column("ISO_TIME", "time_utc"), "event_id": Column("SID", "event_id"),
        "lat": Column("LAT", "lat"), "lon": Column("LON", "lon"),
        "name": Column("NAME", "name"), "basin": Column("BASIN", "basin"),
        "status": Column("USA_STATUS" if agency == "USA" else "NATURE", "status"),
    }
    columns = {field: column for field, column in columns.items() if column.header in have}
    for field, (header, factor) in own.items():
        if header in have:
            averaging = AGENCIES[agency] if field == "max_wind_m_s" else None
            columns[field] = Column(header, field, factor, averaging)
    return columns


IBTRACS_HEADERS: Final = frozenset((
    "SID", "SEASON", "NAME", "BASIN", "ISO_TIME", "NATURE", "LAT", "LON", "WMO_AGENCY",
    "TRACK_TYPE", "USA_STATUS",
    *(f"{agency}_{part}" for agency in AGENCIES
      for part in ("LAT", "LON", "WIND", "PRES", "POCI", "RMW", *(r.upper() for r in RADII))),
))
"""Every column of IBTrACS that is read, for any agency."""
