"""Losses of events with yearly rates: mean and spread of a year, its largest event."""

from dataclasses import dataclass

import numpy as np

from riskcloud.errors import InputError
from riskcloud.types import Floats
from riskcloud.types.arrays import same_length


@dataclass(frozen=True, slots=True)
class RateLosses:
    """Events that strike independently of one another (Poisson): rate [1/yr] and loss, each (n,).

    Losses stand in descending order, all above 0, equal ones joined. An event known by samples
    stands once a sample, its rate shared out.
    """

    rate: Floats
    loss: Floats

    @property
    def mean(self) -> float:
        """Return the average annual loss: the sum of rate times loss."""
        return float((self.rate * self.loss).sum())

    @property
    def sd(self) -> float:
        """Return the standard deviation of a year's sum: the root of the sum of rate x loss^2."""
        return float(np.sqrt((self.rate * self.loss**2).sum()))


def rate_losses(rate: Floats, loss: Floats) -> RateLosses:
    """Return events in order of loss, those of rate or loss 0 left out.

    Raises
    ------
    InputError : a rate or loss that is negative or no number.
    """
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
        return RateLosses(np.zeros(0), np.zeros(0))
    return RateLosses(np.add.reduceat(rates, first), values[first])


def occurrence_probability(events: RateLosses, loss: Floats) -> Floats:
    """Return the chance (m,) that a year's largest event costs ``loss`` (m,) or more.

    1 - exp(-sum of the rates of events that cost so much); 1 at a loss of 0 or below.

    Source: the largest of a Poisson number of events; OasisLMF docs for event loss tables.
    """
    at_least = np.asarray(loss, np.float64)
    n = np.searchsorted(-events.loss, -at_least, side="right")
    reached = np.concatenate([[0.0], np.cumsum(events.rate)])[n]
    return np.where(at_least <= 0.0, 1.0, -np.expm1(-reached))


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
    place = np.searchsorted(above, -np.log1p(-chance) * (1.0 + 1e-12), side="right") - 1
    value = edges[place]
    # mean excess over each edge: the area under P(largest > x) above it
    area = np.concatenate([[0.0], np.cumsum(-np.diff(edges) * -np.expm1(-above[1:]))])
    return value, value + area[place] / chance


def checked_periods(period_yr: Floats) -> Floats:
    """Return return periods as an array. Raises InputError for one of 1 year or less."""
    period = np.asarray(period_yr, np.float64)
    if not (period > 1.0).all():
        raise InputError("of yearly rates, return periods are above 1 year")
    return period
