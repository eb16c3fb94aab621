"""What two forecasts of one storm say differently, in figures that a person can check on a map."""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from riskcloud.errors import RiskCloudError
from riskcloud.geo.points import haversine_m, nearest_window
from riskcloud.hazard.typhoon.averaging import sustained_1min
from riskcloud.hazard.typhoon.fill import fill_track
from riskcloud.hazard.typhoon.mixed import at_times, partner, positions
from riskcloud.types import Floats, Outlook, Times, Track
from riskcloud.units import KM

GALE_GUST_M_S: Final = 17.2
"""Lower bound of wind force 8, a gale in forecasts (GB/T 28591-2012)."""
COMPASS: Final = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")
STEP_MIN: Final = 10
"""Minutes between the positions among which the closest is looked for (our choice)."""


def storm_facts(old: Outlook, new: Outlook, losses: pd.DataFrame) -> dict[str, Any]:
    """Compare where the centre passes, how strong and how large it is there.

    Both forecasts are asked at one time: when the new centre is nearest to the book's centre of
    value, within the time that both cover. Of several agencies the first counts, and of the old
    outlook's the same; without advisories it is the mean of the ensemble.

    Parameters
    ----------
    old, new : outlooks as read. losses : of the new run, with lon, lat, tiv.

    Returns
    -------
    dict : book_lon, book_lat: centre of value; compared_utc: that time; shift_km, shift_towards
        (of ``COMPASS``): from the old position to the new; and pairs of old and new:
        distance_km: least distance of the centre from the book; closest_utc: when; wind_1min_m_s,
        r_max_km at compared_utc; peak_wind_1min_m_s in the time both cover. None where unknown.
    """
    lon, lat = value_centre(losses)
    facts: dict[str, Any] = {"book_lon": lon, "book_lat": lat}
    after = _central(new.advisories, new.ensemble)
    before = _central((partner(after, old.advisories),) if old.advisories else (), old.ensemble)
    passes = [_closest(track, lon, lat) for track in (before, after)]
    facts["distance_km"] = {"old": passes[0].distance_m / KM, "new": passes[1].distance_m / KM}
    facts["closest_utc"] = {"old": _iso(passes[0].time), "new": _iso(passes[1].time)}
    start = max(before.time_utc[0], after.time_utc[0])
    end = min(before.time_utc[-1], after.time_utc[-1])
    unknown: dict[str, Any] = {"old": None, "new": None}
    if start > end:
        return facts | {"compared_utc": None, "shift_km": None, "shift_towards": None,
                        "wind_1min_m_s": unknown, "r_max_km": unknown,
                        "peak_wind_1min_m_s": unknown}
    when = _closest(after, lon, lat, start=start, end=end).time
    strengths = [_strength(track, when, start, end) for track in (before, after)]
    return facts | {"compared_utc": _iso(when), **_shift(before, after, when)} | {
        name: {"old": strengths[0][name], "new": strengths[1][name]} for name in strengths[0]}


def value_centre(losses: pd.DataFrame) -> tuple[float, float]:
    """Return lon, lat of the centre of the sums insured; of the places where no sum is known.

    Longitudes may lie in any window; a book across the dateline is one book.
    """
    lon, lat, tiv = (losses[name].to_numpy(np.float64) for name in ("lon", "lat", "tiv"))
    weight = tiv if tiv.sum() > 0.0 else np.ones(len(tiv))
    whole = nearest_window(lon, float(lon[0]))
    return float(np.average(whole, weights=weight)), float(np.average(lat, weights=weight))


@dataclass(frozen=True, slots=True)
class _Pass:
    time: np.datetime64
    distance_m: float


def _closest(track: Track, lon: float, lat: float, *, start: np.datetime64 | None = None,
             end: np.datetime64 | None = None) -> _Pass:
    """Return when, between two times, the centre is nearest to a place, and how near."""
    first = track.time_utc[0] if start is None else start
    last = track.time_utc[-1] if end is None else end
    time = np.union1d(np.arange(first, last, np.timedelta64(60 * STEP_MIN, "s")), [last])
    away = haversine_m(*positions(track, time), lon, lat)
    nearest = int(np.argmin(away))
    return _Pass(time[nearest], float(away[nearest]))


