"""Files that appear whole or not at all, JSON without NaN, hashes, cells no spreadsheet runs."""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from riskcloud.errors import InputError

_RUNS = re.compile(r"^[\t\r\n ]*[=+\-@]|^[\t\r]")
_NUMBER = re.compile(r"[+-]?[\d.,]+%?")


_STAGE, _READY = ".riskcloud-run-", ".riskcloud-ready-"


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """Yield a path beside ``path`` to write to; it takes its place when the block ends well.

    A reader sees the old file or the new one, never half of one. The folder is made if need be.

    Raises
    ------
    InputError : ``path`` is a folder or a device, or its folder cannot be written to.
    """
    if path.exists() and not path.is_file():
        kind = "a folder" if path.is_dir() else "a device"  # as /dev/stdout: not to be replaced
        raise InputError(f"{path} is {kind}; expected a file to write to")
    with folder_aside(path.parent, f".{path.name}.") as folder:
        aside = folder / path.name
        yield aside
        aside.replace(path)


@contextmanager
def folder_aside(parent: Path, prefix: str) -> Iterator[Path]:
    """Yield a new folder in ``parent``, locked while it is in use and removed at the end.

    Folders of that prefix whose process is gone are removed first: a lock ends with its process,
    also by kill -9.
    """
    with ExitStack() as stack:
        try:
            parent.mkdir(parents=True, exist_ok=True)
            for old in (entry for entry in parent.iterdir() if entry.name.startswith(prefix)):
                with locked(old) as is_ours:
                    if is_ours:
                        shutil.rmtree(old, ignore_errors=True)
            folder = _new_folder(parent, prefix, stack)
        except OSError as error:
            raise InputError(f"{parent}: cannot be written to ({error.strerror})") from error
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _new_folder(parent: Path, prefix: str, stack: ExitStack) -> Path:
    """Return a new folder, locked until ``stack`` ends.

    Before it is locked another process may take it for a dead one's and remove it: then another.
    """
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        with ExitStack() as lock:
            lock.enter_context(locked(folder, wait=True))
            if folder.is_dir():
                stack.push(lock.pop_all())
                return folder


@contextmanager
def locked(folder: Path, *, wait: bool = False) -> Iterator[bool]:
    """Lock a folder for the block; yield whether no other process holds it (wait: once none does).

    The lock ends with its process, also by kill -9.
    """
    import fcntl  # not on every system, and reading does not need it

    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:  # gone meanwhile, or a file of that name, which is not ours
        yield False
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        free = True
    except OSError:
        free = False
    try:
        yield free
    finally:
        os.close(handle)


def synced(path: Path) -> None:
    """Return once a file or a folder's list of names is on the disk, not only in memory."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text file, whole or not at all."""
    with written_aside(path) as aside:
        aside.write_text(text, encoding="utf-8")


@contextmanager
def staged(out: Path, *, outputs: Collection[str] = ()) -> Iterator[Path]:
    """Yield a folder to write in; on success its files replace those of ``out``.

    A run that is stopped, also by kill -9, leaves ``out`` as it was. Once a run has written all, a
    rename decides: from then on the next run completes what a kill in the last milliseconds left
    undone, and clears what others left behind.

    Parameters
    ----------
    out : folder, made if need be.
    outputs : names of all files a run may write; those of an earlier run that this one did not
        write again are removed, lest they be taken for its own.

    Raises
    ------
    InputError : ``out`` is a file or cannot be written to.
    """
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file; expected a folder to write to")
    for ready in sorted(out.glob(f"{_READY}*")):
        with locked(ready) as is_ours:
            if is_ours:
                _move_into(out, ready)
    with folder_aside(out, _STAGE) as folder:
        yield folder
        ready = out / folder.name.replace(_STAGE, _READY)
        stale = set(outputs) - {path.name for path in folder.iterdir()}
        folder.rename(ready)
        for name in stale:
            (out / name).unlink(missing_ok=True)
        _move_into(out, ready)


def _move_into(out: Path, ready: Path) -> None:
    """Put the files of a complete run into place."""
    for path in sorted(ready.iterdir()):
        path.replace(out / path.name)
    ready.rmdir()


def write_json(content: Mapping[str, Any], path: Path) -> None:
    """Write one JSON object, readable, UTF-8, without NaN; whole or not at all."""
    write_text(path, to_json(content, indent=2) + "\n")


def to_json(content: Mapping[str, Any], indent: int | None = None) -> str:
    """Return one JSON object; NaN and infinity, which JSON does not know, become null."""
    return json.dumps(_plain(content), ensure_ascii=False, indent=indent, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if hasattr(value, "item"):  # a NumPy scalar
        value = value.item()
    if isinstance(value, float) and not abs(value) < float("inf"):
        return None
    return value


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal; memory stays flat."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def defused(text: str) -> str:
    """Return a cell that a spreadsheet shows and does not run: ' before what looks a formula.

    Source: OWASP, CSV Injection. Plain numbers such as -100 stay as they are.
    """
    return f"'{text}" if _RUNS.match(text) and not _NUMBER.fullmatch(text) else text
