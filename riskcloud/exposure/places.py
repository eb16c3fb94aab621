"""Where each location is: coordinates and geometry checked and brought to WGS84."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from riskcloud.errors import InputError
from riskcloud.exposure import cells
from riskcloud.exposure.build import Reading, read_codes, read_number
from riskcloud.exposure.codes import code_key, code_table
from riskcloud.exposure.notes import OF_PLACES
from riskcloud.exposure.outlines import tidy_outlines
from riskcloud.exposure.schema import column
from riskcloud.geo.points import Pair, bd09_to_wgs84, gcj02_to_wgs84
from riskcloud.types import Bools, Floats

_COUNTRY_BOX = {  # west, south, east, north [degrees]: half a degree and more outside, by us, so
    # that works at sea pass; a check for slips of the pen, not a border
    "CN": (73.0, 3.0, 136.0, 54.0), "HK": (113.2, 21.5, 115.1, 23.2),
    "MO": (112.9, 21.5, 114.2, 22.8), "TW": (116.0, 20.0, 123.0, 26.6),
}
_TO_WGS84: dict[str, Callable[[Floats, Floats], Pair]] = {
    "GCJ-02": gcj02_to_wgs84, "BD-09": bd09_to_wgs84}
_SWAPPED = "longitude and latitude look swapped"


@dataclass(frozen=True, slots=True)
class Places:
    """lon, lat (n_rows,) degrees WGS84; ``shapes`` (n_rows,) lines and polygons in the same.

    ``shapes`` is None where the rows are points all, else None in the rows that are points.
    """

    lon: Floats
    lat: Floats
    shapes: npt.NDArray[Any] | None


def read_places(reading: Reading, *, country: Any, coordinate_system: str | None) -> Places:
    """Return where each location is.

    ``country`` is the Categorical of country codes (n_rows,); ``coordinate_system`` holds for
    rows whose own column is blank (WGS84 where both are silent).
    """
    lon = read_number(reading, column("lon"))
    lat = read_number(reading, column("lat"))
    shape = _shapes(reading)
    shaped = ~shapely.is_missing(shape)
    lon, lat = _centre(shape, shaped, lon, lat)
    unread = ~(np.isfinite(lon) & np.isfinite(lat))
    silent = unread & ~shaped & ~reading.shape_lost & (reading.blank["lon"] | reading.blank["lat"])
    if reading.raw.geometry is not None or {"lat", "geometry_wkt"} & set(reading.match.position):
        _fault(reading, silent, "no coordinates: give both, or a geometry; `riskcloud geocode` "
               "finds them from addresses")
    _check_range(reading, lon, lat, country, ~unread)
    system = _systems(reading, coordinate_system)
    for name in system.categories:
        if name in _TO_WGS84:
            rows = np.asarray(system == name) & (np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0)
            lon[rows], lat[rows] = _TO_WGS84[name](lon[rows], lat[rows])
            turn = rows & shaped
            if not turn.any():
                continue
            shape[turn] = shapely.transform(
                shape[turn], lambda xy, to=_TO_WGS84[name]: np.column_stack(to(*xy.T)))
    if not shaped.any():
        return Places(lon, lat, None)
    shape[shapely.get_dimensions(shape) < 1] = None
    shape = _tidy(reading, shape)
    return Places(lon, lat, None if shapely.is_missing(shape).all() else shape)


def _tidy(reading: Reading, shape: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return shapes with polygons as they are kept, and note what was done to them."""
    tidy = tidy_outlines(shape)
    for order, (rows, text) in enumerate((
            (tidy.repaired, "{n} polygon(s) crossing themselves repaired (row {rows})"),
            (tidy.cut, "{n} polygon(s) with edges longer than 180 degrees taken over the 180th "
                       "meridian (row {rows})"),
            (tidy.flat, "{n} polygon(s) without an area count as their point (row {rows})"))):
        reading.notes.rows((OF_PLACES, 2, order), text, reading.raw.row[rows])
    return tidy.shape


def _fault(reading: Reading, where: Bools, remedy: str,
           names: tuple[str, ...] = ("lat", "geometry_wkt")) -> None:
    """Note a fault under the first of the columns that the file has."""
    for name in names:
        if name in reading.match.position:
            reading.fault(where, name, remedy)
            return
    reading.log.add(where, "geometry", None, remedy)


def _shapes(reading: Reading) -> npt.NDArray[Any]:
    """Return the geometry of each row, None where it has none; unreadable ones are faults."""
    if reading.raw.geometry is not None:
        return _usable(reading, np.array(reading.raw.geometry, dtype=object))
    text = reading.text("geometry_wkt")
    if text is None:
        return np.full(len(reading.raw), None, dtype=object)
    wkt = np.asarray(cells.trimmed(text).to_numpy(), dtype=object)
    filled = wkt != ""
    shape = np.full(len(wkt), None, dtype=object)
    shape[filled] = shapely.from_wkt(wkt[filled], on_invalid="ignore")
    unread = filled & shapely.is_missing(shape)
    reading.fault(unread, "geometry_wkt",
                  "expected WKT such as LINESTRING (113.5 22.2, 113.6 22.3)")
    reading.shape_lost |= unread
    return _usable(reading, shape)


