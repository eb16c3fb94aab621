"""Fixtures every test may use.

What is slow: ``make warm``, then ``pytest -p no:cacheprovider --durations=40 tests/unit``, in one
process, a folder at a time. The first call of a kernel compiles it, some of them for 20 s: after
new kernels or new arguments run all tests once and then ``python tests/warm_kernels.py --list``,
which writes tests/kernels.txt anew, so that they compile before the tests, on all cores at once.
"""

import importlib.util
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# no test depends on the time of a run (kernels may compile within one), nor on luck
settings.register_profile("house", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("house")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the real data; the test skips where it is absent."""
    path = Path(os.environ.get("RISKCLOUD_SHARED", ROOT.parent / "shared")) / "data"
    if not path.is_dir():
        pytest.skip(f"real data not found at {path} (set RISKCLOUD_SHARED)")
    return path


@pytest.fixture(scope="session")
def samples() -> Path:
    """Folder of the samples that ship."""
    return ROOT / "data" / "samples"


@pytest.fixture(scope="session")
def made_up_events() -> Callable[..., Any]:
    """Maker of made-up event sets (benchmarks/climate_events.py)."""
    path = ROOT / "benchmarks" / "climate_events.py"
    spec = importlib.util.spec_from_file_location("climate_events", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.made_up_events


@pytest.fixture(scope="module")
def coarse_picture() -> Iterator[None]:
    """Winds of a report's map on a coarse grid: half the time of a forecast of a small book.

    For modules that look at the numbers; the pages in the browser have the grid that ships.
    """
    from riskcloud.analysis import swath

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(swath, "CELLS_ACROSS", 40)
        yield
