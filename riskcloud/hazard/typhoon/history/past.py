"""What typhoons have done near places: closest distance, strength there, gust modelled there."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError
from riskcloud.geo.points import haversine_m, nearest_window
from riskcloud.hazard.site_checks import checked_sites
from riskcloud.hazard.typhoon.history.archive import (
    PastStorms,
    history_card,
    shipped_storms,
    storms_of,
)
from riskcloud.hazard.typhoon.history.gusts import event_gusts
from riskcloud.kernels import closest
from riskcloud.types import (
    Bools,
    Floats,
    Ints,
    PlaceHistory,
    PlaceLayer,
    SiteExposure,
    Sites,
    Times,
    Track,
)
from riskcloud.units import KM

RADIUS_M: Final = 300.0 * KM
"""How far "near" reaches (ours): beyond it a storm's winds are seldom those of a gale."""
MOST_RADIUS_M: Final = 2000.0 * KM
SITES_AT_A_TIME: Final = 1000
_MIDDLE_DEG: Final = 120.0  # sites are taken into the window of longitudes about it
SAME_M: Final = 150.0 * KM
"""Two tracks are one storm if they are this near in the mean over their common times (ours)."""
FORECAST = "{n} track(s) hold no past of two fixes or more and are left out"
UNKNOWN = "no strength is known of {n} past storm(s) near the sites, most before {year}"
CALM = "gust 0: the storm's wind stayed below calm (5.5 m/s over water)"
OPEN_COUNTRY = "gust modelled at 10 m over open country, the mean over the wind models"
OWN_SURFACE = "gust modelled at the site's own surface and height, the mean over the wind models"
SHORT = "past storms of 1884 to {last} alone: later years by a track file of your own"


@dataclass(frozen=True, slots=True)
class _Rows:
    """Pairs of a site and a storm near it; arrays (n,)."""

    site: Ints
    event: npt.NDArray[Any]
    name: npt.NDArray[Any]
    time: Times
    distance_m: Floats
    wind_m_s: Floats
    gust_m_s: Floats


def past_storms(lon: Floats, lat: Floats, *, radius_m: float = RADIUS_M,
                tracks: Sequence[Track] = (), exposure: SiteExposure | None = None,
                first_year: int | None = None) -> PlaceHistory:
    """Storms whose centre came near sites, one row a site and storm, in the order of time.

    Parameters
    ----------
    lon, lat : (n_sites,) degrees WGS84, lon in any window of 360 degrees.
    radius_m : how near the centre came [m], up to 2,000 km.
    tracks : more storms, as read from any track file (``read_tracks``), filled or not: later years.
        One that is also in the catalogue takes its place. Forecasts count to their analysis.
    exposure : factors of the sites' own surface (``site_exposure``); None: 10 m over open country.
    first_year : leave out what was before; None: from 1884.

    Returns
    -------
    PlaceHistory of peril ``typhoon``: ``distance_m`` the closest between the fixes too, ``time``
    when; ``strength`` the storm's largest 1-min wind over water while it was near; ``intensity``
    the largest 3-s gust of the whole storm at the site by the default wind, 0 below calm. Both NaN
    where no wind or pressure of the storm near the site is known: before 1951 and of weak lows.

    Raises
    ------
    InputError : sites or a radius that cannot be; exposure of other sites.

    Source
    ------
    models/storm_history; docs/science/place-history.md.
    """
    lon, lat = checked_sites(lon, lat)
    lon = nearest_window(lon, _MIDDLE_DEG)
    _check(radius_m, exposure, len(lon))
    given, left_out = _given(tracks)
    archives = [shipped_storms()] if given is None else [shipped_storms(), given]
    same = np.zeros(len(archives[0]), bool) if given is None else _also_in(archives[0], given)
    parts = []
    for begin in range(0, max(len(lon), 1), SITES_AT_A_TIME):
        sites = Sites(np.arange(begin, min(begin + SITES_AT_A_TIME, len(lon))),
                      lon[begin:begin + SITES_AT_A_TIME], lat[begin:begin + SITES_AT_A_TIME])
        own = None if exposure is None else _of_sites(exposure, begin, len(sites))
        for k, storms in enumerate(archives):
            wanted = np.full(len(storms), True) if first_year is None else (
                storms.season >= first_year)
            parts.append(_near(storms, wanted & ~same if k == 0 else wanted, sites, radius_m, own))
    rows = _joined(parts)
    return _history(rows, radius_m, archives, exposure is not None, left_out, first_year)


def _check(radius_m: float, exposure: SiteExposure | None, n: int) -> None:
    if not 0.0 < radius_m <= MOST_RADIUS_M:
        raise InputError(f"radius {radius_m / KM:g} km: expected more than 0 and "
                         f"{MOST_RADIUS_M / KM:g} km at most")
    if exposure is not None and len(exposure.gust_3s) != n:
        raise InputError(f"past storms: exposure of {len(exposure.gust_3s)} site(s) for {n}")


def _given(tracks: Sequence[Track]) -> tuple[PastStorms | None, int]:
    """Return a user's tracks as past storms, and how many have no past."""
    past = [one for one in tracks if not one.member and len(one) >= 2 and (
        one.base_utc is None or np.count_nonzero(one.time_utc <= one.base_utc) >= 2)]
    return (storms_of(past) if past else None), len(tracks) - len(past)


