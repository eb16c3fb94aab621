"""Read tropical cyclone tracks: native formats, IBTrACS v4 CSV and plain CSV, told by content.

Every fault is reported at once with its row. Times are UTC. Winds keep their averaging period.
"""

import logging
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np
import pandas as pd

from riskcloud.errors import InputError, NotFoundError, Problem
from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon import averaging
from riskcloud.hazard.typhoon.fill import fill_track
from riskcloud.hazard.typhoon.formats import find_format, refuse_unknown
from riskcloud.hazard.typhoon.formats.source import Source, open_source
from riskcloud.hazard.typhoon.track_checks import KEY, check_fixes
from riskcloud.hazard.typhoon.track_columns import (
    AGENCIES,
    ALIASES,
    BASIN_AVERAGING,
    QUADRANTS,
    WMO_AVERAGING,
    ibtracs_columns,
    map_columns,
)
from riskcloud.hazard.typhoon.track_table import read_table, to_fixes
from riskcloud.types import Filled, Floats, Track

logger = logging.getLogger(__name__)

IBTRACS: Final = frozenset(("SID", "ISO_TIME", "LAT", "LON"))


def read_tracks(path: Path, *, agency: str | None = None, fill: bool = True,
                event_id: str | None = None, arrived_utc: np.datetime64 | None = None,
                ) -> tuple[Track, ...]:
    """Return the storms of a file, in the file's order: one track a storm, agency, issue, member.

    Parameters
    ----------
    path : a file of any format of :mod:`riskcloud.hazard.typhoon.formats`, or a CSV: IBTrACS v4
        (list or since1980 files), a subset with ``wind_kt_1min`` or ``wind_kt_wmo``, or a plain
        file (data/samples/TRACKS.md; ``track_columns.CANONICAL``).
    agency : for IBTrACS, one of ``AGENCIES`` or JTWC, NHC, JMA, IMD. By default, for each storm,
        the one with most fixes that have both wind and pressure, USA before TOKYO before WMO. For
        other formats, keep that agency's tracks only.
    fill : fill what is missing (:func:`fill_track`); False leaves NaN, and tracks of one fix.
    event_id : only the storm of this id or name.
    arrived_utc : when a bulletin came, which dates those without year and month; by default the
        time the file was last changed.

    Returns
    -------
    tuple of Track. In a file of many storms those with fewer than two usable fixes are left
    out, with a note; a file of one such storm is an error.

    Raises
    ------
    InputError : all faults of the file, by row.
    NotFoundError : no storm of that id or name, or no agency of that name.
    """
    source = open_source(path, arrived_utc)
    native = find_format(source)
    if native is not None:
        return _read_native(source, native, agency, event_id, fill)
    refuse_unknown(source)
    table = read_table(path)
    faults = Faults(path)
    if set(table.columns) >= IBTRACS:
        fixes = _ibtracs_fixes(table, agency, event_id, faults)
    else:
        fixes = _plain_fixes(table, path, event_id, faults)
        if agency is not None:
            _refuse_other_agency(fixes, agency, path)
    fixes = check_fixes(fixes, faults)
    faults.stop()
    return _build(fixes, path, fill, _told(faults))


def _read_native(source: Source, native: ModuleType, agency: str | None, event_id: str | None,
                 fill: bool) -> tuple[Track, ...]:
    """Read one native format; a track with a fault is left out and noted, while others stand."""
    faults = Faults(source.path)
    fixes = native.read(source, faults)
    if fixes.empty:
        raise InputError(f"{source.path}: no fix could be read ({native.TITLE})", faults.notes)
    fixes = _one_storm(fixes, event_id, ("event_id", "name"), source.path)
    if agency is not None:
        fixes = _of_agency(fixes, agency, source.path)
    checked, problems = [], list[Problem]()
    for _, storm in fixes.groupby(KEY, sort=False, dropna=False):
        own = Faults(source.path)
        storm = check_fixes(storm, own)
        problems += own.found
        faults.notes += own.notes
        if own.found:
            faults.notes += own.found
        else:
            checked.append(storm)
    if not checked:
        raise InputError(f"{source.path}: {len(problems)} problem(s)", sorted(set(problems)))
    return _build(pd.concat(checked), source.path, fill, _told(faults))


