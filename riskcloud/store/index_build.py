"""Make an index from tables of locations as they come: one pass, memory flat but for the policies.

A hash table of the policies (about 50 bytes each) is all that grows; what is known of a row is
written at once.
"""

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from riskcloud.errors import InputError, StoreError
from riskcloud.files import folder_aside
from riskcloud.kernels.disc import block_boxes
from riskcloud.kernels.lines import reaches_m
from riskcloud.kernels.policies import add_up, copy_varied, place_varied
from riskcloud.store.index import (
    BLOCK,
    ENTRY,
    OPEN_BEGIN,
    OPEN_END,
    WALK,
    LocationIndex,
    Names,
    file_names,
    from_arrays,
    open_index,
    write_meta,
)
from riskcloud.store.index_policies import PolicyNumbers
from riskcloud.store.index_sinks import FolderSink, MemorySink, Sink

COLUMNS = ("lon", "lat", "inception_date", "expiry_date", "tiv_building", "tiv_other",
           "tiv_contents", "tiv_bi", "insured_people", "number_of_assets", "currency", "branch",
           "province", "county", "asset_class", "policy_id", "geometry")
"""What an index takes of a portfolio; columns that are not there are blank."""
_TIV = COLUMNS[4:8]
_POINT_BYTES = 21  # of a point in WKB without height
_FEW_PAIRS = 1 << 20  # to be counted one by one rather than sorted
_MOST_ROWS = 2**31 - 2
EDGE_DEG = 0.1
"""Longest edge of an outline taken as one geodesic [degrees]: in latitudes up to 60 it bends less
than 5 m off the straight line. Ours."""

Array = npt.NDArray[Any]


class _Words:
    """Codes of words, in the order they appear."""

    def __init__(self) -> None:
        self.code: dict[Any, int] = {}

    def codes(self, column: pa.Array) -> Array:
        """Return the code of each row (n,) int32; unknown words get the next ones."""
        if not pa.types.is_dictionary(column.type):
            column = column.cast(pa.string()).dictionary_encode()
        place = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        words = column.dictionary.cast(pa.string()).to_pylist()
        place = np.where(place < 0, len(words), place)
        table = np.zeros(len(words) + 1, np.int32)
        for k in np.flatnonzero(np.bincount(place)):  # a dictionary may hold words no row has
            word = "" if k == len(words) else words[k] or ""
            table[k] = self.code.setdefault(word, len(self.code))
        return np.asarray(table[place])

    def pairs(self, first: Array, second: Array) -> Array:
        """Return the code of each pair of codes (n,)."""
        wide = int(second.max()) + 1
        pair = first.astype(np.int64) * wide + second
        if pair.max() < _FEW_PAIRS:
            found, place = np.flatnonzero(np.bincount(pair)), pair
            table = np.zeros(found[-1] + 1, np.int32)
        else:
            found, place = np.unique(pair, return_inverse=True)
            table = np.zeros(len(found), np.int32)
        codes = [self.code.setdefault(divmod(int(both), wide), len(self.code)) for both in found]
        table[found if place is pair else slice(None)] = codes
        return np.asarray(table[place.reshape(-1)])


