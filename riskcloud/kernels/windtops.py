"""Maxima in time around the best nodes of a storm's path, by a table of its profile.

The places looked at are those of ``windfield._refine``.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from riskcloud.kernels.sectors import relative_factor
from riskcloud.kernels.tablewind import factor_of, sectors_of, wind_between, winds_between
from riskcloud.kernels.vortex import M_PER_DEG
from riskcloud.kernels.windfield import _first_top, _second_top
from riskcloud.kernels.windtable import (
    S_HALF_COS,
    S_HALF_SIN,
    S_LAT,
    S_LON,
    T_HALF_COS,
    T_HALF_SIN,
    T_LAT,
    T_LON,
    T_R_MAX,
)

Array = npt.NDArray[Any]

SAME_PLACE = 0.05
"""Nodes between two places that count as one when a maximum is refined (ours): next to a top the
speed changes by less than 1e-4 so near."""


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _beyond_r_max(lon: float, lat: float, half_sin: float, half_cos: float, row: Array) -> float:
    """Return how far a site is beyond a node's r_max [m]."""
    x = (lon - row[T_LON]) * (half_cos * row[T_HALF_COS] - half_sin * row[T_HALF_SIN])
    y = (lat - row[T_LAT]) * M_PER_DEG
    return np.sqrt(x * x + y * y) - row[T_R_MAX]


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _passing(lon: float, lat: float, half_sin: float, half_cos: float, rows: Array, k: int,
             ) -> tuple[float, float]:
    """Return where a site passes r_max in the interval after and before a node, else 0."""
    here = _beyond_r_max(lon, lat, half_sin, half_cos, rows[k])
    there = _beyond_r_max(lon, lat, half_sin, half_cos, rows[min(k + 1, rows.shape[0] - 1)])
    ahead = here / (here - there) if here * there < 0.0 else 0.0
    there = _beyond_r_max(lon, lat, half_sin, half_cos, rows[max(k - 1, 0)])
    return ahead, (-here / (here - there) if here * there < 0.0 else 0.0)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _move_of(turn: int, below: float, middle: float, above: float, place: float, value: float,
             ahead: float, behind: float) -> float:
    """Return where to look next, in nodes from the best one (``windfield._refine``)."""
    if turn < 2:
        return 0.5 * (2 * turn - 1)
    if turn == 2:
        return _first_top(below, middle, above)
    on = ahead if above >= below or behind == 0.0 else behind
    on = on if on != 0.0 else behind
    return on if on != 0.0 else _second_top(below, middle, above, place, value)


@njit(cache=True, nogil=True, error_model="numpy")
def _refine_first(site: Array, rows: Array, table: Array, spin: float, stretched: bool,
                  cos_inflow: float, sin_inflow: float, relative: Array, row: int, best: Array,
                  best_node: Array, passing: Array, seen: Array) -> None:
    """Raise the squared maxima of the first measure around its best nodes.

    Half a node before and after; the top of the parabola through the three; then where the site
    passes r_max, a cusp of some profiles, or, if it does not, the top of the parabola through the
    last place and the two nearest to it (``windfield._refine``). Writes passing (2, n) and seen
    (4, 3, n): where it looked and the wind over water there.
    """
    n, end = best.size, rows.shape[0] - 1.0
    three, value, square, room = np.zeros((3, n)), np.zeros(n), np.empty(n), np.empty((5, n))
    sector, part, lacks = np.empty(n, np.int64), np.empty(n), np.empty(n)
    three[1] = best
    for j in range(n):
        passing[0, j], passing[1, j] = _passing(site[S_LON, j], site[S_LAT, j],
                                                site[S_HALF_SIN, j], site[S_HALF_COS, j], rows,
                                                best_node[j])
    for turn in range(4):
        at, u, v = seen[turn, 0], seen[turn, 1], seen[turn, 2]
        for j in range(n):
            move = _move_of(turn, three[0, j], three[1, j], three[2, j],
                            seen[turn - 1, 0, j] - best_node[j], value[j], passing[0, j],
                            passing[1, j])
            at[j] = min(max(best_node[j] + move, 0.0), end)
        winds_between(site, rows, table, at, spin, stretched, cos_inflow, sin_inflow, room, u, v,
                       square)
        value[:] = square
        if row >= 0:
            sectors_of(u, v, square, sector, part, lacks)
            for j in range(n):
                factor = factor_of(relative[row], j, sector[j], part[j], lacks[j])
                value[j] = square[j] * (factor * factor)
        if turn < 2:
            three[2 * turn] = value
        for j in range(n):
            best[j] = value[j] if value[j] > best[j] else best[j]


@njit(cache=True, nogil=True, error_model="numpy")
def _refine_more(site: Array, j: int, rows: Array, table: Array, spin: float, stretched: bool,
                 cos_inflow: float, sin_inflow: float, relative: Array, row: int, best: float,
                 k: int, again: bool, passing: Array, seen: Array) -> float:
    """Return the squared maximum of another measure at a site, refined around its best node k.

    Where the first measure had the same best node (again) its winds are taken again at places that
    are the same.
    """
    lon, lat, half_sin, half_cos = (site[S_LON, j], site[S_LAT, j], site[S_HALF_SIN, j],
                                    site[S_HALF_COS, j])
    ahead, behind = passing[0, j], passing[1, j]
    if not again:
        ahead, behind = _passing(lon, lat, half_sin, half_cos, rows, k)
    below, middle, above, place, value = 0.0, best, 0.0, 0.0, 0.0
    for turn in range(4):
        move = _move_of(turn, below, middle, above, place, value, ahead, behind)
        at = min(max(k + move, 0.0), rows.shape[0] - 1.0)
        if again and abs(at - seen[turn, 0, j]) < SAME_PLACE:
            at, u, v = seen[turn, 0, j], seen[turn, 1, j], seen[turn, 2, j]
        else:
            u, v = wind_between(lon, lat, half_sin, half_cos, rows, table, at, spin, stretched,
                                 cos_inflow, sin_inflow)
        value, place = u * u + v * v, at - k
        if row >= 0:
            factor = relative_factor(u, v, relative[row], j)
            value *= factor * factor
        below, above = (value if turn == 0 else below), (value if turn == 1 else above)
        best = max(best, value)
    return best


@njit(cache=True, nogil=True, error_model="numpy")
def refine(site: Array, spin: float, rows: Array, table: Array, stretched: bool,
            cos_inflow: float, sin_inflow: float, relative: Array, row_of: Array, calm_sq: float,
            best: Array, best_node: Array) -> None:
    """Raise the squared maxima of a cell's sites in time; what is not wanted or calm stays."""
    n = best.shape[1]
    passing, seen, first = np.empty((2, n)), np.empty((4, 3, n)), best[0].copy()
    _refine_first(site, rows, table, spin, stretched, cos_inflow, sin_inflow, relative, row_of[0],
                  first, best_node[0], passing, seen)
    for m in range(1, best.shape[0]):
        for j in range(n):
            if calm_sq <= best[m, j] < np.inf:
                k = best_node[m, j]
                best[m, j] = _refine_more(site, j, rows, table, spin, stretched, cos_inflow,
                                          sin_inflow, relative, row_of[m], best[m, j], k,
                                          k == best_node[0, j], passing, seen)
    for j in range(n):
        best[0, j] = first[j] if calm_sq <= best[0, j] < np.inf else best[0, j]