def _shift(before: Track, after: Track, when: np.datetime64) -> dict[str, Any]:
    at = np.array([when], "datetime64[s]")
    (lon1, lat1), (lon2, lat2) = (positions(track, at) for track in (before, after))
    east = (nearest_window(lon2, float(lon1[0])) - lon1) * np.cos(np.radians(0.5 * (lat1 + lat2)))
    bearing = float(np.degrees(np.arctan2(east, lat2 - lat1))[0]) % 360.0
    return {"shift_km": float(haversine_m(lon1, lat1, lon2, lat2)[0]) / KM,
            "shift_towards": COMPASS[int(np.round(bearing / 45.0)) % 8]}


def _strength(track: Track, when: np.datetime64, start: np.datetime64, end: np.datetime64,
              ) -> dict[str, float | None]:
    """Return wind and Rmax at a time and the highest wind between two; None if never said."""
    names = ("wind_1min_m_s", "r_max_km", "peak_wind_1min_m_s")
    try:
        filled = fill_track(track)
        wind = sustained_1min(filled.max_wind_m_s, filled.wind_averaging_s)
    except RiskCloudError:  # neither wind nor pressure: there is nothing to compare
        return dict.fromkeys(names)
    at = np.array([when], "datetime64[s]")
    inside = (filled.time_utc >= start) & (filled.time_utc <= end)
    peak = np.append(wind[inside], _interpolated(filled.time_utc, wind, np.array([start, end])))
    figures = (_interpolated(filled.time_utc, wind, at)[0], at_times(filled, "r_max_m", at)[0] / KM,
               peak.max())
    return {name: float(figure) if np.isfinite(figure) else None
            for name, figure in zip(names, figures, strict=True)}


def _interpolated(fix: Times, values: Floats, time: Times) -> Floats:
    return np.asarray(np.interp(time.astype("datetime64[s]").astype(np.int64),
                                fix.astype("datetime64[s]").astype(np.int64), values))


def _central(advisories: tuple[Track, ...], ensemble: tuple[Track, ...]) -> Track:
    """Return the first advisory, else the mean of the members at the times of the longest."""
    if advisories:
        return advisories[0]
    longest = max(ensemble, key=len)
    total, count = np.zeros((3, len(longest))), np.zeros((3, len(longest)))
    for member in ensemble:
        known = (longest.time_utc >= member.time_utc[0]) & (longest.time_utc <= member.time_utc[-1])
        lon, lat = positions(member, longest.time_utc[known])
        wind = at_times(member, "max_wind_m_s", longest.time_utc[known])
        values = np.array([nearest_window(lon, float(longest.lon[0])), lat, wind])
        total[:, known] += np.nan_to_num(values)
        count[:, known] += np.isfinite(values)
    mean = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    blank = np.full(len(longest), np.nan)
    radii = np.full((len(longest), 4), np.nan)
    return replace(longest, lon=mean[0], lat=mean[1], max_wind_m_s=mean[2], filled=(),
                   central_pressure_pa=blank, environmental_pressure_pa=blank, r_max_m=blank,
                   r34_m=radii, r50_m=radii, r64_m=radii)


def wind_facts(old: pd.DataFrame, new: pd.DataFrame) -> dict[str, Any]:
    """Compare gusts at the insured locations (tables of losses): pairs of old and new.

    n_gale: locations with gusts of ``GALE_GUST_M_S`` and more; first_gale_utc, last_gale_utc: when
    their gusts peak, at the first and at the last; max_gust_3s_m_s: at the location that has most.
    """
    return {name: {"old": before, "new": after} for (name, before), after
            in zip(_gusts(old).items(), _gusts(new).values(), strict=True)}


def _gusts(losses: pd.DataFrame) -> dict[str, Any]:
    gust = losses["gust_3s_m_s"].to_numpy(np.float64)
    gale = gust >= GALE_GUST_M_S
    time = losses["time_utc"].to_numpy().astype("datetime64[s]")[gale]
    time = time[~np.isnat(time)]
    return {"n_gale": int(gale.sum()), "first_gale_utc": _iso(time.min()) if len(time) else None,
            "last_gale_utc": _iso(time.max()) if len(time) else None,
            "max_gust_3s_m_s": float(np.nanmax(gust, initial=0.0))}


def _iso(time: np.datetime64) -> str:
    return f"{np.datetime_as_string(time, unit='s')}Z"
