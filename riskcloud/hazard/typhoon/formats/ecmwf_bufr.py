"""ECMWF tropical cyclone tracks, BUFR edition 4: one message a storm, one subset a member.

Read with ecCodes (the extra ``bufr``) in a process of its own (:mod:`bufr_elements`). ecCodes can
crash on a damaged header, so only the data section of a message reaches it, under a header made
here; the template must be one of two known.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from riskcloud.errors import InputError, Problem
from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats.bufr_elements import NOT_INSTALLED, Element
from riskcloud.hazard.typhoon.formats.source import Source, to_fixes

TITLE: Final = "ECMWF tropical cyclone tracks (BUFR)"
MAX_LEAD_BYTES: Final = 1024
"""How far into a file its first message may start, after bulletin headers (our choice)."""
MAX_MESSAGES: Final = 200
MAX_MEMBERS: Final = 128
MAX_FIXES: Final = 500_000
"""Most messages of a file, members of a message, fixes of a file (our choice: ECMWF sends a
message a storm, 52 or 102 members, and in all some 30,000 fixes)."""
MAX_LEAD_H: Final = 1104
"""Longest lead believed [h]: 46 days, the longest ensemble there is (our choice)."""
TEMPLATES: Final = (
    (316082,),
    (1033, 1034, 1032, 1025, 1027, 1090, 1091, 1092, 301011, 301012, 8005, 301023, 8005, 301023,
     10051, 8005, 301023, 11012, 107003, 19003, 105004, 5021, 5021, 201131, 19004, 201000, 116000,
     31001, 8021, 4024, 8005, 301023, 10051, 8005, 301023, 11012, 107003, 19003, 105004, 5021,
     5021, 201131, 19004, 201000),
)
"""Descriptors of section 3, FXXYYY: the sequence of WMO table D since 2020, and spelt out before.
Both hold in this order: storm, time, the centre as observed; at 0 h the model's centre, pressure,
the place and speed of the strongest wind, for 18, 26 and 33 m/s the radii NE, SE, SW, NW; then the
same for each further step."""
DECODER: Final = Path(__file__).with_name("bufr_elements.py")
LONGEST_S: Final = 120.0
"""Time a file's messages may take to decode [s] (our choice; ECMWF's take a second or two)."""
TABLES: Final = 35
"""Version of the WMO tables the data are read by: elements keep their width in every version."""
CENTRES: Final = {98: "ECMWF", 74: "UKMO", 7: "NCEP", 34: "JMA-EPS", 38: "CMA-EPS"}
"""Originating centres (WMO common code table C-11) as agencies; others by their number."""
BASINS: Final = {
    "W": ("WP", "WP"), "E": ("EP", "EP"), "C": ("EP", "CP"), "L": ("NA", "AL"),
    "A": ("NI", "IO"), "B": ("NI", "IO"), "S": ("SI", "SH"), "P": ("SP", "SH"),
    "U": ("SI", "SH"), "Q": ("SA", "SL"),
}
"""Letter of a storm identifier: basin, and the two letters of its ATCF identifier."""
RADII: Final = {18.0: "r34", 26.0: "r50", 33.0: "r64"}
"""Wind thresholds [m/s] as those of 34, 50 and 64 kt (17.5, 25.7, 32.9 m/s)."""


@dataclass(frozen=True, slots=True)
class _Message:
    """A whole message: its place in the file, and what of it is handed on."""

    number: int
    centre: int
    n_members: int
    template: tuple[int, ...]
    compressed: bool
    data: bytes


def recognises(source: Source) -> bool:
    """Tell BUFR by its first word and the edition byte, which no text has."""
    at = source.raw.find(b"BUFR", 0, MAX_LEAD_BYTES)
    return at >= 0 and len(source.raw) > at + 7 and source.raw[at + 7] <= 9


def read(source: Source, faults: Faults) -> pd.DataFrame:
    """Return the fixes of every storm and member of a file (:func:`source.to_fixes`).

    Messages that are whole are read, others noted. The row of a fix is its running number: BUFR
    has no lines. Winds are the model's, taken as 10-min means; radii of 18, 26 and 33 m/s stand
    for those of 34, 50 and 64 kt. The place of the strongest wind is not used: on the model's grid
    its distance is no radius of maximum wind.

    Raises InputError : ecCodes is not installed.
    """
    messages = list(_messages(source.raw, faults))
    records: dict[tuple[object, ...], dict[str, Any]] = {}
    repeated = 0
    for message, groups in zip(messages, _elements(source.path, messages), strict=True):
        if len(records) + repeated > MAX_FIXES:
            faults.note(0, "", "", f"only the first {message.number - 1} messages were read: more "
                        f"than {MAX_FIXES} fixes are no forecast of storms")
            break
        for record in _records(message, groups, faults):
            key = tuple(record[name] for name in ("event_id", "agency", "base_utc", "member",
                                                  "time_utc"))
            repeated += key in records
            records.setdefault(key, record)
    if repeated:
        faults.note(0, "", "", f"{repeated} fix(es) given twice: the first of each is kept")
    if not records:
        faults.note(0, "", "", "no tropical cyclone with a position was found in this file")
    numbered = ({**record, "row": row} for row, record in enumerate(records.values(), 1))
    return to_fixes(numbered, faults)


def _elements(path: Path, messages: Sequence[_Message]) -> list[list[Element] | str]:
    """Return the elements of each message, or what went wrong, from a process of its own.

    Raises InputError : ecCodes is not installed.
    """
    answers: list[list[Element] | str] = []
    while len(answers) < len(messages):
        sealed = [_sealed(message) for message in messages[len(answers):]]
        given = b"".join(len(one).to_bytes(4, "big") + one for one in sealed)
        try:
            run = subprocess.run([sys.executable, "-P", str(DECODER)], input=given,
                                 capture_output=True, check=False, timeout=LONGEST_S)
            lines, status = run.stdout.splitlines(), run.returncode
        except subprocess.TimeoutExpired as error:
            lines, status = (error.stdout or b"").splitlines(), -1
        if status == NOT_INSTALLED:
            fault = Problem(0, "", "", "pip install 'riskcloud[bufr]'")
            raise InputError(f"{path}: reading BUFR needs ecCodes", [fault])
        answers += [json.loads(line) for line in lines]
        if len(answers) < len(messages):  # it died of the next message: go on after that
            answers.append("crash")
    return answers


def _messages(raw: bytes, faults: Faults) -> Iterator[_Message]:
    """Yield the messages that are whole and of a known template; note the others."""
    at, number = raw.find(b"BUFR"), 0
    while at >= 0 and number < MAX_MESSAGES:
        number += 1
        length = int.from_bytes(raw[at + 4 : at + 7], "big")
        whole = raw[at : at + length]
        ok = len(raw) >= at + 8 and len(whole) == length and whole.endswith(b"7777")
        found = _open(whole, number) if ok else (
            "it is cut off or damaged: fetch the file again to have all storms")
        if isinstance(found, _Message):
            yield found
        else:
            faults.note(0, "", "", f"BUFR message {number} could not be read: {found}")
        at = raw.find(b"BUFR", at + (length if ok else 4))
    if at >= 0:
        faults.note(0, "", "", f"only the first {MAX_MESSAGES} messages were read")


def _open(whole: bytes, number: int) -> _Message | str:
    """Return the parts of a message, or in words what is wrong with it."""
    if whole[7] != 4:
        return f"edition {whole[7]} of BUFR, expected 4"
    starts = [8]
    has_second = len(whole) > 17 and bool(whole[17] & 0x80)
    for _ in range(4 if has_second else 3):
        size = int.from_bytes(whole[starts[-1] : starts[-1] + 3], "big")
        starts.append(starts[-1] + size)
        if size < 4 or starts[-1] > len(whole) - 4:
            return "its sections do not fit its length"
    third, fourth, end = starts[-3:]
    if end != len(whole) - 4 or fourth - third < 7:
        return "its sections do not fit its length"
    template = tuple(_descriptor(whole[i : i + 2]) for i in range(third + 7, fourth - 1, 2))
    if template not in TEMPLATES:
        return "it is not a table of tropical cyclone tracks (template 316082)"
    n_members = int.from_bytes(whole[third + 4 : third + 6], "big")
    if not 1 <= n_members <= MAX_MEMBERS:
        return f"{n_members} members, expected 1 to {MAX_MEMBERS}"
    return _Message(number, int.from_bytes(whole[12:14], "big"), n_members, template,
                    bool(whole[third + 6] & 0x40), whole[fourth:end])


def _descriptor(pair: bytes) -> int:
    code = int.from_bytes(pair, "big")
    return (code >> 14) * 100_000 + (code >> 8 & 0x3F) * 1000 + (code & 0xFF)


def _sealed(message: _Message) -> bytes:
    """Return the message with a header of ours around its data section."""
    codes = ((d // 100_000) << 14 | (d // 1000 % 100) << 8 | d % 1000 for d in message.template)
    third = b"".join(code.to_bytes(2, "big") for code in codes)
    third = ((7 + len(third)).to_bytes(3, "big") + b"\0" + message.n_members.to_bytes(2, "big")
             + bytes([0x40 if message.compressed else 0]) + third)
    first = (b"\0\0\x16\0" + (98).to_bytes(2, "big") + b"\0\0\0\0" + bytes([7, 0, 32, TABLES, 0])
             + (2020).to_bytes(2, "big") + bytes([1, 1, 0, 0, 0]))
    body = first + third + message.data + b"7777"
    return b"BUFR" + (len(body) + 8).to_bytes(3, "big") + b"\x04" + body


def _records(message: _Message, groups: list[Element] | str, faults: Faults,
             ) -> list[dict[str, Any]]:
    """Return the fixes of one message, numbered members, those without a fix noted."""
    try:
        if isinstance(groups, str):
            raise ValueError(groups)
        if not message.compressed and len(groups) != message.n_members:
            raise ValueError("members missing")
        heads = [_head(group, message) for group in groups]
    except (ValueError, TypeError, IndexError, KeyError) as error:
        what = groups if isinstance(groups, str) else type(error).__name__
        faults.note(0, "", "", f"BUFR message {message.number} could not be read: its data are "
                    f"damaged ({what})")
        return []
    records: list[dict[str, Any]] = []
    storm, without, unnumbered, taken = "", 0, 0, set[int]()
    for group, head in zip(groups, heads, strict=True):
        members = group["ensembleMemberNumber"][0]
        for i in range(1 if len(groups) > 1 else message.n_members):
            member = _at(members, i)
            if member is None or member < 1 or member in taken:
                unnumbered += 1
                member = next(k for k in range(1, 100_000) if k not in taken and k not in members)
            taken.add(member)
            own = list(_member(group, head, i))
            records += [{**fix, "member": member} for fix in own]
            storm = storm or f"{head['event_id']} {head['name']}".strip()
            without += not own
    if without:
        faults.note(0, "", "", f"storm {storm}: {without} of {message.n_members} member(s) have "
                    "no position (the model does not hold the storm): left out")
    if unnumbered:
        faults.note(0, "", "", f"storm {storm}: {unnumbered} member(s) without a number of their "
                    "own got the next free one")
    return records


def _at(values: list[Any], i: int) -> Any:
    return values[0] if len(values) == 1 else values[i]


def _head(group: Element, message: _Message) -> dict[str, Any]:
    """Return storm and time of a message. Raises ValueError, KeyError where it has none."""
    parts = [int(group[key][0][0] or 0) for key in ("year", "month", "day", "hour", "minute")]
    if not 1950 <= parts[0] <= 2200:
        raise ValueError("year")
    base = np.datetime64("{:04d}-{:02d}-{:02d}T{:02d}:{:02d}".format(*parts), "s")
    storm = str(group["stormIdentifier"][0][0] or "").strip().upper()
    name = str(group["longStormName"][0][0] or "").strip().upper()
    basin, code = BASINS.get(storm[-1:], ("", ""))
    year = parts[0] + (code == "SH" and parts[1] >= 7)  # southern seasons begin in July
    digits = storm[:-1]
    event = f"{code}{digits.zfill(2)}{year}" if code and digits.isdecimal() else f"{storm}{year}"
    return {"event_id": event, "name": "" if name == storm else name, "basin": basin,
            "agency": CENTRES.get(message.centre, f"CENTRE {message.centre}"),
            "averaging_s": 600.0, "base_utc": base, "issued_utc": base}


def _member(group: Element, head: dict[str, Any], i: int) -> Iterator[dict[str, Any]]:
    """Yield the fixes of member i of a group that have time and position."""
    periods = [[0], *group.get("timePeriod", [])]
    for k, period in enumerate(periods):
        hours = _at(period, i)
        lat, lon = (_at(group[axis][2 * k + 1], i) for axis in ("latitude", "longitude"))
        if hours is None or not 0 <= hours <= MAX_LEAD_H or lat is None or lon is None:
            continue
        fix = dict(head)
        fix["time_utc"] = head["base_utc"] + np.timedelta64(3600 * int(hours), "s")
        fix["lat"], fix["lon"] = round(lat, 4), round(lon, 4)  # 17.1 is kept as 17.1000000001
        fix["central_pressure_pa"] = _at(group["pressureReducedToMeanSeaLevel"][k], i)
        fix["max_wind_m_s"] = _at(group["windSpeedAt10M"][k], i)
        for j in range(3 * k, 3 * k + 3):
            speed = RADII.get(float(_at(group["windSpeedThreshold"][j], i) or 0))
            radii = [_at(values, i) for values in
                     group["effectiveRadiusWithRespectToWindSpeedsAboveThreshold"][4 * j:4 * j + 4]]
            if speed:
                fix[speed] = radii
        yield fix
