"""Scalar radial wind profiles, once: distance from the centre -> speed around it.

Every profile takes the radius and the same five shape parameters, so that one field kernel serves
all. ``hazard/typhoon/profiles/NAME.py`` documents each with its source, and computes the
parameters. Radii in metre (at least 1), speeds in m/s. Nothing is clipped at zero: the caller
decides what a negative speed (far out, where the Coriolis term wins) means.
"""

from typing import Any

import numpy.typing as npt
from numba import njit

from riskcloud.kernels.elementary import exp, log

Array = npt.NDArray[Any]

HOLLAND, HOLLAND_2010, EMANUEL_ROTUNNO_2011, WILLOUGHBY_2006, TAO_2025, KLOTZBACH_2022 = range(6)
"""Codes of the formulas below (Holland 1980 and 2008 share one)."""

N_SHAPE = 5
"""Number of shape parameters p0 ... p4 of every profile."""


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def holland(radius: float, r_max: float, b: float, peak_sq: float, half_f: float, scale: float,
            ) -> float:
    """Holland: sqrt(peak_sq y exp(1 - y) + (r f/2)^2) - r f/2, y = (r_max/r)^b, times scale."""
    y = exp(b * log(r_max / radius))
    spin = half_f * radius
    return scale * ((peak_sq * y * exp(1.0 - y) + spin * spin) ** 0.5 - spin)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def holland_2010(radius: float, r_max: float, b: float, peak: float, slope: float,
                 radius_end: float, floor: float) -> float:
    """Holland 2010: peak (y exp(1 - y))^x; x = 0.5 inside r_max, then linear to radius_end."""
    t = b * log(r_max / radius)
    outer = radius if radius < radius_end else radius_end
    x = 0.5 + (outer - r_max) * slope
    x = 0.5 if radius < r_max else x
    x = floor if x < floor else x
    return peak * exp(x * (t + 1.0 - exp(t)))


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def emanuel_rotunno_2011(radius: float, r_max: float, momentum: float, ck_cd: float,
                         half_f: float, scale: float) -> float:
    """Emanuel and Rotunno: M = momentum (2 s/(2 - c + c s))^(1/(2 - c)), s = (r/r_max)^2."""
    s = (radius / r_max) * (radius / r_max)
    ratio = 2.0 * s / (2.0 - ck_cd + ck_cd * s)
    m = momentum * exp(log(ratio) / (2.0 - ck_cd))
    return scale * (m / radius - half_f * radius)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def willoughby_2006(radius: float, r_max: float, peak: float, n: float, per_x1: float,
                    near_share: float, blend_start: float) -> float:
    """Willoughby et al.: power law inside, two exponentials outside, blended around r_max.

    per_x1 is 1/X1; X2 is 25 km; the blend is 25 km wide, 15 km when r_max <= 20 km.
    """
    width = 25000.0 if r_max > 20000.0 else 15000.0
    xi = (radius - blend_start) / width
    xi = 0.0 if xi < 0.0 else xi
    xi = 1.0 if xi > 1.0 else xi
    w = xi**5 * (126.0 + xi * (-420.0 + xi * (540.0 + xi * (-315.0 + xi * 70.0))))
    inner = exp(n * log(radius / r_max))
    inner = 2.0 if inner > 2.0 else inner  # weightless out there, and must stay finite
    beyond = radius - r_max
    outer = (1.0 - near_share) * exp(-beyond * per_x1) + near_share * exp(-beyond / 25000.0)
    outer = 2.0 if outer > 2.0 else outer  # weightless well inside the eye
    return peak * ((1.0 - w) * inner + w * outer)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def tao_2025(radius: float, r_max: float, at_axis: float, rise: float, half_f: float,
             r_outer: float) -> float:
    """Tao et al.: linear in the eye, angular momentum linear in r outside, then suction's decay.

    M = at_axis + rise r until V r is largest, V r constant to r_outer, then Emanuel's (2004)
    outer wind, 0 where it ends. half_f > 0.
    """
    per_r = 1.0 / radius
    level = at_axis + rise * rise / (4.0 * half_f)
    peak = at_axis / r_max + rise - half_f * r_max
    end = r_outer + (level / half_f) ** 0.5
    linear = at_axis * per_r + rise - half_f * radius
    outer = (level - half_f * r_outer * r_outer) * per_r + half_f * (2.0 * r_outer - radius)
    speed = linear if radius < 0.5 * rise / half_f else level * per_r
    speed = outer if radius > r_outer else speed
    speed = peak * radius / r_max if radius < r_max else speed
    return 0.0 if radius > end else speed


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def klotzbach_2022(radius: float, r_max: float, peak: float, inner: float, r_pin: float,
                   pin: float, outer: float) -> float:
    """Modified Rankine: peak (r_max/r)^inner to r_pin, pin (r_pin/r)^outer beyond; linear eye."""
    far = radius > r_pin
    ratio = (r_pin if far else r_max) / radius
    speed = (pin if far else peak) * exp((outer if far else inner) * log(ratio))
    return peak * radius / r_max if radius < r_max else speed


