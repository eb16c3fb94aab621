"""Size of simulated storms: radius of maximum wind and of 34 kt wind, with their scatter.

Medians are the usual sizes that tracks without a size are given (regressions); scatter about them
is log-normal, and a storm keeps its standing among storms of its intensity for days.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from riskcloud.catalog import load_card
from riskcloud.hazard.typhoon import regressions
from riskcloud.types import Floats

BASIN: Final = "WP"
LEAST_RATIO: Final = 1.2
"""r34 is this many times Rmax at least (ours): a gale reaches beyond the wall of the eye."""


@dataclass(frozen=True, slots=True)
class SizeModel:
    """Scatter of Rmax and r34 about their medians, both log-normal.

    ``spread_r_max``, ``spread_r34`` standard deviations of ln Rmax and ln r34. The standard normal
    deviates follow first-order autoregressions with ``persistence_r_max`` and
    ``persistence_r34`` a step of six hours; ``correlation`` links them. ``wind_by_size``: at the
    same deficit ln V falls by so much as ln r34 rises by one.
    """

    spread_r_max: float
    spread_r34: float
    persistence_r_max: float
    persistence_r34: float
    correlation: float
    wind_by_size: float


@cache
def load_size(model: str = "wp") -> SizeModel:
    """Return the scatter of a card of models/storm_climate. Raises NotFoundError."""
    table = load_card("storm_climate", model)["size"]
    return SizeModel(**{name: float(table[name]) for name in SizeModel.__slots__})


def sizes_m(wind_m_s: Floats, lat: Floats, r_max_deviate: Floats, r34_deviate: Floats,
            model: SizeModel | None = None) -> tuple[Floats, Floats]:
    """Radius of maximum wind and of 34 kt wind [m] of storms whose standing is given.

    Parameters
    ----------
    wind_m_s : (...,) maximum 1-min wind [m/s].
    lat : (...,) latitude [degrees].
    r_max_deviate, r34_deviate : (...,) standard normal deviates; 0 gives the medians.
    model : scatter; else the card's.

    Returns
    -------
    r_max_m (...,) > 0; r34_m (...,) mean of the quadrants' largest extents, at least
    ``LEAST_RATIO`` times r_max_m; NaN below 34 kt.

    Source
    ------
    Medians: ``regressions.usual_r_max_m`` and ``size_m``. Log-normal scatter: Nederhoff et al.
    (2019), Nat. Hazards Earth Syst. Sci. 19, 2359-2370, for Rmax; the fit of the medians for r34.
    """
    scatter = load_size() if model is None else model
    middle = regressions.usual_r_max_m(wind_m_s, lat, basin=BASIN)
    r_max = middle * np.exp(scatter.spread_r_max * np.asarray(r_max_deviate))
    usual = regressions.size_m(wind_m_s, lat, basin=BASIN)
    r34 = usual * np.exp(scatter.spread_r34 * np.asarray(r34_deviate))
    return np.asarray(r_max), np.asarray(np.maximum(r34, LEAST_RATIO * r_max))
