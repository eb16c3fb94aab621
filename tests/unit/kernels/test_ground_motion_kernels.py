"""The kernels of ground motion against plain NumPy."""

import numpy as np
import pytest

from riskcloud.kernels import boore_2014, chiou_youngs_2014, nodes, rupture, yu_2013

RNG = np.random.default_rng(11)
N = 5000


def test_boore_2014_twin():
    r, vs30 = RNG.uniform(0.0, 400.0, N), RNG.uniform(150.0, 1800.0, N)
    path = np.array([0.5, -0.9, -0.004, 20.0, 4.9, -1.0, -0.001, 28.0])
    v1, v2, r1, r2, d_v, d_r, phi0, tau = 225.0, 300.0, 110.0, 270.0, 0.07, 0.1, 0.5, 0.35
    site = np.array([-0.6, 1500.0, 760.0, 0.1, -0.15, -0.007, phi0, np.log(v2),
                     d_v / np.log(v2 / v1), np.log(r1), d_r / np.log(r2 / r1), tau**2])
    rock = [p[0] + p[1] * np.log(np.sqrt(r**2 + p[3])) + p[2] * (np.sqrt(r**2 + p[3]) - 1.0)
            for p in (path[:4], path[4:])]
    c, v_cap, v_ref, f3, f4, f5 = site[:6]
    f2 = f4 * (np.exp(f5 * (np.minimum(vs30, 760.0) - 360.0)) - np.exp(f5 * 400.0))
    twin = np.exp(rock[1] + c * np.log(np.minimum(vs30, v_cap) / v_ref)
                  + f2 * np.log((np.exp(rock[0]) + f3) / f3))
    within = (phi0 - d_v * np.clip(np.log(v2 / vs30) / np.log(v2 / v1), 0.0, 1.0)
              + d_r * np.clip(np.log(np.maximum(r, 0.1) / r1) / np.log(r2 / r1), 0.0, 1.0))
    median, phi, sigma = (np.empty(N) for _ in range(3))
    boore_2014.boore_2014(r, vs30, path, site, d_r, d_v, median, phi, sigma)
    assert median == pytest.approx(twin, rel=1e-12)
    assert phi == pytest.approx(within, rel=1e-12)
    assert sigma == pytest.approx(np.hypot(within, tau), rel=1e-12)


def test_chiou_youngs_2014_twin():
    r, vs30 = RNG.uniform(0.0, 400.0, N), RNG.uniform(150.0, 1800.0, N)
    r_jb, r_x = 0.9 * r, RNG.uniform(-100.0, 100.0, N)
    event, c4, near, far, rb2, gamma, hw, c9a, c9b, top2 = (
        1.0, -2.1, 30.0, 1.6, 2500.0, -0.008, 0.8, 0.12, 6.9, 9.0)
    p1, p2, p3, p4, t, s = -0.52, -0.14, -0.007, 0.1, 0.3, 0.45
    measured = RNG.random(N) < 0.5
    of_vs30 = np.where(measured, 0.7, 0.8)
    ln_rock = (event + c4 * np.log(r + near) + far * np.log(np.sqrt(r**2 + rb2)) + gamma * r
               + (r_x >= 0.0) * hw * (c9a + (1.0 - c9a) * np.tanh(r_x / c9b))
               * (1.0 - np.sqrt(r_jb**2 + top2) / (r + 1.0)))
    v = np.minimum(vs30, 1130.0)
    soil = p2 * (np.exp(p3 * (v - 360.0)) - np.exp(p3 * 770.0))
    rock = np.exp(ln_rock)
    twin = np.exp(ln_rock + p1 * np.log(v / 1130.0) + soil * np.log((rock + p4) / p4))
    shift = 1.0 + soil * rock / (rock + p4)
    median, tau, phi, sigma = (np.empty(N) for _ in range(4))
    terms = np.array([event, c4, near, far, rb2, gamma, hw, c9a, c9b, top2, p1, p2, p3, p4, t, s,
                      0.7, 0.8])
    chiou_youngs_2014.chiou_youngs_2014(r, r_jb, r_x, vs30, measured, terms, median, tau, phi,
                                        sigma)
    assert median == pytest.approx(twin, rel=1e-12)
    assert tau == pytest.approx(shift * t, rel=1e-12)
    assert phi == pytest.approx(s * np.sqrt(of_vs30 + shift**2), rel=1e-12)
    assert sigma == pytest.approx(np.hypot(tau, phi), rel=1e-12)


