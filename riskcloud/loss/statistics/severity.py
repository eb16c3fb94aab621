"""Losses that are known by their distribution, not one by one: sum of a year, layer by layer."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from riskcloud.errors import InputError
from riskcloud.loss.statistics.compound import MOST, AggregatePoints, reach, refined
from riskcloud.loss.statistics.poisson import checked_periods, rate_losses
from riskcloud.types import Floats

_BEYOND: Final = 1e-11  # expected number a year of losses beyond which all count as this one; ours
_BINS: Final = 4096  # of the severity, to find how far a year's sum reaches
KINDS: Final = ("lognormal", "gamma")


@dataclass(frozen=True, slots=True)
class Severity:
    """Distribution of a single loss: kind lognormal or gamma, mean, coefficient of variation.

    attachment, limit : of a layer by event through which losses have passed: what is left is 0 for
    those below it (mean and cv are those before it).
    """

    kind: str
    mean: float
    cv: float
    attachment: float = 0.0
    limit: float = np.inf

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InputError(f"severity {self.kind!r}: expected one of {', '.join(KINDS)}")
        if not (0.0 < self.mean < np.inf and 0.0 < self.cv < np.inf):
            raise InputError(f"severity with mean {self.mean:g} and cv {self.cv:g}: expected "
                             "numbers above 0")
        if not (0.0 <= self.attachment < np.inf and self.limit > 0.0):
            raise InputError(f"layer {self.limit:g} xs {self.attachment:g}: expected a limit above "
                             "0 and an attachment of 0 or more")

    def above(self, loss: Floats) -> Floats:
        """Return the chance (m,) that what is left of a loss is above ``loss`` (m,), 0 or more."""
        found = self._above(self.attachment + np.asarray(loss, np.float64))
        return np.where(np.asarray(loss) < self.limit, found, 0.0)

    def excess(self, loss: Floats) -> Floats:
        """Return the mean (m,) of what is left above ``loss`` (m,)."""
        top = self.attachment + np.minimum(np.asarray(loss, np.float64), self.limit)
        return self._excess(top) - self._excess(np.array(self.attachment + self.limit))

    def quantile(self, chance_above: float) -> float:
        """Return the loss, before the layer, that is exceeded with so small a chance."""
        from scipy.special import gammainccinv, ndtri

        if self.kind == "gamma":
            shape = self.cv**-2
            return float(gammainccinv(shape, chance_above)) * self.mean / shape
        middle, spread = self._lognormal()
        return float(np.exp(middle - spread * ndtri(chance_above)))

    def _lognormal(self) -> tuple[float, float]:
        variance = np.log1p(self.cv**2)
        return float(np.log(self.mean) - variance / 2.0), float(np.sqrt(variance))

    def _above(self, loss: Floats) -> Floats:
        from scipy.special import gammaincc, ndtr

        if self.kind == "gamma":
            shape = self.cv**-2
            return np.asarray(gammaincc(shape, loss * shape / self.mean))
        middle, spread = self._lognormal()
        with np.errstate(divide="ignore"):
            return np.asarray(ndtr((middle - np.log(loss)) / spread))

    def _excess(self, loss: Floats) -> Floats:
        """Return the mean excess E[max(X - loss, 0)]: small numbers stay exact in the tail.

        Source: the mean less the limited expected value of Klugman, Panjer and Willmot (2012), Loss
        Models, appendix A.3.2.1 (gamma) and A.5.1 (lognormal) (given from memory); checked against
        numerical integration and aggregate.
        """
        from scipy.special import gammaincc, ndtr

        finite = np.where(np.isinf(loss), 0.0, loss)
        below = np.where(np.isinf(loss), 0.0, finite * self._above(finite))
        if self.kind == "gamma":
            shape = self.cv**-2
            return np.asarray(self.mean * gammaincc(shape + 1.0, loss * shape / self.mean) - below)
        middle, spread = self._lognormal()
        with np.errstate(divide="ignore"):
            score = (np.log(loss) - middle) / spread - spread
        return np.asarray(self.mean * ndtr(-score) - below)


def severity_on_lattice(severity: Severity, number: float, *, step: float, size: int,
                        rounding: str = "mean") -> Floats:
    """Return the yearly number (size,) of losses at 0, step, 2 step ... of ``number`` in all.

    rounding : ``mean`` keeps the mean of each stretch between points; ``down`` and ``up`` put a
    loss on the point below or above it. Losses beyond the lattice stand on its last point but one.

    Source: method of local moment matching and method of rounding, Klugman, Panjer and Willmot
    (2012), Loss Models, 9.6.5 (given from memory).
    """
    edge: Floats = np.arange(size, dtype=np.float64) * step
    if rounding == "mean":
        # mean chance above, by stretch; falling, whatever its last digits say
        slope = np.minimum.accumulate(np.append(-np.diff(severity.excess(edge)) / step, 0.0))
        share = -np.diff(slope, prepend=1.0)
    else:
        above = severity.above(edge)
        above[-2:] = 0.0
        share = -np.diff(above, prepend=1.0)
        if rounding == "down":  # what lies above a point and not above the next stays on it
            share = np.append(share[1:], 0.0)
            share[0] += 1.0 - above[0]
    return np.maximum(share, 0.0) * number


def compound_exceedance(severity: Severity, number: float, period_yr: Floats, *,
                        activity_cv: float = 0.0, most: int = MOST) -> AggregatePoints:
    """Return loss and TVaR of a year's sum of a random number of losses at return periods.

    Parameters
    ----------
    severity : of each loss. number : mean number a year, before a layer. activity_cv : see
    ``poisson``: 0 Poisson, else negative binomial with variance number + (activity_cv number)^2.

    Losses of which a hundred thousand million years bring one are taken for smaller than they are;
    else as ``compound.aggregate_exceedance``.

    Raises
    ------
    InputError : a number that is not above 0.
    """
    if not 0.0 < number < np.inf:
        raise InputError(f"number of losses a year {number:g}: expected a number above 0")
    period = checked_periods(period_yr)
    furthest = severity.quantile(min(_BEYOND / number, 0.5)) - severity.attachment
    furthest = min(severity.limit, max(furthest, 1e-9 * severity.mean))
    edge = np.linspace(0.0, furthest, _BINS + 1)
    above = severity.above(edge)
    above[-1] = 0.0
    events = rate_losses(number * -np.diff(above), edge[1:], activity_cv=activity_cv)

    def mass(step: float, size: int, rounding: str) -> Floats:
        return severity_on_lattice(severity, number, step=step, size=size, rounding=rounding)

    return refined(mass, reach(events), period, activity_cv=activity_cv, most=most,
                   whole=severity.limit)
