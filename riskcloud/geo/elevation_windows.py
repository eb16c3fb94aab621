"""Elevation around sites, a window at a time: tiles stitched, voids filled, the sea level."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from riskcloud.geo.elevation import (
    DEEPEST_M,
    Elevation,
    Tile,
    check_highest,
    checked,
    covers,
    jacobian,
    lon_lat,
)
from riskcloud.geo.overlay.sample import SUSPECTS, sample_points
from riskcloud.geo.raster import is_land
from riskcloud.kernels import elevation as kernel
from riskcloud.types import Bools, Floats, Ints

MOST_CELLS: Final = 20_000_000
"""Cells of a window (80 MB): a degree of one-second cells with what is around it. Ours."""
FINEST_M: Final = 20.0
"""Finer elevations are averaged to cells of about this size: no smaller hill matters at 10 m. Ours.
"""
BRIDGED_M: Final = 1_000.0
"""A void is bridged where values lie within this distance on all four sides of it. Ours."""
NEAR_SEA_M: Final = 10.0
"""Two of the four values around a void at sea by the land mask are below this: water. Ours."""
_STRIP: Final = 256  # rows looked at together
_EDGE: Final = 4  # cells beyond the reach


@dataclass(frozen=True, slots=True)
class Around:
    """Elevation around some of the sites: ``site`` (k,) their positions in the caller's arrays.

    window (ny, nx) elevations [m], the sea and below 0, NaN where unknown. u, v (k,) fractional
    columns and rows of the sites, jacobian (k, 4) cells per metre (``geo.elevation.jacobian``).
    """

    site: Ints
    window: npt.NDArray[np.float32]
    u: Floats
    v: Floats
    jacobian: Floats
    cell_m: float


def around_sites(elevation: Elevation, lon: Floats, lat: Floats, *, reach_m: float,
                 smoothed_below_m: float = 0.0) -> Iterator[Around]:
    """Yield the elevation around sites; those without a value within reach are left out.

    Parameters
    ----------
    lon, lat : (n_sites,) degrees WGS84.
    reach_m : distance from every site that the windows hold.
    smoothed_below_m : elevations of smaller cells are averaged with their neighbours (1, 2, 1)/4.

    Voids and what no tile covers are filled from coarser tiles. A void with values around it is
    bridged (``BRIDGED_M``), on islands that the shipped land mask lacks, too; the sea's level is
    where the mask has sea and the ground beside it, if any, is low (makers of tiles leave out those
    of the open sea); the rest is unknown.
    """
    open_sites = np.ones(len(lon), bool)
    for tile in elevation.tiles:
        mine = np.flatnonzero(open_sites & covers(tile, lon, lat))
        if len(mine) == 0:
            continue
        u, v = tile.layer.pixels(lon[mine], lat[mine])
        inside = (u >= 0.0) & (v >= 0.0) & (u <= tile.layer.width) & (v <= tile.layer.height)
        mine, u, v = mine[inside], u[inside], v[inside]
        open_sites[mine] = False
        per_m = jacobian(tile.layer, lon[mine], lat[mine])
        step = max(1, int(FINEST_M / tile.cell_m))
        margin = int(np.ceil(reach_m * np.abs(per_m).max(initial=0.0) / step)) + _EDGE
        for part in _parts(u / step, v / step, margin):
            around = _around(elevation, tile, mine[part], u[part], v[part], per_m[part], step,
                             margin, reach_m, smoothed_below_m)
            if len(around.site):
                yield around


def _parts(u: Floats, v: Floats, margin: int) -> Iterator[Ints]:
    """Yield which sites share a window: squares, cut into sixteen where that reads less."""
    if len(u) == 0:
        return
    side = max(int(np.sqrt(MOST_CELLS)) - 2 * margin, margin)
    for part in _squares(u, v, np.arange(len(u)), side):
        small = list(_squares(u, v, part, max(side // 4, 1)))
        cells = sum(_cells(u[few], v[few], margin) for few in small)
        if cells < _cells(u[part], v[part], margin):
            yield from small
        else:
            yield part


def _cells(u: Floats, v: Floats, margin: int) -> float:
    return float((np.ptp(u) + 2 * margin) * (np.ptp(v) + 2 * margin))


def _squares(u: Floats, v: Floats, sites: Ints, side: int) -> Iterator[Ints]:
    columns, rows = (u[sites] // side).astype(np.int64), (v[sites] // side).astype(np.int64)
    key = (rows - rows.min()) * (np.ptp(columns) + 1) + columns - columns.min()
    order = np.argsort(key, kind="stable")
    for part in np.split(order, np.flatnonzero(np.diff(key[order])) + 1):
        yield np.asarray(sites[part], np.int64)


def _around(elevation: Elevation, tile: Tile, site: Ints, u: Floats, v: Floats, per_m: Floats,
            step: int, margin: int, reach_m: float, smoothed_below_m: float) -> Around:
    left, top = (int(np.floor(axis.min() / step)) - margin for axis in (u, v))
    right, bottom = (int(np.ceil(axis.max() / step)) + margin for axis in (u, v))
    window, _ = _stitched(elevation, tile, left, top, right, bottom, step)
    if np.isnan(window).any():
        wide, reach = (int(np.ceil(far / (tile.cell_m * step))) for far in (BRIDGED_M, reach_m))
        whole, strangers = _stitched(elevation, tile, left - wide, top - wide, right + wide,
                                     bottom + wide, step)
        _from_others(strangers, tile, whole, left - wide, top - wide, step)
        inner = slice(wide, -wide), slice(wide, -wide)
        measured = _near_values(~np.isnan(whole), u / step - left + wide, v / step - top + wide,
                                reach + wide)
        _fill(tile, whole, left - wide, top - wide, step, wide)
        window = np.ascontiguousarray(whole[inner])
        site, u, v, per_m = site[measured], u[measured], v[measured], per_m[measured]
    np.maximum(window, 0.0, out=window)
    cell_m = tile.cell_m * step
    if cell_m < smoothed_below_m:
        rough, window = window, np.empty_like(window)
        kernel.average(rough, window)
    return Around(site, window, u / step - left, v / step - top, per_m / step, cell_m)


def _stitched(elevation: Elevation, tile: Tile, left: int, top: int, right: int, bottom: int,
              step: int) -> tuple[npt.NDArray[np.float32], list[Tile]]:
    """Return a window of all tiles of one lattice, and the tiles of others, finest first."""
    window = np.full((bottom - top, right - left), np.nan, np.float32)
    strangers = []
    for other in _near(elevation, tile, (left * step, top * step, right * step, bottom * step)):
        shift = _shift(tile, other)
        if shift is None:
            strangers.append(other)
        else:
            _paste(other, window, left * step - shift[0], top * step - shift[1], step)
    return window, strangers


def _near_values(known: Bools, u: Floats, v: Floats, reach: int) -> Bools:
    """Return which sites (k,) have a known cell within ``reach`` cells, a square around each."""
    total = np.zeros((known.shape[0] + 1, known.shape[1] + 1), np.int32)
    np.cumsum(known, axis=0, out=total[1:, 1:])
    np.cumsum(total[1:, 1:], axis=1, out=total[1:, 1:])
    rows, columns = ([np.clip(np.floor(axis).astype(np.int64) + side, 0, size)
                      for side in (-reach, reach + 1)]
                     for axis, size in ((v, known.shape[0]), (u, known.shape[1])))
    return np.asarray(total[rows[1], columns[1]] - total[rows[0], columns[1]]
                      - total[rows[1], columns[0]] + total[rows[0], columns[0]] > 0)


def _near(elevation: Elevation, tile: Tile, cells: tuple[int, int, int, int]) -> list[Tile]:
    """Return the tiles whose boxes meet a window of cells (left, top, right, bottom)."""
    side = np.linspace(0.0, 1.0, 9)
    across, down = (axis.ravel() for axis in np.meshgrid(side, side))
    lon, lat = lon_lat(tile.layer, cells[0] + across * (cells[2] - cells[0]),
                       cells[1] + down * (cells[3] - cells[1]))
    west, width = lon.min(), np.ptp(lon)
    near = []
    for other in elevation.tiles:
        begin = (other.box[0] - west + 180.0) % 360.0 - 180.0
        beside = begin > width or begin + other.box[2] - other.box[0] < 0.0
        around = begin + other.box[2] - other.box[0] >= 360.0
        if (around or not beside) and other.box[1] <= lat.max() and other.box[3] >= lat.min():
            near.append(other)
    return near


def _shift(tile: Tile, other: Tile) -> tuple[int, int] | None:
    """Return by how many columns and rows another tile's lattice is moved; None for another."""
    if other.layer is tile.layer:  # rotated ones, too
        return 0, 0
    a, b, c, d, e, f = tile.layer.transform
    a2, b2, c2, d2, e2, f2 = other.layer.transform
    if b or d or b2 or d2 or max(abs(a2 / a - 1.0), abs(e2 / e - 1.0)) > 1e-5:
        return None
    if other.layer.crs != tile.layer.crs:
        return None
    columns, rows = (c2 - c) / a, (f2 - f) / e
    if tile.layer.crs.is_geographic:  # the nearest way round: tiles meet at the dateline
        columns -= 360.0 / a * round(columns * a / 360.0)
    if max(abs(columns - round(columns)), abs(rows - round(rows))) > 0.02:
        return None
    return round(columns), round(rows)


