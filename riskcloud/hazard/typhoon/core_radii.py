"""Radius of maximum wind that the radii of 50 and 64 kt wind ask for.

Chavas and Knaff (2022) tell it from the radius of 34 kt alone, right on average: storms of one size
differ by a third either way. Where an agency gives radii nearer to the core, they say which way.
"""

from typing import Final

import numpy as np

from riskcloud.hazard.typhoon.averaging import sustained_1min
from riskcloud.hazard.typhoon.regressions import GALE_M_S, card, mean_of_quadrants_m
from riskcloud.types import Floats, Track
from riskcloud.units import KNOT

CORE_RADII: Final = (("r50_m", 50.0 * KNOT), ("r64_m", 64.0 * KNOT))
"""Fields of a track and the winds of their radii."""


def r_max_from_core_radii_m(track: Track, *, wind_m_s: Floats, motion_m_s: Floats,
                            gale_radius_m: Floats, expected_m: Floats) -> Floats:
    """Most likely radius of maximum wind [m], (n_fixes,); NaN where no radius of 50 or 64 kt tells.

    Parameters
    ----------
    track : its ``r50_m``, ``r64_m`` [m], and the averaging period they belong to.
    wind_m_s : (n_fixes,) 1-min maximum wind.
    motion_m_s : (n_fixes,) speed of the storm's motion; its share is no wind around the centre.
    gale_radius_m : (n_fixes,) mean radius of 34 kt wind, given or usual.
    expected_m : (n_fixes,) radius of maximum wind expected without them.

    Source
    ------
    Between Rmax and the radius of 34 kt the wind is a power of the radius (Klotzbach et al. 2022),
    so ln r = (1 - a) ln Rmax + a ln R34, a = ln(peak / v) / ln(peak / 34 kt), for the radius r of
    the wind v. ln r and ln Rmax are taken as normal about that and about ``expected_m``, with the
    standard deviations of ``models/track_fill/core_radii``; the mode of the two together (ours).
    Means of quadrants are 0.85 of the largest extents, as for 34 kt; a quadrant of 0 beside others
    (land, the weak side) tells nothing of Rmax. Rmax is held where the angular momentum r V is no
    larger than at the radius of 34 kt.
    """
    model, around = card("core_radii"), card("chavas_knaff_2022")["mean_per_quadrant_maximum"]
    share = card("chavas_knaff_klotzbach_2025")["motion_share"]
    peak = np.maximum(wind_m_s - share * motion_m_s, 0.5 * wind_m_s)
    weight = np.full(len(peak), model["sd_ln_r_max"] ** -2.0)
    total, told = weight * np.log(expected_m), np.zeros(len(peak), bool)
    for name, speed in CORE_RADII:
        own = float(sustained_1min(np.array(speed), track.wind_averaging_s))
        given = np.asarray(getattr(track, name), np.float64)
        radius = around * mean_of_quadrants_m(np.where(given > 0.0, given, np.nan))
        known = (radius > 0.0) & (radius < gale_radius_m) & (
            peak > model["least_wind_ratio"] * own)
        at, outer, most = (np.where(known, one, other) for one, other in (
            (radius, 1.0), (gale_radius_m, 1.0), (peak, 2.0 * own)))
        inner = 1.0 - np.log(most / own) / np.log(most / GALE_M_S)
        precision = np.where(known, model["sd_ln_radius"] ** -2.0, 0.0)
        total += precision * inner * (np.log(at) - (1.0 - inner) * np.log(outer))
        weight += precision * inner**2
        told |= known
    largest = gale_radius_m * np.minimum(GALE_M_S / np.maximum(peak, GALE_M_S), 1.0)
    return np.where(told, np.minimum(np.exp(total / weight), largest), np.nan)
