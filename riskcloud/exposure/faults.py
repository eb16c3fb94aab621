"""Collect every fault of a file by row, and keep count of the rows that have one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from riskcloud.errors import Problem
from riskcloud.types import Bools, Ints

_SHOWN = 80  # letters of a value kept in a message; ours


@dataclass(slots=True)
class FaultLog:
    """Faults of the rows of one file.

    ``row`` (n_rows,) is the number a spreadsheet shows (the header is 1); ``bad`` (n_rows,) marks
    rows with a fault; ``of_file`` are faults no row is guilty of, ``of_rows`` the others.
    """

    row: Ints
    bad: Bools = field(init=False)
    of_file: list[Problem] = field(default_factory=list)
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

    def all(self) -> list[Problem]:
        """Return every fault, the file's first, then by row."""
        return sorted(self.of_file) + sorted(self.of_rows)


def shown(values: Any, place: Ints) -> list[str]:
    """Return values (arrow or numpy) at some places as short text."""
    if hasattr(values, "combine_chunks"):
        taken = values.take(place).to_pylist()
    else:
        taken = [values[i] for i in place]
    return [_short("" if value is None else str(value)) for value in taken]


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
