"""A portfolio of 10 million rows into the store: CSV (13 columns of OED) and Parquet.

    python benchmarks/book.py [N_ROWS]

Budget (issue: places and earthquakes): 10 M rows in 60 s and 3 GB. The physical limits: reading the
source and writing the snapshot at the speed this disk shows for a plain copy, and one thread of
zstd-1 over the bytes of the snapshot. Files go to a temporary folder and are removed.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from common import machine

ROWS, SECONDS, MEGABYTES = 10_000_000, 60.0, 3072.0
CHUNK = 500_000
CLASSES = ("tower_110kv", "tower_220kv", "substation", "building_residential",
           "building_commercial")
BRANCHES = ("云南分公司", "广州分公司", "深圳分公司", "广西分公司", "海南分公司")
BEGIN, END = ("2026-01-01", "2026-04-01", "2026-07-01"), ("2026-12-31", "2027-03-31", "2027-06-30")


def words(rng: np.random.Generator, known: tuple[str, ...], n: int) -> pa.Array:
    """Return n words drawn from those known."""
    return pa.array(known).take(pa.array(rng.integers(0, len(known), n)))


def rows(rng: np.random.Generator, first: int, n: int) -> pa.Table:
    """Return n locations of Yunnan, Guangxi and Guangdong, numbered from ``first``."""
    number = np.arange(first, first + n)
    return pa.table({
        "LocNumber": pa.array(np.char.add("L", np.char.zfill(number.astype(str), 9))),
        "AccNumber": pa.array(np.char.add("A", rng.integers(0, 20_000, n).astype(str))),
        "PolNumber": pa.array(np.char.add("P2026", (number // 4).astype(str))),
        "BranchName": words(rng, BRANCHES, n), "AssetClass": words(rng, CLASSES, n),
        "CountryCode": words(rng, ("CN",), n),
        "Longitude": rng.uniform(98.0, 117.0, n).round(6),
        "Latitude": rng.uniform(20.0, 26.0, n).round(6),
        "BuildingTIV": rng.integers(1, 5000, n) * 1000,
        "ContentsTIV": rng.integers(1, 500, n) * 1000, "LocCurrency": words(rng, ("CNY",), n),
        "LocInceptionDate": words(rng, BEGIN, n), "LocExpiryDate": words(rng, END, n)})


def make(folder: Path, n: int) -> tuple[Path, Path]:
    """Write n seeded rows as CSV and as Parquet."""
    rng = np.random.default_rng(1)
    csv, parquet = folder / "book.csv", folder / "book.parquet"
    schema = rows(np.random.default_rng(1), 0, 1).schema
    plain = pacsv.WriteOptions(quoting_style="none")
    with pacsv.CSVWriter(csv, schema, write_options=plain) as text, \
            pq.ParquetWriter(parquet, schema) as columns:
        for first in range(0, n, CHUNK):
            table = rows(rng, first, min(CHUNK, n - first))
            text.write_table(table)
            columns.write_table(table)
    return csv, parquet


def copied_s(path: Path, out: Path) -> float:
    """Seconds to read a file and write it back, on the disk at the end."""
    begin = time.perf_counter()
    with path.open("rb") as source, out.open("wb") as sink:
        while data := source.read(1 << 24):
            sink.write(data)
        os.fsync(sink.fileno())
    seconds = time.perf_counter() - begin
    out.unlink()
    return seconds


def zstd_s(path: Path) -> float:
    """Seconds of one thread to pack what the file holds, unpacked about twice its size."""
    data = path.read_bytes()[:1 << 26]
    codec = pa.Codec("zstd", 1)
    begin = time.perf_counter()
    codec.compress(data, asbytes=True)
    return (time.perf_counter() - begin) * 2.0 * path.stat().st_size / len(data)


def main() -> None:
    """Print the figures of one load each, after a small one that compiles."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    share = n / ROWS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "small").mkdir()
        load(make(folder / "small", 1000)[0], folder / "store")
        print(f"{n:,} rows; {machine()}; load average {os.getloadavg()[0]:.1f}")
        for path in make(folder, n):
            found, wall, busy = load(path, folder / "store")
            kept = Path(found["path"]) / "locations.parquet"
            limit = copied_s(path, folder / "copy") / 2 + copied_s(kept, folder / "copy") / 2
            packed = zstd_s(kept)
            print(f"{path.suffix[1:]:8}{path.stat().st_size / 1e6:7.0f} MB: wall {wall:.1f} s "
                  f"({wall / SECONDS / share:.0%} of the budget), {n / wall:,.0f} rows/s, peak "
                  f"{found['peak_memory_mb']:.0f} MB ({found['peak_memory_mb'] / MEGABYTES:.0%}), "
                  f"snapshot {kept.stat().st_size / 1e6:.0f} MB; stages {found['timings_s']}")
            print(f"        processors busy {busy:.1f} s; the disk alone {limit:.1f} s, zstd alone "
                  f"{packed:.1f} s of one thread")


def load(path: Path, store: Path) -> tuple[dict[str, Any], float, float]:
    """Load a file in a process of its own; what it says, wall time and time of processors, s."""
    begin, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(
        [sys.executable, "-m", "riskcloud", "book", "load", path, "--name", "bench", "--store",
         store, "--json"], stdout=subprocess.PIPE, text=True, check=True)
    wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(run.stdout), wall, busy


if __name__ == "__main__":
    main()
