"""Wind from pressure deficit and back, for event sets. In use until the fitted relation is there."""

import numpy as np

from riskcloud.hazard.typhoon.regressions import card
from riskcloud.types import Floats
from riskcloud.units import HPA, KNOT


def wind_m_s(deficit_pa: Floats, lat: Floats, speed_m_s: Floats) -> Floats:
    """1-min wind of a deficit [m/s]. Source: the form of Atkinson & Holliday (1977)."""
    model = card("atkinson_holliday_1977")
    deficit = np.maximum(np.asarray(deficit_pa) / HPA, 1.0)
    return np.asarray(model["factor_kt"] * deficit ** model["exponent"] * KNOT)


def deficit_pa(wind: Floats, lat: Floats, speed_m_s: Floats) -> Floats:
    """Deficit of a 1-min wind [Pa], the inverse of :func:`wind_m_s`."""
    model = card("atkinson_holliday_1977")
    return np.asarray((wind / KNOT / model["factor_kt"]) ** (1.0 / model["exponent"]) * HPA)
