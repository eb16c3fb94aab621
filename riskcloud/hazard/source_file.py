"""Files as others made them: read with a limit, decoded, what is wrong in them gathered.

Shared by the perils' readers: they know nothing of a format.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from riskcloud.errors import InputError, Problem


@dataclass(slots=True)
class Faults:
    """Problems found in one file, gathered before any is raised."""

    path: Path
    found: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    """What was missing or left out without harm to the rest."""

    def add(self, rows: Iterable[int], column: str, cells: Iterable[object], remedy: str) -> None:
        """Add one problem a row."""
        self.found += [
            Problem(int(row), column, str(cell), remedy)
            for row, cell in zip(rows, cells, strict=True)
        ]

    def note(self, row: int, column: str, cell: object, remedy: str) -> None:
        """Note what is missing or was left out; nothing is raised for it."""
        self.notes.append(Problem(int(row), column, str(cell), remedy))

    def stop(self) -> None:
        """Raise InputError if anything was found."""
        if self.found:
            found = sorted(set(self.found))
            raise InputError(f"{self.path}: {len(found)} problem(s)", found)


def read_bytes(path: Path, *, max_bytes: int, what: str, remedy: str) -> bytes:
    """Return what a file holds; ``what`` it should be and the ``remedy`` if it is too large.

    Raises
    ------
    InputError : no file, a folder, a device, larger than ``max_bytes``, or empty.
    """
    if path.is_dir():
        raise InputError(f"{path}: a folder; give the file, or the files, in it")
    if path.exists() and not path.is_file():
        raise InputError(f"{path}: not a file: save what it gives, and give that file")
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    if path.stat().st_size > max_bytes:
        raise InputError(f"{path}: larger than {max_bytes >> 20} MB; {remedy}")
    raw = path.read_bytes()
    if not raw.strip():
        raise InputError(f"{path}: empty {what}", [Problem(0, "", "", "the file is empty")])
    return raw


def decoded(raw: bytes) -> str:
    """Return bytes as text: UTF-8, else GB18030; unreadable bytes become U+FFFD."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def number_of(value: Any) -> float | None:
    """Return a finite number, None for anything else (null, words, true)."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def text_of(value: Any) -> str:
    """Return a word or whole number as text, "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    try:
        return str(value).strip()
    except ValueError:  # a number of thousands of digits
        return ""
