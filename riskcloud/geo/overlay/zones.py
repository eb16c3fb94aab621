"""Values of a raster along lines and over polygons, by the length or area in every cell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from riskcloud.errors import InputError
from riskcloud.geo.overlay.ellipsoid import GEOD, cut_edges, geocentric
from riskcloud.geo.overlay.raster import RasterLayer
from riskcloud.geo.overlay.sample import CHUNK_CELLS, NODATA, OK, OUTSIDE, sample_pixels
from riskcloud.kernels.gridwalk import add_coverage, count_pieces, cut_segments
from riskcloud.types import Floats, Ints

GROUP_VERTICES = 20_000
"""Vertices of polygons whose edges are brought to the raster together. Ours."""
PIECE_M = 1000.0
"""Edges are brought to the raster's system in pieces of this length [m]: a straight edge in
degrees bends there by 2 cm at most. Ours."""


@dataclass(frozen=True, slots=True)
class Zonal:
    """Values over geometries, (n, n_bands) each: mean by length or area, max, min over all cells
    touched, share of the length or area that has a value; status as of a point (the worst is
    not: OK where any cell has a value).
    """

    mean: Floats
    max: Floats
    min: Floats
    share: Floats
    status: npt.NDArray[np.uint8]
    notes: tuple[str, ...] = ()


def _empty(n: int, n_bands: int) -> dict[str, Any]:
    blank = {name: np.full((n, n_bands), np.nan) for name in ("mean", "max", "min")}
    return {**blank, "share": np.zeros((n, n_bands)),
            "status": np.full((n, n_bands), OUTSIDE, np.uint8)}


def along_lines(layer: RasterLayer, lines: npt.NDArray[Any], *, method: str = "nearest",
                bands: Sequence[int] | None = None) -> Zonal:
    """Return values of a raster along lines (n,) in degrees WGS84.

    Lines are cut where they pass from cell to cell: the mean is exact for values that are constant
    in a cell ("nearest"); with "bilinear" the middle of each piece stands for it. Weights are
    lengths on the ellipsoid.

    Raises
    ------
    InputError : geometries that are no lines.
    """
    if len(lines) and np.any(shapely.get_dimensions(lines) != 1):
        raise InputError("expected lines")
    parts, of_part = shapely.get_parts(lines, return_index=True)
    xy, line = shapely.get_coordinates(parts, return_index=True)
    joined = np.flatnonzero(line[1:] == line[:-1])
    first, last, owner = cut_edges(
        xy[joined], xy[joined + 1], np.asarray(of_part[line[joined]], np.int64), PIECE_M)
    chord = np.sqrt(((geocentric(*last.T) - geocentric(*first.T)) ** 2).sum(axis=1))
    (u0, v0), (u1, v1) = _pixel_ends(layer, first, last)
    segment, _, _, begin, end = _pieces(u0, v0, u1, v1)
    middle = 0.5 * (begin + end)
    u = u0[segment] + middle * (u1 - u0)[segment]
    v = v0[segment] + middle * (v1 - v0)[segment]
    found = sample_pixels(layer, u, v, method=method, bands=bands)
    weight = (end - begin) * chord[segment]
    return _reduced(len(lines), owner[segment], weight, found.value, found.status, found.notes)


def _pixel_ends(layer: RasterLayer, first: Floats, last: Floats,
                ) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Return column and row of both ends; the far one on the near one's side of any seam."""
    u0, v0 = layer.pixels(first[:, 0], first[:, 1])
    u1, v1 = layer.pixels(last[:, 0], last[:, 1])
    if layer.crs.is_geographic:
        turn = np.array([layer.transform[0], layer.transform[3]])
        per_turn = 360.0 / (turn[0] if turn[0] else np.inf)
        if layer.transform[1] == 0.0 and layer.transform[3] == 0.0:
            u1 = u1 - per_turn * np.round((u1 - u0) / per_turn)
    bad = ~(np.isfinite(u0) & np.isfinite(v0) & np.isfinite(u1) & np.isfinite(v1))
    for axis in (u0, v0, u1, v1):
        axis[bad] = -1.0  # outside
    far = 2.0 * (layer.width + layer.height)
    return ((np.clip(u0, -far, far + layer.width), np.clip(v0, -far, far + layer.height)),
            (np.clip(u1, -far, far + layer.width), np.clip(v1, -far, far + layer.height)))