class IndexBuilder:
    """Takes tables of locations in the book's order; ``finish`` returns their index."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._words = {name: _Words() for name in ("currency", "branch", "province", "county",
                                                   "asset_class", "place")}
        self._policies = PolicyNumbers(sink)
        self._n = 0

    def add(self, table: pa.Table, shapes: Sequence[tuple[int, Any]] | None = None) -> None:
        """Add locations.

        table : columns of ``COLUMNS`` by our names, others are not looked at; ``geometry`` as WKB.
        shapes : lines and polygons as (row of the table, shapely geometry) instead of a column
        ``geometry``.
        """
        if not len(table):
            return
        if self._n + len(table) > _MOST_ROWS:
            raise StoreError(f"an index holds up to {_MOST_ROWS:,} locations")
        table = table.select([name for name in COLUMNS if name in table.column_names])
        column = {name: _whole(table[name]) for name in table.column_names}
        size = len(table)
        lon, lat = _numbers(column["lon"]), _numbers(column["lat"])
        given = _shapes(column.pop("geometry", None)) if shapes is None else shapes
        self._add_shapes([(i, shape) for i, shape in given if shapely.get_dimensions(shape) > 0],
                         lon, lat)
        blank = pa.nulls(size, pa.string())
        code = {name: self._words[name].codes(column.get(name, blank))
                for name in ("currency", "branch", "province", "county", "asset_class")}
        kept = {
            "lon": lon, "lat": lat,
            "from_day": _days(column.get("inception_date"), size, OPEN_BEGIN),
            "to_day": _days(column.get("expiry_date"), size, OPEN_END),
            "tiv": np.asarray(sum((_numbers(column[name]) for name in _TIV if name in column),
                                  np.zeros(size))),
            "people": _whole_numbers(column.get("insured_people"), size, 0),
            "assets": _whole_numbers(column.get("number_of_assets"), size, 1),
            "currency": code["currency"].astype(np.int16), "branch": code["branch"],
            "place": self._words["place"].pairs(code["province"], code["county"]),
            "asset_class": code["asset_class"].astype(np.int16),
            "policy": self._policies.add(column.get("policy_id", blank), code["currency"]),
        }
        for name, values in kept.items():
            self._sink.append(f"row_{name}", values)
        self._n += size

    def _add_shapes(self, shapes: Sequence[tuple[int, Any]], lon: Array, lat: Array) -> None:
        if not shapes:
            return
        segments, sizes = [], []
        is_area = np.array([shapely.get_dimensions(shape) == 2 for _, shape in shapes], np.bool_)
        for area, (_, shape) in zip(is_area, shapes, strict=True):
            pieces = shapely.get_parts(shape)
            curves = shapely.get_rings(shapely.segmentize(pieces, EDGE_DEG)) if area else pieces
            parts = [shapely.get_coordinates(curve) for curve in curves]
            own = [np.hstack([part[:-1], part[1:]]) for part in parts if len(part)]
            segments += own
            sizes.append(sum(map(len, own)))
        row = np.array([i for i, _ in shapes], np.int64)
        for name, values in (("row", row + self._n), ("lon", lon[row]), ("lat", lat[row]),
                             ("is_area", is_area), ("size", np.array(sizes, np.int64)),
                             ("segments", np.vstack(segments).astype(float))):
            self._sink.append(f"line_{name}", values)
        lon[row] = lat[row] = np.nan

    def finish(self) -> LocationIndex:
        """Return the index of all that was added."""
        sink = self._sink
        row = {name: sink.array(f"row_{name}", kind) for name, kind in (
            ("lon", float), ("lat", float), ("from_day", np.int32), ("to_day", np.int32),
            ("tiv", float), ("people", np.int32), ("assets", np.int32), ("currency", np.int16),
            ("branch", np.int32), ("place", np.int32), ("asset_class", np.int16),
            ("policy", np.int32))}
        box = sink.new("row_box", float, (-(-self._n // BLOCK), 5))
        block_boxes(row["lon"], row["lat"], BLOCK, box)
        n_policies = self._policies.finish(row["policy"])
        _finish_policies(sink, row, n_policies)
        _finish_lines(sink)
        provinces, counties = (list(self._words[name].code) for name in ("province", "county"))
        names = Names(
            tuple(self._words["currency"].code), tuple(self._words["branch"].code),
            tuple((provinces[p], counties[c]) for p, c in self._words["place"].code),
            tuple(self._words["asset_class"].code))
        sink.close()
        return from_arrays({name: sink.arrays[name] for name in file_names()}, names)


def _finish_policies(sink: Sink, row: dict[str, Array], n_policies: int) -> None:
    """Sum up the policies, and set apart the rows of those whose dates vary."""
    columns = [row[name] for name in ("policy", "from_day", "to_day", "tiv")]
    entry = sink.new("policy_entry", ENTRY, n_policies)
    add_up(*columns, entry)
    walk = sink.new("policy_walk", WALK, place_varied(entry))
    if len(walk):
        copy_varied(*columns, entry, walk)


def _finish_lines(sink: Sink) -> None:
    lon, lat = sink.array("line_lon", float), sink.array("line_lat", float)
    sink.array("line_row", np.int64)
    sink.array("line_is_area", np.bool_)
    size, segments = sink.array("line_size", np.int64), sink.array("line_segments", float, 4)
    start = sink.new("line_start", np.int64, len(lon) + 1)
    np.cumsum(size, out=start[1:])
    reaches_m(lon, lat, segments, start, sink.new("line_reach_m", float, len(lon)))


def _whole(column: pa.ChunkedArray) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _numbers(column: pa.Array) -> Array:
    """Return numbers (n,) float64, a new array; NaN where blank becomes 0 for sums insured."""
    return np.nan_to_num(np.array(
        column.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64))


def _whole_numbers(column: pa.Array | None, size: int, blank: int) -> Array:
    if column is None or pa.types.is_null(column.type):
        return np.full(size, blank, np.int32)
    values = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return np.where(np.isfinite(values), values, blank).astype(np.int32)


def _days(column: pa.Array | None, size: int, blank: int) -> Array:
    """Return days since 1970 (n,) int32 of dates, times or ISO words; ``blank`` where unknown."""
    if column is None or pa.types.is_null(column.type) or pa.types.is_floating(column.type):
        return np.full(size, blank, np.int32)
    if pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    if pa.types.is_string(column.type):
        column = pc.if_else(pc.equal(column, ""), pa.scalar(None, column.type), column)
        column = pc.utf8_slice_codeunits(column, 0, 10)
    days = column.cast(pa.date32(), safe=False)
    return np.asarray(days.cast(pa.int32()).fill_null(blank).to_numpy(zero_copy_only=False))


def _shapes(wkb: pa.Array | None) -> list[tuple[int, Any]]:
    """Return (row, geometry) of what is not a plain point."""
    if wkb is None:
        return []
    length = pc.binary_length(wkb).fill_null(0).to_numpy(zero_copy_only=False)
    shaped = np.flatnonzero((length != _POINT_BYTES) & (length > 0))
    shapes = shapely.from_wkb(np.asarray(wkb.take(pa.array(shaped)).to_pylist(), object))
    return [(int(i), shape) for i, shape in zip(shaped, shapes, strict=True)]


def index_of(tables: Iterable[pa.Table]) -> LocationIndex:
    """Return the index of tables of locations, in memory."""
    builder = IndexBuilder(MemorySink())
    for table in tables:
        builder.add(table)
    return builder.finish()


def keep_index(folder: Path, tables: Callable[[], Iterable[pa.Table]], *, sha256: str,
               ) -> LocationIndex:
    """Return the index kept in a folder; it is made first where it is missing or of another book.

    It is made aside and renamed when whole: who kills it leaves nothing, and of two that make it
    at once one is kept.

    Raises
    ------
    StoreError : the folder cannot be written to or read.
    """
    found = open_index(folder, sha256=sha256)
    if found is not None:
        return found
    try:
        with folder_aside(folder.parent, f".{folder.name}-") as aside:
            builder = IndexBuilder(FolderSink(aside))
            for table in tables():
                builder.add(table)
            names = builder.finish().names
            _remove_scraps(aside)
            write_meta(aside, names, sha256=sha256)
            if open_index(folder, sha256=sha256) is None:  # nobody was faster
                shutil.rmtree(folder, ignore_errors=True)
                aside.rename(folder)
    except (OSError, InputError) as error:
        raise StoreError(str(error)) from error
    found = open_index(folder, sha256=sha256)
    if found is None:
        raise StoreError(f"{folder}: the index was removed or replaced while it was made")
    return found


def _remove_scraps(folder: Path) -> None:
    """Remove what only the making needed."""
    wanted = {f"{name}.npy" for name in file_names()}
    for path in folder.iterdir():
        if path.name not in wanted:
            path.unlink()
