"""Expected losses in closed form, location by location."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from riskcloud.analysis.quake.assets import BI, Assets
from riskcloud.analysis.quake.field import EXACT_UP_TO
from riskcloud.analysis.quake.ground import Ground
from riskcloud.errors import UnitError
from riskcloud.kernels import quake as kernel
from riskcloud.kernels import quake_tables
from riskcloud.types import Floats, Ints
from riskcloud.vulnerability.quake import QuakeCurves, require_pga

CHUNK = 1 << 17
"""Sites at a time: their masses take 25 MB."""
BAND = (0.05, 0.95)
LN_PGA_RANGE = (float(np.log(1e-4)), float(np.log(6.0)))
STEP = 0.046
SHIFT_ROOM = 1.0
N_SIGMA = 12
"""Nodes of the tables for very many sites: steps in ln(PGA) over the range that occurs and a bit
(shifts of Hazus' medians stay below), and of sigma so many as there are between its least and its
largest value (steps of about 0.03); ours."""


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
    ratio, gross = np.zeros((2, len(location)))
    band = np.zeros((len(BAND), len(location)))
    add_masses = _masses_of(curves, ground)
    for first in range(0, len(location), CHUNK):
        here = slice(first, first + CHUNK)
        mass = np.zeros((len(location[here]), kernel.MAX_LEVELS))
        for g, weight in enumerate(ground.weight):
            add_masses(set_of_site[here], ground.ln_pga[g, here], shift[here], ground.tau[g, here],
                       ground.phi[g, here], float(weight), mass)
        # a mean over models is one over their masses: terms are applied once a level
        kernel.expected_losses(
            mass, set_of_site[here], curves.n_levels, curves.level_ratio, value, terms.deductible,
            terms.deductible_share, terms.limit, terms.limit_share, location[here],
            assets.share[here], np.array(BAND), ratio[here], gross[here], band[:, here])
    by_location = _summed(ratio * assets.share, location, len(assets))
    low, high = (_summed(part * assets.share, location, len(assets)) for part in band)
    return Expected(ratio=by_location, ground_up=by_location * value.sum(axis=1),
                    gross=_summed(gross, location, len(assets)), low=low, high=high,
                    site_ratio=ratio, site_gross=gross)


def _summed(values: Floats, group: Ints, size: int) -> Floats:
    return np.asarray(np.bincount(group, values, minlength=size), np.float64)


def _masses_of(curves: QuakeCurves, ground: Ground) -> Callable[..., None]:
    """Return what adds a model's masses of sites: exact at few, from tables at very many."""
    if ground.ln_pga.shape[1] > EXACT_UP_TO:
        total = np.hypot(ground.tau, ground.phi)
        sigma = np.linspace(float(total.min()) - 0.01, float(total.max()) + 0.01, N_SIGMA)
        ln_pga = nodes_of(float(ground.ln_pga.min()), float(ground.ln_pga.max()))
        tables = mass_tables(curves, sigma, ln_pga)

        def look_up(set_of: Ints, ln_x: Floats, shift: Floats, tau: Floats, phi: Floats,
                    weight: float, out: Floats) -> None:
            quake_tables.masses_from_tables(
                set_of, ln_x, shift, tau, phi, tables, ln_pga[0], 1.0 / (ln_pga[1] - ln_pga[0]),
                sigma[0], 1.0 / (sigma[1] - sigma[0]), curves.n_levels, weight, out)

        return look_up

    def exact(set_of: Ints, ln_x: Floats, shift: Floats, tau: Floats, phi: Floats, weight: float,
              out: Floats) -> None:
        mass = np.empty_like(out)
        kernel.set_masses(set_of, ln_x, shift, tau**2 + phi**2, curves.set_start,
                          curves.set_weight, curves.has_shape, curves.spread, *curves.rows, mass)
        out += weight * mass

    return exact


def nodes_of(least: float, most: float) -> Floats:
    """Return even nodes of ln(PGA) around what occurs, ``SHIFT_ROOM`` beyond for shifts."""
    low = max(least - SHIFT_ROOM, LN_PGA_RANGE[0])
    high = max(min(most + SHIFT_ROOM, LN_PGA_RANGE[1]), low + STEP)
    return np.linspace(low, high, int(np.ceil((high - low) / STEP)) + 1)


def mass_tables(curves: QuakeCurves, nodes: Floats, nodes_x: Floats) -> Floats:
    """Masses (n_sets, 2, n_sigma, n_x, n_levels) without and with alternatives that have a shape.

    nodes (n_sigma,) of sigma, nodes_x (n_x,) of ln(PGA), even. Linear in between: within 1 %
    of the closed form where a loss matters (tests/unit/analysis/test_quake_many.py).
    """
    n_sets, deepest = len(curves.n_levels), int(curves.n_levels.max(initial=1))
    out = np.empty((n_sets, 2, len(nodes), len(nodes_x), deepest))
    sigma, ln_x = (part.ravel() for part in np.meshgrid(nodes, nodes_x, indexing="ij"))
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
            out[s, part] = mass[:, :deepest].reshape(len(nodes), len(nodes_x), deepest)
    return out
