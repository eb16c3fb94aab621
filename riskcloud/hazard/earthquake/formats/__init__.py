"""Earthquakes as agencies and users give them, told by content: events, and ShakeMap grids.

A format is a module with ``TITLE``, ``recognises(document)`` and ``read(document)`` (pairs of a
record and its Earthquake, None where it cannot be one), and ``STRICT``: whether one broken event
spoils the file. Otherwise broken events and what is no earthquake are left out, which is noted.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np

from riskcloud.errors import InputError, NotFoundError, Problem
from riskcloud.geo.points import haversine_m
from riskcloud.hazard.earthquake.formats import (
    cenc,
    event_json,
    event_text,
    quakeml,
    shakemap,
    usgs_geojson,
)
from riskcloud.hazard.earthquake.formats.document import SHOWN, Document, open_document
from riskcloud.hazard.earthquake.formats.record import Record
from riskcloud.hazard.earthquake.formats.shakemap import read_shaking_grid
from riskcloud.types import Earthquake
from riskcloud.units import KM

__all__ = ["event_from_options", "is_shaking_grid", "read_event", "read_events",
           "read_shaking_grid", "same_event"]

FORMATS: Final[tuple[ModuleType, ...]] = (shakemap, quakeml, cenc, usgs_geojson, event_json,
                                          event_text)
LISTED: Final = 12
"""Events named to a user who has to choose one."""
SAME_WITHIN_S: Final = 60
SAME_WITHIN_KM: Final = 100.0
"""Two origins nearer than these in time and place are one earthquake (our choice)."""
_NEVER: Final = np.datetime64("0000-01-01", "s")
LATEST: Final = "latest"
LARGEST: Final = "largest"


def read_events(path: Path) -> list[Earthquake]:
    """Return the earthquakes of a file in its order, each with what was assumed of it (notes).

    Reads our event JSON, lists of the CENC and their relay, USGS GeoJSON, QuakeML, FDSN event
    text, ComCat CSV, and the event of a ShakeMap grid; told by content, never by name.

    Raises
    ------
    InputError : no such file, none of the formats, hostile or broken, or no earthquake in it; all
        faults at once.
    """
    document = open_document(path)
    module = _format_of(document)
    pairs: Sequence[tuple[Record, Earthquake | None]] = module.read(document)
    faults = [problem for record, _ in pairs for problem in record.problems]
    events = [(record, event) for record, event in pairs if event is not None]
    if faults and (module.STRICT or not events):
        raise InputError(f"{path}: {len(faults)} problem(s)", sorted(faults))
    if not events:
        raise InputError(f"{path}: no earthquake in it ({module.TITLE})")
    left_out = [f"{problem}: left out" for problem in faults]
    if len(left_out) > LISTED:
        left_out = [*left_out[:LISTED], f"{len(left_out) - LISTED} more events left out"]
    common = (*_mixed([event for _, event in events]), *left_out)
    return [replace(event, notes=(*record.remarks, *(str(note) for note in record.notes), *common))
            for record, event in events]


def is_shaking_grid(path: Path) -> bool:
    """Tell whether a file is a ShakeMap grid. Raises InputError as ``read_events`` does."""
    return shakemap.recognises(open_document(path))


def _format_of(document: Document) -> ModuleType:
    module = next((one for one in FORMATS if one.recognises(document)), None)
    if module is not None:
        return module
    known = "; ".join(str(one.TITLE) for one in FORMATS)
    if document.root:
        found = f"XML with root {document.root[:SHOWN]!r}"
    else:
        found = f"it begins with {document.text.lstrip()[:SHOWN]!a}"
    raise InputError(f"{document.path}: no event file that is known: {found}", [
        Problem(0, "", "", f"expected one of: {known}")])


def _mixed(events: Sequence[Earthquake]) -> tuple[str, ...]:
    """Return a note where events of one file have magnitudes of several types."""
    kinds = Counter(event.magnitude_type for event in events)
    if len(kinds) < 2:
        return ()
    listed = ", ".join(f"{kind} {n}" for kind, n in kinds.most_common())
    return (f"magnitudes of several types in one file ({listed}): they do not compare",)


def read_event(path: Path, event_id: str | None = None) -> Earthquake:
    """Return one earthquake of a file.

    Parameters
    ----------
    path : any file that :func:`read_events` reads.
    event_id : which of several: its id, ``latest`` or ``largest``.

    Raises
    ------
    InputError : as ``read_events``; several events and no ``event_id`` (they are listed).
    NotFoundError : no event of that id; those there are are listed.
    """
    events = read_events(path)
    if event_id is None:
        if len(events) == 1:
            return events[0]
        shown = sorted(range(len(events)), key=lambda k: -events[k].magnitude)[:LISTED]
        raise InputError(f"{path}: {len(events)} earthquakes; choose one with --event-id ID, "
                         "latest or largest. The largest are", [
            Problem(k + 1, "event_id", events[k].event_id, described(events[k])) for k in shown])
    if event_id == LARGEST:
        return max(events, key=lambda one: one.magnitude)
    if event_id == LATEST and any(one.time_utc is not None for one in events):
        return max(events, key=lambda one: _NEVER if one.time_utc is None else one.time_utc)
    found = [one for one in events if one.event_id == event_id]
    if len(found) != 1:
        listed = ", ".join(one.event_id for one in events[:LISTED])
        how_many = "no" if not found else f"{len(found)} times the"
        raise NotFoundError(f"{path}: {how_many} event {event_id!r}; known: {listed}"
                            + (" ..." if len(events) > LISTED else ""))
    return found[0]


def described(event: Earthquake) -> str:
    """Return one line on an earthquake: time, magnitude, place."""
    time = "time unknown" if event.time_utc is None else f"{event.time_utc}Z"
    return (f"{time}, {event.magnitude_type} {event.magnitude:g}, {event.lon:.3f} {event.lat:.3f}, "
            f"{event.depth_km:g} km {event.place}").rstrip()


def event_from_options(*, lon: float, lat: float, depth_km: float, magnitude: float,
                       magnitude_type: str = "", time: str | None = None,
                       strike_deg: float | None = None, **others: Any) -> Earthquake:
    """Return an earthquake given by hand, checked as one of a file is.

    ``others`` are keys of the event JSON (dip_deg, rake_deg, length_km, width_km, event_id, place,
    agency). Without a magnitude type it is read as M; a time without zone is UTC; both are noted.

    Raises
    ------
    InputError : numbers out of range, a depth in metres, a time that is none; all at once.
    """
    cells: Mapping[str, Any] = {
        "lon": lon, "lat": lat, "depth_km": depth_km, "magnitude": magnitude,
        "magnitude_type": magnitude_type, "time": time, "strike_deg": strike_deg, **others}
    record, event = event_json.event_of(cells, 0, source="given by hand")
    if event is None:
        raise InputError(f"an earthquake given by hand: {len(record.problems)} problem(s)",
                         sorted(record.problems))
    return replace(event, notes=tuple(str(note) for note in record.notes))


def same_event(one: Earthquake, other: Earthquake) -> bool:
    """Tell whether two origins are of one earthquake: within 60 s and 100 km (our choice).

    A time that is unknown contradicts nothing.
    """
    if one.time_utc is not None and other.time_utc is not None and abs(
            one.time_utc - other.time_utc) > np.timedelta64(SAME_WITHIN_S, "s"):
        return False
    return bool(haversine_m(one.lon, one.lat, other.lon, other.lat) <= SAME_WITHIN_KM * KM)