def _pieces(u0: Floats, v0: Floats, u1: Floats, v1: Floats,
            ) -> tuple[Ints, Ints, Ints, Floats, Floats]:
    """Return segment, row, column, begin and end of the pieces of segments within one cell each."""
    u0, v0, u1, v1 = (np.ascontiguousarray(axis) for axis in (u0, v0, u1, v1))
    count = np.empty(len(u0), np.int64)
    count_pieces(u0, v0, u1, v1, count)
    start = np.concatenate([[0], np.cumsum(count)])
    segment, row, column = (np.empty(start[-1], np.int64) for _ in range(3))
    begin, end = (np.empty(start[-1]) for _ in range(2))
    n = cut_segments(u0, v0, u1, v1, start, segment, row, column, begin, end)
    return segment[:n], row[:n], column[:n], begin[:n], end[:n]


def _reduced(n: int, owner: Ints, weight: Floats, value: Floats, status: npt.NDArray[np.uint8],
             notes: tuple[str, ...]) -> Zonal:
    n_bands = value.shape[1]
    out = _empty(n, n_bands)
    total = np.bincount(owner, weight, n)
    for k in range(n_bands):
        good = status[:, k] == OK
        of, w, x = owner[good], weight[good], value[good, k]
        known = np.bincount(of, w, n)
        any_good = np.bincount(of, minlength=n) > 0
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.bincount(of, w * x, n) / known
            out["share"][:, k] = np.where(total > 0.0, known / total, any_good)
        high, low = np.full(n, -np.inf), np.full(n, np.inf)
        np.maximum.at(high, of, x)
        np.minimum.at(low, of, x)
        out["max"][any_good, k], out["min"][any_good, k] = high[any_good], low[any_good]
        # a line of no length has the value of its place
        out["mean"][any_good, k] = np.where(known > 0.0, mean, high)[any_good]
        hole = np.bincount(owner[status[:, k] == NODATA], minlength=n) > 0
        out["status"][:, k] = np.where(any_good, OK, np.where(hole, NODATA, OUTSIDE))
    np.clip(out["share"], 0.0, 1.0, out=out["share"])
    return Zonal(**out, notes=notes)


def over_polygons(layer: RasterLayer, polygons: npt.NDArray[Any], *,
                  bands: Sequence[int] | None = None) -> Zonal:
    """Return values of a raster over polygons (n,) in degrees WGS84.

    Each cell counts by the area of it inside the polygon, exactly; so a polygon smaller than a
    cell has that cell's value. max and min are over all cells touched. In a geographic raster
    the area of a cell follows its latitude (on the ellipsoid), in a projected one all are equal.

    Raises
    ------
    InputError : geometries that are no polygons.
    """
    if len(polygons) and np.any(shapely.get_dimensions(polygons) != 2):
        raise InputError("expected polygons")
    which = tuple(range(len(layer.bands))) if bands is None else tuple(bands)
    sums = _Sums(len(polygons), len(which))
    notes: dict[str, None] = {}
    for owner, row, column, weight in _batches(layer, polygons):
        found = sample_pixels(layer, column + 0.5, row + 0.5, bands=which)
        sums.add(owner, weight, found.value, found.status)
        notes.update(dict.fromkeys(found.notes))
    return Zonal(**sums.result(), notes=tuple(notes))


