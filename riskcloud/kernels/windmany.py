"""The maximum winds of one storm at many sites, all measures at once, by a table of its profile.

For each tile of sites a bound of each node's wind tells which nodes can raise the maximum of any
of its sites; they are looked at from the strongest outwards in time. A wind over water is computed
once for all measures: over water, or times a factor by the direction it comes from
(``kernels/sectors.py``). Then each maximum is refined in time (``kernels/windtops.py``). A site's
maximum does not depend on the others in its tile.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.sectors import N_SECTORS, envelope
from riskcloud.kernels.tablewind import factor_of, sectors_of, winds_of_node
from riskcloud.kernels.vortex import (
    M_PER_DEG,
    MOTION,
    R_MAX,
    R_TOP,
    SPIN,
    TOP,
    any_stretched,
    bound_outside,
    offset,
    reach_of_box,
)
from riskcloud.kernels.windtable import S_LAT, S_LON, fading, speed_of_node
from riskcloud.kernels.windtops import refine

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True, error_model="numpy")
def _bounds(middle: Array, half: float, nodes: Array, table: Array, bound: Array) -> None:
    """Write a first upper bound of each node's wind over a tile: profile and motion as one."""
    for k in range(nodes.shape[0]):
        node = nodes[k]
        x, y, r = offset(middle[0], middle[1], middle[2], middle[3], node)
        around_it = half * (1.0 + r / 5e6)
        near = max(r - around_it, 1.0)
        reach, _ = reach_of_box(node, x, y, r, near, near, min(3.2 * around_it / r, 2.0))
        strongest = 1.02 * node[TOP]
        if reach > node[R_TOP]:
            strongest = min(strongest, 1.002 * speed_of_node(reach, node[R_MAX], table[k]))
        bound[k] = strongest + fading(near) * node[MOTION]


@njit(cache=True, nogil=True, error_model="numpy")
def _tighten(middle: Array, half: float, node: Array, speed: Array, cos_inflow: float,
             sin_inflow: float, tops: Array, row_of: Array, bound: float, shares: Array) -> float:
    """Return a closer bound of a node's wind; write the largest factor it may meet by measure."""
    x, y, r = offset(middle[0], middle[1], middle[2], middle[3], node)
    around_it = half * (1.0 + r / 5e6)
    near, far = max(r - around_it, 1.0), r + around_it
    turned = min(1.6 * (far - r) / r, 2.0)
    reach, far_reach = reach_of_box(node, x, y, r, near, far, turned)
    least = bound
    for m in range(shares.size):
        shares[m] = tops[m].max() if row_of[m] >= 0 else 1.0
        if reach > node[R_TOP]:
            top = tops[m] if row_of[m] >= 0 else tops[m, :0]
            both, shares[m] = bound_outside(
                x, y, r, near, far, 1.002 * speed_of_node(reach, node[R_MAX], speed),
                speed_of_node(far_reach, node[R_MAX], speed), turned, node, cos_inflow, sin_inflow,
                top, shares[m])
            least = min(least, both / max(shares[m], 1e-9))
    return least


@njit(cache=True, nogil=True, error_model="numpy")
def _raise(square: Array, k: int, best: Array, best_node: Array) -> None:
    """Raise the squared maxima over water by a node's winds."""
    for j in range(best.size):
        more = square[j] > best[j]
        best[j] = square[j] if more else best[j]
        best_node[j] = k if more else best_node[j]


@njit(cache=True, nogil=True, error_model="numpy")
def _raise_local(square: Array, sector: Array, part: Array, lacks: Array, k: int, rows: Array,
                 share: float, best: Array, best_node: Array) -> None:
    """Raise the squared maxima of a measure by a node's winds times its factors (rows).

    share is the largest of them that a wind of the node may meet.
    """
    share_sq = share * share
    for j in range(best.size):
        if not square[j] * share_sq > best[j]:
            continue
        factor = factor_of(rows, j, sector[j], part[j], lacks[j])
        speed_sq = square[j] * (factor * factor)
        more = speed_sq > best[j]
        best[j] = speed_sq if more else best[j]
        best_node[j] = k if more else best_node[j]


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _least(values: Array) -> float:
    least = np.inf
    for j in range(values.size):
        least = values[j] if values[j] < least else least
    return least


