"""Residual fields against exp(-3 h / b), Jayaram and Baker (2009), eqs. 17-20."""

import numpy as np
import pyproj
import pytest

from riskcloud.hazard.earthquake.correlation import (
    correlated_residuals,
    correlation_range_km,
    residual_grid,
)

GEOD = pyproj.Geod(ellps="WGS84")


@pytest.mark.parametrize(("period_s", "clustered", "range_km"), [
    (0.0, False, 8.5), (0.5, False, 17.1), (0.0, True, 40.7), (0.5, True, 33.2),
    (1.0, False, 25.7), (1.0, True, 25.7), (3.0, False, 33.1), (10.0, True, 59.0)])
def test_ranges(period_s, clustered, range_km):
    assert correlation_range_km(period_s, clustered=clustered) == pytest.approx(range_km)


def grid_over(range_km, period_s, clustered, per_range, *, wide=2.0):
    """A grid of ``wide`` by 0.75 ``wide`` ranges, at the 180th meridian."""
    east, _, _ = GEOD.fwd(179.98, -17.0, 90.0, 1000.0 * wide * range_km)
    _, north, _ = GEOD.fwd(179.98, -17.0, 0.0, 750.0 * wide * range_km)
    return residual_grid(np.array([179.98, east]), np.array([-17.0, north]), period_s,
                         clustered=clustered, spacing_km=range_km / per_range)


@pytest.mark.parametrize(("period_s", "clustered"), [(0.0, False), (0.0, True), (1.0, False)])
def test_nodes_have_the_model_s_correlation(period_s, clustered):
    """The covariance that the eigenvalues stand for, at every separation within the grid.

    0.002: what the fold half way round the torus leaves.
    """
    range_km = correlation_range_km(period_s, clustered=clustered)
    grid = grid_over(range_km, period_s, clustered, 20.0)
    covariance = np.fft.fft2(grid.root**2).real[:grid.shape[0], :grid.shape[1]]
    steps = np.hypot(*np.ix_(range(grid.shape[0]), range(grid.shape[1])))
    target = np.exp(-3.0 * grid.spacing_km * steps / range_km)
    assert covariance[0, 0] == pytest.approx(1.0, abs=1e-12)
    assert np.abs(covariance - target).max() < 2e-3


def test_fields_drawn_have_it_too():
    """2000 fields: a standard error of 0.022 for pairs that are far apart, less for near ones."""
    range_km = correlation_range_km(0.0)
    grid = grid_over(range_km, 0.0, False, 8.0)
    fields = np.concatenate([b.values for b in grid.fields(2000, np.random.default_rng(1))])
    assert fields.shape[1:] == grid.shape
    assert fields.var(axis=0) == pytest.approx(1.0, abs=0.12)
    ny, nx = grid.shape
    for step_y, step_x in ((0, 1), (0, 4), (3, 0), (8, 0), (5, 5)):
        a, b = fields[:, :ny - step_y, :nx - step_x], fields[:, step_y:, step_x:]
        target = np.exp(-3.0 * grid.spacing_km * np.hypot(step_y, step_x) / range_km)
        assert (a * b).mean() == pytest.approx(target, abs=0.03)
    half = fields[::2, 0, 0], fields[1::2, 0, 0]  # real and imaginary parts of one transform
    assert abs(np.mean(half[0] * half[1])) < 0.1


def test_sites_have_the_model_s_correlation_within_the_stated_bound():
    """Two sites fall into the same node or nodes apart, by how the grid is moved: exact mean.

    Within 0.03 at any separation and direction, for the default spacing of a tenth of the range.
    """
    spacing = 0.1
    moved = (np.arange(200) + 0.5) / 200.0  # of a cell
    for separation in np.linspace(0.0, 2.0, 41):
        for azimuth in np.radians([0.0, 20.0, 45.0, 70.0]):
            dx, dy = separation / spacing * np.array([np.sin(azimuth), np.cos(azimuth)])
            nodes_x, nodes_y = np.floor(moved + dx), np.floor(moved + dy)
            apart = spacing * np.hypot(nodes_x[:, None], nodes_y)
            found = np.exp(-3.0 * apart).mean()
            assert found == pytest.approx(np.exp(-3.0 * separation), abs=0.03)


def test_sites_drawn_have_it_too():
    """4000 draws: a standard error of 0.016 at most; across the 180th meridian."""
    range_km = correlation_range_km(1.0)
    separation = np.linspace(0.0, 1.2, 30) * range_km
    azimuth = np.random.default_rng(3).uniform(0.0, 180.0, 30)
    lon, lat, _ = GEOD.fwd(np.full(30, 179.98), np.full(30, -17.0), azimuth, 1000.0 * separation)
    found = correlated_residuals(np.append(lon, 179.98), np.append(lat, -17.0), 1.0, 4000, 9)
    assert found.var(axis=0) == pytest.approx(1.0, abs=0.09)
    products = (found[:, :-1] * found[:, -1:]).mean(axis=0)
    assert products == pytest.approx(np.exp(-3.0 * separation / range_km), abs=0.03 + 0.05)
    assert np.array_equal(found[:, 0], found[:, -1])  # one place, one value


def test_draws_depend_on_the_seed_alone():
    lon, lat = np.array([100.0, 100.2, 100.4]), np.array([25.0, 25.1, 25.0])
    whole = correlated_residuals(lon, lat, 0.0, 11, 4)
    assert np.array_equal(whole, correlated_residuals(lon, lat, 0.0, 11, 4))
    assert not np.array_equal(whole, correlated_residuals(lon, lat, 0.0, 11, 5))
    grid = residual_grid(lon, lat, 0.0)
    parts = [grid.at(fields, lon, lat)
             for fields in grid.fields(11, np.random.default_rng(4), batch=2)]
    assert np.array_equal(whole, np.concatenate(parts))
