"""Which polygon of a layer each point lies in."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from riskcloud.errors import InputError
from riskcloud.geo.overlay.crs import from_wgs84
from riskcloud.geo.overlay.vector_file import POLYGON, VectorLayer
from riskcloud.geo.points import nearest_window
from riskcloud.kernels.polygons import bin_edges, fill_cells, locate
from riskcloud.types import Floats, Ints

_FEWEST, _MOST = 1 << 10, 1 << 20
"""Cells of the grid over a layer: one a point within these bounds. Ours."""


@dataclass(frozen=True, slots=True)
class PolygonIndex:
    """Polygons on a grid, ready for ``find_polygons``; see riskcloud.kernels.polygons."""

    box: Floats
    shape: Ints
    cell_start: Ints
    entry: Ints
    first_slab: Ints
    first_row: Ints
    slab_start: Ints
    edges: Ints
    ends: tuple[Floats, Floats, Floats, Floats]


def index_polygons(geometry: npt.NDArray[Any], n_points: int = _MOST) -> PolygonIndex:
    """Return the index of polygons (n,) for about ``n_points`` questions.

    Raises
    ------
    InputError : geometries that are no polygons.
    """
    if len(geometry) == 0 or np.any(shapely.get_dimensions(geometry) != POLYGON):
        raise InputError("expected polygons")
    parts, of_part = shapely.get_parts(geometry, return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    joined = np.flatnonzero(ring[1:] == ring[:-1])
    of_edge = of_part[of_ring[ring[joined]]]
    edge_start = np.searchsorted(of_edge, np.arange(len(geometry) + 1)).astype(np.int64)
    x0, y0, x1, y1 = (np.ascontiguousarray(xy[joined + end, axis])
                      for end in (0, 1) for axis in (0, 1))
    ends = (x0, y0, x1, y1)
    bounds = shapely.bounds(geometry)
    box, shape = _grid(bounds, min(max(n_points, _FEWEST), _MOST))
    south, per_y, n_rows = box[1], box[3], int(shape[0])
    first_row, last_row = (np.clip(((bounds[:, k] - south) * per_y).astype(np.int64), 0, n_rows - 1)
                           for k in (1, 3))
    slab = np.concatenate([[0], np.cumsum(last_row - first_row + 1)])
    slab_start = np.zeros(slab[-1] + 1, np.int64)
    edges = bin_edges(slab[:-1], ends[1], ends[3], edge_start, south, per_y, n_rows, first_row,
                      slab_start)
    cell_start = np.zeros(int(shape[0] * shape[1]) + 1, np.int64)
    known = (box, shape, slab[:-1], first_row, last_row, slab_start, edges, *ends)
    fill_cells(*known, cell_start, np.empty(0, np.int64), True)
    cell_start = np.cumsum(cell_start)
    entry = np.empty(cell_start[-1], np.int64)
    fill_cells(*known, cell_start.copy(), entry, False)
    return PolygonIndex(box, shape, cell_start, entry, slab[:-1], first_row, slab_start, edges,
                        ends)


def _grid(bounds: Floats, n_cells: int) -> tuple[Floats, Ints]:
    """Return west, south and cells a unit of a grid of about ``n_cells``, and rows and columns."""
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    wide, high = max(east - west, 1e-9), max(north - south, 1e-9)
    n_rows = int(np.clip(np.sqrt(n_cells * high / wide), 1, n_cells))
    n_columns = max(n_cells // n_rows, 1)
    return (np.array([west, south, n_columns / wide, n_rows / high]),
            np.array([n_rows, n_columns], np.int64))


def find_polygons(index: PolygonIndex, x: Floats, y: Floats) -> tuple[Ints, Ints]:
    """Return the first polygon of each point and how many hold it in their interior.

    x, y : (n_points,) in the polygons' own coordinates. Returns (n_points,) positions, -1 for
    none, and counts. A point on a boundary lies in the polygon, as shapely's ``intersects`` has
    it; where polygons share it, in the first.
    """
    out, n_inside = np.empty(len(x), np.int64), np.empty(len(x), np.int32)
    locate(np.ascontiguousarray(x, np.float64), np.ascontiguousarray(y, np.float64), index.box,
           index.shape, index.cell_start, index.entry, index.first_slab, index.first_row,
           index.slab_start, index.edges, *index.ends, out, n_inside)
    return out, n_inside.astype(np.int64)


def points_in_polygons(layer: VectorLayer, lon: Floats, lat: Floats) -> tuple[Ints, Ints]:
    """Return the first polygon of a layer for each point (-1 none), and how many hold it inside.

    lon, lat : (n_points,) degrees WGS84; they are brought to the layer's reference system, whose
    edges are straight in it.

    Raises
    ------
    InputError : a layer without polygons.
    """
    if layer.dimension != POLYGON:
        raise InputError(f"{layer.source}: no polygons; ask for the nearest with --nearest")
    x, y = from_wgs84(np.asarray(lon, np.float64), np.asarray(lat, np.float64), layer.crs)
    geographic = layer.crs.is_geographic
    if geographic:
        x = nearest_window(x, 0.0)
    index = index_polygons(layer.geometry, len(x))
    found, n_inside = find_polygons(index, x, y)
    if geographic:
        edge = np.flatnonzero((np.abs(x) == 180.0) & (found < 0))
        if edge.size:
            found[edge], n_inside[edge] = find_polygons(index, -x[edge], y[edge])
    return found, n_inside
