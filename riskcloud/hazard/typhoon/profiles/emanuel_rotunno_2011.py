"""Emanuel and Rotunno (2011): the outflow's stratification shapes the angular momentum."""

import numpy as np

from riskcloud.hazard.typhoon.profiles.storm import (
    GRADIENT_TO_SURFACE,
    StormState,
    fitted_to_gale,
    speeds,
)
from riskcloud.kernels.profiles import EMANUEL_ROTUNNO_2011, N_SHAPE
from riskcloud.types import Floats


def emanuel_rotunno_2011(radius_m: Floats, *, r_max_m: Floats, peak_m_s: Floats,
                         coriolis_per_s: Floats | float, ck_cd: Floats | float = 1.0) -> Floats:
    """Gradient wind speed around a storm at rest; exactly ``peak_m_s`` at ``r_max_m``.

    Parameters
    ----------
    radius_m, r_max_m : (...,) [m], > 0; a radius below 1 m counts as 1 m.
    peak_m_s : (...,) gradient wind at r_max [m/s].
    coriolis_per_s : (...,) Coriolis parameter [1/s]; the sign is ignored.
    ck_cd : (...,) ratio of the exchange coefficients of enthalpy and momentum, 0 < . < 2 [-].

    Returns
    -------
    (...,) wind speed [m/s], >= 0.

    Source
    ------
    Emanuel and Rotunno (2011), J. Atmos. Sci. 68, 2236-2249, eq. 36: (M/M_m)^(2 - c) =
    2 s / (2 - c + c s), s = (r/r_m)^2, c = C_k/C_d, with M = r V + f r^2 / 2 kept in full, as in
    several public programs. V = M / r, as some take it, overshoots the given peak by
    f r_m / 2. The equation's number was not seen in the paper itself.
    """
    half_f = 0.5 * np.abs(coriolis_per_s)
    momentum = r_max_m * (np.asarray(peak_m_s) + half_f * r_max_m)
    speed = speeds(EMANUEL_ROTUNNO_2011, radius_m, r_max_m, momentum, ck_cd, half_f, 1.0)
    return np.maximum(speed, 0.0)


def rows(storm: StormState, ck_cd: Floats) -> Floats:
    """Kernel rows (n_nodes, N_SHAPE) of a gradient profile whose peak is the storm's."""
    half_f = 0.5 * np.abs(storm.coriolis_per_s)
    out = np.zeros((len(ck_cd), N_SHAPE))
    out[:, 0] = storm.r_max_m * (storm.gradient_peak_m_s + half_f * storm.r_max_m)
    out[:, 1], out[:, 2], out[:, 3] = ck_cd, half_f, GRADIENT_TO_SURFACE
    return out


def node_shape(storm: StormState) -> Floats:
    """Kernel rows of the default field: scaled to the peak, C_k/C_d from r34 when given, else 1."""
    fitted = fitted_to_gale(EMANUEL_ROTUNNO_2011, storm, 0.05, 1.9, lambda c: rows(storm, c))
    return rows(storm, np.where(np.isnan(fitted), 1.0, fitted))
