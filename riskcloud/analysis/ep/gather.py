"""Rows of a loss table, checked, to sums by group, event and sample."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from riskcloud.ahead import ahead
from riskcloud.analysis.ep.chunks import Rows, open_table
from riskcloud.analysis.ep.columns import STAGE_WORDS, KeyPart, LossColumns, find_columns
from riskcloud.analysis.ep.owners import Owners
from riskcloud.analysis.ep.sums import (
    CURRENCY_BITS,
    EVENT_BITS,
    MEMBER_BITS,
    NAME_BITS,
    Cells,
    LossSums,
    group_of,
)
from riskcloud.analysis.ep.words import PairList, WordList
from riskcloud.errors import InputError, Problem
from riskcloud.exposure.cells import to_numbers
from riskcloud.exposure.codes import code_table, remedy_for
from riskcloud.exposure.faults import KEPT, FaultLog, Faults
from riskcloud.types import Bools, Floats, Ints

NO_CURRENCY: Final = "XXX"
"""ISO 4217's code for no currency: of files that name none."""
_NO_LOSS: Final = "a loss is an amount of 0 or more"


@dataclass(slots=True)
class Gathered:
    """What a loss table holds.

    cells : sums by key, "" for the whole. names : words of each key. Of events (n_events,):
    year (-1 unknown), annual_rate (NaN unknown), first_row in the file (-1: none taken), rows_of:
    how many were taken. members : those that occur. faults : of the rows set aside.
    """

    columns: LossColumns
    cells: dict[str, Cells]
    names: dict[str, list[str]]
    events: list[str]
    currencies: list[str]
    year: Ints
    annual_rate: Floats
    first_row: Ints
    rows_of: Ints
    members: Ints
    n_rows: int
    faults: Faults


@dataclass(slots=True)
class _State:
    """What grows while rows come."""

    columns: LossColumns
    file: str
    repeat: bool
    events: WordList = field(default_factory=WordList)
    occurrences: PairList = field(default_factory=PairList)
    currencies: WordList = field(default_factory=WordList)
    owners: Owners | None = None
    words: dict[KeyPart, WordList] = field(default_factory=dict)
    pairs: dict[str, list[PairList]] = field(default_factory=dict)
    year: Ints = field(default_factory=lambda: np.full(1024, -1, np.int64))
    rate: Floats = field(default_factory=lambda: np.full(1024, np.nan))
    first_row: Ints = field(default_factory=lambda: np.full(1024, -1, np.int64))
    rows_of: Ints = field(default_factory=lambda: np.zeros(1024, np.int64))
    member_seen: Bools = field(default_factory=lambda: np.zeros(1 << MEMBER_BITS, bool))
    sums: dict[str, LossSums] = field(default_factory=dict)
    faults: Faults = field(default_factory=lambda: Faults(KEPT))
    n_rows: int = 0


def gather(path: Path, *, keys: Sequence[str] = (), currency: str | None = None,
           repeat: bool = False, owners: Owners | None = None,
          
           on_problems: Callable[[list[Problem]], None] | None = None,
           on_progress: Callable[[int, int], None] | None = None) -> Gathered:
    """Return the sums of a loss table by event and sample, as a whole and by keys.

    Parameters
    ----------
    path : CSV, XLSX or Parquet, read as a stream.
    keys : to sum by, such as ``client`` or ``client+peril``.
    currency : of a file without such a column.
    repeat : an event may strike in several years; else one that does is a fault.
    owners : what a portfolio knows of locations or accounts, for keys the file has not.
    on_problems : called with the faults of rows as they come. on_progress : rows done, of all.

    Raises
    ------
    InputError : columns that are missing, more groups or events than are held. Faults of rows are
        in ``faults``.
    """
    table = open_table(path)
    columns, problems = find_columns(table.headers, keys, path.name,
                                     owners.names if owners is not None else ())
    if columns is None or problems:
        raise InputError(f"{path}: {len(problems)} problem(s)", problems)
    state = _State(columns, path.name, repeat and columns.year is not None, owners=owners)
    state.sums = {"": LossSums("")} | {key: LossSums(key) for key in columns.keys}
    state.words = {part: WordList() for parts in columns.keys.values() for part in parts}
    state.pairs = {key: [PairList() for _ in parts[1:]]
                   for key, parts in columns.keys.items()}
    if columns.currency is None:
        state.currencies.number(currency or NO_CURRENCY)
    with ahead(table.rows(columns.read)) as parts:
        for rows in parts:
            told = _take(rows, state)
            if told and on_problems is not None:
                on_problems(told)
            if on_progress is not None and len(rows):
                done = int(rows.row[-1])
                on_progress(done, max(table.n_rows, done))
    return _gathered(state)


