"""GeoJSON of the USGS: a feed or query (FeatureCollection) and the detail of one event (Feature).

``properties.time`` is milliseconds since 1970 UTC, coordinates are lon, lat, depth in km. A detail
holds products; a moment tensor or focal mechanism gives two planes of which one broke: the first is
taken and both are said.

Source: USGS, GeoJSON Summary Format and GeoJSON Detail Format (earthquake.usgs.gov/earthquakes/
feed/v1.0); products as in public code that reads them.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from riskcloud.errors import Problem
from riskcloud.hazard.earthquake.formats.document import Document
from riskcloud.hazard.earthquake.formats.record import Record, clean_text, make_event
from riskcloud.hazard.source_file import number_of
from riskcloud.types import Earthquake

TITLE: Final = "USGS GeoJSON"
STRICT: Final = False
NAMES: Final = {"lon": "longitude", "lat": "latitude", "depth_km": "depth", "magnitude": "mag",
                "magnitude_type": "magType", "event_id": "id"}
EARTHQUAKES: Final = ("", "earthquake", "not reported", "induced or triggered event",
                      "other event")
"""Types of event kept: blasts, collapses, landslides and the like are none."""
MECHANISMS: Final = ("moment-tensor", "focal-mechanism")
LATEST_MS: Final = 4_102_444_800_000.0
"""Year 2100."""


def recognises(document: Document) -> bool:
    """Tell a Feature or FeatureCollection."""
    value = document.value
    return isinstance(value, Mapping) and value.get("type") in ("Feature", "FeatureCollection")


def read(document: Document) -> list[tuple[Record, Earthquake | None]]:
    """Return the events of a feed, query or detail."""
    value = document.value
    features = value.get("features") if value["type"] == "FeatureCollection" else [value]
    if not isinstance(features, list):
        features = []
    return [_event(one, row) for row, one in enumerate(features, 1)]


def _event(feature: Any, row: int) -> tuple[Record, Earthquake | None]:
    whole = _mapping(feature)
    properties = _mapping(whole.get("properties"))
    point = _mapping(whole.get("geometry")).get("coordinates")
    lon, lat, depth = (*point, None, None, None)[:3] if isinstance(point, list) else (None,) * 3
    cells = {"lon": lon, "lat": lat, "depth_km": depth, "magnitude": properties.get("mag"),
             "magnitude_type": properties.get("magType"), "event_id": whole.get("id"),
             "place": properties.get("place")}
    record = Record(row, cells, NAMES)
    kind = clean_text(properties.get("type"), 40)
    if kind.lower() not in EARTHQUAKES:
        record.problems.append(Problem(row, "type", kind, "not an earthquake"))
    status = clean_text(properties.get("status"), 20)
    if status == "deleted":
        record.problems.append(Problem(row, "status", status, "the USGS took this event back"))
    time_utc = _time(properties.get("time"), record)
    record.cells = cells | _plane(_mapping(properties.get("products")), record)
    event = make_event(record, time_utc=time_utc, source=TITLE,
                       agency=clean_text(properties.get("net"), 20) or "USGS",
                       status=status if status in ("reviewed", "automatic") else "")
    return record, event


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _time(value: Any, record: Record) -> np.datetime64 | None:
    number = number_of(value)
    if number is None or not abs(number) < LATEST_MS:
        record.note("time", value, "expected milliseconds since 1970: the event's time is unknown")
        return None
    return np.datetime64(int(number // 1000), "s")


def _plane(products: Mapping[str, Any], record: Record) -> dict[str, Any]:
    """Return strike, dip and rake of the preferred mechanism's first plane; both are said."""
    for name in MECHANISMS:
        listed = products.get(name)
        given = [_mapping(one) for one in listed] if isinstance(listed, list) else []
        weighed = sorted(given, key=lambda one: -(number_of(one.get("preferredWeight")) or 0.0))
        for product in weighed:
            properties = _mapping(product.get("properties"))
            planes = [_angles(properties, number) for number in (1, 2)]
            if None not in planes[0]:
                return said_plane(planes, 0, name, record)
    return {}


def _angles(properties: Mapping[str, Any], number: int) -> tuple[float | None, ...]:
    head = f"nodal-plane-{number}-"
    rake = properties.get(f"{head}rake", properties.get(f"{head}slip"))
    return (number_of(properties.get(f"{head}strike")), number_of(properties.get(f"{head}dip")),
            number_of(rake))


def said_plane(planes: list[tuple[float | None, ...]], taken: int, where: str, record: Record,
               *, preferred: bool = False) -> dict[str, Any]:
    """Return strike, dip and rake of one of two nodal planes; a note says what the other is."""
    words = [", ".join(f"{angle:g}" for angle in plane if angle is not None) for plane in planes]
    other = words[1 - taken] if len(words) > 1 else ""
    if preferred:
        record.note(where, words[taken], "strike, dip and rake of the plane that is preferred")
    else:
        record.note(where, words[taken], "strike, dip and rake of one of two planes; which of them "
                    f"broke is not known (the other: {other or 'not given'})")
    return dict(zip(("strike_deg", "dip_deg", "rake_deg"), planes[taken], strict=True))
