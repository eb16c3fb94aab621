"""What a storm may do: tracks and intensities to draw from, each with the error of its forecast.

Every realisation follows one track and has one intensity. Tracks come from an ensemble, or from
the agencies' forecasts moved by their errors; intensities from the forecast a track belongs to,
changed for the land the track itself crosses, and moved by the error of that forecast.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from zlib import crc32

import numpy as np

from riskcloud.hazard.typhoon import forecast_error, regressions
from riskcloud.hazard.typhoon.ensemble import anchor_intensity
from riskcloud.hazard.typhoon.fill import fill_track, translation_m_s
from riskcloud.hazard.typhoon.lanes import (
    LAND,
    Lane,
    advisory_lane,
    certain_lane,
    draw_chances,
    member_lane,
    one_minute,
    spread_of_members,
)
from riskcloud.types import Floats, Ints, Outlook, Track

WEAKEST_M_S: Final = 5.0
STRONGEST_M_S: Final = 100.0
"""Winds a drawn storm is held to: calm, and just above the strongest on record (our choice)."""
LOWEST_PA: Final = 85_000.0
"""Central pressure a drawn storm is held to, just below the lowest on record (our choice)."""
WEIGHT_LEAD_H: Final = 24.0
"""Lead at which the agencies' errors are compared for their weights (our choice)."""


@dataclass(frozen=True, slots=True)
class Scenarios:
    """Tracks and intensities of one storm.

    central : the likeliest track, filled: for maps and times. lane_of, place_of (n_tracks,): where
    each track is found. r_max_factor, r34_factor (n_intensities,). weights: what each agency's
    word counts, summing to 1. cards: (kind, name) of the cards used.
    """

    central: Track
    lanes: tuple[Lane, ...]
    lane_of: Ints
    place_of: Ints
    r_max_factor: Floats
    r34_factor: Floats
    weights: Mapping[str, float]
    cards: tuple[tuple[str, str], ...]

    @property
    def n_tracks(self) -> int:
        """Return the number of tracks."""
        return len(self.lane_of)

    @property
    def n_intensities(self) -> int:
        """Return the number of intensities."""
        return len(self.r_max_factor)

    def storm(self, track: int, intensity: int) -> Track:
        """Return one storm, filled, its wind a 1-min mean."""
        lane, place = self.lanes[self.lane_of[track]], self.place_of[track]
        base, lat = lane.base, lane.lat[place]
        wind = np.where(lane.is_forecast, np.clip(
            lane.wind_m_s[place] + lane.wind_error_m_s[intensity], WEAKEST_M_S, STRONGEST_M_S),
            base.max_wind_m_s)
        r_max, r34 = _sizes(base, wind, lat)
        r_max, r34 = r_max * self.r_max_factor[intensity], r34 * self.r34_factor[intensity]
        # gales lie outside the strongest wind; 0 stays: no gale in that quadrant
        r34 = np.where(r34 > 0.0, np.maximum(r34, r_max[:, None]), r34)
        uncertain = lane.is_forecast
        storm: Track = replace(
            base, lon=lane.lon[place], lat=lat, max_wind_m_s=wind,
            central_pressure_pa=np.where(uncertain, _pressure(base, wind),
                                         base.central_pressure_pa),
            r_max_m=np.where(uncertain, r_max, base.r_max_m),
            r34_m=np.where(uncertain[:, None], r34, base.r34_m))
        return storm


