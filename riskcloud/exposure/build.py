"""Columns of text to columns of meaning: each cell read by the rules of columns.csv."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from riskcloud.exposure import cells
from riskcloud.exposure.codes import code_key, code_table, remedy_for
from riskcloud.exposure.faults import FaultLog
from riskcloud.exposure.notes import OF_COLUMN, Notes, Place
from riskcloud.exposure.raw import RawTable, as_text
from riskcloud.exposure.schema import Column, HeaderMatch, column, columns
from riskcloud.exposure.seen import SeenNumbers
from riskcloud.types import Bools, Floats, Times

_CODES = {"basement": "expected a code: 0 unknown, 1-5 a basement, 6 none",
          **dict.fromkeys(("first_floor_height_unit", "flood_defence_height_unit"),
                          "expected 1 (feet) or 2 (metres)")}
"""What columns of codes expect that are not of deductibles and limits."""
_PLACED = ("lon", "lat", "coordinate_system", "geometry_wkt")  # places.py reads these together
_FORMULA = "a formula: put its value in the cell"
_GARBLED = "a letter was lost in an earlier conversion of the file: restore it from the original"


@dataclass(slots=True)
class Reading:
    """A chunk of a file on its way to a portfolio: its cells, what its headers mean, its faults.

    ``notes`` and ``seen`` (the location numbers so far) are the file's, shared by its chunks.
    ``by_account``: numbers count within their account, and a location may have several rows: those
    behind its first are ``again`` (n_rows,).
    """

    raw: RawTable
    match: HeaderMatch
    log: FaultLog
    notes: Notes
    seen: SeenNumbers
    by_account: bool = False
    blank: dict[str, Bools] = field(default_factory=dict)
    percent: dict[str, Bools] = field(default_factory=dict)
    shape_lost: Bools = field(init=False)
    again: Bools = field(init=False)

    def __post_init__(self) -> None:
        self.shape_lost = np.zeros(len(self.raw), dtype=bool)
        self.again = np.zeros(len(self.raw), dtype=bool)

    def cells(self, name: str) -> Any | None:
        """Return the arrow column of our ``name``, text or numbers; None where there is none."""
        place = self.match.position.get(name)
        return None if place is None else self.raw.columns[place]

    def text(self, name: str) -> Any | None:
        """Return the column of our ``name`` as arrow text, None where the file has none."""
        column = self.cells(name)
        return None if column is None else as_text(column)

    def fault(self, where: Bools, name: str, remedy: Any) -> None:
        """Note a fault of our column ``name`` in the rows ``where``, under the file's header."""
        if where.any():
            self.log.add(where, self.match.header(name), self.text(name), remedy)


def place_of(name: str) -> Place:
    """Return where notes of a column stand among the others."""
    return OF_COLUMN, list(columns()).index(name)


def read_columns(reading: Reading) -> dict[str, Any]:
    """Return every column of columns.csv but the coordinates, by our name, in that order.

    Numbers are float64 (NaN unknown), integers with a default int64, codes int8, dates
    ``datetime64[s]``, categories pandas Categorical, texts pandas strings ("" where blank).
    """
    readers: Mapping[str, Callable[[Reading, Column], Any]] = {
        "text": _text, "category": _category, "number": read_number, "integer": _integer,
        "code": _code, "date": _date}
    return {item.name: readers[item.kind](reading, item)
            for item in columns().values() if item.name not in _PLACED}


def read_number(reading: Reading, item: Column) -> Floats:
    """Return a column as numbers (n_rows,): its default where blank, else NaN."""
    size = len(reading.raw)
    column = reading.cells(item.name)
    default = float(item.default) if item.default else np.nan
    if column is None:
        reading.blank[item.name] = np.ones(size, dtype=bool)
        return np.full(size, default)
    found = cells.to_numbers(column)
    reading.blank[item.name], reading.percent[item.name] = found.blank, found.percent
    reading.fault(found.formula, item.name, _FORMULA)
    reading.fault(found.bad & ~found.formula, item.name, "expected a number, or nothing")
    shared = item.unit.endswith("share")
    if not shared:
        reading.fault(found.percent, item.name, "expected a number without percent sign")
    value = found.value
    for marker in filter(None, item.codes.split(";")):  # such as 0 for an unknown year
        value[value == float(marker)] = np.nan
    low_high = (value < item.low) | (value > item.high)
    if item.name not in _PLACED:
        reading.fault(low_high & (shared | ~found.percent), item.name,
                      f"expected {item.low:,.15g} to {item.high:,.15g}{_unit(item)}")
    reading.notes.count(
        place_of(item.name), f"{reading.match.header(item.name)}: {{n}} number(s) with thousands "
        "separators or full-width digits read as plain numbers", found.widened)
    return np.where(found.blank, default, value)


