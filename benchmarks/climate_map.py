"""Return-period winds of 10,000 years of storms at 20,000 sites.

    python benchmarks/climate_map.py [YEARS [SITES [PER_YEAR]]]

The budget: 5 minutes and 4 GB on two cores, the aim one minute. Two measures are timed: the winds
of the reference terrain alone (what a code's wind needs), and with the sites' own exposure by
direction, mean and gust (what the command does).

The physical limit: of each site and measure the winds that end among its largest must be found,
each with some six evaluations of a profile (a sample and its refinement) of 60 double-precision
operations; two cores, four lanes, two operations a cycle at 2.5 GHz. What it takes beside that is
sampling the storms that turn out too weak, the nodes of the paths, and the bands.
"""

import sys
import time

import numpy as np
from climate_events import made_up_events
from common import machine, peak_mb

from riskcloud.analysis.wind_climate import ClimateRequest, wind_climate
from riskcloud.hazard.typhoon.climate.levels import n_kept
from riskcloud.types import Sites

BUDGET_S, AIM_S, BUDGET_MB = 300.0, 60.0, 4096.0
EVALUATIONS_PER_WIND, FLOPS = 6.0, 60.0
FLOPS_PER_S = 2 * 4 * 2 * 2.5e9


def main() -> None:
    """Print time, memory and limit of both measures."""
    numbers = [float(one) for one in sys.argv[1:]] + [10_000.0, 20_000.0, 6.5][len(sys.argv) - 1:]
    years, n_sites, per_year = int(numbers[0]), int(numbers[1]), numbers[2]
    events = made_up_events(years, per_year=per_year)
    rng = np.random.default_rng(3)
    sites = Sites(np.arange(n_sites), rng.uniform(105.0, 118.0, n_sites),
                  rng.uniform(18.0, 26.0, n_sites))
    request = ClimateRequest(periods=(10.0, 50.0, 100.0))
    print(f"{len(events):,} events of {years:,} years, {n_sites:,} sites; {machine()}")
    few = made_up_events(40)
    for local in (False, True):
        wind_climate(few, sites.first(50), ClimateRequest(periods=(10.0,)), local=local)  # compiles
        begin, cpu = time.perf_counter(), time.process_time()
        found = wind_climate(events, sites, request, local=local)
        seconds, used = time.perf_counter() - begin, time.process_time() - cpu
        kept = n_sites * n_kept(found.periods, events) * (3 if local else 1)
        limit = kept * EVALUATIONS_PER_WIND * FLOPS / FLOPS_PER_S
        work = ", ".join(f"{count:,} {name.replace('_', ' ')}"
                         for name, count in found.work.items())
        print(f"{'with own exposure' if local else 'reference alone':18} {seconds:7.1f} s wall "
              f"{used:7.1f} s CPU; {BUDGET_S / seconds:5.1f} x within the budget, "
              f"{AIM_S / seconds:5.1f} x the aim; limit {limit:5.2f} s ({seconds / limit:,.0f} x; "
              f"{kept:,} winds kept; {work}); peak {peak_mb():,.0f} MB of {BUDGET_MB:,.0f}",
              flush=True)


if __name__ == "__main__":
    main()
