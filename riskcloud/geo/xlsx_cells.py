"""The cells of a workbook as text: a formula arrives as its text, told and not trusted."""

import datetime as dt
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from riskcloud.errors import InputError, Problem

_MAX_UNPACKED = 4 << 30  # bytes a workbook may unpack to; ours, a guard against zip bombs
_CHUNK = 4096  # bytes given to the XML parser at a time


def sheet_rows(path: Path, has_table: Callable[[list[list[str]]], bool] = any,
               ) -> tuple[list[list[str]], tuple[str, ...]]:
    """Return the cells of a sheet, row by row, and notes.

    It is the first filled sheet that ``has_table`` holds for, else the first filled one.

    Raises
    ------
    InputError : no workbook, a damaged or hostile one, or no filled sheet.
    """
    import openpyxl

    _refuse_hostile(path)
    with path.open("rb") as file:  # by handle: by name, one without .xlsx would be refused
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=False)
        except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
            raise InputError(f"{path}: not a readable workbook ({error})") from error
        others = len(book.worksheets) - 1
        filled: list[tuple[list[list[str]], tuple[str, ...]]] = []
        for sheet in book.worksheets:
            rows = [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
            if any(any(row) for row in rows):
                note = (f"sheet {sheet.title!r} read, {others} other(s) not",) if others else ()
                if has_table(rows):
                    return rows, note
                filled = filled or [(rows, note)]
    if filled:
        return filled[0]
    raise InputError(f"{path}: the file is empty", [Problem(
        0, "", "", "expected a header row and one row a location")])


def _refuse_hostile(path: Path) -> None:
    """Refuse what unpacks to too much or declares XML entities, before the workbook is parsed."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if "xl/workbook.xml" not in archive.namelist():
                raise InputError(f"{path}: a zip file, but no XLSX workbook")
            if sum(part.file_size for part in parts) > _MAX_UNPACKED:
                raise InputError(f"{path}: unpacks to more than {_MAX_UNPACKED >> 30} GiB")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as file:
                        if _declares_doctype(file):
                            raise InputError(f"{path}: {part.filename} declares a document type")
    except (zipfile.BadZipFile, EOFError, zlib.error) as error:
        raise InputError(f"{path}: damaged workbook ({error})") from error


def _declares_doctype(file: IO[bytes]) -> bool:
    """Return whether a document type stands before the first element, where alone it may."""
    seen: list[bool] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: seen.append(True)
    parser.StartElementHandler = lambda *_: seen.append(False)
    try:
        while not seen and (chunk := file.read(_CHUNK)):
            parser.Parse(chunk)
    except expat.ExpatError:
        return bool(seen) and seen[0]  # a broken part is told by the workbook's own reader
    return bool(seen) and seen[0]


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ")
    return str(cell)
