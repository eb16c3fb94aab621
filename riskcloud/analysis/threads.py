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


def may_overlap() -> bool:
    """Return whether parallel kernels may run in two threads at once.

    numba's workqueue bears one caller at a time; where no kernel has run yet it is not known.
    """
    try:
        return bool(numba.threading_layer() != "workqueue")
    except ValueError:
        return False
