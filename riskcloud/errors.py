"""Every exception of riskcloud, and the row-by-row problem that input errors carry.

RiskCloudError
    InputError      the caller can mend it: a file, a value, an option (also a ValueError)
    ModelError      a model was asked for what it does not hold for
    UnitError       two quantities met that do not share a measure and unit
    NotFoundError   no such thing, or not for this user
    StoreError      state could not be read or kept
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


class RiskCloudError(Exception):
    """Root of all errors that riskcloud raises on purpose."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault of an input: where it is, what was found, what mends it.

    ``row`` counts as a spreadsheet does (the header is row 1); 0 is the file as a whole. ``file``
    is its name where several are read together.
    """

    row: int
    column: str
    value: str
    remedy: str
    file: str = ""

    def __str__(self) -> str:
        where = f"row {self.row}" if self.row else "file"
        found = f", {self.column} = {self.value!r}" if self.column else ""
        return f"{self.file}{': ' if self.file else ''}{where}{found}: {self.remedy}"


class InputError(RiskCloudError, ValueError):
    """Input that its owner can mend. ``problems`` holds every fault found, not the first."""

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        self.message = message
        self.problems: Sequence[Problem] = tuple(problems)
        super().__init__("\n  ".join([message, *map(str, self.problems[:20]), *self._more()]))

    def _more(self) -> list[str]:
        left = len(self.problems) - 20
        return [f"... and {left} more"] if left > 0 else []

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.problems)


class ModelError(RiskCloudError):
    """A model used outside what it was made for."""


class UnitError(RiskCloudError):
    """Two quantities that differ in measure, unit or averaging period were put together."""


class NotFoundError(RiskCloudError):
    """No such thing. The message lists what there is."""


class StoreError(RiskCloudError):
    """State that could not be read or kept."""
