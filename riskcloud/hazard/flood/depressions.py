"""Depressions of a terrain, and the water that stands in them once runoff has collected."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError
from riskcloud.kernels import depressions as kernel
from riskcloud.types import Floats

MOST_CELLS: Final = 100_000_000
"""Cells held in memory, some 45 bytes each: 4.5 GB. Ours."""


@dataclass(frozen=True, slots=True)
class Depressions:
    """The tree of depressions of a terrain (``kernels/depressions``), which any runoff may fill.

    elevation (ny, nx) [m], NaN for outlets; cell (ny, 3): area, width, height of a row's cells
    [m2, m, m]; order: the cells with a value from the lowest up; leaf, node (ny * nx,); links,
    held: of each node, the first being the outlet.
    """

    elevation: npt.NDArray[np.float32]
    cell: Floats
    order: npt.NDArray[np.int32]
    leaf: npt.NDArray[np.int32]
    node: npt.NDArray[np.int32]
    links: npt.NDArray[np.int32]
    held: Floats

    @property
    def n_leaves(self) -> int:
        """Return how many lowest points it has."""
        return int((self.held[1:, kernel.FLOOR_AREA] == 0.0).sum())


def find_depressions(elevation: npt.NDArray[Any], cell: Floats) -> Depressions:
    """Return the depressions of a terrain.

    Parameters
    ----------
    elevation : (ny, nx) [m]. Water leaves at its edge and at cells that are NaN.
    cell : (ny, 3) area, width and height of the cells of each row [m2, m, m].

    Raises
    ------
    InputError : more cells than ``MOST_CELLS``, or none with a value.

    Source
    ------
    ``kernels/depressions``; the way of the water by steepest descent to one of eight neighbours
    (O'Callaghan & Mark 1984, Comput. Vis. Graph. Image Process. 28, 323-344).
    """
    n = elevation.size
    if n > MOST_CELLS:
        raise InputError(f"terrain: {n} cells, at most {MOST_CELLS} are held in memory: cut it to "
                         "the region or average it to larger cells")
    ground = np.ascontiguousarray(elevation, np.float32)
    n_cells = int(n - np.isnan(ground).sum())
    if n_cells == 0:
        raise InputError("terrain: no cell has a value")
    order, leaf = np.empty(n, np.int32), np.empty(n, np.int32)
    kernel.in_order(ground.reshape(-1), order, leaf)
    leaf[:] = kernel.UNSEEN
    node = np.full(n, kernel.UNSEEN, np.int32)
    most = 2 * int(kernel.count_leaves(ground)) + 1
    links, held = np.zeros((most, 4), np.int32), np.zeros((most, 5))
    n_nodes = int(kernel.grow(ground, order, n_cells, np.ascontiguousarray(cell, np.float64), leaf,
                              node, links, held))
    return Depressions(ground, np.asarray(cell, np.float64), order[:n_cells], leaf, node,
                       links[:n_nodes], held[:n_nodes])


def collected_m3(depressions: Depressions, runoff_mm: npt.NDArray[Any], water: Floats, *,
                 first_row: int = 0) -> None:
    """Add the runoff (k, nx) [mm] of k rows to the water (n_nodes,) [m3] of their leaves."""
    n_rows, nx = runoff_mm.shape
    rows = slice(first_row, first_row + n_rows)
    leaf = depressions.leaf.reshape(-1, nx)[rows]
    kernel.collect(leaf, np.asarray(runoff_mm, np.float64) / 1000.0,
                   np.ascontiguousarray(depressions.cell[rows, 0]), water)


def filled(depressions: Depressions, water: Floats) -> tuple[npt.NDArray[np.float32], float]:
    """Fill depressions with the water of their leaves; what one cannot hold spills to the next.

    Parameters
    ----------
    water : (n_nodes,) [m3] as ``collected_m3`` adds it up.

    Returns
    -------
    Depth (ny, nx) [m], NaN where the terrain is, and the water that leaves at the outlets [m3].
    """
    links, held = depressions.links, depressions.held
    n_nodes = len(links)
    own, full = np.zeros(n_nodes), np.zeros(n_nodes, np.bool_)
    gone = kernel.pour(links, held, water, own, full, np.full(n_nodes, kernel.UNSEEN, np.int32))
    surface = np.empty(n_nodes)
    kernel.levels(depressions.elevation, depressions.order, len(depressions.order),
                  np.ascontiguousarray(depressions.cell[:, 0]), depressions.node, links, held, own,
                  full, surface)
    depth = np.empty(depressions.elevation.shape, np.float32)
    kernel.depths(depressions.elevation, depressions.node, surface, depth)
    return depth, float(gone)
