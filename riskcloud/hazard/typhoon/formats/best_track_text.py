"""What readers of best tracks and decks share: cells, clocks, storms under headers, one fix a time.

Not a format: :mod:`cma_best_track`, :mod:`jma_best_track`, :mod:`hurdat2`, :mod:`atcf_deck` and
:mod:`tcvitals` use it.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import numpy as np

from riskcloud.errors import InputError
from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats.source import Source
from riskcloud.hazard.typhoon.track_table import RANGES

MAX_BYTES: Final = 64 * 1024 * 1024
"""Largest file read as best tracks or decks (our choice; a season's aids of a storm are 10 MB)."""
HEAD_BYTES: Final = 16_384
"""How much of a file is looked at to recognise it (our choice)."""
TABLE: Final = re.compile(r'(^|[,;\t])\s*"?(lat|lon|latitude|longitude)\b', re.I)
"""A header of a table: not ours."""
LONGEST_STEP: Final = np.timedelta64(5, "D")
"""Rows beyond the number their header announces that do not follow within this time belong to a
storm whose header is lost (our choice)."""
PAUSE: Final = np.timedelta64(30, "D")
"""Longest silence within one storm of a numbered deck (our choice)."""
INVEST: Final = 80
"""Numbers from here on are tests and areas of interest; they are used again within weeks."""
INVEST_PAUSE: Final = np.timedelta64(5, "D")
"""Longest silence within one area of interest (our choice)."""
BASINS: Final = {"WP": "WP", "IO": "NI", "EP": "EP", "CP": "EP", "AL": "NA", "SL": "SA", "SH": ""}
"""Basin of ATCF ids -> ours; SH is SI or SP by its longitude."""
EAST_OF_SP: Final = 135.0
"""Western bound of the South Pacific in JTWC numbers (S west of it, P east of it) [degrees]."""
NO_NAME: Final = frozenset(("NAMELESS", "(NAMELESS)", "UNNAMED", "NONAME", "UNKNOWN", "-"))


@dataclass(slots=True)
class Tally:
    """Notes of one file, alike ones gathered: a broken deck is not to give a note a line."""

    faults: Faults
    seen: dict[tuple[str, str], tuple[int, object, int]] = field(default_factory=dict)

    def add(self, row: int, column: str, cell: object, remedy: str) -> None:
        """Count one thing to note; the first of its kind is shown."""
        first, shown, count = self.seen.get((column, remedy), (row, cell, 0))
        self.seen[column, remedy] = (first, shown, count + 1)

    def tell(self) -> None:
        """Give what was counted to the faults."""
        for (column, remedy), (row, cell, count) in self.seen.items():
            more = f" (and {count - 1} more such)" if count > 1 else ""
            self.faults.note(row, column, str(cell)[:40], remedy + more)


@dataclass(slots=True)
class Storm:
    """The fixes under one header; ``header`` is None where it is lost."""

    row: int
    header: re.Match[str] | None
    records: list[dict[str, Any]] = field(default_factory=list)

    @property
    def announced(self) -> int | None:
        """How many fixes the header announces."""
        return int(self.header["count"]) if self.header else None


def looks_like(source: Source, row: re.Pattern[str], header: re.Pattern[str] | None = None) -> bool:
    """Tell whether most of the first lines are rows or headers of a format, one at least a row.

    Never raises; a table whose header names latitude or longitude is none of ours.
    """
    text = source.raw[:HEAD_BYTES].decode("latin-1").removeprefix("\u00ef\u00bb\u00bf")
    lines = [line for line in text.splitlines() if line.strip()][:60]
    if not lines or TABLE.search(lines[0]):
        return False
    rows = sum(row.match(line) is not None for line in lines)
    heads = sum(header.match(line) is not None for line in lines) if header else 0
    return rows > 0 and 2 * (rows + heads) >= len(lines)


def text_lines(source: Source) -> list[tuple[int, str]]:
    """Return (row, line) of the lines that are not blank.

    Raises InputError : the file is larger than ``MAX_BYTES``.
    """
    if len(source.raw) > MAX_BYTES:
        raise InputError(f"{source.path}: larger than {MAX_BYTES >> 20} MB; cut out the storms "
                         "you need")
    return [(row, line) for row, line in enumerate(source.lines, 1) if line.strip()]


def cell_lines(source: Source) -> list[tuple[int, list[str]]]:
    """Return (row, cells) of comma lines; a cell that the end of the file cuts is left out.

    Where the last line lacks its end, its last cell may be half a number, unless there are as many
    cells as in the longest other line.
    """
    lines = [(row, [cell.strip() for cell in line.split(",")]) for row, line in text_lines(source)]
    whole = source.raw.endswith((b"\n", b"\r"))
    if lines and not whole:
        longest = max((len(cells) for _, cells in lines[:-1]), default=0)
        if len(lines[-1][1]) != longest:
            lines[-1][1].pop()
    return lines


def utc_time(year: int, month: int, day: int, hour: int, minute: int = 0) -> np.datetime64 | None:
    """Return a time of unit second, None for a date that cannot be or before 1800 or after 2200."""
    if not 1800 <= year <= 2200:
        return None
    try:
        return np.datetime64(datetime(year, month, day, hour, minute), "s")
    except ValueError:
        return None


def number(text: str) -> float | None:
    """Return a plain decimal number, None for anything else or a negative one (missing)."""
    return float(text) if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{0,4})?", text) else None


