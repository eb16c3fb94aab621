"""From a point to its county."""

import json

import numpy as np
import pytest
import shapely

from riskcloud.errors import InputError
from riskcloud.geo.geocode.reverse import read_polygons, reverse


def test_by_the_nearest_known_point():
    tianhe, sea, unknown = reverse(np.array([113.36, 140.0, np.nan]),
                                   np.array([23.15, 20.0, 23.0]))
    assert (tianhe.adcode, tianhe.province, tianhe.city, tianhe.county) == (
        "440106", "广东省", "广州市", "天河区")
    assert tianhe.how == "nearest" and 0.3 < tianhe.quality <= 0.9 and tianhe.distance_m < 10_000
    assert (sea.adcode, sea.quality, unknown.adcode) == ("", 0.0, "")


def test_by_polygons(tmp_path):
    square = {"type": "Polygon", "coordinates": [[[113, 23], [114, 23], [114, 24], [113, 24],
                                                  [113, 23]]]}
    path = tmp_path / "counties.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "geometry": square, "properties": {"adcode": 440306, "name": "宝安"}},
        {"type": "Feature", "geometry": square | {"coordinates": [
            [[x + 5, y] for x, y in square["coordinates"][0]]]},
         "properties": {"adcode": 350999, "name": "某县"}}]}), encoding="utf-8")
    polygons = read_polygons(path)
    inside, other, outside = reverse([113.5, 118.5, 116.40], [23.5, 23.5, 39.91], polygons)
    assert (inside.adcode, inside.county, inside.quality, inside.how) == (
        "440306", "宝安区", 1.0, "polygon")
    assert (other.adcode, other.county, other.province) == ("350999", "某县", "福建省")
    assert outside.how == "nearest" and outside.province == "北京市"


def test_bad_polygons(tmp_path):
    path = tmp_path / "x.geojson"
    with pytest.raises(InputError, match="no such file"):
        read_polygons(path)
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read as polygons"):
        read_polygons(path)
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2]},
         "properties": {"adcode": 1}}]}), encoding="utf-8")
    with pytest.raises(InputError, match="no polygon in it"):
        read_polygons(path)


def test_against_the_shared_polygons(shared):
    """Points inside real counties: polygons give the county, nearest points most of them."""
    polygons = read_polygons(shared / "boundaries" / "south_china_counties.geojson")
    take = [k for k, code in enumerate(polygons.adcode) if code.startswith("44")]
    points = shapely.point_on_surface(polygons.tree.geometries[take])
    lon, lat = shapely.get_x(points), shapely.get_y(points)
    exact = reverse(lon, lat, polygons)
    assert [c.adcode for c in exact] == [polygons.adcode[k] for k in take]
    near = reverse(lon, lat)
    hits = np.mean([a.adcode == b.adcode for a, b in zip(near, exact, strict=True)])
    sure = np.array([c.quality >= 0.8 for c in near])
    right = np.array([a.adcode == b.adcode for a, b in zip(near, exact, strict=True)])
    assert hits > 0.6
    assert right[sure].mean() > 0.8  # what a quality of 0.8 says
