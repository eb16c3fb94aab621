"""QuakeML 1.2 (basic event description): preferred origin, magnitude and mechanism.

Depths are metres. What an event prefers is taken; without a preference a rule decides and a note
says so. Origins: the only one that is not rejected, else the reviewed before the automatic, among
them the latest made, else the first. Magnitudes: by type (Mw > Ms > M > ML > mb > others), then
those of the chosen origin, reviewed, latest made. Namespaces and prefixes do not matter.

Source: Euchner & Schorlemmer (2013), QuakeML - An XML Representation of Seismological Data, Basic
Event Description, version 1.2 (units and preferred... in sections 3.3 and 4); rules ours.
"""

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from riskcloud.errors import Problem
from riskcloud.hazard.earthquake.formats.document import Document, xml_tree
from riskcloud.hazard.earthquake.formats.record import (
    DEEPEST_KM,
    PREFERENCE,
    Record,
    clean_text,
    magnitude_type,
    make_event,
    time_of,
)
from riskcloud.hazard.earthquake.formats.usgs_geojson import EARTHQUAKES, said_plane
from riskcloud.hazard.source_file import number_of
from riskcloud.types import Earthquake
from riskcloud.units import KM

TITLE: Final = "QuakeML 1.2"
STRICT: Final = False
NAMES: Final = {"lon": "longitude", "lat": "latitude", "depth_km": "depth", "magnitude": "mag",
                "magnitude_type": "magnitude type"}
REVIEWED: Final = ("reviewed", "final", "confirmed")


def recognises(document: Document) -> bool:
    """Tell QuakeML by its root."""
    return document.root.lower() in ("quakeml", "eventparameters")


def read(document: Document) -> list[tuple[Record, Earthquake | None]]:
    """Return the events of a file.

    Raises
    ------
    InputError : a document type or entity in it, too large, or broken XML.
    """
    root = xml_tree(document.path, document.raw)
    return [_event(one, row) for row, one in enumerate(_all(root, "event"), 1)]


def _event(event: Any, row: int) -> tuple[Record, Earthquake | None]:
    record = Record(row, {}, NAMES)
    origin = _origin(event, record)
    if origin is None:
        record.problems.append(Problem(row, "origin", "", "an event without an origin"))
        return record, None
    magnitude = _magnitude(event, origin, record)
    kind = _text(event, "type")
    if kind.lower() not in EARTHQUAKES:
        record.problems.append(Problem(row, "type", kind[:40], "not an earthquake"))
    record.cells = {
        "lon": _quantity(origin, "longitude"), "lat": _quantity(origin, "latitude"),
        "depth_km": _depth_km(origin, record),
        "magnitude": None if magnitude is None else _quantity(magnitude, "mag"),
        "magnitude_type": "" if magnitude is None else _text(magnitude, "type"),
        "event_id": _short(event.get("publicID", "")), "place": _place(event),
        **_plane(event, record),
    }
    time_utc, said = time_of(_quantity(origin, "time"))
    if time_utc is None:
        record.note("time", _quantity(origin, "time"), "the origin's time cannot be read")
    agency = _text(origin, "creationInfo", "agencyID") or _text(event, "creationInfo", "agencyID")
    return record, make_event(
        record, time_utc=time_utc, agency=clean_text(agency, 40), source=TITLE,
        status="reviewed" if _reviewed(origin) else
        "automatic" if _text(origin, "evaluationMode") == "automatic" else "")


def _origin(event: Any, record: Record) -> Any:
    """Return the origin an event prefers, else that of the rule, which is said."""
    origins = _all(event, "origin")
    kept = [one for one in origins if _text(one, "evaluationStatus") != "rejected"]
    chosen = _preferred(event, origins, "preferredOriginID", record)
    if chosen is not None or not origins:
        return chosen
    origins = kept or origins
    if len(origins) == 1:
        return origins[0]
    best = max(origins, key=lambda one: (_reviewed(one), _made(one)))
    record.note("preferredOriginID", "", f"none of {len(origins)} origins is preferred: taken is "
                f"{_described(best)}")
    return best


