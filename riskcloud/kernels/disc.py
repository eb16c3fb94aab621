"""Which points lie within a geodesic distance of a centre: a table by latitude, then the few exact.

On an ellipsoid of revolution the distance to a point of a given latitude rises with the difference
of longitude (0 to 180 degrees; Clairaut's constant of the shortest geodesic is positive in
between). A disc is therefore, latitude by latitude, an interval of longitude differences. Its half
width is bounded once a question from geodesics that leave the centre in ``AZIMUTHS`` directions, in
slabs of latitude: ``low`` and ``high`` [degrees]. A point nearer in longitude than ``low`` is
inside, one farther than ``high`` outside; only in between is the exact distance computed.

The bounds hold because along the edge the latitude falls steadily with the azimuth, and between two
directions the half width leaves the range of its ends by no more than a sag of second order
(``_sag_deg``). Direct geodesics are shortest up to the injectivity radius, at least pi * b =
19,970 km (Klingenberg: pi over the root of the largest Gaussian curvature, 1 / b**2 at the
equator); beyond it what the smaller disc does not hold is decided by exact distance.

Source: the geodesic circle's tangent, d lat / d azimuth and d lon / d azimuth through the reduced
length: Karney (2013), J. Geodesy 87, 43-55, section 3; what follows from it here is ours.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.geodesic import (
    A_M,
    destination,
    distance_of,
    reduced,
    turn_between,
)

Array = npt.NDArray[Any]

AZIMUTHS = 1024
SLABS = 2048
"""Of the table: about 0.3 % of the points found take an exact distance. Ours."""
OUTSIDE, INSIDE, EDGE = 0, 1, 2
_RAD = np.pi / 180.0
_SHORTEST_M = 19_960_000.0  # a little below pi * b: up to here direct geodesics are shortest
_FARTHEST_M = 20_004_000.0  # no two points are farther apart: half a meridian is 20,003,931 m
_PAD_M = 1e-3  # a thousand times the error of a geodesic
_PAD_DEG = 1e-9
_EVER = 1e9  # degrees: wider than any difference of longitude


@njit(cache=True, nogil=True, error_model="numpy")
def _sag_deg(radius_m: float, lat: float) -> float:
    """Return a bound [degrees] of how far the half width leaves the chord between two directions.

    On the sphere |d2 lon / d azimuth2| cos(lat) <= m (1 + 2 m tan|lat| / R), m the reduced length;
    an eighth of it times the step squared is the sag; twice that covers the ellipsoid.
    """
    step = np.pi / AZIMUTHS
    m = min(radius_m, A_M)
    cos_lat = np.cos(lat * _RAD)
    if cos_lat < 1e-9:
        return _EVER
    bend = m * (1.0 + 2.0 * m / A_M * np.sin(abs(lat) * _RAD) / cos_lat)
    return (0.25 * bend * step * step + _PAD_M) / (6.3e6 * cos_lat * _RAD) + _PAD_DEG


@njit(cache=True, nogil=True, error_model="numpy")
def fill_table(lat: float, radius_m: float, low: Array, high: Array) -> tuple[float, float]:
    """Write the bounds of the half width by slab; return south edge [degrees] and slabs a degree.

    low, high (SLABS + 2,): slab 0 is all south of the disc's edge, the last all north of it.
    """
    reach = min(radius_m, _SHORTEST_M)
    sin_u, cos_u = reduced(lat)
    wide, at = np.empty(AZIMUTHS + 1), np.empty(AZIMUTHS + 1)
    for k in range(AZIMUTHS + 1):
        d_lon, end = destination(sin_u, cos_u, np.pi * k / AZIMUTHS, reach)
        wide[k] = min(max(d_lon, 0.0), 180.0)
        at[k] = end
    wide[0] = 180.0 if _passes_pole(lat, sin_u, cos_u, reach, 1.0) else 0.0
    wide[AZIMUTHS] = 180.0 if _passes_pole(lat, sin_u, cos_u, reach, -1.0) else 0.0
    south, north = at[AZIMUTHS] - 1e-7, at[0] + 1e-7
    per_deg = SLABS / (north - south)
    low[:], high[:] = _EVER, -_EVER
    for k in range(AZIMUTHS):
        pad = _sag_deg(reach, at[k] if abs(at[k]) > abs(at[k + 1]) else at[k + 1])
        near, far = min(wide[k], wide[k + 1]) - pad, max(wide[k], wide[k + 1]) + pad
        first = int((min(at[k], at[k + 1]) - 1e-8 - south) * per_deg) + 1
        last = int((max(at[k], at[k + 1]) + 1e-8 - south) * per_deg) + 1
        for j in range(max(first, 1), min(last, SLABS) + 1):
            low[j], high[j] = min(low[j], near), max(high[j], far)
    low[0] = high[0] = _EVER if wide[AZIMUTHS] == 180.0 else -_EVER
    low[SLABS + 1] = high[SLABS + 1] = _EVER if wide[0] == 180.0 else -_EVER
    _open_ends(low, high)
    if radius_m > _SHORTEST_M:
        high[:] = _EVER
    if radius_m >= _FARTHEST_M:
        low[:] = _EVER
    return south, per_deg


@njit(cache=True, nogil=True, error_model="numpy")
def _passes_pole(lat: float, sin_u: float, cos_u: float, reach_m: float, north: float) -> bool:
    """Return whether the north (1) or south (-1) pole is nearer than the reach."""
    return distance_of(sin_u, cos_u, north, 0.0, 0.0) <= reach_m


@njit(cache=True, nogil=True, error_model="numpy")
def _open_ends(low: Array, high: Array) -> None:
    """Let exact distance decide in slabs without a direction, and in the two that end the edge."""
    for j in range(1, SLABS + 1):
        if high[j] < low[j] or j in (1, SLABS):
            low[j], high[j] = -_EVER, _EVER


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _slab(lat: float, south: float, per_deg: float) -> int:
    x = (lat - south) * per_deg + 1.0
    x = 0.0 if x < 0.0 else x
    x = SLABS + 1.0 if x > SLABS + 1.0 else x
    return int(x)


@njit(cache=True, nogil=True, error_model="numpy")
def _turns_of(west: float, east: float, lon: float) -> tuple[float, float]:
    """Return least and largest longitude difference [degrees, 0 to 180] of an interval."""
    a = west - lon
    a = a - 360.0 if a > 180.0 else (a + 360.0 if a < -180.0 else a)
    b = a + (east - west)
    least = 0.0 if a <= 0.0 <= b or b >= 360.0 else min(turn_between(a, 0.0), turn_between(b, 0.0))
    most = 180.0 if b >= 180.0 or a <= -180.0 else max(abs(a), abs(b))
    return least, most


@njit(cache=True, nogil=True, error_model="numpy")
def _class_of(box: Array, lon: float, south: float, per_deg: float, low: Array, high: Array) -> int:
    first, last = _slab(box[1], south, per_deg), _slab(box[3], south, per_deg)
    if first == last and high[first] < 0.0:
        return OUTSIDE
    least, most = _turns_of(box[0], box[2], lon)
    near, far = _EVER, -_EVER
    for j in range(first, last + 1):
        near, far = min(near, low[j]), max(far, high[j])
    if most <= near:
        return INSIDE
    return OUTSIDE if least > far else EDGE


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def classify(box: Array, lon: float, south: float, per_deg: float, low: Array, high: Array,
             out: Array) -> None:
    """Write OUTSIDE, INSIDE or EDGE of each box (n, 5: see ``block_boxes``) into ``out``.

    A box that has rows without coordinates is never INSIDE: they are looked at.
    """
    for k in prange(box.shape[0]):
        kind = OUTSIDE
        if box[k, 0] <= box[k, 2]:
            kind = _class_of(box[k], lon, south, per_deg, low, high)
        out[k] = EDGE if kind == INSIDE and box[k, 4] > 0.0 else kind


@njit(cache=True, nogil=True, error_model="numpy")
def _rows_of(first: int, last: int, kind: int, lons: Array, lats: Array, from_day: Array,
             to_day: Array, day: int, lon: float, sin_u: float, cos_u: float, radius_m: float,
             south: float, per_deg: float, low: Array, high: Array, out: Array) -> int:
    """Write the rows of one block that are in force and inside; return how many."""
    n_open = 0
    for i in range(first, last):  # without a branch: it would go either way
        out[n_open] = i
        n_open += (from_day[i] <= day) & (day <= to_day[i])
    if kind == INSIDE:
        return n_open
    n = 0
    for k in range(n_open):
        i = out[k]
        turn = turn_between(lon, lons[i])
        if not turn <= 180.0:  # a line has no coordinates
            continue
        j = _slab(lats[i], south, per_deg)
        is_inside = turn <= low[j]
        if not is_inside and turn <= high[j]:
            sin_u2, cos_u2 = reduced(lats[i])
            is_inside = distance_of(sin_u, cos_u, sin_u2, cos_u2, turn * _RAD) <= radius_m
        out[n] = i
        n += is_inside
    return n


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def rows_inside(block: Array, kind: Array, block_size: int, lons: Array, lats: Array,
                from_day: Array, to_day: Array, day: int, lon: float, lat: float, radius_m: float,
                south: float, per_deg: float, low: Array, high: Array, room: Array,
                count: Array) -> None:
    """Write the rows in force and inside of each block b into room[b * block_size:], and how many.

    block (n,) numbers of blocks of ``block_size`` rows, ``kind`` (n,) INSIDE or EDGE. A row is in
    force from from_day to to_day, both included. NaN coordinates are never inside.
    """
    sin_u, cos_u = reduced(lat)
    for b in prange(block.size):
        first = block[b] * block_size
        last = min(first + block_size, lons.size)
        count[b] = _rows_of(first, last, kind[b], lons, lats, from_day, to_day, day, lon, sin_u,
                            cos_u, radius_m, south, per_deg, low, high,
                            room[b * block_size:(b + 1) * block_size])


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def gather(room: Array, block_size: int, start: Array, out: Array) -> None:
    """Write the filled parts of ``room`` one after the other: that of block b at start[b]."""
    for b in prange(start.size - 1):
        n = start[b + 1] - start[b]
        out[start[b]:start[b + 1]] = room[b * block_size:b * block_size + n]


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def block_boxes(lons: Array, lats: Array, block_size: int, out: Array) -> None:
    """Write west, south, east, north of each block of rows, and how many rows have no place.

    out (n_blocks, 5). Rows whose coordinates are NaN count in the last alone; without another row
    west is larger than east.
    """
    for b in prange(out.shape[0]):
        west, south, east, north, n_nowhere = np.inf, np.inf, -np.inf, -np.inf, 0.0
        for i in range(b * block_size, min((b + 1) * block_size, lons.size)):
            if lons[i] == lons[i]:
                west, east = min(west, lons[i]), max(east, lons[i])
                south, north = min(south, lats[i]), max(north, lats[i])
            else:
                n_nowhere += 1.0
        out[b, 0], out[b, 1], out[b, 2], out[b, 3] = west, south, east, north
        out[b, 4] = n_nowhere
