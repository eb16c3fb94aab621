"""From the wind over open water to the wind at a site: its roughness, coast, height and gusts.

``exposure`` puts the factors of a site together, ``profile`` holds the equilibrium of a surface
(mean, turbulence, gust), ``response`` how fast the wind adapts to a new one, ``ground`` and
``land_cover`` what the ground is, ``layers`` what the user gave. See docs/science/surface.md.
"""

from riskcloud.hazard.typhoon.surface.exposure import site_exposure
from riskcloud.hazard.typhoon.surface.layers import SurfaceLayers
from riskcloud.hazard.typhoon.surface.simple import MEASURES, local_factors

__all__ = ["MEASURES", "SurfaceLayers", "local_factors", "site_exposure"]
