"""Read a vector layer: its reference system, geometry and attributes; what is broken is mended."""

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from riskcloud.errors import InputError, Problem
from riskcloud.geo.overlay.crs import WGS84, choose_crs, parse_crs, possible_degrees
from riskcloud.geo.overlay.csv_layer import read_csv
from riskcloud.geo.overlay.dateline import (
    crossing_notes,
    in_one_window,
    split_at_180,
    unwrapped,
)
from riskcloud.types import Bools, Floats, Ints

MAX_BYTES = 4 << 30
"""Largest vector file read [bytes]: it is held in memory whole. Ours."""
_MAGIC = ((b"PAR1", "GeoParquet"), (b"SQLite format 3\0", "GeoPackage"),
          (b"\x00\x00\x27\x0a", "shapefile"), (b"fgb", "FlatGeobuf"))
_SHOWN = 8
POINT, LINE, POLYGON = range(3)


@dataclass(frozen=True, slots=True)
class VectorLayer:
    """Features of one kind: geometry (n,) shapely, in ``crs``; attributes by column (n,) each.

    dimension: 0 points, 1 lines, 2 polygons. row (n,) counts features in the file from 1; empty
    ones are left out. Geographic coordinates lie within -180 to 180, split there if need be.
    """

    source: str
    crs: pyproj.CRS
    geometry: npt.NDArray[Any]
    attributes: dict[str, npt.NDArray[Any]]
    row: Ints
    dimension: int
    notes: tuple[str, ...] = ()

    def in_degrees(self) -> npt.NDArray[Any]:
        """Return the geometry in degrees WGS84, in the window of -180 to 180."""
        if self.crs.equals(WGS84, ignore_axis_order=True):
            return self.geometry
        turn = pyproj.Transformer.from_crs(self.crs, WGS84, always_xy=True)

        def to_degrees(xy: Floats) -> Floats:
            return np.column_stack(turn.transform(xy[:, 0], xy[:, 1]))

        return in_one_window(shapely.transform(self.geometry, to_degrees))[0]


def read_vector(path: Path, columns: str = "", *, crs: str | None = None,
                dates_as_text: bool = False) -> VectorLayer:
    """Return the features of a file.

    Parameters
    ----------
    path : GeoJSON, GeoPackage, shapefile, FlatGeobuf, GeoParquet, or CSV with a
        column of WKT or columns of longitude and latitude (degrees WGS84).
    columns : names of attributes to keep, separated by commas; "": all. ``layer/`` before them
        chooses a layer of a GeoPackage.
    crs : the reference system where the file names none, or one that cannot be.
    dates_as_text : times of GeoJSON as they are written, so that one without a zone is told.

    Raises
    ------
    InputError : no such file or column, nothing that can be read, no reference system, or
        features of different kinds.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    if path.stat().st_size > MAX_BYTES:
        raise InputError(f"{path}: larger than {MAX_BYTES >> 30} GB; cut it to the region first")
    inner, slash, names = columns.rpartition("/")
    geometry, attributes, named = _read(path, inner if slash else "", dates_as_text)
    keep = _chosen(attributes, names if slash else columns, path)
    geometry = shapely.force_2d(geometry)
    filled = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    _check_any(filled, path)
    crs_found, notes = choose_crs(None if named is None else parse_crs(named, str(path)), crs,
                                  str(path), tuple(shapely.total_bounds(geometry[filled])))
    if (n_empty := int((~filled).sum())) > 0:
        notes.append(f"{n_empty} empty feature(s) left out{_rows(np.flatnonzero(~filled) + 1)}")
    row = np.flatnonzero(filled).astype(np.int64) + 1
    geometry = geometry[filled]
    dimension = _dimension(geometry, path)
    crossing = np.zeros(0, np.int64)
    if crs_found.is_geographic:
        _check_degrees(geometry, path)
        geometry, crossing = unwrapped(geometry)
    geometry, mended = _mended(geometry, row, dimension)
    notes += mended
    flat = shapely.is_empty(geometry)
    if flat.any():
        notes.append(f"{int(flat.sum())} polygon(s) without an area left out{_rows(row[flat])}")
        _check_any(~flat, path)
        geometry, row = geometry[~flat], row[~flat]
    if crs_found.is_geographic:
        geometry = split_at_180(geometry)
        notes += crossing_notes(crossing)
    return VectorLayer(str(path), crs_found, geometry,
                       {name: attributes[name][row - 1] for name in keep}, row, dimension,
                       tuple(notes))


def _check_any(good: Bools, path: Path) -> None:
    if not good.any():
        raise InputError(f"{path}: no feature with a geometry in it")


def _rows(rows: Ints) -> str:
    more = ", ..." if len(rows) > _SHOWN else ""
    return f" (feature {', '.join(str(k) for k in rows[:_SHOWN])}{more})"


def _read(path: Path, inner: str, dates_as_text: bool,
          ) -> tuple[npt.NDArray[Any], dict[str, npt.NDArray[Any]], Any]:
    """Return geometry, attributes and the reference system a file names (None: none)."""
    with path.open("rb") as file:
        head = file.read(4096)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    kind = next((name for magic, name in _MAGIC if head.startswith(magic)), "")
    if not kind and start.startswith(b"{"):
        kind = "GeoJSON"
    if not kind:
        return read_csv(path)
    import pyarrow as pa

    try:
        frame = _frame(path, kind, inner, dates_as_text)
    except (ValueError, OSError, RuntimeError, KeyError, pa.ArrowException) as error:
        raise InputError(f"{path}: cannot be read as {kind} ({str(error)[:300]})") from error
    if not hasattr(frame, "geometry") or frame.active_geometry_name is None:
        raise InputError(f"{path}: no geometry in it")
    geometry = np.asarray(frame.geometry.array, dtype=object)
    others = [name for name in frame.columns if name != frame.geometry.name]
    return geometry, {str(name): frame[name].to_numpy() for name in others}, frame.crs


def _frame(path: Path, kind: str, inner: str, dates_as_text: bool) -> Any:
    import geopandas as gpd

    if kind == "GeoParquet":
        return gpd.read_parquet(path)
    import pyogrio

    layers = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    if inner and inner not in layers or not inner and len(layers) != 1:
        raise InputError(f"{path}: it holds {len(layers)} layers", [Problem(
            0, "layer", inner, f"choose one with {path.name}:LAYER/; it has {', '.join(layers)}")])
    options = {"DATE_AS_STRING": "YES"} if dates_as_text and kind == "GeoJSON" else {}
    return pyogrio.read_dataframe(path, layer=inner or layers[0], **options,
                                  **({"encoding": _dbf_encoding(path)} if kind == "shapefile"
                                     and not path.with_suffix(".cpg").exists() else {}))


def _dbf_encoding(path: Path) -> str:
    """Return the encoding of a shapefile's attributes where no .cpg file tells it."""
    table = path.with_suffix(".dbf")
    if not table.is_file():
        return "UTF-8"
    with table.open("rb") as file:
        data = file.read(1 << 22)
    text = data[int.from_bytes(data[8:10], "little"):]
    try:
        codecs.getincrementaldecoder("utf-8")().decode(text)  # may end within a character
    except UnicodeDecodeError:
        return "GB18030"
    return "UTF-8"


