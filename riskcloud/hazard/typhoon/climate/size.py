"""Size of simulated storms: radius of maximum wind and of 34 kt wind, with their scatter.

Medians and scatter are those of Nederhoff et al. (2019) for the western North Pacific; a storm
keeps its standing among storms of its intensity for days.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from riskcloud.catalog import load_card
from riskcloud.hazard.typhoon import regressions
from riskcloud.types import Floats


@dataclass(frozen=True, slots=True)
class SizeModel:
    """Scatter of Rmax and of the width r34 - Rmax about their medians: both log-normal.

    ``spread_r_max`` sd of ln Rmax; ``spread_width`` (a, b, c): sd of ln(r34 - Rmax) =
    a + exp(b V)(1 + c |lat|). Standard normal deviates follow first-order autoregressions with
    ``persistence_r_max`` and ``persistence_width`` a step of six hours; ``correlation`` links the
    two deviates.
    """

    spread_r_max: float
    spread_width: tuple[float, float, float]
    persistence_r_max: float
    persistence_width: float
    correlation: float

    def spread_width_ln(self, wind_m_s: Floats, lat: Floats) -> Floats:
        """Return the sd of ln(r34 - Rmax), (...,); the fit starts at 20 m/s, as does this."""
        a, b, c = self.spread_width
        wind = np.maximum(wind_m_s, 20.0)
        return np.asarray(a + np.exp(b * wind) * (1.0 + c * np.abs(lat)))


@cache
def load_size(model: str = "wp") -> SizeModel:
    """Return the scatter of sizes of a card of models/storm_climate. Raises NotFoundError."""
    table = load_card("storm_climate", model)["size"]
    a, b, c = map(float, table["spread_width"])
    return SizeModel(float(table["spread_r_max"]), (a, b, c), float(table["persistence_r_max"]),
                     float(table["persistence_width"]), float(table["correlation"]))


def sizes_m(wind_m_s: Floats, lat: Floats, r_max_deviate: Floats, width_deviate: Floats,
            model: SizeModel | None = None) -> tuple[Floats, Floats]:
    """Radius of maximum wind and of 34 kt wind [m] of storms whose standing is given.

    Parameters
    ----------
    wind_m_s : (...,) maximum 1-min wind [m/s].
    lat : (...,) latitude [degrees].
    r_max_deviate, width_deviate : (...,) standard normal deviates; 0 gives the medians.
    model : scatter; else the card's.

    Returns
    -------
    r_max_m (...,) > 0; r34_m (...,) > r_max_m, mean of the quadrants' largest extents; NaN below
    34 kt.

    Source
    ------
    Nederhoff et al. (2019), Nat. Hazards Earth Syst. Sci. 19, 2359-2370: log-normal about the
    medians of ``regressions``. The floor of one km on r34 - Rmax is ours.
    """
    scatter = load_size() if model is None else model
    wind, lat = np.broadcast_arrays(np.asarray(wind_m_s, float), np.asarray(lat, float))
    middle = regressions.r_max_m(wind, lat, basin="WP")
    width = np.maximum(regressions.r34_m(wind, lat, basin="WP", r_max=middle) - middle, 1e3)
    r_max = middle * np.exp(scatter.spread_r_max * r_max_deviate)
    wide = width * np.exp(scatter.spread_width_ln(wind, lat) * width_deviate)
    return np.asarray(r_max), np.asarray(r_max + wide)
