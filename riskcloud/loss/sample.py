"""Seeded draws of damage ratios, asset by asset."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, betaincinv

from riskcloud.errors import InputError
from riskcloud.kernels import sampling as kernel
from riskcloud.loss.draws import Draws
from riskcloud.types import CurveArrays, Floats, Ints

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class AssetInputs:
    """What the sampler needs of the assets; locations own consecutive sites (CSR).

    site_start (n_locations + 1,), share and key (n_sites,): share of the location's value, and
    an integer that names the place (equal keys draw equal numbers). wind (n_bases, n_storms,
    n_sites) holds the maximum winds [m/s] of each of the draws' ``storms`` that measures rest on:
    a curve's measure is the wind of its base_of (n_measures,) times factor (n_measures, n_sites).
    set_of (n_locations,) is the curve set.
    """

    site_start: Ints
    share: Floats
    key: npt.NDArray[np.uint64]
    wind: Floats
    base_of: Ints
    factor: Floats
    set_of: Ints


@dataclass(frozen=True, slots=True)
class Ratios:
    """Damage ratios of consecutive locations.

    drawn, expected (n, n_members): the draw, and its mean given wind model and curve.
    state_probability (n, n_states): chance of reaching each state or a worse one.
    """

    drawn: Floats
    expected: Floats
    state_probability: Floats


def quantile_means() -> Floats:
    """Means at which the quantile tables stand: 0, then 20 % apart from 1e-7 to 0.5.

    A larger mean is the mirror image: the ratio at u is 1 minus that of mean 1 - m at 1 - u.
    """
    return np.concatenate([[0.0], np.geomspace(1e-7, 0.5, 84)])


def bin_edges() -> Floats:
    """Probabilities between the kernel's bins (N_BINS + 1,)."""
    edges = list(np.arange(kernel.N_UNIFORM_BINS) / kernel.N_UNIFORM_BINS)
    tail = 1.0 / kernel.N_UNIFORM_BINS
    for _ in range(kernel.N_TAIL_LEVELS):
        steps = np.arange(1, kernel.BINS_PER_LEVEL + 1) / kernel.BINS_PER_LEVEL
        edges.extend(1.0 - tail + 0.5 * tail * steps)
        tail *= 0.5
    return np.array([*edges, 1.0])


@cache
def quantile_table(precision: float) -> Floats:
    """Mean damage ratio within each bin of probability, for each mean (n_means, N_BINS).

    The ratio of one asset given its mean m has a beta distribution with parameters m phi and
    (1 - m) phi, so its variance is m (1 - m) / (1 + phi). The mean over a bin comes from the
    distribution function of the beta with its first parameter raised by one, hence the mean over
    all bins is m exactly.

    Source: Johnson, Kotz and Balakrishnan (1995), Continuous Univariate Distributions, vol. 2,
    chapter 25; that damage ratios follow a beta: Applied Technology Council (1985), ATC-13.
    """
    if not precision > 0.0:
        raise InputError(f"beta precision = {precision}: expected a positive number")
    means, edges = quantile_means(), bin_edges()
    table = np.zeros((len(means), kernel.N_BINS))
    m = means[1:, None]
    a, b = m * precision, (1.0 - m) * precision
    low = _mean_within(a, b, m, edges)
    # near 1 the quantile rounds to 1: there the complement 1 - ratio, also beta, is the exact one
    high = 1.0 - _mean_within(b, a, 1.0 - m, 1.0 - edges[::-1])[:, ::-1]
    table[1:] = np.where(betaincinv(a, b, edges[None, :-1]) > 0.5, high, low)
    return table


def _mean_within(a: Floats, b: Floats, mean: Floats, edges: Floats) -> Floats:
    """Mean of a beta(a, b) variable between its quantiles at consecutive probabilities."""
    inner = betainc(a + 1.0, b, betaincinv(a, b, edges[None, 1:-1]))
    ends = np.ones((len(mean), 1))
    return np.asarray(mean * np.diff(np.hstack([0.0 * ends, inner, ends]), axis=1)
                      / np.diff(edges))


def draw_ratios(first: int, last: int, *, assets: AssetInputs, curves: CurveArrays,
                draws: Draws) -> Ratios:
    """Draw the damage ratios of locations ``first`` to ``last`` (excluded).

    A fragility curve draws a state and takes its consequence; a vulnerability curve gives the mean
    of a beta distribution (:func:`quantile_table`). A location's ratio is the mean over its sites,
    by share of value. Equal seeds and keys draw equal numbers, whatever is drawn beside them.
    """
    n, n_members = last - first, draws.n_members
    finite = np.where(np.isfinite(curves.precision), curves.precision, 1.0)
    distinct, precision_of = np.unique(finite, return_inverse=True)
    quantiles = np.stack([quantile_table(float(phi)) for phi in distinct])
    out = Ratios(np.empty((n, n_members)), np.empty((n, n_members)),
                 np.empty((n, max(len(curves.states), 1))))
    kernel.draw_ratios(
        first, last, assets.site_start, assets.share, assets.key, assets.wind, assets.base_of,
        assets.factor, assets.set_of, draws.seed, draws.storm_of, draws.curve_of, draws.capacity,
        draws.common, draws.common_share, curves.row_start, curves.measure, curves.is_fragility,
        precision_of, curves.form, curves.params, curves.consequence, curves.state,
        curves.table_start, curves.table_x, curves.table_y, quantile_means(), quantiles,
        out.drawn, out.expected, out.state_probability)
    return out


def statistics(values: Floats, probabilities: tuple[float, ...] = QUANTILES,
               ) -> tuple[Floats, Floats, Floats]:
    """Mean (n,), sd (n,) and quantiles (n, n_probabilities) over the columns of (n, n_members).

    sd has n - 1 in its denominator; quantiles are linear between order statistics (Hyndman and
    Fan 1996, type 7).
    """
    n = len(values)
    mean, sd, quantile = np.empty(n), np.empty(n), np.empty((n, len(probabilities)))
    kernel.row_statistics(np.ascontiguousarray(values), np.array(probabilities), mean, sd, quantile)
    return mean, sd, quantile


def add_to_groups(loss: Floats, group: Ints, totals: Floats) -> None:
    """Add (n, n_members, n_parts) losses to ``totals`` (n_groups, n_members, n_parts) in place."""
    kernel.add_to_groups(np.ascontiguousarray(loss), group, totals)


def weighted_quantiles(values: Floats, weight: Floats, column: Ints,
                       probabilities: tuple[float, ...]) -> Floats:
    """Quantiles over the rows of some columns of a table of numbers between 0 and 153.6.

    values (n_rows, n_columns), weight (n_rows,) summing to 1, column (n,): the columns wanted.
    Returns (n, n_probabilities), linear within bins of 0.1: winds in m/s need no more.
    """
    out = np.empty((len(column), len(probabilities)))
    kernel.weighted_quantiles(values, weight, column, np.array(probabilities), out)
    return out
