"""Outlines of locations as they are kept: repaired, cut at the 180th meridian, or refused."""

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from riskcloud.exposure.outlines import tidy_outlines


def tidy(*shapes: object):
    return tidy_outlines(np.array([*shapes, None], dtype=object)[:-1])


def test_good_ones_lines_and_points_stay() -> None:
    given = [box(113, 22, 114, 23), LineString([(0, 0), (1, 1)]), Point(1, 2), None,
             Polygon([(0, 0), (3, 0), (3, 3), (0, 3)], [[(1, 1), (2, 1), (2, 2), (1, 2)]])]
    done = tidy(*given)
    assert list(done.shape) == given
    assert not (done.repaired | done.cut | done.flat).any()


@pytest.mark.parametrize(("shape", "area"), [
    (Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]), 2.0),
    (MultiPolygon([box(0, 0, 2, 2), box(1, 1, 3, 3)]), 7.0),
    (Polygon([(0, 0), (3, 0), (3, 3), (0, 3)], [[(2, 1), (4, 1), (4, 2), (2, 2)]]), 8.0)],
    ids=["bow tie", "parts that overlap", "a hole that sticks out"])
def test_what_crosses_itself_is_repaired(shape: Polygon, area: float) -> None:
    done = tidy(shape)
    assert shapely.is_valid(done.shape[0]) and done.shape[0].area == pytest.approx(area)
    assert done.repaired.tolist() == [True]


@pytest.mark.parametrize("shape", [
    Polygon([(0, 0), (1, 0), (0, 0)]), Polygon([(5, 5), (5, 5), (5, 5), (5, 5)])])
def test_no_area_is_no_outline(shape: Polygon) -> None:
    done = tidy(shape)
    assert done.shape[0] is None and done.flat.tolist() == [True] and not done.repaired.any()


def test_over_the_dateline_it_is_cut_and_not_repaired() -> None:
    # an L whose short side lies beyond: in a plane its own edges would cross
    corner = [(178, 0), (-178, 0), (-178, 1), (179, 1), (179, 2), (178, 2)]
    done = tidy(Polygon(corner))
    assert (done.cut.tolist(), done.repaired.tolist()) == ([True], [False])
    kept = done.shape[0]
    assert kept.geom_type == "MultiPolygon" and kept.area == pytest.approx(5.0)
    assert kept.bounds == (-180, 0, 180, 2)
    assert kept.covers(Point(179.5, 0.5)) and not kept.covers(Point(0, 0.5))
