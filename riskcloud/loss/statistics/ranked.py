"""Losses of years in order: loss and tail mean by return period, and how sure they are."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from riskcloud.errors import InputError
from riskcloud.types import Floats

BAND: Final = (0.05, 0.95)
"""Ends of the sampling band; ours."""
_TIE: Final = 1e-9  # relative: a return period so near a rank's is that rank's. Ours


@dataclass(frozen=True, slots=True)
class Ranked:
    """Losses of ``n`` equally likely years: those above 0, largest first, and their running sums.

    loss, running (k,): k <= n; the other n - k years lost nothing.
    """

    loss: Floats
    running: Floats
    n: int

    def at_rank(self, rank: Floats) -> tuple[Floats, Floats]:
        """Return loss and mean of the largest losses down to whole ranks 1 ... n, each (m,)."""
        place = np.asarray(rank, np.int64)
        k = len(self.loss)
        if k == 0:
            return np.zeros(len(place)), np.zeros(len(place))
        kept = np.minimum(place, k) - 1
        return np.where(place <= k, self.loss[kept], 0.0), self.running[kept] / place

    def at_period(self, period_yr: Floats) -> tuple[Floats, Floats]:
        """Return loss and TVaR (m,) at return periods; NaN above ``n`` years.

        Rank i of n years has the return period n / i; between ranks both are linear in the return
        period. TVaR is the mean of the largest losses down to the rank.

        Raises
        ------
        InputError : a return period below 1 year.

        Source: OasisLMF, ordleccalc and leccalc (ktools docs), as given in
        docs/science/loss-statistics.md.
        """
        above, below, weight = self.between(period_yr)
        found = []
        for high, low in zip(self.at_rank(above), self.at_rank(below), strict=True):
            found.append(np.where(np.isnan(weight), np.nan, weight * high + (1.0 - weight) * low))
        return found[0], found[1]

    def between(self, period_yr: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the ranks about return periods, and the weight of the first; NaN above n years."""
        period = np.asarray(period_yr, np.float64)
        if not (period >= 1.0).all():
            raise InputError("a return period is 1 year or more")
        rank = self.n / period
        whole = np.rint(rank)
        exact = np.abs(rank - whole) <= _TIE * rank
        above = np.clip(np.where(exact, whole, np.floor(rank)), 1, self.n)
        below = np.minimum(above + 1, self.n)
        first, second = self.n / above, self.n / below
        width = np.where(first > second, first - second, 1.0)
        weight = np.where(exact | (above == below), 1.0, (period - second) / width)
        return above, below, np.where(period > self.n * (1.0 + _TIE), np.nan, weight)


def ranked(losses: Floats, n: int) -> Ranked:
    """Return losses of ``n`` years in order; ``losses`` (m,) may leave out years without a loss.

    Raises
    ------
    InputError : more losses than years; a loss that is negative or no number.
    """
    values = np.asarray(losses, np.float64)
    if len(values) > n:
        raise InputError(f"{len(values)} losses in {n} years: expected one a year at most")
    if not (values >= 0.0).all():
        raise InputError("losses of years: expected amounts of 0 or more")
    ordered = np.sort(values[values > 0.0])[::-1]
    return Ranked(ordered, np.cumsum(ordered), n)


def band_periods(period_yr: Floats, n_years: int) -> tuple[Floats, Floats]:
    """Return the return periods at which the losses of the band's lower and upper end stand.

    The number of years whose loss is above the true one of return period T is binomial
    (n_years, 1/T) whatever the distribution; the ends are the order statistics that it passes with
    chances of 5 and 95 % at most. NaN: no order statistic does (upper end: the years are too few;
    lower end: it is 0).

    Source: distribution-free confidence limits of quantiles, e.g. David and Nagaraja (2003), Order
    Statistics, 7.1 (a textbook result, given from memory).
    """
    period = np.asarray(period_yr, np.float64)
    passed = np.array([_binomial_quantiles(n_years, 1.0 / float(years)) for years in period])
    upper, lower = passed.reshape(-1, 2)[:, 0], passed.reshape(-1, 2)[:, 1] + 1.0
    with np.errstate(divide="ignore"):
        return (np.where(lower <= n_years, n_years / lower, np.nan),
                np.where(upper >= 1.0, n_years / upper, np.nan))


@lru_cache(maxsize=4096)
def _binomial_quantiles(n: int, chance: float) -> tuple[float, float]:
    """Return the least k with P(K <= k) of at least each end of the band."""
    from scipy.special import bdtr  # scipy.stats takes a second to import

    middle, spread = n * chance, np.sqrt(n * chance * (1.0 - chance))
    first = int(max(np.floor(middle - 10.0 * spread) - 10, 0))
    last = int(min(np.ceil(middle + 10.0 * spread) + 10, n))
    counts = np.arange(first, last + 1)
    low, high = np.searchsorted(bdtr(counts, n, chance), BAND)
    return float(counts[min(low, len(counts) - 1)]), float(counts[min(high, len(counts) - 1)])
