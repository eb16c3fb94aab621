"""Fetch: the kernel is its twin; neither rougher ground nor hills let more wind through at 10 m."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.kernels.fetch import exposure_factors, gust_factors

N_SECTORS, PER_SECTOR, N_STEPS, SIDE = 12, 2, 5, 41
N_LEVELS, N_CODES, N_RELIEF = 3, 256, 5
HILLS = np.array([0.2, 19.0, 39.0])  # a cell of the relief is 5 cells of the ground
LEVEL = np.zeros((10, 10), np.uint8)
ZONE_SHARE = 0.6


def tables(seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    angle = np.radians(np.arange(N_SECTORS * PER_SECTOR) * 15.0 - 7.5)[:, None]
    far = np.array([0.4, 2.0, 5.0, 9.0, 15.0])
    return {
        "along_rows": -np.cos(angle) * far, "along_columns": np.sin(angle) * far,
        "weight": rng.dirichlet(np.ones(N_STEPS), N_LEVELS),
        "near": rng.dirichlet(np.ones(N_STEPS)),
        "zone": rng.dirichlet(np.ones(N_STEPS)), "share": rng.uniform(0, 1, N_LEVELS),
        "coastal": rng.uniform(0.1, 0.2, N_LEVELS),
        "log_mean": -np.sort(rng.uniform(0, 1, (N_LEVELS, N_CODES)), axis=1),
        "turbulence": np.sort(rng.uniform(0.1, 0.5, (N_LEVELS, N_CODES)), axis=1),
        "hill_weight": rng.dirichlet(np.ones(N_STEPS)) * (np.arange(N_STEPS) > 1),
        "hill_effect": hill_effect(rng)}


def hill_effect(rng: np.random.Generator) -> np.ndarray:
    """Slower with each step of relief, on level land too; not at all over water."""
    effect = -np.sort(rng.uniform(0.0, 0.4, N_RELIEF)) * np.ones((N_LEVELS, N_CODES, N_RELIEF))
    effect[:, 0] = 0.0
    return effect


def compute(ground: np.ndarray, sites: dict[str, np.ndarray], seed: int,
            hills: np.ndarray = LEVEL) -> list[np.ndarray]:
    t = tables(seed)
    n = len(sites["row"])
    out = [np.empty((n, N_SECTORS)) for _ in range(4)]
    exposure_factors(
        sites["row"], sites["column"], sites["shrink"], sites["level"], sites["on_land"], 100, 200,
        ground, t["along_rows"], t["along_columns"], t["weight"], t["near"], t["zone"],
        ZONE_SHARE, t["share"], t["coastal"], t["log_mean"], t["turbulence"], hills, HILLS,
        t["hill_weight"], t["hill_effect"], *out)
    return out


def some_sites(seed: int, n: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {"row": rng.uniform(117, 123, n), "column": rng.uniform(217, 223, n),
            "shrink": rng.uniform(1.0, 1.1, n), "level": rng.choice([0.0, 1.0, 0.3, 1.9], n),
            "on_land": rng.random(n) < 0.5}


def twin(ground: np.ndarray, sites: dict[str, np.ndarray], seed: int,
         hills: np.ndarray) -> list[np.ndarray]:
    t = tables(seed)
    down = sites["row"][:, None, None] + t["along_rows"]
    right = (sites["column"][:, None, None]
             + t["along_columns"] * sites["shrink"][:, None, None])
    code = ground[np.floor(down).astype(int) - 100, np.floor(right).astype(int) - 200]
    hill = hills[np.floor(down * 0.2).astype(int) - 19, np.floor(right * 0.2).astype(int) - 39]
    n = len(code)

    def at(k: int) -> tuple[np.ndarray, ...]:
        effect = t["hill_weight"] * t["hill_effect"][k][code, hill]
        total = (t["weight"][k] * t["log_mean"][k][code]).sum(axis=2)
        mean, slowed = (np.exp(log).reshape(n, N_SECTORS, PER_SECTOR).mean(axis=2)
                        for log in (total, total + effect.sum(axis=2)))
        wild = t["turbulence"][k][code]
        upwind = (t["weight"][k] * wild).sum(axis=2).reshape(n, N_SECTORS, PER_SECTOR).mean(axis=2)
        near, zone = ((t[w] * wild).sum(axis=2).mean(axis=1) for w in ("near", "zone"))
        zone = np.where(sites["on_land"], np.maximum(zone, t["coastal"][k]), zone)
        lift = ZONE_SHARE * np.maximum(zone - t["turbulence"][k][0], 0.0)
        water = code == 0
        near = near + (t["near"] * water).sum(axis=2).mean(axis=1) * lift
        wet = (t["weight"][k] * water).sum(axis=2).reshape(n, N_SECTORS, PER_SECTOR).mean(axis=2)
        upwind = upwind + wet * lift[:, None]
        wild = upwind + t["share"][k] * np.minimum(near[:, None] - upwind, 0.0)
        return mean, wild, np.maximum(1.0 - wet, 0.0), slowed / mean

    below = sites["level"].astype(int)
    part = (sites["level"] - below)[:, None]
    every = [at(k) for k in range(N_LEVELS)]
    rows = np.arange(n)
    found = []
    for which in range(4):
        stack = np.stack([each[which] for each in every])
        low, high = stack[below, rows], stack[np.minimum(below + 1, N_LEVELS - 1), rows]
        found.append(low + part * (high - low))
    return found


@given(st.integers(0, 10_000))
def test_kernel_is_its_twin(seed: int) -> None:
    rng = np.random.default_rng(seed)
    dry = rng.random((SIDE, SIDE)) < 0.6
    ground = (rng.integers(0, 256, (SIDE, SIDE)) * dry).astype(np.uint8)
    hills = rng.integers(0, N_RELIEF, (10, 10)).astype(np.uint8)
    sites = some_sites(seed, 7)
    for ours, theirs in zip(compute(ground, sites, seed, hills), twin(ground, sites, seed, hills),
                            strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-14)


@given(st.integers(0, 10_000))
@settings(max_examples=50)
def test_rougher_ground_is_never_windier(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ground = rng.integers(0, 200, (SIDE, SIDE)).astype(np.uint8)
    rougher = ground + rng.integers(0, 56, (SIDE, SIDE)).astype(np.uint8)  # codes by roughness
    sites = some_sites(seed, 5)
    smooth, rough = compute(ground, sites, seed), compute(rougher, sites, seed)
    assert np.all(rough[0] <= smooth[0] * (1.0 + 1e-12))


@given(st.integers(0, 10_000))
@settings(max_examples=50)
def test_higher_hills_never_let_more_wind_through(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ground = rng.integers(0, 256, (SIDE, SIDE)).astype(np.uint8)
    low = rng.integers(0, 3, (10, 10)).astype(np.uint8)
    high = low + rng.integers(0, 3, (10, 10)).astype(np.uint8)
    sites = some_sites(seed, 5)
    level, lower, higher = (np.prod(compute(ground, sites, seed, hills)[::3], axis=0)
                            for hills in (LEVEL, low, high))
    assert np.all(higher <= lower * (1.0 + 1e-12)) and np.all(lower <= level * (1.0 + 1e-12))


@given(st.lists(st.floats(0.0, 0.8), min_size=1, max_size=8))
def test_gusts_follow_the_broken_line(intensity: list[float]) -> None:
    at, gust = np.array([0.0, 0.1, 0.15, 0.25]), np.array([1.0, 1.23, 1.38, 1.66])
    wild = np.repeat(np.array(intensity)[:, None], N_SECTORS, axis=1)
    mean = np.full(wild.shape, 2.0)
    sustained_out, gust_out = np.empty(wild.shape), np.empty(wild.shape)
    gust_factors(mean, wild, 0.5, at, gust, gust, sustained_out, gust_out)
    inside = np.interp(wild, at, gust)
    expected = np.where(wild > 0.25, 1.66 + (wild - 0.25) * 2.8, inside)
    np.testing.assert_allclose(gust_out, expected, rtol=1e-12)
    np.testing.assert_array_equal(mean, 1.0)
