"""The terrain kernels do what plain NumPy does."""

import numpy as np
import pytest

from riskcloud.kernels import elevation as elevation_kernel
from riskcloud.kernels import terrain as kernel

SECTORS = 12


@pytest.fixture
def window():
    rng = np.random.default_rng(5)
    ground = rng.uniform(0.0, 60.0, (90, 110)).astype(np.float32)
    ground[20:24, 30:37] = np.nan  # a void that rays cross
    return ground


U, V = np.array([50.3, 61.0, 33.5]), np.array([44.7, 40.2, 22.0])  # the third lies in the void
JACOBIAN = np.tile([0.03, 0.001, 0.002, -0.031], (3, 1))


def elevation_at(window, u, v):
    x, y = u - 0.5, v - 0.5
    left, top = int(np.floor(x)), int(np.floor(y))
    if left < 0 or top < 0 or left >= window.shape[1] - 1 or top >= window.shape[0] - 1:
        return np.nan
    a, b = x - left, y - top
    four = window[top:top + 2, left:left + 2].astype(float)
    return np.array([1 - b, b]) @ four @ np.array([1 - a, a])


def along_ray(window, i, azimuth, distance):
    east, north = distance * np.sin(azimuth), distance * np.cos(azimuth)
    return elevation_at(window, U[i] + JACOBIAN[i, 0] * east + JACOBIAN[i, 1] * north,
                        V[i] + JACOBIAN[i, 2] * east + JACOBIAN[i, 3] * north)


def linear_twin(window, height, radius, middle, inner, roughness, n_within, azimuth):
    """The integral as the docs have it: harmonics 0 and 2 of each ring, weighed and summed."""
    out = np.full((len(U), SECTORS), np.nan)
    for i in range(len(U)):
        own = elevation_at(window, U[i], V[i])
        rise = np.zeros((len(radius), len(azimuth)))
        for k, angle in enumerate(azimuth):
            last = own
            for j in range(n_within, len(radius)):
                here = along_ray(window, i, angle, radius[j])
                last = last if np.isnan(here) else here
                rise[j, k] = last - own
        rise[:n_within] = rise[n_within] * (radius[:n_within, None] / radius[n_within]) ** 2
        z = np.maximum(height[i], inner)
        amplified = (np.log(np.maximum(middle, z) / roughness) / np.log(z / roughness)) ** 2
        sq = radius**2 + height[i] ** 2
        step = np.full(len(radius), np.log(radius[1] / radius[0]))
        step[-1] *= 0.5
        weight = -step * radius**2 / sq**2.5 * amplified
        mean = rise.mean(axis=1)
        out[i] = (weight * (1.5 * radius**2 - sq) * mean).sum()
        out[i] -= 0.5 * mean[-1] / radius[-1] * amplified[-1]
        for k in range(SECTORS):
            wave = 2.0 * (rise * np.cos(2.0 * (azimuth - 2.0 * np.pi * k / SECTORS))).mean(axis=1)
            out[i, k] += (weight * 0.75 * radius**2 * wave).sum()
    return out


def test_linear_speed_up_is_its_twin(window):
    radius = 40.0 * 1.3 ** np.arange(-6, 8.0)
    middle, inner = 0.3 * radius + 5.0, 0.02 * radius + 0.2
    azimuth = 2.0 * np.pi * np.arange(24) / 24
    height = np.array([10.0, 2.0, 35.0])
    out = np.empty((3, SECTORS))
    kernel.linear_speed_up(window, U, V, JACOBIAN, height, radius, middle, inner, 0.05, 6, azimuth,
                           out)
    twin = linear_twin(window, height, radius, middle, inner, 0.05, 6, azimuth)
    assert np.isnan(out[2]).all()
    assert out[:2] == pytest.approx(twin[:2], rel=1e-9)


def hill_twin(profile, site, step, dip):
    def walk(start, way, sign):
        best, at = start, start + way
        while 0 <= at < len(profile) and sign * (profile[at] - profile[best]) >= -dip:
            best = at if sign * (profile[at] - profile[best]) > 0 else best
            at += way
        return best

    tops = [walk(site, way, 1.0) for way in (-1, 1)]
    crest = tops[0] if profile[tops[0]] > profile[tops[1]] else tops[1]
    falls, halves = [], []
    for way in (-1, 1):
        fall = profile[crest] - profile[walk(crest, way, -1.0)]
        falls.append(fall)
        if fall <= 0.0:
            halves.append(0.0)
            continue
        half, at = profile[crest] - 0.5 * fall, crest
        while profile[at + way] > half:
            at += way
        halves.append(abs(at - crest) + (profile[at] - half) / (profile[at] - profile[at + way]))
    if falls[0] <= 0.0:
        return np.zeros(6)
    ridge = falls[1] >= 0.5 * falls[0]
    if not ridge:
        edge = crest
        while edge > 0 and profile[edge - 1] >= profile[crest] - 0.05 * falls[0]:
            edge -= 1
        halves[0], crest = max(halves[0] - (crest - edge), 0.5), edge
    upwind = 2.0 * halves[0] * step
    return np.array([falls[0], falls[0] / upwind, (crest - site) * step, upwind,
                     2.0 * halves[1] * step if ridge else 4.0 * upwind, float(ridge)])


def test_hills_are_their_twin(window):
    n, step = 40, 35.0
    out = np.empty((3, SECTORS, kernel.N_HILL))
    kernel.hills(window, U, V, JACOBIAN, step, n, 25.0, 0.05, out)
    for i in range(2):
        for k in range(SECTORS):
            angle = 2.0 * np.pi * k / SECTORS
            profile = np.empty(2 * n + 1)
            profile[n] = elevation_at(window, U[i], V[i])
            for side in (-1, 1):
                for m in range(1, n + 1):
                    here = along_ray(window, i, angle, -side * m * step)
                    profile[n + side * m] = (profile[n + side * (m - 1)] if np.isnan(here)
                                             else here)
            assert out[i, k] == pytest.approx(hill_twin(profile, n, step, 25.0), rel=1e-9)
    assert np.isnan(out[2, :, kernel.HEIGHT]).all()


def test_paste_and_average_are_their_twins():
    rng = np.random.default_rng(2)
    raw = rng.integers(-20, 300, (40, 30)).astype(np.int16)
    raw[3, 4:9], raw[7, 7] = -32768, -9999
    target = np.full((40, 30), np.nan, np.float32)
    target[0, 0] = 5.0
    highest = elevation_kernel.paste(raw, np.array([-32768.0, -9999.0]), 0.5, 1.0, -11100.0, target)
    expected = np.where(raw < -1000, np.nan, raw * 0.5 + 1.0)
    expected[0, 0] = 5.0
    assert np.array_equal(target, expected.astype(np.float32), equal_nan=True)
    assert highest == np.nanmax(np.where(raw < -1000, np.nan, raw * 0.5 + 1.0))
    out = np.empty_like(target)
    elevation_kernel.average(target, out)
    once = target.copy()
    once[1:-1] = 0.25 * target[:-2] + 0.5 * target[1:-1] + 0.25 * target[2:]
    twice = once.copy()
    twice[:, 1:-1] = 0.25 * once[:, :-2] + 0.5 * once[:, 1:-1] + 0.25 * once[:, 2:]
    inner = (slice(1, -1), slice(1, -1))
    assert out[inner] == pytest.approx(twice[inner], abs=1e-3, nan_ok=True)
    assert np.array_equal(out[0], target[0], equal_nan=True)
