"""Extreme-value distributions and how they are fitted: many samples at once, one a row.

Shape ``xi`` is that of Coles (2001): positive has a heavy tail; Hosking's ``k`` and the ``c`` of
scipy are ``-xi``. A fit that does not converge, or has no maximum of its likelihood, is NaN.

Sources
-------
Hosking & Wallis (1997), Regional Frequency Analysis, ch. 2 and appendix A: L-moments.
Coles (2001), An Introduction to Statistical Modeling of Extreme Values, ch. 3 and 4.
Grimshaw (1993), Technometrics 35, 185-191: likelihood of the generalized Pareto in one unknown.
Berndt, Hall, Hall & Hausman (1974), Ann. Econ. Soc. Meas. 3, 653-665: ascent by products of
scores. Nelder & Mead (1965), Computer J. 7, 308-313.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import minimize
from scipy.special import gamma

from riskcloud.types import Floats

EULER_GAMMA: Final = 0.5772156649015329
_TINY_SHAPE = 1e-7
"""Below it a tail counts as exponential: rounding would outweigh the difference."""
_SETTLED = 1e-7
"""Gain in log likelihood [-] below which a fit has settled: some 1e-4 of a standard error."""


@dataclass(frozen=True, slots=True)
class Fits:
    """Location, scale and shape (n_rows,) of a GEV, or of a Pareto tail above its location."""

    location: Floats
    scale: Floats
    shape: Floats


def l_moments(samples: Floats) -> tuple[Floats, Floats, Floats]:
    """First L-moment, second, and L-skewness (n_rows,) of samples (n_rows, n), n >= 3.

    Source: Hosking & Wallis (1997), eq. 2.57 to 2.63: unbiased probability-weighted moments.
    """
    ranked = np.sort(samples, axis=1)
    n = ranked.shape[1]
    place = np.arange(n, dtype=np.float64)
    b0 = ranked.mean(axis=1)
    b1 = (ranked * place).mean(axis=1) / (n - 1)
    b2 = (ranked * place * (place - 1)).mean(axis=1) / ((n - 1) * (n - 2))
    second = 2.0 * b1 - b0
    with np.errstate(invalid="ignore", divide="ignore"):
        return b0, second, (6.0 * b2 - 6.0 * b1 + b0) / second


def gumbel_by_l_moments(samples: Floats) -> Fits:
    """Gumbel distribution by L-moments. Source: Hosking & Wallis (1997), A.2."""
    first, second, _ = l_moments(samples)
    scale = second / np.log(2.0)
    return Fits(first - EULER_GAMMA * scale, scale, np.zeros_like(scale))


def gumbel_by_moments(samples: Floats) -> Fits:
    """Gumbel distribution by mean and standard deviation.

    Source: Gumbel (1958), Statistics of Extremes; as Chow's frequency factor (Chow, Maidment &
    Mays 1988, Applied Hydrology, eq. 12.2.4, 12.2.5).
    """
    scale = np.sqrt(6.0) / np.pi * samples.std(axis=1, ddof=1)
    return Fits(samples.mean(axis=1) - EULER_GAMMA * scale, scale, np.zeros_like(scale))


def gev_by_l_moments(samples: Floats) -> Fits:
    """GEV by L-moments.

    Source: Hosking & Wallis (1997), A.6: start from their approximation of k, then Newton's
    steps on the exact L-skewness 2 (1 - 3^-k) / (1 - 2^-k) - 3.
    """
    first, second, skew = l_moments(samples)
    c = 2.0 / (3.0 + skew) - np.log(2.0) / np.log(3.0)
    k = np.clip(7.8590 * c + 2.9554 * c * c, -0.95, 5.0)
    for _ in range(6):
        slope = (_skew_of(k + 1e-5) - _skew_of(k - 1e-5)) / 2e-5
        k = np.clip(k - (_skew_of(k) - skew) / slope, -0.95, 5.0)
    k = _off_zero(k)
    spread = gamma(1.0 + k)
    scale = second * k / (-np.expm1(-k * np.log(2.0)) * spread)
    return Fits(first - scale * (1.0 - spread) / k, scale, -k)


def _off_zero(k: Floats) -> Floats:
    return np.where(np.abs(k) < _TINY_SHAPE, _TINY_SHAPE, k)


def _skew_of(k: Floats) -> Floats:
    k = _off_zero(k)
    return np.asarray(2.0 * np.expm1(-k * np.log(3.0)) / np.expm1(-k * np.log(2.0)) - 3.0)


def gumbel_by_likelihood(samples: Floats) -> Fits:
    """Gumbel distribution of largest likelihood: one equation in its scale, by Newton's steps.

    Source: Coles (2001), sect. 3.3.2 with xi = 0; Johnson, Kotz & Balakrishnan (1995), Continuous
    Univariate Distributions 2, sect. 22.9.
    """
    above = samples - samples.min(axis=1, keepdims=True)  # exp(-x / scale) stays within 0 to 1
    mean = above.mean(axis=1)
    scale = gumbel_by_l_moments(samples).scale
    for _ in range(60):
        weight = np.exp(-above / scale[:, None])
        weight /= weight.sum(axis=1, keepdims=True)
        centre = (weight * above).sum(axis=1)
        spread = (weight * above**2).sum(axis=1) - centre**2
        step = (scale - mean + centre) / (1.0 + spread / scale**2)
        scale = np.maximum(scale - step, 0.1 * scale)
    share = np.exp(-above / scale[:, None]).mean(axis=1)
    location = samples.min(axis=1) - scale * np.log(share)
    return Fits(location, scale, np.zeros_like(scale))


def gev_log_density(samples: Floats, location: Floats, log_scale: Floats, shape: Floats) -> Floats:
    """Log density (n_rows, n) of a GEV; -inf beyond its end. Source: Coles (2001), eq. 3.2."""
    shape = _off_zero(shape)[:, None]
    z = (samples - location[:, None]) / np.exp(log_scale)[:, None]
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        reduced = np.log1p(shape * z) / shape
        density = -log_scale[:, None] - (1.0 + shape) * reduced - np.exp(-reduced)
    return np.where(shape * z > -1.0, density, -np.inf)


def gev_by_likelihood(samples: Floats, steps: int = 80) -> Fits:
    """GEV of largest likelihood, from a start by L-moments.

    Each step solves with the sum of products of the scores (Berndt et al. 1974) and is halved
    until the likelihood rises. The few rows that have not settled after ``steps`` are left to
    a simplex search (Nelder & Mead 1965).
    """
    start = gev_by_l_moments(samples)
    shape = np.clip(start.shape, -0.2, 0.4)  # so that every value is within the support
    unit = start.scale.copy()
    at = np.stack([start.location / unit, np.log(start.scale), shape], axis=1)
    best = _likelihood(samples, at, unit)
    outside = ~np.isfinite(best)
    if outside.any():
        plain = gumbel_by_l_moments(samples[outside])
        at[outside] = np.stack([plain.location / unit[outside], np.log(plain.scale),
                                np.full(int(outside.sum()), 1e-3)], axis=1)
        best = _likelihood(samples, at, unit)
    settled = np.zeros(len(samples), bool)
    for _ in range(steps):
        todo = np.flatnonzero(~settled)
        if not todo.size:
            break
        step, gain = _ascent(samples[todo], at[todo], unit[todo])
        settled[todo] = gain < _SETTLED
        at[todo], best[todo] = _halved(samples[todo], at[todo], best[todo], step, unit[todo])
    for row in np.flatnonzero(~settled):
        at[row] = _by_simplex(samples[row], at[row], float(unit[row]))
    at[at[:, 2] < -0.99] = np.nan  # no maximum: the likelihood grows without bound there
    return Fits(at[:, 0] * unit, np.exp(at[:, 1]), at[:, 2])


def _by_simplex(sample: Floats, start: Floats, unit: float) -> Floats:
    def cost(at: Floats) -> float:
        return -float(_likelihood(sample[None, :], at[None, :], np.array([unit]))[0])

    found = minimize(cost, start, method="Nelder-Mead", options={"xatol": 1e-5, "fatol": 1e-8})
    return np.asarray(found.x) if found.success else np.full(3, np.nan)


def _likelihood(samples: Floats, at: Floats, unit: Floats) -> Floats:
    return np.asarray(
        gev_log_density(samples, at[:, 0] * unit, at[:, 1], at[:, 2]).sum(axis=1))


def _ascent(samples: Floats, at: Floats, unit: Floats) -> tuple[Floats, Floats]:
    """Return the step (n_rows, 3) by the products of numerical scores, and what it may gain."""
    scores = []
    for j in range(3):
        move = np.zeros(3)
        move[j] = 1e-5
        up, down = at + move, at - move
        with np.errstate(invalid="ignore"):
            scores.append((gev_log_density(samples, up[:, 0] * unit, up[:, 1], up[:, 2])
                           - gev_log_density(samples, down[:, 0] * unit, down[:, 1], down[:, 2]))
                          / 2e-5)
    score = np.nan_to_num(np.stack(scores, axis=2), nan=0.0, posinf=0.0, neginf=0.0)
    product = np.einsum("rni,rnj->rij", score, score) + 1e-9 * np.eye(3)
    slope = score.sum(axis=1)
    step = np.linalg.solve(product, slope[:, :, None])[:, :, 0]
    return np.asarray(step), np.asarray((step * slope).sum(axis=1))


def _halved(samples: Floats, at: Floats, best: Floats, step: Floats, unit: Floats,
            ) -> tuple[Floats, Floats]:
    """Take each row's step, halved until its likelihood does not fall."""
    at, best = at.copy(), best.copy()
    length = 1.0 / np.maximum(np.abs(step).max(axis=1), 1.0)
    open_rows = np.arange(len(at))
    for _ in range(25):
        tried = at[open_rows] + length[open_rows, None] * step[open_rows]
        value = _likelihood(samples[open_rows], tried, unit[open_rows])
        good = value >= best[open_rows]
        rows = open_rows[good]
        at[rows], best[rows] = tried[good], value[good]
        open_rows = open_rows[~good]
        if not open_rows.size:
            break
        length[open_rows] *= 0.5
    return at, best


