"""The coast and its shelf: from each point of the coast a way to deep water, and its depth."""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import pyarrow.parquet as pq

from riskcloud.catalog import Card, load_card
from riskcloud.geo.points import haversine_m
from riskcloud.geo.raster import is_land
from riskcloud.kernels import surge as kernel
from riskcloud.types import Bools, Floats, Ints
from riskcloud.units import EARTH_RADIUS_M, KM

SHELF: Final = "gebco_2025"
PER_DEG: Final = 1e4
PER_M: Final = 10.0
PER_CENT: Final = 100.0
NARROW: Final = 0.15
SHALLOW_M: Final = 8.0
"""What counts as inner water (ours): openness of 60 km, so 9 km to a side, and depth."""

OFF_COAST_M: Final = 5_000.0
"""From here on a place that the land mask has at sea lies off the coast: the mask's cell and what
the points of the coast stand for (ours)."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """All points of the coast, lon, lat (n,), and the segments of their ways.

    segments (N_SEGMENT, n_segments) as ``kernels/surge.py`` wants them, those of point i from
    start[i] to start[i + 1]; unit (n, 3) the points on the unit sphere.
    """

    lon: Floats
    lat: Floats
    start: Ints
    segments: Floats
    unit: Floats


@dataclass(frozen=True, slots=True)
class Coast:
    """The points of the coast that sites are nearest to.

    point (n_points,) in the shelf; lon, lat (n_points,) theirs; of_site (n_sites,) which of them a
    site has, -1 for none; distance_m (n_sites,) from it, NaN for none.
    """

    point: Ints
    lon: Floats
    lat: Floats
    of_site: Ints
    distance_m: Floats


def shelf_card() -> Card:
    """Return the card of the shipped shelf."""
    return load_card("shelf", SHELF)


@cache
def read_shelf() -> Shelf:
    """Return the shipped ways, ready for the kernel.

    Source: models/shelf/gebco_2025.
    """
    card = shelf_card()
    table = pq.read_table(card.file(card["ways"]["file"]))
    lon, lat, depth, free = (
        table[name].combine_chunks().flatten().to_numpy().astype(np.float64) / per
        for name, per in (("lon_e4", PER_DEG), ("lat_e4", PER_DEG), ("depth_dm", PER_M),
                          ("open_pct", PER_CENT)))
    node = table["lon_e4"].combine_chunks().offsets.to_numpy().astype(np.int64)
    inner = np.ones(len(lon) - 1, bool)
    inner[node[1:-1] - 1] = False  # from one way's end to the next way's point is no segment
    segments = _segments(lon, lat, depth, free)[:, inner]
    start = node - np.arange(len(node))
    first = node[:-1]
    return Shelf(lon[first], lat[first], start, np.ascontiguousarray(segments),
                 _on_sphere(lon[first], lat[first]))


def _segments(lon: Floats, lat: Floats, depth: Floats, free: Floats) -> Floats:
    """Return the rows of the kernel between each node and the next."""
    middle_lon, middle_lat = 0.5 * (lon[1:] + lon[:-1]), 0.5 * (lat[1:] + lat[:-1])
    shrink = np.cos(np.radians(middle_lat))
    east, north = -np.radians(np.diff(lon)) * shrink, -np.radians(np.diff(lat))
    length = np.maximum(np.hypot(east, north), 1e-9)
    out = np.empty((kernel.N_SEGMENT, len(length)))
    rows = {kernel.LON_AT: middle_lon, kernel.LAT_AT: middle_lat,
            kernel.SIN_AT: np.sin(np.radians(middle_lat)), kernel.COS_AT: shrink,
            kernel.LENGTH: EARTH_RADIUS_M * length, kernel.EAST: east / length,
            kernel.NORTH: north / length, kernel.DEPTH: depth[:-1], kernel.FREE: free[:-1]}
    for row, values in rows.items():
        out[row] = values
    return out


def _on_sphere(lon: Floats, lat: Floats) -> Floats:
    x, y = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)])


def coast_of(lon: Floats, lat: Floats, *, farthest_m: float) -> Coast:
    """Return the point of the coast nearest to each site.

    Parameters
    ----------
    lon, lat : (n_sites,) degrees WGS84, any window of longitude.
    farthest_m : sites farther from the coast have none.

    Returns
    -------
    Coast. A point stands for about 4 km of coast: distances are right to 2 km.
    """
    from scipy.spatial import cKDTree

    shelf = read_shelf()
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    chord = 2.0 * np.sin(0.5 * farthest_m / EARTH_RADIUS_M)
    _, nearest = cKDTree(shelf.unit).query(_on_sphere(lon, lat), distance_upper_bound=chord)
    found: Bools = nearest < len(shelf.lon)
    point, place = np.unique(nearest[found], return_inverse=True)
    of_site = np.full(len(lon), -1)
    of_site[found] = place
    distance = np.full(len(lon), np.nan)
    distance[found] = haversine_m(lon[found], lat[found], shelf.lon[nearest[found]],
                                  shelf.lat[nearest[found]])
    return Coast(point, shelf.lon[point], shelf.lat[point], of_site, distance)


def inner_water_m(point: Ints) -> Floats:
    """Return how far the way from points of the coast leads through shallow, narrow water [m].

    Such as an estuary or a lagoon: water less than ``NARROW`` wide to a side and shallower than
    ``SHALLOW_M``, from the coast on, (n_points,). Behind much of it a level is doubtful.
    """
    shelf = read_shelf()
    inner = np.zeros(len(point))
    for i, one in enumerate(point):
        part = shelf.segments[:, shelf.start[one]:shelf.start[one + 1]]
        narrow = (part[kernel.FREE] < NARROW) & (part[kernel.DEPTH] < SHALLOW_M)
        upto = int(np.argmin(narrow)) if not narrow.all() else len(narrow)
        inner[i] = part[kernel.LENGTH, :upto].sum()
    return inner


def coast_within(west: float, south: float, east: float, north: float, *, most: int) -> Coast:
    """Return the points of the coast in a window, every n-th if there are more than ``most``.

    west, east : degrees in any window of longitude, east > west.
    """
    shelf = read_shelf()
    there = np.flatnonzero((np.mod(shelf.lon - west, 360.0) <= east - west)
                           & (shelf.lat >= south) & (shelf.lat <= north))
    point = there[::max(-(-len(there) // most), 1)]
    nobody = np.empty(0)
    return Coast(point, shelf.lon[point], shelf.lat[point], nobody.astype(np.int64), nobody)


def is_covered(lon: Floats, lat: Floats) -> Bools:
    """Return which places lie where the shelf is known, far from its coast or not (n,)."""
    west, south, east, north = shelf_card()["ways"]["window"]
    return np.asarray((np.mod(np.asarray(lon) - west, 360.0) <= east - west)
                      & (np.asarray(lat) >= south) & (np.asarray(lat) <= north))


def at_sea(lon: Floats, lat: Floats, ground_m: Floats, distance_m: Floats) -> Bools:
    """Return which places lie at sea, off the coast, where no ground says otherwise (n,).

    ground_m : (n,) NaN unknown: higher ground than 0 is an island that the mask does not know.
    distance_m : (n,) from the coast, NaN far from any. Lakes are land.
    """
    with np.errstate(invalid="ignore"):
        off = ~(distance_m < OFF_COAST_M) & ~(ground_m > 0.0)
    return np.asarray(off & ~is_land(lon, lat), bool)


def farthest_m(card: Card) -> float:
    """Return how far from the coast a site may lie, of a card of models/surge [m]."""
    return float(card["inland"]["farthest_km"]) * KM
