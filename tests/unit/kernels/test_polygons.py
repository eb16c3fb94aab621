"""The kernel of polygons is the even-odd rule, with an exact sign where numbers are close."""

from fractions import Fraction

import numpy as np
import pytest
import shapely
from shapely.geometry import Polygon, box

from riskcloud.geo.overlay.polygons import find_polygons, index_polygons
from riskcloud.kernels.polygons import _exact_side, _side


def twin(polygons, x, y):
    """First polygon of each point by exact arithmetic over all edges: a plain double loop."""
    out = np.full(len(x), -1)
    for i, (px, py) in enumerate(zip(x, y, strict=True)):
        px, py = Fraction(px), Fraction(py)
        for p, polygon in enumerate(polygons):
            odd, touching = False, False
            for ring in shapely.get_rings(polygon):
                xy = [(Fraction(a), Fraction(b)) for a, b in shapely.get_coordinates(ring)]
                for (ax, ay), (bx, by) in zip(xy[:-1], xy[1:], strict=True):
                    side = (bx - ax) * (py - ay) - (by - ay) * (px - ax)
                    within = min(ax, bx) <= px <= max(ax, bx) and min(ay, by) <= py <= max(ay, by)
                    touching |= side == 0 and within
                    if (ay <= py) != (by <= py):
                        odd ^= (side > 0) == (by > ay)
            if odd or touching:
                out[i] = p
                break
    return out


def test_as_its_twin_also_on_vertices_and_edges():
    rng = np.random.default_rng(8)
    polygons = [Polygon(shapely.get_coordinates(box(k % 3, k // 3, k % 3 + 1, k // 3 + 1)),
                        [shapely.get_coordinates(box(k % 3 + 0.25, k // 3 + 0.25, k % 3 + 0.5,
                                                     k // 3 + 0.5))]) for k in range(9)]
    star = [(1.5 + (0.4 + 0.9 * (j % 2)) * np.cos(j * np.pi / 7),
             1.5 + (0.4 + 0.9 * (j % 2)) * np.sin(j * np.pi / 7)) for j in range(14)]
    polygons = [Polygon(star), *polygons]
    corners = np.array([(a / 4, b / 4) for a in range(-1, 14, 2) for b in range(0, 13, 3)])
    ends = shapely.get_coordinates(polygons[0])
    x, y = np.vstack([corners, ends, 0.5 * (ends[1:] + ends[:-1]), rng.uniform(-0.2, 3.2,
                                                                                (60, 2))]).T
    for n_cells in (1, 4096, 1 << 20):
        index = index_polygons(np.array(polygons, dtype=object), n_cells)
        assert find_polygons(index, x, y)[0].tolist() == twin(polygons, x, y).tolist()


def test_the_sign_is_exact_where_rounding_decides():
    # points within a few steps of the line through (12, 12) and (24, 24): Kettner et al. (2008)
    for i in range(-8, 9):
        for j in range(-8, 9):
            x, y = 0.5 + i * 2.0**-53, 0.5 + j * 2.0**-53
            exact = (Fraction(24) - 12) * (Fraction(y) - 12) - (Fraction(24) - 12) * (
                Fraction(x) - 12)
            for found in (_side(12.0, 12.0, 24.0, 24.0, x, y),
                          _exact_side(12.0, 12.0, 24.0, 24.0, x, y)):
                assert np.sign(found) == (exact > 0) - (exact < 0)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_lies_nowhere(value):
    index = index_polygons(np.array([box(0, 0, 1, 1)], dtype=object))
    assert find_polygons(index, np.array([value, 0.5]), np.array([0.5, value]))[0].tolist() == [
        -1, -1]
