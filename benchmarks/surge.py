"""Storm surge for the 52 runs of an ensemble at 1,000 sites, budget 60 s; the gauges it is held to.

The physical limit is the wind, its stress and the water's step at each segment of a way and node in
reach: some 30 exponentials, powers and roots, 150 to 200 ns on one core.
"""

import time

import numpy as np
from common import SHARED, machine, peak_mb

from riskcloud.hazard.typhoon.path import resample
from riskcloud.hazard.typhoon.surge import member_coast_surge, storm_surge
from riskcloud.hazard.typhoon.track import read_track

N_SITES, N_MEMBERS, BUDGET_S = 1000, 52, 60.0
GAUGES = (("hato_2017", "Zhuhai", 113.58, 22.27, 2.79),
          ("mangkhut_2018", "Tai Po Kau", 114.184, 22.443, 3.38),
          ("mangkhut_2018", "Quarry Bay", 114.213, 22.291, 2.35))
EVENTS = SHARED / "tropical_cyclones" / "events"


def show_gauges() -> None:
    """Print modelled and recorded surges above the tide."""
    for storm, gauge, lon, lat, record in GAUGES:
        for agency in ("jtwc", "wmo"):
            track = read_track(EVENTS / f"{storm}_{agency}.csv")
            found = storm_surge(track, np.array([lon]), np.array([lat])).surge_m[0]
            print(f"{storm} {agency}, {gauge}: {found:.2f} m, recorded {record:.2f} "
                  f"({100.0 * (found / record - 1.0):+.0f} %)")


def main() -> None:
    """Print wall and processor time against the budget, and peak memory."""
    rng = np.random.default_rng(6)
    lon, lat = rng.uniform(112.5, 115.0, N_SITES), rng.uniform(21.9, 23.1, N_SITES)
    track = resample(read_track(EVENTS / "mangkhut_2018_jtwc.csv"), 6.0)
    one = storm_surge(track, lon, lat)
    begin, busy = time.perf_counter(), time.process_time()
    found = member_coast_surge([track] * N_MEMBERS, one.coast)
    wall, busy = time.perf_counter() - begin, time.process_time() - busy
    points = len(one.coast.point)
    print(machine())
    print(f"{N_SITES:,} sites ({points} points of the coast) x {N_MEMBERS} members: {wall:.1f} s "
          f"wall, {busy:.1f} s of processor; budget {BUDGET_S:g} s: {BUDGET_S / wall:.2f} times "
          "within")
    print(f"{busy / points / N_MEMBERS * 1e3:.2f} ms a point and member; highest surge "
          f"{np.nanmax(found):.2f} m; peak memory {peak_mb():.0f} MB")
    show_gauges()


if __name__ == "__main__":
    main()
