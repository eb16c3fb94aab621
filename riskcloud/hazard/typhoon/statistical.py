"""A forecast from a storm's motion and trend: what extends a report that brings none.

Linear regressions on the motion and intensity of the last 24 hours give the displacement at each
lead; the wind follows from another that also sees the land under that path. Coefficients:
models/statistical_forecast/wp, fitted by ``statistical_fit``; errors: models/forecast_error.
"""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import numpy as np

from riskcloud.catalog import Card, load_card
from riskcloud.errors import InputError
from riskcloud.geo.points import nearest_window
from riskcloud.geo.raster import is_land
from riskcloud.hazard.typhoon.averaging import sustained, sustained_1min
from riskcloud.hazard.typhoon.fill import fill_track, take
from riskcloud.hazard.typhoon.regressions import basin_of
from riskcloud.hazard.typhoon.sphere import destination, offset_m
from riskcloud.types import Floats, Track
from riskcloud.units import HOUR

AGENCY: Final = "STATISTICAL"
STEP_H: Final = 6.0
"""Step of the leads that the regressions know [h]."""
N_LEADS: Final = 12
LONGEST_H: Final = STEP_H * N_LEADS
HISTORY_H: Final = (12.0, 24.0)
MOTION_NAMES: Final = (
    "one", "e12", "n12", "e24", "n24", "lat", "lon", "wind", "dwind12", "dwind24", "sin", "cos",
    "lat2", "lon2", "lat_lon", "lat_e12", "lat_n12", "lon_e12", "lon_n12", "e12_n12", "n12_n12",
    "e12_e12", "lat_cos", "lat_sin", "lat3", "lon_cos", "lon_sin")
WIND_NAMES: Final = (
    *MOTION_NAMES[:12], "wind2", "lat2", "lat_wind", "wind_dwind12", "land", "wind_land",
    "land_now", "land_now_wind", "end_lat", "end_lat2", "end_lat_wind", "end_lon", "land_first",
    "wind_land_first")


@dataclass(frozen=True, slots=True)
class Starts:
    """What is known when forecasts start; arrays (n,).

    lon, lat degrees; east12_m, north12_m, east24_m, north24_m: motion over the last 12 and 24 h
    [m]; wind_m_s, dwind12_m_s, dwind24_m_s: 1-min wind and its change over them; year_part: of
    the year, 0 to 1.
    """

    lon: Floats
    lat: Floats
    east12_m: Floats
    north12_m: Floats
    east24_m: Floats
    north24_m: Floats
    wind_m_s: Floats
    dwind12_m_s: Floats
    dwind24_m_s: Floats
    year_part: Floats


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Regression coefficients: displacement (2, n_leads, n_motion) [m], wind (n_leads, n_wind)."""

    displacement: Floats
    wind: Floats


def card() -> Card:
    """Return the card of the western North Pacific's regressions."""
    return load_card("statistical_forecast", "wp")


@cache
def coefficients() -> Coefficients:
    """Return the coefficients that ship."""
    moves = card().rows("displacement.csv")
    both = [[[float(row[name]) for name in MOTION_NAMES]
             for row in moves if row["component"] == part] for part in ("east", "north")]
    winds = [[float(row[name]) for name in WIND_NAMES] for row in card().rows("wind.csv")]
    return Coefficients(np.array(both), np.array(winds))


def starts_from_history(lon: Floats, lat: Floats, wind_m_s: Floats, year_part: Floats) -> Starts:
    """Predictors from places (n, 3) and 1-min winds (n, 3) at 24, 12 and 0 h before the start."""
    (e24, n24), (e12, n12) = (offset_m(lon[:, 2], lat[:, 2], lon[:, k], lat[:, k])
                              for k in (0, 1))
    return Starts(lon[:, 2], lat[:, 2], -e12, -n12, -e24, -n24, wind_m_s[:, 2],
                  wind_m_s[:, 2] - wind_m_s[:, 1], wind_m_s[:, 2] - wind_m_s[:, 0], year_part)


def motion_predictors(starts: Starts) -> Floats:
    """Predictors of the displacement (n, len(MOTION_NAMES)), scaled to about 1, within the range.

    Values beyond the range of the fit (card) count as its ends: a cubic must not run away.
    """
    limit = card()["range"]
    lat = (np.clip(starts.lat, *limit["lat"]) - 20.0) / 10.0
    lon = (np.clip(nearest_window(starts.lon, 140.0), *limit["lon"]) - 135.0) / 15.0
    e12, n12 = (np.clip(v, -limit["motion12_m"], limit["motion12_m"]) / 1e5
                for v in (starts.east12_m, starts.north12_m))
    e24, n24 = (np.clip(v, -2.0 * limit["motion12_m"], 2.0 * limit["motion12_m"]) / 1e5
                for v in (starts.east24_m, starts.north24_m))
    sine, cosine = np.sin(2 * np.pi * starts.year_part), np.cos(2 * np.pi * starts.year_part)
    return np.column_stack([
        np.ones_like(lat), e12, n12, e24, n24, lat, lon, starts.wind_m_s / 50.0,
        starts.dwind12_m_s / 10.0, starts.dwind24_m_s / 10.0, sine, cosine, lat**2, lon**2,
        lat * lon, lat * e12, lat * n12, lon * e12, lon * n12, e12 * n12, n12**2, e12**2,
        lat * cosine, lat * sine, lat**3, lon * cosine, lon * sine])


