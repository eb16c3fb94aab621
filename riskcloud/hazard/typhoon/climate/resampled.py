"""Stochastic storms by resampling: historical storms, displaced and strengthened at random.

Each simulated year draws so many storms of the catalogue, each season as likely as another. A
storm's track is displaced by a smooth random field along it, its pressure deficit multiplied by
another; the land is that of the displaced track. Widths of both: models/storm_resampling.

Source: smoothed bootstrap, Silverman & Young (1987), Biometrika 74, 469-479; for tracks, Hall &
Jewson (2007), Tellus A 59, 486-498.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from riskcloud.catalog import load_card
from riskcloud.hazard.typhoon import regressions
from riskcloud.hazard.typhoon.climate import strength
from riskcloud.hazard.typhoon.climate.area import REACH_M, Area, spans
from riskcloud.hazard.typhoon.climate.cleaning import STEP_H
from riskcloud.hazard.typhoon.climate.parents import Parent
from riskcloud.hazard.typhoon.climate.rates import YearlyCounts, autocovariance_root
from riskcloud.hazard.typhoon.land_decay import hours_over_land, with_land_exposure
from riskcloud.hazard.typhoon.sphere import destination, offset_m
from riskcloud.types import EventSet, Floats, Ints
from riskcloud.units import HPA

MODEL: Final = "wp"
BLOCK_YEARS: Final = 10_000
"""Years made at a time: memory is that of one block however many there are."""
GALE_M_S: Final = regressions.GALE_M_S
LOOK_H: Final = 0.5
"""Longest time between two looks at the land under a storm (ours): 10 km at 20 km/h."""
R34_SPREAD = 0.35
RMAX_SPREAD = 0.35


@dataclass(frozen=True, slots=True)
class Resampling:
    """Widths of the smoothing: see models/storm_resampling."""

    displacement_m: float
    displacement_scale_h: float
    ln_deficit: float
    ln_deficit_scale_h: float
    mean_ln_deficit_hpa: float
    shrinkage: float


def load_resampling(model: str = MODEL) -> Resampling:
    """Return the widths of a card of models/storm_resampling. Raises NotFoundError."""
    card = load_card("storm_resampling", model)
    position, own = card["position"], card["strength"]
    ratio = own["ln_deficit"] / own["sample_ln_deficit"]
    return Resampling(
        displacement_m=float(position["displacement_m"]),
        displacement_scale_h=float(position["scale_h"]), ln_deficit=float(own["ln_deficit"]),
        ln_deficit_scale_h=float(own["scale_h"]),
        mean_ln_deficit_hpa=float(own["mean_ln_deficit_hpa"]),
        shrinkage=float(np.sqrt(1.0 + ratio**2)))


@dataclass(frozen=True, slots=True)
class _Children:
    """What became of one parent's events: fixes one after another, n_fixes (m,), 0 for none."""

    n_fixes: Ints
    fixes: npt.NDArray[np.float32]


def resample_events(parents: tuple[Parent, ...], counts: YearlyCounts, area: Area, *, years: int,
                    seed: int = 0, threads: int = 1,
                    on_progress: Callable[[int, int], None] | None = None,
                    model: Resampling | None = None) -> Iterator[EventSet]:
    """Yield an event set in parts of at most ``BLOCK_YEARS`` simulated years.

    Parameters
    ----------
    parents : historical storms near the area (:func:`parents.find_parents`).
    counts : their yearly numbers, which the simulated years follow.
    area : storms are kept from a fix before their centre comes within ``REACH_M`` of it with a
        gale to a fix after it last is; those that never are, are left out.
    years : length of the simulation, > 0.
    seed : same seed, same events, whatever the threads.
    on_progress : called with (done, total) parents.
    """
    widths = load_resampling() if model is None else model
    blocks = [min(BLOCK_YEARS, years - begin) for begin in range(0, years, BLOCK_YEARS)]
    done = 0
    with ThreadPoolExecutor(threads) as pool:
        for block, block_years in enumerate(blocks):
            rng = np.random.default_rng([seed, block, len(parents)])
            year = np.repeat(np.arange(block_years), counts.draw(block_years, rng))
            chosen = rng.integers(0, len(parents), len(year))
            order = np.argsort(chosen, kind="stable")
            amount = np.bincount(chosen, minlength=len(parents))
            jobs = [pool.submit(_children, parents[k], int(amount[k]), area, widths,
                                [seed, block, k]) for k in range(len(parents))]
            parts = []
            for job in jobs:
                parts.append(job.result())
                done += 1
                if on_progress is not None:
                    on_progress(done, len(parents) * len(blocks))
            yield _assembled(parts, order, year + block * BLOCK_YEARS,
                             np.array([one.season for one in parents])[chosen], years)


def observed_events(parents: tuple[Parent, ...], area: Area, seasons: int) -> EventSet:
    """Return the historical storms as an event set: cut, with winds and sizes, as resampled ones.

    ``seasons`` is the length of the catalogue; sizes are the medians.
    """
    widths = Resampling(0.0, 1.0, 0.0, 1.0, 0.0, 1.0)
    parts = [_made(one, np.zeros((5, 1, len(one.lon))), area, widths) for one in parents]
    season = np.array([one.season for one in parents])
    order = np.arange(len(parents))
    return _assembled(parts, order, season - 1, season, seasons)


