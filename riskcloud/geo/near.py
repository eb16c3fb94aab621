"""Which of many points lie near which places."""

from dataclasses import dataclass

import numpy as np

from riskcloud.errors import InputError
from riskcloud.geo.overlay.ellipsoid import GEOD, geocentric
from riskcloud.types import Floats, Ints


@dataclass(frozen=True, slots=True)
class Pairs:
    """place, point (n_pairs,) positions, by place; distance_m (n_pairs,) on the ellipsoid."""

    place: Ints
    point: Ints
    distance_m: Floats


def within_radius(lon: Floats, lat: Floats, to_lon: Floats, to_lat: Floats, *,
                  radius_m: float) -> Pairs:
    """Return the points (n,) ``to`` that lie within a radius of places (k,), degrees WGS84.

    Raises
    ------
    InputError : a radius that is not above 0, or coordinates that are not finite.

    Source
    ------
    Candidates by the chord through the Earth, which is never longer than the way on it; then
    Karney (2013), J. Geodesy 87, 43-55, as in PROJ.
    """
    from scipy.spatial import cKDTree

    if not 0.0 < radius_m < np.inf:
        raise InputError(f"radius {radius_m:g} m: expected above 0")
    lon, lat, to_lon, to_lat = (np.atleast_1d(np.asarray(axis, np.float64))
                                for axis in (lon, lat, to_lon, to_lat))
    if not all(np.isfinite(axis).all() for axis in (lon, lat, to_lon, to_lat)):
        raise InputError("lon, lat: expected finite degrees")
    none = np.zeros(0, np.int64)
    if not len(to_lon) or not len(lon):
        return Pairs(none, none, np.zeros(0))
    found = cKDTree(geocentric(to_lon, to_lat)).query_ball_point(geocentric(lon, lat), radius_m,
                                                                return_sorted=True)
    place = np.repeat(np.arange(len(lon)), [len(one) for one in found])
    point = np.concatenate([np.asarray(one, np.int64) for one in found])
    metres = np.asarray(GEOD.inv(lon[place], lat[place], to_lon[point], to_lat[point])[2])
    near = metres <= radius_m
    return Pairs(place[near], point[near], metres[near])
