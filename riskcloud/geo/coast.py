"""Coast lines of a window, from the shipped Natural Earth outlines."""

import json
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow.parquet as pq
import shapely

from riskcloud.catalog import load_card
from riskcloud.errors import InputError
from riskcloud.types import Bools, Floats, Ints

COAST_MODEL = "ne_10m"


@dataclass(frozen=True, slots=True)
class _Lines:
    """Every stored line: bounds (n, 4) west, south, east, north; its points, one after another."""

    ring: Ints
    bounds: Floats
    start: Ints
    points: Floats


@cache
def _read_lines() -> _Lines:
    card = load_card("coastline", COAST_MODEL)
    table = pq.read_table(card.file(card["coast"]["file"]))
    meta = table.schema.metadata
    scale, translate = (np.array(json.loads(meta[key])) for key in (b"scale", b"translate"))
    x_min, y_min, x_max, y_max = (table[name].to_numpy() * scale[axis] + translate[axis]
                                  for name, axis in (("x_min", 0), ("y_min", 1),
                                                     ("x_max", 0), ("y_max", 1)))
    steps = table["dx"].combine_chunks()
    start = steps.offsets.to_numpy().astype(np.int64) + np.arange(table.num_rows + 1)
    columns = [_rebuild(table[f"{a}0"].to_numpy(), table[f"d{a}"].combine_chunks().flatten(), start)
               for a in "xy"]
    return _Lines(ring=table["ring"].to_numpy(), start=start,
                  bounds=np.column_stack([x_min, y_min, x_max, y_max]),
                  points=np.column_stack(columns) * scale + translate)


def _rebuild(first: Ints, steps: object, start: Ints) -> Ints:
    """Return every line's integers: a running sum that each line's first point sets anew."""
    jumps = np.empty(start[-1], dtype=np.int64)
    is_first = np.zeros(start[-1], dtype=bool)
    is_first[start[:-1]] = True
    jumps[~is_first] = np.asarray(steps)
    jumps[is_first] = 0
    total = np.cumsum(jumps)
    return np.asarray(total + np.repeat(first - total[start[:-1]], np.diff(start)))


def coastline(west: float, south: float, east: float, north: float) -> list[Floats]:
    """Return the coast lines that touch a window, each (n, 2) lon, lat in degrees.

    Parameters
    ----------
    west, east : longitudes in any window of 360 degrees, east > west; a window over the 180th
        meridian is written 170 to 190 or -190 to -170. The lines come in the same window.
    south, north : latitudes, north > south.

    Returns
    -------
    Pieces of up to 129 points, whole: they may reach out of the window, nothing is clipped.

    Raises
    ------
    InputError : an empty window.

    Source
    ------
    Natural Earth 1:10m land 4.1; see models/coastline/ne_10m/card.toml.
    """
    lines = _read_lines()
    return [lines.points[lines.start[i]:lines.start[i + 1]] + [shift, 0.0]
            for shift in _shifts(west, south, east, north)
            for i in np.flatnonzero(_touches(lines.bounds, west - shift, south,
                                             east - shift, north))]


def land_rings(west: float, south: float, east: float, north: float) -> list[Floats]:
    """Return the land of a window as closed rings (n, 2) lon, lat, cut at the window's edge.

    Arguments and errors as for ``coastline``. Lakes are part of the land; fill the rings together
    by the even-odd rule, for the Caspian Sea is a ring within another.

    Source
    ------
    Natural Earth 1:10m land 4.1; see models/coastline/ne_10m/card.toml.
    """
    rings = _read_rings()
    found = []
    for shift in _shifts(west, south, east, north):
        inside = _touches(rings.bounds, west - shift, south, east - shift, north)
        for i in np.flatnonzero(inside):
            points = rings.points[rings.start[i]:rings.start[i + 1]] + [shift, 0.0]
            cut = shapely.clip_by_rect(shapely.Polygon(points), west, south, east, north)
            found += [np.asarray(part.exterior.coords) for part in shapely.get_parts(cut)
                      if isinstance(part, shapely.Polygon)]
    return found


@cache
def _read_rings() -> _Lines:
    """Join the lines of each ring; Antarctica, which goes around the Earth, is closed at 90 S."""
    lines = _read_lines()
    last = np.append(lines.ring[1:] != lines.ring[:-1], True)
    keep = np.ones(len(lines.points), dtype=bool)
    keep[lines.start[1:-1][~last[:-1]] - 1] = False  # a line ends where the next one begins
    parts = []
    ends = np.cumsum(keep)[lines.start[1:][last] - 1]
    for ring in np.split(lines.points[keep], ends[:-1]):
        around = abs(ring[-1, 0] - ring[0, 0]) > 180.0
        over = [[ring[-1, 0], -90.0], [ring[0, 0], -90.0], ring[0]]
        parts.append(np.vstack([ring, over]) if around else ring)
    bounds = np.array([[*part.min(axis=0), *part.max(axis=0)] for part in parts])
    start = np.concatenate([[0], np.cumsum([len(part) for part in parts])])
    return _Lines(ring=np.arange(len(parts)), bounds=bounds, start=start,
                  points=np.concatenate(parts))


def _touches(bounds: Floats, west: float, south: float, east: float, north: float) -> Bools:
    touches: Bools = ((bounds[:, 0] <= east) & (bounds[:, 2] >= west)
                      & (bounds[:, 1] <= north) & (bounds[:, 3] >= south))
    return touches


def _shifts(west: float, south: float, east: float, north: float) -> Floats:
    """Return the turns of 360 degrees in which stored lines (-360 to 360) may meet the window."""
    if not (west < east and south < north):
        raise InputError(f"window {west:g}, {south:g}, {east:g}, {north:g}: "
                         "expected west < east and south < north")
    low, high = np.floor((west - 360.0) / 360.0), np.ceil((east + 360.0) / 360.0)
    return 360.0 * np.arange(low, high + 1)
