"""JSON and JSONP as they come, cut anywhere: whole objects, and cells of unsure type.

Not a format: :mod:`nmc_json` uses it.
"""

import json
import re
from typing import Any, Final

import numpy as np

from riskcloud.errors import InputError
from riskcloud.hazard.source_file import Faults, text_of
from riskcloud.hazard.typhoon.formats.source import Source

MAX_BYTES: Final = 16 * 1024 * 1024
"""Largest file read as JSON (our choice; the view of a long storm is about 1 MB)."""
LOCAL: Final = np.timedelta64(8, "h")
"""China Standard Time ahead of UTC."""
POINTS_DEPTH: Final = ["{", "[", "["]
"""Open brackets between two points of a view: object, storm, points."""

_TIME = re.compile(r"\d{12}", re.ASCII)


def objects(source: Source, faults: Faults) -> list[dict[str, Any]]:
    """Return the JSON objects of a file, whatever is wrapped round them.

    Of one cut off within the points of a view the whole points stay, which is noted.

    Raises
    ------
    InputError : a file too large, or nothing in it that is JSON.
    """
    if len(source.raw) > MAX_BYTES:
        raise InputError(f"{source.path}: larger than {MAX_BYTES >> 20} MB: not a typhoon's JSON")
    text, decoder, found = source.text, json.JSONDecoder(), list[dict[str, Any]]()
    start = text.find("{")
    while start >= 0:
        try:
            value, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            value, end = _mended(text, start), len(text)
            if value is not None:
                faults.note(0, "", "", "the file is cut off or broken: the points before are kept")
        if isinstance(value, dict):
            found.append(value)
        start = text.find("{", end)
    if not found:
        raise InputError(f"{source.path}: not readable as JSON: cut off or broken before its first "
                         "whole point; fetch it again")
    return found


def _mended(text: str, start: int) -> Any:
    """Return the object that begins at ``start``, closed after its last whole point."""
    closed, stack = start, list[str]()
    for mark in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text[start:]):
        sign = mark[0]
        if sign in "[{":
            stack.append(sign)
        elif sign in "]}":
            if not stack:
                break
            stack.pop()
            if stack == POINTS_DEPTH:
                closed = start + mark.end()
    if closed == start:
        return None
    try:
        return json.loads(text[start:closed] + "]]}")
    except (ValueError, RecursionError):
        return None


def element(values: Any, place: int) -> Any:
    """Return one element of a list, None when it is no list or not that long."""
    return values[place] if isinstance(values, list) and place < len(values) else None


def time_of(value: Any) -> np.datetime64 | None:
    """Return the time of YYYYMMDDHHmm, None when it is none."""
    digits = text_of(value)
    if not _TIME.fullmatch(digits):
        return None
    try:
        return np.datetime64(f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}T{digits[8:10]}"
                             f":{digits[10:]}:00", "s")
    except ValueError:
        return None


def updated_utc(value: Any, base: np.datetime64, newest: np.timedelta64) -> np.datetime64:
    """Return when a point was published: its local time of update, else ``base``.

    An update before ``base`` or more than ``newest`` after it is not believed.
    """
    told = time_of(element(value, 0) if isinstance(value, list) else value)
    if told is None or not base <= told - LOCAL <= base + newest:
        return base
    return told - LOCAL
