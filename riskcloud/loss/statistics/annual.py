"""Losses of simulated years: sums and largest events by year, their mean, spread and curves."""

from dataclasses import dataclass

import numpy as np

from riskcloud.errors import InputError
from riskcloud.loss.statistics.ranked import Ranked, band_periods, ranked
from riskcloud.types import Floats, Ints
from riskcloud.types.arrays import same_length


@dataclass(frozen=True, slots=True)
class YearLosses:
    """Losses of ``n_years`` simulated years in ``n_samples`` equally likely samples.

    key (k,): year * n_samples + sample, ascending, of those with a loss, both from 0;
    total, largest (k,): sum of the year's losses and its largest event.
    """

    n_years: int
    n_samples: int
    key: Ints
    total: Floats
    largest: Floats

    @property
    def n(self) -> int:
        """Return the number of years, samples counted as extra years."""
        return self.n_years * self.n_samples


@dataclass(frozen=True, slots=True)
class AnnualLoss:
    """Average annual loss, its standard error, and the standard deviation of years; NaN unknown."""

    aal: float
    standard_error: float
    sd: float


@dataclass(frozen=True, slots=True)
class CurvePoints:
    """Loss and TVaR (m,) at return periods (m,), and the loss's sampling band.

    NaN: a return period above the years, or no end of the band (see ``band_periods``).
    """

    period_yr: Floats
    loss: Floats
    tvar: Floats
    low: Floats
    high: Floats


def year_losses(year: Ints, loss: Floats, *, n_years: int, sample: Ints | None = None,
                n_samples: int = 1) -> YearLosses:
    """Return sums and largest events by year and sample.

    Parameters
    ----------
    year (n,) : 0 ... n_years - 1, of each event (and sample). loss (n,) : 0 or more.
    sample (n,) : 0 ... n_samples - 1; all 0 without it.

    Raises
    ------
    InputError : a year or sample outside its range, a loss that is negative or no number.
    """
    place = np.asarray(year, np.int64)
    of_sample = np.zeros(len(place), np.int64) if sample is None else np.asarray(sample, np.int64)
    values = np.asarray(loss, np.float64)
    same_length("year_losses", year=place, sample=of_sample, loss=values)
    if len(place) and not (0 <= place.min() and place.max() < n_years):
        raise InputError(f"years {place.min()} to {place.max()}: expected 0 to {n_years - 1}")
    if len(place) and not (0 <= of_sample.min() and of_sample.max() < n_samples):
        raise InputError(f"samples up to {of_sample.max()}: expected 0 to {n_samples - 1}")
    if not (values >= 0.0).all():
        raise InputError("losses: expected amounts of 0 or more")
    hit = values > 0.0
    key, values = (place * n_samples + of_sample)[hit], values[hit]
    # by loss within a year, so that the order of rows does not change the sum's last digits
    order = np.lexsort((values, key))
    key, values = key[order], values[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))
    if not len(first):
        return YearLosses(n_years, n_samples, key, np.zeros(0), np.zeros(0))
    return YearLosses(n_years, n_samples, key[first], np.add.reduceat(values, first),
                      np.maximum.reduceat(values, first))


def annual_loss(losses: YearLosses) -> AnnualLoss:
    """Return the average annual loss, its standard error and the years' standard deviation.

    AAL = sum / n. The standard deviation is of years (samples as extra years), in two passes, with
    n - 1. The standard error is that of n_years independent years, each the mean of its samples:
    samples of the same events do not make more years.

    Source: OasisLMF, aalcalc (ktools docs) for AAL and sd; the error of a mean of clusters is a
    textbook result.
    """
    mean = float(losses.total.sum()) / losses.n
    by_year = np.bincount(losses.key // losses.n_samples, losses.total) / losses.n_samples
    hit = by_year[by_year > 0.0]
    of_years = _sd(hit, mean, losses.n_years)
    return AnnualLoss(mean, of_years / np.sqrt(losses.n_years),
                      _sd(losses.total, mean, losses.n))


def _sd(values: Floats, mean: float, n: int) -> float:
    """Return the standard deviation (n - 1) of n values, those left out being 0."""
    if n < 2:
        return float("nan")
    squares = float(((values - mean) ** 2).sum()) + (n - len(values)) * mean**2
    return float(np.sqrt(squares / (n - 1)))


def curve_of(losses: YearLosses, *, occurrence: bool) -> Ranked:
    """Return the years in order: by their largest event (OEP) or their sum (AEP)."""
    return ranked(losses.largest if occurrence else losses.total, losses.n)


def exceedance(losses: YearLosses, period_yr: Floats, *, occurrence: bool) -> CurvePoints:
    """Return OEP (``occurrence``) or AEP losses at return periods, with TVaR and sampling band.

    Samples count as extra years in the curve, not in the band: that is of n_years years, its ends
    read from the curve at the return periods of their ranks (exact with one sample; ours with
    more).
    """
    curve, period = curve_of(losses, occurrence=occurrence), np.asarray(period_yr, np.float64)
    loss, tvar = curve.at_period(period)
    low, high = (
        np.where(np.isnan(at), np.nan, curve.at_period(np.nan_to_num(at, nan=1.0))[0])
        for at in band_periods(period, losses.n_years))
    unknown = np.isnan(loss)
    return CurvePoints(period, loss, tvar, np.where(unknown, np.nan, np.nan_to_num(low)),
                       np.where(unknown, np.nan, high))
