"""A layer by event, its limit a year, reinstatements and their premium."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from riskcloud.errors import InputError
from riskcloud.loss.statistics.annual import YearLosses, year_losses
from riskcloud.loss.statistics.compound import (
    MOST,
    Lattice,
    common_step,
    compound,
    rates_on_lattice,
    reach,
)
from riskcloud.loss.statistics.poisson import rate_losses
from riskcloud.types import Floats, Ints


@dataclass(frozen=True, slots=True)
class Layer:
    """Pays ``limit`` in excess of ``attachment`` by event; reinstated so many times a year.

    charges : premium of each reinstatement as a share of the layer's, pro rata as to amount;
    None: reinstated without end and free.
    aggregate_attachment, aggregate_limit : what a year's payments must pass before any is due, and
    the most that is paid of the rest; with an infinite ``limit`` a stop loss.
    """

    attachment: float
    limit: float
    charges: Sequence[float] | None = None
    aggregate_attachment: float = 0.0
    aggregate_limit: float = np.inf

    def __post_init__(self) -> None:
        for limit, attachment in ((self.limit, self.attachment),
                                  (self.aggregate_limit, self.aggregate_attachment)):
            if not (0.0 <= attachment < np.inf and limit > 0.0):
                raise InputError(f"layer {limit:g} xs {attachment:g}: expected a limit above "
                                 "0 and an attachment of 0 or more")
        if self.charges is not None and np.isinf(self.limit):
            raise InputError("a layer without a limit by event is never reinstated")

    def event_loss(self, loss: Floats) -> Floats:
        """Return what the layer pays of losses of single events, before its limit a year."""
        return np.clip(np.asarray(loss, np.float64) - self.attachment, 0.0, self.limit)

    @property
    def limit_a_year(self) -> float:
        """Return the most that the layer pays in a year."""
        reinstated = np.inf if self.charges is None else self.limit * (1 + len(self.charges))
        return float(min(reinstated, self.aggregate_limit))

    def year_loss(self, total: Floats) -> Floats:
        """Return what is paid of a year's sum of ``event_loss``."""
        return np.clip(np.asarray(total, np.float64) - self.aggregate_attachment, 0.0,
                       self.limit_a_year)


@dataclass(frozen=True, slots=True)
class LayerCost:
    """Expected loss a year, without and with what binds the year; its spread; rate on line.

    sd : standard deviation of a year's loss, capped. rate_on_line : of the limit by event, else of
    that of the year; NaN without either. attaches, exhausts : chance that a year pays anything, and
    all it can. premium : what, paid up front, covers the capped loss, reinstatement premiums taken
    into account; no loading.
    """

    uncapped: float
    capped: float
    sd: float
    rate_on_line: float
    attaches: float
    exhausts: float
    premium: float


def layer_years(layer: Layer, year: Ints, loss: Floats, *, n_years: int,
                sample: Ints | None = None, n_samples: int = 1) -> YearLosses:
    """Return what a layer pays by year and sample; arguments as ``annual.year_losses``.

    ``largest`` is the largest payment for one event.
    """
    found = year_losses(year, layer.event_loss(loss), n_years=n_years, sample=sample,
                        n_samples=n_samples)
    capped = layer.year_loss(found.total)
    return YearLosses(n_years, n_samples, found.key, capped, np.minimum(found.largest, capped))


def simulated_layer_cost(layer: Layer, year: Ints, loss: Floats, *, n_years: int,
                         sample: Ints | None = None, n_samples: int = 1) -> LayerCost:
    """Return the cost of a layer from simulated years; arguments as ``annual.year_losses``."""
    found = year_losses(year, layer.event_loss(loss), n_years=n_years, sample=sample,
                        n_samples=n_samples)
    return _cost(layer, found.total, np.full(len(found.total), 1.0 / found.n))


def poisson_layer_cost(layer: Layer, rate: Floats, loss: Floats, *, activity_cv: float = 0.0,
                       ) -> LayerCost:
    """Return the cost of a layer from events with yearly rates (n,) and losses (n,).

    The layer's losses lie on a lattice: exactly where they are multiples of a cent with a common
    divisor, else by the mean, at a 500,000th of what they reach at most. activity_cv : see
    ``poisson``.
    """
    events = rate_losses(rate, layer.event_loss(loss), activity_cv=activity_cv)
    if not len(events.loss):
        return _cost(layer, np.zeros(1), np.ones(1))
    furthest, step = reach(events), common_step(events.loss)
    if step == 0.0 or furthest / step > MOST // 2:
        step = furthest / (MOST // 2)
        full = min(layer.limit, layer.limit_a_year)
        if np.isfinite(full):  # so that losses that use up the layer stand on the lattice
            step = full / np.floor(full / step)
    size = 1 << int(np.ceil(np.log2(furthest / step + 2.0)))
    return lattice_layer_cost(layer, compound(rates_on_lattice(
        events.rate, events.loss, step=step, size=size), step=step, activity_cv=activity_cv))


def lattice_layer_cost(layer: Layer, lattice: Lattice) -> LayerCost:
    """Return the cost of a layer from the year's sum of what it pays by event."""
    point: Floats = np.arange(len(lattice.probability), dtype=np.float64)
    return _cost(layer, point * lattice.step, lattice.probability)


def _cost(layer: Layer, total: Floats, chance: Floats) -> LayerCost:
    """Return the cost from a year's sums (n,) of payments by event and their chances; else 0.

    Premium P of k reinstatements with charges c: P + sum of c_j P E[what the j-th limit paid] /
    limit = E[capped], as only what is paid is reinstated.

    Source: Sundt (1991), ASTIN Bulletin 21, 49-68, "On excess of loss reinsurance with
    reinstatements" (given from memory); checked against insurance.md 4.2.
    """
    paid = layer.year_loss(total)
    most, charges = layer.limit_a_year, layer.charges or ()
    capped = float((chance * paid).sum())
    # two passes; a year that is not among the sums pays nothing
    squares = float((chance * (paid - capped) ** 2).sum()) + (1.0 - float(chance.sum())) * capped**2
    by_limit = [float((chance * np.minimum(paid, layer.limit * k)).sum())
                for k in range(len(charges) + 1)]
    back = sum(charge * (by_limit[k + 1] - by_limit[k]) / layer.limit
               for k, charge in enumerate(charges))
    line = layer.limit if np.isfinite(layer.limit) else most
    return LayerCost(
        float((chance * total).sum()), capped, float(np.sqrt(max(squares, 0.0))),
        capped / line if np.isfinite(line) else float("nan"),
        float(chance[paid > 1e-9 * np.minimum(most, total)].sum()),
        float(chance[paid >= most * (1.0 - 1e-12)].sum()), capped / (1.0 + back))
