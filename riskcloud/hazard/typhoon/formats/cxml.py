"""CXML, the cyclone exchange format of TIGGE (1.1; 1.3 reads alike): analysis, forecast, ensemble.

Read as it comes, line by line, so that a file cut off gives what is whole before the cut. Entities
and document types are refused. Units are taken from their attributes, never assumed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree.ElementTree import ParseError, XMLPullParser

import numpy as np
import pandas as pd

from riskcloud.errors import InputError, Problem
from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats.cxml_fix import Place, fix_of, tag_of, text_of, time_of
from riskcloud.hazard.typhoon.formats.source import Source, to_fixes

TITLE: Final = "CXML (TIGGE cyclone exchange)"
MAX_BYTES: Final = 64 * 1024 * 1024
"""Largest file read (our choice; an ensemble of all storms takes some 10 MB)."""
MAX_DEPTH: Final = 32
"""Deepest nesting read (our choice; the schema needs 9)."""
ROOT: Final = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?cxml[\s>]")
FORBIDDEN: Final = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
AGENCIES: Final = {
    "ecmf": "ECMWF", "egrr": "UKMO", "kwbc": "NCEP", "cwao": "CMC", "lfpw": "METEOFRANCE",
    "dems": "NCMRWF", "edzw": "DWD", "sbsj": "CPTEC",
    "rjtd": "JMA-EPS", "babj": "CMA-EPS", "rksl": "KMA-EPS", "ammc": "BOM-EPS",
}
"""Agency of an origin. Models of centres that also issue warnings are told from those by -EPS."""
BASINS: Final = {
    "ATL": ("NA", "AL"), "NORTH ATLANTIC": ("NA", "AL"), "NEP": ("EP", "EP"),
    "NORTHEAST PACIFIC": ("EP", "EP"), "NWP": ("WP", "WP"), "NORTHWEST PACIFIC": ("WP", "WP"),
    "NIO": ("NI", "IO"), "NORTH INDIAN": ("NI", "IO"), "SWI": ("SI", "SH"),
    "SOUTHWEST INDIAN": ("SI", "SH"), "SEI": ("SI", "SH"), "SOUTHEAST INDIAN": ("SI", "SH"),
    "SWP": ("SP", "SH"), "SOUTHWEST PACIFIC": ("SP", "SH"), "SOUTH ATLANTIC": ("SA", "SL"),
}
"""Basins of the schema as ours, and the two letters of an ATCF identifier."""


@dataclass(slots=True)
class _Storm:
    """One disturbance of one data element, and its fixes as records."""

    data: dict[str, str]
    number_of_data: int
    identifier: str
    texts: dict[str, str] = field(default_factory=dict)
    fixes: list[dict[str, Any]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Return the storm's name in capitals, "" without one."""
        return self.texts.get("cycloneName", "").upper()

    @property
    def basin(self) -> tuple[str, str]:
        """Return the basin and the letters of its ATCF identifiers, "" where unknown."""
        return BASINS.get(self.texts.get("basin", "").upper(), ("", ""))


@dataclass(slots=True)
class _File:
    """What was read so far."""

    faults: Faults
    header: dict[str, str] = field(default_factory=dict)
    data: list[dict[str, str]] = field(default_factory=list)
    storms: list[_Storm] = field(default_factory=list)
    row: int = 0


def recognises(source: Source) -> bool:
    """Tell CXML by its root element, with or without a prefix."""
    head = source.raw[:8192]
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and bool(ROOT.search(head))


def read(source: Source, faults: Faults) -> pd.DataFrame:
    """Return the fixes of every storm and member of a file (:func:`source.to_fixes`).

    The analysis and the forecast of a storm are member 0; members of an ensemble keep their
    number, the control (0) gets the next free one. Winds are 10-min means unless the file says
    otherwise.

    Raises InputError : larger than ``MAX_BYTES``, or a document type or entity in it.
    """
    if len(source.raw) > MAX_BYTES:
        raise InputError(f"{source.path}: larger than {MAX_BYTES >> 20} MB; cut out the storms "
                         "you need")
    text = source.text
    if FORBIDDEN.search(text):
        fault = Problem(0, "", "", "take out its <!DOCTYPE ...> and <!ENTITY ...>: a file with "
                        "entities of its own is not read")
        raise InputError(f"{source.path}: refused", [fault])
    file = _File(faults)
    _parse(source.lines, file)
    numbers = _member_numbers(file)
    records = _best(_records(file, numbers), faults)
    if not records:
        faults.note(0, "", "", "no tropical cyclone with a position was found in this file")
    return to_fixes(records, faults)


def _parse(lines: list[str], file: _File) -> None:
    parser: XMLPullParser[Any] = XMLPullParser(events=("start", "end"))
    path: list[str] = []
    for row, line in enumerate(lines, 1):
        try:
            parser.feed(line + "\n")
            for event in parser.read_events():
                _take(str(event[0]), event[-1], path, row, file)
        except (ParseError, RecursionError):
            file.faults.note(row, "", line.strip()[:40], "this line is not XML: what stands "
                             "before it was read, the rest was not")
            return
    if path or not file.data:
        file.faults.note(0, "", "", "the file ends before its end: only what stands before was "
                         "read; fetch it again to have all")


