"""Ground-up losses from a loss table, event by event, at the locations of a book."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskcloud.analysis.terms import event_perils
from riskcloud.errors import InputError, Problem
from riskcloud.exposure.cells import to_numbers
from riskcloud.exposure.faults import FaultLog
from riskcloud.exposure.formats import read_cells
from riskcloud.exposure.oed.keys import combined, first_rows
from riskcloud.exposure.oed.schema import peril_bits
from riskcloud.exposure.oed.table import encode
from riskcloud.exposure.schema import header_key
from riskcloud.types import COVERAGES, Bools, Floats, Ints
from riskcloud.types.terms import OedBook

_NAMES = {"event_id": "event_id", "eventid": "event_id", "member": "member", "sample": "member",
          "loc_id": "LocNumber", "locnumber": "LocNumber", "accnumber": "AccNumber",
          "portnumber": "PortNumber", "peril": "peril", "perilcode": "peril",
          "coverage": "coverage", "loss": "loss", "stage": "stage", "currency": "currency"}
_COVERAGES = {name: k for k, name in enumerate(COVERAGES)} | {
    "1": 0, "2": 1, "3": 2, "4": 3, "buildings": 0, "content": 2}


@dataclass(frozen=True, slots=True)
class GroundUp:
    """Losses (n_rows,) at places of a book, rows of one event and member side by side.

    label: of each event; start (n_events + 1,). parts: bits of the perils that the table tells
    apart; part (n_rows,): of each row.
    """

    label: tuple[Mapping[str, Any], ...]
    start: Ints
    location: Ints
    coverage: Ints
    loss: Floats
    part: Ints
    parts: tuple[int, ...]

    def events(self) -> Iterator[tuple[Mapping[str, Any], slice]]:
        """Yield each event's label and where its rows stand."""
        for k, label in enumerate(self.label):
            yield label, slice(int(self.start[k]), int(self.start[k + 1]))


def read_ground_up(path: Path, book: OedBook, peril: str | None = None, *, skip_bad: bool = False,
                   ) -> tuple[GroundUp, tuple[Problem, ...]]:
    """Return the losses of a loss table at a book's locations, and the rows set aside.

    peril : OED code of the losses, None for any; of a table with perils only these are taken.
    path : CSV or Parquet with loc_id (or LocNumber, with AccNumber and PortNumber where locations
        of several accounts share a number), loss, and where there are several: coverage (building
        without it), event_id, member, peril, currency; of ``stage`` only rows of ground_up are
        taken. Losses of several perils of one event are one event: terms see their sum.

    Raises
    ------
    InputError : columns missing; without skip_bad every row with an unknown location or coverage, a
        loss that is no amount, another currency than its account's.
    """
    raw = read_cells(path, is_portfolio=False)
    place: dict[str, int] = {}
    for k, header in enumerate(raw.headers):
        name = _NAMES.get(header.strip().lower()) or _NAMES.get(header_key(header))
        if name is not None:
            place.setdefault(name, k)
    missing = [Problem(1, name, "", "required column is missing", path.name)
               for name in ("LocNumber", "loss") if name not in place]
    if missing:
        raise InputError(f"{path}: no loss table", missing)
    columns = {name: raw.columns[k] for name, k in place.items()}
    log, headers = FaultLog(raw.row), {name: raw.headers[k] for name, k in place.items()}
    wanted = np.ones(len(raw), dtype=bool)
    if "stage" in columns:
        wanted = np.asarray(pc.equal(columns["stage"], "ground_up").to_numpy(), dtype=bool)
    location = _locations(columns, headers, book, log, wanted)
    coverage = _coverages(columns, headers, log, wanted)
    parts, part = _parts(columns, headers, log, wanted, event_perils(peril))
    wanted &= part >= 0
    loss = to_numbers(columns["loss"])
    log.add(wanted & (loss.bad | loss.blank | ~(loss.value >= 0.0)), headers["loss"],
            columns["loss"], "a loss is an amount of 0 or more")
    if "currency" in columns:
        _check_currency(columns, headers, book, location, log, wanted)
    problems = tuple(Problem(item.row, item.column, item.value, item.remedy, path.name)
                     for item in [*raw.problems, *sorted(log.of_rows)])
    if problems and not skip_bad:
        raise InputError(f"{path}: {len(problems)} problem(s)", problems)
    keep = np.flatnonzero(wanted & ~log.bad)
    start, label, order = _grouped(columns, keep)
    rows = keep[order]
    return GroundUp(label, start, location[rows], coverage[rows], loss.value[rows], part[rows],
                    parts), problems


