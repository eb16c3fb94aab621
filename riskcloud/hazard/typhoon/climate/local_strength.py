"""How strong storms are from place to place: a smooth field of the mean logarithm of the deficit.

A storm displaced towards a coast, or to the south, takes the standing that it had among the storms
of its own place to the place it comes to.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates

from riskcloud.geo.raster import is_land
from riskcloud.types import Bools, Floats
from riskcloud.units import EARTH_RADIUS_M

STEP_DEG: Final = 0.5
WIDTH_M: Final = 150e3
"""Standard deviation of the kernel (ours: less than two displacements)."""
WIDE: Final = 4.0
"""Where storms are few, the mean of a kernel so many times as wide takes over ..."""
FEW: Final = 20.0
"""... weighing as much as so many fixes (ours)."""
_M_PER_DEG: Final = EARTH_RADIUS_M * np.pi / 180.0


@dataclass(frozen=True, slots=True)
class LocalStrength:
    """Mean of ln deficit (n_lat, n_lon) on a grid of ``STEP_DEG`` from west, south on [degrees]."""

    west: float
    south: float
    mean: Floats

    def at(self, lon: Floats, lat: Floats) -> Floats:
        """Return the mean at points (...,), between the grid's points linearly, held beyond it."""
        place = np.stack(np.broadcast_arrays((np.asarray(lat) - self.south) / STEP_DEG,
                                             (np.asarray(lon) - self.west) / STEP_DEG))
        return np.asarray(map_coordinates(self.mean, place, order=1, mode="nearest"), np.float64)


def local_strength(lon: Floats, lat: Floats, ln_deficit: Floats) -> LocalStrength:
    """Return the field of fixes over sea (n_fixes,); those over land or without value are left out.

    Source
    ------
    Kernel regression: Nadaraya (1964), Theory Probab. Appl. 9, 141-142; the fixes are first
    gathered in cells, which are small beside the kernel.
    """
    known = np.isfinite(ln_deficit)
    known[known] = ~is_land(lon[known], lat[known])
    x, y, value = lon[known], lat[known], ln_deficit[known]
    west, south = np.floor(x.min()) - 2.0, np.floor(y.min()) - 2.0
    shape = (int((y.max() + 2.0 - south) / STEP_DEG) + 1,
             int((x.max() + 2.0 - west) / STEP_DEG) + 1)
    cell = (np.rint((y - south) / STEP_DEG).astype(np.int64) * shape[1]
            + np.rint((x - west) / STEP_DEG).astype(np.int64))
    weight = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape).astype(float)
    total = np.bincount(cell, value, minlength=shape[0] * shape[1]).reshape(shape)
    width = WIDTH_M / _M_PER_DEG / STEP_DEG
    # a kernel's height: turns densities into numbers of fixes that it sees
    effective = 4.0 * np.pi * width**2 / np.cos(np.radians(float(np.median(y))))
    sigma = (width, width / np.cos(np.radians(float(np.median(y)))))
    near = [gaussian_filter(part, sigma, mode="constant") * effective for part in (total, weight)]
    far = [gaussian_filter(part, tuple(WIDE * one for one in sigma), mode="constant")
           for part in (total, weight)]
    middle = float(value.mean())
    fallback = np.where(far[1] > 1e-9, far[0] / np.maximum(far[1], 1e-9), middle)
    return LocalStrength(float(west), float(south),
                         np.asarray((near[0] + FEW * fallback) / (near[1] + FEW)))


def last_at_sea(values: Floats, land: Bools) -> Floats:
    """Return values (..., n) where a storm over land keeps that of its last fix at sea."""
    place = np.where(land, 0, np.arange(land.shape[-1]))
    return np.take_along_axis(values, np.maximum.accumulate(place, axis=-1), axis=-1)
