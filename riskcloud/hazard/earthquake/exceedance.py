"""Chance that an earthquake of a magnitude at a distance brings a PGA, by model and by zone."""

from functools import cache
from typing import Final

import numpy as np

from riskcloud.catalog import load_card
from riskcloud.hazard.earthquake.ground_motion.boore_2014 import boore_2014
from riskcloud.hazard.earthquake.ground_motion.chiou_youngs_2014 import (
    chiou_youngs_2014,
    mean_top_depth_km,
)
from riskcloud.hazard.earthquake.ground_motion.regions import MODEL as ZONES
from riskcloud.hazard.earthquake.ground_motion.yu_2013 import yu_2013
from riskcloud.hazard.earthquake.magnitude import mw_to_ms
from riskcloud.hazard.earthquake.rupture import SCALING_MODEL
from riskcloud.hazard.earthquake.seismicity.rates import SeismicRates, load_rates
from riskcloud.hazard.earthquake.seismicity.recurrence import bin_rates
from riskcloud.hazard.earthquake.site import CLASSES, DEFAULT_CLASS, vs30_of_index
from riskcloud.types import Floats, Ints

LEVELS_G: Final = np.geomspace(1e-4, 5.0, 64)
"""Levels of PGA [g] that curves are computed at."""
DISTANCES_KM: Final = np.concatenate([[0.0, 1.0], np.geomspace(2.0, 320.0, 44)])
"""Epicentral distances of the tables [km]."""
_STRIKES: Final = (np.arange(12) + 0.5) * 7.5
"""Angles between strike and the way to the site: any strike is as likely, by symmetry 0 to 90."""
BRANCHES: Final = ("yu_2013 first region", "yu_2013 second region", "boore_2014",
                   "chiou_youngs_2014")


def branch_weights() -> Floats:
    """Return the weight of each of ``BRANCHES``; see models/seismicity, models/quake/default."""
    weights = load_card("quake", "default")["ensemble"]
    yu = float(weights["yu_2013"])
    return np.array([yu / 2.0, yu / 2.0, weights["boore_2014"], weights["chiou_youngs_2014"]])


def chance_above(median: Floats, sigma: Floats | float, levels: Floats) -> Floats:
    """Return the chance that a lognormal motion is above each level, (..., n_levels).

    sigma : standard deviation of the natural logarithm, the whole of it; not cut off. 0 is a step.
    """
    from scipy.special import ndtr  # takes 0.2 s to import

    with np.errstate(divide="ignore"):
        over = (np.log(median)[..., None] - np.log(levels)) / np.asarray(sigma)[..., None]
    return np.asarray(ndtr(over))


def rupture_distance(epicentral_km: Floats, angle_deg: Floats, mw: float) -> Floats:
    """Return the distance to the surface projection of a vertical rupture about its epicentre [km].

    angle_deg : between the strike and the way to the site. The length is that of Wells and
    Coppersmith (1994) for all slip types. Arguments broadcast.
    """
    a, b = load_card("rupture_scaling", SCALING_MODEL)["length"]["all"]
    half = 0.5 * 10.0 ** (a + b * mw)
    along = np.maximum(epicentral_km * np.cos(np.radians(angle_deg)) - half, 0.0)
    return np.asarray(np.hypot(along, epicentral_km * np.sin(np.radians(angle_deg))))


@cache
def model_chances(branch: str, region: str, magnitudes: tuple[float, ...]) -> Floats:
    """Return the chance of each level, averaged over strikes, (n_magnitudes, n_r, n_levels).

    branch : ``yu_2013``, ``boore_2014`` or ``chiou_youngs_2014``, at site class II (for the last
    two the Vs30 that stands for it, inferred). ``region`` matters for the first alone.
    """
    r, angle = (grid.ravel() for grid in np.meshgrid(DISTANCES_KM, _STRIKES, indexing="ij"))
    index: Ints = np.full(len(r), CLASSES.index(DEFAULT_CLASS), dtype=np.int64)
    vs30 = vs30_of_index(index)
    out = np.empty((len(magnitudes), len(DISTANCES_KM), len(LEVELS_G)))
    for k, mw in enumerate(magnitudes):
        r_jb = rupture_distance(r, angle, mw)
        if branch == "yu_2013":
            median, total = yu_2013(r, angle, measure="pga", ms=mw_to_ms(mw), region=region,
                                    strike_deg=0.0)
            sigma = np.full(len(r), total)
        elif branch == "boore_2014":
            median, _, _, sigma = boore_2014(r_jb, vs30, measure="pga", mw=mw, mechanism="unknown")
        else:
            r_rup = np.hypot(r_jb, mean_top_depth_km(mw, "unknown"))
            across = r * np.sin(np.radians(angle))
            median, _, _, sigma = chiou_youngs_2014(
                r_rup, r_jb, across, vs30, measure="pga", mw=mw, mechanism="unknown",
                dip_deg=90.0, vs30_measured=False)
        chance = chance_above(median, sigma, LEVELS_G)
        out[k] = chance.reshape(len(DISTANCES_KM), len(_STRIKES), -1).mean(axis=1)
    return out


@cache
def zone_tables(name: str) -> Floats:
    """Return expected exceedances per event of the reference magnitude and above.

    (n_zones, n_r, n_curves, n_levels). Curves: the mean over the models by weight; that with b at
    its 95 % and at its 5 % estimate (fewer, more large earthquakes); each of ``BRANCHES``.
    """
    rates = load_rates(name)
    hazard = rates.card["hazard"]
    out = np.empty((len(rates.zones), len(DISTANCES_KM), 3 + len(BRANCHES), len(LEVELS_G)))
    weights = branch_weights()
    edges = np.arange(hazard["least_mw"], rates.most_mw.max() + hazard["bin_mw"], hazard["bin_mw"])
    magnitudes = tuple(np.round((edges[:-1] + edges[1:]) / 2.0, 6).tolist())
    for z, zone in enumerate(rates.parents):
        branches = [model_chances(*part, magnitudes) for part in _branches(zone)]
        mean = np.tensordot(weights, np.array(branches), axes=1)
        errors = 1.645 * rates.b_error[z] * np.array([0.0, 1.0, -1.0])
        low, same, high = (_bins(rates, z, edges, float(rates.b[z] + error))
                           for error in (errors[1], 0.0, errors[2]))
        for c, (law, chances) in enumerate([(same, mean), (low, mean), (high, mean),
                                            *((same, chances) for chances in branches)]):
            out[z, :, c, :] = np.tensordot(law, chances, axes=1)
    return out


def _bins(rates: SeismicRates, z: int, edges: Floats, b: float) -> Floats:
    return bin_rates(edges, b=b, most=float(rates.most_mw[z]), reference=rates.reference_mw)


def _branches(zone: str) -> list[tuple[str, str]]:
    """Return model and region of each of ``BRANCHES`` in a zone."""
    regions = load_card("earthquake_regions", ZONES)["zones"][zone]["regions"]
    return [("yu_2013", regions[0]), ("yu_2013", regions[-1]), ("boore_2014", ""),
            ("chiou_youngs_2014", "")]
