"""Places of an index cover: points, circles, polygons as WKT or in a file beside the covers."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import shapely

from riskcloud.errors import InputError
from riskcloud.exposure.covers_table import Table
from riskcloud.types.covers import AREA, POINT, REPORTED
from riskcloud.units import KM

MOST_RADIUS_KM: Final = 1000.0
MOST_WKT: Final = 1_000_000
"""Radius of a circle [km] and letters of a polygon that are believed; ours."""


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place: its name, position, radius and polygon (NaN, None where it has none), weight."""

    name: str
    lon: float = float("nan")
    lat: float = float("nan")
    radius_m: float = float("nan")
    area: Any = None
    weight: float = float("nan")
    at: int = 0
    key: Any = ()


def read_place(table: Table, k: int, kind: str) -> PlaceRow | None:
    """Return the place of a row, None where it names none; faults of its cells are noted."""
    cells = tuple(table.cell(k, name) for name in (
        "PlaceName", "Longitude", "Latitude", "RadiusKm", "AreaWKT", "AreaFile"))
    if not any(cells):
        return None
    name, lon_text, lat_text, radius_text, wkt, file = cells
    lon = table.number(k, "Longitude", -180.0, 360.0)
    lat = table.number(k, "Latitude", -90.0, 90.0)
    for column, text, other in (("Longitude", lon_text, lat_text),
                                ("Latitude", lat_text, lon_text)):
        if other and not text:
            table.fault(k, column, "blank: a place needs both coordinates")
    radius = table.number(k, "RadiusKm", 0.1, MOST_RADIUS_KM)
    area = None
    if wkt and file:
        table.fault(k, "AreaFile", "AreaWKT gives a polygon too: give one of the two")
    elif wkt:
        area = _polygon(table, k, wkt)
    elif file:
        area = _from_file(table, k, file)
    if kind == POINT:
        for column, text in (("RadiusKm", radius_text), ("AreaWKT", wkt), ("AreaFile", file)):
            if text:
                table.fault(k, column, "this index is taken at a point; circles and polygons "
                            "belong to central_pressure, max_wind_1min, category and grade")
        if not lon_text and not lat_text:
            table.fault(k, "Longitude", "blank: this index is taken at a point")
    elif kind == AREA and not (wkt or file):
        if not radius_text:
            table.fault(k, "RadiusKm", "blank: this index is taken within a circle or a polygon "
                        "(AreaWKT, AreaFile)")
        elif not lon_text and not lat_text:
            table.fault(k, "Longitude", "blank: a circle needs its centre")
    elif kind == AREA and radius_text:
        table.fault(k, "RadiusKm", "a polygon is given too: give one of the two")
    elif kind == REPORTED and not name:
        table.fault(k, "PlaceName", "blank: a signal is reported for a named place")
    weight = table.number(k, "PlaceWeight", 0.0)
    return PlaceRow(name, lon, lat, radius * KM, area, weight, k, cells)


def _polygon(table: Table, k: int, wkt: str) -> Any:
    """Return the polygon of a text; None and a fault where it is none."""
    shape: Any = None
    if len(wkt) <= MOST_WKT:
        try:
            shape = shapely.from_wkt(wkt)
        except shapely.errors.ShapelyError:
            shape = None
    if not _usable(shape):
        table.fault(k, "AreaWKT", "expected a polygon that does not cross itself, in degrees: "
                    "POLYGON((112.5 21.5, 114.5 21.5, 114.5 22.8, 112.5 21.5))")
        return None
    return shape


def _usable(shape: Any) -> bool:
    if shape is None or shape.is_empty or shape.geom_type not in ("Polygon", "MultiPolygon"):
        return False
    west, south, east, north = shape.bounds
    return bool(shape.is_valid and -360.0 <= west and east <= 360.0
                and -90.0 <= south and north <= 90.0)


def _from_file(table: Table, k: int, name: str) -> Any:
    """Return the polygons of a file that lies beside the covers, as one."""
    from riskcloud.exposure.formats import read_cells

    if Path(name).name != name or name.startswith("."):
        table.fault(k, "AreaFile", "expected the name of a file in the folder of the covers")
        return None
    try:
        shapes = read_cells(table.path.parent / name, is_portfolio=False).geometry
    except InputError as error:
        table.fault(k, "AreaFile", f"cannot be read ({error.message.splitlines()[0]})")
        return None
    kept = [] if shapes is None else [one for one in shapes if one is not None]
    whole = shapely.union_all(kept) if kept else None
    if not _usable(whole):
        table.fault(k, "AreaFile", "expected polygons that do not cross themselves, in degrees")
        return None
    return whole
