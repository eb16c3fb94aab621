"""Scatter of core radii about a modified Rankine vortex, from the wind radii of RSMC Tokyo.

``models/track_fill/core_radii`` holds the result; a test fits it again.
"""

from dataclasses import dataclass

import numpy as np

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.averaging import sustained_1min
from riskcloud.hazard.typhoon.regressions import GALE_M_S, card, r_max_from_r34_m
from riskcloud.types import Floats
from riskcloud.units import KNOT


@dataclass(frozen=True, slots=True)
class CoreScatter:
    """Standard deviations of ln r50 and of ln Rmax; n fixes."""

    radius: float
    r_max: float
    n: int


def fit_core_scatter(wind_m_s: Floats, lat: Floats, r34_m: Floats, r50_m: Floats, *,
                     motion_m_s: float) -> CoreScatter:
    """Split the scatter of the radius of 50 kt into its own and that of Rmax.

    Parameters
    ----------
    wind_m_s : (n,) 1-min maximum wind.
    lat : (n,) degrees.
    r34_m : (n,) mean radius of 34 kt 1-min wind [m].
    r50_m : (n,) mean radius of 50 kt 10-min wind [m]; 0 where there is none.
    motion_m_s : mean speed of the storms.

    Returns
    -------
    CoreScatter. Between Rmax, that of Chavas and Knaff (2022), and r34 the wind is a power of the
        radius, so an error of ln Rmax moves ln r50 by 1 - a (``core_radii``), less in a strong
        storm: the squared residuals are s_r^2 + (1 - a)^2 s_Rmax^2, by least squares.

    Raises
    ------
    InputError : fewer than ten fixes that count, or residuals that do not grow with 1 - a.

    Source: our choice of form.
    """
    least = card("core_radii")["least_wind_ratio"]
    share = card("chavas_knaff_klotzbach_2025")["motion_share"]
    at_50, peak = float(sustained_1min(np.array(50.0 * KNOT), 600.0)), wind_m_s - share * motion_m_s
    use = (r50_m > 0.0) & (r34_m > r50_m) & (peak > least * at_50)
    if use.sum() < 10:
        raise InputError("too few fixes with radii of 30 and 50 kt wind to fit a core: 10 needed")
    inner = 1.0 - np.log(peak[use] / at_50) / np.log(peak[use] / GALE_M_S)
    r_max = r_max_from_r34_m(wind_m_s[use], lat[use], r34_m[use])
    off = np.log(r50_m[use]) - inner * np.log(r_max) - (1.0 - inner) * np.log(r34_m[use])
    columns = np.column_stack([np.ones(len(off)), inner**2])
    own, of_r_max = np.linalg.lstsq(columns, (off - off.mean()) ** 2, rcond=None)[0]
    if own <= 0.0 or of_r_max <= 0.0:
        raise InputError("the scatter of the radius of 50 kt wind does not grow with that of Rmax")
    return CoreScatter(float(own**0.5), float(of_r_max**0.5), int(use.sum()))
