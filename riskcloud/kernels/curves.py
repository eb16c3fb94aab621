"""Scalar damage curves: intensity -> probability or damage ratio in [0, 1].

A curve row is a form code, four parameters and, for tables, a slice of nodes. All are monotone
non-decreasing in the intensity, finite for 0 and infinity, and give NaN for NaN. They check
nothing: ``vulnerability.library`` checks the parameters when it reads a card. Formulas, their
sources and what they hold for are documented in ``vulnerability.curve``.
"""

import math

import numba
import numpy as np

LOGNORMAL = 0
"""Phi(ln(x / p0) / p1): p0 median, p1 dispersion of ln(capacity)."""
EMANUEL = 1
"""u^p2 / (1 + u^p2) with u = max(x - p0, 0) / (p1 - p0): p0 threshold, p1 half, p2 power."""
LOGISTIC = 2
"""p0 / (1 + exp(-p1 (x - p2))): p0 cap, p1 steepness, p2 midpoint."""
EXPONENTIAL = 3
"""min(p0 exp(p1 x), p2), 0 below p3: p0 factor, p1 rate, p2 cap, p3 start."""
POWER = 4
"""min(p0 x^p1, p2): p0 factor, p1 exponent, p2 cap."""
LINE_EXPONENTIAL = 5
"""exp(ln(2) (x - p0) / p0) - 1 between p0 and 2 p0, 0 below and 1 above: p0 design wind."""
TABLE = 6
"""Linear between nodes, constant beyond them."""
LOG_LOGISTIC = 7
"""1 / (1 + (p0 / x)^p1): p0 median, p1 steepness."""

_SQRT_HALF = 0.7071067811865476
_LN_2 = 0.6931471805599453
_ABOVE_ONE = 1.0 + 2.0**-52


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _table_value(x: float, table_x: np.ndarray, table_y: np.ndarray,
                 start: int, stop: int) -> float:
    if x <= table_x[start]:
        return float(table_y[start])
    if x >= table_x[stop - 1]:
        return float(table_y[stop - 1])
    low, high = start, stop - 1
    while high - low > 1:
        middle = (low + high) // 2
        if table_x[middle] <= x:
            low = middle
        else:
            high = middle
    share = (x - table_x[low]) / (table_x[high] - table_x[low])
    return float(table_y[low] + share * (table_y[high] - table_y[low]))


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _rarer_value(form: int, p0: float, p1: float, p2: float, p3: float, x: float,
                 table_x: np.ndarray, table_y: np.ndarray, start: int, stop: int) -> float:
    # kept out of curve_value: small, that one is compiled into the caller's loop
    if math.isnan(x):
        return x
    if form == TABLE:
        return float(_table_value(x, table_x, table_y, start, stop))
    if form == LOGISTIC:
        return p0 / (1.0 + math.exp(-p1 * (x - p2)))
    if form == EXPONENTIAL:
        return 0.0 if x < p3 else min(p0 * math.exp(p1 * x), p2)
    if form == POWER:
        return 0.0 if x <= 0.0 else min(float(p0 * x**p1), p2)
    if form == LINE_EXPONENTIAL:
        if x <= p0:
            return 0.0
        return 1.0 if x >= 2.0 * p0 else math.exp(_LN_2 * (x - p0) / p0) - 1.0
    if form == LOG_LOGISTIC:
        return 0.0 if x <= 0.0 else float(1.0 / (1.0 + (p0 / x) ** p1))
    return math.nan


@numba.njit(cache=True, nogil=True, error_model="numpy", inline="always")
def curve_value(form: int, p0: float, p1: float, p2: float, p3: float, x: float,
                table_x: np.ndarray, table_y: np.ndarray, start: int, stop: int) -> float:
    """Value of one curve row at intensity ``x``; NaN for an unknown form."""
    if form == LOGNORMAL:
        value = 0.0 if x <= 0.0 else 0.5 * math.erfc(-_SQRT_HALF * math.log(x / p0) / p1)
    elif form == EMANUEL:
        if x <= p0:
            value = 0.0
        else:
            u = (x - p0) / (p1 - p0)
            # 1 / (1 + 1/u^p), because u^p / (1 + u^p) is NaN at infinity
            value = 1.0 / (1.0 + 1.0 / (u * u * u if p2 == 3.0 else u**p2))
    else:
        value = _rarer_value(form, p0, p1, p2, p3, x, table_x, table_y, start, stop)
    return value


@numba.njit(cache=True, nogil=True, error_model="numpy", inline="always")
def curve_value_spread(form: int, p0: float, p1: float, p2: float, p3: float, x: float,
                       factor: float, table_x: np.ndarray, table_y: np.ndarray,
                       start: int, stop: int) -> float:
    """Value of a row whose capacity is ``factor`` = exp(sigma z) times its own.

    LOGNORMAL scales the median, EMANUEL the half-damage speed with the threshold held (a curve
    whose half falls to the threshold is a step there), all other forms the intensity by
    1 / factor. Non-increasing in ``factor``.
    """
    if form == LOGNORMAL:
        p0 = p0 * factor
    elif form == EMANUEL:
        p1 = max(p1 * factor, p0 * _ABOVE_ONE)
    else:
        x = x / factor
    return float(curve_value(form, p0, p1, p2, p3, x, table_x, table_y, start, stop))


@numba.njit(cache=True, nogil=True, error_model="numpy")
def curve_values(form: int, p0: float, p1: float, p2: float, p3: float, x: np.ndarray,
                 factor: np.ndarray, table_x: np.ndarray, table_y: np.ndarray,
                 out: np.ndarray) -> None:
    """``curve_value_spread`` of one row for arrays x and factor (n,) into out (n,)."""
    for i in range(x.shape[0]):
        out[i] = curve_value_spread(form, p0, p1, p2, p3, x[i], factor[i], table_x, table_y,
                                    0, table_x.shape[0])
