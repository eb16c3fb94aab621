"""Time by stage and peak memory of a command.

``load`` is what a new process pays once: compiled kernels from their cache (or, at the very first
run, their compilation).
"""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_KIB = 1024 if sys.platform == "darwin" else 1  # ru_maxrss counts bytes there, KiB elsewhere


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB / 1024.0


class Meter:
    """Collects wall time by stage; made when all imports are done, it knows their memory."""

    def __init__(self) -> None:
        self.timings_s: dict[str, float] = {"load": 0.0, "read": 0.0, "compute": 0.0, "write": 0.0}
        self._import_mb = _peak_mb()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time of the block to a stage."""
        begin = time.perf_counter()
        try:
            yield
        finally:
            self.timings_s[name] = self.timings_s.get(name, 0.0) + time.perf_counter() - begin

    def figures(self) -> dict[str, Any]:
        """Return timings_s, peak_memory_mb and memory_above_import_mb so far."""
        peak = _peak_mb()
        return {"timings_s": {name: round(value, 4) for name, value in self.timings_s.items()},
                "peak_memory_mb": round(peak, 1),
                "memory_above_import_mb": round(peak - self._import_mb, 1)}
