"""Values of many fields at points of one grid."""

from typing import Any

import numpy.typing as npt
from numba import njit, prange

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True, error_model="numpy", parallel=True)
def sample_fields(fields: Array, column: Array, row: Array, weight_x: Array, weight_y: Array,
                  scale: Array, out: Array) -> None:
    """Write each field's bilinear value at each point times the point's scale.

    fields (k, ny, nx); column, row (n,) int, the cell's lower corner; weight_x, weight_y (n,) the
    share of its upper neighbour; scale (n,); out (k, n).
    """
    for k in prange(fields.shape[0]):
        for j in range(column.size):
            x, y, wx, wy = column[j], row[j], weight_x[j], weight_y[j]
            low = fields[k, y, x] + wx * (fields[k, y, x + 1] - fields[k, y, x])
            high = fields[k, y + 1, x] + wx * (fields[k, y + 1, x + 1] - fields[k, y + 1, x])
            out[k, j] = scale[j] * (low + wy * (high - low))
