"""Offsets, destinations and directions of motion on the sphere."""

from typing import Any, Final

import numpy as np

from riskcloud.types import Floats
from riskcloud.units import EARTH_RADIUS_M

STILL_M: Final = 1000.0
"""A centre that moved less than this between its neighbours has no direction (our choice: a tenth
of a degree, the step of most bulletins, is 11 km; rounding alone must not turn a track)."""


def offset_m(lon: Any, lat: Any, to_lon: Any, to_lat: Any) -> tuple[Floats, Floats]:
    """East and north [m] of a point as seen from another: great-circle distance and bearing.

    lon, lat, to_lon, to_lat : (...,) degrees; they broadcast. Inverse of :func:`destination`.
    """
    a, b, d = np.radians(lat), np.radians(to_lat), np.radians(np.subtract(to_lon, lon))
    east = np.cos(b) * np.sin(d)
    north = np.cos(a) * np.sin(b) - np.sin(a) * np.cos(b) * np.cos(d)
    length = np.hypot(east, north)
    angle = np.arctan2(length, np.sin(a) * np.sin(b) + np.cos(a) * np.cos(b) * np.cos(d))
    scale = EARTH_RADIUS_M * np.divide(angle, length, out=np.ones_like(angle), where=length > 0.0)
    return np.asarray(east * scale), np.asarray(north * scale)


def destination(lon: Any, lat: Any, east_m: Any, north_m: Any) -> tuple[Floats, Floats]:
    """Longitude and latitude (...,) [degrees] of a point east and north of another [m].

    The distance is hypot(east, north) along the great circle of that bearing; longitudes stay
    continuous with ``lon``. Source: spherical trigonometry (law of cosines and four-part formula).
    """
    angle, bearing = np.hypot(east_m, north_m) / EARTH_RADIUS_M, np.arctan2(east_m, north_m)
    a = np.radians(lat)
    sine = np.sin(a) * np.cos(angle) + np.cos(a) * np.sin(angle) * np.cos(bearing)
    turn = np.arctan2(np.sin(bearing) * np.sin(angle) * np.cos(a), np.cos(angle) - np.sin(a) * sine)
    return (np.asarray(lon + np.degrees(turn)),
            np.asarray(np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0)))))


def headings_deg(lon: Floats, lat: Floats) -> Floats:
    """Direction of motion at each fix, degrees clockwise from north, (..., n_fixes).

    lon, lat : (..., n_fixes) degrees, lon continuous. From the leg before and the leg after, at
    the ends the only one. A fix that stands still takes the direction of the nearest that moves;
    a track that never moves heads north.
    """
    shape = lon.shape
    if shape[-1] < 2:
        return np.zeros(shape)
    ahead = offset_m(lon[..., :-1], lat[..., :-1], lon[..., 1:], lat[..., 1:])
    back = offset_m(lon[..., 1:], lat[..., 1:], lon[..., :-1], lat[..., :-1])
    east, north = np.zeros(shape), np.zeros(shape)
    for total, forth, behind in ((east, ahead[0], back[0]), (north, ahead[1], back[1])):
        total[..., :-1] += forth
        total[..., 1:] -= behind
    moving = np.hypot(east, north) > STILL_M
    place = np.arange(shape[-1])
    apart = np.where(moving[..., None, :], np.abs(place[:, None] - place), 2 * shape[-1])
    nearest = apart.argmin(axis=-1)
    heading = np.degrees(np.arctan2(np.take_along_axis(east, nearest, -1),
                                    np.take_along_axis(north, nearest, -1))) % 360.0
    return np.where(moving.any(axis=-1, keepdims=True), heading, 0.0)
