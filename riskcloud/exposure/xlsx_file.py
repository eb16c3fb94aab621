"""XLSX to columns of text."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from riskcloud.exposure.raw import TITLE_ROWS, RawTable, Source, is_header
from riskcloud.geo.xlsx_cells import sheet_rows


def open_xlsx(path: Path) -> Source:
    """Return the cells of the first sheet with column names of a portfolio, else the first filled.

    Raises InputError (``sheet_rows``).
    """
    return _table(*sheet_rows(path, lambda rows: any(map(is_header, rows[:TITLE_ROWS]))))


def _table(rows: list[list[str]], notes: tuple[str, ...]) -> Source:
    head = rows[0]
    width = max((i + 1 for row in rows for i, cell in enumerate(row) if cell), default=0)
    headers = tuple((head[i] if i < len(head) else "") for i in range(width))
    columns = tuple(
        pa.chunked_array([pa.array([row[i] if i < len(row) else "" for row in rows[1:]],
                                   pa.string())])
        for i in range(width))
    table = RawTable(headers, columns, np.arange(2, len(rows) + 1))
    return Source(headers, "XLSX", iter([table]), notes=notes, n_rows=len(table))
