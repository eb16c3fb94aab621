"""Rows of a loss table, some at a time, to places of a book, events, perils and amounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskcloud.analysis.ep.chunks import Rows
from riskcloud.analysis.ep.columns import STAGE_WORDS
from riskcloud.analysis.ep.words import PairList, WordList
from riskcloud.exposure.cells import to_numbers, to_times
from riskcloud.exposure.faults import FaultLog
from riskcloud.exposure.oed.schema import peril_bits
from riskcloud.exposure.raw import as_text
from riskcloud.kernels.grouping import find_in_groups
from riskcloud.types import COVERAGES, Bools, Floats, Ints, Times
from riskcloud.types.terms import OedBook

_KEYS: Final = ("LocNumber", "AccNumber", "PortNumber")
_COVERAGES: Final = {name: k for k, name in enumerate(COVERAGES)} | {
    "1": 0, "2": 1, "3": 2, "4": 3, "buildings": 0, "content": 2}
NO_TIME: Final = np.iinfo(np.int64).max
"""Stands for an unknown date among seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Rows without a fault (n,): group, location, coverage, peril (a number of its words), loss.

    seconds: since 1970, the earliest of times where unknown; None without dates.
    """

    group: Ints
    location: Ints
    coverage: Ints
    peril: Ints
    loss: Floats
    seconds: Ints | None = None


@dataclass(slots=True)
class Events:
    """Events as they come: a group is an event in a year, as one member of it.

    date: seconds since 1970 of each group's earliest row; first_row: of each group; rate: of each
    event.
    """

    event: WordList = field(default_factory=WordList)
    member: WordList = field(default_factory=WordList)
    in_year: PairList = field(default_factory=PairList)
    group: PairList = field(default_factory=PairList)
    date: Ints = field(default_factory=lambda: np.full(1024, NO_TIME))
    first_row: Ints = field(default_factory=lambda: np.zeros(1024, np.int64))
    rate: Floats = field(default_factory=lambda: np.full(1024, np.nan))

    def codes(self, event: Ints, year: Ints | None, member: Ints | None) -> Ints:
        """Return the group of each row (n,)."""
        zero = np.zeros(len(event), np.int64)
        return self.group.codes(self.in_year.codes(event, zero if year is None else year),
                                zero if member is None else member)

    def note_rows(self, group: Ints, row: Ints, known: int) -> None:
        """Keep where each group first stands; ``known`` stood before these rows."""
        self.first_row = _longer(self.first_row, len(self.group.pair), 0)
        new = np.flatnonzero(group >= known)[::-1]
        self.first_row[group[new]] = row[new]  # the last set, and so the first row, stays

    def note_dates(self, group: Ints, seconds: Ints) -> None:
        """Keep the earliest date of each group."""
        self.date = _longer(self.date, len(self.group.pair), NO_TIME)
        np.minimum.at(self.date, group, seconds)


def _longer(values: Any, n: int, filled: Any) -> Any:
    if n <= len(values):
        return values
    return np.concatenate([values, np.full(max(n, 2 * len(values)) - len(values), filled,
                                           values.dtype)])


class LossRows:
    """Takes the rows of a loss table chunk by chunk; ``events`` and ``perils`` grow with them.

    headers : by what they mean (``loss_headers``). event : bits of the perils that are taken.
    """

    def __init__(self, book: OedBook, headers: Mapping[str, str], event: int) -> None:
        self.events, self.perils, self._event = Events(), WordList(), event
        self.n_aside, self.loss_aside = 0, np.zeros(len(book.currency.word) + 1)
        self.peril_rows: dict[int, tuple[int, int]] = {}
        self._headers = headers
        self._place = _Places(book, [name for name in _KEYS if name in headers])
        words = [word.strip().upper() for word in book.currency.word.to_pylist()]
        own = {word: k for k, word in reversed(list(enumerate(words)))}
        self._currencies = own
        of_word = np.array([own[word] for word in words], np.int64)
        self._currency = of_word[book.currency.code[book.locations.account]]

    def take(self, rows: Rows, log: FaultLog) -> Taken:
        """Return rows that are whole; what is wrong with others goes to the log."""
        columns = {name: rows.columns[header] for name, header in self._headers.items()}
        amount = to_numbers(columns["loss"])
        location, several = self._place.of(columns)
        wanted = np.ones(len(rows), bool)
        if (amount.blank & (location < 0)).any():  # perhaps a line of separators alone
            wanted = ~(amount.blank & (location < 0) & _blank(columns["LocNumber"]))
        if "stage" in columns:
            stage = _spread(columns["stage"],
                            lambda word: STAGE_WORDS.get(word.strip().lower(), -1), np.int64)
            log.add(wanted & (stage < 0), self._headers["stage"], columns["stage"],
                    "expected ground_up, gross or net in each row: stages are never mixed")
            wanted &= stage == 0
        self._check_place(columns, location, several, log, wanted)
        coverage = self._coverages(columns, log, wanted)
        peril = self._perils(columns, rows, log, wanted)
        if len(self.perils):
            wanted &= np.array([peril_bits().get(word.upper(), 0) & self._event != 0
                                for word in self.perils.word], bool)[peril]
        log.add(wanted & ~((amount.value >= 0.0) & (amount.value < np.inf)),
                self._headers["loss"], columns["loss"], "a loss is an amount of 0 or more")
        self._check_currency(columns, location, log, wanted)
        date = self._dates(columns, log, wanted)
        year = self._years(columns, log, wanted, date)
        rate = self._rates(columns, log, wanted)
        event = self._events(columns, log, wanted)
        member = self._members(columns, log, wanted)
        if rate is not None:
            self._check_rates(event, rate, columns, log, wanted)
        keep = wanted & ~log.bad
        self._set_aside(wanted & log.bad, amount.value, location)
        if not keep.all():
            event, location, coverage, peril = (
                one[keep] for one in (event, location, coverage, peril))
            member = None if member is None else member[keep]
            year = None if year is None else year[keep]
            date = None if date is None else date[keep]
        before = len(self.events.group.pair)
        group = self.events.codes(event, year, member)
        self.events.note_rows(group, rows.row if keep.all() else rows.row[keep], before)
        if date is not None:
            self.events.note_dates(group, np.where(np.isnat(date), NO_TIME, date.astype(np.int64)))
        loss = amount.value if keep.all() else amount.value[keep]
        return Taken(group, location, coverage, peril, loss,
                     None if date is None else date.astype(np.int64))

    def _set_aside(self, bad: Bools, amount: Floats, location: Ints) -> None:
        """Count rows with a fault, and their losses by currency; the last is of no known place."""
        self.n_aside += int(bad.sum())
        told = bad & (amount >= 0.0) & (amount < np.inf)
        currency = np.where(location >= 0, self._currency[location], len(self.loss_aside) - 1)
        self.loss_aside += np.bincount(currency[told], amount[told], len(self.loss_aside))

    def _check_place(self, columns: Mapping[str, Any], location: Ints, several: Bools,
                     log: FaultLog, wanted: Bools) -> None:
        header = self._headers["LocNumber"]
        log.add(wanted & (location < 0) & ~several, header, columns["LocNumber"],
                "no such location in the book")
        log.add(wanted & several, header, columns["LocNumber"],
                "several accounts have this LocNumber: give AccNumber (and PortNumber) too")

    def _coverages(self, columns: Mapping[str, Any], log: FaultLog, wanted: Bools) -> Ints:
        if "coverage" not in columns:
            return np.zeros(len(wanted), np.int64)
        found = _spread(columns["coverage"],
                        lambda word: _COVERAGES.get(word.strip().lower(), -1), np.int64)
        log.add(wanted & (found < 0), self._headers["coverage"], columns["coverage"],
                f"expected one of {', '.join(COVERAGES)}")
        return np.asarray(np.maximum(found, 0))

    def _perils(self, columns: Mapping[str, Any], rows: Rows, log: FaultLog,
                wanted: Bools) -> Ints:
        """Return the number of each row's peril, and keep where each first stands."""
        if "peril" not in columns:
            return np.zeros(len(wanted), np.int64)
        code = self.perils.codes(columns["peril"])
        known = np.array([word.upper() in peril_bits() for word in self.perils.word], bool)
        log.add(wanted & ~known[code], self._headers["peril"], columns["peril"],
                "no OED peril code: expected one such as WTC or ORF")
        used = code[wanted]
        own, first, count = np.unique(used, return_index=True, return_counts=True)
        row = rows.row[wanted]
        for k, at, n in zip(own.tolist(), first.tolist(), count.tolist(), strict=True):
            before = self.peril_rows.get(k, (int(row[at]), 0))
            self.peril_rows[k] = before[0], before[1] + n
        return code

    def _check_currency(self, columns: Mapping[str, Any], location: Ints, log: FaultLog,
                        wanted: Bools) -> None:
        if "currency" not in columns:
            return
        own = _spread(columns["currency"],
                      lambda word: self._currencies.get(word.strip().upper(), -1), np.int64)
        wrong = (location >= 0) & (self._currency[np.maximum(location, 0)] != own)
        log.add(wanted & wrong, self._headers["currency"], columns["currency"],
                "not the currency of the book's account")

    def _dates(self, columns: Mapping[str, Any], log: FaultLog, wanted: Bools) -> Times | None:
        if "date" not in columns:
            return None
        date = _moments(columns["date"])
        unknown = np.isnat(date)
        if unknown.any() and "year" in columns:
            unknown &= ~_blank(columns["date"])
        log.add(wanted & unknown, self._headers["date"], columns["date"],
                "expected the day of the event as 2017-08-23")
        return date

    def _years(self, columns: Mapping[str, Any], log: FaultLog, wanted: Bools,
               date: Times | None) -> Ints | None:
        """Return each row's year, that of its date where the table has no column of years."""
        if "year" not in columns:
            return None if date is None or "annual_rate" in columns else np.where(
                np.isnat(date), 0, date.astype("datetime64[Y]").astype(np.int64) + 1970)
        value = to_numbers(columns["year"]).value
        good = (value >= 0.0) & (value < 2**31) & (value == np.floor(value))
        log.add(wanted & ~good, self._headers["year"], columns["year"],
                "a year is a whole number, 0 or more")
        return np.where(good, value, 0.0).astype(np.int64)

    def _rates(self, columns: Mapping[str, Any], log: FaultLog, wanted: Bools) -> Floats | None:
        if "annual_rate" not in columns:
            return None
        rate = to_numbers(columns["annual_rate"]).value
        log.add(wanted & ~((rate >= 0.0) & (rate < np.inf)), self._headers["annual_rate"],
                columns["annual_rate"],
                "a yearly rate is a number of 0 or more")
        return rate

    def _events(self, columns: Mapping[str, Any], log: FaultLog, wanted: Bools) -> Ints:
        if "event_id" not in columns:
            return np.zeros(len(wanted), np.int64)
        code = self.events.event.codes(columns["event_id"])
        log.add(wanted & (code == self.events.event.place.get("", -1)), self._headers["event_id"],
                None, "an event needs an id")
        return code

    def _members(self, columns: Mapping[str, Any], log: FaultLog, wanted: Bools) -> Ints | None:
        if "member" not in columns:
            return None
        code = self.events.member.codes(columns["member"])
        log.add(wanted & (code == self.events.member.place.get("", -1)), self._headers["member"],
                None, "blank: each row needs its sample where the table has samples")
        return code

    def _check_rates(self, event: Ints, rate: Floats, columns: Mapping[str, Any], log: FaultLog,
                     wanted: Bools) -> None:
        """Keep the rate of each event's first row without a fault; another one is a fault."""
        events = self.events
        events.rate = _longer(events.rate, len(events.event), np.nan)
        good = np.flatnonzero(wanted & ~log.bad)
        new = good[np.isnan(events.rate[event[good]])][::-1]
        events.rate[event[new]] = rate[new]  # the last set, and so the first row, stays
        other = np.zeros(len(rate), bool)
        other[good] = events.rate[event[good]] != rate[good]
        log.add(other, self._headers["annual_rate"], columns["annual_rate"],
                "another rate above: an event has one")


