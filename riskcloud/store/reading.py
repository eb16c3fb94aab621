"""Read a snapshot: its manifest, and the row groups a question needs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from riskcloud.errors import InputError, NotFoundError, StoreError
from riskcloud.store.geoparquet import BBOX, EDGES, Box
from riskcloud.types import Bools

_NEEDED = {"format": int, "name": str, "version": int, "n_locations": int, "columns": list,
           "constants": dict, "bytes": int, "sha256": str, "software": str}
_POINT_DEG = 4e-5
"""A box no wider is a point's: two float32 steps at 180 degrees. Ours."""


def read_manifest(path: Path) -> Mapping[str, Any]:
    """Return a manifest. Raises StoreError where it is missing or not one of ours."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StoreError(f"{path}: missing or damaged ({error})") from error
    if not isinstance(found, dict):
        raise StoreError(f"{path}: damaged, it is no manifest")
    for name, kind in _NEEDED.items():
        if not isinstance(found.get(name), kind):
            raise StoreError(f"{path}: damaged, it has no {name}")
    return found


def read_locations(path: Path, manifest: Mapping[str, Any], columns: Sequence[str] | None,
                   bbox: Box | None) -> Iterator[pa.Table]:
    """Yield tables of locations, one a row group that has any (see ``snapshots.Book.read``)."""
    stored = [item["name"] for item in manifest["columns"]]
    constants = manifest["constants"]
    wanted = [name for name in (*stored, *constants) if name != BBOX] \
        if columns is None else list(columns)
    for name in wanted:
        if name not in stored and name not in constants:
            raise NotFoundError(f"book {manifest['name']!r} has no column {name!r}; there are: "
                                f"{', '.join([*stored, *constants])}")
    words = [item["name"] for item in manifest["columns"] if item["type"] == "string"]
    with pq.ParquetFile(path, read_dictionary=[name for name in words if name != "loc_id"],
                        pre_buffer=False) as file:
        if file.metadata.num_rows != manifest["n_locations"]:
            raise StoreError(f"{path}: {file.metadata.num_rows} rows, its manifest says "
                             f"{manifest['n_locations']}")
        parts = [] if bbox is None else _checked(bbox)
        needed = [name for name in wanted if name in stored]
        extra = [] if bbox is None else [name for name in ("lon", "lat", BBOX)
                                         if name not in needed]
        for group in range(file.num_row_groups):
            if bbox is not None and not _may_hold(file.metadata.row_group(group), parts):
                continue
            table = file.read_row_group(group, columns=[*needed, *extra], use_threads=False)
            if bbox is not None:
                table = table.filter(pa.array(_inside(table, parts)))
            if len(table):
                yield _with_constants(table.select(needed), constants, wanted)


def _checked(bbox: Box) -> list[Box]:
    """Return a box as one, or as two where it crosses the dateline."""
    west, south, east, north = map(float, bbox)
    if not (-180.0 <= west <= 180.0 and -180.0 <= east <= 180.0
            and -90.0 <= south <= north <= 90.0):
        raise InputError(f"box {bbox}: expected west, south, east, north in degrees, "
                         "south <= north")
    if west <= east:
        return [(west, south, east, north)]
    return [(west, south, 180.0, north), (-180.0, south, east, north)]


def _may_hold(group: Any, parts: list[Box]) -> bool:
    """Return whether a row group may hold a location in a box, by the statistics of its boxes."""
    found = {}
    for k in range(group.num_columns):
        column = group.column(k)
        edge = column.path_in_schema.removeprefix(f"{BBOX}.")
        if edge in EDGES and column.path_in_schema != edge:
            statistics = column.statistics
            if statistics is None or not statistics.has_min_max:
                return True
            found[edge] = (statistics.min, statistics.max)
    if len(found) < len(EDGES):
        return True
    return any(found["xmin"][0] <= east and found["xmax"][1] >= west
               and found["ymin"][0] <= north and found["ymax"][1] >= south
               for west, south, east, north in parts)


def _inside(table: pa.Table, parts: list[Box]) -> Bools:
    box = table[BBOX].combine_chunks()
    x0, y0, x1, y1 = (box.field(edge).to_numpy() for edge in EDGES)
    lon, lat = table["lon"].to_numpy(), table["lat"].to_numpy()
    is_point = (x1 - x0 <= _POINT_DEG) & (y1 - y0 <= _POINT_DEG)
    keep = np.zeros(len(table), dtype=bool)
    for west, south, east, north in parts:
        touches = (x0 <= east) & (x1 >= west) & (y0 <= north) & (y1 >= south)
        within = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        keep |= touches & (within | ~is_point)
    return keep


def _with_constants(table: pa.Table, constants: Mapping[str, Any],
                    wanted: list[str]) -> pa.Table:
    for name in wanted:
        if name not in table.column_names:
            table = table.append_column(name, constant_column(constants[name], len(table)))
    return table.select(wanted)


def constant_column(constant: Mapping[str, Any], size: int) -> pa.Array:
    """Return a column (size,) of one value, typed as in the manifest; words as a dictionary."""
    value = pa.scalar(constant["value"], pa.type_for_alias(constant["type"]))
    if pa.types.is_string(value.type):
        places: npt.NDArray[np.int32] = np.zeros(size, dtype=np.int32)
        return pa.DictionaryArray.from_arrays(pa.array(places), pa.array([value.as_py()]))
    return pa.repeat(value, size)
