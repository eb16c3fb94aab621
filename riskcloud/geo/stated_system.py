"""Coordinates in the reference system that a column beside them states, turned to WGS84."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from riskcloud.errors import InputError, Problem
from riskcloud.geo.points import bd09_to_wgs84, gcj02_to_wgs84
from riskcloud.types import Floats

COLUMNS: Final = ("coordinatesystem", "coordinate_system", "坐标系", "坐标系统")
_SYSTEMS: Final = {
    "WGS84": ("WGS84", "WGS-84", "EPSG:4326", "CGCS2000", "大地2000", "大地坐标"),
    "GCJ-02": ("GCJ-02", "GCJ02", "火星坐标", "高德", "腾讯"),
    "BD-09": ("BD-09", "BD09", "百度", "百度坐标")}
"""Systems and how they are written; the same as of portfolios (exposure/columns.csv)."""
_NAMES: Final = {word: name for name, words in _SYSTEMS.items() for word in words}
_TURNS: Final[dict[str, Callable[[Floats, Floats], tuple[Floats, Floats]]]] = {
    "GCJ-02": gcj02_to_wgs84, "BD-09": bd09_to_wgs84}


def to_wgs84(table: pa.Table, lon: Floats, lat: Floats, rows: NDArray[Any],
             problems: list[Problem]) -> tuple[Floats, Floats, tuple[str, ...]]:
    """Return longitudes and latitudes (n,) in WGS84, and what was turned.

    A blank cell, or a table without such a column, means WGS84; a system that is not known is a
    problem of its row. CGCS2000 equals WGS84 within a metre.
    """
    known = {name.strip().lower(): name for name in table.column_names}
    header = next((known[one] for one in COLUMNS if one in known), None)
    if header is None:
        return lon, lat, ()
    words = np.array(["" if cell is None else str(cell).strip().upper()
                      for cell in table[header].to_pylist()], object)
    lon, lat, notes = lon.copy(), lat.copy(), []
    for word in dict.fromkeys(words):
        name, there = _NAMES.get(word, "" if word else "WGS84"), words == word
        if not name:
            problems += [Problem(int(row), header, word, "expected WGS84, GCJ-02 or BD-09")
                         for row in rows[there]]
        elif name in _TURNS:
            lon[there], lat[there] = _TURNS[name](lon[there], lat[there])
            notes.append(f"{int(there.sum())} site(s) turned from {name} to WGS84")
    return lon, lat, tuple(notes)


def from_system(name: str, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return longitudes and latitudes (n,) in WGS84 of a system that is stated for all of them.

    Raises
    ------
    InputError : a system that is not known.
    """
    known = _NAMES.get(name.strip().upper())
    if known is None:
        raise InputError(f"coordinates in {name!r}: expected WGS84, GCJ-02 or BD-09")
    return _TURNS[known](lon, lat) if known in _TURNS else (lon, lat)
