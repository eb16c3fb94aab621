"""An archive of best tracks made fit for statistics: every repair is counted.

The result has one position every six hours at the synoptic times, longitudes continuous along a
track, and one track a storm. What a repair does is said by :data:`REPAIRS`; limits are ours unless
a source stands beside them.
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from riskcloud.hazard.typhoon.climate.archive_file import VALUES
from riskcloud.hazard.typhoon.sphere import offset_m
from riskcloud.types import Bools, Floats, Ints

STEP_H: Final = 6
FASTEST_M_S: Final = 35.0
"""Speed of a centre that is taken for an error where both legs of a fix have it: one fix in 10,000
of the archive moves faster than 39 m/s, all in the westerlies."""
LONGEST_GAP_H: Final = 24
"""Longest gap that is filled; a longer one parts two storms."""
ANOTHER_STORM_M: Final = 1_500e3
"""A leap of this length equatorward of ``LEAP_LAT`` parts two storms under one id."""
LEAP_LAT: Final = 35.0
STILL_FIXES: Final = 5
"""So many equal positions at a track's end or beginning are padding."""
SAME_STORM_M: Final = 100e3
SAME_STORM_FIXES: Final = 4

REPAIRS: Final = {
    "duplicate": "a second fix of a storm at the same time: the fuller one kept",
    "same_storm": "a storm that stands under two ids: the shorter track left out",
    "wrong_sign": "longitude of the wrong sign, told by its neighbours or the storm's id: mended",
    "leap": "a position that no storm can reach and leave again: put between its neighbours",
    "off_hours": "a fix between the six-hourly times: left out",
    "off_grid": "a storm without fixes at the six-hourly times: brought to them",
    "gap": "a gap of up to 24 h: filled linearly",
    "parted": "a gap above 24 h or a leap of 1,500 km: two storms from there on",
    "padding": "equal positions at the end or the beginning of a track: left out",
    "single": "a storm of one fix: left out",
    "fast": "a leg faster than 35 m/s that is no slip of one position: kept",
}
_ID: Final = re.compile(r"\d{7}([NS])(\d{2})(\d{3})")
"""An IBTrACS id ends with where the storm began: hemisphere, latitude, longitude (0-359)."""


@dataclass(frozen=True, slots=True)
class Repair:
    """What was put right: kind (of ``REPAIRS``), number of fixes, of storms, and some ids."""

    kind: str
    n_fixes: int
    n_storms: int
    examples: tuple[str, ...]

    @property
    def meaning(self) -> str:
        """Say what was found and done."""
        return REPAIRS[self.kind]


class _Log:
    """Counts repairs by kind and storm."""

    def __init__(self) -> None:
        self.found: dict[str, Counter[str]] = {kind: Counter() for kind in REPAIRS}

    def add(self, kind: str, ids: Any) -> None:
        self.found[kind].update(map(str, ids))

    def repairs(self) -> tuple[Repair, ...]:
        return tuple(Repair(kind, sum(ids.values()), len(ids), tuple(sorted(ids)[:5]))
                     for kind, ids in self.found.items() if ids)


def clean(fixes: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Repair, ...]]:
    """Return the fixes of an archive put right, and what was done.

    fixes : table of :func:`archive_file.read_archive_file`, of one file or several.

    Returns
    -------
    Table sorted by storm and time with a fresh index, longitudes 0 to 360 at a storm's first fix
    and continuous from there; and the repairs made, in the order of ``REPAIRS``.
    """
    log = _Log()
    fixes = _one_fix_a_time(fixes, log)
    fixes["lon"] = _continuous(fixes)
    fixes = _signs_by_id(fixes, log)
    fixes = _leaps(fixes, log)
    fixes = _one_track_a_storm(fixes, log)
    fixes = _six_hourly(fixes, log)
    fixes = _without_padding(fixes, log)
    counts = fixes["sid"].map(fixes["sid"].value_counts())
    log.add("single", fixes.loc[counts < 2, "sid"])
    fixes = fixes[counts >= 2].reset_index(drop=True)
    fixes["lon"] = _continuous(fixes)
    speed, _ = _legs(fixes)
    log.add("fast", fixes.loc[speed > FASTEST_M_S, "sid"])
    return fixes, log.repairs()


