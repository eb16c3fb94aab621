"""Values of many fields at the nodes nearest to points, each field on a grid moved a little."""

from typing import Any

import numpy.typing as npt
from numba import njit, prange

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True, error_model="numpy", parallel=True)
def nearest_nodes(fields: Array, x: Array, y: Array, shift: Array, out: Array) -> None:
    """Write each field's value at the node of the cell that holds each point.

    fields (k, ny, nx); x, y (n,) positions in cells from the first node, >= 0; shift (k, 2) what is
    added to x and y for a field, in [0, 1); out (k, n).
    """
    for k in prange(fields.shape[0]):
        dx, dy = shift[k, 0], shift[k, 1]
        for j in range(x.size):
            out[k, j] = fields[k, int(y[j] + dy), int(x[j] + dx)]
