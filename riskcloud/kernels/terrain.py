"""What hills do to the wind at sites: linear theory on a polar grid, and hills of profiles.

Both look from each site along rays over a window of elevations. Positions on the window are
fractional cells (the middle of the first cell at 0.5); ``jacobian`` (n_sites, 4) takes metres to
cells: columns per metre east and north, rows per metre east and north. Where the ground is not
known (NaN) a ray goes on level.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

Array = npt.NDArray[Any]

HEIGHT, SLOPE, TO_CREST, UPWIND, DOWNWIND, IS_RIDGE = range(6)
"""Columns of a hill: m above its upwind foot; tangent of its upwind side; m from the site downwind
to the crest (negative: the crest lies upwind); m from the crest to where the hill ends upwind and
downwind; 1 where the ground falls again behind the crest."""
N_HILL = 6


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _elevation(window: Array, u: float, v: float) -> float:
    """Return the elevation between the middles of four cells; NaN beyond the window."""
    x, y = u - 0.5, v - 0.5
    left, top = int(np.floor(x)), int(np.floor(y))
    if left < 0 or top < 0 or left >= window.shape[1] - 1 or top >= window.shape[0] - 1:
        return np.nan
    a, b = x - left, y - top
    upper = (1.0 - a) * window[top, left] + a * window[top, left + 1]
    lower = (1.0 - a) * window[top + 1, left] + a * window[top + 1, left + 1]
    return (1.0 - b) * upper + b * lower


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _amplified(height: float, middle: float, inner: float, roughness: float) -> float:
    """Return the squared ratio of the log-law winds at the middle layer and at the height."""
    z = max(height, inner)
    ratio = np.log(max(middle, z) / roughness) / np.log(z / roughness)
    return ratio * ratio


@njit(cache=True, nogil=True, error_model="numpy", parallel=True)
def linear_speed_up(window: Array, u: Array, v: Array, jacobian: Array, height: Array,
                    radius: Array, middle: Array, inner: Array, roughness: float, n_within: int,
                    azimuth: Array, out: Array) -> None:
    """Write the fractional speed-up of the mean wind from each sector, out (n_sites, n_sectors).

    radius (n_rings,) rises by a constant factor; the first ``n_within`` rings are inside the
    innermost one that is looked at: there the ground is a parabola through it. middle, inner
    (n_rings,): heights of the middle and the inner layer at the scale of each ring. azimuth
    (n_azimuths,) radians clockwise from north, even. NaN where a site's own ground is unknown.
    """
    n_azimuths, n_rings, n_sectors = azimuth.size, radius.size, out.shape[1]
    sine, cosine = np.sin(azimuth), np.cos(azimuth)
    sine_2, cosine_2 = np.sin(2.0 * azimuth), np.cos(2.0 * azimuth)
    d_log = np.log(radius[1] / radius[0])
    for i in prange(u.size):
        own = _elevation(window, u[i], v[i])
        level, across, along = 0.0, 0.0, 0.0
        last = np.full(n_azimuths, own)
        ring_mean, ring_cos, ring_sin = 0.0, 0.0, 0.0
        z = height[i]
        for j in range(n_within, n_rings):
            r = radius[j]
            ring_mean, ring_cos, ring_sin = 0.0, 0.0, 0.0
            for k in range(n_azimuths):
                east, north = r * sine[k], r * cosine[k]
                here = _elevation(window, u[i] + jacobian[i, 0] * east + jacobian[i, 1] * north,
                                  v[i] + jacobian[i, 2] * east + jacobian[i, 3] * north)
                if not np.isnan(here):
                    last[k] = here
                rise = last[k] - own
                ring_mean += rise
                ring_cos += rise * cosine_2[k]
                ring_sin += rise * sine_2[k]
            ring_mean /= n_azimuths
            ring_cos *= 2.0 / n_azimuths
            ring_sin *= 2.0 / n_azimuths
            first = 0 if j == n_within else j
            for m in range(first, j + 1):  # the parabola within the innermost ring goes with it
                s = radius[m]
                share = (s / r) * (s / r)
                sq = s * s + z * z
                weight = -d_log * s * s / (sq * sq * np.sqrt(sq)) * share
                weight *= _amplified(z, middle[m], inner[m], roughness)
                if m == n_rings - 1:
                    weight *= 0.5
                level += weight * ring_mean * (1.5 * s * s - sq)
                across += weight * 0.75 * s * s * ring_cos
                along += weight * 0.75 * s * s * ring_sin
        # beyond the last ring its mean goes on
        level -= (0.5 * ring_mean / radius[n_rings - 1]
                  * _amplified(z, middle[n_rings - 1], inner[n_rings - 1], roughness))
        for k in range(n_sectors):
            turn = 4.0 * np.pi * k / n_sectors
            out[i, k] = level + across * np.cos(turn) + along * np.sin(turn)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _climb(profile: Array, start: int, step: int, dip: float) -> int:
    """Return the highest point from ``start`` on, up to where the ground falls by ``dip``."""
    best, at = start, start + step
    while 0 <= at < profile.size and profile[at] >= profile[best] - dip:
        if profile[at] > profile[best]:
            best = at
        at += step
    return best


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _descend(profile: Array, crest: int, step: int, dip: float) -> tuple[float, float]:
    """Return how far the ground falls from the crest, and the distance of half of it [steps]."""
    lowest, at = profile[crest], crest + step
    while 0 <= at < profile.size and profile[at] <= lowest + dip:
        lowest = min(lowest, profile[at])
        at += step
    fall = profile[crest] - lowest
    if fall <= 0.0:
        return 0.0, 0.0
    half = profile[crest] - 0.5 * fall
    at = crest
    while profile[at + step] > half:
        at += step
    part = (profile[at] - half) / (profile[at] - profile[at + step])
    return fall, abs(at - crest) + part


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _edge(profile: Array, crest: int, drop: float) -> int:
    """Return the point farthest upwind of the crest before the ground lies lower by ``drop``."""
    edge = crest
    while edge > 0 and profile[edge - 1] >= profile[crest] - drop:
        edge -= 1
    return edge


@njit(cache=True, nogil=True, error_model="numpy", parallel=True)
def hills(window: Array, u: Array, v: Array, jacobian: Array, step_m: float, n_steps: int,
          dip_m: float, edge_share: float, out: Array) -> None:
    """Write the hill on each sector's line through each site, out (n_sites, n_sectors, N_HILL).

    The line reaches n_steps of step_m to both sides. Its crest is the higher of the two tops found
    by walking from the site upwind and downwind until the ground falls by ``dip_m``; its feet are
    found likewise from the crest. The upwind side's tangent is half the fall over the distance in
    which the ground falls by half. Where the ground does not fall again behind the crest, the crest
    is moved upwind to where it lies lower by ``edge_share`` of the hill's height. NaN heights where
    a site's own ground is unknown.
    """
    n_sectors = out.shape[1]
    for i in prange(u.size):
        profile = np.empty(2 * n_steps + 1)
        for k in range(n_sectors):
            out[i, k, :] = 0.0
            angle = 2.0 * np.pi * k / n_sectors
            columns = jacobian[i, 0] * np.sin(angle) + jacobian[i, 1] * np.cos(angle)
            rows = jacobian[i, 2] * np.sin(angle) + jacobian[i, 3] * np.cos(angle)
            profile[n_steps] = _elevation(window, u[i], v[i])
            for side in (-1, 1):  # -1: upwind, where the wind comes from
                for m in range(1, n_steps + 1):
                    away = -side * m * step_m
                    here = _elevation(window, u[i] + columns * away, v[i] + rows * away)
                    at = n_steps + side * m
                    profile[at] = profile[at - side] if np.isnan(here) else here
            if np.isnan(profile[n_steps]):
                out[i, k, HEIGHT] = np.nan
                continue
            before = _climb(profile, n_steps, -1, dip_m)
            behind = _climb(profile, n_steps, 1, dip_m)
            crest = before if profile[before] > profile[behind] else behind
            fall, half = _descend(profile, crest, -1, dip_m)
            if fall <= 0.0:
                continue
            fall_behind, half_behind = _descend(profile, crest, 1, dip_m)
            is_ridge = fall_behind >= 0.5 * fall
            if not is_ridge:  # the edge of high ground, not its highest point
                edge = _edge(profile, crest, edge_share * fall)
                half, crest = max(half - (crest - edge), 0.5), edge
            upwind = 2.0 * half * step_m
            out[i, k, HEIGHT], out[i, k, SLOPE] = fall, fall / upwind
            out[i, k, TO_CREST] = (crest - n_steps) * step_m
            out[i, k, UPWIND] = upwind
            out[i, k, DOWNWIND] = 2.0 * half_behind * step_m if is_ridge else 4.0 * upwind
            out[i, k, IS_RIDGE] = 1.0 if is_ridge else 0.0