def _pressure(base: Track, wind_1min_m_s: Floats) -> Floats:
    """Central pressure of a changed storm (n,): its deficit moves with its wind.

    A weaker wind takes from the deficit by its square, a stronger one adds what the regression
    adds: a broad low over land, deep for its wind, would by the square grow into no storm. Below a
    gale the wind does not measure the deficit.
    """
    basin, motion = _basin(base), translation_m_s(base)

    def usual(wind: Floats) -> Floats:
        size = regressions.size_m(wind, base.lat, basin=basin)
        return regressions.pressure_deficit_pa(wind, base.lat, size, translation_m_s=motion)

    deficit = np.maximum(base.environmental_pressure_pa - base.central_pressure_pa, 0.0)
    own, new = (np.maximum(wind, regressions.GALE_M_S)
                for wind in (base.max_wind_m_s, wind_1min_m_s))
    more = np.maximum(usual(new) - usual(own), 0.0)
    changed = np.where(new > own, deficit + more, deficit * (new / own) ** 2)
    centre = np.maximum(base.environmental_pressure_pa - changed,
                        np.minimum(base.central_pressure_pa, LOWEST_PA))
    return np.where((deficit > 0.0) & (new != own), centre, base.central_pressure_pa)


def _basin(base: Track) -> str:
    middle = len(base) // 2
    return regressions.basin_of(float(base.lon[middle]), float(base.lat[middle]))


