"""How much of a line or polygon lies inside the polygons of a layer, on the ellipsoid."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from riskcloud.errors import InputError
from riskcloud.geo.overlay.ellipsoid import GEOD
from riskcloud.geo.overlay.vector_file import POLYGON, VectorLayer
from riskcloud.types import Floats, Ints

PIECE_DEG = 0.02
"""Longest edge measured as one geodesic [degrees]: it bends 5 cm off the straight line. Ours."""


@dataclass(frozen=True, slots=True)
class Inside:
    """Of geometries (n,): the polygon that holds most of each (-1 none), and how much is inside.

    inside and total: length [m] of lines, area [m2] of polygons, in all polygons together
    (where they overlap, once). ``n_polygons``: how many hold some of it.
    """

    polygon: Ints
    inside: Floats
    total: Floats
    n_polygons: Ints

    @property
    def share(self) -> Floats:
        """Return the share inside (n,), 0 to 1; 0 where there is no length."""
        return np.where(self.total > 0.0, self.inside / np.where(self.total > 0.0, self.total, 1.0),
                        0.0).clip(0.0, 1.0)


def measure(geometry: Any) -> float:
    """Return the length [m] of a line or the area [m2] of a polygon on WGS84.

    Edges are straight in longitude and latitude, taken as geodesics of ``PIECE_DEG`` each.

    Source: Karney (2013), J. Geodesy 87, 43-55, as in PROJ.
    """
    geometry = shapely.segmentize(geometry, PIECE_DEG)
    if shapely.get_dimensions(geometry) == POLYGON:
        return float(sum(abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(part))[0])
                         for part in shapely.get_parts(geometry)))
    return float(sum(GEOD.geometry_length(part) for part in shapely.get_parts(geometry)
                     if shapely.get_dimensions(part) == 1))


def inside_polygons(layer: VectorLayer, geometry: npt.NDArray[Any]) -> Inside:
    """Return how much of lines or polygons (n,), in degrees WGS84, lies inside a layer.

    Raises
    ------
    InputError : a layer without polygons.
    """
    if layer.dimension != POLYGON:
        raise InputError(f"{layer.source}: no polygons; ask for the nearest with --nearest")
    polygons = layer.in_degrees()
    tree = shapely.STRtree(polygons)
    n = len(geometry)
    polygon, count = np.full(n, -1, np.int64), np.zeros(n, np.int64)
    inside, total = np.zeros(n), np.array([measure(one) for one in geometry])
    asset, candidate = tree.query(geometry, predicate="intersects")
    order = np.lexsort([candidate, asset])
    asset, candidate = asset[order], candidate[order]
    for i in np.unique(asset):
        these = candidate[slice(*np.searchsorted(asset, [i, i + 1]))]
        parts = shapely.intersection(geometry[i], polygons[these])
        amounts = np.array([_amount(part, geometry[i]) for part in parts])
        count[i] = int((amounts > 0.0).sum())
        if not count[i]:
            continue
        polygon[i] = these[int(amounts.argmax())]
        if count[i] == 1:
            inside[i] = amounts.max()
        else:
            joined = shapely.union_all(parts)
            inside[i] = _amount(joined, geometry[i])
    return Inside(polygon, np.minimum(inside, total), total, count)


def _amount(part: Any, whole: Any) -> float:
    """Return the length or area of the pieces of ``part`` that are of the dimension of ``whole``.

    Where they only touch there is none, and the part may be a point, a line, or a mixture.
    """
    dimension = shapely.get_dimensions(whole)
    return float(sum(measure(one) for one in shapely.get_parts(part)
                     if shapely.get_dimensions(one) == dimension and not shapely.is_empty(one)))
