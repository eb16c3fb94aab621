"""Step functions of policies as steps of the program."""

from typing import Any

import numpy as np
import numpy.typing as npt

from riskcloud.kernels import levels as kernel
from riskcloud.types import Floats
from riskcloud.types.terms import Payouts


def payout_steps(payouts: Payouts, uncovered: int, empty: npt.NDArray[Any],
                 ) -> tuple[npt.NDArray[Any], Floats, Floats]:
    """Return the steps of step functions, one for each policy and group of coverages.

    Its members are rows of the amounts and shares returned with them, in the order of StepNumber.
    Coverages that a policy's step functions do not name are not covered by it: a step of the stage
    ``uncovered`` before theirs. empty: an array of no step.
    """
    order = np.lexsort((payouts.number, payouts.mask, payouts.owner))
    owner, mask = payouts.owner[order], payouts.mask[order]
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (owner[1:] != owner[:-1]) | (mask[1:] != mask[:-1])
    first = np.flatnonzero(begins)
    step = np.zeros(len(first), dtype=empty.dtype)
    step["owner"], step["mask"], step["stage"] = owner[first], mask[first], uncovered + 1
    step["kind"], step["row"] = kernel.PAYOUT, payouts.row[order][first]
    step["members"][:, 0], step["members"][:, 1] = first, np.append(first[1:], len(order))
    own = np.unique(owner)
    named = np.zeros(len(own), dtype=np.int64)
    np.bitwise_or.at(named, np.searchsorted(own, owner), mask)
    rest = np.zeros(len(own), dtype=empty.dtype)
    rest["owner"], rest["stage"], rest["kind"] = own, uncovered, kernel.BLOCK
    rest["mask"], rest["members"] = 0b1111 & ~named, -1
    return np.concatenate([rest, step]), payouts.amounts[order], payouts.shares[order]
