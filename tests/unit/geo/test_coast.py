import numpy as np
import pytest
import shapely

from riskcloud.errors import InputError
from riskcloud.geo.coast import coastline, land_rings
from riskcloud.geo.raster import is_land


def test_lines_touch_their_window() -> None:
    lines = coastline(113.0, 21.5, 115.0, 23.0)
    assert lines
    for line in lines:
        assert line.shape[1] == 2 and 2 <= len(line) <= 129
        assert line[:, 0].min() <= 115.0 and line[:, 0].max() >= 113.0
        assert line[:, 1].min() <= 23.0 and line[:, 1].max() >= 21.5


def test_coast_of_hainan_lies_where_land_begins() -> None:
    points = np.vstack(coastline(108.5, 18.0, 111.2, 20.2))
    inside = points[(points[:, 0] > 108.5) & (points[:, 0] < 111.2)
                    & (points[:, 1] > 18.0) & (points[:, 1] < 20.2)]
    off = 0.05 * np.array([[0, 1], [0, -1], [1, 0], [-1, 0]])
    around = np.array([is_land(inside[:, 0] + x, inside[:, 1] + y) for x, y in off])
    mixed = around.any(axis=0) & ~around.all(axis=0)
    assert mixed.mean() > 0.85  # the rest: narrow bays and points on capes


def test_no_line_jumps_around_the_earth() -> None:
    for line in coastline(-180.0, -84.0, 180.0, 84.0):
        assert np.abs(np.diff(line, axis=0)).max() < 5.0


def test_window_over_the_180th_meridian() -> None:
    east, west = coastline(170.0, -25.0, 190.0, -10.0), coastline(-190.0, -25.0, -170.0, -10.0)
    assert len(east) == len(west) > 10
    assert np.allclose(np.vstack(east) - [360.0, 0.0], np.vstack(west))
    crossing = np.vstack(east)[:, 0]
    assert crossing.min() < 180.0 < crossing.max()


def test_land_rings_are_closed_and_agree_with_the_mask() -> None:
    window = (105.0, 15.0, 125.0, 30.0)
    rings = land_rings(*window)
    for ring in rings:
        assert np.array_equal(ring[0], ring[-1])
        assert ring[:, 0].min() >= window[0] and ring[:, 1].max() <= window[3]
    area = sum(shapely.Polygon(ring).area for ring in rings) / (20.0 * 15.0)
    lon, lat = np.linspace(105.01, 124.99, 500), np.linspace(15.01, 29.99, 500)
    assert area == pytest.approx(is_land(lon[None, :], lat[:, None]).mean(), abs=0.003)


def test_antarctica_reaches_the_pole() -> None:
    rings = [shapely.Polygon(ring) for ring in land_rings(-180.0, -90.0, 180.0, -60.0)]
    assert any(ring.contains(shapely.Point(0.0, -89.0)) for ring in rings)


@pytest.mark.parametrize("window", [(115.0, 20.0, 113.0, 23.0), (113.0, 23.0, 115.0, 23.0),
                                    (113.0, float("nan"), 115.0, 23.0)])
def test_empty_window(window: tuple[float, float, float, float]) -> None:
    with pytest.raises(InputError, match="west < east and south < north"):
        coastline(*window)
