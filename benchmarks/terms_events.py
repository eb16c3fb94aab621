"""100,000 locations, 10,000 events, 50 M losses by location and event through terms to AEP and OEP.

    python benchmarks/terms_events.py [rows in millions]

Budget: 120 s and 4 GB on two cores, 30 s the aim. A book of 100,000 locations with site terms and a
layer for each 100 of them (``terms.write_book``), a quota share and a cat excess of loss over all;
a Parquet table of 5,000 losses an event (event, year, location, loss), once ordered by event and
once not; both lie in the system's cache. Beside it 100,000 locations x 20 ratios with the losses by
location written: 3 s of the processor.

Physical limit: the columns read at 1 GB/s a core, 16 bytes a row written and read once, and three
cache misses (80 ns) a row: its location, its insured sums, its terms.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from common import machine
from terms import write_book

N_LOCATIONS, N_EVENTS, N_YEARS = 100_000, 10_000, 8_000
BUDGET_S, AIM_S, BUDGET_GB = 120.0, 30.0, 4.0
FACTORS_S = 3.0
MISS_S, BYTES_S, CORES = 80e-9, 1e9, 2


def write_treaties(folder: Path) -> None:
    """Write a quota share of 30 % and a cat excess of loss behind it, over the whole book."""
    (folder / "info.csv").write_text(
        "ReinsNumber,ReinsPeril,ReinsType,CededPercent,OccAttachment,OccLimit,PlacedPercent,"
        "ReinsCurrency,InuringPriority,RiskLevel\n1,WTC,QS,0.3,0,0,1,CNY,1,\n"
        "2,WTC,CXL,1,2e8,1e9,1,CNY,2,\n", encoding="utf-8")
    (folder / "scope.csv").write_text("ReinsNumber,PortNumber\n1,1\n2,1\n", encoding="utf-8")


def write_losses(path: Path, n_rows: int, *, ordered: bool) -> None:
    """Write a loss table, 50 events (or as many rows of any) a row group."""
    rng = np.random.default_rng(1)
    words = {name: pa.array([f"{name}{k}" if name else str(k) for k in range(n)])
             for name, n in (("E", N_EVENTS), ("", N_LOCATIONS))}
    per_event = n_rows // N_EVENTS
    year = rng.integers(1, N_YEARS + 1, N_EVENTS, dtype=np.int32)
    writer = None
    for begin in range(0, N_EVENTS, 50):
        event = np.repeat(np.arange(begin, begin + 50, dtype=np.int32), per_event)
        if not ordered:
            event = rng.integers(0, N_EVENTS, len(event), dtype=np.int32)
        place = rng.integers(0, N_LOCATIONS, len(event), dtype=np.int32)
        columns = {name: pa.DictionaryArray.from_arrays(pa.array(code), words[word])
                   for name, code, word in (("event_id", event, "E"), ("loc_id", place, ""))}
        table = pa.table({**columns, "year": year[event],
                          "loss": np.round(rng.lognormal(11.0, 2.0, len(event)), 2)})
        if writer is None:
            writer = pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer is not None:
        writer.close()


def run(folder: Path, *arguments: object) -> tuple[dict, float, float]:
    """Run ``riskcloud terms``; return its answer, wall time and processor time, s."""
    begin, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "riskcloud", "terms", "--location", str(folder / "location.csv"),
         "--account", str(folder / "account.csv"), *map(str, arguments), "--json"],
        stdout=subprocess.PIPE, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(done.stdout), time.perf_counter() - begin, busy


def main() -> None:
    """Print wall time, processor time, memory and their ratios to the budget."""
    print(machine())
    n_rows = int(float(sys.argv[1]) * 1e6) if len(sys.argv) > 1 else 50_000_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_book(folder, N_LOCATIONS)
        write_treaties(folder)
        treaties = ("--reins-info", folder / "info.csv", "--reins-scope", folder / "scope.csv")
        losses = folder / "losses.parquet"
        for ordered in (True, False):
            write_losses(losses, n_rows, ordered=ordered)
            limit = (losses.stat().st_size / BYTES_S + 32 * n_rows / BYTES_S
                     + 3 * n_rows * MISS_S) / CORES
            for what, more in (("gross", ()), ("gross and net", treaties)):
                said, wall, busy = run(folder, "--ground-up", losses, "--years", 10_000,
                                       "--report", folder / "report", *more)
                stages = ", ".join(f"{key} {value:.1f}" for key, value in
                                   said["timings_s"].items())
                peak = said["peak_memory_mb"] / 1024.0
                print(f"{n_rows / 1e6:g} M rows {'by event' if ordered else 'in no order'}, {what}:"
                      f" {wall:.1f} s ({stages}), processor {busy:.1f} s, peak {peak:.2f} GB; "
                      f"budget {BUDGET_S:.0f} s, {BUDGET_GB:g} GB: {BUDGET_S / wall:.1f}x, aim "
                      f"{AIM_S:.0f} s; physical limit {limit:.1f} s", flush=True)
        factors = [part for k in range(1, 21) for part in ("--loss-factor", k / 20.0)]
        for ending in ("csv", "parquet"):
            out = folder / f"out.{ending}"
            said, wall, busy = min((run(folder, *factors, "--out", out) for _ in range(3)),
                                   key=lambda one: one[2])
            print(f"{N_LOCATIONS:,} locations x 20 ratios, {ending} of "
                  f"{out.stat().st_size / 2**20:.0f} MB written: {wall:.1f} s, processor "
                  f"{busy:.1f} s; budget {FACTORS_S:g} s: {FACTORS_S / busy:.1f}x")


if __name__ == "__main__":
    main()
