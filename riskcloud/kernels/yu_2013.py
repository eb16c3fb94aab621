"""The ellipse of equal motion through a site: levels of an attenuation given along two axes.

A level Y is reached at Ra along the strike and Rb across it; the curve of equal motion is taken as
the ellipse with these half axes. The level at a site is that of the ellipse through it. Close to
the epicentre one axis ends before the other: its motion at distance 0 is the lower one. It is
called the inner axis here; its half axis t is the unknown, from 0 outwards, and the other (outer)
half axis follows from t in closed form.

Source: the attenuation of Yu et al. (2013); the solution is ours.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.elementary import exp, log
from riskcloud.kernels.trigonometry import sin_cos

Array = npt.NDArray[Any]

(A_IN, C_IN, D_IN, A_OUT, C_OUT, D_OUT) = range(6)
"""Places of ``axes``: ln Y = a + c ln(R + d) on the inner and on the outer axis."""
ON_AXIS_KM = 0.01
"""A site this near to the outer axis is on it (ours: no place is known better)."""
STEPS = 5
"""Newton steps that every site takes; the few that need more are finished one by one."""
_CHUNK = 2048
_TOLERANCE = 1e-11
_RAD = np.pi / 180.0


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _outer(t: float, k: float, power: float, axes: Array) -> float:
    """Return the outer half axis + d of the level whose inner half axis is t."""
    return k * exp(power * log(t + axes[D_IN]))


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _step(t: float, inner_sq: float, outer_sq: float, k: float, power: float, axes: Array,
          ) -> tuple[float, float]:
    """Return ln of the squared radius at which the ellipse of t meets the ray, and its slope in t.

    inner_sq, outer_sq are the squared cosines of the ray with the two axes.
    """
    far = _outer(t, k, power, axes)
    slope = power * far / (t + axes[D_IN])
    o = far - axes[D_OUT]
    t_sq, o_sq = t * t, o * o
    below = inner_sq * o_sq + outer_sq * t_sq
    value = log(t_sq * o_sq / below)
    # d/dt of ln(t^2 o^2 / (inner o^2 + outer t^2))
    return value, 2.0 * (inner_sq * o_sq * o + outer_sq * t_sq * t * slope) / (below * t * o)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _step_circle(t: float, k: float, power: float, axes: Array) -> tuple[float, float]:
    """Return ln of the squared radius of the circle with the ellipse's area, and its slope."""
    far = _outer(t, k, power, axes)
    o = far - axes[D_OUT]
    return log(t * o), 1.0 / t + power * far / ((t + axes[D_IN]) * o)


@njit(cache=True, nogil=True, error_model="numpy")
def _finish(low: float, high: float, target: float, inner_sq: float, outer_sq: float, k: float,
            power: float, axes: Array, circle: bool) -> float:
    """Return t between low and high by bisection of its logarithm."""
    for _ in range(200):
        t = (low * high) ** 0.5
        if circle:
            value, _ = _step_circle(t, k, power, axes)
        else:
            value, _ = _step(t, inner_sq, outer_sq, k, power, axes)
        if value > target:
            high = t
        else:
            low = t
        if high - low <= _TOLERANCE * high:
            break
    return (low * high) ** 0.5


