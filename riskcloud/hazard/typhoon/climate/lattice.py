"""Sites between the nodes of a lattice that neighbours share (``kernels/windlattice.py``)."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from riskcloud.hazard.typhoon.climate.cells import TILE_DEG, Boxes
from riskcloud.hazard.typhoon.path import M_PER_DEG
from riskcloud.kernels.windlattice import FINEST
from riskcloud.kernels.windsamples import LANES
from riskcloud.types import Bools, Floats, Ints

FINEST_SIDE: Final = 1 << FINEST


@dataclass(frozen=True, slots=True)
class Lattice:
    """Nodes of each tile's lattices, and the sites of each measure between them.

    As ``windlattice.event_winds`` takes them.
    """

    boxes: Boxes
    tile_side: float
    node_start: Ints
    nodes: Floats
    at: Ints
    entry_start: Ints
    code: Ints
    east: npt.NDArray[np.float32]
    north: npt.NDArray[np.float32]
    site: Ints


def in_cells(boxes: Boxes) -> tuple[Boxes, Ints]:
    """Return boxes whose sites stand by cells of the finest lattice within a tile, and the codes.

    code (n_sites,): column and row of the cell with interleaved bits, so that a coarser lattice's
    cells are ranges too.
    """
    tile = np.repeat(np.arange(len(boxes.start) - 1), np.diff(boxes.start))
    column, row = (np.minimum((part * FINEST_SIDE).astype(np.int64), FINEST_SIDE - 1)
                   for part in _in_tile(boxes))
    code = np.zeros(len(tile), np.int64)
    for bit in range(FINEST):
        code |= ((column >> bit) & 1) << (2 * bit) | ((row >> bit) & 1) << (2 * bit + 1)
    new = np.lexsort((boxes.order, code, tile))
    return replace(boxes, order=boxes.order[new],
                   sites=np.ascontiguousarray(boxes.sites[:, new])), code[new]


def _in_tile(boxes: Boxes) -> Floats:
    """Places of the sites in their tiles, from south-west, 0 to 1 (2, n_sites)."""
    place = boxes.sites[:2] / TILE_DEG
    return np.asarray(place - np.floor(place))


def lattice_of(boxes: Boxes, code: Ints, wanted: Bools) -> Lattice:
    """Return the lattices around sites of :func:`in_cells`; wanted (n_measures, n_sites)."""
    n_tiles = len(boxes.start) - 1
    tile = np.repeat(np.arange(n_tiles), np.diff(boxes.start))
    starts, places, nodes = list[Ints](), list[Ints](), list[Floats]()
    begin = 0
    for level in range(FINEST + 1):
        of_tile, at = _corners(tile, code, level)
        start, rows = _padded(np.searchsorted(of_tile, np.arange(n_tiles + 1)))
        places.append(at[rows])
        nodes.append(_nodes(boxes.tile[of_tile[rows]], at[rows], level))
        starts.append(begin + start)
        begin += len(rows)
    site = [np.flatnonzero(one) for one in wanted]
    count = np.cumsum([0, *(len(one) for one in site)])
    entry_start = np.stack([first + np.searchsorted(one, boxes.start)
                            for first, one in zip(count, site, strict=False)])
    entries = np.concatenate(site)
    east, north = (part[entries].astype(np.float32) for part in _in_tile(boxes))
    return Lattice(
        boxes, TILE_DEG * M_PER_DEG, np.stack(starts),
        np.ascontiguousarray(np.concatenate(nodes, axis=1)), np.concatenate(places), entry_start,
        code[entries], east, north, entries)


def _corners(tile: Ints, code: Ints, level: int) -> tuple[Ints, Ints]:
    """Return tile and place of the nodes around the cells that hold sites, each once."""
    side = (1 << level) + 1
    own = code >> 2 * (FINEST - level)
    column, row = np.zeros(len(own), np.int64), np.zeros(len(own), np.int64)
    for bit in range(level):
        column |= ((own >> (2 * bit)) & 1) << bit
        row |= ((own >> (2 * bit + 1)) & 1) << bit
    place = [(row + up) * side + column + right for up in (0, 1) for right in (0, 1)]
    key = np.unique(np.concatenate([tile * side * side + one for one in place]))
    return key // (side * side), key % (side * side)


def _padded(start: Ints) -> tuple[Ints, Ints]:
    """Return where groups of rows begin when each is filled up to whole vectors, and the rows.

    The last row of a group stands for those that it lacks.
    """
    count = np.diff(start)
    whole = -(-count // LANES) * LANES
    begin = np.concatenate([[0], np.cumsum(whole)])
    inside = np.arange(begin[-1]) - np.repeat(begin[:-1], whole)
    return begin, np.repeat(start[:-1], whole) + np.minimum(inside, np.repeat(count - 1, whole))


def _nodes(tile: Floats, at: Ints, level: int) -> Floats:
    """Longitude, latitude, its sine and cosine of nodes (4, n) of tiles (n, 5)."""
    side = (1 << level) + 1
    lon = tile[:, 0] + TILE_DEG * ((at % side) / (side - 1) - 0.5)
    lat = tile[:, 1] + TILE_DEG * ((at // side) / (side - 1) - 0.5)
    radians = np.radians(lat)
    return np.stack([lon, lat, np.sin(radians), np.cos(radians)])
