"""Text of cells to numbers, dates and codes: whole columns at once, faults by place."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskcloud.types import Bools, Floats, Ints, Times

FORMULA = r"^\s*(=|@|[+\-]\s*[A-Za-z_(@=])"
"""What a spreadsheet would run instead of show (CSV injection, OWASP); -5 and +86 are not."""

_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_THOUSANDS = r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$"
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))"
                   r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|\+00:00)?)?")


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of text read as numbers: value NaN where blank or bad; masks (n_rows,)."""

    value: Floats
    blank: Bools
    percent: Bools
    formula: Bools
    bad: Bools
    widened: int
    """Cells read although written with full-width digits or thousands separators."""


@dataclass(frozen=True, slots=True)
class Words:
    """A column as distinct words and each row's place among them."""

    word: list[str]
    place: Ints

    def spread(self, values: list[Any], dtype: Any) -> Any:
        """Return one value a row from one value a distinct word."""
        return np.asarray(values, dtype=dtype)[self.place]


def _mask(array: Any) -> Bools:
    return np.asarray(pc.fill_null(array, False).to_numpy(), dtype=bool)


def trimmed(text: Any) -> Any:
    """Return an arrow text column without outer white space."""
    return pc.utf8_trim_whitespace(text)


def is_formula(text: Any) -> Bools:
    """Return where a cell is a formula rather than a value (n_rows,)."""
    return _mask(pc.match_substring_regex(text, FORMULA))


def is_garbled(text: Any) -> Bools:
    """Return where a cell holds U+FFFD, the mark of a letter lost in an earlier conversion."""
    return _mask(pc.match_substring(text, "\ufffd"))


def words(text: Any) -> Words:
    """Return the words of an arrow text column, trimmed, and where they stand.

    A word stands once for each way it is padded.
    """
    encoded = text.dictionary_encode()
    encoded = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
    if isinstance(encoded, pa.ChunkedArray):  # no rows, no chunk
        return Words([], np.empty(0, dtype=np.int64))
    return Words(trimmed(encoded.dictionary).to_pylist(),
                 encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64))


def _plain_numbers(text: Any, size: int) -> Numbers | None:
    """Return the numbers of a column of plain cells, None where a cell needs a closer look."""
    empty = pc.equal(text, "")
    try:
        value = pc.cast(pc.if_else(empty, pa.scalar(None, pa.string()), text), pa.float64())
    except pa.ArrowInvalid:
        return None
    found, blank = np.array(value.to_numpy(), dtype=np.float64), _mask(empty)
    none = np.zeros(size, dtype=bool)
    return Numbers(found, blank, none, none, ~blank & ~np.isfinite(found), 0)


def _typed_numbers(column: Any, size: int) -> Numbers:
    """Return the numbers of a column that is no text: null and NaN are blank, infinity is bad."""
    value = np.array(pc.cast(column, pa.float64(), safe=False).to_numpy(), dtype=np.float64)
    blank, none = np.isnan(value), np.zeros(size, dtype=bool)
    return Numbers(value, blank, none, none, np.isinf(value), 0)


def to_numbers(text: Any) -> Numbers:
    """Return an arrow column, text or numbers, as numbers.

    Accepted as text: 1234.5, 1e6, 1,234.5, full-width digits, and 5% (0.05, marked in ``percent``).
    Blank is NaN and marked; anything else, also nan and inf, is marked bad.
    """
    if not pa.types.is_string(text.type):
        return _typed_numbers(text, len(text))
    plain = _plain_numbers(text, len(text))
    if plain is not None:
        return plain
    wide = trimmed(pc.utf8_normalize(text, "NFKC"))
    grouped = pc.match_substring_regex(wide, _THOUSANDS)
    bare = pc.if_else(grouped, pc.replace_substring(wide, ",", ""), wide)
    percent = pc.ends_with(bare, "%")
    bare = pc.if_else(percent, pc.utf8_trim(bare, " %"), bare)
    fits = pc.match_substring_regex(bare, _NUMBER)
    value = pc.cast(pc.if_else(fits, bare, pa.scalar(None, pa.string())), pa.float64())
    found = np.array(value.to_numpy(), dtype=np.float64)
    share = _mask(percent) & _mask(fits)
    found[share] /= 100.0
    blank = _mask(pc.equal(wide, ""))
    odd = _mask(pc.or_(grouped, pc.not_equal(wide, trimmed(text)))) & _mask(fits)
    return Numbers(found, blank, share, is_formula(wide), ~blank & ~np.isfinite(found),
                   int(odd.sum()))


def parse_date(text: str) -> np.datetime64 | None:
    """Return the day written as 2017-01-31, 2017/1/31, 2017.1.31, 20170131 or 2017年1月31日.

    A time of day behind it is dropped; None where the text is no such day.
    """
    match = _DATE.fullmatch(unicodedata.normalize("NFKC", text))
    if match is None:
        return None
    year, month, day, packed_month, packed_day = match.groups()
    try:
        found = date(int(year), int(month or packed_month), int(day or packed_day))
    except ValueError:
        return None
    return np.datetime64(found, "s")


def to_dates(text: Any) -> tuple[Times, Bools]:
    """Return days (n_rows,) ``datetime64[s]``, NaT where blank or bad, and where they are bad."""
    return _moments(text, parse_date)


def _moments(text: Any, parse: Callable[[str], np.datetime64 | None]) -> tuple[Times, Bools]:
    found = words(text)
    read = [parse(word) for word in found.word]
    nat = np.datetime64("NaT", "s")
    bad = [one is None and word != "" for one, word in zip(read, found.word, strict=True)]
    return (found.spread([nat if one is None else one for one in read], "datetime64[s]"),
            found.spread(bad, bool))


def parse_time(text: str) -> np.datetime64 | None:
    """Return a moment written as ISO 8601, or a day as ``parse_date`` knows it; None: no such text.

    An offset from UTC is dropped: the clock stays as written.
    """
    try:
        return np.datetime64(datetime.fromisoformat(text).replace(tzinfo=None), "s")
    except ValueError:
        return parse_date(text)


def to_times(text: Any) -> tuple[Times, Bools]:
    """Return moments (n_rows,) ``datetime64[s]``, NaT where blank or bad, and where bad."""
    return _moments(text, parse_time)


def map_words(found: Words, meaning: Callable[[str], str | None]) -> tuple[list[str], Bools]:
    """Return what each distinct word means ("" where nothing) and the rows of unknown words."""
    meanings = [meaning(word) if word else "" for word in found.word]
    unknown = found.spread([item is None for item in meanings], bool)
    return [item or "" for item in meanings], unknown
