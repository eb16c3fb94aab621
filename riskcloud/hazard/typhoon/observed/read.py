"""Read winds observed at stations: every fault at once with its row, what was assumed is noted."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from riskcloud.errors import InputError, Problem
from riskcloud.hazard import source_file
from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.observed.columns import MEASURES, Column, map_columns
from riskcloud.hazard.typhoon.observed.records import Observations, Observed
from riskcloud.hazard.typhoon.observed.repeats import without_repeats
from riskcloud.hazard.typhoon.observed.values import read_winds
from riskcloud.hazard.typhoon.observed.words import (
    direction_deg,
    is_blank,
    plain,
    read_number,
    read_times,
)
from riskcloud.types import Times

MAX_BYTES: Final = 64 * 1024 * 1024
"""Largest file read (ours): some 300,000 rows."""
GROUND_M: Final = (-450.0, 9000.0)
MAST_M: Final = (0.5, 700.0)
"""Heights above ground believed: the tallest masts that carry an anemometer are near 600 m."""


def read_observations(path: Path, *, skip_bad: bool = False) -> Observations:
    """Return what stations observed, from a CSV with any order of columns; extra ones are kept.

    A column is known by its name in English or Chinese (docs/verify-wind.md): station, lat, lon,
    sid or event, and winds such as ``max_gust_kmh``, ``max_10min_mean (m/s)``, 极大风速(m/s). The
    unit of a wind stands in its column's name, in a column ``unit``, or in the cell.

    Parameters
    ----------
    skip_bad : leave rows with a fault out and name them in ``rejected``.

    Raises
    ------
    InputError : no such file, no table, no column of a place or of a wind; winds with no unit
        anywhere; all faulty rows at once (with ``skip_bad`` only where no row is left).
    """
    faults = Faults(path)
    headers, table, rows = _read_table(path, faults)
    columns = map_columns(headers)
    _check_columns(path, headers, columns)
    cells = {header: [record[k] for record in table] for k, header in enumerate(headers)}
    winds = read_winds(columns, cells, rows, faults)
    found, notes = _observed(columns, cells, rows, winds, faults)
    found = without_repeats(found, faults, notes)
    problems = sorted(set(faults.found))
    bad = {problem.row for problem in problems}
    kept = tuple(one for one in found if one.row not in bad)
    if problems and not (skip_bad and kept):
        raise InputError(f"{path}: {len(problems)} problem(s)", problems)
    measures = tuple(name for name in MEASURES if any(
        np.isfinite(one.wind_m_s.get(name, np.nan)) for one in kept))
    if not measures:
        raise InputError(f"{path}: no row has an observed wind")
    return Observations(path, kept, measures, tuple(problems), tuple(notes))


def _read_table(path: Path, faults: Faults) -> tuple[list[str], list[list[str]], list[int]]:
    """Return the header, the rows below it that are not blank, and their place in the file."""
    raw = source_file.read_bytes(path, max_bytes=MAX_BYTES, what="file of observations",
                                 remedy="cut out the storms you need")
    if b"\0" in raw[:4096]:
        raise InputError(f"{path}: not a text file; save it as CSV, UTF-8 or GB18030")
    text = source_file.decoded(raw)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    try:
        records = [(reader.line_num, record) for record in reader]
    except csv.Error as error:
        raise InputError(f"{path}: not a table: {error}") from error
    records = [(line, record) for line, record in records if any(map(str.strip, record))]
    headers = [cell.strip() for cell in records[0][1]]
    table, rows = [], []
    for line, record in records[1:]:
        if len(record) != len(headers):
            faults.add([line], "", [",".join(record)[:80]],
                       f"{len(record)} cells, expected {len(headers)}")
            continue
        table.append([cell.strip() for cell in record])
        rows.append(line)
    if not table and faults.found:
        faults.stop()
    if not table:
        raise InputError(f"{path}: no observation in it; expected a header and one row a station")
    return headers, table, rows


def _check_columns(path: Path, headers: Sequence[str], columns: Sequence[Column]) -> None:
    """Raise InputError unless the header names places and winds, each once."""
    faults = []
    for roles in (("lat",), ("lon",), ("station", "station_id")):
        if not any(column.role in roles for column in columns):
            faults.append(Problem(1, roles[0], "", "required column is missing"))
    if not any(column.role == "value" for column in columns):
        bare = [column.header for column in columns if column.role == "unknown_wind"]
        remedy = ("say what wind it is in the name: gust, 10min mean, hourly mean or 1min mean"
                  if bare else "no column of observed winds, such as max_gust_kmh")
        faults += [Problem(1, header, "", remedy) for header in bare or [""]]
    seen: dict[str, str] = {}
    for column in columns:
        if column.role in ("value", "time", "direction", "unit", "unknown_wind"):
            continue
        if column.role in seen:
            faults.append(Problem(1, column.header, "",
                                  f"means the same as {seen[column.role]}: keep one of them"))
        seen.setdefault(column.role, column.header)
    faults += [Problem(1, header, "", "this column stands twice: keep one of them")
               for header in dict.fromkeys(headers) if header and headers.count(header) > 1]
    if faults:
        raise InputError(f"{path}: {len(faults)} problem(s)", sorted(faults))


def _observed(columns: Sequence[Column], cells: Mapping[str, Sequence[str]], rows: Sequence[int],
              winds: Mapping[str, Sequence[float]], faults: Faults,
              ) -> tuple[list[Observed], list[str]]:
    """Return one Observed a row, faulty rows among them, and notes."""
    by_role = {column.role: column for column in columns if column.role not in (
        "value", "time", "direction", "unit", "unknown_wind")}
    words = {role: list(cells[column.header]) for role, column in by_role.items()}
    numbers = {"lat": (-90.0, 90.0), "lon": (-720.0, 720.0), "ground_m": GROUND_M,
               "anemometer_m": GROUND_M, "height_m": MAST_M}
    values = {role: _numbers(by_role[role], words[role], rows, faults, *span)
              for role, span in numbers.items() if role in by_role}
    ground, top = values.get("ground_m"), values.get("anemometer_m")
    if ground is not None and top is not None:
        below = [i for i in range(len(rows)) if top[i] < ground[i]]
        column = by_role["anemometer_m"].header
        faults.add([rows[i] for i in below], column, [cells[column][i] for i in below],
                   "the anemometer would stand below its ground")
    notes: list[str] = []
    times = {(c.role, c.measure): _times(c, cells[c.header], rows, faults, notes)
             for c in columns if c.role in ("time", "window_start", "window_end")}
    windows = _windows(times, rows, by_role, words, faults)
    directions = {c.measure: [direction_deg(cell) for cell in cells[c.header]]
                  for c in columns if c.role == "direction" and c.measure}
    named = "station" if "station" in by_role else "station_id"
    for i, name in enumerate(words[named]):
        if is_blank(name) and plain(name) not in ("m", "na"):  # these may be a station's name
            faults.add([rows[i]], by_role[named].header, [name],
                       "an observation needs its station's name")
    notes += [f"{c.header}: left out, the wind's averaging period is not in its name"
              for c in columns if c.role == "unknown_wind"]
    silent = np.full(len(rows), np.nan)
    found = [Observed(
        row=rows[i], station=words[named][i], lon=float(values["lon"][i]),
        lat=float(values["lat"][i]), wind_m_s={name: winds[name][i] for name in winds},
        sid=_word(words, "sid", i).upper(), event=_word(words, "event", i),
        jma_no=_word(words, "jma_no", i), season=_word(words, "season", i),
        **{name: float(values.get(name, silent)[i]) for name in (
            "ground_m", "anemometer_m", "height_m")},
        window=windows[i],
        from_deg={name: of[i] for name, of in directions.items()},
        time_utc={name: time[i] for (role, name), time in times.items() if role == "time"},
        cells={header: column[i] for header, column in cells.items()})
        for i in range(len(rows))]
    return found, notes


def _word(words: Mapping[str, Sequence[str]], role: str, i: int) -> str:
    return "" if role not in words or is_blank(words[role][i]) else words[role][i]


def _numbers(column: Column, cells: Sequence[str], rows: Sequence[int], faults: Faults,
             low: float, high: float) -> list[float]:
    """Return a column of degrees or of metres; unreadable and far-off cells become faults."""
    out = []
    degrees = column.role in ("lat", "lon")
    for row, cell in zip(rows, cells, strict=True):
        out.append(float("nan"))
        if is_blank(cell):
            if degrees:
                faults.add([row], column.header, [cell], "a station needs its position")
            continue
        number = read_number(cell.rstrip("°NEne ") if degrees else cell, speed=False)
        if number is None or number.factor != number.factor:
            faults.add([row], column.header, [cell], "expected a number")
            continue
        value = number.value if degrees else number.value * (
            number.factor if number.factor is not None else column.factor or 1.0)
        if not low <= value <= high:
            faults.add([row], column.header, [cell], f"expected {low:g} to {high:g}"
                       + ("" if degrees else " m"))
            continue
        out[-1] = value
    return out


def _times(column: Column, cells: Sequence[str], rows: Sequence[int], faults: Faults,
           notes: list[str]) -> Times:
    time, wrong, naive = read_times(cells)
    for i in (k for k, bad in enumerate(wrong) if bad):
        faults.add([rows[i]], column.header, [cells[i]],
                   "expected a time such as 2017-08-23T08:31+08:00")
    if any(naive):
        notes.append(f"{column.header}: times without an offset count as UTC")
    return time


def _windows(times: Mapping[tuple[str, str], Times], rows: Sequence[int],
             by_role: Mapping[str, Column], words: Mapping[str, Sequence[str]], faults: Faults,
             ) -> list[tuple[np.datetime64, np.datetime64] | None]:
    """Return each row's window; half a window and one that ends before it starts are faults."""
    silent = np.full(len(rows), "NaT", "datetime64[s]")
    start, end = (times.get((role, ""), silent) for role in ("window_start", "window_end"))
    out: list[tuple[np.datetime64, np.datetime64] | None] = []
    for i, row in enumerate(rows):
        known = not np.isnat(start[i]), not np.isnat(end[i])
        out.append((start[i], end[i]) if all(known) else None)
        if any(known) and not all(known):
            role = "window_end" if known[0] else "window_start"
            header = by_role[role].header if role in by_role else role
            faults.add([row], header, [_word(words, role, i)],
                       "a window needs its start and its end")
        elif all(known) and not start[i] < end[i]:
            faults.add([row], by_role["window_end"].header, [words["window_end"][i]],
                       "a window ends after its start")
    return out
