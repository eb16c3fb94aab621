"""Past storms ready to be asked for: their paths, and those of known strength as events."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from riskcloud.catalog import Card, load_card
from riskcloud.errors import InputError
from riskcloud.hazard.typhoon import regressions
from riskcloud.hazard.typhoon.averaging import sustained_1min
from riskcloud.hazard.typhoon.fill import fill_track
from riskcloud.hazard.typhoon.paths import follow_events
from riskcloud.types import Bools, EventSet, Floats, Ints, Times, Track

KIND: Final = "storm_history"
DEFAULT: Final = "wp"
"""Card of models/storm_history."""
NODE_H: Final = 1.0
"""Largest time between two nodes of a path (ours): its chords stay within 100 m of it."""


@dataclass(frozen=True, slots=True)
class PastStorms:
    """Storms of the past, in the order of their first fix.

    Storms (n_storms,): ``event_id``, ``name`` ("" where not known), ``season``. Their nodes are
    ``start[i]:start[i + 1]`` of ``time_utc``, ``lon`` (continuous), ``lat`` and ``max_wind_m_s``
    (1-min, NaN where nothing tells it). ``boxes`` (n_storms, 4) west, south, east, north of them.
    ``events`` are the parts of the storms of known strength, ``event_of`` (n_storms,) which of
    them is a storm's, -1 for none.
    """

    event_id: tuple[str, ...]
    name: tuple[str, ...]
    season: Ints
    start: Ints
    time_utc: Times
    lon: Floats
    lat: Floats
    max_wind_m_s: Floats
    boxes: Floats
    events: EventSet | None
    event_of: Ints

    def __len__(self) -> int:
        return len(self.event_id)

    def fixes(self, number: int) -> slice:
        """Return where the nodes of one storm stand."""
        return slice(int(self.start[number]), int(self.start[number + 1]))


@dataclass(frozen=True, slots=True)
class _Fixes:
    """Fixes of storms, one after another: what :class:`PastStorms` is made from.

    wind, pressure, environment, r_max, r34 NaN where not known (r34 also below a gale).
    """

    event_id: tuple[str, ...]
    name: tuple[str, ...]
    start: Ints
    time_utc: Times
    lon: Floats
    lat: Floats
    wind_m_s: Floats
    pressure_pa: Floats
    environment_pa: Floats
    r_max_m: Floats
    r34_m: Floats


def history_card() -> Card:
    """Return the card of the shipped storms."""
    return load_card(KIND, DEFAULT)


@cache
def shipped_storms() -> PastStorms:
    """Return the storms that ship."""
    import pyarrow.parquet as pq

    said = history_card()["storms"]
    table = pq.read_table(history_card().file(said["file"]))
    sid = table["sid"].combine_chunks()
    code = np.asarray(sid.indices)
    first = np.flatnonzero(np.append(True, code[1:] != code[:-1]))
    names = sid.dictionary.to_pylist()
    called = {row["sid"]: row["name"] for row in history_card().rows("names.csv")}
    lon, lat = (table[column].to_numpy().astype(np.float64) for column in ("lon", "lat"))
    wind, pressure = (np.where(steps > 0, steps * float(said[step]), np.nan) for steps, step in (
        (table["wind"].to_numpy(), "wind_step_m_s"),
        (table["pressure"].to_numpy(), "pressure_step_pa")))
    start = np.append(first, len(code)).astype(np.int64)
    basins = np.array([regressions.basin_of(lon[k], lat[k]) for k in (start[:-1] + start[1:]) // 2])
    basin = np.repeat(basins, np.diff(start))
    environment, r_max, r34 = np.full((3, len(lon)), np.nan)
    for name in np.unique(basins):
        own = (basin == name) & np.isfinite(wind)
        usual = regressions.environmental_pressure_pa(str(name))
        environment[own] = np.fmax(usual, pressure[own])
        r_max[own] = regressions.usual_r_max_m(wind[own], lat[own], basin=str(name))
        r34[own] = regressions.size_m(wind[own], lat[own], basin=str(name), r_max=r_max[own])
    return _ready(_Fixes(
        tuple(names[k] for k in code[first]), tuple(called.get(names[k], "") for k in code[first]),
        start,
        table["time"].to_numpy().astype("datetime64[s]"), lon, lat, wind, pressure, environment,
        r_max, r34))


def storms_of(tracks: Sequence[Track]) -> PastStorms:
    """Return a user's tracks as past storms; what they forecast is left out.

    Tracks of one fix before their ``base_utc`` are refused, members of ensembles too.

    Raises
    ------
    InputError : a track that is no past, or has one fix.
    """
    parts = [_known_part(track) for track in sorted(tracks, key=lambda one: one.time_utc[0])]
    arrays = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    lengths = [len(part["lon"]) for part in parts]
    ordered = sorted(tracks, key=lambda one: one.time_utc[0])
    return _ready(_Fixes(
        tuple(one.event_id for one in ordered), tuple(one.name for one in ordered),
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64), **arrays))


def _known_part(track: Track) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of a track's past, filled where it can be, NaN elsewhere."""
    order = np.argsort(track.time_utc, kind="stable")
    past = order if track.base_utc is None else order[track.time_utc[order] <= track.base_utc]
    if track.member or len(past) < 2:
        raise InputError(f"{track.source}: storm {track.event_id}: no past track of two fixes or "
                         "more: a forecast or a member of an ensemble is no history")
    time = track.time_utc[past].astype("datetime64[s]")
    out = {"time_utc": time, "lon": track.lon[past], "lat": track.lat[past]}
    names = {"wind_m_s": "max_wind_m_s", "pressure_pa": "central_pressure_pa",
             "environment_pa": "environmental_pressure_pa", "r_max_m": "r_max_m"}
    values = {name: np.full(len(past), np.nan) for name in (*names, "r34_m")}
    try:
        whole = fill_track(track)
    except InputError:  # no wind and no pressure: positions alone
        return out | values
    own, at = np.isin(whole.time_utc.astype("datetime64[s]"), time), np.isin(
        time, whole.time_utc.astype("datetime64[s]"))
    for name, field in names.items():
        values[name][at] = getattr(whole, field)[own]
    values["wind_m_s"] = sustained_1min(values["wind_m_s"], track.wind_averaging_s)
    values["r34_m"][at] = regressions.mean_of_quadrants_m(whole.r34_m)[own]
    return out | values


