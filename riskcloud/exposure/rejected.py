"""The file of rows set aside: what was found, and why it was not taken."""

import csv
from collections.abc import Iterable
from pathlib import Path

from riskcloud.errors import Problem
from riskcloud.files import defused, written_aside

HEADER = ("row", "column", "value", "reason")


def write_rejected(problems: Iterable[Problem], path: Path) -> None:
    """Write row, column, value and reason of each problem to a CSV file, whole or not at all."""
    with written_aside(path) as aside:
        # with BOM, so that spreadsheets do not take Chinese text for something else
        with aside.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(HEADER)
            for item in problems:
                writer.writerow([item.row, defused(item.column), defused(item.value),
                                 defused(item.remedy)])
