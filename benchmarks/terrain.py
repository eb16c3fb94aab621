"""Speed-up over hills: 100,000 sites on four one-degree tiles of one-second cells.

The physical limit is reading the tiles once, printed beside it; memory must not grow with sites.
"""

import tempfile
from pathlib import Path

import numpy as np
import rasterio
from common import best_of, peak_mb
from rasterio.transform import from_origin

from riskcloud.geo.elevation import open_elevation
from riskcloud.hazard.typhoon.surface.terrain import METHODS, terrain_factors

N_SITES, SIDE = 100_000, 3601


def write_tile(path: Path, west: float, north: float) -> None:
    """Write hills of some hundred metres with a little roughness, as a compressed GeoTIFF."""
    row, column = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    hills = 300.0 + 150.0 * np.sin(column / 31.0) * np.cos(row / 43.0)
    hills += np.random.default_rng(1).normal(0.0, 2.0, hills.shape)
    with rasterio.open(path, "w", driver="GTiff", width=SIDE, height=SIDE, count=1,
                       dtype="float32", crs="EPSG:4326", compress="deflate", tiled=True,
                       transform=from_origin(west, north, 1 / 3600, 1 / 3600)) as file:
        file.units = ("m",)
        file.write(hills.astype("float32"), 1)


def main() -> None:
    """Print wall times and memory."""
    with tempfile.TemporaryDirectory() as folder:
        for k in range(4):
            write_tile(Path(folder) / f"t{k}.tif", 113.0 + k % 2, 24.0 - k // 2)
        before = peak_mb()
        dem = open_elevation([folder])
        rng = np.random.default_rng(2)
        lon, lat = rng.uniform(113.1, 114.9, N_SITES), rng.uniform(22.1, 23.9, N_SITES)

        def read_all() -> None:
            for path in Path(folder).iterdir():
                with rasterio.open(path) as file:
                    file.read(1)

        for method in METHODS:
            for n in (N_SITES // 10, N_SITES):
                wall = best_of(lambda n=n, method=method: terrain_factors(
                    lon[:n], lat[:n], dem=dem, method=method), repeats=2)
                print(f"terrain, {method}: {n} sites {wall:.2f} s, peak {peak_mb():.0f} MB "
                      f"({before:.0f} before)")
        print(f"terrain: reading the four tiles alone {best_of(read_all, repeats=2):.2f} s")


if __name__ == "__main__":
    main()
