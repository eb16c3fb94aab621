"""Rain of a moving storm at sites: total, largest rate, largest sum of 24 hours.

The path is a chain of nodes dense enough that the rate is linear between two of them, so a site's
total is the trapezoidal sum and no time step enters. Rates are rain within ``reach`` of the
centre and nothing beyond; blocks of nodes that lie farther away are passed over.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.elementary import exp

Array = npt.NDArray[Any]

LON, LAT, SIN_LAT, COS_LAT, HOUR, CENTRE, SLOPE, R_PEAK, DECAY = range(9)
N_ROWS = 9
"""Rows of the nodes: place, hours since the first fix, rate at the centre [mm/h] and its rise
[mm/h/m] to the radius of the most rain [m], and the decay beyond it [1/m]."""
M_PER_DEG = 6_371_008.8 * np.pi / 180.0
FADE_M = 20_000.0
"""Width of the rain's edge at its reach: an edge of none would make totals jump with the nodes."""
FADE_PER_M = 1.0 / FADE_M
BLOCK = 16
"""Nodes passed over at once."""
SITES_AT_ONCE = 128
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


@njit(cache=True, nogil=True, error_model="numpy")
def _find_blocks(nodes: Array, blocks: Array) -> None:
    """Write the middle (3,) of each block on the unit sphere and its largest chord to a node."""
    rad = np.pi / 180.0
    for b in range(blocks.shape[0]):
        first, last = b * BLOCK, min((b + 1) * BLOCK, nodes.shape[1])
        middle = (first + last) // 2
        x = nodes[COS_LAT, middle] * np.cos(nodes[LON, middle] * rad)
        y = nodes[COS_LAT, middle] * np.sin(nodes[LON, middle] * rad)
        z = nodes[SIN_LAT, middle]
        far = 0.0
        for k in range(first, last):
            far = max(far, (x - nodes[COS_LAT, k] * np.cos(nodes[LON, k] * rad)) ** 2
                      + (y - nodes[COS_LAT, k] * np.sin(nodes[LON, k] * rad)) ** 2
                      + (z - nodes[SIN_LAT, k]) ** 2)
        blocks[b, 0], blocks[b, 1], blocks[b, 2], blocks[b, 3] = x, y, z, far ** 0.5


@njit(cache=True, nogil=True, error_model="numpy")
def _block_rates(lon: float, lat: float, sin_lat: float, cos_lat: float, lean: Array,
                 reach: float, nodes: Array, first: int, last: int, rate: Array) -> None:
    """Write the rates at the nodes of a block: a loop that vectorises."""
    node_lon, node_lat, node_sin, node_cos = nodes[LON], nodes[LAT], nodes[SIN_LAT], nodes[COS_LAT]
    sin, cos, sin_2, cos_2 = lean[0], lean[1], lean[2], lean[3]
    centre, slope, r_peak, decay = nodes[CENTRE], nodes[SLOPE], nodes[R_PEAK], nodes[DECAY]
    for k in range(first, last):
        mean_cos = np.sqrt(0.5 * (1.0 + cos_lat * node_cos[k] - sin_lat * node_sin[k]))
        x = (lon - node_lon[k]) * M_PER_DEG * mean_cos
        y = (lat - node_lat[k]) * M_PER_DEG
        rate[k] = rate_at(x, y, centre[k], slope[k], r_peak[k], decay[k], sin, cos, sin_2, cos_2,
                          reach)


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_rates(lon: float, lat: float, sin_lat: float, cos_lat: float, lean: Array,
                nodes: Array, blocks: Array, reach: float, rate: Array) -> tuple[int, int]:
    """Write the rates at all nodes in reach; return the first and the end of those touched."""
    rad = np.pi / 180.0
    sx, sy, sz = cos_lat * np.cos(lon * rad), cos_lat * np.sin(lon * rad), sin_lat
    begin, end = nodes.shape[1], 0
    # a chord is shorter than its arc, the plane of offsets is not the sphere, and rain fades out
    chord = 1.1 * reach / 6_371_008.8
    for b in range(blocks.shape[0]):
        first, last = b * BLOCK, min((b + 1) * BLOCK, nodes.shape[1])
        away = ((sx - blocks[b, 0]) ** 2 + (sy - blocks[b, 1]) ** 2
                + (sz - blocks[b, 2]) ** 2) ** 0.5
        if away > chord + blocks[b, 3]:
            if begin < first:
                for k in range(first, last):
                    rate[k] = 0.0
            continue
        begin, end = min(begin, first), last
        _block_rates(lon, lat, sin_lat, cos_lat, lean, reach, nodes, first, last,
                     rate)
    return begin, end


