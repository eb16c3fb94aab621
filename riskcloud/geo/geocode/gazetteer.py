"""The gazetteer: every unit from province to township, and the names that lead to it."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from riskcloud.catalog import Card, load_card
from riskcloud.errors import InputError, Problem
from riskcloud.geo.geocode.names import fold, latin_key, normalise, stem
from riskcloud.geo.points import unit_vectors

LEVELS = ("", "province", "prefecture", "county", "township")
PROVINCE, PREFECTURE, COUNTY, TOWNSHIP = 1, 2, 3, 4
ROOT = -1
_TABLE_LEVELS = {"province": 1, "prefecture": 2, "city": 2, "county": 3, "district": 3,
                 "county_equivalent": 3, "township": 4, "street": 4, "town": 4}
_MOST_BYTES = 1 << 28  # of a table given by the user; ours


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a unit. kind: former, name, nick, area, short; see aliases.csv.

    ``within`` is the unit that must have been named before (an area) or in which the name is meant
    (a former name), ``ROOT`` for none. ``share``: how surely the unit is the one meant.
    """

    unit: int
    kind: str
    within: int = ROOT
    share: float = 1.0
    until: str = ""


Entry = tuple[list[int], list[int], list[Alias], list[int]]
"""Units of a full name, units of a name without suffix, aliases, townships without suffix."""


@dataclass(frozen=True)
class Gazetteer:
    """Units by number: code, name, level, parent (ROOT for none), point.

    ``key`` is the normalised name without suffix, ``full`` the normalised name; ``lon``, ``lat``
    degrees WGS84, None where there is no point; ``point`` says what the point is.
    ``town_readings`` is scan.py's memory.
    """

    code: list[str]
    name: list[str]
    full: list[str]
    key: list[str]
    level: list[int]
    parent: list[int]
    lon: list[float | None]
    lat: list[float | None]
    point: list[str]
    pinyin: list[str]
    aliases: dict[str, list[Alias]]
    moved: frozenset[tuple[int, int]]
    foreign: frozenset[str]
    version: str
    by_code: dict[str, int] = field(default_factory=dict)
    town_readings: dict[tuple[str, str], Any] = field(default_factory=dict)

    def above(self, unit: int) -> list[int]:
        """Return a unit and what it lies in, from the unit up to its province."""
        line = []
        while unit != ROOT:
            line.append(unit)
            unit = self.parent[unit]
        return line

    def within(self, unit: int, area: int) -> bool:
        """Return whether a unit is ``area`` or lies in it; all lies in ROOT."""
        if area == ROOT:
            return True
        while unit != ROOT:
            if unit == area:
                return True
            unit = self.parent[unit]
        return False

    def county(self, unit: int) -> int:
        """Return the county a unit is or lies in, ROOT where it is larger."""
        while unit != ROOT and self.level[unit] > COUNTY:
            unit = self.parent[unit]
        return unit if unit != ROOT and self.level[unit] == COUNTY else ROOT

    def common(self, units: Iterable[int]) -> int:
        """Return the smallest unit that holds all of them, ROOT where none does."""
        lines = [self.above(unit)[::-1] for unit in units]
        found = ROOT
        for parts in zip(*lines, strict=False):
            if len(set(parts)) > 1:
                break
            found = parts[0]
        return found

    def stands_for_city(self, unit: int) -> bool:
        """Return whether a county stands in place of a prefecture (Dongguan, Jiayuguan)."""
        return self.level[unit] == COUNTY and self.code[unit].endswith("00")

    @cached_property
    def entries(self) -> dict[str, "Entry"]:
        """Return all that a name may be."""
        parts = (self.cities, self.city_keys, self.aliases, self.town_keys)
        names = dict.fromkeys(name for part in parts for name in part)
        none: list[Any] = []
        return {name: (self.cities.get(name, none), self.city_keys.get(name, none),
                       self.aliases.get(name, none), self.town_keys.get(name, none))
                for name in names if not name.isascii()}

    @cached_property
    def cities(self) -> dict[str, list[int]]:
        """Return provinces, prefectures and counties by full name."""
        return _grouped(self.full, [u for u, level in enumerate(self.level) if level < TOWNSHIP])

    @cached_property
    def city_keys(self) -> dict[str, list[int]]:
        """Return provinces, prefectures and counties by name without suffix."""
        return _grouped(self.key, [u for u, level in enumerate(self.level) if level < TOWNSHIP])

    @cached_property
    def town_keys(self) -> dict[str, list[int]]:
        """Return townships by name without suffix."""
        return _grouped(self.key, [u for u, level in enumerate(self.level) if level == TOWNSHIP])

    @cached_property
    def lengths(self) -> dict[str, tuple[int, ...]]:
        """Return the lengths of names by their first two characters, longest first."""
        found: dict[str, set[int]] = defaultdict(set)
        for name in self.entries:
            found[name[:2]].add(len(name))
        return {start: tuple(sorted(sizes, reverse=True)) for start, sizes in found.items()}

    @cached_property
    def once(self) -> frozenset[int]:
        """Return the units that a county has left, see ``moved``."""
        return frozenset(once for _, once in self.moved)

    @cached_property
    def tree(self) -> tuple[Any, npt.NDArray[np.int64]]:
        """Return a k-d tree of the points of counties and townships, and the county of each."""
        from scipy.spatial import cKDTree

        units = [unit for unit, point in enumerate(self.point)
                 if point and self.level[unit] >= COUNTY]
        vectors = unit_vectors(np.array([self.lon[u] for u in units], float),
                               np.array([self.lat[u] for u in units], float))
        return cKDTree(vectors), np.array([self.county(unit) for unit in units])

    @cached_property
    def latin(self) -> dict[str, list[int]]:
        """Return all units by reading, letters only."""
        return _grouped(self.pinyin, range(len(self.pinyin)))

    @cached_property
    def latin_aliases(self) -> dict[str, list[Alias]]:
        """Return the aliases in Latin letters, letters only."""
        found: dict[str, list[Alias]] = defaultdict(list)
        for name, aliases in self.aliases.items():
            if name.isascii():
                found[latin_key(name)].extend(aliases)
        return dict(found)


