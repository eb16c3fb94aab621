"""Holland (1980): the first rectangular-hyperbola pressure profile, with its gradient wind."""

import numpy as np

from riskcloud.hazard.typhoon.profiles.storm import (
    GRADIENT_TO_SURFACE,
    StormState,
    fitted_to_gale,
    speeds,
)
from riskcloud.kernels.profiles import HOLLAND, N_SHAPE
from riskcloud.types import Floats

AIR_DENSITY_KG_M3 = 1.15
"""Air density in Holland's papers, kg/m3 (1980, below eq. 6; 2008, below eq. 7)."""


def holland_1980(radius_m: Floats, *, r_max_m: Floats, deficit_pa: Floats, b: Floats,
                 coriolis_per_s: Floats | float = 0.0,
                 air_density_kg_m3: float = AIR_DENSITY_KG_M3) -> Floats:
    """Gradient wind speed of an axisymmetric vortex at rest.

    Parameters
    ----------
    radius_m : (...,) distance from the storm centre [m]; below 1 m counts as 1 m.
    r_max_m : (...,) radius of maximum wind [m], > 0.
    deficit_pa : (...,) ambient minus central pressure [Pa], >= 0.
    b : (...,) peakedness of the profile [-], usually 1 to 2.5.
    coriolis_per_s : (...,) Coriolis parameter [1/s]; the sign (hemisphere) is ignored.
    air_density_kg_m3 : air density at gradient level [kg/m3].

    Returns
    -------
    (...,) wind speed [m/s], >= 0. All arguments broadcast; NaN in, NaN out.

    Raises
    ------
    InputError : a radius of maximum wind that is not positive.

    Source
    ------
    Holland (1980), Mon. Wea. Rev. 108, 1212-1218, eq. 4 with eq. 6 (the formula as two public
    programs have it; the equations' numbers were not seen). Gradient level: ``rows`` brings it
    down to 10 m before a vulnerability curve sees it.
    """
    peak_sq = np.asarray(b) * np.maximum(deficit_pa, 0.0) / (air_density_kg_m3 * np.e)
    half_f = 0.5 * np.abs(coriolis_per_s)
    speed = speeds(HOLLAND, radius_m, r_max_m, b, peak_sq, half_f, 1.0)
    return np.maximum(speed, 0.0)  # far out the Coriolis term leaves a small negative


def b_from_wind(peak_m_s: Floats, deficit_pa: Floats,
                air_density_kg_m3: float = AIR_DENSITY_KG_M3) -> Floats:
    """Peakedness that gives a peak gradient wind at a pressure deficit, held in [1, 2.5].

    peak_m_s, deficit_pa : (...,) [m/s], [Pa]. Returns (...,) [-]; 1 where the deficit is zero.

    Source: Holland (1980) eq. 7 solved for B; the range 1 to 2.5 is Holland's, as public programs
    that cite the paper have it.
    """
    deficit = np.maximum(deficit_pa, 1e-6)
    b = np.asarray(peak_m_s) ** 2 * np.e * air_density_kg_m3 / deficit
    return np.where(np.asarray(deficit_pa) > 0.0, np.clip(b, 1.0, 2.5), 1.0)


def b_vickery_wadhera_2008(r_max_m: Floats, coriolis_per_s: Floats) -> Floats:
    """Peakedness from size and latitude by a fit to reconnaissance flights.

    r_max_m, coriolis_per_s : (...,) [m], [1/s]; the sign of the latter is ignored.
    Returns (...,) [-], held in [0.8, 2.2] (our choice).

    Source
    ------
    Vickery and Wadhera (2008), J. Appl. Meteor. Climatol. 47, 2497-2517, eq. 23:
    B = 1.833 - 0.326 sqrt(f r_max); read in the public program TCHazaRds, the paper was not at
    hand. Their other regression, on pressure and sea temperature too, gives B within 0.04 of it.
    """
    b = 1.833 - 0.326 * np.sqrt(np.abs(coriolis_per_s) * np.asarray(r_max_m))
    return np.asarray(np.clip(b, 0.8, 2.2))


def rows(storm: StormState, b: Floats) -> Floats:
    """Kernel rows (n_nodes, N_SHAPE) of a gradient profile whose peak is the storm's."""
    half_f = 0.5 * np.abs(storm.coriolis_per_s)
    spin = half_f * storm.r_max_m
    peak_sq = (storm.gradient_peak_m_s + spin) ** 2 - spin**2
    out = np.zeros((len(b), N_SHAPE))
    out[:, 0], out[:, 1], out[:, 2], out[:, 3] = b, peak_sq, half_f, GRADIENT_TO_SURFACE
    return out


def node_shape(storm: StormState) -> Floats:
    """Kernel rows of the default field: scaled to the peak, B from r34 when given.

    Without r34, B is that of Vickery and Wadhera (2008): it does not rise with the advised wind,
    so a stronger advisory never lowers the wind anywhere.
    """
    own = b_vickery_wadhera_2008(storm.r_max_m, storm.coriolis_per_s)
    fitted = fitted_to_gale(HOLLAND, storm, 0.8, 3.0, lambda b: rows(storm, b))
    return rows(storm, np.where(np.isnan(fitted), own, fitted))
