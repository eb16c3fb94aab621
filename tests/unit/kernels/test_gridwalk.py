"""The kernels of lines in grids against shapely's intersections with the cells."""

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Polygon, box

from riskcloud.geo.overlay.zones import _pieces
from riskcloud.kernels.gridwalk import add_coverage


def test_a_piece_a_cell_and_all_of_the_line():
    rng = np.random.default_rng(4)
    ends = np.vstack([rng.uniform(-3, 8, (60, 4)), [[1, 1, 5, 5], [0, 2, 4, 2], [3, 0, 3, 4],
                                                    [2, 2, 2, 2], [5, 5, 1, 1]]])
    segment, row, column, begin, end = _pieces(*ends.T)
    for i, (u0, v0, u1, v1) in enumerate(ends):
        mine = segment == i
        assert begin[mine][0] == 0.0 and end[mine][-1] == 1.0
        assert np.array_equal(begin[mine][1:], end[mine][:-1])
        line = LineString([(u0, v0), (u1, v1)])
        for r, c, a, b in zip(row[mine], column[mine], begin[mine], end[mine], strict=True):
            part = shapely.intersection(line, box(c, r, c + 1, r + 1)).length
            assert part == pytest.approx((b - a) * line.length, abs=1e-9)


def test_coverage_is_the_area_in_every_cell():
    shape = Polygon([(0.3, 0.2), (5.7, 1.1), (4.2, 4.9), (2.1, 2.2), (1.0, 5.5)],
                    [[(3.5, 2.0), (4.0, 2.0), (4.0, 2.6)]])
    rings = shapely.get_rings(shapely.orient_polygons(shape))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    joined = np.flatnonzero(ring[1:] == ring[:-1])
    u0, v0, u1, v1 = *xy[joined].T, *xy[joined + 1].T
    segment, row, column, begin, end = _pieces(u0, v0, u1, v1)
    du, dv = (u1 - u0)[segment], (v1 - v0)[segment]
    ends = (u0[segment] + begin * du, v0[segment] + begin * dv, u0[segment] + end * du,
            v0[segment] + end * dv)
    out = np.zeros((6, 7))
    add_coverage(row, column, *ends, 0, 0, out)
    found = np.abs(np.cumsum(out, axis=1)[:, :-1])
    twin = [[shapely.intersection(shape, box(c, r, c + 1, r + 1)).area for c in range(6)]
            for r in range(6)]
    assert found == pytest.approx(np.array(twin), abs=1e-12)
    part = np.zeros((2, 3))  # a window within: what lies left of it counts along its rows
    add_coverage(row, column, *ends, 2, 2, part)
    assert np.abs(np.cumsum(part, axis=1)[:, :-1]) == pytest.approx(
        np.array(twin)[2:4, 2:4], abs=1e-12)