def is_zone(code: str) -> bool:
    """Return whether a code is the statistics' own, for a development zone beside counties."""
    return code[4] == "7" and len(code) == 6 and code < "70"


def _grouped(names: Sequence[str], units: Iterable[int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for unit in units:
        found.setdefault(names[unit], []).append(unit)
    return found


@cache
def load_gazetteer(*tables: Path) -> Gazetteer:
    """Return the gazetteer that ships, with the centres of ``tables`` added or put in place.

    A table is CSV: adcode, name, level, parent, lon, lat (a row whose adcode is known moves its
    point, as does one of a known name under the same parent; another is added); or code, name,
    areaCode for townships.

    Raises
    ------
    InputError : a table that cannot be read; all its faults by row.
    """
    import pyarrow.parquet as pq

    card = load_card("gazetteer", "china")
    table = pq.ParquetFile(card.file("places.parquet")).read()
    columns: dict[str, list[Any]] = {name: table[name].to_pylist() for name in table.column_names}
    columns["lon"] = [None if v is None else v / 1e4 for v in columns.pop("lon_1e4")]
    columns["lat"] = [None if v is None else v / 1e4 for v in columns.pop("lat_1e4")]
    number = {code: unit for unit, code in enumerate(columns["adcode"])}
    for path in tables:
        _merge(path, columns, number)
    full = fold("\n".join(columns["name"])).split("\n")
    parent = [number.get(code, ROOT) for code in columns["parent"]]
    key = [name[:size] if size else stem(name)
           for name, size in zip(full, columns["stem"], strict=True)]
    return Gazetteer(
        code=columns["adcode"], name=columns["name"], full=full, key=key, level=columns["level"],
        parent=parent, lon=columns["lon"], lat=columns["lat"], point=columns["point"],
        pinyin=columns["pinyin"], aliases=_aliases(card, number), moved=_moved(card, number),
        foreign=frozenset(normalise(row["name"]) for row in card.rows("foreign.csv")),
        version=str(card["version"]), by_code=number)


def _aliases(card: Card, number: dict[str, int]) -> dict[str, list[Alias]]:
    found: dict[str, list[Alias]] = defaultdict(list)
    for row in card.rows("aliases.csv"):
        if row["adcode"] in number:
            found[normalise(row["name"])].append(Alias(
                number[row["adcode"]], row["kind"], number.get(row["within"], ROOT),
                float(row["share"])))
    for row in card.rows("former.csv"):
        found[normalise(row["name"])].append(Alias(
            number[row["adcode"]], "former", number.get(row["within"], ROOT),
            float(row["share"]), row["until"]))
    return dict(found)


def _moved(card: Card, number: dict[str, int]) -> frozenset[tuple[int, int]]:
    return frozenset((number[row["adcode"]], number[row["once"]]) for row in card.rows("moved.csv"))


def _merge(path: Path, columns: dict[str, list[Any]], number: dict[str, int]) -> None:
    """Add the rows of a table, or move the points of known units."""
    problems: list[Problem] = []
    named = {(parent, name): unit for unit, (parent, name) in enumerate(
        zip(columns["parent"], columns["name"], strict=True))}
    reader = csv.DictReader(io.StringIO(_text(path)))
    header = set(reader.fieldnames or ())
    is_town = {"code", "name", "areaCode"} <= header
    if not is_town and not {"adcode", "name", "lon", "lat"} <= header:
        raise InputError(f"{path}: expected columns adcode, name, level, parent, lon, lat, or "
                         f"code, name, areaCode; it has {', '.join(sorted(header))[:200]}")
    for row_number, cells in enumerate(reader, start=2):
        row = {key: (value or "").strip() for key, value in cells.items() if key}
        if is_town:
            row |= {"adcode": row["code"], "level": "township", "parent": row["areaCode"]}
        if row["adcode"] not in number and (row.get("parent", ""), row["name"]) in named:
            number[row["adcode"]] = named[row["parent"], row["name"]]  # an earlier code of it
        if fault := _add(row, columns, number):
            problems.append(Problem(row_number, *fault))
    if problems:
        raise InputError(f"{path}: {len(problems)} problem(s)", problems)


def _text(path: Path) -> str:
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    if path.stat().st_size > _MOST_BYTES:
        raise InputError(f"{path}: larger than {_MOST_BYTES >> 20} MB, which no gazetteer needs")
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"{path}: neither UTF-8 nor GB18030; save it as UTF-8")


def _add(row: dict[str, str], columns: dict[str, list[Any]], number: dict[str, int],
         ) -> tuple[str, str, str] | None:
    """Take one row of a table in; return column, value and remedy of its fault."""
    lon = lat = None
    for name, most in (("lon", 180.0), ("lat", 90.0)):
        if text := row.get(name, ""):
            try:
                value = float(text)
            except ValueError:
                value = float("nan")
            if not abs(value) <= most:
                return name, text, f"expected degrees from -{most:g} to {most:g}"
            lon, lat = (value, lat) if name == "lon" else (lon, value)
    if not row["adcode"].isdigit() or len(row["adcode"]) not in (6, 9, 12):
        return "adcode", row["adcode"], "expected a code of 6 digits, or 9 for a township"
    level = _TABLE_LEVELS.get(row.get("level", "").casefold())
    if (unit := number.get(row["adcode"])) is not None:
        if lon is not None and lat is not None:
            columns["lon"][unit], columns["lat"][unit] = lon, lat
            columns["point"][unit] = LEVELS[columns["level"][unit]]
        return None
    if level is None:
        return "level", row.get("level", ""), "expected province, prefecture, county or township"
    number[row["adcode"]] = len(columns["adcode"])
    new = {"adcode": row["adcode"], "name": row["name"], "level": level, "stem": 0,
           "parent": row.get("parent", ""), "lon": lon, "lat": lat, "pinyin": "",
           "point": "" if lon is None or lat is None else LEVELS[level]}
    for name, values in columns.items():
        values.append(new[name])
    return None
