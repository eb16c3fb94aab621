"""From an archive of storms to the models of models/storm_climate: which seasons, which pairs."""

from dataclasses import replace
from typing import Final

import numpy as np

from riskcloud.hazard.typhoon.climate.catalogue import Catalogue
from riskcloud.hazard.typhoon.climate.intensity import Intensity, WindModel
from riskcloud.hazard.typhoon.climate.intensity_fit import fit_step
from riskcloud.hazard.typhoon.climate.land import inland_hours
from riskcloud.hazard.typhoon.climate.steps import Steps, make_steps
from riskcloud.hazard.typhoon.climate.wind_fit import fit_wind
from riskcloud.types import Bools, Floats, Ints
from riskcloud.units import KNOT

SEASONS: Final = (1977, 2013)
"""Seasons whose pressures are analysed from satellites throughout, up to the last complete one: the
changes of six hours of 1951-1976 scatter a quarter more, by their analysis (ours)."""
PAIR_SEASONS: Final = (2001, 2013)
"""Seasons whose 1-min winds go with the pressures: today's practice of analysis (ours)."""
WIND_SEASONS: Final = (1980, 2013)
"""Seasons with 1-min winds."""
WEAKEST_PAIR_M_S: Final = 14.5 * KNOT
LEAST_PAIR_HPA: Final = 2.0
NORTHERNMOST_PAIR: Final = 35.0
"""Pairs of less wind or deficit, or from farther north, are left out (ours)."""


def steps_of(catalogue: Catalogue) -> Steps:
    """Return a catalogue's steps, with the pressures of the agency responsible."""
    storm = catalogue.storm
    return make_steps(storm, catalogue.season[storm], catalogue.time_utc, catalogue.lon,
                      catalogue.lat, catalogue.wmo_pressure_pa)


def fit_storm_climate(catalogue: Catalogue) -> Intensity:
    """Fit the step of the deficit and the wind on a catalogue's complete seasons."""
    fitted = fit_step(steps_of(catalogue.seasons(*SEASONS)))
    return replace(fitted, wind=wind_of(catalogue))


def wind_of(catalogue: Catalogue, seasons: tuple[int, int] = PAIR_SEASONS) -> WindModel:
    """Fit the wind on the pairs of a pressure and a US 1-min wind of these seasons.

    What an hour inland takes is fitted on all of ``WIND_SEASONS``: pairs over land are few.
    """
    inland = fit_wind(*_pairs(catalogue.seasons(*WIND_SEASONS))).coefficients[-1]
    return fit_wind(*_pairs(catalogue.seasons(*seasons)), land_per_h=float(inland))


def _pairs(own: Catalogue) -> tuple[Ints, Floats, Floats, Floats, Floats, Floats]:
    """Return storm, deficit, latitude, motion, hours inland and wind of each pair."""
    steps = steps_of(own)
    wind = own.usa_wind_m_s[_synoptic(own)]
    speed = np.hypot(steps.east, steps.north)
    keep = (np.isfinite(wind) & np.isfinite(speed) & (steps.deficit_hpa >= LEAST_PAIR_HPA)
            & (wind >= WEAKEST_PAIR_M_S) & (steps.lat < NORTHERNMOST_PAIR))
    inland = inland_hours(np.diff(steps.storm, prepend=-1) != 0, steps.lon, steps.lat)
    return (steps.storm[keep], steps.deficit_hpa[keep], steps.lat[keep], speed[keep], inland[keep],
            wind[keep])


def _synoptic(catalogue: Catalogue) -> Bools:
    return np.asarray(catalogue.time_utc.astype("datetime64[s]").astype(np.int64) % 21600 == 0)
