"""Points where water has stood in streets: read from a city's list, and found near places."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from riskcloud.errors import Problem
from riskcloud.geo.near import within_radius
from riskcloud.geo.point_records import read_point_records
from riskcloud.types import Floats, PlaceHistory, PlaceLayer, Times, span_words
from riskcloud.units import FOOT, INCH

RADIUS_M: Final = 1_000.0
"""How far "near" reaches where it is not said. Ours: water in a street is a matter of its block."""
DEEPEST_M: Final = 20.0
"""Deeper water in a street is a fault of unit or typing. Ours."""
UNITS: Final = {"m": 1.0, "cm": 0.01, "mm": 0.001, "米": 1.0, "公尺": 1.0, "厘米": 0.01,
                "公分": 0.01, "毫米": 0.001, "ft": FOOT, "in": INCH, "inch": INCH, "feet": FOOT}
_ID: Final = ("id", "point_id", "编号", "序号", "no")
_DEPTH: Final = ("depth", "water_depth", "max_depth", "积水深度", "最大积水深度", "水深",
                 "内涝深度")
_ROAD: Final = ("road", "street", "道路", "路段", "道路名称", "所在道路", "路名")
_PLACE: Final = ("place", "location", "address", "name", "地点", "位置", "积水点", "内涝点",
                 "名称", "地址", "易涝点")
_START: Final = ("start", "start_time", "begin", "time", "date", "开始时间", "发生时间", "积水时间",
                 "时间", "日期", "起始时间")
_END: Final = ("end", "end_time", "结束时间", "消退时间", "退水时间", "截止时间")
NO_DEPTH = "{n} of {m} waterlogging point(s) have no depth"
NO_TIME = "{n} of {m} waterlogging point(s) have no time"


@dataclass(frozen=True, slots=True)
class WaterloggingPoints:
    """Waterlogging points, one a record.

    point_id, road, place (n,) words, "" where blank; lon, lat (n,) degrees WGS84; depth_m (n,), NaN
    where blank; start, end (n,) UTC, NaT where blank. ``rejected``: rows set aside.
    """

    source: str
    point_id: npt.NDArray[Any]
    lon: Floats
    lat: Floats
    depth_m: Floats
    road: npt.NDArray[Any]
    place: npt.NDArray[Any]
    start: Times
    end: Times
    rejected: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.lon)

    @property
    def years(self) -> tuple[int, int]:
        """Return the first and the last year of the records, 0 where none has a time."""
        known = self.start[~np.isnat(self.start)]
        if not len(known):
            return 0, 0
        first, last = (int(str(day)[:4]) for day in (known.min(), known.max()))
        return first, last


def read_waterlogging(path: Path, *, coordinates: str | None = None, depth_unit: str | None = None,
                      skip_bad: bool = False) -> WaterloggingPoints:
    """Return the waterlogging points of a file.

    Parameters
    ----------
    path : CSV, XLSX, Parquet, GeoJSON, GeoPackage or the like, a point each row. Columns by their
        usual names in English or Chinese: depth (its unit in the name or the cell), road, place,
        start and end time, id; all but the coordinates may be missing.
    coordinates : WGS84, GCJ-02 or BD-09, of a file that does not say.
    depth_unit : m, cm, ... where neither column nor cell says it.
    skip_bad : leave out rows with a fault, and name them in ``rejected``.

    Raises
    ------
    InputError : a file that cannot be read; a depth without a unit; rows with a fault, all at once
        (place, depth below 0 or above ``DEEPEST_M``, a time that is none, an end before the start).
    """
    records = read_point_records(path, coordinates=coordinates)
    depth = records.numbers(_DEPTH, units=UNITS, unit=depth_unit, what="depth", low=0.0,
                            high=DEEPEST_M)
    start, end = records.times(_START), records.times(_END)
    for k in np.flatnonzero(end < start):
        records.fault(int(k), "end", str(end[k]), "ends before it starts")
    good = records.checked(skip_bad=skip_bad)
    words = {name: records.words(names)[good] for name, names in (
        ("id", _ID), ("road", _ROAD), ("place", _PLACE))}
    ids = np.where(words["id"] == "", np.array([f"row {row}" for row in records.row[good]], object),
                   words["id"])
    n = int(good.sum())
    lacks = ((NO_DEPTH, int(np.isnan(depth[good]).sum())),
             (NO_TIME, int(np.isnat(start[good]).sum())))
    return WaterloggingPoints(
        records.source, ids, records.lon[good], records.lat[good], depth[good], words["road"],
        words["place"], start[good], end[good], tuple(sorted(records.problems)),
        (*records.notes, *(note.format(n=k, m=n) for note, k in lacks if k)))


def past_waterlogging(points: WaterloggingPoints, lon: Floats, lat: Floats, *,
                      radius_m: float = RADIUS_M) -> PlaceHistory:
    """Return the waterlogging points within a radius of sites (n_sites,), degrees WGS84.

    Returns
    -------
    PlaceHistory of peril ``flood``. ``strength`` is the depth at the point [m]; ``intensity``, the
    depth at the site itself, is not known. Points without a time stand last. A list is what was
    reported: a site without a point near it is not thereby dry.

    Raises
    ------
    InputError : a radius that is not above 0.
    """
    pairs = within_radius(lon, lat, points.lon, points.lat, radius_m=radius_m)
    time = points.start[pairs.point]
    late = np.where(np.isnat(time), np.iinfo(np.int64).max, time.astype(np.int64))
    order = np.lexsort((pairs.point, late, pairs.place))
    site, point = pairs.place[order], pairs.point[order]
    first, last = points.years
    layer = PlaceLayer("given", points.source, "points", span_words(first, last),
                       f"{len(points)} waterlogging point(s): reported ones, not all there were")
    return PlaceHistory(
        "flood", radius_m, first, last, site, tuple(str(points.point_id[k]) for k in point),
        tuple(str(points.place[k] or points.road[k]) for k in point), points.start[point],
        pairs.distance_m[order], points.depth_m[point], "depth", "m",
        np.full(len(point), np.nan), "depth", "m", layer, points.notes)
