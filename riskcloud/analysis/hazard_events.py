"""Where past events near a place were: tracks of storms, epicentres, for its map."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from riskcloud.types import Floats, PlaceHistory


@dataclass(frozen=True, slots=True)
class EventShape:
    """A past event on the map: a track (several points) or an epicentre (one).

    lon, lat (n_points,) degrees WGS84; strength orders events of a kind (intensity at the place
    for tracks, magnitude for epicentres); near_lat is the place's latitude.
    """

    peril: str
    label: str
    lon: Floats
    lat: Floats
    strength: float
    radius_m: float
    near_lat: float


def event_shapes(histories: Sequence[PlaceHistory], site: int, lat: float) -> list[EventShape]:
    """Return the shapes of the events of one site that have any, in the order of the records."""
    return [shape for one in histories for shape in _shapes(one, site, lat)]


def _shapes(history: PlaceHistory, site: int, lat: float) -> list[EventShape]:
    rows = np.flatnonzero(history.site == site)
    if not len(rows):
        return []
    return []
