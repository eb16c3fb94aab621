"""Wind, pressure deficit and size of storms in event sets: one relation both ways."""

import numpy as np

from riskcloud.hazard.typhoon import regressions
from riskcloud.types import Floats
from riskcloud.units import HPA, KNOT

def wind_m_s(deficit_pa, lat, speed):
    return 6.7 * np.maximum(deficit_pa / HPA, 1.0) ** 0.644 * KNOT

def deficit_pa(wind, lat, speed):
    return (wind / KNOT / 6.7) ** (1 / 0.644) * HPA
