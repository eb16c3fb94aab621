"""Messages kept: every version of each, with the time it arrived, so that an event can be replayed.

A folder holds ``<feed>.<storm or _>.<hash of the address>.<arrival>.msg`` and, beside each, a
``.json`` with what is known of it. No part of a name comes from a server unchecked.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from riskcloud.files import write_json, written_aside

VERSIONS: Final = 200
"""Versions of one storm kept of one feed (our choice: six-hourly bulletins of seven weeks)."""
STORM: Final = re.compile(r"[A-Za-z0-9-]{1,20}")
_MAX_NOTE_BYTES: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Kept:
    """A message in the folder."""

    path: Path
    storm: str
    url: str
    arrived_utc: np.datetime64
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""


def kept_messages(folder: Path, feed: str, *, until: np.datetime64 | None = None,
                  ) -> tuple[Kept, ...]:
    """Return the newest message of each storm of a feed that had arrived by ``until``.

    Files without a note, put there by hand as ``<feed>.<anything>``, arrived when last changed.
    """
    newest: dict[str, Kept] = {}
    for kept in _all(folder, feed):
        if until is not None and kept.arrived_utc > until:
            continue
        if kept.storm not in newest or kept.arrived_utc >= newest[kept.storm].arrived_utc:
            newest[kept.storm] = kept
    return tuple(newest[storm] for storm in sorted(newest))


def _all(folder: Path, feed: str) -> Iterator[Kept]:
    for path in sorted(folder.glob(f"{feed}.*")):
        if path.suffix == ".json" and path.with_suffix(".msg").is_file() or not path.is_file():
            continue
        kept = _read_note(path.with_suffix(".json"), path) if path.suffix == ".msg" else None
        if kept is None:
            stem = path.name.removeprefix(f"{feed}.")
            kept = Kept(path, stem, "", np.datetime64(int(path.stat().st_mtime), "s"))
        yield kept


def _read_note(note: Path, path: Path) -> Kept | None:
    """Return what a note says of a message; None for a note that is missing or broken."""
    try:
        if note.stat().st_size > _MAX_NOTE_BYTES:
            return None
        said = json.loads(note.read_text(encoding="utf-8"))
        words = {key: str(said.get(key) or "") for key in
                 ("storm", "url", "etag", "last_modified", "sha256")}
        arrived = np.datetime64(str(said["arrived_utc"]).removesuffix("Z"), "s")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if np.isnat(arrived):
        return None
    return Kept(path, arrived_utc=arrived, **words)


def keep(folder: Path, feed: str, kept: Kept, body: bytes) -> Kept:
    """Write a message and its note, whole or not at all; return it with its path and hash.

    Raises
    ------
    InputError : the folder cannot be written to.
    """
    storm = kept.storm if STORM.fullmatch(kept.storm) else "_"
    stamp = re.sub(r"\D", "", str(kept.arrived_utc))
    sha256 = hashlib.sha256(body).hexdigest()
    address = hashlib.sha256(kept.url.encode()).hexdigest()[:8]
    path = folder / f"{feed}.{storm}.{address}.{stamp}-{sha256[:8]}.msg"
    with written_aside(path) as aside:
        aside.write_bytes(body)
    write_json({"feed": feed, "storm": kept.storm, "url": kept.url,
                "arrived_utc": f"{kept.arrived_utc}Z", "etag": kept.etag,
                "last_modified": kept.last_modified, "sha256": sha256},
               path.with_suffix(".json"))
    for old in sorted(folder.glob(f"{feed}.{storm}.{address}.*.msg"))[:-VERSIONS]:
        old.unlink(missing_ok=True)
        old.with_suffix(".json").unlink(missing_ok=True)
    return Kept(path, kept.storm, kept.url, kept.arrived_utc, kept.etag, kept.last_modified, sha256)
