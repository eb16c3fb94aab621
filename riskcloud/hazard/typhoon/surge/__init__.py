"""Storm surge of a tropical cyclone at the coast, as a screen, and its level on the land behind."""

from riskcloud.hazard.typhoon.surge.inland import behind_ridge, level_inland
from riskcloud.hazard.typhoon.surge.shelf import (
    Coast,
    coast_of,
    coast_within,
    is_covered,
    shelf_card,
)
from riskcloud.hazard.typhoon.surge.storm import (
    MODEL,
    StormSurge,
    member_surge,
    storm_surge,
    surge_card,
)

__all__ = ["MODEL", "Coast", "StormSurge", "behind_ridge", "coast_of", "coast_within",
           "is_covered", "level_inland", "member_surge", "shelf_card", "storm_surge", "surge_card"]
