"""Whose word counts: the newest of each agency, and a forecast where an agency gives none."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from riskcloud.hazard.typhoon.fill import take
from riskcloud.hazard.typhoon.forecast_error import DEFAULT, card_name
from riskcloud.hazard.typhoon.regressions import GALE_M_S
from riskcloud.hazard.typhoon.statistical import AGENCY as STATISTICAL
from riskcloud.hazard.typhoon.statistical import statistical_forecast
from riskcloud.types import Track

OLDEST: Final = np.timedelta64(48, "h")
"""Age at which a bulletin is dead (our choice: agencies write every 3 to 12 hours, and the slots of
some keep the last storm's words for years)."""
FORECAST_STANDS: Final = np.timedelta64(12, "h")
"""How long an agency's forecast counts before its own newer analysis (our choice: two issues)."""
SHORT_H: Final = 48.0
"""A forecast that ends earlier with a gale left is told (our choice: the time to prepare)."""
MOST_AGENCIES: Final = 4
"""A file with more voices is a deck of model guidance, not agencies' bulletins (our choice)."""


def minute(time: np.datetime64) -> str:
    """Return a UTC time to the minute, such as 2017-08-23T06:00Z."""
    return f"{np.datetime_as_string(time, unit='m')}Z"


def voice(track: Track) -> str:
    """Return whose word a track is: agencies that are one under two names share an error card."""
    name = card_name(track.agency)
    return track.agency if name == DEFAULT else name


def newest_words(tracks: Iterable[Track], notes: list[str]) -> list[Track]:
    """Return the word of each agency that counts, in the order of their first.

    The newest; but an agency's forecast up to ``FORECAST_STANDS`` old counts before a newer
    analysis of its own without one.
    """
    of_voice: dict[str, list[Track]] = {}
    for track in _official(list(tracks), notes):
        of_voice.setdefault(voice(track), []).append(track)
    newest: dict[str, Track] = {}
    for name, words in of_voice.items():
        last = max(words, key=_age_key)
        forecasts = [word for word in words if _has_forecast(word) and last.base_utc is not None
                     and last.base_utc - word.base_utc <= FORECAST_STANDS]
        newest[name] = chosen = max(forecasts or words, key=_age_key)
        for word in (word for word in words if word is not chosen):
            when = "" if word.base_utc is None else f" of {minute(word.base_utc)}"
            notes.append(
                f"{word.source}: an analysis of {word.agency}{when} left out: its forecast counts"
                if _age_key(word) > _age_key(chosen) else
                f"{word.source}: an older word of {word.agency}{when} left out")
    dated = [track.base_utc for track in newest.values() if track.base_utc is not None]
    alive = {name: track for name, track in newest.items()
             if track.base_utc is None or max(dated) - track.base_utc <= OLDEST}
    notes += [f"{newest[name].source}: left out, its analysis is more than 48 h older than the "
              "newest" for name in newest if name not in alive]
    return list(alive.values())


def _official(tracks: Sequence[Track], notes: list[str]) -> list[Track]:
    """Leave out the model guidance of a deck: of its many aids only agencies have error cards."""
    of_file: dict[str, set[str]] = {}
    for track in tracks:
        of_file.setdefault(track.source, set()).add(track.agency)
    aids = {(source, name) for source, names in of_file.items() if len(names) > MOST_AGENCIES
            for name in names if card_name(name) == DEFAULT}
    for source in dict.fromkeys(source for source, _ in aids):
        names = sorted(name for of, name in aids if of == source)
        notes.append(f"{source}: model guidance left out (no statistics of its errors): "
                     f"{', '.join(names[:20])}{', ...' if names[20:] else ''}")
    kept = [track for track in tracks if (track.source, track.agency) not in aids]
    return kept or list(tracks)


def _has_forecast(track: Track) -> bool:
    return track.base_utc is not None and bool(track.time_utc[-1] > track.base_utc)


def _age_key(track: Track) -> tuple[bool, int, int, int]:
    base, issued = (0 if time is None else int(time.astype("datetime64[s]").astype(np.int64))
                    for time in (track.base_utc, track.issued_utc))
    return (track.base_utc is not None, base, issued, len(track))


def continued(track: Track, notes: list[str]) -> Track | None:
    """Return a track with a forecast: its own, or one from its motion and trend.

    None for a single fix, which gives neither.
    """
    known = np.isfinite(track.max_wind_m_s) | np.isfinite(track.central_pressure_pa)
    if known.sum() < 2:
        notes.append(f"{track.source}: a single fix of {track.agency} and no forecast: left out")
        return None
    if track.base_utc is None or track.time_utc[-1] > track.base_utc:
        _say_early_end(track, notes)
        return track
    longer = statistical_forecast(take(track, known), track.base_utc)
    notes.append(f"{track.source}: no forecast in it; continued from its motion and trend by the "
                 f"statistical forecast, {track.agency}'s analysis as its start")
    return longer


def one_statistical(tracks: Sequence[Track], notes: list[str]) -> list[Track]:
    """Return the tracks with the newest of those the statistical forecast continued.

    Two agencies' analyses of one storm give almost the same: one voice, not two.
    """
    continuations = [track for track in tracks if track.agency == STATISTICAL]
    if len(continuations) < 2:
        return list(tracks)
    newest = max(continuations, key=_age_key)
    notes += [f"{track.source}: left out, another analysis was continued already"
              for track in continuations if track is not newest]
    return [track for track in tracks if track.agency != STATISTICAL or track is newest]


def _say_early_end(track: Track, notes: list[str]) -> None:
    """Note a forecast that ends soon with a storm still alive: cut, or of few leads."""
    if track.base_utc is None:
        return
    lead_h = float((track.time_utc[-1] - track.base_utc) / np.timedelta64(1, "h"))
    wind = float(track.max_wind_m_s[-1])
    if lead_h < SHORT_H and wind >= GALE_M_S:
        notes.append(f"{track.source}: the forecast of {track.agency} ends {lead_h:.0f} h after "
                     f"its analysis with a wind of {wind:.0f} m/s: what the storm does later is "
                     "not in the loss")
