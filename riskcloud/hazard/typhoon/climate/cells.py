"""Sites in tiles, tiles in boxes: neighbours share the decision which storms matter."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from riskcloud.hazard.typhoon.path import M_PER_DEG
from riskcloud.types import Floats, Ints

TILE_DEG: Final = 0.25
"""Side of a tile. The lattice is fixed: how finely a storm's path is looked at depends on the tile
alone, so a site's winds do not depend on the other sites (our choice, for speed)."""
TILES_PER_SIDE: Final = 4
"""A box holds up to 16 tiles (our choice, for speed; no result depends on it)."""


@dataclass(frozen=True, slots=True)
class Boxes:
    """Sites in the order of their tiles and boxes; only those with sites stand here.

    order (n_sites,) places of the sites; start (n_tiles + 1,), box_start (n_boxes + 1,) over tiles;
    tile, box (..., 5): longitude, latitude, its sine and cosine of the middle, and the distance
    from it to a corner [m]; sites (4, n_sites) longitude, latitude, its sine and cosine.
    """

    order: Ints
    start: Ints
    box_start: Ints
    tile: Floats
    box: Floats
    sites: Floats


def sites_in_boxes(lon: Floats, lat: Floats, tile_deg: float = TILE_DEG,
                   level: Ints | None = None) -> Boxes:
    """Return sites sorted into tiles and boxes.

    lon, lat (n_sites,) degrees, n_sites > 0; tile_deg the side of a tile. Boxes stand in an order
    drawn once, so that each thread gets boxes of all kinds. level (n_sites,) from 0: sites of a
    square that differ in it stand in tiles of their own.
    """
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    column, row = (np.floor(one / tile_deg).astype(np.int64) for one in (lon, lat))
    boxes, box = np.unique(
        np.stack([column // TILES_PER_SIDE, row // TILES_PER_SIDE]), axis=1, return_inverse=True)
    drawn = np.random.default_rng(0).permutation(boxes.shape[1])
    box = drawn[box.ravel()]
    inside = (row % TILES_PER_SIDE) * TILES_PER_SIDE + column % TILES_PER_SIDE
    tile = box * TILES_PER_SIDE**2 + inside
    if level is not None:
        tile = tile * (int(level.max()) + 1) + level
    order = np.argsort(tile, kind="stable")
    first = np.flatnonzero(np.diff(tile[order], prepend=-1))
    at = order[first]
    box_first = np.flatnonzero(np.diff(box[at], prepend=-1))
    at_box = at[box_first]
    radians = np.radians(lat[order])
    return Boxes(
        order, np.append(first, len(order)), np.append(box_first, len(first)),
        _places(column[at], row[at], tile_deg),
        _places(column[at_box] // TILES_PER_SIDE, row[at_box] // TILES_PER_SIDE,
                tile_deg * TILES_PER_SIDE),
        np.stack([lon[order], lat[order], np.sin(radians), np.cos(radians)]))


def _places(column: Ints, row: Ints, size: float) -> Floats:
    """Return middle and size of the squares of a lattice, (n, 5)."""
    lon, lat = (column + 0.5) * size, (row + 0.5) * size
    radians = np.radians(np.clip(lat, -90.0, 90.0))
    nearest = np.radians(np.maximum(np.abs(lat) - 0.5 * size, 0.0))
    corner = 0.5 * size * M_PER_DEG * np.hypot(np.cos(nearest), 1.0)
    return np.stack([lon, lat, np.sin(radians), np.cos(radians), corner], axis=1)