def _children(parent: Parent, m: int, area: Area, widths: Resampling, seed: list[int],
              ) -> _Children:
    """Return ``m`` storms made from one, each cut to what concerns the area."""
    noise = np.random.default_rng(seed).standard_normal((5, m, len(parent.lon)))
    return _made(parent, noise, area, widths)


def _made(parent: Parent, noise: Floats, area: Area, widths: Resampling) -> _Children:
    """Return what independent normal numbers (5, m, n_fixes) make of a parent."""
    m, n = noise.shape[1:]
    track = autocovariance_root(n, STEP_H, widths.displacement_scale_h)
    along = autocovariance_root(n, STEP_H, widths.ln_deficit_scale_h)
    east, north = widths.displacement_m * (noise[:2] @ track.T)
    lon, lat = destination(parent.lon, parent.lat, east, north)
    deficit = _deficit_pa(parent, lon, lat, noise[2] @ along.T, widths)
    speed = _speed_m_s(lon, lat)
    wind = strength.wind_m_s(deficit, lat, speed)
    r34 = regressions.r34_m(wind, lat, basin="WP") * np.exp(R34_SPREAD * (noise[3] @ along.T))
    r_max = regressions.r_max_m(wind, lat, basin="WP") * np.exp(
        RMAX_SPREAD * (noise[4] @ along.T))
    near = (area.distance_m(lon, lat) < REACH_M) & (wind >= GALE_M_S)
    start = np.arange(m + 1) * n
    first, last = spans(near.ravel(), start)
    length = np.maximum(last - first + 1, 0)
    keep = np.repeat(first, length) + _counting(length)
    hour = _counting(length) * float(STEP_H)
    fixes = np.stack([values.ravel()[keep] for values in (
        lon, lat, wind, parent.environment_pa - deficit,
        np.full(wind.shape, parent.environment_pa), r_max, r34)])
    return _Children(length, np.vstack([hour, fixes]).astype(np.float32))


def _deficit_pa(parent: Parent, lon: Floats, lat: Floats, noise: Floats, widths: Resampling,
                ) -> Floats:
    """Return pressure deficits (m, n) of displaced storms: their own land, then the smoothing."""
    hour = np.arange(len(parent.lon)) * float(STEP_H)
    hours = hours_over_land(lon, lat, hour, step_h=LOOK_H)
    own = hours_over_land(parent.lon, parent.lat, hour, step_h=LOOK_H)
    wind = with_land_exposure(strength.wind_m_s(parent.deficit_pa, parent.lat, parent.speed_m_s),
                              hours, own)
    deficit = strength.deficit_pa(wind, parent.lat, parent.speed_m_s)
    middle = widths.mean_ln_deficit_hpa
    logarithm = np.log(np.maximum(deficit / HPA, 1.0))
    smooth = middle + (logarithm - middle + widths.ln_deficit * noise) / widths.shrinkage
    return np.asarray(np.minimum(np.exp(smooth) * HPA, parent.limit_pa))


def _speed_m_s(lon: Floats, lat: Floats) -> Floats:
    """Return the speed of the leg ahead of each fix (..., n) [m/s]; the last has that before it."""
    east, north = offset_m(lon[..., :-1], lat[..., :-1], lon[..., 1:], lat[..., 1:])
    speed = np.hypot(east, north) / (STEP_H * 3600.0)
    return np.concatenate([speed, speed[..., -1:]], axis=-1)


def _counting(length: Ints) -> Ints:
    """Return 0, 1, ... for each run of these lengths."""
    begins = np.cumsum(length) - length
    return np.asarray(np.arange(int(length.sum())) - np.repeat(begins, length))


def _assembled(parts: list[_Children], order: Ints, year: Ints, season: Ints, years: int,
               ) -> EventSet:
    """Put the parents' children in the order of their years; those without a fix are left out."""
    n_fixes = np.empty(len(year), np.int64)
    n_fixes[order] = np.concatenate([part.n_fixes for part in parts])
    begins = np.empty(len(year), np.int64)
    lengths = n_fixes[order]
    begins[order] = np.cumsum(lengths) - lengths
    kept = n_fixes > 0
    take = np.repeat(begins[kept], n_fixes[kept]) + _counting(n_fixes[kept])
    fixes = np.concatenate([part.fixes for part in parts], axis=1)[:, take]
    own_year = year[kept] + 1
    number = _counting(np.unique(own_year, return_counts=True)[1])
    names: list[Any] = [f"{a}-{b + 1}" for a, b in zip(own_year, number, strict=True)]
    columns = ("hour", "lon", "lat", "max_wind_m_s", "central_pressure_pa",
               "environmental_pressure_pa", "r_max_m", "r34_m")
    return EventSet(
        event_id=np.array(names, dtype=object), annual_rate=np.full(len(names), 1.0 / years),
        year=own_year, season=season[kept], years=float(years),
        start=np.concatenate([[0], np.cumsum(n_fixes[kept])]).astype(np.int64),
        **dict(zip(columns, fixes, strict=True)))
