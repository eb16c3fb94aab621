"""What every reader of a portfolio file hands on: columns of text, row numbers, faults."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from riskcloud.errors import InputError, Problem
from riskcloud.exposure.schema import header_key, spellings
from riskcloud.types import Bools, Ints

TITLE_ROWS = 20
"""Rows of a file in which column names are looked for; ours."""
_HEADER_SHARE = 0.5  # of a row's cells that are column names make it a header row; ours


@dataclass(frozen=True, slots=True)
class RawTable:
    """Some rows of a file, their cells before any meaning.

    headers and columns (n_columns,): each column is an arrow array (n_rows,) of text or of
    numbers. row (n_rows,): what a spreadsheet shows. geometry (n_rows,): shapely geometries in
    EPSG:4326 order lon, lat, None for a table without. ``problems`` are faults of structure;
    ``dropped_rows`` counts rows that are not in the columns because of one. ``truncated_headers``:
    the format cuts column names off.
    """

    headers: tuple[str, ...]
    columns: tuple[Any, ...]
    row: Ints
    geometry: npt.NDArray[Any] | None = None
    problems: tuple[Problem, ...] = field(default=())
    dropped_rows: int = 0
    truncated_headers: bool = False

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True, slots=True)
class Source:
    """A file that is open for reading: what is known before its rows, and its rows in chunks.

    ``n_rows`` is about how many there are. ``sha256`` is "" where nobody had to read the whole
    file yet.
    """

    headers: tuple[str, ...]
    format: str
    chunks: Iterator[RawTable]
    has_geometry: bool = False
    notes: tuple[str, ...] = ()
    truncated_headers: bool = False
    sha256: str = ""
    n_rows: int = 0


def pieces(raw: RawTable, rows: int) -> Iterator[RawTable]:
    """Yield a table in pieces of ``rows`` rows; a ragged row's fault goes with its neighbours."""
    problems = list(raw.problems)
    for begin in range(0, max(len(raw), 1), rows):
        end = min(begin + rows, len(raw))
        last = end == len(raw)
        here = [item for item in problems if last or item.row < raw.row[end]]
        problems = problems[len(here):]
        yield replace(
            raw, columns=tuple(column.slice(begin, rows) for column in raw.columns),
            row=raw.row[begin:end], problems=tuple(here), dropped_rows=len(here),
            geometry=None if raw.geometry is None else raw.geometry[begin:end])


def whole_table(source: Source, *, is_portfolio: bool = True) -> RawTable:
    """Return all rows of an open file at once, tidied (see ``Tidy``), every cell as text.

    Raises
    ------
    InputError : no rows at all; a title row above the header of a portfolio.
    """
    tidy = Tidy(is_portfolio=is_portfolio)
    parts = [tidy.chunk(raw) for raw in source.chunks]
    tidy.end()
    shapes = [part.geometry for part in parts if part.geometry is not None]

    def column(k: int) -> pa.ChunkedArray:
        return pa.chunked_array([piece for part in parts for piece
                                 in as_text(part.columns[k]).chunks], pa.string())

    return RawTable(
        source.headers, tuple(column(k) for k in range(len(source.headers))),
        np.concatenate([part.row for part in parts]),
        geometry=np.concatenate(shapes) if shapes else None,
        problems=tuple(item for part in parts for item in part.problems),
        dropped_rows=sum(part.dropped_rows for part in parts),
        truncated_headers=source.truncated_headers)


class Tidy:
    """Takes the chunks of a file in order, without their blank and repeated header rows.

    Header rows are known by a portfolio's column names: in other tables none is looked for.
    """

    def __init__(self, *, is_portfolio: bool = True) -> None:
        self._is_portfolio = is_portfolio
        self._is_first = True
        self._n = 0

    def chunk(self, raw: RawTable) -> RawTable:
        """Return a chunk without its blank rows and repeated header rows; the latter are faults.

        Raises InputError where row 1 is a title and the header stands below it.
        """
        headers_again = _header_rows(raw, may_be_labels=self._is_first) \
            if self._is_portfolio else np.empty(0, dtype=np.int64)
        if self._is_portfolio and self._is_first:
            _refuse_title(raw)
        self._is_first &= not len(raw)
        again = [Problem(int(raw.row[i]), "", "", "a second header row: remove it")
                 for i in headers_again]
        keep = ~_blank_rows(raw)
        keep[headers_again] = False
        self._n += int(keep.sum()) + raw.dropped_rows + len(again)
        if keep.all():
            return raw
        mask = pa.array(keep)
        return replace(
            raw, columns=tuple(column.filter(mask) for column in raw.columns), row=raw.row[keep],
            geometry=None if raw.geometry is None else raw.geometry[keep],
            problems=(*raw.problems, *again), dropped_rows=raw.dropped_rows + len(again))

    def end(self) -> None:
        """Raise InputError where there were no rows at all."""
        if not self._n:
            raise InputError("no locations" if self._is_portfolio else "no rows", [
                Problem(1, "", "", "a header without rows below it")])


