"""Storm rain on 100,000 sites by the 52 runs of an ensemble, budget 10 s on two cores; its skill.

The physical limit is a rate at each pair of site and node in reach: an exponential, two roots and
four divisions, 8 to 10 ns on one core.
"""

import time

import numpy as np
from common import SHARED, machine, peak_mb

from riskcloud.hazard.rain.record import read_daily_rain
from riskcloud.hazard.typhoon.path import resample
from riskcloud.hazard.typhoon.rain import load_model, member_rain, storm_rain
from riskcloud.hazard.typhoon.rain.coast import land_harmonics
from riskcloud.hazard.typhoon.rain.skill import leave_one_out, passing_cases
from riskcloud.hazard.typhoon.track import read_track, read_tracks
from riskcloud.types import Sites

N_SITES, N_MEMBERS, BUDGET_S = 100_000, 52, 10.0
TRACK = SHARED / "tropical_cyclones" / "events" / "mangkhut_2018_jtwc.csv"


def show_skill() -> None:
    """Print both models' errors at Hong Kong's gauge, 1980-2023, storms left out one by one."""
    place = {"lon": 114.1742, "lat": 22.3019}
    record = read_daily_rain(SHARED / "rainfall_flood" / "hko_daily_rainfall_1884_on.csv")
    tracks = [track for track in read_tracks(
        SHARED / "tropical_cyclones" / "wp_ibtracs_jtwc_1980_2024.csv")
        if track.time_utc[0] < np.datetime64("2024-01-01")]
    cases = passing_cases(tracks, record, utc_offset_h=8.0, **place)
    skill = leave_one_out(cases, **place)
    print(f"{len(cases)} storms within 300 km of Hong Kong, RMSE of ln(1 + mm): R-CLIPER "
          f"{skill.rmse_ln(skill.plain_mm):.3f}, with the coast "
          f"{skill.rmse_ln(skill.left_out_mm):.3f} ({100.0 * skill.gain:.1f} % less; 10 wanted)")


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
    show_skill()


if __name__ == "__main__":
    main()
