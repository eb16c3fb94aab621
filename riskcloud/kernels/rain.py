"""Rain of a moving storm at sites: total, largest rate, largest sum of 24 hours.

The path is a chain of nodes dense enough that the rate is linear between two of them, so a site's
total is the trapezoidal sum and no time step enters. Rates are rain within ``reach`` of the
centre and nothing beyond. Sites go in groups of neighbours: nodes out of a group's reach are passed
over, and a loop over a group works on several sites with one instruction. What else is in its group
changes no site's rain.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.elementary import exp

Array = npt.NDArray[Any]

LON, LAT, HOUR, CENTRE, SLOPE, R_PEAK, DECAY = range(7)
N_ROWS = 7
"""Rows of the nodes: place, hours since the first fix, rate at the centre [mm/h] and its rise
[mm/h/m] to the radius of the most rain [m], and the decay beyond it [1/m]."""
RAD = np.pi / 180.0
EARTH_M = 6_371_008.8
M_PER_DEG = EARTH_M * RAD
FADE_M = 20_000.0
"""Width of the rain's edge at its reach: an edge of none would make totals jump with the nodes."""
FADE_PER_M = 1.0 / FADE_M
GROUP = 64
"""Sites of a group: what it keeps of a storm stays in the second cache."""
PIECES = 4
"""Parts that the two segments at a site's largest rate are cut into to find it exactly."""
NEIGHBOURS = 2
"""Nodes on both sides of the end of the widest window whose windows are made exact."""
DAY_H = 24.0


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def rate_at(x: float, y: float, centre: float, slope: float, r_peak: float, decay: float,
            sin: float, cos: float, sin_2: float, cos_2: float, reach: float) -> float:
    """Return the rate at an offset x east, y north of the centre, mm/h (``rain/rates.py``)."""
    r_sq = x * x + y * y
    r = np.sqrt(r_sq)
    inside = r if r < r_peak else r_peak
    share = 1.0 / (r_sq + r_peak * r_peak)
    tilt = ((sin * x + cos * y) * np.sqrt(share)
            + (2.0 * sin_2 * x * y + cos_2 * (y * y - x * x)) * share)
    rate = (centre + slope * inside) * exp(tilt - (r - inside) * decay)
    left = 0.5 + (reach - r) * FADE_PER_M
    left = 1.0 if left > 1.0 else left
    left = 0.0 if left < 0.0 else left
    return rate * left


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _chord_sq(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Return the square of the chord between two places [degrees] of the unit sphere."""
    return 4.0 * (np.sin(0.5 * RAD * (lat - other_lat)) ** 2
                  + np.cos(RAD * lat) * np.cos(RAD * other_lat)
                  * np.sin(0.5 * RAD * (lon - other_lon)) ** 2)


@njit(cache=True, nogil=True, error_model="numpy")
def _mark_near(lon: Array, lat: Array, nodes: Array, reach: float, near: Array) -> tuple[int, int]:
    """Write which nodes may reach a group of sites.

    Returns the first and the end of them with one more on both sides: the rate rises from, and
    falls to, a node out of reach.
    """
    n, middle, far = nodes.shape[1], lon.size // 2, 0.0
    for s in range(lon.size):
        far = max(far, _chord_sq(lon[s], lat[s], lon[middle], lat[middle]))
    # a chord is shorter than its arc, the plane of offsets is not the sphere, and rain fades out
    reached = (1.1 * reach / EARTH_M + np.sqrt(far)) ** 2
    begin, end = n, 0
    for k in range(n):
        near[k] = _chord_sq(nodes[LON, k], nodes[LAT, k], lon[middle], lat[middle]) <= reached
        if near[k]:
            begin, end = min(begin, k), k + 1
    return (max(begin - 1, 0), min(end + 1, n)) if begin < end else (0, 0)


@njit(cache=True, nogil=True, error_model="numpy")
def _offsets(site: Array, lon: float, lat: float, x: Array, y: Array) -> None:
    """Write the offsets of a group's sites from a node [m], on the plane of the mean latitude."""
    half_sin, half_cos = np.sin(0.5 * RAD * lat) * M_PER_DEG, np.cos(0.5 * RAD * lat) * M_PER_DEG
    site_lon, site_lat, site_sin, site_cos = site[0], site[1], site[2], site[3]
    for s in range(x.size):
        x[s] = (site_lon[s] - lon) * (site_cos[s] * half_cos - site_sin[s] * half_sin)
        y[s] = (site_lat[s] - lat) * M_PER_DEG


@njit(cache=True, nogil=True, error_model="numpy")
def _rates(x: Array, y: Array, lean: Array, node: Array, reach: float, rate: Array) -> None:
    """Write the rates of a group's sites at a node: a loop that vectorises."""
    centre, slope, r_peak, decay = node[CENTRE], node[SLOPE], node[R_PEAK], node[DECAY]
    sin, cos, sin_2, cos_2 = lean[0], lean[1], lean[2], lean[3]
    for s in range(rate.size):
        rate[s] = rate_at(x[s], y[s], centre, slope, r_peak, decay, sin[s], cos[s], sin_2[s],
                          cos_2[s], reach)


@njit(cache=True, nogil=True, error_model="numpy")
def _add_up(step: float, before: Array, rate: Array, total_before: Array, total: Array) -> None:
    """Write the totals at a node: the trapezoid."""
    for s in range(total.size):
        total[s] = total_before[s] + 0.5 * step * (before[s] + rate[s])


@njit(cache=True, nogil=True, error_model="numpy")
def _keep_largest(at: float, value: Array, less: Array, largest: Array, where: Array) -> None:
    """Keep the largest of value - less at each site, and where it was first."""
    for s in range(value.size):
        one = value[s] - less[s]
        where[s] = at if one > largest[s] else where[s]
        largest[s] = one if one > largest[s] else largest[s]


@njit(cache=True, nogil=True, error_model="numpy")
def _largest_rate(lon: float, lat: float, lean: Array, nodes: Array, best: int, reach: float
                  ) -> tuple[float, float]:
    """Return the largest rate in the two segments at a node, and its hour."""
    largest, when = -1.0, nodes[HOUR, best]
    mean_cos = np.cos(0.5 * RAD * (lat + nodes[LAT, best])) * M_PER_DEG
    for k in range(max(best - 1, 0), min(best + 1, nodes.shape[1] - 1)):
        x, y = (lon - nodes[LON, k]) * mean_cos, (lat - nodes[LAT, k]) * M_PER_DEG
        dx = (nodes[LON, k] - nodes[LON, k + 1]) * mean_cos
        dy = (nodes[LAT, k] - nodes[LAT, k + 1]) * M_PER_DEG
        for p in range(PIECES + 1):
            w = p / PIECES
            rate = rate_at(x + w * dx, y + w * dy,
                           nodes[CENTRE, k] + w * (nodes[CENTRE, k + 1] - nodes[CENTRE, k]),
                           nodes[SLOPE, k] + w * (nodes[SLOPE, k + 1] - nodes[SLOPE, k]),
                           nodes[R_PEAK, k] + w * (nodes[R_PEAK, k + 1] - nodes[R_PEAK, k]),
                           nodes[DECAY, k] + w * (nodes[DECAY, k + 1] - nodes[DECAY, k]),
                           lean[0], lean[1], lean[2], lean[3], reach)
            if rate > largest:
                largest = rate
                when = nodes[HOUR, k] + w * (nodes[HOUR, k + 1] - nodes[HOUR, k])
    return largest, when


@njit(cache=True, nogil=True, error_model="numpy")
def _windows(hour: Array, start: Array) -> None:
    """Write the last node that lies 24 hours or more before each node; -1 where none does."""
    j = -1
    for k in range(hour.size):
        while hour[j + 1] <= hour[k] - DAY_H:
            j += 1
        start[k] = j


@njit(cache=True, nogil=True, error_model="numpy")
def _largest_day(widest: int, begin: int, hour: Array, start: Array, rate: Array, total: Array
                 ) -> float:
    """Return the largest rain of 24 hours that end at a node near ``widest``.

    Near the largest a window moved by half a step changes its rain to second order only. Windows
    from node to node, a step too long at most, have said which few need their exact beginning.
    rate, total (n,) at the nodes from ``begin``; no rain before.
    """
    best = 0.0
    for k in range(max(widest - NEIGHBOURS, begin), min(widest + NEIGHBOURS + 1,
                                                        begin + rate.size)):
        before, j = 0.0, start[k]
        if j >= begin:
            past, span = hour[k] - DAY_H - hour[j], hour[j + 1] - hour[j]
            i = j - begin
            before = total[i] + past * (rate[i] + 0.5 * past / span * (rate[i + 1] - rate[i]))
        best = max(best, total[k - begin] - before)
    return best


@njit(cache=True, nogil=True, error_model="numpy")
def _follow(site: Array, nodes: Array, near: Array, begin: int, end: int, start: Array,
            reach: float, rate: Array, total: Array, peak: Array, peak_node: Array, day: Array,
            day_node: Array) -> None:
    """Write rates and totals of a group at the nodes, and where rate and widest day are largest."""
    x, y, none = np.empty(rate.shape[1]), np.empty(rate.shape[1]), np.zeros(rate.shape[1])
    hour = nodes[HOUR]
    peak[:], peak_node[:], day[:], day_node[:] = 0.0, begin, 0.0, begin
    for k in range(begin, end):
        row = k - begin
        if near[k]:
            _offsets(site, nodes[LON, k], nodes[LAT, k], x, y)
            _rates(x, y, site[4:8], nodes[:, k], reach, rate[row])
        else:
            rate[row, :] = 0.0
        if row == 0:
            total[row, :] = 0.0
        else:
            _add_up(hour[k] - hour[k - 1], rate[row - 1], rate[row], total[row - 1], total[row])
        _keep_largest(k, rate[row], none, peak, peak_node)
        first = start[k] - begin
        _keep_largest(k, total[row], total[first] if first > 0 else none, day, day_node)


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def storm_rain(lon: Array, lat: Array, lean: Array, nodes: Array, reach: float, total_mm: Array,
               day_mm: Array, peak_mm_h: Array, peak_hour: Array) -> None:
    """Write the rain of one storm at sites.

    lon (in the nodes' window), lat (n_sites,), fastest in an order in which neighbours are near;
    lean (4, n_sites) what the coast adds to the logarithm of the rate, factors of sin, cos, sin 2
    and cos 2 of the site's bearing; nodes (N_ROWS, n_nodes), two or more. Writes total_mm, day_mm,
    peak_mm_h and peak_hour (NaN where it never rains) (n_sites,); the peaks may be empty: not
    wanted.
    """
    n, n_nodes = lon.size, nodes.shape[1]
    hour, start = nodes[HOUR], np.empty(n_nodes, np.int64)
    _windows(hour, start)
    for group in prange(-(-n // GROUP)):
        first, last = group * GROUP, min((group + 1) * GROUP, n)
        total_mm[first:last], day_mm[first:last] = 0.0, 0.0
        if peak_mm_h.size:
            peak_mm_h[first:last], peak_hour[first:last] = 0.0, np.nan
        near = np.empty(n_nodes, np.bool_)
        begin, end = _mark_near(lon[first:last], lat[first:last], nodes, reach, near)
        if begin >= end:
            continue
        size = last - first
        site, kept = np.empty((8, size)), np.empty((4, size))
        site[0], site[1], site[4:] = lon[first:last], lat[first:last], lean[:, first:last]
        site[2], site[3] = np.sin(0.5 * RAD * site[1]), np.cos(0.5 * RAD * site[1])
        rate, total = np.empty((end - begin, size)), np.empty((end - begin, size))
        _follow(site, nodes, near, begin, end, start, reach, rate, total, kept[0], kept[1],
                kept[2], kept[3])
        for s in range(size):
            if kept[0, s] <= 0.0:
                continue
            i = first + s
            total_mm[i] = total[end - begin - 1, s]
            day_mm[i] = _largest_day(int(kept[3, s]), begin, hour, start, rate[:, s], total[:, s])
            if peak_mm_h.size:
                peak_mm_h[i], peak_hour[i] = _largest_rate(
                    lon[i], lat[i], site[4:, s], nodes, int(kept[1, s]), reach)
