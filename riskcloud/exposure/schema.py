"""The single table of portfolio columns (columns.csv) and how a file's headers meet it."""

import csv
import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from riskcloud.errors import Problem
from riskcloud.types import COVERAGES

TIV = tuple(f"tiv_{coverage}" for coverage in COVERAGES)
"""Our names of the columns of sums insured, one a coverage."""

_TABLE = Path(__file__).with_name("columns.csv")
_SUGGEST_ABOVE = 0.8  # similarity of difflib above which a header is called misspelt; ours
_SHAPEFILE_NAME = 10  # bytes of a field name that a dBASE file keeps
_BIG_UNIT = re.compile(r"[万亿千百]|million|thousand|000|mi?l?n$|mio$|"
                       r"^[km](cny|rmb|usd|hkd|mop|eur)?$|^(cny|rmb|usd|hkd|mop|eur)[km]$")
_BIG_SUM = re.compile(r"(?P<rest>.+?)(人民币|rmb|cny)?[万亿千百]+元?")
_UNITS = {  # what a bracket may say beside ours, as ``_unit_key`` makes it
    "m/s": {"m/s", "米/秒", "米每秒", "mps", "ms-1", "m·s-1"},
    "m": {"m", "米", "metre", "metres", "meter", "meters"},
    "s": {"s", "秒", "sec", "second", "seconds"},
    "yr": {"yr", "年", "a", "year", "years"},
    "deg": {"deg", "°", "度", "degree", "degrees", "十进制度", "小数度", "decimaldegrees"},
}
_OTHER_UNIT = re.compile(
    r"mph|km/?h|kmh-1|kn|kt|kts|knots?|节|公里.*|千米.*|ft/?s?|feet|foot|英尺|英寸|in|inch(es)?|cm|厘米|mm|毫米|"
    r"km|dm|分米|min|minutes?|分|分钟|h|hr|hours?|小时|dms|度分秒|rad|弧度|bft|级|风力.*")
_OTHER_SYSTEM = re.compile(r"gcj|bd-?09|火星|高德|腾讯|百度")
_WHOLE_UNITS = "amounts are read in whole units of the currency: convert the column and its header"
_BRACKET = re.compile(r"[(\[](?P<unit>[^()\[\]]*)[)\]]$")


@dataclass(frozen=True, slots=True)
class Column:
    """One row of columns.csv. ``kind`` is text, category, number, integer, code or date."""

    name: str
    oed: str
    label_zh: str
    aliases: tuple[str, ...]
    kind: str
    unit: str
    required: str
    low: float
    high: float
    codes: str
    default: str
    rule: str
    meaning_zh: str
    meaning_en: str

    @property
    def spellings(self) -> tuple[str, ...]:
        """Return every accepted header: OED or extension, ours, the Chinese label, aliases."""
        return (self.oed, self.name, self.label_zh, *self.aliases)


@dataclass(frozen=True, slots=True)
class HeaderMatch:
    """What the headers of a file mean.

    ``position`` maps our name to the place of its column in the file; ``unused`` are the places
    that no column claims; ``near`` maps a header nobody knows to the accepted one it resembles.
    """

    headers: tuple[str, ...]
    position: Mapping[str, int]
    unused: tuple[int, ...]
    near: Mapping[str, str]
    problems: tuple[Problem, ...]

    def header(self, name: str) -> str:
        """Return the file's own header of our column, or its OED spelling where it is absent."""
        place = self.position.get(name)
        return column(name).oed if place is None else self.headers[place]


def _number(text: str, default: float) -> float:
    return float(text) if text else default


