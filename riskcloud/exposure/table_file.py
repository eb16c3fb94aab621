"""Tables of text to files that spreadsheets open and do not run."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from riskcloud.errors import InputError
from riskcloud.files import defused, written_aside

_SUSPECT = re.compile(r"[\t\r\n ]*[=+\-@]|[\t\r]")
_MOST_ROWS = 1_048_575  # of a sheet, below its header


@dataclass(frozen=True, slots=True)
class TextTable:
    """Columns of text, all of one length, with their names (which need not differ)."""

    names: tuple[str, ...]
    columns: tuple[Sequence[str], ...]

    def __len__(self) -> int:
        return len(self.columns[0]) if self.columns else 0


def write_table(table: TextTable, path: Path) -> None:
    """Write CSV, XLSX or Parquet by the ending of the name, whole or not at all.

    CSV has a BOM, lest spreadsheets take Chinese text for something else; what they would run as
    a formula gets a ' before it, in CSV and XLSX.

    Raises
    ------
    InputError : more rows than a sheet of XLSX holds; a name that cannot be written to.
    """
    suffix = path.suffix.lower()
    with written_aside(path) as aside:
        if suffix in (".parquet", ".pq"):
            _write_parquet(table, aside)
        elif suffix == ".xlsx":
            _write_xlsx(table, aside)
        else:
            with aside.open("w", encoding="utf-8-sig", newline="") as file:
                write_csv(table, file)


def write_csv(table: TextTable, file: TextIO) -> None:
    """Write a table as CSV, its cells defused."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([defused(name) for name in table.names])
    writer.writerows(zip(*map(_defused, table.columns), strict=True))


def _defused(column: Sequence[str]) -> Sequence[str]:
    return [defused(cell) if _SUSPECT.match(cell) else cell for cell in column]


def _write_parquet(table: TextTable, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table([pa.array(column, pa.string()) for column in table.columns],
                            names=list(table.names)), path)


def _write_xlsx(table: TextTable, path: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if len(table) > _MOST_ROWS:
        raise InputError(f"{path.name}: {len(table)} rows; a sheet holds {_MOST_ROWS}: write CSV "
                         "or Parquet")
    book = Workbook(write_only=True)
    sheet = book.create_sheet("geocoded")
    sheet.append([defused(name) for name in table.names])
    for row in zip(*map(_defused, table.columns), strict=True):
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in row])
    book.save(path)
