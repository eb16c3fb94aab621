"""Which track an observation belongs to: by sid, else by number or name, and said."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from riskcloud.errors import InputError, NotFoundError, Problem
from riskcloud.hazard.typhoon.fill import fill_track
from riskcloud.hazard.typhoon.observed.records import Observations, Observed
from riskcloud.hazard.typhoon.observed.repeats import storm_key
from riskcloud.hazard.typhoon.observed.words import plain
from riskcloud.hazard.typhoon.track import read_tracks
from riskcloud.types import Track

_SID = re.compile(r"\d{7}[NS]\d{5}")
NEAR = np.timedelta64(12, "h")
"""An observation farther than this from its track's period is noted (ours)."""


@dataclass(frozen=True, slots=True)
class Storm:
    """A filled track and the observations that belong to it."""

    track: Track
    rows: tuple[Observed, ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """Storms in the order of the observations, rows whose storm has no track, and notes.

    ``rejected``: rows that do not say their storm where several tracks are given, and rows whose
    window is not of their track's period.
    """

    storms: tuple[Storm, ...]
    without_track: tuple[Observed, ...]
    notes: tuple[str, ...]
    rejected: tuple[Problem, ...] = ()


def read_storms(paths: Iterable[Path], agency: str | None) -> tuple[list[Track], list[str]]:
    """Return the tracks of all files, each once, as read, and what was left out.

    Raises InputError for a fault of a file, NotFoundError where no file has the agency.
    """
    tracks: list[Track] = []
    notes = []
    missing: NotFoundError | None = None
    for path in {path.resolve(): path for path in paths}.values():
        try:
            tracks += read_tracks(path, agency=agency, fill=False)
        except NotFoundError as error:
            missing = error
            notes.append(f"{path.name}: left out, it has no track of agency {agency}")
    if not tracks and missing is not None:
        raise missing
    return tracks, notes


def match(observations: Observations, tracks: Sequence[Track], *, skip_bad: bool = False,
          ) -> Matched:
    """Return each storm's track, filled, with its observations.

    skip_bad : leave out rows that do not say their storm where several tracks are given, or whose
        window is not of the track's period: the model has no wind to compare, not one of 0 m/s.

    Raises
    ------
    InputError : an observed storm with two tracks; rows that would be left out, all at once; no
        observation that belongs to any track.
    """
    groups: dict[str, list[Observed]] = {}
    for row in observations.rows:
        groups.setdefault(storm_key(row), []).append(row)
    rejected: list[Problem] = []
    if "" in groups and len(tracks) > 1:
        rejected = [Problem(row.row, "sid", "", f"{len(tracks)} tracks are given: say by sid which "
                            "storm this row is of") for row in groups.pop("")]
    notes: list[str] = []
    storms, orphans = [], []
    for key, rows in groups.items():
        found = _find(rows[0], tracks, len(groups), notes)
        if len(found) > 1:
            listed = "; ".join(f"{one.source} {one.agency} {one.event_id}".strip() for one in found)
            raise InputError(f"storm {key} stands in {len(found)} tracks ({listed}): give one of "
                             "them, or choose it by --agency")
        if not found:
            orphans += rows
            name = " ".join(filter(None, dict.fromkeys((rows[0].event, key)))) or "without sid"
            notes.append(f"{name}: {len(rows)} row(s) not compared, no track of this storm given")
            continue
        within, beyond = _by_window(found[0], rows)
        rejected += beyond
        if within:
            storms.append(Storm(fill_track(found[0]), within))
    if rejected and not (skip_bad and storms):
        raise InputError(f"{observations.path}: {len(rejected)} problem(s)", sorted(rejected))
    if not storms:
        raise InputError(
            f"{observations.path}: no observation belongs to a track given; observed storms: "
            f"{', '.join(groups)}; tracks: {', '.join(_listed(tracks))}")
    used = {id(storm.track) for storm in storms} | {storm.track.event_id for storm in storms}
    spare = [one for one in tracks if one.event_id not in used]
    if spare:
        names = _listed(spare)
        notes.append(f"{len(names)} track(s) without observation: {', '.join(names[:5])}"
                     f"{', ...' if names[5:] else ''}")
    notes += _outside(storms)
    return Matched(tuple(storms), tuple(orphans), tuple(notes), tuple(rejected))


def _by_window(track: Track, rows: Sequence[Observed],
               ) -> tuple[tuple[Observed, ...], list[Problem]]:
    """Return the rows that a track can speak of, and a problem of each whose window it misses."""
    first, last = track.time_utc[[0, -1]]
    beyond = [row for row in rows if row.window is not None and (
        row.window[1] < first or row.window[0] > last)]
    rows_beyond = {row.row for row in beyond}
    return tuple(row for row in rows if row.row not in rows_beyond), [
        Problem(row.row, "window_start", str(row.window[0]) if row.window else "",
                f"the window lies outside the track, {str(first)[:16]} to {str(last)[:16]} UTC: "
                "check its date and offset") for row in beyond]


def _find(row: Observed, tracks: Sequence[Track], n_storms: int, notes: list[str]) -> list[Track]:
    """Return the tracks of an observation's storm; how, where it is not by sid, is noted."""
    wanted = {word for word in (row.sid, row.jma_no.zfill(4) if row.jma_no else "") if word}
    found = [one for one in tracks if one.event_id.upper() in wanted]
    if found:
        return found
    year = row.season or row.sid[:4] or _year(row)
    if row.event:
        named = [one for one in tracks if plain(one.name) == plain(row.event)
                 and year in _years(one)
                 and not (_SID.fullmatch(row.sid) and _SID.fullmatch(one.event_id.upper()))]
        if named:
            notes.append(f"{row.event}: its track found by name and year, not by sid")
            return named
    if len(tracks) == 1 and n_storms == 1:
        only = tracks[0]
        both = _SID.fullmatch(row.sid) and _SID.fullmatch(only.event_id.upper())
        other = (row.event and only.name and plain(row.event) != plain(only.name)
                 and row.event.isascii() == only.name.isascii())  # 天鸽 and HATO tell nothing
        if not both and not other and year in _years(only):
            notes.append("the one track given is taken for the observed storm "
                         f"({only.event_id or only.source})")
            return [only]
    return []


def _years(track: Track) -> set[str]:
    """Return the years of a track, and "" for an observation that says none."""
    return {"", *(str(time)[:4] for time in track.time_utc[[0, -1]])}


def _year(row: Observed) -> str:
    times = [*(row.window or ()), *row.time_utc.values()]
    known = [str(time)[:4] for time in times if not np.isnat(time)]
    return known[0] if known else ""


def _listed(tracks: Sequence[Track]) -> list[str]:
    return [f"{one.event_id} {one.name}".strip() for one in tracks]


def _outside(storms: Sequence[Storm]) -> list[str]:
    """Return notes on observations whose time is not their track's."""
    notes = []
    for storm in storms:
        first, last = storm.track.time_utc[[0, -1]]
        rows = [row.row for row in storm.rows
                for time in [*(row.window or ()), *row.time_utc.values()]
                if not np.isnat(time) and not first - NEAR <= time <= last + NEAR]
        if rows:
            shown = ", ".join(map(str, sorted(set(rows))[:5])) + (", ..." if rows[5:] else "")
            notes.append(f"{storm.track.event_id}: observed more than 12 h outside the track's "
                         f"period {str(first)[:16]} to {str(last)[:16]} UTC: row(s) {shown}")
    return notes
