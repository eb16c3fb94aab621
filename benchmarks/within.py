"""Who is insured within 50 km: 10 M assets by default, 1e8 with ``--rows 100000000``.

    python benchmarks/within.py [--rows N] [--scattered] [--keep DIR]

Synthetic, seeded: 300 city clusters and 15 % rural, 6 policies in 10 rows of their own, 3 of
neighbours, 1 spread over the country with some 5,000 rows; half of all in force on the day asked
about; one policy in ten with rows of differing dates (``--scattered``: the worst case, four rows a
policy anywhere in the country, each with its own dates). The index is made in a temporary folder,
whose size is printed, from tables as a snapshot gives them, and removed.

Budgets (two cores, warm, one process): 10 M rows 0.05 s (aim 0.02), 1e8 rows 0.3 s (aim 0.1), for
counts, sums by branch, place and class, and the policies with their sums inside and in all. The
rows of every disc are counted again by pyproj around its edge.

The peer at 1e8 rows, other synthetic data of the same kind: DuckDB 1.5.5, native table, a box in
SQL and an exact distance in numba on what it leaves, rows and sums by branch alone.
The physical limit: the bytes that must be looked at, over the rate at which both cores read
memory, measured in place.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from common import machine, peak_mb
from numba import njit, prange

from riskcloud.analysis.within.search import distances_m, find_rows
from riskcloud.analysis.within.sums import summarise
from riskcloud.kernels.hilbert import hilbert_keys
from riskcloud.store.index import BLOCK, LocationIndex, open_index
from riskcloud.store.index_build import keep_index

DAY = np.datetime64("2026-01-01", "D")
RADIUS_KM = 50.0
N_CITIES = 300
CHUNK = 122_880
ROW_BYTES_LOOKED_AT, ROW_BYTES_TESTED, ROW_BYTES_ADDED = 8, 16, 4 + 4 + 32
BUDGET_S = {10_000_000: (0.05, 0.02), 100_000_000: (0.3, 0.1)}
DUCKDB_MS = {"dense": (245, 2_036_192), "mid": (132, 1_395_627), "sparse": (26, 62_816)}
CLASSES = ("building_residential", "building_commercial", "tower_500kv", "pole_10kv",
           "substation_220kv", "plant_solar")


def cities(rng: np.random.Generator) -> np.ndarray:
    """Longitude and latitude of the cities (N_CITIES, 2)."""
    return np.column_stack([rng.uniform(100, 122, N_CITIES), rng.uniform(21, 41, N_CITIES)])


def places(n: int, city: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude (n,) [degrees] of locations along a Hilbert curve."""
    rng = np.random.default_rng(5)
    weight = 1.0 / np.arange(3, N_CITIES + 3) ** 0.8
    lon, lat = np.empty(n), np.empty(n)
    step = 1 << 22
    key = np.empty(n, np.uint32)
    for begin in range(0, n, step):
        m = min(step, n - begin)
        which = rng.choice(N_CITIES, m, p=weight / weight.sum())
        spread = rng.exponential(0.17, m)
        turn = rng.uniform(0, 2 * np.pi, m)
        rural = rng.random(m) < 0.15
        lon[begin:begin + m] = np.where(rural, rng.uniform(98, 123, m),
                                        city[which, 0] + spread * np.cos(turn))
        lat[begin:begin + m] = np.where(rural, rng.uniform(20, 43, m),
                                        city[which, 1] + spread * np.sin(turn))
    hilbert_keys(lon, lat, key)
    order = np.sort(key.astype(np.uint64) << np.uint64(32) | np.arange(n, dtype=np.uint64))
    del key
    order &= np.uint64(0xFFFFFFFF)
    for values in (lon, lat):
        values[:] = np.round(values[order], 6)
    return lon, lat


def _mixed(key: np.ndarray, salt: int) -> np.ndarray:
    key = (key.astype(np.uint64) + np.uint64(salt)) * np.uint64(0x9E3779B97F4A7C15)
    return (key ^ (key >> np.uint64(31))) >> np.uint64(20)


