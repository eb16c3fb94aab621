"""The folder of an earlier forecast, read back to be compared with a new one."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from riskcloud.errors import InputError, NotFoundError, Problem
from riskcloud.hazard.typhoon.ensemble import same_storm
from riskcloud.hazard.typhoon.track import read_tracks
from riskcloud.types import Outlook

FILES: Final = ("summary.json", "manifest.json", "losses.parquet", "tracks.csv")
AGAIN: Final = "run the previous forecast again with this version, or leave --previous out"
MAX_JSON_BYTES: Final = 256 * 1024 * 1024
"""Largest summary or manifest read (our choice: a summary of a million clients is about that)."""
MAX_ROWS: Final = 200_000_000
"""Most locations read (our choice: twice the largest book that a forecast is made for)."""
LARGEST: Final = 1e300
"""Bound of a number of a summary: beyond it sums overflow (our choice)."""
WORDS: Final = ("loc_id", "client_id", "branch", "asset_class", "currency")
NUMBERS: Final = ("tiv", "mean", "gross_mean", "gust_3s_m_s")
COLUMNS: Final = (*WORDS, *NUMBERS, "time_utc")

Check = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class PreviousRun:
    """What an earlier forecast found and was made from.

    folder : where it was read. outlook : its tracks as read (nothing filled). losses : one row a
    location, columns ``COLUMNS`` (docs/outputs.md). summary, manifest : as in its JSON files.
    """

    folder: Path
    outlook: Outlook
    losses: pd.DataFrame
    summary: dict[str, Any]
    manifest: dict[str, Any]


def read_previous(folder: Path) -> PreviousRun:
    """Return the forecast that a folder holds.

    Raises
    ------
    InputError : no such folder; files that are missing, broken, of an older version, or that do
        not belong together. Every message names the file and what mends it.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; --previous takes the folder that an earlier "
                         "forecast wrote (its --out)")
    if missing := [name for name in FILES if not (folder / name).is_file()]:
        raise InputError(f"{folder}: not the folder of a forecast of this version, without "
                         f"{', '.join(missing)}: {AGAIN}")
    summary = _read_json(folder / "summary.json", SUMMARY)
    manifest = _read_json(folder / "manifest.json", MANIFEST)
    losses = _read_losses(folder / "losses.parquet")
    if len(losses) != summary["portfolio"]["n_locations"]:
        raise InputError(f"{folder}: losses.parquet has {len(losses)} location(s), summary.json "
                         f"says {summary['portfolio']['n_locations']}: files of two runs; {AGAIN}")
    outlook = _read_outlook(folder / "tracks.csv", manifest["settings"]["anchored"])
    return PreviousRun(folder, outlook, losses, summary, manifest)


def check_same_storm(previous: PreviousRun, outlook: Outlook) -> None:
    """Raise InputError, with both storms named, where an outlook is of another storm."""
    old = (*previous.outlook.advisories, *previous.outlook.ensemble)
    new = (*outlook.advisories, *outlook.ensemble)
    if any(same_storm(a, b) for b in new for a in old):
        return
    named = [f"{track.event_id} {track.name} ({str(track.time_utc[0])[:10]} to "
             f"{str(track.time_utc[-1])[:10]})" for track in (old[0], new[0])]
    raise InputError(f"{previous.folder}: a forecast of another storm: {named[0]} there, "
                     f"{named[1]} here; name the folder of an earlier forecast of this storm, or "
                     "leave --previous out")


def _is_number(value: Any) -> bool:
    finite = isinstance(value, int | float) and abs(value) < LARGEST
    return finite and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _group(name: str | None) -> dict[str, Any]:
    words = {} if name is None else {name: _is_text}
    return {**words, "currency": _is_text, "mean": _is_number, "q05": _is_number,
            "q95": _is_number}


