"""Earthquake losses: masses of damage ratios, expected losses, and draws over realisations.

A set of curves is a list of alternatives with weights; an alternative is a list of rows, each a
lognormal in PGA with a weight that moves mass from one level of damage ratio to the next. The
mass a row adds at its level it takes from the level below it, so the masses of a set sum to what
is damaged at all.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.sampling import uniform
from riskcloud.kernels.terms import N_COVERAGES, SITE, after_terms

Array = npt.NDArray[Any]

MAX_LEVELS = 24
"""Most levels of damage ratio of a set."""
_SQRT_HALF = 0.7071067811865476


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def normal_cdf(z: float) -> float:
    """Return the standard normal distribution function."""
    return 0.5 * math.erfc(-_SQRT_HALF * z)


@njit(cache=True, nogil=True, error_model="numpy")
def add_masses(alternative: int, weight: float, ln_x: float, variance: float, row_start: Array,
               row_ln_median: Array, row_variance: Array, row_weight: Array, row_level: Array,
               row_below: Array, mass: Array) -> None:
    """Add an alternative's masses at ln(PGA) ``ln_x`` known up to ``variance`` to ``mass``.

    Source: E[Phi((X - a) / b)] = Phi((m - a) / sqrt(b^2 + s^2)) for X normal (m, s); Owen (1980),
    Commun. Statist. B9, 389-419, no. 10,010.8.
    """
    for row in range(row_start[alternative], row_start[alternative + 1]):
        spread = math.sqrt(row_variance[row] + variance)
        reached = weight * row_weight[row] * normal_cdf((ln_x - row_ln_median[row]) / spread)
        mass[row_level[row]] += reached
        if row_below[row] >= 0:
            mass[row_below[row]] -= reached


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def gross_of(ratio: float, value: Array, deductible: Array, deductible_share: Array,
             limit: Array, limit_share: Array) -> float:
    """Return the loss of one location after its terms at a damage ratio; all (4,) and (5,)."""
    left = 0.0
    for c in range(N_COVERAGES):
        left += after_terms(ratio * value[c], deductible[c], deductible_share[c], limit[c],
                            limit_share[c])
    return after_terms(left, deductible[SITE], deductible_share[SITE], limit[SITE],
                       limit_share[SITE])


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def set_masses(set_of: Array, ln_x: Array, shape_shift: Array, variance: Array, set_start: Array,
               set_weight: Array, has_shape: Array, spread: Array, row_start: Array,
               row_ln_median: Array, row_variance: Array, row_weight: Array, row_level: Array,
               row_below: Array, out: Array) -> None:
    """Write the masses (n, MAX_LEVELS) of a set at each of n ln(PGA), alternatives by weight.

    shape_shift (n,) is taken off ln(PGA) where an alternative has_shape; spread (n_alternatives,)
    is the sigma of its own ln(capacity), integrated over.
    """
    for i in prange(set_of.size):
        out[i] = 0.0
        for a in range(set_start[set_of[i]], set_start[set_of[i] + 1]):
            if set_weight[a] == 0.0:
                continue
            shift = shape_shift[i] if has_shape[a] else 0.0
            add_masses(a, set_weight[a], ln_x[i] - shift, variance[i] + spread[a] * spread[a],
                       row_start, row_ln_median, row_variance, row_weight, row_level, row_below,
                       out[i])


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def expected_losses(mass: Array, set_of: Array, n_levels: Array, level_ratio: Array,
                    value: Array, deductible: Array, deductible_share: Array,
                    limit: Array, limit_share: Array, location: Array, share: Array,
                    probability: Array, ratio: Array, gross: Array, band: Array) -> None:
    """Write the mean damage ratio of each site, and its location's loss after terms there.

    mass (n, MAX_LEVELS) as from :func:`set_masses`, or a mean of such over ground-motion models;
    level_ratio (n_sets, MAX_LEVELS). ratio (n,), gross (n,); band (n_probabilities, n) the ratios
    at probabilities. location (n,) is the row of value and terms, share (n,) the part of the
    location at the site: its terms act as if the whole location had the site's ratio.
    """
    for i in prange(set_of.size):
        s, row = set_of[i], location[i]
        ratio[i], gross[i] = 0.0, 0.0
        for level in range(n_levels[s]):
            r = level_ratio[s, level]
            ratio[i] += mass[i, level] * r
            if mass[i, level] != 0.0:
                gross[i] += share[i] * mass[i, level] * gross_of(
                    r, value[row], deductible[row], deductible_share[row], limit[row],
                    limit_share[row])
        for k in range(probability.size):
            band[k, i] = 0.0
            above = 0.0  # chance of reaching a level, from the highest down
            for level in range(n_levels[s] - 1, -1, -1):
                above += mass[i, level]
                if above > 1.0 - probability[k]:
                    band[k, i] = level_ratio[s, level]
                    break


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def draw_ratios(site_start: Array, share: Array, key: Array, seed: int, cell: Array, field: Array,
                ln_median: Array, tau: Array, phi: Array, shape_shift: Array, set_of: Array,
                model_of: Array, between: Array, alternative_of: Array, capacity: Array,
                card_of: Array, has_shape: Array, row_start: Array, row_ln_median: Array,
                row_variance: Array, row_weight: Array, row_level: Array, row_below: Array,
                n_levels: Array, level_ratio: Array, out: Array) -> None:
    """Write the damage ratio (n_locations, n_members) of each location in each realisation.

    ln_median, tau, phi (n_models, n_sites); field (n_members, n_cells) standard normal, the
    residual within the event; between (n_members,) the one between events. alternative_of
    (n_sets, n_members), capacity (n_cards, n_members) ln of the factor on a card's capacity. A
    site draws one level of its alternative by a uniform of (seed, key, member).
    """
    for i in prange(site_start.size - 1):
        for m in range(model_of.size):
            total = 0.0
            g = model_of[m]
            for j in range(site_start[i], site_start[i + 1]):
                s = set_of[j]
                a = alternative_of[s, m]
                ln_x = (ln_median[g, j] + tau[g, j] * between[m]
                        + phi[g, j] * field[m, cell[j]] - capacity[card_of[a], m])
                ln_x -= shape_shift[j] if has_shape[a] else 0.0
                mass = np.zeros(MAX_LEVELS)
                add_masses(a, 1.0, ln_x, 0.0, row_start, row_ln_median, row_variance, row_weight,
                           row_level, row_below, mass)
                left = uniform(seed, key[j], m)
                for level in range(n_levels[s] - 1, -1, -1):
                    left -= mass[level]
                    if left < 0.0:
                        total += share[j] * level_ratio[s, level]
                        break
            out[i, m] = total


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def draw_aggregates(key: Array, seed: int, cell: Array, field: Array, ln_median: Array,
                    tau: Array, phi: Array, shape_shift: Array, set_of: Array, model_of: Array,
                    between: Array, alternative_of: Array, capacity: Array, card_of: Array,
                    has_shape: Array, tables: Array, moments: Array, first_x: float,
                    per_x: float, n_levels: Array, value: Array, square: Array,
                    gross_level: Array, ground_up: Array, gross: Array) -> None:
    """Write ground-up and gross losses (n, n_members) of aggregates of like assets in a cell.

    field (n_cells, n_members), so that an item reads one row of it. tables (n_alternatives, n_x,
    n_levels): masses at even steps of ln(PGA), linear in between; moments (n_alternatives, n_x, 2):
    mean of the ratio and of its square there.
    value (n,) is the sum insured, square (n,) the sum of its squares over the assets, gross_level
    (n, MAX_LEVELS) the sum of the assets' losses after terms at each level. What the assets'
    own draws leave of the mean is lognormal with their mean and variance.
    """
    last = tables.shape[1] - 1.000001
    for i in prange(set_of.size):
        s = set_of[i]
        spread = square[i] / (value[i] * value[i]) if value[i] > 0.0 else 0.0
        pair, radius, angle = -1, 0.0, 0.0
        for m in range(model_of.size):
            g, a = model_of[m], alternative_of[s, m]
            ln_x = (ln_median[g, i] + tau[g, i] * between[m] + phi[g, i] * field[cell[i], m]
                    - capacity[card_of[a], m])
            ln_x -= shape_shift[i] if has_shape[a] else 0.0
            place = min(max((ln_x - first_x) * per_x, 0.0), last)
            j = int(place)
            f = place - j
            after = 0.0
            for level in range(n_levels[s]):
                mass = (1.0 - f) * tables[a, j, level] + f * tables[a, j + 1, level]
                after += gross_level[i, level] * mass
            first = (1.0 - f) * moments[a, j, 0] + f * moments[a, j + 1, 0]
            second = (1.0 - f) * moments[a, j, 1] + f * moments[a, j + 1, 1]
            own = 1.0
            if first > 1e-6:  # below, neither the mean nor its scatter matters
                relative = spread * max(second / (first * first) - 1.0, 0.0)
                if relative > 1e-4:
                    variance = math.log1p(relative)
                    # Box and Muller (1958), Ann. Math. Statist. 29, 610-611
                    if pair != m // 2:  # two draws from two uniforms
                        pair = m // 2
                        radius = math.sqrt(-2.0 * math.log(uniform(seed, key[i], 2 * pair)))
                        angle = 2.0 * math.pi * uniform(seed, key[i], 2 * pair + 1)
                    z = radius * (math.sin(angle) if m % 2 else math.cos(angle))
                    own = math.exp(math.sqrt(variance) * z - 0.5 * variance)
            ground_up[i, m] = first * value[i] * own
            gross[i, m] = after * own


@njit(cache=True, nogil=True, error_model="numpy")
def add_gross_levels(item: Array, location: Array, share: Array, set_of: Array, n_levels: Array,
                     level_ratio: Array, value: Array, deductible: Array, deductible_share: Array,
                     limit: Array, limit_share: Array, out: Array) -> None:
    """Add each site's loss after terms at every level of its set to its aggregate's row of out.

    item, location, set_of (n_sites,); out (n_items, MAX_LEVELS).
    """
    for i in range(item.size):
        s, row = set_of[i], location[i]
        for level in range(n_levels[s]):
            out[item[i], level] += share[i] * gross_of(
                level_ratio[s, level], value[row], deductible[row], deductible_share[row],
                limit[row], limit_share[row])
