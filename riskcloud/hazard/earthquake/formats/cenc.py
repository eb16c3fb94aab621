"""Lists of the China Earthquake Networks Centre: its own ``shuju`` JSON, and a relay's.

Own: ``{"shuju": [{id, O_TIME, EPI_LAT, EPI_LON, EPI_DEPTH, AUTO_FLAG, EQ_TYPE, M, LOCATION_C}]}``,
numbers often text, times UTC+8, M close to Ms; AUTO_FLAG "M" is reviewed. Relay: ``{"type":
"cenc_eqlist", "No1": {time, location, magnitude, depth, latitude, longitude, type}, ...}``.

Source: no description is published; the layout is that of science/hazards.md section 3.5 and of
public code that reads both. A depth of 0 or none is what a list says of a depth not determined.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from riskcloud.errors import Problem
from riskcloud.hazard.earthquake.formats.document import Document
from riskcloud.hazard.earthquake.formats.record import (
    CHINA,
    Record,
    clean_text,
    make_event,
    time_of,
)
from riskcloud.hazard.source_file import number_of
from riskcloud.types import Earthquake

TITLE: Final = "CENC list JSON"
STRICT: Final = False
AGENCY: Final = "CENC"
OWN: Final = {"event_id": "id", "lon": "EPI_LON", "lat": "EPI_LAT", "depth_km": "EPI_DEPTH",
              "magnitude": "M", "place": "LOCATION_C", "time": "O_TIME"}
RELAY: Final = {"event_id": "EventID", "lon": "longitude", "lat": "latitude", "depth_km": "depth",
                "magnitude": "magnitude", "place": "location", "time": "time"}
NO_EARTHQUAKE: Final = re.compile("疑爆|爆破|爆炸|疑塌|塌陷|矿震|非天然")
"""Words of a place that say it was none."""
_NUMBERED = re.compile(r"No([1-9][0-9]{0,5})", re.ASCII)


def recognises(document: Document) -> bool:
    """Tell either list by its keys."""
    value = document.value
    if isinstance(value, list):  # the list alone
        return any(isinstance(one, Mapping) and {"O_TIME", "EPI_LAT"} <= one.keys()
                   for one in value)
    return isinstance(value, Mapping) and (
        isinstance(value.get("shuju"), list) or value.get("type") == "cenc_eqlist" or any(
            _NUMBERED.fullmatch(key) and isinstance(one, Mapping) and "magnitude" in one
            and "latitude" in one for key, one in value.items()))


def read(document: Document) -> list[tuple[Record, Earthquake | None]]:
    """Return the events of a list, in its order (the newest first, as a rule)."""
    value: Any = document.value
    if isinstance(value, list):
        value = {"shuju": value}
    if isinstance(value.get("shuju"), list):
        return [_event(one, row, OWN) for row, one in enumerate(value["shuju"], 1)]
    numbered = {int(found[1]): one for key, one in value.items()
                if (found := _NUMBERED.fullmatch(key))}
    return [_event(numbered[row], row, RELAY) for row in sorted(numbered)]


def _event(item: Any, row: int, names: Mapping[str, str],
           ) -> tuple[Record, Earthquake | None]:
    if not isinstance(item, Mapping):
        record = Record(row, {})
        record.problems.append(Problem(row, "", str(item)[:40], "expected an object"))
        return record, None
    cells = {ours: item.get(theirs) for ours, theirs in names.items()} | {"magnitude_type": "M"}
    if number_of(cells["depth_km"]) == 0.0:
        cells["depth_km"] = None
    record = Record(row, cells, names)
    time_utc, _ = time_of(cells["time"], CHINA)
    if time_utc is None:
        record.fault("time", "expected a time of China such as 2021-05-21 21:48:34")
    kind = clean_text(item.get("EQ_TYPE"), 20)
    if kind not in ("", "M"):
        record.note("EQ_TYPE", kind, "a kind of event that is not known: taken as an earthquake")
    found = NO_EARTHQUAKE.search(clean_text(cells["place"], 200))
    if found:
        record.problems.append(Problem(row, names["place"], clean_text(cells["place"], 60),
                                       "not a natural earthquake"))
    event = make_event(record, time_utc=time_utc, agency=AGENCY, status=_status(item),
                       source=TITLE)
    return record, event


def _status(item: Mapping[str, Any]) -> str:
    """Return whether people looked at it: AUTO_FLAG M, or the relay's type."""
    flag = clean_text(item.get("AUTO_FLAG"), 20)
    if flag:
        return "reviewed" if flag == "M" else "automatic"
    kind = clean_text(item.get("type"), 20)
    return kind if kind in ("reviewed", "automatic") else ""
