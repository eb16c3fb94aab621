"""Wind of Mangkhut 2018 at a million random sites: preset climada-6 and default.

    python benchmarks/wind.py

The peer is CLIMADA 6.1.0 on the same work (1 M sites, uniform in lon 105-118, lat 18-26, the
hourly track, H08): 44.9 s and 5.8 GB on two cores of the same kind of machine.

The physical limit: an evaluation of the Holland profile with the distance and the motion takes
about 60 double-precision operations; a core with 512-bit vectors at about 2.5 GHz does 8 of them
in a cycle and seldom two at once. The kernel's measured rate over this bound is printed.
"""

import numpy as np
from common import SHARED, best_of, machine, peak_mb

from riskcloud.hazard.typhoon import climada6, field
from riskcloud.hazard.typhoon.profiles import PROFILES
from riskcloud.hazard.typhoon.track import read_track
from riskcloud.types import Sites

N_SITES = 1_000_000
CLIMADA_S = {"holland_2008": 44.85, "holland_1980": 39.89, "emanuel_rotunno_2011": 40.03,
             "holland_2010": 50.00}
CLIMADA_MB = 5807
FLOPS_PER_EVALUATION = 60.0
FLOPS_PER_S = 2 * 8 * 2.5e9  # two cores, eight lanes, one operation a cycle


def main() -> None:
    """Print a line a preset and model."""
    tracks = SHARED / "verification" / "wind"
    if not tracks.is_dir():
        raise SystemExit(f"needs the shared data; none at {tracks}")
    rng = np.random.default_rng(1)
    sites = Sites(np.arange(N_SITES), rng.uniform(105, 118, N_SITES), rng.uniform(18, 26, N_SITES))
    hourly = read_track(tracks / "hourly" / "mangkhut_2018.csv")
    six_hourly = read_track(tracks / "mangkhut_2018.csv")
    print(f"{N_SITES:,} sites x Mangkhut 2018; {machine()}")
    print(f"{'preset':10} {'model':22} {'s':>7} {'CLIMADA s':>10} {'ratio':>7} {'evaluations':>13} "
          f"{'M/s':>6} {'of limit':>8}")
    before = peak_mb()
    for preset, run, models in (("climada-6", climada6.maximum_wind, climada6.MODELS),
                                ("default", field.maximum_wind, tuple(PROFILES))):
        track = hourly if preset == "climada-6" else six_hourly
        for model in models:
            seconds = best_of(lambda run=run, track=track, model=model:
                              run(track, sites, model=model))
            done = run(track, sites, model=model).evaluations
            peer = CLIMADA_S.get(model)
            print(f"{preset:10} {model:22} {seconds:7.3f} {peer or float('nan'):10.1f} "
                  f"{(peer or float('nan')) / seconds:7.0f} {done:13,} {done / seconds / 1e6:6.0f} "
                  f"{done * FLOPS_PER_EVALUATION / FLOPS_PER_S / seconds:8.0%}")
    print(f"peak memory above the import and the sites: {peak_mb() - before:.0f} MB "
          f"(CLIMADA {CLIMADA_MB} MB in all)")


if __name__ == "__main__":
    main()
