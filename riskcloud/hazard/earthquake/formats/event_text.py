"""Lists of events as text: the FDSN event service's ``format=text``, and ComCat or ISC-GEM CSV.

FDSN: ``#EventID|Time|Latitude|Longitude|Depth/km|...|MagType|Magnitude|...``. ComCat: a header
with time, latitude, longitude, depth, mag. Times without a zone are UTC (both say so).

Source: FDSN Web Service Specifications 1.2 (2019), fdsnws-event, text format; USGS, Earthquake
Catalog CSV (columns of ../shared/data/earthquakes).
"""

import csv
import io
from typing import Final

from riskcloud.errors import Problem
from riskcloud.hazard.earthquake.formats.document import Document
from riskcloud.hazard.earthquake.formats.record import Record, clean_text, make_event, time_of
from riskcloud.hazard.earthquake.formats.usgs_geojson import EARTHQUAKES
from riskcloud.types import Earthquake

TITLE: Final = "FDSN event text or ComCat CSV"
STRICT: Final = False
MOST_EVENTS: Final = 1_000_000
"""Longest list read (our choice; the ISC-GEM catalogue has 40,000)."""
NAMES: Final = {
    "time": "time", "latitude": "lat", "longitude": "lon", "depth": "depth_km",
    "depth/km": "depth_km", "mag": "magnitude", "magnitude": "magnitude",
    "magtype": "magnitude_type", "id": "event_id", "eventid": "event_id",
    "place": "place", "eventlocationname": "place", "type": "type", "eventtype": "type",
    "net": "agency", "author": "agency", "status": "status",
}
"""Header of either list, in small letters -> our name."""
NEEDED: Final = {"time", "lat", "lon", "magnitude"}


def recognises(document: Document) -> bool:
    """Tell a list by the names in its first line."""
    if document.root or document.value is not None:
        return False
    return NEEDED <= set(_columns(_first_line(document)))


def _first_line(document: Document) -> str:
    head = Document(document.path, document.raw[:4096]).text.lstrip("\ufeff\r\n ")
    return head.splitlines()[0] if head else ""


def _separator(line: str) -> str:
    return "|" if line.count("|") > line.count(",") else ","


def _columns(line: str) -> list[str]:
    names = [name.strip().lower() for name in line.lstrip("#").split(_separator(line))]
    return [NAMES.get(name.strip('"'), "") for name in names]


def read(document: Document) -> list[tuple[Record, Earthquake | None]]:
    """Return the events of a list; the header is row 1."""
    line = _first_line(document)
    columns, separator = _columns(line), _separator(line)
    names = {ours: header for ours, header in zip(
        columns, (name.strip() for name in line.lstrip("#").split(separator)), strict=True)}
    text = io.StringIO(document.text.lstrip("\ufeff\r\n "), newline="")
    rows = csv.reader(text, delimiter=separator,
                      quoting=csv.QUOTE_NONE if separator == "|" else csv.QUOTE_MINIMAL)
    found: list[tuple[Record, Earthquake | None]] = []
    try:
        next(rows)
        for row, cells in enumerate(rows, 2):
            if cells and not cells[0].startswith("#") and any(cell.strip() for cell in cells):
                found.append(_event(cells, columns, names, row))
            if row >= MOST_EVENTS:
                break
    except csv.Error as error:
        record = Record(len(found) + 2, {})
        record.problems.append(Problem(record.row, "", "", f"not a row of a table: {error}"))
        found.append((record, None))
    return found


def _event(row_cells: list[str], columns: list[str], names: dict[str, str], row: int,
           ) -> tuple[Record, Earthquake | None]:
    cells = {name: cell.strip() for name, cell in zip(columns, row_cells, strict=False) if name}
    record = Record(row, cells, names)
    if len(row_cells) != len(columns):
        record.problems.append(Problem(row, "", "", f"{len(row_cells)} cells, expected "
                                       f"{len(columns)}"))
        return record, None
    kind = cells.get("type", "")
    if kind.lower() not in EARTHQUAKES:
        record.problems.append(Problem(row, names["type"], kind[:40], "not an earthquake"))
    time_utc, _ = time_of(cells.get("time", ""))
    if time_utc is None:
        record.fault("time", "expected a time such as 2021-05-21T13:48:37Z")
    status = cells.get("status", "").lower()
    event = make_event(record, time_utc=time_utc, agency=clean_text(cells.get("agency"), 40),
                       status=status if status in ("reviewed", "automatic") else "", source=TITLE)
    return record, event
