"""Wind and size along storms whose track and pressure deficit are known: both methods use it."""

import numpy as np

from riskcloud.hazard.typhoon.climate.intensity import WindModel, load_intensity
from riskcloud.hazard.typhoon.climate.land import inland_hours
from riskcloud.hazard.typhoon.climate.size import SizeModel, load_size, sizes_m
from riskcloud.hazard.typhoon.regressions import STRONGEST_M_S
from riskcloud.hazard.typhoon.sphere import offset_m
from riskcloud.kernels.storm_life import deviates
from riskcloud.kernels.storm_steps import STEP_H
from riskcloud.types import Floats, Ints
from riskcloud.units import HOUR


def translation_m_s(start: Ints, lon: Floats, lat: Floats) -> Floats:
    """Speed of motion at fixes six hours apart (n_fixes,) [m/s]: of the step ahead, at a storm's
    last fix of the step behind; 0 for a storm of one fix.
    """
    speed = np.zeros(len(lon))
    if len(lon) > 1:
        speed[:-1] = np.hypot(*offset_m(lon[:-1], lat[:-1], lon[1:], lat[1:])) / (STEP_H * HOUR)
    lengths = np.diff(start)
    last = start[1:][lengths > 0] - 1
    speed[last] = np.where(lengths[lengths > 0] > 1, speed[last - 1], 0.0)
    return speed


def dress(key: Ints, start: Ints, lon: Floats, lat: Floats, deficit_hpa: Floats, seed: int,
          wind: WindModel | None = None, size: SizeModel | None = None
          ) -> tuple[Floats, Floats, Floats]:
    """Draw the 1-min wind, Rmax and r34 along storms.

    Parameters
    ----------
    key : (n_events,) a number a storm: with the seed it fixes the storm's draws.
    start : (n_events + 1,) fixes of storm i are start[i]:start[i + 1], six hours apart.
    lon, lat, deficit_hpa : (n_fixes,) degrees; environmental minus central pressure [hPa], > 0.
    seed : as simulated.seed_of gives it.
    wind, size : models; else those of the card.

    Returns
    -------
    max_wind_m_s, r_max_m, r34_m (n_fixes,): 1-min wind at 10 m over water; r34 NaN below 34 kt.
    A larger storm has, at the same deficit, less wind (SizeModel.wind_by_size).
    """
    wind = load_intensity().wind if wind is None else wind
    size = load_size() if size is None else size
    drawn = np.empty((3, len(lon)))
    persistence = np.array([size.persistence_r_max, size.persistence_r34, wind.persistence])
    deviates(seed, key, start, persistence, size.correlation, drawn)
    starts = np.zeros(len(lon), np.bool_)
    starts[start[:-1][np.diff(start) > 0]] = True
    land = inland_hours(starts, np.mod(lon, 360.0), lat)
    middle = wind.median_m_s(deficit_hpa, lat, translation_m_s(start, lon, lat), land)
    whole = wind.spread_ln(deficit_hpa)
    by_size = np.minimum(size.wind_by_size * size.spread_r34, 0.9 * whole)
    residual = np.sqrt(whole**2 - by_size**2) * drawn[2] - by_size * drawn[1]
    speed = np.minimum(middle * np.exp(residual), STRONGEST_M_S)
    r_max, r34 = sizes_m(speed, lat, drawn[0], drawn[1], size)
    return speed, r_max, r34
