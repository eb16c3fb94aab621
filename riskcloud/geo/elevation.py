"""Elevation from tiles of any make: opened, their units checked, the finest first."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pyproj

from riskcloud.errors import InputError, Problem
from riskcloud.geo.overlay.crs import WGS84
from riskcloud.geo.overlay.layers import SYNTAX, parse_layer
from riskcloud.geo.overlay.raster import RasterLayer, driver_of
from riskcloud.geo.overlay.raster_file import open_raster
from riskcloud.geo.overlay.sample import OK, sample_points
from riskcloud.geo.overlay.stated import Stated
from riskcloud.geo.overlay.units import known_unit, unit_factor
from riskcloud.types import Bools, Floats
from riskcloud.units import EARTH_RADIUS_M, FOOT

HIGHEST_M: Final = 8_900.0
"""Above the highest ground of the Earth (8849 m)."""
DEEPEST_M: Final = -11_100.0
"""Below the deepest sea floor."""
MOST_TILES: Final = 20_000
_M_PER_DEG: Final = EARTH_RADIUS_M * np.pi / 180.0
_NOT_ELEVATION: Final = re.compile(r"_(EDM|FLM|HEM|WBM|ACM|num|tid)\b", re.IGNORECASE)
"""Masks and counts that come in folders of Copernicus, ASTER and GEBCO tiles."""
_VARIABLES: Final = ("elevation", "z", "height", "topo", "dem", "Band1")
_FEET: Final = re.compile(r"(?<![a-z])(ft|feet|foot)(?![a-z])", re.IGNORECASE)
_STATED: Final = re.compile(r"(.+)@(m|ft|us-ft)")
_COMPARED: Final = 16  # tiles without a unit that are laid beside others


@dataclass(frozen=True, slots=True)
class Tile:
    """One raster of elevations: box west, south, east, north [degrees]; to_m turns values to m."""

    layer: RasterLayer
    box: tuple[float, float, float, float]
    cell_m: float
    to_m: float


@dataclass(frozen=True, slots=True)
class Elevation:
    """Tiles of elevation, the finest first. ``source`` names them, ``notes`` what was taken so."""

    tiles: tuple[Tile, ...]
    source: str
    notes: tuple[str, ...] = ()

    def finer_than(self, cell_m: float) -> "Elevation":
        """Return the tiles whose cells are at most ``cell_m`` large."""
        return Elevation(tuple(tile for tile in self.tiles if tile.cell_m <= cell_m),
                         self.source, self.notes)


def open_elevation(paths: Sequence[Path | str], *, unit: str | None = None) -> Elevation:
    """Return elevation from files and folders, nothing but their heads read yet.

    Parameters
    ----------
    paths : SRTM .hgt, GeoTIFF (Copernicus GLO-30 and others), NetCDF (GEBCO) or any raster the
        overlay reads, in any reference system; a folder stands for all rasters in it. A variable
        or band may follow a file after a colon, the unit of a file or folder that names none
        after @: ``hills.tif@ft``.
    unit : of all other files that name none (m, ft, us-ft); None: metres. Feet become metres.

    Raises
    ------
    InputError : every file that cannot be read or holds no elevation, at once; no raster at all;
        a file in feet by its name or beside another that names no unit.
    """
    if unit is not None:
        unit_factor(unit, "m", "elevation")
    problems: list[Problem] = []
    tiles: list[Tile] = []
    for text, own in _files(paths, unit):
        try:
            tiles.append(_tile(_open(text, own)))
        except InputError as error:
            problems += _told(text, error)
    # ours: the finest first, then by place and name, so that the order given changes nothing
    tiles.sort(key=lambda tile: (round(tile.cell_m, 1), tile.box, tile.layer.source))
    problems += _beside_each_other(tiles)
    if problems:
        where = str(paths[0]) if len(paths) == 1 else "elevation"
        raise InputError(f"{where}: {len(problems)} problem(s)", problems)
    names = sorted({Path(str(path)).name or str(path) for path in paths})
    return Elevation(tuple(tiles), ", ".join(names), _notes(tiles))


def sample_elevation(elevation: Elevation, lon: Floats, lat: Floats) -> Floats:
    """Return the elevation of points [m], (n,), from the finest tile that has a value there.

    lon, lat : (n,) degrees WGS84. NaN where no tile has a value; of polders and the sea's floor
        below 0, as the tile has it.

    Raises
    ------
    InputError : values that are no elevations of this Earth.
    """
    out = np.full(len(lon), np.nan)
    for tile in elevation.tiles:
        there = np.flatnonzero(np.isnan(out) & covers(tile, lon, lat))
        if len(there):
            found = sample_points(tile.layer, lon[there], lat[there], method="bilinear")
            out[there] = checked(found.value[:, 0] * tile.to_m, tile)
    return out


def covers(tile: Tile, lon: Floats, lat: Floats) -> Bools:
    """Return which points (n,) lie in the tile's box; longitudes in any window."""
    west, south, east, north = tile.box
    from_west = np.mod(np.asarray(lon) - west, 360.0)
    return np.asarray((from_west <= east - west) & (lat >= south) & (lat <= north), bool)