@njit(cache=True, nogil=True, error_model="numpy", parallel=True)
def ellipse_axes(r: Array, azimuth: Array, inner_azimuth: float, axes: Array, circle: bool,
                 inner: Array, outer: Array) -> None:
    """Write the two half axes [km] of the ellipse through each site.

    r, azimuth (n,) epicentral distance [km] and direction [degrees]; inner_azimuth of the inner
    axis [degrees]; axes (6,); circle: take the circle of the ellipse's area, whatever the
    direction. inner, outer (n,). On the outer axis, nearer than where the inner one ends, inner is
    -1 and outer is r.
    """
    n = r.size
    power = axes[C_IN] / axes[C_OUT]
    k = np.exp((axes[A_IN] - axes[A_OUT]) / axes[C_OUT])
    ends = k * axes[D_IN] ** power - axes[D_OUT]  # outer half axis where the inner one is 0
    ends = max(ends, 0.0)
    for chunk in prange((n + _CHUNK - 1) // _CHUNK):
        first, last = chunk * _CHUNK, min(n, (chunk + 1) * _CHUNK)
        for j in range(first, last):
            distance = 1e-9 if r[j] < 1e-9 else r[j]
            outer_share, inner_share = sin_cos((azimuth[j] - inner_azimuth) * _RAD)
            inner_sq, outer_sq = inner_share * inner_share, outer_share * outer_share
            target = 2.0 * log(distance)
            # the bracket: t = r on the inner axis, t of the level whose outer half axis is r
            at_outer = exp(log((distance + axes[D_OUT]) / k) / power) - axes[D_IN]
            least = 1e-12 * distance
            at_outer = least if at_outer < least else at_outer
            low = at_outer if at_outer < distance else distance
            high = distance if at_outer < distance else at_outer
            t = 1.0 / (inner_sq / (distance * distance) + outer_sq / (at_outer * at_outer)) ** 0.5
            if circle:
                t = (distance * at_outer) ** 0.5
            t = low if t < low else t
            t = high if t > high else t
            change = 1.0
            for _ in range(STEPS):
                if circle:
                    value, slope = _step_circle(t, k, power, axes)
                else:
                    value, slope = _step(t, inner_sq, outer_sq, k, power, axes)
                change = (target - value) / (slope * t)
                change = 1.0 if change > 1.0 else change
                change = -0.9 if change < -0.9 else change
                t = t + t * change
            inner[j] = t
            outer[j] = change
        for j in range(first, last):
            distance = 1e-9 if r[j] < 1e-9 else r[j]
            outer_share, inner_share = sin_cos((azimuth[j] - inner_azimuth) * _RAD)
            if not circle and abs(inner_share * r[j]) < ON_AXIS_KM and r[j] <= ends:
                inner[j], outer[j] = -1.0, r[j]
                continue
            if abs(outer[j]) > 1e-8:
                high = max(distance, np.exp(np.log((distance + axes[D_OUT]) / k) / power)
                           - axes[D_IN])
                inner[j] = _finish(1e-15 * distance, high, 2.0 * np.log(distance),
                                   inner_share * inner_share, outer_share * outer_share, k, power,
                                   axes, circle)
            outer[j] = k * np.exp(power * np.log(inner[j] + axes[D_IN])) - axes[D_OUT]


@njit(cache=True, nogil=True, error_model="numpy", parallel=True)
def levels(inner: Array, outer: Array, axes: Array, scale: float, out: Array) -> None:
    """Write the motion of each ellipse, exp(ln Y) times scale, (n,)."""
    for j in prange(inner.size):
        on_axis = inner[j] < 0.0
        a = axes[A_OUT] if on_axis else axes[A_IN]
        c = axes[C_OUT] if on_axis else axes[C_IN]
        reach = outer[j] + axes[D_OUT] if on_axis else inner[j] + axes[D_IN]
        out[j] = scale * exp(a + c * log(reach))


@njit(cache=True, nogil=True, error_model="numpy", parallel=True)
def levels_at_depth(inner: Array, outer: Array, azimuth: Array, inner_azimuth: float, axes: Array,
                    circle: bool, depth: float, scale: float, out: Array) -> None:
    """Write the motion of each ellipse with a fixed depth added to both half axes, (n,).

    The two levels differ then; they are weighted by the squared cosines of the azimuth with the
    axes (by halves for a circle), which gives each its own on its axis.
    """
    for j in prange(inner.size):
        on_axis = inner[j] < 0.0
        _, share = sin_cos((azimuth[j] - inner_azimuth) * _RAD)
        weight = 0.5 if circle else share * share
        weight = 0.0 if on_axis else weight
        t = 0.0 if on_axis else inner[j]
        at_inner = axes[A_IN] + axes[C_IN] * log((t * t + depth * depth) ** 0.5 + axes[D_IN])
        o = outer[j]
        at_outer = axes[A_OUT] + axes[C_OUT] * log((o * o + depth * depth) ** 0.5 + axes[D_OUT])
        out[j] = scale * exp(weight * at_inner + (1.0 - weight) * at_outer)
