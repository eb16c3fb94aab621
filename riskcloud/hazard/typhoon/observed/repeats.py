"""Stations that stand twice in a file for the same storm and time."""

from collections.abc import Sequence

from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.observed.masts import station_key
from riskcloud.hazard.typhoon.observed.records import Observed
from riskcloud.hazard.typhoon.observed.words import plain


def storm_key(row: Observed) -> str:
    """Return what tells one storm of a file from another: sid, else number, else name and year."""
    return row.sid or row.jma_no or " ".join(filter(None, (plain(row.event), row.season)))


def without_repeats(rows: Sequence[Observed], faults: Faults, notes: list[str]) -> list[Observed]:
    """Return rows of which each station, storm and window stands once.

    Rows that say the same are one, and noted; rows that differ are all at fault, each naming the
    others, since no rule says which of them is right.
    """
    groups: dict[tuple[object, ...], list[Observed]] = {}
    for row in rows:
        groups.setdefault((storm_key(row), station_key(row.station), row.window), []).append(row)
    dropped = set()
    for same in groups.values():
        if len(same) == 1:
            continue
        first = same[0]
        if all(_content(row) == _content(first) for row in same):
            dropped |= {row.row for row in same[1:]}
            notes.append(f"{first.station} stands in rows {_listed(same)} alike: counted once")
            continue
        for row in same:
            others = [other for other in same if other is not row]
            faults.add([row.row], "station", [row.station],
                       f"the same station and storm as row {_listed(others)}, not alike: "
                       "keep one of them")
    return [row for row in rows if row.row not in dropped]


def _content(row: Observed) -> str:
    return repr((row.wind_m_s, row.lon, row.lat, row.ground_m, row.anemometer_m, row.height_m))


def _listed(rows: Sequence[Observed]) -> str:
    return ", ".join(str(row.row) for row in rows)