def _one_fix_a_time(fixes: pd.DataFrame, log: _Log) -> pd.DataFrame:
    fixes = fixes.assign(_known=fixes[list(VALUES)].notna().sum(axis=1))
    fixes = fixes.sort_values(["sid", "time_utc", "_known"], ascending=[True, True, False],
                              kind="stable")
    second = fixes.duplicated(["sid", "time_utc"])
    log.add("duplicate", fixes.loc[second, "sid"])
    return fixes[~second].drop(columns="_known").reset_index(drop=True)


def _firsts(fixes: pd.DataFrame) -> Bools:
    """Tell the first fix of every storm."""
    sid = fixes["sid"].to_numpy()
    first = np.ones(len(sid), bool)
    first[1:] = sid[1:] != sid[:-1]
    return first


def _continuous(fixes: pd.DataFrame) -> Floats:
    """Return longitudes without leaps of a turn along each storm, 0 to 360 at its first fix."""
    lon = np.mod(fixes["lon"].to_numpy(float), 360.0)
    first = _firsts(fixes)
    step = np.zeros(len(lon))
    step[1:] = np.round((lon[1:] - lon[:-1]) / 360.0)
    step[first] = 0.0
    turns = np.cumsum(step)
    start = np.flatnonzero(first)
    storm = np.cumsum(first) - 1
    return np.asarray(lon - 360.0 * (turns - turns[start][storm]))