def _gathered(state: _State) -> Gathered:
    columns = state.columns
    n = len(state.occurrences.pair) if state.repeat else len(state.events)
    events = [state.events.word[event] for event, _ in state.occurrences.pair] if state.repeat \
        else state.events.word
    names = {key: _names(state, key) for key in columns.keys}
    return Gathered(
        columns, {key: sums.cells() for key, sums in state.sums.items()}, names, events,
        state.currencies.word, state.year[:n], state.rate[:n], state.first_row[:n],
        state.rows_of[:n], np.flatnonzero(state.member_seen), state.n_rows, state.faults)


def _names(state: _State, key: str) -> list[str]:
    """Return the names of a key's groups; parts of several columns joined by +."""
    parts = state.columns.keys[key]
    found = state.words[parts[0]].word
    for pairs, part in zip(state.pairs[key], parts[1:], strict=True):
        second = state.words[part].word
        found = [f"{found[a]} + {second[b]}" for a, b in pairs.pair]
    return list(found)


def _take(rows: Rows, state: _State) -> list[Problem]:
    """Check some rows and add them; return their faults."""
    columns, log = state.columns, FaultLog(rows.row)
    log.of_rows.extend(rows.problems)
    losses = [(to_numbers(rows.columns[name]), name, stage) for name, stage in columns.losses]
    event = state.events.codes(rows.columns[columns.event_id])
    nothing = np.all([number.blank for number, _, _ in losses], axis=0)
    blank = event == state.events.place.get("", -1)
    empty = blank & nothing  # a line of separators alone
    log.add(blank & ~empty, columns.event_id, None, "an event needs an id")
    member = _members(rows, state, log, empty)
    year = _whole_numbers(rows, columns.year, log, empty, "a year is a whole number, 0 or more")
    currency = _currencies(rows, state, log, empty)
    stage = _stages(rows, columns, log, empty)
    for number, name, _ in losses:
        is_amount = (number.value >= 0.0) & (number.value < np.inf)
        log.add(~empty & ~is_amount, name, rows.columns[name], _NO_LOSS)
    if state.repeat and year is not None:
        event = state.occurrences.codes(event, np.maximum(year, 0))
    names = {key: _codes(rows, state, key, log, empty) for key in columns.keys}
    _hold_events(state, event, rows, log, year, empty)
    keep = np.flatnonzero(~log.bad & ~empty)
    state.member_seen[member[keep]] = True
    state.n_rows += len(keep)
    np.add.at(state.rows_of, event[keep], 1)
    for number, _, of_stage in losses:
        at = stage[keep] if of_stage is None else np.full(len(keep), of_stage)
        for key, sums in state.sums.items():
            group = group_of(names[key][keep] if key else np.zeros(len(keep), np.int64),
                             currency[keep], at)
            sums.add(group, event[keep], member[keep], number.value[keep])
    told = [Problem(item.row, item.column, item.value, item.remedy, state.file)
            for item in log.of_rows]
    log.of_rows[:] = told
    return state.faults.add(log, len(rows.problems))


def _codes(rows: Rows, state: _State, key: str, log: FaultLog, empty: Bools) -> Ints:
    """Return the number of each row's group of a key. Raises InputError: too many."""
    parts = state.columns.keys[key]
    found, *others = (_part_codes(rows, state, part, log, empty) for part in parts)
    for pairs, other in zip(state.pairs[key], others, strict=True):
        found = pairs.codes(found, other)
    if len(found) and found.max() >= 1 << NAME_BITS:
        raise InputError(f"--by {key}: more than {1 << NAME_BITS:,} groups: sum by something "
                         "coarser")
    return found


def _part_codes(rows: Rows, state: _State, part: KeyPart, log: FaultLog, empty: Bools) -> Ints:
    column, words = rows.columns[part.header], state.words[part]
    if not part.looked_up or state.owners is None:
        return words.codes(column)
    own = WordList()
    code = own.codes(column)
    told = [state.owners.name(part.looked_up, owner) for owner in own.word]
    numbers = np.array([-1 if name is None else words.number(name) for name in told], np.int64)
    found = numbers[code] if len(code) else code
    log.add((found < 0) & ~empty & ~log.bad, part.header, column,
            "not in the portfolio, or there more than once with another owner")
    return np.maximum(found, 0)


