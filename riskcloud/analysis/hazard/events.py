"""Past events near places, of all perils; where they were: tracks of storms, epicentres."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from riskcloud.catalog import list_cards
from riskcloud.exposure.claims import Claims, past_claims
from riskcloud.geo.points import nearest_window
from riskcloud.hazard.earthquake.history import past_earthquakes, shipped_earthquakes
from riskcloud.hazard.flood.waterlogging import WaterloggingPoints, past_waterlogging
from riskcloud.hazard.rain.history import RainDays, rain_records, shipped_days
from riskcloud.hazard.typhoon.history import past_storms
from riskcloud.hazard.typhoon.history.archive import PastStorms, shipped_storms, storms_of
from riskcloud.types import Bools, Floats, PlaceHistory, Sites, Track

AREAS: Final = {"typhoon": (97.0, 0.0, 180.0, 60.0), "earthquake": (70.0, 5.0, 137.0, 56.0)}
"""West, south, east, north of what the records that ship cover: the western North Pacific with the
South China Sea and its coasts (ours), and the cut of models/earthquake_history."""
NOWHERE: Final = (0.0, 1.0, 0.0, -1.0)
OWN_TRACKS: Final = ("{n} track(s) of the user's own beside the record that ships, which ends in "
                     "{year}: other later storms are not counted")
GAUGED: Final = ("rainstorm",)
CLAIM: Final = "claim"


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


def past_events(sites: Sites, *, tracks: Sequence[Track] = (), gauges: Sequence[RainDays] = (),
                waterlogging: WaterloggingPoints | None = None, claims: Claims | None = None,
                ) -> tuple[PlaceHistory, ...]:
    """Return what has happened near sites: storms, earthquakes, rainstorms, lists of one's own.

    gauges : rain records of the user's own, beside those that ship.
    """
    shipped = [shipped_days(name) for name in list_cards("rain_record")]
    found = [_storms(sites, tracks), past_earthquakes(sites.lon, sites.lat),
             rain_records((*gauges, *shipped), sites.lon, sites.lat)]
    if waterlogging is not None:
        found.append(past_waterlogging(waterlogging, sites.lon, sites.lat))
    if claims is not None:
        found += past_claims(claims, sites.lon, sites.lat)
    return tuple(found)


def _storms(sites: Sites, tracks: Sequence[Track]) -> PlaceHistory:
    """Return past storms; of the user's own tracks the layer tells the years."""
    found = past_storms(sites.lon, sites.lat, tracks=tracks)
    if not tracks:
        return found
    layer = replace(found.layer, date=f"{found.first_year}-{found.last_year}")
    return replace(found, layer=layer, notes=(*found.notes, OWN_TRACKS.format(
        n=len(tracks), year=int(shipped_storms().season.max()))))


def record_key(history: PlaceHistory) -> str:
    """Return what a record is called in tables: its peril, waterlogging, claims of a peril."""
    if history.strength_measure == CLAIM:
        return f"{history.peril or 'other'}_claims_{history.strength_unit}"
    return "waterlogging" if history.peril == "flood" else history.peril


def covered(history: PlaceHistory, sites: Sites) -> Bools:
    """Tell the sites (n_sites,) that a record covers: none found elsewhere is no count of zero.

    A site with an event is covered, wherever it is; of records of no stated area (a rain gauge) no
    other site is.
    """
    if history.strength_measure == CLAIM or (
            history.layer.kind == "given" and history.peril not in GAUGED):
        return np.ones(len(sites), bool)
    west, south, east, north = AREAS.get(history.peril, NOWHERE)
    lon = nearest_window(sites.lon, 0.5 * (west + east))
    inside = (lon >= west) & (lon <= east) & (sites.lat >= south) & (sites.lat <= north)
    inside[np.unique(history.site)] = True
    return np.asarray(inside)


def event_shapes(histories: Sequence[PlaceHistory], site: int, lat: float,
                 tracks: Sequence[Track] = ()) -> list[EventShape]:
    """Return the shapes of one site's storms and earthquakes, in the order of the records."""
    found: list[EventShape] = []
    for history in histories:
        rows = np.flatnonzero(history.site == site)
        if history.strength_measure == CLAIM:
            continue
        if len(rows) and history.peril == "typhoon":
            found += _tracks(history, [int(row) for row in rows], lat, tracks)
        elif len(rows) and history.peril == "earthquake":
            found += _epicentres(history, [int(row) for row in rows], lat)
    return found


def _tracks(history: PlaceHistory, rows: Sequence[int], lat: float, tracks: Sequence[Track],
            ) -> list[EventShape]:
    archives = [shipped_storms(), *([storms_of(tracks)] if tracks else [])]
    paths: dict[str, tuple[Floats, Floats]] = {}
    for storms in archives:  # a track of the user's own takes the place of the archive's
        paths |= _paths(storms, {history.event[row] for row in rows})
    return [EventShape("typhoon", _label(history, row), *paths[history.event[row]],
                       _or_less(history.intensity[row]), history.radius_m, lat)
            for row in rows if history.event[row] in paths]


def _paths(storms: PastStorms, wanted: set[str]) -> Mapping[str, tuple[Floats, Floats]]:
    return {event: (storms.lon[own], storms.lat[own])
            for k, event in enumerate(storms.event_id) if event in wanted
            for own in (storms.fixes(k),)}


def _epicentres(history: PlaceHistory, rows: Sequence[int], lat: float) -> list[EventShape]:
    events = shipped_earthquakes()
    at = {moment: k for k, moment in enumerate(events.time)}
    return [EventShape("earthquake", f"{str(history.time[row])[:4]} M{history.strength[row]:.1f}",
                       events.lon[k:k + 1], events.lat[k:k + 1], float(history.strength[row]),
                       history.radius_m, lat)
            for row in rows for k in [at.get(history.time[row], -1)] if k >= 0]


def _label(history: PlaceHistory, row: int) -> str:
    year = str(history.time[row])[:4]
    name = history.name[row]
    return f"{name.title() if name.isupper() else name} {year}".strip()


def _or_less(value: float) -> float:
    return float(value) if np.isfinite(value) else -1.0
