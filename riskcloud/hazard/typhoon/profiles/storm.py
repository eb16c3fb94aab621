"""What a profile may know of a storm, and how its formula is evaluated on arrays."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.regressions import GALE_M_S, card, size_m
from riskcloud.kernels import profiles as kernel
from riskcloud.types import Floats

GRADIENT_TO_SURFACE = 0.9
"""10 m wind over water as a share of the wind at flight level in the eye wall.

Source: Franklin, Black and Valde (2003), Weather and Forecasting 18, 32-44 (abstract: the surface
wind is about 90 % of that at 700 hPa)."""


@dataclass(frozen=True, slots=True)
class StormState:
    """A storm at the nodes of its path; arrays (n_nodes,), SI units.

    peak_m_s is the largest wind around the centre at 10 m, motion taken off, 1-min mean over
    water. r34_m is the mean radius of 34 kt wind, given or filled, NaN where there is none (then a
    profile keeps the shape of its own paper).
    """

    lat: Floats
    r_max_m: Floats
    peak_m_s: Floats
    central_pressure_pa: Floats
    deficit_pa: Floats
    pressure_tendency_pa_s: Floats
    motion_m_s: Floats
    coriolis_per_s: Floats
    r34_m: Floats

    @property
    def size_m(self) -> Floats:
        """Mean radius of 34 kt wind, the usual one of a western North Pacific storm if unknown."""
        usual = size_m(np.maximum(self.peak_m_s, GALE_M_S), self.lat, basin="WP")
        mean = card("chavas_knaff_2022")["mean_per_quadrant_maximum"] * usual
        return np.where(np.isnan(self.r34_m), mean, self.r34_m)

    @property
    def gradient_peak_m_s(self) -> Floats:
        """Peak at gradient level: the 10 m peak divided by ``GRADIENT_TO_SURFACE``."""
        return self.peak_m_s / GRADIENT_TO_SURFACE


def speeds(code: int, radius_m: Floats, r_max_m: Floats, *shape: Floats | float) -> Floats:
    """Evaluate a kernel formula on broadcast arrays; radii below 1 m count as 1 m.

    Raises InputError for a radius of maximum wind that is not positive.
    """
    if np.any(np.asarray(r_max_m) <= 0.0):
        raise InputError(f"r_max_m must be > 0 m, got {np.nanmin(r_max_m):g}")
    radius, r_max, *parts = np.broadcast_arrays(radius_m, r_max_m, *shape)
    rows = np.zeros((kernel.N_SHAPE, radius.size))
    for k, part in enumerate(parts):
        rows[k] = part.ravel()
    out = np.empty(radius.size)
    near = np.maximum(radius.ravel().astype(np.float64), 1.0)
    kernel.profile_speed_rows(code, near, r_max.ravel().astype(np.float64), rows, out)
    return out.reshape(radius.shape)


def fitted_to_gale(code: int, storm: StormState, low: float, high: float,
                   shape: Callable[[Floats], Floats]) -> Floats:
    """Parameter in [low, high] with which a profile gives 34 kt at ``storm.r34_m``.

    Parameters
    ----------
    code : of the kernel formula.
    storm : its r34 [m] is NaN where unknown.
    low, high : range of the parameter; the result is held at an end when no value gives r34.
    shape : parameter (n_nodes,) -> the kernel's rows (n_nodes, N_SHAPE); the wind at r34 must fall
        as the parameter grows.

    Returns
    -------
    (n_nodes,), by 40 bisections; NaN where r34 is unknown or below 1.05 r_max, or the peak below
    1.02 of a gale: too close to tell a shape from (our choice).

    Source: our choice, to let a known size shape the profile; Holland et al. (2010) do so with x.
    """
    usable = (storm.r34_m > 1.05 * storm.r_max_m) & (storm.peak_m_s > 1.02 * GALE_M_S)
    if not usable.any():
        return np.full(len(usable), np.nan)
    radius = np.where(usable, storm.r34_m, 2.0 * storm.r_max_m)
    smallest, largest = np.full(len(radius), low), np.full(len(radius), high)
    out = np.empty(len(radius))
    for _ in range(40):
        middle = 0.5 * (smallest + largest)
        kernel.profile_speed_rows(code, radius, storm.r_max_m,
                                  np.ascontiguousarray(shape(middle).T), out)
        above = out > GALE_M_S
        smallest, largest = np.where(above, middle, smallest), np.where(above, largest, middle)
    return np.where(usable, 0.5 * (smallest + largest), np.nan)

