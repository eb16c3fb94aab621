"""Wind radii by quadrant as a stretch of the outer profile by azimuth.

Agencies give the largest extent of 34 kt wind within each quadrant. The profile around the storm is
taken at r_max + (r - r_max) s(azimuth) beyond r_max; s is the smallest harmonic form with a value
of its own in each quadrant's middle, s0 + sE cos + sN sin + sX sin 2 (of the azimuth from east),
solved so that the whole wind, motion and inflow included, reaches 34 kt no farther than given. A
radius of 0 says that no gale was found in the quadrant: there it is held to the core as far as the
range of the stretch allows (our reading). The form and its range are ours.
"""

import numpy as np

from riskcloud.hazard.typhoon.regressions import GALE_M_S
from riskcloud.kernels.profiles import profile_speed_rows
from riskcloud.kernels.vortex import (
    FADING_PER_M,
    HALF_FADED_M,
    LEAST_STRETCH,
    MOST_STRETCH,
    MOTION_EAST,
    MOTION_NORTH,
    PEAK,
    R_MAX,
    SHAPE,
    SPIN,
)
from riskcloud.types import Floats, Track

MIDDLE_DEG = (45.0, 315.0, 225.0, 135.0)
"""Azimuth from east, anticlockwise, of the middles of the NE, SE, SW, NW quadrants."""
PER_QUADRANT = 5
ROUNDS, HALVINGS = 24, 18
FARTHEST_M = 2.5e6
CLOSEST_R_MAX = 1.05
"""Radii nearer to the centre than this count as this: the core keeps its own shape (ours)."""


def given_quadrants_m(track: Track) -> Floats:
    """Radii of 34 kt wind that the source gave (n_fixes, 4); NaN at fixes without any.

    A quadrant that nothing was said of, beside others with a radius, has their mean (our choice).
    """
    known = np.isfinite(np.asarray(track.r34_m, np.float64))
    for entry in track.filled:
        if entry.field == "r34_m":
            known[np.asarray(entry.mask)] = False
    reached = np.asarray(known & (np.nan_to_num(track.r34_m) > 0.0))
    total = np.where(reached, track.r34_m, 0.0).sum(axis=1)
    mean = total / np.maximum(reached.sum(axis=1), 1)
    radii = np.where(known, track.r34_m, mean[:, None])
    return np.where(reached.any(axis=1, keepdims=True), radii, np.nan)


def stretch_terms(code: int, nodes: Floats, given_m: Floats, inflow_rad: float) -> Floats:
    """Terms of the stretch (n, 4): mean, east, north, cross; (1, 0, 0, 0) where nothing is given.

    Parameters
    ----------
    code : of the profile's formula.
    nodes : (n, columns of ``kernels.vortex``) at the times of the radii.
    given_m : (n, 4) of :func:`given_quadrants_m`.
    inflow_rad : angle of the wind towards the centre.

    Source: our choice (see the module); a fixed point of ``ROUNDS`` steps, held in the range of
    ``kernels.vortex``, so that a form too sharp for four terms is met as nearly as it can be.
    """
    terms = np.tile([1.0, 0.0, 0.0, 0.0], (len(nodes), 1))
    usable = np.flatnonzero(np.isfinite(given_m).all(axis=1) & (nodes[:, PEAK] > 1.02 * GALE_M_S))
    if not len(usable):
        return terms
    here = nodes[usable]
    r_max = here[:, R_MAX, None]
    wanted = np.maximum(given_m[usable], CLOSEST_R_MAX * r_max)
    at_middle = np.ones(wanted.shape)
    best, least = at_middle, np.full(wanted.shape, np.inf)
    for _ in range(ROUNDS):
        extent = quadrant_extents_m(code, here, terms_of(at_middle), inflow_rad)
        off = np.abs(np.log((np.maximum(extent - r_max, 1.0)) / (wanted - r_max)))
        better = (off**2).sum(axis=1, keepdims=True) < (least**2).sum(axis=1, keepdims=True)
        best, least = np.where(better, at_middle, best), np.where(better, off, least)
        reached = extent > 1.001 * r_max
        ratio = np.where(reached, np.sqrt(np.maximum(extent - r_max, 0.0) / (wanted - r_max)), 1.0)
        at_middle = np.clip(at_middle * ratio, LEAST_STRETCH, MOST_STRETCH)
    terms[usable] = terms_of(best)
    return terms


def terms_of(at_middle: Floats) -> Floats:
    """Terms (..., 4) of the stretch that has given values (..., 4) in the quadrants' middles."""
    ne, se, sw, nw = np.moveaxis(np.asarray(at_middle), -1, 0)
    half = 2.0 * np.sqrt(2.0)
    return np.stack([(ne + se + sw + nw) / 4.0, (ne + se - sw - nw) / half,
                     (ne + nw - se - sw) / half, (ne + sw - se - nw) / 4.0], axis=-1)


def quadrant_extents_m(code: int, nodes: Floats, terms: Floats, inflow_rad: float) -> Floats:
    """Largest distance within each quadrant at which the field still has 34 kt (n, 4).

    Arguments as :func:`stretch_terms`; r_max where it never has. By halving along ``PER_QUADRANT``
    azimuths, edges included.
    """
    turn = np.radians(np.linspace(-45.0, 45.0, PER_QUADRANT))
    azimuth = (np.radians(MIDDLE_DEG)[:, None] + turn).ravel()
    cos, sin = np.cos(azimuth), np.sin(azimuth)
    mean, east, north, cross = (column[:, None] for column in terms.T)
    s = np.clip(mean + east * cos + north * sin + cross * 2.0 * cos * sin,
                LEAST_STRETCH, MOST_STRETCH)
    spin = nodes[:, SPIN, None]
    along_x = -sin * np.cos(inflow_rad) * spin - cos * np.sin(inflow_rad)
    along_y = cos * np.cos(inflow_rad) * spin - sin * np.sin(inflow_rad)
    motion_x, motion_y = nodes[:, MOTION_EAST, None], nodes[:, MOTION_NORTH, None]
    with_wind = along_x * motion_x + along_y * motion_y
    across_sq = motion_x**2 + motion_y**2 - with_wind**2
    r_max = np.broadcast_to(nodes[:, R_MAX, None], s.shape)
    shape = np.repeat(nodes[:, SHAPE:], s.shape[1], axis=0).T.copy()
    speed = np.empty(s.size)
    near, far = np.log(r_max), np.full(s.shape, np.log(FARTHEST_M))
    for _ in range(HALVINGS):
        middle = 0.5 * (near + far)
        r = np.exp(middle)
        profile_speed_rows(code, (r_max + (r - r_max) * s).ravel(), r_max.ravel(), shape, speed)
        left = 1.0 / (1.0 + np.exp(FADING_PER_M * (r - HALF_FADED_M)))
        around = np.maximum(speed.reshape(s.shape), 0.0)
        gale = (around + left * with_wind) ** 2 + left**2 * across_sq >= GALE_M_S**2
        near, far = np.where(gale, middle, near), np.where(gale, far, middle)
    extent = np.exp(near).reshape(len(nodes), 4, PER_QUADRANT)
    return np.asarray(extent.max(axis=2))