def _magnitude(event: Any, origin: Any, record: Record) -> Any:
    magnitudes = [one for one in _all(event, "magnitude") if _quantity(one, "mag")]
    chosen = _preferred(event, magnitudes, "preferredMagnitudeID", record)
    if chosen is not None or len(magnitudes) < 2:
        return chosen if chosen is not None else next(iter(magnitudes), None)
    kinds = [magnitude_type(_text(one, "type")) for one in magnitudes]

    def rank(k: int) -> tuple[Any, ...]:
        place = PREFERENCE.index(kinds[k]) if kinds[k] in PREFERENCE else len(PREFERENCE)
        own = _text(magnitudes[k], "originID") == origin.get("publicID", "")
        return -place, own, _reviewed(magnitudes[k]), _made(magnitudes[k])

    best = max(range(len(magnitudes)), key=rank)
    listed = ", ".join(f"{kind or '?'} {_quantity(one, 'mag')[:8]}" for kind, one in
                       zip(kinds[:6], magnitudes, strict=False))
    taken = f"{kinds[best] or '?'} {_quantity(magnitudes[best], 'mag')[:8]}"
    record.note("preferredMagnitudeID", "", f"none of {len(magnitudes)} magnitudes is preferred "
                f"({listed}): taken is {taken}")
    return magnitudes[best]


def _preferred(event: Any, elements: list[Any], name: str, record: Record) -> Any:
    wanted = _text(event, name)
    if not wanted:
        return None
    found = next((one for one in elements if one.get("publicID", "").strip() == wanted), None)
    if found is None and elements:
        record.note(name, wanted[:60], "what is preferred is not in the file")
    return found


def _depth_km(origin: Any, record: Record) -> float | str | None:
    text = _quantity(origin, "depth")
    metres = number_of(text)
    if metres is None:
        return text or None
    if 0.0 < metres < DEEPEST_KM:
        record.note("depth", text, "read as metres, as QuakeML has it; if kilometres were meant, "
                    "the file is wrong at its source")
    return metres / KM


def _plane(event: Any, record: Record) -> dict[str, Any]:
    """Return strike, dip and rake of the preferred mechanism."""
    mechanisms = _all(event, "focalMechanism")
    chosen = _preferred(event, mechanisms, "preferredFocalMechanismID", record)
    for mechanism in [chosen] if chosen is not None else mechanisms[:1]:
        both = next(iter(_all(mechanism, "nodalPlanes")), None)
        if both is None:
            continue
        planes = [tuple(number_of(_quantity(plane, name)) for name in ("strike", "dip", "rake"))
                  for number in (1, 2) for plane in _all(both, f"nodalPlane{number}")]
        planes = [plane for plane in planes if None not in plane]
        preferred = both.get("preferredPlane", "").strip()
        taken = 1 if preferred == "2" and len(planes) > 1 else 0
        if planes:
            return said_plane(planes, taken, "nodalPlanes", record,
                              preferred=preferred in ("1", "2"))
    return {}


def _all(parent: Any, name: str) -> list[Any]:
    """Return children of that local name; of the root, wherever they stand."""
    below: Iterable[Any] = parent.iter() if parent.getparent() is None else parent
    return [child for child in below if isinstance(child.tag, str)
            and child.tag.rpartition("}")[2] == name]


def _text(parent: Any, *path: str) -> str:
    """Return the text of the first child by that path, "" without one."""
    for name in path:
        parent = next(iter(_all(parent, name)), None)
        if parent is None:
            return ""
    return (parent.text or "").strip()


def _quantity(parent: Any, name: str) -> str:
    """Return the value of a quantity: <name><value>.</value></name>."""
    return _text(parent, name, "value")


def _reviewed(element: Any) -> bool:
    return _text(element, "evaluationStatus") in REVIEWED or \
        _text(element, "evaluationMode") == "manual"


def _made(element: Any) -> np.datetime64:
    time, _ = time_of(_text(element, "creationInfo", "creationTime"))
    return np.datetime64("0001-01-01", "s") if time is None else time


def _described(origin: Any) -> str:
    """Return an origin's agency, time and place for a note."""
    agency = _text(origin, "creationInfo", "agencyID")
    time, lon, lat = (_quantity(origin, name) for name in ("time", "longitude", "latitude"))
    return clean_text(", ".join(filter(None, (agency, time[:19], f"{lon} {lat}"))), 120)


def _place(event: Any) -> str:
    """Return the description that names the region, else the first."""
    texts = [(_text(one, "type").lower(), _text(one, "text")) for one in _all(event, "description")]
    named = [text for kind, text in texts if "region" in kind or "name" in kind]
    return next(iter([*named, *(text for _, text in texts)]), "")


def _short(public_id: str) -> str:
    """Return the last part of an identifier: smi:.../query?eventid=us7000e532&... -> us7000e532."""
    text = public_id.strip()
    if "eventid=" in text:
        return text.split("eventid=")[1].split("&")[0]
    return text.rstrip("/").rpartition("/")[2] or text
