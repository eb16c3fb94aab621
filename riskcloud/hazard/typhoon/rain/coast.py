"""The coast's part in a storm's rain: wind off the sea is wet, wind off the land is dry."""

from typing import Final

import numpy as np

from riskcloud.geo.raster import is_land
from riskcloud.hazard.typhoon.rain.model import CoastTerm
from riskcloud.types import Floats
from riskcloud.units import EARTH_RADIUS_M, KM

FETCH_M: Final = 100.0 * KM
"""How far upwind the land counts (ours; 50 to 300 km fit Hong Kong alike)."""
N_POINTS: Final = 256
"""Points around a site, on a spiral whose turns never repeat: no coast lies along it (ours; sixteen
times more change a harmonic by 0.006, by 0.05 at most)."""
N_HARMONICS: Final = 2
GOLDEN_ANGLE: Final = np.pi * (3.0 - np.sqrt(5.0))
_CELL_DEG: Final = 0.01
"""Sites of one cell share their rays (ours; 1 km against a fetch of 100)."""
_CELLS_AT_ONCE: Final = 4096
_STEEPEST_LAT: Final = 85.0


def land_harmonics(lon: Floats, lat: Floats) -> Floats:
    """Return the first two harmonics of the share of land around sites, by direction.

    Parameters
    ----------
    lon, lat : (n_sites,) degrees WGS84, any window of longitude.

    Returns
    -------
    (n_sites, 4) s1, c1, s2, c2: the share of land towards bearing b is its mean over all directions
    + s1 sin b + c1 cos b + s2 sin 2b + c2 cos 2b. All 0 on the open sea and far inland; a straight
    coast has hypot(s1, c1) = 0.64, the head of a narrow bay less.

    Source
    ------
    Land: models/land_mask/ne_10m, within ``FETCH_M``, all distances alike. Ours.
    """
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    # a site on a cell's edge lies in the same cell in any window of longitude
    column = np.floor(np.mod(lon, 360.0) / _CELL_DEG + 1e-6).astype(np.int64) % 36000
    row = np.floor((lat + 90.0) / _CELL_DEG + 1e-6).astype(np.int64)
    cells, of_cell = np.unique(row * 36000 + column, return_inverse=True)
    found = np.empty((len(cells), 2 * N_HARMONICS))
    for begin in range(0, len(cells), _CELLS_AT_ONCE):
        some = cells[begin:begin + _CELLS_AT_ONCE]
        found[begin:begin + len(some)] = _harmonics((some % 36000 + 0.5) * _CELL_DEG,
                                                   (some // 36000 + 0.5) * _CELL_DEG - 90.0)
    return np.asarray(found[of_cell])


def _harmonics(lon: Floats, lat: Floats) -> Floats:
    k = np.arange(N_POINTS)
    bearing = k * GOLDEN_ANGLE
    away = np.degrees((k + 0.5) / N_POINTS * FETCH_M / EARTH_RADIUS_M)
    shrink = np.cos(np.radians(np.clip(lat, -_STEEPEST_LAT, _STEEPEST_LAT)))
    land = is_land(lon[:, None] + np.sin(bearing) * away / shrink[:, None],
                   np.clip(lat[:, None] + np.cos(bearing) * away, -90.0, 90.0))
    waves = np.stack([wave(m * bearing) for m in range(1, N_HARMONICS + 1)
                      for wave in (np.sin, np.cos)])
    waves -= waves.mean(axis=1, keepdims=True)  # all land is exactly no wave
    return np.asarray(2.0 / N_POINTS * (land @ waves.T))


def coast_lean(land: Floats, term: CoastTerm, *, south: bool = False) -> Floats:
    """Return what the coast adds to ln(rate) by a site's bearing from the centre, (n_sites, 4).

    Parameters
    ----------
    land : (n_sites, 4) of :func:`land_harmonics`.
    term : the model's numbers.
    south : a storm of the southern hemisphere, turning the other way.

    Returns
    -------
    (n_sites, 4) factors of sin b, cos b, sin 2b and cos 2b, b the bearing of the site.

    Source
    ------
    Ours. Air that circles the centre comes to a site at bearing b from bearing b + 90 degrees (- in
    the south); it comes from ``turn`` farther outside. The share of land there, less its mean,
    times -strength. Where a coast's wet side would gain more than ``most_ln``, the whole lean is
    scaled down to that.
    """
    shift = (-1.0 if south else 1.0) * (0.5 * np.pi - term.turn_rad)
    lean = np.empty_like(land)
    for m in range(1, N_HARMONICS + 1):
        sin, cos = land[:, 2 * m - 2], land[:, 2 * m - 1]
        lean[:, 2 * m - 2] = sin * np.cos(m * shift) - cos * np.sin(m * shift)
        lean[:, 2 * m - 1] = sin * np.sin(m * shift) + cos * np.cos(m * shift)
    lean *= -term.strength
    largest = largest_lean(lean)
    return np.ascontiguousarray(lean * np.minimum(1.0, term.most_ln / np.maximum(largest, 1e-9)
                                                  )[:, None])


def largest_lean(lean: Floats) -> Floats:
    """Return the most that a lean (n_sites, 4) adds to ln(rate) on any side, (n_sites,)."""
    bearing = np.radians(np.arange(0.0, 360.0, 5.0))
    waves = np.stack([wave(m * bearing) for m in range(1, N_HARMONICS + 1)
                      for wave in (np.sin, np.cos)])
    return np.asarray((lean @ waves).max(axis=1, initial=0.0))
