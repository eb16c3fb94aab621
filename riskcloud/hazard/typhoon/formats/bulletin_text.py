"""What readers of text bulletins share: text with rows, clocks without month, radii by sector.

Not a format: :mod:`jtwc_warning`, :mod:`jtwc_atcg` and :mod:`jma_advisory` use it.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from riskcloud.errors import InputError
from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats.source import Source
from riskcloud.units import NMI

MAX_BYTES: Final = 4 * 1024 * 1024
"""Largest file read as bulletins (our choice; a bulletin is about 4 kB)."""
LONGEST_LEAD: Final = np.timedelta64(240, "h")
"""No forecast time lies further ahead of its analysis (our choice; agencies end at 120 h)."""
HEADING: Final = re.compile(
    r"\b(?P<product>[A-Z]{4})(?P<slot>\d{2})\s+(?P<centre>[A-Z]{4})\s+"
    r"(?P<day>\d{2})(?P<hour>\d{2})(?P<minute>\d{2})\b(?:[ ]+(?P<again>CC[A-Z]|COR)\b)?")
"""Abbreviated heading of a bulletin: WTPN31 PGTW 172100 COR."""
BASINS: Final[dict[str, tuple[str, str, int, float, float]]] = {
    "W": ("WP", "WP", 1, 80.0, 220.0), "A": ("IO", "NI", 1, 30.0, 120.0),
    "B": ("IO", "NI", 1, 30.0, 120.0), "S": ("SH", "SI", -1, 10.0, 180.0),
    "P": ("SH", "SP", -1, 100.0, 260.0), "E": ("EP", "EP", 1, 130.0, 300.0),
    "C": ("CP", "EP", 1, 130.0, 300.0), "L": ("AL", "NA", 1, 240.0, 360.0),
}
"""Letter of a storm number -> prefix of the id (as in ATCF files), basin, sign of its latitudes,
western and eastern bound of its longitudes (0 to 360; generous, our choice)."""
OCTANTS: Final = {"NORTH": 0, "NORTHEAST": 1, "EAST": 2, "SOUTHEAST": 3, "SOUTH": 4,
                  "SOUTHWEST": 5, "WEST": 6, "NORTHWEST": 7}
"""Direction -> its place on the compass in steps of 45 degrees."""
NO_NAME: Final = frozenset(("", "NAMELESS", "NONAME", "UNNAMED", "UNKNOWN", "INVEST"))


@dataclass(frozen=True, slots=True)
class BulletinText:
    """Upper-case text of a file without HTML tags, and where its lines begin."""

    text: str
    starts: tuple[int, ...]

    def row(self, position: int) -> int:
        """Return the row (from 1) of a position in the text."""
        return bisect_right(self.starts, position)


@dataclass(slots=True)
class Bulletin:
    """The fixes of one bulletin, one record a fix, and whether it corrects an earlier one."""

    row: int
    records: list[dict[str, Any]] = field(default_factory=list)
    corrected: bool = False


def head(source: Source, n_bytes: int = 262_144) -> str:
    """Return the beginning of a file as upper-case text, to recognise it; never raises."""
    return source.raw[:n_bytes].decode("latin-1").upper()


def bulletin_text(source: Source) -> BulletinText:
    """Return the text of a file: upper case ASCII, one kind of line end, HTML tags blanked.

    Raises InputError : the file is larger than ``MAX_BYTES``.
    """
    if len(source.raw) > MAX_BYTES:
        raise InputError(f"{source.path}: larger than {MAX_BYTES >> 20} MB: bulletins are short; "
                         "cut out those you need")
    text = re.sub(r"\r*\n|\r", "\n", source.text).replace("\0", " ")
    if "<" in text:
        text = re.sub(r"<[a-zA-Z/!][^<>\n]*>", " ", text)
    if "&" in text:
        text = html.unescape(text)
    text = text.replace("\u00a0", " ").upper().encode("ascii", "replace").decode()
    starts = (0, *(match.end() for match in re.finditer("\n", text)))
    return BulletinText(text, starts)


def split_at(text: str, starts: Sequence[int]) -> list[tuple[int, int]]:
    """Return (begin, end) of the parts of a text that begin at ``starts``; the rest before them
    is a part too.
    """
    edges = sorted({0, *starts, len(text)})
    return list(zip(edges[:-1], edges[1:], strict=True))


def time_after(base: np.datetime64, day: int, hour: int, minute: int) -> np.datetime64 | None:
    """Return the first time not before ``base`` with that day of month, hour and minute.

    None when there is none within ``LONGEST_LEAD``, as for a day or hour that cannot be.
    """
    if not (1 <= day <= 31 and 0 <= hour <= 23 and 0 <= minute <= 59):
        return None
    base = base.astype("datetime64[s]")
    first = base.astype("datetime64[M]")
    for ahead in range(2):
        month = first + np.timedelta64(ahead, "M")
        date = month.astype("datetime64[D]") + np.timedelta64(day - 1, "D")
        time = np.datetime64(date, "s") + np.timedelta64(3600 * hour + 60 * minute, "s")
        if date.astype("datetime64[M]") == month and base <= time <= base + LONGEST_LEAD:
            return time
    return None


def position(lat: str, north: str, lon: str, east: str, letter: str = "",
             ) -> tuple[float, float] | None:
    """Return (lon, lat) in degrees, None when it cannot be a place or is not in the basin.

    ``letter`` is that of the storm number (``BASINS``): a storm of the northwest Pacific at 23.8S
    is a slip of the pen or of the line.
    """
    y, x = float(lat), float(lon)
    if y > 90.0 or x > 180.0:
        return None
    y, x = (-y if north == "S" else y), (-x if east == "W" else x)
    if letter in BASINS:
        *_, sign, west, eastern = BASINS[letter]
        if y * sign < 0.0 or not west <= x % 360.0 <= eastern:
            return None
    return x, y


def quadrants(parts: Iterable[tuple[float, str, str]]) -> list[float | None] | None:
    """Return the radii [m] of the NE, SE, SW, NW quadrants, None when none is above zero.

    Parameters
    ----------
    parts : (radius in nautical miles, direction, extent): direction a key of ``OCTANTS``, or
        ELSEWHERE, or "" for all round; extent QUADRANT or SEMICIRCLE.

    A quadrant half in one semicircle and half in the other has the mean of both (our choice);
    one that nothing is said of is None.
    """
    octant: list[float | None] = [None] * 8
    for radius, direction, extent in parts:
        if direction in OCTANTS:
            half = 1 if extent == "QUADRANT" else 2
            centre = OCTANTS[direction]
            chosen = [(centre + step) % 8 for step in range(-half, half)]
        else:
            chosen = [place for place in range(8) if octant[place] is None]
        for place in chosen:
            octant[place] = radius * NMI
    radii: list[float | None] = []
    for first, second in zip(octant[::2], octant[1::2], strict=True):
        known = [radius for radius in (first, second) if radius is not None]
        radii.append(sum(known) / len(known) if known else None)
    return radii if any(radii) else None


def storm_id(number: str, base: np.datetime64) -> tuple[str, str]:
    """Return (event_id, basin) of a storm number such as 02W: WP022006, WP; "" has no basin."""
    if not number:
        return f"JTWC-{base.astype('datetime64[h]')}", ""
    prefix, basin, *_ = BASINS.get(number[-1:], (number[-1:], ""))
    # a southern season is named by the year it ends in
    half_year = np.timedelta64(6 if prefix == "SH" else 0, "M")
    season = (base.astype("datetime64[M]") + half_year).astype("datetime64[Y]")
    return f"{prefix}{number[:2]}{season}", basin


def clean_name(name: str) -> str:
    """Return a storm's name in upper case, "" for what only says that it has none."""
    name = " ".join(name.upper().split())
    return "" if name in NO_NAME else name