@njit(cache=True, nogil=True, error_model="numpy")
def _search(site: Array, middle: Array, half: float, nodes: Array, rows: Array,
            table: Array, stretched: bool, cos_inflow: float, sin_inflow: float, calm: float,
            relative: Array, row_of: Array, best: Array, best_node: Array) -> int:
    """Write the largest squared wind of any node by measure and site; return nodes looked at.

    best (n_measures, n_sites) holds infinity where a measure is not wanted.
    """
    n_measures, n, n_nodes = best.shape[0], best.shape[1], nodes.shape[0]
    tops = np.zeros((n_measures, N_SECTORS))
    shares, need = np.empty(n_measures), np.empty(n_measures)
    calm_sq = 0.96 * calm * calm  # between two calm nodes it may just not be calm
    for m in range(n_measures):
        if row_of[m] >= 0:
            envelope(relative[row_of[m]], tops[m])
        need[m] = max(_least(best[m]), calm_sq)
    bound, u, v, square = np.empty(n_nodes), np.empty(n), np.empty(n), np.empty(n)
    room, part, lacks, sector = np.empty((2, n)), np.empty(n), np.empty(n), np.empty(n, np.int64)
    _bounds(middle, half, nodes, table, bound)
    first, used = int(np.argmax(bound)), 0
    for turn in range(2 * n_nodes):
        k = first + (turn + 1) // 2 * (1 if turn % 2 == 1 else -1)
        if k < 0 or k >= n_nodes or not bound[k] * bound[k] > _least(need):
            continue
        least = _tighten(middle, half, nodes[k], table[k], cos_inflow, sin_inflow, tops, row_of,
                         bound[k], shares)
        looked = turned = False
        for m in range(n_measures):
            if not (least * shares[m]) ** 2 > need[m]:
                continue
            if not looked:
                winds_of_node(site, rows[k], table[k], nodes[0, SPIN], stretched, cos_inflow,
                              sin_inflow, room, u, v, square)
                looked = True
            if row_of[m] < 0:
                _raise(square, k, best[m], best_node[m])
            else:
                if not turned:
                    sectors_of(u, v, square, sector, part, lacks)
                    turned = True
                _raise_local(square, sector, part, lacks, k, relative[row_of[m]], shares[m],
                             best[m], best_node[m])
            need[m] = max(_least(best[m]), calm_sq)
        used += looked
    return used


@njit(cache=True, nogil=True, error_model="numpy")
def _tile(site: Array, nodes: Array, rows: Array, table: Array, stretched: bool,
          cos_inflow: float, sin_inflow: float, calm: float, relative: Array, row_of: Array,
          wanted: Array, out: Array) -> None:
    """Write the maxima of a tile's sites, 0 below calm or where not wanted."""
    n_measures, n = out.shape
    west, east = site[S_LON].min(), site[S_LON].max()
    south, north = site[S_LAT].min(), site[S_LAT].max()
    widest = np.cos(np.radians(min(max(0.0, south), north) if south <= 0.0 <= north
                               else min(abs(south), abs(north))))
    half = 0.51 * M_PER_DEG * np.hypot((east - west) * widest, north - south) + 10.0
    lat = 0.5 * (south + north)
    middle = np.array([0.5 * (west + east), lat, np.sin(np.radians(lat)), np.cos(np.radians(lat))])
    best, best_node = np.zeros((n_measures, n)), np.zeros((n_measures, n), np.int64)
    for m in range(n_measures):
        for j in range(n):
            best[m, j] = 0.0 if wanted[m, j] else np.inf
    used = _search(site, middle, half, nodes, rows, table, stretched, cos_inflow, sin_inflow,
                   calm, relative, row_of, best, best_node)
    out[:] = 0.0
    if used == 0:
        return
    refine(site, nodes[0, SPIN], rows, table, stretched, cos_inflow, sin_inflow, relative, row_of,
           0.96 * calm * calm, best, best_node)
    for m in range(n_measures):
        for j in range(n):
            speed = best[m, j] ** 0.5
            out[m, j] = speed if wanted[m, j] and speed >= calm else 0.0


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def maximum_speeds(site: Array, start: Array, nodes: Array, rows: Array, table: Array,
                   inflow_rad: float, calm: float, relative: Array, row_of: Array, wanted: Array,
                   out: Array) -> None:
    """Write each site's maximum speed by measure, 0 below calm and where not wanted.

    site (4, n_sites) in the order of the tiles, start (n_tiles + 1,); nodes of
    ``field.field_nodes``, all of one hemisphere, rows and table of ``windtable.fill_table``;
    relative (n, n_sites, COLUMNS) factors, row_of (n_measures,) those of a measure, -1 over water;
    wanted, out (n_measures, n_sites).
    """
    cos_inflow, sin_inflow = np.cos(inflow_rad), np.sin(inflow_rad)
    stretched = any_stretched(nodes)
    for c in prange(start.size - 1):
        first, last = start[c], start[c + 1]
        if last > first:
            # a function of its own: the loop's body stays trivial to parallelise and compile
            _tile(site[:, first:last].copy(), nodes, rows, table, stretched, cos_inflow,
                  sin_inflow, calm, relative[:, first:last], row_of, wanted[:, first:last],
                  out[:, first:last])
