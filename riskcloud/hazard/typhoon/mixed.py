"""Outlooks between two runs: position, wind and size from the newer one, the rest from the older.

What a loss owes to each is found by taking them over one after another.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any, Final, Literal

import numpy as np
from scipy.interpolate import CubicHermiteSpline

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.averaging import sustained
from riskcloud.types import Floats, Outlook, Times, Track
from riskcloud.units import HOUR

PARTS: Final = ("position", "wind", "size")
"""What can be taken over, in the order in which it is."""
WIND: Final = ("max_wind_m_s", "central_pressure_pa", "environmental_pressure_pa")
SIZE: Final = ("r_max_m", "r34_m", "r50_m", "r64_m")
SAME_RTOL: Final = 1e-9
"""Numbers closer than this are the same: one of them may have been through a CSV."""


def mixed(old: Outlook, new: Outlook, take_new: frozenset[str]) -> Outlook:
    """Return the old outlook with some of its parts as the new one has them.

    Each advisory that gives the positions is paired with the other outlook's of the same agency,
    else with its first. The mixed track stands at the times of the track that gives its positions
    and at those of the other between them; where the track that gives a quantity has no fix yet or
    no more, the other's counts. Identity, issue and analysis time stay those of the old track, so
    that the growth of error with lead stays too. The ensemble comes with the positions, whether
    its intensity is anchored comes with the wind.

    Parameters
    ----------
    old, new : outlooks of one storm, as read (nothing filled): what is silent stays silent.
    take_new : of ``PARTS``. position: times and positions; wind: maximum wind and the pressures,
        in the averaging period of their source; size: radius of maximum wind and the wind radii.

    Returns
    -------
    Outlook : the old one itself when nothing is taken.

    Raises
    ------
    InputError : an unknown part. UnitError : winds of an averaging period that has no factor, to
        be put beside those of another.

    Source
    ------
    Our choice. Positions between fixes: the cubic of ``path.follow``; all else linear in time.
    """
    if unknown := take_new - set(PARTS):
        raise InputError(f"mixed: no part {sorted(unknown)}; known: {', '.join(PARTS)}")
    if not take_new:
        return old
    if "position" in take_new:
        pairs = [(partner(track, old.advisories), track) for track in new.advisories]
        ensemble = new.ensemble
    else:
        pairs = [(track, partner(track, new.advisories)) for track in old.advisories]
        ensemble = old.ensemble
    return Outlook(
        advisories=tuple(_mix(a, b, take_new) for a, b in pairs), ensemble=ensemble,
        anchored=(new if "wind" in take_new else old).anchored, notes=old.notes)


def partner(track: Track, others: Sequence[Track]) -> Track:
    """Return the other track of the same agency, else the first, else the track itself."""
    same = [other for other in others if other.agency == track.agency]
    return (*same, *others, track)[0]


def same_outlook(one: Outlook, other: Outlook) -> bool:
    """Tell whether two outlooks hold the same numbers (to ``SAME_RTOL``), issue times included."""
    return one.anchored == other.anchored and all(
        a is not None and b is not None and _same_track(a, b)
        for name in ("advisories", "ensemble")
        for a, b in zip_longest(getattr(one, name), getattr(other, name)))


def _same_track(a: Track, b: Track) -> bool:
    said = ("event_id", "agency", "member", "wind_averaging_s", "base_utc")
    if len(a) != len(b) or any(getattr(a, name) != getattr(b, name) for name in said):
        return False
    return bool((a.time_utc == b.time_utc).all()) and all(
        np.allclose(getattr(a, name), getattr(b, name), rtol=SAME_RTOL, atol=1e-8, equal_nan=True)
        for name in ("lon", "lat", *WIND, *SIZE))


def _mix(old: Track, new: Track, take_new: frozenset[str]) -> Track:
    if take_new == set(PARTS):  # at its own times: then only the lead is left to change
        return _as_old(new, old)
    path, other = (new, old) if "position" in take_new else (old, new)
    wind, size = (new if part in take_new else old for part in ("wind", "size"))
    inside = (other.time_utc > path.time_utc[0]) & (other.time_utc < path.time_utc[-1])
    time = np.union1d(path.time_utc, other.time_utc[inside])
    lon, lat = positions(path, time)
    second = {id(old): new, id(new): old}
    values: dict[str, Any] = {
        name: _values(name, source, second[id(source)], time, wind.wind_averaging_s)
        for names, source in ((WIND, wind), (SIZE, size)) for name in names}
    return _as_old(replace(path, time_utc=time, lon=lon, lat=lat, status=(), filled=(),
                           wind_averaging_s=wind.wind_averaging_s, **values), old)


def _as_old(track: Track, old: Track) -> Track:
    return replace(track, event_id=old.event_id, name=old.name, base_utc=old.base_utc,
                   issued_utc=old.issued_utc)


def positions(track: Track, time: Times) -> tuple[Floats, Floats]:
    """Return lon, lat (n,) of the centre at times (n,) within the track's.

    At a fix its own, exactly; between them a cubic with the slopes of parabolas through three.
    """
    if len(track) == 1:
        return np.repeat(track.lon, len(time)), np.repeat(track.lat, len(time))
    fix, at = _hours(track.time_utc, track), _hours(time, track)
    order: Literal[1, 2] = 2 if len(track) > 2 else 1
    lon, lat = (np.asarray(CubicHermiteSpline(fix, y, np.gradient(y, fix, edge_order=order))(at))
                for y in (track.lon, track.lat))
    known = np.minimum(np.searchsorted(track.time_utc, time), len(track) - 1)
    own = track.time_utc[known] == time
    return np.where(own, track.lon[known], lon), np.where(own, track.lat[known], lat)


def _hours(time: Times, track: Track) -> Floats:
    return np.asarray((time - track.time_utc[0]) / np.timedelta64(1, "s") / HOUR, np.float64)


def _values(name: str, source: Track, second: Track, time: Times, period_s: float) -> Floats:
    """Return a quantity at times: of its source, of the second track where that has no fix."""
    beyond = (time < source.time_utc[0]) | (time > source.time_utc[-1])
    values = at_times(source, name, time)
    if beyond.any():
        others = at_times(second, name, time[beyond])
        if name == "max_wind_m_s":
            others = sustained(others, second.wind_averaging_s, period_s)
        values[beyond] = others
    return values


def at_times(track: Track, name: str, time: Times) -> Floats:
    """Return an array of a track at times (n,): (n,) or (n, 4), linear between its fixes.

    NaN between fixes of which one is silent; beyond the ends the value there.
    """
    values = getattr(track, name)
    right = np.clip(np.searchsorted(track.time_utc, time), 0, len(track) - 1)
    left = np.where((track.time_utc[right] > time) & (right > 0), right - 1, right)
    span = (track.time_utc[right] - track.time_utc[left]) / np.timedelta64(1, "s")
    gone = (time - track.time_utc[left]) / np.timedelta64(1, "s")
    share = np.clip(gone / np.where(span > 0.0, span, 1.0), 0.0, 1.0) * (span > 0.0)
    share = share[:, None] if values.ndim == 2 else share
    between = values[left] + share * (values[right] - values[left])
    return np.asarray(np.where(share == 0.0, values[left], between), np.float64)
