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
    """Run ``riskcloud forecast`` twice (the first compiles); its figures, and wall time, s.

    Among the figures ``processor_s`` is what all its threads took.
    """
    command = [sys.executable, "-m", "riskcloud", "forecast", *map(str, arguments), "--json"]
    for _ in range(2):
        begin, busy = time.perf_counter(), _children_s()
        run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        wall, busy = time.perf_counter() - begin, _children_s() - busy
    return {**json.loads(run.stdout), "processor_s": busy}, wall


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak_mb() -> float:
    """Peak resident memory of this process so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def machine() -> str:
    """One line on the machine the figures hold for."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
