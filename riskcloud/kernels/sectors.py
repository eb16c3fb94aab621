"""What a site's surroundings make of the wind, by the direction it comes from.

A site has twelve factors, one every 30 degrees clockwise from north, linear in the angle
between. Here they are *relative*: divided by the site's largest, so that none exceeds 1, a site
that is alike in all directions has exactly 1 everywhere, and a bound of the wind over water is one
of the wind times the relative factor. A row has the first factor again at its end.

Factors hold for a wind that is strong enough for the sea's drag to have reached its limit. A
weaker wind has a smoother sea, and what land makes of it is less: the row goes on with the share of
the factor that is lost for each m/s that the wind over water lacks, by direction in the same way.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

Array = npt.NDArray[Any]

N_SECTORS = 12
LOSS = N_SECTORS + 1
"""First column of the losses, after the factors and north again."""
COLUMNS = 2 * LOSS
"""Columns of a row."""
SATURATED_M_S = (2.5 - 0.49) / 0.065 / 0.93
"""1-min wind over open water from which the drag no longer grows (models/surface/default)."""
SMOOTH_M_S = 11.0 / 0.93
"""1-min wind below which the drag no longer falls (Large and Pond 1981)."""
_PER_RADIAN = 6.0 / np.pi


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def sector_position(u: float, v: float) -> float:
    """Return where a wind (u east, v north) comes from, in sectors of 30 degrees, 0 to 12.

    Within 1e-5 rad (0.0006 degrees) of the arc tangent, without branch or square root; 0 for calm
    and NaN. Source: Abramowitz and Stegun (1964), Handbook of Mathematical Functions, 4.4.49.
    """
    across, along = abs(u), abs(v)
    steep = across > along
    small, large = (along, across) if steep else (across, along)
    large = 1e-300 if large < 1e-300 else large
    t = small / large
    z = t * t
    p = 0.0208351
    p = p * z - 0.0851330
    p = p * z + 0.1801410
    p = p * z - 0.3302995
    p = p * z + 0.9998660
    p = p * t * _PER_RADIAN
    p = 3.0 - p if steep else p
    p = 6.0 - p if v > 0.0 else p
    p = 12.0 - p if u > 0.0 else p
    return p if p >= 0.0 else 0.0


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def relative_factor(u: float, v: float, relative: Array, j: int) -> float:
    """Return the factor of row j of relative (n, COLUMNS) for a wind (u, v) over water."""
    p = sector_position(u, v)
    k = int(p)
    k = N_SECTORS - 1 if k > N_SECTORS - 1 else k
    low, high = float(relative[j, k]), float(relative[j, k + 1])
    factor = low + (p - k) * (high - low)
    speed_sq = u * u + v * v
    if speed_sq < SATURATED_M_S * SATURATED_M_S:
        low, high = float(relative[j, LOSS + k]), float(relative[j, LOSS + k + 1])
        lacks = SATURATED_M_S - max(speed_sq ** 0.5, SMOOTH_M_S)
        factor *= 1.0 - lacks * (low + (p - k) * (high - low))
    return factor


@njit(cache=True, nogil=True, error_model="numpy")
def envelope(relative: Array, out: Array) -> None:
    """Write the largest relative factor of any row within each sector (N_SECTORS,)."""
    out[:] = 0.0
    for j in range(relative.shape[0]):
        for k in range(N_SECTORS):
            out[k] = max(out[k], relative[j, k], relative[j, k + 1])


@njit(cache=True, nogil=True, error_model="numpy")
def largest_within(top: Array, middle: float, half_width: float) -> float:
    """Return the largest of an envelope within half_width sectors of a position."""
    if not half_width < 0.5 * N_SECTORS - 1.0:
        return top.max()
    largest = 0.0
    for k in range(int(np.floor(middle - half_width)), int(np.floor(middle + half_width)) + 1):
        largest = max(largest, top[k % N_SECTORS])
    return largest
