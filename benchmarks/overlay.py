"""Layers on assets: 200 k points on a raster, 1 M points in 3,000 polygons, 1 M on a huge raster.

    python benchmarks/overlay.py [--huge]

Peers: rasterio's ``sample`` (4.82 s for 200 k points, hazards.md M15; measured here on a twentieth
of the points) and geopandas' ``sjoin`` (on a twentieth too). Every time is the best of several with
the file opened anew, its blocks in the system's cache.

Physical limits: a raster of 4 MB read from memory and 200 k cells gathered at one cache miss each
(some 80 ns); for polygons, a cell a point and 20 edges for the quarter of the points near a border.
``--huge`` writes a GeoTIFF of 2 billion cells (50,000 x 40,000, 512 x 512 blocks, deflate, mostly
dry) into a temporary folder first, which takes some minutes.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import rasterio
import shapely
from common import SHARED, best_of, machine, peak_mb
from rasterio.transform import from_origin
from rasterio.windows import Window

from riskcloud.geo.overlay.polygons import index_polygons, points_in_polygons
from riskcloud.geo.overlay.raster_file import open_raster
from riskcloud.geo.overlay.sample import sample_points
from riskcloud.geo.overlay.vector_file import VectorLayer, read_vector

PEER_SAMPLE_S = 4.82
MISS_S = 80e-9


def rasters(folder: Path) -> None:
    """200 k points on a 1000 x 1000 GeoTIFF, as it is stored most often and packed."""
    rng = np.random.default_rng(1)
    n, a = 200_000, rng.random((1000, 1000), np.float32)
    lon, lat = rng.uniform(110, 115, n), rng.uniform(21, 26, n)
    print(f"{'200 k points on 1000 x 1000':34} {'method':9} {'s':>8} {'budget':>7} {'peer s':>7} "
          f"{'ratio':>6} {'limit s':>8}")
    for name, profile in (("strips", {}), ("tiles, deflate", {
            "tiled": True, "blockxsize": 256, "blockysize": 256, "compress": "deflate"}),
            ("strips, UTM 49 N", {"crs": "EPSG:32649"})):
        path = folder / ("a.tif" if profile else "plain.tif")
        place = from_origin(110, 26, 0.005, 0.005)
        if "crs" in profile:
            place = from_origin(395_000, 2_880_000, 520, 560)
        with rasterio.open(path, "w", driver="GTiff", width=1000, height=1000, count=1,
                           dtype="float32", transform=place,
                           **{"crs": "EPSG:4326", **profile}) as file:
            file.write(a, 1)
        for method in ("nearest", "bilinear"):
            seconds = best_of(lambda path=path, method=method: sample_points(
                open_raster(path), lon, lat, method=method), 15)
            print(f"{name:34} {method:9} {seconds:8.4f} {0.05:7.2f} {PEER_SAMPLE_S:7.2f} "
                  f"{PEER_SAMPLE_S / seconds:5.0f}x {n * MISS_S + 0.002:8.4f}")
    part = list(zip(lon[:n // 20], lat[:n // 20], strict=True))
    with rasterio.open(folder / "plain.tif") as file:
        seconds = best_of(lambda: list(file.sample(part)), 2)
    print(f"rasterio sample here, on strips, 10 k points x 20: {20 * seconds:.2f} s")


def polygons() -> None:
    """1 M points in 812 real counties, four times over (3,248)."""
    import geopandas as gpd

    begin = time.perf_counter()
    layer = read_vector(SHARED / "boundaries" / "south_china_counties.geojson", "adcode")
    print(f"read {len(layer.geometry)} counties: {time.perf_counter() - begin:.2f} s")
    geometry = np.concatenate([shapely.transform(layer.geometry, lambda xy, k=k: xy + [0, 15 * k])
                               for k in range(4)])
    many = VectorLayer("counties x 4", layer.crs, geometry, {}, np.arange(len(geometry)), 2)
    rng = np.random.default_rng(2)
    n = 1_000_000
    lon, lat = rng.uniform(97, 124, n), rng.uniform(17, 76, n)
    whole = best_of(lambda: points_in_polygons(many, lon, lat), 5)
    index = best_of(lambda: index_polygons(geometry, n), 5)
    some = slice(0, n // 20)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon[some], lat[some]), crs=4326)
    frame = gpd.GeoDataFrame(geometry=geometry, crs=4326)
    begin = time.perf_counter()
    joined = gpd.sjoin(points, frame, predicate="intersects")
    peer = 20 * (time.perf_counter() - begin)
    assert len(joined)
    near = 0.25 * n * 20 * 2e-9 + n * 2 * MISS_S / 2
    n_ends = shapely.get_num_coordinates(geometry).sum()
    print(f"1 M points x {len(geometry):,} polygons of {n_ends:,} vertices: "
          f"{whole:.3f} s (index {index:.3f} s), budget 2 s; sjoin {peer:.1f} s "
          f"({peer / whole:.0f}x); limit {near:.2f} s")


def huge(folder: Path) -> None:
    """1 M points, a book along the coast, on 2 billion cells."""
    path = folder / "huge.tif"
    rng = np.random.default_rng(3)
    with rasterio.open(path, "w", driver="GTiff", width=50_000, height=40_000, count=1,
                       dtype="float32", crs="EPSG:4326", nodata=-9999,
                       transform=from_origin(100, 30, 0.0003, 0.0003), tiled=True, blockxsize=512,
                       blockysize=512, compress="deflate", zlevel=1, num_threads=2) as file:
        for row in range(0, 40_000, 512):
            rows = min(512, 40_000 - row)
            strip = np.where(rng.random((rows, 50_000 // 50)) < 0.1, 1.5, 0).astype("float32")
            file.write(np.repeat(strip, 50, axis=1), 1, window=Window(0, row, 50_000, rows))
    lon, lat = rng.uniform(100, 115, 1_000_000), rng.uniform(18, 30, 1_000_000)
    before = peak_mb()
    begin = time.perf_counter()
    found = sample_points(open_raster(path), lon, lat)
    print(f"1 M points, anywhere, on 2 billion cells ({path.stat().st_size / 1e6:.0f} MB): "
          f"{time.perf_counter() - begin:.2f} s (budget 20), {peak_mb() - before:.0f} MB above; "
          f"{np.isfinite(found.value).mean():.0%} with a value")


def main() -> None:
    """Print every measure, and the peak memory."""
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        rasters(Path(name))
        polygons()
        if "--huge" in sys.argv:
            huge(Path(name))
    print(f"peak memory {peak_mb():.0f} MB")


if __name__ == "__main__":
    main()
