"""Distances, median and sigma of one rupture at a million sites, by each ground-motion model.

    python benchmarks/ground_motion.py

The peer is OpenQuake 3.26.2 on the same work (PGA at 1 M sites, one planar rupture, two cores of
the same kind of machine): 0.94 to 1.17 s for the distances and 0.29 to 0.67 s for Boore et al.
(2014), 1.17 to 1.29 s and 0.54 to 0.83 s for Chiou & Youngs (2014), 865 MB; Yu et al. (2013) takes
0.55 ms a site, 550 s for a million (from 20,000 sites). The middle of each range is used.

The physical limit: exponentials and logarithms at the rate of the kernels' own polynomials alone,
measured here on arrays that stay in cache, plus what must be read and written at the measured speed
of a copy. The budgets are 0.5 s (Boore, Chiou & Youngs) and 1.5 s (Yu), 600 MB.
"""

import time

import numpy as np
from common import best_of, machine, peak_mb
from numba import njit, prange

from riskcloud.hazard.earthquake.correlation import residual_grid
from riskcloud.hazard.earthquake.ground_motion import shaking
from riskcloud.hazard.earthquake.rupture import source_distances
from riskcloud.kernels.elementary import exp, log
from riskcloud.types import Earthquake

N_SITES = 1_000_000
PEER_S = {"yu_2013": 550.0, "boore_2014": 1.05 + 0.48, "chiou_youngs_2014": 1.23 + 0.68}
BUDGET_S = {"yu_2013": 1.5, "boore_2014": 0.5, "chiou_youngs_2014": 0.5}
EVALUATIONS = {"yu_2013": 22, "boore_2014": 9, "chiou_youngs_2014": 7}
"""exp and log a site and measure; the distances take about 8 more such (sine, cosine, atan2)."""
DISTANCE_EVALUATIONS = 8
ARRAYS = {"yu_2013": 2 + 6 + 6, "boore_2014": 2 + 6 + 6, "chiou_youngs_2014": 2 + 6 + 8}
"""Arrays of 8 bytes a site read or written at least once: coordinates, distances, motion."""
EVENT = Earthquake("yangbi_2021", None, 99.87, 25.67, 8.0, 6.1, "Mw", strike_deg=135.0,
                   dip_deg=82.0, rake_deg=-165.0, length_km=18.0, width_km=10.0)


@njit(cache=True, nogil=True, error_model="numpy", parallel=True)
def _evaluate(values: np.ndarray, rounds: int) -> None:
    for part in prange(8):
        row = values[part]
        for _ in range(rounds):
            for j in range(row.size):
                row[j] = log(1.5 + exp(-row[j]))


def limits() -> tuple[float, float]:
    """Evaluations of exp and log a second, and bytes a second of a copy, on all cores."""
    values = np.full((8, 1024), 0.5)
    rounds = 2000
    seconds = best_of(lambda: _evaluate(values, rounds))
    block = np.ones(4_000_000)
    target = np.empty_like(block)
    copy = best_of(lambda: np.copyto(target, block))
    return 2.0 * values.size * rounds / seconds, 2.0 * block.nbytes / copy


def main() -> None:
    """Print a line a model, then the residual fields."""
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(97.0, 103.0, N_SITES), rng.uniform(23.0, 28.5, N_SITES)
    vs30 = rng.uniform(180.0, 900.0, N_SITES)
    before = peak_mb()
    per_s, bytes_per_s = limits()
    print(f"{N_SITES:,} sites, one rupture, PGA; {machine()}; {per_s / 1e6:.0f} M exp or log/s, "
          f"copy {bytes_per_s / 1e9:.1f} GB/s")
    away = best_of(lambda: source_distances(EVENT, lon, lat))
    print(f"distances alone {away:.3f} s")
    print(f"{'model':18} {'s':>7} {'cpu s':>7} {'must s':>7} {'OpenQuake s':>12} {'ratio':>7} "
          f"{'limit s':>8} {'of limit':>9}")
    for model, peer in PEER_S.items():
        def run(model: str = model) -> object:
            return shaking(EVENT, lon, lat, model=model, measures=["pga"], vs30_m_s=vs30)
        seconds = best_of(run)
        begin = time.process_time()
        run()
        cpu = time.process_time() - begin
        limit = (N_SITES * (EVALUATIONS[model] + DISTANCE_EVALUATIONS) / per_s
                 + 8.0 * N_SITES * ARRAYS[model] / bytes_per_s)
        print(f"{model:18} {seconds:7.3f} {cpu:7.3f} {BUDGET_S[model]:7.1f} {peer:12.2f} "
              f"{peer / seconds:7.0f} {limit:8.3f} {limit / seconds:9.0%}")
    print(f"peak memory {peak_mb():.0f} MB in all (must 600, OpenQuake 865), "
          f"{peak_mb() - before:.0f} MB above import and sites (64 MB of it to measure the copy)")
    grid = residual_grid(np.array([98.4, 101.4]), np.array([24.3, 27.0]), 0.0, spacing_km=2.0)
    seconds = best_of(lambda: sum(len(part) for part in grid.fields(
        500, np.random.default_rng(2))), repeats=2)
    print(f"500 residual fields of {grid.shape[1]} x {grid.shape[0]} nodes (2 km): {seconds:.2f} s")


if __name__ == "__main__":
    main()
