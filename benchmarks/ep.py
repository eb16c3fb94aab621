"""Losses of 100,000 locations in 10,000 events, 50 M rows of Parquet, to AEP and OEP.

    python benchmarks/ep.py

Budget: 120 s and 4 GB, for which the loss table also has to be made and put through its terms:
this part of the work should take a quarter. A table of 50 M rows (event, year, location, client,
loss) is written into a temporary folder first; it lies in the system's cache. Once as a whole,
once by 200 clients, and a tenth of it as CSV.

Physical limit: the columns read at 1 GB/s a core, and a cache miss (80 ns) a row and key.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from common import machine

N_EVENTS, N_LOCATIONS, N_ROWS, N_CLIENTS = 10_000, 100_000, 50_000_000, 200
BUDGET_S, BUDGET_MB = 120.0, 4096.0
MISS_S, BYTES_S, CORES = 80e-9, 1e9, 2


def write_table(path: Path, n_rows: int, *, as_csv: bool = False) -> None:
    """Write a loss table, 50 events a row group."""
    rng = np.random.default_rng(1)
    words = {name: pa.array([f"{name}{k}" for k in range(n)]) for name, n in (
        ("E", N_EVENTS), ("L", N_LOCATIONS), ("C", N_CLIENTS))}
    per_event = n_rows // N_EVENTS
    writer = None
    for begin in range(0, N_EVENTS, 50):
        event = np.repeat(np.arange(begin, begin + 50, dtype=np.int32), per_event)
        place = rng.integers(0, N_LOCATIONS, len(event), dtype=np.int32)
        code = {"E": event, "L": place, "C": place % N_CLIENTS}
        columns = {name: pa.DictionaryArray.from_arrays(pa.array(code[key]), words[key])
                   for name, key in (("event_id", "E"), ("loc_id", "L"), ("client_id", "C"))}
        table = pa.table({**columns, "year": event % 8_000 + 1,
                          "loss": np.round(rng.lognormal(8.0, 2.0, len(event)), 2),
                          "currency": pa.array(["CNY"] * len(event)).dictionary_encode(),
                          "stage": pa.array(["gross"] * len(event)).dictionary_encode()})
        if as_csv:
            table = table.cast(pa.schema([(field.name, pa.string()) if pa.types.is_dictionary(
                field.type) else field for field in table.schema]))
        if writer is None:
            writer = pacsv.CSVWriter(path, table.schema) if as_csv else \
                pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer is not None:
        writer.close()


def run(*arguments: object) -> tuple[dict, float]:
    """Run ``riskcloud ep``; return its figures, and wall time, s."""
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "riskcloud", "ep", *map(str, arguments),
                           "--years", "10000", "--json"], stdout=subprocess.PIPE, text=True,
                          check=True)
    return json.loads(done.stdout), time.perf_counter() - begin


def main() -> None:
    """Print wall time, stages and memory of each run."""
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        parquet, small = Path(folder) / "losses.parquet", Path(folder) / "losses.csv"
        write_table(parquet, N_ROWS)
        write_table(small, N_ROWS // 10, as_csv=True)
        run(small)  # compiles
        limit = (parquet.stat().st_size / BYTES_S + N_ROWS * MISS_S) / CORES
        for name, arguments in (("whole", [parquet]), ("by client", [parquet, "--by", "client"]),
                                ("CSV, a tenth", [small, "--by", "client"])):
            said, wall = run(*arguments, "--out", Path(folder) / "out")
            stages = ", ".join(f"{stage} {time:.1f}" for stage, time in said["timings_s"].items())
            print(f"{name}: {wall:.1f} s ({stages}), peak {said['peak_memory_mb']:.0f} MB, "
                  f"{said['memory_above_import_mb']:.0f} MB above import; budget {BUDGET_S:.0f} s, "
                  f"{BUDGET_MB:.0f} MB: {BUDGET_S / wall:.1f}x; physical limit {limit:.1f} s")


if __name__ == "__main__":
    main()
