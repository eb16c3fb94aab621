"""Radii of winds near gale force brought to 34 kt, where an agency gives those of another wind.

RSMC Tokyo gives radii of 30 kt (10-min), the CMA those of force 7 (13.9 to 17.1 m/s, 2-min),
which its JSON calls 30KTS. As 1-min means these are 32.3 and 31.6 kt: near enough to 34 kt that the
form of the wind between matters little (a quarter more or less of the exponent: 3 to 4 % of the
radius).
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from riskcloud.hazard.typhoon.averaging import sustained_1min
from riskcloud.hazard.typhoon.regressions import GALE_M_S
from riskcloud.units import KNOT

EXPONENT: Final = 0.468
"""The wind falls as r^-EXPONENT about there: median between the radii of 50 and 30 kt of RSMC
Tokyo's best tracks 2015-2021 (``size_fit.fit_size``)."""
TOKYO: Final = (30.0 * KNOT, 600.0)
"""Wind of RSMC Tokyo's outer radii [m/s] and its averaging [s]."""
FORCE_7: Final = (30.0 * KNOT, 120.0)
"""Wind of the CMA's outer radii [m/s], by the name it gives them, and its averaging [s]."""


def gale_radii_m(radii_m: Sequence[float | None], of: tuple[float, float]) -> list[float | None]:
    """Return radii of 34 kt 1-min wind [m] for those of another wind.

    radii_m : of the quadrants [m], None where nothing is said. of : the wind [m/s] and its
    averaging [s].

    Source: 1-min means by Harper et al. (2010); the power law is our choice.
    """
    wind = float(sustained_1min(np.array(of[0]), of[1]))
    factor = (wind / GALE_M_S) ** (1.0 / EXPONENT)
    return [None if radius is None else radius * factor for radius in radii_m]
