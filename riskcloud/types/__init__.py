"""Frozen dataclasses that cross folders: arrays, a unit, ids. They check shape and little else."""

from riskcloud.types.arrays import (
    Bools,
    Floats,
    Ints,
    Sites,
    Times,
)
from riskcloud.types.earthquake import (
    Earthquake,
    Shaking,
    ShakingGrid,
    SourceDistances,
)
from riskcloud.types.loss import (
    COVERAGES,
    STAGES,
    CurveArrays,
    Footprint,
    ForecastResult,
)
from riskcloud.types.place import PlaceHazard, PlaceHistory, PlaceLayer, span_words
from riskcloud.types.typhoon import (
    N_SECTORS,
    EventSet,
    Filled,
    LayerUse,
    Outlook,
    SiteExposure,
    Swath,
    Track,
)

__all__ = [
    "Bools",
    "COVERAGES",
    "CurveArrays",
    "Earthquake",
    "EventSet",
    "Filled",
    "Floats",
    "Footprint",
    "ForecastResult",
    "Ints",
    "LayerUse",
    "N_SECTORS",
    "Outlook",
    "PlaceHazard",
    "PlaceHistory",
    "PlaceLayer",
    "STAGES",
    "Shaking",
    "ShakingGrid",
    "SiteExposure",
    "Sites",
    "SourceDistances",
    "Swath",
    "Times",
    "Track",
    "span_words",
]
