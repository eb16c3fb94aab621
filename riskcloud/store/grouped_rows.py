"""Rows that come in any order, given back group by group: memory stays flat, the rest on disk."""

import os
import tempfile
from contextlib import AbstractContextManager
from types import TracebackType
from typing import IO, Final

import numpy as np
import numpy.typing as npt

from riskcloud.kernels.grouping import gather_groups
from riskcloud.types import Floats, Ints

RUN_ROWS: Final = 1 << 21
"""Rows held in memory, 48 MB of them; more go to a file in runs of so many. Ours."""
_ROW: Final = np.dtype([("item", "<i8"), ("value", "<f8")])


class GroupedRows(AbstractContextManager["GroupedRows"]):
    """Rows of a group (a number from 0), an item and a value; see ``rows``.

    A file without a name in the folder for temporary files (TMPDIR) takes 16 bytes a row where
    there are more than ``run_rows``; it goes with the process. Rows of one group keep their order.
    """

    def __init__(self, *, run_rows: int | None = None) -> None:
        self._run_rows = run_rows or RUN_ROWS
        self._waiting: list[tuple[Ints, Ints, Floats]] = []
        self._n_waiting = self._n_written = 0
        self._file: IO[bytes] | None = None
        self._runs: list[tuple[Ints, Ints, Ints]] = []
        self._kept: npt.NDArray[np.void] = np.empty(0, _ROW)
        self._first = self._offset = self._count = np.zeros(0, np.int64)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, group: Ints, item: Ints, value: Floats) -> None:
        """Take rows (n,)."""
        for begin in range(0, len(group), self._run_rows):
            part = slice(begin, begin + self._run_rows)
            self._waiting.append((group[part], item[part], value[part]))
            self._n_waiting += len(group[part])
            if self._n_waiting >= self._run_rows:
                self._write(self._run())

    def close(self, n_groups: int) -> None:
        """End the taking: from here on ``rows`` answers, for groups 0 to n_groups - 1."""
        last = self._run()
        if self._file is None:
            self._kept = last
        elif len(last):
            self._write(last)
        group, offset, count = (np.concatenate([*parts, np.zeros(0, np.int64)]) for parts in zip(
            *self._runs, strict=True)) if self._runs else (np.zeros(0, np.int64),) * 3
        order = np.argsort(group, kind="stable")
        self._offset, self._count = offset[order], count[order]
        self._first = np.searchsorted(group[order], np.arange(n_groups + 1))
        self._runs = []

    def rows(self, group: int) -> tuple[Ints, Floats]:
        """Return the items and values of a group; several threads may ask at once."""
        parts = range(int(self._first[group]), int(self._first[group + 1]))
        found = [self._read(int(self._offset[k]), int(self._count[k])) for k in parts]
        rows = found[0] if len(found) == 1 else np.concatenate([*found, np.empty(0, _ROW)])
        return rows["item"], rows["value"]

    def _read(self, offset: int, count: int) -> npt.NDArray[np.void]:
        if self._file is None:
            return self._kept[offset:offset + count]
        wanted = count * _ROW.itemsize
        found = os.pread(self._file.fileno(), wanted, offset * _ROW.itemsize)
        while len(found) < wanted:  # a signal, or more than one call gives
            more = os.pread(self._file.fileno(), wanted - len(found),
                            offset * _ROW.itemsize + len(found))
            if not more:
                raise OSError("the file of rows set aside has become shorter")
            found += more
        return np.frombuffer(found, _ROW)

    def _run(self) -> npt.NDArray[np.void]:
        """Return the rows that wait, by group; note where each group's stand."""
        if not self._waiting:
            return np.empty(0, _ROW)
        group, item, value = (np.concatenate(parts) for parts in zip(*self._waiting, strict=True))
        self._waiting, self._n_waiting = [], 0
        rows = np.empty(len(group), _ROW)
        low = int(group.min())
        count = np.zeros(int(group.max()) - low + 1, np.int64)
        gather_groups(group - low, item, value, count, rows["item"], rows["value"])
        size = np.diff(count, prepend=0)
        here = np.flatnonzero(size)
        self._runs.append((here + low, count[here] - size[here] + self._n_written, size[here]))
        return rows

    def _write(self, rows: npt.NDArray[np.void]) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="riskcloud-")
        rows.tofile(self._file)
        self._n_written += len(rows)