def tables(lon: np.ndarray, lat: np.ndarray, scattered: bool) -> Iterator[pa.Table]:
    """Locations as a snapshot gives them, a row group at a time."""
    n = len(lon)
    n_spread = max(n // 50_000, 3)
    for begin in range(0, n, CHUNK):
        rng = np.random.default_rng([7, begin])
        row = np.arange(begin, min(begin + CHUNK, n))
        m = len(row)
        kind = rng.random(m)
        key = np.where(kind < 0.6, 2 * n + row, np.where(
            kind < 0.9, n + row // 40, (n_spread * rng.random(m) ** 2).astype(np.int64)))
        if scattered:
            key = rng.integers(0, n // 4, m)
        day = (DAY.astype(np.int64) - (_mixed(key, 1) % np.uint64(730)).astype(np.int64)
               + np.where((key < 2 * n) & (_mixed(key, 2) % np.uint64(1 if scattered else 10) == 0),
                          rng.integers(0, 60, m), 0))
        county = ((lon[row[0]:row[-1] + 1] * 5).astype(np.int64) % 60 * 50
                  + (lat[row[0]:row[-1] + 1] * 5).astype(np.int64) % 50)

        def words(code: Any, known: list[str]) -> pa.Array:
            return pa.DictionaryArray.from_arrays(pa.array(code.astype(np.int32)), pa.array(known))

        yield pa.table({
            "lon": lon[begin:begin + m], "lat": lat[begin:begin + m],
            "policy_id": pc.binary_join_element_wise("P", pa.array(key).cast(pa.string()), ""),
            "inception_date": pa.array(day.astype(np.int32)).cast(pa.date32()),
            "expiry_date": pa.array((day + 364).astype(np.int32)).cast(pa.date32()),
            "tiv_building": np.round(np.exp(rng.normal(13, 1.5, m)), 2),
            "insured_people": rng.integers(0, 50, m), "number_of_assets": rng.integers(1, 3, m),
            "currency": words(_mixed(key, 3) % np.uint64(50) == 0, ["CNY", "USD"]),
            "branch": words(_mixed(key, 4) % np.uint64(120), [f"分公司{k}" for k in range(120)]),
            "province": words(county // 100, [f"省{k}" for k in range(31)]),
            "county": words(county, [f"县{k}" for k in range(3000)]),
            "asset_class": words(rng.integers(0, len(CLASSES), m), list(CLASSES)),
        })


def discs(index: LocationIndex, city: np.ndarray) -> dict[str, tuple[float, float]]:
    """Centres with most rows, with about two thirds of that, and with few."""
    n = np.array([len(find_rows(index, x, y, RADIUS_KM, DAY)) for x, y in city])
    dense = int(n.argmax())
    mid = int(np.abs(n - 0.68 * n[dense]).argmin())
    sparse = int(np.abs(n - 0.03 * n[dense]).argmin())
    return {name: (float(city[k, 0]), float(city[k, 1]))
            for name, k in (("dense", dense), ("mid", mid), ("sparse", sparse))}


def check(index: LocationIndex, rows: np.ndarray, lon: float, lat: float) -> int:
    """Compare the rows near the edge with pyproj; return how many were compared."""
    from pyproj import Geod

    x, y = index.rows.lon, index.rows.lat
    near = np.flatnonzero(np.abs(y - lat) < 0.46)
    near = near[np.abs(x[near] - lon) < 0.7]
    near = near[(index.rows.from_day[near] <= DAY.astype(int))
                & (DAY.astype(int) <= index.rows.to_day[near])]
    near = near[np.abs(np.hypot((x[near] - lon) * np.cos(np.radians(lat)), y[near] - lat) - 0.45)
                < 0.02]
    _, _, away = Geod(ellps="WGS84").inv(np.full(len(near), lon), np.full(len(near), lat),
                                         x[near], y[near])
    found = np.isin(near, rows)
    wrong = (found != (away <= 1000.0 * RADIUS_KM)) & (np.abs(away - 1000.0 * RADIUS_KM) > 1e-5)
    if wrong.any():
        raise SystemExit(f"{wrong.sum()} rows on the wrong side of the edge")
    return len(near)


@njit(parallel=True)
def _read(values: np.ndarray) -> float:
    total = 0.0
    for i in prange(values.size):
        total += values[i]
    return total


def times_of(work: Callable[[], object], repeats: int = 15) -> tuple[float, float, float]:
    """Least and median wall time, least time of all cores, s; the first two runs are not timed."""
    found = []
    for k in range(repeats + 2):
        begin, cores = time.perf_counter(), time.process_time()
        work()
        if k >= 2:
            found.append((time.perf_counter() - begin, time.process_time() - cores))
    wall, cpu = zip(*found, strict=True)
    return min(wall), statistics.median(wall), min(cpu)


def own_mb() -> float:
    """Resident memory of this process that is not pages of files, MB."""
    status = Path("/proc/self/status")
    words = status.read_text().split() if status.exists() else ["RssAnon:", "nan"]
    return float(words[words.index("RssAnon:") + 1]) / 1024.0


def memory_rate() -> float:
    """Bytes a second that all cores together read."""
    values = np.ones(1 << 26)
    return values.nbytes / times_of(lambda: _read(values), 5)[0]


def report(index: LocationIndex, city: np.ndarray) -> None:
    """Print a line a disc."""
    rate = memory_rate()
    must, aim = BUDGET_S.get(len(index), (float("nan"), float("nan")))
    print(f"memory is read at {rate / 1e9:.1f} GB/s; must {must} s, aim {aim} s")
    print(f"{'disc':7} {'rows':>10} {'policies':>10} {'partly':>8} {'rows ms':>14} "
          f"{'and sums ms':>14} {'cores ms':>8} {'limit ms':>9} {'of must':>8} "
          f"{'DuckDB ms a M rows':>19} {'ours':>6}")
    for name, (lon, lat) in discs(index, city).items():
        rows = find_rows(index, lon, lat, RADIUS_KM, DAY)
        compared = check(index, rows, lon, lat)
        found = times_of(lambda lon=lon, lat=lat: find_rows(index, lon, lat, RADIUS_KM, DAY))
        both = times_of(lambda lon=lon, lat=lat: summarise(
            index, find_rows(index, lon, lat, RADIUS_KM, DAY), DAY))
        sums = summarise(index, rows, DAY)
        looked_at = len(np.unique(rows // BLOCK)) * BLOCK
        limit = (looked_at * ROW_BYTES_LOOKED_AT + len(rows) * ROW_BYTES_ADDED) / rate
        peer, peer_rows = DUCKDB_MS[name]
        print(f"{name:7} {len(rows):10,} {sums.n_policies:10,} {sums.n_partly_inside:8,} "
              f"{1e3 * found[0]:6.1f} /{1e3 * found[1]:6.1f} {1e3 * both[0]:6.1f} /"
              f"{1e3 * both[1]:6.1f} {1e3 * both[2]:8.1f} {1e3 * limit:9.2f} {both[0] / must:8.0%} "
              f"{peer / peer_rows * 1e6:19.0f} {1e9 * both[0] / len(rows):6.0f}"
              f"   ({compared:,} near the edge as pyproj)")
        away = times_of(lambda rows=rows, lon=lon, lat=lat:
                        distances_m(index, rows, lon, lat), 3)
        print(f"{'':7} distances of all rows found, for the list: {1e3 * away[0]:.1f} ms")


def main() -> None:
    """Make the book and its index, ask three times, remove it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=lambda text: int(float(text)), default=10_000_000)
    parser.add_argument("--scattered", action="store_true",
                        help="policies of four rows anywhere, each with dates of its own")
    parser.add_argument("--keep", type=Path, default=None,
                        help="keep the index in this folder, and use the one that is there")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="riskcloud-within-"))
    try:
        begin = time.perf_counter()
        name = f"synthetic {options.rows} {options.scattered}"
        index = open_index(folder / "index", sha256=name)
        city = cities(np.random.default_rng(4))
        lon, lat = (np.empty(0),) * 2 if index else places(options.rows, city)
        made, before = time.perf_counter(), peak_mb()
        index = index or keep_index(folder / "index", lambda: tables(
            lon, lat, options.scattered), sha256=name)
        built = time.perf_counter()
        size = sum(path.stat().st_size for path in (folder / "index").iterdir())
        print(f"{options.rows:,} rows; {machine()}; places {made - begin:.1f} s; tables and index "
              f"{built - made:.1f} s, {size / 1e9:.2f} GB on disk ({size / options.rows:.0f} B a "
              f"row), {len(index.policies.entry):,} policies")
        print(f"peak memory {peak_mb():,.0f} MB, mapped pages among it ({before:,.0f} MB for the "
              f"places); now {own_mb():,.0f} MB of its own")
        report(index, city)
        print(f"peak memory {peak_mb():,.0f} MB, mapped pages among it")
    finally:
        if options.keep is None:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