class _Places:
    """Places of a book's locations by the key columns of a loss table."""

    def __init__(self, book: OedBook, names: Sequence[str]) -> None:
        self._names = names
        words = [book.locations.words[name] for name in names]
        self._word = [pa.array(one.word).cast(pa.string()) for one in words]
        self._seen: list[tuple[Any, Ints]] = [(None, np.empty(0, np.int64)) for _ in names]
        rest = self._rest([one.code for one in words])
        order = np.lexsort((rest, words[0].code))
        self._location, self._key = order, rest[order]
        self._start = np.searchsorted(words[0].code[order], np.arange(len(self._word[0]) + 1))

    def _rest(self, codes: Sequence[Ints]) -> Ints:
        """Return one number of all codes but the first; -1 where one is."""
        total = np.zeros(len(codes[0]), np.int64)
        for code, word in zip(codes[1:], self._word[1:], strict=True):
            total = np.where((code < 0) | (total < 0), -1, total * (len(word) + 1) + code)
        return total

    def of(self, columns: Mapping[str, Any]) -> tuple[Ints, Bools]:
        """Return each row's location (n,), -1 where there is none or more, and where more."""
        codes = [self._codes(k, columns[name]) for k, name in enumerate(self._names)]
        at = np.empty(len(codes[0]), np.int64)
        several = np.empty(len(at), np.bool_)
        find_in_groups(codes[0], self._rest(codes), self._start, self._key, at, several)
        return np.where((at < 0) | several, -1, self._location[at]), several

    def _codes(self, k: int, column: Any) -> Ints:
        """Return the place of each cell among the words of key k, -1 where it is none of them."""
        code, own = _encoded(column)
        words, place = self._seen[k]
        if words is None or not own.equals(words):  # parts of a file often share their words
            found = pc.fill_null(pc.index_in(own, value_set=self._word[k]), -1)
            place = np.append(found.to_numpy(zero_copy_only=False).astype(np.int64), -1)
            self._seen[k] = own, place
        return np.asarray(place[code])


