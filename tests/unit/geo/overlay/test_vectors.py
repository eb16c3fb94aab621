"""Polygons, nearest features and lengths inside: broken, empty and over the dateline."""

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from riskcloud.errors import InputError
from riskcloud.geo.overlay.dateline import in_one_window
from riskcloud.geo.overlay.nearest import nearest_features
from riskcloud.geo.overlay.polygons import points_in_polygons
from riskcloud.geo.overlay.vector_file import read_vector
from riskcloud.geo.overlay.within_polygons import inside_polygons

GEOD = Geod(ellps="WGS84")
BOWTIE = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])


@pytest.fixture
def layer(tmp_path):
    """Write and read a layer; the format follows the name."""
    def make(geometry, *, name="a.gpkg", crs="EPSG:4326", columns="", stated=None, **attributes):
        path = tmp_path / name
        frame = gpd.GeoDataFrame(attributes or {"name": [f"n{k}" for k in range(len(geometry))]},
                                 geometry=list(geometry), crs=crs)
        if name.endswith("parquet"):
            frame.to_parquet(path)
        else:
            frame.to_file(path)
        return read_vector(path, columns, crs=stated)
    return make


def found(layer, lon, lat):
    return points_in_polygons(layer, np.asarray(lon, float), np.asarray(lat, float))[0].tolist()


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp", "a.parquet", "a.fgb"])
def test_formats(layer, name):
    a = layer([box(0, 0, 1, 1), box(1, 0, 2, 1)], name=name, 名称=["甲", "乙"])
    names = a.attributes["名称"].tolist()  # FlatGeobuf puts them in an order of its own
    assert sorted(names) == ["乙", "甲"] and a.notes == ()
    inside = found(a, [0.5, 1.5, 1.0, 3.0], [0.5, 0.5, 0.5, 0.5])
    assert [names[k] for k in inside[:2]] == ["甲", "乙"] and inside[2:] == [0, -1]


def test_csv_with_wkt_needs_its_system_stated(tmp_path):
    path = tmp_path / "zones.csv"
    path.write_text('name,wkt\n"甲","POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))"\n', encoding="utf-8-sig")
    with pytest.raises(InputError, match="no coordinate reference system"):
        read_vector(path)
    a = read_vector(path, "name", crs="EPSG:4326")
    assert found(a, [0.5], [0.5]) == [0] and a.attributes["name"].tolist() == ["甲"]
    path.write_text("name,wkt\na,POLYGON ((0 0\nb,POINT (1 1)\n")
    with pytest.raises(InputError, match="1 problem") as caught:
        read_vector(path, crs="EPSG:4326")
    assert caught.value.problems[0].row == 2


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_csv_of_places(tmp_path, encoding):
    path = tmp_path / "depots.csv"
    path.write_text("名称,经度,纬度\n仓库甲,110,20\n仓库乙,111,20\n", encoding=encoding)
    a = read_vector(path, "名称")
    near = nearest_features(a, np.array([110.9]), np.array([20.0]))
    assert a.attributes["名称"][near.feature[0]] == "仓库乙"
    path.write_text("name,lon,lat\na,abc,20\n")
    with pytest.raises(InputError, match="1 problem"):
        read_vector(path)
    path.write_text("name,value\na,1\n")
    with pytest.raises(InputError, match="no raster or vector file that is known"):
        read_vector(path)


def test_self_crossing_and_empty_polygons(layer):
    a = layer([box(5, 5, 6, 6), None, BOWTIE, Polygon()], name="a.parquet")
    assert a.notes == ("2 empty feature(s) left out (feature 2, 4)",
                       "1 polygon(s) crossing themselves repaired (feature 3)")
    assert a.row.tolist() == [1, 3]
    assert found(a, [0.2, 1.8, 1.0, 5.5], [1.0, 1.0, 0.2, 5.5]) == [1, 1, -1, 0]


