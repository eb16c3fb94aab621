"""Parametric (index) covers as arrays: what is measured where, and what each tier of it pays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from riskcloud.types.arrays import Floats, Ints, Times, same_length

POINT, AREA, REPORTED = "point", "area", "reported"
"""Where an index is taken: at a point, of the part of a track inside an area, or as reported."""
EACH, LARGEST, MEAN = "each", "largest", "mean"
"""Of several places: payouts of each by weight, the worst index, the mean index by weight."""


@dataclass(frozen=True, slots=True)
class Index:
    """What a cover pays by: unit of its thresholds, where it is taken, OED code of its peril.

    sign: 1 where more is worse, -1 where less is (central pressure); low, high: values believed;
    whole: of classes, which are whole numbers.
    """

    unit: str
    kind: str
    peril: str
    low: float
    high: float
    sign: int = 1
    whole: bool = False


INDEXES: Final[Mapping[str, Index]] = {
    "gust_3s": Index("m/s", POINT, "WTC", 0.0, 120.0),
    "mean_10min": Index("m/s", POINT, "WTC", 0.0, 100.0),
    "rain_24h": Index("mm", POINT, "OSF", 0.0, 2000.0),
    "rain_event": Index("mm", POINT, "OSF", 0.0, 7000.0),
    "intensity": Index("degree", POINT, "QEQ", 1.0, 12.0, whole=True),
    "instrumental_intensity": Index("degree", POINT, "QEQ", 1.0, 12.0),
    "pga": Index("g", POINT, "QEQ", 0.0, 5.0),
    "central_pressure": Index("hPa", AREA, "WTC", 850.0, 1050.0, -1),
    "max_wind_1min": Index("m/s", AREA, "WTC", 0.0, 120.0),
    "category": Index("class", AREA, "WTC", 1.0, 5.0, whole=True),
    "grade": Index("class", AREA, "WTC", 1.0, 6.0, whole=True),
    "signal": Index("class", REPORTED, "WTC", 1.0, 11.0, whole=True),
    "signal_colour": Index("class", REPORTED, "WTC", 1.0, 5.0, whole=True),
}
"""Indexes known. intensity: degrees of GB/T 17742, 5.5 to 6.5 being VI; category: Saffir and
Simpson's, of the 1-min wind; grade: GB/T 19201 (1 TD to 6 super typhoon), of the 2-min wind;
signal: number as Hong Kong and Macau hoist it; signal_colour: 1 white, 2 blue, 3 yellow, 4 orange,
5 red (Guangdong)."""


@dataclass(frozen=True, slots=True)
class Tiers:
    """Tiers of all covers, those of a cover from mild to severe, without gap or overlap.

    start, end (n,) of the index times its sign: a tier holds start <= x < end (inf: no end).
    pays, pays_end (n,) what it pays at both ends, linear between. row (n,) of the file.
    """

    start: Floats
    end: Floats
    pays: Floats
    pays_end: Floats
    row: Ints

    def __post_init__(self) -> None:
        same_length("Tiers", start=self.start, end=self.end, pays=self.pays,
                     pays_end=self.pays_end, row=self.row)


@dataclass(frozen=True, slots=True)
class Places:
    """Places of all covers (n,): lon, lat NaN and area None where they have none.

    radius_m (n,): of a circle, NaN without. area: shapely polygons, degrees WGS84, or None.
    """

    name: tuple[str, ...]
    lon: Floats
    lat: Floats
    radius_m: Floats
    area: tuple[Any, ...]
    weight: Floats

    def __post_init__(self) -> None:
        same_length("Places", name=np.array(self.name), lon=self.lon, lat=self.lat,
                     radius_m=self.radius_m, weight=self.weight)


@dataclass(frozen=True, slots=True)
class Covers:
    """Index covers (n_covers,) in the order of the file.

    Tiers and places of cover c are ``tier_start[c]:tier_start[c + 1]`` of ``tiers`` and so of
    ``places``. event_limit and annual_limit are for 100 % (inf: none); share is what of a payout is
    ours. waiting_days, most_days: of a cover that pays by the day (``per_day``). inception and
    expiry: first and last day, NaT where open. words: AccNumber, ClientNumber, CoverName by cover.
    """

    number: tuple[str, ...]
    index: tuple[str, ...]
    rule: tuple[str, ...]
    currency: tuple[str, ...]
    event_limit: Floats
    annual_limit: Floats
    share: Floats
    per_day: npt.NDArray[np.bool_]
    waiting_days: Floats
    most_days: Floats
    inception: Times
    expiry: Times
    tier_start: Ints
    tiers: Tiers
    place_start: Ints
    places: Places
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    source: str = ""

    def __len__(self) -> int:
        return len(self.number)

    def tiers_of(self, cover: int) -> slice:
        """Return where a cover's tiers stand."""
        return slice(int(self.tier_start[cover]), int(self.tier_start[cover + 1]))

    def places_of(self, cover: int) -> slice:
        """Return where a cover's places stand."""
        return slice(int(self.place_start[cover]), int(self.place_start[cover + 1]))
