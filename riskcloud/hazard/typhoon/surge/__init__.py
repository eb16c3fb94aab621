"""Storm surge of a tropical cyclone at the coast, as a screen, and its level on the land behind."""

from riskcloud.hazard.typhoon.surge.inland import level_inland, sill_m
from riskcloud.hazard.typhoon.surge.shelf import (
    Coast,
    at_sea,
    coast_of,
    coast_within,
    is_covered,
    shelf_card,
)
from riskcloud.hazard.typhoon.surge.storm import (
    MODEL,
    StormSurge,
    member_coast_surge,
    storm_surge,
    surge_card,
)

__all__ = ["MODEL", "Coast", "StormSurge", "at_sea", "coast_of", "coast_within", "is_covered",
           "level_inland", "member_coast_surge", "shelf_card", "sill_m", "storm_surge",
           "surge_card"]
