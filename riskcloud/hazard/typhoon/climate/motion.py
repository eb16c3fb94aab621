"""How simulated storms move: local regressions on the last two motions and the strength."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.climate.steps import Steps
from riskcloud.kernels.storm_life import STEERED_HPA
from riskcloud.kernels.storm_motion import (
    FARTHEST,
    N_FACTS,
    N_MOMENTS,
    motion_moments,
    standardised,
)
from riskcloud.types import Floats

AXES: Final = (96.0, 2.5, 1.0, 2.5)
N_LON: Final = 37
N_LAT: Final = 22
"""Grid of the regressions: first longitude, step, first latitude, step [degrees] (ours)."""
WIDTHS: Final = (2.5, 2.0, 25.0)
"""Widths of the kernel: degrees of longitude, of latitude, days (ours)."""
PRIOR_WIDTH_LAT: Final = 4.0
PRIOR_STEPS: Final = 12.0
"""The regression of all longitudes and seasons near a latitude counts as so many steps (ours)."""
LIMIT: Final = 5.0
"""Standardised residuals beyond this are left out of the pool: faults of the archive (ours)."""
MONTHS: Final = (np.arange(12) + 0.5) * 365.25 / 12.0


@dataclass(frozen=True, slots=True)
class Motion:
    """Regressions (12, N_LAT, N_LON, 15) by month and node, and the pool of residuals (n, 2).

    Numbers of a node: kernels/storm_life.next_motion. ``pool``: standardised residuals of all
    steps, pairs kept together, to draw from.
    """

    nodes: Floats
    pool: Floats


def fit_motion(steps: Steps) -> Motion:
    """Fit the motion of the next six hours on the motion of the last twelve.

    steps : whole storms; fixes with a pressure count, as depressions that never had one moved
        otherwise. Kernel-weighted least squares at each node and month, drawn to the
    regression of the latitude where steps are few.

    Raises
    ------
    InputError : fewer than 200 steps with two before them.

    Source
    ------
    Regression on previous motion, local in place: Vickery, Skerlj & Twisdale (2000); kernels in
    place of boxes, mean and variance of the residual fields by kernel: Hall & Jewson (2007), Tellus
    59A, 486-498. The second lag (residual autocorrelation), the deficit, the season and the
    widths are ours.
    """
    u1, v1 = steps.shifted(steps.east, 1), steps.shifted(steps.north, 1)
    u2, v2 = steps.shifted(steps.east, 2), steps.shifted(steps.north, 2)
    known = np.isfinite(steps.east) & np.isfinite(u2) & np.isfinite(steps.deficit_hpa)
    if known.sum() < 200:
        raise InputError(f"fit_motion: {int(known.sum())} steps with two before: expected 200")
    strength = np.clip(steps.deficit_hpa, 0.0, STEERED_HPA) / STEERED_HPA
    facts = np.column_stack([np.ones(len(steps)), u1, v1, u2, v2, strength])[known]
    target = np.column_stack([steps.east, steps.north])[known]
    order = np.argsort(steps.lat[known], kind="stable")
    facts, target = facts[order], target[order]
    lon, lat, day = (v[known][order] for v in (steps.lon, steps.lat, steps.day))
    moments = np.empty((12, N_LAT, N_LON, N_MOMENTS))
    lat_axis = np.asarray(AXES[2] + AXES[3] * np.arange(N_LAT), float)
    moments[:] = PRIOR_STEPS * _prior(lat, facts, target, lat_axis)[None, :, None, :]
    motion_moments(lon, lat, _season(day), facts, target, AXES[0] + AXES[1] * np.arange(N_LON),
                   lat_axis, np.array(WIDTHS[:2]), moments)
    nodes = _nodes(moments)
    pool = np.empty(target.shape)
    standardised(nodes, np.array(AXES), day, lon, lat, facts, target, pool)
    return Motion(nodes, np.ascontiguousarray(pool[(np.abs(pool) < LIMIT).all(axis=1)]))


def _nodes(moments: Floats) -> Floats:
    """Regressions and residuals' Cholesky factors from moments: (..., N_MOMENTS) -> (..., 15)."""
    shape, first, last = moments.shape[:-1], N_FACTS**2, N_FACTS**2 + 2 * N_FACTS
    squares = moments[..., :first].reshape(*shape, N_FACTS, N_FACTS)
    products = moments[..., first:last].reshape(*shape, N_FACTS, 2)
    found = np.linalg.solve(squares, products)
    explained = np.swapaxes(found, -1, -2) @ products
    total = moments[..., last + 3]
    ee = np.maximum(moments[..., last] - explained[..., 0, 0], 1e-6) / total
    en = (moments[..., last + 1] - 0.5 * (explained[..., 0, 1] + explained[..., 1, 0])) / total
    nn = (moments[..., last + 2] - explained[..., 1, 1]) / total
    root = np.sqrt(ee)
    factor = (root, en / root, np.sqrt(np.maximum(nn - (en / root) ** 2, 1e-6)))
    return np.ascontiguousarray(np.concatenate(
        [found[..., 0], found[..., 1], np.stack(factor, axis=-1)], axis=-1))


def _season(day: Floats) -> Floats:
    apart = (day[:, None] - MONTHS + 182.625) % 365.25 - 182.625
    half = 0.5 * (apart / WIDTHS[2]) ** 2
    return np.where(half > FARTHEST, 0.0, np.exp(-half))


def _prior(lat: Floats, facts: Floats, target: Floats, lat_axis: Floats) -> Floats:
    """Moments per step near each latitude, all longitudes and seasons: (n_lat, N_MOMENTS)."""
    east, north = target.T
    rows = []
    for at in lat_axis:
        weight = np.exp(-0.5 * ((lat - at) / PRIOR_WIDTH_LAT) ** 2)
        weight = weight / weight.sum()
        scaled = facts * weight[:, None]
        rows.append(np.concatenate([
            (facts.T @ scaled).ravel(), (scaled.T @ target).ravel(),
            [weight @ east**2, weight @ (east * north), weight @ north**2, 1.0]]))
    return np.array(rows)
