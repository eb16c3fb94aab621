"""A 30 MB ShakeMap grid: read, sampled at a million sites; intensity of a million sites.

    python benchmarks/shakemap.py

Budgets are ours: 3 s and 400 MB for the grid, 0.5 s a million sites for sampling and intensity, 3 s
for a relation of isoseismals. The physical limit of reading is turning its text into numbers, which
is measured alone; xml.etree over the same file is the naive peer.
"""

import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from common import machine, peak_mb

from riskcloud.hazard.earthquake.formats import event_from_options, read_shaking_grid
from riskcloud.hazard.earthquake.grid import shaking_from_grid
from riskcloud.hazard.earthquake.intensity import instrumental_intensity
from riskcloud.hazard.earthquake.macroseismic import macroseismic_intensity
from riskcloud.hazard.earthquake.rupture import source_distances

N_SITES = 1_000_000
N_LON, N_LAT = 801, 700
HEAD = """<?xml version="1.0"?>
<shakemap_grid xmlns="http://earthquake.usgs.gov/eqcenter/shakemap" event_id="b">
<event event_id="b" magnitude="6.1" depth="9" lat="25.7" lon="100.0"
 event_timestamp="2021-05-21T13:48:37UTC" event_network="us" event_description=""/>
<grid_specification nlon="{n_lon}" nlat="{n_lat}"/>
<grid_field index="1" name="LON" units="dd"/><grid_field index="2" name="LAT" units="dd"/>
<grid_field index="3" name="MMI" units="intensity"/><grid_field index="4" name="PGA" units="%g"/>
<grid_field index="5" name="PGV" units="cm/s"/><grid_field index="6" name="PSA03" units="%g"/>
<grid_field index="7" name="PSA10" units="%g"/><grid_field index="8" name="PSA30" units="%g"/>
<grid_data>
"""


def write_grid(path: Path) -> bytes:
    """Write a grid of eight fields; return its numbers as text."""
    lon, lat = np.meshgrid(97.0 + np.arange(N_LON) / 120.0, 29.0 - np.arange(N_LAT) / 120.0)
    away = np.hypot(lon - 100.0, lat - 25.7)
    table = np.stack([lon, lat, *(np.exp(-away) * k + 0.01 for k in range(1, 7))], axis=-1)
    row = "\n".join(["%.4f %.4f %.3f %.3f %.3f %.3f %.3f %.3f"] * N_LON) + "\n"
    numbers = "".join(row % tuple(line.ravel()) for line in table)
    head = HEAD.format(n_lon=N_LON, n_lat=N_LAT)
    path.write_text(f"{head}{numbers}</grid_data></shakemap_grid>", encoding="utf-8")
    return numbers.encode()


def naive(path: Path) -> None:
    """Read a grid as a tree, number by number."""
    root = ElementTree.parse(path).getroot()
    [float(word) for word in (root[-1].text or "").split()]


def best(work: Callable[[], object], repeats: int = 3) -> float:
    """Smallest processor time of several runs, s: other work on the machine does not count."""
    times = []
    for _ in range(repeats):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def main() -> None:
    """Print a line a piece of work."""
    print(machine(), "; processor time, best of 3")
    rng = np.random.default_rng(0)
    lon, lat = 97.5 + 5.0 * rng.random(N_SITES), 24.0 + 4.0 * rng.random(N_SITES)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "grid.xml"
        numbers = write_grid(path)
        floor = best(lambda: np.fromstring(numbers, sep=" "))
        ours = best(lambda: read_shaking_grid(path))
        peer = best(lambda: naive(path), 1)
        tracemalloc.start()
        grid = read_shaking_grid(path)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        print(f"read {path.stat().st_size / 1e6:.0f} MB: {ours:.2f} s (budget 3), {peak:.0f} MB "
              f"(budget 400); its numbers alone {floor:.2f} s, xml.etree {peer:.2f} s")
    seconds = best(lambda: shaking_from_grid(grid, lon, lat, ["pga"]))
    print(f"sample 1 M sites, one measure: {seconds:.2f} s (budget 0.5)")
    pga, pgv = 0.5 * rng.random(N_SITES), 50.0 * rng.random(N_SITES)
    seconds = best(lambda: instrumental_intensity(pga, pgv))
    print(f"GB/T 17742-2020 at 1 M sites: {seconds:.2f} s (budget 0.5)")
    event = event_from_options(lon=100.0, lat=25.7, depth_km=8.0, magnitude=6.4)
    away = source_distances(event, lon, lat)
    seconds = best(lambda: macroseismic_intensity(away, magnitude_ms=6.4, strike_deg=315.0,
                                                  region="tibetan"), 2)
    print(f"isoseismals through 1 M sites: {seconds:.2f} s (budget 3)")
    print(f"peak of the process {peak_mb():.0f} MB")


if __name__ == "__main__":
    main()
