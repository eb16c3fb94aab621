"""Checked locations as arrow tables, as a snapshot keeps them, and back."""

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from riskcloud.exposure.classes import construction_from_oed
from riskcloud.exposure.schema import Column, column, columns
from riskcloud.exposure.stream import Chunk
from riskcloud.types import Floats


def to_arrow(chunk: Chunk, *, without: frozenset[str] = frozenset(),
             with_shapes: bool = True) -> pa.Table:
    """Return a chunk as a table: days as date32, unknown numbers null, categories dictionaries.

    without : names to leave out. with_shapes : with a column ``geometry`` (WKB), null for points.
    """
    table = {name: _column(values) for name, values in chunk.table.items() if name not in without}
    if with_shapes:
        shapes = np.full(len(chunk), None) if chunk.shapes is None else chunk.shapes
        table["geometry"] = pa.array(shapely.to_wkb(shapes), pa.large_binary())
    return pa.table(table)


def _column(values: Any) -> Any:
    if isinstance(values, pd.Categorical):
        return pa.DictionaryArray.from_arrays(
            pa.array(values.codes.astype(np.int32)),
            pa.array(np.asarray(values.categories, dtype=object), pa.string()))
    if isinstance(values, np.ndarray) and values.dtype.kind == "M":
        return pa.array(values.astype("datetime64[D]"))
    if isinstance(values, np.ndarray):
        return pa.array(values, from_pandas=True)  # NaN is null: unknown, not a number
    return pa.chunked_array(values.__arrow_array__()).cast(pa.string())


def default_scalars(names: Iterable[str]) -> dict[str, pa.Scalar]:
    """Return what columns hold where a file does not have them, in the order of columns.csv."""
    wanted = set(names)
    return {name: _default(item) for name, item in columns().items() if name in wanted}


def _default(item: Column) -> pa.Scalar:
    if item.kind in ("text", "category"):
        unknown = construction_from_oed(int(column("construction_code").default))
        return pa.scalar(unknown if item.name == "construction" else item.default, pa.string())
    if item.kind == "date":
        return pa.scalar(None, pa.date32())
    if item.kind == "code":
        return pa.scalar(int(item.default), pa.int8())
    if item.kind == "integer" and item.default:
        return pa.scalar(int(item.default), pa.int64())
    return pa.scalar(float(item.default) if item.default else None, pa.float64())


def from_arrow(table: pa.Table) -> gpd.GeoDataFrame:
    """Return locations (all columns of columns.csv, ``geometry`` as WKB) as a Portfolio's table."""
    geometry = shapely.from_wkb(np.asarray(
        table["geometry"].to_numpy(zero_copy_only=False), dtype=object))
    names = [name for name in columns() if name in table.column_names]
    names += [name for name in table.column_names if name not in columns() and name != "geometry"]
    frame: dict[str, Any] = {name: _values(name, table[name]) for name in names}
    frame["geometry"] = gpd.array.from_shapely(geometry, crs="EPSG:4326")
    return gpd.GeoDataFrame(frame, geometry="geometry", copy=False)


def _values(name: str, cells: Any) -> Any:
    item = columns().get(name)
    if item is not None and item.kind == "category":
        return _categorical(cells)
    if pa.types.is_dictionary(cells.type) or pa.types.is_string(cells.type):
        dtype: Any = pd.StringDtype("pyarrow")
        return dtype.__from_arrow__(cells.cast(pa.string()))
    if pa.types.is_date(cells.type):
        return cells.to_numpy().astype("datetime64[s]")
    values = cells.to_numpy()
    if pa.types.is_floating(cells.type):
        known: Floats = np.array(values, dtype=np.float64)  # null becomes NaN, and it is ours
        return known
    return np.array(values)


def _categorical(cells: Any) -> Any:
    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    encoded = encoded.unify_dictionaries().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0)
    return pd.Categorical.from_codes(
        encoded.indices.to_numpy(zero_copy_only=False),
        categories=pd.Index(encoded.dictionary.to_pylist(), dtype="str"))


