"""Records at points: what happened where, a row each, from CSV, XLSX, GeoJSON, GeoPackage and such.

Columns are found by the names that people give them; the unit of a number stands in its column's
name (``depth_cm``, 积水深度(厘米)) or in the cell (30cm). Rows with a fault are set aside.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from riskcloud.errors import InputError, Problem
from riskcloud.geo.overlay.vector_file import POINT, VectorLayer, read_vector
from riskcloud.geo.sites_file import read_places
from riskcloud.geo.stated_system import COLUMNS as SYSTEM
from riskcloud.geo.stated_system import from_system
from riskcloud.types import Bools, Floats, Ints, Times

HOME_UTC_H: Final = 8.0
"""Hours that clocks in China are ahead of UTC: times that name no zone are taken so. Ours."""
LOCAL_TIME = "times that name no zone taken as China's (UTC+8); days alone stay as they are"
_VECTOR: Final = (".geojson", ".json", ".gpkg", ".shp", ".fgb")
_BLANK: Final = ("nan", "nat", "none", "null", "n/a", "-", "--", "/")
_CELL: Final = re.compile(r"\s*([-+]?[\d.]+(?:e[-+]?\d+)?)\s*([^\d\s]*)\s*", re.IGNORECASE)
_NAME: Final = re.compile(r"[\s_()（）\[\]【】/]+")
_CHINESE: Final = re.compile(
    r"(\d{4})年(\d{1,2})月(\d{1,2})日\s*(?:(\d{1,2})[时點点:](?:(\d{1,2})分?)?)?")
_SLASHED: Final = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?:[ T]+(\d{1,2}):(\d{2}).*)?")


@dataclass(slots=True)
class PointRecords:
    """Records as read: row (n,) as a spreadsheet counts, lon, lat (n,) WGS84, cells by header.

    ``problems`` gathers what is wrong with rows; ``good`` tells which are left.
    """

    source: str
    row: Ints
    lon: Floats
    lat: Floats
    columns: Mapping[str, Sequence[str]]
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.row)

    @property
    def good(self) -> Bools:
        """Tell the rows (n,) without a problem."""
        return ~np.isin(self.row, [one.row for one in self.problems])

    def header(self, names: Sequence[str], units: Sequence[str] = ()) -> tuple[str, str] | None:
        """Return the header of one of ``names`` and the unit behind it, "" where none is."""
        plain = {_NAME.sub("", header.lower()): header for header in self.columns}
        for name in names:
            for unit in ("", *units):
                if (found := plain.get(_NAME.sub("", name + unit).lower())) is not None:
                    return found, unit
        return None

    def words(self, names: Sequence[str]) -> npt.NDArray[Any]:
        """Return the cells (n,) of a column, "" without one."""
        found = self.header(names)
        return np.array([""] * len(self) if found is None else self.columns[found[0]], object)

    def fault(self, at: int, column: str, value: str, remedy: str) -> None:
        """Note what is wrong with the record of position ``at``."""
        self.problems.append(Problem(int(self.row[at]), column, value, remedy))

    def numbers(self, names: Sequence[str], *, units: Mapping[str, float], unit: str | None,
                what: str, low: float, high: float) -> Floats:
        """Return a column's numbers (n,) times the factor of their unit, NaN where blank.

        units : factors by spelling; ``unit`` of cells that say none under a header that says none.
        Without such a column all are NaN.

        Raises
        ------
        InputError : a unit that neither header, cells nor ``unit`` tell.
        """
        out = np.full(len(self), np.nan)
        found = self.header(names, tuple(units))
        if found is None:
            return out
        name, own = found
        for k, cell in enumerate(self.columns[name]):
            if not cell:
                continue
            match = _CELL.fullmatch(cell.replace(",", ""))
            said = match[2].lower() if match and match[2] else own or unit
            value = _number(match[1]) if match else np.nan
            if match and (said is None or (said == "" and "" not in units)):
                raise InputError(f"{self.source}: the unit of {what} is not said", [Problem(
                    int(self.row[k]), name, cell, "name the column with its unit, such as "
                    f"{names[0]}_{next(iter(units))}")])
            value *= units.get(said or "", np.nan)
            if low <= value <= high:
                out[k] = value
            else:
                self.fault(k, name, cell, f"{what}: expected a number from {low:g} to {high:g} "
                           f"{next(iter(units))}".rstrip())
        return out

    def times(self, names: Sequence[str]) -> Times:
        """Return a column's times (n,) UTC, NaT where blank or without such a column."""
        out = np.full(len(self), "NaT", "datetime64[s]")
        found = self.header(names)
        for k, cell in enumerate(self.columns[found[0]] if found else ()):
            if not cell:
                continue
            moment, is_local = _moment(cell)
            if moment is None:
                self.fault(k, found[0] if found else "", cell,
                           "expected a time such as 2020-05-22 03:00 or 2020-05-22T03:00+08:00")
                continue
            out[k] = np.datetime64(moment, "s")
            if is_local and LOCAL_TIME not in self.notes:
                self.notes.append(LOCAL_TIME)
        return out

    def checked(self, *, skip_bad: bool) -> Bools:
        """Return the rows (n,) that are left. Raises InputError for problems but with skip_bad."""
        good = self.good
        if self.problems and not (skip_bad and good.any()):
            raise InputError(f"{self.source}: {len(self.problems)} problem(s)",
                             sorted(self.problems))
        return good


