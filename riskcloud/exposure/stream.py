"""A portfolio file as a stream of checked chunks: memory does not grow with the file."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy.typing as npt

from riskcloud.ahead import ahead
from riskcloud.errors import InputError, Problem
from riskcloud.exposure.build import Reading, as_strings, constant, read_columns
from riskcloud.exposure.checks import check_rows, missing_columns
from riskcloud.exposure.faults import KEPT, FaultLog, Faults
from riskcloud.exposure.formats import open_source, told_format, told_with
from riskcloud.exposure.notes import OF_FILE, OF_PLACES, Notes
from riskcloud.exposure.places import Places, read_places
from riskcloud.exposure.raw import RawTable, Tidy, as_text, pieces
from riskcloud.exposure.schema import HeaderMatch, columns, match_headers
from riskcloud.exposure.seen import SeenNumbers
from riskcloud.files import sha256_of
from riskcloud.types import Bools

_TERMS = re.compile(r"Loc((Min|Max)?Ded|Limit|Participation)", re.IGNORECASE)  # OED 4.0.0
_DERIVED = {"asset_class": ("occupancy_code", "construction_code"),
            "construction": ("construction_code",),
            "design_return_period_yr": ("design_wind_m_s",)}
"""Columns that differ from row to row where one of these others is in the file."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Good rows of a file, in its order.

    ``table`` maps our names (and the file's other headers) to arrays (n_rows,), in the order of
    columns.csv; ``shapes`` (n_rows,) are shapely lines and polygons, None for points, None where
    all are points.
    """

    table: Mapping[str, Any]
    shapes: npt.NDArray[Any] | None

    def __len__(self) -> int:
        return len(self.table["lon"])


class PortfolioStream:
    """The checked rows of a portfolio file; iterate once, then ask what was found.

    After the last chunk ``problems`` are the faults of the ``n_rejected`` rows set aside,
    ``notes`` what was assumed, ``n_rows`` how many rows were good, ``sha256`` the file's hash.
    """

    def __init__(self, path: Path, *, skip_bad: bool, coordinate_system: str | None,
                 on_progress: Callable[[int, int], None] | None,
                 on_problems: Callable[[list[Problem]], None] | None,
                 kept_faults: int | None, chunk_rows: int | None, by_account: bool) -> None:
        self.path, self._skip_bad, self._by_account = path, skip_bad, by_account
        self._system, self._chunk_rows = coordinate_system, chunk_rows
        self._on_progress, self._on_problems = on_progress, on_problems
        self._source = open_source(path)
        source = self._source
        self.match = match_headers(source.headers, truncated=source.truncated_headers)
        self._faults = Faults(kept_faults)
        self._faults.of_file.extend(self.match.problems)
        self._faults.of_file.extend(missing_columns(self.match, has_geometry=source.has_geometry))
        self._notes, self._seen = Notes(), SeenNumbers()
        for k, text in enumerate(source.notes):
            self._notes.say((OF_FILE, k), text)
        for k, text in enumerate(_unused(self.match)):
            self._notes.say((OF_PLACES, 1, k), text)
        self.n_rows = 0

    @property
    def constant_columns(self) -> frozenset[str]:
        """Return our names of the columns that are the same in every row, for want of a column."""
        given = self.match.position
        varies = {name for name, others in _DERIVED.items() if {name, *others} & set(given)}
        return frozenset(set(columns()) - set(given) - varies - {"lon", "lat", "geometry_wkt"}
                         | {"coordinate_system"})

    @property
    def may_have_shapes(self) -> bool:
        """Return whether the file has a geometry, so that some rows may be no points."""
        return self._source.has_geometry or "geometry_wkt" in self.match.position

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return the faults so far; past a cap, the last of a kind says how many more there are."""
        return tuple(self._faults.all())

    @property
    def n_rejected(self) -> int:
        """Return how many rows have had a fault so far."""
        return self._faults.bad_rows

    @property
    def n_problems(self) -> int:
        """Return how many faults there were so far, kept or not."""
        return self._faults.total + len(self._faults.of_file)

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what was assumed so far, in plain words."""
        return tuple(self._notes.all())

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the file in hexadecimal."""
        return self._source.sha256 or sha256_of(self.path)

    def __iter__(self) -> Iterator[Chunk]:
        """Yield good rows until a fault that forbids it; raise InputError at the end, with all."""
        tidy = Tidy()
        with told_with(self.path):
            for raw in self._chunks():
                rows = tidy.chunk(raw)
                if not self.match.position:
                    raise self._error()
                chunk = self._check(rows)
                self._report(raw)
                if len(chunk) and (self._skip_bad or not self._faults.total) \
                        and not self._faults.of_file:
                    self.n_rows += len(chunk)
                    yield chunk
            tidy.end()
        if self.n_problems and (not self._skip_bad or self._faults.of_file or not self.n_rows):
            raise self._error()
        if self._on_progress is not None:
            self._on_progress(max(self._source.n_rows, 1), max(self._source.n_rows, 1))

    def _chunks(self) -> Iterator[RawTable]:
        """Yield the file's chunks; the next is parsed while one is checked."""
        with ahead(self._source.chunks) as chunks, told_format(self.path, self._source.format):
            for raw in chunks:
                yield from [raw] if self._chunk_rows is None else pieces(raw, self._chunk_rows)

    def _report(self, raw: RawTable) -> None:
        if self._on_progress is not None and len(raw):
            done = int(raw.row[-1])
            self._on_progress(done, max(self._source.n_rows, done))

    def _check(self, raw: RawTable) -> Chunk:
        log = FaultLog(raw.row)
        log.of_rows.extend(raw.problems)
        reading = Reading(raw, self.match, log, self._notes, self._seen,
                          self._by_account)
        table = read_columns(reading)
        check_rows(reading, table)
        places = read_places(reading, country=table["country_code"],
                             coordinate_system=self._system)
        for place in self.match.unused:
            table[_free_name(raw.headers[place], table)] = as_strings(as_text(raw.columns[place]))
        problems = self._faults.add(log, raw.dropped_rows)
        if problems and self._on_problems is not None:
            self._on_problems(problems)
        return _good(table, places, ~log.bad & ~reading.again)

    def _error(self) -> InputError:
        return InputError(f"{self.path}: {self.n_problems} problem(s)" + (
            f" in {self.n_rejected} row(s)" if self.n_rejected else ""), self.problems)


def stream_portfolio(path: Path, *, skip_bad: bool = False, coordinate_system: str | None = None,
                     on_progress: Callable[[int, int], None] | None = None,
                     on_problems: Callable[[list[Problem]], None] | None = None,
                     kept_faults: int | None = KEPT,
                     chunk_rows: int | None = None, by_account: bool = False) -> PortfolioStream:
    """Return the insured locations of a file as a stream of chunks, checked and in WGS84.

    Parameters
    ----------
    path, skip_bad, coordinate_system, by_account : see ``read.read_portfolio``.
    on_progress : called with rows read and about how many there are.
    on_problems : called with every fault, a chunk's at a time, in the order of rows.
    kept_faults : of a kind (a column and what is wrong) kept for ``problems``; None for all.
    chunk_rows : rows of a chunk; None as they come (some 100,000). It changes nothing else.

    Raises
    ------
    InputError : here where the file cannot be read at all; while iterating at the end, with every
        fault, unless ``skip_bad``. Chunks that come before are good, but of no portfolio then.
    """
    return PortfolioStream(
        Path(path), skip_bad=skip_bad, coordinate_system=coordinate_system,
        on_progress=on_progress, on_problems=on_problems, kept_faults=kept_faults,
        chunk_rows=chunk_rows, by_account=by_account)


def _good(table: dict[str, Any], places: Places, keep: Bools) -> Chunk:
    """Return the good rows, columns in the order of columns.csv, then the file's others."""
    table = table | {"lon": places.lon, "lat": places.lat,
                     "coordinate_system": constant("WGS84", len(keep))}
    order = [name for name in columns() if name in table]
    order += [name for name in table if name not in columns()]
    shapes = places.shapes
    if keep.all():
        return Chunk({name: table[name] for name in order}, shapes)
    return Chunk({name: table[name][keep] for name in order},
                 None if shapes is None else shapes[keep])


def _unused(match: HeaderMatch) -> list[str]:
    """Return notes on headers that change the answer elsewhere and are not used here."""
    headers = [match.headers[place] for place in match.unused]
    terms = [f"header {header!r} holds insurance terms that are not applied"
             for header in headers if _TERMS.match(header)]
    return terms + [f"header {header!r} is not used; did you mean {word!r}?"
                    for header, word in match.near.items() if not _TERMS.match(header)]


def _free_name(header: str, taken: Mapping[str, Any]) -> str:
    name = header or "unnamed"
    while name in taken or name in columns() or name in ("geometry", "bbox"):
        name += "_"
    return name
