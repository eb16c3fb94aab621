import numpy as np
import pytest

from riskcloud.errors import InputError, ModelError
from riskcloud.hazard.earthquake.correlation import (
    MAX_NODES,
    correlated_residuals,
    correlation_period_s,
    correlation_range_km,
    residual_batches,
    residual_grid,
)


def test_periods_of_measures():
    assert [correlation_period_s(name) for name in ("pga", "pgv", "sa_0.3")] == [0.0, 1.0, 0.3]
    with pytest.raises(ModelError, match="no spatial correlation for 'mmi'"):
        correlation_period_s("mmi")


def test_bad_input():
    with pytest.raises(InputError, match=r"period -1 s: expected 0 \(PGA\) to 10 s"):
        correlation_range_km(-1.0)
    with pytest.raises(InputError, match="at least one site"):
        residual_grid(np.empty(0), np.empty(0), 0.0)
    with pytest.raises(InputError, match="spacing_km = 0: expected more than 0"):
        residual_grid(np.zeros(1), np.zeros(1), 0.0, spacing_km=0.0)
    grid = residual_grid(np.array([100.0, 100.5]), np.array([25.0, 25.5]), 0.0)
    fields = next(grid.fields(2, np.random.default_rng(0)))
    with pytest.raises(InputError, match="lies outside the grid"):
        grid.at(fields, np.array([102.0]), np.array([25.0]))


def test_a_wide_region_gets_a_wider_spacing():
    grid = residual_grid(np.array([75.0, 130.0]), np.array([20.0, 50.0]), 0.0)
    assert grid.root.size < 1.2 * MAX_NODES
    assert grid.spacing_km > 0.85


def test_one_site_and_no_draw():
    found = correlated_residuals(np.array([100.0]), np.array([25.0]), 1.0, 400, 1)
    assert found.shape == (400, 1)
    assert found.std() == pytest.approx(1.0, abs=0.1)
    assert correlated_residuals(np.array([100.0]), np.array([25.0]), 1.0, 0, 1).shape == (0, 1)


def test_batches_hold_their_size():
    parts = list(residual_batches(np.array([100.0, 101.0]), np.array([25.0, 25.0]), 0.0, 7,
                                  np.random.default_rng(2), batch=3))
    assert [part.shape for part in parts] == [(4, 2), (3, 2)]