def _told(faults: Faults) -> tuple[str, ...]:
    return tuple(map(str, dict.fromkeys(faults.notes)))


def _of_agency(fixes: pd.DataFrame, agency: str, path: Path) -> pd.DataFrame:
    wanted = ALIASES.get(agency.upper(), agency.upper())
    own = fixes["agency"].str.upper()
    mask = own.map(lambda name: ALIASES.get(name, name)) == wanted
    if not mask.any():
        raise NotFoundError(f"{path}: no agency {agency!r}; known: {', '.join(sorted(set(own)))}")
    return fixes[mask]


def _build(fixes: pd.DataFrame, path: Path, fill: bool, notes: tuple[str, ...] = (),
           ) -> tuple[Track, ...]:
    """Make the tracks; of several storms those without two usable fixes are noted and left out."""
    storms = [storm for _, storm in fixes.groupby(KEY, sort=False, dropna=False)]
    tracks, left_out = [], []
    for storm in storms:
        try:
            track = _to_track(storm, path, notes, fewest=2 if fill else 1)
            tracks.append(fill_track(track) if fill else track)
        except InputError as error:
            if len(storms) == 1:
                raise
            left_out.append(str(storm["event_id"].iloc[0]))
            last = error
    if left_out:
        shown = ", ".join(left_out[:5]) + (", ..." if left_out[5:] else "")
        note = f"{len(left_out)} storm(s) without two usable fixes ({shown}): left out"
        tracks = [replace(track, notes=(*track.notes, f"file: {note}")) for track in tracks]
    if not tracks:
        raise last
    return tuple(tracks)


def read_track(path: Path, *, agency: str | None = None, event_id: str | None = None) -> Track:
    """Return the one storm of a file, or the one named, filled.

    Parameters
    ----------
    path, agency : as :func:`read_tracks`.
    event_id : id or name of the storm; needed when the file holds several.

    Raises
    ------
    InputError : faults of the file, or several storms and none chosen (the message lists them).
    NotFoundError : no storm of that id or name.
    """
    tracks = read_tracks(path, agency=agency, event_id=event_id)
    if len(tracks) > 1:
        names = [f"{t.event_id} {t.name} {t.time_utc[0].astype('datetime64[D]')}".strip()
                 + (f" member {t.member}" if t.member else "") for t in tracks]
        shown = ", ".join(names[:20]) + (f" and {len(names) - 20} more" if names[20:] else "")
        raise InputError(f"{path}: {len(tracks)} storms; choose one by its id: {shown} "
                         "(option --storm)")
    return tracks[0]


def _one_storm(fixes: pd.DataFrame, event_id: str | None, id_name: tuple[str, str],
               path: Path) -> pd.DataFrame:
    """Keep the rows of one storm, by id or name; all rows when none is asked for."""
    if event_id is None:
        return fixes
    wanted = event_id.strip().upper()
    mask = np.zeros(len(fixes), dtype=bool)
    for column in id_name:
        if column in fixes:
            mask |= (fixes[column].str.upper() == wanted).to_numpy(dtype=bool)
    if not mask.any():
        known = sorted(set(fixes[id_name[0]])) if id_name[0] in fixes else []
        shown = ", ".join(known[:20]) + (f" and {len(known) - 20} more" if known[20:] else "")
        raise NotFoundError(f"{path}: no storm {event_id!r}; known: {shown}")
    return fixes[mask]


