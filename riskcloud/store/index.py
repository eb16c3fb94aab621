"""The columns of a book that questions of place and policy ask for, mapped from files.

A derived index stands beside a snapshot, in its folder ``index``: one .npy file a column, rows in
the snapshot's order, and ``index.json``. It is made from the snapshot, holds its hash, and may be
removed at any time: it is made again when next asked for.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from riskcloud.errors import StoreError
from riskcloud.store.index_sinks import mapped
from riskcloud.types import Floats, Ints

FORMAT = 3
"""Version of the layout; an index of another one is made anew."""
META = "index.json"
BLOCK = 1024
"""Rows of a block, whose box decides whether they are looked at one by one. Ours."""
OPEN_BEGIN, OPEN_END = -(2**31), 2**31 - 1
"""Days that stand for a blank inception or expiry."""
ENTRY = np.dtype([("n", "<i4"), ("varies", "<i4"), ("from_day", "<i4"), ("to_day", "<i4"),
                  ("tiv", "<f8"), ("walk", "<i8")])
WALK = np.dtype([("from_day", "<i4"), ("to_day", "<i4"), ("tiv", "<f8")])

Codes = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Rows:
    """One entry a row, in the book's order.

    lon, lat [degrees WGS84], NaN for lines and polygons. from_day, to_day: first and last day in
    force, days since 1970. tiv: sum insured in its currency. people: insured people; assets: what
    the row stands for. currency, branch, place, asset_class: places in ``Names``.
    policy: number of the policy (``Policies``). box (n_blocks, 5): west, south, east, north of each
    ``BLOCK`` rows, and how many of them are no points, which the box leaves out.
    """

    lon: Floats
    lat: Floats
    from_day: Codes
    to_day: Codes
    tiv: Floats
    people: Codes
    assets: Codes
    currency: Codes
    branch: Codes
    place: Codes
    asset_class: Codes
    policy: Codes
    box: Floats


@dataclass(frozen=True, slots=True)
class Policies:
    """One entry a policy and currency, in the order they first appear in the book.

    entry: records (``ENTRY``): rows, their sum insured, dates of the first row, and of all unless
    the policy varies: then the ``n`` records of ``walk`` (``WALK``) from its ``walk`` on are its
    rows. Records, since all of one is asked for at once. The policies from ``n_names`` on are other
    currencies of the policies ``twin_of``. name_start, name_text: UTF-8 names; a row without a
    policy number is a policy of its own without a name, n_unnamed (1,) counts them.
    """

    entry: npt.NDArray[Any]
    walk: npt.NDArray[Any]
    twin_of: Codes
    name_start: Ints
    name_text: npt.NDArray[np.uint8]
    n_unnamed: Ints

    @property
    def n_names(self) -> int:
        """Return how many policies there are, whatever their currencies."""
        return len(self.name_start) - 1

    def name(self, policy: int) -> str:
        """Return the policy's number; "" where the row had none."""
        own = self.root(policy)
        begin, end = self.name_start[own], self.name_start[own + 1]
        return bytes(self.name_text[begin:end]).decode("utf-8")

    def root(self, policy: int) -> int:
        """Return the policy that an entry is a currency of."""
        return policy if policy < self.n_names else int(self.twin_of[policy - self.n_names])


@dataclass(frozen=True, slots=True)
class Lines:
    """One entry a location that is a line or a polygon, by row.

    row: its row, ascending; lon, lat [degrees]: its own point; is_area: a polygon; reach_m: no
    point of its line or outline is farther from there; segments[start[l]:start[l + 1]] (lon1,
    lat1, lon2, lat2): geodesics.
    """

    row: Ints
    lon: Floats
    lat: Floats
    is_area: npt.NDArray[np.bool_]
    reach_m: Floats
    start: Ints
    segments: Floats


@dataclass(frozen=True, slots=True)
class Names:
    """What the codes stand for. places: province and county."""

    currencies: tuple[str, ...]
    branches: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    asset_classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LocationIndex:
    """All of the above for one portfolio, in memory or mapped.

    ``spare`` holds arrays (n_policies,) of zeros for whoever needs room to work in: to take one or
    make one, and to put it back as zeros. To clear a new one a question costs more than the rest.
    """

    rows: Rows
    policies: Policies
    lines: Lines
    names: Names
    spare: list[npt.NDArray[np.int32]] = field(default_factory=list, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.rows.lon)


_PARTS: Mapping[str, Any] = {"row": Rows, "policy": Policies, "line": Lines}


def file_names() -> tuple[str, ...]:
    """Return the names of all arrays of an index: part and column."""
    return tuple(f"{part}_{column}" for part, kind in _PARTS.items()
                 for column in kind.__dataclass_fields__)


def from_arrays(arrays: Mapping[str, Any], names: Names) -> LocationIndex:
    """Return the index of arrays by ``file_names``."""
    rows, policies, lines = (
        kind(**{column: arrays[f"{part}_{column}"] for column in kind.__dataclass_fields__})
        for part, kind in _PARTS.items())
    return LocationIndex(rows, policies, lines, names)


def open_index(folder: Path, *, sha256: str) -> LocationIndex | None:
    """Return the index in a folder, or None where it has to be made anew.

    sha256 : hash of the snapshot's locations. An index of another snapshot, of another layout,
    half copied or with a file of another size is none.

    Raises
    ------
    StoreError : it cannot be read for another reason (rights, a failing disk).
    """
    try:
        meta = json.loads((folder / META).read_text(encoding="utf-8"))
        if meta["format"] != FORMAT or meta["sha256"] != sha256:
            return None
        arrays = {}
        for name in file_names():
            path = folder / f"{name}.npy"
            if path.stat().st_size != meta["bytes"][name]:
                return None
            arrays[name] = mapped(path)
        names = meta["names"]
        return from_arrays(arrays, Names(
            tuple(names["currencies"]), tuple(names["branches"]),
            tuple((province, county) for province, county in names["places"]),
            tuple(names["asset_classes"])))
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
        return None
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror or error}") from error


def write_meta(folder: Path, names: Names, *, sha256: str) -> None:
    """Write index.json: the snapshot's hash, what the codes stand for, sizes of the files."""
    meta = {"format": FORMAT, "sha256": sha256,
            "names": {"currencies": names.currencies, "branches": names.branches,
                      "places": names.places, "asset_classes": names.asset_classes},
            "bytes": {name: (folder / f"{name}.npy").stat().st_size for name in file_names()}}
    (folder / META).write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8")
