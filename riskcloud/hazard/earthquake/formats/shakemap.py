"""ShakeMap grid.xml and uncertainty.xml: ground motion on a regular grid.

Columns are told by their grid_field, never by place: ``index`` (from 1), ``name``, ``units``. Rows
run from the north-west as a rule, any order of rows is read. PGA and PSA become g, PGV cm/s, MMI
stays. Fields STD... are standard deviations of natural logarithms (of MMI: degrees). The numbers
are read in one go, apart from the XML around them: a 30 MB grid takes about a second.

Source: Worden & Wald (2016), ShakeMap Manual Online, section "Interpretation of ShakeMap: grid.xml"
(usgs.github.io/shakemap); the shape of real files as quoted in public code.
"""

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any, Final

import numpy as np

from riskcloud.errors import InputError, Problem
from riskcloud.hazard.earthquake.formats.document import Document, open_document, xml_tree
from riskcloud.hazard.earthquake.formats.record import Record, clean_text, make_event, time_of
from riskcloud.hazard.source_file import number_of
from riskcloud.types import Earthquake, Floats, ShakingGrid
from riskcloud.units import GRAVITY_M_S2

TITLE: Final = "ShakeMap grid"
STRICT: Final = True
ROOT: Final = "shakemap_grid"
MOST_CELLS: Final = 20_000_000
"""Largest grid read (our choice; a grid of 0.0083 degrees over 10 by 10 has 1.4 million)."""
MOST_FIELDS: Final = 64
_GAL = 1.0 / (100.0 * GRAVITY_M_S2)
ACCELERATION: Final = {"%g": 0.01, "pctg": 0.01, "g": 1.0, "cm/s2": _GAL, "cm/s^2": _GAL,
                       "gal": _GAL, "m/s2": 1.0 / GRAVITY_M_S2, "m/s^2": 1.0 / GRAVITY_M_S2}
VELOCITY: Final = {"cm/s": 1.0, "cms": 1.0, "m/s": 100.0}
INTENSITY: Final = {"intensity": 1.0, "mmi": 1.0, "": 1.0}
UNITS: Final = {"g": ACCELERATION, "cm/s": VELOCITY, "1": INTENSITY}
"""Unit of ours -> what files write, and its factor."""
SILENT: Final = ("lon", "lat", "urat", "svel", "vs30", "pgd", "ia")
"""Fields that hold no measure of ours and need no note."""
ZONES: Final = {"": 0, "Z": 0, "UTC": 0, "GMT": 0, "WIB": 7, "WITA": 8, "WIT": 9}
"""Hours from UTC of the zones that grids write behind a time."""

_OF_NUMBERS = np.frombuffer(b"0123456789+-.,eEnNaAiIfF \t\r\n", np.uint8)
_DATA = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?grid_data\s*>")
_END = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?grid_data\s*>")
_PSA = re.compile(r"(?:p?sa)\(?(\d{1,2})(?:[.p]?(\d))\)?")
_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?\s*"
                    r"(?:([A-Z]{0,4})|([+-]\d\d:?\d\d))")


@dataclass(frozen=True, slots=True)
class _Raw:
    """A grid as read: coordinates ascending, layers by the field's name, units as written."""

    root: Any
    lon: Floats
    lat: Floats
    layers: Mapping[str, Floats]
    units: Mapping[str, str]


def recognises(document: Document) -> bool:
    """Tell a grid by its root."""
    return document.root.lower() == ROOT


def read(document: Document) -> list[tuple[Record, Earthquake | None]]:
    """Return the event that a grid is of."""
    head, _ = _split(document, whole=False)
    return [_event(xml_tree(document.path, head), document.path)]


