"""Portfolios kept as snapshots: STORE/books/NAME/NNNN/, never edited, the highest one current.

A snapshot is ``locations.parquet`` (GeoParquet 1.1, columns as columns.csv, sorted along a Hilbert
curve, row groups of 122,880) and ``manifest.json``. It is written aside and renamed when whole: a
load that is killed leaves the snapshots as they were.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from riskcloud.errors import InputError, NotFoundError, StoreError
from riskcloud.files import folder_aside, locked, sha256_of, synced, write_json
from riskcloud.store.geoparquet import Box
from riskcloud.store.reading import read_locations, read_manifest
from riskcloud.store.writing import Facts, write_locations

LOCATIONS, MANIFEST = "locations.parquet", "manifest.json"
FORMAT = 1
"""Version of the layout; a book of a later one is refused."""
_STAGE = ".loading-"
_NAME = re.compile(r"[^\W_][\w.-]{0,63}")  # letters of any script; no separator, no leading dot
_VERSION = re.compile(r"\d{4,}")


@dataclass(frozen=True, slots=True)
class Book:
    """One snapshot of a portfolio.

    ``manifest`` holds name, version, n_locations, columns, constants, sums by currency, extent,
    source, and what else docs/books.md lists.
    """

    name: str
    version: int
    path: Path
    manifest: Mapping[str, Any]

    def __len__(self) -> int:
        return int(self.manifest["n_locations"])

    @property
    def locations(self) -> Path:
        """Return the GeoParquet file."""
        return self.path / LOCATIONS

    def read(self, columns: Sequence[str] | None = None, *, bbox: Box | None = None,
             ) -> Iterator[pa.Table]:
        """Yield the locations in their order, a row group at a time.

        Parameters
        ----------
        columns : our names; None for all, also those the same for every row (``constants``).
            Categories come as dictionaries, ``geometry`` as WKB.
        bbox : west, south, east, north [degrees WGS84]; west > east crosses the dateline. Only
            row groups that may have a location in it are read, only locations that lie in it
            or, when lines or polygons, whose own box touches it are given.

        Raises
        ------
        NotFoundError : no such column. InputError : no such box. StoreError : the file is damaged.
        """
        with _told(self.locations):
            yield from read_locations(self.locations, self.manifest, columns, bbox)

    def verify(self) -> None:
        """Read the file once and compare its hash. Raises StoreError where it differs."""
        with _told(self.locations):
            if sha256_of(self.locations) != self.manifest["sha256"]:
                raise StoreError(f"{self.locations}: damaged, its hash is not its manifest's")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what the disk or the file format says in the block into a StoreError."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        reason = getattr(error, "strerror", None) or error
        raise StoreError(f"{path}: {reason}") from error


def check_name(name: str) -> str:
    """Return the name of a book. Raises InputError where it is none (a path, say)."""
    if not _NAME.fullmatch(name):
        raise InputError(f"{name!r} is no name of a book: expected up to 64 letters, digits, "
                         "'-', '_' or '.', a letter or digit first")
    return name


def _versions(folder: Path) -> list[int]:
    """Return the numbers of the snapshots in a book's folder, ascending."""
    if not folder.is_dir():
        return []
    return sorted(int(entry.name) for entry in folder.iterdir() if _VERSION.fullmatch(entry.name))


def book_names(store: Path) -> list[str]:
    """Return the names of the books of a store; a store that is not there has none."""
    folder = store / "books"
    if not folder.is_dir():
        return []
    with _told(folder):
        return sorted(entry.name for entry in folder.iterdir()
                      if _NAME.fullmatch(entry.name) and _versions(entry))


def list_books(store: Path) -> tuple[list[Book], list[str]]:
    """Return the current snapshot of every book, and what is damaged, in words."""
    books, damaged = [], []
    for name in book_names(store):
        try:
            books.append(open_book(store, name))
        except StoreError as error:
            damaged.append(str(error))
    return books, damaged


def open_book(store: Path, name: str, version: int | None = None) -> Book:
    """Return a book's current snapshot, or one of its earlier ``version`` s.

    Raises
    ------
    InputError : no name of a book. NotFoundError : no such book or version; says which there are.
    StoreError : its manifest or file is missing, damaged or of a later format.
    """
    folder = store / "books" / check_name(name)
    versions = _versions(folder)
    if not versions:
        known = ", ".join(book_names(store)) or "none"
        raise NotFoundError(f"no book {name!r} in {store}; there are: {known}")
    if version is not None and version not in versions:
        raise NotFoundError(f"book {name!r} has no version {version}; there are: "
                            f"{', '.join(map(str, versions))}")
    number = versions[-1] if version is None else version
    path = next(entry for entry in folder.iterdir()
                if _VERSION.fullmatch(entry.name) and int(entry.name) == number)
    return Book(name, number, path, _manifest(path))


def _manifest(path: Path) -> Mapping[str, Any]:
    found = read_manifest(path / MANIFEST)
    if found["format"] > FORMAT:
        raise StoreError(f"{path}: written by a later version of riskcloud "
                         f"({found['software']})")
    with _told(path / LOCATIONS):
        size = (path / LOCATIONS).stat().st_size
    if size != found["bytes"]:
        raise StoreError(f"{path / LOCATIONS}: {size} bytes, its manifest says {found['bytes']}: "
                         "load the portfolio again")
    return found


def write_snapshot(store: Path, name: str, chunks: Iterable[pa.Table], *, facts: Facts,
                   on_folder: Callable[[Path], None] | None = None) -> Book:
    """Return the next snapshot of a book, written from locations in any order.

    Parameters
    ----------
    store : folder, made if need be.
    name : the book.
    chunks : tables of locations, all with the same columns: ``lon``, ``lat`` [degrees WGS84,
        float64] and any others; ``geometry`` (WKB) only where some are no points, null for those
        that are. Memory does not grow with their number.
    facts : what the manifest says of the source; ``facts.later()`` is asked once all are read.
    on_folder : told the folder, before the first chunk is asked for, in which more files may be
        written until the last chunk has come; they become part of the snapshot.

    Raises
    ------
    InputError : no name of a book, or no locations. StoreError : the store cannot be written to.
    Errors of ``chunks`` come as they are; then and at a kill nothing of the snapshot is left.
    """
    folder = store / "books" / check_name(name)
    try:
        with _told(folder), folder_aside(folder, _STAGE) as aside:
            snapshot, runs = aside / "snapshot", aside / "runs"
            snapshot.mkdir()  # others may read what is in it; in ``aside`` itself they may not
            runs.mkdir()
            if on_folder is not None:
                on_folder(snapshot)
            content = write_locations(chunks, runs, snapshot / LOCATIONS, facts)
            return _put(folder, snapshot, {"format": FORMAT, "name": name, **content})
    except StoreError as error:
        raise StoreError(f"book {name!r} not written: {error}") from error


def _put(folder: Path, snapshot: Path, content: dict[str, Any]) -> Book:
    """Give a complete snapshot the next number; two loads at once get one each."""
    with locked(folder, wait=True):
        number = max(_versions(folder), default=0) + 1
        content["version"] = number
        write_json(content, snapshot / MANIFEST)
        for file in (*snapshot.iterdir(), snapshot):
            synced(file)
        path = folder / f"{number:04d}"
        snapshot.rename(path)
        synced(folder)
    return Book(str(content["name"]), number, path, content)