def _usable(reading: Reading, shape: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return flat geometries; empty, mixed and out-of-range ones are faults and become None."""
    shape = shapely.force_2d(shape)
    given = ~shapely.is_missing(shape)
    mixed = given & (shapely.get_type_id(shape) == shapely.GeometryType.GEOMETRYCOLLECTION)
    empty = given & shapely.is_empty(shape)
    far = np.nan_to_num(np.abs(shapely.bounds(shape)))  # west, south, east, north
    out = given & ((far[:, [0, 2]] > 180.0).any(axis=1) | (far[:, [1, 3]] > 90.0).any(axis=1))
    wkt = ("geometry_wkt",)
    _fault(reading, mixed, "mixed geometries: give a point, line or polygon", wkt)
    _fault(reading, empty, "an empty geometry", wkt)
    _fault(reading, out, "a vertex outside -180 to 180, -90 to 90 degrees; WKT is lon before lat",
           wkt)
    shape[mixed | empty | out] = None
    reading.shape_lost |= mixed | empty | out
    return shape


def _centre(shape: npt.NDArray[Any], shaped: Bools, lon: Floats, lat: Floats) -> Pair:
    """Return lon, lat with those of shaped rows taken from the shape.

    A line gives the point at half its length, a polygon a point inside it; what spans more than
    half the world from east to west is taken to cross the dateline.
    """
    if not shaped.any():
        return lon, lat
    bounds = shapely.bounds(shape)
    crossing = shaped & (bounds[:, 2] - bounds[:, 0] > 180.0)
    shape = shape.copy()
    shape[crossing] = shapely.transform(shape[crossing], lambda xy: np.column_stack(
        [np.where(xy[:, 0] < 0.0, xy[:, 0] + 360.0, xy[:, 0]), xy[:, 1]]))
    kind = shapely.get_dimensions(shape)
    centre = shape.copy()
    line, area = shaped & (kind == 1), shaped & (kind == 2)
    longest = shapely.line_merge(shape[line])
    no_length = shapely.is_empty(longest)
    longest[no_length] = shape[line][no_length]
    centre[line] = shapely.line_interpolate_point(
        [max(shapely.get_parts(item), key=shapely.length) for item in longest], 0.5,
        normalized=True)
    centre[area] = shapely.point_on_surface(shape[area])
    several = shaped & (shapely.get_type_id(shape) == shapely.GeometryType.MULTIPOINT)
    centre[several] = shapely.centroid(shape[several])
    lon[shaped], lat[shaped] = shapely.get_x(centre[shaped]), shapely.get_y(centre[shaped])
    lon[crossing & (lon > 180.0)] -= 360.0
    return lon, lat


def _check_range(reading: Reading, lon: Floats, lat: Floats, country: Any, known: Bools) -> None:
    lat_out, lon_out = known & (np.abs(lat) > 90.0), known & (np.abs(lon) > 180.0)
    swapped = lat_out & (np.abs(lat) <= 180.0) & (np.abs(lon) <= 90.0)
    _fault(reading, swapped, _SWAPPED)
    _fault(reading, lat_out & ~swapped, "expected -90 to 90 degrees")
    _fault(reading, lon_out, "expected -180 to 180 degrees", ("lon", "geometry_wkt"))
    known = known & ~lat_out & ~lon_out
    zero = known & (lon == 0.0) & (lat == 0.0)
    _fault(reading, zero, "0, 0 lies in the Atlantic: leave unknown coordinates blank")
    for code, box in _COUNTRY_BOX.items():
        rows = known & ~zero & np.asarray(country == code)
        if rows.any():
            away = rows & ~_inside(lon, lat, box)
            turned = away & _inside(lat, lon, box)
            _fault(reading, turned, f"{_SWAPPED}: the point is not in {code}, its mirror is")
            _fault(reading, away & ~turned, f"outside {code}, which the row names as its country")


def _inside(lon: Floats, lat: Floats, box: tuple[float, float, float, float]) -> Bools:
    west, south, east, north = box
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def _systems(reading: Reading, option: str | None) -> Any:
    """Return the coordinate system of each row (Categorical), and note what was assumed."""
    name = "coordinate_system"
    assumed = column(name).default
    if option is not None:
        known = code_table(name).get(code_key(option))
        if known is None:
            raise InputError(f"coordinate system {option!r}: expected WGS84, GCJ-02 or BD-09")
        assumed = known
    text = reading.text(name)
    found = (cells.Words([""], np.zeros(len(reading.raw), dtype=np.int64)) if text is None
             else cells.words(text))
    system = read_codes(reading, name, found)
    blank = reading.blank[name]
    if blank.any():
        reason = "as the option says" if option else "none stated"
        reading.notes.count((OF_PLACES,), f"coordinates of {{n}} row(s) taken as {assumed} "
                            f"({reason})", int(blank.sum()))
    return system if option is None else _filled(system, blank, assumed)


def _filled(system: Any, blank: Bools, assumed: str) -> Any:
    if assumed not in system.categories:
        system = system.add_categories([assumed])
    system[blank] = assumed
    return system
