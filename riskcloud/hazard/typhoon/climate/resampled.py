"""Stochastic storms by resampling: historical storms, displaced and strengthened at random.

Each simulated year draws so many storms of the catalogue, each as likely as another; over a set
they take turns. A storm's track is displaced by a smooth random field along it, its pressure
deficit multiplied by another, both spread evenly (``even_draws``); the land is that of the
displaced track. Widths of both: models/storm_resampling.

Source: smoothed bootstrap, Silverman & Young (1987), Biometrika 74, 469-479; for tracks, Hall &
Jewson (2007), Tellus A 59, 486-498.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from riskcloud.hazard.typhoon.climate.area import REACH_M, Area, spans
from riskcloud.hazard.typhoon.climate.cleaning import STEP_H
from riskcloud.hazard.typhoon.climate.displaced import (
    NO_SMOOTHING,
    Smoothing,
    displaced_ln_deficit,
    load_smoothing,
)
from riskcloud.hazard.typhoon.climate.dress import dress
from riskcloud.hazard.typhoon.climate.even_draws import even_normals, in_turns
from riskcloud.hazard.typhoon.climate.parents import LEAST_DEFICIT_PA, Parents
from riskcloud.hazard.typhoon.climate.rates import YearlyCounts, autocovariance_root
from riskcloud.hazard.typhoon.sphere import destination
from riskcloud.types import EventSet, Floats, Ints
from riskcloud.units import HPA

BLOCK_YEARS: Final = 10_000
"""Years made at a time: memory is that of one block however many there are."""
MOST_A_YEAR: Final = 1024
"""Storms of a year are numbered below this."""


@dataclass(frozen=True, slots=True)
class _Children:
    """What became of one parent's events: n_fixes (m,), 0 for none; their fixes one after another.

    fixes (3, sum of n_fixes): lon, lat, deficit [Pa].
    """

    n_fixes: Ints
    fixes: npt.NDArray[np.float32]


def resample_events(parents: Parents, counts: YearlyCounts, area: Area, *, years: int,
                    seed: int = 0, threads: int = 1,
                    on_progress: Callable[[int, int], None] | None = None,
                    model: Smoothing | None = None) -> Iterator[EventSet]:
    """Yield an event set in parts of at most ``BLOCK_YEARS`` simulated years.

    Parameters
    ----------
    parents : historical storms near the area (:func:`parents.find_parents`).
    counts : their yearly numbers, which the simulated years follow.
    area : storms are kept from a fix before their centre comes within ``REACH_M`` of it, with a
        deficit of 10 hPa or more, to a fix after it last is; the others are left out.
    years : length of the simulation, > 0.
    seed : same seed, same events, whatever the threads.
    on_progress : called with (done, total) parents.
    """
    widths = load_smoothing() if model is None else model
    blocks = [min(BLOCK_YEARS, years - begin) for begin in range(0, years, BLOCK_YEARS)]
    done = 0
    with ThreadPoolExecutor(threads) as pool:
        for block, block_years in enumerate(blocks):
            rng = np.random.default_rng([seed, block, len(parents)])
            year = np.repeat(np.arange(block_years), counts.draw(block_years, rng))
            chosen = in_turns(len(parents), len(year), rng)
            order = np.argsort(chosen, kind="stable")
            amount = np.bincount(chosen, minlength=len(parents))
            jobs = [pool.submit(_children, parents, k, int(amount[k]), area, widths,
                                [seed, block, k]) for k in range(len(parents))]
            parts = []
            for job in jobs:
                parts.append(job.result())
                done += 1
                if on_progress is not None:
                    on_progress(done, len(parents) * len(blocks))
            yield _assembled(parts, order, year + block * BLOCK_YEARS,
                             parents.season[chosen], years, seed,
                             parents.storms[0].environment_pa)


def observed_events(parents: Parents, area: Area, seasons: int) -> EventSet:
    """Return the historical storms as an event set: cut, with winds and sizes, as resampled ones.

    ``seasons`` is the length of the catalogue; sizes are the medians.
    """
    parts = [_made(parents, k, np.zeros((3, 1, len(one.lon))), area, NO_SMOOTHING)
             for k, one in enumerate(parents.storms)]
    season = parents.season
    return _assembled(parts, np.arange(len(parents)), season - 1, season, seasons, 0,
                      parents.storms[0].environment_pa)


def _children(parents: Parents, k: int, m: int, area: Area, widths: Smoothing, seed: list[int],
              ) -> _Children:
    """Return ``m`` storms made from the k-th, each cut to what concerns the area."""
    if not m:
        return _Children(np.zeros(0, np.int64), np.zeros((3, 0), np.float32))
    track, along = _roots(len(parents.storms[k].lon), widths)
    noise = even_normals(m, (track, track, along), np.random.default_rng(seed))
    return _made(parents, k, noise, area, widths)


def _roots(n: int, widths: Smoothing) -> tuple[Floats, Floats]:
    """Return what turns normal numbers into displacements and ln deficits along n fixes."""
    return (autocovariance_root(n, STEP_H, widths.displacement_scale_h),
            autocovariance_root(n, STEP_H, widths.ln_deficit_scale_h))


def _made(parents: Parents, k: int, noise: Floats, area: Area, widths: Smoothing) -> _Children:
    """Return what independent normal numbers (3, m, n_fixes) make of the k-th storm."""
    parent, (m, n) = parents.storms[k], noise.shape[1:]
    track, along = _roots(n, widths)
    east, north = widths.displacement_m * (noise[:2] @ track.T)
    lon, lat = destination(parent.lon, parent.lat, east, north)
    logarithm = displaced_ln_deficit(parent, lon, lat, noise[2] @ along.T, land=parents.land,
                                     local=parents.local, smoothing=widths)
    deficit = np.minimum(np.exp(logarithm) * HPA, parent.limit_pa)
    near = (area.distance_m(lon, lat) < REACH_M) & (deficit >= LEAST_DEFICIT_PA)
    start = np.arange(m + 1) * n
    first, last = spans(near.ravel(), start)
    length = np.maximum(last - first + 1, 0)
    keep = np.repeat(first, length) + _counting(length)
    fixes = np.stack([values.ravel()[keep] for values in (lon, lat, deficit)])
    return _Children(length, fixes.astype(np.float32))


def spread_seed(seed: int) -> int:
    """Return a run's seed spread over 62 bits, so that neighbouring seeds share no draws."""
    return int(np.random.SeedSequence(seed).generate_state(1, np.uint64)[0] >> np.uint64(2))


