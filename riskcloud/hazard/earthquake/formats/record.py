"""Cells of any format -> an Earthquake: ranges, units, magnitude types, times with their zone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

import numpy as np

from riskcloud.errors import Problem
from riskcloud.hazard.source_file import number_of, text_of
from riskcloud.types import Earthquake

DEFAULT_DEPTH_KM: Final = 10.0
"""Depth taken where an agency gives none (our choice: what agencies fix a shallow depth at)."""
DEEPEST_KM: Final = 700.0
"""Deepest earthquake taken, km; the deepest known lie near it."""
DEEP_KM: Final = 100.0
"""Depth from which a note asks whether it is meant, km (our choice)."""
RANGES: Final[dict[str, tuple[float, float, str]]] = {
    "lon": (-180.0, 360.0, "degrees"), "lat": (-90.0, 90.0, "degrees"),
    "depth_km": (-10.0, DEEPEST_KM, "km"), "magnitude": (-2.0, 10.0, ""),
    "strike_deg": (-360.0, 360.0, "degrees"), "dip_deg": (0.1, 90.0, "degrees"),
    "rake_deg": (-360.0, 360.0, "degrees"), "length_km": (0.0, 2000.0, "km"),
    "width_km": (0.0, 500.0, "km"),
}
"""What is believed of each number (our choice; a magnitude 9.5 broke some 1000 km)."""
NEEDED: Final = ("lon", "lat", "depth_km", "magnitude")
CHINA: Final = timezone(timedelta(hours=8))
"""China Standard Time."""

_FAMILIES: Final = (
    (re.compile(r"mw.*"), "Mw"), (re.compile(r"ms(?!.*lg).*"), "Ms"), (re.compile(r"ml.*"), "ML"),
    (re.compile(r"mb_?lg|mlg|mn"), "mbLg"), (re.compile(r"mb.*"), "mb"),
    (re.compile(r"md|mc"), "Md"), (re.compile(r"mj.*"), "Mj"), (re.compile(r"m"), "M"),
    (re.compile(r"me"), "Me"),
)
PREFERENCE: Final = ("Mw", "Ms", "M", "ML", "mb", "mB", "mbLg", "Mj", "Md", "Me")
"""Magnitude types in the order they are taken where a file prefers none (ours: what measures a
large earthquake's size without saturating comes first; a plain M is China's, close to Ms)."""


def magnitude_type(given: str) -> str:
    """Return the family of a magnitude type (mww -> Mw, ms_20 -> Ms); as given when unknown."""
    text = given.strip()
    if text == "mB":
        return text
    family = next((name for pattern, name in _FAMILIES if pattern.fullmatch(text.lower())), "")
    return family or text


def is_known_type(kind: str) -> bool:
    """Tell whether a magnitude type is one of ``PREFERENCE``."""
    return kind in PREFERENCE


@dataclass(slots=True)
class Record:
    """One event of a file: cells by our names, how the file calls them, what is said of it.

    ``row`` counts the events of a file from 1 (of a table its rows, the header being row 1).
    ``problems`` make it unusable, ``notes`` do not; ``remarks`` are the file's own.
    """

    row: int
    cells: Mapping[str, Any]
    names: Mapping[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def note(self, column: str, cell: object, words: str) -> None:
        """Note what is missing or was chosen."""
        self.notes.append(Problem(self.row, column, _shown(cell), words))

    def fault(self, name: str, words: str) -> None:
        """Add a fault of the cell ``name``."""
        cell = self.cells.get(name)
        self.problems.append(Problem(self.row, self.names.get(name, name),
                                     "" if cell is None else _shown(cell), words))

    def number(self, name: str) -> float | None:
        """Return a number within its range; None where blank. Anything else is a fault."""
        cell = self.cells.get(name)
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return None
        value = number_of(cell)
        if value is None:
            self.fault(name, "expected a number")
            return None
        low, high, unit = RANGES[name]
        if low <= value <= high:
            return value
        self.fault(name, self._looks_like(name, value) or
                   f"not within {low:g} to {high:g} {unit}".rstrip())
        return None

    def _looks_like(self, name: str, value: float) -> str:
        """Return what a number out of its range looks like, "" when like nothing."""
        if name == "depth_km" and value > DEEPEST_KM:
            return (f"deeper than any earthquake ({DEEPEST_KM:g} km): metres where kilometres are "
                    f"meant? then give {value / 1000.0:g}")
        if name == "lat" and 90.0 < abs(value) <= 180.0:
            lon = number_of(self.cells.get("lon"))
            if lon is not None and abs(lon) <= 90.0:
                return "longitude and latitude look swapped"
        return ""


def _shown(cell: object) -> str:
    text = str(cell) if not isinstance(cell, int) or abs(cell) < 10**30 else "a huge number"
    return text if len(text) <= 60 else text[:57] + "..."


def make_event(record: Record, *, time_utc: np.datetime64 | None, agency: str, status: str = "",
               source: str = "", default_depth_km: float | None = DEFAULT_DEPTH_KM,
               ) -> Earthquake | None:
    """Return a record as an Earthquake; None, its faults in ``record.problems``, where it cannot.

    ``default_depth_km`` stands for a depth that is missing (noted); with None that is a fault.
    The event's notes are left to the caller, who knows what else is said of the file.
    """
    numbers = {name: record.number(name) for name in RANGES}
    faulty = {problem.column for problem in record.problems}
    for name in NEEDED:
        if numbers[name] is None and record.names.get(name, name) not in faulty:
            if name == "depth_km" and default_depth_km is not None:
                numbers[name] = default_depth_km
                record.note(record.names.get(name, name), "",
                            f"no depth: {default_depth_km:g} km is taken")
            else:
                record.fault(name, f"an earthquake needs its {name}")
    kind = _kind(record)
    if record.problems:
        return None
    depth = float(numbers["depth_km"] or 0.0)
    if depth < 0.0:
        record.note(record.names.get("depth_km", "depth_km"), f"{depth:g}",
                    "above sea level: 0 km is taken")
        depth = 0.0
    if depth >= DEEP_KM:
        record.note(record.names.get("depth_km", "depth_km"), f"{depth:g}",
                    "a deep earthquake, if that is kilometres")
    lon = float(numbers["lon"] or 0.0)
    stamp = "" if time_utc is None else re.sub(r"[-:]", "", str(time_utc.astype("datetime64[s]")))
    return Earthquake(
        event_id=clean_text(record.cells.get("event_id"), 100)
        or "-".join(part for part in (agency or "event", stamp) if part),
        time_utc=time_utc, lon=lon - 360.0 if lon > 180.0 else lon,
        lat=float(numbers["lat"] or 0.0), depth_km=depth,
        magnitude=float(numbers["magnitude"] or 0.0), magnitude_type=kind,
        strike_deg=_turned(numbers["strike_deg"], 0.0), dip_deg=numbers["dip_deg"],
        rake_deg=_turned(numbers["rake_deg"], -180.0),
        length_km=numbers["length_km"], width_km=numbers["width_km"],
        place=clean_text(record.cells.get("place"), 200), agency=agency, status=status,
        source=source)


def _kind(record: Record) -> str:
    """Return the magnitude's type; without one M, which is noted."""
    given = clean_text(record.cells.get("magnitude_type"), 20)
    if not given:
        record.note(record.names.get("magnitude_type", "magnitude_type"), "",
                    "no magnitude type: read as M (surface-wave like)")
        return "M"
    kind = magnitude_type(given)
    if not is_known_type(kind):
        record.note(record.names.get("magnitude_type", "magnitude_type"), given,
                    f"not a magnitude type that is known ({', '.join(PREFERENCE)}): kept as it is")
    return kind


def _turned(angle: float | None, low: float) -> float | None:
    """Return an angle within a turn from ``low`` on: strike 0 to 360, rake -180 to 180."""
    if angle is None or low <= angle <= low + 360.0:
        return angle
    return (angle - low) % 360.0 + low


def clean_text(value: Any, longest: int) -> str:
    """Return a cell as one line of printable text."""
    text = text_of(value) if not isinstance(value, float) else f"{value:g}"
    return "".join(c if c.isprintable() else " " for c in text[:longest]).strip()


def time_of(value: Any, zone: timezone = UTC) -> tuple[np.datetime64 | None, bool]:
    """Return an ISO 8601 time in UTC (datetime64[s]) and whether it said its zone.

    Without a zone it is read in ``zone``. (None, True) for what is no time.
    """
    try:
        time = datetime.fromisoformat(text_of(value).replace("/", "-"))
        said = time.tzinfo is not None
        moved = (time if said else time.replace(tzinfo=zone)).astimezone(UTC)
        return np.datetime64(moved.replace(tzinfo=None, microsecond=0), "s"), said
    except (ValueError, OverflowError):
        return None, True
