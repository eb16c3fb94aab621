"""The wind below which a curve does next to nothing: events below it need not be looked at."""

from typing import Final

import numpy as np
from scipy.special import roots_hermitenorm

from riskcloud.kernels.curves import curve_values
from riskcloud.types import CurveArrays, Floats

NEGLIGIBLE: Final = 3e-5
"""Mean damage ratio below which a wind is left out (ours; docs/science/risk.md has what it costs).
"""
_GRID: Final = np.geomspace(0.05, 200.0, 600)
"""Intensities looked at: m/s, and ratios of a gust to the design's."""
_NODES: Final = 31


def quiet_intensity(curves: CurveArrays, negligible: float = NEGLIGIBLE) -> Floats:
    """Intensity of each curve (n_curves,) below which its mean damage ratio is negligible.

    The mean is over the damage states and over the curve's own spread (Gauss-Hermite quadrature,
    31 nodes). The result is the largest intensity of a grid of 1.4 % that is below; 0 where the
    first one is not.
    """
    z, weight = roots_hermitenorm(_NODES)
    weight = weight / weight.sum()
    found = np.zeros(len(curves.curve_id))
    for c, sigma in enumerate(curves.spread_sigma):
        mean = sum(w * _mean_ratio(curves, c, float(np.exp(sigma * one)))
                   for one, w in zip(z, weight, strict=True))
        above = np.flatnonzero(mean >= negligible)
        if not len(above):
            found[c] = np.inf
        elif above[0] > 0:
            found[c] = _GRID[above[0] - 1]
    return found


def _mean_ratio(curves: CurveArrays, c: int, factor: float) -> Floats:
    """Mean damage ratio of a curve over the grid, its capacity times ``factor``."""
    mean, above = np.zeros(len(_GRID)), np.zeros(len(_GRID))
    for row in range(curves.row_start[c + 1] - 1, curves.row_start[c] - 1, -1):
        table = slice(curves.table_start[row], curves.table_start[row + 1])
        p = np.empty(len(_GRID))
        curve_values(curves.form[row], *curves.params[row], _GRID, np.full(len(_GRID), factor),
                     curves.table_x[table], curves.table_y[table], p)
        p = np.maximum(p, above)
        mean += (p - above) * curves.consequence[row]
        above = p
    return mean
