"""Factors by direction: which sector a wind comes from, and what lies between two columns."""

import numpy as np
import pytest
from numba import njit

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.sectors import at_direction, factor_of, relative_factors, weaker
from riskcloud.hazard.typhoon.surface.profile import drag_limits_m_s
from riskcloud.kernels.sectors import (
    SATURATED_M_S,
    SMOOTH_M_S,
    largest_within,
    relative_factor,
    sector_position,
)


@njit
def positions(u, v, out):
    for j in range(u.size):
        out[j] = sector_position(u[j], v[j])


@njit
def factors_of(u, v, relative, out):
    for j in range(u.size):
        out[j] = relative_factor(u[j], v[j], relative, j)


def test_the_direction_is_that_of_the_arc_tangent():
    angle = np.linspace(0.0, 2.0 * np.pi, 100_001)
    u, v, out = -np.sin(angle), -np.cos(angle), np.empty(len(angle))
    positions(u, v, out)
    turn = (out * 30.0 - np.degrees(angle) + 180.0) % 360.0 - 180.0
    assert np.abs(turn).max() < 0.001  # degrees
    assert out.min() >= 0.0 and out.max() <= 12.0


@pytest.mark.parametrize(("u", "v", "sector"), [
    (0.0, -3.0, 0.0), (-3.0, 0.0, 3.0), (0.0, 3.0, 6.0), (3.0, 0.0, 9.0), (0.0, 0.0, 0.0),
    (-0.0, -0.0, 0.0), (np.nan, 1.0, 0.0)])
def test_four_winds_calm_and_nan(u, v, sector):
    out = np.empty(1)
    positions(np.array([u]), np.array([v]), out)
    assert out[0] == pytest.approx(sector, abs=5e-5)


def test_linear_between_columns_as_the_numpy_twin():
    rng = np.random.default_rng(1)
    factors = rng.uniform(0.2, 2.0, (2000, 12))
    u, v, out = rng.normal(0, 20, 2000), rng.normal(0, 20, 2000), np.empty(2000)
    largest, relative = relative_factors(factors)
    factors_of(u, v, relative, out)
    wanted = at_direction(factors, np.degrees(np.arctan2(-u, -v)))
    np.testing.assert_allclose(out * largest, wanted, atol=1e-4)
    assert at_direction(factors[:1], np.array([90.0]))[0] == factors[0, 3]
    assert at_direction(factors[:1], np.array([345.0]))[0] == pytest.approx(
        0.5 * (factors[0, 11] + factors[0, 0]))
    assert np.isnan(at_direction(factors[:1], np.array([np.nan]))[0])


def test_a_weaker_wind_loses_by_the_land_it_comes_over_as_the_numpy_twin():
    rng = np.random.default_rng(2)
    factors = np.hstack([rng.uniform(0.2, 2.0, (2000, 12)), rng.uniform(0.0, 1.0, (2000, 12))])
    u, v, out = rng.normal(0, 25, 2000), rng.normal(0, 25, 2000), np.empty(2000)
    largest, relative = relative_factors(factors)
    factors_of(u, v, relative, out)
    from_deg, speed = np.degrees(np.arctan2(-u, -v)), np.hypot(u, v)
    land = at_direction(factors[:, 12:], from_deg)
    wanted = at_direction(factors, from_deg) * weaker(speed, land)
    np.testing.assert_allclose(out * largest, wanted, atol=1e-4)
    local = wanted * speed
    np.testing.assert_allclose(factor_of(factors, from_deg, local), wanted, rtol=1e-5)
    assert (SATURATED_M_S, SMOOTH_M_S) == pytest.approx(drag_limits_m_s(), rel=1e-12)


def test_relative_factors_are_one_where_alike_and_never_above():
    largest, relative = relative_factors(np.array([[0.7] * 12, [0.0] * 12, [*range(12)]]))
    assert (relative[0, :13] == 1.0).all() and largest.tolist() == [0.7, 0.0, 11.0]
    assert relative.max() == 1.0 and (relative[:, 12] == relative[:, 0]).all()
    assert (relative[1] == 0.0).all()


def test_factors_of_another_shape_or_kind_are_refused():
    with pytest.raises(InputError, match=r"expected \(n_sites, 12\), got \(2, 8\)"):
        relative_factors(np.ones((2, 8)))
    for bad in (-0.1, np.nan, np.inf):
        with pytest.raises(InputError, match="finite numbers from 0"):
            relative_factors(np.where(np.arange(12) == 5, bad, 1.0)[None])


def test_the_largest_within_a_range_counts_every_sector_it_touches():
    top = np.arange(12.0)
    assert largest_within(top, 3.5, 0.1) == 3.0
    assert largest_within(top, 3.9, 0.2) == 4.0
    assert largest_within(top, 0.1, 0.2) == 11.0
    assert largest_within(top, 5.0, 6.0) == 11.0
