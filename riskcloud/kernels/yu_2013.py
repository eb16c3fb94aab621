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
STEPS = 4
"""Newton steps that every site takes; the few that need more are finished one by one."""
_CONVERGED = 1e-6  # a last step this small leaves an error of its square
_NEAREST = 1e-9  # a site nearer than a micrometre is this far [km]
_CHUNK = 2048
_TOLERANCE = 1e-12
_RAD = np.pi / 180.0


@njit(cache=True, nogil=True, error_model="numpy")
def _start(r: Array, azimuth: Array, inner_azimuth: float, axes: Array, circle: bool, ln_k: float,
           inner_sq: Array, t: Array) -> None:
    """Write the squared cosine of each ray with the inner axis, and a first inner half axis.

    The half axis lies between r (a site on the inner axis) and that of the level whose outer half
    axis is r: an ellipse of these two, or their geometric mean for a circle.
    """
    root, d_in, d_out = axes[C_OUT] / axes[C_IN], axes[D_IN], axes[D_OUT]
    for j in range(r.size):
        distance = _NEAREST if r[j] < _NEAREST else r[j]
        _, share = sin_cos((azimuth[j] - inner_azimuth) * _RAD)
        at_outer = exp(root * (log(distance + d_out) - ln_k)) - d_in
        at_outer = 1e-3 * distance if at_outer < 1e-3 * distance else at_outer
        share_sq = share * share
        ratio = at_outer / distance
        first = at_outer / (share_sq * ratio * ratio + 1.0 - share_sq) ** 0.5
        inner_sq[j] = share_sq
        t[j] = (distance * at_outer) ** 0.5 if circle else first


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _radius(t: float, inner_sq: float, far: float, slope: float, o: float) -> tuple[float, float]:
    """Return the squared radius of the ellipse on a ray, and the slope of its logarithm in ln t.

    o is the outer half axis, far = o + d, slope = d far / dt times t.
    """
    t_sq, o_sq = t * t, o * o
    near, wide = inner_sq * o_sq, (1.0 - inner_sq) * t_sq
    below = near + wide
    return t_sq * o_sq / below, 2.0 * (near + wide * slope / o) / below


@njit(cache=True, nogil=True, error_model="numpy")
def _newton(r: Array, inner_sq: Array, axes: Array, circle: bool, ln_k: float, t: Array,
            change: Array) -> None:
    """Take one Newton step of ln t towards the ellipse through each site; write the step too."""
    power, d_in, d_out = axes[C_IN] / axes[C_OUT], axes[D_IN], axes[D_OUT]
    for j in range(r.size):
        distance = _NEAREST if r[j] < _NEAREST else r[j]
        reach = t[j] + d_in
        far = exp(ln_k + power * log(reach))
        slope = power * far * t[j] / reach
        o = far - d_out
        o = 1e-12 if o < 1e-12 else o
        reached, rate = _radius(t[j], inner_sq[j], far, slope, o)
        reached = t[j] * o if circle else reached
        rate = 1.0 + slope / o if circle else rate
        step = log(distance * distance / reached) / rate
        step = 3.0 if step > 3.0 else step
        step = -3.0 if step < -3.0 else step
        t[j] = t[j] * exp(step)
        change[j] = step


@njit(cache=True, nogil=True, error_model="numpy")
def _bisected(distance: float, inner_sq: float, axes: Array, circle: bool, ln_k: float) -> float:
    """Return the inner half axis of the ellipse through one site, by bisection of its logarithm."""
    power, d_in, d_out = axes[C_IN] / axes[C_OUT], axes[D_IN], axes[D_OUT]
    low, high = 1e-12 * distance, distance
    high = max(high, np.exp((np.log(distance + d_out) - ln_k) / power) - d_in)
    for _ in range(200):
        t = np.sqrt(low * high)
        far = np.exp(ln_k + power * np.log(t + d_in))
        o = max(far - d_out, 1e-12)
        reached, _ = _radius(t, inner_sq, far, 0.0, o)
        reached = t * o if circle else reached
        if reached > distance * distance:
            high = t
        else:
            low = t
        if high - low <= _TOLERANCE * high:
            break
    return np.sqrt(low * high)


