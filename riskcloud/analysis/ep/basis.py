"""How often: simulated years of events, or their yearly rates."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from riskcloud.analysis.ep.chunks import open_table
from riskcloud.analysis.ep.columns import find_column
from riskcloud.analysis.ep.gather import Gathered
from riskcloud.analysis.ep.words import WordList
from riskcloud.errors import InputError, Problem
from riskcloud.exposure.cells import to_numbers
from riskcloud.exposure.faults import FaultLog
from riskcloud.types import Bools, Floats, Ints

CALENDAR: Final = (1800, 2200)
"""Years all of which lie here are those of a calendar, not 1 to N of a simulation; ours."""
_NO_BASIS: Final = ("no years and no rates: give a column year (and --years), --rates FILE, or "
                    "--events FOLDER of the event set")


@dataclass(frozen=True, slots=True)
class Basis:
    """Years or rates of the events of a loss table.

    kind : years or rates. source : where they come from. n_years : 0 of rates. year (n_events,)
    from 0; annual_rate (n_events,); known (n_events,): events that have one. activity_cv : of the
    factor that all rates of a year have in common (0: Poisson).
    problems : of events without. notes : what was assumed.
    """

    kind: str
    source: str
    known: Bools
    n_years: int = 0
    year: Ints | None = None
    annual_rate: Floats | None = None
    problems: Sequence[Problem] = ()
    notes: Sequence[str] = ()
    activity_cv: float = 0.0


def find_basis(found: Gathered, file: str, *, n_years: int | None = None,
               rates: Path | None = None, events: Path | None = None,
               activity_cv: float = 0.0) -> Basis:
    """Return the years or rates of events: of what was given, else of the loss table itself.

    activity_cv : how much more than by chance years differ in their number of events, of rates.

    Raises
    ------
    InputError : neither years nor rates; a file of rates or an event set that cannot be read;
    an activity of simulated years. Events without year or rate are in ``problems``.
    """
    basis = _found_basis(found, file, n_years, rates, events)
    if activity_cv == 0.0:
        return basis
    if basis.kind == "years":
        raise InputError("--activity-cv is of yearly rates: simulated years have their own number "
                         "of events", [Problem(0, "--activity-cv", f"{activity_cv:g}",
                                               "leave it out, or give --rates", file)])
    return replace(basis, activity_cv=activity_cv)


def _found_basis(found: Gathered, file: str, n_years: int | None, rates: Path | None,
                 events: Path | None) -> Basis:
    notes = []
    if rates is not None or events is not None:
        if found.columns.year is not None:
            notes.append("the column of years is not used: rates or an event set were given")
        basis = _of_rates(found, file, rates) if rates is not None else \
            _of_event_set(found, file, _given(events), n_years)
        return _with_notes(basis, notes)
    if found.columns.year is not None:
        if found.columns.annual_rate is not None:
            notes.append("the column of rates is not used: the file says the year of each event")
        return _with_notes(_of_years(found, file, n_years), notes)
    if found.columns.annual_rate is not None and n_years is None:
        return Basis("rates", file, np.isfinite(found.annual_rate), annual_rate=found.annual_rate)
    raise InputError(f"{file}: {_NO_BASIS}", [Problem(1, "year", "", _NO_BASIS, file)])


def _given(path: Path | None) -> Path:
    assert path is not None
    return path


def _with_notes(basis: Basis, notes: Sequence[str]) -> Basis:
    return replace(basis, notes=(*notes, *basis.notes))


def _of_years(found: Gathered, file: str, n_years: int | None) -> Basis:
    """Years of the loss table: 1 to N, 0 to N - 1, or those of a calendar."""
    year, has_one = found.year, found.year >= 0
    if not has_one.any():
        return Basis("years", file, has_one, n_years or 0, year)
    first, last = int(year[has_one].min()), int(year[has_one].max())
    notes = []
    calendar = CALENDAR[0] <= first and last <= CALENDAR[1]
    start = first if calendar else min(first, 1)
    if calendar:
        notes.append(f"years {first} to {last} are taken for those of a calendar")
    if n_years is None:
        n_years = last - start + 1
        notes.append(f"no --years: {n_years} years taken, up to the last with a loss; where more "
                     "were simulated, give their number, as empty years count")
    known = has_one & (year - start < n_years)
    column = found.columns.year or "year"
    told = [Problem(int(found.first_row[k]), column, str(year[k]),
                    f"beyond the {n_years} years of --years (numbered {start} to "
                    f"{start + n_years - 1}): give the number simulated", file)
            for k in np.flatnonzero(has_one & ~known)]
    return Basis("years", file, known, n_years, year - start, problems=told, notes=notes)


def _of_event_set(found: Gathered, file: str, folder: Path, n_years: int | None) -> Basis:
    """Years of an event set that ``climate typhoon`` wrote."""
    from riskcloud.hazard.events import read_event_years

    heads, years = read_event_years(folder)
    if years != int(years) or (n_years is not None and n_years != years):
        raise InputError(f"{folder}: an event set of {years:g} years; --years {n_years}"
                         if n_years is not None else
                         f"{folder}: an event set of {years:g} years, not of whole ones: use "
                         "--rates")
    place = _places(found, [str(name) for name in heads["event_id"]])
    year = np.where(place >= 0, np.asarray(heads["year"], np.int64)[place] - 1, -1)
    known = (year >= 0) & (year < years)
    told = _missing(found, file, known, f"no such event in {folder.name}: losses and event set are "
                    "not of one run")
    return Basis("years", str(folder), known, int(years), year, problems=told)


def _of_rates(found: Gathered, file: str, path: Path) -> Basis:
    """Rates of a file event_id, annual_rate, or of an event set."""
    if path.is_dir():
        from riskcloud.hazard.events import read_event_years

        heads, _ = read_event_years(path)
        ids = [str(name) for name in heads["event_id"]]
        rate, problems = np.asarray(heads["annual_rate"], np.float64), list[Problem]()
    else:
        ids, rate, problems = read_rates(path)
    place = _places(found, ids)
    own = np.where(place >= 0, rate[place] if len(rate) else np.nan, np.nan)
    told = _missing(found, file, place >= 0, f"no rate in {path.name} for this event: add it (0 if "
                    "it cannot happen)")
    return Basis("rates", str(path), np.isfinite(own), annual_rate=own,
                 problems=[*problems, *told])


def read_rates(path: Path) -> tuple[list[str], Floats, list[Problem]]:
    """Return events and yearly rates (n,) of a file, NaN where bad, and its faults.

    Raises
    ------
    InputError : no columns event_id and annual_rate.
    """
    table = open_table(path)
    event, rate = (find_column(table.headers, name) for name in ("event_id", "annual_rate"))
    if event is None or rate is None:
        raise InputError(f"{path}: no table of yearly rates", [
            Problem(1, name, "", "required column is missing", path.name)
            for name, header in (("event_id", event), ("annual_rate", rate)) if header is None])
    words, values, problems = WordList(), list[Floats](), list[Problem]()
    seen = 0
    for rows in table.rows([event, rate]):
        log = FaultLog(rows.row)
        log.of_rows.extend(rows.problems)
        code, number = words.codes(rows.columns[event]), to_numbers(rows.columns[rate])
        empty = (code == words.place.get("", -1)) & number.blank
        log.add(~empty & ~((number.value >= 0.0) & np.isfinite(number.value)), rate,
                rows.columns[rate], "a yearly rate is a number of 0 or more")
        fresh = np.zeros(len(code), bool)
        fresh[np.unique(code, return_index=True)[1]] = True
        log.add(~empty & ~(fresh & (code >= seen)), event, rows.columns[event],
                "this event stands above: an event has one rate")
        part = np.full(len(words) - seen, np.nan)
        new = np.flatnonzero(fresh & (code >= seen))
        part[code[new] - seen] = number.value[new]
        part[~(part >= 0.0)] = np.nan
        values.append(part)
        seen = len(words)
        problems += [Problem(item.row, item.column, item.value, item.remedy, path.name)
                     for item in log.of_rows]
    return words.word, np.concatenate([*values, np.zeros(0)]), problems


def _places(found: Gathered, ids: Sequence[str]) -> Ints:
    """Return where each event of the losses stands among ids, -1 nowhere (n_events,)."""
    place = {name.strip(): k for k, name in enumerate(ids)}
    return np.array([place.get(name, -1) for name in found.events], np.int64)


def _missing(found: Gathered, file: str, known: Bools, remedy: str) -> list[Problem]:
    return [Problem(int(found.first_row[k]), found.columns.event_id, found.events[k], remedy, file)
            for k in np.flatnonzero(~known & (found.first_row >= 0))]
