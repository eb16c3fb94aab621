"""Flood depth from a raster of 2 billion cells at 1 M points, by windows.

    python benchmarks/flood_depth.py

Budget: 20 s and 1 GB. A GeoTIFF of 50,000 x 40,000 cells of float32 (512 x 512 blocks, deflate) is
written into a temporary folder first: two blocks in five hold water with some roughness, the others
were never written, as where a maker has no flood. The file lies in the system's cache.

Physical limit: the blocks that points touch unpacked at 1 GB/s a core, and a cache miss (80 ns) a
point. The peer is what rasterio's sample takes for the same points, sorted by block.
"""

import tempfile
import time
from pathlib import Path

import numpy as np
import rasterio
from common import machine, peak_mb
from rasterio.transform import from_origin
from rasterio.windows import Window

from riskcloud.geo.overlay.layers import LayerSpec
from riskcloud.hazard.flood.depth import depth_by_period

WIDTH, HEIGHT, BLOCK = 50_000, 40_000, 512
N_POINTS = 1_000_000
BUDGET_S, BUDGET_MB = 20.0, 1024.0
UNPACK_BYTES_S, MISS_S, CORES = 1e9, 80e-9, 2


def write_raster(path: Path) -> int:
    """Write the raster; return how many of its blocks hold values."""
    rng, n_written = np.random.default_rng(1), 0
    with rasterio.open(path, "w", driver="GTiff", width=WIDTH, height=HEIGHT, count=1,
                       dtype="float32", crs="EPSG:4326", nodata=-9999.0, tiled=True,
                       transform=from_origin(100, 30, 0.0003, 0.0003), blockxsize=BLOCK,
                       blockysize=BLOCK, compress="deflate", zlevel=1, sparse_ok="TRUE") as file:
        file.units = ("m",)
        for row in range(0, HEIGHT, BLOCK):
            rows = min(BLOCK, HEIGHT - row)
            for column in range(0, WIDTH, BLOCK):
                if (row // BLOCK + column // BLOCK) % 5 > 1:
                    continue
                columns = min(BLOCK, WIDTH - column)
                coarse = np.round(rng.gamma(0.5, 1.0, (rows // 8 + 1, columns // 8 + 1)), 2)
                part = np.kron(coarse, np.ones((8, 8)))[:rows, :columns].astype("float32")
                file.write(part, 1, window=Window(column, row, columns, rows))
                n_written += 1
    return n_written


def peer(path: Path, lon: np.ndarray, lat: np.ndarray) -> float:
    """Time of rasterio's ``sample`` on a hundredth of the points, sorted by block, s for all."""
    some = slice(None, None, 100)
    order = np.lexsort((lon[some] // 0.15, -lat[some] // 0.15))
    points = list(zip(lon[some][order], lat[some][order], strict=True))
    begin = time.perf_counter()
    with rasterio.open(path) as file:
        list(file.sample(points))
    return 100.0 * (time.perf_counter() - begin)


def main() -> None:
    """Print time, memory, their ratio to the budget, the peer and the limit."""
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "depth_rp00100.tif"
        begin = time.perf_counter()
        n_blocks = write_raster(path)
        print(f"wrote {WIDTH * HEIGHT / 1e9:.1f} billion cells, {n_blocks} blocks, "
              f"{path.stat().st_size / 1e6:.0f} MB: {time.perf_counter() - begin:.0f} s")
        rng = np.random.default_rng(3)
        lon, lat = rng.uniform(100, 115, N_POINTS), rng.uniform(18, 30, N_POINTS)
        before = peak_mb()
        begin, cpu = time.perf_counter(), time.process_time()
        found = depth_by_period([LayerSpec(path, "depth")], lon, lat)
        seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
        above = peak_mb() - before
        limit = n_blocks * 4 * BLOCK**2 / UNPACK_BYTES_S / CORES + N_POINTS * MISS_S / CORES
        print(f"1 M points: {seconds:.2f} s (CPU {cpu:.2f} s), budget {BUDGET_S:g} s: "
              f"{BUDGET_S / seconds:.1f}x under; limit {limit:.2f} s ({seconds / limit:.1f}x)")
        print(f"memory {above:.0f} MB above, {peak_mb():.0f} MB in all, budget {BUDGET_MB:g} MB; "
              f"{np.isfinite(found.level).mean():.0%} of the points with a depth")
        print(f"rasterio's sample, block by block: {peer(path, lon, lat):.1f} s")


if __name__ == "__main__":
    main()
