"""Addresses of a portfolio's rows to coordinates: every column and row kept, answers beside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from riskcloud.errors import InputError
from riskcloud.exposure import cells
from riskcloud.exposure.codes import code_key, code_table
from riskcloud.exposure.raw import RawTable
from riskcloud.exposure.schema import header_key, match_headers
from riskcloud.exposure.table_file import TextTable
from riskcloud.geo.geocode.place import Place, unplaced
from riskcloud.geo.points import bd09_to_wgs84, gcj02_to_wgs84
from riskcloud.types import Bools, Floats

ADDED = ("GeocodeQuality", "GeocodeLevel", "GeocodePointLevel", "GeocodeMatched", "GeocodeAdcode",
         "GeocodeProvince", "GeocodeCity", "GeocodeCounty", "GeocodeTownship", "GeocodeTowncode",
         "GeocodeCandidates", "GeocodeNote")
"""Columns that geocoding adds to a table, in this order; of an earlier run they are replaced."""

GIVEN = "given"
"""GeocodeLevel of a row that had coordinates of its own."""

_MORE_HEADERS = {  # header_key of columns that no portfolio column claims
    "city": ("city", "cityname", "prefecture", "城市", "市", "地市", "地级市", "所在市", "所在城市",
             "市级"),
    "county": ("district", "districtname", "区", "县", "区县名称", "县级", "县市区"),
    "township": ("town", "township", "乡镇", "镇", "街道", "乡镇街道"),
    "address": ("addr", "fulladdress", "location", "标的地址", "坐落", "坐落地址", "所在地",
                "所在地址", "地点", "保险标的地址", "标的坐落"),
    "adcode": ("adcode", "行政区划代码", "区划代码", "行政区代码"),
}
_OURS = {"CN", "HK", "MO", "TW", ""}
_COUNTRY_HINT = {"HK": "香港", "MO": "澳门", "TW": "台湾"}

Finder = Callable[[str, Sequence[str]], Place]
"""An address and its hints, the largest first, to a place."""


@dataclass(frozen=True, slots=True)
class Geocoded:
    """A table with its answers.

    place[i] is None for a row that had coordinates. ``had`` (n_rows,) says which; lon, lat are
    those of the row (WGS84) or the ones found, NaN where there are none.
    """

    raw: RawTable
    place: list[Place | None]
    had: Bools
    lon: Floats
    lat: Floats
    position: dict[str, int]
    notes: list[list[str]] = field(default_factory=list)


def find_columns(raw: RawTable) -> dict[str, int]:
    """Return where the columns that geocoding reads stand.

    Raises
    ------
    InputError : neither an address nor a province, city or county column, and no coordinates.
    """
    position = dict(match_headers(raw.headers, truncated=raw.truncated_headers).position)
    keys = [header_key(header) for header in raw.headers]
    for name, words in _MORE_HEADERS.items():
        if name not in position:
            place = next((keys.index(header_key(w)) for w in words if header_key(w) in keys), None)
            if place is not None and place not in position.values():
                position[name] = place
    if not {"address", "province", "city", "county", "adcode"} & set(position) and not (
            "lon" in position and "lat" in position) and raw.geometry is None:
        raise InputError("no address column: expected StreetAddress, address, 地址 or the like; "
                         f"the file has {', '.join(raw.headers)[:300]}")
    return position


def geocode_table(raw: RawTable, find: Finder, *, coordinate_system: str | None = None,
                  on_progress: Callable[[int, int], None] | None = None) -> Geocoded:
    """Return the answers for the rows of a table that have no coordinates.

    Parameters
    ----------
    raw : the table as its file has it.
    find : answers one address.
    coordinate_system : of rows that have coordinates and do not name their system.
    """
    position = find_columns(raw)
    lon, lat, had, broken = _own_coordinates(raw, position, coordinate_system)
    texts = {name: raw.columns[position[name]].to_pylist()
             for name in ("address", "province", "city", "county", "township", "adcode",
                          "country_code") if name in position}
    blank = [""] * len(raw)
    place: list[Place | None] = []
    notes: list[list[str]] = []
    for row in range(len(raw)):
        if had[row] or broken[row]:
            place.append(None)
            notes.append([_what_is_wrong(lon[row], lat[row])] if broken[row] else [])
            continue
        hints = [texts.get(name, blank)[row] for name in (
            "adcode", "province", "city", "county", "township")]
        found = _one(texts.get("address", blank)[row], hints,
                     texts.get("country_code", blank)[row], find)
        place.append(found)
        notes.append(list(found.notes))
        if found.lon is not None and found.lat is not None:
            lon[row], lat[row] = found.lon, found.lat
        if on_progress is not None and row % 1000 == 999:
            on_progress(row + 1, len(raw))
    return Geocoded(raw, place, had, lon, lat, position, notes)


def _what_is_wrong(lon: float, lat: float) -> str:
    """Return the note of a row whose coordinates are none."""
    if not (np.isfinite(lon) and np.isfinite(lat)):
        return "coordinates that cannot be read: mend or blank them"
    if abs(lon) <= 90.0 and abs(lat) <= 180.0:
        return "longitude and latitude look swapped: mend or blank them"
    return "coordinates beyond 180 degrees of longitude or 90 of latitude: mend or blank them"


def _one(address: str, hints: Sequence[str], country: str, find: Finder) -> Place:
    code = code_table("country_code").get(code_key(country), country.strip().upper())
    if code not in _OURS:
        return unplaced(f"outside China: {country.strip()}", address)
    first = [_COUNTRY_HINT[code]] if code in _COUNTRY_HINT else []
    return find(address, [*first, *hints])


def _own_coordinates(raw: RawTable, position: dict[str, int], coordinate_system: str | None,
                     ) -> tuple[Floats, Floats, Bools, Bools]:
    """Return lon, lat in WGS84 (NaN where blank), which rows have both, and which are broken.

    Coordinates beyond the globe are broken, and stay in the file as they are.
    """
    n = len(raw)
    lon, lat = np.full(n, np.nan), np.full(n, np.nan)
    blank = np.ones(n, dtype=bool)
    for name, values in (("lon", lon), ("lat", lat)):
        if name in position:
            numbers = cells.to_numbers(raw.columns[position[name]])
            values[:] = numbers.value
            blank &= numbers.blank
    if "geometry_wkt" in position:
        text = raw.columns[position["geometry_wkt"]].to_pylist()
        blank &= np.array([not cell.strip() for cell in text])
    shaped = np.zeros(n, dtype=bool)
    if raw.geometry is not None:
        shaped = ~shapely.is_missing(raw.geometry)
        centre = shapely.centroid(raw.geometry[shaped])
        lon[shaped], lat[shaped] = shapely.get_x(centre), shapely.get_y(centre)
        blank &= ~shaped
    had = ~blank & np.isfinite(lon) & np.isfinite(lat)
    if "geometry_wkt" in position:  # the reader of portfolios says what is wrong with a shape
        had |= ~blank & np.array([bool(cell.strip()) for cell in text])
    had &= ~((np.abs(lon) > 180.0) | (np.abs(lat) > 90.0))
    broken = ~blank & ~had
    systems = _systems(raw, position, coordinate_system)
    for name, turn in (("GCJ-02", gcj02_to_wgs84), ("BD-09", bd09_to_wgs84)):
        rows = had & (systems == name)
        if rows.any():
            lon[rows], lat[rows] = turn(lon[rows], lat[rows])
    return lon, lat, had, broken


def _systems(raw: RawTable, position: dict[str, int], option: str | None) -> Any:
    known = code_table("coordinate_system")
    default = known.get(code_key(option), "") if option else ""
    if "coordinate_system" not in position:
        return np.full(len(raw), default, dtype=object)
    text = raw.columns[position["coordinate_system"]].to_pylist()
    return np.array([known.get(code_key(cell), "") if cell.strip() else default for cell in text],
                    dtype=object)


def filled_table(found: Geocoded, *, min_quality: float = 0.0,
                 said: Callable[[str], str] = str) -> TextTable:
    """Return the table of a file with coordinates filled in and the ``ADDED`` columns, all text.

    A place of less quality than ``min_quality`` leaves the coordinates blank. ``said`` turns a
    note into the reader's language.
    """
    raw, position = found.raw, found.position
    names = [header or "unnamed" for header in raw.headers]
    columns: list[list[str]] = [column.to_pylist() for column in raw.columns]
    fill = np.array([place is not None and place.lon is not None and place.quality >= min_quality
                     for place in found.place], dtype=bool)
    for name, header, values in (("lon", "Longitude", found.lon), ("lat", "Latitude", found.lat)):
        text = [f"{value:.6f}" if filled else "" for value, filled in zip(values, fill,
                                                                          strict=True)]
        _put(names, columns, position.get(name), header, text, fill)
    _put(names, columns, position.get("coordinate_system"), "CoordinateSystem",
         ["WGS84" if filled else "" for filled in fill], fill)
    if raw.geometry is not None:
        names.append("Geom")
        columns.append([shapely.to_wkt(shape, rounding_precision=7) if shape is not None else ""
                        for shape in raw.geometry])
    for name in ADDED:
        if name in names:
            at = names.index(name)
            del names[at], columns[at]
    for name, text in _answers(found, said).items():
        names.append(name)
        columns.append(text)
    return TextTable(tuple(names), tuple(columns))


def _put(names: list[str], columns: list[list[str]], at: int | None, header: str, text: list[str],
         where: Bools) -> None:
    """Set the cells of a column where told; a file without it gets it at its end."""
    if at is None:
        names.append(header)
        columns.append(text)
    elif where.any():
        columns[at] = [new if w else kept for new, kept, w in zip(
            text, columns[at], where, strict=True)]


def _answers(found: Geocoded, said: Callable[[str], str]) -> dict[str, list[str]]:
    rows = []
    for place, notes, had in zip(found.place, found.notes, found.had, strict=True):
        note = "; ".join(map(said, notes))
        if place is None:
            rows.append(("", GIVEN if had else "", *[""] * 9, note))
            continue
        candidates = "; ".join(f"{c.name} {c.adcode} {c.score:g}" for c in place.candidates)
        rows.append((f"{place.quality:g}", place.level, place.point_level, place.matched,
                     place.adcode, place.province, place.city, place.county, place.township,
                     place.towncode, candidates, note))
    return {name: [row[k] for row in rows] for k, name in enumerate(ADDED)}
