"""Invented corridors of overhead lines: as long as published, where people live, by a seed."""

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.spatial import Delaunay

from riskcloud.geo.points import haversine_m
from riskcloud.types import Floats

NODES_PER_LENGTH: Final = 4.0
"""n ends over an area A span a Delaunay net of about 3.4 sqrt(n A) (edges of 1.13 sqrt(A / n),
three an end). 4.0 instead of 3.4^2 = 11.6 in n = (length / 3.4)^2 / A makes the net longer than
wanted, and its longest edges, which nobody builds, are left out (ours)."""


def draw_corridors(rng: np.random.Generator, lon: Floats, lat: Floats, weight: Floats, *,
                   area_km2: float, length_km: float, half_cell_deg: float) -> Floats:
    """Straight corridors between ends drawn among cells.

    Parameters
    ----------
    rng : the draws; equal seeds give equal corridors.
    lon, lat, weight : (n_cells,) centres and the chance of an end in each.
    area_km2 : land of all cells [km2]. length_km : of all corridors together [km], > 0.
    half_cell_deg : ends lie anywhere within a cell [deg].

    Returns
    -------
    (n_corridors, 4) lon and lat of both ends, shortest first; their lengths sum to length_km, the
    last one shortened.

    Source
    ------
    Ours: a network links near neighbours, so the shortest edges of a Delaunay triangulation.
    """
    n = max(int(length_km**2 / (NODES_PER_LENGTH * area_km2)), 4)
    cell = rng.choice(len(lon), size=n, p=weight / weight.sum())
    x = lon[cell] + rng.uniform(-half_cell_deg, half_cell_deg, n)
    y = lat[cell] + rng.uniform(-half_cell_deg, half_cell_deg, n)
    triangles = Delaunay(np.c_[x, y]).simplices
    edges = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]],
                                    triangles[:, [0, 2]]]), axis=1)
    edges = np.unique(edges, axis=0)
    a, b = edges.T
    metres = haversine_m(x[a], y[a], x[b], y[b])
    order = np.lexsort((b, a, metres))
    total = np.cumsum(metres[order])
    last = int(np.searchsorted(total, length_km * 1e3))
    kept = order[:last + 1]
    ends = np.c_[x[a[kept]], y[a[kept]], x[b[kept]], y[b[kept]]]
    if last < len(order):
        left = 1.0 - (total[last] - length_km * 1e3) / metres[order[last]]
        ends[-1, 2:] = ends[-1, :2] + left * (ends[-1, 2:] - ends[-1, :2])
    return np.asarray(ends)


def structures_along(ends: Floats, span_m: float) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
    """Structures every ``span_m`` along corridors.

    ends : (n_corridors, 4) as of :func:`draw_corridors`. span_m : [m].

    Returns
    -------
    lon, lat (n,) of the structures and the corridor (n,) each stands in.
    """
    metres = haversine_m(ends[:, 0], ends[:, 1], ends[:, 2], ends[:, 3])
    count = np.maximum(np.round(metres / span_m).astype(np.int64), 1)
    corridor = np.repeat(np.arange(len(ends)), count)
    first = np.repeat(np.cumsum(count) - count, count)
    share = (np.arange(len(corridor)) - first + 0.5) / count[corridor]
    lon = ends[corridor, 0] + share * (ends[corridor, 2] - ends[corridor, 0])
    lat = ends[corridor, 1] + share * (ends[corridor, 3] - ends[corridor, 1])
    return lon, lat, corridor
