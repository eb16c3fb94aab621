"""What a reader of a native format takes and gives: a file as it came, fixes out of records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from riskcloud.hazard.source_file import Faults, decoded
from riskcloud.hazard.typhoon.track_table import RANGES, TEXT, read_bytes

SHORTEST_CLOCK: Final = np.timedelta64(6, "h")
"""How far ahead of its arrival a bulletin's clock may be: clocks differ, forecasts start at the
synoptic hour that is next (our choice)."""
RADII_KT: Final = (34, 50, 64)
QUADRANTS: Final = ("ne", "se", "sw", "nw")


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it came. ``arrived_utc`` (datetime64[s]) dates what gives no year or month."""

    path: Path
    raw: bytes
    arrived_utc: np.datetime64

    @property
    def text(self) -> str:
        """Return the content as text: UTF-8, else GB18030; unreadable bytes become U+FFFD."""
        return decoded(self.raw)

    @property
    def lines(self) -> list[str]:
        """Return the lines of the text, without their ends; line i is row i + 1."""
        return self.text.splitlines()


def open_source(path: Path, arrived_utc: np.datetime64 | None = None) -> Source:
    """Return a file as it came; without a time of arrival, that of its last change.

    Raises InputError : no file, too large, or empty.
    """
    raw = read_bytes(path)
    if arrived_utc is None:
        arrived_utc = np.datetime64(int(path.stat().st_mtime), "s")
    return Source(path, raw, arrived_utc.astype("datetime64[s]"))


def date_of_day(day: int, hour: int, minute: int, arrived_utc: np.datetime64,
                ) -> np.datetime64 | None:
    """Return the latest time with that day of month and hour that is not after the arrival.

    A clock up to ``SHORTEST_CLOCK`` ahead still counts. None for a day or hour that cannot be.
    """
    if not (1 <= day <= 31 and 0 <= hour <= 23 and 0 <= minute <= 59):
        return None
    limit = arrived_utc.astype("datetime64[s]") + SHORTEST_CLOCK
    month = limit.astype("datetime64[M]")
    for back in range(13):
        start = (month - np.timedelta64(back, "M")).astype("datetime64[D]")
        date = start + np.timedelta64(day - 1, "D")
        if date.astype("datetime64[M]") != start.astype("datetime64[M]"):
            continue  # no 31st in this month
        seconds = np.timedelta64(60 * (60 * hour + minute), "s")
        time = np.datetime64(date, "s") + seconds
        if time <= limit:
            return time
    return None


def to_fixes(records: Iterable[Mapping[str, Any]], faults: Faults) -> pd.DataFrame:
    """Return the table of fixes (``track_table``) of a reader's records, one a fix.

    Keys of a record: row (line in the file), time_utc, lat, lon (needed); event_id, name, agency,
    basin, status (text); issued_utc, base_utc (datetime64); central_pressure_pa,
    environmental_pressure_pa, max_wind_m_s, averaging_s, r_max_m, member (numbers); r34, r50, r64
    (four radii NE, SE, SW, NW [m]). What is missing is NaN, NaT or "".

    A record without time or position is left out and noted; a number beyond ``RANGES`` becomes
    NaN and is noted.
    """
    columns = [*TEXT, "time_utc", "issued_utc", "base_utc", *RANGES]
    rows, index = [], []
    for record in records:
        fix = _checked(record, faults)
        if fix is not None:
            rows.append(fix)
            index.append(int(record["row"]))
    fixes = pd.DataFrame(rows, columns=columns, index=pd.Index(index, dtype="int64"))
    for name in ("time_utc", "issued_utc", "base_utc"):
        fixes[name] = pd.to_datetime(fixes[name]).astype("datetime64[s]")
    for name in RANGES:
        fixes[name] = fixes[name].astype("float64")
    fixes["member"] = fixes["member"].fillna(0.0)
    fixes["averaging_s"] = fixes["averaging_s"].fillna(600.0)
    return fixes


def _checked(record: Mapping[str, Any], faults: Faults) -> dict[str, Any] | None:
    """Return a record as a row of the table; None when it lacks time or position."""
    row = int(record["row"])
    fix: dict[str, Any] = {name: str(record.get(name) or "").strip() for name in TEXT}
    for name in ("time_utc", "issued_utc", "base_utc"):
        time = record.get(name)
        fix[name] = np.datetime64("NaT", "s") if time is None else np.datetime64(time, "s")
    numbers = dict(record)
    for speed in RADII_KT:
        radii: Sequence[Any] = record.get(f"r{speed}") or ()
        numbers |= {f"r{speed}_{q}": radius for q, radius in zip(QUADRANTS, radii, strict=False)}
        numbers[f"r{speed}"] = None
    for name, (low, high) in RANGES.items():
        value = numbers.get(name)
        number = np.nan if value is None else float(value)
        if np.isfinite(number) and not low <= number <= high:
            faults.note(row, name, value, f"out of range ({low:g} to {high:g}): left out")
            number = np.nan
        fix[name] = number if np.isfinite(number) else np.nan
    if np.isnat(fix["time_utc"]) or np.isnan(fix["lat"]) or np.isnan(fix["lon"]):
        faults.note(row, "", "", "a fix without time or position: left out")
        return None
    return fix
