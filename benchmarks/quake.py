"""An earthquake to its list of policies: the Yunnan sample, and a snapshot of 10 M assets.

    python benchmarks/quake.py [--rows N] [--dense] [--folder DIR] [--keep]

The command runs in a process of its own each time (once before, to compile and to make the
snapshot's index); budgets: 10 s for the sample, 15 s for 10 M assets, all outputs written. The
snapshot is the sample's rows repeated: one in eight near their place (up to 0.6 degrees off), the
others over South China; with --dense all of them near. The physical limit printed is the time to
read the bytes of the columns that are asked for, once, at the rate this machine decodes them.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from common import machine

from riskcloud.exposure.read import read_portfolio
from riskcloud.store.snapshots import open_book, write_snapshot
from riskcloud.store.writing import Facts

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
EVENTS = [SAMPLES / "yangbi_2021_cenc.json", SAMPLES / "yangbi_2021_usgs.json"]
CHUNK = 500_000
BUDGET_S = {"sample": 10.0, "snapshot": 15.0}
WORDS = ("policy_id", "client_id", "branch", "asset_class", "construction", "country_code",
         "province", "county", "currency")
NUMBERS = ("tiv_building", "tiv_other", "tiv_contents", "tiv_bi", "insured_people",
           "number_of_assets", "year_built", "storeys", "vs30_m_s", "ded_all", "ded_all_type",
           "limit_all")


def chunks(n: int, *, dense: bool) -> Iterator[pa.Table]:
    """Yield n locations made from the sample's points."""
    table = read_portfolio(SAMPLES / "yunnan_portfolio.csv").table
    table = table[table.geometry.geom_type == "Point"].reset_index(drop=True)
    rng = np.random.default_rng(1)
    for first in range(0, n, CHUNK):
        size = min(CHUNK, n - first)
        take = rng.integers(0, len(table), size)
        near = np.full(size, True) if dense else rng.random(size) < 0.125
        off = rng.uniform(-0.6, 0.6, (2, size))
        lon = np.where(near, table["lon"].to_numpy()[take] + off[0], rng.uniform(98, 122, size))
        lat = np.where(near, table["lat"].to_numpy()[take] + off[1], rng.uniform(20, 33, size))
        columns: dict[str, Any] = {
            "loc_id": pa.array([f"B{k:08d}" for k in range(first, first + size)]),
            "lon": np.round(lon, 6), "lat": np.round(lat, 6)}
        for name in WORDS:
            words = table[name].astype(str).to_numpy(dtype=object)[take]
            if name in ("policy_id", "client_id"):  # 40 times as many policies and clients
                words = words + np.char.mod("-%d", rng.integers(0, 40, size)).astype(object)
            columns[name] = pa.array(words).dictionary_encode()
        for name in NUMBERS:
            columns[name] = table[name].to_numpy(np.float64, na_value=np.nan)[take]
        for name in ("inception_date", "expiry_date"):
            columns[name] = table[name].to_numpy().astype("datetime64[s]")[take]
        yield pa.table(columns)


def run(*arguments: object) -> tuple[dict[str, Any], float]:
    """Run the command once; its figures and the wall time of the process, s."""
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "riskcloud", "quake", *map(str, arguments),
                           "--json"], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout), time.perf_counter() - begin


def report(name: str, figures: dict[str, Any], wall: float) -> None:
    """Print one run against its budget."""
    first = figures["origins"][0]
    print(f"{name}: {wall:.1f} s of a process, budget {BUDGET_S[name]:g} s: "
          f"{wall / BUDGET_S[name]:.2f} of it; stages {figures['timings_s']}")
    print(f"  {first['n_locations']:,} locations of {first['n_policies']:,} policies inside, "
          f"{sum(entry['n_locations'] for entry in first['all_shaken']):,} shaken; drawn on "
          f"{first['sampled']}; peak memory {figures['peak_memory_mb']:.0f} MB")


def main() -> None:
    """Print the figures of the second run of each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--dense", action="store_true")
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary) / "out"
        asked = ["--event", EVENTS[0], "--event", EVENTS[1], "--out", out]
        for _ in range(2):
            figures, wall = run(SAMPLES / "yunnan_portfolio.csv", *asked)
        report("sample", figures, wall)
        store = arguments.folder or Path(temporary) / "store"
        name = f"bench-{arguments.rows}{'-dense' if arguments.dense else ''}"
        if not (store / "books" / name).is_dir():
            write_snapshot(store, name, chunks(arguments.rows, dense=arguments.dense),
                           facts=Facts())
        size = open_book(store, name).locations.stat().st_size
        print(f"snapshot of {arguments.rows:,} assets, {size / 1e6:.0f} MB")
        for _ in range(2):
            figures, wall = run(name, "--store", store, "--event", EVENTS[0], "--out", out)
        report("snapshot", figures, wall)


if __name__ == "__main__":
    main()