def checked(values_m: Floats, tile: Tile) -> Floats:
    """Return elevations with voids NaN. Raises InputError where they are none of this Earth."""
    values_m = np.where((values_m < DEEPEST_M) | (np.abs(values_m) > 1e5), np.nan, values_m)
    check_highest(float(np.max(values_m, initial=0.0, where=~np.isnan(values_m))), tile)
    return values_m


def check_highest(highest: float, tile: Tile) -> None:
    """Raise InputError where a tile's highest value [m] is higher than any ground."""
    if highest > HIGHEST_M:
        raise InputError(f"{tile.layer.source}: elevations up to {highest:.0f} m", [Problem(
            0, "elevation", f"{highest:.0f}", "higher than any mountain in metres: if they are "
            "feet, state the unit behind the file: FILE@ft")])


def jacobian(layer: RasterLayer, lon: Floats, lat: Floats) -> Floats:
    """Return cells per metre around points, (n, 4): columns east, north, rows east, north."""
    reach = 500.0
    out = np.empty((len(lon), 4))
    d_lon = reach / (_M_PER_DEG * np.maximum(np.cos(np.radians(lat)), 1e-6))
    d_lat = np.full(len(lat), reach / _M_PER_DEG)
    for k, (east, north) in enumerate(((d_lon, 0.0 * d_lat), (0.0 * d_lon, d_lat))):
        u0, v0 = layer.pixels(lon - east, np.clip(lat - north, -90.0, 90.0))
        u1, v1 = layer.pixels(lon + east, np.clip(lat + north, -90.0, 90.0))
        columns = u1 - u0
        if layer.wraps:
            columns -= layer.width * np.round(columns / layer.width)
        out[:, k], out[:, 2 + k] = columns / (2.0 * reach), (v1 - v0) / (2.0 * reach)
    return out


def lon_lat(layer: RasterLayer, u: Floats, v: Floats) -> tuple[Floats, Floats]:
    """Return degrees WGS84 of fractional columns and rows; (n,) all."""
    a, b, c, d, e, f = layer.transform
    x, y = a * u + b * v + c, d * u + e * v + f
    if layer.crs.is_geographic:
        return x, y
    back = pyproj.Transformer.from_crs(layer.crs, WGS84, always_xy=True)
    lon, lat = back.transform(x, y)
    return np.asarray(lon), np.asarray(lat)


def _files(paths: Sequence[Path | str], unit: str | None) -> list[tuple[str, str | None]]:
    """Return every file, once, and the unit stated for it."""
    found: dict[str, str | None] = {}
    for path in paths:
        text, own = str(path), unit
        stated = _STATED.fullmatch(text)
        if stated and not Path(text).exists():
            text, own = stated[1], stated[2]
        folder = Path(text)
        if not folder.is_dir():
            found.setdefault(text, own)
            continue
        inside = sorted(file for file in folder.rglob("*") if file.is_file()
                        and driver_of(file) not in ("", "PNG", "JPEG", "GRIB")
                        and not _NOT_ELEVATION.search(file.stem))
        if not inside or len(inside) > MOST_TILES:
            raise InputError(f"{folder}: {len(inside)} raster(s) of elevation", [Problem(
                0, "elevation", folder.name, f"give 1 to {MOST_TILES} files such as .hgt, "
                ".tif, .nc, unpacked (no .zip)")])
        for file in inside:
            found.setdefault(str(file), own)
    if not found:
        raise InputError("elevation: no file given")
    return list(found.items())


def _told(text: str, error: InputError) -> list[Problem]:
    """Return the problems of a file that cannot be opened, each naming the file."""
    if not Path(text).exists() and any(SYNTAX in one.remedy for one in error.problems):
        return [Problem(0, "elevation", text, "no such file")]  # no syntax of layers is at fault
    name = Path(text).name
    return [one if name in one.value else replace(one, value=f"{name}: {one.value}".rstrip(": "))
            for one in error.problems] or [Problem(0, "elevation", text, error.message)]


def _open(text: str, unit: str | None) -> RasterLayer:
    spec = parse_layer(text)
    stated = Stated(unit=unit)
    if spec.selector or driver_of(spec.path) != "netCDF":
        return open_raster(spec.path, spec.selector, stated=stated)
    try:
        return open_raster(spec.path, stated=stated)
    except InputError as error:  # several variables: the one that is named as an elevation
        for name in _VARIABLES:
            if any(re.search(rf"[ :,]{name}(,|$| )", problem.remedy) for problem in error.problems):
                return open_raster(spec.path, name, stated=stated)
        raise