def read_shaking_grid(path: Path, uncertainty: Path | None = None) -> ShakingGrid:
    """Return a ShakeMap grid, with the standard deviations of its uncertainty.xml if given.

    Measures: pga, sa_0.3, sa_1.0, ... [g], pgv [cm/s], intensity (MMI). A standard deviation that
    the grid itself holds (older grids: STDPGA) is taken where ``uncertainty`` has none.

    Raises
    ------
    InputError : not a grid, cut off, numbers missing or too many, unknown units, a field twice,
        points that are not a regular grid, or an uncertainty of another grid.
    """
    raw = _grid(path)
    record, event = _event(raw.root, path)
    if event is None:
        raise InputError(f"{path}: {len(record.problems)} problem(s)", record.problems)
    notes = [str(note) for note in record.notes]
    median, unit, sigma = _measures(raw, path, notes)
    if uncertainty is not None:
        second = _grid(uncertainty)
        _check_same(raw, second, uncertainty)
        for key in ("event_id", "shakemap_version"):
            one, other = raw.root.get(key), second.root.get(key)
            if one and other and one != other:
                notes.append(f"{key} {clean_text(one, 40)} of the grid, {clean_text(other, 40)} of "
                             "its uncertainty")
        sigma |= _measures(second, uncertainty, notes)[2]
    if not median and not sigma:
        raise InputError(f"{path}: no field that is known", [Problem(
            0, "grid_field", ", ".join(raw.units), "expected one of MMI, PGA, PGV, PSA03, ...")])
    status = clean_text(raw.root.get("map_status"), 20)
    if status and status.upper() not in ("RELEASED", "REVIEWED"):
        notes.append(f"the map's status is {status}")
    return ShakingGrid(event=event, lon=raw.lon, lat=raw.lat, median=median, unit=unit,
                       sigma_ln=sigma, notes=tuple(dict.fromkeys(notes)))


def _measures(raw: _Raw, path: Path, notes: list[str],
              ) -> tuple[dict[str, Floats], dict[str, str], dict[str, Floats]]:
    """Return medians and units by measure, and standard deviations; the factors are applied."""
    median, unit, sigma = dict[str, Floats](), dict[str, str](), dict[str, Floats]()
    for name, layer in raw.layers.items():
        measure, of_sigma = _measure(name)
        if not measure:
            if name.lower() not in SILENT:
                notes.append(f"field {name} of {path.name}: not a measure that is read")
            continue
        ours = "1" if measure == "intensity" else "cm/s" if measure == "pgv" else "g"
        written = raw.units[name].strip().lower()
        if of_sigma:
            if measure != "intensity" and not written.startswith("ln("):
                notes.append(f"field {name} of {path.name}: units {written!r} read as those of "
                             "natural logarithms")
            sigma[measure] = layer
            continue
        if written not in UNITS[ours]:
            known = ", ".join(filter(None, UNITS[ours]))
            raise InputError(f"{path}: unknown units", [Problem(
                0, name, raw.units[name], f"expected one of {known}")])
        layer *= UNITS[ours][written]
        median[measure], unit[measure] = layer, ours
    for layer in (*median.values(), *sigma.values()):
        layer[~(layer >= 0.0)] = np.nan  # below zero: how grids write what they do not know
    return median, unit, sigma


def _measure(name: str) -> tuple[str, bool]:
    """Return our name of a field, "" for others, and whether it is a standard deviation."""
    text = name.strip().lower()
    of_sigma = text.startswith("std")
    text = text.removeprefix("std").strip("_")
    known = {"mmi": "intensity", "pga": "pga", "pgv": "pgv"}.get(text, "")
    found = _PSA.fullmatch(text)
    if found:
        known = f"sa_{int(found[1])}.{found[2]}"
    return known, of_sigma


def _split(document: Document, *, whole: bool) -> tuple[bytes, bytes]:
    """Return the XML without its numbers, and the numbers."""
    begin = _DATA.search(document.raw)
    ends = _END.search(document.raw, begin.end()) if begin else None
    if begin is None or (ends is None and whole):
        words = "no <grid_data>" if begin is None else "<grid_data> without an end: cut off"
        raise InputError(f"{document.path}: not a whole grid", [Problem(
            0, "grid_data", "", f"{words}; fetch the file again")])
    if ends is None:  # its event can be told all the same
        return document.raw[:begin.end()] + b"</grid_data></shakemap_grid>", b""
    return document.raw[:begin.end()] + document.raw[ends.start():], \
        document.raw[begin.end():ends.start()]


