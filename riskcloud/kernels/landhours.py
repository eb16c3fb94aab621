"""Hours over land along tracks, from a grid of how much an hour over each cell counts."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True, error_model="numpy")
def land_hours(lon: Array, lat: Array, step_h: float, looks: int, weight: Array, west: float,
               south: float, per_deg: float, out: Array) -> None:
    """Add up weighted hours over land since each track's first fix.

    lon, lat (n_tracks, n_fixes) at steps of ``step_h`` [h], straight in between, looked at
    ``looks`` times a step, at the middle of each part; weight (n_lat, n_lon) of uint8 in per cent,
    cell [0, 0] begins at west, south, ``per_deg`` cells a degree; outside is sea. Written: out
    (n_tracks, n_fixes), 0 at the first fix, never falling.
    """
    n_lat, n_lon = weight.shape
    share = step_h / looks / 100.0
    for k in range(lon.shape[0]):
        out[k, 0] = 0.0
        for i in range(lon.shape[1] - 1):
            total = 0
            dx, dy = lon[k, i + 1] - lon[k, i], lat[k, i + 1] - lat[k, i]
            for j in range(looks):
                part = (j + 0.5) / looks
                x = int(np.floor((lon[k, i] + part * dx - west) * per_deg))
                y = int(np.floor((lat[k, i] + part * dy - south) * per_deg))
                if 0 <= x < n_lon and 0 <= y < n_lat:
                    total += weight[y, x]
            out[k, i + 1] = out[k, i] + total * share
