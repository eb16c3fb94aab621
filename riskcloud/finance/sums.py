"""Sums by place."""

import numpy as np

from riskcloud.types import Floats, Ints


def summed(place: Ints, values: Floats, n: int) -> Floats:
    """Return the sum of the values at each place 0 to n - 1 (n,)."""
    return np.asarray(np.bincount(place, weights=values, minlength=n), dtype=np.float64)
