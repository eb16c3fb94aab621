"""A storm's profile at each node of its path as a table: no root, power or exponential a site.

The speed is kept by the square of the radius over r_max, linear between places that stand
``PER_OCTAVE`` to a factor of two; one is at r_max, so that a cusp there is exact. The error is
2e-4 of the speed where a profile falls as a power of the radius, 0.01 m/s in a typhoon, and up to
0.1 m/s beside a bend elsewhere.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.elementary import _bits_of, _float_of
from riskcloud.kernels.profiles import profile_speeds
from riskcloud.kernels.vortex import (
    FADING_PER_M,
    HALF_FADED_M,
    LAT,
    LON,
    M_PER_DEG,
    MOTION_EAST,
    MOTION_NORTH,
    R_MAX,
    SHAPE,
    STRETCH,
    STRETCH_CROSS,
    STRETCH_EAST,
    STRETCH_NORTH,
)

Array = npt.NDArray[Any]

MANTISSA_BITS = 4
PER_OCTAVE = 1 << MANTISSA_BITS
FIRST_OCTAVE, LAST_OCTAVE = -10, 16
"""Octaves of the squared ratio: 1/32 to 256 of r_max. The speed stays the same nearer to the
centre, and is 0 beyond."""
N_PLACES = (LAST_OCTAVE - FIRST_OCTAVE) * PER_OCTAVE + 1
_LEAST, _MOST = 2.0**FIRST_OCTAVE, 2.0**LAST_OCTAVE
_SHIFT = 52 - MANTISSA_BITS
_BASE = (1023 + FIRST_OCTAVE) << MANTISSA_BITS

(T_LON, T_LAT, T_HALF_SIN, T_HALF_COS, T_R_MAX, T_EAST, T_NORTH, T_STRETCH, T_STRETCH_EAST,
 T_STRETCH_NORTH, T_STRETCH_CROSS) = range(11)
N_COLUMNS = 11
"""Columns of a row: degrees, sine and cosine of half the latitude times metres a degree, r_max [m],
the wind of the motion [m/s], the stretch (``kernels/vortex.py``)."""


S_LON, S_LAT, S_HALF_SIN, S_HALF_COS = range(4)
"""Rows of the sites: degrees, sine and cosine of half the latitude."""


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def place_of(ratio_sq: float) -> tuple[int, float]:
    """Return the place in a table at or before a squared ratio, and the share on to the next.

    The leading bits of a positive number, exponent and first binary places, count the places.
    """
    held = _LEAST if ratio_sq < _LEAST else ratio_sq
    held = _MOST if held > _MOST else held
    bits = _bits_of(held)
    share = _float_of(((bits << MANTISSA_BITS) & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000) - 1.0
    place = (bits >> _SHIFT) - _BASE
    last = place > N_PLACES - 2
    return (N_PLACES - 2 if last else place), (1.0 if last else share)


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def fill_table(code: int, nodes: Array, table: Array, rows: Array) -> None:
    """Write the speeds (n_nodes, N_PLACES) of each node, and its row (n_nodes, N_COLUMNS)."""
    root = np.empty(N_PLACES)
    for i in range(N_PLACES):
        octave, step = i // PER_OCTAVE + FIRST_OCTAVE, i % PER_OCTAVE
        root[i] = np.sqrt(2.0**octave * (1.0 + step / PER_OCTAVE))
    for k in prange(nodes.shape[0]):
        node, row, speed = nodes[k], rows[k], table[k]
        profile_speeds(code, root * node[R_MAX], node[R_MAX], node[SHAPE:], speed)
        for i in range(N_PLACES):
            speed[i] = max(speed[i], 0.0)
        speed[N_PLACES - 1] = 0.0
        half = 0.5 * node[LAT] * np.pi / 180.0
        row[T_LON], row[T_LAT], row[T_R_MAX] = node[LON], node[LAT], node[R_MAX]
        row[T_HALF_SIN], row[T_HALF_COS] = np.sin(half) * M_PER_DEG, np.cos(half) * M_PER_DEG
        row[T_EAST], row[T_NORTH] = node[MOTION_EAST], node[MOTION_NORTH]
        row[T_STRETCH], row[T_STRETCH_EAST] = node[STRETCH], node[STRETCH_EAST]
        row[T_STRETCH_NORTH], row[T_STRETCH_CROSS] = node[STRETCH_NORTH], node[STRETCH_CROSS]


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def fading(r: float) -> float:
    """Return ``vortex.background`` to 3e-6, by an exponential of fewer terms."""
    x = FADING_PER_M * (r - HALF_FADED_M) * 1.4426950408889634
    x = 60.0 if x > 60.0 else x
    shifted = x + 6755399441055744.0
    f = (x - (shifted - 6755399441055744.0)) * 0.6931471805599453
    p = 1.0 + f * (1.0 + f * (0.5 + f * (1.0 / 6.0 + f * (1.0 / 24.0 + f * (1.0 / 120.0)))))
    return 1.0 / (1.0 + p * _float_of((_bits_of(shifted) + 1023) << 52))


@njit(cache=True, nogil=True, error_model="numpy")
def speed_of_node(r: float, r_max: float, speed: Array) -> float:
    """Return a node's speed at a radius where nothing stretches it."""
    i, share = place_of(r * r / (r_max * r_max))
    return speed[i] + share * (speed[i + 1] - speed[i])
