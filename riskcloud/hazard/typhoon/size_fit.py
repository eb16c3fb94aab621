"""Fit the usual size of western North Pacific storms to the wind radii of RSMC Tokyo.

``models/track_fill/jma_radii`` holds the result; a test fits it again.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.averaging import sustained_1min
from riskcloud.hazard.typhoon.regressions import GALE_M_S
from riskcloud.types import Floats
from riskcloud.units import KNOT

CAP_M_S: Final = 33.0
"""Wind beyond which size no longer grows: typhoon strength. Caps of 33 to 60 m/s fit alike
(standard deviations 0.406 to 0.408 of ln r); the lowest says least (our choice)."""
POLEWARD_DEG: Final = 32.0
"""Storms farther poleward are left out: they change into extratropical ones (our choice)."""


@dataclass(frozen=True, slots=True)
class SizeFit:
    """ln r34 = ln mean_radius_m + wind_power ln(v / CAP_M_S) + per_10_degrees (|lat| - 20) / 10.

    v is the 1-min wind, held in [34 kt, CAP_M_S]; exponent that of the wind between 50 and 30 kt;
    sd the standard deviation of ln r34 about the fit; n fixes.
    """

    mean_radius_m: float
    wind_power: float
    per_10_degrees: float
    exponent: float
    sd: float
    n: int


def fit_size(wind_m_s: Floats, lat: Floats, r30_m: Floats, r50_m: Floats) -> SizeFit:
    """Least squares of ln r34 over the fixes of many storms.

    Parameters
    ----------
    wind_m_s : (n,) 1-min maximum wind of another agency or RSMC Tokyo's converted [m/s].
    lat : (n,) degrees.
    r30_m, r50_m : (n,) mean radius of 30 and 50 kt 10-min wind, half the sum of the longest and the
        shortest: the mean of an eccentric circle [m]; 0 or NaN where there is none.

    Returns
    -------
    SizeFit. r34 of the 1-min wind follows from r30 by the median exponent with which the wind falls
        between r50 and r30 of the same fixes.

    Raises
    ------
    InputError : fewer than ten fixes that count.

    Source: our own choice of form; that size grows with intensity up to about 40 m/s is found by
    STI/CMA too (Atmosphere 2023, 14, 1468, abstract).
    """
    both = (r50_m > 0.0) & (r30_m > r50_m)
    use = (r30_m > 0.0) & (wind_m_s >= GALE_M_S) & (np.abs(lat) < POLEWARD_DEG)
    if both.sum() < 10 or use.sum() < 10:
        raise InputError("too few fixes with radii of 30 and 50 kt wind to fit a size: 10 needed")
    exponent = float(np.median(np.log(50.0 / 30.0) / np.log(r30_m[both] / r50_m[both])))
    at_30 = sustained_1min(np.array(30.0 * KNOT), 600.0)
    ln_r34 = np.log(r30_m[use]) + np.log(at_30 / GALE_M_S) / exponent
    strength = np.log(np.minimum(wind_m_s[use], CAP_M_S) / CAP_M_S)
    columns = np.column_stack([np.ones(use.sum()), strength, (np.abs(lat[use]) - 20.0) / 10.0])
    answer = np.linalg.lstsq(columns, ln_r34, rcond=None)[0]
    sd = float(np.std(ln_r34 - columns @ answer))
    return SizeFit(float(np.exp(answer[0])), float(answer[1]), float(answer[2]), exponent, sd,
                   int(use.sum()))
