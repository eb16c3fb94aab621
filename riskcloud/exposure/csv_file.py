"""CSV to columns of text, a block at a time: encoding found by content, ragged rows told."""

import csv
import io
import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from riskcloud.errors import InputError, Problem
from riskcloud.exposure.encoding import CHUNK, TextFacts, open_as_utf8, text_facts
from riskcloud.exposure.raw import TITLE_ROWS, RawTable, Source, is_header, title_fault
from riskcloud.types import Ints

_BLOCK = 1 << 22  # bytes parsed at a time; the parser reads some thirty ahead. Ours
_BLOCKS = 4  # of them make a chunk


def open_csv(path: Path) -> Source:
    """Return the cells of a CSV file: UTF-8 (with or without BOM), GB18030 or UTF-16.

    Raises
    ------
    InputError : bytes in no such encoding; a header row that no parser can read.
    """
    facts = text_facts(path)
    headers, delimiter = _headers(path, facts.encoding)
    notes = () if facts.encoding == "utf-8" else (f"text read as {facts.encoding.upper()}",)
    return Source(
        headers, "CSV", _read(path, facts, headers, delimiter), notes=notes, sha256=facts.sha256,
        n_rows=facts.n_lines)


def _headers(path: Path, encoding: str) -> tuple[tuple[str, ...], str]:
    with open_as_utf8(path, encoding) as file:
        text = io.TextIOWrapper(io.BytesIO(file.read(CHUNK)), "utf-8", errors="ignore", newline="")
    first = text.readline()
    delimiter = max(",;\t|", key=first.count)
    text.seek(0)
    try:
        headers = tuple(next(csv.reader(text, delimiter=delimiter)))
        _refuse_title(headers, text)
    except csv.Error as error:
        raise InputError(f"{path}: row 1 is no CSV header", [Problem(
            1, "", first[:80], f"expected column names ({error})")]) from error
    if not headers:
        raise InputError(f"{path}: row 1 is no CSV header", [Problem(
            1, "", "", "a blank line: remove it, column names are expected in row 1")])
    return headers, delimiter


def _refuse_title(headers: tuple[str, ...], below: io.TextIOWrapper) -> None:
    """Raise InputError where row 1 is one cell, a title, and wide rows below it are the table.

    Its rows would all be ragged, and nobody would see the names in them.
    """
    if len(headers) != 1 or is_header(headers):
        return
    for row, line in enumerate(itertools.islice(below, TITLE_ROWS), 2):
        cells = next(csv.reader([line], delimiter=max(",;\t|", key=line.count)), [])
        if len(cells) > 1 and is_header(cells):
            raise title_fault(headers[0], row)


def _read(path: Path, facts: TextFacts, headers: tuple[str, ...],
          delimiter: str) -> Iterator[RawTable]:
    """Yield the rows below the header, some blocks of the file at a time."""
    ragged: list[Problem] = []
    next_row = 1  # of the file, the header's
    block = CHUNK if facts.long_lines else _BLOCK
    try:
        with open_as_utf8(path, facts.encoding) as file, \
                _parser(file, block, len(headers), delimiter, ragged) as batches:
            while blocks := list(itertools.islice(batches, 1 if facts.long_lines else _BLOCKS)):
                table = pa.Table.from_batches(blocks)
                row, told = _number_rows(next_row, len(table), ragged)
                skip = 1 if next_row == 1 else 0  # the header itself
                next_row = int(row[-1]) + 1 if len(row) else next_row
                yield RawTable(headers, tuple(table.slice(skip).columns), row[skip:],
                               problems=told, dropped_rows=len(told))
    except pa.ArrowInvalid as error:
        raise InputError(f"{path}: no readable CSV; is a quote left open? ({error})") from error
    if ragged:
        nothing = pa.chunked_array([pa.array([], pa.string())])
        yield RawTable(headers, (nothing,) * len(headers), np.empty(0, dtype=np.int64),
                       problems=tuple(ragged), dropped_rows=len(ragged))


def _parser(file: object, block: int, width: int, delimiter: str, ragged: list[Problem],
            ) -> pacsv.CSVStreamingReader:
    def note(row: pacsv.InvalidRow) -> str:
        ragged.append(Problem(row.number or 0, "", row.text[:80],
                              f"{row.actual_columns} cells, expected {row.expected_columns}: "
                              "a stray or missing separator, or a quote left open"))
        return "skip"

    return pacsv.open_csv(
        file,
        # one thread: only then does the parser know the number of a ragged row
        read_options=pacsv.ReadOptions(use_threads=False, block_size=block,
                                       autogenerate_column_names=True),
        parse_options=pacsv.ParseOptions(delimiter=delimiter, ignore_empty_lines=False,
                                         newlines_in_values=True, invalid_row_handler=note),
        convert_options=pacsv.ConvertOptions(
            column_types={f"f{i}": pa.string() for i in range(width)}, check_utf8=False),
    )


def _number_rows(first: int, size: int, ragged: list[Problem]) -> tuple[Ints, tuple[Problem, ...]]:
    """Return what a spreadsheet shows beside each parsed row, and the ragged rows among them.

    Ragged rows leave gaps. Those told are taken off ``ragged``; what lies further down stays.
    """
    end = first + size
    told: list[Problem] = []
    while ragged and ragged[0].row < end:
        told.append(ragged.pop(0))
        end += 1
    numbers = np.arange(first, end)
    if told:
        kept = np.ones(len(numbers), dtype=bool)
        kept[[problem.row - first for problem in told]] = False
        numbers = numbers[kept]
    return numbers, tuple(told)