def _take(event: str, element: Any, path: list[str], row: int, file: _File) -> None:
    """Follow one start or end of an element; ``path`` holds the tags that are open."""
    tag = tag_of(element)
    if event == "start":
        path.append(tag)
        if len(path) > MAX_DEPTH:
            raise RecursionError
        if tag == "data":
            file.data.append(dict(element.attrib))
        elif tag == "disturbance" and file.data:
            file.storms.append(_Storm(file.data[-1], len(file.data), element.get("ID", "")))
        return
    path.pop()
    parent = path[-1] if path else ""
    if parent == "header" or tag == "numMembers":
        file.header[tag] = text_of(element)
    elif parent == "disturbance" and file.storms:
        if tag != "fix":
            file.storms[-1].texts[tag] = text_of(element)
            return
        file.row = max(row, file.row + 1)  # rows stay apart where a line holds many fixes
        fix = fix_of(element, Place(file.row, file.faults, file.header.get("missing", "")))
        if fix is not None:
            file.storms[-1].fixes.append(fix)
    if tag in ("fix", "disturbance", "data"):
        element.clear()


def _member_numbers(file: _File) -> dict[int, int]:
    """Return the member of each data element (0: no ensemble); note what is missing."""
    given: dict[int, int | None] = {}
    for k, data in enumerate(file.data, 1):
        member = str(data.get("member", "")).strip()
        if data.get("type", "").lower().startswith("ensemble"):
            given[k] = int(member) if re.fullmatch(r"[0-9]{1,4}", member) else None
    taken = {number for number in given.values() if number}
    _note_missing(file, taken)
    numbers = dict.fromkeys(range(1, len(file.data) + 1), 0)
    for k, member_number in given.items():
        numbers[k] = member_number or max(taken, default=0) + 1
        if not member_number:
            taken.add(numbers[k])
            which = "the control (member 0)" if member_number == 0 else "a member without a number"
            file.faults.note(0, "", "", f"{which} is read as member {numbers[k]}")
    return numbers


def _note_missing(file: _File, taken: set[int]) -> None:
    announced = file.header.get("numMembers", "")
    highest = max(taken, default=0)
    if announced.isdecimal() and len(announced) <= 4:
        highest = max(highest, int(announced) - 1)  # it counts the control
    missing = [number for number in range(1, highest + 1) if number not in taken]
    if taken and missing:
        shown = ", ".join(map(str, missing[:10])) + (", ..." if missing[10:] else "")
        file.faults.note(0, "", "", f"{len(missing)} member(s) of the ensemble are not in the "
                         f"file: {shown}")
    empty = len(file.data) - len({s.number_of_data for s in file.storms if s.fixes})
    if empty:
        file.faults.note(0, "", "", f"{empty} of {len(file.data)} data element(s) hold no fix: "
                         "that analysis, forecast or member has no storm")


def _records(file: _File, numbers: dict[int, int]) -> Iterator[dict[str, Any]]:
    """Yield the records of all storms, each with storm, agency, member and times."""
    used: dict[int, set[str]] = {}
    created = time_of(file.header.get("creationTime", ""))
    whole = [storm for storm in file.storms if storm.fixes]
    times = [time_of(file.header.get("baseTime", "")) or _base(storm) for storm in whole]
    events = _event_ids(whole, times)
    for storm, base, event in zip(whole, times, events, strict=True):
        seen = used.setdefault(storm.number_of_data, set())
        unique = next(name for k in range(1, len(whole) + 2)
                      if (name := event if k == 1 else f"{event}-{k}") not in seen)
        seen.add(unique)
        origin = (storm.data.get("origin") or file.header.get("productionCenter", "")).strip()
        for fix in storm.fixes:
            yield {**fix, "event_id": unique, "name": storm.name, "basin": storm.basin[0],
                   "agency": AGENCIES.get(origin.lower(), origin.upper()),
                   "member": numbers[storm.number_of_data], "base_utc": base,
                   "issued_utc": base if created is None or created < base else created}


def _base(storm: _Storm) -> np.datetime64:
    """Return the analysis' time of a file that does not say it: by the hour of its first fix."""
    first: dict[str, Any] = min(storm.fixes, key=lambda fix: fix["time_utc"])
    hour = first["hour"] or 0.0
    back = np.timedelta64(int(3600 * hour) if abs(hour) < 2000 else 0, "s")
    base: np.datetime64 = first["time_utc"] - back
    return base


def _event_ids(storms: list[_Storm], times: list[np.datetime64]) -> list[str]:
    """Return basin, number and season as ATCF writes them, else the file's own identifiers.

    A storm without a number takes that of one with the same identifier and name: analyses give
    the name only.
    """
    events, named = [], dict[tuple[str, str], str]()
    for storm, base in zip(storms, times, strict=True):
        number, code = storm.texts.get("cycloneNumber", ""), storm.basin[1]
        event = ""
        if code and re.fullmatch(r"[0-9]{1,2}", number):
            year, month = (int(part) for part in str(base.astype("datetime64[M]")).split("-"))
            event = f"{code}{int(number):02d}{year + (code == 'SH' and month >= 7)}"
            named.setdefault((storm.identifier, storm.name), event)
        events.append(event)
    return [event or (storm.name and named.get((storm.identifier, storm.name), ""))
            or storm.identifier.strip() or storm.name or "STORM"
            for storm, event in zip(storms, events, strict=True)]


def _best(records: Iterator[dict[str, Any]], faults: Faults) -> list[dict[str, Any]]:
    """Keep of the fixes of one storm, member and time the most complete one; note the rest."""
    kept: dict[tuple[Any, ...], dict[str, Any]] = {}
    for record in records:
        key = tuple(record[n] for n in ("event_id", "agency", "member", "issued_utc", "base_utc",
                                        "time_utc"))
        if key in kept:
            faults.note(record["row"], "validTime", record["time_utc"], "this storm and member has "
                        "two fixes of that time: the fuller one is kept")
        if key not in kept or _known(record) > _known(kept[key]):
            kept[key] = record
    return list(kept.values())


def _known(record: dict[str, Any]) -> int:
    return sum(value not in (None, "") for value in record.values())
