"""Sites in cells, cells in boxes: neighbours share the decision which storms matter."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from riskcloud.types import Floats, Ints

SITES_PER_CELL: Final = 64
CELLS_PER_SIDE: Final = 4
"""A box holds up to 16 cells. Both are our choice, for speed; no result depends on them."""
SMALLEST_CELL_DEG: Final = 0.05
LARGEST_CELL_DEG: Final = 1.0


@dataclass(frozen=True, slots=True)
class Boxes:
    """Sites in the order of their cells and boxes.

    order (n_sites,) places of the sites; start (n_cells + 1,), box_start (n_boxes + 1,) over cells;
    box (n_boxes, 4) west, east, south, north of a box's sites.
    """

    order: Ints
    start: Ints
    box_start: Ints
    box: Floats
    lon: Floats
    lat: Floats
    sin_lat: Floats
    cos_lat: Floats


def sites_in_boxes(lon: Floats, lat: Floats) -> Boxes:
    """Return sites sorted into boxes; only cells and boxes with sites stand in the result.

    lon, lat (n_sites,) degrees, n_sites > 0.
    """
    lat = np.asarray(lat, np.float64)
    west, south = float(lon.min()), float(lat.min())
    width, height = float(lon.max()) - west, float(lat.max()) - south
    size = np.sqrt(max(width * height, 1e-6) * SITES_PER_CELL / len(lon))
    size = float(np.clip(size, SMALLEST_CELL_DEG, LARGEST_CELL_DEG))
    column = np.floor((lon - west) / size).astype(np.int64)
    row = np.floor((lat - south) / size).astype(np.int64)
    across = int(column.max()) // CELLS_PER_SIDE + 1
    box = (row // CELLS_PER_SIDE) * across + column // CELLS_PER_SIDE
    inside = (row % CELLS_PER_SIDE) * CELLS_PER_SIDE + column % CELLS_PER_SIDE
    cell = box * CELLS_PER_SIDE**2 + inside
    order = np.argsort(cell, kind="stable")
    sorted_cell, sorted_box = cell[order], box[order]
    first = np.flatnonzero(np.diff(sorted_cell, prepend=-1))
    start = np.append(first, len(order))
    box_of_cell = sorted_box[first]
    box_first = np.flatnonzero(np.diff(box_of_cell, prepend=-1))
    lon, lat = np.ascontiguousarray(lon[order], np.float64), np.ascontiguousarray(lat[order])
    edges = first[box_first]
    limits = np.stack([np.minimum.reduceat(lon, edges), np.maximum.reduceat(lon, edges),
                       np.minimum.reduceat(lat, edges), np.maximum.reduceat(lat, edges)], axis=1)
    radians = np.radians(lat)
    return Boxes(order, start, np.append(box_first, len(first)), limits, lon, lat,
                 np.sin(radians), np.cos(radians))
