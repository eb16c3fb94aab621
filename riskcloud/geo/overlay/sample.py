"""Values of rasters at points: only the blocks that the points touch are read, each once.

Outside the raster, nodata and zero are three answers: NaN "outside", NaN "nodata", 0.0 "ok".
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError
from riskcloud.geo.overlay.raster import RasterLayer, Read, floors
from riskcloud.types import Bools, Floats, Ints

STATUS = ("ok", "nodata", "outside")
OK, NODATA, OUTSIDE = range(3)
METHODS = ("nearest", "bilinear")
CHUNK_CELLS = 1 << 20
"""Cells read at a time and thread (8 MB of float64). Ours."""
SUSPECTS = (-9999.0, -99999.0, -999999.0, -32768.0, -32767.0)
"""Numbers that files hold where they have no value, without saying so; also all beyond 1e20."""
_HUGE = 1e20


@dataclass(frozen=True, slots=True)
class Sampled:
    """Values at points: value (n_points, n_bands), NaN but where status (same) is OK."""

    value: Floats
    status: npt.NDArray[np.uint8]
    notes: tuple[str, ...] = ()


def sample_points(layer: RasterLayer, lon: Floats, lat: Floats, *, method: str = "nearest",
                  bands: Sequence[int] | None = None) -> Sampled:
    """Return values of a raster at points.

    Parameters
    ----------
    lon, lat : (n_points,) degrees WGS84, longitudes in any window of 360 degrees.
    method : "nearest": the cell the point lies in, as rasterio's ``sample``. "bilinear": between
        the middles of the four cells around it, by those that have a value, their weights
        summing to 1; nodata where the cell it lies in has none. In the outer half cell the
        raster goes on level.
    bands : positions in ``layer.bands``; None: all.

    Raises
    ------
    InputError : an unknown method, or coordinates that are not finite degrees.
    """
    if method not in METHODS:
        raise InputError(f"method {method!r}: expected one of {', '.join(METHODS)}")
    lon, lat = (np.ascontiguousarray(axis, np.float64) for axis in (lon, lat))
    if lon.shape != lat.shape or lon.ndim != 1:
        raise InputError(f"lon, lat of shapes {lon.shape}, {lat.shape}; expected (n_points,) both")
    if not (np.isfinite(lon).all() and np.all(np.abs(lat) <= 90.0)):
        raise InputError("lon, lat: expected finite degrees with -90 <= lat <= 90")
    u, v = layer.pixels(lon, lat)
    return sample_pixels(layer, u, v, method=method, bands=bands)


def sample_pixels(layer: RasterLayer, u: Floats, v: Floats, *, method: str = "nearest",
                  bands: Sequence[int] | None = None) -> Sampled:
    """Return values at fractional columns ``u`` and rows ``v`` (n_points,); see sample_points."""
    which = tuple(range(len(layer.bands))) if bands is None else tuple(bands)
    row, column, inside = floors(u, v, layer)
    every = bool(inside.all())
    if not every:
        row, column, u, v = row[inside], column[inside], u[inside], v[inside]
    if method == "nearest":
        raw, valid, notes = _gathered(layer, row, column, which)
        found = _scaled(layer, raw, which)
    else:
        found, valid, notes = _bilinear(layer, u, v, row, column, which)
    found[~valid] = np.nan
    state = np.where(valid, np.uint8(OK), np.uint8(NODATA))
    if every:
        return Sampled(found, state, notes)
    value = np.full((len(inside), len(which)), np.nan)
    status = np.full(value.shape, OUTSIDE, np.uint8)
    value[inside], status[inside] = found, state
    return Sampled(value, status, notes)


def _scaled(layer: RasterLayer, raw: Floats, which: Sequence[int]) -> Floats:
    scale = np.array([layer.scale[k] for k in which])
    offset = np.array([layer.offset[k] for k in which])
    if np.all(scale == 1.0) and np.all(offset == 0.0):
        return raw
    return np.asarray(raw * scale + offset)


def _bilinear(layer: RasterLayer, u: Floats, v: Floats, row: Ints, column: Ints,
              which: Sequence[int]) -> tuple[Floats, Bools, tuple[str, ...]]:
    left, top = np.floor(u - 0.5), np.floor(v - 0.5)
    to_right, down = u - 0.5 - left, v - 0.5 - top
    columns = np.stack([left, left + 1.0]).astype(np.int64)
    rows = np.clip(np.stack([top, top + 1.0]).astype(np.int64), 0, layer.height - 1)
    columns = (columns % layer.width if layer.wraps
               else np.clip(columns, 0, layer.width - 1))
    n = len(u)
    raw, valid, notes = _gathered(
        layer, np.concatenate([rows[0], rows[0], rows[1], rows[1]]),
        np.concatenate([columns[0], columns[1], columns[0], columns[1]]), which)
    raw = _scaled(layer, raw, which)
    raw[~valid] = 0.0
    value, total = np.zeros((n, len(which))), np.zeros((n, len(which)))
    for k, (across, along) in enumerate((((1.0 - to_right), (1.0 - down)), (to_right, 1.0 - down),
                                         ((1.0 - to_right), down), (to_right, down))):
        corner = slice(k * n, (k + 1) * n)
        weight = (across * along)[:, np.newaxis] * valid[corner]
        total += weight
        value += weight * raw[corner]
    with np.errstate(invalid="ignore", divide="ignore"):
        value /= total
    # whether the cell the point lies in, one of the four, has a value
    corner_of = 2 * (row != rows[0]) + (column != columns[0])
    own = valid[corner_of * n + np.arange(n)]
    return value, own & (total > 0.0), notes


def _gathered(layer: RasterLayer, row: Ints, column: Ints, which: Sequence[int],
              ) -> tuple[Floats, Bools, tuple[str, ...]]:
    """Return stored numbers of cells, which of them are values, and notes on those that are not."""
    raw = np.empty((len(row), len(which)))
    valid = np.ones(raw.shape, bool)
    bands = tuple(layer.bands[k] for k in which)
    _read_cells(layer, row, column, bands, raw, valid)
    notes: list[str] = []
    for k, position in enumerate(which):
        stored = layer.nodata[position]
        if stored is not None and not np.isnan(stored):
            if layer.dtype.kind == "f":
                stored = float(np.asarray(stored).astype(layer.dtype))
            valid[:, k] &= raw[:, k] != stored
    if layer.dtype.kind == "f":
        valid &= ~np.isnan(raw)
    if layer.nodata_policy == "auto":
        notes += _set_aside_suspects(raw, valid, layer.source)
    return raw, valid, tuple(notes)


def _set_aside_suspects(raw: Floats, valid: Bools, source: str) -> list[str]:
    """Take numbers that stand for nodata without being declared out of ``valid``; say so."""
    notes: list[str] = []
    if raw.size == 0:
        return notes
    low, high = raw.min(), raw.max()  # NaN compares false below: looked at more closely then
    if low > -9999.0 and high < _HUGE:
        return notes
    for suspect in (*SUSPECTS, None):
        hit = valid & ((np.abs(raw) >= _HUGE) if suspect is None else (raw == suspect))
        if not hit.any():
            continue
        if suspect is not None and np.any(valid & ~hit & (raw < 0.5 * suspect) & (raw > -_HUGE)):
            continue  # neighbours in size: a value among others, such as the depth of a trench
        valid &= ~hit
        words = f"{float(raw[hit][0]):.6g}"
        notes.append(f"{int(hit.sum())} cell(s) of {words} taken as nodata, which the file does "
                     "not declare (--nodata none keeps them as values)")
    return notes


def _read_cells(layer: RasterLayer, row: Ints, column: Ints, bands: tuple[int, ...], raw: Floats,
                valid: Bools) -> None:
    """Write the stored numbers of cells into ``raw``; ``valid`` False where a mask says so."""
    groups = _groups(layer, row, column, len(bands))

    def read_group(read: Read, group: tuple[Ints | None, tuple[int, int, int, int]]) -> None:
        points, window = group
        values, mask = read(bands, window)
        here = slice(None) if points is None else points
        flat = (row[here] - window[0]) * window[3] + (column[here] - window[1])
        for k in range(len(bands)):
            raw[here, k] = values[k].reshape(-1).take(flat)
            if mask is not None:
                valid[here, k] = mask[k].reshape(-1).take(flat)

    n_threads = 1 if layer.driver == "netCDF" else min(os.cpu_count() or 1, 8, len(groups) // 2)
    if n_threads <= 1:
        with layer.reader() as read:
            for group in groups:
                read_group(read, group)
        return

    def work(k: int) -> None:  # neighbours in turn, so that threads share what GDAL caches
        with layer.reader() as read:
            for group in groups[k::n_threads]:
                read_group(read, group)

    with ThreadPoolExecutor(n_threads) as pool:
        list(pool.map(work, range(n_threads)))


def _groups(layer: RasterLayer, row: Ints, column: Ints, n_bands: int,
            ) -> list[tuple[Ints | None, tuple[int, int, int, int]]]:
    """Return which points (None: all) are read by which window (row, column, rows, columns).

    Windows are whole chunks of blocks, cut to the cells wanted; single blocks where most of a
    chunk's would be read for nothing. In the order of the file.
    """
    if len(row) == 0:
        return []
    most = max(CHUNK_CELLS // n_bands, 1)
    window = _box(row, column)
    if window[2] * window[3] <= most and (window[2] * window[3] <= 1 << 16
                                          or _is_dense(layer, row, column, window)):
        return [(None, window)]
    height, width = layer.block
    across = max(1, min(-(-layer.width // width), int(np.sqrt(most)) // width))
    down = max(1, most // (height * width * across))
    coarse = _by_tile(row, column, height * down, width * across, layer.width)
    groups = []
    for points in coarse:
        box = _box(row[points], column[points])
        if _is_dense(layer, row[points], column[points], box):
            groups.append((points, box))
        else:
            for part in _by_tile(row[points], column[points], height, width, layer.width):
                own = points[part]
                groups.append((own, _box(row[own], column[own])))
    return [(points, window) for points, window in groups]


def _box(row: Ints, column: Ints) -> tuple[int, int, int, int]:
    top, left = int(row.min()), int(column.min())
    return top, left, int(row.max()) - top + 1, int(column.max()) - left + 1


def _is_dense(layer: RasterLayer, row: Ints, column: Ints,
              window: tuple[int, int, int, int]) -> bool:
    """Tell whether at least half of the blocks a window meets hold a point."""
    height, width = layer.block
    top, left = window[0] // height, window[1] // width
    n_down = (window[0] + window[2] - 1) // height - top + 1
    n_across = (window[1] + window[3] - 1) // width - left + 1
    if n_down * n_across <= 2:
        return True
    seen = np.zeros(n_down * n_across, bool)
    seen[(row // height - top) * n_across + (column // width - left)] = True
    return bool(2 * seen.sum() >= seen.size)


def _by_tile(row: Ints, column: Ints, height: int, width: int, n_columns: int) -> list[Ints]:
    """Return the points of each tile of height x width cells, tiles in the order of the file."""
    across = -(-n_columns // width)
    tile = (row // height) * across + column // width
    order = np.argsort(tile, kind="stable")
    cuts = np.flatnonzero(np.diff(tile[order])) + 1
    return [np.asarray(part) for part in np.split(order, cuts)]


def words(status: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the words of statuses (...,)."""
    return np.asarray(np.asarray(STATUS, dtype=object)[status])
