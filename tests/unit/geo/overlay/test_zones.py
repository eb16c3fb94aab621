"""Values along lines and over polygons against sums made with shapely."""

import numpy as np
import pytest
import shapely
from pyproj import Geod
from rasterio.transform import Affine, from_origin
from shapely.geometry import LineString, MultiLineString, Polygon, box

from riskcloud.errors import InputError
from riskcloud.geo.overlay.raster_file import open_raster
from riskcloud.geo.overlay.sample import NODATA, OK, OUTSIDE
from riskcloud.geo.overlay.zones import along_lines, over_polygons

GEOD = Geod(ellps="WGS84")


def lines(*shapes):
    return np.array(shapes, dtype=object)


def cells():
    """Cell squares of the fixture's grid with their values."""
    return [(box(110 + c, 22 - r, 111 + c, 23 - r), 10.0 * r + c)
            for r in range(3) for c in range(4)]


def test_along_lines_by_length(raster):
    layer = open_raster(raster())
    shapes = lines(LineString([(110.2, 22.9), (113.7, 20.3)]),
                   MultiLineString([[(110.1, 22.5), (110.9, 22.5)], [(112, 21.5), (113, 21.5)]]),
                   LineString([(110.5, 22.5), (108.5, 22.5)]), LineString([(0, 0), (1, 1)]))
    zonal = along_lines(layer, shapes)
    for k, shape in enumerate(shapes[:3]):
        parts = [(GEOD.geometry_length(shapely.intersection(shape, cell)), value)
                 for cell, value in cells()]
        length = sum(part for part, _ in parts)
        mean = sum(part * value for part, value in parts) / length
        assert zonal.mean[k, 0] == pytest.approx(mean, rel=2e-4)
        touched = [value for part, value in parts if part > 0]
        assert (zonal.min[k, 0], zonal.max[k, 0]) == (min(touched), max(touched))
        assert zonal.share[k, 0] == pytest.approx(length / GEOD.geometry_length(shape), rel=2e-4)
    assert zonal.status[:, 0].tolist() == [OK, OK, OK, OUTSIDE]
    assert np.isnan(zonal.mean[3, 0]) and zonal.share[3, 0] == 0.0


def test_nodata_along_a_line_lowers_its_share(raster):
    layer = open_raster(raster(values=[[5, -1], [5, -1]], nodata=-1))
    zonal = along_lines(layer, lines(LineString([(110.5, 22.5), (111.5, 22.5)]),
                                     LineString([(111.2, 22.5), (111.5, 22.5)])))
    assert zonal.mean[0, 0] == pytest.approx(5.0)
    assert zonal.share[0, 0] == pytest.approx(0.5, rel=1e-6)
    assert zonal.status[:, 0].tolist() == [OK, NODATA]


def test_over_polygons_by_area(raster):
    layer = open_raster(raster())
    hole = Polygon(box(110.3, 20.4, 113.6, 22.7).exterior, [box(111.2, 21.1, 112.4, 21.9).exterior])
    shapes = lines(hole, box(110.6, 22.6, 110.61, 22.61), box(109, 22, 111, 23), box(0, 0, 1, 1),
                   Polygon([(110.2, 20.2), (113.1, 20.9), (112.2, 22.8)]))
    zonal = over_polygons(layer, shapes)

    def area(shape):
        return sum(abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(part))[0])
                   for part in shapely.get_parts(shapely.segmentize(shape, 0.02))
                   if shapely.get_dimensions(part) == 2)

    for k in (0, 1, 2, 4):
        parts = [(area(shapely.intersection(shapes[k], cell)), value) for cell, value in cells()]
        total = sum(part for part, _ in parts)
        mean = sum(part * value for part, value in parts) / total
        assert zonal.mean[k, 0] == pytest.approx(mean, rel=1e-3, abs=1e-3)
        touched = [value for part, value in parts if part > 0]
        assert (zonal.min[k, 0], zonal.max[k, 0]) == (min(touched), max(touched))
        assert zonal.share[k, 0] == pytest.approx(total / area(shapes[k]), rel=1e-3)
    assert zonal.status[:, 0].tolist() == [OK, OK, OK, OUTSIDE, OK]


