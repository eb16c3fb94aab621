"""A forecast and the tracks drawn around it, with the errors of its position and intensity."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from riskcloud.hazard.typhoon import forecast_error, land_decay
from riskcloud.hazard.typhoon.averaging import sustained_1min
from riskcloud.hazard.typhoon.path import hours_since_start
from riskcloud.hazard.typhoon.track_file import lead_hours
from riskcloud.types import Bools, Floats, Track

LAND: Final = "south_china"
"""Card of models/land_decay for tracks that cross other land than their forecast."""


@dataclass(frozen=True, slots=True)
class Chances:
    """Probabilities that tracks and intensities are drawn by; all in (0, 1).

    position (n_tracks, n_dims), wind (n_intensities, n_dims), size (n_intensities, 2): Rmax, r34.
    """

    position: Floats
    wind: Floats
    size: Floats


@dataclass(frozen=True, slots=True)
class Lane:
    """A filled forecast, its wind a 1-min mean, and the tracks drawn around it.

    lon, lat (n_tracks, n_fixes). wind_m_s (n_tracks, n_fixes): the forecast's wind for the land
    each track crosses. wind_error_m_s (n_intensities, n_fixes). is_forecast (n_fixes,).
    """

    base: Track
    lon: Floats
    lat: Floats
    wind_m_s: Floats
    wind_error_m_s: Floats
    is_forecast: Bools


def one_minute(track: Track) -> Track:
    """Return the track with its wind as a 1-min mean at sea."""
    wind = sustained_1min(track.max_wind_m_s, track.wind_averaging_s)
    return replace(track, max_wind_m_s=wind, wind_averaging_s=60.0)


def draw_chances(n_tracks: int, n_intensities: int, n_fixes: int, seed: int) -> Chances:
    """Probabilities for so many tracks and intensities of at most ``n_fixes`` fixes each."""
    dims = forecast_error.n_dims(n_fixes)
    wind = forecast_error.unit_probabilities(n_intensities, dims + 2, seed + 1)
    return Chances(forecast_error.unit_probabilities(n_tracks, 2 * dims, seed),
                   wind[:, :dims], wind[:, dims:])


def certain_lane(track: Track, n_intensities: int) -> Lane:
    """Return the lane of a best track: one track, no error."""
    n = len(track)
    return Lane(track, track.lon[None], track.lat[None], track.max_wind_m_s[None],
                np.zeros((n_intensities, n)), np.zeros(n, bool))


def advisory_lane(track: Track, chances: Chances, tracks: slice) -> Lane:
    """Return a forecast's lane: its fixes moved along and across its motion by its errors.

    The wind changes where a track crosses other land than the forecast did (``land_decay``).
    """
    error = forecast_error.error_model(track.agency)
    lead = lead_hours(track)
    ahead = lead >= 0.0
    drawn = forecast_error.draw_position_errors(error, lead[ahead], chances.position[tracks])
    along, cross = (_at(ahead, values) for values in drawn)
    lon, lat = forecast_error.displace(track.lon, track.lat, forecast_error.heading_deg(track),
                                       along, cross)
    # the way to the sphere and back rounds: what has been stays as it was said
    lon, lat = np.where(ahead, lon, track.lon), np.where(ahead, lat, track.lat)
    hour = hours_since_start(track)
    own = land_decay.hours_over_land(track.lon, track.lat, hour)
    wind = land_decay.with_land_exposure(
        track.max_wind_m_s, land_decay.hours_over_land(lon, lat, hour), own, model=LAND)
    wind_error = _at(ahead, forecast_error.draw_wind_errors(error, lead[ahead], chances.wind))
    return Lane(track, lon, lat, np.atleast_2d(wind), wind_error, ahead)


def _at(where: Bools, values: Floats) -> Floats:
    """Values (n, n_there) put where they belong (n, n_fixes), 0 elsewhere."""
    out = np.zeros((len(values), len(where)))
    out[:, where] = values
    return out


def member_lane(member: Track, agency: str, chances: Chances, members_sd_m_s: Floats) -> Lane:
    """Return an ensemble member's lane: its own track, its wind moved by its agency's error.

    members_sd_m_s (n_fixes,): spread of the members' own winds at each fix. Only what the agency's
    error has beyond it is added, so that both together have the agency's spread.
    """
    error = forecast_error.error_model(agency)
    lead = lead_hours(member)
    ahead = lead >= 0.0
    drawn = _at(ahead, forecast_error.draw_wind_errors(error, lead[ahead], chances.wind))
    spread = np.interp(lead, error.lead_h, error.sd_wind_m_s)
    with np.errstate(divide="ignore", invalid="ignore"):
        missing = np.sqrt(np.clip(1.0 - (members_sd_m_s / spread) ** 2, 0.0, 1.0))
    drawn = drawn * np.where(np.isfinite(missing), missing, 0.0)
    return Lane(member, member.lon[None], member.lat[None], member.max_wind_m_s[None], drawn,
                ahead)


def spread_of_members(members: Sequence[Track]) -> list[Floats]:
    """Standard deviation of the members' winds at each fix of each member [m/s]."""
    times = np.unique(np.concatenate([member.time_utc for member in members]))
    seconds = times.astype("datetime64[s]").astype(np.int64)
    winds = np.stack([
        np.interp(seconds, member.time_utc.astype("datetime64[s]").astype(np.int64),
                  member.max_wind_m_s, np.nan, np.nan) for member in members])
    with np.errstate(invalid="ignore"):
        count = np.isfinite(winds).sum(axis=0)
        mean = np.nansum(winds, axis=0) / np.maximum(count, 1)
        square = np.nansum((winds - mean) ** 2, axis=0) / np.maximum(count - 1, 1)
    return [np.sqrt(square[np.searchsorted(times, member.time_utc)]) for member in members]
