"""The wind field kernel against a brute force over nodes and time in plain NumPy."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.kernels import cells, profiles
from riskcloud.kernels import windfield as kernel

INFLOW_RAD, CALM_M_S = np.radians(22.6), 5.5


def make_nodes(rng, n, spin):
    """A storm that moves a quarter of its r_max between nodes, as a path has it."""
    nodes = np.zeros((n, kernel.SHAPE + profiles.N_SHAPE))
    r_max = rng.uniform(15e3, 60e3)
    heading, lat = rng.uniform(0, 2 * np.pi), spin * rng.uniform(8, 28)
    along = 0.25 * r_max * np.arange(n) / kernel.M_PER_DEG
    nodes[:, kernel.LON] = 114.0 + along * np.sin(heading) / np.cos(np.radians(lat))
    nodes[:, kernel.LAT] = lat + along * np.cos(heading)
    nodes[:, kernel.SIN_LAT] = np.sin(np.radians(nodes[:, kernel.LAT]))
    nodes[:, kernel.COS_LAT] = np.cos(np.radians(nodes[:, kernel.LAT]))
    nodes[:, kernel.R_MAX] = r_max * np.linspace(1.0, rng.uniform(0.8, 1.2), n)
    motion = rng.uniform(0, 6)
    nodes[:, kernel.MOTION_EAST] = motion * np.sin(heading)
    nodes[:, kernel.MOTION_NORTH] = motion * np.cos(heading)
    nodes[:, kernel.MOTION] = motion
    nodes[:, kernel.SPIN], nodes[:, kernel.TIME] = spin, np.linspace(0.0, 12.0, n)
    peak = rng.uniform(25, 65) * np.linspace(1.0, rng.uniform(0.7, 1.3), n)
    nodes[:, kernel.PEAK] = peak
    nodes[:, kernel.SHAPE] = rng.uniform(1.0, 2.0)
    nodes[:, kernel.SHAPE + 1] = peak**2
    nodes[:, kernel.SHAPE + 3] = 1.0
    return nodes


def twin(lon, lat, nodes, position):
    """East and north wind of sites (n,) at fractional node positions (n,): all NumPy."""
    k = np.minimum(position.astype(int), len(nodes) - 2)
    w = (position - k)[:, None]
    node = nodes[k] + w * (nodes[k + 1] - nodes[k])
    mean_cos = np.sqrt(0.5 * (1.0 + np.cos(np.radians(lat)) * node[:, kernel.COS_LAT]
                              - np.sin(np.radians(lat)) * node[:, kernel.SIN_LAT]))
    x = (lon - node[:, kernel.LON]) * kernel.M_PER_DEG * mean_cos
    y = (lat - node[:, kernel.LAT]) * kernel.M_PER_DEG
    r, r_max = np.maximum(np.hypot(x, y), 1.0), node[:, kernel.R_MAX]
    b, peak_sq, _, scale = node[:, kernel.SHAPE:kernel.SHAPE + 4].T
    shape = (r_max / r) ** b
    around = np.maximum(scale * np.sqrt(peak_sq * shape * np.exp(1.0 - shape)), 0.0)
    fade = 2.0 * r_max * r / (r_max**2 + r**2)
    turn, inward = around * np.cos(INFLOW_RAD) * nodes[0, kernel.SPIN], around * np.sin(INFLOW_RAD)
    u = (-y * turn - x * inward) / r + fade * node[:, kernel.MOTION_EAST]
    v = (x * turn - y * inward) / r + fade * node[:, kernel.MOTION_NORTH]
    return u, v


def run(lon, lat, nodes, size_deg):
    west, south = lon.min(), lat.min()
    n_columns = int((lon.max() - west) / size_deg) + 1
    n_rows = int((lat.max() - south) / size_deg) + 1
    cell = np.empty(len(lon), np.int32)
    cells.cell_of(lon, lat, west, south, size_deg, n_columns, n_rows, cell)
    order, start = cells.sort_by_cell(cell, n_columns * n_rows)
    out = np.zeros(len(lon)), np.full(len(lon), np.nan), np.full(len(lon), np.nan)
    kernel.maximum_wind(profiles.HOLLAND, lon, lat, order, start, nodes, INFLOW_RAD, CALM_M_S,
                        *out, np.zeros(len(start) - 1, np.int64))
    return out


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n_nodes=st.integers(2, 30), n_sites=st.integers(1, 60),
       spin=st.sampled_from([1.0, -1.0]), size_deg=st.sampled_from([0.2, 1.0, 30.0]))
def test_kernel_finds_the_maximum_of_its_numpy_twin(seed, n_nodes, n_sites, spin, size_deg):
    rng = np.random.default_rng(seed)
    nodes = make_nodes(rng, n_nodes, spin)
    lon = nodes[:, kernel.LON].mean() + rng.uniform(-4, 4, n_sites)
    lat = nodes[:, kernel.LAT].mean() + rng.uniform(-4, 4, n_sites)
    speed, from_deg, hour = run(lon, lat, nodes, size_deg)
    positions = np.linspace(0, n_nodes - 1, 64 * (n_nodes - 1) + 1)
    dense = np.stack([np.hypot(*twin(lon, lat, nodes, np.full(n_sites, position)))
                      for position in positions])
    reached = speed > 0.0
    # no node that could raise a site is left out: never below the best node ...
    assert np.all(speed[reached] >= dense[::64].max(axis=0)[reached] * (1.0 - 1e-9))
    assert np.all(dense[::64].max(axis=0)[~reached] < CALM_M_S)
    # ... never above the true maximum, and close to it (two halvings and a parabola)
    assert np.all(speed[reached] <= dense.max(axis=0)[reached] * (1.0 + 1e-3))
    np.testing.assert_allclose(speed[reached], dense.max(axis=0)[reached], rtol=0.02)
    # the wind and its direction are those of the twin at the time the kernel gives
    position = np.interp(hour, nodes[:, kernel.TIME], np.arange(n_nodes))[reached]
    u, v = twin(lon[reached], lat[reached], nodes, position)
    np.testing.assert_allclose(speed[reached], np.hypot(u, v), rtol=1e-6)
    turn = from_deg[reached] - np.degrees(np.arctan2(-u, -v))
    np.testing.assert_allclose((turn + 180.0) % 360.0 - 180.0, 0.0, atol=1e-3)
    assert np.isnan(from_deg[~reached]).all() and np.isnan(hour[~reached]).all()
