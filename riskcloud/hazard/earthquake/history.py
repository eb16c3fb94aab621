"""What earthquakes have done near places: distance, magnitude, intensity at the place."""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from riskcloud.catalog import load_card
from riskcloud.errors import InputError
from riskcloud.geo.points import haversine_m
from riskcloud.hazard.earthquake.ground_motion.regions import REGIONS
from riskcloud.hazard.earthquake.macroseismic import mean_intensity
from riskcloud.hazard.earthquake.magnitude import mw_to_ms
from riskcloud.hazard.site_checks import checked_sites
from riskcloud.types import Floats, Ints, PlaceHistory, PlaceLayer, Times
from riskcloud.units import KM

KIND: Final = "earthquake_history"
DEFAULT: Final = "china"
"""Card of models/earthquake_history."""
RADIUS_M: Final = 300.0 * KM
"""How far "near" reaches (ours): that of the sources in site hazard."""
MOST_RADIUS_M: Final = 2000.0 * KM
LEAST_INTENSITY: Final = 3.5
"""IV and above: felt by most indoors (GB/T 17742); degree n is [n - 0.5, n + 0.5). Ours."""
SITES_AT_A_TIME: Final = 1000
POINT = ("intensity from the distance to the epicentre (GB 18306-2015): too low along a long "
         "rupture")
DEEP = "{n} earthquake(s) deeper than {km:g} km or outside the relation's regions: no intensity"


@dataclass(frozen=True, slots=True)
class PastEarthquakes:
    """Past earthquakes in the order of time, arrays (n,).

    ``region`` is the place in ``REGIONS`` of the relation that holds at the epicentre, -1 for none
    (far from China, or deep).
    """

    time: Times
    lon: Floats
    lat: Floats
    mw: Floats
    ms: Floats
    region: Ints
    place: tuple[str, ...]


def past_earthquakes(lon: Floats, lat: Floats, *, radius_m: float = RADIUS_M,
                     min_intensity: float | None = LEAST_INTENSITY,
                     first_year: int | None = None) -> PlaceHistory:
    """Earthquakes near sites, one row a site and earthquake, in the order of time.

    Parameters
    ----------
    lon, lat : (n_sites,) degrees WGS84, lon in any window of 360 degrees.
    radius_m : how near the epicentre lies [m], up to 2,000 km.
    min_intensity : the least at the site; None: all, also those whose intensity is not known.
    first_year : leave out what was before; None: all of the record.

    Returns
    -------
    PlaceHistory of peril ``earthquake``: ``distance_m`` of the epicentre, ``strength`` the moment
    magnitude, ``intensity`` at the site (degrees, degree n is [n - 0.5, n + 0.5)) by the relation
    of Xiao and Yu (2011), circles of its ellipses' area. Fore- and aftershocks are in it.

    Raises
    ------
    InputError : sites, a radius or an intensity that cannot be.

    Source
    ------
    models/earthquake_history, models/macroseismic/xiao_yu_2011; docs/science/place-history.md.
    """
    lon, lat = checked_sites(lon, lat)
    if not 0.0 < radius_m <= MOST_RADIUS_M:
        raise InputError(f"radius {radius_m / KM:g} km: expected more than 0 and "
                         f"{MOST_RADIUS_M / KM:g} km at most")
    if min_intensity is not None and not 1.0 <= min_intensity <= 12.0:
        raise InputError(f"intensity {min_intensity:g}: expected 1 to 12")
    events = shipped_earthquakes()
    parts = [_near(lon[begin:begin + SITES_AT_A_TIME], lat[begin:begin + SITES_AT_A_TIME], begin,
                   events, radius_m, first_year)
             for begin in range(0, max(len(lon), 1), SITES_AT_A_TIME)]
    site, event, distance, intensity = (np.concatenate(one) for one in zip(*parts, strict=True))
    unknown = int(np.isnan(intensity).sum())
    if min_intensity is not None:
        with np.errstate(invalid="ignore"):
            kept = intensity >= min_intensity
        site, event, distance, intensity = (
            one[kept] for one in (site, event, distance, intensity))
    return _history(events, site.astype(np.int64), event.astype(np.int64), distance, intensity,
                    radius_m, first_year, unknown)


def _near(lon: Floats, lat: Floats, begin: int, events: PastEarthquakes, radius_m: float,
          first_year: int | None) -> tuple[Ints, Ints, Floats, Floats]:
    """Return the pairs of some sites: site, event, distance, intensity, by site and time."""
    away = haversine_m(lon[:, None], lat[:, None], events.lon, events.lat)
    near = away <= radius_m
    if first_year is not None:
        near &= events.time.astype("datetime64[Y]").astype(np.int64) + 1970 >= first_year
    site, event = np.nonzero(near)
    distance = away[site, event]
    intensity = mean_intensity(distance / KM, magnitude_ms=events.ms[event],
                               region=events.region[event], regions=REGIONS)
    return site + begin, event, distance, intensity


@cache
def shipped_earthquakes() -> PastEarthquakes:
    """Return the earthquakes that ship."""
    import pyarrow.parquet as pq

    card = load_card(KIND, DEFAULT)
    table = pq.read_table(card.file(card["events"]["file"]))
    lon, lat, depth, mw = (np.round(table[name].to_numpy().astype(np.float64), 3)
                           for name in ("lon", "lat", "depth_km", "mw"))
    region = np.array([REGIONS.index(name) if name else -1
                       for name in table["region"].to_pylist()], np.int64)
    region[depth > shallow_km()] = -1
    return PastEarthquakes(
        table["time"].to_numpy().astype("datetime64[s]"), lon, lat, mw,
        np.array([mw_to_ms(one) for one in mw]), region, tuple(table["place"].to_pylist()))


def shallow_km() -> float:
    """Return the depth below which the relation does not hold."""
    return float(load_card("quake", "default")["depth"]["shallow_km"])


def _history(events: PastEarthquakes, site: Ints, event: Ints, distance: Floats,
             intensity: Floats, radius_m: float, first_year: int | None, unknown: int,
             ) -> PlaceHistory:
    card = load_card(KIND, DEFAULT)
    first, last = card["events"]["years"]
    time = events.time[event]
    notes = [POINT]
    if unknown:
        notes.append(DEEP.format(n=unknown, km=shallow_km()))
    return PlaceHistory(
        peril="earthquake", radius_m=radius_m, first_year=max(first, first_year or first),
        last_year=last, site=site,
        event=tuple(str(one).replace("-", "").replace(":", "") for one in time),
        name=tuple(events.place[k] for k in event), time=time, distance_m=distance,
        strength=events.mw[event], strength_measure="magnitude", strength_unit="Mw",
        intensity=intensity, measure="intensity", unit="1",
        layer=PlaceLayer("record", f"models/earthquake_history/{card.name}: {card['title']}",
                         "epicentres", str(card["date"]), str(card["detail"])),
        notes=tuple(notes))
