"""What lies upwind: a grid of roughness codes, from the coast's outlines and a land cover.

Cells of 1/400 degree (278 m in latitude), counted from 90 N and 180 W over the whole Earth, so that
a cell is the same whatever window it is read in. Code 0 is open water, 1 to 4 the terrains of
GB 50009, the others steps of roughness of 4 % (0.5 % of wind, and half of it at most).
"""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from riskcloud.geo.coast import land_rings
from riskcloud.hazard.typhoon.surface.land_cover import LandCover
from riskcloud.hazard.typhoon.surface.profile import TERRAINS, card, sea_z0_m, terrain_z0_m
from riskcloud.kernels.fetch import WATER
from riskcloud.types import Bools, Floats

CELLS_PER_DEG = 400
N_ROWS, N_COLUMNS = 180 * CELLS_PER_DEG, 360 * CELLS_PER_DEG
_FIRST_STEP = 1 + len(TERRAINS)
_SMOOTHEST_Z0_M = 1e-4
_COAST_DEG = 5
_KEPT_COASTS = 64
"""Squares of coast kept in memory, 0.5 MB each: more than the map of a storm looks at."""

Codes = npt.NDArray[np.uint8]


@cache
def code_z0_m() -> Floats:
    """Return the roughness length (256,) that each code stands for [m]."""
    steps = np.geomspace(_SMOOTHEST_Z0_M, card()["friction"]["roughest_z0_m"], 256 - _FIRST_STEP)
    return np.array([sea_z0_m(), *(terrain_z0_m(name) for name in TERRAINS), *steps])


def terrain_code(terrain: str) -> int:
    """Return the code of a class of GB 50009."""
    return 1 + TERRAINS.index(terrain)


def codes_of(log_z0: npt.NDArray[np.floating]) -> Codes:
    """Return the nearest codes (...,) of logarithms of roughness lengths in metres."""
    steps = np.log(code_z0_m()[_FIRST_STEP:])
    place = np.rint((log_z0 - steps[0]) / (steps[1] - steps[0]))
    return np.asarray(np.clip(place, 0, len(steps) - 1) + _FIRST_STEP, dtype=np.uint8)


@lru_cache(maxsize=_KEPT_COASTS)
def _coast_square(down: int, right: int) -> npt.NDArray[np.uint8]:
    """Return which cells of a square of 5 degrees have their centre on land, a bit a cell by row.

    Source: Natural Earth 1:10m land 4.1 (models/coastline/ne_10m); lakes count as land.
    """
    from rasterio.enums import MergeAlg
    from rasterio.features import rasterize
    from rasterio.transform import from_origin

    west, north = -180.0 + right * _COAST_DEG, 90.0 - down * _COAST_DEG
    side = _COAST_DEG * CELLS_PER_DEG
    rings = land_rings(west, north - _COAST_DEG, west + _COAST_DEG, north)
    if not rings:
        return np.zeros((side, -(-side // 8)), dtype=np.uint8)
    shapes = [({"type": "Polygon", "coordinates": [ring.tolist()]}, 1) for ring in rings]
    cell = 1.0 / CELLS_PER_DEG
    times = rasterize(shapes, out_shape=(side, side), merge_alg=MergeAlg.add, dtype="uint8",
                      transform=from_origin(west, north, cell, cell))
    return np.packbits(times & 1, axis=1)  # the even-odd rule


def _land(row: int, column: int, n_rows: int, n_columns: int) -> Bools:
    """Return which cells of a window are land; columns go on around the Earth."""
    side = _COAST_DEG * CELLS_PER_DEG
    out = np.zeros((n_rows, n_columns), dtype=np.bool_)
    for down in range(max(row, 0) // side, -(-min(row + n_rows, N_ROWS) // side)):
        for right in range(column // side, -(-(column + n_columns) // side)):
            square = _coast_square(down, right % (N_COLUMNS // side))
            top, left = max(row, down * side), max(column, right * side)
            bottom = min(row + n_rows, (down + 1) * side)
            end = min(column + n_columns, (right + 1) * side)
            cells = np.unpackbits(square[top - down * side:bottom - down * side], axis=1)
            out[top - row:bottom - row, left - column:end - column] = cells[
                :, left - right * side:end - right * side]
    return out


@dataclass(frozen=True, slots=True)
class Ground:
    """Codes (n_rows, n_columns) of a window whose first cell is (row, column) of the Earth's.

    ``described`` (n_rows, n_columns) where a land cover says what is there, None without one.
    """

    row: int
    column: int
    codes: Codes
    described: Bools | None


def read_ground(row: int, column: int, n_rows: int, n_columns: int, *, terrain: str,
                land_cover: LandCover | None = None) -> Ground:
    """Return the ground of a window of cells.

    Land by the shipped coast has the class ``terrain`` of GB 50009 unless ``land_cover`` says more.

    Raises
    ------
    InputError : a land cover that holds values outside its scheme.
    """
    land = _land(row, column, n_rows, n_columns)
    codes = np.where(land, np.uint8(terrain_code(terrain)), np.uint8(WATER))
    if land_cover is None:
        return Ground(row, column, codes, None)
    log_z0, described = land_cover.read(row, column, n_rows, n_columns)
    wet = np.isneginf(log_z0)
    found = codes_of(np.where(described & ~wet, log_z0, 0.0))
    codes = np.where(described, np.where(wet, np.uint8(WATER), found), codes)
    return Ground(row, column, codes, described)
