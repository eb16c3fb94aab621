"""Sort sites into cells of a regular grid, so that neighbours lie side by side in memory."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def cell_of(lon: Array, lat: Array, west: float, south: float, size_deg: float, n_columns: int,
            n_rows: int, out: Array) -> None:
    """Write the cell of each site (row * n_columns + column) into ``out``."""
    per_deg = 1.0 / size_deg
    for i in prange(lon.size):
        column = min(max(int((lon[i] - west) * per_deg), 0), n_columns - 1)
        row = min(max(int((lat[i] - south) * per_deg), 0), n_rows - 1)
        out[i] = row * n_columns + column


@njit(cache=True, nogil=True, error_model="numpy")
def sort_by_cell(cell: Array, n_cells: int) -> tuple[Array, Array]:
    """Return order (n_sites,) and start (n_cells + 1,): cell c holds order[start[c]:start[c+1]].

    A counting sort: the sites of a cell keep their order.
    """
    start = np.zeros(n_cells + 1, np.int64)
    for i in range(cell.size):
        start[cell[i] + 1] += 1
    for c in range(n_cells):
        start[c + 1] += start[c]
    order = np.empty(cell.size, np.int32)
    place = start[:-1].copy()
    for i in range(cell.size):
        order[place[cell[i]]] = i
        place[cell[i]] += 1
    return order, start