def pareto_by_likelihood(excesses: Floats, points: int = 120) -> Fits:
    """Generalized Pareto tail of excesses (n_rows, n) > 0 over 0, of largest likelihood.

    With theta = xi / scale the likelihood is a function of theta alone (Grimshaw 1993): searched
    on ``points`` values, then by golden section. NaN where it rises to an end of them (no
    maximum inside).
    """
    mean, largest = excesses.mean(axis=1), excesses.max(axis=1)
    grid = np.linspace(0.0, 1.0, points)
    lowest = -0.999 * mean / largest  # theta * mean; every excess within the support
    thetas = lowest[:, None] + (50.0 - lowest[:, None]) * grid**3
    values = np.stack([_pareto_likelihood(excesses, thetas[:, j] / mean) for j in range(points)],
                      axis=1)
    at = values.argmax(axis=1)
    edge = (at == 0) | (at == points - 1)
    rows = np.arange(len(mean))
    low = thetas[rows, np.maximum(at - 1, 0)]
    high = thetas[rows, np.minimum(at + 1, points - 1)]
    ratio = (np.sqrt(5.0) - 1.0) / 2.0
    for _ in range(40):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        is_left = (_pareto_likelihood(excesses, left / mean)
                   > _pareto_likelihood(excesses, right / mean))
        high, low = np.where(is_left, right, high), np.where(is_left, low, left)
    theta = _off_zero(0.5 * (low + high)) / mean
    shape = np.log1p(theta[:, None] * excesses).mean(axis=1)
    shape[edge] = np.nan
    return Fits(np.zeros_like(shape), shape / theta, shape)


def _pareto_likelihood(excesses: Floats, theta: Floats) -> Floats:
    """Mean log likelihood (n_rows,) at theta [1 / unit]; its limit at 0 is the exponential."""
    theta = _off_zero(theta * 1.0)
    shape = np.log1p(theta[:, None] * excesses).mean(axis=1)
    return np.asarray(-np.log(shape / theta) - shape - 1.0)


def gev_level(fits: Fits, log_rate: Floats) -> Floats:
    """Level (n_rows, n_rates) that a GEV exceeds at a yearly rate exp(``log_rate``).

    The yearly probability of it is 1 - exp(-rate). Source: Coles (2001), eq. 3.4, 4.13.
    """
    shape = _off_zero(fits.shape)[:, None]
    return np.asarray(fits.location[:, None]
                      + fits.scale[:, None] * np.expm1(-shape * log_rate) / shape)