def _sizes(base: Track, wind_1min_m_s: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Rmax (n,) and r34 (n, 4) of a changed storm: its own, moved as the regressions move."""
    basin = _basin(base)
    own = np.maximum(base.max_wind_m_s, regressions.GALE_M_S)
    new = np.maximum(wind_1min_m_s, regressions.GALE_M_S)
    inner = (regressions.usual_r_max_m(wind_1min_m_s, lat, basin=basin)
             / regressions.usual_r_max_m(base.max_wind_m_s, base.lat, basin=basin))
    outer = (regressions.size_m(new, lat, basin=basin)
             / regressions.size_m(own, base.lat, basin=basin))
    gale = (wind_1min_m_s >= regressions.GALE_M_S)[:, None]
    return base.r_max_m * inner, np.where(gale, base.r34_m * outer[:, None], np.nan)


def make_scenarios(outlook: Outlook, *, n_tracks: int, seed: int) -> Scenarios:
    """Draw the tracks and intensities of an outlook.

    Parameters
    ----------
    outlook : of one storm (``outlook.make_outlook``); every advisory has a forecast, or is a best
        track that is taken as certain.
    n_tracks : how many tracks (and intensities) are wanted; an ensemble gives as many as it has
        members if those are fewer, best tracks one each.
    seed : of the run; mixed with the storm's id. Same seed, same storms.

    Raises
    ------
    InputError : a track that cannot be filled.

    Source
    ------
    Errors: ``forecast_error``; land: ``land_decay``; ensembles: ``ensemble``. That a deficit
    falls with the square of the wind is the cyclostrophic wind of a fixed shape; that it grows, and
    size moves, as the regressions of ``fill`` do, size times a factor of its own, is our choice.
    """
    # the order in which files were given draws no other storm
    order = sorted(outlook.advisories, key=lambda track: (track.agency, track.event_id))
    as_said = [fill_track(track) for track in order]
    filled = [one_minute(track) for track in as_said]
    share = agency_weights(filled)
    certain = not outlook.ensemble and all(track.base_utc is None for track in filled)
    members, words = _members(outlook, filled, share, n_tracks)
    n_intensities = 1 if certain else len(members) or n_tracks
    key = crc32(f"{(filled or members)[0].event_id}/{seed}".encode())
    longest = max(len(track) for track in (members or filled))
    # members bring their own tracks: none are drawn beside them
    chances = draw_chances(0 if members else max(n_tracks, 1), n_intensities, longest, key)
    if members:
        spread = spread_of_members(members)
        lanes = [member_lane(member, word, chances, sd)
                 for member, word, sd in zip(members, words, spread, strict=True)]
    elif certain:
        lanes = [certain_lane(track, 1) for track in filled]
    else:
        edges = np.cumsum([0, *_shared_out(share, max(n_tracks, 1))])
        lanes = [advisory_lane(track, chances, slice(first, last)) for track, first, last
                 in zip(filled, edges[:-1], edges[1:], strict=True) if last > first]
    count = [len(lane.lon) for lane in lanes]
    size = np.ones((1, 2)) if certain else forecast_error.draw_size_factors(chances.size)
    return Scenarios(
        central=as_said[int(np.argmax(share))] if filled else _middle(members),
        lanes=tuple(lanes), lane_of=np.repeat(np.arange(len(lanes)), count),
        place_of=np.concatenate([np.arange(n) for n in count]),
        r_max_factor=size[:, 0], r34_factor=size[:, 1],
        weights={track.agency: float(w) for track, w in zip(filled, share, strict=True)},
        cards=() if certain else _cards(filled, words, outlook))


def agency_weights(tracks: Sequence[Track]) -> Floats:
    """What each agency's word counts (n_tracks,), summing to 1; best tracks count alike.

    The inverse of the mean square of its position error at ``WEIGHT_LEAD_H`` plus the age of its
    analysis beside the newest: the best weights of independent unbiased forecasts.

    Source: our choice of form; inverse variances: Gauss-Markov.
    """
    bases = [track.base_utc for track in tracks]
    known = [base for base in bases if base is not None]
    weights = np.ones(len(tracks))
    for i, (track, base) in enumerate(zip(tracks, bases, strict=True)):
        if base is not None:
            age_h = float((max(known) - base) / np.timedelta64(1, "h"))
            error = forecast_error.error_model(track.agency)
            lead = WEIGHT_LEAD_H + age_h
            along, cross = (float(np.interp(lead, error.lead_h, sd))
                            for sd in (error.sd_along_m, error.sd_cross_m))
            weights[i] = 1.0 / (along**2 + cross**2)
    return weights / weights.sum() if len(weights) else weights


def _shared_out(share: Floats, n: int) -> Ints:
    """Whole numbers (n_agencies,) that sum to n, by share; the largest remainders are rounded up.

    A single track is thus that of the agency that counts most.
    """
    wanted = np.asarray(share) * n
    number = np.floor(wanted).astype(np.int64)
    left = np.argsort(number - wanted, kind="stable")[:n - int(number.sum())]
    number[left] += 1
    return np.asarray(number)


def _members(outlook: Outlook, filled: Sequence[Track], share: Floats, n_tracks: int,
             ) -> tuple[list[Track], list[str]]:
    """Members to use, filled, and the agency whose error each one's intensity has."""
    members = list(outlook.ensemble)
    if not members:
        return [], []
    n = min(max(n_tracks, 1), len(members))
    members = [members[int(k)] for k in np.round(np.linspace(0, len(members) - 1, n))]
    if not filled or not outlook.anchored:
        return [one_minute(fill_track(member)) for member in members], [members[0].agency] * n
    # the agencies take turns, as often as their weights say
    turn = np.repeat(np.arange(len(filled)), _shared_out(share, n))
    turn = turn[np.random.default_rng(n).permutation(n)]
    anchors = [filled[int(k)] for k in turn]
    return ([one_minute(fill_track(anchor_intensity(member, anchor)))
             for member, anchor in zip(members, anchors, strict=True)],
            [anchor.agency for anchor in anchors])


def _middle(members: Sequence[Track]) -> Track:
    """Return the member nearest to the mean of all at the times they share."""
    times = [member.time_utc for member in members]
    start, end = max(t[0] for t in times), min(t[-1] for t in times)
    at = np.linspace(0.0, 1.0, 20) * float((end - start) / np.timedelta64(1, "s"))
    place = np.stack([
        [np.interp(at, (t - start) / np.timedelta64(1, "s"), values)
         for values in (member.lon, member.lat)] for t, member in zip(times, members, strict=True)])
    off = ((place - np.median(place, axis=0)) ** 2).sum(axis=(1, 2))
    return members[int(np.argmin(off))]


def _cards(filled: Sequence[Track], words: Sequence[str], outlook: Outlook,
           ) -> tuple[tuple[str, str], ...]:
    agencies = words or [track.agency for track in filled]
    errors = {forecast_error.error_model(agency).name for agency in agencies}
    return (*(("forecast_error", name) for name in (*sorted(errors), "common", "size")),
            ("land_decay", LAND),
            *((("ensemble", "default"),) if outlook.ensemble and outlook.anchored else ()))
