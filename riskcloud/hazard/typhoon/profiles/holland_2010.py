"""Holland, Belanger and Fritz (2010): a profile that an outer wind observation can pin."""

import numpy as np

from riskcloud.hazard.typhoon.profiles.holland_2008 import storm_b_surface
from riskcloud.hazard.typhoon.profiles.storm import StormState, speeds
from riskcloud.hazard.typhoon.regressions import GALE_M_S
from riskcloud.kernels.profiles import HOLLAND_2010, N_SHAPE
from riskcloud.types import Floats

OUTER_WIND_M_S = 17.0
OUTER_RADIUS_M = 300_000.0
"""Where the outer profile is pinned when nothing is known: gales at 300 km. The paper's example as
CLIMADA 6 has it; the paper's own text was not seen beyond its first page."""
EXPONENT_FLOOR = 0.4
"""Smallest exponent: keeps the wind falling outwards (CLIMADA 6 convention)."""


def outer_exponent(*, peak_m_s: Floats, r_max_m: Floats, b_s: Floats,
                   outer_wind_m_s: Floats | float = OUTER_WIND_M_S,
                   outer_radius_m: Floats | float = OUTER_RADIUS_M) -> Floats:
    """Exponent x_n at which the profile gives the outer wind at the outer radius.

    All (...,): [m/s], [m], [-], [m/s], [m]. Returns (...,) [-]; 0.5 where the peak does not
    exceed the outer wind or the outer radius lies inside r_max.

    Source: Holland et al. (2010), Mon. Wea. Rev. 138, 4393-4401, eq. 6 solved for x at r_n (the
    equation's number was not seen).
    """
    y = (np.asarray(r_max_m) / outer_radius_m) ** np.asarray(b_s)
    log_base = np.log(y) + 1.0 - y
    with np.errstate(divide="ignore", invalid="ignore"):
        x = np.log(outer_wind_m_s / np.asarray(peak_m_s)) / log_base
    usable = (np.asarray(peak_m_s) > 0.0) & np.isfinite(x) & (log_base < 0.0)
    return np.where(usable, x, 0.5)


def holland_2010(radius_m: Floats, *, r_max_m: Floats, peak_m_s: Floats, b_s: Floats,
                 outer_x: Floats, outer_radius_m: Floats | float = OUTER_RADIUS_M,
                 floor: float = EXPONENT_FLOOR) -> Floats:
    """Surface wind speed around a storm.

    Parameters
    ----------
    radius_m, r_max_m : (...,) [m], > 0.
    peak_m_s : (...,) maximum surface wind [m/s].
    b_s : (...,) surface peakedness of Holland (2008) [-].
    outer_x : (...,) exponent at ``outer_radius_m`` (``outer_exponent``) [-].
    outer_radius_m : (...,) where the outer wind is pinned [m].
    floor : smallest exponent [-].

    Returns
    -------
    (...,) wind speed [m/s].

    Source
    ------
    Holland et al. (2010), Mon. Wea. Rev. 138, 4393-4401, eq. 6: v = v_m (y exp(1 - y))^x,
    y = (r_max/r)^b_s; x = 0.5 inside r_max, then linear in r to x_n (their eq. 10). Confirmed by
    three public programs; the equations' numbers were not seen.
    """
    slope = (np.asarray(outer_x) - 0.5) / (np.asarray(outer_radius_m) - r_max_m)
    return speeds(HOLLAND_2010, radius_m, r_max_m, b_s, peak_m_s, slope, np.inf, floor)


def rows(*, r_max_m: Floats, peak_m_s: Floats, b_s: Floats, outer_x: Floats,
         outer_radius_m: Floats, radius_end_m: Floats | float) -> Floats:
    """Kernel rows (n_nodes, N_SHAPE); beyond ``radius_end_m`` the exponent stays."""
    out = np.zeros((len(b_s), N_SHAPE))
    out[:, 0], out[:, 1] = b_s, peak_m_s
    out[:, 2] = (outer_x - 0.5) / np.maximum(outer_radius_m - r_max_m, 1.0)
    out[:, 3], out[:, 4] = radius_end_m, EXPONENT_FLOOR
    return out


def node_shape(storm: StormState) -> Floats:
    """Kernel rows of the default field: scaled to the peak, pinned at r34 or at 300 km.

    The exponent is held constant beyond the pinned radius, so that the wind never rises outwards.
    """
    b_s = storm_b_surface(storm)
    known = storm.r34_m > 1.05 * storm.r_max_m
    radius = np.where(known, storm.r34_m, np.maximum(OUTER_RADIUS_M, 1.5 * storm.r_max_m))
    x = outer_exponent(peak_m_s=storm.peak_m_s, r_max_m=storm.r_max_m, b_s=b_s,
                       outer_wind_m_s=np.where(known, GALE_M_S, OUTER_WIND_M_S),
                       outer_radius_m=radius)
    return rows(r_max_m=storm.r_max_m, peak_m_s=storm.peak_m_s, b_s=b_s,
                outer_x=np.maximum(x, EXPONENT_FLOOR), outer_radius_m=radius, radius_end_m=radius)
