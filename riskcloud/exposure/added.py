"""Locations and accounts put on top of a book, for a run: files joined, faults told of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from riskcloud.errors import InputError, Problem
from riskcloud.exposure.formats import read_cells
from riskcloud.exposure.portfolio import Portfolio
from riskcloud.exposure.read import WGS84, joined
from riskcloud.exposure.schema import header_key


@dataclass(frozen=True, slots=True)
class JoinedFile:
    """A table of several files: where it stands, and of each of its rows (n,) file and row."""

    path: Path
    source: tuple[str, ...]
    row: tuple[int, ...]

    def told(self, problem: Problem) -> Problem:
        """Return a fault of this table as one of the file that its row is of."""
        place = problem.row - 2
        if problem.file != self.path.name or not 0 <= place < len(self.row):
            return problem
        return replace(problem, file=self.source[place], row=self.row[place])


def join_files(paths: Sequence[Path], folder: Path) -> JoinedFile:
    """Write the rows of several tables to one CSV file, columns by name, and return it.

    folder : a new one; the file in it has the names of all. A column that a file
    has not is blank in its rows. Names count as the readers take them.

    Raises
    ------
    InputError : a file that cannot be read, or rows that are not whole.
    """
    tables = [read_cells(path, is_portfolio=False) for path in paths]
    problems = [replace(item, file=path.name) for path, table in zip(paths, tables, strict=True)
                for item in table.problems]
    if problems:
        raise InputError(f"{len(problems)} problem(s) in {', '.join(p.name for p in paths)}",
                         problems)
    headers: dict[str, str] = {}
    for table in tables:
        for header in table.headers:
            headers.setdefault(header_key(header), header)
    columns = {}
    for key, header in headers.items():
        parts: list[Any] = []
        for table in tables:
            place = next((k for k, own in enumerate(table.headers) if header_key(own) == key), None)
            parts += [pa.array([""] * len(table), pa.string())] if place is None else \
                table.columns[place].chunks
        columns[header] = pa.chunked_array(parts, pa.string())
    folder.mkdir()
    out = folder / " + ".join(path.name for path in paths)
    pyarrow.csv.write_csv(pa.table(columns), out)
    return JoinedFile(
        out, tuple(path.name for path, table in zip(paths, tables, strict=True) for _ in table.row),
        tuple(int(row) for table in tables for row in table.row))


def join_portfolios(first: Portfolio, second: Portfolio) -> Portfolio:
    """Return the locations of both, those of the second behind; columns are those of the first."""
    table: dict[Any, Any] = {}
    for name in first.table.columns:
        own = first.table[name].array
        other = second.table[name].array if name in second.table.columns else \
            np.full(len(second), "", object)
        same = isinstance(own, pd.Categorical) == isinstance(other, pd.Categorical)
        table[name] = joined([own, other]) if same and name != "geometry" else np.concatenate([
            np.asarray(own, object), np.asarray(other, object)])
    table["geometry"] = gpd.array.from_shapely(table["geometry"], crs=WGS84)
    return replace(
        first, table=gpd.GeoDataFrame(table, geometry="geometry"),
        source=f"{first.source} + {second.source}", rejected=(*first.rejected, *second.rejected),
        rejected_rows=first.rejected_rows + second.rejected_rows,
        notes=tuple(dict.fromkeys([*first.notes, *second.notes])))
