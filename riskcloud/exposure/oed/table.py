"""One OED file as read: columns by name, numbers checked by the published ranges, faults by row."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskcloud.errors import InputError, Problem
from riskcloud.exposure.cells import Numbers, is_formula, is_garbled, to_numbers
from riskcloud.exposure.faults import FaultLog
from riskcloud.exposure.formats import read_cells
from riskcloud.exposure.oed.schema import TITLES, Field, fields, peril_bits
from riskcloud.exposure.schema import header_key
from riskcloud.types import Bools, Floats, Ints
from riskcloud.types.terms import Words

SHARES = ("LayerParticipation", "AccParticipation", "LocParticipation", "CededPercent",
          "PlacedPercent", "TreatyShare", "DeemedPercentPlaced", "ShareInsured", "PaidInFullFrom",
          "ShareOfLoss", "ShareOfInsured", "Share")
_EXTENSIONS = {"accparticipation": (0.0, 1.0, 1.0)}  # in use, not in the table of 4.0.0
_OF_LEVEL = re.compile(r"(Ded|Limit)\d[A-Z]")  # LocDed6All, PolLimit1Building: of a coverage


class OedTable:
    """A file's columns by OED name; what is wrong with it collects in ``log``.

    ``row`` (n,): what a spreadsheet shows; ``notes``: assumptions, each with its place.
    columns: by lower-case name, of a file that OED does not know.
    """

    def __init__(self, path: Path, file: str, columns: Mapping[str, Field] | None = None) -> None:
        self.path, self.file = path, file
        self._fields = fields(file) if columns is None else columns
        self._raw = read_cells(path, is_portfolio=False)
        self.row: Ints = self._raw.row
        self.log = FaultLog(self.row)
        self.of_file: list[Problem] = list(self._raw.problems)
        self.notes: list[str] = []
        self._place: dict[str, int] = {}
        self._numbers: dict[str, Numbers] = {}
        self._words: dict[str, Words] = {}
        self.unknown: list[str] = []
        known = {header_key(item.name): item.name for item in self._fields.values()}
        known |= {name: name for name in _EXTENSIONS}
        for k, header in enumerate(self._raw.headers):
            key = header_key(header)
            name = known.get(key) or known.get(re.sub(r"\d+$", "xx", key))  # GeogSchemeXX
            if name is None:
                self.unknown.append(header)
            elif name.endswith("XX"):
                continue
            elif name.lower() in self._place:
                self.of_file.append(Problem(1, header, "", f"a second column {name}: keep one"))
            else:
                self._place[name.lower()] = k
        for item in self._fields.values():
            if item.status == "R" and item.name.lower() not in self._place:
                self.of_file.append(Problem(
                    1, item.name, "", "required column of a table of clauses is missing"
                    if file not in TITLES else f"required column of an OED {TITLES[file]} file is "
                    "missing"))

    def __len__(self) -> int:
        return len(self.row)

    def has(self, name: str) -> bool:
        """Return whether the file has the column."""
        return name.lower() in self._place

    def header(self, name: str) -> str:
        """Return the file's own spelling of a column, OED's where it has none."""
        place = self._place.get(name.lower())
        return name if place is None else self._raw.headers[place]

    def text(self, name: str) -> Any:
        """Return a column as text (arrow), '' where the file has none."""
        place = self._place.get(name.lower())
        if place is None:
            return pa.chunked_array([pa.array([""] * len(self), pa.string())])
        return self._raw.columns[place]

    def other(self, name: str) -> Any:
        """Return a column that no published table has as text (arrow), '' where there is none."""
        for place, header in enumerate(self._raw.headers):
            if header_key(header) == header_key(name):
                return self._raw.columns[place]
        return self.text("")

    def fault(self, where: Bools, name: str, remedy: str | Sequence[str]) -> None:
        """Note a fault of a column in some rows."""
        if where.any():
            values = self.text(name) if self.has(name) else None
            self.log.add(where, self.header(name), values, remedy)

    def note(self, where: Bools, name: str, words: str) -> None:
        """Note what was assumed of a column in some rows: the first place and how many more."""
        place = np.flatnonzero(where)
        if len(place):
            value = self.text(name)[int(place[0])].as_py() if self.has(name) else ""
            more = f" (and {len(place) - 1} more such)" if len(place) > 1 else ""
            self.notes.append(f"{self.path.name}: row {int(self.row[place[0]])}, "
                              f"{self.header(name)} = {value!r}: {words}{more}")

    def key(self, name: str) -> Words:
        """Return a key column as written; a blank one is a fault."""
        found = self.words(name)
        if self.has(name):
            self.fault(self.blank_words(name), name, "blank: a key is needed in every row")
            word = pa.chunked_array([found.word])
            self.fault(is_garbled(word)[found.code], name, "a letter was lost in an "
                       "earlier conversion of the file: restore it from the original")
            self.fault(is_formula(word)[found.code], name, "a formula: put its value in the cell")
        return found

    def blank_words(self, name: str) -> Bools:
        """Return where a column of text is blank (n,)."""
        found = self.words(name)
        blank = pc.equal(pc.utf8_trim_whitespace(found.word), "")
        return np.asarray(blank.to_numpy(zero_copy_only=False), dtype=bool)[found.code]

    def number(self, name: str, default: float | None = None) -> Floats:
        """Return a column of numbers, its default where blank; faults are noted once."""
        item = self._fields.get(name.lower())
        low, high, usual = (item.low, item.high, item.default or "0") if item is not None \
            else _EXTENSIONS[name.lower()]
        filled = float(usual) if default is None else default
        if not self.has(name):
            return np.full(len(self), filled)
        if name not in self._numbers:
            found = to_numbers(self.text(name))
            self._numbers[name] = found
            self._check(name, found, low, high)
        found = self._numbers[name]
        return np.where(found.blank | found.bad, filled, found.value)

    def blank(self, name: str) -> Bools:
        """Return where a column of numbers is blank (everywhere where the file has none)."""
        if not self.has(name):
            return np.ones(len(self), dtype=bool)
        self.number(name)
        return self._numbers[name].blank

    def percent(self, name: str) -> Bools:
        """Return where a number was written with a per cent sign."""
        self.number(name)
        return self._numbers[name].percent if self.has(name) else np.zeros(len(self), dtype=bool)

    def _check(self, name: str, found: Numbers, low: float, high: float) -> None:
        self.fault(found.formula, name, "a formula: put its value in the cell")
        self.fault(found.bad & ~found.formula, name, "expected one number: an amount, or a share "
                   "with its type column; a minimum or maximum has a column of its own"
                   if _OF_LEVEL.search(name) else "expected a number")
        with np.errstate(invalid="ignore"):
            off = (found.value < low) | (found.value > high)
        if name in SHARES:
            self.fault(off, name, "a share is a number from 0 to 1 (30 % is 0.3)")
        else:
            self.fault(off, name, f"expected {low:g} to {high:g}" if high < np.inf
                       else f"a number of {low:g} or more is needed")

    def perils(self, name: str) -> Ints:
        """Return a column of peril codes ("WTC;QQ1") as bits; unknown ones are faults."""
        found = self.words(name)
        known = peril_bits()
        bits, wrong = [], []
        for word in found.word.to_pylist():
            codes = [code.strip().upper() for code in word.replace(",", ";").split(";")]
            codes = [code for code in codes if code]
            unknown = [code for code in codes if code not in known]
            bits.append(sum_bits([known[code] for code in codes if code in known]))
            wrong.append(f"unknown peril code {unknown[0]}: expected OED codes joined by ;"
                         if unknown else "")
        if any(wrong):
            bad = np.array([bool(text) for text in wrong])[found.code]
            self.fault(bad, name, [wrong[k] for k in found.code[bad]])
        return np.asarray(bits, dtype=np.int64)[found.code] if bits else np.zeros(0, np.int64)

    def words(self, name: str) -> Words:
        """Return a column as codes and the words they stand for, as written."""
        if name not in self._words:
            if self.has(name):
                self._words[name] = Words(*encode(self.text(name)))
            else:
                self._words[name] = Words(np.zeros(len(self), np.int64), pa.array([""]))
        return self._words[name]

    def raise_if_headless(self) -> None:
        """Raise InputError where columns are missing or doubled: no row can be read."""
        if any(problem.row <= 1 for problem in self.of_file):
            raise InputError(f"{self.path}: not an OED {TITLES[self.file]} file",
                             sorted(self.of_file))


def sum_bits(bits: Sequence[int]) -> int:
    """Return the union of bits."""
    union = 0
    for item in bits:
        union |= item
    return union


def encode(text: Any) -> tuple[Ints, Any]:
    """Return the code of each cell of an arrow column and the distinct cells (arrow) in order."""
    encoded = pc.dictionary_encode(text)
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks() if encoded.num_chunks != 1 else encoded.chunk(0)
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.chunk(0)
    return (np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64),
            encoded.dictionary)
