"""Real layers: GEBCO, Aqueduct's return periods of Djibouti, 812 counties, GEM's faults."""

import numpy as np
import pytest
import rasterio
import shapely
from pyproj import Geod
from scipy.interpolate import RegularGridInterpolator

from riskcloud.geo.overlay.nearest import nearest_features
from riskcloud.geo.overlay.polygons import points_in_polygons
from riskcloud.geo.overlay.raster_file import open_raster
from riskcloud.geo.overlay.sample import OK, sample_points
from riskcloud.geo.overlay.stack import Stacked, at_period
from riskcloud.geo.overlay.vector_file import read_vector
from riskcloud.geo.overlay.within_polygons import inside_polygons

GEOD = Geod(ellps="WGS84")
PERIODS = (2, 5, 10, 25, 50, 100, 250, 500, 1000)


def places(path, n, seed=1):
    with rasterio.open(path) as file:
        west, south, east, north = file.bounds
    rng = np.random.default_rng(seed)
    return rng.uniform(west, east, n), rng.uniform(south, north, n)


def test_gebco_as_rasterio_samples_it(shared):
    path = shared / "terrain" / "gebco2025_elevation_0p1deg_china_south.tif"
    lon, lat = places(path, 1500)
    found = sample_points(open_raster(path), lon, lat)
    with rasterio.open(path) as file:
        expected = np.array(list(file.sample(zip(lon, lat, strict=True))))[:, 0]
    assert (found.status == OK).all() and np.array_equal(found.value[:, 0], expected)
    assert found.notes == ()
    # as SciPy interpolates between the middles of cells
    with rasterio.open(path) as file:
        a, t = file.read(1).astype(float), file.transform
    u, v = (lon - t.c) / t.a, (lat - t.f) / t.e
    within = (u > 0.5) & (v > 0.5) & (u < a.shape[1] - 0.5) & (v < a.shape[0] - 0.5)
    twin = RegularGridInterpolator((np.arange(a.shape[0]) + 0.5, np.arange(a.shape[1]) + 0.5), a)
    smooth = sample_points(open_raster(path), lon[within], lat[within], method="bilinear")
    assert smooth.value[:, 0] == pytest.approx(twin((v[within], u[within])), abs=1e-6)


def test_aqueduct_is_a_stack_that_rises_with_the_return_period(shared):
    folder = shared / "rainfall_flood" / "aqueduct_djibouti"
    paths = [next(folder.glob(f"*rp{period:05d}.tif")) for period in PERIODS]
    lon, lat = places(paths[0], 800, seed=2)
    sampled = [sample_points(open_raster(path), lon, lat) for path in paths]
    stacked = Stacked(np.array(PERIODS, float), np.column_stack([s.value for s in sampled]),
                      np.column_stack([s.status for s in sampled]), "m")
    for k, path in enumerate(paths):
        with rasterio.open(path) as file:
            expected = np.array(list(file.sample(zip(lon, lat, strict=True))))[:, 0].astype(float)
            nodata = expected == file.nodata
        assert np.array_equal(np.isnan(stacked.value[:, k]), nodata)
        assert np.array_equal(stacked.value[~nodata, k], expected[~nodata])
    wet = np.nanmax(stacked.value, axis=1) > 0.0
    assert wet.sum() > 8
    value, status = at_period(stacked, 70.0)
    low, high = stacked.value[:, 4], stacked.value[:, 5]
    share = np.log(70 / 50) / np.log(2)
    good = status == OK
    assert value[good] == pytest.approx(((1 - share) * low + share * high)[good], abs=1e-6)
    assert np.all(value[good] >= np.minimum(low, high)[good])


def test_counties_as_shapely_has_them(shared):
    layer = read_vector(shared / "boundaries" / "south_china_counties.geojson", "name,adcode")
    rng = np.random.default_rng(3)
    ends = shapely.get_coordinates(layer.geometry)
    some = ends[rng.choice(len(ends), 3000, replace=False)]
    lon, lat = np.vstack([np.column_stack([rng.uniform(97, 124, 12000),
                                           rng.uniform(17, 31, 12000)]), some]).T
    first, _ = points_in_polygons(layer, lon, lat)
    point, polygon = shapely.STRtree(layer.geometry).query(shapely.points(lon, lat),
                                                           predicate="intersects")
    expected = np.full(len(lon), len(ends))
    np.minimum.at(expected, point, polygon)
    assert np.array_equal(first, np.where(expected == len(ends), -1, expected))
    at = points_in_polygons(layer, np.array([113.2644, 114.1655]), np.array([23.1291, 22.2793]))[0]
    assert layer.attributes["adcode"][at[0]] == "440104"  # Yuexiu, Guangzhou
    assert str(layer.attributes["adcode"][at[1]]).startswith("8100")  # Hong Kong


def test_the_nearest_fault_is_no_farther_than_any_vertex(shared):
    layer = read_vector(
        shared / "earthquakes" / "gem_active_fault_traces_china_neighbours.geojson")
    rng = np.random.default_rng(4)
    lon, lat = rng.uniform(85, 120, 12), rng.uniform(10, 45, 12)
    near = nearest_features(layer, lon, lat)
    ends = shapely.get_coordinates(shapely.segmentize(layer.geometry, 0.01))
    for k in range(len(lon)):
        # vertices a kilometre apart: the line between them is at most half of that nearer
        every = GEOD.inv(np.full(len(ends), lon[k]), np.full(len(ends), lat[k]), *ends.T)[2]
        assert every.min() - 600.0 <= near.distance_m[k] <= every.min() * 1.001 + 0.2


def test_power_lines_of_guangxi_lie_in_its_counties(shared):
    lines = read_vector(shared / "assets" / "guangxi_osm_power_lines.geojson")
    counties = read_vector(shared / "boundaries" / "south_china_counties.geojson", "adcode")
    some = lines.geometry[::20]
    inside = inside_polygons(counties, some)
    near = counties.geometry[shapely.intersects(counties.geometry, shapely.box(*some[0].bounds))]
    whole = shapely.intersection(some[0], shapely.union_all(near))
    assert inside.inside[0] == pytest.approx(GEOD.geometry_length(whole), rel=1e-4)
    assert inside.total.sum() == pytest.approx(
        sum(GEOD.geometry_length(line) for line in some), rel=1e-6)
    assert inside.share.mean() > 0.99