def _grid(path: Path) -> _Raw:
    """Return the grid of a file. Raises InputError, naming what is wrong."""
    document = open_document(path)
    if not recognises(document):
        raise InputError(f"{path}: not a ShakeMap grid", [Problem(
            0, "", "", "expected XML with root shakemap_grid (grid.xml, uncertainty.xml)")])
    head, numbers = _split(document, whole=True)
    root = xml_tree(path, head)
    names, units = _fields(root, path)
    n_lon, n_lat = (_count(root, path, key) for key in ("nlon", "nlat"))
    expected = n_lon * n_lat * len(names)
    if n_lon * n_lat > MOST_CELLS:
        raise InputError(f"{path}: {n_lon} x {n_lat} cells; at most {MOST_CELLS:,} are read")
    values = _numbers(numbers, path)
    if len(values) != expected:
        raise InputError(f"{path}: wrong number of values", [Problem(
            0, "grid_data", str(len(values)), f"expected {n_lat} x {n_lon} x {len(names)} fields = "
            f"{expected}: cut off, or of another grid_specification?")])
    table = values.reshape(n_lat, n_lon, len(names))
    layers = {name: np.ascontiguousarray(table[:, :, k]) for k, name in enumerate(names)}
    return _ordered(root, layers, units, path)


def _numbers(text: bytes, path: Path) -> Floats:
    """Return the numbers of a text; anything else among them is a fault."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)  # how NumPy says it met no number
        try:
            return np.fromstring(text.replace(b",", b" "), dtype=np.float64, sep=" ")
        except (DeprecationWarning, ValueError):
            pass
    odd = ~np.isin(np.frombuffer(text, np.uint8), _OF_NUMBERS)
    at = int(np.argmax(odd))  # 0 where every sign is one of a number, as in 1-2 or 1e
    begin = max(text.rfind(sign, 0, at) for sign in (b" ", b"\n", b"\t")) + 1
    word = text[begin:begin + 40].split(maxsplit=1)[:1] or [b"?"]
    raise InputError(f"{path}: not a grid of numbers", [Problem(
        0, "grid_data", word[0].decode("ascii", "replace"), "expected a number")])


def _fields(root: Any, path: Path) -> tuple[list[str], dict[str, str]]:
    """Return the names of the columns in order, and their units as written."""
    found: dict[int, tuple[str, str]] = {}
    for element in _named(root, "grid_field"):
        index = number_of(element.get("index"))
        name, units = clean_text(element.get("name"), 40), clean_text(element.get("units"), 40)
        if index is None or index != int(index) or int(index) in found or not name:
            raise InputError(f"{path}: grid_field without a number of its own", [Problem(
                0, "grid_field", f"{element.get('index')} {name}", "expected index 1, 2, 3, ...")])
        found[int(index)] = name, units
    names = [found[k][0] for k in sorted(found)]
    small = [name.lower() for name in names]
    if sorted(found) != list(range(1, len(found) + 1)) or len(found) > MOST_FIELDS:
        raise InputError(f"{path}: grid_field does not count 1 to {len(found)}", [Problem(
            0, "grid_field", str(sorted(found)[:20]), "a column is missing")])
    if len(set(small)) < len(small) or not {"lon", "lat"} <= set(small):
        raise InputError(f"{path}: fields {', '.join(names) or 'none'}", [Problem(
            0, "grid_field", "", "expected LON, LAT and others, each once")])
    return names, {name: units for name, units in found.values()}


def _count(root: Any, path: Path, key: str) -> int:
    specification = next(iter(_named(root, "grid_specification")), None)
    value = None if specification is None else number_of(specification.get(key))
    if value is None or value != int(value) or not 2 <= value <= MOST_CELLS:
        raise InputError(f"{path}: grid_specification", [Problem(
            0, key, "" if value is None else f"{value:g}", "expected a whole number from 2 on")])
    return int(value)


def _ordered(root: Any, layers: dict[str, Floats], units: dict[str, str], path: Path) -> _Raw:
    """Return a grid with ascending coordinates. Raises InputError where it is not regular."""
    small = {name.lower(): name for name in layers}
    lons, lats = layers[small["lon"]], layers[small["lat"]]
    lon = lons[0].copy()
    lon[lon < lon[0] - 180.0] += 360.0  # past the date line
    lat = lats[:, 0].copy()
    step_lon, step_lat = np.diff(lon), np.diff(lat)
    wrong = not np.isfinite(lons).all() or not np.isfinite(lats).all()
    wrong = wrong or np.ptp(lons, axis=0).max() > 1e-3 or np.ptp(lats, axis=1).max() > 1e-3
    for step in (step_lon, step_lat):  # even, as far as four decimals of a coordinate tell
        wrong = wrong or not (np.abs(step) > 0.0).all() or np.ptp(step) > 0.2 * np.abs(step).max()
    if wrong or step_lon[0] < 0.0 or np.abs(lats).max() > 90.0 or np.abs(lons).max() > 360.0:
        words = "not rows of equal longitudes, from west to east and evenly spaced"
        raise InputError(f"{path}: not a regular grid", [Problem(0, "grid_data", "", words)])
    if step_lat[0] < 0.0:
        lat = lat[::-1].copy()
        layers = {name: np.ascontiguousarray(layer[::-1]) for name, layer in layers.items()}
    return _Raw(root, lon, lat, layers, units)


def _check_same(one: _Raw, other: _Raw, path: Path) -> None:
    same = one.lon.shape == other.lon.shape and one.lat.shape == other.lat.shape and \
        np.abs(one.lon - other.lon).max() < 1e-3 and np.abs(one.lat - other.lat).max() < 1e-3
    if not same:
        raise InputError(f"{path}: the uncertainty of another grid", [Problem(
            0, "grid_specification", f"{len(other.lat)} x {len(other.lon)}",
            f"expected {len(one.lat)} x {len(one.lon)} at the same places")])


def _event(root: Any, path: Path) -> tuple[Record, Earthquake | None]:
    """Return the event a grid names."""
    element = next(iter(_named(root, "event")), None)
    record = Record(0, {})
    if element is None:
        record.problems.append(Problem(0, "event", "", "the grid does not say of which earthquake"))
        return record, None
    record.cells = {
        "lon": element.get("lon"), "lat": element.get("lat"), "depth_km": element.get("depth"),
        "magnitude": element.get("magnitude"), "magnitude_type": "Mw",
        "event_id": element.get("event_id") or root.get("event_id"),
        "place": element.get("event_description")}
    record.note("magnitude", element.get("magnitude"), "a grid does not say of which type: read as "
                "Mw, which ShakeMap asks for")
    time_utc = None
    stamp = _STAMP.fullmatch(clean_text(element.get("event_timestamp"), 60))
    if stamp and (stamp[2] or "") in ZONES:
        hours = ZONES[stamp[2] or ""]
        time_utc, _ = time_of(stamp[1] + (stamp[3] or ""), timezone(timedelta(hours=hours)))
    if time_utc is None:
        record.note("event_timestamp", element.get("event_timestamp"), "not a time whose zone is "
                    "known: the event's time is unknown")
    event = make_event(record, time_utc=time_utc, source=TITLE,
                       agency=clean_text(element.get("event_network")
                                         or root.get("shakemap_originator"), 20))
    return record, event


def _named(root: Any, name: str) -> list[Any]:
    return [child for child in root if isinstance(child.tag, str)
            and child.tag.rpartition("}")[2] == name]
