"""Read a portfolio file. Every fault is reported at once, each with its row."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd

from riskcloud.errors import InputError
from riskcloud.exposure.build import Reading, as_strings, constant, read_columns
from riskcloud.exposure.checks import check_rows, missing_columns
from riskcloud.exposure.faults import FaultLog
from riskcloud.exposure.formats import read_raw
from riskcloud.exposure.places import Places, read_places
from riskcloud.exposure.portfolio import Portfolio
from riskcloud.exposure.schema import HeaderMatch, columns, match_headers
from riskcloud.files import sha256_of
from riskcloud.types import Bools

_WGS84 = "EPSG:4326"
_TERMS = re.compile(r"Loc((Min|Max)?Ded|Limit|Participation)", re.IGNORECASE)  # OED 4.0.0


@dataclass(frozen=True, slots=True)
class _Checked:
    """A file after its checks; the cells that are not kept as text are gone by now."""

    table: dict[str, Any]
    places: Places
    match: HeaderMatch
    log: FaultLog
    notes: list[str]
    dropped_rows: int


def read_portfolio(path: Path, *, skip_bad: bool = False,
                   coordinate_system: str | None = None) -> Portfolio:
    """Return the insured locations of a file, checked and in WGS84.

    Parameters
    ----------
    path : CSV (UTF-8, GB18030, UTF-16), XLSX, GeoParquet, GeoPackage, shapefile or GeoJSON,
        told apart by content; headers by columns.csv.
    skip_bad : go on with the rows that have no fault; the others are in ``Portfolio.rejected``.
    coordinate_system : WGS84, GCJ-02 or BD-09 for rows that do not say it themselves.

    Returns
    -------
    Portfolio in the order of the file.

    Raises
    ------
    InputError : every fault found, each with its row. Faults of the whole file (a missing
        required column, no rows) and a file without one good row always raise.
    """
    path = Path(path)
    checked = _check(path, coordinate_system)
    log, match = checked.log, checked.match
    problems = log.all()
    n_bad = int(log.bad.sum()) + checked.dropped_rows
    keep = ~log.bad
    if problems and (not skip_bad or log.of_file or not keep.any()):
        raise InputError(f"{path}: {len(problems)} problem(s) in {n_bad} row(s)", problems)
    return Portfolio(
        table=_frame(checked, keep), source=str(path), sha256=sha256_of(path),
        rejected=tuple(problems), rejected_rows=n_bad, notes=(*checked.notes, *_unused(match)),
        columns_used={match.headers[place]: name for name, place in match.position.items()},
        columns_unused=tuple(match.headers[place] for place in match.unused))


def _check(path: Path, coordinate_system: str | None) -> _Checked:
    raw = read_raw(path)
    match = match_headers(raw.headers, truncated=raw.truncated_headers)
    log = FaultLog(raw.row)
    log.of_rows.extend(raw.problems)
    log.of_file.extend(match.problems)
    log.of_file.extend(missing_columns(match, has_geometry=raw.geometry is not None))
    if not match.position:
        raise InputError(f"{path}: {len(log.of_file)} problem(s)", log.all())
    reading = Reading(raw, match, log, notes=list(raw.notes))
    table = read_columns(reading)
    check_rows(reading, table)
    places = read_places(reading, country=table["country_code"],
                         coordinate_system=coordinate_system)
    for place in match.unused:
        table[_free_name(raw.headers[place], table)] = as_strings(raw.columns[place])
    return _Checked(table, places, match, log, reading.notes, raw.dropped_rows)


def _unused(match: HeaderMatch) -> list[str]:
    """Return notes on headers that change the answer elsewhere and are not used here."""
    headers = [match.headers[place] for place in match.unused]
    terms = [f"header {header!r} holds insurance terms that are not applied"
             for header in headers if _TERMS.match(header)]
    return terms + [f"header {header!r} is not used; did you mean {word!r}?"
                    for header, word in match.near.items() if not _TERMS.match(header)]


def _frame(checked: _Checked, keep: Bools) -> gpd.GeoDataFrame:
    """Return the good rows as a GeoDataFrame, columns in the order of columns.csv, then others."""
    places = {"lon": checked.places.lon, "lat": checked.places.lat,
              "coordinate_system": constant("WGS84", len(keep))}
    table = checked.table | places
    order = [name for name in columns() if name in table]
    order += [name for name in table if name not in columns()]
    named = {name: table[name] for name in order}
    named["geometry"] = gpd.array.from_shapely(checked.places.geometry, crs=_WGS84)
    if not keep.all():
        named = {name: values[keep] for name, values in named.items()}
    return gpd.GeoDataFrame(named, geometry="geometry", copy=False)


def _free_name(header: str, taken: dict[str, Any]) -> str:
    name = header or "unnamed"
    while name in taken or name in columns() or name == "geometry":
        name += "_"
    return name
