"""``riskcloud risk``: 100,000 assets under a typhoon event set, to AAL, OEP and AEP.

    python benchmarks/risk.py [N_ASSETS] [YEARS] [EVENTS] [SAMPLES]

The portfolio is the sample, repeated with places shifted by up to 0.3 degrees: all of it on a coast
that most storms of the set reach, in 800 accounts with a layer each, a quota share and a
catastrophe excess. EVENTS is the folder of a set (made up without it), of which as many events as
YEARS years have are run, evenly spaced; the time of 10,000 years is their time times as many more,
without what is done once (half of the events run first tell it). Half of the processor's time is
what two idle cores take.
The physical limit, estimated and not measured: per pair of event and asset that a storm reaches
some 60 flops (four nodes x five windows x three) and 120 bytes of factors, one hash of 12
multiplications, 24 bytes of result: 10 to 15 ns of a core, where no asset has to be found. With
1.8e9 pairs in 10,000 years that is 10 to 15 s of two cores; nodes of the lattice, 2.3e4 winds an
event at 20 ns, are 30 s more, damaged rows (1e8, policies and treaties in 2.8 of 10 samples at
0.1 us) 15 s.
"""

import csv
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from climate_events import made_up_events
from common import machine, peak_mb
from forecast import SAMPLES, enlarge

from riskcloud.analysis.risk.run import Risk, RiskRequest
from riskcloud.analysis.risk.terms import BookStages
from riskcloud.exposure.oed.book import read_book
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
        account, info, scope = contracts(book, Path(folder))
        oed = read_book(book, account, reins_info=info, reins_scope=scope)[0]
    n_events = max(round(len(events) * years / events.years), 4)
    chosen = np.linspace(0, len(events) - 1, n_events).astype(np.int64)
    run(portfolio, oed, part_of(events, chosen[:20]), samples)
    half_of_it = run(portfolio, oed, part_of(events, chosen[::2]), samples)
    risk, wall, busy = run(portfolio, oed, part_of(events, chosen), samples)
    half, pairs = 0.5 * busy, risk.work["pairs"]
    per_event = 0.5 * (busy - half_of_it[2]) / (len(chosen) - len(chosen[::2]))
    whole = half + per_event * (len(events) * YEARS / events.years - len(chosen))
    print(f"{n:,} assets x {years} years ({len(chosen)} events) x {samples} samples; {machine()}")
    print(f"wall {wall:.1f} s, {half:.1f} s of two cores; {pairs:,} winds of assets, "
          f"{1e6 * busy / max(pairs, 1):.2f} us each; peak {peak_mb():.0f} MB")
    print(f"10,000 years: {whole:,.0f} s of two cores, budget {BUDGET_S:g} s: "
          f"{BUDGET_S / whole:.2f} times within")


def contracts(book: Path, folder: Path) -> tuple[Path, Path, Path]:
    """Write an account file for a location file, and two treaties; return their paths."""
    with book.open(encoding="utf-8", newline="") as stream:
        keys = sorted({(row["PortNumber"], row["AccNumber"]) for row in csv.DictReader(stream)})
    texts = {
        "account": ["PortNumber,AccNumber,AccCurrency,PolNumber,PolPerilsCovered,LayerAttachment,"
                    "LayerLimit,LayerParticipation",
                    *(f"{port},{acc},CNY,P,WW1,100000,50000000,0.8" for port, acc in keys)],
        "info": ["ReinsNumber,ReinsPeril,ReinsType,CededPercent,OccAttachment,PlacedPercent,"
                 "ReinsCurrency,InuringPriority,RiskLevel",
                 "1,WW1,QS,0.3,,1,CNY,1,", "2,WW1,CXL,,2000000,0.9,CNY,2,"],
        "scope": ["ReinsNumber,PortNumber", *(f"{treaty},{port}" for treaty in (1, 2)
                                              for port in sorted({key[0] for key in keys}))]}
    for name, rows in texts.items():
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    account, info, scope = (folder / f"{name}.csv" for name in texts)
    return account, info, scope


def run(portfolio: object, oed: object, events: object, samples: int) -> tuple[Risk, float, float]:
    """Return the run of all events, its wall time and what the processor took."""
    risk = Risk(portfolio, events, RiskRequest(samples=samples))
    risk.use(BookStages(oed, risk))
    begin, busy = time.perf_counter(), time.process_time()
    for _ in risk.losses():
        pass
    return risk, time.perf_counter() - begin, time.process_time() - busy


if __name__ == "__main__":
    main()
