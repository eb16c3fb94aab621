"""Any raster as rasterio samples it, any polygons as shapely has them, any point its nearest."""

import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Geod
from rasterio.io import MemoryFile
from rasterio.transform import Affine
from shapely.geometry import Polygon

from riskcloud.geo.overlay.nearest import nearest_features
from riskcloud.geo.overlay.polygons import find_polygons, index_polygons
from riskcloud.geo.overlay.raster_file import open_raster
from riskcloud.geo.overlay.sample import OK, OUTSIDE, sample_points
from riskcloud.geo.overlay.vector_file import VectorLayer

GEOD = Geod(ellps="WGS84")
seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=30)
@given(seed=seeds, turn=st.floats(-180, 180), shear=st.floats(-40, 40), south_up=st.booleans(),
       dtype=st.sampled_from(["uint8", "int16", "float32", "float64"]))
def test_nearest_is_rasterio_sample_bit_for_bit(tmp_path_factory, seed, turn, shear, south_up,
                                                dtype):
    rng = np.random.default_rng(seed)
    a = rng.integers(0, 200, (23, 31)).astype(dtype)
    transform = (Affine.translation(*rng.uniform(-60, 60, 2)) @ Affine.rotation(turn)
                 @ Affine.shear(shear, 0) @ Affine.scale(0.37, 0.21 if south_up else -0.21)
                 if hasattr(Affine, "__matmul__") else
                 Affine.translation(*rng.uniform(-60, 60, 2)) * Affine.rotation(turn)
                 * Affine.shear(shear, 0) * Affine.scale(0.37, 0.21 if south_up else -0.21))
    path = tmp_path_factory.mktemp("any") / "a.tif"
    with rasterio.open(path, "w", driver="GTiff", height=23, width=31, count=1, dtype=dtype,
                       crs="EPSG:4326", transform=transform) as file:
        file.write(a, 1)
    t = np.array(transform).reshape(3, 3)
    corners = np.array([(c, r, 1) for c in range(32) for r in range(0, 24, 3)]).T  # on the edges
    x, y, _ = np.hstack([t @ corners, t @ np.vstack([rng.uniform(-2, 33, (1, 300)),
                                                     rng.uniform(-2, 25, (1, 300)),
                                                     np.ones((1, 300))])])
    found = sample_points(open_raster(path), x, y)
    with rasterio.open(path) as file:
        expected = np.array(list(file.sample(zip(x, y, strict=True))))[:, 0].astype(float)
        rows, columns = rasterio.transform.rowcol(file.transform, x, y)
    inside = (np.asarray(rows) >= 0) & (np.asarray(rows) < 23) & (np.asarray(columns) >= 0) & (
        np.asarray(columns) < 31)
    assert np.array_equal(found.status[:, 0] == OK, inside)
    assert np.array_equal(found.value[inside, 0], expected[inside])
    assert (found.status[~inside] == OUTSIDE).all() and np.isnan(found.value[~inside]).all()


@settings(max_examples=30)
@given(seed=seeds, n_cells=st.sampled_from([1, 50, 5000, 1 << 18]), whole=st.booleans())
def test_polygons_are_shapely_intersects(seed, n_cells, whole):
    rng = np.random.default_rng(seed)
    polygons = []
    for _ in range(12):
        angle = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 30)))
        radius = rng.uniform(0.1, 2, len(angle))
        xy = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
        xy += rng.uniform(0, 5, 2)
        if whole:  # on a lattice: many vertices, edges and points meet
            xy = np.round(xy * 2) / 2
        shape = shapely.make_valid(Polygon(xy))
        flat = [part for part in shapely.get_parts(shapely.get_parts(shape))
                if shapely.get_dimensions(part) == 2]
        polygons += [shapely.multipolygons(flat)] if flat else []
    if not polygons:
        return
    geometry = np.array(polygons, dtype=object)
    ends = shapely.get_coordinates(geometry)
    points = np.vstack([rng.uniform(-2, 7, (400, 2)), ends, np.round(rng.uniform(-2, 7, (200, 2)))])
    first, n_inside = find_polygons(index_polygons(geometry, n_cells), *points.T)
    shapes = shapely.points(points)
    touches = shapely.intersects(geometry[:, None], shapes[None, :])
    assert np.array_equal(first, np.where(touches.any(axis=0), touches.argmax(axis=0), -1))
    assert np.array_equal(n_inside, shapely.contains(geometry[:, None], shapes[None]).sum(axis=0))


@settings(max_examples=25)
@given(seed=seeds, n=st.integers(1, 60), spread=st.floats(0.001, 60))
def test_the_nearest_point_is_the_nearest_of_all(seed, n, spread):
    rng = np.random.default_rng(seed)
    lon = (180.0 + rng.normal(0, spread, n) + 180.0) % 360.0 - 180.0  # about the dateline
    lat = np.clip(rng.normal(20, spread / 2, n), -90, 90)
    layer = VectorLayer("made up", CRS.from_epsg(4326), shapely.points(lon, lat), {},
                        np.arange(n) + 1, 0)
    x, y = rng.uniform(-180, 180, 30), rng.uniform(-90, 90, 30)
    near = nearest_features(layer, x, y)
    every = GEOD.inv(np.repeat(x, n), np.repeat(y, n), np.tile(lon, 30), np.tile(lat, 30))[2]
    assert near.distance_m == pytest.approx(every.reshape(30, n).min(axis=1), rel=1e-12, abs=1e-6)


@settings(max_examples=15)
@given(seed=seeds)
def test_bilinear_lies_between_its_neighbours_and_keeps_planes(seed):
    rng = np.random.default_rng(seed)
    slope = rng.normal(0, 3, 2)
    rows, columns = np.mgrid[0:9, 0:11]
    with MemoryFile() as memory:
        with memory.open(driver="GTiff", height=9, width=11, count=1, dtype="float64",
                         crs="EPSG:4326", transform=Affine(0.5, 0, 100, 0, -0.5, 30)) as file:
            file.write(slope[0] * (columns + 0.5) + slope[1] * (rows + 0.5), 1)
        from riskcloud.geo.overlay.raster import grid_layer

        with memory.open() as file:
            layer = grid_layer(file.read(1), 100.25 + 0.5 * np.arange(11),
                               29.75 - 0.5 * np.arange(9))
    u, v = rng.uniform(0.5, 10.5, 50), rng.uniform(0.5, 8.5, 50)
    found = sample_points(layer, 100 + 0.5 * u, 30 - 0.5 * v, method="bilinear")
    assert found.value[:, 0] == pytest.approx(slope[0] * u + slope[1] * v, abs=1e-9)
