"""The area a set of events is made for, and which part of a storm concerns it."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.sphere import offset_m
from riskcloud.types import Bools, Floats, Ints

REACH_M: Final = 500e3
"""A storm concerns an area while its centre is within this distance of it (ours).

Nesat 2011 gave gusts of 28 m/s at Hong Kong from more than 300 km.
"""


@dataclass(frozen=True, slots=True)
class Area:
    """A window of longitudes and latitudes: west < east, 0 <= west < 360; east may pass 360.

    Raises
    ------
    InputError : an empty window, one of a turn or more, latitudes out of range.
    """

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        said = f"area {self.west:g},{self.south:g},{self.east:g},{self.north:g}"
        if not np.isfinite([self.west, self.south, self.east, self.north]).all():
            raise InputError(f"{said}: expected four numbers W,S,E,N in degrees")
        if not (-90.0 <= self.south < self.north <= 90.0):
            raise InputError(f"{said}: expected latitudes S < N within -90 to 90")
        if not (-360.0 <= self.west <= 360.0 and -360.0 <= self.east <= 720.0):
            raise InputError(f"{said}: expected longitudes of -180 to 180 or 0 to 360")
        if not self.west < self.east < self.west + 360.0:
            remedy = (f"; over the 180th meridian write {self.west % 360.0:g} to "
                      f"{self.east % 360.0:g}" if self.west % 360.0 < self.east % 360.0 else "")
            raise InputError(f"{said}: expected W < E, less than a turn apart{remedy}")
        turn = self.west // 360.0 * 360.0
        object.__setattr__(self, "west", self.west - turn)
        object.__setattr__(self, "east", self.east - turn)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north."""
        return self.west, self.south, self.east, self.north

    def distance_m(self, lon: Floats, lat: Floats) -> Floats:
        """Return the distance of points (...,) from the area [m], 0 inside.

        To the nearest point of the window by clipping: exact at its meridians' ends, within 1 %
        elsewhere at the distances and latitudes of use here.
        """
        middle = 0.5 * (self.west + self.east)
        own = middle + np.mod(np.asarray(lon, float) - middle + 180.0, 360.0) - 180.0
        inside_lon = np.clip(own, self.west, self.east)
        inside_lat = np.clip(lat, self.south, self.north)
        east, north = offset_m(own, np.asarray(lat, float), inside_lon, inside_lat)
        return np.asarray(np.hypot(east, north))


def spans(near: Bools, start: Ints, before: int = 1, after: int = 1) -> tuple[Ints, Ints]:
    """Return the first and last fix of each track from its first to its last near fix.

    near (n_fixes,) tells the fixes that matter; ``before`` and ``after`` so many fixes more are
    taken, within the track. Tracks without any have first = 0, last = -1.
    """
    n = len(start) - 1
    place = np.flatnonzero(near)
    storm = np.repeat(np.arange(n), np.diff(start))[place]
    first, last = np.zeros(n, np.int64), np.full(n, -1, np.int64)
    if len(place):
        has = np.unique(storm)
        begin = np.searchsorted(storm, has)
        end = np.searchsorted(storm, has, side="right") - 1
        first[has] = np.maximum(place[begin] - before, start[:-1][has])
        last[has] = np.minimum(place[end] + after, start[1:][has] - 1)
    return first, last
