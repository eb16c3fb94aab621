"""Storm rain on 100,000 sites by the 52 runs of an ensemble, budget 10 s on two cores; its skill.

The physical limit is a rate at each pair of site and node in reach: an exponential, two roots and
a division, four pairs an instruction: 6 ns on one core. Half the processor's time is what two idle
cores would take; a machine with other work to do takes longer.
"""

import time

import numpy as np
from common import SHARED, machine, peak_mb

from riskcloud.geo.points import haversine_m
from riskcloud.hazard.rain.record import read_daily_rain
from riskcloud.hazard.typhoon.path import resample
from riskcloud.hazard.typhoon.rain import load_model, member_rain, storm_rain
from riskcloud.hazard.typhoon.rain.coast import land_harmonics
from riskcloud.hazard.typhoon.rain.skill import leave_one_out, passing_cases
from riskcloud.hazard.typhoon.rain.storm import rain_path
from riskcloud.hazard.typhoon.track import read_track, read_tracks
from riskcloud.types import Sites

N_SITES, N_MEMBERS, BUDGET_S = 100_000, 52, 10.0
LIMIT_NS = 6.0
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
    member_rain([track], sites.first(1), model=model)
    begin = time.process_time()
    land_harmonics(sites.lon, sites.lat)
    coast_s = time.process_time() - begin
    begin, busy = time.perf_counter(), time.process_time()
    total, _ = member_rain([track] * N_MEMBERS, sites, model=model)
    wall, busy = time.perf_counter() - begin, time.process_time() - busy
    half = 0.5 * busy
    path = rain_path(track)
    some = sites.first(1000)
    pairs = sum(int((haversine_m(some.lon, some.lat, np.full(1000, lon), np.full(1000, lat))
                     < model.reach_m).sum()) for lon, lat in zip(path.lon, path.lat, strict=True))
    print(machine())
    print(f"{N_SITES:,} sites x {N_MEMBERS} members: {half:.1f} s of two cores (half of "
          f"{busy:.1f} s of processor; {wall:.1f} s wall; of it the coast, once, {coast_s:.1f} s "
          f"on one core); budget {BUDGET_S:g} s: {BUDGET_S / half:.2f} times within")
    print(f"{busy / N_SITES / N_MEMBERS * 1e6:.2f} us a site and member, {pairs / 1000:.0f} pairs "
          f"in reach each: limit {LIMIT_NS * pairs / 1e6:.2f} us")
    print(f"largest total {total.max():.0f} mm; peak memory {peak_mb():.0f} MB")
    show_skill()


if __name__ == "__main__":
    main()
