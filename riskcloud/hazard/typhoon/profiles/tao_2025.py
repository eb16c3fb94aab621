"""Tao, Nystrom, Chavas and Avenas (2025): a complete profile from its peak and its gale radius.

An analytic approximation of Chavas, Lin and Emanuel (2015), which joins the convecting core to the
outer wind that radiative cooling lets subside. It is the only profile here whose outer part is
physics and not the tail of a core's formula.
"""

from dataclasses import dataclass

import numpy as np

from riskcloud.hazard.typhoon.profiles.storm import StormState, speeds
from riskcloud.hazard.typhoon.regressions import GALE_M_S
from riskcloud.kernels.profiles import N_SHAPE, TAO_2025
from riskcloud.types import Floats
from riskcloud.units import EARTH_ROTATION_RAD_S

CHI = 1.5
"""Slope of the outer wind, 2 C_d / w_cool [s/m]: drag 0.0015, subsidence 2 mm/s, as the authors."""
SMALLEST_HALF_F = EARTH_ROTATION_RAD_S * np.sin(np.radians(3.0))
"""Half the Coriolis parameter at 3 degrees: the formula divides by it (our choice)."""
LARGEST_PIN_SHARE = 0.8
"""A storm hardly above a gale is pinned at no more than this share of its peak (our choice)."""


@dataclass(frozen=True, slots=True)
class Form:
    """The formula's parameters: M = at_axis_m2_s + rise_m_s r, half_f_per_s, r_outer_m."""

    at_axis_m2_s: Floats
    rise_m_s: Floats
    half_f_per_s: Floats
    r_outer_m: Floats


def form(*, peak_m_s: Floats, r_max_m: Floats, pin_m_s: Floats | float, pin_radius_m: Floats,
         coriolis_per_s: Floats) -> Form:
    """Parameters of the profile with ``peak_m_s`` at ``r_max_m`` and ``pin_m_s`` farther out.

    All (...,), broadcast; pin_radius_m > r_max_m. The Coriolis parameter is held from 3 degrees on.

    Source
    ------
    Tao et al. (2025), Geophys. Res. Lett., doi:10.1029/2025GL118320: angular momentum linear in the
    radius from r_max (Tao et al. 2023, Geophys. Res. Lett. 50, e2023GL104583), beyond its largest
    V r a Rankine vortex, and from r_outer the solution of Emanuel (2004). Read in a program of an
    author (tcwindprofile); the papers' own text was not seen beyond the abstract.
    """
    half_f = np.maximum(0.5 * np.abs(coriolis_per_s), SMALLEST_HALF_F)
    at_peak = r_max_m * peak_m_s + half_f * np.square(r_max_m)
    at_pin = pin_radius_m * pin_m_s + half_f * np.square(pin_radius_m)
    rise = (at_pin - at_peak) / (pin_radius_m - r_max_m)
    at_axis = at_peak - rise * r_max_m
    level = rise**2 / (4.0 * half_f) + at_axis
    scale = np.sqrt(level / half_f)
    r_outer = 0.5 * np.sqrt(CHI * level * scale + level / (4.0 * half_f)) - 0.25 * scale
    return Form(at_axis, rise, half_f, np.maximum(r_outer, 0.5 * rise / half_f))


def tao_2025(radius_m: Floats, *, r_max_m: Floats, shape: Form) -> Floats:
    """Wind speed around a storm at rest [m/s], (...,); 0 where its circulation ends.

    radius_m, r_max_m : (...,) [m], > 0. Source: as :func:`form`; inside r_max linear.
    """
    return speeds(TAO_2025, radius_m, r_max_m, shape.at_axis_m2_s, shape.rise_m_s,
                  shape.half_f_per_s, shape.r_outer_m)


@dataclass(frozen=True, slots=True)
class Pin:
    """Peak [m/s] of a storm, and the wind [m/s] and radius [m] at which its profile is pinned."""

    peak_m_s: Floats
    wind_m_s: Floats
    radius_m: Floats


def pin(storm: StormState) -> Pin:
    """Return where a storm's profile is pinned: at the radius of 34 kt.

    A storm hardly above a gale is pinned at ``LARGEST_PIN_SHARE`` of its peak. The radius is at
    least where the angular momentum r V would be the peak's: it does not fall outwards in a storm
    that lasts (a given size may say so beside another's r_max; our choice).
    """
    peak = np.maximum(storm.peak_m_s, 0.1)
    wind = np.minimum(GALE_M_S, LARGEST_PIN_SHARE * peak)
    return Pin(peak, wind, np.maximum(storm.size_m, 1.05 * storm.r_max_m * peak / wind))


def node_shape(storm: StormState) -> Floats:
    """Kernel rows of the default field: its peak the storm's, pinned at the gale's radius."""
    pinned = pin(storm)
    shape = form(peak_m_s=pinned.peak_m_s, r_max_m=storm.r_max_m, pin_m_s=pinned.wind_m_s,
                 pin_radius_m=pinned.radius_m, coriolis_per_s=storm.coriolis_per_s)
    out = np.zeros((len(storm.lat), N_SHAPE))
    out[:, 0], out[:, 1] = shape.at_axis_m2_s, shape.rise_m_s
    out[:, 2], out[:, 3] = shape.half_f_per_s, shape.r_outer_m
    return out