def wind_predictors(motion: Floats, lon: Floats, lat: Floats) -> Floats:
    """Predictors of the change of wind (n, n_leads, len(WIND_NAMES)).

    motion : of :func:`motion_predictors`. lon, lat : (n, 1 + n_leads) forecast path, start first.
    Land under it counts in steps of 6 h, by the middle and the end of each step.
    """
    half = 0.5 * (lon[:, 1:] + lon[:, :-1]), 0.5 * (lat[:, 1:] + lat[:, :-1])
    steps = 0.5 * is_land(*half) + 0.5 * is_land(lon[:, 1:], lat[:, 1:])
    land, shape = np.cumsum(steps, axis=1), steps.shape
    now = np.broadcast_to(is_land(lon[:, :1], lat[:, :1]).astype(np.float64), shape)
    place, wind, trend = (np.broadcast_to(motion[:, k, None], shape) for k in (5, 7, 8))
    end = (np.clip(lat[:, 1:], *card()["range"]["lat"]) - 20.0) / 10.0
    end_lon = (np.clip(nearest_window(lon[:, 1:], 140.0), *card()["range"]["lon"]) - 135.0) / 15.0
    first = np.minimum(land, 2.0)
    base = np.broadcast_to(motion[:, None, :12], (*shape, 12))
    more = np.stack([wind**2, place**2, place * wind, wind * trend, land, wind * land, now,
                     now * wind, end, end**2, end * wind, end_lon, first, first * wind], axis=-1)
    return np.concatenate([base, more], axis=-1)


def predict_path(model: Coefficients, starts: Starts, motion: Floats) -> tuple[Floats, Floats]:
    """Forecast lon, lat (n, 1 + n_leads) [degrees], the start first, then every 6 h."""
    east, north = (motion @ part.T for part in model.displacement)
    lon, lat = destination(starts.lon[:, None], starts.lat[:, None], east, north)
    return (np.concatenate([starts.lon[:, None], lon], axis=1),
            np.concatenate([starts.lat[:, None], lat], axis=1))


def predict_wind(model: Coefficients, starts: Starts, predictors: Floats) -> Floats:
    """Forecast 1-min wind (n, 1 + n_leads) [m/s], not below the card's floor."""
    change = np.einsum("nlp,lp->nl", predictors, model.wind)
    later = np.maximum(starts.wind_m_s[:, None] + change, card()["wind_floor_m_s"])
    return np.concatenate([starts.wind_m_s[:, None], later], axis=1)


def statistical_forecast(track: Track, issued_utc: np.datetime64, *, hours: float = LONGEST_H,
                         step_h: float = STEP_H) -> Track:
    """Return the track's past and its forecast from the motion and trend of its last 24 h.

    Parameters
    ----------
    track : as read or filled; fixes after ``issued_utc`` are not looked at.
    issued_utc : when the forecast is made; it starts from the last fix up to then.
    hours : how far it reaches [h], up to 72. step_h : step of its fixes [h], >= 1.

    Returns
    -------
    Track : the past fixes as they were, then the forecast's, agency STATISTICAL, ``base_utc`` the
        last past fix. Pressures and radii of the forecast are unknown (NaN). A history shorter
        than 24 h is continued backwards at its mean motion and its first wind. Outside the
        western North Pacific motion and wind simply persist; the notes say so.

    Raises
    ------
    InputError : fewer than two fixes, or no wind and no pressure, up to ``issued_utc``.

    Source
    ------
    Our fit on JTWC best tracks 1980-2005 (models/statistical_forecast/wp); the kind of model is
    that of CLIPER: Neumann (1972), NOAA Tech. Memo. NWS SR-62.
    """
    if not (1.0 <= step_h <= hours <= LONGEST_H):
        raise InputError(f"statistical forecast of {hours:g} h every {step_h:g} h: expected "
                         f"1 <= step <= hours <= {LONGEST_H:g}")
    past = take(track, track.time_utc <= issued_utc)
    if len(past) < 2:
        raise InputError(f"{track.source}: storm {track.event_id}: {len(past)} fix(es) up to "
                         f"{issued_utc}; its motion needs at least 2")
    starts, notes = _starts(past)
    if basin_of(float(starts.lon[0]), float(starts.lat[0])) == "WP":
        motion = motion_predictors(starts)
        lon, lat = predict_path(coefficients(), starts, motion)
        wind = predict_wind(coefficients(), starts, wind_predictors(motion, lon, lat))
    else:
        lon, lat, wind = _persistence(starts)
        notes = (*notes, "outside the western North Pacific: motion and wind of the last 12 h "
                 "continued, not the regression")
    node = np.arange(N_LEADS + 1) * STEP_H
    lead = np.arange(1.0, int(hours / step_h + 1e-9) + 1.0) * step_h
    place = (np.interp(lead, node, lon[0]), np.interp(lead, node, lat[0]))
    return _extended(past, issued_utc, np.asarray(lead, np.float64), place,
                     np.interp(lead, node, wind[0]), notes=notes)


