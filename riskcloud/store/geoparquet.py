"""Locations as GeoParquet: geometry as WKB, a box beside each for pruning, and what says so."""

import json
from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from riskcloud.types import Floats

Box = tuple[float, float, float, float]
"""West, south, east, north [degrees]; west > east crosses the dateline."""

GEOMETRY, BBOX = "geometry", "bbox"
EDGES = ("xmin", "ymin", "xmax", "ymax")
BBOX_TYPE = pa.struct([(edge, pa.float32()) for edge in EDGES])
_POINT = np.dtype([("order", "u1"), ("kind", "<u4"), ("lon", "<f8"), ("lat", "<f8")])


def point_wkb(lon: Floats, lat: Floats) -> pa.Array:
    """Return points (n,) as WKB (little-endian, 21 bytes each).

    Source: OGC 06-103r4 (Simple feature access), section 8.2.
    """
    packed = np.empty(len(lon), dtype=_POINT)
    packed["order"], packed["kind"], packed["lon"], packed["lat"] = 1, 1, lon, lat
    ends = np.arange(len(lon) + 1, dtype=np.int32) * _POINT.itemsize
    return pa.BinaryArray.from_buffers(
        pa.binary(), len(lon), [None, pa.py_buffer(ends), pa.py_buffer(packed.tobytes())])


def shape_bounds(wkb: Any) -> npt.NDArray[Any]:
    """Return west, south, east, north (n, 4) of shapes in WKB (an arrow array without nulls)."""
    return np.asarray(shapely.bounds(shapely.from_wkb(np.asarray(wkb.to_pylist(), dtype=object))))


def boxes(bounds: npt.NDArray[Any]) -> pa.Array:
    """Return bounds (n, 4) as a struct of four float32, each edge rounded outwards."""
    near = bounds.astype(np.float32)
    outside = np.where(np.arange(4) < 2, near > bounds, near < bounds)
    away = np.array([-np.inf, -np.inf, np.inf, np.inf], dtype=np.float32)
    near = np.where(outside, np.nextafter(near, away), near)
    return pa.StructArray.from_arrays(
        [pa.array(np.ascontiguousarray(near[:, k])) for k in range(4)], fields=list(BBOX_TYPE))


def with_geometry(table: pa.Table) -> pa.Table:
    """Return locations (lon, lat, and ``geometry`` where some are no points) with their geometry.

    A null geometry is the point at lon, lat. ``geometry`` and ``bbox`` come last.
    """
    lon, lat = (table[name].to_numpy() for name in ("lon", "lat"))
    wkb, bounds = point_wkb(lon, lat), np.column_stack([lon, lat, lon, lat])
    if GEOMETRY in table.column_names:
        given = table[GEOMETRY].combine_chunks()
        shaped = np.flatnonzero(given.is_valid().to_numpy(zero_copy_only=False))
        if len(shaped):
            bounds[shaped] = shape_bounds(given.take(pa.array(shaped)))
            wkb = pa.compute.coalesce(given, wkb)
        table = table.drop_columns([GEOMETRY])
    return table.append_column(GEOMETRY, wkb).append_column(BBOX, boxes(bounds))


def geo_metadata(kinds: Collection[str], extent: Box) -> dict[bytes, bytes]:
    """Return the file metadata that makes a Parquet file GeoParquet 1.1.

    kinds : names of the geometry types in it; extent : of all of them.

    Source: GeoParquet 1.1.0, Open Geospatial Consortium, "File metadata" and "Bounding box
    columns". Coordinates are lon, lat whatever the order of the reference system's axes.
    """
    from pyproj import CRS  # slow to import, and reading does not need it

    column = {
        "encoding": "WKB", "geometry_types": sorted(kinds), "bbox": list(extent),
        "crs": CRS.from_epsg(4326).to_json_dict(),
        "covering": {"bbox": {edge: [BBOX, edge] for edge in EDGES}},
    }
    return {b"geo": json.dumps({"version": "1.1.0", "primary_column": GEOMETRY,
                                "columns": {GEOMETRY: column}}).encode()}
