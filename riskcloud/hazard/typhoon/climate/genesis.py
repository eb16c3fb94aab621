"""Where and when simulated storms begin: the births of past seasons, spread by a kernel."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.climate.intensity import LEAST_HPA
from riskcloud.hazard.typhoon.climate.land import SEA, land_grid
from riskcloud.hazard.typhoon.climate.steps import Steps
from riskcloud.kernels.storm_life import EAST, NORTH, SOUTH, WEST, uniforms
from riskcloud.kernels.storm_steps import LAND_SOUTH, LAND_STEP, LAND_WEST
from riskcloud.types import Bools, Floats, Ints

WIDTH_DEG: Final = 1.5
WIDTH_DAYS: Final = 7.0
"""Widths of the kernel around a birth (ours): within them places and dates are exchangeable."""
MOST_A_YEAR: Final = 1024
"""Storms of one year are numbered below this."""


@dataclass(frozen=True, slots=True)
class Births:
    """Births of the seasons fitted on: first fixes with a pressure and a motion; (n,).

    season ascending; day of the year; lon, lat; deficit_hpa; east, north [m/s] of the first step.
    """

    season: Ints
    day: Floats
    lon: Floats
    lat: Floats
    deficit_hpa: Floats
    east: Floats
    north: Floats


def find_births(steps: Steps) -> Births:
    """Return each storm's first fix that has a pressure, within the grids of the simulation.

    A storm without any pressure, a depression too weak for the archive's agency, has none.

    Raises
    ------
    InputError : no birth at all.
    """
    known = np.flatnonzero(np.isfinite(steps.deficit_hpa) & np.isfinite(steps.east)
                           & (steps.lon > WEST) & (steps.lon < EAST) & (steps.lat > SOUTH)
                           & (steps.lat < NORTH))
    if not len(known):
        raise InputError("no storm of the catalogue has a central pressure: nothing to simulate")
    _, first = np.unique(steps.storm[known], return_index=True)
    rows = known[first]
    rows = rows[np.argsort(steps.season[rows], kind="stable")]
    return Births(*(getattr(steps, name)[rows] for name in (
        "season", "day", "lon", "lat", "deficit_hpa", "east", "north")))


@dataclass(frozen=True, slots=True)
class Newborn:
    """Storms to simulate: key, simulated year (from 1), season of origin, day, birth (n, 5)."""

    key: Ints
    year: Ints
    season: Ints
    day: Floats
    birth: Floats


def draw_births(births: Births, first_year: int, last_year: int, seed: int) -> Newborn:
    """Return the storms of simulated years, both ends included.

    Each year takes all births of one season drawn at random, so that quiet and busy seasons and
    their patterns stay as they were; place and day of each birth are spread by a Gaussian kernel.
    A place that falls on land where the birth was at sea is given up for the birth's own.

    Source
    ------
    Kernel density of genesis: Hall & Jewson (2007); Rumpf et al. (2007), Math. Meth. Oper. Res.
    66, 475-490. Drawing whole seasons and the widths are ours.
    """
    seasons = np.unique(births.season)
    years = np.arange(first_year, last_year + 1)
    u = np.empty(len(years))
    uniforms(seed, years * MOST_A_YEAR, 0, u)
    chosen = seasons[(u * len(seasons)).astype(np.int64)]
    first = np.searchsorted(births.season, chosen)
    count = np.searchsorted(births.season, chosen, side="right") - first
    year = np.repeat(years, count)
    number = np.arange(len(year)) - np.repeat(np.cumsum(count) - count, count)
    row = np.repeat(first, count) + number
    key = year * MOST_A_YEAR + number + 1
    east, north = _normals(seed, key, 1)
    days, strength = _normals(seed, key, 3)
    lat = np.clip(births.lat[row] + WIDTH_DEG * north, SOUTH + 0.5, NORTH - 0.5)
    lon = births.lon[row] + WIDTH_DEG * east / np.cos(np.radians(lat))
    kept = ~(_land(lon, lat) & ~_land(births.lon[row], births.lat[row]))
    kept &= (lon > WEST) & (lon < EAST)
    lon, lat = np.where(kept, lon, births.lon[row]), np.where(kept, lat, births.lat[row])
    deficit = np.maximum(births.deficit_hpa[row] + strength, LEAST_HPA)
    return Newborn(key, year, births.season[row], births.day[row] + WIDTH_DAYS * days,
                   np.column_stack([lon, lat, deficit, births.east[row], births.north[row]]))


def _normals(seed: int, key: Ints, member: int) -> tuple[Floats, Floats]:
    u, v = np.empty(len(key)), np.empty(len(key))
    uniforms(seed, key, member, u)
    uniforms(seed, key, member + 1, v)
    long = np.sqrt(-2.0 * np.log(u))
    return long * np.cos(2.0 * np.pi * v), long * np.sin(2.0 * np.pi * v)


def _land(lon: Floats, lat: Floats) -> Bools:
    codes = land_grid()
    i = np.clip(((lat - LAND_SOUTH) / LAND_STEP).astype(np.int64), 0, codes.shape[0] - 1)
    j = np.clip(((lon - LAND_WEST) / LAND_STEP).astype(np.int64), 0, codes.shape[1] - 1)
    return np.asarray(codes[i, j] != SEA)
