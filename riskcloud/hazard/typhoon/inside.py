"""The part of storms' paths inside a circle or polygon: lowest pressure and strongest wind there.

What is called a cat in a circle or in a box: the centre itself must enter.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from riskcloud.geo.points import nearest_window
from riskcloud.hazard.typhoon.averaging import sustained
from riskcloud.hazard.typhoon.path import Path
from riskcloud.hazard.typhoon.sphere import offset_m
from riskcloud.types import Floats, Ints
from riskcloud.units import KNOT

GRADE_BOUNDS_M_S: Final = (10.8, 17.2, 24.5, 32.7, 41.5, 51.0)
"""Lower bounds of the grades 1 TD to 6 super typhoon, of the 2-min wind.

Source: GB/T 19201-2006, read second-hand (press of 2020-08 quoting it); the standard not read."""
CATEGORY_BOUNDS_KT: Final = (64.0, 83.0, 96.0, 113.0, 137.0)
"""Lower bounds of categories 1 to 5, of the 1-min wind. Source: the Saffir-Simpson scale as the NHC
has it since 2012, from memory."""
GRADE_S: Final = 120.0
LONGEST_H: Final = 1.0
"""Nodes along a path at least so close, straight between: within 0.2 km of the curve (ours)."""
WIDE: Final = 1e6
"""So many radii of maximum wind apart: the nodes are those of time alone."""


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle about a point, degrees WGS84."""

    lon: float
    lat: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class Inside:
    """Of each event (n_events,) while its centre is inside, inf and -inf where it never is."""

    lowest_pressure_pa: Floats
    strongest_wind_m_s: Floats


def inside_area(path: Path, start: Ints, area: Circle | Any) -> Inside:
    """Return lowest pressure and strongest wind of storms inside an area, its edge included.

    Parameters
    ----------
    path : nodes of one storm after another, as ``paths.follow_events`` gives them.
    start : (n_events + 1,) where each storm's nodes begin.
    area : a circle, or a shapely polygon in degrees WGS84, straight between its corners in them.

    Pressure and wind are linear between nodes; where a leg crosses the edge they are those of the
    crossing.
    """
    first = np.delete(np.arange(len(path.lon)), start[1:] - 1)
    if isinstance(area, Circle):
        leg, share = _in_circle(path, first, area)
    else:
        leg, share = _in_polygon(path, first, area)
    event = np.searchsorted(start, first[leg], side="right") - 1
    n = len(start) - 1
    lowest, strongest = np.full(n, np.inf), np.full(n, -np.inf)
    np.minimum.at(lowest, event, _between(path.central_pressure_pa, first[leg], share))
    np.maximum.at(strongest, event, _between(path.max_wind_m_s, first[leg], share))
    return Inside(lowest, strongest)


def _between(values: Floats, first: Ints, share: Floats) -> Floats:
    a, b = values[first], values[first + 1]
    return np.where(share >= 1.0, b, a + share * (b - a))


def _in_circle(path: Path, first: Ints, circle: Circle) -> tuple[Ints, Floats]:
    """Return legs and the shares of them where the part inside begins and ends.

    In the plane of true distance and bearing from the centre.
    """
    x, y = offset_m(circle.lon, circle.lat, nearest_window(path.lon, circle.lon), path.lat)
    x0, y0, dx, dy = x[first], y[first], x[first + 1] - x[first], y[first + 1] - y[first]
    a, b = dx * dx + dy * dy, x0 * dx + y0 * dy
    c = x0 * x0 + y0 * y0 - circle.radius_m**2
    root = b * b - a * c
    moving = a > 0.0
    with np.errstate(invalid="ignore", divide="ignore"):
        reach = np.sqrt(np.maximum(root, 0.0))
        enter = np.where(moving, (-b - reach) / a, -np.inf)
        leave = np.where(moving, (-b + reach) / a, np.inf)
    inside = np.where(moving, (root >= 0.0) & (enter <= 1.0) & (leave >= 0.0), c <= 0.0)
    leg = np.flatnonzero(inside)
    ends = np.clip(np.stack([enter[leg], leave[leg]]), 0.0, 1.0)
    return np.tile(leg, 2), ends.ravel()


def _in_polygon(path: Path, first: Ints, polygon: Any) -> tuple[Ints, Floats]:
    west, south, east, north = polygon.bounds
    lon = nearest_window(path.lon, 0.5 * (west + east))
    ends = np.stack([np.stack([lon[k], path.lat[k]], axis=-1) for k in (first, first + 1)], axis=1)
    low, high = ends.min(axis=1), ends.max(axis=1)
    near = np.flatnonzero((high[:, 0] >= west) & (low[:, 0] <= east) & (high[:, 1] >= south)
                          & (low[:, 1] <= north) & (np.abs(ends[:, 1, 0] - ends[:, 0, 0]) < 180.0))
    shapely.prepare(polygon)
    still = (ends[near, 0] == ends[near, 1]).all(axis=1)
    parts = shapely.intersection(shapely.linestrings(ends[near]), polygon)
    points, of = shapely.get_coordinates(parts, return_index=True)
    leg, step = near[of], ends[near[of], 1] - ends[near[of], 0]
    along = ((points - ends[leg, 0]) * step).sum(axis=1) / np.maximum(
        (step * step).sum(axis=1), np.finfo(float).tiny)
    share = np.clip(along, 0.0, 1.0)
    # a line of no length is no line to shapely: its point is asked for
    stay = near[still]
    held = stay[shapely.intersects_xy(polygon, *ends[stay, 0].T)]
    return np.concatenate([leg, held]), np.concatenate([share, np.zeros(len(held))])


def grade_of(wind_1min_m_s: Floats) -> Floats:
    """Return the grade of GB/T 19201 (1 TD ... 6) of 1-min winds (...,); 0 below, -inf of -inf."""
    two_minutes = sustained(np.maximum(wind_1min_m_s, 0.0), 60.0, GRADE_S)
    return _class(wind_1min_m_s, two_minutes, GRADE_BOUNDS_M_S)


def category_of(wind_1min_m_s: Floats) -> Floats:
    """Return Saffir and Simpson's category 1 to 5 of 1-min winds (...,); 0 below, -inf of -inf."""
    return _class(wind_1min_m_s, np.maximum(wind_1min_m_s, 0.0) / KNOT, CATEGORY_BOUNDS_KT)


def _class(wind: Floats, value: Floats, bounds: tuple[float, ...]) -> Floats:
    # to 0.1, as bounds are written: a wind of 51 m/s turned to 1 min and back is one of 51
    found = np.searchsorted(np.array(bounds), np.round(value, 1), side="right").astype(np.float64)
    return np.where(np.isneginf(wind), -np.inf, np.where(np.isnan(wind), np.nan, found))
