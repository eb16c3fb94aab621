"""Cells of a table by column, whichever of its names a file has; faults with row and remedy."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from riskcloud.errors import InputError, Problem
from riskcloud.exposure.cells import is_formula, to_numbers
from riskcloud.exposure.formats import read_cells
from riskcloud.exposure.schema import header_key

MOST_ROWS: Final = 200_000
"""Rows of a table of covers or readings; ours."""
SHOWN: Final = 80
"""Letters of a cell that a fault shows; ours."""


class Table:
    """Cells of a file as text, by column; what is wrong with it collects in ``problems``.

    columns: each column's other names. required: columns, or sets of which one is enough ("A|B").

    Raises
    ------
    InputError : columns missing or doubled, too many rows, a file that cannot be read.
    """

    def __init__(self, path: Path, columns: Mapping[str, Sequence[str]], required: Sequence[str],
                 what: str) -> None:
        raw = read_cells(path, is_portfolio=False)
        self.path, self.row = path, [int(row) for row in raw.row]
        self.problems: list[Problem] = list(raw.problems)
        self.notes: list[str] = []
        self._cells: dict[str, list[str]] = {}
        self._header: dict[str, str] = {}
        known = {header_key(word): name for name, words in columns.items()
                 for word in (name, *words)}
        for header, column in zip(raw.headers, raw.columns, strict=True):
            name = known.get(header_key(header))
            if name is None:
                if header.strip():
                    self.notes.append(f"column {header}: none of ours: left out")
            elif name in self._cells:
                self._whole(header, f"means the same as {self._header[name]}: keep one of them")
            else:
                self._header[name] = header
                self._cells[name] = [str(cell).strip() for cell in column.to_pylist()]
                for k in np.flatnonzero(is_formula(column)):
                    self.fault(int(k), name, "a formula: put its value in the cell")
        for wanted in required:
            if not set(wanted.split("|")) & self._cells.keys():
                self._whole(wanted.replace("|", " / "), "required column is missing")
        if any(one.row == 1 for one in self.problems):
            raise InputError(f"{path}: no table of {what}", sorted(self.problems))
        if len(self.row) > MOST_ROWS:
            raise InputError(f"{path}: {len(self.row)} rows; at most {MOST_ROWS} are read")

    def _whole(self, header: str, remedy: str) -> None:
        self.problems.append(Problem(1, header, "", remedy))

    def cell(self, k: int, name: str) -> str:
        """Return a cell as text, "" where there is none."""
        column = self._cells.get(name)
        return "" if column is None else column[k]

    def fault(self, k: int, name: str, remedy: str) -> None:
        """Note what is wrong with a cell."""
        value = self.cell(k, name)
        self.problems.append(Problem(
            self.row[k], self._header.get(name, name),
            value if len(value) <= SHOWN else value[:SHOWN - 3] + "...", remedy))

    def number(self, k: int, name: str, low: float = -np.inf, high: float = np.inf,
               remedy: str = "") -> float:
        """Return a cell as a number; NaN where blank, or faulty, which is noted."""
        text = self.cell(k, name)
        if not text:
            return float("nan")
        found = to_numbers(pa.chunked_array([pa.array([text])]))
        value = float(found.value[0])
        if found.formula[0]:  # told already
            return float("nan")
        if found.bad[0]:
            self.fault(k, name, "expected one number")
            return float("nan")
        if not low <= value <= high:
            self.fault(k, name, remedy or (f"expected {low:g} to {high:g}" if high < np.inf
                                           else f"a number of {low:g} or more is needed"))
            return float("nan")
        return value