def quantity(text: str, factor: float, name: str, row: int, tally: Tally) -> float | None:
    """Return a number in SI; None for blank, zero or negative, which decks write for missing.

    What is no number, or beyond ``RANGES[name]``, is None and noted.
    """
    if not text or re.fullmatch(r"-?0*(\.0*)?|-0*9+(\.0*)?", text):
        return None
    value = number(text)
    low, high = RANGES[name]
    if value is None:
        tally.add(row, name, text, "not a number: left out")
        return None
    if not low <= value * factor <= high:
        tally.add(row, name, text, f"expected {low / factor:.4g} to {high / factor:.4g}: left out")
        return None
    return value * factor


def degrees(text: str, sides: str, factor: float) -> float | None:
    """Return a coordinate such as 172N or 17.2N in degrees, S and W negative; None if it is none.

    ``sides`` is NS or EW; ``factor`` 0.1 for tenths, 1.0 for degrees.
    """
    side = text[-1:].upper()
    value = number(text[:-1].strip()) if side and side in sides else None
    if value is None or value * factor > (90.0 if sides == "NS" else 360.0):
        return None
    return round(-value * factor if side in "SW" else value * factor, 6)


def radii(cells: Sequence[str], factor: float, name: str, row: int, tally: Tally,
          ) -> list[float | None] | None:
    """Return four radii [m], None when none is above zero (not analysed).

    Zero beside larger ones says that a quadrant has no such wind.
    """
    found = [quantity(cell, factor, name, row, tally) for cell in cells]
    if not any(found):
        return None
    return [0.0 if number(cell) == 0.0 else value for cell, value in zip(cells, found, strict=True)]


def storms(lines: Iterable[tuple[int, str]], header: re.Pattern[str],
           to_fix: Callable[[int, str], dict[str, Any] | None], tally: Tally) -> list[Storm]:
    """Return the storms of a file whose headers announce their number of rows (group ``count``).

    ``to_fix`` gives the record of a row, None for a line that is no row. A header that disagrees
    with its rows is noted, a lost header too: its rows are a storm of their own.
    """
    found: list[Storm] = []
    lost = True  # no header yet, or an unreadable line where one should be
    for row, line in lines:
        match = header.match(line)
        if match:
            found.append(Storm(row, match))
            lost = False
            continue
        record = to_fix(row, line)
        full = bool(found) and _is_full(found[-1])
        if record is None:
            tally.add(row, "", line.strip(), "neither a header nor a fix: left out")
            lost = lost or full
            continue
        if lost or (full and not _follows(found[-1], record)):
            tally.add(row, "", "", "fixes without the header of their storm: it has no name")
            found.append(Storm(row, None))
            lost = False
        found[-1].records.append(record)
    for storm in found:
        if storm.announced not in (None, len(storm.records)):
            tally.add(storm.row, "", "", f"the header announces {storm.announced} fixes, "
                      f"{len(storm.records)} could be read: the file is cut or a line is broken")
    return [storm for storm in found if storm.records]


