"""What every benchmark prints: wall time of the best of several runs, and peak memory."""

import os
import platform
import resource
import time
from collections.abc import Callable
from pathlib import Path

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


def peak_mb() -> float:
    """Peak resident memory of this process so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def machine() -> str:
    """One line on the machine the figures hold for."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