def _batches(layer: RasterLayer, polygons: npt.NDArray[Any]) -> Iterator[tuple[Any, ...]]:
    """Yield polygon, row, column and weight of cells, of many polygons at a time.

    A block of the raster is then read once for all of them.
    """
    waiting: list[tuple[Any, ...]] = []
    n_cells = 0
    n_vertices = np.cumsum(shapely.get_num_coordinates(polygons))
    edges = [*np.flatnonzero(np.diff(n_vertices // GROUP_VERTICES, prepend=-1)), len(polygons)]
    for first, last in pairwise(edges):
        for cells in _covered(layer, polygons[first:last], int(first)):
            waiting.append(cells)
            n_cells += len(cells[1])
            if n_cells >= CHUNK_CELLS:
                yield tuple(map(np.concatenate, zip(*waiting, strict=True)))
                waiting, n_cells = [], 0
    if waiting:
        yield tuple(map(np.concatenate, zip(*waiting, strict=True)))


class _Sums:
    """Sums over the cells of polygons (n,), by band."""

    def __init__(self, n: int, n_bands: int) -> None:
        self.total = np.zeros(n)
        self.known, self.sum = np.zeros((n, n_bands)), np.zeros((n, n_bands))
        self.high, self.low = np.full((n, n_bands), -np.inf), np.full((n, n_bands), np.inf)
        self.hole = np.zeros((n, n_bands), bool)

    def add(self, owner: Ints, weight: Floats, value: Floats, status: npt.NDArray[np.uint8],
            ) -> None:
        first, n = int(owner.min()), int(owner.max() - owner.min()) + 1
        here = slice(first, first + n)
        self.total[here] += np.bincount(owner - first, weight, n)
        for k in range(value.shape[1]):
            good = status[:, k] == OK
            of, w, x = owner[good], weight[good], value[good, k]
            self.known[here, k] += np.bincount(of - first, w, n)
            self.sum[here, k] += np.bincount(of - first, w * x, n)
            np.maximum.at(self.high[:, k], of, x)
            np.minimum.at(self.low[:, k], of, x)
            self.hole[owner[status[:, k] == NODATA], k] = True

    def result(self) -> dict[str, Any]:
        some = self.known > 0.0
        known = np.where(some, self.known, 1.0)
        total = np.where(self.total > 0.0, self.total, 1.0)[:, np.newaxis]
        return {"mean": np.where(some, self.sum / known, np.nan),
                "max": np.where(some, self.high, np.nan), "min": np.where(some, self.low, np.nan),
                "share": np.clip(self.known / total, 0.0, 1.0),
                "status": np.where(some, OK, np.where(self.hole, NODATA, OUTSIDE),
                                   ).astype(np.uint8)}


def _covered(layer: RasterLayer, polygons: npt.NDArray[Any], number: int) -> Iterator[Any]:
    """Yield polygon, row, column and weight (cell areas inside) of the cells polygons touch.

    polygons (n,) are counted from ``number`` on. Cells outside the raster come too: they are part
    of a polygon's area. Large ones come in strips.
    """
    parts, of_part = shapely.get_parts(polygons, return_index=True)
    rings, of_ring = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    joined = np.flatnonzero(ring[1:] == ring[:-1])
    owner = np.asarray(of_part[of_ring[ring[joined]]], np.int64)
    first, last, owner = cut_edges(xy[joined], xy[joined + 1], owner, PIECE_M)
    (u0, v0), (u1, v1) = _pixel_ends(layer, first, last)
    if layer.crs.is_geographic and layer.transform[1] == layer.transform[3] == 0.0:
        per_turn = 360.0 / layer.transform[0]  # every edge to the side of its polygon's first
        middle = 0.5 * (u0 + u1)
        of_first = middle[np.searchsorted(owner, np.arange(len(polygons)))[owner]]
        shift = per_turn * np.round((middle - of_first) / per_turn)
        u0, u1 = u0 - shift, u1 - shift
    segment, row, column, begin, end = _pieces(u0, v0, u1, v1)
    du, dv = (u1 - u0)[segment], (v1 - v0)[segment]
    ends = (u0[segment] + begin * du, v0[segment] + begin * dv, u0[segment] + end * du,
            v0[segment] + end * dv)
    start = np.searchsorted(owner[segment], np.arange(len(polygons) + 1))
    for k in np.flatnonzero(np.diff(start)):
        own = slice(start[k], start[k + 1])
        for rows, columns, share in _strips(row[own], column[own], [axis[own] for axis in ends]):
            yield (np.full(len(rows), number + k), rows, _wrapped(layer, columns),
                   share * _cell_area(layer, rows))


def _strips(row: Ints, column: Ints, ends: Sequence[Floats]) -> Iterator[tuple[Ints, Ints, Floats]]:
    """Yield row, column and share of the cells inside one polygon, from the pieces of its edges."""
    left, n_columns = int(column.min()), int(column.max() - column.min()) + 1
    top, bottom = int(row.min()), int(row.max()) + 1
    strip = max(CHUNK_CELLS // (n_columns + 1), 1)
    for r in range(top, bottom, strip):
        share = np.zeros((min(strip, bottom - r), n_columns + 1))
        add_coverage(row, column, *ends, r, left, share)
        share = np.abs(np.cumsum(share, axis=1)[:, :-1])
        rows, columns = np.nonzero(share > 1e-12)
        yield rows + r, columns + left, share[rows, columns]


def _wrapped(layer: RasterLayer, column: Ints) -> Ints:
    return column % layer.width if layer.wraps else column


def _cell_area(layer: RasterLayer, row: Ints) -> Floats:
    """Return relative areas of cells: in a geographic raster that of its zone on the ellipsoid."""
    if not layer.crs.is_geographic or layer.transform[3] != 0.0:
        return np.ones(len(row))
    f, e = layer.transform[5], layer.transform[4]
    edges = np.radians(np.clip(np.stack([f + e * row, f + e * (row + 1)]), -90.0, 90.0))
    ecc = np.sqrt(GEOD.es)
    s = np.sin(edges)
    # Snyder (1987), USGS Professional Paper 1395, eq. 3-12: the area from the equator, relative
    zone = (1.0 - ecc**2) * (s / (1.0 - (ecc * s) ** 2)
                             + np.log((1.0 + ecc * s) / (1.0 - ecc * s)) / (2.0 * ecc))
    return np.asarray(np.abs(zone[0] - zone[1]))
