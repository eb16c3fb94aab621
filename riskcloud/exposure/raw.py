"""What every reader of a portfolio file hands on: columns of text, row numbers, faults."""

from collections.abc import Sequence
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

_HEADER_SHARE = 0.5  # of a row's cells that are column names make it a header row; ours


@dataclass(frozen=True, slots=True)
class RawTable:
    """The cells of a file as text, before any meaning.

    headers and columns (n_columns,): each column is an arrow text array (n_rows,). row (n_rows,):
    what a spreadsheet shows. geometry (n_rows,): shapely geometries in EPSG:4326 order lon, lat,
    None for a table without. ``problems`` are faults of structure; ``dropped_rows`` counts rows
    that are not in the columns because of one.
    """

    headers: tuple[str, ...]
    columns: tuple[Any, ...]
    row: Ints
    format: str
    geometry: npt.NDArray[Any] | None = None
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = field(default=())
    dropped_rows: int = 0
    truncated_headers: bool = False

    def __len__(self) -> int:
        return len(self.row)


def tidy(raw: RawTable) -> RawTable:
    """Return a table without its blank rows and repeated header rows; the latter are faults.

    Raises
    ------
    InputError : no rows at all; row 1 is a title and the header stands in row 2.
    """
    headers_again = _header_rows(raw)
    if len(headers_again) and raw.row[headers_again[0]] == 2 and not _is_header(raw.headers, ()):
        raise InputError("row 1 is not the header", [Problem(
            1, "", raw.headers[0], "column names expected here, they stand in row 2: "
            "remove the title row")])
    again = [Problem(int(raw.row[i]), "", "", "a second header row: remove it")
             for i in headers_again]
    keep = ~_blank_rows(raw)
    keep[headers_again] = False
    if not keep.any() and not raw.dropped_rows and not again:
        raise InputError("no locations", [Problem(1, "", "", "a header without rows below it")])
    if keep.all():
        return raw
    mask = pa.array(keep)
    return replace(
        raw, columns=tuple(column.filter(mask) for column in raw.columns), row=raw.row[keep],
        geometry=None if raw.geometry is None else raw.geometry[keep],
        problems=(*raw.problems, *again), dropped_rows=raw.dropped_rows + len(again))


def _blank_rows(raw: RawTable) -> Bools:
    blank = np.ones(len(raw), dtype=bool)
    if raw.geometry is not None:
        blank &= shapely.is_missing(raw.geometry)
    for column in raw.columns:
        if not blank.any():
            break
        blank &= pc.equal(pc.utf8_trim_whitespace(column), "").to_numpy().astype(bool)
    return blank


def _is_header(cells: Sequence[str], headers: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    known = sum(1 for cell in filled if header_key(cell) in spellings() or cell in headers)
    return bool(filled) and known >= _HEADER_SHARE * len(filled)


def _header_rows(raw: RawTable) -> Ints:
    """Return the places of rows that are column names: row 2, or a copy of row 1 further down."""
    if not len(raw):
        return np.empty(0, dtype=np.int64)
    named = next((i for i, header in enumerate(raw.headers) if header), 0)
    same = pc.equal(raw.columns[named], raw.headers[named]).to_numpy().astype(bool)
    same[0] = True  # two header rows are often OED names above Chinese labels
    suspects = np.flatnonzero(same)
    return np.array([i for i in suspects if _is_header(
        [column[int(i)].as_py() for column in raw.columns], raw.headers)], dtype=np.int64)
