"""From files as they came to what is known of one storm: which bulletins count, which do not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from riskcloud.errors import InputError, Problem
from riskcloud.hazard.typhoon.ensemble import choose_storm, deduplicate, same_storm
from riskcloud.hazard.typhoon.formats import find_format
from riskcloud.hazard.typhoon.formats.source import open_source
from riskcloud.hazard.typhoon.track import read_tracks
from riskcloud.hazard.typhoon.voices import (
    OLDEST,
    continued,
    minute,
    newest_words,
    one_statistical,
    voice,
)
from riskcloud.types import Outlook, Track

FEWEST_MEMBERS: Final = 10
"""Members that an ensemble needs to stand for the spread beside bulletins: the standard deviation
of ten draws of a normal law is known to a quarter. Ours."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The tracks of one file, nothing filled; ``arrived_utc`` is when it came."""

    path: Path
    tracks: tuple[Track, ...]
    arrived_utc: np.datetime64
    dated: bool
    """Whether the format writes year and month itself."""
    optional: bool = False
    """Whether it may be left out when it does not fit: what a feed brought, not what was asked."""


def read_advisory(path: Path, *, agency: str | None = None, storm: str | None = None,
                  arrived_utc: np.datetime64 | None = None, optional: bool = False) -> Reading:
    """Return every track of a file of any format (``track.read_tracks``), nothing filled.

    arrived_utc : when it came, by default when the file was last changed.
    """
    source = open_source(path, arrived_utc)
    native = find_format(source)
    tracks = read_tracks(path, agency=agency, event_id=storm, fill=False, arrived_utc=arrived_utc)
    return Reading(path, tracks, source.arrived_utc, getattr(native, "DATED", True), optional)


def make_outlook(advisories: Sequence[Reading], ensembles: Sequence[Reading] = (), *,
                 issued_at: np.datetime64 | None = None, anchored: bool = True,
                 set_aside: list[str] | None = None) -> Outlook:
    """Choose what counts of several files: one storm, the newest word of each agency.

    Parameters
    ----------
    advisories, ensembles : files as read; members of an ensemble among the advisories join the
        ensemble, a forecast of one run in an ensemble file joins the advisories.
    issued_at : what was known at that time: later bulletins are left out, and the fixes of a best
        track after it count as a forecast. None: all there is.
    anchored : see Outlook.
    set_aside : where given, a file that does not fit (dead, of another storm, not known then) is
        named in it and left out; without it, it is an error.

    Raises
    ------
    InputError : no storm, several storms and none chosen, another storm than the first file's, a
        bulletin that is dead, no fix before ``issued_at``, a bulletin without a forecast of its
        own that cannot be continued.
    """
    notes: list[str] = []
    refusals = _Refusals(notes, set_aside)
    single, members, hindcasts = [], [], set[int]()
    for reading in (*advisories, *ensembles):
        notes += (f"{reading.path.name}: {note}" for note in
                  dict.fromkeys(note for track in reading.tracks for note in track.notes))
        alive = _alive(reading, issued_at, refusals)
        known = _as_of(reading, alive, issued_at, refusals)
        hindcasts |= {id(new) for new in known if all(new is not old for old in alive)}
        single.append((reading, [t for t in known if t.member == 0]))
        members += [t for t in known if t.member > 0]
    chosen = _one_storm([(r, tracks) for r, tracks in single if tracks], refusals)
    chosen = _without_hindsight(chosen, hindcasts, notes)
    usable = one_statistical([longer for track in newest_words(chosen, notes)
                              if (longer := continued(track, notes)) is not None], notes)
    if not usable and not members and not chosen:
        raise InputError("no bulletin of the storm is alive: give files, or other feeds", [
            Problem(0, "", "", note) for note in dict.fromkeys((*(set_aside or ()), *notes))])
    if not usable and not members:
        raise InputError(f"{advisories[0].path}: a single fix with a wind or a pressure, and no "
                         "forecast: a track needs at least two; give a bulletin with a forecast, "
                         "or an ensemble")
    _refuse_certain_beside_forecast(usable, members)
    ensemble = _ensemble(members, usable, notes)
    usable = [track for track in usable if not _outrun(track, ensemble, notes)]
    return Outlook(tuple(usable), ensemble, anchored, tuple(dict.fromkeys(notes)))


@dataclass(frozen=True, slots=True)
class _Refusals:
    """What becomes of a file that does not fit: an error, or, where allowed, a note."""

    notes: list[str]
    set_aside: list[str] | None

    def refuse(self, reading: Reading, fault: str, remedy: str) -> None:
        """Leave a file out, or raise InputError with the remedy."""
        left_out = f"{reading.path.name}: {fault}: left out"
        if reading.optional:
            self.notes.append(left_out)
        elif self.set_aside is not None:
            self.set_aside.append(left_out)
        else:
            raise InputError(f"{reading.path}: {fault}; {remedy}")


def _alive(reading: Reading, issued_at: np.datetime64 | None, refusals: _Refusals) -> list[Track]:
    """Return the tracks known at a time and not dead by then."""
    alive, fault, remedy = [], "", ""
    now = issued_at
    if now is None and not reading.dated:
        now = reading.arrived_utc
    for track in reading.tracks:
        if track.issued_utc is None or track.base_utc is None:
            alive.append(track)
        elif issued_at is not None and track.issued_utc > issued_at:
            fault = (f"issued {minute(track.issued_utc)}, after {minute(issued_at)}: not known "
                     "then")
            remedy = "leave it out, or give a later --issued-at"
        elif now is not None and now - track.base_utc > OLDEST:
            age = (now - track.base_utc) / np.timedelta64(24, "h")
            fault = (f"its analysis of {minute(track.base_utc)} is {age:.1f} days old: a dead "
                     "bulletin")
            remedy = ("leave it out, or give an earlier --issued-at" if issued_at is not None
                      else "if it is to be read as of its own time, give --issued-at")
        else:
            alive.append(track)
    if fault and not alive and not reading.optional:
        refusals.refuse(reading, fault, remedy)
    elif fault:
        left = len(reading.tracks) - len(alive)
        refusals.notes.append(
            f"{reading.path.name}: {left} track(s) left out, such as one {fault}")
    return alive