def test_strips_and_rotation_change_nothing(raster, monkeypatch):
    rng = np.random.default_rng(5)
    values = rng.uniform(0, 10, (60, 70))
    plain = open_raster(raster(values=values, transform=from_origin(110, 23, 0.01, 0.01)))
    shape = lines(Polygon([(110.1, 22.5), (110.5, 22.45), (110.6, 22.9), (110.3, 22.7)]))
    whole = over_polygons(plain, shape)
    monkeypatch.setattr("riskcloud.geo.overlay.zones.CHUNK_CELLS", 100)
    strips = over_polygons(plain, shape)
    assert strips.mean == pytest.approx(whole.mean, rel=1e-12)
    turned = open_raster(raster("t.tif", values=values.T, transform=Affine(0, 0.01, 110, -0.01, 0,
                                                                            23)))
    assert over_polygons(turned, shape).mean == pytest.approx(whole.mean, rel=1e-4)
    assert along_lines(turned, shapely.boundary(shape)).mean == pytest.approx(
        along_lines(plain, shapely.boundary(shape)).mean, rel=1e-9)


def test_over_the_dateline_and_the_seam(raster):
    over = open_raster(raster(values=[[1, 2, 3, 4]], transform=from_origin(178, 1, 1, 1)))
    line = LineString([(179.5, 0.5), (180.5, 0.5)])
    jump = LineString([(179.5, 0.5), (-179.5, 0.5)])
    assert along_lines(over, lines(line, jump)).mean[:, 0] == pytest.approx([2.5, 2.5], rel=1e-6)
    around = open_raster(raster("g.tif", values=np.arange(360)[np.newaxis], dtype="int16",
                                transform=from_origin(0, 1, 1, 1)))
    zonal = along_lines(around, lines(LineString([(-0.5, 0.5), (0.5, 0.5)])))
    assert zonal.mean[0, 0] == pytest.approx(359 / 2, rel=1e-6) and zonal.share[0, 0] == 1.0
    flat = over_polygons(around, lines(box(-1, 0, 1, 1)))
    assert (flat.mean[0, 0], flat.share[0, 0]) == (pytest.approx(179.5), pytest.approx(1.0))


def test_wrong_kinds(raster):
    layer = open_raster(raster())
    with pytest.raises(InputError, match="expected lines"):
        along_lines(layer, lines(box(0, 0, 1, 1)))
    with pytest.raises(InputError, match="expected polygons"):
        over_polygons(layer, lines(LineString([(0, 0), (1, 1)])))


def test_polygons_together_are_as_each_alone(raster, monkeypatch):
    from riskcloud.geo.overlay import zones

    layer = open_raster(raster(values=np.arange(100.0).reshape(10, 10), nodata=55.0))
    west, south, east, north = 110.0, 13.0, 120.0, 23.0
    rng = np.random.default_rng(3)
    corner = rng.uniform([west - 1, south - 1], [east, north], (40, 2))
    shapes = np.array([box(x, y, x + 2.3, y + 1.7) for x, y in corner])
    alone = [over_polygons(layer, shapes[k:k + 1]) for k in range(len(shapes))]
    for cells, vertices in ((7, 20_000), (1 << 20, 17)):
        monkeypatch.setattr(zones, "CHUNK_CELLS", cells)
        monkeypatch.setattr(zones, "GROUP_VERTICES", vertices)
        together = over_polygons(layer, shapes)
        for name in ("mean", "max", "min", "share", "status"):
            np.testing.assert_allclose(getattr(together, name), np.concatenate(
                [getattr(one, name) for one in alone]), rtol=1e-12)
    assert over_polygons(layer, shapes[:0]).mean.shape == (0, 1)