@njit(cache=True, nogil=True, error_model="numpy")
def _follow(inner: Array, axes: Array, ln_k: float, outer: Array) -> None:
    """Write the outer half axis that goes with each inner one; where it is -1 outer stays."""
    power, d_in, d_out = axes[C_IN] / axes[C_OUT], axes[D_IN], axes[D_OUT]
    for j in range(inner.size):
        far = exp(ln_k + power * log(abs(inner[j]) + d_in)) - d_out
        outer[j] = outer[j] if inner[j] == -1.0 else far


@njit(cache=True, nogil=True, error_model="numpy")
def _part(r: Array, azimuth: Array, inner_azimuth: float, axes: Array, circle: bool, inner: Array,
          outer: Array) -> None:
    """Write the half axes for some sites; the arguments are those of ``ellipse_axes``."""
    power, d_in, d_out = axes[C_IN] / axes[C_OUT], axes[D_IN], axes[D_OUT]
    ln_k = (axes[A_IN] - axes[A_OUT]) / axes[C_OUT]
    ends = np.exp(ln_k + power * np.log(d_in)) - d_out  # the outer half axis where the inner is 0
    inner_sq, change = np.empty(r.size), np.empty(r.size)
    _start(r, azimuth, inner_azimuth, axes, circle, ln_k, inner_sq, inner)
    for _ in range(STEPS):
        _newton(r, inner_sq, axes, circle, ln_k, inner, change)
    for j in range(r.size):
        if not circle and r[j] * np.sqrt(inner_sq[j]) < ON_AXIS_KM and r[j] <= ends:
            inner[j], outer[j] = -1.0, r[j]
        elif abs(change[j]) > _CONVERGED:
            inner[j] = _bisected(max(r[j], _NEAREST), inner_sq[j], axes, circle, ln_k)
    _follow(inner, axes, ln_k, outer)


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
    if n <= _CHUNK:  # waking threads takes longer
        _part(r, azimuth, inner_azimuth, axes, circle, inner, outer)
        return
    for chunk in prange((n + _CHUNK - 1) // _CHUNK):
        a, b = chunk * _CHUNK, min(n, (chunk + 1) * _CHUNK)
        _part(r[a:b], azimuth[a:b], inner_azimuth, axes, circle, inner[a:b], outer[a:b])


@njit(cache=True, nogil=True, error_model="numpy")
def levels(inner: Array, outer: Array, axes: Array, scale: float, out: Array) -> None:
    """Write the motion of each ellipse, exp(ln Y) times scale, (n,)."""
    for j in range(inner.size):
        on_axis = inner[j] < 0.0
        a = axes[A_OUT] if on_axis else axes[A_IN]
        c = axes[C_OUT] if on_axis else axes[C_IN]
        reach = outer[j] + axes[D_OUT] if on_axis else inner[j] + axes[D_IN]
        out[j] = scale * exp(a + c * log(reach))


@njit(cache=True, nogil=True, error_model="numpy")
def levels_at_depth(inner: Array, outer: Array, azimuth: Array, inner_azimuth: float, axes: Array,
                    circle: bool, depth: float, scale: float, out: Array) -> None:
    """Write the motion of each ellipse with a fixed depth added to both half axes, (n,).

    The two levels differ then; they are weighted by the squared cosines of the azimuth with the
    axes (by halves for a circle), which gives each its own on its axis.
    """
    for j in range(inner.size):
        on_axis = inner[j] < 0.0
        _, share = sin_cos((azimuth[j] - inner_azimuth) * _RAD)
        weight = 0.5 if circle else share * share
        weight = 0.0 if on_axis else weight
        t = 0.0 if on_axis else inner[j]
        at_inner = axes[A_IN] + axes[C_IN] * log((t * t + depth * depth) ** 0.5 + axes[D_IN])
        o = outer[j]
        at_outer = axes[A_OUT] + axes[C_OUT] * log((o * o + depth * depth) ** 0.5 + axes[D_OUT])
        out[j] = scale * exp(weight * at_inner + (1.0 - weight) * at_outer)
