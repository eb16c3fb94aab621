"""Geometries over the 180th meridian: brought into the window of -180 to 180 degrees."""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from riskcloud.types import Bools, Floats, Ints

_POLE = 89.999


def in_one_window(geometry: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], list[str]]:
    """Return geographic geometries within -180 to 180, and notes.

    An edge that spans more than 180 degrees is taken the short way, over the 180th meridian, and
    the geometry split there (RFC 7946, section 3.1.9, asks for that to be done beforehand); edges
    along a pole and once around the Earth stay. Longitudes beyond 180 are split likewise.
    """
    done, crossing = unwrapped(geometry)
    return split_at_180(done), crossing_notes(crossing)


def crossing_notes(crossing: Ints) -> list[str]:
    """Return what to say of features (n,) over the meridian."""
    return [f"{crossing.size} feature(s) with edges longer than 180 degrees taken over the 180th "
            "meridian"] * (crossing.size > 0)


def unwrapped(geometry: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], Ints]:
    """Return geographic geometries without edges of more than 180 degrees, and which had one.

    They may reach beyond 180: only so does a ring over the meridian show whether it crosses itself.
    """
    crossing = np.unique(_owner_of_jumps(geometry))
    done = geometry.copy() if crossing.size else geometry
    for k in crossing:
        done[k] = shapely.transform(geometry[k], _unwrapped_rings(geometry[k]))
    return done, np.asarray(crossing, np.int64)


def split_at_180(done: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return geometries with what lies beyond 180 degrees cut off and moved into the window."""
    bounds = shapely.bounds(done)
    beyond = np.flatnonzero((bounds[:, 0] < -180.0) | (bounds[:, 2] > 180.0))
    if beyond.size:
        done = done.copy()
        for k in beyond:
            done[k] = _split(done[k])
    return done


def _jumps(x: Floats, y: Floats, ring: Ints) -> Bools:
    """Return which vertices (n,) are reached by an edge of more than 180 degrees."""
    step = np.abs(np.diff(x))
    at_pole = (np.abs(y[1:]) > _POLE) & (np.abs(y[:-1]) > _POLE)
    jump = (step > 180.0) & (step < 360.0 - 1e-9) & ~at_pole & (np.diff(ring) == 0)
    return np.concatenate([[False], jump])


def _owner_of_jumps(geometry: npt.NDArray[Any]) -> Ints:
    """Return the geometries that hold an edge of more than 180 degrees, repeated."""
    bounds = shapely.bounds(geometry)
    wide = np.flatnonzero(bounds[:, 2] - bounds[:, 0] > 180.0)
    lines, of = _lines(geometry[wide])
    xy, line = shapely.get_coordinates(lines, return_index=True)
    if len(xy) == 0:
        return np.zeros(0, np.int64)
    return np.asarray(wide[of[line[_jumps(xy[:, 0], xy[:, 1], line)]]])


def _lines(geometry: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], Ints]:
    """Return every ring and line of geometries, and which geometry each is of."""
    parts, of_part = shapely.get_parts(geometry, return_index=True)
    is_polygon = shapely.get_dimensions(parts) == 2
    rings, of_ring = shapely.get_rings(parts[is_polygon], return_index=True)
    lines = np.concatenate([rings, parts[~is_polygon]])
    of = np.concatenate([of_part[is_polygon][of_ring], of_part[~is_polygon]])
    return lines, np.asarray(of, np.int64)


def _unwrapped_rings(geometry: Any) -> Any:
    """Return the function that makes longitudes of a geometry continuous, ring by ring.

    Holes and parts follow the first ring: moved by whole turns to where it is.
    """
    parts = shapely.get_parts(geometry)
    lines = np.concatenate([shapely.get_rings(part) if shapely.get_dimensions(part) == 2
                            else [part] for part in parts])
    counts = shapely.get_num_coordinates(lines)
    ring = np.repeat(np.arange(len(lines)), counts)

    def unwrap(xy: Floats) -> Floats:
        step = np.diff(xy[:, 0], prepend=xy[0, 0])
        jump = _jumps(xy[:, 0], xy[:, 1], ring)
        turns = np.where(jump, -360.0 * np.sign(step), 0.0)
        shift = np.cumsum(turns)
        first = np.searchsorted(ring, np.arange(len(lines)))
        shift -= np.repeat(shift[first], counts)  # every ring begins where it is
        x = xy[:, 0] + shift
        middle = np.array([0.5 * (x[ring == k].min() + x[ring == k].max())
                           for k in range(len(lines))])
        x -= np.repeat(360.0 * np.round((middle - middle[0]) / 360.0), counts)
        return np.column_stack([x, xy[:, 1]])

    return unwrap


def _split(geometry: Any) -> Any:
    """Return a geometry cut at odd multiples of 180 degrees, its parts moved into the window."""
    west, _, east, _ = shapely.bounds(geometry)
    pieces = []
    for turn in range(int(np.floor((west + 180.0) / 360.0)),
                      int(np.floor((east + 180.0) / 360.0)) + 1):
        box = shapely.box(360.0 * turn - 180.0, -90.0, 360.0 * turn + 180.0, 90.0)
        part = shapely.intersection(geometry, box)
        flat = [one for one in shapely.get_parts(part)
                if shapely.get_dimensions(one) == shapely.get_dimensions(geometry)]
        pieces += [shapely.transform(one, lambda xy, turn=turn: xy - [360.0 * turn, 0.0])
                   for one in flat]
    dimension = shapely.get_dimensions(geometry)
    join = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)[dimension]
    return pieces[0] if len(pieces) == 1 else join(pieces)