def _paste(tile: Tile, window: npt.NDArray[np.float32], left: int, top: int, step: int) -> None:
    """Write a tile's cells into a window where it knows none yet; left, top in the tile's cells."""
    layer = tile.layer
    ny, nx = window.shape
    first_row, last_row = max(0, -(top // step)), min(ny, -(-(layer.height - top) // step))
    first, last = max(0, -(left // step)), min(nx, -(-(layer.width - left) // step))
    if first >= last or first_row >= last_row:
        return
    strip = max(_STRIP // step, 1) * (8 if step == 1 else 1)
    with layer.reader() as read:
        for begin in range(first_row, last_row, strip):
            end = min(begin + strip, last_row)
            rows = max(top + begin * step, 0), min(top + end * step, layer.height)
            columns = max(left + first * step, 0), min(left + last * step, layer.width)
            if rows[0] >= rows[1] or columns[0] >= columns[1]:
                continue
            raw, mask = read(layer.bands, (rows[0], columns[0], rows[1] - rows[0],
                                           columns[1] - columns[0]))
            part = window[begin:end, first:last]
            at = (slice(rows[0] - top - begin * step, rows[1] - top - begin * step),
                  slice(columns[0] - left - first * step, columns[1] - left - first * step))
            stored = raw[0] if mask is None else np.where(mask[0], raw[0], np.nan)
            if step == 1:
                _put(tile, stored, part[at])
                continue
            fine = np.full((part.shape[0] * step, part.shape[1] * step), np.nan, np.float32)
            _put(tile, stored, fine[at])
            means = _means(fine, step)
            np.copyto(part, means, where=np.isnan(part))


def _put(tile: Tile, stored: npt.NDArray[Any], part: npt.NDArray[np.float32]) -> None:
    """Write elevations [m] of stored numbers into the unknown cells of a part of a window."""
    layer = tile.layer
    void = list(SUSPECTS)
    if layer.nodata[0] is not None:
        void.append(float(np.asarray(layer.nodata[0]).astype(stored.dtype)))
    highest = kernel.paste(stored, np.array(void), layer.scale[0] * tile.to_m,
                           layer.offset[0] * tile.to_m, DEEPEST_M, part)
    check_highest(highest, tile)


def _means(fine: npt.NDArray[np.float32], step: int) -> npt.NDArray[np.float32]:
    """Return the means of the known cells in squares of step x step; NaN where none is."""
    squares = fine.reshape(fine.shape[0] // step, step, fine.shape[1] // step, step)
    known = ~np.isnan(squares)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (np.where(known, squares, 0.0).sum(axis=(1, 3), dtype=np.float64)
                / known.sum(axis=(1, 3)))
    return np.asarray(mean, np.float32)


def _from_others(others: list[Tile], tile: Tile, window: npt.NDArray[np.float32], left: int,
                 top: int, step: int) -> None:
    """Fill unknown cells from tiles of another lattice."""
    for row, column, lon, lat in _unknown(tile, window, left, top, step) if others else ():
        values = np.full(len(row), np.nan)
        for other in others:
            there = np.flatnonzero(np.isnan(values) & covers(other, lon, lat))
            if len(there):
                found = sample_points(other.layer, lon[there], lat[there], method="bilinear")
                values[there] = checked(found.value[:, 0] * other.to_m, other)
        window[row, column] = values


def _fill(tile: Tile, window: npt.NDArray[np.float32], left: int, top: int, step: int,
          reach: int) -> None:
    """Bridge voids, and put the sea's level where the land mask has sea."""
    before = window.copy()
    for row, column, lon, lat in _unknown(tile, before, left, top, step):
        first = int(row[0])
        value = np.empty((int(row[-1]) + 1 - first, window.shape[1]), np.float32)
        low = np.empty_like(value)
        kernel.bridge(before, first, reach, value, low)
        between, beside = value[row - first, column], low[row - first, column]
        # a comparison with NaN is false: what is not enclosed is sea where the mask has it
        sea = ~is_land(lon, lat) & ~(beside >= NEAR_SEA_M)
        window[row, column] = np.where(sea, 0.0, between)


def _unknown(tile: Tile, window: npt.NDArray[np.float32], left: int, top: int, step: int,
             ) -> Iterator[tuple[Ints, Ints, Floats, Floats]]:
    """Yield rows and columns of unknown cells with their degrees, a strip at a time."""
    for begin in range(0, len(window), _STRIP):
        row, column = np.nonzero(np.isnan(window[begin:begin + _STRIP]))
        if len(row):
            row += begin
            lon, lat = lon_lat(tile.layer, np.asarray((left + column + 0.5) * step, np.float64),
                               np.asarray((top + row + 0.5) * step, np.float64))
            yield row, column, lon, np.clip(lat, -90.0, 90.0)


def whole_window(elevation: Elevation) -> tuple[Tile, tuple[int, int, int, int], int]:
    """Return the finest tile and left, top, right, bottom, in its cells, of all of its lattice.

    And how many tiles of another lattice there are, which are not in the window.
    """
    tile, n_others = elevation.tiles[0], 0
    boxes = [(0, 0, tile.layer.width, tile.layer.height)]
    for other in elevation.tiles[1:]:
        if (shift := _shift(tile, other)) is None:
            n_others += 1
        else:
            boxes.append((shift[0], shift[1], shift[0] + other.layer.width,
                          shift[1] + other.layer.height))
    low, high = np.min(boxes, axis=0), np.max(boxes, axis=0)
    return tile, (int(low[0]), int(low[1]), int(high[2]), int(high[3])), n_others


def read_window(elevation: Elevation, tile: Tile, cells: tuple[int, int, int, int],
                ) -> npt.NDArray[np.float32]:
    """Return elevations (ny, nx) [m] of a window of a tile's cells, NaN where no tile has a value.

    cells : left, top, right, bottom; other tiles of the same lattice fill what the tile lacks.
    Below the sea's level elevations stay as they are.
    """
    return _stitched(elevation, tile, *cells, 1)[0]
