"""Which of the four regions of Yu et al. (2013) an epicentre lies in, and which others could hold.

The authors' own outlines could not be found. The seismic regions and subregions of China stand in
for them; models/earthquake_regions/china_seismic_regions/card.toml says which region each takes.
"""

from functools import cache
from typing import Any, Final

import numpy as np

from riskcloud.catalog import Card, load_card
from riskcloud.errors import ModelError
from riskcloud.types import Floats
from riskcloud.units import EARTH_RADIUS_M, KM

MODEL: Final = "china_seismic_regions"
REGIONS: Final = ("tibetan", "active", "eastern", "stable")


def region_of(lon: float, lat: float) -> tuple[str, tuple[str, ...]]:
    """Return the region of an epicentre, and what there is to say of the choice.

    Raises
    ------
    ModelError : an epicentre far from every zone.
    """
    name, away_km = _nearest(lon, lat)
    zone = _card()["zones"][name]
    region = str(zone["regions"][0])
    notes = [f"region {region}: epicentre in zone {name}" if away_km == 0.0 else
             f"region {region}: epicentre {away_km:.0f} km outside the nearest zone {name}"]
    if zone.get("outside"):
        notes.append(f"zone {name} belongs to none of the model's regions: {region} is a stand-in")
    others = plausible_regions(lon, lat)[1:]
    if others:
        notes.append(f"other plausible regions: {', '.join(others)}")
    return region, tuple(notes)


def plausible_regions(lon: float, lat: float) -> tuple[str, ...]:
    """Return every region that could hold at an epicentre, the one ``region_of`` takes first.

    Those of the zone it lies in, then the first of each zone whose border is nearer than 100 km
    (ours: the outlines are no better).

    Raises
    ------
    ModelError : an epicentre far from every zone.
    """
    first, away_km = _nearest(lon, lat)
    card, away = _card(), _distances_km(lon, lat)
    near = sorted((km, name) for name, km in away.items()
                  if name != first and km <= away_km + float(card["border_km"]))
    neighbours = [card["zones"][name]["regions"][0] for _, name in near
                  if not card["zones"][name].get("outside")]
    return tuple(dict.fromkeys([*card["zones"][first]["regions"], *neighbours]))


def zone_of(lon: float, lat: float) -> tuple[str, float]:
    """Return the seismic zone a place lies in or nearest to, and how far outside it is [km].

    Raises
    ------
    ModelError : a place far from every zone.
    """
    return _nearest(lon, lat)


def _nearest(lon: float, lat: float) -> tuple[str, float]:
    away = _distances_km(lon, lat)
    name = min(away, key=lambda key: away[key])
    limit = float(_card()["nearest_km"])
    if away[name] > limit:
        raise ModelError(f"yu_2013: the epicentre {lon:g}, {lat:g} is more than {limit:g} km from "
                         f"China's seismic regions; give one of the regions {', '.join(REGIONS)}")
    return name, away[name]


def _card() -> Card:
    return load_card("earthquake_regions", MODEL)


@cache
def _outlines() -> dict[str, Floats]:
    rows = _card().rows("zones.csv")
    names = dict.fromkeys(row["zone"] for row in rows)
    return {name: np.array([[float(row["lon"]), float(row["lat"])] for row in rows
                            if row["zone"] == name]) for name in names}


def _distances_km(lon: float, lat: float) -> dict[str, float]:
    """Return the distance to each zone [km], 0 inside it."""
    away = {}
    for name, outline in _outlines().items():
        shift = 360.0 * np.round((lon - outline[:, 0].mean()) / 360.0)
        # kilometres east and north of the place; good enough for borders good to 100 km
        scale = np.radians(EARTH_RADIUS_M / KM) * np.array([np.cos(np.radians(lat)), 1.0])
        away[name] = _distance((outline - [lon - shift, lat]) * scale)
    return away


def _distance(ring: Any) -> float:
    """Return the distance from the origin to a polygon (n, 2), 0 inside it."""
    start, end = ring, np.roll(ring, -1, axis=0)
    step = end - start
    crosses = (start[:, 1] > 0.0) != (end[:, 1] > 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = start[:, 0] - start[:, 1] * step[:, 0] / step[:, 1]
    if np.count_nonzero(crosses & (at > 0.0)) % 2:
        return 0.0
    share = np.clip(-(start * step).sum(axis=1) / (step**2).sum(axis=1), 0.0, 1.0)
    return float(np.hypot(*(start + share[:, None] * step).T).min())