def _tile(layer: RasterLayer) -> Tile:
    source = layer.source
    if len(layer.bands) != 1:
        raise InputError(f"{source}: {len(layer.bands)} bands", [Problem(
            0, "elevation", Path(source).name, "name the band of the elevation after a colon, "
            f"such as {Path(source).name}:1")])
    if not layer.unit and _FEET.search(re.sub(r"[_\W\d]+", " ",
                                              f"{Path(source).stem} {layer.names[0]}")):
        raise InputError(f"{source}: feet by its name, but no unit in it", [Problem(
            0, "elevation", Path(source).name, "state its unit behind it: FILE@ft or FILE@m")])
    if not layer.unit and not layer.crs.is_geographic and np.isclose(
            layer.crs.axis_info[0].unit_conversion_factor, FOOT, rtol=1e-4):
        raise InputError(f"{source}: places in feet, but no unit of elevation", [Problem(
            0, "elevation", Path(source).name, "its reference system counts in feet and its "
            "elevations name no unit: state it behind the file, FILE@ft or FILE@m")])
    box = _box(layer)
    if box[2] - box[0] > 359.99:
        box = (box[0], box[1], box[0] + 360.0, box[3])
    middle = np.array([0.5 * (box[0] + box[2])]), np.array([0.5 * (box[1] + box[3])])
    columns_east, columns_north, rows_east, rows_north = jacobian(layer, *middle)[0]
    cell = max(1.0 / np.hypot(columns_east, columns_north), 1.0 / np.hypot(rows_east, rows_north))
    return Tile(layer, box, float(cell), _to_m(layer))


def _to_m(layer: RasterLayer) -> float:
    words = layer.unit.lower()
    for start, name in (("met", "m"), ("feet", "ft"), ("foot", "ft")):
        if words.startswith(start) and known_unit(words) == words:  # "metres above sea level"
            return unit_factor(name, "m", layer.source)
    return unit_factor(layer.unit or "m", "m", layer.source)


def _box(layer: RasterLayer) -> tuple[float, float, float, float]:
    side = np.linspace(0.0, 1.0, 21)
    edge = np.concatenate([side, side, 0.0 * side, 0.0 * side + 1.0])
    other = np.concatenate([0.0 * side, 0.0 * side + 1.0, side, side])
    lon, lat = lon_lat(layer, edge * layer.width, other * layer.height)
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _beside_each_other(tiles: list[Tile]) -> list[Problem]:
    """Problems of tiles without a unit whose elevations are feet beside those of another."""
    found = []
    silent = [tile for tile in tiles if not tile.layer.unit][:_COMPARED]
    for tile in silent:
        for other in tiles:
            ratio = np.nan if other is tile else _ratio(tile, other)
            if 0.93 < ratio * FOOT < 1.07:
                found.append(Problem(
                    0, "elevation", Path(tile.layer.source).name,
                    f"names no unit, and its values are {ratio:.2f} times those of "
                    f"{Path(other.layer.source).name}: state its unit behind it, FILE@ft"))
                break
    return found


def _ratio(tile: Tile, other: Tile) -> float:
    """Median ratio of two tiles' values on high ground that both hold; NaN without such."""
    west, south = max(tile.box[0], other.box[0]), max(tile.box[1], other.box[1])
    east, north = min(tile.box[2], other.box[2]), min(tile.box[3], other.box[3])
    if west >= east or south >= north:
        return np.nan
    lon, lat = (axis.ravel() for axis in np.meshgrid(np.linspace(west, east, 22)[1:-1],
                                                     np.linspace(south, north, 22)[1:-1]))
    one, two = (sample_points(each.layer, lon, lat) for each in (tile, other))
    first, second = one.value[:, 0] * tile.to_m, two.value[:, 0] * other.to_m
    both = (one.status[:, 0] == OK) & (two.status[:, 0] == OK)
    both &= (first > 50.0) & (second > 50.0)
    return float(np.median(first[both] / second[both])) if both.sum() >= 10 else np.nan


def _notes(tiles: list[Tile]) -> tuple[str, ...]:
    silent = sum(not tile.layer.unit for tile in tiles)
    feet = sum(abs(tile.to_m - FOOT) < 1e-5 for tile in tiles)
    others = Counter(tile.layer.unit for tile in tiles
                     if tile.to_m != 1.0 and abs(tile.to_m - FOOT) >= 1e-5)
    notes = [f"{silent} tile(s) of elevation name no unit: metres taken"] * (silent > 0)
    notes += [f"{feet} tile(s) of elevation turned from feet to metres"] * (feet > 0)
    return tuple(notes + [f"{n} tile(s) of elevation turned from {unit} to metres"
                          for unit, n in others.items()])
