"""The climada-6 kernel is a brute force over sites and nodes in plain NumPy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.kernels import cells, profiles
from riskcloud.kernels import climada6 as kernel

M_PER_DEG, REACH_M = 111_120.0, 300e3


def make_nodes(rng, n, *, spin):
    nodes = np.zeros((n, kernel.SHAPE + profiles.N_SHAPE))
    nodes[:, kernel.LON], nodes[:, kernel.LAT] = rng.uniform(110, 116, n), rng.uniform(18, 23, n)
    nodes[:, kernel.COS_LAT] = np.cos(np.radians(nodes[:, kernel.LAT]))
    nodes[:, kernel.R_MAX] = rng.uniform(15e3, 70e3, n)
    nodes[:, kernel.MOTION_EAST], nodes[:, kernel.MOTION_NORTH] = rng.uniform(-8, 8, (2, n))
    nodes[:, kernel.MOTION] = np.hypot(nodes[:, kernel.MOTION_EAST],
                                       nodes[:, kernel.MOTION_NORTH])
    nodes[:, kernel.SPIN], nodes[:, kernel.DEDUCT] = spin, rng.integers(0, 2)
    nodes[:, kernel.SHAPE] = rng.uniform(0.9, 2.2, n)
    nodes[:, kernel.SHAPE + 1] = rng.uniform(20, 60, n) ** 2
    nodes[:, kernel.SHAPE + 2] = 2.5e-5
    nodes[:, kernel.SHAPE + 3] = 1.0
    return nodes


def twin(lon, lat, nodes):
    """Speed of each site (row) by each node (column), 0 out of reach."""
    node = {name: nodes[:, getattr(kernel, name)] for name in (
        "LON", "LAT", "COS_LAT", "R_MAX", "MOTION_EAST", "MOTION_NORTH", "MOTION", "SPIN",
        "DEDUCT")}
    b, peak_sq, half_f, scale = nodes[:, kernel.SHAPE:kernel.SHAPE + 4].T
    x = (lon[:, None] - node["LON"]) * node["COS_LAT"] * M_PER_DEG
    y = (lat[:, None] - node["LAT"]) * M_PER_DEG
    r = np.hypot(x, y)
    shape = (node["R_MAX"] / np.maximum(r, 1.0)) ** b
    around = scale * (np.sqrt(peak_sq * shape * np.exp(1 - shape) + (half_f * r) ** 2) - half_f * r)
    fade = np.minimum(node["R_MAX"] / np.maximum(r, 1.0), 1.0)
    around = (around - node["DEDUCT"] * node["MOTION"] * fade) * node["SPIN"]
    u = -y / np.maximum(r, 1.0) * around + node["MOTION_EAST"] * fade
    v = x / np.maximum(r, 1.0) * around + node["MOTION_NORTH"] * fade
    inside = (r > 1.0) & (r <= REACH_M)
    return np.where(inside, np.hypot(u, v), 0.0), np.degrees(np.arctan2(-u, -v)) % 360.0


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n_nodes=st.integers(1, 12), n_sites=st.integers(1, 60),
       spin=st.sampled_from([1.0, -1.0]), size_deg=st.sampled_from([0.3, 1.0, 20.0]))
def test_kernel_is_its_numpy_twin(seed, n_nodes, n_sites, spin, size_deg):
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform(108, 118, n_sites), rng.uniform(16, 25, n_sites)
    nodes = make_nodes(rng, n_nodes, spin=spin)
    columns = int(10 / size_deg) + 1
    cell = np.empty(n_sites, np.int32)
    cells.cell_of(lon, lat, 108.0, 16.0, size_deg, columns, columns, cell)
    order, start = cells.sort_by_cell(cell, columns * columns)
    speed, node, direction = np.zeros(n_sites), np.full(n_sites, -1), np.full(n_sites, np.nan)
    kernel.maximum_wind(profiles.HOLLAND, lon, lat, order, start, nodes, REACH_M, M_PER_DEG, speed,
                        node, direction, np.zeros(len(start) - 1, np.int64))
    expected, from_deg = twin(lon, lat, nodes)
    best = expected.argmax(axis=1)
    np.testing.assert_allclose(speed, expected.max(axis=1), rtol=1e-9, atol=1e-9)
    reached = speed > 0.0
    np.testing.assert_array_equal(node >= 0, reached)
    np.testing.assert_array_equal(node[reached], best[reached])
    turn = direction[reached] - from_deg[np.arange(n_sites), best][reached]
    np.testing.assert_allclose((turn + 180.0) % 360.0 - 180.0, 0.0, atol=1e-6)
    assert np.isnan(direction[~reached]).all()


def test_a_site_beyond_the_reach_gets_nothing():
    nodes = make_nodes(np.random.default_rng(1), 1, spin=1.0)
    north = nodes[0, kernel.LAT] + np.array([REACH_M - 1.0, REACH_M + 1.0]) / M_PER_DEG
    lon = np.repeat(nodes[0, kernel.LON], 2)
    speed, node, direction = np.zeros(2), np.full(2, -1), np.full(2, np.nan)
    kernel.maximum_wind(profiles.HOLLAND, lon, north, np.arange(2, dtype=np.int32),
                        np.array([0, 2]), nodes, REACH_M, M_PER_DEG, speed, node, direction,
                        np.zeros(1, np.int64))
    assert speed[0] > 0.0 and speed[1] == 0.0
    assert speed[0] == pytest.approx(twin(lon, north, nodes)[0][0, 0], rel=1e-9)
