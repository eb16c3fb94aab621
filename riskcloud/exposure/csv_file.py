"""CSV to columns of text: encoding found by content, ragged rows told by number."""

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from riskcloud.errors import InputError, Problem
from riskcloud.exposure.raw import RawTable, tidy
from riskcloud.types import Ints

_CHUNK = 1 << 24  # bytes decoded at a time, and the longest row that can be read
_COMMON_SHARE = 0.9  # of a Chinese text's letters are in GB 2312; ours, see _looks_chinese
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"),
          (codecs.BOM_UTF16_BE, "utf-16"))


def read_csv(path: Path) -> RawTable:
    """Return the cells of a CSV file: UTF-8 (with or without BOM), GB18030 or UTF-16.

    Raises
    ------
    InputError : bytes in no such encoding; a header row that no parser can read.
    """
    encoding = find_encoding(path)
    data = path.read_bytes() if encoding == "utf-8" else _recode(path, encoding)
    data = data.removeprefix(codecs.BOM_UTF8)
    headers, delimiter = _headers(data, path)
    ragged: list[Problem] = []
    try:
        table = _parse(data, len(headers), delimiter, ragged)
    except pa.ArrowInvalid as error:
        raise InputError(f"{path}: no readable CSV; is a quote left open? ({error})") from error
    del data
    row = _number_rows(len(table), ragged)[1:]
    notes = () if encoding == "utf-8" else (f"text read as {encoding.upper()}",)
    return tidy(RawTable(headers, tuple(table.slice(1).itercolumns()), row, "CSV", notes=notes,
                         problems=tuple(ragged), dropped_rows=len(ragged)))


def find_encoding(path: Path) -> str:
    """Return utf-8, utf-16 or gb18030, whichever the bytes of a file are.

    Raises
    ------
    InputError : none of them fits; names the first row that is not UTF-8.
    """
    with path.open("rb") as file:
        start = file.read(4)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    wrong = _first_bad_row(path, "utf-8")
    if wrong is None:
        return "utf-8"
    if _first_bad_row(path, "gb18030") is None and _looks_chinese(path):
        return "gb18030"
    raise InputError(f"{path}: unknown text encoding", [Problem(
        wrong, "", "", "not UTF-8 from here on, and not GB18030 either: save as CSV UTF-8")])


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _first_bad_row(path: Path, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    row = 1
    for chunk in _chunks(path):
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            return row + chunk.count(b"\n", 0, error.start)
        row += chunk.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return row
    return None


def _looks_chinese(path: Path) -> bool:
    """Tell Chinese from other text that happens to be valid GB18030 (Latin-1, Big5 often are).

    Simplified Chinese is almost all GB 2312; a wrong guess lands among its rare neighbours.
    """
    with path.open("rb") as file:
        text = file.read(_CHUNK).decode("gb18030", errors="ignore")
    foreign = [letter for letter in text if ord(letter) > 127][:100_000]
    common = sum(1 for letter in foreign if letter.encode("gb2312", errors="ignore"))
    return common >= _COMMON_SHARE * len(foreign)


def _recode(path: Path, encoding: str) -> bytes:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    parts = [decoder.decode(chunk).encode() for chunk in _chunks(path)]
    return b"".join([*parts, decoder.decode(b"", final=True).encode()])


def _headers(data: bytes, path: Path) -> tuple[tuple[str, ...], str]:
    text = io.TextIOWrapper(io.BytesIO(data[:_CHUNK]), "utf-8", errors="ignore", newline="")
    first = text.readline()
    delimiter = max(",;\t|", key=first.count)
    text.seek(0)
    try:
        headers = tuple(next(csv.reader(text, delimiter=delimiter)))
    except csv.Error as error:
        raise InputError(f"{path}: row 1 is no CSV header", [Problem(
            1, "", first[:80], f"expected column names ({error})")]) from error
    if not headers:
        raise InputError(f"{path}: row 1 is no CSV header", [Problem(
            1, "", "", "a blank line: remove it, column names are expected in row 1")])
    return headers, delimiter


def _parse(data: bytes, width: int, delimiter: str, ragged: list[Problem]) -> pa.Table:
    def note(row: pacsv.InvalidRow) -> str:
        ragged.append(Problem(row.number or 0, "", row.text[:80],
                              f"{row.actual_columns} cells, expected {row.expected_columns}: "
                              "a stray or missing separator, or a quote left open"))
        return "skip"

    return pacsv.read_csv(
        pa.BufferReader(data),
        # one thread: only then does the parser know the number of a ragged row
        read_options=pacsv.ReadOptions(use_threads=False, block_size=_CHUNK,
                                       autogenerate_column_names=True),
        parse_options=pacsv.ParseOptions(delimiter=delimiter, ignore_empty_lines=False,
                                         newlines_in_values=b'"' in data,
                                         invalid_row_handler=note),
        convert_options=pacsv.ConvertOptions(
            column_types={f"f{i}": pa.string() for i in range(width)}, check_utf8=False),
    )


def _number_rows(size: int, ragged: list[Problem]) -> Ints:
    """Return what a spreadsheet shows beside each parsed row: ragged ones leave gaps."""
    numbers = np.arange(1, size + len(ragged) + 1)
    if not ragged:
        return numbers
    kept = np.ones(len(numbers), dtype=bool)
    kept[[problem.row - 1 for problem in ragged]] = False
    return numbers[kept]