def as_text(column: Any) -> Any:
    """Return a column of any type as arrow text (chunked), blank where missing."""
    if pa.types.is_string(column.type) and not column.null_count:
        return column
    if pa.types.is_floating(column.type):
        value = column.to_numpy()
        whole = np.isfinite(value) & (np.abs(value) < 2**53) & (value == np.trunc(value))
        integer = pa.array(np.where(whole, value, 0.0).astype(np.int64)).cast(pa.string())
        text = pc.if_else(pa.array(whole), integer, column.cast(pa.string()))
        text = pc.if_else(pa.array(np.isnan(value)), "", text)
    else:
        try:
            text = pc.cast(column, pa.string())
        except pa.ArrowException:  # lists and the like: kept as text, no column of ours
            text = pa.array(["" if item is None else str(item) for item in column.to_pylist()],
                            pa.string())
    text = pc.fill_null(text, "")
    return text if isinstance(text, pa.ChunkedArray) else pa.chunked_array([text])


def plain_column(column: Any) -> Any:
    """Return a column of a typed file as text or as numbers, whichever it is."""
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return column
    return as_text(column)


def _blank_rows(raw: RawTable) -> Bools:
    blank = np.ones(len(raw), dtype=bool)
    if raw.geometry is not None:
        blank &= shapely.is_missing(raw.geometry)
    for column in raw.columns:
        if not blank.any():
            break
        if pa.types.is_string(column.type):
            nothing = pc.equal(pc.utf8_trim_whitespace(column), "")
        else:
            nothing = pc.is_null(column, nan_is_null=True)
        blank &= nothing.to_numpy().astype(bool)
    return blank


def is_header(cells: Sequence[str], headers: Sequence[str] = ()) -> bool:
    """Return whether half of a row's filled cells are column names of ours or of ``headers``."""
    filled = [cell for cell in cells if cell.strip()]
    known = sum(1 for cell in filled if header_key(cell) in spellings() or cell in headers)
    return bool(filled) and known >= _HEADER_SHARE * len(filled)


def _refuse_title(raw: RawTable) -> None:
    """Raise InputError where row 1 holds no column names and one of the next rows does."""
    if is_header(raw.headers):
        return
    for i in range(min(len(raw), TITLE_ROWS)):
        if is_header([str(column[i].as_py()) for column in raw.columns]):
            raise title_fault(raw.headers[0], int(raw.row[i]))


def title_fault(title: str, row: int) -> InputError:
    """Return the fault of a file whose column names stand in ``row``, below a title."""
    return InputError("row 1 is not the header", [Problem(
        1, "", title, f"column names expected here, they stand in row {row}: remove what stands "
        "above them")])


def _header_rows(raw: RawTable, *, may_be_labels: bool) -> Ints:
    """Return the places of rows that are column names: row 2, or a copy of row 1 further down."""
    if not len(raw) or not raw.columns:
        return np.empty(0, dtype=np.int64)
    named = next((i for i, header in enumerate(raw.headers) if header), 0)
    same = np.zeros(len(raw), dtype=bool)
    if pa.types.is_string(raw.columns[named].type):
        same = pc.equal(raw.columns[named], raw.headers[named]).to_numpy().astype(bool)
    same[0] |= may_be_labels  # two header rows are often OED names above Chinese labels
    suspects = np.flatnonzero(same)
    return np.array([i for i in suspects if is_header(
        [str(column[int(i)].as_py()) for column in raw.columns], raw.headers)], dtype=np.int64)
