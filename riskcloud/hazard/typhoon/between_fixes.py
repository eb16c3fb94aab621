"""How a storm's strength goes from one fix to the next: what land takes goes over land.

Fixes stand six hours apart, those of a forecast twelve or twenty-four. A storm that comes ashore
between two of them keeps its strength up to the coast; on a line from the wind at sea to that
inland it would have lost a tenth of it there.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from riskcloud.geo.raster import is_land
from riskcloud.hazard.typhoon.land_decay import COAST_H, Decay, load_decay
from riskcloud.types import Bools, Floats, Ints

LOOK_H: Final = 0.5
"""Longest time between two looks at the land between fixes (ours): at 30 km/h 15 km; hours over
land are linear between looks."""
MOST_LOOKS: Final = 96
"""Looks between two fixes at most (ours): fixes two days apart."""


@dataclass(frozen=True, slots=True)
class Legs:
    """The ways from each fix to the next, arrays (n_legs,): both ends, how long, 1-min winds."""

    lon: tuple[Floats, Floats]
    lat: tuple[Floats, Floats]
    hours: Floats
    wind_m_s: tuple[Floats, Floats]


def change_so_far(legs: Legs, leg: Ints, share: Floats) -> Floats:
    """Return how much of the change of wind between two fixes has happened, 0 to 1.

    Parameters
    ----------
    legs : straight between their ends; longitudes continuous along a leg.
    leg : (n,) which leg.
    share : (n,) of its time that has passed, 0 to 1.

    Returns
    -------
    (n,) : ``share`` where the storm does not weaken or meets no land. Else the part of the loss
        that the decay over land explains goes with the hours over land, the rest with time: 0 and 1
        at the fixes, never falling.

    Source
    ------
    Decay: ``land_decay.load_decay``; that a fix over land has had its reduction at the coast
    before, and that no more than the decay explains is laid to land, are ours.
    """
    first, last = legs.wind_m_s
    out = np.array(share, np.float64)
    wanted = np.zeros(len(first), bool)
    wanted[leg] = True
    land = _over_land(legs, np.flatnonzero(wanted & (last < first)))
    row = np.full(len(first), -1)
    row[land.leg] = np.arange(len(land.leg))
    at = np.flatnonzero(row[leg] >= 0)
    if not len(at):
        return out
    decay, k, passed, whole = load_decay(), row[leg[at]], out[at], (first - last)[leg[at]]
    wind, before = first[leg[at]], np.where(land.from_the_start, COAST_H, 0.0)[k]
    so_far = _lost(decay, wind, before, land.until(k, passed))
    in_all = _lost(decay, wind, before, land.until(k, np.ones(len(k))))
    ashore = np.divide(so_far, in_all, out=passed.copy(), where=in_all > 0.0)
    part = np.minimum(in_all / whole, 1.0)
    out[at] = part * ashore + (1.0 - part) * passed
    return out


def _lost(decay: Decay, wind_m_s: Floats, before_h: Floats, hours: Floats) -> Floats:
    return np.asarray(wind_m_s - decay.wind(wind_m_s, before_h, before_h + hours))


@dataclass(frozen=True, slots=True)
class _OverLand:
    """Legs that meet land: which, looks of each, hours over land up to each look (n, most + 1)."""

    leg: Ints
    looks: Ints
    hours: Floats
    from_the_start: Bools

    def until(self, row: Ints, share: Floats) -> Floats:
        """Hours over land at a share of the time of a leg, linear between looks."""
        place = np.clip(share, 0.0, 1.0) * self.looks[row]
        k = np.minimum(place.astype(np.int64), self.looks[row] - 1)
        here = self.hours[row, k]
        return np.asarray(here + (place - k) * (self.hours[row, k + 1] - here))


def _over_land(legs: Legs, chosen: Ints) -> _OverLand:
    """Return which of the chosen legs meet land, and when."""
    span = legs.hours[chosen]
    looks = np.clip(np.ceil(span / LOOK_H), 1, MOST_LOOKS).astype(np.int64)
    number = np.arange(looks.max(initial=1))
    along = np.minimum((number + 0.5) / looks[:, None], 1.0)
    lon, lat = (ends[0][chosen, None] + along * (ends[1] - ends[0])[chosen, None]
                for ends in (legs.lon, legs.lat))
    land = is_land(lon, lat) & (number < looks[:, None])
    meets = land.any(axis=1)
    hours = np.zeros((int(meets.sum()), len(number) + 1))
    np.cumsum(land[meets] * (span / looks)[meets, None], axis=1, out=hours[:, 1:])
    return _OverLand(chosen[meets], looks[meets], hours, land[meets, 0])