def _is_full(storm: Storm) -> bool:
    return storm.announced is not None and len(storm.records) >= storm.announced


def _follows(storm: Storm, record: dict[str, Any]) -> bool:
    if not storm.records:
        return True
    step = record["time_utc"] - storm.records[-1]["time_utc"]
    return bool(np.timedelta64(0, "s") < step <= LONGEST_STEP)


def clean_name(name: str) -> str:
    """Return a storm's name in upper case, "" for what only says that it has none."""
    name = " ".join(name.upper().split())
    return "" if name in NO_NAME else name


def name_alike(records: list[dict[str, Any]]) -> None:
    """Give all fixes of a storm the last name written: it begins as INVEST, then NINE, then IKE."""
    last: dict[str, tuple[np.datetime64, str]] = {}
    for record in records:
        event, name, time = record["event_id"], record["name"], record["time_utc"]
        if name and (event not in last or time >= last[event][0]):
            last[event] = (time, name)
    for record in records:
        record["name"] = last[record["event_id"]][1] if record["event_id"] in last else ""


def one_a_time(records: Iterable[dict[str, Any]], tally: Tally, *, later: bool = False,
               ) -> list[dict[str, Any]]:
    """Return one record a track and time: the one with most in it, or the last (``later``).

    Of equal ones the first stays. What is left out and says otherwise is noted.
    """
    kept: dict[Any, dict[str, Any]] = {}
    for record in records:
        key = (record["event_id"], record["agency"], record.get("base_utc"),
               record.get("member", 0), record["time_utc"])
        other = kept.setdefault(key, record)
        if other is record:
            continue
        if later or _known(record) > _known(other):
            kept[key] = record
        if record | {"row": 0} != other | {"row": 0}:
            which = "the last" if later else "the fuller"
            tally.add(record["row"], "time_utc", record["time_utc"],
                      f"more than one fix of this storm and time: {which} one is kept")
    return list(kept.values())


def _known(record: dict[str, Any]) -> int:
    return sum(value not in (None, "") for value in record.values())


def storm_ids(seen: Iterable[tuple[str, int, np.datetime64]],
              ) -> dict[tuple[str, int, np.datetime64], str]:
    """Return the id, as WP142017, of each (basin, number, time) met in a file.

    A number used again after a pause is another storm. The year is that of the first time; a
    season of the southern hemisphere begins in July and is named after the year it ends in.
    """
    times: dict[tuple[str, int], set[np.datetime64]] = defaultdict(set)
    for basin, serial, time in seen:
        times[basin, serial].add(time)
    ids: dict[tuple[str, int, np.datetime64], str] = {}
    for (basin, serial), own in times.items():
        pause = INVEST_PAUSE if serial >= INVEST else PAUSE
        event, before, used = "", None, set[str]()
        for time in sorted(own):
            if before is None or time - before > pause:
                month = time.astype("datetime64[M]").astype(int)
                ahead = 6 if basin == "SH" else 0
                event = f"{basin}{serial:02d}{1970 + (month + ahead) // 12}"
                if event in used:
                    event += "-" + str(time)[5:10].replace("-", "")
                used.add(event)
            ids[basin, serial, time] = event
            before = time
    return ids


def basin_of(prefix: str, lon: float) -> str:
    """Return our basin of an ATCF basin; the southern hemisphere is parted by longitude."""
    if prefix != "SH":
        return BASINS.get(prefix, "")
    return "SI" if 0.0 < lon % 360.0 < EAST_OF_SP else "SP"
