"""Fit a decay over land to best tracks: which fixes count, and the least squares."""

from typing import Final

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError
from riskcloud.geo.raster import is_land
from riskcloud.hazard.typhoon.land_decay import STEP_H, Decay
from riskcloud.types import Floats
from riskcloud.units import KNOT

SOUTH_CHINA: Final = (105.0, 18.0, 120.0, 27.0)
"""Where a landfall counts: west, south, east, north [degrees]."""
WEAKEST_M_S: Final = 34.0 * KNOT
"""Weakest wind at landfall that counts: gale force, 1-min (our choice)."""
LONGEST_H: Final = 48.0
"""Hours after landfall that count (our choice: few storms are still followed later)."""


def fixes_after_landfall(lon: npt.ArrayLike, lat: npt.ArrayLike, hour: npt.ArrayLike,
                         wind_m_s: npt.ArrayLike, *,
                         box: tuple[float, float, float, float] = SOUTH_CHINA) -> Floats:
    """Return the fixes of one storm between its first landfall in a box and its return to sea.

    Parameters
    ----------
    lon, lat, hour : (n_fixes,) degrees, hours since any one time, ascending.
    wind_m_s : (n_fixes,) 1-min maximum wind [m/s].
    box : west, south, east, north of the landfalls that count [degrees].

    Returns
    -------
    (n, 3) hours over land, wind at the last fix at sea, wind at the fix. Empty without such a
    landfall, with a weaker wind than ``WEAKEST_M_S`` before it, or when no fix follows over land.
    """
    lon, lat, hour, wind = (np.asarray(v, float) for v in (lon, lat, hour, wind_m_s))
    if len(lon) < 2:
        return np.empty((0, 3))
    when = np.arange(hour[0], hour[-1] + 1e-9, STEP_H)
    x, y = np.interp(when, hour, lon), np.interp(when, hour, lat)
    land = is_land(x, y)
    west, south, east, north = box
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    ashore = np.flatnonzero(~land[:-1] & land[1:] & inside[1:]) + 1
    for start in ashore:
        at_sea = np.flatnonzero(~land[start:])
        end = start + int(at_sea[0]) if at_sea.size else len(when)
        over = (hour >= when[start]) & (hour <= min(when[end - 1], when[start] + LONGEST_H))
        if over.any():
            before = wind[np.searchsorted(hour, when[start], side="left") - 1]
            found = np.column_stack([hour[over] - when[start],
                                     np.full(int(over.sum()), before), wind[over]])
            return found if before >= WEAKEST_M_S else np.empty((0, 3))
    return np.empty((0, 3))


def fit_decay(fixes: Floats) -> Decay:
    """Return the constants that fit the winds after landfall best, by least squares.

    Parameters
    ----------
    fixes : (n, 3) as ``fixes_after_landfall`` gives them, of all storms.

    Raises
    ------
    InputError : fewer than ten fixes, or one that is not a number.
    """
    from scipy.optimize import least_squares  # takes a while to import

    if fixes.ndim != 2 or len(fixes) < 10 or not np.isfinite(fixes).all():
        raise InputError(f"fit_decay: expected 10 fixes or more, all numbers; got {fixes.shape}")
    hours, before, wind = fixes.T

    def error(constants: Floats) -> Floats:
        background, rate, factor = constants
        decay = Decay(float(background), float(rate), float(factor))
        return np.asarray(decay.wind(before, np.zeros_like(hours), hours) - wind)

    found = least_squares(error, x0=(10.0, 0.1, 0.95), bounds=((0.0, 0.0, 0.5), (20.0, 1.0, 1.0)),
                          x_scale=(10.0, 0.1, 0.1), method="trf").x
    return Decay(*map(float, found))