def _whole_numbers(rows: Rows, header: str | None, log: FaultLog, empty: Bools,
                   remedy: str) -> Ints | None:
    """Return a column of whole numbers, 0 or more, and note the others."""
    if header is None:
        return None
    value = to_numbers(rows.columns[header]).value
    good = (value >= 0.0) & (value < 2**31) & (value == np.floor(value))
    log.add(~good & ~empty, header, rows.columns[header], remedy)
    return np.where(good, value, 0.0).astype(np.int64)


def _members(rows: Rows, state: _State, log: FaultLog, empty: Bools) -> Ints:
    most = 1 << MEMBER_BITS
    header = state.columns.member
    remedy = f"a sample is a whole number from 0 to {most - 1}"
    found = _whole_numbers(rows, header, log, empty, remedy)
    if found is None or header is None:
        return np.zeros(len(rows), np.int64)
    log.add(found >= most, header, rows.columns[header], remedy)
    return np.minimum(found, most - 1)


def _currencies(rows: Rows, state: _State, log: FaultLog, empty: Bools) -> Ints:
    header = state.columns.currency
    if header is None:
        return np.zeros(len(rows), np.int64)
    column, own = rows.columns[header], WordList()
    code, table = own.codes(column), code_table("currency")
    known = [table.get(word.casefold()) for word in own.word]
    remedies = [remedy_for("currency", word) if word else
                "each row needs its currency: sums of several are never added"
                for word in own.word]
    numbers = np.array([-1 if one is None else state.currencies.number(one) for one in known])
    found = numbers[code] if len(code) else code
    wrong = (found < 0) & ~empty
    log.add(wrong, header, column, [remedies[k] for k in code[wrong]])
    if len(state.currencies) > 1 << CURRENCY_BITS:
        raise InputError(f"more than {1 << CURRENCY_BITS} currencies in one file")
    return np.maximum(found, 0)


def _stages(rows: Rows, columns: LossColumns, log: FaultLog, empty: Bools) -> Ints:
    if columns.stage is None:
        return np.zeros(len(rows), np.int64)
    own = WordList()
    code = own.codes(rows.columns[columns.stage])
    numbers = np.array([STAGE_WORDS.get(word.lower(), -1) for word in own.word])
    found = numbers[code] if len(code) else code
    log.add((found < 0) & ~empty, columns.stage, rows.columns[columns.stage],
            "expected ground_up, gross or net in each row: stages are never mixed")
    return np.maximum(found, 0)


def _hold_events(state: _State, event: Ints, rows: Rows, log: FaultLog, year: Ints | None,
                 empty: Bools) -> None:
    """Note year, rate and first row of events; an event of two years or two rates is a fault."""
    columns = state.columns
    n = len(state.occurrences.pair) if state.repeat else len(state.events)
    if n >= 1 << EVENT_BITS:
        raise InputError(f"more than {1 << EVENT_BITS:,} events in one file: run parts of it")
    if n > len(state.year):
        more = max(n, 2 * len(state.year)) - len(state.year)
        state.year = np.concatenate([state.year, np.full(more, -1)])
        state.rate = np.concatenate([state.rate, np.full(more, np.nan)])
        state.first_row = np.concatenate([state.first_row, np.full(more, -1)])
        state.rows_of = np.concatenate([state.rows_of, np.zeros(more, np.int64)])
    new = np.flatnonzero((state.first_row[event] < 0) & ~log.bad & ~empty)[::-1]
    state.first_row[event[new]] = rows.row[new]  # the last set, and so the first row, stays
    if year is not None and columns.year is not None:
        state.year[event[new]] = year[new]
        two = ~log.bad & ~empty & (state.year[event] != year)
        log.add(two, columns.year, rows.columns[columns.year], [
            f"event {state.events.word[k]} is in year {state.year[k]} above: an event has one "
            "year (--events-repeat if it may strike again)" for k in event[two]])
    if columns.annual_rate is not None:
        rate = to_numbers(rows.columns[columns.annual_rate]).value
        log.add(~((rate >= 0.0) & (rate < np.inf)) & ~empty, columns.annual_rate,
                rows.columns[columns.annual_rate], "a yearly rate is a number of 0 or more")
        state.rate[event[new]] = rate[new]
        two = ~log.bad & ~empty & (state.rate[event] != rate)
        log.add(two, columns.annual_rate, rows.columns[columns.annual_rate],
                "another rate above: an event has one")