def _starts(past: Track) -> tuple[Starts, tuple[str, ...]]:
    """Return the predictors' raw values (n = 1) of the last fix, and notes on what was short."""
    hour = (past.time_utc - past.time_utc[-1]).astype("timedelta64[s]").astype(np.float64) / HOUR
    before = -np.array([HISTORY_H[1], HISTORY_H[0], 0.0])
    lon, lat = (np.interp(before, hour, values) for values in (past.lon, past.lat))
    first = max(int(np.searchsorted(hour, -HISTORY_H[1], side="right")) - 1, 0)
    for k in np.flatnonzero(before < hour[0]):  # before the first fix: at the mean motion
        east, north = offset_m(past.lon[-1], past.lat[-1], past.lon[first], past.lat[first])
        scale = before[k] / hour[first]
        lon[k], lat[k] = destination(past.lon[-1], past.lat[-1], east * scale, north * scale)
    wind = np.interp(before, hour, _known_wind(past))
    day = past.time_utc[-1].astype("datetime64[D]")
    year_part = float((day - day.astype("datetime64[Y]")).astype(np.int64)) / 365.25
    notes = () if hour[0] <= before[0] else (
        f"history of {-hour[0]:g} h only: continued backwards to 24 h at its mean motion",)
    return starts_from_history(lon[None], lat[None], wind[None], np.array([year_part])), notes


def _known_wind(past: Track) -> Floats:
    """1-min wind at every fix (n_fixes,): given, from pressure, or between its neighbours."""
    known = np.isfinite(past.max_wind_m_s) | np.isfinite(past.central_pressure_pa)
    if not known.any():
        raise InputError(f"{past.source}: storm {past.event_id}: neither wind nor pressure at any "
                         "fix: its intensity cannot be forecast")
    wind = past.max_wind_m_s
    if known.sum() >= 2 and np.isnan(wind).any():
        filled = fill_track(past)
        place = np.searchsorted(past.time_utc, filled.time_utc)
        wind = np.full(len(past), np.nan)
        wind[place] = filled.max_wind_m_s
    given = np.flatnonzero(np.isfinite(wind))
    if not len(given):
        raise InputError(f"{past.source}: storm {past.event_id}: a single pressure and no wind: "
                         "its intensity cannot be forecast")
    wind = np.interp(np.arange(len(wind)), given, wind[given])
    return sustained_1min(wind, past.wind_averaging_s)


def _persistence(starts: Starts) -> tuple[Floats, Floats, Floats]:
    lead = np.arange(N_LEADS + 1) * STEP_H / HISTORY_H[0]
    lon, lat = destination(starts.lon[:, None], starts.lat[:, None],
                           starts.east12_m[:, None] * lead, starts.north12_m[:, None] * lead)
    return lon, lat, np.repeat(starts.wind_m_s[:, None], N_LEADS + 1, axis=1)


def _extended(past: Track, issued_utc: np.datetime64, lead: Floats, place: tuple[Floats, Floats],
              wind: Floats, *, notes: tuple[str, ...]) -> Track:
    n, base = len(lead), past.time_utc[-1]
    unknown: dict[str, Any] = {
        name: np.concatenate([getattr(past, name),
                              np.full((n, *getattr(past, name).shape[1:]), np.nan)])
        for name in ("central_pressure_pa", "environmental_pressure_pa", "r_max_m", "r34_m",
                     "r50_m", "r64_m")}
    own = sustained(wind, 60.0, past.wind_averaging_s)
    filled = tuple(replace(flag, mask=np.append(flag.mask, np.zeros(n, bool)))
                   for flag in past.filled)
    times = base + np.round(lead * HOUR).astype("timedelta64[s]")
    return replace(
        past, agency=AGENCY, time_utc=np.append(past.time_utc, times).astype("datetime64[s]"),
        lon=np.append(past.lon, nearest_window(place[0], float(past.lon[-1]))),
        lat=np.append(past.lat, place[1]), max_wind_m_s=np.append(past.max_wind_m_s, own),
        status=(*past.status, *[""] * n) if past.status else (), filled=filled,
        issued_utc=issued_utc.astype("datetime64[s]"), base_utc=base.astype("datetime64[s]"),
        notes=(*past.notes, *notes), **unknown)
