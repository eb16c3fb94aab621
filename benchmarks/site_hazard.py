"""PGA by return period at one site and at 1,000: budgets 1 s and 30 s, warm.

    python benchmarks/site_hazard.py

The physical limit printed is the kernel alone.
"""

import numpy as np
from common import best_of, machine, peak_mb

from riskcloud.hazard.earthquake.place import hazard_curves, place_pga


def main() -> None:
    """Time sites spread over South China."""
    rng = np.random.default_rng(0)
    lon, lat = rng.uniform(99.0, 117.0, 1000), rng.uniform(22.0, 29.0, 1000)
    one = best_of(lambda: place_pga(lon[:1], lat[:1]))
    many = best_of(lambda: place_pga(lon, lat), repeats=3)
    kernel = best_of(lambda: hazard_curves(lon, lat), repeats=3)
    print(f"{machine()}; peak {peak_mb():.0f} MB")
    print(f"one site {one:.3f} s ({one / 1.0:.3f} of its budget)")
    print(f"1,000 sites {many:.2f} s ({many / 30.0:.3f} of the budget); kernel {kernel:.2f} s")


if __name__ == "__main__":
    main()