def read_point_records(path: Path, *, coordinates: str | None = None) -> PointRecords:
    """Return the records of a file.

    Parameters
    ----------
    path : CSV, XLSX or Parquet with columns of longitude and latitude (``geo.sites_file``), or
        points as GeoJSON, GeoPackage, shapefile or FlatGeobuf.
    coordinates : WGS84, GCJ-02 or BD-09 of a file that does not say.

    Raises
    ------
    InputError : no such file, no records, no coordinates, no row with a place; no points.
    """
    if path.suffix.lower() in _VECTOR:
        found = _from_vector(read_vector(path, dates_as_text=True), path)
    else:
        file = read_places(path, skip_bad=True)
        bad = [one.row for one in file.rejected]
        every = np.arange(2, len(file.sites) + len(set(bad)) + 2)
        cells = {str(name): [_text(cell) for cell in file.table[name].to_pylist()]
                 for name in file.table.column_names}
        found = PointRecords(path.name, every[~np.isin(every, bad)], file.sites.lon,
                             file.sites.lat, cells, list(file.rejected), list(file.notes))
    if coordinates is not None:
        if found.header(SYSTEM):
            found.notes.append("the file's own column of the coordinate system is kept")
        else:
            found.lon, found.lat = from_system(coordinates, found.lon, found.lat)
            found.notes.append(f"coordinates turned from {coordinates} to WGS84, as stated")
    return found


def _from_vector(layer: VectorLayer, path: Path) -> PointRecords:
    if layer.dimension != POINT:
        raise InputError(f"{path}: lines or polygons, expected points")
    geometry = layer.in_degrees()
    several = shapely.get_num_geometries(geometry) > 1
    found = PointRecords(path.name, layer.row + 1, shapely.get_x(shapely.centroid(geometry)),
                         shapely.get_y(shapely.centroid(geometry)),
                         {name: [_text(cell) for cell in cells]
                          for name, cells in layer.attributes.items()}, [], list(layer.notes))
    for k in np.flatnonzero(several):
        found.fault(int(k), "geometry", "MultiPoint", "expected one point a record")
    return found


def _text(cell: Any) -> str:
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, np.datetime64):
        cell = cell.astype("datetime64[s]").item()
    if isinstance(cell, datetime):  # a day alone is kept as midnight by some formats
        is_day = cell.tzinfo is None and cell.time() == time()
        return cell.date().isoformat() if is_day else cell.isoformat()
    text = str(cell).strip()
    return "" if text.lower() in _BLANK else text


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _moment(text: str) -> tuple[datetime | None, bool]:
    """Return a moment in UTC without its zone (None: none), and whether it was taken as local."""
    match = _CHINESE.fullmatch(text)
    try:
        if match is None and "T" not in text and "+" not in text and "Z" not in text:
            match = _SLASHED.fullmatch(text)
        if match is not None:
            parts = [int(part) for part in match.groups() if part is not None]
            year, month, day, hour, minute = (*parts, 0, 0)[:5]
            return _utc(datetime(year, month, day, hour, minute), has_clock=len(parts) > 3)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None, False
    if moment.tzinfo is not None:
        return moment.astimezone(UTC).replace(tzinfo=None), False
    return _utc(moment, has_clock=len(text) > 10)


def _utc(moment: datetime, *, has_clock: bool) -> tuple[datetime, bool]:
    return (moment - timedelta(hours=HOME_UTC_H) if has_clock else moment), has_clock
