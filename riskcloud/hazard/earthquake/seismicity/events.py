"""A catalogue of earthquakes as arrays, and several catalogues made one."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from riskcloud.types import Bools, Floats, Ints
from riskcloud.types.arrays import same_length
from riskcloud.units import EARTH_RADIUS_M, KM


@dataclass(frozen=True, slots=True)
class Events:
    """Earthquakes: day since 1900-01-01 UTC, lon, lat [degrees], depth_km, mw, each (n,)."""

    day: Floats
    lon: Floats
    lat: Floats
    depth_km: Floats
    mw: Floats

    def __post_init__(self) -> None:
        same_length("Events", day=self.day, lon=self.lon, lat=self.lat, depth_km=self.depth_km,
                    mw=self.mw)

    def __len__(self) -> int:
        return len(self.day)

    @property
    def year(self) -> Floats:
        """Return the time as a year with its fraction, (n,)."""
        return np.asarray(1900.0 + self.day / 365.2425)

    def take(self, which: Bools | Ints) -> "Events":
        """Return some of the events, by mask or by position."""
        return Events(*(getattr(self, field.name)[which] for field in fields(self)))


def joined(parts: Sequence[Events]) -> Events:
    """Return all events of several catalogues, one catalogue after the other."""
    return Events(*(np.concatenate([getattr(part, field.name) for part in parts])
                    for field in fields(Events)))


def merged(parts: Sequence[Events], *, seconds: float, km: float) -> Events:
    """Return one catalogue of several, best first, in order of time.

    An event of a later catalogue within ``seconds`` and ``km`` of one of an earlier is the same
    earthquake and is left out; those of one catalogue are never compared with each other.
    """
    kept = parts[0]
    for part in parts[1:]:
        order = np.argsort(kept.day, kind="stable")
        day = kept.day[order]
        first = np.searchsorted(day, part.day - seconds / 86400.0, side="left")
        end = np.searchsorted(day, part.day + seconds / 86400.0, side="right")
        new = np.ones(len(part), bool)
        for i in range(len(part)):
            near = order[first[i]:end[i]]
            new[i] = not np.any(distance_km(part.lon[i], part.lat[i], kept.lon[near],
                                            kept.lat[near]) <= km)
        kept = joined([kept, part.take(new)])
    return kept.take(np.argsort(kept.day, kind="stable"))


def distance_km(lon: Floats | float, lat: Floats | float, to_lon: Floats, to_lat: Floats) -> Floats:
    """Return the distance along the surface [km]; all arguments broadcast. Haversine formula."""
    phi, to_phi = np.radians(lat), np.radians(to_lat)
    half = (np.sin((to_phi - phi) / 2.0) ** 2
            + np.cos(phi) * np.cos(to_phi) * np.sin(np.radians(to_lon - lon) / 2.0) ** 2)
    return np.asarray(2.0 * EARTH_RADIUS_M / KM * np.arcsin(np.sqrt(np.minimum(half, 1.0))))
