"""Geocentric coordinates of points, and edges cut into short pieces."""

import numpy as np
import pyproj

from riskcloud.types import Floats, Ints

GEOD = pyproj.Geod(ellps="WGS84")
"""The WGS84 ellipsoid; geodesics by Karney (2013), J. Geodesy 87, 43-55."""
_DEG_M = 111_700.0  # a degree of latitude or longitude is nowhere longer


def geocentric(lon: Floats, lat: Floats) -> Floats:
    """Return x, y, z (n, 3) [m] of points (n,) in degrees on the WGS84 ellipsoid.

    Source: Hofmann-Wellenhof et al. (2008), GNSS, eq. 8.6, at height 0.
    """
    lon, lat = np.radians(lon), np.radians(lat)
    normal = GEOD.a / np.sqrt(1.0 - GEOD.es * np.sin(lat) ** 2)
    return np.column_stack([normal * np.cos(lat) * np.cos(lon), normal * np.cos(lat) * np.sin(lon),
                            normal * (1.0 - GEOD.es) * np.sin(lat)])


def cut_edges(first: Floats, last: Floats, owner: Ints, longest_m: float,
              ) -> tuple[Floats, Floats, Ints]:
    """Return edges (n, 2) lon, lat cut into equal pieces of at most ``longest_m``, and owners.

    An edge of more than 180 degrees goes the short way, but one around the Earth (as at a pole).
    """
    jump = last[:, 0] - first[:, 0]
    far = (np.abs(jump) > 180.0) & (np.abs(jump) < 360.0 - 1e-9)
    last = np.column_stack([last[:, 0] - np.where(far, 360.0 * np.sign(jump), 0.0), last[:, 1]])
    step = np.abs(last - first)
    widest = np.cos(np.radians(np.minimum(np.abs(first[:, 1]), np.abs(last[:, 1]))))
    metres = np.hypot(step[:, 0] * widest, step[:, 1]) * _DEG_M
    n_cuts = np.maximum(np.ceil(metres / longest_m), 1.0).astype(np.int64)
    of = np.repeat(np.arange(len(first)), n_cuts)
    k = np.arange(len(of)) - np.repeat(np.cumsum(n_cuts) - n_cuts, n_cuts)
    begin, end = ((j / n_cuts[of])[:, np.newaxis] for j in (k, k + 1))
    along = (last - first)[of]
    return (first[of] + begin * along,
            np.where(end == 1.0, last[of], first[of] + end * along), owner[of])