@njit(cache=True, nogil=True, error_model="numpy")
def _largest_rate(lon: float, lat: float, cos_lat: float, sin_lat: float, lean: Array,
                  nodes: Array, best: int, reach: float) -> tuple[float, float]:
    """Return the largest rate in the two segments at a node, and its hour."""
    largest, when = -1.0, nodes[HOUR, best]
    mean_cos = (0.5 * (1.0 + cos_lat * nodes[COS_LAT, best]
                       - sin_lat * nodes[SIN_LAT, best])) ** 0.5 * M_PER_DEG
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
def _largest_day(begin: int, end: int, hour: Array, rate: Array, total: Array) -> float:
    """Return the largest rain of 24 hours that end at a node.

    Near the largest a window moved by half a step changes its rain to second order only. Windows
    from node to node, a step too long at most, say which few need their exact beginning.
    """
    last = end - 1
    if hour[last] - hour[begin] <= DAY_H:
        return total[last] - total[begin]
    longest, widest, j = -1.0, begin, begin
    for k in range(begin, end):
        while hour[j + 1] <= hour[k] - DAY_H:
            j += 1
        if total[k] - total[j] > longest:
            longest, widest = total[k] - total[j], k
    best = 0.0
    for k in range(max(widest - NEIGHBOURS, begin), min(widest + NEIGHBOURS + 1, end)):
        first = hour[k] - DAY_H
        if first <= hour[begin]:
            best = max(best, total[k] - total[begin])
            continue
        j = k
        while hour[j] > first:
            j -= 1
        past, span = first - hour[j], hour[j + 1] - hour[j]
        before = total[j] + past * (rate[j] + 0.5 * past / span * (rate[j + 1] - rate[j]))
        best = max(best, total[k] - before)
    return best


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def storm_rain(lon: Array, lat: Array, lean: Array, nodes: Array, reach: float, total_mm: Array,
               peak_mm_h: Array, peak_hour: Array, day_mm: Array) -> None:
    """Write the rain of one storm at sites.

    lon (in the nodes' window), lat (n_sites,); lean (n_sites, 4) what the coast adds to the
    logarithm of the rate, factors of sin, cos, sin 2 and cos 2 of the site's bearing; nodes
    (N_ROWS, n_nodes), two or more. Writes total_mm, peak_mm_h, peak_hour
    (NaN where it never rains), day_mm (n_sites,).
    """
    n, n_nodes = lon.size, nodes.shape[1]
    blocks = np.empty((-(-n_nodes // BLOCK), 4))
    _find_blocks(nodes, blocks)
    hour = nodes[HOUR]
    for chunk in prange(-(-n // SITES_AT_ONCE)):
        rate, total = np.empty(n_nodes), np.empty(n_nodes)
        for i in range(chunk * SITES_AT_ONCE, min((chunk + 1) * SITES_AT_ONCE, n)):
            sin_lat, cos_lat = np.sin(lat[i] * np.pi / 180.0), np.cos(lat[i] * np.pi / 180.0)
            begin, end = _fill_rates(lon[i], lat[i], sin_lat, cos_lat, lean[i], nodes, blocks,
                                     reach, rate)
            total_mm[i], peak_mm_h[i], peak_hour[i], day_mm[i] = 0.0, 0.0, np.nan, 0.0
            if begin >= end:
                continue
            if begin > 0:  # the rate rises from, and falls to, a node out of reach
                begin -= 1
                rate[begin] = 0.0
            if end < n_nodes:
                rate[end] = 0.0
                end += 1
            best = begin
            total[begin] = 0.0
            for k in range(begin + 1, end):
                total[k] = (total[k - 1]
                            + 0.5 * (hour[k] - hour[k - 1]) * (rate[k - 1] + rate[k]))
                best = k if rate[k] > rate[best] else best
            if rate[best] <= 0.0:
                continue
            total_mm[i] = total[end - 1]
            peak_mm_h[i], peak_hour[i] = _largest_rate(lon[i], lat[i], cos_lat, sin_lat, lean[i],
                                                       nodes, best, reach)
            day_mm[i] = _largest_day(begin, end, hour, rate, total)
