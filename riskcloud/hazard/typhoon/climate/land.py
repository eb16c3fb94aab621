"""Land under simulated storms: a coarse grid for kernels, mainland apart from islands."""

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from riskcloud.geo.raster import is_land
from riskcloud.kernels import storm_steps

NORTH: Final = 56.0
EAST: Final = 188.0
SEA, MAINLAND, ISLAND = 0, 1, 2
ISLANDS: Final = (
    (116.8, 4.0, 127.5, 19.5), (119.9, 21.5, 122.3, 25.6), (108.4, 17.9, 111.3, 20.2),
    (128.4, 30.0, 146.5, 46.0), (95.0, 0.0, 153.0, 7.5), (127.5, 0.0, 188.0, 30.0),
    (122.5, 23.5, 131.5, 30.0))
"""Boxes (west, south, east, north) whose land is island: the Philippines, Taiwan, Hainan, Japan,
Borneo to New Guinea, the Pacific, the Ryukyus. Ours: land decays storms more slowly there."""


@cache
def land_grid() -> npt.NDArray[np.int8]:
    """Return 0 sea, 1 mainland, 2 island in cells of 0.1 degree, (n_lat, n_lon) of int8.

    A cell is land where its centre is (models/land_mask). Bounds: kernels/storm_steps.py.
    """
    step = storm_steps.LAND_STEP
    lon = np.arange(storm_steps.LAND_WEST + step / 2, EAST, step)[None, :]
    lat = np.arange(storm_steps.LAND_SOUTH + step / 2, NORTH, step)[:, None]
    code = np.where(is_land(*np.broadcast_arrays(lon, lat)), MAINLAND, SEA).astype(np.int8)
    for west, south, east, north in ISLANDS:
        inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        code[inside & (code == MAINLAND)] = ISLAND
    return code
