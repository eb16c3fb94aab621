"""The largest wind of many storms, each at its own few sites: pairs of an event and a site."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.vortex import LON, SHAPE, any_stretched
from riskcloud.kernels.windfield import _speed_of_cell

Array = npt.NDArray[Any]

SITES_TOGETHER = 128
"""Sites that share one decision which nodes matter (``fields.SITES_PER_CELL``)."""


@njit(cache=True, nogil=True, error_model="numpy")
def _event(code: int, site: Array, sites: Array, nodes: Array, cos_inflow: float,
           sin_inflow: float, calm_m_s: float, relative: Array, out: Array) -> None:
    """Write the largest wind of an event at its sites."""
    shape = np.ascontiguousarray(nodes[:, SHAPE:].T)
    stretched = any_stretched(nodes)
    centre = nodes[:, LON].mean()
    for first in range(0, site.size, SITES_TOGETHER):
        last = min(first + SITES_TOGETHER, site.size)
        own = np.empty((4, last - first))
        rows = np.empty((last - first, relative.shape[1]), relative.dtype)
        for i in range(last - first):
            own[:, i] = sites[:, site[first + i]]
            own[0, i] -= 360.0 * np.floor((own[0, i] - centre) / 360.0 + 0.5)
            rows[i] = relative[site[first + i]]
        _speed_of_cell(code, own[0], own[1], own[2], own[3], nodes, shape, stretched, cos_inflow,
                       sin_inflow, calm_m_s, rows, out[first:last])


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def largest_of_pairs(code: int, site: Array, pair_start: Array, sites: Array, nodes: Array,
                     node_start: Array, inflow_rad: float, calm_m_s: float, relative: Array,
                     out: Array) -> None:
    """Write the largest speed of each pair (n_pairs,), 0 below calm.

    site (n_pairs,) places in sites (4, n_sites: lon, lat, sine, cosine), those of event e
    pair_start[e]:pair_start[e + 1], neighbours near each other; nodes as ``windfield``, those of
    event e node_start[e]:node_start[e + 1]; relative (n_sites, COLUMNS).
    """
    cos_inflow, sin_inflow = np.cos(inflow_rad), np.sin(inflow_rad)
    for e in prange(pair_start.size - 1):
        first, last = pair_start[e], pair_start[e + 1]
        _event(code, site[first:last], sites, nodes[node_start[e]:node_start[e + 1]], cos_inflow,
               sin_inflow, calm_m_s, relative, out[first:last])
