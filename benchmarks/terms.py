"""A book in OED files through its terms: 1 M locations x 1 ratio in 12 s and 2.5 GB on two cores,
100,000 x 20 ratios in 3 s; totals against a closed form in float64, 1e-9.

The reference engine (OasisLMF 2.5.8, one public call, same structure) takes 118.8 s and 4.2 GB, and
47.6 s and 4.4 GB; its largest error of totals is 3.5e-6. The floor is reading the files: plain
arrays and the same CSV reader take 1.6 s and 0.6 s (../shared/science/insurance.md, section 1.1).
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
import pyarrow.csv as pacsv
from common import machine

PER_ACCOUNT = 100
CASES = ((1_000_000, 1, 12.0, 118.8, 2.5), (100_000, 20, 3.0, 47.6, 4.4))


def write_book(folder: Path, n: int) -> dict[str, np.ndarray]:
    """Write location.csv and account.csv; return the arrays of the closed form."""
    rng = np.random.default_rng(7)
    account = np.arange(n) // PER_ACCOUNT
    tiv = np.round(rng.lognormal(14.0, 1.0, (n, 3)), 2)
    total = tiv.sum(axis=1)
    of_tiv = rng.random(n) < 0.3
    deductible = np.where(of_tiv, np.round(rng.uniform(0.01, 0.1, n), 3),
                          np.round(rng.uniform(1e3, 1e5, n), 2))
    limit = np.where(rng.random(n) < 0.8, np.round(total * rng.uniform(0.3, 0.9, n), 2), 0.0)
    text = {
        "PortNumber": np.full(n, "1"), "AccNumber": account.astype(str),
        "LocNumber": np.arange(n).astype(str), "CountryCode": np.full(n, "CN"),
        "AreaCode": np.full(n, "44"), "LocPerilsCovered": np.full(n, "WTC"),
        "LocCurrency": np.full(n, "CNY"), "LocPeril": np.full(n, "WTC")}
    numbers = {
        "Latitude": np.round(rng.uniform(20.0, 25.0, n), 5),
        "Longitude": np.round(rng.uniform(110.0, 117.0, n), 5),
        "OccupancyCode": rng.choice([1050, 1100, 1150], n),
        "ConstructionCode": rng.choice([5050, 5100, 5150], n), "NumberOfBuildings": np.ones(n, int),
        "BuildingTIV": tiv[:, 0], "OtherTIV": np.zeros(n), "ContentsTIV": tiv[:, 1],
        "BITIV": tiv[:, 2], "LocDedType6All": np.where(of_tiv, 2, 0), "LocDed6All": deductible,
        "LocLimit6All": limit}
    pacsv.write_csv(pa.table(text | numbers), folder / "location.csv")
    k = n // PER_ACCOUNT
    in_account = np.bincount(account, weights=total)
    layer = {"layer_attachment": np.round(in_account * rng.uniform(0.0, 0.1, k), 2),
             "layer_limit": np.round(in_account * rng.uniform(0.1, 0.6, k), 2),
             "share": np.round(rng.uniform(0.1, 1.0, k), 2)}
    pacsv.write_csv(pa.table({
        "PortNumber": ["1"] * k, "AccNumber": np.arange(k).astype(str),
        "PolNumber": np.arange(k).astype(str), "PolPerilsCovered": ["WTC"] * k,
        "AccCurrency": ["CNY"] * k, "LayerNumber": np.ones(k, int),
        "LayerAttachment": layer["layer_attachment"], "LayerLimit": layer["layer_limit"],
        "LayerParticipation": layer["share"]}), folder / "account.csv")
    return {"total": total, "account": account, "limit": np.where(limit > 0.0, limit, np.inf),
            "deductible": np.where(of_tiv, deductible * total, deductible), **layer}


def closed_form(book: dict[str, np.ndarray], ratio: float) -> tuple[float, float]:
    """Return ground-up and gross totals in float64."""
    loss = ratio * book["total"]
    left = np.minimum(np.maximum(loss - book["deductible"], 0.0), book["limit"])
    account = np.bincount(book["account"], weights=left)
    paid = np.minimum(np.maximum(account - book["layer_attachment"], 0.0), book["layer_limit"])
    return float(loss.sum()), float((paid * book["share"]).sum())


def run(folder: Path, ratios: np.ndarray, out: Path | None) -> tuple[dict, float, float]:
    """Run the command; its answer, wall time (s) and peak memory (GB)."""
    command = [sys.executable, "-m", "riskcloud", "terms", "--location",
               str(folder / "location.csv"), "--account", str(folder / "account.csv"), "--json"]
    command += [part for ratio in ratios for part in ("--loss-factor", repr(float(ratio)))]
    command += ["--out", str(out)] if out else []
    begin = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    wall = time.perf_counter() - begin
    answer = json.loads(done.stdout)
    return answer, wall, answer["peak_memory_mb"] / 1024.0


def main() -> None:
    """Print wall times against the budget and the peer, peak memory, largest error of totals."""
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for n, n_ratios, budget, peer, memory in CASES:
            book = write_book(folder, n)
            ratios = np.linspace(0.05, 1.0, n_ratios) if n_ratios > 1 else np.array([0.3])
            runs = [run(folder, ratios, None) for _ in range(3)]
            answer, wall, peak = min(runs, key=lambda item: item[1])
            errors = [abs(row[key] / value - 1.0) for row, ratio in zip(
                answer["totals"], ratios, strict=True) for key, value in zip(
                ("loss_gul", "loss_il"), closed_form(book, ratio), strict=True)]
            _, with_file, _ = run(folder, ratios, folder / "out.csv")
            print(f"{n:,} locations x 3 coverages x {n_ratios} ratio(s), files to totals: "
                  f"{wall:.2f} s (budget {budget:g} s, peer {peer:g} s: {peer / wall:.0f} x), "
                  f"peak {peak:.2f} GB (budget {memory:g}); largest error {max(errors):.1e}; "
                  f"with losses by location written {with_file:.2f} s")
            print(f"  {answer['timings_s']}")
    print(f"this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GB")


if __name__ == "__main__":
    main()
