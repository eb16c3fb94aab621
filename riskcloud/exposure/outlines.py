"""Outlines of locations (polygons) as they are kept: valid, and within -180 to 180 degrees."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from riskcloud.geo.overlay.dateline import split_at_180, unwrapped
from riskcloud.types import Bools

POLYGON = 2


@dataclass(frozen=True, slots=True)
class Outlines:
    """shape (n,) as it is kept; which of them (n,) were repaired, cut at 180, or have no area."""

    shape: npt.NDArray[Any]
    repaired: Bools
    cut: Bools
    flat: Bools


def tidy_outlines(shape: npt.NDArray[Any]) -> Outlines:
    """Return geometries (n,), degrees, with valid polygons; lines, points and None stay.

    What crosses itself is repaired: a ring encloses what it winds around an odd number of times,
    parts that overlap are joined, holes are taken out. An edge of more than 180 degrees is taken
    over the 180th meridian and the polygon cut there. One without an area becomes None.

    Source: the repair is GEOS's GeometryFixer ("structure").
    """
    polygon = shapely.get_dimensions(shape) == POLYGON
    kept = shape.copy()
    kept[polygon], crossing = unwrapped(shape[polygon])
    broken = polygon & ~shapely.is_valid(kept)
    kept[broken] = shapely.make_valid(kept[broken], method="structure", keep_collapsed=False)
    flat = polygon & ~(shapely.area(kept) > 0.0)
    kept[flat] = None
    kept[polygon] = split_at_180(kept[polygon])
    cut = np.zeros(len(shape), dtype=bool)
    cut[np.flatnonzero(polygon)[crossing]] = True
    return Outlines(kept, broken & ~flat, cut & ~flat, flat)
