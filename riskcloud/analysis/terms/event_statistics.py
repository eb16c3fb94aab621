"""Events of a loss table behind its terms as ``riskcloud ep`` takes them: sums, years or rates."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from riskcloud.analysis.ep.basis import Basis, find_basis
from riskcloud.analysis.ep.columns import STAGES as EP_STAGES
from riskcloud.analysis.ep.columns import LossColumns
from riskcloud.analysis.ep.gather import Gathered
from riskcloud.analysis.ep.sums import Cells, group_of
from riskcloud.analysis.terms.event_totals import STAGES, EventTotals, means
from riskcloud.analysis.terms.ground_up import GroundUp
from riskcloud.errors import InputError, Problem
from riskcloud.exposure.faults import Faults
from riskcloud.types import Floats, Ints

LARGEST: Final = 20
"""Events told as the largest of a currency; ours."""
_EVENTS: Final = 1 << 16  # written at once; ours


@dataclass(frozen=True, slots=True)
class Often:
    """How often events are: years simulated, a file of rates, an event set; else the table's own
    years or rates.
    """

    n_years: int | None = None
    rates: Path | None = None
    events: Path | None = None


def gathered_of(ground_up: GroundUp) -> Gathered:
    """Return the events of a loss table, without sums yet: occurrences in a year, and members."""
    n = int(ground_up.occurrence.max(initial=-1)) + 1
    first = first_of(ground_up)
    events = [ground_up.event_words[k] for k in ground_up.event[first].tolist()]
    year = np.full(n, -1) if ground_up.year is None else ground_up.year[first]
    rate = np.full(n, np.nan) if ground_up.rate is None else ground_up.rate[first]
    columns = LossColumns(
        "event_id", (("loss", None),), None if ground_up.year is None else "year",
        None if ground_up.rate is None else "annual_rate", "member", "currency", "stage", {})
    return Gathered(columns, {}, {}, events, [], year, rate, ground_up.first_row[first],
                    np.ones(n, np.int64), np.arange(ground_up.n_members), ground_up.n_rows,
                    Faults())


def first_of(ground_up: GroundUp) -> Ints:
    """Return where the first member of each occurrence stands among the events."""
    of_event = ground_up.occurrence
    first = np.zeros(int(of_event.max(initial=-1)) + 1, np.int64)
    first[of_event[::-1]] = np.arange(len(of_event))[::-1]
    return first


def basis_of(ground_up: GroundUp, found: Gathered, file: str, often: Often) -> Basis:
    """Return years or rates of events.

    Raises
    ------
    InputError : neither; rates of an event that the table has in several years.
    """
    of_table = ground_up.year is None and (ground_up.rate is None or often.n_years is not None)
    if of_table and often.rates is None and often.events is None:
        told = ("no years and no rates: give a column year (and --years), --event-rates FILE, or "
                "--events FOLDER of the event set")
        raise InputError(f"{file}: {told}", [Problem(1, "year", "", told, file)])
    basis = find_basis(found, file, n_years=often.n_years, rates=often.rates, events=often.events)
    if often.rates is None and often.events is None:
        return basis
    seen: dict[str, int] = {}
    twice = [k for k, name in enumerate(found.events) if seen.setdefault(name, k) != k]
    if twice:
        raise InputError(f"{file}: events in several years, and a rate or one year of each", [
            Problem(int(found.first_row[k]), "year", str(found.year[k]), "the event has another "
                    "year above: leave the rates or the event set out", file) for k in twice])
    return basis


def weights(ground_up: GroundUp, basis: Basis) -> Floats:
    """Return what each event (as one member) counts in the mean of a year (n_events,)."""
    if basis.kind == "years":
        each = basis.known / max(basis.n_years, 1)
    else:
        assert basis.annual_rate is not None
        each = np.where(basis.known, basis.annual_rate, 0.0)
    return np.asarray(each[ground_up.occurrence] / ground_up.n_members)


def add_sums(found: Gathered, ground_up: GroundUp, totals: EventTotals,
             stages: Sequence[str]) -> None:
    """Put the totals of events among what was gathered."""
    event, stage, currency = (axis.ravel() for axis in np.meshgrid(
        np.arange(len(ground_up)), [STAGES.index(name) for name in stages],
        np.arange(len(totals.currencies)), indexing="ij"))
    of_ep = np.array([EP_STAGES.index(name) for name in STAGES])
    group = group_of(np.zeros(len(event), np.int64), currency, of_ep[stage])
    of_event, member = ground_up.occurrence[event], _ranks(ground_up.member)[event]
    order = np.lexsort((member, of_event, group))
    found.cells[""] = Cells(group[order], of_event[order], member[order],
                            totals.loss[event, stage, currency][order])
    found.currencies = list(totals.currencies)


def _ranks(member: Ints) -> Ints:
    return np.asarray(np.unique(member, return_inverse=True)[1].reshape(-1))


def write_event_losses(path: Path, ground_up: GroundUp, totals: EventTotals,
                       stages: Sequence[str]) -> None:
    """Write event_id, year, date, annual_rate (where known), member, stage, currency, loss.

    A row an event, member, stage and currency; ``riskcloud ep`` reads it.
    """
    currencies, place = totals.currencies, [STAGES.index(name) for name in stages]
    each = len(stages) * len(currencies)
    member = _member_numbers(ground_up)
    words = pa.array(ground_up.event_words, pa.string())
    with ExitStack() as stack:
        writer = None
        for begin in range(0, max(len(ground_up), 1), _EVENTS):
            part = slice(begin, begin + _EVENTS)
            n = len(ground_up.event[part])
            columns: dict[str, Any] = {"event_id": pa.DictionaryArray.from_arrays(
                pa.array(ground_up.event[part].astype(np.int32)), words).cast(pa.string())}
            for name, values in (("year", ground_up.year), ("date", ground_up.date),
                                 ("annual_rate", ground_up.rate), ("member", member)):
                if values is not None:
                    columns[name] = pa.array(values[part])
            event = pa.array(np.repeat(np.arange(n), each))
            table = pa.table({
                **{name: values.take(event) for name, values in columns.items()},
                "stage": _words(np.tile(np.repeat(np.arange(len(stages)), len(currencies)), n),
                                stages),
                "currency": _words(np.tile(np.arange(len(currencies)), n * len(stages)),
                                   currencies),
                "loss": pa.array(totals.loss[part][:, place, :].ravel())})
            if writer is None:
                writer = stack.enter_context(pq.ParquetWriter(path, table.schema,
                                                              compression="zstd"))
            writer.write_table(table)


def _words(code: Ints, words: Sequence[str]) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(code.astype(np.int32)),
                                          pa.array(list(words), pa.string()))


def _member_numbers(ground_up: GroundUp) -> Ints:
    """Return members as they are written where they are whole numbers, else numbered from 0."""
    used, place = np.unique(ground_up.member, return_inverse=True)
    words = [ground_up.member_words[k] for k in used.tolist()]
    if all(word.isascii() and word.isdigit() and len(word) < 10 for word in words):
        return np.array([int(word) for word in words], np.int64)[place.reshape(-1)]
    return np.asarray(place.reshape(-1))


def write_year_losses(path: Path, ground_up: GroundUp, totals: EventTotals, basis: Basis,
                      stages: Sequence[str]) -> None:
    """Write year (from 1), member, stage, currency, total and largest of each year with events."""
    assert basis.year is not None
    known = np.flatnonzero(basis.known[ground_up.occurrence])
    year = basis.year[ground_up.occurrence[known]]
    member = _ranks(ground_up.member)[known]
    key, place = np.unique(year * ground_up.n_members + member, return_inverse=True)
    shape = (len(key), len(stages), len(totals.currencies))
    loss = totals.loss[known][:, [STAGES.index(name) for name in stages], :]
    total, largest = np.zeros(shape), np.zeros(shape)
    np.add.at(total, place, loss)
    np.maximum.at(largest, place, loss)
    row, stage, currency = (axis.ravel() for axis in np.indices(shape))
    pq.write_table(pa.table({
        "year": key[row] // ground_up.n_members + 1, "member": key[row] % ground_up.n_members,
        "stage": _words(stage, list(stages)), "currency": _words(currency, totals.currencies),
        "total": total.ravel(), "largest": largest.ravel()}), path, compression="zstd")


def largest_events(ground_up: GroundUp, totals: EventTotals) -> list[dict[str, Any]]:
    """Return the largest events of each currency by gross loss, means over the members."""
    _, first, mean = means(totals, ground_up)
    found: list[dict[str, Any]] = []
    for c, currency in enumerate(totals.currencies):
        order = np.lexsort((-mean[:, 0, c], -mean[:, 1, c]))[:LARGEST]
        for k in order[mean[order, 0, c] > 0.0].tolist():
            label = {name: value for name, value in ground_up.label[int(first[k])].items()
                     if name != "member"}
            found.append({**label, "currency": currency, **dict(zip(
                STAGES, mean[k, :, c].tolist(), strict=True))})
    return found
