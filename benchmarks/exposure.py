"""Exposure of a million sites by the shipped coast: budget 5 s on two cores, memory flat.

The physical limit is the grid: a cell is looked up for each step of each ray of each site.
Run: ``python exposure.py``.
"""

import numpy as np
from common import best_of, machine, peak_mb

from riskcloud.hazard.typhoon.surface import site_exposure

N_SITES, BUDGET_S = 1_000_000, 5.0
LOOKS = 24 * 20


def looks_per_s() -> float:
    """Random reads a second of a square's grid (2,600 x 2,600 bytes), measured, of both cores."""
    rng = np.random.default_rng(2)
    grid, place = rng.integers(0, 255, 2600**2, np.uint8), rng.integers(0, 2600**2, 10_000_000)
    out = np.empty(len(place), np.uint8)
    return 2.0 * len(place) / best_of(lambda: np.take(grid, place, out=out, mode="clip"), 3)


def main() -> None:
    """Print the figures."""
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(105.0, 118.0, N_SITES), rng.uniform(18.0, 26.0, N_SITES)
    site_exposure(lon[:10], lat[:10])
    before = peak_mb()
    few = best_of(lambda: site_exposure(lon[::10], lat[::10]), 3)
    wall = best_of(lambda: site_exposure(lon, lat), 3)
    result_mb = 3 * 12 * 8 * N_SITES / 1e6
    limit = N_SITES * LOOKS / looks_per_s()
    print(machine())
    print(f"{N_SITES:,} sites: {wall:.2f} s, {BUDGET_S / wall:.1f} x inside the budget of "
          f"{BUDGET_S:g} s, {wall / few:.1f} x a tenth of them; limit {limit:.2f} s")
    print(f"peak memory {peak_mb():.0f} MB, {peak_mb() - before:.0f} MB for sites, of which "
          f"results {result_mb:.0f} MB (two of them at once while repeating)")


if __name__ == "__main__":
    main()
