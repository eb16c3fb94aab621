"""The wind field kernel against a brute force over nodes and time in plain NumPy."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.hazard.typhoon.sectors import NONE, at_direction, relative_factors
from riskcloud.kernels import cells, profiles, vortex
from riskcloud.kernels import windfield as kernel

INFLOW_RAD, CALM_M_S = np.radians(22.6), 5.5


def make_nodes(rng, n, spin):
    """A storm that moves a quarter of its r_max between nodes, as a path has it."""
    nodes = np.zeros((n, vortex.SHAPE + profiles.N_SHAPE))
    r_max = rng.uniform(15e3, 60e3)
    heading, lat = rng.uniform(0, 2 * np.pi), spin * rng.uniform(8, 28)
    along = 0.25 * r_max * np.arange(n) / vortex.M_PER_DEG
    nodes[:, vortex.LON] = 114.0 + along * np.sin(heading) / np.cos(np.radians(lat))
    nodes[:, vortex.LAT] = lat + along * np.cos(heading)
    nodes[:, vortex.SIN_LAT] = np.sin(np.radians(nodes[:, vortex.LAT]))
    nodes[:, vortex.COS_LAT] = np.cos(np.radians(nodes[:, vortex.LAT]))
    nodes[:, vortex.R_MAX] = r_max * np.linspace(1.0, rng.uniform(0.8, 1.2), n)
    motion = rng.uniform(0, 6)
    nodes[:, vortex.MOTION_EAST] = motion * np.sin(heading)
    nodes[:, vortex.MOTION_NORTH] = motion * np.cos(heading)
    nodes[:, vortex.MOTION] = motion
    nodes[:, vortex.SPIN], nodes[:, vortex.TIME] = spin, np.linspace(0.0, 12.0, n)
    peak = rng.uniform(25, 65) * np.linspace(1.0, rng.uniform(0.7, 1.3), n)
    nodes[:, vortex.PEAK] = peak
    nodes[:, vortex.STRETCH] = 1.0
    nodes[:, vortex.SHAPE] = rng.uniform(1.0, 2.0)
    nodes[:, vortex.SHAPE + 1] = peak**2
    nodes[:, vortex.SHAPE + 3] = 1.0
    vortex.find_tops(profiles.HOLLAND, nodes)
    return nodes


def twin(lon, lat, nodes, position):
    """East and north wind of sites (n,) at fractional node positions (n,): all NumPy."""
    k = np.minimum(position.astype(int), len(nodes) - 2)
    w = (position - k)[:, None]
    node = nodes[k] + w * (nodes[k + 1] - nodes[k])
    mean_cos = np.sqrt(0.5 * (1.0 + np.cos(np.radians(lat)) * node[:, vortex.COS_LAT]
                              - np.sin(np.radians(lat)) * node[:, vortex.SIN_LAT]))
    x = (lon - node[:, vortex.LON]) * vortex.M_PER_DEG * mean_cos
    y = (lat - node[:, vortex.LAT]) * vortex.M_PER_DEG
    r, r_max = np.maximum(np.hypot(x, y), 1.0), node[:, vortex.R_MAX]
    b, peak_sq, _, scale = node[:, vortex.SHAPE:vortex.SHAPE + 4].T
    s, east, north, cross = node[:, vortex.STRETCH:vortex.SHAPE].T
    s = s + (east * x + north * y) / r + cross * np.sin(2.0 * np.arctan2(y, x))
    s = np.clip(s, vortex.LEAST_STRETCH, vortex.MOST_STRETCH)
    shape = (r_max / np.where(r > r_max, r_max + (r - r_max) * s, r)) ** b
    around = np.maximum(scale * np.sqrt(peak_sq * shape * np.exp(1.0 - shape)), 0.0)
    fade = 0.5 * (1.0 - np.tanh(0.5 * vortex.FADING_PER_M * (r - vortex.HALF_FADED_M)))
    turn, inward = around * np.cos(INFLOW_RAD) * nodes[0, vortex.SPIN], around * np.sin(INFLOW_RAD)
    u = (-y * turn - x * inward) / r + fade * node[:, vortex.MOTION_EAST]
    v = (x * turn - y * inward) / r + fade * node[:, vortex.MOTION_NORTH]
    return u, v


def run(lon, lat, nodes, size_deg, relative=NONE):
    west, south = lon.min(), lat.min()
    n_columns = int((lon.max() - west) / size_deg) + 1
    n_rows = int((lat.max() - south) / size_deg) + 1
    cell = np.empty(len(lon), np.int32)
    cells.cell_of(lon, lat, west, south, size_deg, n_columns, n_rows, cell)
    order, start = cells.sort_by_cell(cell, n_columns * n_rows)
    out = np.zeros(len(lon)), np.full(len(lon), np.nan), np.full(len(lon), np.nan)
    kernel.maximum_wind(profiles.HOLLAND, lon, lat, order, start, nodes, INFLOW_RAD, CALM_M_S,
                        relative, *out, np.zeros(len(start) - 1, np.int64))
    return out


def stretch(nodes, rng):
    """Give the nodes a stretch that differs by azimuth and changes along the path."""
    ends = rng.uniform(0.5, 1.6, 2), *(rng.uniform(-0.5, 0.5, 2) for _ in range(3))
    for k, (first, last) in enumerate(ends):
        nodes[:, vortex.STRETCH + k] = np.linspace(first, last, len(nodes))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n_nodes=st.integers(2, 30), n_sites=st.integers(1, 60),
       spin=st.sampled_from([1.0, -1.0]), size_deg=st.sampled_from([0.2, 1.0, 30.0]),
       stretched=st.booleans(), local=st.booleans())
def test_kernel_finds_the_maximum_of_its_numpy_twin(seed, n_nodes, n_sites, spin, size_deg,
                                                    stretched, local):
    rng = np.random.default_rng(seed)
    nodes = make_nodes(rng, n_nodes, spin)
    if stretched:
        stretch(nodes, rng)
    lon = nodes[:, vortex.LON].mean() + rng.uniform(-4, 4, n_sites)
    lat = nodes[:, vortex.LAT].mean() + rng.uniform(-4, 4, n_sites)
    factors = rng.uniform(0.5, 1.5, (n_sites, 12)) if local else np.ones((n_sites, 12))
    largest, relative = relative_factors(factors)
    speed, from_deg, hour = run(lon, lat, nodes, size_deg, relative if local else NONE)
    share = relative[:, :12].astype(float)

    def at(position):
        u, v = twin(lon, lat, nodes, position)
        return np.hypot(u, v) * at_direction(share, np.degrees(np.arctan2(-u, -v)))

    positions = np.linspace(0, n_nodes - 1, 64 * (n_nodes - 1) + 1)
    dense = np.stack([at(np.full(n_sites, position)) for position in positions])
    best, top = dense[::64].max(axis=0), dense.max(axis=0)
    reached = speed > 0.0
    # no node that could raise a site is left out: never below the best node ...
    assert np.all(speed[reached] >= best[reached] * (1.0 - 1e-4 * local - 1e-9))
    assert np.all(best[~reached] < CALM_M_S * (1.0 + 1e-4 * local))
    # ... never above the true maximum, and close to it (half a node and a parabola)
    assert np.all(speed[reached] <= top[reached] * (1.0 + 1e-3))
    np.testing.assert_allclose(speed[reached], top[reached], rtol=0.05 if local else 0.02)
    # the wind and its direction are those of the twin at the time the kernel gives
    position = np.interp(hour, nodes[:, vortex.TIME], np.arange(n_nodes))
    position = np.where(reached, position, 0.0)
    np.testing.assert_allclose(speed[reached], at(position)[reached], rtol=1e-4 if local else 1e-6)
    u, v = twin(lon, lat, nodes, position)
    turn = from_deg[reached] - np.degrees(np.arctan2(-u, -v))[reached]
    np.testing.assert_allclose((turn + 180.0) % 360.0 - 180.0, 0.0, atol=1e-3)
    assert np.isnan(from_deg[~reached]).all() and np.isnan(hour[~reached]).all()


def test_factors_alike_in_all_directions_are_a_factor_bit_for_bit():
    rng = np.random.default_rng(3)
    nodes = make_nodes(rng, 25, 1.0)
    stretch(nodes, rng)
    lon = nodes[:, vortex.LON].mean() + rng.uniform(-5, 5, 500)
    lat = nodes[:, vortex.LAT].mean() + rng.uniform(-5, 5, 500)
    factors = np.repeat(rng.uniform(0.3, 1.7, 500)[:, None], 12, axis=1)
    factors[::2, 3] *= 0.5  # neighbours that do depend on the direction
    largest, relative = relative_factors(factors)
    for local, marine in zip(run(lon, lat, nodes, 1.0, relative), run(lon, lat, nodes, 1.0),
                             strict=True):
        np.testing.assert_array_equal(local[1::2], marine[1::2])
    np.testing.assert_array_equal(largest, factors.max(axis=1))


def test_both_entries_find_the_same_maximum():
    rng = np.random.default_rng(5)
    nodes = make_nodes(rng, 30, 1.0)
    lon = nodes[:, vortex.LON].mean() + rng.uniform(-2, 2, 400)
    lat = nodes[:, vortex.LAT].mean() + rng.uniform(-2, 2, 400)
    for relative in (NONE, relative_factors(rng.uniform(0.5, 1.5, (400, 12)))[1]):
        speed = np.empty(400)
        radians = np.radians(lat)
        kernel.maximum_speed(profiles.HOLLAND, lon, lat, np.sin(radians), np.cos(radians),
                             np.array([0, 400]), nodes, INFLOW_RAD, CALM_M_S, relative, speed)
        np.testing.assert_array_equal(run(lon, lat, nodes, 0.5, relative)[0], speed)
