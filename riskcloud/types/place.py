"""What a peril can do and has done at a place, and the layers that rests on."""

from dataclasses import dataclass, field

import numpy as np

from riskcloud.errors import InputError
from riskcloud.types.arrays import Floats, Ints, Times

LAYER_KINDS = ("given", "model", "record", "code")
"""A layer that the user gave, our model, a record of observations, a table of a design code."""


@dataclass(frozen=True, slots=True)
class PlaceLayer:
    """One layer that intensities rest on: what a reader needs to judge the number.

    ``kind`` is one of ``LAYER_KINDS``; ``source`` names the file or the card and its reference;
    ``resolution`` and ``date`` (of the data, not of the run) in words, "" where not known;
    ``detail`` anything else (a message of messages.csv).
    """

    kind: str
    source: str
    resolution: str = ""
    date: str = ""
    detail: str = ""

    def __post_init__(self) -> None:
        if self.kind not in LAYER_KINDS:
            raise InputError(f"PlaceLayer: kind {self.kind!r}, expected {', '.join(LAYER_KINDS)}")


def span_words(first_year: int, last_year: int) -> str:
    """Return the years of a record as ``2017-2018``; "" where it tells none (0)."""
    if not first_year:
        return ""
    return f"{first_year}-{last_year}" if last_year != first_year else f"{first_year}"


@dataclass(frozen=True, slots=True)
class PlaceHazard:
    """Intensity of one peril at sites by return period.

    ``peril`` is ``typhoon``, ``rainstorm``, ``flood``, ``surge`` or ``earthquake``; ``measure`` a
    name such as ``gust_3s``, ``rain_24h``, ``depth``, ``pga``; ``unit`` its unit. ``periods``
    (n_periods,) in years, ascending. ``level``, ``low``, ``high`` (n_sites, n_periods): best
    estimate and its 5 % and 95 % band, NaN where nothing is known (never 0 for that).
    ``layers`` are all that was used, ``layer_of`` (n_sites,) which of them a site's level is from,
    -1 for none. ``beside`` holds another answer to the same question, as a design code's value:
    by its return period (n_sites,), NaN where it has none. ``notes`` are messages of messages.csv.
    """

    peril: str
    measure: str
    unit: str
    periods: tuple[float, ...]
    level: Floats
    low: Floats
    high: Floats
    layers: tuple[PlaceLayer, ...]
    layer_of: Ints
    beside: dict[float, Floats] = field(default_factory=dict)
    beside_layer: PlaceLayer | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        shape = (len(self.layer_of), len(self.periods))
        for name in ("level", "low", "high"):
            if getattr(self, name).shape != shape:
                raise InputError(f"PlaceHazard: {name} has shape {getattr(self, name).shape}, "
                                 f"expected {shape}")
        if list(self.periods) != sorted(set(self.periods)):
            raise InputError("PlaceHazard: return periods do not ascend")
        if any(value.shape != shape[:1] for value in self.beside.values()):
            raise InputError(f"PlaceHazard: expected {shape[0]} values of each other answer")

    @property
    def known(self) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        """Tell the sites (n_sites,) of which anything is known."""
        return np.asarray(np.isfinite(self.level).any(axis=1))


@dataclass(frozen=True, slots=True)
class PlaceHistory:
    """What one peril has done near sites: one row per site and past event.

    ``peril`` as in PlaceHazard; ``radius_m`` how far "near" reaches; ``first_year``, ``last_year``
    the years that the record covers. Rows (n,): ``site`` (index of the site), ``event`` (the
    record's own id), ``name`` ("" where it has none), ``time`` (UTC), ``distance_m`` (closest, NaN
    where the record tells none), ``strength`` of the event itself in ``strength_unit`` (maximum
    wind, magnitude) and ``intensity`` at the site in ``unit`` (gust, intensity, rain), NaN where
    not known. Rows of a site are in the order of time.
    """

    peril: str
    radius_m: float
    first_year: int
    last_year: int
    site: Ints
    event: tuple[str, ...]
    name: tuple[str, ...]
    time: Times
    distance_m: Floats
    strength: Floats
    strength_measure: str
    strength_unit: str
    intensity: Floats
    measure: str
    unit: str
    layer: PlaceLayer
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        n = len(self.site)
        columns = (self.event, self.name, self.time, self.distance_m, self.strength, self.intensity)
        if any(len(column) != n for column in columns):
            raise InputError(f"PlaceHistory: expected {n} values in each column")
