"""Distances on the WGS84 ellipsoid, exact to well under a millimetre anywhere.

Source: Karney (2013), Algorithms for geodesics, J. Geodesy 87, 43-55, eqs. 5-12 (auxiliary
sphere), 15, 17, 18, 21, 23-25 (series, here to the fourth order: 1e-9 m); the iteration for the
longitude on the sphere is that of Vincenty (1975), Survey Review 23(176), 88-93. Near antipodes,
where it does not converge, the azimuth is bisected in Karney's canonical configuration
(his section 4: the longitude of the end rises with the azimuth of the start).
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

Array = npt.NDArray[Any]

A_M = 6378137.0
F = 1.0 / 298.257223563
B_M = A_M * (1.0 - F)
E2 = F * (2.0 - F)
_N = F / (2.0 - F)
_EP2 = E2 / (1.0 - E2)
_RAD = np.pi / 180.0
_STEPS = 15
_HALVINGS = 70


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _epsilon(cos_sq_alpha0: float) -> float:
    """Return the small quantity of all series (eq. 16)."""
    root = (1.0 + _EP2 * cos_sq_alpha0) ** 0.5
    return (root - 1.0) / (root + 1.0)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _a1(e: float) -> float:
    e2 = e * e
    return (1.0 + e2 * (0.25 + e2 / 64.0)) / (1.0 - e)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _c1(e: float) -> tuple[float, float, float, float]:
    e2 = e * e
    return (e * (-0.5 + e2 * 3.0 / 16.0), e2 * (-1.0 / 16.0 + e2 / 32.0), -e * e2 / 48.0,
            -5.0 / 512.0 * e2 * e2)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _a3(e: float) -> float:
    return 1.0 - e * ((0.5 - 0.5 * _N) + e * (
        (0.25 + _N / 8.0 - 3.0 / 8.0 * _N * _N) + e * (
            (1.0 / 16.0 + 3.0 / 16.0 * _N) + e * 3.0 / 64.0)))


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _c3(e: float) -> tuple[float, float, float, float]:
    return (e * ((0.25 - 0.25 * _N) + e * ((1.0 - _N * _N) / 8.0 + e * (
                (3.0 + 3.0 * _N) / 64.0 + e * 5.0 / 128.0))),
            e * e * ((1.0 / 16.0 - 3.0 / 32.0 * _N) + e * (
                (3.0 / 64.0 - _N / 32.0) + e * 3.0 / 128.0)),
            e * e * e * ((5.0 / 192.0 - 3.0 / 64.0 * _N) + e * 3.0 / 128.0),
            e * e * e * e * 7.0 / 512.0)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _waves(c: tuple[float, float, float, float], cos_2m: float, sin_s: float, cos_s: float,
           ) -> float:
    """Return the sum over l of 2 c_l cos(l 2m) sin(l s): the series between two ends of an arc."""
    c2 = 2.0 * cos_2m * cos_2m - 1.0
    c3 = 2.0 * cos_2m * c2 - cos_2m
    c4 = 2.0 * c2 * c2 - 1.0
    s2 = 2.0 * sin_s * cos_s
    s3 = 2.0 * cos_s * s2 - sin_s
    s4 = 2.0 * cos_s * s3 - s2
    return 2.0 * (c[0] * cos_2m * sin_s + c[1] * c2 * s2 + c[2] * c3 * s3 + c[3] * c4 * s4)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def reduced(lat: float) -> tuple[float, float]:
    """Return sine and cosine of the reduced latitude of a latitude [degrees] (eq. 6)."""
    s, c = (1.0 - F) * np.sin(lat * _RAD), np.cos(lat * _RAD)
    h = (s * s + c * c) ** 0.5
    return s / h, c / h


@njit(cache=True, nogil=True, error_model="numpy")
def _end_of(sin_a1: float, cos_a1: float, sin_u1: float, cos_u1: float, sin_u2: float,
            cos_u2: float) -> tuple[float, float]:
    """Return longitude difference [rad] and length [m] of the geodesic that leaves at an azimuth.

    Canonical: u1 <= 0, |u2| <= |u1|; it ends where it first crosses u2 northwards.
    """
    sin_a0 = sin_a1 * cos_u1
    cos_a0 = np.hypot(cos_a1, sin_a1 * sin_u1)
    more = (sin_u1 - sin_u2) * (sin_u1 + sin_u2)  # cos_u2**2 - cos_u1**2
    north = np.sqrt(max(cos_a1 * cos_a1 * cos_u1 * cos_u1 + more, 0.0))  # cos a2 cos u2
    sigma1 = np.arctan2(sin_u1, cos_a1 * cos_u1)
    omega1 = np.arctan2(sin_a0 * sin_u1, cos_a1 * cos_u1)
    sigma2 = np.arctan2(sin_u2, north)
    omega2 = np.arctan2(sin_a0 * sin_u2, north)
    sigma, cos_2m = sigma2 - sigma1, np.cos(sigma1 + sigma2)
    e = _epsilon(cos_a0 * cos_a0)
    sin_s, cos_s = np.sin(sigma), np.cos(sigma)
    turn = F * sin_a0 * _a3(e) * (sigma + _waves(_c3(e), cos_2m, sin_s, cos_s))
    length = B_M * _a1(e) * (sigma + _waves(_c1(e), cos_2m, sin_s, cos_s))
    return omega2 - omega1 - turn, length


@njit(cache=True, nogil=True, error_model="numpy")
def _by_bisection(sin_u1: float, cos_u1: float, sin_u2: float, cos_u2: float,
                  d_lon: float) -> float:
    """Return the distance [m] between nearly antipodal points; d_lon in [0, pi]."""
    if abs(sin_u1) < abs(sin_u2):
        sin_u1, cos_u1, sin_u2, cos_u2 = sin_u2, cos_u2, sin_u1, cos_u1
    if sin_u1 > 0.0:
        sin_u1, sin_u2 = -sin_u1, -sin_u2
    if sin_u1 > -1e-150:
        if d_lon <= (1.0 - F) * np.pi:
            return A_M * d_lon  # along the equator
        sin_u1 = -1e-150  # breaks the tie between north and south
    low, high = 0.0, np.pi
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        reached, _length = _end_of(np.sin(middle), np.cos(middle), sin_u1, cos_u1, sin_u2, cos_u2)
        if reached < d_lon:
            low = middle
        else:
            high = middle
    middle = 0.5 * (low + high)
    return _end_of(np.sin(middle), np.cos(middle), sin_u1, cos_u1, sin_u2, cos_u2)[1]


@njit(cache=True, nogil=True, error_model="numpy")
def distance_of(sin_u1: float, cos_u1: float, sin_u2: float, cos_u2: float,
                d_lon: float) -> float:
    """Return the geodesic distance [m] of points by reduced latitude, d_lon [rad] in [0, pi]."""
    mean = 0.5 * (cos_u1 + cos_u2)
    omega = min(d_lon / (1.0 - E2 * mean * mean) ** 0.5, np.pi)  # Karney, section 4, short lines
    for _ in range(_STEPS):
        sin_o, cos_o = np.sin(omega), np.cos(omega)
        x, y = cos_u2 * sin_o, cos_u1 * sin_u2 - sin_u1 * cos_u2 * cos_o
        sin_s = (x * x + y * y) ** 0.5
        cos_s = sin_u1 * sin_u2 + cos_u1 * cos_u2 * cos_o
        if sin_s == 0.0 and cos_s > 0.0:
            return 0.0
        sigma = np.arctan2(sin_s, cos_s)
        sin_a0 = cos_u1 * x / sin_s
        cos_sq = 1.0 - sin_a0 * sin_a0
        cos_2m = cos_s - 2.0 * sin_u1 * sin_u2 / cos_sq if cos_sq > 1e-12 else 0.0
        cos_2m = min(max(cos_2m, -1.0), 1.0)
        e = _epsilon(cos_sq)
        last = omega
        omega = d_lon + F * sin_a0 * _a3(e) * (sigma + _waves(_c3(e), cos_2m, sin_s, cos_s))
        if omega > np.pi:
            break
        if abs(omega - last) < 1e-11:  # the last step moves the arc by sin_a0 of itself
            return B_M * _a1(e) * (sigma + sin_a0 * (omega - last)
                                   + _waves(_c1(e), cos_2m, sin_s, cos_s))
    if not abs(d_lon) + abs(sin_u1) + abs(sin_u2) <= 6.0:  # not a number
        return np.nan
    return _by_bisection(sin_u1, cos_u1, sin_u2, cos_u2, d_lon)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def turn_between(lon1: float, lon2: float) -> float:
    """Return the difference of two longitudes within 360 degrees of each other, 0 to 180."""
    turn = abs(lon1 - lon2)
    return 360.0 - turn if turn > 180.0 else turn


@njit(cache=True, nogil=True, error_model="numpy")
def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Return the geodesic distance [m] of two points [degrees, lon -180 to 180]."""
    sin_u1, cos_u1 = reduced(lat1)
    sin_u2, cos_u2 = reduced(lat2)
    return distance_of(sin_u1, cos_u1, sin_u2, cos_u2, turn_between(lon1, lon2) * _RAD)


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def distances_m(lon: float, lat: float, lons: Array, lats: Array, out: Array) -> None:
    """Write the geodesic distance [m] from one point to each point (n,) into ``out``; NaN stays."""
    sin_u1, cos_u1 = reduced(lat)
    for i in prange(lons.size):
        sin_u2, cos_u2 = reduced(lats[i])
        out[i] = distance_of(sin_u1, cos_u1, sin_u2, cos_u2, turn_between(lon, lons[i]) * _RAD)


