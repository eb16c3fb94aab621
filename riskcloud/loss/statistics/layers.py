"""A layer by event, its limit a year, reinstatements and their premium."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from riskcloud.errors import InputError
from riskcloud.loss.statistics.annual import YearLosses, year_losses
from riskcloud.loss.statistics.compound import MOST, Lattice, common_step, compound_poisson, reach
from riskcloud.loss.statistics.poisson import RateLosses, rate_losses
from riskcloud.types import Floats, Ints


@dataclass(frozen=True, slots=True)
class Layer:
    """Pays ``limit`` in excess of ``attachment`` by event; reinstated so many times a year.

    charges : premium of each reinstatement as a share of the layer's, pro rata as to amount;
    None: reinstated without end and free.
    """

    attachment: float
    limit: float
    charges: Sequence[float] | None = None

    def __post_init__(self) -> None:
        if not (self.attachment >= 0.0 and self.limit > 0.0):
            raise InputError(f"layer {self.limit:g} xs {self.attachment:g}: expected a limit above "
                             "0 and an attachment of 0 or more")

    def event_loss(self, loss: Floats) -> Floats:
        """Return what the layer pays of losses of single events, before its limit a year."""
        return np.clip(np.asarray(loss, np.float64) - self.attachment, 0.0, self.limit)

    @property
    def limit_a_year(self) -> float:
        """Return the most that the layer pays in a year."""
        return np.inf if self.charges is None else self.limit * (1 + len(self.charges))


@dataclass(frozen=True, slots=True)
class LayerCost:
    """Expected loss a year, without and with the limit a year; rate on line of the latter.

    premium : what, paid up front, covers the capped loss, reinstatement premiums taken into
    account; no loading.
    """

    uncapped: float
    capped: float
    rate_on_line: float
    premium: float


def layer_years(layer: Layer, year: Ints, loss: Floats, *, n_years: int,
                sample: Ints | None = None, n_samples: int = 1) -> YearLosses:
    """Return what a layer pays by year and sample; arguments as ``annual.year_losses``.

    ``largest`` is the largest payment for one event.
    """
    found = year_losses(year, layer.event_loss(loss), n_years=n_years, sample=sample,
                        n_samples=n_samples)
    capped = np.minimum(found.total, layer.limit_a_year)
    return YearLosses(n_years, n_samples, found.key, capped, np.minimum(found.largest, capped))


def simulated_layer_cost(layer: Layer, year: Ints, loss: Floats, *, n_years: int,
                         sample: Ints | None = None, n_samples: int = 1) -> LayerCost:
    """Return the cost of a layer from simulated years; arguments as ``annual.year_losses``."""
    found = year_losses(year, layer.event_loss(loss), n_years=n_years, sample=sample,
                        n_samples=n_samples)
    return _cost(layer, lambda cap: float(np.minimum(found.total, cap).sum()) / found.n)


def poisson_layer_cost(layer: Layer, rate: Floats, loss: Floats) -> LayerCost:
    """Return the cost of a layer from events with yearly rates (n,) and losses (n,).

    The layer's losses lie on a lattice: exactly where they are multiples of a cent with a common
    divisor, else by the mean, at a 500,000th of what they reach at most.
    """
    events = rate_losses(rate, layer.event_loss(loss))
    if not len(events.loss):
        return _cost(layer, lambda _: 0.0)
    lattice = _lattice(events)
    sums = np.arange(len(lattice.probability)) * lattice.step

    def expected(cap: float) -> float:
        if np.isinf(cap):
            return events.mean
        return float((lattice.probability * np.minimum(sums, cap)).sum())

    return _cost(layer, expected)


def _lattice(events: RateLosses) -> Lattice:
    furthest, step = reach(events), common_step(events.loss)
    if step == 0.0 or furthest / step > MOST // 2:
        step = furthest / (MOST // 2)
    size = 1 << int(np.ceil(np.log2(furthest / step + 2.0)))
    return compound_poisson(events.rate, events.loss, step=step, size=size)


def _cost(layer: Layer, up_to: Callable[[float], float]) -> LayerCost:
    """Return the cost from the expectation of a year's sum capped at an amount.

    Premium P of k reinstatements with charges c: P + sum of c_j P E[what the j-th limit paid] /
    limit = E[capped], as only what is paid is reinstated.

    Source: Sundt (1991), ASTIN Bulletin 21, 49-68, "On excess of loss reinsurance with
    reinstatements" (given from memory); checked against insurance.md 4.2.
    """
    capped = up_to(layer.limit_a_year)
    paid = [up_to(layer.limit * k) for k in range(len(layer.charges or ()) + 1)]
    back = sum(charge * (paid[k + 1] - paid[k]) / layer.limit
               for k, charge in enumerate(layer.charges or ()))
    return LayerCost(up_to(np.inf), capped, capped / layer.limit, capped / (1.0 + back))