def _locations(columns: Mapping[str, Any], headers: Mapping[str, str], book: OedBook,
               log: FaultLog, wanted: Bools) -> Ints:
    """Return each row's location, -1 where there is none or more than one."""
    names = [name for name in ("LocNumber", "AccNumber", "PortNumber") if name in columns]
    n = len(book.locations)
    parts = []
    for name in names:
        words = book.locations.words[name]
        own = pa.DictionaryArray.from_arrays(pa.array(words.code), words.word).cast(pa.string())
        parts.append(encode(pa.chunked_array([own, *columns[name].chunks], pa.string()))[0])
    code = combined(parts)
    first = np.full(int(code.max(initial=0)) + 1, -1)
    first[code[:n][::-1]] = np.arange(n)[::-1]
    several = np.bincount(code[:n], minlength=len(first)) > 1
    found = first[code[n:]]
    doubled = several[code[n:]] & (found >= 0)
    log.add(wanted & (found < 0), headers["LocNumber"], columns["LocNumber"],
            "no such location in the book")
    log.add(wanted & doubled, headers["LocNumber"], columns["LocNumber"],
            "several accounts have this LocNumber: give AccNumber (and PortNumber) too")
    return np.where(doubled, -1, found)


def _coverages(columns: Mapping[str, Any], headers: Mapping[str, str], log: FaultLog,
               wanted: Bools) -> Ints:
    if "coverage" not in columns:
        return np.zeros(len(wanted), dtype=np.int64)
    code, words = encode(columns["coverage"])
    known = np.array([_COVERAGES.get(word.strip().lower(), -1) for word in words.to_pylist()],
                     dtype=np.int64)
    found = known[code]
    log.add(wanted & (found < 0), headers["coverage"], columns["coverage"],
            f"expected one of {', '.join(COVERAGES)}")
    return np.maximum(found, 0)


def _parts(columns: Mapping[str, Any], headers: Mapping[str, str], log: FaultLog, wanted: Bools,
           event: int) -> tuple[tuple[int, ...], Ints]:
    """Return the perils told apart and each row's (n_rows,), -1 where it is not of the event."""
    if "peril" not in columns:
        return (event,), np.zeros(len(wanted), dtype=np.int64)
    code, words = encode(columns["peril"])
    bits = [peril_bits().get(word.strip().upper(), 0) for word in words.to_pylist()]
    unknown = np.array([bit == 0 for bit in bits], dtype=bool)
    log.add(wanted & unknown[code], headers["peril"], columns["peril"],
            "no OED peril code: expected one such as WTC or ORF")
    parts = sorted({bit & event for bit in bits} - {0})
    doubled = np.array([any(bit & event & other and bit & event != other for other in parts)
                        for bit in bits], dtype=bool)
    log.add(wanted & doubled[code], headers["peril"], columns["peril"],
            "a group and one of its perils in one table: tell each apart, or none")
    place = np.array([parts.index(bit & event) if bit & event else -1 for bit in bits],
                     dtype=np.int64)
    return tuple(parts) or (event,), place[code]


def _check_currency(columns: Mapping[str, Any], headers: Mapping[str, str], book: OedBook,
                    location: Ints, log: FaultLog, wanted: Bools) -> None:
    code, words = encode(columns["currency"])
    own = book.currency
    ours = np.asarray([word.strip().upper() for word in own.word.to_pylist()], dtype=object)
    theirs = np.asarray([word.strip().upper() for word in words.to_pylist()], dtype=object)
    account = book.locations.account[np.maximum(location, 0)]
    log.add(wanted & (location >= 0) & (ours[own.code[account]] != theirs[code]),
            headers["currency"], columns["currency"], "not the currency of the book's account")


def _grouped(columns: Mapping[str, Any],
             keep: Ints) -> tuple[Ints, tuple[Mapping[str, Any], ...], Ints]:
    """Return starts, labels and the order of the rows kept, by event and member."""
    parts: list[Ints] = []
    names: list[Sequence[str]] = []
    for name in ("event_id", "member"):
        if name in columns:
            code, words = encode(columns[name].take(pa.array(keep)))
            parts.append(code)
            names.append(words.to_pylist())
        else:
            parts.append(np.zeros(len(keep), dtype=np.int64))
            names.append(["0"])
    group = combined(parts)
    order = np.argsort(group, kind="stable")
    first = first_rows(group)
    label = tuple({"event_id": names[0][parts[0][i]], "member": names[1][parts[1][i]]}
                  for i in first)
    start = np.concatenate([[0], np.cumsum(np.bincount(group, minlength=len(first)))])
    return start, label, order
