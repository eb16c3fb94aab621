"""Our event JSON: one earthquake, a list of them, or an object with a list ``events``.

Keys: time, lon, lat, depth_km, magnitude, magnitude_type; optional strike_deg, dip_deg, rake_deg,
length_km, width_km, event_id, place, agency, status, notes (text or a list of texts, shown with the
event). A time without zone is UTC. It is the user's
own file: every fault is raised, nothing is guessed but what a note says.
"""

import difflib
from collections.abc import Mapping
from typing import Any, Final

from riskcloud.errors import Problem
from riskcloud.hazard.earthquake.formats.document import Document
from riskcloud.hazard.earthquake.formats.record import (
    RANGES,
    Record,
    clean_text,
    make_event,
    time_of,
)
from riskcloud.types import Earthquake

TITLE: Final = "riskcloud event JSON"
STRICT: Final = True
KEYS: Final = ("time", *RANGES, "magnitude_type", "event_id", "place", "agency", "status",
               "notes")
STATUSES: Final = ("reviewed", "automatic")
MAX_NOTES, NOTE_CHARACTERS = 20, 400
"""Remarks read of an event, and characters of each; ours."""

Read = list[tuple[Record, Earthquake | None]]


def recognises(document: Document) -> bool:
    """Tell an object, or a list of objects, with keys of ours."""
    events = _events(document.value)
    return bool(events) and any(
        isinstance(one, Mapping) and len({"lon", "lat", "depth_km", "magnitude"} & one.keys()) > 1
        for one in events)


def read(document: Document) -> Read:
    """Return the events of a file, each with what is said of it."""
    return [event_of(one, row) for row, one in enumerate(_events(document.value), 1)]


def _events(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        inner = value.get("events")
        return inner if isinstance(inner, list) else [value]
    return value if isinstance(value, list) else []


def event_of(cells: Any, row: int, source: str = TITLE) -> tuple[Record, Earthquake | None]:
    """Return one event of ours: cells by our names."""
    record = Record(row, cells if isinstance(cells, Mapping) else {})
    if not isinstance(cells, Mapping):
        record.problems.append(Problem(row, "", str(cells)[:40], "expected an object with lon, "
                                       "lat, depth_km, magnitude"))
        return record, None
    for key in cells:
        if key not in KEYS:
            near = difflib.get_close_matches(str(key).lower(), KEYS, n=1, cutoff=0.6)
            record.note(str(key)[:40], cells[key], "an unknown key, not read"
                        + (f": did you mean {near[0]}?" if near else ""))
    time_utc = None
    if cells.get("time") in (None, ""):
        record.note("time", "", "no time of the earthquake")
    else:
        time_utc, said = time_of(cells["time"])
        if time_utc is None:
            record.fault("time", "expected a time such as 2021-05-21T21:48:34+08:00")
        elif not said:
            record.note("time", cells["time"], "no zone: read as UTC; for China write +08:00")
    status = clean_text(cells.get("status"), 20)
    if status and status not in STATUSES:
        record.fault("status", "expected reviewed or automatic")
    _read_notes(record, cells.get("notes"))
    event = make_event(record, time_utc=time_utc, agency=clean_text(cells.get("agency"), 40),
                       status=status, source=source, default_depth_km=None)
    return record, event


def _read_notes(record: Record, given: Any) -> None:
    """Take the file's own remarks over: they are shown with the event as they stand."""
    remarks = [given] if isinstance(given, str) else [] if given is None else given
    if not isinstance(remarks, list) or not all(isinstance(one, str) for one in remarks):
        record.fault("notes", "expected a text, or a list of texts")
        return
    if len(remarks) > MAX_NOTES:
        record.fault("notes", f"expected at most {MAX_NOTES} texts")
        return
    record.remarks.extend(found for one in remarks if (found := clean_text(one, NOTE_CHARACTERS)))