def _legs(fixes: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return the speed [m/s] and hours of the leg that ends at each fix, NaN at a storm's first."""
    lon, lat = fixes["lon"].to_numpy(float), fixes["lat"].to_numpy(float)
    speed, hours = np.full(len(lon), np.nan), np.full(len(lon), np.nan)
    if len(lon) > 1:
        seconds = np.diff(fixes["time_utc"].to_numpy()) / np.timedelta64(1, "s")
        own = ~_firsts(fixes)[1:]
        length = np.hypot(*offset_m(lon[:-1], lat[:-1], lon[1:], lat[1:]))
        hours[1:] = np.where(own, seconds / 3600.0, np.nan)
        speed[1:] = np.where(own, length / np.where(own, seconds, 1.0), np.nan)
    return speed, hours


def _signs_by_id(fixes: pd.DataFrame, log: _Log) -> pd.DataFrame:
    """Turn tracks that begin on the other side of Greenwich from where their id says."""
    first = _firsts(fixes)
    sid, lon = fixes["sid"].to_numpy(object), fixes["lon"].to_numpy(float).copy()
    wrong = list[str]()
    for name, begins in zip(sid[first], lon[first], strict=True):
        match = _ID.fullmatch(name)
        if match is None or int(match[3]) > 360:
            continue
        away = abs((begins - int(match[3]) + 180.0) % 360.0 - 180.0)
        mirrored = abs((-begins - int(match[3]) + 180.0) % 360.0 - 180.0)
        if away > 20.0 and mirrored < 5.0:
            wrong.append(name)
    mask = np.isin(sid, wrong)
    log.add("wrong_sign", sid[mask])
    lon[mask] = np.mod(-lon[mask], 360.0)
    fixes = fixes.assign(lon=lon)
    return fixes.assign(lon=_continuous(fixes))


def _leaps(fixes: pd.DataFrame, log: _Log) -> pd.DataFrame:
    """Mend positions that are out of reach from both neighbours, which are in reach of another."""
    speed, _ = _legs(fixes)
    suspects = np.flatnonzero((speed[:-1] > FASTEST_M_S) & (speed[1:] > FASTEST_M_S))
    time = fixes["time_utc"].to_numpy()
    lon, lat = fixes["lon"].to_numpy(float).copy(), fixes["lat"].to_numpy(float).copy()
    for k in suspects:
        seconds = (time[[k, k + 1]] - time[k - 1]) / np.timedelta64(1, "s")
        across = float(np.hypot(*offset_m(lon[k - 1], lat[k - 1], lon[k + 1], lat[k + 1])))
        if across > FASTEST_M_S * seconds[1]:
            continue
        middle = seconds[0] / seconds[1]
        between = (lon[k - 1] + middle * (lon[k + 1] - lon[k - 1]),
                   lat[k - 1] + middle * (lat[k + 1] - lat[k - 1]))
        turned = lon[k - 1] + (-lon[k] - lon[k - 1] + 180.0) % 360.0 - 180.0
        reach = np.hypot(*offset_m(turned, lat[k], *between))
        if reach < 0.5 * FASTEST_M_S * seconds[1]:
            lon[k] = turned
            log.add("wrong_sign", [fixes.at[k, "sid"]])
        else:
            lon[k], lat[k] = between
            log.add("leap", [fixes.at[k, "sid"]])
    return fixes.assign(lon=lon, lat=lat)


def _one_track_a_storm(fixes: pd.DataFrame, log: _Log) -> pd.DataFrame:
    """Leave out tracks that run along another's for most of their length."""
    cell = (np.floor(fixes["lat"]).astype(np.int64) * 1000
            + np.floor(np.mod(fixes["lon"], 360.0)).astype(np.int64))
    stamp = fixes["time_utc"].to_numpy().astype("datetime64[s]").astype(np.int64)
    one = pd.DataFrame({"sid": fixes["sid"], "time": stamp, "cell": cell,
                        "lon": fixes["lon"], "lat": fixes["lat"]})
    busy = one[one.duplicated("time", keep=False)]
    pairs: Counter[tuple[str, str]] = Counter()
    for shift in (0, 1, 999, 1000, 1001):  # this cell and the four ahead: every pair once
        both = busy.merge(busy.assign(cell=busy["cell"] - shift), on=["time", "cell"])
        both = both[both["sid_x"] < both["sid_y"] if shift == 0 else both["sid_x"] != both["sid_y"]]
        near = np.hypot(*offset_m(both["lon_x"].to_numpy(), both["lat_x"].to_numpy(),
                                  both["lon_y"].to_numpy(), both["lat_y"].to_numpy()))
        close = both[near < SAME_STORM_M]
        pairs.update(tuple(sorted(pair)) for pair in zip(close["sid_x"], close["sid_y"],
                                                         strict=True))
    length = fixes["sid"].value_counts()
    dropped = set[str]()
    for (a, b), n in sorted(pairs.items()):
        shorter = a if length[a] < length[b] else b
        if n >= SAME_STORM_FIXES and n > 0.5 * length[shorter]:
            dropped.add(shorter)
    mask = fixes["sid"].isin(dropped)
    log.add("same_storm", fixes.loc[mask, "sid"])
    return pd.DataFrame(fixes[~mask]).reset_index(drop=True)


def _six_hourly(fixes: pd.DataFrame, log: _Log) -> pd.DataFrame:
    """Bring every storm to one fix every six hours; gaps are filled, or part two storms."""
    hours = fixes["time_utc"].to_numpy().astype("datetime64[s]").astype(np.int64) / 3600.0
    on_grid = hours % STEP_H == 0.0
    n_on = pd.Series(on_grid).groupby(fixes["sid"].to_numpy()).transform("sum").to_numpy()
    log.add("off_hours", fixes.loc[~on_grid & (n_on >= 2), "sid"])
    log.add("off_grid", fixes.loc[~on_grid & (n_on < 2), "sid"])
    kept = fixes[on_grid | (n_on < 2)].reset_index(drop=True)
    speed, gap = _legs(kept)
    leap = np.nan_to_num(speed) * np.nan_to_num(gap) * 3600.0
    apart = (gap > LONGEST_GAP_H) | (
        (leap > ANOTHER_STORM_M) & (speed > FASTEST_M_S)
        & (kept["lat"].abs().to_numpy() < LEAP_LAT))
    log.add("parted", kept.loc[apart, "sid"])
    part = np.cumsum(apart)
    first = _firsts(kept)
    number = part - part[np.flatnonzero(first)][np.cumsum(first) - 1]
    kept["sid"] = [f"{sid}-{n + 1}" if n else sid
                   for sid, n in zip(kept["sid"], number, strict=True)]
    _, gap = _legs(kept)
    log.add("gap", kept.loc[gap > STEP_H, "sid"])
    uneven = set(kept.loc[(np.nan_to_num(gap, nan=STEP_H) != STEP_H), "sid"])
    uneven |= set(kept.loc[_hours(kept) % STEP_H != 0.0, "sid"])
    mask = kept["sid"].isin(uneven)
    parts = [kept[~mask], *(_on_grid(storm) for _, storm in kept[mask].groupby("sid"))]
    return pd.DataFrame(pd.concat(parts).sort_values(["sid", "time_utc"]).reset_index(drop=True))


def _hours(fixes: pd.DataFrame) -> Ints:
    return np.asarray(fixes["time_utc"].to_numpy().astype("datetime64[s]").astype(np.int64) // 3600)


def _on_grid(storm: pd.DataFrame) -> pd.DataFrame:
    """Return one storm at the six-hourly times within its life, linear between its fixes."""
    hours = storm["time_utc"].to_numpy().astype("datetime64[s]").astype(np.int64) / 3600.0
    grid = np.arange(np.ceil(hours[0] / STEP_H), np.floor(hours[-1] / STEP_H) + 1) * STEP_H
    made = pd.DataFrame({"sid": storm["sid"].iloc[0], "season": storm["season"].iloc[0],
                         "time_utc": (grid * 3600).astype(np.int64).astype("datetime64[s]")})
    for name in ("lon", "lat", *VALUES):
        values = storm[name].to_numpy(float)
        known = np.isfinite(values)
        made[name] = np.nan
        if known.any():
            made[name] = np.interp(grid, hours[known], values[known], left=np.nan, right=np.nan)
            if name in VALUES:  # no bridge over what was not analysed
                before = np.searchsorted(hours[known], grid, side="right") - 1
                after = np.minimum(np.searchsorted(hours[known], grid), known.sum() - 1)
                wide = hours[known][after] - hours[known][np.maximum(before, 0)] > LONGEST_GAP_H
                made.loc[wide, name] = np.nan
    return made


def _without_padding(fixes: pd.DataFrame, log: _Log) -> pd.DataFrame:
    """Leave out positions repeated for a day and more at the end or the beginning of a track."""
    first = _firsts(fixes)
    moved = np.ones(len(fixes), bool)
    moved[1:] = ((np.diff(fixes["lon"].to_numpy(float)) != 0.0)
                 | (np.diff(fixes["lat"].to_numpy(float)) != 0.0))
    moved |= first
    run = np.cumsum(moved) - 1
    length = np.bincount(run)
    begins = np.flatnonzero(moved)
    last_run = np.zeros(len(length), bool)
    last_run[:-1] = first[begins[1:]]
    last_run[-1:] = True
    still = length >= STILL_FIXES
    # at the end all but the first of the run go, at the beginning all but the last
    drop_end = (still & last_run)[run] & ~moved
    place = np.arange(len(fixes)) - begins[run]
    drop_begin = (still & first[begins])[run] & (place < length[run] - 1)
    log.add("padding", fixes.loc[drop_end | drop_begin, "sid"])
    return pd.DataFrame(fixes[~(drop_end | drop_begin)]).reset_index(drop=True)
