"""Terms that remember: annual aggregates, and deductibles that know whether one has been reached.

What the earlier events of a year and sample have used of a term stands in a row of five numbers,
see the columns below; a year's first event finds zeros.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

Array = npt.NDArray[Any]

DEDUCTIBLE, OF_LOSS, OF_TIV, MINIMUM, MAXIMUM, LIMIT, LIMIT_OF_LOSS, LIMIT_OF_TIV = range(8)
"""Columns of a row of terms, see ``kernels.levels``."""
AGGREGATE, FRANCHISE, NON_RANKING, RESIDUAL = 1, 2, 3, 4
"""Deductible codes (OED); 0 is a regular one, others see ``kernels.levels``."""
ANNUAL_LIMIT = 8
"""Added to the deductible's code where the limit is an annual aggregate."""
ENTERED, TAKEN, DEDUCTED, PAID, REACHED = range(5)
"""Of the year so far: losses that entered, what the deductible itself took, all that was deducted
behind it (against its minimum and maximum), what the limit let through, 1 once the aggregate is
used up."""
N_USED = 5


@njit(cache=True, nogil=True, error_model="numpy")
def _taken(loss: float, tiv: float, term: Array, kind: int, used: Array,
           released: bool) -> float:
    """Return what the deductible itself takes of a loss."""
    want = term[DEDUCTIBLE] + term[OF_LOSS] * loss + term[OF_TIV] * tiv
    if kind == FRANCHISE:
        return loss if loss < want else 0.0
    if kind == RESIDUAL and not released:
        return 0.0
    if kind != AGGREGATE:
        return min(want, loss)
    amount = term[DEDUCTIBLE] + term[OF_TIV] * tiv
    whole = amount + term[OF_LOSS] * (used[ENTERED] + loss)
    room = max(whole - used[TAKEN], 0.0)
    if loss < room:
        used[TAKEN] += loss
        return loss
    used[TAKEN] = max(whole, used[TAKEN])  # not a sum: it is reached to the last bit
    if amount > 0.0 and term[OF_LOSS] == 0.0:
        used[REACHED] = 1.0
    return room


@njit(cache=True, nogil=True, error_model="numpy")
def after_annual(loss: float, deducted: float, over: float, under: float, tiv: float, term: Array,
                 code: int, used: Array, released: bool,
                 ) -> tuple[float, float, float, float]:
    """Return loss, deducted, over and under behind a term, and write what it used.

    With ``used`` all zero (the first event of a year) the same as ``levels.after_term`` of a
    regular deductible and limit, to the last bit. released: whether the aggregate that a residual
    deductible follows was used up by earlier events.

    Source: OED 4.0, Deductible and Limit Codes; docs/science/terms.md, A year.
    """
    kind, annual_limit = code % ANNUAL_LIMIT, code >= ANNUAL_LIMIT
    taken = _taken(loss, tiv, term, kind, used, released)
    left, ranks = loss - taken, kind != NON_RANKING and kind != RESIDUAL
    before = used[DEDUCTED] if kind == AGGREGATE else 0.0
    all_deducted = before + deducted
    if ranks:
        under += taken
        all_deducted = before + (deducted + taken)
    if all_deducted > term[MAXIMUM]:
        back = min(all_deducted - term[MAXIMUM], under)
        over += all_deducted - term[MAXIMUM] - back
        left += back
        under -= back
        all_deducted = term[MAXIMUM]
    elif all_deducted < term[MINIMUM]:
        more = term[MINIMUM] - all_deducted
        cut = min(more, over)
        more = min(more - cut, left)
        over -= cut
        left -= more
        under += more
        all_deducted += cut + more
    if kind == AGGREGATE:
        used[DEDUCTED] = all_deducted
        if all_deducted >= term[MAXIMUM]:
            used[REACHED] = 1.0
    used[ENTERED] += loss
    base = used[ENTERED] if annual_limit else loss
    cap = term[LIMIT]
    if term[LIMIT_OF_LOSS] < np.inf:  # inf * 0 would be NaN
        cap = min(cap, term[LIMIT_OF_LOSS] * base)
    if term[LIMIT_OF_TIV] < np.inf:
        cap = min(cap, term[LIMIT_OF_TIV] * tiv)
    if annual_limit:
        cap = max(cap - used[PAID], 0.0)
        used[PAID] += min(left, cap)
    if left > cap:
        return cap, all_deducted - before, over + left - cap, 0.0
    return left, all_deducted - before, over, min(under, cap - left)
