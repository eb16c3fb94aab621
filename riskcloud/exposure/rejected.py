"""The file of rows set aside: what was found, and why it was not taken."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from riskcloud.errors import Problem
from riskcloud.files import defused, written_aside

HEADER = ("row", "column", "value", "reason")
FILE = "rejected.csv"


def write_rejected(problems: Iterable[Problem], path: Path) -> None:
    """Write row, column, value and reason of each problem to a CSV file, whole or not at all."""
    with written_aside(path) as aside, RejectedWriter(aside) as writer:
        writer.add(problems)


class RejectedWriter:
    """Writes problems to a CSV file as they come; a context, or closed by hand."""

    def __init__(self, path: Path) -> None:
        # with BOM, so that spreadsheets do not take Chinese text for something else
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow(HEADER)

    def __enter__(self) -> "RejectedWriter":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        """Write out what is left; more than once does no harm."""
        self._file.close()

    def add(self, problems: Iterable[Problem]) -> None:
        """Write more problems."""
        for item in problems:
            self._writer.writerow([item.row, defused(item.column), defused(item.value),
                                   defused(item.remedy)])
