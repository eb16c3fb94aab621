"""The hazard profile of one site and of 1,000: budgets 2 s and 60 s, warm.

    python benchmarks/hazard_profile.py

The command as a user runs it, history, page and all files, twice (the first compiles). Printed:
read, compute and write against the budget, load beside them (what a process pays once: kernels,
tables of ground motion, storms), and the wall time of the whole process, imports too.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from common import machine

BUDGETS_S = {1: 2.0, 1000: 60.0}


def run(arguments: list[str], folder: Path) -> tuple[dict[str, float], float, float]:
    """Return the stages, the wall time of the process, and its peak memory in MB."""
    command = [sys.executable, "-m", "riskcloud", "hazard", *arguments, "--json", "--out",
               str(folder)]
    for _ in range(2):
        begin = time.perf_counter()
        ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        wall = time.perf_counter() - begin
    said = json.loads(ran.stdout)
    return said["timings_s"], wall, said["peak_memory_mb"]


def main() -> None:
    """Time a plant in Zhuhai, and sites spread over South China."""
    rng = np.random.default_rng(0)
    lon, lat = rng.uniform(109.0, 117.0, 1000), rng.uniform(21.0, 25.0, 1000)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sites.csv").write_text("lon,lat\n" + "".join(
            f"{x:.4f},{y:.4f}\n" for x, y in zip(lon, lat, strict=True)), encoding="utf-8")
        print(machine())
        for n, arguments in ((1, ["--lon", "113.35", "--lat", "21.98"]),
                             (1000, ["--sites", str(folder / "sites.csv")])):
            stages, wall, peak = run(arguments, folder / "out")
            work = sum(stages.values()) - stages["load"]
            told = ", ".join(f"{key} {value:.2f}" for key, value in stages.items())
            print(f"{n:,} site(s): {work:.2f} s ({work / BUDGETS_S[n]:.2f} of the budget: {told}); "
                  f"whole process {wall:.2f} s; peak {peak:.0f} MB")


if __name__ == "__main__":
    main()
