"""Return-period stacks: values at the periods of the layers, and between them in ln(period)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError, Problem
from riskcloud.geo.overlay.sample import NODATA, OK
from riskcloud.types import Floats


@dataclass(frozen=True, slots=True)
class Stacked:
    """Values of a stack: period_yr (n_periods,) ascending; value, status (n_points, n_periods)."""

    period_yr: Floats
    value: Floats
    status: npt.NDArray[np.uint8]
    unit: str


def at_period(stacked: Stacked, period_yr: float) -> tuple[Floats, npt.NDArray[Any]]:
    """Return value and status (n_points,) at a return period [yr], straight in ln(period).

    NaN where one of the two layers around it has no value: nodata is unknown, not dry. At a
    layer's own period that layer alone counts.

    Raises
    ------
    InputError : a period beyond those of the stack; nothing is extrapolated.
    """
    periods = stacked.period_yr
    if not periods[0] <= period_yr <= periods[-1]:
        raise InputError(f"return period {period_yr:g} years is beyond the stack", [Problem(
            0, "return_period_yr", f"{period_yr:g}",
            f"give years from {periods[0]:g} to {periods[-1]:g}: nothing is extrapolated")])
    above = int(np.searchsorted(periods, period_yr))
    if periods[above] == period_yr:
        return stacked.value[:, above], stacked.status[:, above]
    share = np.log(period_yr / periods[above - 1]) / np.log(periods[above] / periods[above - 1])
    low, high = stacked.value[:, above - 1], stacked.value[:, above]
    status = np.maximum(stacked.status[:, above - 1], stacked.status[:, above])
    value = np.where(low == high, low, low + share * (high - low))
    return value, np.where(np.isnan(value) & (status == OK), NODATA, status).astype(np.uint8)
