"""Expected losses in closed form, location by location."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from riskcloud.analysis.quake_assets import BI, Assets
from riskcloud.analysis.quake_field import EXACT_UP_TO
from riskcloud.analysis.quake_ground import Ground
from riskcloud.errors import UnitError
from riskcloud.kernels import quake as kernel
from riskcloud.kernels import quake_tables
from riskcloud.types import Floats, Ints
from riskcloud.vulnerability.quake import QuakeCurves, require_pga

CHUNK = 1 << 17
"""Sites at a time: their masses take 25 MB."""
BAND = (0.05, 0.95)
LN_PGA = np.linspace(np.log(1e-4), np.log(6.0), 240)
N_SIGMA = 12
"""Nodes of the tables for very many sites: steps of 0.046 in ln(PGA), and of sigma so many as
there are between its least and its largest value (steps of about 0.03); ours."""


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
    masses = _masses_of(curves, ground)
    for first in range(0, len(location), CHUNK):
        here = slice(first, first + CHUNK)
        mass = np.zeros((len(location[here]), kernel.MAX_LEVELS))
        mixed = np.zeros_like(mass)
        for g, weight in enumerate(ground.weight):
            masses(set_of_site[here], ground.ln_pga[g, here], shift[here], ground.tau[g, here],
                   ground.phi[g, here], mass)
            kernel.expected_losses(
                mass, set_of_site[here], curves.n_levels, curves.level_ratio,
                np.full(len(mass), weight), value, terms.deductible, terms.deductible_share,
                terms.limit, terms.limit_share, location[here], assets.share[here], ratio[here],
                gross[here])
            mixed += weight * mass
        low[here], high[here] = _quantiles(mixed, curves.level_ratio[set_of_site[here]])
    by_location = _summed(ratio * assets.share, location, len(assets))
    low, high = (_summed(part * assets.share, location, len(assets)) for part in (low, high))
    return Expected(ratio=by_location, ground_up=by_location * value.sum(axis=1),
                    gross=_summed(gross, location, len(assets)), low=low, high=high,
                    site_ratio=ratio, site_gross=gross)


def _summed(values: Floats, group: Ints, size: int) -> Floats:
    return np.asarray(np.bincount(group, values, minlength=size), np.float64)


def _masses_of(curves: QuakeCurves, ground: Ground) -> Callable[..., None]:
    """Return what writes the masses of sites: exactly at few, from tables at very many."""
    if ground.ln_pga.shape[1] > EXACT_UP_TO:
        least, most = (float(pick(np.hypot(ground.tau, ground.phi))) for pick in (np.min, np.max))
        sigma = np.linspace(least - 0.01, most + 0.01, N_SIGMA)
        tables = mass_tables(curves, sigma)

        def look_up(set_of: Ints, ln_x: Floats, shift: Floats, tau: Floats, phi: Floats,
                    out: Floats) -> None:
            quake_tables.masses_from_tables(
                set_of, ln_x, shift, tau, phi, tables, LN_PGA[0], 1.0 / (LN_PGA[1] - LN_PGA[0]),
                sigma[0], 1.0 / (sigma[1] - sigma[0]), curves.n_levels, out)

        return look_up

    def exact(set_of: Ints, ln_x: Floats, shift: Floats, tau: Floats, phi: Floats, out: Floats,
              ) -> None:
        kernel.set_masses(set_of, ln_x, shift, tau**2 + phi**2, curves.set_start,
                          curves.set_weight, curves.has_shape, curves.spread, *curves.rows, out)

    return exact


def mass_tables(curves: QuakeCurves, nodes: Floats) -> Floats:
    """Masses (n_sets, 2, n_sigma, n_x, n_levels) without and with alternatives that have a shape.

    nodes (n_sigma,) of sigma. Linear in between: within 1 % of the closed form where a loss matters
    (tests/unit/analysis/test_quake_many.py).
    """
    n_sets, deepest = len(curves.n_levels), int(curves.n_levels.max(initial=1))
    out = np.empty((n_sets, 2, len(nodes), len(LN_PGA), deepest))
    sigma, ln_x = (part.ravel() for part in np.meshgrid(nodes, LN_PGA, indexing="ij"))
    mass = np.empty((len(ln_x), kernel.MAX_LEVELS))
    for part in range(2):
        # the other kind weighs nothing
        weight = np.where(curves.has_shape == bool(part), curves.set_weight, 0.0)
        for s in range(n_sets):
            if not weight[curves.set_start[s]:curves.set_start[s + 1]].any():
                out[s, part] = 0.0
                continue
            kernel.set_masses(np.full(len(ln_x), s), ln_x, np.zeros(len(ln_x)), sigma**2,
                              curves.set_start, weight, curves.has_shape, curves.spread,
                              *curves.rows, mass)
            out[s, part] = mass[:, :deepest].reshape(len(nodes), len(LN_PGA), deepest)
    return out


def _quantiles(mass: Floats, ratio: Floats) -> tuple[Floats, Floats]:
    """Ratios at the probabilities ``BAND`` from masses (n, levels) at ascending ratios."""
    above = np.cumsum(mass[:, ::-1], axis=1)[:, ::-1]  # chance of reaching a level
    found = []
    for probability in BAND:
        reached = (above > 1.0 - probability).sum(axis=1)
        rows = np.arange(len(mass))
        found.append(np.where(reached > 0, ratio[rows, np.maximum(reached, 1) - 1], 0.0))
    return found[0], found[1]
