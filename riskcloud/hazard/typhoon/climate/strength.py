"""Wind from pressure deficit and back, for event sets."""

import numpy as np

from riskcloud.hazard.typhoon.regressions import card
from riskcloud.types import Floats
from riskcloud.units import HPA, KNOT

LEAST_HPA = 1.0


def wind_m_s(deficit_pa: Floats, lat: Floats, speed_m_s: Floats) -> Floats:
    """1-min wind of a deficit [m/s]. Source: the form of Atkinson & Holliday (1977)."""
    model = card("atkinson_holliday_1977")
    deficit = np.maximum(np.asarray(deficit_pa) / HPA, LEAST_HPA)
    return np.asarray(model["factor_kt"] * deficit ** model["exponent"] * KNOT)


def deficit_hpa(wind: Floats, lat: Floats, speed_m_s: Floats) -> Floats:
    """Deficit of a 1-min wind [hPa], the inverse of :func:`wind_m_s`."""
    model = card("atkinson_holliday_1977")
    deficit = (wind / KNOT / model["factor_kt"]) ** (1.0 / model["exponent"])
    return np.maximum(np.asarray(deficit), LEAST_HPA)
