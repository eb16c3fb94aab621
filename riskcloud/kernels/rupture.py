"""Distances from sites to an earthquake's source, on the WGS84 ellipsoid.

Each site is put on a plane tangent at the epicentre, at its geodesic distance and in its azimuth
(azimuthal equidistant). A rectangle in that plane, dipping below it, is the rupture.

Source: distance by the long-line formula of Andoyer and Lambert (Thomas 1970, Spheroidal
geodesics, reference systems and local geometry, SP-138, eq. 2.5, first order in the flattening);
azimuth of the normal section from the Earth-centred vector.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.trigonometry import atan2, sin_cos

Array = npt.NDArray[Any]

A_KM = 6378.137
"""Semi-major axis of WGS84 [km]."""
F = 1.0 / 298.257223563
"""Flattening of WGS84."""
(EPICENTRAL, HYPOCENTRAL, R_JB, R_RUP, R_X, AZIMUTH) = range(6)
"""Rows of ``out``."""
(LON, LAT, DEPTH, STRIKE, HALF_LENGTH, TOP_V, COS_DIP, SIN_DIP, TOP_Z, WIDTH) = range(10)
"""What ``source`` holds: degrees, km, radian; TOP_V is how far right of the strike line through the
epicentre the top edge lies, TOP_Z its depth."""

_RAD = np.pi / 180.0
_B2_A2 = (1.0 - F) * (1.0 - F)
_CHUNK = 4096


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def local_vector(d_lon: float, lat: float, sin0: float, cos0: float, sin_b0: float, cos_b0: float,
                 z0: float, x0: float) -> tuple[float, float, float]:
    """Return geodesic distance [km] and the east and north parts of the direction (unit vector).

    d_lon, lat [rad] of the site, the longitude from the epicentre's; sine and cosine of the
    epicentre's geodetic and reduced latitude, its Earth-centred z and x in semi-major axes.
    """
    sin_lat, cos_lat = sin_cos(lat)
    sin_lon, cos_lon = sin_cos(d_lon)
    norm = 1.0 / (cos_lat * cos_lat + _B2_A2 * sin_lat * sin_lat) ** 0.5
    sin_b, cos_b = (1.0 - F) * sin_lat * norm, cos_lat * norm
    # chord of the sphere of reduced latitudes, and the central angle it spans
    dx, dy, dz = cos_b * cos_lon - cos_b0, cos_b * sin_lon, sin_b - sin_b0
    half = 0.25 * (dx * dx + dy * dy + dz * dz)
    half = 1.0 if half > 1.0 else half
    cos_half_sq = 1.0 - half
    cos_half_sq = 1e-12 if cos_half_sq < 1e-12 else cos_half_sq
    sin_half, cos_half = half ** 0.5, cos_half_sq ** 0.5
    angle = 2.0 * atan2(sin_half, cos_half)
    sin_angle = 2.0 * sin_half * cos_half
    mean, step = 0.5 * (sin_b + sin_b0), 0.5 * (sin_b - sin_b0)
    safe = 1e-300 if half < 1e-300 else half
    lengthening = ((angle - sin_angle) * mean * mean / cos_half_sq
                   + (angle + sin_angle) * step * step / safe)
    distance = A_KM * (angle - 0.5 * F * lengthening)
    # the Earth-centred vector in the epicentre's east and north
    east = dy
    x, z = cos_b * cos_lon - x0, (1.0 - F) * sin_b - z0
    north = cos0 * z - sin0 * x
    length = (east * east + north * north) ** 0.5
    length = 1e-300 if length < 1e-300 else length
    return distance, east / length, north / length


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _clamp(x: float, low: float, high: float) -> float:
    x = low if x < low else x
    return high if x > high else x


@njit(cache=True, nogil=True, error_model="numpy")
def _place(lon: Array, lat: Array, lon0: float, lat0: float, distance: Array, east: Array,
           north: Array) -> None:
    """Write each site's geodesic distance [km] and its east and north parts."""
    sin0, cos0 = np.sin(lat0 * _RAD), np.cos(lat0 * _RAD)
    norm = 1.0 / np.sqrt(cos0 * cos0 + _B2_A2 * sin0 * sin0)
    sin_b0, cos_b0 = (1.0 - F) * sin0 * norm, cos0 * norm
    for j in range(lon.size):
        d_lon = lon[j] - lon0
        d_lon = (d_lon - 360.0 * np.floor(d_lon * (1.0 / 360.0) + 0.5)) * _RAD
        d, e, n = local_vector(d_lon, lat[j] * _RAD, sin0, cos0, sin_b0, cos_b0,
                               (1.0 - F) * sin_b0, cos_b0)
        distance[j], east[j], north[j] = d, d * e, d * n


