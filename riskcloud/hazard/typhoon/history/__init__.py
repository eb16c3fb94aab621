"""Past storms near places: how close, how strong, and the gust modelled there."""

from riskcloud.hazard.typhoon.history.past import RADIUS_M, past_storms

__all__ = ["RADIUS_M", "past_storms"]
