"""Collect every fault of a file by row, and keep count of the rows that have one."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from riskcloud.errors import Problem
from riskcloud.types import Bools, Ints

_SHOWN = 80  # letters of a value kept in a message; ours


@dataclass(slots=True)
class FaultLog:
    """Faults of some rows of a file.

    ``row`` (n_rows,) is the number a spreadsheet shows (the header is 1); ``bad`` (n_rows,) marks
    rows with a fault.
    """

    row: Ints
    bad: Bools = field(init=False)
    of_rows: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bad = np.zeros(len(self.row), dtype=bool)

    def add(self, where: Bools, column: str, values: Any, remedy: str | Sequence[str]) -> None:
        """Note a fault of ``column`` in the rows ``where`` (n_rows,).

        ``values`` is an arrow array, a numpy array or None (n_rows,); ``remedy`` is one text for
        all, or one for each marked row in order.
        """
        place = np.flatnonzero(where)
        if not len(place):
            return
        self.bad[place] = True
        found = [""] * len(place) if values is None else shown(values, place)
        remedies = [remedy] * len(place) if isinstance(remedy, str) else remedy
        self.of_rows.extend(
            Problem(int(row), column, value, text)
            for row, value, text in zip(self.row[place], found, remedies, strict=True)
        )


def shown(values: Any, place: Ints) -> list[str]:
    """Return values (arrow or numpy) at some places as short text."""
    if hasattr(values, "combine_chunks"):
        taken = values.take(place).to_pylist()
    else:
        taken = [values[i] for i in place]
    return [_short("" if value is None else str(value)) for value in taken]


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


KEPT = 1000
"""Faults of one kind (a column and what is wrong with it) kept in memory of a streamed file; ours.
All are counted, and all are given to who asked for them."""

_VARIES = re.compile(r"\d+|'[^']*'")


@dataclass(slots=True)
class Faults:
    """Faults of a file, collected over its chunks; ``kept`` of a kind at most, None for all."""

    kept: int | None = None
    of_file: list[Problem] = field(default_factory=list)
    total: int = 0
    bad_rows: int = 0
    _rows: list[Problem] = field(default_factory=list)
    _seen: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, log: FaultLog, dropped_rows: int) -> list[Problem]:
        """Take the faults of a chunk's rows; return them all in order."""
        problems = sorted(log.of_rows)
        self.total += len(problems)
        self.bad_rows += int(log.bad.sum()) + dropped_rows
        if self.kept is None:
            self._rows += problems
            return problems
        for problem in problems:
            kind = _kind(problem)
            self._seen[kind] += 1
            if self._seen[kind] <= self.kept:
                self._rows.append(problem)
        return problems

    def all(self) -> list[Problem]:
        """Return the faults kept, the file's first, then by row; the last of a kind that had more
        says how many.
        """
        rows = list(self._rows)
        left = {kind: n - self.kept for kind, n in self._seen.items()
                if self.kept is not None and n > self.kept}
        for i in range(len(rows) - 1, -1, -1):
            if not left:
                break
            if more := left.pop(_kind(rows[i]), 0):
                rows[i] = replace(rows[i], remedy=f"{rows[i].remedy} (and {more} more such)")
        return sorted(self.of_file) + rows


def _kind(problem: Problem) -> tuple[str, str]:
    return problem.column, _VARIES.sub("#", problem.remedy)