def _ready(fixes: _Fixes) -> PastStorms:
    """Return storms with nodes along their paths, and events of those of known strength."""
    first = fixes.time_utc[fixes.start[:-1]]
    count = np.diff(fixes.start)
    hour = (fixes.time_utc - np.repeat(first, count)).astype(np.float64) / 3600.0
    everywhere = _events(fixes, hour, fixes.start, np.arange(len(count)), np.arange(len(hour)))
    everywhere = replace(everywhere, r_max_m=np.ones(len(hour)))  # no spacing by it, but no gap
    path, start = follow_events(everywhere, np.arange(len(count)), spacing_r_max=np.inf,
                                longest_h=NODE_H)
    seconds = np.rint(path.hour * 3600.0).astype("timedelta64[s]")
    boxes = np.stack([reduce.reduceat(place, start[:-1]) for reduce, place in (
        (np.minimum, path.lon), (np.minimum, path.lat), (np.maximum, path.lon),
        (np.maximum, path.lat))], axis=1)
    events, event_of = _known_events(fixes, hour)
    return PastStorms(
        fixes.event_id, fixes.name, first.astype("datetime64[Y]").astype(np.int64) + 1970, start,
        np.repeat(first, np.diff(start)) + seconds, path.lon, path.lat, path.max_wind_m_s, boxes,
        events, event_of)


def _known_events(fixes: _Fixes, hour: Floats) -> tuple[EventSet | None, Ints]:
    """Return the spans of known strength of two fixes or more, and which event is a storm's."""
    storm = np.repeat(np.arange(len(fixes.event_id)), np.diff(fixes.start))
    known: Bools = np.isfinite(fixes.wind_m_s) & np.isfinite(fixes.pressure_pa)
    known &= np.bincount(storm[known], minlength=len(fixes.event_id))[storm] >= 2
    event_of = np.full(len(fixes.event_id), -1, np.int64)
    storms, counts = np.unique(storm[known], return_counts=True)
    if not len(storms):
        return None, event_of
    event_of[storms] = np.arange(len(storms))
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return _events(fixes, hour, start, storms, np.flatnonzero(known)), event_of


def _events(fixes: _Fixes, hour: Floats, start: Ints, storms: Ints, chosen: Ints) -> EventSet:
    n = len(storms)
    ids = np.array([fixes.event_id[k] for k in storms], dtype=object)
    return EventSet(
        event_id=ids, annual_rate=np.ones(n), year=np.ones(n, np.int64),
        season=np.ones(n, np.int64), years=1.0, start=start, hour=hour[chosen],
        lon=fixes.lon[chosen], lat=fixes.lat[chosen], max_wind_m_s=fixes.wind_m_s[chosen],
        central_pressure_pa=fixes.pressure_pa[chosen],
        environmental_pressure_pa=fixes.environment_pa[chosen], r_max_m=fixes.r_max_m[chosen],
        r34_m=fixes.r34_m[chosen])
