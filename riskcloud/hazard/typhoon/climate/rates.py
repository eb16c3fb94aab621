"""How many storms a year concern an area: mean, spread, trend, and simulated counts."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import stats

from riskcloud.hazard.typhoon.climate.landfall import poisson_interval
from riskcloud.types import Floats, Ints

SIGNIFICANCE: Final = 0.05
"""Level of the tests (by convention)."""


@dataclass(frozen=True, slots=True)
class YearlyCounts:
    """Counts of storms by season and what the tests say of them.

    season, count (n_seasons,); ``mean`` a year with its 90 % Poisson interval ``low``, ``high``;
    ``dispersion`` variance per mean, ``dispersion_p`` chance of one as large under Poisson;
    ``trend_per_decade`` and ``trend_p`` (Mann-Kendall); ``shape`` of the gamma mixture of a
    negative binomial, 0 for Poisson.
    """

    season: Ints
    count: Ints
    mean: float
    low: float
    high: float
    dispersion: float
    dispersion_p: float
    trend_per_decade: float
    trend_p: float
    shape: float

    @property
    def law(self) -> str:
        """Name of the distribution that simulated years follow."""
        return "negative binomial" if self.shape else "Poisson"

    def draw(self, years: int, rng: np.random.Generator) -> Ints:
        """Return counts of simulated years (years,)."""
        if not self.shape:
            return np.asarray(rng.poisson(self.mean, years), np.int64)
        rate = rng.gamma(self.shape, self.mean / self.shape, years)
        return np.asarray(rng.poisson(rate), np.int64)


def yearly_counts(season: Ints, first: int, last: int) -> YearlyCounts:
    """Return what is known of yearly counts from the seasons of storms (n_storms,).

    Seasons from ``first`` to ``last``, both included, without a storm count as 0.

    Source
    ------
    Index of dispersion against chi-square: Fisher (1950), Biometrics 6, 17-24; negative binomial
    by moments where it is rejected; trend by Mann (1945), Econometrica 13, 245-259, and Theil and
    Sen's slope.
    """
    years = np.arange(first, last + 1)
    count = np.bincount(season - first, minlength=len(years))[:len(years)]
    mean = float(count.mean())
    variance = float(count.var(ddof=1)) if len(years) > 1 else mean
    dispersion = variance / mean if mean else 1.0
    p = float(stats.chi2.sf(dispersion * (len(years) - 1), len(years) - 1))
    low, high = poisson_interval(count.sum())
    over = p < SIGNIFICANCE and variance > mean
    trend = stats.theilslopes(count, years)[0] if len(years) > 2 else 0.0
    tau = stats.kendalltau(years, count) if len(years) > 2 else None
    return YearlyCounts(
        season=years, count=np.asarray(count, np.int64), mean=mean,
        low=float(low) / len(years), high=float(high) / len(years), dispersion=dispersion,
        dispersion_p=p, trend_per_decade=10.0 * float(trend),
        trend_p=float(tau.pvalue) if tau is not None and np.isfinite(tau.pvalue) else 1.0,
        shape=mean**2 / (variance - mean) if over else 0.0)


def autocovariance_root(n: int, step_h: float, scale_h: float) -> Floats:
    """Return L (n, n) with L L' the correlation of a smooth process at n steps.

    Correlation (1 + t / T) exp(-t / T), Matern's of order 3/2: once differentiable, so that a
    displaced track keeps a speed. T is ``scale_h``.

    Source
    ------
    Rasmussen & Williams (2006), Gaussian Processes for Machine Learning, eq. 4.17.
    """
    apart = np.abs(np.subtract.outer(np.arange(n), np.arange(n))) * step_h / scale_h
    correlation = (1.0 + apart) * np.exp(-apart)
    return np.asarray(np.linalg.cholesky(correlation + 1e-9 * np.eye(n)))
