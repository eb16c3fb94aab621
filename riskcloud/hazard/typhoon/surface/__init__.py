"""From the wind over open water to the wind at a site."""

from riskcloud.hazard.typhoon.surface.simple import MEASURES, local_factors

__all__ = ["MEASURES", "local_factors"]
