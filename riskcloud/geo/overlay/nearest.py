"""The nearest feature of a layer to each point, and its geodesic distance."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from riskcloud.geo.overlay.ellipsoid import GEOD, cut_edges, geocentric
from riskcloud.geo.overlay.polygons import points_in_polygons
from riskcloud.geo.overlay.vector_file import POINT, POLYGON, VectorLayer
from riskcloud.types import Floats, Ints

PIECE_M = 2000.0
"""Longest piece a line is cut into [m]: its chord runs 8 cm under the ground at most. Ours."""
_NEIGHBOURS, _MOST_NEIGHBOURS = 8, 2048
_CANDIDATES = 1 << 21  # looked at at a time: 64 MB
_CHUNK = 100_000


@dataclass(frozen=True, slots=True)
class Nearest:
    """feature (n_points,) position in the layer, and distance_m (n_points,) to it."""

    feature: Ints
    distance_m: Floats


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Short straight pieces: ends in degrees (n, 2) and geocentric metres (n, 3), owner (n,)."""

    begin: Floats
    end: Floats
    a: Floats
    b: Floats
    owner: Ints
    half_m: float


def nearest_features(layer: VectorLayer, lon: Floats, lat: Floats) -> Nearest:
    """Return the nearest feature of a layer to each point.

    Parameters
    ----------
    lon, lat : (n_points,) degrees WGS84, any window.

    Returns
    -------
    Nearest. Edges are straight in longitude and latitude, as files mean them. The distance is
    that on the ellipsoid to a point of the feature: exact for points, for lines and outlines
    within 0.1 % or 0.2 m, whichever is more. 0 inside a polygon. The 180th meridian is no border.

    Source
    ------
    Candidates by straight distance through the Earth, which rises with the geodesic one; then
    Karney (2013), J. Geodesy 87, 43-55, as in PROJ.
    """
    from scipy.spatial import cKDTree

    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    pieces = _pieces(layer)
    tree = cKDTree(0.5 * (pieces.a + pieces.b))
    feature = np.empty(len(lon), np.int64)
    distance = np.empty(len(lon))
    for begin in range(0, len(lon), _CHUNK):
        part = slice(begin, begin + _CHUNK)
        feature[part], distance[part] = _nearest(tree, pieces, lon[part], lat[part])
    if layer.dimension == POLYGON:
        inside, _ = points_in_polygons(layer, lon, lat)
        feature = np.where(inside >= 0, inside, feature)
        distance = np.where(inside >= 0, 0.0, distance)
    return Nearest(feature, distance)


def _pieces(layer: VectorLayer) -> _Pieces:
    geometry = layer.in_degrees()
    if layer.dimension == POINT:
        xy, owner = shapely.get_coordinates(geometry, return_index=True)
        place = geocentric(xy[:, 0], xy[:, 1])
        return _Pieces(xy, xy, place, place, owner.astype(np.int64), 0.0)
    parts, of_part = shapely.get_parts(geometry, return_index=True)
    if layer.dimension == POLYGON:
        parts, of_ring = shapely.get_rings(parts, return_index=True)
        of_part = of_part[of_ring]
    xy, line = shapely.get_coordinates(parts, return_index=True)
    joined = np.flatnonzero(line[1:] == line[:-1])
    first, last, owner = cut_edges(xy[joined], xy[joined + 1],
                                   np.asarray(of_part[line[joined]], np.int64), PIECE_M)
    a, b = geocentric(*first.T), geocentric(*last.T)
    half = 0.5 * float(np.sqrt(((b - a) ** 2).sum(axis=1)).max(initial=0.0))
    return _Pieces(first, last, a, b, owner, half)


def _nearest(tree: Any, pieces: _Pieces, lon: Floats, lat: Floats) -> tuple[Ints, Floats]:
    """Return owner and distance: of the k pieces with the nearest middles, more where they must."""
    place = geocentric(lon, lat)
    n_pieces = len(pieces.owner)
    feature, distance = np.empty(len(lon), np.int64), np.empty(len(lon))
    k, waiting = min(_NEIGHBOURS, n_pieces), np.arange(len(lon))
    while waiting.size:
        left = []
        rows = max(_CANDIDATES // k, 1)  # memory stays flat as k grows
        for some in (waiting[begin:begin + rows] for begin in range(0, len(waiting), rows)):
            to_middle, which = tree.query(place[some], k=k, workers=-1)
            to_middle, which = to_middle.reshape(-1, k), which.reshape(-1, k)
            chord, share = _to_chords(place[some], pieces, which)
            # a piece not looked at has its middle beyond the k-th, and ends half its length nearer
            done = to_middle[:, -1] - pieces.half_m > _reach(chord.min(axis=1))
            if k == n_pieces or k > _MOST_NEIGHBOURS:
                done[:] = True
            feature[some[done]], distance[some[done]] = _exact(
                pieces, lon[some[done]], lat[some[done]], which[done], chord[done], share[done])
            left.append(some[~done])
        waiting, k = np.concatenate(left), min(4 * k, n_pieces)
    return feature, distance


def _reach(chord: Floats) -> Floats:
    """Return the straight distance within which a piece may be nearer on the ellipsoid.

    The flattening bends the rise of the one with the other by at most 5.6e-4 (chord / a)^2; a metre
    and a ten-thousandth are for chords under the ground.
    """
    return np.asarray(chord * (1.0001 + 5.6e-4 * (chord / GEOD.a) ** 2) + 1.0)


def _to_chords(place: Floats, pieces: _Pieces, which: Ints) -> tuple[Floats, Floats]:
    """Return straight distances (n, k) to pieces, and at what share of the piece."""
    chord, share = np.empty(which.shape), np.empty(which.shape)
    for j in range(which.shape[1]):
        a = pieces.a[which[:, j]]
        along = pieces.b[which[:, j]] - a
        to = place - a
        square = np.einsum("ij,ij->i", along, along)
        t = np.clip(np.einsum("ij,ij->i", to, along) / np.where(square > 0.0, square, 1.0),
                    0.0, 1.0)
        rest = to - t[:, np.newaxis] * along
        chord[:, j], share[:, j] = np.sqrt(np.einsum("ij,ij->i", rest, rest)), t
    return chord, share


def _exact(pieces: _Pieces, lon: Floats, lat: Floats, which: Ints, chord: Floats, share: Floats,
           ) -> tuple[Ints, Floats]:
    """Return owner and geodesic distance of the nearest among candidates (n, k)."""
    near = chord <= _reach(chord.min(axis=1, keepdims=True))
    point, column = np.nonzero(near)
    piece, t = which[point, column], share[point, column][:, np.newaxis]
    at = pieces.begin[piece] + t * (pieces.end - pieces.begin)[piece]
    _, _, metres = GEOD.inv(lon[point], lat[point], at[:, 0], at[:, 1])
    order = np.lexsort([pieces.owner[piece], metres, point])  # ties: the first of the file
    first = np.concatenate([[True], np.diff(point[order]) > 0]) if len(order) else order
    chosen = order[first]
    return pieces.owner[piece[chosen]], np.asarray(metres[chosen])


def attribute(values: npt.NDArray[Any], feature: Ints) -> npt.NDArray[Any]:
    """Return an attribute of features (n,), None where the feature is -1."""
    taken = np.asarray(values, dtype=object)[np.maximum(feature, 0)]
    taken[feature < 0] = None
    return taken
