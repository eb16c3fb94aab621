"""Where paths of many storms come closest to each site: along their legs, not at their nodes.

Around a site the Earth is a plane: east by the cosine of the mean latitude, as far as a storm's
reach asks (``kernels/vortex.py`` has the same). Which place is closest needs no more; the caller
takes the distance there on the sphere.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.vortex import M_PER_DEG

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True, error_model="numpy")
def _far(lon: float, lat: float, box: Array, reach_deg: float) -> bool:
    """Tell whether a box (west, south, east, north) lies farther from a site than a reach."""
    if lat < box[1] - reach_deg or lat > box[3] + reach_deg:
        return True
    highest = min(max(abs(lat), abs(box[1]), abs(box[3])), abs(lat) + reach_deg)
    if highest > 85.0:
        return False
    middle = 0.5 * (box[0] + box[2])
    away = lon - middle
    away -= 360.0 * np.floor(away / 360.0 + 0.5)
    return abs(away) > 0.5 * (box[2] - box[0]) + reach_deg / np.cos(np.radians(highest))


@njit(cache=True, nogil=True, error_model="numpy")
def _closest(lon: float, lat: float, path_lon: Array, path_lat: Array) -> float:
    """Return the place along a path, in nodes, that is closest to a site."""
    best, place = np.inf, 0.0
    x0 = y0 = 0.0
    for k in range(path_lon.size):
        away = path_lon[k] - lon
        away -= 360.0 * np.floor(away / 360.0 + 0.5)
        y1 = path_lat[k] - lat
        x1 = away * np.cos(np.radians(0.5 * (path_lat[k] + lat)))
        share = 1.0
        if k > 0:
            dx, dy = x1 - x0, y1 - y0
            length = dx * dx + dy * dy
            if length > 0.0:
                share = min(max(-(x0 * dx + y0 * dy) / length, 0.0), 1.0)
            x, y = x0 + share * dx, y0 + share * dy
        else:
            x, y = x1, y1
        squared = x * x + y * y
        if squared < best:
            best, place = squared, k - 1.0 + share
        x0, y0 = x1, y1
    return place


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def closest_places(lon: Array, lat: Array, path_lon: Array, path_lat: Array, start: Array,
                   boxes: Array, reach_m: float, place: Array) -> None:
    """Write where each path is closest to each site, in nodes of the path; NaN where it is far.

    lon, lat (n_sites,); path_lon (continuous along a path), path_lat (n_nodes,), those of path p
    are start[p]:start[p + 1]; boxes (n_paths, 4) west, south, east, north of each; place (n_sites,
    n_paths). Paths whose box is farther than reach_m are left out.
    """
    reach_deg = reach_m / M_PER_DEG
    for i in prange(lon.size):
        for p in range(start.size - 1):
            if _far(lon[i], lat[i], boxes[p], reach_deg):
                place[i, p] = np.nan
            else:
                place[i, p] = _closest(lon[i], lat[i], path_lon[start[p]:start[p + 1]],
                                       path_lat[start[p]:start[p + 1]])