SUMMARY: Final[Mapping[str, Any]] = {
    "event": {"event_id": _is_text, "name": _is_text}, "portfolio": {"n_locations": _is_number},
    "total": [_group(None)], "by_client": [_group("client_id")], "by_branch": [_group("branch")],
}
MANIFEST: Final[Mapping[str, Any]] = {
    "software": {"riskcloud": _is_text}, "inputs": {"portfolio": {"sha256": _is_text}},
    "settings": {"anchored": _is_bool, "members": _is_number, "seed": _is_number},
    "model_cards": [{"kind": _is_text, "name": _is_text, "version": _is_text, "sha256": _is_text}],
}
"""What of each file is used, and of what type: a list holds entries of its first one's shape."""


def _read_json(path: Path, shape: Mapping[str, Any]) -> dict[str, Any]:
    if path.stat().st_size > MAX_JSON_BYTES:
        raise InputError(f"{path}: larger than {MAX_JSON_BYTES >> 20} MB, not written by a "
                         f"forecast: {AGAIN}")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        fault = Problem(error.lineno, "", "", f"{error.msg}; {AGAIN}")
        raise InputError(f"{path}: not JSON, perhaps cut off", [fault]) from error
    except (ValueError, RecursionError) as error:  # not UTF-8; a number too long; too deep
        raise InputError(f"{path}: not readable as JSON: {AGAIN}") from error
    if faults := _misfits(content, shape, ""):
        raise InputError(f"{path}: not as this version writes it: {AGAIN}", faults)
    return dict(content)


def _misfits(value: Any, shape: Any, where: str) -> list[Problem]:
    """Return a problem for each place at which a value is not of the shape."""
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [Problem(0, where, _shown(value), "expected a list")]
        return [fault for i, entry in enumerate(value)
                for fault in _misfits(entry, shape[0], f"{where}[{i}]")]
    if isinstance(shape, Mapping):
        if not _is_object(value):
            return [Problem(0, where or "content", _shown(value), "expected an object")]
        return [fault for name, part in shape.items()
                for fault in _misfits(value.get(name), part, f"{where}.{name}".lstrip("."))]
    check: Check = shape
    if check(value):
        return []
    expected = check.__name__.removeprefix("_is_")
    return [Problem(0, where, _shown(value), f"expected a {expected}")]


def _shown(value: Any) -> str:
    return repr(value)[:60]


def _read_losses(path: Path) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        if missing := [name for name in COLUMNS if name not in file.schema_arrow.names]:
            raise InputError(f"{path}: without column(s) {', '.join(missing)}: {AGAIN}")
        if file.metadata.num_rows > MAX_ROWS:
            raise InputError(f"{path}: {file.metadata.num_rows} rows, at most {MAX_ROWS}: {AGAIN}")
        table = file.read(columns=list(COLUMNS)).to_pandas()
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path}: not readable as Parquet, perhaps cut off: {AGAIN}") from error
    for name in NUMBERS:
        if not pd.api.types.is_numeric_dtype(table[name]):
            raise InputError(f"{path}: column {name} holds no numbers: {AGAIN}")
        bad = np.flatnonzero(~np.isfinite(table[name].to_numpy(np.float64, na_value=np.nan)))
        if len(bad):
            fault = Problem(int(bad[0]) + 1, name, str(table[name].iloc[bad[0]]), AGAIN)
            raise InputError(f"{path}: {len(bad)} value(s) that are no finite numbers", [fault])
    if not pd.api.types.is_datetime64_any_dtype(table["time_utc"]):
        raise InputError(f"{path}: column time_utc holds no times: {AGAIN}")
    return pd.DataFrame(table)


def _read_outlook(path: Path, anchored: bool) -> Outlook:
    try:
        tracks = read_tracks(path, fill=False)
    except (InputError, NotFoundError) as error:
        problems = error.problems if isinstance(error, InputError) else ()
        told = error.message if isinstance(error, InputError) else str(error)
        raise InputError(f"{told}; {AGAIN}", problems) from error
    return Outlook(tuple(track for track in tracks if track.member == 0),
                   tuple(track for track in tracks if track.member > 0), anchored=anchored)
