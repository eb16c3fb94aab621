"""Losses by return period to losses a year: the area under loss against annual frequency."""

from dataclasses import dataclass

import numpy as np

from riskcloud.errors import InputError
from riskcloud.types import Floats


@dataclass(frozen=True, slots=True)
class AnnualLoss:
    """Expected loss a year (n,), and its ends, each (n,).

    mean : between the return periods, and ``rare``. rare : beyond the longest, where the loss is
    taken to stay what it is there: a lower bound. frequent_at_most : what more there can be of
    floods more frequent than the shortest, if each cost as much as that: not in ``mean``.
    """

    mean: Floats
    rare: Floats
    frequent_at_most: Floats


def annual_loss(period_yr: tuple[float, ...], loss: Floats) -> AnnualLoss:
    """Return the expected loss a year of losses by return period.

    Parameters
    ----------
    period_yr : (k,) two or more, ascending, 1 or more.
    loss : (n, k) one a return period; NaN unknown, and so is then its mean.

    Raises
    ------
    InputError : fewer than two return periods, or out of order.

    Source
    ------
    Trapezoids in the annual frequency 1/T, as Ward et al. (2011), Nat. Hazards Earth Syst. Sci. 11,
    3181-3195 (cited from memory). The treatment of the ends is ours.
    """
    periods = np.asarray(period_yr, np.float64)
    if len(periods) < 2 or (np.diff(periods) <= 0.0).any() or periods[0] < 1.0:
        raise InputError(f"return periods {list(period_yr)}: expected two or more, ascending, of "
                         "1 year or more")
    frequency = 1.0 / periods
    width = frequency[:-1] - frequency[1:]
    between = 0.5 * (loss[:, :-1] + loss[:, 1:]) @ width
    rare = loss[:, -1] * frequency[-1]
    return AnnualLoss(between + rare, rare, loss[:, 0] * (1.0 - frequency[0]))
