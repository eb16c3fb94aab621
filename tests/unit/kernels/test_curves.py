"""The compiled curves against their plain NumPy twins, and at the edges of their domain."""

import math

import numpy as np
import pytest
from scipy.special import ndtr

from riskcloud.kernels import curves as kernel

TABLE_X = np.array([99.0, 10.0, 30.0, 50.0, 80.0, 99.0])
TABLE_Y = np.array([99.0, 0.0, 0.1, 0.4, 0.9, 99.0])
START, STOP = 1, 5  # the rows around them must not be touched
CASES = {
    "lognormal": (kernel.LOGNORMAL, (60.0, 0.2, 0.0, 0.0)),
    "emanuel": (kernel.EMANUEL, (25.7, 112.8, 3.0, 0.0)),
    "emanuel_square": (kernel.EMANUEL, (25.7, 74.7, 2.0, 0.0)),
    "logistic": (kernel.LOGISTIC, (0.972, 0.3, 77.8, 0.0)),
    "exponential": (kernel.EXPONENTIAL, (2e-7, 0.18656, 1.0, 17.5)),
    "power": (kernel.POWER, (5.15e-10, 5.1731, 1.0, 0.0)),
    "line_exponential": (kernel.LINE_EXPONENTIAL, (30.0, 0.0, 0.0, 0.0)),
    "table": (kernel.TABLE, (0.0, 0.0, 0.0, 0.0)),
    "log_logistic": (kernel.LOG_LOGISTIC, (56.6, 18.6, 0.0, 0.0)),
}


def twin(form, p, x):
    with np.errstate(all="ignore"):
        if form == kernel.LOGNORMAL:
            return ndtr(np.log(x / p[0]) / p[1])
        if form == kernel.EMANUEL:
            u = (np.maximum(x - p[0], 0.0) / (p[1] - p[0])) ** p[2]
            return u / (1.0 + u)
        if form == kernel.LOGISTIC:
            return p[0] / (1.0 + np.exp(-p[1] * (x - p[2])))
        if form == kernel.EXPONENTIAL:
            return np.where(x < p[3], 0.0, np.minimum(p[0] * np.exp(p[1] * x), p[2]))
        if form == kernel.POWER:
            return np.minimum(p[0] * x ** p[1], p[2])
        if form == kernel.LINE_EXPONENTIAL:
            inside = np.exp(np.log(2.0) * (x - p[0]) / p[0]) - 1.0
            return np.where(x <= p[0], 0.0, np.where(x >= 2.0 * p[0], 1.0, inside))
        if form == kernel.LOG_LOGISTIC:
            return 1.0 / (1.0 + (p[0] / x) ** p[1])
        return np.interp(x, TABLE_X[START:STOP], TABLE_Y[START:STOP])


def values(form, p, x, factor=None):
    factor = np.ones_like(x) if factor is None else factor
    return np.array([kernel.curve_value_spread(form, *p, xi, fi, TABLE_X, TABLE_Y, START, STOP)
                     for xi, fi in zip(x, factor, strict=True)])


@pytest.mark.parametrize("name", CASES)
def test_equals_numpy_twin(name):
    form, p = CASES[name]
    x = np.linspace(0.5, 150.0, 600)
    plain = [kernel.curve_value(form, *p, xi, TABLE_X, TABLE_Y, START, STOP) for xi in x]
    np.testing.assert_allclose(plain, twin(form, p, x), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", CASES)
def test_ends_are_finite_and_nan_survives(name):
    form, p = CASES[name]
    at_zero, at_inf, at_nan = values(form, p, np.array([0.0, math.inf, math.nan]))
    assert 0.0 <= at_zero < 1e-6
    assert at_inf == pytest.approx(0.972 if name == "logistic" else 0.9 if name == "table" else 1)
    assert math.isnan(at_nan)


@pytest.mark.parametrize("name", CASES)
def test_factor_scales_capacity(name):
    form, p = CASES[name]
    x = np.linspace(0.5, 150.0, 200)
    factor = np.full_like(x, 1.3)
    if form == kernel.LOGNORMAL:
        expected = twin(form, (p[0] * 1.3, *p[1:]), x)
    elif form == kernel.EMANUEL:
        expected = twin(form, (p[0], p[1] * 1.3, *p[2:]), x)
    else:
        expected = twin(form, p, x / 1.3)
    np.testing.assert_allclose(values(form, p, x, factor), expected, rtol=1e-12, atol=1e-15)


def test_emanuel_whose_half_falls_below_its_threshold_is_a_step():
    p = CASES["emanuel"][1]
    got = values(kernel.EMANUEL, p, np.array([25.6, 25.7, 26.0]), np.full(3, 0.01))
    np.testing.assert_array_equal(got, [0.0, 0.0, 1.0])


def test_line_curve_has_no_hole_at_its_upper_end():
    # two public codes give exactly 0 at twice the design wind
    got = values(kernel.LINE_EXPONENTIAL, CASES["line_exponential"][1],
                 np.array([60.0 - 1e-9, 60.0, 60.0 + 1e-9]))
    np.testing.assert_allclose(got, 1.0, atol=1e-9)


def test_unknown_form_is_nan():
    assert math.isnan(kernel.curve_value(99, 1.0, 1.0, 1.0, 1.0, 5.0, TABLE_X, TABLE_Y, 1, 5))


def test_array_kernel_is_the_scalar_kernel():
    x, factor = np.linspace(1.0, 90.0, 50), np.linspace(0.5, 2.0, 50)
    out = np.empty(50)
    form, p = CASES["lognormal"]
    kernel.curve_values(form, *p, x, factor, TABLE_X[1:5], TABLE_Y[1:5], out)
    np.testing.assert_array_equal(out, values(form, p, x, factor))
