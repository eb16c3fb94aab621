"""Values of a raster at points, read in tiles: only what the points touch."""

from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import rasterio
from rasterio.windows import Window

from riskcloud.catalog import load_card
from riskcloud.errors import InputError
from riskcloud.types import Bools, Floats, Ints

LAND_MODEL = "ne_10m"
TILE = 512
"""Cells along a side of a tile: the block size the mask is stored with."""
_KEPT_TILES = 256
"""Tiles kept in memory (64 MB): the tropical west Pacific takes about 40."""


def is_land(lon: Floats, lat: Floats) -> Bools:
    """Return True where a point lies on land, by the shipped mask of one arc minute.

    Parameters
    ----------
    lon : (...,) degrees WGS84, in any window of 360 degrees.
    lat : (...,) degrees WGS84, -90 to 90, poles included. Broadcasts with ``lon``.

    Returns
    -------
    (...,) bool. Lakes count as land.

    Raises
    ------
    InputError : a latitude out of range, or a coordinate that is not a number.

    Source
    ------
    Natural Earth 1:10m land 4.1; see models/land_mask/ne_10m/card.toml.
    """
    lon, lat = np.broadcast_arrays(np.asarray(lon, float), np.asarray(lat, float))
    if not (np.isfinite(lon).all() and np.all((lat >= -90.0) & (lat <= 90.0))):
        raise InputError("lon, lat: expected finite degrees with -90 <= lat <= 90")
    card = load_card("land_mask", LAND_MODEL)
    path = card.file(card["land"]["file"])
    cells_per_deg = round(1.0 / card["land"]["resolution_deg"])
    nx, ny = 360 * cells_per_deg, 180 * cells_per_deg
    column = np.floor(np.mod(lon + 180.0, 360.0) * cells_per_deg).astype(np.int64)
    row = np.floor((90.0 - lat) * cells_per_deg).astype(np.int64)
    np.minimum(column, nx - 1, out=column)  # mod rounds -1e-15 up to 360
    np.minimum(row, ny - 1, out=row)  # the South Pole
    return _sample(path, row, column, n_columns=nx)


def _sample(path: Path, row: Ints, column: Ints, *, n_columns: int) -> Bools:
    tiles_across = -(-n_columns // TILE)
    tile = (row // TILE) * tiles_across + column // TILE
    present = np.flatnonzero(np.bincount(tile.ravel(), minlength=1))
    place = np.zeros(int(present[-1]) + 1 if present.size else 1, dtype=np.int64)
    place[present] = np.arange(present.size)
    values = np.zeros((max(present.size, 1), TILE, TILE), dtype=np.bool_)
    for k, number in enumerate(present):
        values[k] = _read_tile(path, *divmod(int(number), tiles_across))
    found: Bools = values[place[tile], row % TILE, column % TILE]
    return found


@lru_cache(maxsize=_KEPT_TILES)
def _read_tile(path: Path, tile_row: int, tile_column: int) -> npt.NDArray[np.bool_]:
    """Return one tile, padded with sea where the raster ends."""
    with rasterio.open(path) as file:
        block = file.read(1, window=Window(tile_column * TILE, tile_row * TILE, TILE, TILE),
                          boundless=False)
    tile = np.zeros((TILE, TILE), dtype=np.bool_)
    tile[:block.shape[0], :block.shape[1]] = block
    return tile
