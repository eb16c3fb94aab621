"""From the wind over open water to the wind a curve wants at the site's own surface."""

from collections.abc import Mapping

import numpy as np

from riskcloud.catalog import load_card
from riskcloud.hazard.typhoon.averaging import gust_factor, mean_10min
from riskcloud.types import Bools, Floats

MEASURES = ("marine_1min", "sustained_1min", "mean_10min", "gust_3s")
"""Wind measures at 10 m: 1-min over open water; 1-min, 10-min and 3-s gust at the site."""


def local_factors(is_land: Bools) -> Mapping[str, Floats]:
    """Factor (n_sites,) from the 1-min wind over open water to each measure.

    is_land : (n_sites,) whether the site lies on land.

    Returns
    -------
    measure -> (n_sites,) factor [-]; ``marine_1min`` is 1 everywhere.

    Source
    ------
    Over land the 1-min wind is reduced first (Knaff et al. 2011, J. Appl. Meteor. Climatol. 50,
    2149-2166), then brought to the 10-min mean of that surface, and the gust is a multiple of
    this mean; the ratios of Harper et al. (2010) all refer to the 10-min mean and are not chained.
    Numbers: models/wind/default and models/wind_averaging/harper_2010.
    """
    surface = load_card("wind", "default")["surface"]
    factors = {"marine_1min": np.ones(len(is_land))}
    for exposure, here, reduction in (
            (surface["exposure_land"], is_land, surface["land_factor"]),
            (surface["exposure_sea"], ~is_land, 1.0)):
        mean = float(mean_10min(np.array(reduction), 60.0, exposure))
        for measure, factor in (("sustained_1min", reduction), ("mean_10min", mean),
                                ("gust_3s", mean * gust_factor(3, 600, exposure))):
            factors.setdefault(measure, np.empty(len(is_land)))[here] = factor
    return factors
