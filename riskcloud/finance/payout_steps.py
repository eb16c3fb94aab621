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
    Where contents pay only if buildings do not, a step before theirs says so, with the members of
    the buildings' steps. Coverages that a policy's step functions do not name are not covered by
    it: a step of the stage ``uncovered`` before theirs. empty: an array of no step.
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
    last = np.append(first[1:], len(order))
    place = np.flatnonzero(payouts.shares[order][first, 10] > 0.0)
    buildings = place[(step["owner"][place - 1] == step["owner"][place])
                      & (step["mask"][place - 1] == 1) & (place > 0)]
    yields = step[buildings]
    yields["kind"], yields["priority"], yields["code"] = kernel.YIELD, -1, kernel.YIELD
    yields["members"][:, 0], yields["members"][:, 1] = first[buildings - 1], last[buildings - 1]
    own = np.unique(owner)
    named = np.zeros(len(own), dtype=np.int64)
    np.bitwise_or.at(named, np.searchsorted(own, owner), mask)
    rest = np.zeros(len(own), dtype=empty.dtype)
    rest["owner"], rest["stage"], rest["kind"] = own, uncovered, kernel.BLOCK
    rest["mask"], rest["members"] = 0b1111 & ~named, -1
    return np.concatenate([rest, yields, step]), payouts.amounts[order], payouts.shares[order]
