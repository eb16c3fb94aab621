"""The wind that a design code speaks of: at 10 m over open country, where that ground would be."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from riskcloud.hazard.typhoon.surface.exposure import site_exposure
from riskcloud.hazard.typhoon.surface.hills import blending_m
from riskcloud.hazard.typhoon.surface.layers import SurfaceLayers
from riskcloud.hazard.typhoon.surface.profile import (
    gust_law,
    marine_mean,
    straight,
    terrain_z0_m,
    uniform_mean,
    uniform_turbulence,
)
from riskcloud.types import Floats, LayerUse

REFERENCE_TERRAIN = "B"
"""Open country, as GB 50009 states its basic wind."""


@dataclass(frozen=True, slots=True)
class ReferenceFactors:
    """Factors on the 1-min wind over open water: the 10-min mean by direction, and its gust.

    mean_10min, land_share (n_sites, N_SECTORS) as in ``SiteExposure``; gust_of_mean (n_sites,) the
    3-s gust over the mean, one for all directions; ``layers`` what they rest on.
    """

    mean_10min: Floats
    land_share: Floats
    gust_of_mean: Floats
    layers: tuple[LayerUse, ...]

    @property
    def rows(self) -> Floats:
        """Return the factors of the mean with the land's shares, as ``sectors.with_land``."""
        return np.hstack([self.mean_10min, self.land_share])


def reference_factors(lon: Floats, lat: Floats, *,
                      on_progress: Callable[[int, int], None] = lambda done, total: None,
                      ) -> ReferenceFactors:
    """Factors of the reference wind at sites: a patch of open country in its region.

    A station of a code stands on open ground of its own; the wind above it, at the blending height,
    is that of the region upwind: sea, coast, hills. The reference is the profile of open country
    below it: a coast gains, rougher country and hills lose. The gust is that of open ground under
    the wind without the region's drag, as at a site.

    Parameters
    ----------
    lon, lat : (n_sites,) degrees.
    on_progress : called with sites done and all.

    Source
    ------
    Wieringa (1986), Q. J. R. Meteorol. Soc. 112, 867-889: wind at 60 m for a block of land, local
    open exposure below. The region: the shipped coast and relief, land else terrain B (ours).
    """
    region, ground_only = (site_exposure(
        lon, lat, height_m=blending_m(), on_progress=on_progress,
        layers=SurfaceLayers(terrain=REFERENCE_TERRAIN, relief=relief)) for relief in (True, False))
    aloft, ground = _open_country(np.array([blending_m(), 10.0]))
    mean = region.mean_10min * (ground[0] / aloft[0])
    gust = ground_only.mean_10min * (ground[0] / aloft[0]) + (
        (ground_only.gust_3s - ground_only.mean_10min)
        * ((ground[1] - ground[0]) / (aloft[1] - aloft[0])))
    layers = tuple(replace(one, given=False) for one in region.layers if one.layer != "height")
    return ReferenceFactors(mean, region.land_share, gust.sum(axis=1) / mean.sum(axis=1), layers)


def _open_country(height_m: Floats) -> Floats:
    """Factors (n, 2) of 10-min mean and 3-s gust at heights over open country without end."""
    z0 = terrain_z0_m(REFERENCE_TERRAIN)
    mean = uniform_mean(height_m, z0)
    law = gust_law()
    gust = straight(uniform_turbulence(height_m, z0), law.intensity, law.gust_3s)
    return marine_mean() * np.stack([mean, mean * gust], axis=1)
