"""What every benchmark prints: wall time of the best of several runs, and peak memory."""

import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SHARED = Path(os.environ.get("RISKCLOUD_SHARED", Path(__file__).parents[2] / "shared")) / "data"


def best_of(work: Callable[[], object], repeats: int = 5) -> float:
    """Smallest wall time of several runs, s (the first, untimed, loads compiled kernels)."""
    work()
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def forecast_command(*arguments: object) -> tuple[dict[str, Any], float]:
    """Run ``riskcloud forecast`` twice (the first compiles); its figures, and wall time, s."""
    command = [sys.executable, "-m", "riskcloud", "forecast", *map(str, arguments), "--json"]
    for _ in range(2):
        begin = time.perf_counter()
        run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        wall = time.perf_counter() - begin
    return json.loads(run.stdout), wall


def peak_mb() -> float:
    """Peak resident memory of this process so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def machine() -> str:
    """One line on the machine the figures hold for."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
