"""LossTable on disk: one row an event, realisation, account (or location), coverage and stage."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from riskcloud.types import COVERAGES, Floats

_WORD = pa.dictionary(pa.int32(), pa.string())


class LossTableWriter:
    """Writes losses to a Parquet file as they come; memory stays flat.

    Columns: event_id, member, ``owner`` (account_id or loc_id), coverage, loss, currency, stage.
    An owner's coverage that loses nothing in any realisation has no rows; any other has one row
    a realisation, so a mean over rows is a mean over realisations.
    """

    def __init__(self, path: Path, *, event_id: str, owner: str) -> None:
        self.event_id, self.owner = event_id, owner
        self.schema = pa.schema([
            ("event_id", _WORD), ("member", pa.int32()), (owner, _WORD), ("coverage", _WORD),
            ("loss", pa.float64()), ("currency", _WORD), ("stage", _WORD)])
        self._writer = pq.ParquetWriter(path, self.schema, compression="zstd",
                                        use_dictionary=True, write_statistics=True)

    def __enter__(self) -> "LossTableWriter":
        return self

    def __exit__(self, *exception: object) -> None:
        self._writer.close()

    def add(self, owners: npt.NDArray[Any], currency: npt.NDArray[Any], stage: str,
            loss: Floats) -> None:
        """Add losses (n, n_members, 4) of n owners."""
        owner_idx, coverage_idx = np.nonzero(loss.any(axis=1))
        if len(owner_idx) == 0:
            return
        n_members = loss.shape[1]
        values = loss[owner_idx, :, coverage_idx]
        rows = values.size
        self._writer.write_table(pa.table([
            _words(np.zeros(rows, np.int32), [self.event_id]),
            pa.array(np.tile(np.arange(n_members, dtype=np.int32), len(owner_idx))),
            _words(np.repeat(owner_idx, n_members), [str(name) for name in owners]),
            _words(np.repeat(coverage_idx, n_members), list(COVERAGES)),
            pa.array(values.ravel()),
            _words(np.repeat(owner_idx, n_members), [str(name) for name in currency]),
            _words(np.zeros(rows, np.int32), [stage])], schema=self.schema))


class NoTable:
    """Takes losses and keeps none."""

    def add(self, owners: npt.NDArray[Any], currency: npt.NDArray[Any], stage: str,
            loss: Floats) -> None:
        """Forget the losses."""


def _words(codes: npt.NDArray[Any], words: list[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(words))
