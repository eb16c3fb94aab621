"""From the wind over open water to the wind at a site: its roughness, coast, height and gusts.

``exposure`` puts the factors of a site together, ``profile`` holds the equilibrium of a surface
(mean, turbulence, gust), ``response`` how fast the wind adapts to a new one, ``ground`` and
``land_cover`` what the ground is, ``layers`` what the user gave. See docs/science/surface.md.
"""

from riskcloud.hazard.typhoon.surface.exposure import site_exposure
from riskcloud.hazard.typhoon.surface.layers import SurfaceLayers

MEASURES = ("marine_1min", "sustained_1min", "mean_10min", "gust_3s")
"""Wind measures: 1-min over open water; 1-min, 10-min and 3-s gust at the site."""

__all__ = ["MEASURES", "SurfaceLayers", "site_exposure"]
