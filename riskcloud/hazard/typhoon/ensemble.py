"""Members of an ensemble: repeats out, the bulletin's storm chosen, intensity anchored.

A global model starts a strong typhoon far too weak, so its winds are not taken as they are: the
error at the analysis is added to every member and relaxed with lead. Positions stay the members'.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from riskcloud.catalog import Card, load_card
from riskcloud.errors import InputError
from riskcloud.geo.points import haversine_m
from riskcloud.hazard.typhoon import averaging, land_decay
from riskcloud.types import Floats, Track
from riskcloud.units import HOUR, KM

MODEL: Final = "default"
NOT_NAMES: Final = frozenset((
    "NAMELESS", "UNNAMED", "NONAME", "NONE", "NOTNAMED", "INVEST", "GENESIS", "UNKNOWN",
    "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", "TEN", "ELEVEN",
    "TWELVE", "THIRTEEN", "FOURTEEN", "FIFTEEN", "SIXTEEN", "SEVENTEEN", "EIGHTEEN", "NINETEEN",
))
"""What stands where a name would, letters only; numbers in words from TWENTY on by their start."""
TENS: Final = ("TWENTY", "THIRTY", "FORTY", "FIFTY")
CENTI_DEG: Final = 2
"""Decimals to which two positions are the same: ensembles are written to a tenth or hundredth."""


def card() -> Card:
    """Return the card that holds the thresholds and the relaxation."""
    return load_card("ensemble", MODEL)


def deduplicate(members: Sequence[Track]) -> tuple[tuple[Track, ...], tuple[str, ...]]:
    """Return the members worth using, in their order, and notes on those left out.

    Left out are members of fewer than two fixes, and those whose times and positions (to 0.01
    degree) repeat another's: a control run given twice would count double.
    """
    kept: dict[tuple[bytes, ...], Track] = {}
    short, repeats = list[str](), list[str]()
    for member in members:
        if len(member) < 2:
            short.append(_label(member))
            continue
        lon = np.mod(member.lon, 360.0).round(CENTI_DEG)
        key = (member.time_utc.astype("datetime64[s]").tobytes(), lon.tobytes(),
               (member.lat.round(CENTI_DEG) + 0.0).tobytes())
        first = kept.setdefault(key, member)
        if first is not member:
            repeats.append(f"{_label(member)} (as {_label(first)})")
    notes = tuple(
        f"ensemble: {len(out)} of {len(members)} members left out, {why}: {_listed(out)}"
        for out, why in ((short, "fewer than two positions"), (repeats, "they repeat another"))
        if out
    )
    return tuple(kept.values()), notes


def same_storm(member: Track, advisory: Track) -> bool:
    """Tell whether a member (or any track) is of the storm an advisory is about.

    Of two names, the same name and not further apart than ``named_km`` of the card; else not
    further than ``nameless_km``. The distance is that of :func:`separation_m`.
    """
    names = _real_name(member.name), _real_name(advisory.name)
    if all(names) and names[0] != names[1]:
        return False
    limit = "named_km" if all(names) else "nameless_km"
    return separation_m(member, advisory) <= float(card()["identity"][limit]) * KM


def separation_m(track: Track, advisory: Track) -> float:
    """Distance of two tracks at their common time nearest to the advisory's analysis [m].

    Positions are interpolated in time. Where they have no time in common their nearest ends count,
    if no more than ``gap_h`` of the card apart; else the distance is infinite.
    """
    base = advisory.base_utc if advisory.base_utc is not None else track.base_utc
    times = [track.time_utc, advisory.time_utc]
    start, end = max(t[0] for t in times), min(t[-1] for t in times)
    if start > end and _hours(start - end) > float(card()["identity"]["gap_h"]):
        return float("inf")
    wanted = start if base is None else base
    at = np.minimum(np.maximum(wanted, start), end) if start <= end else start
    lon1, lat1 = (_interpolate(at, track, values) for values in (track.lon, track.lat))
    lon2, lat2 = (_interpolate(at, advisory, values) for values in (advisory.lon, advisory.lat))
    return float(haversine_m(lon1, lat1, lon2, lat2))


def choose_storm(ensemble: Sequence[Track], advisory: Track) -> tuple[Track, ...]:
    """Return the members of the storm that an advisory is about, in their order.

    A member that holds several storms gives the nearest that fits (:func:`same_storm`).

    Raises
    ------
    InputError : an ensemble of another storm than the bulletin: both are named, with their
        distance and the storms there are; or an ensemble without tracks.
    """
    if not ensemble:
        raise InputError("the ensemble holds no track")
    nearest: dict[tuple[object, ...], tuple[float, int]] = {}
    for i, track in enumerate(ensemble):
        if same_storm(track, advisory):
            key = (track.agency, str(track.base_utc), track.member)
            found = (separation_m(track, advisory), i)
            nearest[key] = min(found, nearest.get(key, found))
    if nearest:
        return tuple(ensemble[i] for _, i in sorted(nearest.values(), key=lambda pair: pair[1]))
    distances = [separation_m(track, advisory) for track in ensemble]
    i = int(np.argmin(distances))
    apart = (f"{distances[i] / KM:.0f} km from it" if np.isfinite(distances[i])
             else "which has no time in common with it")
    storms = dict.fromkeys(_storm(track) for track in ensemble)
    raise InputError(
        f"an ensemble of another storm than the bulletin: {_storm(advisory)} ({advisory.agency}) "
        f"is none of it; the nearest is {_storm(ensemble[i])}, {apart}. Storms in the ensemble: "
        f"{_listed(storms)}")


@dataclass(frozen=True, slots=True)
class _Anchor:
    """Where a member meets its analysis: the time, and the analysis' wind less the member's."""

    time_utc: np.datetime64
    error_m_s: float


def anchor_intensity(member: Track, analysis: Track, *, relaxation_h: float | None = None,
                     ) -> Track:
    """Return a member with its wind anchored to an agency's analysis.

    The wind is brought to the averaging period of the analysis; the analysis' wind less the
    member's, at the newest analysis both hold, is added to every fix, in full before that time,
    less with lead after it, to nothing at ``relaxation_h``; and it dies away while the member's
    centre is over land. The member's own model wind already holds the land it crosses: nothing of
    it is decayed. Central pressure, Rmax and radii become NaN: the regressions of ``fill`` then
    give a vortex that fits the new wind. (Scaling the model's deficit with the square of the wind
    would not: a coarse model's pressure is deep for its wind, and four times it is no storm.)

    Parameters
    ----------
    member : at least one fix with wind.
    analysis : the agency's track, at least one fix with wind; its analysis is at ``base_utc``.
    relaxation_h : lead at which the error is gone [h], > 0; by default that of the card.

    Returns
    -------
    Track : the member's times, positions, identity; ``wind_averaging_s`` of the analysis; wind
        NaN where the member's is, else at least ``floor_m_s`` of the card.

    Raises
    ------
    InputError : no wind in one of them, no time in common, or a relaxation that is not positive.

    Source
    ------
    Form and hours: the interpolator of the ATCF, whose way it is to anchor at the newer analysis;
    decay on land: the card of models/land_decay that models/ensemble/default names.
    """
    model = card()
    full_h = float(model["relaxation"]["full_until_h"])
    end_h = float(model["relaxation"]["end_h"]) if relaxation_h is None else relaxation_h
    if not end_h > 0.0:
        raise InputError(f"relaxation_h: expected more than 0 hours, got {end_h:g}")
    full_h = min(full_h, 0.5 * end_h)  # a shorter time asked for still leaves room to relax
    own = averaging.sustained(member.max_wind_m_s, member.wind_averaging_s,
                              analysis.wind_averaging_s)
    anchor = _anchor(member, own, analysis)
    lead_h = _hours(member.time_utc - anchor.time_utc)
    weight = np.clip((end_h - lead_h) / (end_h - full_h), 0.0, 1.0)
    added = anchor.error_m_s * weight * land_decay.decay_factor(
        _hours_over_land(member, anchor.time_utc), model=str(model["land"]["decay_model"]))
    floor = float(model["wind"]["floor_m_s"])
    note = (f"intensity anchored to the analysis of {analysis.agency or 'the agency'}: "
            f"{anchor.error_m_s:+.1f} m/s at {anchor.time_utc}Z, relaxed over {end_h:g} h")
    return replace(
        member, max_wind_m_s=np.maximum(own + added, floor),
        wind_averaging_s=analysis.wind_averaging_s,
        central_pressure_pa=np.full(len(member), np.nan), r_max_m=np.full(len(member), np.nan),
        r34_m=np.full((len(member), 4), np.nan), r50_m=np.full((len(member), 4), np.nan),
        r64_m=np.full((len(member), 4), np.nan), notes=(*member.notes, note),
        filled=tuple(f for f in member.filled if f.field == "environmental_pressure_pa"))


def _anchor(member: Track, own: Floats, analysis: Track) -> _Anchor:
    """Return where the winds of a member, in the analysis' period, and of an analysis meet."""
    winds = {}
    for track, wind, what in ((member, own, "ensemble member"),
                              (analysis, analysis.max_wind_m_s, "analysis")):
        known = np.isfinite(wind)
        if not known.any():
            raise InputError(f"{what} {_label(track)} of {_storm(track)}: no wind at any fix; its "
                             "intensity cannot be anchored (leave it out, or use the model's own)")
        winds[what] = track.time_utc[known], wind[known]
    (own_time, own_wind), (time, wind) = winds["ensemble member"], winds["analysis"]
    start, end = max(own_time[0], time[0]), min(own_time[-1], time[-1])
    if start > end and _hours(start - end) > float(card()["identity"]["gap_h"]):
        raise InputError(f"ensemble member {_label(member)} of {_storm(member)} and the analysis "
                         f"of {analysis.agency} have no time in common: use an ensemble and a "
                         "bulletin of the same day")
    bases = [base for base in (member.base_utc, analysis.base_utc) if base is not None]
    wanted = max(bases, default=start)
    at = np.minimum(np.maximum(wanted, start), end) if start <= end else own_time[0]
    seconds = at.astype(np.int64)
    error = (np.interp(seconds, time.astype(np.int64), wind)
             - np.interp(seconds, own_time.astype(np.int64), own_wind))
    return _Anchor(at, float(error))


def _hours_over_land(member: Track, since_utc: np.datetime64) -> Floats:
    """Hours the centre has been over land at each fix (n_fixes,), counted from a time on."""
    hours = _hours(member.time_utc - since_utc)
    k = int(np.searchsorted(hours, 0.0))
    lon, lat, at = (np.insert(values, k, value) for values, value in (
        (member.lon, np.interp(0.0, hours, member.lon)),
        (member.lat, np.interp(0.0, hours, member.lat)), (hours, 0.0)))
    walked = land_decay.hours_over_land(lon, lat, at)
    return np.asarray(np.maximum(np.delete(walked, k) - walked[k], 0.0))


def _hours(span: Any) -> Floats:
    """Return a span, or spans, of time in hours."""
    return np.asarray(span.astype("timedelta64[s]").astype(np.float64) / HOUR)


def _interpolate(at: np.datetime64, track: Track, values: Floats) -> float:
    seconds = at.astype("datetime64[s]").astype(np.int64)
    return float(np.interp(seconds, track.time_utc.astype(np.int64), values))


def _real_name(name: str) -> str:
    """Return a storm's name, letters only; "" for what is no name (ELEVEN, 09L, INVEST)."""
    letters = "".join(c for c in name.upper() if c.isalpha())
    if letters in NOT_NAMES or letters.startswith(TENS) or any(c.isdigit() for c in name):
        return ""
    return letters


def _storm(track: Track) -> str:
    return f"{track.event_id} {track.name}".strip()


def _label(track: Track) -> str:
    return str(track.member) if track.member else (track.agency or track.event_id)


def _listed(words: Iterable[str]) -> str:
    shown = list(words)
    return ", ".join(shown[:10]) + (f" and {len(shown) - 10} more" if shown[10:] else "")
