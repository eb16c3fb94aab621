import numpy as np
import pytest
from numba import njit

from riskcloud.kernels import trigonometry


@njit
def _sin_cos(x, out):
    for i in range(x.size):
        out[0, i], out[1, i] = trigonometry.sin_cos(x[i])


@njit
def _atan2(y, x, out):
    for i in range(x.size):
        out[i] = trigonometry.atan2(y[i], x[i])


def test_sine_and_cosine_agree_with_numpy_to_rounding():
    x = np.concatenate([np.linspace(-100.0, 100.0, 200_001), np.arange(-60, 61) * np.pi / 4.0])
    out = np.empty((2, x.size))
    _sin_cos(x, out)
    assert np.abs(out[0] - np.sin(x)).max() < 3e-16
    assert np.abs(out[1] - np.cos(x)).max() < 3e-16


def test_the_angle_of_a_vector_agrees_with_numpy_to_rounding():
    rng = np.random.default_rng(2)
    y, x = rng.normal(size=(2, 200_000)) * 10.0 ** rng.uniform(-6.0, 6.0, (2, 200_000))
    out = np.empty(x.size)
    _atan2(y, x, out)
    assert np.abs(out / np.arctan2(y, x) - 1.0).max() < 1e-15


@pytest.mark.parametrize(("y", "x", "angle"), [(0.0, 0.0, 0.0), (0.0, -1.0, np.pi),
                                               (1.0, 0.0, np.pi / 2), (-1.0, 0.0, -np.pi / 2)])
def test_angles_on_the_axes(y, x, angle):
    out = np.empty(1)
    _atan2(np.array([y]), np.array([x]), out)
    assert out[0] == pytest.approx(angle, abs=1e-15)


def test_nan_survives():
    out = np.zeros((2, 1))
    _sin_cos(np.array([np.nan]), out)
    assert np.isnan(out).all()
    _atan2(np.array([np.nan]), np.ones(1), out[0])
    _atan2(np.ones(1), np.array([np.nan]), out[1])
    assert np.isnan(out).all()
