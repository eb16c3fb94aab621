"""Which simulated storms come near an area, and which of their fixes are kept."""

import numpy as np

from riskcloud.hazard.typhoon.climate.genesis import Newborn
from riskcloud.kernels.storm_life import METRES_A_DEGREE
from riskcloud.types import Floats, Ints

Part = tuple[Ints, Ints, Ints, Ints, Floats, Floats, Floats]


def distance_to_area_m(lon: Floats, lat: Floats,
                       area: tuple[float, float, float, float]) -> Floats:
    """Distance of points (...,) from a box west, south, east, north [m]; 0 inside.

    Flat, at the latitude between: within a few per cent up to 1,000 km.
    """
    west, south, east, north = area
    x = np.maximum(np.maximum(west - lon, lon - east), 0.0)
    y = np.maximum(np.maximum(south - lat, lat - north), 0.0)
    middle = 0.5 * (lat + np.clip(lat, south, north))
    return np.asarray(METRES_A_DEGREE * np.hypot(x * np.cos(np.radians(middle)), y))


def near_fixes(storms: Newborn, fixes: Floats, count: Ints,
               area: tuple[float, float, float, float], margin_m: float) -> Part:
    """Return what is kept of storms: key, year, season, number of fixes; lon, lat, deficit.

    fixes (n, most, 3), count (n,) as kernels.storm_life.live writes them.
    """
    place = np.arange(fixes.shape[1])
    near = distance_to_area_m(fixes[:, :, 0], fixes[:, :, 1], area) <= margin_m
    near &= place < count[:, None]
    met = np.flatnonzero(near.any(axis=1))
    near = near[met]
    first = np.maximum(near.argmax(axis=1) - 1, 0)
    last = np.minimum(near.shape[1] - near[:, ::-1].argmax(axis=1), count[met] - 1)
    kept = (place >= first[:, None]) & (place <= last[:, None])
    lon, lat, deficit = (fixes[met, :, k][kept] for k in range(3))
    return storms.key[met], storms.year[met], storms.season[met], kept.sum(axis=1), lon, lat, deficit
