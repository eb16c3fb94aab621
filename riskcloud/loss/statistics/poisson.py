"""Losses of events with yearly rates: mean and spread of a year, its largest event.

Events strike as a Poisson process, or in clusters: all rates of a year are multiplied by one
factor, its activity, gamma distributed with mean 1 and a coefficient of variation c. The number of
events of any kind with rate m is then negative binomial with variance m + (c m)^2, whatever events
are selected. Source: mixed Poisson, e.g. Klugman, Panjer and Willmot (2012), Loss Models, 6.3 and
7.3 (given from memory); checked against aggregate 0.30.1 (``mixed gamma c``).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from riskcloud.errors import InputError
from riskcloud.types import Floats
from riskcloud.types.arrays import same_length

MOST_CV: Final = 5.0
"""Coefficient of variation of a year's activity at most; ours."""


@dataclass(frozen=True, slots=True)
class RateLosses:
    """Events that strike independently of one another in a year: rate [1/yr] and loss, each (n,).

    Losses stand in descending order, all above 0, equal ones joined. An event known by samples
    stands once a sample, its rate shared out. activity_cv: of the factor that all rates of a year
    have in common; 0 is Poisson.
    """

    rate: Floats
    loss: Floats
    activity_cv: float = 0.0

    @property
    def mean(self) -> float:
        """Return the average annual loss: the sum of rate times loss."""
        return float((self.rate * self.loss).sum())

    @property
    def sd(self) -> float:
        """Return the standard deviation of a year's sum.

        Its square is the sum of rate x loss^2, and (activity_cv x mean)^2.
        """
        return float(np.sqrt((self.rate * self.loss**2).sum()
                             + (self.activity_cv * self.mean) ** 2))


def rate_losses(rate: Floats, loss: Floats, *, activity_cv: float = 0.0) -> RateLosses:
    """Return events in order of loss, those of rate or loss 0 left out.

    Raises
    ------
    InputError : a rate or loss that is negative or no number; an activity_cv outside 0 to 5.
    """
    if not 0.0 <= activity_cv <= MOST_CV:
        raise InputError(f"activity_cv {activity_cv:g}: expected 0 to {MOST_CV:g}")
    rates, values = np.asarray(rate, np.float64), np.asarray(loss, np.float64)
    same_length("rate_losses", rate=rates, loss=values)
    for name, numbers in (("rates", rates), ("losses", values)):
        if not ((numbers >= 0.0) & (numbers < np.inf)).all():
            raise InputError(f"{name} of events: expected numbers of 0 or more")
    hit = (rates > 0.0) & (values > 0.0)
    order = np.lexsort((rates[hit], -values[hit]))
    values, rates = values[hit][order], rates[hit][order]
    first = np.flatnonzero(np.diff(values, prepend=np.inf))
    if not len(first):
        return RateLosses(np.zeros(0), np.zeros(0), activity_cv)
    return RateLosses(np.add.reduceat(rates, first), values[first], activity_cv)


def any_event(rate: Floats, activity_cv: float) -> Floats:
    """Return the chance (m,) of one event a year or more, of rates (m,)."""
    shape = activity_cv**2
    return np.asarray(-np.expm1(-rate if shape == 0.0 else -np.log1p(shape * rate) / shape))


def rate_of_chance(chance: Floats, activity_cv: float) -> Floats:
    """Return the rates (m,) of which ``any_event`` is ``chance`` (m,)."""
    shape, rate = activity_cv**2, -np.log1p(-chance)
    return np.asarray(rate if shape == 0.0 else np.expm1(shape * rate) / shape)


def occurrence_probability(events: RateLosses, loss: Floats) -> Floats:
    """Return the chance (m,) that a year's largest event costs ``loss`` (m,) or more.

    1 - exp(-sum of the rates of events that cost so much); 1 at a loss of 0 or below. With an
    activity, 1 - (1 + c^2 sum)^(-1 / c^2).

    Source: the largest of a Poisson number of events; OasisLMF docs for event loss tables.
    """
    at_least = np.asarray(loss, np.float64)
    n = np.searchsorted(-events.loss, -at_least, side="right")
    reached = np.concatenate([[0.0], np.cumsum(events.rate)])[n]
    return np.where(at_least <= 0.0, 1.0, any_event(reached, events.activity_cv))


def occurrence_exceedance(events: RateLosses, period_yr: Floats) -> tuple[Floats, Floats]:
    """Return the loss of a year's largest event and its TVaR (m,) at return periods (m,).

    The loss is the smallest x that a year's largest event exceeds with a chance of 1/T at most;
    TVaR the exact mean of the worst 1/T of years, an atom at x counted in part.

    Raises
    ------
    InputError : a return period of 1 year or less.

    Source: definitions of VaR and TVaR; McNeil, Frey and Embrechts (2015), Quantitative Risk
    Management, 2.2 (given from memory).
    """
    chance = 1.0 / checked_periods(period_yr)
    edges = np.concatenate([events.loss, [0.0]])
    above = np.concatenate([[0.0], np.cumsum(events.rate)])  # rate of events above each edge
    rate = rate_of_chance(chance, events.activity_cv)
    place = np.searchsorted(above, rate * (1.0 + 1e-12), side="right") - 1
    value = edges[place]
    # mean excess over each edge: the area under P(largest > x) above it
    chances = any_event(above[1:], events.activity_cv)
    area = np.concatenate([[0.0], np.cumsum(-np.diff(edges) * chances)])
    return value, value + area[place] / chance


def checked_periods(period_yr: Floats) -> Floats:
    """Return return periods as an array. Raises InputError for one of 1 year or less."""
    period = np.asarray(period_yr, np.float64)
    if not (period > 1.0).all():
        raise InputError("of yearly rates, return periods are above 1 year")
    return period
