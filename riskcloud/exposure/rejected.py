"""The file of rows set aside: what was found, and why it was not taken."""

import csv
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from riskcloud.errors import Problem

HEADER = ("row", "column", "value", "reason")
_RUNS = re.compile(r"^[\t\r\n ]*[=+\-@]|^[\t\r]")
_NUMBER = re.compile(r"[+-]?[\d.,]+%?")


def defused(text: str) -> str:
    """Return a cell that a spreadsheet shows and does not run: ' before what looks a formula.

    Source: OWASP, CSV Injection. Plain numbers such as -100 stay as they are.
    """
    return f"'{text}" if _RUNS.match(text) and not _NUMBER.fullmatch(text) else text


@contextmanager
def write_aside(path: Path, *, encoding: str = "utf-8") -> Iterator[TextIO]:
    """Open a text file that appears at ``path`` whole, when the block ends well, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding=encoding, newline="") as file:
            yield file
        Path(aside).chmod(0o644)  # mkstemp makes it private
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def write_rejected(problems: Iterable[Problem], path: Path) -> None:
    """Write row, column, value and reason of each problem to a CSV file, whole or not at all."""
    # with BOM, so that spreadsheets do not take Chinese text for something else
    with write_aside(path, encoding="utf-8-sig") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for item in problems:
            writer.writerow([item.row, defused(item.column), defused(item.value),
                             defused(item.remedy)])
