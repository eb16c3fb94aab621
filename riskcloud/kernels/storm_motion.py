"""Moments of local regressions of storms' motion, around each node of a grid and month."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.storm_life import next_motion

Array = npt.NDArray[Any]

N_FACTS = 6
N_MOMENTS = N_FACTS * N_FACTS + 2 * N_FACTS + 4
FARTHEST = 4.5
"""Largest half squared distance, in widths, that still counts (3 widths)."""


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def motion_moments(lon: Array, lat: Array, season: Array, facts: Array, target: Array,
                   lon_axis: Array, lat_axis: Array, widths: Array, out: Array) -> None:
    """Add weighted moments of steps at each node to out (n_months, n_lat, n_lon, N_MOMENTS).

    lon, lat (n,), latitudes ascending; season (n, n_months) weights of the steps in each month;
    facts (n, N_FACTS); target (n, 2): east and north of the next step; widths (2,) degrees of the
    Gaussian kernel. Out: those of facts with facts, of facts with targets (fact by fact), of
    targets (east east, east north, north north), the sum of weights.
    """
    n_months, n_lon = out.shape[0], len(lon_axis)
    reach = np.sqrt(2.0 * FARTHEST) * widths[1]
    for node in prange(len(lat_axis) * n_lon):
        i, j = node // n_lon, node % n_lon
        first = np.searchsorted(lat, lat_axis[i] - reach)
        last = np.searchsorted(lat, lat_axis[i] + reach)
        for s in range(first, last):
            x = (lon[s] - lon_axis[j]) / widths[0]
            y = (lat[s] - lat_axis[i]) / widths[1]
            half = 0.5 * (x * x + y * y)
            if half > FARTHEST:
                continue
            near = np.exp(-half)
            for k in range(n_months):
                w = near * season[s, k]
                if w > 0.0:
                    add_moments(facts[s], target[s], w, out[k, i, j])


@njit(cache=True, nogil=True, error_model="numpy")
def add_moments(facts: Array, target: Array, weight: float, out: Array) -> None:
    """Add one step's moments with a weight to out (N_MOMENTS,)."""
    east, north = target[0], target[1]
    first, last = N_FACTS * N_FACTS, N_FACTS * N_FACTS + 2 * N_FACTS
    for a in range(N_FACTS):
        scaled = weight * facts[a]
        for b in range(N_FACTS):
            out[N_FACTS * a + b] += scaled * facts[b]
        out[first + 2 * a] += scaled * east
        out[first + 2 * a + 1] += scaled * north
    out[last] += weight * east * east
    out[last + 1] += weight * east * north
    out[last + 2] += weight * north * north
    out[last + 3] += weight


@njit(cache=True, nogil=True, error_model="numpy")
def standardised(motion: Array, axes: Array, day: Array, lon: Array, lat: Array, facts: Array,
                 target: Array, out: Array) -> None:
    """Write the standardised residuals (n, 2) of observed motions: next_motion inverted."""
    for i in range(len(lon)):
        u, v, u1, v1, strength = facts[i, 1:]
        here = (day[i], lon[i], lat[i], u, v, u1, v1, strength)
        east, north = next_motion(motion, axes, *here, 0.0, 0.0)
        by_e = next_motion(motion, axes, *here, 1.0, 0.0)
        by_f = next_motion(motion, axes, *here, 0.0, 1.0)
        e = (target[i, 0] - east) / (by_e[0] - east)
        out[i, 0] = e
        out[i, 1] = (target[i, 1] - north - e * (by_e[1] - north)) / (by_f[1] - north)
