"""Distance from a point to lines and polygons on the ellipsoid: their segments are geodesics.

The nearest point of a segment is found by golden sections of its length (the distance falls and
rises once along a geodesic of less than a quarter of the globe); segments that the triangle
inequality rules out are passed over.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.geodesic import destination, distance_m, reduced

Array = npt.NDArray[Any]

_GOLDEN = 0.6180339887498949
_CUTS = 48
_RAD = np.pi / 180.0
_M_PER_DEG = 110_574.0  # a degree of latitude is nowhere shorter (equator: 110,574.3 m)


@njit(cache=True, nogil=True, error_model="numpy")
def _wrapped(lon: float) -> float:
    return lon - 360.0 if lon > 180.0 else (lon + 360.0 if lon < -180.0 else lon)


@njit(cache=True, nogil=True, error_model="numpy")
def _azimuth(lon1: float, lat1: float, lon2: float, lat2: float, length_m: float) -> float:
    """Return the azimuth [rad, negative westwards] at the first point.

    By bisection: the longitude of the end of a geodesic of given length rises with the azimuth
    until it points away from the pole; the latitude falls with it all along, so it decides.
    """
    sin_u, cos_u = reduced(lat1)
    low, high = 0.0, np.pi
    for _ in range(60):
        middle = 0.5 * (low + high)
        _d_lon, lat = destination(sin_u, cos_u, middle, length_m)
        if lat > lat2:
            low = middle
        else:
            high = middle
    azimuth = 0.5 * (low + high)
    return -azimuth if _wrapped(lon2 - lon1) < 0.0 else azimuth


@njit(cache=True, nogil=True, error_model="numpy")
def _along(lon1: float, sin_u: float, cos_u: float, azimuth: float, length_m: float,
           ) -> tuple[float, float]:
    d_lon, lat = destination(sin_u, cos_u, abs(azimuth), length_m)
    return _wrapped(lon1 + (d_lon if azimuth >= 0.0 else -d_lon)), lat


@njit(cache=True, nogil=True, error_model="numpy")
def segment_distance_m(lon: float, lat: float, segment: Array, best_m: float) -> float:
    """Return the distance [m] to a segment (lon1, lat1, lon2, lat2), or best_m if that is less."""
    lon1, lat1, lon2, lat2 = segment[0], segment[1], segment[2], segment[3]
    near, far = distance_m(lon, lat, lon1, lat1), distance_m(lon, lat, lon2, lat2)
    best = min(best_m, near, far)
    length = distance_m(lon1, lat1, lon2, lat2)
    if length < 1e-3 or 0.5 * (near + far - length) >= best:
        return best
    sin_u, cos_u = reduced(lat1)
    azimuth = _azimuth(lon1, lat1, lon2, lat2, length)
    low, high = 0.0, length
    left, right = high - _GOLDEN * length, low + _GOLDEN * length
    x, y = _along(lon1, sin_u, cos_u, azimuth, left)
    at_left = distance_m(lon, lat, x, y)
    x, y = _along(lon1, sin_u, cos_u, azimuth, right)
    at_right = distance_m(lon, lat, x, y)
    for _ in range(_CUTS):
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            x, y = _along(lon1, sin_u, cos_u, azimuth, left)
            at_left = distance_m(lon, lat, x, y)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            x, y = _along(lon1, sin_u, cos_u, azimuth, right)
            at_right = distance_m(lon, lat, x, y)
    return min(best, at_left, at_right)


@njit(cache=True, nogil=True, error_model="numpy")
def line_distance_m(lon: float, lat: float, segments: Array, first: int, last: int) -> float:
    """Return the distance [m] to the nearest point of segments[first:last]."""
    best = np.inf
    for k in range(first, last):
        best = segment_distance_m(lon, lat, segments[k], best)
    return best


@njit(cache=True, nogil=True, error_model="numpy")
def encloses(lon: float, lat: float, segments: Array, first: int, last: int) -> bool:
    """Return whether segments[first:last], closed rings, enclose a point (even-odd rule).

    Counted are the edges, straight in degrees, that the meridian from the point to the north pole
    crosses; each edge goes the short way, unless once around the Earth along a pole.
    """
    inside = False
    for k in range(first, last):
        x0 = _wrapped(segments[k, 0] - lon)
        step = segments[k, 2] - segments[k, 0]
        x1 = x0 + (_wrapped(step) if abs(step) < 360.0 else step)
        if (x0 <= 0.0) != (x1 <= 0.0):
            part = x0 / (x0 - x1)
            if segments[k, 1] + part * (segments[k, 3] - segments[k, 1]) > lat:
                inside = not inside
    return inside


@njit(cache=True, nogil=True, error_model="numpy")
def shape_distance_m(lon: float, lat: float, segments: Array, first: int, last: int,
                     is_area: bool) -> float:
    """Return the distance [m] to a line, or to a polygon of these rings: 0 inside it."""
    if is_area and encloses(lon, lat, segments, first, last):
        return 0.0
    return line_distance_m(lon, lat, segments, first, last)


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def line_distances_m(lon: float, lat: float, segments: Array, start: Array, is_area: Array,
                     which: Array, out: Array) -> None:
    """Write the distance [m] to each shape of ``which`` (n,): segments[start[l]:start[l + 1]]."""
    for k in prange(which.size):
        s = which[k]
        out[k] = shape_distance_m(lon, lat, segments, start[s], start[s + 1], is_area[s])


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def reaches_m(lons: Array, lats: Array, segments: Array, start: Array, out: Array) -> None:
    """Write how far [m] any point of each line may be from its own point (lons, lats)."""
    for k in prange(lons.size):
        farthest = 0.0
        for s in range(start[k], start[k + 1]):
            a = distance_m(lons[k], lats[k], segments[s, 0], segments[s, 1])
            b = distance_m(lons[k], lats[k], segments[s, 2], segments[s, 3])
            length = distance_m(segments[s, 0], segments[s, 1], segments[s, 2], segments[s, 3])
            farthest = max(farthest, 0.5 * (a + b + length))
        out[k] = farthest


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def lines_inside(lon: float, lat: float, radius_m: float, lons: Array, lats: Array, reach: Array,
                 segments: Array, start: Array, is_area: Array, out: Array) -> None:
    """Write whether the nearest point of each shape lies within the radius (n_shapes,)."""
    for k in prange(lons.size):
        out[k] = False
        if abs(lats[k] - lat) * _M_PER_DEG > radius_m + reach[k]:
            continue
        away = distance_m(lon, lat, lons[k], lats[k])
        if away - reach[k] <= radius_m:
            out[k] = (away + reach[k] <= radius_m
                      or shape_distance_m(lon, lat, segments, start[k], start[k + 1],
                                          is_area[k]) <= radius_m)
