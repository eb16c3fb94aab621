"""Event set by simulation: births, motion, intensity, size, all by models fitted on a catalogue."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.climate.dress import dress
from riskcloud.hazard.typhoon.climate.genesis import Births, Newborn, draw_births, find_births
from riskcloud.hazard.typhoon.climate.intensity import (
    LYSIS_DEFICIT_HPA,
    LYSIS_LAT,
    POTENTIAL_AXES,
    PULL_AXES,
    RESIDUAL_EDGES_HPA,
    Intensity,
    load_intensity,
)
from riskcloud.hazard.typhoon.climate.land import land_grid
from riskcloud.hazard.typhoon.climate.motion import AXES, Motion, fit_motion
from riskcloud.hazard.typhoon.climate.near import near_fixes
from riskcloud.hazard.typhoon.climate.steps import Steps, environment_hpa
from riskcloud.kernels.storm_life import live
from riskcloud.kernels.storm_steps import STEP_H
from riskcloud.types import EventSet, Floats, Ints
from riskcloud.units import HPA, KM

MARGIN_M: Final = 600.0 * KM
"""Storms that come no nearer to the area are left out (ours: twice a large radius of gales)."""
LONGEST: Final = 120
"""Fixes of the longest life, 30 days (ours)."""
YEARS_A_CHUNK: Final = 250
METHOD: Final = "simulated"


@dataclass(frozen=True, slots=True)
class Climate:
    """All models of a simulation: births, motion, intensity."""

    births: Births
    motion: Motion
    intensity: Intensity


def fit_climate(steps: Steps) -> Climate:
    """Fit births and motion on a catalogue's steps; the intensity is that of the card."""
    return Climate(find_births(steps), fit_motion(steps), load_intensity())


def seed_of(seed: int) -> int:
    """Return a run's seed spread over 62 bits, so that neighbouring seeds share no draws."""
    return int(np.random.SeedSequence(seed).generate_state(1, np.uint64)[0] >> np.uint64(2))


def simulate_steps(climate: Climate, area: tuple[float, float, float, float], years: int,
                   seed: int, *, margin_m: float = MARGIN_M,
                   on_progress: Callable[[int, int], None] | None = None) -> EventSet:
    """Return the storms of simulated years that come near an area, each at 1 / years a year.

    Parameters
    ----------
    climate : as ``fit_climate`` gives it.
    area : west, south, east, north [degrees].
    years : length of the simulation, >= 1.
    seed : any whole number >= 0; the same gives the same storms bit for bit.
    margin_m : storms whose fixes all stay farther from the area are left out; of the others the
        fixes from the first to the last within it are kept, and one more on either side.
    on_progress : called with years done and years.

    Raises
    ------
    InputError : years or margin out of range, an area that no simulated storm comes near.
    """
    if years < 1 or seed < 0 or not margin_m >= 0.0:
        raise InputError(f"simulate: years = {years}, seed = {seed}, margin_m = {margin_m:g}: "
                         "expected years of 1 or more, the others not below 0")
    parts = []
    for first, storms, fixes, count in _chunks(climate, years, seed_of(seed)):
        parts.append(near_fixes(storms, fixes, count, area, margin_m))
        if on_progress is not None:
            on_progress(min(first + YEARS_A_CHUNK - 1, years), years)
    key, year, season, lengths, lon, lat, deficit = (
        np.concatenate(columns) for columns in zip(*parts, strict=True))
    if not len(key):
        raise InputError(f"no simulated storm comes within {margin_m / KM:g} km of the area {area}")
    start = np.concatenate([[0], np.cumsum(lengths)])
    hour = STEP_H * (np.arange(len(lon)) - np.repeat(start[:-1], lengths))
    wind, r_max, r34 = dress(key, start, lon, lat, deficit, seed_of(seed), climate.intensity.wind)
    environment = environment_hpa() * HPA
    return EventSet(
        event_id=_names(key, year), annual_rate=np.full(len(key), 1.0 / years), year=year,
        season=season, start=start, hour=hour, lon=lon, lat=lat, max_wind_m_s=wind,
        central_pressure_pa=environment - deficit * HPA,
        environmental_pressure_pa=np.full(len(lon), environment), r_max_m=r_max, r34_m=r34,
        years=float(years), facts=_facts(climate, area, seed, margin_m))


def _names(key: Ints, year: Ints) -> Any:
    return np.array([f"S{y:06d}-{k % 1024:03d}" for y, k in zip(year, key, strict=True)])


def _facts(climate: Climate, area: tuple[float, float, float, float], seed: int,
           margin_m: float) -> dict[str, Any]:
    seasons = np.unique(climate.births.season)
    return {"method": METHOD, "seed": seed, "area": list(area), "margin_km": margin_m / KM,
            "seasons": [int(seasons[0]), int(seasons[-1])], "n_seasons": len(seasons),
            "births": len(climate.births.season),
            "births_per_year": len(climate.births.season) / len(seasons),
            "storm_climate_sha256": climate.intensity.sha256}


def _chunks(climate: Climate, years: int,
            seed: int) -> Iterator[tuple[int, Newborn, Floats, Ints]]:
    """Lives of all storms of the basin, some hundred years at a time: memory stays flat."""
    for first in range(1, years + 1, YEARS_A_CHUNK):
        storms = draw_births(climate.births, first, min(first + YEARS_A_CHUNK - 1, years), seed)
        fixes = np.empty((len(storms.key), LONGEST, 3))
        count = np.zeros(len(storms.key), np.int64)
        model = climate.intensity
        live(seed, storms.key, storms.day, storms.birth, climate.motion.nodes, np.array(AXES),
             climate.motion.pool, land_grid(), model.potential_hpa, np.array(POTENTIAL_AXES),
             model.pull_hpa, np.array(PULL_AXES), model.scatter, model.residuals,
             np.array(RESIDUAL_EDGES_HPA), model.lysis, np.array(LYSIS_DEFICIT_HPA), np.array(LYSIS_LAT), model.parameters,
             fixes, count)
        yield first, storms, fixes, count
