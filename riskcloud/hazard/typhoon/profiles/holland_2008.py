"""Holland (2008): the 1980 profile at the surface, its peakedness from pressure and motion."""

import numpy as np

from riskcloud.hazard.typhoon.profiles.holland_1980 import AIR_DENSITY_KG_M3
from riskcloud.hazard.typhoon.profiles.storm import StormState, fitted_to_gale, speeds
from riskcloud.kernels.profiles import HOLLAND, N_SHAPE
from riskcloud.types import Floats
from riskcloud.units import HOUR, HPA

B_S_RANGE = (0.81, 2.025)
"""Range of the surface peakedness: 0.9**2 times the gradient range 1 to 2.5, as CLIMADA 6 has."""


FITTED_RANGE = (0.8, 3.0)
"""Range of a b that is fitted to the gale's radius (ours): flatter ones never end."""


def b_surface(*, deficit_pa: Floats, pressure_tendency_pa_s: Floats, lat: Floats,
              motion_m_s: Floats) -> Floats:
    """Surface peakedness b_s of a storm, from its pressure, its trend, its place and its motion.

    Parameters
    ----------
    deficit_pa : (...,) ambient minus central pressure [Pa], >= 0.
    pressure_tendency_pa_s : (...,) change of the central pressure with time [Pa/s].
    lat : (...,) latitude [degrees]; the sign is ignored.
    motion_m_s : (...,) speed of the centre [m/s].

    Returns
    -------
    (...,) b_s [-], held in [0.81, 2.025].

    Source
    ------
    Holland (2008), Mon. Wea. Rev. 136, 3432-3445, eq. 11: b_s = -4.4e-5 dp^2 + 0.01 dp
    + 0.03 dp/dt - 0.014 |lat| + 0.15 v_t^x + 1, x = 0.6 (1 - dp / 215); hPa, hPa/h, m/s. The
    coefficients stand in several public programs; the equation's number is theirs.
    """
    deficit = np.asarray(deficit_pa) / HPA
    tendency = np.asarray(pressure_tendency_pa_s) * HOUR / HPA
    power = 0.6 * (1.0 - deficit / 215.0)
    b = (-4.4e-5 * deficit**2 + 0.01 * deficit + 0.03 * tendency - 0.014 * np.abs(lat)
         + 0.15 * np.asarray(motion_m_s) ** power + 1.0)
    return np.clip(b, *B_S_RANGE)


def peak_wind(deficit_pa: Floats, b_s: Floats,
              air_density_kg_m3: float = AIR_DENSITY_KG_M3) -> Floats:
    """Maximum surface wind of a pressure deficit, m/s.

    deficit_pa [Pa], b_s [-] : (...,). Returns (...,) [m/s].

    Source: Holland (2008), Mon. Wea. Rev. 136, 3432-3445: v_m = sqrt(b_s dp / (rho e)), Holland
    (1980) eq. 7 at the surface (the equation's number in the later paper was not seen).
    """
    return np.sqrt(np.asarray(b_s) * np.maximum(deficit_pa, 0.0) / (air_density_kg_m3 * np.e))


def holland_2008(radius_m: Floats, *, r_max_m: Floats, deficit_pa: Floats, b_s: Floats,
                 air_density_kg_m3: float = AIR_DENSITY_KG_M3) -> Floats:
    """Surface wind speed around a storm, cyclostrophic.

    radius_m, r_max_m [m], deficit_pa [Pa], b_s [-] : (...,), broadcast. Returns (...,) [m/s].

    Source: Holland (2008), Mon. Wea. Rev. 136, 3432-3445: Holland (1980), eq. 5 (cyclostrophic),
    at the surface (the equations' numbers in the later paper were not seen).
    """
    peak = peak_wind(deficit_pa, b_s, air_density_kg_m3)
    return speeds(HOLLAND, radius_m, r_max_m, b_s, peak**2, 0.0, 1.0)


def storm_b_surface(storm: StormState) -> Floats:
    """Return b_s at the nodes of a storm."""
    return b_surface(deficit_pa=storm.deficit_pa, lat=storm.lat, motion_m_s=storm.motion_m_s,
                     pressure_tendency_pa_s=storm.pressure_tendency_pa_s)


def rows(storm: StormState, b: Floats) -> Floats:
    """Kernel rows (n_nodes, N_SHAPE) of a surface profile whose peak is the storm's."""
    out = np.zeros((len(b), N_SHAPE))
    out[:, 0], out[:, 1], out[:, 3] = b, storm.peak_m_s**2, 1.0
    return out


def node_shape(storm: StormState) -> Floats:
    """Kernel rows of the default field: scaled to the peak, b_s from r34 when given."""
    fitted = fitted_to_gale(HOLLAND, storm, *FITTED_RANGE, lambda b: rows(storm, b))
    return rows(storm, np.where(np.isnan(fitted), storm_b_surface(storm), fitted))
