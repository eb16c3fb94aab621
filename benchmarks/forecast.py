"""The whole command: 100,000 assets x 500 realisations over seven wind models, to all outputs.

    python benchmarks/forecast.py [N_ASSETS] [MEMBERS] [ISSUED_AT]

The portfolio is the sample, repeated with other numbers and places shifted by up to 0.3 degrees.
With ISSUED_AT the track counts as a forecast from then on and every realisation has a storm of its
own (budget: a minute of two cores for 100,000 assets). The command runs in a process of its own;
its own figures (--json) are printed beside the wall time. Half the processor's time is what two
idle cores take; threads that wait for a busy core spin and count too unless OMP_WAIT_POLICY=passive
is set. The physical limit: each realisation of each asset needs about 60 ns of one core (a hash,
a curve with one error function or power, a look-up); two cores do 33 M a second.
"""

import csv
import sys
import tempfile
from pathlib import Path

import numpy as np
from common import forecast_command, machine

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
DRAWS_PER_S = 33e6
BUDGET_S = 60.0


def enlarge(source: Path, target: Path, n: int) -> None:
    """Write n locations made from the sample's."""
    rng = np.random.default_rng(1)
    with source.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        for k in range(n):
            row = dict(rows[k % len(rows)], LocNumber=f"B{k:07d}")
            row["AccNumber"] = f"{row['AccNumber']}-{k // len(rows) % 20}"
            if row["Latitude"] and k >= len(rows):
                row["Latitude"] = f"{float(row['Latitude']) + rng.uniform(-0.3, 0.3):.6f}"
                row["Longitude"] = f"{float(row['Longitude']) + rng.uniform(-0.3, 0.3):.6f}"
            writer.writerow(row)


def main() -> None:
    """Print the figures of one run, after one that compiles."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    members = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    more = ["--issued-at", sys.argv[3]] if len(sys.argv) > 3 else []
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "portfolio.csv"
        enlarge(SAMPLES / "pearl_river_portfolio.csv", book, n)
        out = Path(folder) / "out"
        figures, wall = forecast_command(
            book, SAMPLES / "hato_2017.csv", *more, "--members", members, "--out", out)
        size = sum(path.stat().st_size for path in out.iterdir())
    draws = figures["portfolio"]["n_sites"] * members
    print(f"{n:,} assets x {members} realisations x 7 models; {machine()}")
    half = 0.5 * figures["processor_s"]
    print(f"wall {wall:.1f} s; {half:.1f} s of two cores (half of the processor's time), budget "
          f"{BUDGET_S:g} s: {BUDGET_S / half:.2f} times within; stages {figures['timings_s']}")
    print(f"peak memory {figures['peak_memory_mb']:.0f} MB, above the import "
          f"{figures['memory_above_import_mb']:.0f} MB; outputs {size / 1e6:.0f} MB")
    compute = figures["timings_s"]["compute"]
    print(f"{draws:,} draws in {compute:.1f} s of compute = {draws / compute / 1e6:.0f} M/s, "
          f"{draws / DRAWS_PER_S / compute:.0%} of the limit")


if __name__ == "__main__":
    main()
