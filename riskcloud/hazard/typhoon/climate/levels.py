"""Return levels of wind from an event set: rates, bands by seasons, the error of the simulation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.climate.winds import LargestWinds
from riskcloud.kernels import returnlevels
from riskcloud.types import EventSet, Floats, Ints

BAND: Final = (0.05, 0.95)
N_RESAMPLES: Final = 200
"""Resamples of the seasons: the 5 % quantile of 200 stands on its ten smallest (ours)."""
MARGIN: Final = 1.8
"""Events kept beyond those of the shortest return period, as a multiple: a resample of the seasons
may hold so much fewer storms (ours; where it does not suffice the band's low end is that of the
least wind kept)."""


@dataclass(frozen=True, slots=True)
class ReturnLevels:
    """Winds by return period at sites [m/s], all (n_sites, n_periods).

    ``low``, ``high``: 5 % and 95 % over resamples of the historical seasons the events were made
    from, NaN where the set does not know seasons. ``error``: standard error by the finite length of
    the simulation. NaN in ``level``: storms bring no wind above calm that often.
    """

    level: Floats
    low: Floats
    high: Floats
    error: Floats

    def times(self, factor: Floats | float) -> "ReturnLevels":
        """Return the levels of a multiple of this measure; factor: one, or (n_sites, 1)."""
        return ReturnLevels(*(factor * values for values in (
            self.level, self.low, self.high, self.error)))


def annual_rate_of(return_period_yr: Floats | float) -> Floats:
    """Rate [1/yr] at which a wind is exceeded whose chance in a year is 1 / return period.

    Storms are independent: P(annual maximum > v) = 1 - exp(-rate(v)).
    return_period_yr : (...,) > 1.

    Source: Poisson process; e.g. Coles (2001), An Introduction to Statistical Modeling of Extreme
    Values, chapter 7.
    """
    return -np.log1p(-1.0 / np.asarray(return_period_yr, np.float64))


def check_periods(periods: Sequence[float], events: EventSet) -> None:
    """Raise InputError for a return period of a year or less, or longer than the event set."""
    if not periods:
        raise InputError("no return period given; expected years such as 10, 50, 100")
    for period in periods:
        if not period > 1.0:
            raise InputError(f"return period {period:g} years: expected more than 1 year")
        if period > events.years:
            raise InputError(f"return period {period:g} years is longer than the event set of "
                             f"{events.years:g} years; make a longer set or ask for less")


def n_kept(periods: Sequence[float], events: EventSet, n_rates: int = 1) -> int:
    """How many of the largest winds a site must keep for these periods."""
    largest = float(annual_rate_of(min(periods))) * n_rates
    mean = float(np.mean(events.annual_rate))
    return int(min(len(events), np.ceil(MARGIN * largest / max(mean, 1e-12)) + 50))


def return_levels(winds: LargestWinds, events: EventSet, periods: Sequence[float], *,
                  annual_rate: Floats | None = None, seed: int = 0,
                  n_resamples: int = N_RESAMPLES) -> ReturnLevels:
    """Winds at sites by return period, with their bands.

    Parameters
    ----------
    winds : the largest winds of ``events`` at the sites.
    periods : return periods [years], each > 1 and not longer than the set.
    annual_rate : (n_events,) rates in place of the set's own [1/yr]: a climate scenario's.
    seed : of the resamples. n_resamples : 0 leaves the bands out.

    Raises
    ------
    InputError : a period outside the set's reach.

    Source
    ------
    Empirical rates; seasons resampled with replacement: Efron and Tibshirani (1993), An
    Introduction to the Bootstrap, chapter 13 (percentile interval).
    """
    check_periods(periods, events)
    rate = np.asarray(events.annual_rate if annual_rate is None else annual_rate, np.float64)
    wanted = annual_rate_of(np.array(periods, np.float64))
    shape = (len(winds.wind_m_s), len(periods))
    level, error = np.empty(shape), np.empty(shape)
    returnlevels.return_levels(winds.wind_m_s, winds.event, rate, wanted, level, error)
    band = np.full((*shape, 2), np.nan)
    season, times = season_resamples(events, seed, n_resamples)
    if times is not None and np.isfinite(level).any():
        order = np.argsort(wanted, kind="stable")
        found = np.empty(band.shape)
        returnlevels.resampled_bands(winds.wind_m_s, winds.event, rate, season, times,
                                     wanted[order].astype(np.float32), np.array(BAND), found)
        band[:, order] = found
    band[~np.isfinite(level)] = np.nan
    # resamples step from event to event, the level lies between two
    low, high = np.minimum(band[..., 0], level), np.maximum(band[..., 1], level)
    return ReturnLevels(level, low, high, error)


def season_resamples(events: EventSet, seed: int, n_resamples: int) -> tuple[Ints, Floats | None]:
    """Place of each event's season, and how often each resample holds each season.

    Returns (n_events,) and (n_seasons, n_resamples) float32; None where the set knows fewer than
    two seasons or none is wanted. Seasons without an event count too: the period is that of the
    set's facts, else from the first to the last season.
    """
    season = np.asarray(events.season, np.int64)
    first, last = int(season.min()), int(season.max())
    period = events.facts.get("period")
    if isinstance(period, Mapping) and {"first", "last"} <= set(period):
        first, last = min(first, int(period["first"])), max(last, int(period["last"]))
    if n_resamples < 2 or first == last or first < 1:
        return np.zeros(len(season), np.int32), None
    n = last - first + 1
    rng = np.random.default_rng(seed)
    times = rng.multinomial(n, np.full(n, 1.0 / n), size=n_resamples).T
    return (season - first).astype(np.int32), np.ascontiguousarray(times, np.float32)
