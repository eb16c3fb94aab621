"""How simulated storms move: local regressions on the last two motions and the strength."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import minimize

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.climate.steps import Steps
from riskcloud.kernels.storm_life import STEERED_HPA, SWIFT_M_S, residual_scale
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
WIDTHS: Final = (2.5, 2.0, 12.0)
"""Widths of the kernel: degrees of longitude, of latitude, days (ours). With a fifth of the seasons
held out in turn, the error of places 72 h on is least, and flat, at 2.5 to 4, 2 to 3, 10 to 15."""
PRIOR_WIDTH_LAT: Final = 4.0
PRIOR_STEPS: Final = 12.0
"""The regression of all longitudes and seasons near a latitude counts as so many steps (ours)."""
LIMIT: Final = 5.0
"""Standardised residuals beyond this are left out of the pool: faults of the archive (ours)."""
MONTHS: Final = (np.arange(12) + 0.5) * 365.25 / 12.0


@dataclass(frozen=True, slots=True)
class Motion:
    """Regressions (12, N_LAT, N_LON, 15) by month and node, and the pool of residuals (n, 2).

    Numbers of a node: kernels/storm_life.next_motion. ``scale`` (3,): how residuals grow with
    strength and speed (kernels/storm_life.residual_scale). ``pool``: standardised residuals of
    all steps over that scale, pairs kept together, to draw from.
    """

    nodes: Floats
    scale: Floats
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
    usual = (np.abs(pool) < LIMIT).all(axis=1)
    scale = _scale(facts[usual], pool[usual])
    wide = np.array([residual_scale(scale, u, v, s) for u, v, s in facts[usual][:, [1, 2, 5]]])
    return Motion(nodes, scale, np.ascontiguousarray(pool[usual] / wide[:, None]))


def _scale(facts: Floats, residual: Floats) -> Floats:
    """Scale of the residuals by strength and speed: residual_scale's three numbers.

    Of a normal residual's likelihood the maximum, over both components.
    """
    speed = np.minimum(np.hypot(facts[:, 1], facts[:, 2]) / SWIFT_M_S, 1.0)
    terms = np.column_stack([np.ones(len(facts)), facts[:, 5], speed])
    square = (residual**2).mean(axis=1)

    def surprise(p: Floats) -> tuple[float, Floats]:
        ln_scale = terms @ p
        part = square * np.exp(-2.0 * ln_scale)
        return float((ln_scale + 0.5 * part).mean()), np.asarray(
            terms.T @ (1.0 - part) / len(terms))

    return np.asarray(minimize(surprise, np.zeros(3), jac=True, method="BFGS").x)


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
