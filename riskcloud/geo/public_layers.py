"""Public layers: where they come from, on what terms; fetched once, checked, kept in a folder."""

import hashlib
import json
import os
import re
import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from riskcloud.catalog import samples_dir
from riskcloud.download import Download, Silent
from riskcloud.errors import InputError, NotFoundError, Problem, StoreError
from riskcloud.files import sha256_of, write_json

PINS: Final = "pins.json"
"""What was fetched into a folder: hash, size, address and time of each file."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_FILE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_HASH: Final = re.compile(r"[0-9a-f]{64}|")
_MAX_LIST_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class PublicLayer:
    """A file that anyone may fetch. ``sha256`` "": pinned at the first fetch. Sizes in MB (1e6)."""

    name: str
    title: str
    title_zh: str
    origin: str
    address: str
    file: str
    licence: str
    sha256: str = ""
    size_mb: float = 0.0
    max_mb: float = 100.0
    confirmed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a folder has of a layer: ``state`` is "absent", "ok", "unpinned" (no hash is known),
    "damaged" (its hash is another); sha256 and bytes of the file there, when they were taken.
    """

    layer: PublicLayer
    state: str
    path: Path
    sha256: str = ""
    n_bytes: int = 0
    fetched_utc: str = ""


def data_dir() -> Path:
    """Return the folder of fetched layers: $RISKCLOUD_DATA, else ./riskcloud-data."""
    return Path(os.environ.get("RISKCLOUD_DATA") or "riskcloud-data")


def layers_file() -> Path:
    """Return the list that ships (data/layers.toml)."""
    return samples_dir().parent / "layers.toml"


def load_layers(path: Path | None = None) -> tuple[PublicLayer, ...]:
    """Return the layers of a list: its tables; those without an ``address`` are not layers.

    Raises
    ------
    InputError : no such file, not TOML, or faults, all at once.
    """
    path = layers_file() if path is None else path
    try:
        if path.stat().st_size > _MAX_LIST_BYTES:
            raise InputError(f"{path}: larger than {_MAX_LIST_BYTES >> 20} MB")
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{path}: not a TOML file: {error}") from error
    tables = {name: table for name, table in content.items()
              if isinstance(table, dict) and "address" in table}
    problems = [Problem(0, f"{name}.{key}", value, remedy) for name, table in tables.items()
                for key, value, remedy in _faults(name, table)]
    if problems:
        raise InputError(f"{path}: {len(problems)} problem(s)", problems)
    return tuple(PublicLayer(name=name, **table) for name, table in tables.items())


