"""A set of stochastic events on disk: a folder of Parquet files and a manifest.

events.parquet (event_id, annual_rate, year, season, first_fix, n_fixes), fixes.parquet (hour, lon,
lat, max_wind_m_s, central_pressure_pa, environmental_pressure_pa, r_max_m, r34_m; float32) and
manifest.json (facts, counts, hashes).
"""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from riskcloud.errors import InputError
from riskcloud.files import sha256_of, staged, write_json
from riskcloud.types import EventSet

EVENTS_FILE: Final = "events.parquet"
FIXES_FILE: Final = "fixes.parquet"
MANIFEST_FILE: Final = "manifest.json"
OUTPUTS: Final = (EVENTS_FILE, FIXES_FILE, MANIFEST_FILE)
KIND: Final = "riskcloud event set"
VERSION: Final = 1
EVENT_COLUMNS: Final = ("event_id", "annual_rate", "year", "season", "first_fix", "n_fixes")
FIX_COLUMNS: Final = ("hour", "lon", "lat", "max_wind_m_s", "central_pressure_pa",
                      "environmental_pressure_pa", "r_max_m", "r34_m")
_EVENT_SCHEMA: Final = pa.schema([
    ("event_id", pa.string()), ("annual_rate", pa.float64()), ("year", pa.int32()),
    ("season", pa.int16()), ("first_fix", pa.int64()), ("n_fixes", pa.int32())])
_FIX_SCHEMA: Final = pa.schema([(name, pa.float32()) for name in FIX_COLUMNS])
MOST_FIXES: Final = 500_000_000
"""Most fixes read (our choice): 16 GB of arrays."""


def write_events(events: EventSet | Iterable[EventSet], folder: Path, *,
                 facts: Mapping[str, Any] | Callable[[], Mapping[str, Any]] | None = None,
                 ) -> dict[str, Any]:
    """Write an event set to a folder, whole or not at all; return its manifest.

    Parameters
    ----------
    events : the set, or parts of one (same ``years``), written as they come: memory stays flat.
    folder : made if need be; an event set that stands there is replaced.
    facts : what the manifest says beside counts and hashes, or a function that says it once all
        parts are written; the facts of the last part without it.

    Numbers are stored as float32: positions to 2 m, pressures to 0.01 Pa, winds to 4 um/s.

    Raises
    ------
    InputError : no part at all, parts that differ in ``years``, a folder that cannot be written.
    """
    parts = [events] if isinstance(events, EventSet) else events
    n_events, n_fixes, years, known = 0, 0, set[float](), dict[str, Any]()
    with staged(folder, outputs=OUTPUTS) as stage:
        with (pq.ParquetWriter(stage / EVENTS_FILE, _EVENT_SCHEMA, compression="zstd") as heads,
              pq.ParquetWriter(stage / FIXES_FILE, _FIX_SCHEMA, compression="zstd") as fixes):
            for part in parts:
                heads.write_table(_event_table(part, n_fixes))
                fixes.write_table(pa.table(
                    {name: np.asarray(getattr(part, name), np.float32) for name in FIX_COLUMNS},
                    schema=_FIX_SCHEMA))
                n_events, n_fixes = n_events + len(part), n_fixes + len(part.hour)
                years.add(float(part.years))
                known = dict(part.facts)
        if len(years) != 1:
            raise InputError("write_events: expected one part or more, all of the same years; got "
                             f"{sorted(years)}")
        said = known if facts is None else facts() if callable(facts) else facts
        manifest = {
            "kind": KIND, "format_version": VERSION, "years": years.pop(), "n_events": n_events,
            "n_fixes": n_fixes, "facts": dict(said),
            "files": {name: {"sha256": sha256_of(stage / name),
                             "bytes": (stage / name).stat().st_size}
                      for name in (EVENTS_FILE, FIXES_FILE)}}
        write_json(manifest, stage / MANIFEST_FILE)
    return manifest


def _event_table(part: EventSet, first: int) -> pa.Table:
    start = np.asarray(part.start, np.int64)
    return pa.table({
        "event_id": pa.array([str(name) for name in part.event_id], pa.string()),
        "annual_rate": np.asarray(part.annual_rate, np.float64),
        "year": np.asarray(part.year, np.int32), "season": np.asarray(part.season, np.int16),
        "first_fix": start[:-1] + first, "n_fixes": np.diff(start).astype(np.int32),
    }, schema=_EVENT_SCHEMA)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of an event set.

    Raises
    ------
    InputError : no folder, or none that holds an event set of a version that is known.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; expected an event set (riskcloud climate "
                         "typhoon --out makes one)")
    missing = [name for name in OUTPUTS if not (folder / name).is_file()]
    if missing:
        raise InputError(f"{folder}: not an event set: no {', '.join(missing)} in it")
    try:
        manifest = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(f"{folder / MANIFEST_FILE}: not JSON ({error})") from error
    if not isinstance(manifest, dict) or manifest.get("kind") != KIND:
        raise InputError(f"{folder}: not an event set: its manifest is of another kind")
    if manifest.get("format_version") != VERSION:
        raise InputError(f"{folder}: an event set of format {manifest.get('format_version')!r}; "
                         f"expected {VERSION}")
    return manifest


def read_events(folder: Path, *, check_hashes: bool = True) -> EventSet:
    """Return the event set of a folder.

    Parameters
    ----------
    folder : written by :func:`write_events`.
    check_hashes : refuse files that are not those the manifest was written with.

    Raises
    ------
    InputError : as :func:`read_manifest`; a damaged file, columns that miss, events whose fixes
        do not follow one another.
    """
    manifest = read_manifest(folder)
    if check_hashes:
        for name in (EVENTS_FILE, FIXES_FILE):
            said = manifest.get("files", {}).get(name, {}).get("sha256")
            if sha256_of(folder / name) != said:
                raise InputError(f"{folder / name}: not the file that manifest.json was written "
                                 "with; make the event set again")
    heads = _columns(folder / EVENTS_FILE, EVENT_COLUMNS)
    fixes = _columns(folder / FIXES_FILE, FIX_COLUMNS)
    start = np.concatenate([[0], np.cumsum(heads["n_fixes"])]).astype(np.int64)
    if not np.array_equal(start[:-1], heads["first_fix"]) or start[-1] != len(fixes["hour"]):
        raise InputError(f"{folder}: events and fixes do not fit: first_fix and n_fixes of "
                         f"{EVENTS_FILE} must follow one another through {FIXES_FILE}")
    try:
        years = float(manifest["years"])
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{folder / MANIFEST_FILE}: expected a number of years") from error
    return EventSet(
        event_id=heads["event_id"], annual_rate=np.asarray(heads["annual_rate"], np.float64),
        year=np.asarray(heads["year"], np.int64), season=np.asarray(heads["season"], np.int64),
        start=start, years=years,
        facts=manifest.get("facts", {}), **{name: fixes[name] for name in FIX_COLUMNS})


def _columns(path: Path, names: tuple[str, ...]) -> dict[str, Any]:
    """Return the columns of a Parquet file as arrays. Raises InputError."""
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"{path}: not a Parquet file ({error})") from error
    with file:
        if file.metadata.num_rows > MOST_FIXES:
            raise InputError(f"{path}: {file.metadata.num_rows} rows; at most {MOST_FIXES} are "
                             "read")
        missing = [name for name in names if name not in file.schema_arrow.names]
        if missing:
            raise InputError(f"{path}: no column {', '.join(missing)}")
        table = file.read(columns=list(names))
    return {name: table[name].to_numpy() for name in names}
