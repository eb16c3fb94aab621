import numpy as np
import pytest
from numba import njit

from riskcloud.kernels import elementary


@njit
def _exp(x, out):
    for i in range(x.size):
        out[i] = elementary.exp(x[i])


@njit
def _log(x, out):
    for i in range(x.size):
        out[i] = elementary.log(x[i])


def test_exp_agrees_with_numpy_to_rounding():
    x = np.concatenate([np.linspace(-700, 700, 20001), np.linspace(-1e-8, 1e-8, 101)])
    out = np.empty_like(x)
    _exp(x, out)
    assert np.max(np.abs(out / np.exp(x) - 1.0)) < 5e-15


def test_log_agrees_with_numpy_to_rounding():
    x = np.exp(np.linspace(-600, 600, 20001))
    out = np.empty_like(x)
    _log(x, out)
    assert np.max(np.abs(out - np.log(x)) / np.maximum(np.abs(np.log(x)), 1.0)) < 5e-15


@pytest.mark.parametrize("function", [_exp, _log])
def test_nan_survives(function):
    out = np.zeros(1)
    function(np.array([np.nan]), out)
    assert np.isnan(out[0])


def test_exp_of_far_negative_is_tiny_and_finite():
    out = np.zeros(1)
    _exp(np.array([-1e9]), out)
    assert 0.0 < out[0] < 1e-300
