"""Rain by return period from a record: several estimators, bands, and which fits are refused.

Six estimators stand side by side: GEV and Gumbel distribution of annual maxima, each by L-moments
and by maximum likelihood, the Gumbel distribution also by moments (as older design sheets have
it), and a generalized Pareto tail of peaks over a threshold. None is best at
every place, so the level is the mean of those that are accepted, and its band covers them all.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import ndtr

from riskcloud.errors import InputError
from riskcloud.hazard.rain.fits import (
    Fits,
    gev_by_l_moments,
    gev_by_likelihood,
    gev_level,
    gumbel_by_l_moments,
    gumbel_by_likelihood,
    gumbel_by_moments,
    pareto_by_likelihood,
)
from riskcloud.hazard.rain.sample import RainSample
from riskcloud.types import Floats

SHAPES: Final = (-0.27, 0.47)
"""Shapes xi believed of daily rain: 0.10 +- 3 x 0.122, mean and standard deviation of the prior
of Martins & Stedinger (2000), Water Resour. Res. 36, 737-744 (the three is ours)."""
LEAST_YEARS: Final = 20
"""Fewer complete years are refused (ours)."""
LEAST_YEARS_SHAPE: Final = 30
"""Fewer give no shape of their own (ours): the Gumbel distribution alone is fitted."""
LEAST_PEAKS: Final = 30
REPLICATES: Final = 500
"""Samples drawn for the bands."""
BAND: Final = (0.05, 0.95)
SIGNIFICANT: Final = 0.05
NORMAL_95: Final = 1.96
"""Of a standard normal variable, two-sided, at ``SIGNIFICANT``."""
ESTIMATORS: Final = {
    "gev_l_moments": gev_by_l_moments, "gumbel_l_moments": gumbel_by_l_moments,
    "gumbel_moments": gumbel_by_moments, "gev_likelihood": gev_by_likelihood,
    "gumbel_likelihood": gumbel_by_likelihood}
PARETO: Final = "pareto_peaks"


@dataclass(frozen=True, slots=True)
class Estimate:
    """One estimator's answer: level, low, high (n_periods,) [mm]; NaN and a reason if refused.

    ``shape`` is xi; ``threshold_mm`` and ``n_used`` say what a tail of peaks was fitted to.
    """

    name: str
    shape: float
    level_mm: Floats
    low_mm: Floats
    high_mm: Floats
    refused: str = ""
    n_used: int = 0
    threshold_mm: float = float("nan")


@dataclass(frozen=True, slots=True)
class Trend:
    """Mann-Kendall test of annual maxima: p of no trend; Sen's slope in percent of their mean."""

    p_value: float
    percent_per_decade: float


@dataclass(frozen=True, slots=True)
class ExtremeRain:
    """Day rain by return period: level, low, high (n_periods,) [mm], and what they rest on."""

    sample: RainSample
    periods: tuple[float, ...]
    level_mm: Floats
    low_mm: Floats
    high_mm: Floats
    estimates: tuple[Estimate, ...]
    trend: Trend
    notes: tuple[str, ...]


def extreme_rain(sample: RainSample, periods: tuple[float, ...], *, seed: int = 1,
                 replicates: int = REPLICATES) -> ExtremeRain:
    """Return the day rain that is exceeded in a year with probability 1 / period.

    Parameters
    ----------
    periods : return periods [years], > 1, ascending.
    seed : same seed, same bands bit for bit.

    Raises
    ------
    InputError : return periods out of order or not above 1; fewer complete years than
        ``LEAST_YEARS``; maxima that do not vary.

    Notes
    -----
    Bands are 5 % and 95 % of levels fitted anew to samples drawn from each fit (parametric
    bootstrap; Kysely 2008, J. Appl. Meteorol. Climatol. 47, 3236-3251, finds the other kind too
    narrow for short records); of the whole, over the accepted estimators together.
    """
    _check(sample, periods)
    log_rate = np.log(-np.log1p(-1.0 / np.asarray(periods)))
    found, drawn = [], []
    for k, name in enumerate((*ESTIMATORS, PARETO)):
        rng = np.random.default_rng([seed, k])
        estimate, levels = (
            _of_peaks(sample, log_rate, rng, replicates) if name == PARETO
            else _of_maxima(name, sample, log_rate, rng, replicates))
        found.append(estimate)
        drawn += [] if estimate.refused else [levels]
    if not drawn:
        raise InputError(f"{sample.name}: no distribution fits these maxima: check the record")
    accepted = [one for one in found if not one.refused]
    low, high = np.nanquantile(np.concatenate(drawn), BAND, axis=0)
    trend = _trend(sample)
    return ExtremeRain(
        sample, periods, np.mean([one.level_mm for one in accepted], axis=0), low, high,
        tuple(found), trend, _notes(sample, periods, found, trend))


