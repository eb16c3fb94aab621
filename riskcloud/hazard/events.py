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

from riskcloud.errors import InputError, Problem
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
EVENT_SPANS: Final = {"annual_rate": (0.0, 100.0), "year": (0, 1e9), "season": (0, 9999),
                      "first_fix": (0, 1e12), "n_fixes": (1, 1e6)}
FIX_SPANS: Final = {
    "hour": (-1e4, 1e4), "lon": (-720.0, 720.0), "lat": (-90.0, 90.0),
    "max_wind_m_s": (0.0, 150.0), "central_pressure_pa": (8e4, 1.1e5),
    "environmental_pressure_pa": (9e4, 1.1e5), "r_max_m": (500.0, 2e6), "r34_m": (0.0, 5e6)}
"""Values believed, ours: wider than any storm on record (Tip 1979: 870 hPa, 1,100 km; Patricia
2015: 95 m/s)."""
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
                         f"expected {VERSION}: make it again with this version of riskcloud")
    for name in ("facts", "files"):
        if not isinstance(manifest.get(name, {}), dict):
            raise InputError(f"{folder / MANIFEST_FILE}: {name} is no object; make the event set "
                             "again")
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
            said = manifest.get("files", {}).get(name)
            if not isinstance(said, dict) or sha256_of(folder / name) != said.get("sha256"):
                raise InputError(f"{folder / name}: not the file that manifest.json was written "
                                 "with; make the event set again")
    heads = _columns(folder / EVENTS_FILE, EVENT_COLUMNS)
    fixes = _columns(folder / FIXES_FILE, FIX_COLUMNS)
    check_values(folder, heads, fixes)
    start = np.concatenate([[0], np.cumsum(heads["n_fixes"])]).astype(np.int64)
    if not np.array_equal(start[:-1], heads["first_fix"]) or start[-1] != len(fixes["hour"]):
        raise InputError(f"{folder}: events and fixes do not fit: first_fix and n_fixes of "
                         f"{EVENTS_FILE} must follow one another through {FIXES_FILE}")
    try:
        years = float(manifest["years"])
    except (KeyError, TypeError, ValueError):
        years = np.nan
    if not 0.0 < years < np.inf:
        raise InputError(f"{folder / MANIFEST_FILE}: years = {manifest.get('years')!r}: expected a "
                         "number of years above 0")
    return EventSet(
        event_id=heads["event_id"], annual_rate=np.asarray(heads["annual_rate"], np.float64),
        year=np.asarray(heads["year"], np.int64), season=np.asarray(heads["season"], np.int64),
        start=start, years=years,
        facts=manifest.get("facts", {}), **{name: fixes[name] for name in FIX_COLUMNS})


def read_event_years(folder: Path) -> tuple[dict[str, Any], float]:
    """Return event_id, annual_rate and year (n_events,) of an event set, and its years.

    Raises
    ------
    InputError : as :func:`read_manifest`; a damaged or altered events.parquet.
    """
    manifest = read_manifest(folder)
    path = folder / EVENTS_FILE
    said = manifest.get("files", {}).get(EVENTS_FILE)
    if not isinstance(said, dict) or sha256_of(path) != said.get("sha256"):
        raise InputError(f"{path}: not the file that manifest.json was written with; make the "
                         "event set again")
    try:
        years = float(manifest["years"])
    except (KeyError, TypeError, ValueError):
        years = np.nan
    if not 0.0 < years < np.inf:
        raise InputError(f"{folder / MANIFEST_FILE}: years = {manifest.get('years')!r}: expected a "
                         "number of years above 0")
    return _columns(path, ("event_id", "annual_rate", "year")), years


def check_values(folder: Path, heads: Mapping[str, Any], fixes: Mapping[str, Any]) -> None:
    """Raise InputError, every column at once, where a set holds what no storm has.

    Such a set was made or altered by other hands: a wind climate from it would be wrong without a
    word.
    """
    problems = []
    for file, table, spans in ((EVENTS_FILE, heads, EVENT_SPANS), (FIXES_FILE, fixes, FIX_SPANS)):
        for name, (low, high) in spans.items():
            values = table[name]
            if values.dtype.kind not in "iuf":
                problems.append(Problem(0, name, str(values.dtype), f"expected numbers ({file})"))
                continue
            wrong = ~((values >= low) & (values <= high))
            if name == "r34_m":  # weak storms have none
                wrong &= ~np.isnan(values)
            wrong = np.flatnonzero(wrong)
            if len(wrong):
                problems.append(Problem(
                    int(wrong[0]) + 1, name, f"{values[wrong[0]]:g}",
                    f"{len(wrong)} row(s) of {file}, of which this is the first: values from "
                    f"{low:g} to {high:g} believed"))
    names = heads["event_id"]
    if len(names) == 0:
        problems.append(Problem(0, "event_id", "", f"no event in it ({EVENTS_FILE})"))
    elif len(set(names)) != len(names):
        problems.append(Problem(0, "event_id", "", f"events of one id ({EVENTS_FILE})"))
    if problems:
        raise InputError(f"{folder}: {len(problems)} problem(s): make the event set again",
                         problems)


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