def _also_in(storms: PastStorms, given: PastStorms) -> Bools:
    """Tell the storms of the catalogue (n_storms,) that the user's tracks hold too."""
    out = np.isin(np.array(storms.event_id), np.array(given.event_id))
    first, last = storms.time_utc[storms.start[:-1]], storms.time_utc[storms.start[1:] - 1]
    for k in range(len(given)):
        own = given.fixes(k)
        time = given.time_utc[own]
        for j in np.flatnonzero((first <= time[-1]) & (last >= time[0]) & ~out):
            there = storms.fixes(int(j))
            both = (storms.time_utc[there] >= time[0]) & (storms.time_utc[there] <= time[-1])
            if not both.any():
                continue
            at = storms.time_utc[there][both].astype(np.float64)
            x, y = (np.interp(at, time.astype(np.float64), values[own])
                    for values in (given.lon, given.lat))
            apart = haversine_m(x, y, storms.lon[there][both], storms.lat[there][both])
            out[j] |= bool(np.mean(apart) < SAME_M)
    return out


def _near(storms: PastStorms, wanted: Bools, sites: Sites, radius_m: float,
          exposure: SiteExposure | None) -> _Rows:
    """Return the rows of some sites and one archive."""
    place = np.empty((len(sites), len(storms)))
    closest.closest_places(sites.lon, sites.lat, storms.lon, storms.lat, storms.start,
                           storms.boxes, radius_m * 1.01, place)
    site, storm = np.nonzero(np.isfinite(place) & wanted)
    at = place[site, storm] + storms.start[storm]
    first = np.minimum(at.astype(np.int64), storms.start[storm + 1] - 2)
    share = at - first
    lon, lat = (values[first] + share * (values[first + 1] - values[first])
                for values in (storms.lon, storms.lat))
    distance = haversine_m(sites.lon[site], sites.lat[site], lon, lat)
    near = distance <= radius_m
    site, storm, first = site[near], storm[near], first[near]
    share, distance = share[near], distance[near]
    step = (storms.time_utc[first + 1] - storms.time_utc[first]).astype(np.float64)
    time = storms.time_utc[first] + np.rint(share * step).astype("timedelta64[s]")
    wind = _largest_near(storms, sites, site, storm, radius_m)
    gust = np.full(len(site), np.nan)
    known = np.flatnonzero(np.isfinite(wind))
    if len(known) and storms.events is not None:
        gust[known] = event_gusts(storms.events, storms.event_of[storm[known]], site[known], sites,
                                  exposure)
    return _Rows(sites.site_id[site], np.array(storms.event_id, object)[storm],
                 np.array(storms.name, object)[storm], time, distance, wind, gust)


def _largest_near(storms: PastStorms, sites: Sites, site: Ints, storm: Ints, radius_m: float,
                  ) -> Floats:
    """Return a storm's largest wind while it is near a site, (n,); NaN where not known."""
    out = np.full(len(site), np.nan)
    for j in np.unique(storm):
        own, rows = storms.fixes(int(j)), np.flatnonzero(storm == j)
        wind = storms.max_wind_m_s[own]
        known = np.isfinite(wind)
        if not known.any():
            continue
        away = haversine_m(sites.lon[site[rows], None], sites.lat[site[rows], None],
                           storms.lon[own][known], storms.lat[own][known])
        found = np.where(away <= radius_m, wind[known], -np.inf).max(axis=1)
        out[rows] = np.where(found > 0.0, found, np.nan)
    return out


def _joined(parts: Sequence[_Rows]) -> _Rows:
    """Return the rows of all parts by site and time."""
    rows = _Rows(*(np.concatenate([getattr(part, one.name) for part in parts])
                   for one in fields(_Rows)))
    order = np.lexsort((rows.event.astype(str), rows.time, rows.site))
    return _Rows(*(getattr(rows, one.name)[order] for one in fields(_Rows)))


def _of_sites(exposure: SiteExposure, begin: int, n: int) -> SiteExposure:
    part = slice(begin, begin + n)
    return SiteExposure(exposure.mean_10min[part], exposure.sustained_1min[part],
                        exposure.gust_3s[part], exposure.land_share[part], exposure.layers)


def _history(rows: _Rows, radius_m: float, archives: Sequence[PastStorms], own_surface: bool,
             left_out: int, first_year: int | None) -> PlaceHistory:
    card = history_card()
    first, last = card["storms"]["seasons"]
    notes = [OWN_SURFACE if own_surface else OPEN_COUNTRY]
    if len(archives) == 1:
        notes.append(SHORT.format(last=last))
    if left_out:
        notes.append(FORECAST.format(n=left_out))
    unknown = int(np.isnan(rows.wind_m_s).sum())
    if unknown:
        notes.append(UNKNOWN.format(n=unknown, year=card["storms"]["strength_from"]))
    if (rows.gust_m_s == 0.0).any():
        notes.append(CALM)
    years = [int(one.season.max()) for one in archives[1:]]
    layer = PlaceLayer(
        "record", f"models/storm_history/{card.name}: {card['title']}",
        "six-hourly positions, a smooth path between", str(card["date"]), str(card["detail"]))
    return PlaceHistory(
        peril="typhoon", radius_m=radius_m, first_year=max(first, first_year or first),
        last_year=max([last, *years]), site=rows.site.astype(np.int64),
        event=tuple(rows.event.tolist()), name=tuple(rows.name.tolist()), time=rows.time,
        distance_m=rows.distance_m, strength=rows.wind_m_s, strength_measure="max_wind_1min",
        strength_unit="m/s", intensity=rows.gust_m_s, measure="gust_3s", unit="m/s", layer=layer,
        notes=tuple(notes))