def one_a_time(records: Iterable[dict[str, Any]], faults: Faults) -> list[dict[str, Any]]:
    """Return one record a time, the one with most values; what is left out is noted."""
    best: dict[Any, dict[str, Any]] = {}
    for record in records:
        time = record["time_utc"]
        if time not in best:
            best[time] = record
            continue
        worse, better = sorted((best[time], record), key=_known)
        best[time] = better
        if worse | {"row": 0} != better | {"row": 0}:
            faults.note(worse["row"], "time_utc", time,
                        "a second fix of this time: the one with less in it is left out")
    return [best[time] for time in sorted(best)]


def _known(record: dict[str, Any]) -> int:
    return sum(value not in (None, "") for value in record.values())


def distinct(bulletins: Iterable[Bulletin], faults: Faults) -> list[dict[str, Any]]:
    """Return the records of all bulletins, one bulletin a storm, issue and analysis.

    Of the same bulletin met twice a correction stays, else the one with most fixes, else the
    first; the other is noted.
    """
    kept: dict[Any, Bulletin] = {}
    for bulletin in bulletins:
        if not bulletin.records:
            continue
        first = bulletin.records[0]
        key = tuple(first.get(name) for name in ("event_id", "agency", "issued_utc", "base_utc"))
        other = kept.get(key)
        if other is None:
            kept[key] = bulletin
            continue
        better = max((other, bulletin), key=lambda b: (b.corrected, len(b.records)))
        worse = bulletin if better is other else other
        kept[key] = better
        faults.note(worse.row, "", "", f"the bulletin of {first.get('base_utc')} UTC for "
                    f"{first.get('event_id')} stands here more than once: read once")
    return own_rows(record for bulletin in kept.values() for record in bulletin.records)


def own_rows(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the records with a row each: of those that share one, as in a text without line
    ends, all but the first are numbered on from the last row.
    """
    made, used = list(records), set[int]()
    free = max((record["row"] for record in made), default=0) + 1
    for at, record in enumerate(made):
        if record["row"] in used:
            made[at] = record | {"row": free}
            free += 1
        used.add(made[at]["row"])
    return made