@njit(cache=True, nogil=True, error_model="numpy")
def destination(sin_u1: float, cos_u1: float, azimuth: float, length_m: float,
                ) -> tuple[float, float]:
    """Return longitude difference and latitude [degrees] at the end of a geodesic.

    azimuth [rad clockwise from north, 0 to pi for a difference of 0 to 180]; any length.
    Arc length by the reverted series (eq. 21).
    """
    sin_a1, cos_a1 = np.sin(azimuth), np.cos(azimuth)
    sin_a0 = sin_a1 * cos_u1
    cos_a0 = np.hypot(cos_a1, sin_a1 * sin_u1)
    sigma1 = np.arctan2(sin_u1, cos_a1 * cos_u1)
    e = _epsilon(cos_a0 * cos_a0)
    e2 = e * e
    c1 = _c1(e)
    tau = length_m / (B_M * _a1(e)) + sigma1 + (
        c1[0] * np.sin(2.0 * sigma1) + c1[1] * np.sin(4.0 * sigma1)
        + c1[2] * np.sin(6.0 * sigma1) + c1[3] * np.sin(8.0 * sigma1))
    sigma2 = tau + (e * (0.5 - e2 * 9.0 / 32.0) * np.sin(2.0 * tau)
                    + e2 * (5.0 / 16.0 - e2 * 37.0 / 96.0) * np.sin(4.0 * tau)
                    + 29.0 / 96.0 * e * e2 * np.sin(6.0 * tau)
                    + 539.0 / 1536.0 * e2 * e2 * np.sin(8.0 * tau))
    sin_s2, cos_s2 = np.sin(sigma2), np.cos(sigma2)
    sin_u2 = cos_a0 * sin_s2
    cos_u2 = np.hypot(sin_a0, cos_a0 * cos_s2)
    sigma = sigma2 - sigma1
    # the turn of the arc on the sphere, whatever quadrants its ends lie in
    sin_1, cos_1 = np.sin(sigma1), np.cos(sigma1)
    omega = sigma + np.arctan2(sin_a0 * sin_s2 * cos_s2 - sin_s2 * cos_s2,
                               cos_s2 * cos_s2 + sin_a0 * sin_s2 * sin_s2) - np.arctan2(
        sin_a0 * sin_1 * cos_1 - sin_1 * cos_1, cos_1 * cos_1 + sin_a0 * sin_1 * sin_1)
    turn = F * sin_a0 * _a3(e) * (sigma + _waves(_c3(e), np.cos(sigma1 + sigma2), np.sin(sigma),
                                                 np.cos(sigma)))
    return (omega - turn) / _RAD, np.arctan2(sin_u2, (1.0 - F) * cos_u2) / _RAD
