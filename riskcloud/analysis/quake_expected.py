"""Expected losses in closed form, location by location."""

from dataclasses import dataclass

import numpy as np

from riskcloud.analysis.quake_assets import BI, Assets
from riskcloud.analysis.quake_ground import Ground
from riskcloud.errors import UnitError
from riskcloud.kernels import quake as kernel
from riskcloud.types import Floats, Ints
from riskcloud.vulnerability.quake import QuakeCurves, require_pga

CHUNK = 1 << 17
"""Sites at a time: their masses take 25 MB."""
BAND = (0.05, 0.95)


@dataclass(frozen=True, slots=True)
class Expected:
    """Expected damage of locations: ratio, ground-up and gross loss (n,); BI is not in them.

    low, high (n,): ratios at 5 and 95 % of a location's own distribution. site_ratio, site_gross
    (n_sites,): of the parts of a location, before they are summed.
    """

    ratio: Floats
    ground_up: Floats
    gross: Floats
    low: Floats
    high: Floats
    site_ratio: Floats
    site_gross: Floats


def damageable(assets: Assets) -> Floats:
    """Sums insured that shaking damages (n, 4): business interruption left out."""
    value = assets.value.copy()
    value[:, BI] = 0.0
    return value


def expected_losses(assets: Assets, ground: Ground, curves: QuakeCurves, set_of: Ints,
                    shift: Floats) -> Expected:
    """Return the expected loss of each location, over models, shaking, curves and their spread.

    Parameters
    ----------
    ground : at the assets' sites. set_of (n,) the set of each location. shift (n_sites,) as from
        ``vulnerability.quake.shape_shift``.

    Terms of a line act as if all of it had the ratio of each span in turn, by share (ours).

    Raises
    ------
    UnitError : shaking that is not what the curves take, or not at the assets' sites.
    """
    require_pga(curves, "pga", "g")
    if ground.ln_pga.shape[1] != len(assets.site_lon):
        raise UnitError(f"shaking at {ground.ln_pga.shape[1]} sites for {len(assets.site_lon)}")
    location = assets.location_of_site
    value, terms = damageable(assets), assets.terms
    set_of_site = set_of[location]
    ratio, gross, low, high = np.zeros((4, len(location)))
    for first in range(0, len(location), CHUNK):
        here = slice(first, first + CHUNK)
        mass = np.empty((len(location[here]), kernel.MAX_LEVELS))
        mixed = np.zeros_like(mass)
        for g, weight in enumerate(ground.weight):
            variance = ground.tau[g, here] ** 2 + ground.phi[g, here] ** 2
            kernel.set_masses(set_of_site[here], ground.ln_pga[g, here], shift[here], variance,
                              curves.set_start, curves.set_weight, curves.has_shape,
                              curves.spread, *curves.rows, mass)
            kernel.expected_losses(
                mass, set_of_site[here], curves.n_levels, curves.level_ratio,
                np.full(len(mass), weight), value, terms.deductible, terms.deductible_share,
                terms.limit, terms.limit_share, location[here], assets.share[here], ratio[here],
                gross[here])
            mixed += weight * mass
        low[here], high[here] = _quantiles(mixed, curves.level_ratio[set_of_site[here]])
    by_location = np.bincount(location, ratio * assets.share, minlength=len(assets))
    band = (np.bincount(location, part * assets.share, minlength=len(assets))
            for part in (low, high))
    return Expected(by_location, by_location * value.sum(axis=1),
                    np.bincount(location, gross, minlength=len(assets)), *band, ratio, gross)


def _quantiles(mass: Floats, ratio: Floats) -> tuple[Floats, Floats]:
    """Ratios at the probabilities ``BAND`` from masses (n, levels) at ascending ratios."""
    above = np.cumsum(mass[:, ::-1], axis=1)[:, ::-1]  # chance of reaching a level
    found = []
    for probability in BAND:
        reached = (above > 1.0 - probability).sum(axis=1)
        rows = np.arange(len(mass))
        found.append(np.where(reached > 0, ratio[rows, np.maximum(reached, 1) - 1], 0.0))
    return found[0], found[1]
