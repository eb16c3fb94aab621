"""Vector layers from CSV: a column of WKT, or points by longitude and latitude."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from riskcloud.errors import InputError, Problem
from riskcloud.geo.overlay.crs import WGS84
from riskcloud.geo.sites_file import LAT, LON, read_sites

WKT = ("geometry_wkt", "wkt", "geometry", "geom")
_KNOWN = ("expected a raster (GeoTIFF, NetCDF, GRIB, ASCII grid), GeoJSON, GeoPackage, shapefile, "
          "FlatGeobuf, GeoParquet, or CSV with a column wkt or columns lon and lat")
Read = tuple[npt.NDArray[Any], dict[str, npt.NDArray[Any]], Any]
"""Geometry (n,), attributes by name (n,), and the reference system a file names, or None."""


def read_csv(path: Path) -> Read:
    """Return the features of a CSV file, one a row.

    Raises
    ------
    InputError : no CSV, neither kind of column, or rows that cannot be read; all at once.
    """
    head = _header(path)
    wkt = next((name for name in head if name.strip().lower() in WKT), None)
    if wkt is not None:
        return _of_wkt(path, wkt)
    low = {name.strip().lower() for name in head}
    if low & set(LON) and low & set(LAT):
        table, sites = read_sites(path)
        others = {name: np.asarray(table[name].to_pandas(), dtype=object)
                  for name in table.column_names}
        return shapely.points(sites.lon, sites.lat), others, WGS84
    raise InputError(f"{path}: {_looks_like(path)}", [Problem(0, "layer", path.name, _KNOWN)])


def _looks_like(path: Path) -> str:
    """Return what a file seems to be that is no layer: a download often brings something else."""
    with path.open("rb") as file:
        start = file.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start:
        return "the file is empty"
    if start.startswith((b"<!doctype html", b"<html")) or b"<html" in start[:1024]:
        return "a web page, not a layer"
    if start.startswith(b"<"):
        return "an XML file, not a layer"
    return "no raster or vector file that is known"


def _header(path: Path) -> list[str]:
    with path.open("rb") as file:
        head = file.read(1 << 16)
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = head.decode("gb18030", errors="replace")
    first = (text.splitlines() or [""])[0]
    separator = max(",;\t", key=first.count)
    try:
        return next(csv.reader([first], delimiter=separator), [])
    except csv.Error:
        return []


def _of_wkt(path: Path, wkt: str) -> Read:
    csv.field_size_limit(64 << 20)  # a province's outline is a long cell
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: not a CSV in UTF-8: {error}") from error
    text = np.array([(row.get(wkt) or "").strip() for row in rows], dtype=object)
    geometry = np.full(len(text), None, dtype=object)
    filled = text != ""
    geometry[filled] = shapely.from_wkt(text[filled], on_invalid="ignore")
    unread = np.flatnonzero(filled & shapely.is_missing(geometry))
    if unread.size:
        raise InputError(f"{path}: {unread.size} problem(s)", [
            Problem(int(k) + 2, wkt, text[k][:60], "expected WKT such as POLYGON ((...))")
            for k in unread])
    names = [name for name in (rows[0] if rows else {}) if name and name != wkt]
    return geometry, {name: np.array([row[name] or "" for row in rows], dtype=object)
                      for name in names}, None