def _counting(length: Ints) -> Ints:
    """Return 0, 1, ... for each run of these lengths."""
    begins = np.cumsum(length) - length
    return np.asarray(np.arange(int(length.sum())) - np.repeat(begins, length))


def _assembled(parts: list[_Children], order: Ints, year: Ints, season: Ints, years: int,
               seed: int, environment_pa: float) -> EventSet:
    """Put the parents' children in the order of their years and give them wind and size.

    Those without a fix are left out.
    """
    n_fixes = np.empty(len(year), np.int64)
    n_fixes[order] = np.concatenate([part.n_fixes for part in parts])
    begins = np.empty(len(year), np.int64)
    lengths = n_fixes[order]
    begins[order] = np.cumsum(lengths) - lengths
    kept = n_fixes > 0
    take = np.repeat(begins[kept], n_fixes[kept]) + _counting(n_fixes[kept])
    lon, lat, deficit = np.concatenate([part.fixes for part in parts], axis=1)[:, take]
    own_year, counts = year[kept] + 1, n_fixes[kept]
    number = _counting(np.unique(own_year, return_counts=True)[1])
    key = own_year * MOST_A_YEAR + number
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    wind, r_max, r34 = dress(key, start, lon.astype(np.float64), lat.astype(np.float64),
                             deficit.astype(np.float64) / HPA, spread_seed(seed))
    names: list[Any] = [f"R{a:06d}-{b + 1:03d}" for a, b in zip(own_year, number, strict=True)]
    single = {name: np.asarray(values, np.float32) for name, values in (
        ("hour", _counting(counts) * float(STEP_H)), ("max_wind_m_s", wind), ("r_max_m", r_max),
        ("r34_m", r34), ("central_pressure_pa", environment_pa - deficit.astype(np.float64)),
        ("environmental_pressure_pa", np.full(len(lon), environment_pa)))}
    return EventSet(
        event_id=np.array(names, dtype=object), annual_rate=np.full(len(names), 1.0 / years),
        year=own_year, season=season[kept], years=float(years), start=start, lon=lon, lat=lat,
        **single)  # type: ignore[arg-type]
