"""Which rows of a portfolio lie within a distance of a point, and how far each is.

``find_rows`` asks where and when, ``within_sums.summarise`` adds up any rows: a question in two
steps, so that others (an earthquake's list, two origins compared) can share each.

    index = index_of(portfolio)                       # analysis.within_index; a file or a book
    rows = find_rows(index, lon, lat, radius_km, at)  # rows in force and inside
    sums = summarise(index, rows, at)                 # by currency, branch, place, class, policy
"""

import numpy as np
import numpy.typing as npt

from riskcloud.analysis.threads import threads_for
from riskcloud.errors import InputError
from riskcloud.kernels import disc, geodesic, lines
from riskcloud.store.index import BLOCK, LocationIndex
from riskcloud.types import Floats

RowNumbers = npt.NDArray[np.int32]
"""Positions of rows in the portfolio (file or book), ascending."""
_ENOUGH_BLOCKS, _ENOUGH_ROWS = 1 << 16, 1 << 21  # for more than one thread; ours
MAX_RADIUS_KM = 20_040.0
"""A radius that holds the globe: half the equator is 20,037.5 km."""


def check_place(lon: float, lat: float, radius_km: float) -> tuple[float, float, float]:
    """Return longitude (-180 to 180), latitude and radius [m].

    Raises
    ------
    InputError : a latitude beyond the poles, a longitude beyond 360, a radius that is not above 0.
    """
    if not -90.0 <= lat <= 90.0:
        raise InputError(f"latitude {lat:g}: expected -90 to 90 degrees")
    if not -360.0 <= lon <= 360.0:
        raise InputError(f"longitude {lon:g}: expected -180 to 180 degrees")
    if not 0.0 < radius_km < np.inf:
        raise InputError(f"radius {radius_km:g} km: expected more than 0")
    lon = lon - 360.0 if lon > 180.0 else (lon + 360.0 if lon < -180.0 else lon)
    return float(lon), float(lat), 1000.0 * min(float(radius_km), MAX_RADIUS_KM)


def day_of(at: np.datetime64) -> int:
    """Return the UTC day of a moment, days since 1970. Raises InputError for NaT."""
    if np.isnat(at):
        raise InputError("a time is needed: expected one such as 2021-05-21T21:48")
    return int(at.astype("datetime64[D]").astype(np.int64))


def find_rows(index: LocationIndex, lon: float, lat: float, radius_km: float,
              at: np.datetime64) -> RowNumbers:
    """Return the rows in force at a time whose exact distance from a point is up to a radius.

    Parameters
    ----------
    lon, lat : the point [degrees WGS84]. radius_km : > 0; from 20,004 km on all rows are inside.
    at : UTC; a row is in force from its inception to its expiry day, both included.

    Returns
    -------
    (n_found,) row numbers, ascending. Distances are geodesics on the WGS84 ellipsoid; that of a
    line or polygon is to its nearest point.

    Raises
    ------
    InputError : no such place, radius or time (``check_place``).
    """
    lon, lat, radius_m = check_place(lon, lat, radius_km)
    day = day_of(at)
    rows = index.rows
    low, high = np.empty(disc.SLABS + 2), np.empty(disc.SLABS + 2)
    south, per_deg = disc.fill_table(lat, radius_m, low, high)
    kind = np.empty(len(rows.box), np.uint8)
    with threads_for(len(kind), _ENOUGH_BLOCKS):
        disc.classify(rows.box, lon, south, per_deg, low, high, kind)
    block = np.flatnonzero(kind != disc.OUTSIDE)
    room, count = np.empty(len(block) * BLOCK, np.int32), np.empty(len(block), np.int64)
    with threads_for(len(room), _ENOUGH_ROWS):
        disc.rows_inside(block, kind[block], BLOCK, rows.lon, rows.lat, rows.from_day, rows.to_day,
                         day, lon, lat, radius_m, south, per_deg, low, high, room, count)
        start = np.concatenate([[0], np.cumsum(count)])
        found = np.empty(start[-1], np.int32)
        disc.gather(room, BLOCK, start, found)
    return _with_lines(index, found, lon, lat, radius_m, day)


def _with_lines(index: LocationIndex, found: RowNumbers, lon: float, lat: float, radius_m: float,
                day: int) -> RowNumbers:
    line, rows = index.lines, index.rows
    if not len(line.row):
        return found
    inside = np.empty(len(line.row), np.bool_)
    lines.lines_inside(lon, lat, radius_m, line.lon, line.lat, line.reach_m, line.segments,
                       line.start, line.is_area, inside)
    row = line.row[inside]
    row = row[(rows.from_day[row] <= day) & (day <= rows.to_day[row])]
    return np.insert(found, np.searchsorted(found, row), row.astype(np.int32))


def distances_m(index: LocationIndex, rows: RowNumbers, lon: float, lat: float) -> Floats:
    """Return the exact distance [m] of rows (n,) from a point; of a shape to its nearest point."""
    lon, lat, _ = check_place(lon, lat, 1.0)
    out = np.empty(len(rows))
    geodesic.distances_m(lon, lat, index.rows.lon[rows], index.rows.lat[rows], out)
    line = index.lines
    if len(line.row):
        where = np.flatnonzero(np.isnan(out))
        which = np.searchsorted(line.row, rows[where])
        away = np.empty(len(which))
        lines.line_distances_m(lon, lat, line.segments, line.start, line.is_area, which, away)
        out[where] = away
    return out