def test_polygons_without_an_area_and_files_without_features(layer, tmp_path):
    thin = Polygon([(1, 1), (2, 2), (1, 1), (1, 1)])
    a = layer([thin, box(0, 0, 1, 1)])
    assert a.notes[-1] == "1 polygon(s) without an area left out (feature 1)"
    assert a.attributes["name"].tolist() == ["n1"] and found(a, [0.5], [0.5]) == [0]
    with pytest.raises(InputError, match="no feature with a geometry"):
        layer([thin], name="b.gpkg")
    (tmp_path / "none.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    with pytest.raises(InputError, match="no feature with a geometry"):
        read_vector(tmp_path / "none.geojson")


def test_holes_and_parts(layer):
    ring = Polygon(box(0, 0, 4, 4).exterior, [box(1, 1, 3, 3).exterior])
    a = layer([MultiPolygon([ring, box(10, 0, 11, 1)])])
    assert found(a, [0.5, 2.0, 1.0, 10.5, 5.0], [0.5, 2.0, 2.0, 0.5, 0.5]) == [0, -1, 0, 0, -1]


def test_overlaps_are_counted_shared_borders_are_none(layer):
    a = layer([box(0, 0, 2, 2), box(1, 0, 3, 2), box(3, 0, 4, 2)])
    first, n = points_in_polygons(a, np.array([1.5, 3.0, 0.5]), np.array([1.0, 1.0, 1.0]))
    assert first.tolist() == [0, 1, 0] and n.tolist() == [2, 0, 1]


@pytest.mark.parametrize("shape", [
    Polygon([(170, -10), (-170, -10), (-170, 10), (170, 10)]),
    Polygon([(170, -10), (190, -10), (190, 10), (170, 10)]),
    Polygon([(-190, -10), (-170, -10), (-170, 10), (-190, 10)])])
def test_polygons_over_the_dateline(layer, shape):
    a = layer([shape], name="a.parquet")
    assert found(a, [175.0, -175.0, 185.0, 180.0, -180.0, 0.0, 165.0, -165.0],
                 [0.0] * 8) == [0, 0, 0, 0, 0, -1, -1, -1]
    west, _, east, _ = shapely.total_bounds(a.geometry)
    assert (west, east) == (-180.0, 180.0)


def test_holes_over_the_dateline_stay_holes():
    shape = Polygon([(170, -10), (-170, -10), (-170, 10), (170, 10)],
                    [[(-178, -2), (178, -2), (178, 2), (-178, 2)]])
    (done,), notes = in_one_window(np.array([shape], dtype=object))
    assert done.area == pytest.approx(20 * 20 - 4 * 4) and done.is_valid
    assert notes == ["1 feature(s) with edges longer than 180 degrees taken over the 180th "
                     "meridian"]


def test_what_goes_around_the_earth_stays():
    antarctica = Polygon([(-180, -70), (0, -65), (180, -70), (180, -90), (-180, -90)])
    band = box(-180, -60, 180, 60)
    both = np.array([antarctica, band], dtype=object)
    done, notes = in_one_window(both)
    assert list(done) == list(both) and notes == []


def test_projected_polygons_are_asked_in_their_own_system(layer):
    square = box(300000, 2400000, 400000, 2500000)  # UTM 49 N
    a = layer([square], crs="EPSG:32649")
    edge = gpd.GeoSeries([Point(350000, 2499999.9), Point(350000, 2500000.1)],
                         crs="EPSG:32649").to_crs(4326)
    assert found(a, edge.x, edge.y) == [0, -1]


def test_swapped_coordinates_and_wrong_kinds(layer, tmp_path):
    with pytest.raises(InputError, match="latitude and longitude are swapped"):
        layer([box(20, 110, 21, 111)])
    with pytest.raises(InputError, match="no degrees"):
        layer([box(300000, 2400000, 400000, 2500000)])
    with pytest.raises(InputError, match="points and polygons"):
        layer([Point(0, 0), box(0, 0, 1, 1)], name="a.parquet")
    with pytest.raises(InputError, match="1 column.s. not there"):
        layer([box(0, 0, 1, 1)], columns="name,code")
    with pytest.raises(InputError, match="no polygons; ask for the nearest"):
        found(layer([Point(0, 0)]), [0.0], [0.0])
    (tmp_path / "b.geojson").write_text("{}")
    with pytest.raises(InputError, match="cannot be read as GeoJSON"):
        read_vector(tmp_path / "b.geojson")


def test_layers_of_a_geopackage(tmp_path):
    path = tmp_path / "two.gpkg"
    for name, x in (("one", 0), ("two", 5)):
        gpd.GeoDataFrame({"id": [x]}, geometry=[box(x, 0, x + 1, 1)], crs=4326).to_file(
            path, layer=name)
    with pytest.raises(InputError, match="it holds 2 layers"):
        read_vector(path)
    assert found(read_vector(path, "two/id"), [5.5, 0.5], [0.5, 0.5]) == [0, -1]


def test_the_nearest_point_and_its_distance(layer):
    a = layer([Point(110, 20), Point(110.1, 20), Point(-179.9, 0)])
    lon, lat = np.array([110.04, 110.06, 179.95]), np.array([20.0, 20.0, 0.0])
    near = nearest_features(a, lon, lat)
    assert near.feature.tolist() == [0, 1, 2]
    exact = GEOD.inv(lon, lat, [110, 110.1, -179.9], [20, 20, 0])[2]
    assert near.distance_m == pytest.approx(exact, rel=1e-12)


def dense(line: LineString, lon: float, lat: float) -> float:
    """Distance to a line by brute force: a point every 2 m or so near the nearest, refined."""
    xy = shapely.get_coordinates(shapely.segmentize(line, 0.01))
    for _ in range(4):
        d = GEOD.inv(np.full(len(xy), lon), np.full(len(xy), lat), *xy.T)[2]
        k = int(d.argmin())
        lo, hi = xy[max(k - 1, 0)], xy[min(k + 1, len(xy) - 1)]
        t = np.linspace(0, 1, 200)[:, None]
        xy = np.vstack([lo + t * (xy[k] - lo), xy[k] + t * (hi - xy[k])])
    return float(d.min())


@pytest.mark.parametrize("lat", [0.0, 25.0, 60.0])
def test_the_nearest_line_within_a_thousandth(layer, lat):
    rng = np.random.default_rng(int(lat))
    lines = [LineString(np.cumsum(rng.normal(0, 0.6, (6, 2)), axis=0) + [110 + 3 * k, lat])
             for k in range(4)]
    a = layer(lines)
    lon = np.concatenate([rng.uniform(105, 125, 8), [160.0]])
    y = np.concatenate([rng.uniform(lat - 4, lat + 4, 8), [lat + 20]])
    near = nearest_features(a, lon, y)
    for k in range(len(lon)):
        each = [dense(line, lon[k], y[k]) for line in lines]
        assert near.distance_m[k] == pytest.approx(min(each), rel=1e-3, abs=0.2)
        assert near.feature[k] == int(np.argmin(each))


def test_inside_a_polygon_the_distance_is_zero(layer):
    a = layer([box(0, 0, 1, 1), box(2, 0, 3, 1)])
    near = nearest_features(a, np.array([0.5, 1.9]), np.array([0.5, 0.5]))
    assert near.feature.tolist() == [0, 1] and near.distance_m[0] == 0.0
    assert near.distance_m[1] == pytest.approx(GEOD.inv(1.9, 0.5, 2.0, 0.5)[2], rel=1e-4)


def test_length_of_a_line_inside(layer):
    a = layer([box(0, 0, 1, 1), box(1, 0, 1.2, 1), box(0.9, 0, 1.1, 1)])
    lines = np.array([LineString([(-1, 0.5), (0.25, 0.5)]), LineString([(0.5, 0.5), (1.5, 0.5)]),
                      LineString([(5, 5), (6, 6)])], dtype=object)
    inside = inside_polygons(a, lines)
    lengths = [GEOD.line_length([0, 0.25], [0.5, 0.5]), GEOD.line_length([0.5, 1.2], [0.5, 0.5])]
    assert inside.inside == pytest.approx([*lengths, 0.0], rel=1e-6)
    assert inside.polygon.tolist() == [0, 0, -1] and inside.n_polygons.tolist() == [1, 3, 0]
    assert inside.share == pytest.approx([0.2, 0.7, 0.0], rel=1e-6)


def test_area_of_a_polygon_inside(layer):
    a = layer([box(0, 0, 1, 1)])
    inside = inside_polygons(a, np.array([box(0.5, 0, 1.5, 1)], dtype=object))
    assert inside.share == pytest.approx([0.5], rel=1e-9)


def test_a_geojson_as_the_web_writes_it(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"a": 1}, "geometry": None},
        {"type": "Feature", "properties": {"a": 2}, "geometry": {
            "type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}}]}))
    a = read_vector(path)
    assert found(a, [1.0], [1.0]) == [0] and a.row.tolist() == [2]


def test_an_outline_over_the_dateline_is_not_taken_to_cross_itself(layer):
    # an L whose short side lies beyond
    shape = Polygon([(178, 0), (-178, 0), (-178, 1), (179, 1), (179, 2), (178, 2)])
    a = layer([shape])
    assert found(a, [179.5, -179.0, 178.5, 0.0, 179.5], [0.5, 0.5, 1.5, 0.5, 1.5]) == [
        0, 0, 0, -1, -1]
    assert not any("repaired" in note for note in a.notes)


def test_outlines_that_only_touch_have_nothing_inside(layer):
    a = layer([box(1, 0, 2, 1), box(1, 1, 2, 2)])
    corner, side, part = box(0, -1, 1, 0), box(0, 0, 1, 1), box(0, 0, 1.5, 1)
    done = inside_polygons(a, np.array([corner, side, part, LineString([(0, 0), (1, 0)])]))
    assert done.polygon.tolist() == [-1, -1, 0, -1]
    assert done.share == pytest.approx([0.0, 0.0, 1.0 / 3.0, 0.0], abs=1e-9)
