"""A modified Rankine vortex between its peak and its gale radius, Emanuel's (2004) wind beyond."""

from dataclasses import dataclass

import numpy as np

from riskcloud.hazard.typhoon.profiles.storm import StormState, speeds
from riskcloud.hazard.typhoon.profiles.tao_2025 import CHI, LARGEST_PIN_SHARE, SMALLEST_HALF_F
from riskcloud.hazard.typhoon.regressions import GALE_M_S
from riskcloud.kernels.profiles import KLOTZBACH_2022, N_SHAPE
from riskcloud.types import Floats

BETA = 1.35
"""Constant of the authors' approximate outer radius."""
OUTER_RANGE = (0.4, 1.5)
"""Range of the outer exponent (ours)."""


@dataclass(frozen=True, slots=True)
class Form:
    """Exponents inside and outside the pinned radius [-]; the pinned wind [m/s] and radius [m]."""

    inner: Floats
    outer: Floats
    pin_m_s: Floats
    pin_radius_m: Floats


def outer_radius_m(pin_radius_m: Floats, pin_m_s: Floats | float, half_f_per_s: Floats) -> Floats:
    """Radius where the wind of Emanuel (2004) ends that is ``pin_m_s`` at ``pin_radius_m`` [m].

    All (...,) [m], [m/s], [1/s].

    Source
    ------
    The authors' analytic approximation, the positive root of a cubic, as their program
    tcwindprofile (estimate_outer_radius) has it: drag 0.0015, subsidence 2 mm/s, beta 1.35.
    """
    r, v, h = np.broadcast_arrays(pin_radius_m, pin_m_s, half_f_per_s)
    momentum = r * v + h * r**2
    square, constant = BETA * h * r, -r * momentum - CHI * (BETA * r * v) ** 2
    end = np.maximum(2.0 * r, np.sqrt(momentum / h))
    for _ in range(30):  # Newton from outside of the root of a convex cubic
        value = ((h * end + square) * end - momentum) * end + constant
        end = end - value / ((3.0 * h * end + 2.0 * square) * end - momentum)
    return np.asarray(end)


def outer_exponent(pin_radius_m: Floats, pin_m_s: Floats | float, half_f_per_s: Floats) -> Floats:
    """-d ln V / d ln r of Emanuel's (2004) outer wind at the pinned radius [-], (...,).

    Source
    ------
    Emanuel (2004), Tropical cyclone energetics and structure, in Atmospheric Turbulence and
    Mesoscale Meteorology, Cambridge, 165-191, as Chavas, Lin and Emanuel (2015), J. Atmos. Sci. 72,
    3647-3662, have it: dM/dr = chi (r V)^2 / (r0^2 - r^2). Held in ``OUTER_RANGE`` (ours).
    """
    r, v, h = np.broadcast_arrays(pin_radius_m, pin_m_s, half_f_per_s)
    slope = CHI * (r * v) ** 2 / (outer_radius_m(r, v, h) ** 2 - r**2)
    return np.asarray(np.clip(1.0 + (2.0 * h * r - slope) / v, *OUTER_RANGE))


def form(*, peak_m_s: Floats, r_max_m: Floats, pin_m_s: Floats | float, pin_radius_m: Floats,
         coriolis_per_s: Floats) -> Form:
    """Parameters of the profile with ``peak_m_s`` at ``r_max_m`` and ``pin_m_s`` farther out.

    All (...,), broadcast; pin_radius_m > r_max_m, pin_m_s < peak_m_s.

    Source
    ------
    Klotzbach, Chavas, Bell, Bowen, Gibney and Schreck (2022), J. Geophys. Res. Atmos. 127,
    e2022JD037030, as the first version of tcwindprofile describes it: a modified Rankine vortex
    between r_max and the radius of 34 kt, the wind of Emanuel (2004) beyond. Here the latter is a
    power of the radius with the exponent that it has at the pinned radius (ours).
    """
    half_f = np.maximum(0.5 * np.abs(coriolis_per_s), SMALLEST_HALF_F)
    inner = np.log(peak_m_s / pin_m_s) / np.log(pin_radius_m / np.asarray(r_max_m))
    pin = np.broadcast_to(np.asarray(pin_m_s, np.float64), inner.shape)
    return Form(inner, outer_exponent(pin_radius_m, pin, half_f), pin, pin_radius_m)


def klotzbach_2022(radius_m: Floats, *, r_max_m: Floats, peak_m_s: Floats, shape: Form) -> Floats:
    """Wind speed around a storm at rest [m/s], (...,).

    radius_m, r_max_m : (...,) [m], > 0. Source: as :func:`form`; inside r_max linear.
    """
    return speeds(KLOTZBACH_2022, radius_m, r_max_m, peak_m_s, shape.inner, shape.pin_radius_m,
                  shape.pin_m_s, shape.outer)


def node_shape(storm: StormState) -> Floats:
    """Kernel rows of the default field: its peak the storm's, pinned at the gale's radius."""
    peak = np.maximum(storm.peak_m_s, 0.1)
    shape = form(peak_m_s=peak, r_max_m=storm.r_max_m,
                 pin_m_s=np.minimum(GALE_M_S, LARGEST_PIN_SHARE * peak),
                 pin_radius_m=np.maximum(storm.size_m, 1.3 * storm.r_max_m),
                 coriolis_per_s=storm.coriolis_per_s)
    out = np.zeros((len(peak), N_SHAPE))
    out[:, 0], out[:, 1], out[:, 2] = peak, shape.inner, shape.pin_radius_m
    out[:, 3], out[:, 4] = shape.pin_m_s, shape.outer
    return out
