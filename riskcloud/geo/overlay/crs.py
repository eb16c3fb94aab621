"""Coordinates of points in a layer's own reference system."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np
import pyproj
from pyproj.exceptions import CRSError

from riskcloud.errors import InputError, Problem
from riskcloud.types import Floats

WGS84 = pyproj.CRS.from_epsg(4326)
_PER_THREAD = 50_000
_CGCS2000 = re.compile(r"China[ _]2000|CGCS[ _]?2000", re.IGNORECASE)
"""Datum of CGCS2000: of ITRF97 at 2000.0 (EPSG:1043), as WGS84 is of ITRF to some centimetres. By
now the plates have moved by less than a metre, which no layer here sees; PROJ knows no operation
between the two and says "ballpark"."""


def parse_crs(text: Any, source: str) -> pyproj.CRS:
    """Return a reference system from EPSG:N, WKT or PROJ words.

    Raises
    ------
    InputError : words that name none, or one that has no place on the Earth.
    """
    if str(text).strip().upper().replace("-", "").replace("_", "") in ("GCJ02", "BD09"):
        raise InputError(f"{source}: {str(text)[:80]!r} is no reference system of layers", [Problem(
            0, "crs", str(text), "bring the layer to WGS84 first; --coordinates GCJ-02 is for the "
            "portfolio")])
    try:
        crs = pyproj.CRS.from_user_input(text)
    except CRSError as error:
        raise InputError(f"{source}: {str(text)[:80]!r} is no reference system", [Problem(
            0, "crs", str(text)[:80], "expected such as EPSG:4326 or EPSG:32649")]) from error
    if crs.is_engineering or (crs.is_vertical and not crs.is_compound):
        raise InputError(f"{source}: its reference system ({crs.name}) has no place on the Earth", [
            Problem(0, "crs", crs.name, "state the right one with --layer-crs")])
    return crs


def possible_degrees(bounds: tuple[float, float, float, float]) -> bool:
    """Tell whether west, south, east, north can be longitudes and latitudes in degrees."""
    west, south, east, north = bounds
    return south >= -91.0 and north <= 91.0 and west >= -361.0 and east <= 541.0


def choose_crs(named: pyproj.CRS | None, stated: str | None, source: str,
               bounds: tuple[float, float, float, float]) -> tuple[pyproj.CRS, list[str]]:
    """Return the reference system of a file and notes: its own where it names one that can be.

    Raises
    ------
    InputError : neither names nor is stated one; words that name none.
    """
    given = None if stated is None else parse_crs(stated, source)
    if named is None and given is None:
        raise InputError(f"{source}: no coordinate reference system", [Problem(
            0, "crs", "", "write it into the file, such as gdal_edit.py -a_srs EPSG:4326 FILE; "
            "overlay and flood --depth take it by --layer-crs")])
    if named is None:
        assert given is not None
        return given, []
    if given is None or given.equals(named, ignore_axis_order=True):
        return named, []
    if named.is_geographic and not possible_degrees(bounds):
        return given, [f"{stated} as stated, for its coordinates are no degrees as it says"]
    return named, [f"its own reference system is kept ({named.name}), not the one stated"]


@lru_cache(maxsize=64)
def _described(crs_wkt: str) -> tuple[pyproj.CRS, bool, tuple[str, ...]]:
    """Return the horizontal system, whether it is WGS84 itself, and notes on the way to it."""
    crs = pyproj.CRS.from_wkt(crs_wkt)
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    if crs.is_geographic:
        crs = crs.to_2d()
        if crs.equals(WGS84, ignore_axis_order=True):
            return crs, True, ()
    to_layer = pyproj.Transformer.from_crs(WGS84, crs, always_xy=True)
    if "ballpark" in to_layer.description.lower() and not _CGCS2000.search(
            crs.geodetic_crs.datum.name):
        return crs, False, (f"no exact transformation from WGS84 to {crs.name} is known: places "
                            "may be off by up to some hundred metres",)
    return crs, False, ()


def crs_notes(crs: pyproj.CRS) -> tuple[str, ...]:
    """Return what a person should know of the way from WGS84 to a system."""
    return _described(crs.to_wkt())[2]


def from_wgs84(lon: Floats, lat: Floats, crs: pyproj.CRS) -> tuple[Floats, Floats]:
    """Return x, y (n,) in ``crs``; x is the easting or longitude in degrees. inf where undefined.

    lon, lat : (n,) degrees WGS84. Long arrays are shared among threads.

    Source: PROJ through pyproj, its best transformation of those it has grids for.
    """
    horizontal, same, _ = _described(crs.to_wkt())
    if same:
        return lon, lat
    n = len(lon)
    if n <= _PER_THREAD:
        x, y = _transformer(horizontal.to_wkt()).transform(lon, lat)
        return np.asarray(x, np.float64), np.asarray(y, np.float64)
    x, y = np.empty(n), np.empty(n)

    def work(begin: int) -> None:
        part = slice(begin, begin + _PER_THREAD)
        # one of its own: a transformer serves one thread
        to_layer = pyproj.Transformer.from_crs(WGS84, horizontal, always_xy=True)
        x[part], y[part] = to_layer.transform(lon[part], lat[part])

    with ThreadPoolExecutor(min(os.cpu_count() or 1, 8)) as pool:
        list(pool.map(work, range(0, n, _PER_THREAD)))
    return x, y


@lru_cache(maxsize=64)
def _transformer(wkt: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(WGS84, pyproj.CRS.from_wkt(wkt), always_xy=True)