def _encoded(column: Any) -> tuple[Ints, Any]:
    """Return the code of each cell (n,) and the distinct words (arrow); past them where missing."""
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        if encoded.num_chunks == 0:
            return np.empty(0, np.int64), pa.array([], pa.string())
        encoded = encoded.unify_dictionaries().combine_chunks()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.chunk(0)
    code = pc.fill_null(encoded.indices, len(encoded.dictionary))
    words = as_text(pa.chunked_array([encoded.dictionary]))
    return (code.to_numpy(zero_copy_only=False).astype(np.int64),
            words.combine_chunks() if words.num_chunks != 1 else words.chunk(0))


def _spread(column: Any, meaning: Any, dtype: Any) -> Any:
    """Return what each cell's word means (n,)."""
    code, words = _encoded(column)
    return np.array([meaning(word) for word in [*words.to_pylist(), ""]], dtype)[code]


def _blank(column: Any) -> Bools:
    blank: Bools = _spread(column, lambda word: not word.strip(), bool)
    return blank


def _moments(column: Any) -> Times:
    """Return dates (n,) as datetime64[s], NaT where there is none."""
    if pa.types.is_temporal(column.type):
        if getattr(column.type, "tz", None):
            column = pc.local_timestamp(column)
        moment = pc.cast(column, pa.timestamp("s"), safe=False)
        return np.asarray(moment.to_numpy(), "datetime64[s]")
    code, words = _encoded(column)
    return np.append(to_times(pa.chunked_array([words]))[0], np.datetime64("NaT", "s"))[code]
