"""Step functions: what a policy pays by how large the loss is."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True, error_model="numpy")
def _end(amounts: Array, shares: Array, tiv: float) -> float:
    """Return where a step ends: an amount, or a share of the sum insured."""
    if shares[1] > 0.0:
        return shares[1] * tiv if tiv > 0.0 else np.inf
    return amounts[1]


@njit(cache=True, nogil=True, error_model="numpy")
def paid_by_steps(loss: float, tiv: float, amounts: Array, shares: Array) -> float:
    """Return what a step function pays of a loss: amounts (n, 8) and shares (n, 10) of its steps.

    The steps act in order; a loss is in a step from its start up to its end, with the end at the
    last of them. Between the payouts of its start and end it is interpolated.
    """
    paid, top = 0.0, 0.0
    if not loss > 0.0:
        return paid
    for k in range(amounts.shape[0]):
        top = max(top, _end(amounts[k], shares[k], tiv))
    for k in range(amounts.shape[0]):
        start, end = amounts[k, 0] + shares[k, 0] * tiv, _end(amounts[k], shares[k], tiv)
        if loss < start or loss > end or (loss == end and end < top):
            continue
        if shares[k, 9] > 0.0:  # only adds to what an earlier step pays
            own = paid
        else:
            way = (loss - start) / (end - start) if end < np.inf else 0.0
            at_start = amounts[k, 2] + shares[k, 2] * loss + shares[k, 3] * tiv
            at_end = amounts[k, 3] + shares[k, 4] * loss + shares[k, 5] * tiv
            own = at_start + way * (at_end - at_start)
            own = min(max(own - amounts[k, 4], 0.0), amounts[k, 5])
        extra = min(own * shares[k, 6], amounts[k, 6]) if shares[k, 6] > 0.0 else 0.0
        paid = (own + extra + own * shares[k, 7]) * (1.0 + shares[k, 8])
    return paid
