"""What parts of a book do to the worst years of the whole: shares that add up, and last-in."""

from dataclasses import dataclass

import numpy as np

from riskcloud.loss.statistics.annual import YearLosses
from riskcloud.loss.statistics.compound import Lattice, split
from riskcloud.loss.statistics.poisson import any_event
from riskcloud.loss.statistics.ranked import ranked
from riskcloud.types import Floats, Ints


def tail_weights(whole: YearLosses, period_yr: float, *, occurrence: bool = False) -> Floats:
    """Return the weight (k,) that each year has in the TVaR of the whole: of its sum (AEP).

    occurrence : of its largest event (OEP).

    The TVaR is the sum of weight times total; a part's sum of weight times loss is its co-TVaR:
    the mean of what it loses in the worst years of the whole. Years of one sum share what the rank
    leaves them. All NaN above the years.

    Source: Kalkbrener (2005), Mathematical Finance 15, 425-437, and Tasche (1999), allocation by
    conditional tail expectation (given from memory); interpolation as in ``Ranked``.
    """
    losses = whole.largest if occurrence else whole.total
    curve = ranked(losses, whole.n)
    above, below, weight = curve.between(np.array([period_yr]))
    if np.isnan(weight[0]):
        return np.full(len(losses), np.nan)
    # equal sums differ in their last digits by the order of their additions
    place = np.argsort(-losses, kind="stable")
    ordered = losses[place]
    fresh = np.diff(ordered, prepend=np.inf) < -1e-12 * ordered
    tie = np.cumsum(fresh) - 1
    size = np.bincount(tie, minlength=1)
    first = np.concatenate([[0], np.cumsum(size)])[:-1]
    found = np.zeros(len(place))
    for rank, share in ((float(above[0]), float(weight[0])),
                        (float(below[0]), 1.0 - float(weight[0]))):
        taken = np.clip(rank - first, 0.0, size) / np.maximum(size, 1)
        found[place] += share * taken[tie] / rank
    return found


def co_tvar(whole: YearLosses, part: Ints, key: Ints, loss: Floats, *, n_parts: int,
            period_yr: float) -> Floats:
    """Return the co-TVaR (n_parts,) of parts, which sum to the TVaR of the whole.

    Parameters
    ----------
    whole : the years of all parts. part (n,), loss (n,) : losses of parts; key (n,) : their year
        and sample as in ``YearLosses``.
    period_yr : return period; NaN are returned above the years.
    """
    weights = tail_weights(whole, period_yr)
    if not len(whole.key):
        return np.full(n_parts, np.nan if np.isnan(weights).any() else 0.0)
    place = np.minimum(np.searchsorted(whole.key, key), len(whole.key) - 1)
    return np.asarray(np.bincount(part, weights[place] * loss, n_parts))


def largest_shares(whole: YearLosses, key: Ints, loss: Floats) -> Floats:
    """Return the share (n,) that each event has in its year's largest: 1, or 1 / ties, else 0.

    key, loss (n,) : of all events of the whole, year and sample as in ``YearLosses``.
    """
    place = np.minimum(np.searchsorted(whole.key, key), max(len(whole.key) - 1, 0))
    if not len(whole.key):
        return np.zeros(len(key))
    is_largest = (loss > 0.0) & (loss == whole.largest[place])
    ties = np.bincount(place[is_largest], minlength=len(whole.key))
    return np.where(is_largest, 1.0 / np.maximum(ties[place], 1), 0.0)


@dataclass(frozen=True, slots=True)
class EventsByYear:
    """Events of a whole in order of its years: ``order`` (m,) of those of a year with a loss,
    ``first`` (k,) where each year's begin.
    """

    whole: YearLosses
    order: Ints
    first: Ints

    def without(self, rest: Floats) -> YearLosses:
        """Return the years by what is left of the events, rest (n,): sums and largest events."""
        if not len(self.first):
            return self.whole
        here = rest[self.order]
        return YearLosses(self.whole.n_years, self.whole.n_samples, self.whole.key,
                          np.add.reduceat(here, self.first),
                          np.maximum.reduceat(here, self.first))