def _ibtracs_fixes(table: pd.DataFrame, agency: str | None, event_id: str | None,
                   faults: Faults) -> pd.DataFrame:
    table = _one_storm(table, event_id, ("SID", "NAME"), faults.path)
    if "TRACK_TYPE" in table:
        table = table[~table["TRACK_TYPE"].str.lower().str.startswith("spur")]
    chosen = _choose_agencies(table, agency, faults.path)
    parts = []
    for name in dict.fromkeys(chosen):
        rows = table[(chosen == name).to_numpy()]
        rows = _own_positions(rows, name)
        part = to_fixes(rows, ibtracs_columns(name, table.columns), faults)
        part["agency"] = name
        part["averaging_s"] = AGENCIES[name] or _wmo_averaging(rows)
        parts.append(part)
    return pd.concat(parts).sort_index()


def _own_positions(rows: pd.DataFrame, agency: str) -> pd.DataFrame:
    """Prefer the agency's own centre to IBTrACS's merged one."""
    own = [f"{agency}_LAT", f"{agency}_LON"]
    if not set(own) <= set(rows.columns):
        return rows
    given = (rows[own] != "").all(axis=1)
    return rows.assign(LAT=rows[own[0]].where(given, rows["LAT"]),
                       LON=rows[own[1]].where(given, rows["LON"]))


def _wmo_averaging(rows: pd.DataFrame) -> Floats:
    if "WMO_AGENCY" not in rows:
        return np.asarray(rows["BASIN"].map(BASIN_AVERAGING).fillna(600.0), dtype=np.float64)
    return np.asarray(rows["WMO_AGENCY"].str.lower().map(WMO_AVERAGING).fillna(600.0),
                      dtype=np.float64)


def _choose_agencies(table: pd.DataFrame, agency: str | None, path: Path) -> "pd.Series[Any]":
    """Return the agency of each row: the one asked for, or the best of its storm."""
    present = [name for name in AGENCIES if f"{name}_WIND" in table or f"{name}_PRES" in table]
    if agency is not None:
        name = ALIASES.get(agency.upper(), agency.upper())
        if name not in present:
            raise NotFoundError(f"{path}: no agency {agency!r}; known: {', '.join(present)}")
        return pd.Series(name, index=table.index)
    empty = pd.Series("", index=table.index)
    both = pd.DataFrame({
        name: (table.get(f"{name}_WIND", empty) != "") & (table.get(f"{name}_PRES", empty) != "")
        for name in present
    })
    if both.empty:
        raise InputError(f"{path}: no column of wind or pressure of any agency")
    best = both.groupby(table["SID"]).sum().idxmax(axis=1)  # ties: the first, the preferred
    for chosen, storms in best.value_counts().items():
        logger.info("%s: agency %s for %d storm(s)", path.name, chosen, storms)
    return table["SID"].map(best)


def _plain_fixes(table: pd.DataFrame, path: Path, event_id: str | None,
                 faults: Faults) -> pd.DataFrame:
    columns, problems = map_columns(table.columns)
    faults.found += problems
    faults.stop()
    of_id, of_name = (columns[f].header if f in columns else f for f in ("event_id", "name"))
    table = _one_storm(table, event_id, (of_id, of_name), path)
    fixes = to_fixes(table, columns, faults)
    if "event_id" not in columns:
        fixes["event_id"] = fixes["name"] if "name" in columns else path.stem
    wind = columns.get("max_wind_m_s")
    if "averaging_s" in columns:
        fixes["averaging_s"] = fixes["averaging_s"].fillna(600.0)
        return _keyed(fixes)
    fixes["averaging_s"] = 60.0 if wind is None else wind.averaging_s
    if wind is not None and wind.averaging_s == 0.0:
        fixes["averaging_s"] = fixes["basin"].str.upper().map(BASIN_AVERAGING).fillna(600.0)
        fixes["agency"] = "WMO"
    elif "agency" not in columns and wind is not None and wind.header == "wind_kt_1min":
        fixes["agency"] = "USA"
    return _keyed(fixes)


