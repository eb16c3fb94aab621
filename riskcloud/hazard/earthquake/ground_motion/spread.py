"""What the choice of a region does to Yu et al. (2013): every plausible one, and their spread."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from riskcloud.errors import InputError
from riskcloud.hazard.earthquake.ground_motion import shaking
from riskcloud.hazard.earthquake.ground_motion.regions import plausible_regions
from riskcloud.hazard.earthquake.rupture import source_distances
from riskcloud.types import Earthquake, Floats, Shaking, SourceDistances


def shaking_by_region(event: Earthquake, lon: Floats, lat: Floats, *, measures: Sequence[str],
                      distances: SourceDistances | None = None, **ground_and_options: Any,
                      ) -> dict[str, list[Shaking]]:
    """Return the motion by Yu et al. (2013) by region, for every plausible one, likeliest first.

    Arguments and errors as for ``ground_motion.shaking``.
    """
    away = distances or source_distances(event, lon, lat)
    return {region: shaking(event, lon, lat, model="yu_2013", measures=measures, region=region,
                            distances=away, **ground_and_options)
            for region in plausible_regions(event.lon, event.lat)}


def region_spread(by_region: Mapping[str, Sequence[Shaking]], measure: str,
                  ) -> tuple[Floats, Floats]:
    """Return the lowest and the highest median of a measure over the regions, each (n_sites,).

    Raises
    ------
    InputError : no region, or a measure that was not computed.
    """
    medians = [found.median for motions in by_region.values() for found in motions
               if found.measure == measure]
    if not medians:
        raise InputError(f"no {measure!r} in what was computed")
    return np.min(medians, axis=0), np.max(medians, axis=0)
