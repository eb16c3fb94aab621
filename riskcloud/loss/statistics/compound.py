"""Sum of a year's losses of events with yearly rates, by Fourier transform on a lattice."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from riskcloud.loss.statistics.poisson import RateLosses, checked_periods
from riskcloud.types import Floats, Ints

LEAST, MOST = 1 << 14, 1 << 20
"""Points of the lattice: at first, and at most; ours."""
ACCURACY: Final = 1e-3
"""Relative error of the losses at which the lattice is no longer made finer; ours."""
_TAIL: Final = 1e-13  # chance of a year beyond the lattice; ours
_CENT: Final = 100.0  # losses that are whole cents may lie on a lattice exactly
_BINS: Final = 4096
_SAME: Final = 1e-12  # rounding of the transform, in probability


@dataclass(frozen=True, slots=True)
class Lattice:
    """Probability (n,) that a year's sum is 0, step, 2 step ..."""

    step: float
    probability: Floats


@dataclass(frozen=True, slots=True)
class AggregatePoints:
    """Loss, TVaR (m,) of a year's sum at return periods (m,); ``error`` (m,) bounds what the
    lattice does to either (0: the losses lie on it); ``lattice`` is what they were read from.
    ``weighted`` : the same with each year weighted by its activity (see ``compound``).
    """

    period_yr: Floats
    loss: Floats
    tvar: Floats
    error: Floats
    lattice: Lattice
    weighted: Lattice


def compound(mass: Floats, *, step: float, activity_cv: float = 0.0,
             weighted: bool = False) -> Lattice:
    """Return the distribution of the sum of a random number of losses.

    Parameters
    ----------
    mass (size,) : rate [1/yr] of losses of 0, step, 2 step ...; the lattice must reach so far that
        sums beyond it have no weight (``reach``): they would come round to its beginning.
    activity_cv : of the gamma factor that the rates of a year have in common; 0: a Poisson number,
        else a negative binomial one (see ``poisson``).
    weighted : each year by its activity, as means of what a single event sees need it.

    Source: characteristic function exp(sum rate (phi - 1)), e.g. Embrechts and Frei (2009), Math.
    Methods Oper. Res. 69, 497-508, "Panjer recursion versus FFT for compound distributions"; mixed
    by a gamma factor (1 - c^2 sum rate (phi - 1))^(-1 / c^2) (both given from memory). Weighting a
    gamma factor by itself adds 1 to its shape.
    """
    from scipy.fft import irfft, rfft

    size = len(mass)
    log = rfft(mass) - mass.sum()
    shape = activity_cv**2
    if shape > 0.0:
        log = -np.log1p(-shape * log) * (1.0 / shape + (1.0 if weighted else 0.0))
    return Lattice(step, np.maximum(irfft(np.exp(log), size), 0.0))


def compound_poisson(rate: Floats, loss: Floats, *, step: float, size: int,
                     rounding: str = "mean") -> Lattice:
    """Return the distribution of the sum of a Poisson number of losses (see ``compound``).

    Parameters
    ----------
    rate, loss (n,) : of independent events.
    rounding : how losses between points are put on the lattice: ``down``, ``up`` (sums that bound
        the true one from below and above) or ``mean`` (split between both points, the mean kept).
    """
    return compound(rates_on_lattice(rate, loss, step=step, size=size, rounding=rounding),
                    step=step)


def rates_on_lattice(rate: Floats, loss: Floats, *, step: float, size: int,
                     rounding: str = "mean") -> Floats:
    """Return the rates of events by point of a lattice (see ``compound_poisson``)."""
    low, share = split(loss, step)
    if rounding == "mean":
        return np.asarray(np.bincount(low, rate * (1.0 - share), size)
                          + np.bincount(low + 1, rate * share, size))[:size]
    place = low if rounding == "down" else low + (share > 0.0)
    return np.asarray(np.bincount(place, rate, size))


def split(loss: Floats, step: float) -> tuple[Ints, Floats]:
    """Return the lattice point at or below each loss, and how far it lies to the next (0 to 1)."""
    at = loss / step
    near = np.rint(at)
    at = np.where(np.abs(at - near) <= 1e-9 * np.maximum(near, 1.0), near, at)
    low = np.floor(at)
    return low.astype(np.int64), at - low


def reach(events: RateLosses) -> float:
    """Return a sum that a year exceeds with a chance of 1e-13 at most.

    Source: Chernoff's bound P(S > s) <= exp(sum rate (e^(t x) - 1) - t s), the best of some t; with
    an activity the logarithm of the mixed generating function stands for the sum, where it exists.
    """
    largest = float(events.loss.max())
    up = np.minimum(np.ceil(events.loss / largest * _BINS), _BINS).astype(np.int64)
    rate = np.bincount(up, events.rate, _BINS + 1)
    share = np.arange(_BINS + 1) / _BINS
    tilt = np.geomspace(0.01, 50.0, 80)
    shape = events.activity_cv**2
    if shape > 0.0:  # the generating function ends where shape times the sum is 1
        tilt = np.geomspace(0.005 / (1.0 + shape * rate.sum()), 50.0, 400)
    log = np.expm1(np.outer(tilt, share)) @ rate
    if shape > 0.0:
        log = np.where(shape * log < 1.0, -np.log1p(-np.minimum(shape * log, 1.0 - 1e-15)) / shape,
                       np.inf)
    bound = (log - np.log(_TAIL)) / tilt
    return float(max(bound.min(), 1.0)) * largest


