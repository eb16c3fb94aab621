"""Cells of observations: numbers with or without a unit, compass points, times."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from riskcloud.types import Times
from riskcloud.units import FOOT, KM_PER_H, KNOT, MPH

BLANK: Final = frozenset(("", "-", "--", "---", "/", "//", "///", "na", "n/a", "nan", "null",
                          "none", "m", "-999", "-9999", "-999.0", "缺测", "无"))
_SPEED: Final = (
    (KM_PER_H, r"km\s?[/_]?\s?hr?(?:-1)?|kmph|kph|公里[/每]小?时|千米[/每]小?时"),
    (MPH, r"mph|mi/h"),
    (KNOT, r"knots?|kts?|kn|节|海里[/每]小?时"),
    (1.0, r"m\s?[/_.·]?\s?s(?:ec)?(?:-1)?|mps|米[/每]秒"),
)
_EDGE: Final = r"(?<![a-z0-9]){}(?![a-z0-9])"
_SPEED_WORD: Final = tuple((factor, re.compile(_EDGE.format(f"(?:{words})")))
                           for factor, words in _SPEED)
_FEET: Final = re.compile(_EDGE.format(r"(?:ft|feet|foot|英尺)"))
_METRES: Final = re.compile(_EDGE.format(r"(?:m|metres?|meters?|米)"))
_NUMBER: Final = re.compile(r"(?P<number>[+-]?(?:\d+\.?\d*|\.\d+))\s*(?P<unit>\D.*)?")
_POINTS: Final = ("n", "nne", "ne", "ene", "e", "ese", "se", "sse", "s", "ssw", "sw", "wsw", "w",
                  "wnw", "nw", "nnw")
_DIRECTION: Final = {
    **{point: 22.5 * k for k, point in enumerate(_POINTS)},
    "北": 0.0, "东北": 45.0, "东": 90.0, "东南": 135.0, "南": 180.0, "西南": 225.0, "西": 270.0,
    "西北": 315.0,
}


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written: its value, half of its last digit, and its own unit's factor to SI.

    ``factor`` is None where the cell names no unit, NaN where it names one that is not known.
    """

    value: float
    half_digit: float
    factor: float | None


def plain(text: str) -> str:
    """Return text in one width and case, without what stands around it."""
    return unicodedata.normalize("NFKC", text).strip().lower().replace("−", "-")


def is_blank(cell: str) -> bool:
    """Tell a cell that says there is no value."""
    return plain(cell) in BLANK


def speed_factor(text: str) -> tuple[float | None, str]:
    """Return the factor to m/s of the unit that words name, and the words without it."""
    for factor, pattern in _SPEED_WORD:
        found = pattern.search(text)
        if found:
            return factor, f"{text[:found.start()]} {text[found.end():]}"
    return None, text


def length_factor(text: str) -> tuple[float, str]:
    """Return the factor to metres of the unit that words name (metres if none), and the rest."""
    found = _FEET.search(text)
    if found:
        return FOOT, f"{text[:found.start()]} {text[found.end():]}"
    found = _METRES.search(text)
    return 1.0, text if found is None else f"{text[:found.start()]} {text[found.end():]}"


def read_number(cell: str, *, speed: bool) -> Number | None:
    """Return a cell's number, with the unit it may carry; None for anything else."""
    match = _NUMBER.fullmatch(plain(cell))
    if match is None:
        return None
    digits = match["number"].partition(".")[2]
    factor: float | None = None
    if match["unit"]:
        named, rest = (speed_factor if speed else length_factor)(match["unit"].strip(" ()[]"))
        factor = float("nan") if named is None or rest.strip() else named
    return Number(float(match["number"]), 0.5 * 10.0 ** -len(digits), factor)


def direction_deg(cell: str) -> float:
    """Return degrees clockwise from north of a compass point or a number, NaN for anything else."""
    text = plain(cell).removesuffix("风").removesuffix("°").strip()
    if text in _DIRECTION:
        return _DIRECTION[text]
    try:
        value = float(text)
    except ValueError:
        return float("nan")
    return value % 360.0 if 0.0 <= value <= 360.0 else float("nan")


def read_times(cells: Sequence[str]) -> tuple[Times, list[bool], list[bool]]:
    """Return UTC times (NaT where blank or unreadable), which are unreadable, which lack an offset.

    A written offset is converted; without one a time counts as UTC.
    """
    text = [unicodedata.normalize("NFKC", cell).strip() for cell in cells]
    text = ["" if is_blank(cell) else cell for cell in text]
    series = pd.Series(text, dtype=object).where(lambda cell: cell != "", None)
    time = pd.to_datetime(series, utc=True, errors="coerce", format="ISO8601")
    zoned = re.compile(r"(?:[zZ]|[+-]\d{2}:?\d{2}|[T ]\d{2}.*[+-]\d{2})$")
    found: Times = time.dt.tz_localize(None).to_numpy(dtype="datetime64[s]")
    wrong = [bool(cell) and bool(np.isnat(value)) for cell, value in zip(text, found, strict=True)]
    naive = [bool(cell) and not bad and zoned.search(cell) is None
             for cell, bad in zip(text, wrong, strict=True)]
    return found, wrong, naive
