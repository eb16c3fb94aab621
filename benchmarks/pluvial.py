"""Pluvial screen on 25 million cells: the terrain read and its tree grown, then one rain upon it.

    python benchmarks/pluvial.py

No budget is set for it; ours: a minute and 2 GB. The DEM is smooth hills of 600 m with 0.3 m of
noise, so that hollows are many; rain comes on a grid 40 times coarser.

Physical limit: cells in the order of their height lie anywhere in memory: of elevation, node and
leaf of a cell and of the rows above and below it some 6 cache misses (80 ns) a cell, on one core.
The peer fills the same DEM to the brim alone (pyflwdir, extra ``dev``), without volumes.
"""

import tempfile
import time
from pathlib import Path

import numpy as np
import rasterio
from common import machine, peak_mb
from scipy.ndimage import gaussian_filter

from riskcloud.hazard.flood.ground import read_ground
from riskcloud.hazard.flood.pluvial import pluvial_depth

SIDE, SECOND = 5_000, 1.0 / 3600.0
BUDGET_S, BUDGET_MB, MISSES, MISS_S = 60.0, 2048.0, 6, 80e-9


def write(path: Path, values: np.ndarray, cell: float, unit: str) -> Path:
    """Write a raster in degrees."""
    with rasterio.open(path, "w", driver="GTiff", width=values.shape[1], height=values.shape[0],
                       count=1, dtype="float32", crs="EPSG:4326", tiled=True,
                       transform=rasterio.Affine(cell, 0, 112.0, 0, -cell, 24.5)) as file:
        file.write(values.astype("float32"), 1)
        file.units = (unit,)
    return path


def terrain(side: int) -> np.ndarray:
    """Hills with noise, heights above 0 [m]."""
    rng = np.random.default_rng(1)
    hills = gaussian_filter(rng.normal(size=(side, side)).astype("float32"), 20.0)
    return hills * 500.0 + 50.0 + rng.normal(size=(side, side)).astype("float32") * 0.3


def run(folder: Path, side: int) -> tuple[float, float, float]:
    """Write and screen a terrain; time of ground and of rain, s, and CPU time, s."""
    dem = write(folder / f"dem_{side}.tif", terrain(side), SECOND, "m")
    rain = write(folder / f"rain_{side}.tif", np.full((side // 40 + 2,) * 2, 150.0), 40 * SECOND,
                 "mm")
    begin, cpu = time.perf_counter(), time.process_time()
    ground = read_ground(dem)
    middle = time.perf_counter()
    found = pluvial_depth(ground, rain, drainage_mm=30.0)
    end = time.perf_counter()
    cpu = time.process_time() - cpu
    gap = found.rain_m3 - found.lost_m3 - found.ponded_m3 - found.left_m3
    print(f"{side}x{side}: {ground.depressions.n_leaves / 1e6:.2f} M hollows, water unaccounted "
          f"for {abs(gap) / found.rain_m3:.1e} of the rain")
    return middle - begin, end - middle, cpu


def main() -> None:
    """Print times, memory, their ratio to the budget, the peer and the limit."""
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        run(Path(name), 100)  # compiles
        dem_s, rain_s, cpu = run(Path(name), SIDE)
        limit = SIDE**2 * MISSES * MISS_S
        print(f"terrain {dem_s:.1f} s, rain on it {rain_s:.1f} s, CPU {cpu:.1f} s; budget "
              f"{BUDGET_S:g} s: {BUDGET_S / (dem_s + rain_s):.1f}x under; limit {limit:.0f} s")
        print(f"peak memory {peak_mb():.0f} MB with the making of the DEM, budget {BUDGET_MB:g} MB")
        from pyflwdir.dem import fill_depressions

        with rasterio.open(Path(name) / f"dem_{SIDE}.tif") as file:
            values = file.read(1)
        fill_depressions(values[:50, :50].copy())
        begin = time.process_time()
        fill_depressions(values)
        print(f"pyflwdir's filling to the brim alone: CPU {time.process_time() - begin:.1f} s")


if __name__ == "__main__":
    main()
