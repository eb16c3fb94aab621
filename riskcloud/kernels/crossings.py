"""Where tracks cross lines from their right to their left, in the plane of longitude, latitude."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True, error_model="numpy")
def crossing(x0: float, y0: float, x1: float, y1: float, edge: Array) -> float:
    """Return the fraction of a leg at which it crosses an edge (ax, ay, bx, by) right to left.

    -1 where it does not. A leg that begins on the edge crosses it, one that ends there does not.
    """
    ex, ey = edge[2] - edge[0], edge[3] - edge[1]
    before = ex * (y0 - edge[1]) - ey * (x0 - edge[0])
    after = ex * (y1 - edge[1]) - ey * (x1 - edge[0])
    if not (before <= 0.0 < after):
        return -1.0
    part = before / (before - after)
    x, y = x0 + part * (x1 - x0), y0 + part * (y1 - y0)
    along = ex * (x - edge[0]) + ey * (y - edge[1])
    if along < 0.0 or along >= ex * ex + ey * ey:
        return -1.0
    return part


@njit(cache=True, nogil=True, error_model="numpy", parallel=True)
def first_crossings(start: Array, lon: Array, lat: Array, edges: Array, of_edge: Array,
                    leg: Array, fraction: Array) -> None:
    """Find each track's first crossing of each line.

    start (n_tracks + 1,); lon, lat (n_fixes,); edges (n_edges, 4) ax, ay, bx, by; of_edge
    (n_edges,) the line each belongs to. Written: leg (n_tracks, n_lines) the fix before the
    crossing, -1 for none, and fraction (n_tracks, n_lines) of its leg.
    """
    west, east = edges[:, 0::2].min(), edges[:, 0::2].max()
    south, north = edges[:, 1::2].min(), edges[:, 1::2].max()
    for k in prange(len(start) - 1):
        leg[k, :] = -1
        fraction[k, :] = np.nan
        for i in range(start[k], start[k + 1] - 1):
            x0, x1, y0, y1 = lon[i], lon[i + 1], lat[i], lat[i + 1]
            if (max(x0, x1) < west or min(x0, x1) > east or max(y0, y1) < south
                    or min(y0, y1) > north):
                continue
            for e in range(len(edges)):
                line = of_edge[e]
                if leg[k, line] >= 0 and leg[k, line] != i:
                    continue
                part = crossing(x0, y0, x1, y1, edges[e])
                if part >= 0.0 and (leg[k, line] < 0 or part < fraction[k, line]):
                    leg[k, line] = i
                    fraction[k, line] = part
