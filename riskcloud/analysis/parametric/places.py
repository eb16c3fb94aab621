"""Which places of covers want which index, and the values that paths bring to areas."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from riskcloud.hazard.typhoon.inside import Circle, category_of, grade_of, inside_area
from riskcloud.hazard.typhoon.path import Path
from riskcloud.types import Floats, Ints, Sites, Times
from riskcloud.types.covers import AREA, INDEXES, Covers
from riskcloud.units import HPA

GUSTS = ("gust_3s", "mean_10min")
RAINS = ("rain_24h", "rain_event")
SHAKES = ("intensity", "instrumental_intensity", "pga")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Places of covers that want some indexes: column (n,) in ``covers.places``, index (n,)."""

    column: Ints
    index: tuple[str, ...]
    sites: Sites

    def __len__(self) -> int:
        return len(self.column)

    def of(self, name: str) -> Any:
        """Return where an index is wanted (n,)."""
        return np.array([one == name for one in self.index], bool)


def cover_of_place(covers: Covers) -> Ints:
    """Return the cover of each place (n_places,)."""
    return np.repeat(np.arange(len(covers)), np.diff(covers.place_start))


def wanted(covers: Covers, names: tuple[str, ...]) -> Wanted:
    """Return the places whose covers pay by one of some indexes."""
    index = [covers.index[c] for c in cover_of_place(covers)]
    column = np.array([k for k, name in enumerate(index) if name in names], np.int64)
    places = covers.places
    return Wanted(column, tuple(index[k] for k in column),
                  Sites(np.arange(len(column)), places.lon[column], places.lat[column]))


def middle_of(covers: Covers) -> tuple[Floats, Floats]:
    """Return a point of each place (n_places,): its own, or the middle of its polygon; NaN none."""
    lon, lat = covers.places.lon.copy(), covers.places.lat.copy()
    for k, area in enumerate(covers.places.area):
        if area is not None:
            lon[k], lat[k] = area.centroid.x, area.centroid.y
    return lon, lat


def area_values(covers: Covers, path: Path, start: Ints, out: Floats) -> None:
    """Write the values of area indexes into ``out`` (n_events, n_places).

    Storms whose centre stays outside have the mildest value there is: inf of pressure, else -inf.
    """
    known: dict[Any, Any] = {}
    places, of = covers.places, cover_of_place(covers)
    for k in range(len(places.name)):
        name = covers.index[of[k]]
        if INDEXES[name].kind != AREA:
            continue
        shape = places.area[k]
        key = (shape.wkb if shape is not None
               else (places.lon[k], places.lat[k], places.radius_m[k]))
        if key not in known:
            known[key] = inside_area(path, start, shape if shape is not None else Circle(
                float(places.lon[k]), float(places.lat[k]), float(places.radius_m[k])))
        found = known[key]
        if name == "central_pressure":
            out[:, k] = found.lowest_pressure_pa / HPA
        else:
            wind = found.strongest_wind_m_s
            out[:, k] = {"max_wind_1min": lambda w: w, "category": category_of,
                         "grade": grade_of}[name](wind)


def in_force(covers: Covers, when: Times) -> Any:
    """Return which covers are in force at times (...,) -> (..., n_covers); NaT: all are.

    Both days included, by the day in UTC, as policies of a portfolio are.
    """
    day = np.asarray(when, "datetime64[s]")[..., None].astype("datetime64[D]")
    begin, end = (times.astype("datetime64[D]") for times in (covers.inception, covers.expiry))
    return np.isnat(day) | ((np.isnat(begin) | (begin <= day)) & (np.isnat(end) | (day <= end)))
