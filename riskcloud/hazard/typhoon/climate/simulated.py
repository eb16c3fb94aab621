"""Event set by simulation: births, motion, intensity, size, all by models fitted on a catalogue."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.climate.area import REACH_M, Area, spans
from riskcloud.hazard.typhoon.climate.catalogue import Catalogue
from riskcloud.hazard.typhoon.climate.dress import dress
from riskcloud.hazard.typhoon.climate.genesis import Births, Newborn, draw_births, find_births
from riskcloud.hazard.typhoon.climate.intensity import (
    LOCAL_AXES,
    LYSIS_DEFICIT_HPA,
    LYSIS_LAT,
    POTENTIAL_AXES,
    RESIDUAL_EDGES_HPA,
    Intensity,
    load_intensity,
)
from riskcloud.hazard.typhoon.climate.land import land_near
from riskcloud.hazard.typhoon.climate.motion import AXES, Motion, fit_motion
from riskcloud.hazard.typhoon.climate.parents import LEAST_DEFICIT_PA
from riskcloud.hazard.typhoon.climate.steps import environment_hpa
from riskcloud.hazard.typhoon.climate.storm_climate_fit import steps_of
from riskcloud.kernels.storm_life import live
from riskcloud.kernels.storm_steps import STEP_H
from riskcloud.types import EventSet, Floats, Ints
from riskcloud.units import HPA

LONGEST: Final = 120
"""Fixes of the longest life, 30 days (ours)."""
YEARS_A_PART: Final = 500
"""Years made at a time: memory is that of their storms, however many years there are (ours)."""

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Climate:
    """All models of a simulation: births, motion, intensity."""

    births: Births
    motion: Motion
    intensity: Intensity


def fit_climate(catalogue: Catalogue) -> Climate:
    """Fit births and motion on a catalogue's seasons; the intensity is that of the card.

    Raises
    ------
    InputError : no pressures, or too few fixes for the motion.
    """
    steps = steps_of(catalogue)
    return Climate(find_births(steps), fit_motion(steps), load_intensity())


def seed_of(seed: int) -> int:
    """Return a run's seed spread over 62 bits, so that neighbouring seeds share no draws."""
    return int(np.random.SeedSequence(seed).generate_state(1, np.uint64)[0] >> np.uint64(2))


def simulate(catalogue: Catalogue, area: Area, *, years: int, seed: int = 0,
             on_progress: OnProgress | None = None) -> Iterator[EventSet]:
    """Yield an event set in parts: storms of simulated years, each at 1 / years a year.

    Parameters
    ----------
    catalogue : seasons to fit births and motion on.
    area : storms are kept from a fix before their centre comes within ``REACH_M`` of it with
        ``LEAST_DEFICIT_PA`` to a fix after it last is, as resampled and observed ones are; those
        that never are, are left out.
    years : length of the simulation, >= 1.
    seed : any whole number >= 0; the same gives the same storms bit for bit, whatever the threads.
    on_progress : called with years done and years.

    Raises
    ------
    InputError : years or seed out of range; see ``fit_climate``.
    """
    if years < 1 or seed < 0:
        raise InputError(f"simulate: years = {years}, seed = {seed}: expected years of 1 or more "
                         "and a seed not below 0")
    return simulate_lives(fit_climate(catalogue), area, years=years, seed=seed,
                          on_progress=on_progress)


def simulate_lives(climate: Climate, area: Area, *, years: int, seed: int = 0,
                   on_progress: OnProgress | None = None) -> Iterator[EventSet]:
    """Yield the parts of :func:`simulate` from models that are fitted already."""
    spread = seed_of(seed)
    for first in range(1, years + 1, YEARS_A_PART):
        last = min(first + YEARS_A_PART - 1, years)
        storms = draw_births(climate.births, first, last, spread)
        part = _near(climate, area, spread, storms, *_lives(climate, storms, spread), years)
        if on_progress is not None:
            on_progress(last, years)
        if len(part):
            yield part


def _lives(climate: Climate, storms: Newborn, seed: int) -> tuple[Floats, Ints]:
    """Return fixes (n, LONGEST, 3) lon, lat, deficit [hPa] of storms, and their number (n,)."""
    fixes = np.empty((len(storms.key), LONGEST, 3))
    count = np.zeros(len(storms.key), np.int64)
    model = climate.intensity
    live(seed, storms.key, storms.day, storms.birth, climate.motion.nodes, np.array(AXES),
         climate.motion.scale, climate.motion.pool, land_near(), model.potential_hpa,
         np.array(POTENTIAL_AXES), model.local, np.array(LOCAL_AXES), model.residuals,
         np.array(RESIDUAL_EDGES_HPA), model.lysis, np.array(LYSIS_DEFICIT_HPA),
         np.array(LYSIS_LAT), model.parameters, fixes, count)
    return fixes, count


def _near(climate: Climate, area: Area, seed: int, storms: Newborn, fixes: Floats, count: Ints,
          years: int) -> EventSet:
    """Return the storms that concern the area, cut, with winds and sizes."""
    alive = np.arange(LONGEST) < count[:, None]
    near = alive & (area.distance_m(fixes[:, :, 0], fixes[:, :, 1]) < REACH_M)
    met = near.any(axis=1)
    alive, count = alive[met], count[met]
    start = np.concatenate([[0], np.cumsum(count)])
    lon, lat, deficit = (fixes[met, :, k][alive] for k in range(3))
    key = storms.key[met]
    wind, r_max, r34 = dress(key, start, lon, lat, deficit, seed, climate.intensity.wind)
    first, last = spans(near[met][alive] & (deficit * HPA >= LEAST_DEFICIT_PA), start)
    length = np.maximum(last - first + 1, 0)
    kept = length > 0
    inside = np.zeros(len(lon) + 1, np.int64)
    np.add.at(inside, first[kept], 1)
    np.add.at(inside, last[kept] + 1, -1)
    keep = np.cumsum(inside[:-1]) > 0
    starts = np.concatenate([[0], np.cumsum(length[kept])]).astype(np.int64)
    hour = STEP_H * (np.arange(starts[-1]) - np.repeat(starts[:-1], length[kept]))
    environment = np.full(len(hour), environment_hpa() * HPA)
    year = storms.year[met][kept]
    return EventSet(
        event_id=_names(year), annual_rate=np.full(len(year), 1.0 / years), year=year,
        season=storms.season[met][kept], start=starts, hour=hour, lon=lon[keep], lat=lat[keep],
        max_wind_m_s=wind[keep], central_pressure_pa=environment - deficit[keep] * HPA,
        environmental_pressure_pa=environment, r_max_m=r_max[keep], r34_m=r34[keep],
        years=float(years))


def _names(year: Ints) -> Any:
    """Return year-number for storms in the order of their years."""
    first = np.searchsorted(year, year)
    return np.array([f"{a}-{k + 1}" for a, k in zip(year, np.arange(len(year)) - first,
                                                    strict=True)], dtype=object)
