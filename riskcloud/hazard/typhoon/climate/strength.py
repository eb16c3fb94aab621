"""Wind and size along storms whose track and pressure deficit are known."""

from typing import Final

import numpy as np

from riskcloud.hazard.typhoon import regressions
from riskcloud.types import Floats, Ints
from riskcloud.units import KNOT

LEAST_HPA: Final = 1.0
SIZE_SPREAD: Final = 0.35
"""Standard deviation of ln Rmax and ln r34 about their medians, one for a storm's life (ours)."""


def wind_m_s(deficit_hpa: Floats) -> Floats:
    """1-min wind of a deficit [m/s]. Source: Atkinson & Holliday (1977)."""
    model = regressions.card("atkinson_holliday_1977")
    deficit = np.maximum(np.asarray(deficit_hpa), LEAST_HPA)
    return np.asarray(model["factor_kt"] * deficit ** model["exponent"] * KNOT)


def deficit_hpa(wind: Floats) -> Floats:
    """Deficit of a 1-min wind [hPa], the inverse of :func:`wind_m_s`."""
    model = regressions.card("atkinson_holliday_1977")
    deficit = (wind / KNOT / model["factor_kt"]) ** (1.0 / model["exponent"])
    return np.asarray(np.maximum(deficit, LEAST_HPA))


def dress(key: Ints, start: Ints, lon: Floats, lat: Floats, deficit_hpa: Floats, seed: int,
          ) -> tuple[Floats, Floats, Floats]:
    """Return 1-min wind, Rmax and r34 (n_fixes,) along storms; key (n_events,), start (n + 1,)."""
    deviate = np.random.default_rng([seed, 1]).standard_normal((2, len(key)))
    factor = np.repeat(np.exp(SIZE_SPREAD * deviate), np.diff(start), axis=1)
    wind = wind_m_s(deficit_hpa)
    return (wind, regressions.r_max_m(wind, lat, basin="WP") * factor[0],
            regressions.r34_m(wind, lat, basin="WP") * factor[1])