@cache
def columns() -> Mapping[str, Column]:
    """Return all columns of columns.csv by our name, in the order of the file."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["name"]: Column(
            name=row["name"], oed=row["oed"], label_zh=row["label_zh"],
            aliases=tuple(filter(None, row["aliases"].split(";"))), kind=row["type"],
            unit=row["unit"], required=row["required"], low=_number(row["low"], -float("inf")),
            high=_number(row["high"], float("inf")), codes=row["codes"], default=row["default"],
            rule=row["rule"], meaning_zh=row["meaning_zh"], meaning_en=row["meaning_en"],
        )
        for row in rows
    }


def column(name: str) -> Column:
    """Return the column with our ``name`` (KeyError where columns.csv has none)."""
    return columns()[name]


def header_unit(header: str) -> str:
    """Return what the bracket at the end of a header says, "" where there is none."""
    bracket = _BRACKET.search(unicodedata.normalize("NFKC", header).strip())
    return bracket["unit"].strip() if bracket else ""


def header_key(header: str) -> str:
    """Return a header as it is compared: without width, case, space, underscore, unit in brackets.

    ``Loc Number``, ``loc_number`` and ``LOCNUMBER`` are one; ``保额(元)`` is ``保额``.
    """
    text = unicodedata.normalize("NFKC", header).strip().strip("\ufeff")
    return re.sub(r"[\s_\-*]", "", _BRACKET.sub("", text)).casefold()


@cache
def spellings() -> Mapping[str, str]:
    """Return our column name by ``header_key`` of every accepted spelling."""
    return {header_key(word): item.name for item in columns().values() for word in item.spellings}


def match_headers(headers: Sequence[str], *, truncated: bool = False) -> HeaderMatch:
    """Return what each header means; ``truncated`` accepts names cut to 10 bytes (shapefile).

    Problems: one header twice, two headers for one column, a unit such as 10,000 yuan.
    """
    known = _truncated() if truncated else spellings()
    position: dict[str, int] = {}
    unused: list[int] = []
    problems: list[Problem] = []
    for place, header in enumerate(headers):
        name = known.get(header_key(header)) or spellings().get(header_key(header))
        if name is None:
            unused.append(place)
            problems.extend(_big_sum(header))
        elif name in position:
            problems.append(Problem(1, header, "", f"a second column for {column(name).oed} beside "
                                    f"{headers[position[name]]!r}: keep one"))
        else:
            position[name] = place
            problems.extend(_unit_problem(header, column(name)))
    problems.extend(_unit_columns(headers, position))
    return HeaderMatch(tuple(headers), position, tuple(unused),
                       _near(headers, unused, position), tuple(problems))


def _unit_problem(header: str, item: Column) -> list[Problem]:
    """Return the fault of a header whose bracket says another unit or system than is read."""
    unit = re.sub(r"[\s^]", "", header_unit(header)).casefold()
    if item.unit.startswith("currency") and _BIG_UNIT.search(unit):
        return [Problem(1, header, "", _WHOLE_UNITS)]
    if item.name in ("lon", "lat") and _OTHER_SYSTEM.search(unit):
        return [Problem(1, header, "", "the coordinate system belongs into a column "
                        "CoordinateSystem (坐标系) or the option --coordinates: take it out of "
                        "the header")]
    if item.unit in _UNITS and unit not in _UNITS[item.unit] and _OTHER_UNIT.fullmatch(unit):
        return [Problem(1, header, "", f"read in {item.unit}: convert the column and its header")]
    return []


def _unit_columns(headers: Sequence[str], position: Mapping[str, int]) -> list[Problem]:
    """Return the fault of a header that says a unit which a column of its own has to say.

    Without that column OED reads feet.
    """
    return [Problem(1, headers[place], "", "its unit belongs into a column "
                    f"{column(f'{name}_unit').oed}: 1 feet, 2 metres")
            for name, place in position.items()
            if f"{name}_unit" in columns() and f"{name}_unit" not in position
            and header_unit(headers[place])]


def _big_sum(header: str) -> list[Problem]:
    """Return the fault of a column of sums in 10,000 yuan or the like, said without brackets."""
    big = _BIG_SUM.fullmatch(header_key(header))
    name = spellings().get(big["rest"]) if big else None
    if name is None or not column(name).unit.startswith("currency"):
        return []
    return [Problem(1, header, "", _WHOLE_UNITS)]


def _truncated() -> Mapping[str, str]:
    found: dict[str, set[str]] = {}
    for item in columns().values():
        for word in (item.oed, item.name):
            found.setdefault(header_key(word[:_SHAPEFILE_NAME]), set()).add(item.name)
        for word in (item.label_zh, *item.aliases):
            for encoding in ("utf-8", "gb18030"):
                cut = word.encode(encoding)[:_SHAPEFILE_NAME].decode(encoding, "ignore")
                found.setdefault(header_key(cut), set()).add(item.name)
    return {key: next(iter(names)) for key, names in found.items() if len(names) == 1}


def _near(headers: Sequence[str], unused: Sequence[int],
          position: Mapping[str, int]) -> dict[str, str]:
    free = {header_key(word): word for item in columns().values()
            if item.name not in position for word in item.spellings}
    near: dict[str, str] = {}
    for place in unused:
        close = difflib.get_close_matches(header_key(headers[place]), free, 1, _SUGGEST_ABOVE)
        if close:
            near[headers[place]] = free[close[0]]
    return near
