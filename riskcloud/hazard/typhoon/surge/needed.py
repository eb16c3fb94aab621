"""Surge of a storm at the points of a coast where it may come high enough to matter."""

from dataclasses import replace
from typing import Final

import numpy as np

from riskcloud.catalog import Card
from riskcloud.geo.points import chord_of, unit_vectors
from riskcloud.hazard.typhoon.surge.shelf import Coast
from riskcloud.hazard.typhoon.surge.storm import MEMBER_DENSITY, coast_surge
from riskcloud.kernels import surge as kernel
from riskcloud.types import Bools, Floats, Track

COARSE: Final = 0.1
"""Nodes of the first look beside those of the card: 4 times faster than a member's. Ours."""
MARGIN_M: Final = 0.4
"""How much higher the surge may be than at the first look (ours): of 41 storms of South China at
358 points of the coast it was 0.24 m at most."""
BEYOND_M: Final = 1.2
"""A surge where there is no gale stays below (ours): 0.86 m at most there, of the same storms."""


def needed_surge(track: Track, coast: Coast, card: Card, *, tide_m: float, need_m: Floats,
                 ) -> Floats:
    """Return the peak surge at points of the coast [m], 0 where it does not come to ``need_m``.

    need_m : (n_points,) surge above the tide that is wanted to be known [m]; inf: none.
        Other arguments, errors and source as ``member_coast_surge``.
    """
    out = np.zeros(len(coast.point))
    near = np.isfinite(need_m) & ((need_m <= BEYOND_M) | in_gale(track, coast))
    at = np.flatnonzero(near)
    first = coast_surge(track, _part(coast, at), card, tide_m=tide_m, denser=COARSE)
    at = at[first[:, kernel.TOTAL] + MARGIN_M > need_m[at]]
    out[at] = coast_surge(track, _part(coast, at), card, tide_m=tide_m,
                          denser=MEMBER_DENSITY)[:, kernel.TOTAL]
    return out


def in_gale(track: Track, coast: Coast) -> Bools:
    """Return which points lie within the largest radius of a gale of some fix, or half a step more.

    All points where the track does not know its gales.
    """
    if not np.isfinite(track.r34_m).any():
        return np.ones(len(coast.point), bool)
    radius = np.nan_to_num(track.r34_m).max(axis=1)
    at, points = unit_vectors(track.lon, track.lat), unit_vectors(coast.lon, coast.lat)
    step = np.sqrt((np.diff(at, axis=0) ** 2).sum(axis=1))
    half = 0.5 * np.maximum(np.append(step, 0.0), np.append(0.0, step))
    reach = np.where(radius > 0.0, chord_of(radius) + half, 0.0)
    away = np.sqrt(((at[:, None] - points[None]) ** 2).sum(axis=2))
    return np.asarray((away < reach[:, None]).any(axis=0))


def _part(coast: Coast, at: np.ndarray) -> Coast:
    return replace(coast, point=coast.point[at], lon=coast.lon[at], lat=coast.lat[at])
