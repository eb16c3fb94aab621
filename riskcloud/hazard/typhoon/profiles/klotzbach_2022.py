"""A modified Rankine vortex between its peak and its gale radius, Emanuel's (2004) wind beyond."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from riskcloud.catalog import load_card
from riskcloud.hazard.typhoon.profiles.storm import StormState, speeds
from riskcloud.hazard.typhoon.profiles.tao_2025 import SMALLEST_HALF_F, pin
from riskcloud.kernels.profiles import KLOTZBACH_2022, N_SHAPE
from riskcloud.types import Floats


@dataclass(frozen=True, slots=True)
class Form:
    """Exponents inside and outside the pinned radius [-]; the pinned wind [m/s] and radius [m]."""

    inner: Floats
    outer: Floats
    pin_m_s: Floats
    pin_radius_m: Floats


def outer_exponent(pin_radius_m: Floats, pin_m_s: Floats | float, half_f_per_s: Floats) -> Floats:
    """-d ln V / d ln r of Emanuel's (2004) outer wind at the pinned radius [-], (...,).

    All (...,) [m], [m/s], [1/s], broadcast; beyond the table's ends its end values.

    Source
    ------
    Table of models/outer_wind/emanuel_2004, linear in the wind and in ln(f r / V) between its
    entries (to 0.003).
    """
    r, v, h = (np.asarray(values, np.float64) for values in np.broadcast_arrays(
        pin_radius_m, pin_m_s, half_f_per_s))
    winds, ratios, table = _table()
    x = np.log(2.0 * h * r / v)
    rows = np.stack([np.interp(x, ratios, row) for row in table])
    k = np.clip(np.searchsorted(winds, v) - 1, 0, len(winds) - 2)
    share = np.clip((v - winds[k]) / (winds[k + 1] - winds[k]), 0.0, 1.0)
    low, high = (np.take_along_axis(rows, (k + step)[None], axis=0)[0] for step in (0, 1))
    return np.asarray(low + share * (high - low))


@cache
def _table() -> tuple[Floats, Floats, Floats]:
    """Winds (n,), logarithms of f r / V (m,), and exponents (n, m)."""
    rows = load_card("outer_wind", "emanuel_2004").rows("exponent.csv")
    winds = np.unique([float(row["pin_m_s"]) for row in rows])
    ratios = np.unique([float(row["coriolis_radius_per_wind"]) for row in rows])
    exponent = np.array([float(row["exponent"]) for row in rows])
    return winds, np.log(ratios), exponent.reshape(len(winds), len(ratios))


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
    pinned = pin(storm)
    shape = form(peak_m_s=pinned.peak_m_s, r_max_m=storm.r_max_m, pin_m_s=pinned.wind_m_s,
                 pin_radius_m=pinned.radius_m, coriolis_per_s=storm.coriolis_per_s)
    out = np.zeros((len(storm.lat), N_SHAPE))
    out[:, 0], out[:, 1], out[:, 2] = pinned.peak_m_s, shape.inner, shape.pin_radius_m
    out[:, 3], out[:, 4] = shape.pin_m_s, shape.outer
    return out