Maker = Callable[[float, int, str], Floats]
"""Takes step, size and rounding (``mean``, ``down``, ``up``), gives rates by lattice point."""


def aggregate_exceedance(events: RateLosses, period_yr: Floats, *, most: int = MOST,
                         ) -> AggregatePoints:
    """Return loss and TVaR of a year's sum at return periods.

    The loss is the smallest sum exceeded with a chance of 1/T at most, TVaR the exact mean of the
    worst 1/T of years on the lattice, an atom at the loss counted in part. Losses of whole cents
    with a common divisor lie on the lattice as they are; else it is made finer until rounding all
    losses down, and up, moves no loss or TVaR asked for by more than 1e-3 of the loss, or it has
    ``most`` points: the error that is left is told.
    """
    period = checked_periods(period_yr)
    if not len(events.loss):
        none, nothing = np.zeros(len(period)), Lattice(1.0, np.ones(1))
        return AggregatePoints(period, none, none, none, nothing, nothing)
    furthest = reach(events)
    step = common_step(events.loss)

    def mass(step: float, size: int, rounding: str) -> Floats:
        return rates_on_lattice(events.rate, events.loss, step=step, size=size, rounding=rounding)

    if step > 0.0 and furthest / step < most // 2:
        rates = mass(step, _power(furthest / step), "mean")
        lattice = compound(rates, step=step, activity_cv=events.activity_cv)
        loss, tvar = tail(lattice, period)
        return AggregatePoints(period, loss, tvar, np.zeros(len(period)), lattice,
                               _weighted(lattice, rates, events.activity_cv))
    return refined(mass, furthest, period, activity_cv=events.activity_cv, most=most)


def refined(mass: Maker, furthest: float, period: Floats, *, activity_cv: float = 0.0,
            most: int = MOST, whole: float = np.inf) -> AggregatePoints:
    """Return loss and TVaR of a year's sum on a lattice made finer until it is fine enough.

    whole : an amount that many losses have, to stand on the lattice (a layer's limit); inf: none.
    """
    size = LEAST
    while True:
        step = furthest / (size - 2)
        if step <= whole < np.inf:
            step = whole / np.floor(whole / step)
        rates = mass(step, size, "mean")
        lattice, down, up = (
            compound(part, step=step, activity_cv=activity_cv)
            for part in (rates, mass(step, size, "down"), mass(step, size, "up")))
        loss, tvar = tail(lattice, period)
        low, high = np.array(tail(down, period)), np.array(tail(up, period))
        here = np.array([loss, tvar])
        error = np.maximum(high - here, here - low).max(axis=0)
        if size >= most or (error <= ACCURACY * np.where(loss > 0.0, loss, tvar)).all():
            return AggregatePoints(period, loss, tvar, error, lattice,
                                   _weighted(lattice, rates, activity_cv))
        size *= 4 if size * 4 <= most else 2


def _weighted(lattice: Lattice, rates: Floats, activity_cv: float) -> Lattice:
    if activity_cv == 0.0:
        return lattice
    return compound(rates, step=lattice.step, activity_cv=activity_cv, weighted=True)


def _power(points: float) -> int:
    return 1 << int(np.ceil(np.log2(points + 2.0)))


def common_step(loss: Floats) -> float:
    """Return the largest amount of whole cents of which all losses are multiples; 0 if none."""
    cents = loss * _CENT
    whole = np.rint(cents)
    if cents.max(initial=0.0) > 2**53 or (np.abs(cents - whole) > 1e-6).any():
        return 0.0
    return float(np.gcd.reduce(whole.astype(np.int64))) / _CENT


def tail(lattice: Lattice, period_yr: Floats) -> tuple[Floats, Floats]:
    """Return the loss and TVaR (m,) of a distribution at return periods (m,)."""
    chance = 1.0 / np.asarray(period_yr, np.float64)
    points = np.arange(len(lattice.probability), dtype=np.float64)
    above = np.cumsum(lattice.probability[::-1])[::-1] - lattice.probability  # P(S > point)
    place = np.searchsorted(-above, -chance - _SAME, side="left")
    weighted = np.cumsum((lattice.probability * points)[::-1])[::-1]
    beyond = np.concatenate([weighted, [0.0]])[place + 1]
    excess = beyond - place * above[place]
    loss = np.asarray(place, np.float64)
    return loss * lattice.step, (loss + excess / chance) * lattice.step
