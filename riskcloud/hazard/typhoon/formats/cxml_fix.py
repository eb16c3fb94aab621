"""One fix of a CXML file as a record: units by their attributes, never assumed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from xml.etree.ElementTree import Element

import numpy as np

from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats.source import QUADRANTS
from riskcloud.units import HPA, KM, KM_PER_H, KNOT, NMI

SPEEDS: Final = {"m/s": 1.0, "mps": 1.0, "m s-1": 1.0, "kt": KNOT, "kts": KNOT, "knots": KNOT,
                 "km/h": KM_PER_H}
PRESSURES: Final = {"hpa": HPA, "mb": HPA, "mbar": HPA, "pa": 1.0, "kpa": 1000.0}
LENGTHS: Final = {"km": KM, "m": 1.0, "nm": NMI, "nmi": NMI, "n mi": NMI}
PERIODS: Final = {"s": 1.0, "sec": 1.0, "min": 60.0, "minutes": 60.0}
MODEL_PERIOD_S: Final = 600.0
"""Averaging period of a wind that does not say it: models and most agencies give 10-min means."""
KNOWN_PERIODS_S: Final = (60.0, 120.0, 180.0, 600.0)
CONTOURS: Final = {"r34": 34.0 * KNOT, "r50": 50.0 * KNOT, "r64": 64.0 * KNOT}
CONTOUR_WIDTH_M_S: Final = 0.8
"""How far a contour's wind may be from 34, 50 or 64 kt: 18, 26, 33 m/s are so written."""
TIMES: Final = (1800, 2200)
"""Years believed (our choice)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: the row its notes name, and how the file writes what is missing."""

    row: int
    faults: Faults
    missing: str


def tag_of(element: Element) -> str:
    """Return an element's tag without its namespace."""
    return str(element.tag).rpartition("}")[2]


def text_of(element: Element | None) -> str:
    """Return an element's own text, blanks joined, at most 80 characters; "" for none."""
    return "" if element is None else " ".join((element.text or "").split())[:80]


def time_of(text: str) -> np.datetime64 | None:
    """Return a time of ISO 8601 in UTC (one without an offset is UTC); None where it is none."""
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo is not None:
            time = time.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    if not TIMES[0] < time.year < TIMES[1]:
        return None
    return np.datetime64(time.replace(microsecond=0), "s")


def fix_of(element: Element, place: Place) -> dict[str, Any] | None:
    """Return a fix as a record of ``source.to_fixes``; None, noted, without time or position.

    ``hour`` is that of its attribute, None without.
    """
    time = time_of(text_of(_child(element, "validTime")))
    lat = _degrees(_child(element, "latitude"), "NS", place)
    lon = _degrees(_child(element, "longitude"), "EW", place)
    if time is None or lat is None or lon is None:
        place.faults.note(place.row, "", "", "a fix without a readable time or position: left out")
        return None
    data = _child(element, "cycloneData")
    wind = _child(data, "maximumWind")
    centre = _number(_child(data, "minimumPressure", "pressure"), PRESSURES, place)
    outer = _number(_child(data, "lastClosedIsobar", "pressure"), PRESSURES, place)
    period = _number(_child(wind, "averagingPeriod"), PERIODS, place)
    fix: dict[str, Any] = {
        "row": place.row, "time_utc": time, "lat": lat, "lon": lon,
        "hour": _value(str(element.get("hour", "")), place),
        "status": text_of(_child(data, "development")),
        "central_pressure_pa": centre,
        "environmental_pressure_pa": None if centre and outer and outer < centre else outer,
        "max_wind_m_s": _number(_child(wind, "speed"), SPEEDS, place),
        "averaging_s": period if period in KNOWN_PERIODS_S else MODEL_PERIOD_S,
        "r_max_m": _number(_child(wind, "radius"), LENGTHS, place) or None,
    }
    for contour in _child(data, "windContours") or ():
        fix |= _radii(contour, place)
    return fix


def _radii(contour: Element, place: Place) -> dict[str, list[float | None]]:
    """Return the four radii of a wind contour by r34, r50 or r64; none for other winds."""
    speed = _number(contour, SPEEDS, place)
    for name, limit in CONTOURS.items():
        if speed is not None and abs(speed - limit) <= CONTOUR_WIDTH_M_S:
            sectors = {str(radius.get("sector", "")).upper().removesuffix("Q"):
                       _number(radius, LENGTHS, place) for radius in contour}
            return {name: [sectors.get(q.upper(), sectors.get("AAA")) for q in QUADRANTS]}
    return {}


def _child(element: Element | None, *tags: str) -> Element | None:
    """Return the first descendant along a path of tags, whatever their namespace."""
    for tag in tags:
        children = () if element is None else tuple(element)
        element = next((child for child in children if tag_of(child) == tag), None)
    return element


def _value(text: str, place: Place) -> float | None:
    """Return a number as written, None where it is missing or none."""
    if text == place.missing:
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _number(element: Element | None, units: Mapping[str, float], place: Place) -> float | None:
    """Return an element's number in SI; None, noted, where its unit is not one of ``units``."""
    number = None if element is None else _value(text_of(element), place)
    if element is None or number is None:
        return None
    unit = str(element.get("units", "")).strip()
    if unit.lower() not in units:
        place.faults.note(place.row, tag_of(element), f"{text_of(element)} {unit}".strip(),
                          f"left out: its unit is not one of {', '.join(units)}")
        return None
    return number * units[unit.lower()]


def _degrees(element: Element | None, letters: str, place: Place) -> float | None:
    """Return degrees, south and west negative; a minus that repeats the letter counts once."""
    number = None if element is None else _value(text_of(element), place)
    if element is None or number is None:
        return None
    unit = str(element.get("units", "deg")).upper().split()
    if unit in (["DEG"], ["DEGREES"]):
        return number
    if not unit or unit[-1] not in tuple(letters):
        return None
    if unit[-1] == letters[0]:
        return number
    if number < 0.0:
        place.faults.note(place.row, tag_of(element), text_of(element),
                          f"both {letters[1]} and a minus sign: read as {-number:g} {letters[1]}")
    return -abs(number)