def events_by_year(whole: YearLosses, key: Ints) -> EventsByYear:
    """Return all events of the whole by their year and sample, key (n,) as in ``YearLosses``."""
    known = np.flatnonzero(np.isin(key, whole.key))  # not so years of nothing but losses of 0
    order = known[np.argsort(key[known], kind="stable")]
    return EventsByYear(whole, order, np.flatnonzero(np.diff(key[order], prepend=-1)))


def occurrence_weights(rate: Floats, loss: Floats, period_yr: float, *,
                       activity_cv: float = 0.0) -> Floats:
    """Return the weight (n,) that each event has in the TVaR of a year's largest event.

    The sum of weight times loss is the OEP TVaR of events with yearly rates; a part's sum of weight
    times what it loses in the event its co-TVaR. Events of one loss share by rate.

    Source: chance that an event is the year's largest: that none above it strikes, and it does;
    a textbook result. The atom at the loss of the return period counts as far as the tail goes.
    """
    chance = 1.0 / period_yr
    _, tie = np.unique(-loss, return_inverse=True)
    rates = np.bincount(tie, rate, minlength=1)
    reached = np.minimum(any_event(np.cumsum(rates), activity_cv), chance)
    weight = np.diff(reached, prepend=0.0) / chance
    return np.where(loss > 0.0, weight[tie] * rate / np.maximum(rates[tie], 1e-300), 0.0)


def without(whole: YearLosses, part: YearLosses) -> YearLosses:
    """Return the years' sums of the whole without one part; ``largest`` is that of the whole.

    The difference of the statistics of whole and rest is what adding the part does to them.
    """
    rest = whole.total.copy()
    place = np.searchsorted(whole.key, part.key)
    rest[place] -= part.total
    rest[rest < 1e-12 * whole.total] = 0.0  # what rounding leaves of a year all of which was his
    return YearLosses(whole.n_years, whole.n_samples, whole.key, rest, whole.largest)


def poisson_co_tvar(lattice: Lattice, rate: Floats, loss: Floats, *, part: Ints, event: Ints,
                    part_loss: Floats, n_parts: int, period_yr: float,
                    weighted: Lattice | None = None) -> Floats:
    """Return the co-TVaR (n_parts,) of parts of events with yearly rates.

    Parameters
    ----------
    lattice : the year's sum of the whole (``compound_poisson`` by ``mean``).
    rate, loss (n,) : of the whole's events. part, event, part_loss (m,) : what a part loses in an
        event, given by its place.
    weighted : the sum with years weighted by their activity, where rates have one in common.

    The parts' values sum to the TVaR of the lattice where their losses sum to ``loss``.

    Source: Mecke's formula: E[sum of g(x) w(S)] = sum of rate g(x) E[w(S + x)]; w the indicator of
    the worst years, with the part of the atom at the loss of the return period that it takes. Where
    all rates of a year are multiplied by one factor, the same holds given the factor: years count
    by it.
    """
    chance = 1.0 / period_yr
    above = np.cumsum(lattice.probability[::-1])[::-1] - lattice.probability
    place = int(np.searchsorted(-above, -chance - 1e-12, side="left"))
    atom = (chance - above[place]) / max(float(lattice.probability[place]), 1e-300)
    low, share = split(loss, lattice.step)
    at = (lattice if weighted is None else weighted).probability
    seen = np.cumsum(at[::-1])[::-1] - at

    def reached(point: Ints) -> Floats:
        """Return the chance that the sum lies in the tail once so much is added."""
        left = np.maximum(place - point, -1)
        return np.where(left >= 0, seen[left] + atom * at[left], 1.0)

    pull = (low * (1.0 - share) * reached(low)
            + (low + 1) * share * reached(low + 1)) * lattice.step
    per_loss = rate * pull / np.where(loss > 0.0, loss, 1.0) / chance
    return np.asarray(np.bincount(part, per_loss[event] * part_loss, n_parts))