@njit(cache=True, nogil=True, error_model="numpy")
def profile_speeds(code: int, radius: Array, r_max: float, p: Array, out: Array) -> None:
    """Write the speeds at many radii into ``out``: a loop a profile, so that each vectorises."""
    p0, p1, p2, p3, p4 = p[0], p[1], p[2], p[3], p[4]
    if code == HOLLAND:
        for j in range(radius.size):
            out[j] = holland(radius[j], r_max, p0, p1, p2, p3)
    elif code == HOLLAND_2010:
        for j in range(radius.size):
            out[j] = holland_2010(radius[j], r_max, p0, p1, p2, p3, p4)
    elif code == EMANUEL_ROTUNNO_2011:
        for j in range(radius.size):
            out[j] = emanuel_rotunno_2011(radius[j], r_max, p0, p1, p2, p3)
    elif code == TAO_2025:
        for j in range(radius.size):
            out[j] = tao_2025(radius[j], r_max, p0, p1, p2, p3)
    elif code == KLOTZBACH_2022:
        for j in range(radius.size):
            out[j] = klotzbach_2022(radius[j], r_max, p0, p1, p2, p3, p4)
    else:
        for j in range(radius.size):
            out[j] = willoughby_2006(radius[j], r_max, p0, p1, p2, p3, p4)


@njit(cache=True, nogil=True, error_model="numpy")
def profile_speed_rows(code: int, radius: Array, r_max: Array, shape: Array, out: Array) -> None:
    """Write the speed of each site with a shape of its own: radius, r_max (n,), shape (N_SHAPE, n).

    Shape lies by parameter, so that the loops vectorise.
    """
    p0, p1, p2, p3, p4 = shape[0], shape[1], shape[2], shape[3], shape[4]
    if code == HOLLAND:
        for j in range(radius.size):
            out[j] = holland(radius[j], r_max[j], p0[j], p1[j], p2[j], p3[j])
    elif code == HOLLAND_2010:
        for j in range(radius.size):
            out[j] = holland_2010(radius[j], r_max[j], p0[j], p1[j], p2[j], p3[j], p4[j])
    elif code == EMANUEL_ROTUNNO_2011:
        for j in range(radius.size):
            out[j] = emanuel_rotunno_2011(radius[j], r_max[j], p0[j], p1[j], p2[j], p3[j])
    elif code == TAO_2025:
        for j in range(radius.size):
            out[j] = tao_2025(radius[j], r_max[j], p0[j], p1[j], p2[j], p3[j])
    elif code == KLOTZBACH_2022:
        for j in range(radius.size):
            out[j] = klotzbach_2022(radius[j], r_max[j], p0[j], p1[j], p2[j], p3[j], p4[j])
    else:
        for j in range(radius.size):
            out[j] = willoughby_2006(radius[j], r_max[j], p0[j], p1[j], p2[j], p3[j], p4[j])