def _chosen(attributes: dict[str, Any], columns: str, path: Path) -> list[str]:
    wanted = [name.strip() for name in columns.split(",") if name.strip()]
    if missing := [name for name in wanted if name not in attributes]:
        raise InputError(f"{path}: {len(missing)} column(s) not there", [Problem(
            0, "column", name, f"known here: {', '.join(attributes)}") for name in missing])
    return wanted or list(attributes)


def _dimension(geometry: npt.NDArray[Any], path: Path) -> int:
    kinds = np.unique(shapely.get_dimensions(geometry))
    if len(kinds) > 1:
        words = ("points", "lines", "polygons")
        raise InputError(f"{path}: it holds {' and '.join(words[k] for k in kinds)}; "
                         "give each kind as a file of its own")
    return int(kinds[0])


def _mended(geometry: npt.NDArray[Any], row: Ints, dimension: int,
            ) -> tuple[npt.NDArray[Any], list[str]]:
    """Return polygons made valid: what a self-crossing outline encloses by the even-odd rule."""
    if dimension != POLYGON:
        return geometry, []
    broken = np.flatnonzero(~shapely.is_valid(geometry))
    if not broken.size:
        return geometry, []
    mended = geometry.copy()
    for k in broken:
        parts = shapely.get_parts(shapely.make_valid(geometry[k]))
        flat = [part for part in shapely.get_parts(parts) if shapely.get_dimensions(part) == 2]
        mended[k] = flat[0] if len(flat) == 1 else shapely.multipolygons(
            np.array(flat, dtype=object)) if flat else shapely.Polygon()
    whole = broken[~shapely.is_empty(mended[broken])]
    return mended, [f"{whole.size} polygon(s) crossing themselves repaired{_rows(row[whole])}"] * (
        whole.size > 0)


def _check_degrees(geometry: npt.NDArray[Any], path: Path) -> None:
    west, south, east, north = shapely.total_bounds(geometry)
    if possible_degrees((west, south, east, north)):
        return
    box = f"x {west:g} to {east:g}, y {south:g} to {north:g}"
    if possible_degrees((south, west, north, east)):
        raise InputError(f"{path}: latitude and longitude are swapped ({box})", [Problem(
            0, "bounds", box, "write it again with the longitude first")])
    raise InputError(f"{path}: its coordinates are no degrees ({box})", [Problem(
        0, "bounds", box, "state the system they are in with --layer-crs")])
