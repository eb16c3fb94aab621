"""The ground at stations: exposure by direction, its class, and the layers it rests on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from riskcloud.geo.raster import is_land
from riskcloud.hazard.typhoon.observed.masts import Mast
from riskcloud.hazard.typhoon.sectors import at_direction
from riskcloud.hazard.typhoon.surface import SurfaceLayers, site_exposure
from riskcloud.hazard.typhoon.surface.profile import marine_mean, terrain_mean
from riskcloud.hazard.typhoon.surface.raised import raise_ground
from riskcloud.types import Bools, Floats, SiteExposure, Sites

CLASSES: Final = ((0.9, "open_water"), (0.1, "coast"), (-0.1, "open_country"), (-np.inf, "rough"))
"""Least share of the way from open country (terrain B of GB 50009) to open water that the mean at
10 m keeps, and the name of the class (ours)."""


def on_land(sites: Sites) -> Bools:
    """Tell which sites lie on land."""
    return is_land(sites.lon, sites.lat)


def exposure_of(sites: Sites, height_m: Floats, ground_m: Floats,
                layers: SurfaceLayers | None) -> SiteExposure:
    """Return the factors of stations: anemometers above their ground, their ground above the sea.

    A station stands on ground even where the coast's outline shows water. Its elevation counts
    where the wind comes over water, unless an elevation model tells the hills (``raise_ground``).
    """
    level = site_exposure(sites.lon, sites.lat, height_m=height_m, layers=layers, on_land=True)
    if layers is not None and layers.dem:
        return level
    flat = replace(layers or SurfaceLayers(), relief=False)
    ground = site_exposure(sites.lon, sites.lat, height_m=height_m, layers=flat, on_land=True)
    return raise_ground(level, sites.lon, sites.lat, height_m=height_m, ground_m=ground_m,
                        ground_mean=ground.mean_10min)


def classes_of(sites: Sites, from_deg: Floats, layers: SurfaceLayers | None) -> list[str]:
    """Return the class of each site's surroundings where its wind comes from, "" without wind.

    It is that of the mean wind at 10 m, whatever the height of the mast: over open water, within
    the reach of a coast, over open country, over something rougher; hills do not count.
    """
    flat = replace(layers or SurfaceLayers(), dem=(), relief=False)
    mean = site_exposure(sites.lon, sites.lat, layers=flat).mean_10min
    water, country = marine_mean(), float(terrain_mean(np.array([10.0]), "B")[0])
    share = (at_direction(mean, from_deg) - country) / (water - country)
    return ["" if np.isnan(one) else next(name for least, name in CLASSES if one >= least)
            for one in share]


def layers_of(exposure: SiteExposure, mast: Sequence[Mast]) -> list[dict[str, Any]]:
    """Return the layers the winds rest on: those of the exposure, and where heights come from."""
    known = Counter(one.source for one in mast)
    n = len(mast)
    return [*({"layer": one.layer, "given": one.given, "source": one.source, "detail": one.detail}
              for one in exposure.layers if one.layer != "height"),
            {"layer": "height", "given": known["default"] < n, "source": ", ".join(sorted(known)),
             "detail": f"{n - known['default']} of {n} heights known, the others "
                       f"{_default_m(mast):g} m above the ground"}]


def _default_m(mast: Sequence[Mast]) -> float:
    return next((one.height_m for one in mast if one.source == "default"), 10.0)
