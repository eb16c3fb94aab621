"""Location terms: deductible and limit of each coverage, then of the site."""

from typing import Any

import numpy.typing as npt
from numba import njit, prange

Array = npt.NDArray[Any]

N_COVERAGES = 4
SITE = 4
"""Column of the site's own terms, after those of the four coverages."""


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def after_terms(loss: float, deductible: float, deductible_share: float, limit: float,
                limit_share: float) -> float:
    """Return what a deductible and a limit leave: amounts, or shares of the loss they act on."""
    left = loss - deductible - deductible_share * loss
    left = 0.0 if left < 0.0 else left
    left = limit if left > limit else left
    # a share of inf is no limit; inf * 0 would be NaN, and NaN compares false
    cap = limit_share * loss
    return cap if left > cap else left


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def location_losses(first: int, ratio: Array, value: Array, deductible: Array,
                    deductible_share: Array, limit: Array, limit_share: Array, ground_up: Array,
                    gross: Array, total: Array) -> None:
    """Write ground-up and gross losses (n, n_members, N_COVERAGES) of locations from ``first``.

    total (n, n_members, 2) gets their sums over the coverages. ratio (n, n_members); value
    (n_all, N_COVERAGES); the terms (n_all, N_COVERAGES + 1). The site's terms act on what the
    coverages' leave (its shares of the loss too); the result goes back in proportion to it.
    """
    for row in prange(ratio.shape[0]):
        i = first + row
        for m in range(ratio.shape[1]):
            all_ground_up, all_left = 0.0, 0.0
            for c in range(N_COVERAGES):
                loss = ratio[row, m] * value[i, c]
                left = after_terms(loss, deductible[i, c], deductible_share[i, c], limit[i, c],
                                   limit_share[i, c])
                ground_up[row, m, c] = loss
                gross[row, m, c] = left
                all_ground_up += loss
                all_left += left
            site = after_terms(all_left, deductible[i, SITE], deductible_share[i, SITE],
                               limit[i, SITE], limit_share[i, SITE])
            kept = site / all_left if all_left > 0.0 else 0.0
            total[row, m, 0] = all_ground_up
            total[row, m, 1] = site
            for c in range(N_COVERAGES):
                gross[row, m, c] *= kept
