"""``riskcloud risk``: 100,000 assets under a typhoon event set, to AAL, OEP and AEP.

    python benchmarks/risk.py [N_ASSETS] [YEARS] [EVENTS] [SAMPLES]

The portfolio is the sample, repeated with places shifted by up to 0.3 degrees: all of it on a coast
that most storms of the set reach. EVENTS is the folder of a set (made up without it), of which the
first YEARS years are run; the time of 10,000 years is the time of events times as many more. Half
of the processor's time is what two idle cores take.
The physical limit, estimated and not measured: a wind at 60 ns at each of some 15 places of a path
and four refinements, a damage draw at 20 ns: 1.5 us for an asset and event with ten samples.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from climate_events import made_up_events
from common import machine, peak_mb
from forecast import SAMPLES, enlarge

from riskcloud.analysis.risk import Risk, RiskRequest
from riskcloud.exposure.read import read_portfolio
from riskcloud.hazard.events import read_events
from riskcloud.hazard.typhoon.climate.winds import part_of

BUDGET_S, YEARS = 600.0, 10_000


def main() -> None:
    """Print the figures of one run, after one of a few events that compiles."""
    n, years = (int(sys.argv[k]) if len(sys.argv) > k else default
                for k, default in ((1, 100_000), (2, 20)))
    events = read_events(Path(sys.argv[3])) if len(sys.argv) > 3 else made_up_events(years)
    samples = int(sys.argv[4]) if len(sys.argv) > 4 else RiskRequest().samples
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "portfolio.csv"
        enlarge(SAMPLES / "pearl_river_portfolio.csv", book, n)
        portfolio = read_portfolio(book)
    chosen = np.flatnonzero(np.asarray(events.year) <= years)
    run(portfolio, part_of(events, chosen[:20]), samples)
    risk, wall, busy = run(portfolio, part_of(events, chosen), samples)
    half, share = 0.5 * busy, YEARS / years
    pairs = risk.work["pairs"]
    print(f"{n:,} assets x {years} years ({len(chosen)} events) x {samples} samples; {machine()}")
    print(f"wall {wall:.1f} s, {half:.1f} s of two cores; {pairs:,} winds of assets, "
          f"{1e6 * busy / max(pairs, 1):.2f} us each; peak {peak_mb():.0f} MB")
    print(f"10,000 years: {half * share:,.0f} s of two cores, budget {BUDGET_S:g} s: "
          f"{BUDGET_S / (half * share):.2f} times within")


def run(portfolio: object, events: object, samples: int) -> tuple[Risk, float, float]:
    """Return the run of all events, its wall time and what the processor took."""
    risk = Risk(portfolio, events, RiskRequest(samples=samples))
    begin, busy = time.perf_counter(), time.process_time()
    for _ in risk.losses():
        pass
    return risk, time.perf_counter() - begin, time.process_time() - busy


if __name__ == "__main__":
    main()
