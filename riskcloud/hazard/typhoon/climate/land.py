"""Land under simulated storms: coarse grids for kernels, mainland apart from islands."""

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from riskcloud.geo.raster import is_land
from riskcloud.kernels import storm_steps

NORTH: Final = 56.0
EAST: Final = 188.0
SEA, MAINLAND, ISLAND, HIGH_ISLAND = range(4)
HIGH_ISLANDS: Final = ((119.9, 21.5, 122.3, 25.6), (128.4, 30.0, 146.5, 46.0))
"""Boxes (west, south, east, north) of Taiwan and Japan, whose mountains (and, of Japan, the north)
fill a storm faster than tropical islands do; our fit says how much."""
ISLANDS: Final = (
    *HIGH_ISLANDS, (116.8, 4.0, 127.5, 19.5), (108.4, 17.9, 111.3, 20.2),
    (95.0, 0.0, 153.0, 7.5), (127.5, 0.0, 188.0, 30.0), (122.5, 23.5, 131.5, 30.0))
"""Boxes whose land is island: the high ones, the Philippines, Hainan, Borneo to New Guinea, the
Pacific, the Ryukyus. Ours: land decays storms more slowly there."""
CIRCLE_M: Final = 110_000.0
"""Radius of the part of a storm whose share over land fills it: DeMaria, Knaff & Kaplan (2006), J.
Appl. Meteor. Climatol. 45, 1491-1499, who found 110 km."""


@cache
def land_grid() -> npt.NDArray[np.int8]:
    """Return 0 sea, 1 mainland, 2 island, 3 Taiwan or Japan in cells of 0.1 degree, (n_lat, n_lon).

    A cell is land where its centre is (models/land_mask). Bounds: kernels/storm_steps.py.
    """
    step = storm_steps.LAND_STEP
    lon = np.arange(storm_steps.LAND_WEST + step / 2, EAST, step)[None, :]
    lat = np.arange(storm_steps.LAND_SOUTH + step / 2, NORTH, step)[:, None]
    code = np.where(is_land(*np.broadcast_arrays(lon, lat)), MAINLAND, SEA).astype(np.int8)
    for west, south, east, north in ISLANDS:
        inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        high = (west, south, east, north) in HIGH_ISLANDS
        code[inside & (code == MAINLAND)] = HIGH_ISLAND if high else ISLAND
    return code


@cache
def land_near() -> npt.NDArray[np.float32]:
    """Return the shares of land within ``CIRCLE_M`` of each cell of ``land_grid``.

    (3, n_lat, n_lon): mainland, islands, high islands; the rest is sea.
    """
    code = land_grid()
    n_lat, n_lon = code.shape
    step, south = storm_steps.LAND_STEP, storm_steps.LAND_SOUTH
    row_m = storm_steps.METRES_A_DEGREE * step
    kinds = np.stack([code == kind for kind in (MAINLAND, ISLAND, HIGH_ISLAND)])
    total = np.zeros((3, n_lat, n_lon + 1), np.int32)
    np.cumsum(kinds, axis=2, out=total[:, :, 1:])
    found = np.zeros((3, n_lat, n_lon), np.float32)
    column = np.arange(n_lon)
    most = int(CIRCLE_M / row_m)
    for i in range(n_lat):
        width_m = row_m * np.cos(np.radians(south + (i + 0.5) * step))
        n = 0
        for k in range(max(i - most, 0), min(i + most, n_lat - 1) + 1):
            half = int(np.sqrt(CIRCLE_M**2 - ((k - i) * row_m) ** 2) / width_m)
            low, high = np.maximum(column - half, 0), np.minimum(column + half + 1, n_lon)
            found[:, i] += total[:, k, high] - total[:, k, low]
            n += 2 * half + 1
        found[:, i] /= n
    return found