def _faults(name: str, table: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return key, value and remedy of each fault of one table."""
    texts = ("title", "title_zh", "origin", "address", "file", "licence")
    kinds = {**dict.fromkeys((*texts, "sha256", "note"), str),
             "size_mb": (int, float), "max_mb": (int, float), "confirmed": bool}
    found = [(key, "", "is missing") for key in texts if not table.get(key)]
    for key, value in table.items():
        if key not in kinds:
            found.append((key, str(value), f"unknown; known: {', '.join(kinds)}"))
        elif not isinstance(value, kinds[key]):  # type: ignore[arg-type]
            found.append((key, str(value), "of another kind than expected"))
    if not _NAME.fullmatch(name):
        found.append(("", name, "expected a-z, 0-9, - and _, at most 40"))
    if not _FILE.fullmatch(str(table.get("file", ""))):
        found.append(("file", str(table.get("file")), "expected a plain file name"))
    if not _HASH.fullmatch(str(table.get("sha256", ""))):
        found.append(("sha256", str(table.get("sha256")),
                      "expected 64 hexadecimal digits, or none"))
    parts = urlsplit(str(table.get("address", "")))
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        found.append(("address", str(table.get("address")), "expected an http or https address"))
    return found


def find_layer(layers: tuple[PublicLayer, ...], name: str) -> PublicLayer:
    """Return a layer by name. Raises NotFoundError, which lists those there are."""
    for layer in layers:
        if layer.name == name:
            return layer
    raise NotFoundError(f"no public layer {name!r}; known: {', '.join(x.name for x in layers)}")


def read_pins(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what was noted of the files in a folder. Raises StoreError when that is broken."""
    path = folder / PINS
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise StoreError(f"{path}: cannot be read; remove it and check the files") from error
    if not isinstance(content, dict):
        raise StoreError(f"{path}: not what riskcloud wrote; remove it and check the files")
    return {str(name): pin for name, pin in content.items() if isinstance(pin, dict)}


def check_layer(layer: PublicLayer, folder: Path, *, whole: bool = True) -> Kept:
    """Return what a folder has of a layer.

    ``whole``: take the hash of the file; else its presence and what was noted of it is enough.
    """
    path = folder / layer.file
    pin = read_pins(folder).get(layer.name, {})
    if not path.is_file():
        return Kept(layer, "absent", path)
    size, noted = path.stat().st_size, str(pin.get("sha256", ""))
    fetched = str(pin.get("fetched_utc", ""))
    wanted = layer.sha256 or noted
    if not whole:
        state = "unpinned" if not wanted else "ok" if size == pin.get("bytes", size) else "damaged"
        return Kept(layer, state, path, noted, size, fetched)
    found = sha256_of(path)
    state = "unpinned" if not wanted else "ok" if found == wanted else "damaged"
    return Kept(layer, state, path, found, size, fetched)


def fetch_layer(layer: PublicLayer, folder: Path, *, mirror: str | None = None,
                renew: bool = False, timeout_s: float = 3600.0, idle_s: float = 30.0,
                retries: int = 4, backoff_s: float = 1.0,
                on_progress: Callable[[int, int], None] | None = None) -> Kept:
    """Fetch a layer into a folder, unless it is there and whole; return what the folder has then.

    Parameters
    ----------
    mirror : address of a folder that holds the file under the name ``layer.file``.
    renew : fetch although it is there; where the list knows no hash, take the new one.
    timeout_s, idle_s, retries, backoff_s : in all, for the next bytes, tries after the first.

    Raises
    ------
    StoreError : the address gave nothing that can be used (a part that arrived is gone on with the
        next time), or a file of another hash, which is not kept.
    InputError : the folder cannot be written to.
    """
    there = check_layer(layer, folder)
    if there.state == "ok" and not renew:
        return there
    pin = read_pins(folder).get(layer.name, {})
    wanted = layer.sha256 or ("" if renew else str(pin.get("sha256", "")))
    url = layer.address if mirror is None else urljoin(mirror.rstrip("/") + "/", layer.file)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made ({error.strerror})") from error
    # beside its place; named after the address, so that parts of two files never mix
    part = folder / f".{layer.file}.{hashlib.sha256(url.encode()).hexdigest()[:8]}.part"
    if not wanted:  # only a known hash tells that a part goes with the rest
        part.unlink(missing_ok=True)
    try:
        _stream(layer, url, part, timeout_s, idle_s, retries, backoff_s, on_progress)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written to ({error.strerror})") from error
    found, size = sha256_of(part), part.stat().st_size
    if wanted and found != wanted:
        part.unlink()
        hint = "" if layer.sha256 else " (--renew takes the new one)"
        raise StoreError(f"{layer.name}: the file at {url} has sha256 {found}, expected {wanted}: "
                         f"it is not kept{hint}")
    part.replace(there.path)
    fetched = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    write_json({**read_pins(folder), layer.name: {
        "file": layer.file, "sha256": found, "bytes": size, "address": url,
        "fetched_utc": fetched}}, folder / PINS)
    return replace(there, state="ok", sha256=found, n_bytes=size, fetched_utc=fetched)


def _stream(layer: PublicLayer, url: str, part: Path, timeout_s: float, idle_s: float,
            retries: int, backoff_s: float, on_progress: Callable[[int, int], None] | None) -> None:
    from urllib3 import PoolManager

    with PoolManager() as pool:
        download = Download(pool, time.monotonic() + timeout_s, retries, backoff_s, idle_s)
        try:
            download.to_file(url, part, max_bytes=int(layer.max_mb * 1e6), on_progress=on_progress)
        except Silent as reason:
            raise StoreError(f"{layer.name}: {url}: {reason}") from reason
