"""Compile the kernels of kernels.txt on all cores, so that no test waits for them.

Without it each worker of xdist compiles what it meets, mostly what the other compiles at the same
time. A kernel that the list lacks is compiled by the first test that calls it, as ever, and a line
that no longer fits its kernel is told and passed over: the list saves time, it decides nothing.

    python tests/warm_kernels.py            compile (what is in the cache is only loaded)
    python tests/warm_kernels.py --list     write the list anew from the cache of a run of all tests
"""

import gc
import importlib
import os
import pkgutil
import sys
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any

LIST = Path(__file__).with_name("kernels.txt")
PACKAGE = "riskcloud.kernels"


def compile_all(lines: list[str]) -> list[str]:
    """Compile kernels one after the other; return what went wrong."""
    import numba

    gc.set_threshold(100_000, 20, 100)  # most of what a compiler makes lives long
    wrong = []
    for line in lines:
        name, signature = line.split(" ", 1)
        module, function = name.split(".")
        try:
            kernel = getattr(importlib.import_module(f"{PACKAGE}.{module}"), function)
            kernel.compile(eval(signature, vars(numba.types)))
        except Exception as fault:
            wrong.append(f"{name}: {type(fault).__name__} with {signature}")
    return wrong


def warm() -> None:
    """Compile all of the list, a process a core; the kernels that take longest come first."""
    tasks = defaultdict(list)
    for line in LIST.read_text(encoding="utf-8").splitlines():
        name = line.split(" ", 1)[0]
        # One kernel's in one process: numba's index has no lock. Those of the wind call the same
        # others, which two processes would each compile.
        tasks["wind" if "wind" in name else name].append(line)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        runs = [pool.submit(compile_all, lines) for lines in tasks.values()]
        wrong = [fault for run in as_completed(runs) for fault in run.result()]
    for fault in wrong:
        sys.stderr.write(f"warm_kernels: {fault}; write the list anew (--list)\n")


def kernels() -> dict[str, Any]:
    """Return every compiled function of the package by its name (module.function)."""
    import numba

    package, found = importlib.import_module(PACKAGE), {}
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{PACKAGE}.{info.name}")
        for name, thing in vars(module).items():
            if (isinstance(thing, numba.core.dispatcher.Dispatcher)
                    and thing.py_func.__module__ == module.__name__):
                found[f"{info.name}.{name}"] = thing
    return found


def write_list() -> None:
    """Write what the cache holds: kernels that no other calls first, the largest first.

    A kernel that the cache lacks (its file changed and no test ran since) keeps its old lines.
    """
    found = kernels()
    before = LIST.read_text(encoding="utf-8").splitlines() if LIST.exists() else []
    called = {id(kernel.py_func.__globals__.get(name)) for kernel in found.values()
              for name in kernel.py_func.__code__.co_names}
    lines, at_least = [], 200_000  # bytes: where in the order what is not measured stands
    for name, kernel in found.items():
        if name.split(".")[1].startswith("_"):
            continue  # what calls it compiles it
        folder = Path(kernel._cache.cache_path)
        cached = kernel._cache._cache_file._load_index()
        if not cached:
            lines += [(id(kernel) in called, -at_least, line) for line in before
                      if line.split(" ")[0] == name]
        for (signature, *_), data in cached.items():
            size = (folder / data).stat().st_size
            if "Record(" in str(signature) or "Literal[" in str(signature):
                continue  # not written as it is read
            lines.append((id(kernel) in called, -size, f"{name} {signature}"))
    LIST.write_text("".join(f"{line}\n" for *_, line in sorted(lines)), encoding="utf-8")


if __name__ == "__main__":
    write_list() if sys.argv[1:] == ["--list"] else warm()
