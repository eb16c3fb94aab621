"""What a storm does inside a circle or polygon, worked by hand on straight paths."""

import numpy as np
import pytest
import shapely

from riskcloud.hazard.typhoon.inside import Circle, category_of, grade_of, inside_area
from riskcloud.hazard.typhoon.path import M_PER_DEG, Path
from riskcloud.units import KNOT


def path_of(lon, lat, pressure, wind):
    n = len(lon)
    zero = np.zeros(n)
    return Path(np.arange(n) * 1.0, np.array(lon, float), np.array(lat, float), zero, zero,
                np.array(pressure, float), zero, zero, np.array(wind, float), zero, zero)


def test_a_leg_across_a_circle_counts_from_edge_to_edge():
    # along the equator from 2 degrees west of the centre to 2 degrees east, pressure from 960 to
    # 920 hPa: it enters the circle of one degree at a quarter of the way (950 hPa, 30 m/s) and
    # leaves at three quarters (930 hPa, 50 m/s)
    path = path_of([108.0, 112.0], [0.0, 0.0], [96000.0, 92000.0], [20.0, 60.0])
    found = inside_area(path, np.array([0, 2]), Circle(110.0, 0.0, M_PER_DEG))
    assert found.lowest_pressure_pa == pytest.approx([93000.0], abs=1e-4)
    assert found.strongest_wind_m_s == pytest.approx([50.0], abs=1e-7)


def test_storms_outside_inside_and_one_after_another():
    # the first passes 1.2 degrees north, the second stays at the centre, the third ends inside,
    # the fourth jumps from one side of the date line to the other, far off
    path = path_of([108, 112, 110, 110, 105, 110.5, 179, 181], [1.2, 1.2, 0, 0, 0, 0, 0, 0],
                   [95000, 95000, 97000, 97000, 99000, 98000, 90000, 90000],
                   [40, 40, 30, 30, 20, 26.5, 70, 70])
    found = inside_area(path, np.array([0, 2, 4, 6, 8]), Circle(110.0, 0.0, M_PER_DEG))
    assert np.isinf(found.lowest_pressure_pa).tolist() == [True, False, False, True]
    assert found.lowest_pressure_pa[1:3].tolist() == [97000.0, 98000.0]
    assert found.strongest_wind_m_s.tolist() == [-np.inf, 30.0, 26.5, -np.inf]


def test_a_polygon_and_longitudes_of_another_turn():
    # a box from 109 to 111 E, 1 S to 1 N: as the circle's leg above, and once round the world
    box = shapely.box(109.0, -1.0, 111.0, 1.0)
    for turn in (0.0, 360.0, -360.0):
        path = path_of([108 + turn, 112 + turn, 110, 110], [0, 0, 5, 6],
                       [96000, 92000, 90000, 90000], [20, 60, 70, 70])
        found = inside_area(path, np.array([0, 2, 4]), box)
        assert found.lowest_pressure_pa == pytest.approx([93000.0, np.inf])
        assert found.strongest_wind_m_s == pytest.approx([50.0, -np.inf])


def test_a_box_and_its_circle_agree_where_they_should():
    rng = np.random.default_rng(7)
    lon, lat = rng.uniform(109.9, 110.1, 40), rng.uniform(19.9, 20.1, 40)
    path = path_of(lon, lat, rng.uniform(9e4, 1e5, 40), rng.uniform(20, 60, 40))
    start = np.arange(0, 41, 4)
    wide = inside_area(path, start, Circle(110.0, 20.0, 200e3))
    box = inside_area(path, start, shapely.box(109.0, 19.0, 111.0, 21.0))
    assert wide.lowest_pressure_pa == pytest.approx(box.lowest_pressure_pa)
    assert wide.lowest_pressure_pa == pytest.approx(
        path.central_pressure_pa.reshape(10, 4).min(axis=1))


def test_grades_and_categories():
    # 51 m/s of two minutes is a super typhoon, also once turned into one minute (1 / (1.02 x
    # 0.93)); 64 kt of one minute is category 1
    two = np.array([10.7, 10.8, 17.2, 24.5, 32.7, 41.5, 50.9, 51.0])
    assert grade_of(two / (1.02 * 0.93)).tolist() == [0, 1, 2, 3, 4, 5, 5, 6]
    knots = np.array([63.0, 64.0, 83.0, 96.0, 113.0, 136.0, 137.0])
    assert category_of(knots * KNOT).tolist() == [0, 1, 2, 3, 4, 4, 5]
    assert np.isneginf(grade_of(np.array([-np.inf]))).all()