def _check(sample: RainSample, periods: tuple[float, ...]) -> None:
    check_periods(periods)
    if sample.n_years < LEAST_YEARS:
        raise InputError(f"{sample.name}: {sample.n_years} complete years of rain, at least "
                         f"{LEAST_YEARS} are needed")
    if not np.ptp(sample.largest_mm) > 0.0:
        raise InputError(f"{sample.name}: every year has the same largest rain")


def check_periods(periods: tuple[float, ...], *, with_a_year: bool = False) -> None:
    """Raise InputError unless return periods are finite, above a year and ascending.

    with_a_year : one year too, which formulas of cities have and annual maxima cannot.
    """
    if not periods or list(periods) != sorted(set(periods)) or not (
            (periods[0] > 1.0 or with_a_year and periods[0] == 1.0)
            and np.isfinite(periods).all()):
        words = "of 1 or more" if with_a_year else "above 1"
        raise InputError(f"return periods: expected years {words}, ascending, got "
                         + ", ".join(f"{period:g}" for period in periods))


def _of_maxima(name: str, sample: RainSample, log_rate: Floats, rng: np.random.Generator,
               replicates: int) -> tuple[Estimate, Floats]:
    """Fit one distribution to the annual maxima; return it and levels of drawn samples."""
    if name.startswith("gev") and sample.n_years < LEAST_YEARS_SHAPE:
        return _refused(name, np.nan, log_rate,
                        f"{sample.n_years} years are too few for a shape"), np.zeros((0, 0))
    fit = ESTIMATORS[name](sample.largest_mm[None, :])
    if reason := (_implausible(fit) or (_no_gumbel(sample) if name.startswith("gumbel") else "")):
        return _refused(name, float(fit.shape[0]), log_rate, reason), np.zeros((0, 0))
    rate = rng.exponential(size=(replicates, sample.n_years))
    samples = gev_level(Fits(*(np.repeat(part, replicates) for part in (
        fit.location, fit.scale, fit.shape))), np.log(rate))
    levels = gev_level(_plausible(ESTIMATORS[name](samples)), log_rate)
    low, high = np.nanquantile(levels, BAND, axis=0)
    return Estimate(name, float(fit.shape[0]), gev_level(fit, log_rate)[0], low, high,
                    n_used=sample.n_years), levels


def _no_gumbel(sample: RainSample) -> str:
    """Return why maxima are not of a Gumbel distribution, "" if that is not rejected.

    Not asked where the GEV itself is refused: the Gumbel distribution is then what is left.

    Source: Hosking, Wallis & Wood (1985), Technometrics 27, 251-261: Z = k (n / 0.5633)^0.5.
    """
    fit = gev_by_l_moments(sample.largest_mm[None, :])
    z = -float(fit.shape[0]) * np.sqrt(sample.n_years / 0.5633)
    if sample.n_years < LEAST_YEARS_SHAPE or _implausible(fit) or abs(z) < NORMAL_95:
        return ""
    return f"a shape of 0 is rejected (Z = {z:.2f})"


