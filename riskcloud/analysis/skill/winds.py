"""The model's winds at stations, in the measure, the period and the height of each observation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from riskcloud.hazard.typhoon.averaging import gust_factor
from riskcloud.hazard.typhoon.field import maximum_wind
from riskcloud.hazard.typhoon.observed.records import Observed
from riskcloud.hazard.typhoon.sectors import factor_of, with_land
from riskcloud.types import Bools, Floats, SiteExposure, Sites, Times, Track


@dataclass(frozen=True, slots=True)
class StationWinds:
    """Winds of one storm at n observations.

    by_model: (n,) of each wind model [m/s]; ``mean`` their weighted mean; from_deg, time_utc and
    factor (on the 1-min wind over water at that moment), (n,), of the wind model nearest to the
    mean; NaN and NaT where no model reaches.
    """

    by_model: Mapping[str, Floats]
    mean: Floats
    from_deg: Floats
    time_utc: Times
    factor: Floats


def sites_of(rows: Sequence[Observed]) -> Sites:
    """Return the places of observations as sites."""
    return Sites(np.array([row.station for row in rows], object),
                 np.array([row.lon for row in rows]), np.array([row.lat for row in rows]))


def measure_factors(exposure: SiteExposure, measure: str, is_land: Bools) -> Floats:
    """Return the factors of an observed measure, with the land's shares (``sectors.with_land``).

    ``mean_1h``: the hour and the ten minutes that hold the same peak gust have means in the ratio
    G(3, 600) / G(3, 3600) of their exposure (Harper et al. 2010, Table 1.1; 0.95 of all four).
    """
    if measure != "mean_1h":
        return with_land(exposure, measure)
    ratio = {land: gust_factor(3, 600, name) / gust_factor(3, 3600, name)
             for land, name in ((True, "in_land"), (False, "at_sea"))}
    mean = exposure.mean_10min * np.where(is_land, ratio[True], ratio[False])[:, None]
    return np.hstack([mean, exposure.land_share])


def station_winds(track: Track, rows: Sequence[Observed], factors: Floats,
                  weights: Mapping[str, float]) -> StationWinds:
    """Return the winds of a filled track at observations, each in its own period.

    Parameters
    ----------
    rows : observations of this storm; those with a window get the maximum within it.
    factors : (n, N_SECTORS) of :func:`measure_factors`, by row.
    weights : of the wind models, summing to 1.
    """
    n = len(rows)
    speed = {model: np.zeros(n) for model in weights}
    direction = {model: np.full(n, np.nan) for model in weights}
    time = {model: np.full(n, "NaT", "datetime64[s]") for model in weights}
    periods: dict[tuple[np.datetime64, np.datetime64] | None, list[int]] = {}
    for i, row in enumerate(rows):
        periods.setdefault(row.window, []).append(i)
    for period, members in periods.items():
        at = np.array(members)
        sites = sites_of([rows[i] for i in members])
        for model in weights:
            found = maximum_wind(track, sites, model=model, factors=factors[at], period=period)
            speed[model][at] = found.speed_m_s
            direction[model][at], time[model][at] = found.from_direction_deg, found.time_utc
    mean = np.sum([weights[model] * speed[model] for model in weights], axis=0)
    names = list(weights)
    away = np.stack([np.abs(speed[model] - mean) for model in names])
    away[np.stack([speed[model] for model in names]) == 0.0] = np.inf  # no time, no direction
    nearest, index = np.argmin(away, axis=0), np.arange(n)
    from_deg = np.stack([direction[model] for model in names])[nearest, index]
    local = np.stack([speed[model] for model in names])[nearest, index]
    return StationWinds(speed, mean, from_deg,
                        np.stack([time[model] for model in names])[nearest, index],
                        factor_of(factors, from_deg, local))
