"""What the bands of a NetCDF file stand for: its dimensions by the CF conventions."""

import re
from pathlib import Path
from typing import Any

import numpy as np

from riskcloud.errors import InputError, Problem
from riskcloud.types import Times

_SECONDS = {"second": 1.0, "sec": 1.0, "s": 1.0, "minute": 60.0, "min": 60.0, "hour": 3600.0,
            "hr": 3600.0, "h": 3600.0, "day": 86400.0, "d": 86400.0}
_CALENDARS = ("", "standard", "gregorian", "proleptic_gregorian")
_SINCE = re.compile(
    r"\s*(\w+?)s?\s+since\s+(\d{1,4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T ]+(\d{1,2})(?::(\d{1,2})(?::(\d{1,2}(?:\.\d*)?))?)?)?\s*"
    r"(Z|UTC|GMT|[+-]\d{1,2}:?\d{0,2})?"
    r"\s*", re.IGNORECASE)


def split_selector(selector: str) -> tuple[str, str]:
    """Return the variable of ``variable[dim=value,...]``, and the brackets."""
    name, bracket, rest = selector.partition("[")
    return name, bracket + rest


def cf_times(values: Any, unit: str, calendar: str, source: str) -> Times:
    """Return times (n,), UTC, of numbers in a unit such as ``hours since 1900-01-01``.

    Raises
    ------
    InputError : a unit or calendar that is none of ours.

    Source: CF conventions 1.11, section 4.4.
    """
    match = _SINCE.fullmatch(unit)
    if match is None or match[1].lower() not in _SECONDS or calendar.lower() not in _CALENDARS:
        raise InputError(f"{source}: its times cannot be read", [Problem(
            0, "time", f"{unit} {calendar}".strip(),
            "expected seconds, minutes, hours or days since a date, standard calendar")])
    year, month, day = (int(match[k]) for k in (2, 3, 4))
    clock = [float(match[k] or 0.0) for k in (5, 6, 7)]
    zone = re.fullmatch(r"([+-])(\d{1,2}):?(\d{0,2})", match[8] or "")
    shift = 0.0
    if zone:
        shift = (int(zone[2]) * 3600.0 + int(zone[3] or 0) * 60.0) * (-1.0 if zone[1] == "+" else 1)
    origin = np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "s")
    seconds = (np.asarray(values, np.float64) * _SECONDS[match[1].lower()] + shift
               + clock[0] * 3600.0 + clock[1] * 60.0 + clock[2])
    return np.asarray(origin + np.round(seconds).astype("timedelta64[s]"))


def axis_times(file: Any, source: str, selector: str) -> tuple[tuple[int, ...], Times | None]:
    """Return the bands of a NetCDF variable that differ by time alone, and their times.

    ``selector`` holds values of its other dimensions, ``[number=3,level=850]``.

    Raises
    ------
    InputError : a dimension other than time left open, or a value it does not have.
    """
    tags = file.tags()
    dims = re.findall(r"[^{},\s]+", tags.get("NETCDF_DIM_EXTRA", ""))
    wanted = dict(part.split("=", 1) for part in re.findall(r"[^\[\],\s]+=[^\[\],\s]+", selector))
    problems = [Problem(0, "dimension", name, f"known here: {', '.join(dims) or 'none'}")
                for name in wanted if name not in dims]
    bands = list(range(1, file.count + 1))
    place = {band: file.tags(band) for band in bands}
    timed = None
    for name in dims:
        unit = tags.get(f"{name}#units", "")
        values = {band: float(place[band].get(f"NETCDF_DIM_{name}", 0.0)) for band in bands}
        known = list(dict.fromkeys(values.values()))
        if name in wanted:
            bands = [band for band in bands if _same(values[band], wanted[name])]
            if not bands:
                problems.append(_unknown(name, wanted[name], known))
                break
        elif "since" in unit.lower():
            timed = (values, unit, tags.get(f"{name}#calendar", ""))
        elif len(known) > 1:
            problems.append(Problem(0, name, "", f"choose one: {Path(source).name}:variable["
                                    f"{name}={known[0]:g}]; it has "
                                    f"{', '.join(f'{value:g}' for value in known[:12])}"))
    if problems:
        raise InputError(f"{source}: {len(problems)} dimension(s) to choose in", problems)
    if timed is None:
        return tuple(bands), None
    values, unit, calendar = timed
    return tuple(bands), cf_times([values[band] for band in bands], unit, calendar, source)


def _same(value: float, wanted: str) -> bool:
    try:
        return bool(np.isclose(value, float(wanted), rtol=1e-9))
    except ValueError:
        return False


def _unknown(name: str, wanted: str, known: list[float]) -> Problem:
    return Problem(0, name, wanted,
                   f"known here: {', '.join(f'{value:g}' for value in known[:12])}")
