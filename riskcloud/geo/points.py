"""Distances between points, and the Chinese map coordinate systems GCJ-02 and BD-09.

GCJ-02 is not published by its owner. The closed form below is the offset that has circulated
since 2010 ("EvilTransform") and that every open implementation uses; against the GSHHG coast of
Hong Kong it removes the shift of AMap data within 0.001 degree. BD-09 is a second offset on top.
Both hold within a metre of the map services; neither is a geodetic datum.
"""

from collections.abc import Callable

import numpy as np

from riskcloud.types import Bools, Floats
from riskcloud.units import EARTH_RADIUS_M

Pair = tuple[Floats, Floats]
Degrees = Floats | float
CHINA_BOX = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north [degrees WGS84] of the rectangle in which GCJ-02 differs from WGS84.

Source: the ``outOfChina`` test of the published implementations. It also covers neighbours of
China (and Hong Kong, Macau, Taiwan): coordinates of foreign maps there are WGS84 and need no
transform.
"""

_A_M = 6378245.0  # semi-major axis of the Krassovsky 1940 ellipsoid, as published
_E2 = 0.00669342162296594323  # its eccentricity squared, as published
_BD_TURN = np.pi * 3000.0 / 180.0
_STEPS = 6  # fixed-point steps; each shrinks the error by about 100, so 6 reach rounding


def haversine_m(lon1: Degrees, lat1: Degrees, lon2: Degrees, lat2: Degrees) -> Floats:
    """Great-circle distance on a sphere of the Earth's mean radius.

    Parameters
    ----------
    lon1, lat1, lon2, lat2 : (...,) degrees; they broadcast. Any 360-degree window.

    Returns
    -------
    (...,) distance [m]; within 0.56 % of the ellipsoidal distance.

    Source
    ------
    Sinnott (1984), Virtues of the haversine, Sky and Telescope 68, 159.
    """
    lat1_rad, lat2_rad = np.radians(lat1), np.radians(lat2)
    half_dlat = 0.5 * (lat2_rad - lat1_rad)
    half_dlon = 0.5 * np.radians(np.subtract(lon2, lon1))
    h = np.sin(half_dlat) ** 2 + np.cos(lat1_rad) * np.cos(lat2_rad) * np.sin(half_dlon) ** 2
    return np.asarray(2.0 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(h, 1.0))))


def unit_vectors(lon: Floats, lat: Floats) -> Floats:
    """Return points (n,) in degrees as vectors (n, 3) of length one."""
    lon, lat = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def chord_of(distance_m: Degrees) -> Floats:
    """Return the straight distance between unit vectors so far apart along the ground [m]."""
    return np.asarray(2.0 * np.sin(0.5 * np.asarray(distance_m) / EARTH_RADIUS_M))


def nearest_window(lon: Floats, centre: float) -> Floats:
    """Longitudes moved by whole turns into the 360 degrees around ``centre``.

    lon : (...,) degrees in any window. Returns (...,) degrees, within 180 of ``centre``.
    """
    return np.asarray(lon - 360.0 * np.round((lon - centre) / 360.0), np.float64)


def in_china_box(lon: Floats, lat: Floats) -> Bools:
    """Return where (lon, lat) lies in ``CHINA_BOX``; shape (...,), edges included."""
    west, south, east, north = CHINA_BOX
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    return np.asarray((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))


def _waves(x: Floats, terms: tuple[tuple[float, float], ...]) -> Floats:
    total = np.zeros_like(x)
    for amplitude, per_degree in terms:
        total += amplitude * np.sin(per_degree * np.pi * x)
    return total * 2.0 / 3.0


def _gcj02_offset_deg(lon: Floats, lat: Floats) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    common = _waves(x, ((20.0, 6.0), (20.0, 2.0)))
    north_m = (-100.0 + 2.0 * x + 3.0 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * root + common
               + _waves(y, ((20.0, 1.0), (40.0, 1 / 3), (160.0, 1 / 12), (320.0, 1 / 30))))
    east_m = (300.0 + x + 2.0 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * root + common
              + _waves(x, ((20.0, 1.0), (40.0, 1 / 3), (150.0, 1 / 12), (300.0, 1 / 30))))
    lat_rad = np.radians(lat)
    shrink = 1.0 - _E2 * np.sin(lat_rad) ** 2
    prime_vertical_m = _A_M / np.sqrt(shrink)
    meridian_m = prime_vertical_m * (1.0 - _E2) / shrink
    return (np.degrees(east_m / (prime_vertical_m * np.cos(lat_rad))),
            np.degrees(north_m / meridian_m))


def _solve(forward: Callable[[Floats, Floats], Pair], lon: Floats, lat: Floats) -> Pair:
    """Return the point that ``forward`` (a small, smooth shift) takes to (lon, lat)."""
    x, y = lon.copy(), lat.copy()
    for _ in range(_STEPS):
        shifted_x, shifted_y = forward(x, y)
        x, y = x + (lon - shifted_x), y + (lat - shifted_y)
    return x, y


def _arrays(lon: Floats, lat: Floats) -> Pair:
    return np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)


def wgs84_to_gcj02(lon: Floats, lat: Floats) -> Pair:
    """GCJ-02 longitude and latitude of WGS84 points.

    Parameters
    ----------
    lon, lat : (...,) degrees WGS84, same shape. Outside ``CHINA_BOX`` nothing is changed.

    Returns
    -------
    (lon, lat), each (...,) degrees GCJ-02; 100 to 700 m away within China. NaN in, NaN out.

    Source
    ------
    The published closed-form offset (see the module); constants as in all open implementations.
    """
    lon, lat = _arrays(lon, lat)
    dlon, dlat = _gcj02_offset_deg(lon, lat)
    inside = in_china_box(lon, lat)
    return np.where(inside, lon + dlon, lon), np.where(inside, lat + dlat, lat)


def gcj02_to_wgs84(lon: Floats, lat: Floats) -> Pair:
    """WGS84 longitude and latitude of GCJ-02 points: the inverse of ``wgs84_to_gcj02``.

    Parameters
    ----------
    lon, lat : (...,) degrees GCJ-02, same shape.

    Returns
    -------
    (lon, lat), each (...,) degrees WGS84; the round trip closes within 1e-9 degree. A point
    within 700 m of the edge of ``CHINA_BOX`` may stem from either side; inside is assumed.

    Source
    ------
    Fixed-point inversion of the published offset.
    """
    lon, lat = _arrays(lon, lat)

    def shift(x: Floats, y: Floats) -> Pair:
        dlon, dlat = _gcj02_offset_deg(x, y)
        return x + dlon, y + dlat

    x, y = _solve(shift, lon, lat)
    inside = in_china_box(x, y)
    return np.where(inside, x, lon), np.where(inside, y, lat)


def _bd09_turn(lon: Floats, lat: Floats) -> Pair:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def gcj02_to_bd09(lon: Floats, lat: Floats) -> Pair:
    """BD-09 longitude and latitude of GCJ-02 points.

    Parameters
    ----------
    lon, lat : (...,) degrees GCJ-02, same shape. Applied everywhere, as the map service does.

    Returns
    -------
    (lon, lat), each (...,) degrees BD-09.

    Source
    ------
    The published closed form (a shift of 0.0065, 0.006 degrees and two small waves).
    """
    return _bd09_turn(*_arrays(lon, lat))


def bd09_to_gcj02(lon: Floats, lat: Floats) -> Pair:
    """GCJ-02 longitude and latitude of BD-09 points: the inverse of ``gcj02_to_bd09``.

    Parameters
    ----------
    lon, lat : (...,) degrees BD-09, same shape.

    Returns
    -------
    (lon, lat), each (...,) degrees GCJ-02; the round trip closes within 1e-9 degree.

    Source
    ------
    Fixed-point inversion; the published approximate inverse leaves some decimetres.
    """
    return _solve(_bd09_turn, *_arrays(lon, lat))


def bd09_to_wgs84(lon: Floats, lat: Floats) -> Pair:
    """WGS84 longitude and latitude (...,) of BD-09 points (...,): through GCJ-02."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def wgs84_to_bd09(lon: Floats, lat: Floats) -> Pair:
    """BD-09 longitude and latitude (...,) of WGS84 points (...,): through GCJ-02."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))
