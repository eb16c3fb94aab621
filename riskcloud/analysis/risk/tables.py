"""Losses by event on disk, and by simulated year: written while they come, memory stays flat."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from riskcloud.analysis.risk.perils import CODES, WIND, Dated
from riskcloud.analysis.risk.run import EventLosses
from riskcloud.errors import InputError
from riskcloud.types import Floats, Ints

_WORD: Final = pa.dictionary(pa.int32(), pa.string())
_EVENT_SCHEMA: Final = pa.schema([
    ("event_id", pa.string()), ("year", pa.int32()), ("member", pa.int32()), ("stage", _WORD),
    ("currency", _WORD), ("peril", _WORD), ("loss", pa.float64())])
_YEAR_SCHEMA: Final = pa.schema([
    ("year", pa.int32()), ("member", pa.int32()), ("stage", _WORD), ("currency", _WORD),
    ("peril", _WORD), ("total", pa.float64()), ("largest", pa.float64())])
MOST_YEARS: Final = 1_000_000
ALL: Final = "all"
"""The peril of a year's rows that hold all of several."""


class RiskTables:
    """Writes event_losses.parquet; keeps the years' sums and largest events.

    An event that costs something in a stage and currency by a peril has one row a member, others
    none. ``total`` and ``largest`` (n_years, n_stages, n_currencies, n_members) of all perils;
    of_peril (2, ...) both of each where there are several.
    """

    def __init__(self, path: Path, events: Dated, *, stages: tuple[str, ...],
                 currencies: npt.NDArray[Any], n_members: int,
                 codes: tuple[str, ...] = (CODES[WIND],)) -> None:
        self.n_years = years_of(events)
        self._stages, self._codes = stages, codes
        none = len(events.event_id) == 0  # no event at all is told by one that costs nothing
        self._name = np.asarray(["none"] if none else events.event_id, dtype=object)
        self._year = np.ones(1, np.int64) if none else np.asarray(events.year, np.int64)
        self._currencies = [str(one) for one in currencies]
        shape = (self.n_years, len(stages), len(currencies), n_members)
        self.total, self.largest = np.zeros(shape), np.zeros(shape)
        self._of_peril = {code: np.zeros((2, *shape)) for code in codes if len(codes) > 1}
        self.n_rows = 0
        self._writer = pq.ParquetWriter(path, _EVENT_SCHEMA, compression="zstd")

    def __enter__(self) -> "RiskTables":
        return self

    def __exit__(self, *exception: object) -> None:
        if exception[0] is None and self.n_rows == 0:
            # nothing lost in any year is an answer: said by one event that costs nothing
            self._write(np.zeros(1, np.int64), np.zeros((1, *self.total.shape[1:])),
                        np.ones((1, *self.total.shape[1:3]), bool), self._codes[0])
        self._writer.close()

    def add(self, losses: EventLosses) -> None:
        """Add the losses of some events."""
        year = self._year[losses.event] - 1
        np.add.at(self.total, year, losses.loss)
        np.maximum.at(self.largest, year, losses.loss)
        for k, code in enumerate(losses.codes):
            loss = losses.loss if losses.by_peril is None else losses.by_peril[:, :, :, k]
            if code in self._of_peril:
                np.add.at(self._of_peril[code][0], year, loss)
                np.maximum.at(self._of_peril[code][1], year, loss)
            self._write(losses.event, loss, np.asarray(loss.any(axis=3)), code)

    def _write(self, event: Ints, loss: Floats, told: npt.NDArray[np.bool_], code: str) -> None:
        at, stage, currency = np.nonzero(told)
        if not len(at):
            return
        n = loss.shape[3]
        names = self._name[event[at]]
        self._writer.write_table(pa.table([
            pa.array([str(one) for one in np.repeat(names, n)], pa.string()),
            pa.array(np.repeat(self._year[event[at]], n), pa.int32()),
            pa.array(np.tile(np.arange(n), len(at)), pa.int32()),
            _words(np.repeat(stage, n), self._stages),
            _words(np.repeat(currency, n), self._currencies),
            _words(np.full(len(at) * n, self._codes.index(code)), self._codes),
            pa.array(loss[at, stage, currency].ravel())], schema=_EVENT_SCHEMA))
        self.n_rows += len(at) * n

    def write_years(self, path: Path) -> None:
        """Write year_losses.parquet: sum and largest event of each year that costs something.

        Of each peril, and of all where there are several.
        """
        parts = [(code, *both) for code, both in self._of_peril.items()]
        whole = ALL if parts else self._codes[0]
        names = [*self._codes, ALL]
        tables = [self._years(total, largest, names.index(code), names)
                  for code, total, largest in [(whole, self.total, self.largest), *parts]]
        pq.write_table(pa.concat_tables(tables).unify_dictionaries(), path, compression="zstd")

    def _years(self, total: Floats, largest: Floats, code: int, names: list[str]) -> pa.Table:
        year, stage, currency = np.nonzero(total.any(axis=3))
        n = total.shape[3]
        return pa.table([
            pa.array(np.repeat(year + 1, n), pa.int32()),
            pa.array(np.tile(np.arange(n), len(year)), pa.int32()),
            _words(np.repeat(stage, n), self._stages),
            _words(np.repeat(currency, n), self._currencies),
            _words(np.full(len(year) * n, code), names),
            pa.array(total[year, stage, currency].ravel()),
            pa.array(largest[year, stage, currency].ravel())], schema=_YEAR_SCHEMA)


def years_of(events: Dated) -> int:
    """Return the simulated years of an event set.

    Raises
    ------
    InputError : years that are no whole number, too many, events of years outside them.
    """
    years = float(events.years)
    if years != int(years) or not 1 <= years <= MOST_YEARS:
        raise InputError(f"an event set of {years:g} years: expected 1 to {MOST_YEARS} whole years")
    year = np.asarray(events.year)
    if len(year) and (year.min() < 1 or year.max() > years):
        raise InputError(f"events of years {year.min()} to {year.max()} in a set of {years:g} "
                         "years: expected 1 to their number; make the event set again")
    return int(years)


def _words(codes: npt.NDArray[Any], words: list[str] | tuple[str, ...]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(list(words)))
