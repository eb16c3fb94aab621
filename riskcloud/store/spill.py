"""Sort more rows than fit in memory: sorted runs on disk, then slices of all runs in key order."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.ipc

from riskcloud.kernels.hilbert import hilbert_keys

RUN_ROWS = 1 << 19
"""Rows of a sorted run, held in memory at once; ours."""
_RUN_BYTES = 256 << 20  # a run ends here too: long lines take much room. Ours
_BATCH_ROWS = 4096  # rows of a run read at a time
_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")

Keys = npt.NDArray[np.uint32]


class Sorter(AbstractContextManager["Sorter"]):
    """Takes locations in any order, gives them back along the Hilbert curve; memory stays flat.

    Beside one run of rows, only the keys stay in memory, four bytes a row. Rows of one key keep
    their order, so the result does not depend on how they were handed in.
    """

    def __init__(self, folder: Path, *, run_rows: int = RUN_ROWS) -> None:
        self._folder, self._run_rows = folder, run_rows
        self._waiting: list[pa.Table] = []
        self._n_waiting = self._bytes_waiting = 0
        self._keys: list[Keys] = []
        self._paths: list[Path] = []
        self._pool = ThreadPoolExecutor(1)  # a run is sorted and written while the next is read
        self._writing: Future[None] | None = None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._pool.shutdown()

    def add(self, table: pa.Table) -> None:
        """Take rows; ``lon`` and ``lat`` must be among their columns."""
        while len(table):
            part = table.slice(0, self._run_rows - self._n_waiting)
            table = table.slice(len(part))
            self._waiting.append(part)
            self._n_waiting += len(part)
            self._bytes_waiting += part.nbytes
            if self._n_waiting == self._run_rows or self._bytes_waiting >= _RUN_BYTES:
                self._end_run()

    def _end_run(self) -> None:
        if self._writing is not None:
            self._writing.result()  # one run at a time, and its errors are ours
            self._writing = None
        if not self._n_waiting:
            return
        rows = pa.concat_tables(self._waiting)
        self._waiting, self._n_waiting, self._bytes_waiting = [], 0, 0
        keys = np.empty(len(rows), dtype=np.uint32)
        hilbert_keys(rows["lon"].to_numpy(), rows["lat"].to_numpy(), keys)
        order = np.argsort(keys, kind="stable")
        path = self._folder / f"run-{len(self._paths):05d}.arrow"
        self._keys.append(keys[order])
        self._paths.append(path)
        self._writing = self._pool.submit(_write_run, rows, order, path)

    def pieces(self, piece_rows: int) -> Iterator[pa.Table]:
        """Yield all rows in order, ``piece_rows`` at a time (the last piece may be shorter)."""
        self._end_run()
        self._end_run()  # waits for the last
        if not self._keys:
            return
        everywhere = np.sort(np.concatenate(self._keys))
        begin = np.zeros(len(self._keys), dtype=np.int64)
        with ExitStack() as stack:
            runs = [_Run(stack.enter_context(pa.OSFile(str(path)))) for path in self._paths]
            for rank in range(piece_rows, len(everywhere) + piece_rows, piece_rows):
                end = _ends(self._keys, everywhere, rank)
                parts = [(run.take(int(high - low)), keys[low:high]) for run, keys, low, high
                         in zip(runs, self._keys, begin, end, strict=True) if high > low]
                order = np.argsort(np.concatenate([keys for _, keys in parts]), kind="stable")
                rows = pa.concat_tables([rows for rows, _ in parts])
                yield rows.combine_chunks().take(pa.array(order))
                begin = end


class _Run:
    """A sorted run on disk, read from its beginning; every batch once."""

    def __init__(self, file: Any) -> None:
        self._file = pa.ipc.open_file(file)
        self._next = 0
        self._left = self._file.schema.empty_table()

    def take(self, n: int) -> pa.Table:
        """Return the next ``n`` rows."""
        parts, missing = [self._left], n - len(self._left)
        while missing > 0:
            parts.append(pa.Table.from_batches([self._file.get_batch(self._next)]))
            self._next += 1
            missing -= len(parts[-1])
        rows = pa.concat_tables(parts)
        self._left = rows.slice(n)
        return rows.slice(0, n)


def _write_run(rows: pa.Table, order: npt.NDArray[np.int64], path: Path) -> None:
    sorted_rows = rows.combine_chunks().take(pa.array(order))
    with pa.OSFile(str(path), "wb") as sink, \
            pa.ipc.new_file(sink, rows.schema, options=_OPTIONS) as writer:
        writer.write_table(sorted_rows, max_chunksize=_BATCH_ROWS)


def _ends(keys: list[Keys], everywhere: Keys, rank: int) -> npt.NDArray[np.int64]:
    """Return how many rows of each run are among the first ``rank`` of all.

    Of rows with the same key those of earlier runs come first.
    """
    if rank >= len(everywhere):
        return np.array([len(run) for run in keys], dtype=np.int64)
    edge = everywhere[rank]
    ends = np.array([np.searchsorted(run, edge) for run in keys], dtype=np.int64)
    left = rank - int(ends.sum())
    for k, run in enumerate(keys):
        same = min(int(np.searchsorted(run, edge, side="right")) - int(ends[k]), left)
        ends[k] += same
        left -= same
    return ends