def _unit(item: Column) -> str:
    return f" {item.unit}" if item.unit and "currency" not in item.unit else ""


def _integer(reading: Reading, item: Column) -> Any:
    value = read_number(reading, item)
    known = np.isfinite(value)
    reading.fault(known & (value != np.round(value)), item.name, "expected a whole number")
    if not item.default:
        return value
    whole = np.where(known, np.clip(value, item.low, item.high), float(item.default))
    return whole.astype(np.int64)


def _text(reading: Reading, item: Column) -> Any:
    text = reading.text(item.name)
    if text is None:
        return constant(item.default, len(reading.raw))
    reading.fault(cells.is_formula(text), item.name, _FORMULA)
    reading.fault(cells.is_garbled(text), item.name, _GARBLED)
    return as_strings(cells.trimmed(text))


def as_strings(text: pa.ChunkedArray) -> Any:
    """Return an arrow text column as a pandas string array."""
    dtype: Any = pd.StringDtype("pyarrow")
    return dtype.__from_arrow__(text)


def constant(value: str, size: int) -> Any:
    """Return a Categorical (size,) of one value."""
    return categorical([value], np.zeros(size, dtype=np.int8))


def categorical(values: list[str], place: Any) -> Any:
    """Return a Categorical of one value a distinct word (not all distinct) and each row's word."""
    distinct = list(dict.fromkeys(values))
    if len(distinct) == len(values):
        codes = place.astype(np.int32)
    else:
        index = {value: i for i, value in enumerate(distinct)}
        codes = np.array([index[value] for value in values], dtype=np.int32)[place]
    return pd.Categorical.from_codes(codes, categories=pd.Index(distinct, dtype="str"))


def _category(reading: Reading, item: Column) -> Any:
    text = reading.text(item.name)
    if text is None:
        reading.blank[item.name] = np.ones(len(reading.raw), dtype=bool)
        return constant(item.default, len(reading.raw))
    found = cells.words(text)
    if item.codes:
        return read_codes(reading, item.name, found)
    distinct = pa.chunked_array([pa.array(found.word, pa.string())])
    reading.fault(cells.is_formula(distinct)[found.place], item.name, _FORMULA)
    reading.fault(cells.is_garbled(distinct)[found.place], item.name, _GARBLED)
    return categorical([word or item.default for word in found.word], found.place)


def read_codes(reading: Reading, name: str, found: cells.Words) -> Any:
    """Return a column of codes in their canonical spelling; unknown ones are faults."""
    table, item = code_table(name), column(name)
    reading.blank[name] = found.spread([word == "" for word in found.word], bool)
    meaning, unknown = cells.map_words(found, lambda word: table.get(code_key(word)))
    if unknown.any():
        remedies = [remedy_for(name, word) if word and not known else ""
                    for word, known in zip(found.word, meaning, strict=True)]
        reading.fault(unknown, name, [remedies[i] for i in found.place[unknown]])
    renamed = {word: code for word, code in zip(found.word, meaning, strict=True)
               if code and word.casefold() != code.casefold()}
    reading.notes.renamed(place_of(name), reading.match.header(name), renamed)
    return categorical([code or item.default for code in meaning], found.place)


def _code(reading: Reading, item: Column) -> Any:
    text = reading.text(item.name)
    if text is None:
        return np.full(len(reading.raw), int(item.default), dtype=np.int8)
    table = code_table(item.name)
    found = cells.words(text)
    meaning, unknown = cells.map_words(
        found, lambda word: table.get(code_key(word.removesuffix(".0"))))
    reading.fault(unknown, item.name, _CODES.get(
        item.name, "expected 0 (amount), 1 (share of loss) or 2 (share of sum insured)"))
    return found.spread([int(code or item.default) for code in meaning], np.int8)


def _date(reading: Reading, item: Column) -> Times:
    text = reading.text(item.name)
    if text is None:
        return np.full(len(reading.raw), np.datetime64("NaT", "s"))
    days, bad = cells.to_dates(text)
    formula = cells.is_formula(text)
    reading.fault(formula, item.name, _FORMULA)
    reading.fault(bad & ~formula, item.name, "expected a day such as 2017-01-31")
    return days
