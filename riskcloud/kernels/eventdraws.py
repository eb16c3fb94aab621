"""Draws that many events need: stratified by event and name, ratios of the places reached.

Every draw is a pure function of its event's seed, a key and the member: neither the order of
events and places nor blocks nor threads change it.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.curves import curve_value_spread
from riskcloud.kernels.sampling import ratio_of_mean, uniform
from riskcloud.kernels.terms import N_COVERAGES, SITE, after_terms

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def fill_strata(seed: Array, key: Array, out: Array) -> None:
    """Write one probability in each of n_members equal strata, in random order.

    seed (n_events,) of the events, key (n_keys,) of the names; out (n_events, n_keys, n_members).
    """
    n_members = out.shape[2]
    for e in prange(seed.size):
        rank = np.empty(n_members)
        for k in range(key.size):
            for m in range(n_members):
                rank[m] = uniform(seed[e], key[k], m)
            order = np.argsort(rank)
            for place in range(n_members):
                m = order[place]
                inside = uniform(seed[e], key[k], n_members + m)
                out[e, k, m] = (place + inside) / n_members


@njit(cache=True, nogil=True, error_model="numpy")
def _drawn_ratio(curve: int, x: float, u: float, capacity: float, row_start: Array,
                 is_fragility: Array, precision_of: Array, form: Array, params: Array,
                 consequence: Array, table_start: Array, table_x: Array, table_y: Array,
                 means: Array, quantiles: Array, reach: Array, per_step: Array) -> float:
    """Return the damage ratio of a curve at probability u, as ``sampling.draw_ratios`` draws it."""
    first = row_start[curve]
    if is_fragility[curve]:
        # most draws reach no state: a bound says so without a curve
        step = x / capacity * per_step[curve]
        if step < reach.shape[1] and u < 1.0 - reach[curve, int(step)]:
            return 0.0
    if not is_fragility[curve]:
        mean = curve_value_spread(form[first], params[first, 0], params[first, 1],
                                  params[first, 2], params[first, 3], x, capacity, table_x,
                                  table_y, table_start[first], table_start[first + 1])
        return ratio_of_mean(mean * consequence[first], u, means, quantiles[precision_of[curve]])
    for row in range(row_start[curve + 1] - 1, first - 1, -1):
        # a state is reached where any as severe is: the first met from the worst down
        p = curve_value_spread(form[row], params[row, 0], params[row, 1], params[row, 2],
                               params[row, 3], x, capacity, table_x, table_y, table_start[row],
                               table_start[row + 1])
        if u >= 1.0 - p:
            return float(consequence[row])
    return 0.0


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def event_ratios(hit_start: Array, event: Array, location: Array, site: Array, wind: Array,
                 share: Array, key: Array, base_of: Array, factor: Array, set_of: Array,
                 seed: Array, curve_of: Array, capacity: Array, common: Array,
                 common_share: float, row_start: Array, measure: Array, is_fragility: Array,
                 precision_of: Array, form: Array, params: Array, consequence: Array,
                 table_start: Array, table_x: Array, table_y: Array, means: Array,
                 quantiles: Array, reach: Array, per_step: Array, out: Array) -> None:
    """Write the damage ratios (n_hits, n_members) of locations that events reach.

    A hit is a location and an event: event, location (n_hits,), pairs hit_start[h] to
    hit_start[h + 1] of site and wind (n_pairs, n_bases). seed (n_events,), curve_of (n_events,
    n_sets, n_members), capacity (n_events, n_curves, n_members), common (n_events, n_members) are
    the events' draws; reach (n_curves, n_steps) a bound of the chance of any state within each step
    of 1 / per_step (n_curves,) of the intensity over the capacity; all else as
    ``sampling.draw_ratios`` takes it.
    """
    n_members = out.shape[1]
    for h in prange(event.size):
        e, own_set = event[h], set_of[location[h]]
        out[h, :] = 0.0
        for pair in range(hit_start[h], hit_start[h + 1]):
            j = site[pair]
            for m in range(n_members):
                curve = curve_of[e, own_set, m]
                x = wind[pair, base_of[measure[curve]]] * factor[measure[curve], j]
                if not x > 0.0:
                    continue
                u = uniform(seed[e], key[j], m)
                u = common[e, m] if u < common_share else (u - common_share) / (1.0 - common_share)
                out[h, m] += share[j] * _drawn_ratio(
                    curve, x, u, capacity[e, curve, m], row_start, is_fragility, precision_of,
                    form, params, consequence, table_start, table_x, table_y, means, quantiles,
                    reach, per_step)


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def location_losses(hit: Array, location: Array, group: Array, ratio: Array, value: Array,
                    deductible: Array, deductible_share: Array, limit: Array, limit_share: Array,
                    total: Array, mean: Array) -> None:
    """Add losses before and after the locations' terms to totals; write the hits' means.

    hit (n_events + 1,): hits of an event, in the order in which they are added. group
    (n_locations,) of a location; total (n_events, 2, n_groups, n_members) ground-up and gross;
    mean (n_hits, 2) over the members. Terms as ``terms.location_losses`` takes them.
    """
    n_members = ratio.shape[1]
    for e in prange(hit.size - 1):
        for h in range(hit[e], hit[e + 1]):
            i = location[h]
            mean[h, :] = 0.0
            for m in range(n_members):
                if ratio[h, m] == 0.0:
                    continue
                whole, left = 0.0, 0.0
                for c in range(N_COVERAGES):
                    loss = ratio[h, m] * value[i, c]
                    whole += loss
                    left += after_terms(loss, loss, deductible[i, c], deductible_share[i, c],
                                        limit[i, c], limit_share[i, c])
                left = after_terms(left, whole, deductible[i, SITE], deductible_share[i, SITE],
                                   limit[i, SITE], limit_share[i, SITE])
                total[e, 0, group[i], m] += whole
                total[e, 1, group[i], m] += left
                mean[h, 0] += whole
                mean[h, 1] += left
            mean[h, :] /= n_members


@njit(cache=True, nogil=True, error_model="numpy")
def add_in_order(place: Array, rate: Array, values: Array, out: Array) -> None:
    """Add rate times values (n, k) to out (n_places, k), one after another."""
    for h in range(place.size):
        for k in range(values.shape[1]):
            out[place[h], k] += rate[h] * values[h, k]
