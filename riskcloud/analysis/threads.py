"""How many threads a kernel is worth: a small one waits longer for a busy core than it works."""

from collections.abc import Iterator
from contextlib import contextmanager

import numba


@contextmanager
def threads_for(size: int, enough: int) -> Iterator[None]:
    """Let parallel kernels of the block run on one thread unless there is enough to do."""
    before = numba.get_num_threads()
    numba.set_num_threads(before if size >= enough else 1)
    try:
        yield
    finally:
        numba.set_num_threads(before)