@njit(cache=True, nogil=True, error_model="numpy")
def _point(distance: Array, east: Array, north: Array, depth: float, hypocentral: Array,
           azimuth: Array) -> None:
    """Write the hypocentral distance and the azimuth."""
    for j in range(distance.size):
        hypocentral[j] = (distance[j] * distance[j] + depth * depth) ** 0.5
        angle = atan2(east[j], north[j]) * (1.0 / _RAD)
        angle = angle + 360.0 if angle < 0.0 else angle
        azimuth[j] = angle - 360.0 if angle >= 360.0 else angle


@njit(cache=True, nogil=True, error_model="numpy")
def _rectangle(east: Array, north: Array, source: Array, r_jb: Array, r_rup: Array, r_x: Array,
               ) -> None:
    """Write the distances to the rectangle and across strike from its top edge."""
    sin_s, cos_s = np.sin(source[STRIKE]), np.cos(source[STRIKE])
    half_length, width, top_v = source[HALF_LENGTH], source[WIDTH], source[TOP_V]
    cos_dip, sin_dip, top_z = source[COS_DIP], source[SIN_DIP], source[TOP_Z]
    across = width * cos_dip
    for j in range(east.size):
        u = east[j] * sin_s + north[j] * cos_s
        v = east[j] * cos_s - north[j] * sin_s - top_v
        du = u - _clamp(u, -half_length, half_length)
        dv = v - _clamp(v, 0.0, across)
        down = _clamp(v * cos_dip - top_z * sin_dip, 0.0, width)
        dh, dz = v - down * cos_dip, top_z + down * sin_dip
        r_jb[j] = (du * du + dv * dv) ** 0.5
        r_rup[j] = (du * du + dh * dh + dz * dz) ** 0.5
        r_x[j] = v


@njit(cache=True, nogil=True, error_model="numpy")
def _part(lon: Array, lat: Array, source: Array, out: Array, a: int, b: int) -> None:
    """Write the distances of sites a to b."""
    east, north = np.empty(b - a), np.empty(b - a)
    _place(lon[a:b], lat[a:b], source[LON], source[LAT], out[EPICENTRAL, a:b], east, north)
    _point(out[EPICENTRAL, a:b], east, north, source[DEPTH], out[HYPOCENTRAL, a:b],
           out[AZIMUTH, a:b])
    _rectangle(east, north, source, out[R_JB, a:b], out[R_RUP, a:b], out[R_X, a:b])


@njit(cache=True, nogil=True, error_model="numpy", parallel=True)
def source_distances(lon: Array, lat: Array, source: Array, out: Array) -> None:
    """Write the six distances of each site (see the rows of ``out``; km, degrees).

    lon, lat (n,) degrees, any window; source (10,); out (6, n).
    """
    n = lon.size
    if n <= _CHUNK:  # waking threads takes longer
        _part(lon, lat, source, out, 0, n)
        return
    for chunk in prange((n + _CHUNK - 1) // _CHUNK):
        a, b = chunk * _CHUNK, min(n, (chunk + 1) * _CHUNK)
        _part(lon, lat, source, out, a, b)