def _keyed(fixes: pd.DataFrame) -> pd.DataFrame:
    """One agency a storm, when its agencies take turns: then they are one track."""
    others = [name for name in KEY if name != "agency"]
    twice = fixes.duplicated([*others, "time_utc"], keep=False)
    best = fixes["base_utc"].isna().all() and fixes["issued_utc"].isna().all()
    mixed = (fixes.groupby(others, dropna=False)["agency"].nunique() > 1).any()
    if best and mixed and not twice.any():
        first = fixes.groupby(others, dropna=False)["agency"].transform("first")
        return fixes.assign(agency=first)
    return fixes


def _refuse_other_agency(fixes: pd.DataFrame, agency: str, path: Path) -> None:
    wanted = ALIASES.get(agency.upper(), agency.upper())
    have = {ALIASES.get(str(name).upper(), str(name).upper()) for name in fixes["agency"]}
    if have != {wanted} and have != {""}:
        raise NotFoundError(f"{path}: no agency {agency!r}; known: {', '.join(sorted(have))}")


def _to_track(storm: pd.DataFrame, path: Path, notes: tuple[str, ...], *, fewest: int) -> Track:
    first = storm.iloc[0]
    if len(storm) < fewest:
        fault = Problem(int(storm.index[0]), "storm_id", str(first["event_id"]),
                        "a single fix: a track needs at least two")
        told = [Problem(0, "", "", note) for note in notes]
        raise InputError(f"{path}: not a track", [fault, *told])
    wind, period, flags = _one_period(storm)
    issued, base = (None if pd.isna(first[name]) else np.datetime64(first[name], "s")
                    for name in ("issued_utc", "base_utc"))
    radii = {speed: _quadrants(storm, speed) for speed in ("r34", "r50", "r64")}
    status = tuple(str(s) for s in storm["status"])
    return Track(
        event_id=str(first["event_id"]), name=str(first["name"]), agency=str(first["agency"]),
        time_utc=storm["time_utc"].to_numpy(dtype="datetime64[s]"),
        lon=storm["lon"].to_numpy(dtype=np.float64), lat=storm["lat"].to_numpy(dtype=np.float64),
        central_pressure_pa=storm["central_pressure_pa"].to_numpy(dtype=np.float64),
        environmental_pressure_pa=storm["environmental_pressure_pa"].to_numpy(dtype=np.float64),
        max_wind_m_s=wind, wind_averaging_s=period,
        r_max_m=storm["r_max_m"].to_numpy(dtype=np.float64),
        r34_m=radii["r34"], r50_m=radii["r50"], r64_m=radii["r64"],
        status=status if any(status) else (), filled=flags,
        issued_utc=issued, base_utc=issued if base is None else base,
        member=int(first["member"]), source=path.name, notes=notes,
    )


def _one_period(storm: pd.DataFrame) -> tuple[Floats, float, tuple[Filled, ...]]:
    """Return the winds in the period most of the storm's fixes use; flag those converted."""
    wind = storm["max_wind_m_s"].to_numpy(dtype=np.float64)
    period = storm["averaging_s"].to_numpy(dtype=np.float64)
    used = period[np.isfinite(wind)] if np.isfinite(wind).any() else period
    values, counts = np.unique(used, return_counts=True)
    main = float(values[counts.argmax()])
    other = np.isfinite(wind) & (period != main)
    for own in np.unique(period[other]):
        at = other & (period == own)
        wind = np.where(at, averaging.sustained(wind, float(own), main), wind)
    source = str(averaging.card()["source"])
    flags = (Filled("max_wind_m_s", averaging.MODEL, source, other),) if other.any() else ()
    return wind, main, flags


def _quadrants(storm: pd.DataFrame, speed: str) -> Floats:
    """Radii (n_fixes, 4); a fix whose quadrants are all 0 has none analysed: NaN."""
    radii = storm[[f"{speed}_{q}" for q in QUADRANTS]].to_numpy(dtype=np.float64)
    none = ~(np.nan_to_num(radii) > 0.0).any(axis=1)
    return np.where(none[:, None], np.nan, radii)