@pytest.mark.parametrize("circle", [False, True])
def test_ellipse_axes_twin(circle):
    """Bisection in plain NumPy for the ellipse (or circle of its area) through each site."""
    axes = np.array([11.3, -1.85, 11.4, 15.0, -2.42, 27.5])
    r, azimuth = 10.0 ** RNG.uniform(-0.5, 3.5, N), RNG.uniform(0.0, 360.0, N)
    share = np.cos(np.radians(azimuth - 20.0))

    def outer_of(t):
        return np.exp((axes[0] + axes[1] * np.log(t + axes[2]) - axes[3]) / axes[4]) - axes[5]

    low, high = np.full(N, 1e-15), np.full(N, 1e5)
    for _ in range(200):
        t = np.sqrt(low * high)
        o = outer_of(t)
        reach = (np.sqrt(t * o) if circle
                 else 1.0 / np.sqrt((share / t) ** 2 + (1.0 - share**2) / o**2))
        low, high = np.where(reach > r, low, t), np.where(reach > r, t, high)
    inner, outer = np.empty(N), np.empty(N)
    yu_2013.ellipse_axes(r, azimuth, 20.0, axes, circle, inner, outer)
    normal = inner >= 0.0
    assert normal.sum() > 0.99 * N
    assert inner[normal] == pytest.approx(t[normal], rel=1e-9)
    assert outer[normal] == pytest.approx(outer_of(t)[normal], rel=1e-9)
    out = np.empty(N)
    yu_2013.levels(inner, outer, axes, 2.0, out)
    level = 2.0 * np.exp(axes[0] + axes[1] * np.log(t + axes[2]))
    assert out[normal] == pytest.approx(level[normal], rel=1e-9)


def test_close_to_the_epicentre_the_outer_axis_goes_on_alone():
    """Both axes keep their own form where the other one has ended."""
    axes = np.array([11.3, -1.85, 11.4, 15.0, -2.42, 27.5])
    r = np.array([0.0, 1.0, 1.0, 1.0])
    azimuth = np.array([0.0, 110.0, 20.0, 20.0 + 180.0])  # outer at 110, inner at 20 and 200
    inner, outer, out = (np.empty(4) for _ in range(3))
    yu_2013.ellipse_axes(r, azimuth, 20.0, axes, False, inner, outer)
    yu_2013.levels(inner, outer, axes, 1.0, out)
    on_outer = np.exp(15.0 - 2.42 * np.log(np.array([0.0, 1.0]) + 27.5))
    on_inner = np.exp(11.3 - 1.85 * np.log(1.0 + 11.4))
    assert out == pytest.approx([*on_outer, on_inner, on_inner], rel=1e-9)
    assert out[0] > out[1] > out[2]


def test_nan_distances_survive():
    axes = np.array([11.3, -1.85, 11.4, 15.0, -2.42, 27.5])
    inner, outer, out = (np.empty(2) for _ in range(3))
    yu_2013.ellipse_axes(np.array([np.nan, 5.0]), np.array([1.0, np.nan]), 0.0, axes, False, inner,
                         outer)
    yu_2013.levels(inner, outer, axes, 1.0, out)
    assert np.isnan(out).all()


def test_source_distances_twin():
    """The rectangle in the plane of the epicentre, from the kernel's own distance and azimuth."""
    strike, dip = np.radians([33.0, 55.0])
    half, width, top_v, top_z = 20.0, 15.0, -3.0, 2.0
    source = np.array([100.0, 25.0, 8.0, strike, half, top_v, np.cos(dip), np.sin(dip), top_z,
                       width])
    lon, lat = RNG.uniform(98.0, 102.0, N), RNG.uniform(23.0, 27.0, N)
    out = np.empty((6, N))
    rupture.source_distances(lon, lat, source, out)
    km, azimuth = out[rupture.EPICENTRAL], np.radians(out[rupture.AZIMUTH])
    u, v = km * np.cos(azimuth - strike), km * np.sin(azimuth - strike) - top_v
    du, dv = np.maximum(np.abs(u) - half, 0.0), v - np.clip(v, 0.0, width * np.cos(dip))
    down = np.clip(v * np.cos(dip) - top_z * np.sin(dip), 0.0, width)
    slant = np.sqrt(du**2 + (v - down * np.cos(dip)) ** 2 + (top_z + down * np.sin(dip)) ** 2)
    assert out[rupture.HYPOCENTRAL] == pytest.approx(np.hypot(km, 8.0))
    assert out[rupture.R_JB] == pytest.approx(np.hypot(du, dv), abs=1e-9)
    assert out[rupture.R_RUP] == pytest.approx(slant, abs=1e-9)
    assert out[rupture.R_X] == pytest.approx(v, abs=1e-9)


def test_nearest_nodes_twin():
    fields, shift = RNG.normal(size=(3, 6, 9)), RNG.uniform(size=(3, 2))
    x, y = RNG.uniform(0.0, 8.0, 40), RNG.uniform(0.0, 5.0, 40)
    twin = [field[np.floor(y + dy).astype(int), np.floor(x + dx).astype(int)]
            for field, (dx, dy) in zip(fields, shift, strict=True)]
    out = np.empty((3, 40))
    nodes.nearest_nodes(fields, x, y, shift, out)
    assert np.array_equal(out, twin)