def _as_of(reading: Reading, tracks: list[Track], issued_at: np.datetime64 | None,
           refusals: _Refusals) -> list[Track]:
    """Return best tracks as forecasts from a time on, of the storms there were at it."""
    best = [track for track in tracks if track.base_utc is None]
    if issued_at is None or not best:
        return tracks
    within = [t for t in best if t.time_utc[0] <= issued_at < t.time_utc[-1]]
    if not within:
        first, last = min(t.time_utc[0] for t in best), max(t.time_utc[-1] for t in best)
        storms = (f"storm {best[0].event_id}" if len({t.event_id for t in best}) == 1
                  else f"any of its {len(best)} storms")
        refusals.refuse(
            reading, f"--issued-at {minute(issued_at)} is not within {storms} "
            f"({minute(first)} to {minute(last)})", "give a time at which the storm was there")
    known = [track for track in tracks if track.base_utc is not None]
    return known + [replace(t, issued_utc=issued_at, base_utc=issued_at) for t in within]


def _without_hindsight(tracks: list[Track], hindcasts: set[int], notes: list[str]) -> list[Track]:
    """Leave out an agency's best track where its own forecast is there: that is what was said."""
    said = {voice(track) for track in tracks if id(track) not in hindcasts}
    out = [t for t in tracks if id(t) in hindcasts and voice(t) in said]
    notes += [f"{t.source}: a best track left out, {t.agency}'s own forecast is there" for t in out]
    return [track for track in tracks if all(track is not other for other in out)]


def _one_storm(files: Sequence[tuple[Reading, list[Track]]], refusals: _Refusals) -> list[Track]:
    """Return the tracks of the storm of the first file; every file must have some of it."""
    if not files:
        return []
    reading, first = files[0]
    storms = {track.event_id: track for track in first}
    if len(storms) > 1:
        names = [f"{track.event_id} {track.name}".strip() for track in storms.values()]
        shown = ", ".join(names[:20]) + (f" and {len(names) - 20} more" if names[20:] else "")
        raise InputError(f"{reading.path}: {len(storms)} storms; choose one by its id: {shown} "
                         "(option --storm)")
    chosen = list(first)
    for reading, tracks in files[1:]:
        own = [track for track in tracks if same_storm(track, first[-1])]
        if not own:
            others = ", ".join(dict.fromkeys(f"{t.event_id} {t.name}".strip() for t in tracks))
            dated = ("" if reading.dated else "; it gives no year: if it is older than its "
                     f"arrival at {minute(reading.arrived_utc)}, give --issued-at")
            refusals.refuse(
                reading, f"another storm ({others}) than {files[0][0].path} "
                f"({first[0].event_id} {first[0].name})", f"give bulletins of one storm{dated}")
        chosen += own
    return chosen


def _refuse_certain_beside_forecast(tracks: Sequence[Track], members: Sequence[Track]) -> None:
    certain = [track.source for track in tracks if track.base_utc is None]
    if certain and (members or len(certain) < len(tracks)):
        raise InputError(f"{certain[0]}: a best track beside forecasts; say with --issued-at from "
                         "what time on it is to count as a forecast")


def _outrun(track: Track, ensemble: Sequence[Track], notes: list[str]) -> bool:
    """Tell whether a bulletin is dead beside an ensemble of much later; note it."""
    bases = [m.base_utc for m in ensemble if m.base_utc is not None]
    dead = bool(bases and track.base_utc is not None and max(bases) - track.base_utc > OLDEST)
    if dead:
        notes.append(f"{track.source}: left out, its analysis is more than 48 h older than the "
                     "newest")
    return dead


def _ensemble(members: Sequence[Track], advisories: Sequence[Track], notes: list[str],
              ) -> tuple[Track, ...]:
    """Return the newest run's members of the storm, each once."""
    if not members:
        return ()
    newest = max(m.base_utc for m in members if m.base_utc is not None)
    last = [m for m in members if m.base_utc == newest]
    if len(last) < len(members):
        notes.append(f"ensemble: {len(members) - len(last)} track(s) of older runs left out")
    if advisories:
        last = list(choose_storm(last, advisories[0]))
        bases = [track.base_utc for track in advisories if track.base_utc is not None]
        if bases and max(bases) - newest > OLDEST:
            notes.append(f"{last[0].source}: left out, its analysis is more than 48 h older than "
                         "the newest")
            return ()
    elif len({m.event_id for m in last}) > 1:
        names = dict.fromkeys(f"{m.event_id} {m.name}".strip() for m in last)
        raise InputError(f"{last[0].source}: several storms in the ensemble; choose one by its id: "
                         f"{', '.join(names)} (option --storm)")
    unique, more = deduplicate(last)
    notes += more
    if not unique:
        raise InputError(f"{last[0].source}: no member with two fixes or more")
    if len(unique) < FEWEST_MEMBERS:
        few = (f"{last[0].source}: {len(unique)} member(s) of an ensemble are too few to tell the "
               f"spread of a forecast ({FEWEST_MEMBERS} needed)")
        forecast = any(track.base_utc is not None for track in advisories)
        notes.append(f"{few}: left out" if forecast
                     else f"{few}: the band is too narrow; give a bulletin beside it")
        return () if forecast else unique
    return unique
