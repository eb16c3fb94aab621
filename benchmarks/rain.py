"""Storm rain on 100,000 sites by the 52 runs of an ensemble: budget 10 s on two cores.

The physical limit is a rate at each pair of site and node in reach: an exponential, two roots and
four divisions, 8 to 10 ns on one core.
"""

import time

import numpy as np
from common import SHARED, machine, peak_mb

from riskcloud.hazard.typhoon.path import resample
from riskcloud.hazard.typhoon.rain import load_model, member_rain, storm_rain
from riskcloud.hazard.typhoon.rain.coast import land_harmonics
from riskcloud.hazard.typhoon.track import read_track
from riskcloud.types import Sites

N_SITES, N_MEMBERS, BUDGET_S = 100_000, 52, 10.0
TRACK = SHARED / "tropical_cyclones" / "events" / "mangkhut_2018_jtwc.csv"


def main() -> None:
    """Print wall and processor time against the budget, and peak memory."""
    rng = np.random.default_rng(6)
    sites = Sites(np.arange(N_SITES), rng.uniform(108.0, 118.0, N_SITES),
                  rng.uniform(18.0, 26.0, N_SITES))
    track = resample(read_track(TRACK), 6.0)  # as far apart as a bulletin's fixes
    model = load_model()
    storm_rain(track, sites.first(1), model=model)
    begin = time.perf_counter()
    land_harmonics(sites.lon, sites.lat)
    coast_s = time.perf_counter() - begin
    begin, busy = time.perf_counter(), time.process_time()
    total, _ = member_rain([track] * N_MEMBERS, sites, model=model)
    wall, busy = time.perf_counter() - begin, time.process_time() - busy
    print(machine())
    print(f"{N_SITES:,} sites x {N_MEMBERS} members: {wall:.1f} s wall, {busy:.1f} s of processor "
          f"(of it the coast, once, {coast_s:.1f} s wall); budget {BUDGET_S:g} s: "
          f"{BUDGET_S / wall:.2f} times within")
    print(f"{busy / N_SITES / N_MEMBERS * 1e6:.2f} us a site and member; largest total "
          f"{total.max():.0f} mm; peak memory {peak_mb():.0f} MB")


if __name__ == "__main__":
    main()