def _of_peaks(sample: RainSample, log_rate: Floats, rng: np.random.Generator,
              replicates: int) -> tuple[Estimate, Floats]:
    """Fit a Pareto tail to as many peaks as there are years: the annual exceedance series.

    Source: Langbein (1949), Trans. AGU 30, 879-881 (the series); Coles (2001), eq. 4.12, 4.13.
    """
    n = sample.n_years
    threshold = float(sample.peak_mm[min(n, len(sample.peak_mm) - 1)]) if len(
        sample.peak_mm) else 0.0
    excess = sample.peak_mm[sample.peak_mm > threshold] - threshold
    if len(excess) < LEAST_PEAKS:
        return _refused(PARETO, np.nan, log_rate, f"fewer than {LEAST_PEAKS} peaks"), (
            np.zeros((0, 0)))
    fit = pareto_by_likelihood(excess[None, :])
    if reason := _implausible(fit):
        return _refused(PARETO, float(fit.shape[0]), log_rate, reason), np.zeros((0, 0))
    per_year = len(excess) / n
    shape, scale = np.repeat(fit.shape, replicates), np.repeat(fit.scale, replicates)
    # an excess of the tail is its level at rate -log(u), u uniform: gev_level with location 0
    draws = gev_level(Fits(np.zeros(replicates), scale, shape),
                      -rng.exponential(size=(replicates, len(excess))))
    counts = np.maximum(rng.poisson(len(excess), replicates), 1) / n
    again = _plausible(pareto_by_likelihood(draws))
    levels = threshold + np.concatenate([
        gev_level(Fits(*(part[k:k + 1] for part in (again.location, again.scale, again.shape))),
                  log_rate - np.log(counts[k])) for k in range(replicates)])
    low, high = np.nanquantile(levels, BAND, axis=0)
    return Estimate(PARETO, float(fit.shape[0]),
                    threshold + gev_level(fit, log_rate - np.log(per_year))[0], low, high,
                    n_used=len(excess), threshold_mm=threshold), levels


def _implausible(fit: Fits) -> str:
    """Return why a fit is refused, "" if it is not."""
    shape = float(fit.shape[0])
    if not (np.isfinite(shape) and np.isfinite(fit.scale[0]) and fit.scale[0] > 0.0):
        return "the fit did not converge"
    if not SHAPES[0] <= shape <= SHAPES[1]:
        return f"implausible shape {shape:.2f}, expected {SHAPES[0]:g} to {SHAPES[1]:g}"
    return ""


def _plausible(fits: Fits) -> Fits:
    """Leave out the drawn fits that would be refused too."""
    good = (fits.shape >= SHAPES[0]) & (fits.shape <= SHAPES[1])
    return Fits(fits.location, fits.scale, np.where(good, fits.shape, np.nan))


def _refused(name: str, shape: float, log_rate: Floats, reason: str) -> Estimate:
    nothing = np.full(len(log_rate), np.nan)
    return Estimate(name, shape, nothing, nothing, nothing, refused=reason)


def _trend(sample: RainSample) -> Trend:
    """Mann-Kendall test with ties, and Sen's slope.

    Source: Mann (1945), Econometrica 13, 245-259; Kendall (1975), Rank Correlation Methods; Sen
    (1968), J. Am. Stat. Assoc. 63, 1379-1389.
    """
    rain, year = sample.largest_mm, sample.year.astype(np.float64)
    first, second = np.triu_indices(len(rain), 1)
    difference = rain[second] - rain[first]
    score = np.sign(difference).sum()
    n, ties = len(rain), np.unique(rain, return_counts=True)[1]
    variance = (n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18.0
    z = (score - np.sign(score)) / np.sqrt(variance)
    slope = float(np.median(difference / (year[second] - year[first])))
    return Trend(float(2.0 * ndtr(-abs(z))), 1000.0 * slope / float(rain.mean()))


def _notes(sample: RainSample, periods: tuple[float, ...], found: list[Estimate],
           trend: Trend) -> tuple[str, ...]:
    notes = [f"{one.name} refused: {one.refused}" for one in found if one.refused]
    if len(sample.left_out):
        notes.append(f"{len(sample.left_out)} years observed in part were left out")
    if trend.p_value < SIGNIFICANT:
        notes.append(f"annual maxima have a trend ({trend.percent_per_decade:+.1f} % a decade, "
                     f"p = {trend.p_value:.3f}): the fits take them as stationary")
    if periods[-1] > 2.0 * sample.n_years:
        notes.append(f"return periods above {2 * sample.n_years} years, twice the record, are "
                     "extrapolated far")
    if float(np.median(sample.largest_mm)) < 15.0:
        notes.append("the largest day of a typical year is below 15 mm: is the unit right?")
    return tuple(notes)
