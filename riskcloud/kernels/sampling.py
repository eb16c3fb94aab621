"""Draw damage ratios: one asset after another, all realisations of each.

A draw is a pure function of (seed, key of the place, realisation), so neither the order of the
assets nor chunks nor threads change it.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.curves import curve_value_spread

Array = npt.NDArray[Any]

N_UNIFORM_BINS, N_TAIL_LEVELS, BINS_PER_LEVEL = 64, 14, 8
N_BINS = N_UNIFORM_BINS - 1 + N_TAIL_LEVELS * BINS_PER_LEVEL + 1
"""Bins of probability in a quantile table: 63 of equal width below 63/64, then halving widths
towards 1 (8 bins a halving) down to a last bin of 2**-20."""


@njit(cache=True, nogil=True, error_model="numpy")
def uniform(seed: int, key: int, member: int) -> float:
    """Return a number in (0, 1) that depends on the three integers alone.

    Source: the finaliser of SplitMix64, Steele, Lea and Flood (2014), OOPSLA, figure 12, applied
    twice with the golden-ratio increment.
    """
    z = np.uint64(seed) ^ (np.uint64(key) + np.uint64(member + 1) * np.uint64(0x9E3779B97F4A7C15))
    for _ in range(2):
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = (z ^ (z >> np.uint64(31))) + np.uint64(0x9E3779B97F4A7C15)
    return (np.float64(z >> np.uint64(11)) + 0.5) * (1.0 / 9007199254740992.0)


@njit(cache=True, nogil=True, error_model="numpy")
def bin_of(u: float) -> int:
    """Return the bin of a probability in [0, 1)."""
    index = int(u * N_UNIFORM_BINS)
    if index < N_UNIFORM_BINS - 1:
        return index
    tail = 1.0 - u
    edge = 1.0 / N_UNIFORM_BINS
    for level in range(N_TAIL_LEVELS):
        half = 0.5 * edge
        if tail > half:
            inside = int((edge - tail) / half * BINS_PER_LEVEL)
            return N_UNIFORM_BINS - 1 + level * BINS_PER_LEVEL + min(inside, BINS_PER_LEVEL - 1)
        edge = half
    return N_BINS - 1


@njit(cache=True, nogil=True, error_model="numpy")
def ratio_of_mean(mean: float, u: float, means: Array, table: Array) -> float:
    """Return the damage ratio at probability u of the distribution with this mean.

    means (n_means,) ascending from 0 to 0.5; table (n_means, N_BINS) mean ratio within each bin.
    Linear in the mean between two rows, so that the mean over u is exact. A mean above 0.5 is
    the mirror image of 1 - mean at 1 - u.
    """
    if not mean > 0.0:
        return mean  # zero, or NaN
    if mean >= 1.0:
        return 1.0
    mirrored = mean > 0.5
    m = 1.0 - mean if mirrored else mean
    high = max(int(np.searchsorted(means, m)), 1)
    weight = (m - means[high - 1]) / (means[high] - means[high - 1])
    b = bin_of(1.0 - u if mirrored else u)
    drawn = table[high - 1, b] + weight * (table[high, b] - table[high - 1, b])
    return 1.0 - drawn if mirrored else drawn


@njit(cache=True, nogil=True, error_model="numpy")
def _exceedance(row: int, form: Array, params: Array, table_start: Array, table_x: Array,
                table_y: Array, x: float, factor: float) -> float:
    return curve_value_spread(form[row], params[row, 0], params[row, 1], params[row, 2],
                              params[row, 3], x, factor, table_x, table_y,
                              table_start[row], table_start[row + 1])


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def draw_ratios(first: int, last: int, site_start: Array, share: Array, key: Array, wind: Array,
                base_of: Array, factor: Array, set_of: Array, seed: int, storm_of: Array,
                curve_of: Array, capacity: Array, common: Array, common_share: float,
                row_start: Array, measure: Array, is_fragility: Array, precision_of: Array,
                form: Array, params: Array, consequence: Array, state: Array, table_start: Array,
                table_x: Array, table_y: Array, means: Array, quantiles: Array, ratio: Array,
                expected: Array, state_probability: Array) -> None:
    """Write damage ratios of locations ``first`` to ``last``.

    ratio, expected (n, n_members): drawn, and expected given the realisation's storm, wind model
    and curve. state_probability (n, n_states): mean over realisations of the probability of
    reaching each state, by share of value. wind (n_bases, n_storms, n_sites) m/s; a measure is
    that of its base_of (n_measures,) times factor (n_measures, n_sites); quantiles (n_precisions,
    n_means, N_BINS).
    """
    n_members = storm_of.size
    for i in prange(first, last):
        row_out = i - first
        ratio[row_out, :] = 0.0
        expected[row_out, :] = 0.0
        state_probability[row_out, :] = 0.0
        for site in range(site_start[i], site_start[i + 1]):
            reached = False
            for base in range(wind.shape[0]):
                for storm in range(wind.shape[1]):
                    if wind[base, storm, site] != 0.0:
                        reached = True
                        break
            if not reached:
                continue
            for m in range(n_members):
                curve = curve_of[set_of[i], m]
                speed = wind[base_of[measure[curve]], storm_of[m], site]
                if speed == 0.0:
                    continue
                x = speed * factor[measure[curve], site]
                u = uniform(seed, key[site], m)
                u = common[m] if u < common_share else (u - common_share) / (1.0 - common_share)
                mean, drawn, above = 0.0, 0.0, 0.0
                if is_fragility[curve]:
                    # states in ascending severity; walk down from the worst
                    for row in range(row_start[curve + 1] - 1, row_start[curve] - 1, -1):
                        p = _exceedance(row, form, params, table_start, table_x, table_y, x,
                                        capacity[curve, m])
                        p = max(p, above)
                        mean += (p - above) * consequence[row]
                        if u >= 1.0 - p and u < 1.0 - above:
                            drawn = consequence[row]
                        state_probability[row_out, state[row]] += share[site] * p
                        above = p
                else:
                    row = row_start[curve]
                    mean = _exceedance(row, form, params, table_start, table_x, table_y, x,
                                       capacity[curve, m]) * consequence[row]
                    drawn = ratio_of_mean(mean, u, means, quantiles[precision_of[curve]])
                ratio[row_out, m] += share[site] * drawn
                expected[row_out, m] += share[site] * mean
        state_probability[row_out, :] /= n_members


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def row_statistics(values: Array, probabilities: Array, mean: Array, sd: Array, quantile: Array,
                   ) -> None:
    """Write mean, standard deviation (n - 1) and linear quantiles of each row."""
    n = values.shape[1]
    for i in prange(values.shape[0]):
        ordered = np.sort(values[i])
        total = 0.0
        for m in range(n):
            total += ordered[m]
        mean[i] = total / n
        squares = 0.0
        for m in range(n):
            squares += (ordered[m] - mean[i]) ** 2
        sd[i] = (squares / (n - 1)) ** 0.5 if n > 1 else 0.0
        for q in range(probabilities.size):
            position = probabilities[q] * (n - 1)
            k = min(int(position), n - 2) if n > 1 else 0
            step = ordered[min(k + 1, n - 1)] - ordered[k]
            quantile[i, q] = ordered[k] + (position - k) * step


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def add_to_groups(loss: Array, group: Array, totals: Array) -> None:
    """Add loss (n, n_members, n_parts) to totals (n_groups, n_members, n_parts) by group (n,).

    Each thread owns realisations, and adds the locations in their order: the sums are the same
    to the last bit whatever the chunks and threads. A negative group is left out.
    """
    n_members, n_parts = loss.shape[1], loss.shape[2]
    n_blocks = (n_members + 31) // 32
    for block in prange(n_blocks):
        stop = min(32 * (block + 1), n_members)
        for i in range(loss.shape[0]):
            if group[i] < 0:
                continue
            for m in range(32 * block, stop):
                for c in range(n_parts):
                    totals[group[i], m, c] += loss[i, m, c]


BINS_PER_UNIT, N_VALUE_BINS = 10, 1536


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def weighted_quantiles(values: Array, weight: Array, column: Array, probabilities: Array,
                       out: Array) -> None:
    """Write quantiles over the rows of columns of values (n_rows, n_columns), by histogram.

    Values at or above ``N_VALUE_BINS / BINS_PER_UNIT`` count in the last bin. A share of exact
    zeros (never reached) as large as the probability gives 0.
    """
    n_blocks = (column.size + 63) // 64
    for block in prange(n_blocks):
        mass = np.empty(N_VALUE_BINS)
        for i in range(64 * block, min(64 * (block + 1), column.size)):
            mass[:] = 0.0
            zeros = 0.0
            for row in range(values.shape[0]):
                value = values[row, column[i]]
                if value > 0.0:
                    mass[min(int(value * BINS_PER_UNIT), N_VALUE_BINS - 1)] += weight[row]
                else:
                    zeros += weight[row]
            for q in range(probabilities.size):
                wanted = probabilities[q]
                below, b = zeros, 0
                while b < N_VALUE_BINS and below + mass[b] < wanted:
                    below += mass[b]
                    b += 1
                inside = (wanted - below) / mass[b] if b < N_VALUE_BINS and mass[b] > 0.0 else 0.0
                out[i, q] = 0.0 if wanted <= zeros else (b + inside) / BINS_PER_UNIT
