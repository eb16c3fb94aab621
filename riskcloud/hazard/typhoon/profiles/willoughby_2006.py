"""Willoughby, Darling and Rahn (2006): a power law inside the eye wall, two exponentials outside.

The regressions were made from 493 profiles of flights over the Atlantic and eastern Pacific
(Willoughby and Rahn 2004, Mon. Wea. Rev. 132, 3033-3048, abstract). Wind at flight level.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from riskcloud.hazard.typhoon.profiles.storm import StormState, fitted_to_gale, speeds
from riskcloud.kernels.profiles import N_SHAPE, WILLOUGHBY_2006
from riskcloud.types import Floats

STRONGEST_FLIGHT_M_S = 75.0
"""Largest peak the shape is taken for, m/s: beyond, the fits would be stretched. Our choice."""
X2_M = 25_000.0
"""The fast e-folding length of the outer profile, m; the paper holds it fixed."""


@dataclass(frozen=True, slots=True)
class Shape:
    """n [-] of the inner power law, x1_m [m], near_share A [-] of the fast exponential."""

    n: Floats
    x1_m: Floats
    near_share: Floats


def shape(peak_m_s: Floats, r_max_m: Floats, lat: Floats) -> Shape:
    """Shape of the profile from its peak, size and latitude.

    peak_m_s : (...,) flight-level maximum wind [m/s]; r_max_m : (...,) [m]; lat : (...,)
    [degrees], sign ignored. Held where the fit still makes sense: n >= 0.05, X1 >= 50 km,
    0 <= A <= 1 (the paper cuts A at 0; the other limits are ours and rarely bind).

    Source: Willoughby et al. (2006), Mon. Wea. Rev. 134, 1102-1120, eq. 11a to 11c (r_max known;
    10a to 10c are without it). The coefficients stand alike in several public programs.
    """
    # beyond the strongest flights X1 would shrink faster than the peak grows: held there (ours)
    v = np.minimum(peak_m_s, STRONGEST_FLIGHT_M_S)
    phi, ln_r = np.abs(lat), np.log(np.asarray(r_max_m) / 1000.0)
    return Shape(n=np.maximum(2.1340 + 0.0077 * v - 0.4522 * ln_r - 0.0038 * phi, 0.05),
                 x1_m=np.maximum(287.6 - 1.942 * v + 7.799 * ln_r + 1.819 * phi, 50.0) * 1000.0,
                 near_share=np.clip(0.5913 + 0.0029 * v - 0.1361 * ln_r - 0.0042 * phi, 0.0, 1.0))


def blend_width_m(r_max_m: Floats) -> Floats:
    """Width of the transition across the eye wall: 25 km, 15 km for r_max <= 20 km.

    r_max_m : (...,) [m]. Returns (...,) [m]. This rule is that of the R package stormwindmodel; the
    paper, by its account, allows 10 to 25 km.
    """
    return np.where(np.asarray(r_max_m) > 20_000.0, 25_000.0, 15_000.0)


def blend_start_m(r_max_m: Floats, form: Shape) -> Floats:
    """Radius R1 where the transition begins, such that the maximum lies at r_max.

    r_max_m : (...,) [m]. Returns (...,) [m].

    Source: Willoughby et al. (2006), eq. 1 to 3: the weight of the outer profile at r_max is
    w = s_i / (s_i + s_o), with s_i = n / r_max and s_o = (1 - A) / X1 + A / X2 the relative
    slopes of both profiles there; w(xi) is the ramp of degree nine, inverted here by a table whose
    steps are 1.3 m of R1 at most.
    """
    inner = form.n / np.asarray(r_max_m)
    outer = (1.0 - form.near_share) / form.x1_m + form.near_share / X2_M
    weight = inner / (inner + outer)
    return np.asarray(r_max_m - np.interp(weight, *_ramp_table()) * blend_width_m(r_max_m))


@cache
def _ramp_table() -> tuple[Floats, Floats]:
    """Weights ascending, and the places in the transition where they stand."""
    xi = np.linspace(0.0, 1.0, 20_001)
    return ramp(xi), xi


def ramp(xi: Floats) -> Floats:
    """Weight 0 to 1 of the outer profile, smooth to the fourth derivative.

    xi : (...,) place in the transition [-], 0 at its start, 1 at its end; held there beyond.

    Source: Willoughby et al. (2006), eq. 2.
    """
    x = np.clip(xi, 0.0, 1.0)
    return np.asarray(x**5 * (126.0 - 420.0 * x + 540.0 * x**2 - 315.0 * x**3 + 70.0 * x**4))


def willoughby_2006(radius_m: Floats, *, r_max_m: Floats, peak_m_s: Floats, form: Shape) -> Floats:
    """Wind speed around a storm; ``peak_m_s`` at ``r_max_m``.

    radius_m, r_max_m [m], peak_m_s [m/s] : (...,), broadcast. Returns (...,) [m/s].

    Source: Willoughby et al. (2006), eq. 1 with the dual exponential of eq. 4.
    """
    return speeds(WILLOUGHBY_2006, radius_m, r_max_m, peak_m_s, form.n, 1.0 / form.x1_m,
                  form.near_share, blend_start_m(r_max_m, form))


def rows(storm: StormState, form: Shape) -> Floats:
    """Kernel rows (n_nodes, N_SHAPE) whose peak is the storm's, at 10 m.

    The shape is that of the flight level; the constant share of the wind that reaches 10 m
    leaves it unchanged.
    """
    out = np.zeros((len(storm.lat), N_SHAPE))
    out[:, 0], out[:, 1], out[:, 2] = storm.peak_m_s, form.n, 1.0 / form.x1_m
    out[:, 3], out[:, 4] = form.near_share, blend_start_m(storm.r_max_m, form)
    return out


def node_shape(storm: StormState) -> Floats:
    """Kernel rows of the default field: scaled to the peak, X1 from r34 when given."""
    own = shape(storm.gradient_peak_m_s, storm.r_max_m, storm.lat)
    per_x1 = fitted_to_gale(
        WILLOUGHBY_2006, storm, 1.0 / 2e6, 1.0 / 2e4,
        lambda p: rows(storm, Shape(own.n, 1.0 / p, own.near_share)))
    x1 = np.where(np.isnan(per_x1), own.x1_m, 1.0 / per_x1)
    return rows(storm, Shape(own.n, x1, own.near_share))
