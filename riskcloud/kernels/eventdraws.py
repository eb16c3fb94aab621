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

N_BINS = 128
"""Bins of intensity in which an event bounds the chance of damage by each set."""


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


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_bounds(curves: Array, capacity: Array, measure: Array, reach: Array, per_step: Array,
                 per_bin: Array, out: Array) -> None:
    """Write a bound of the chance that any member is damaged (n_measures, N_BINS) in each bin.

    curves (n_members,) of a set in an event, capacity (n_curves, n_members) of the event.
    """
    out[:] = 0.0
    for m in range(curves.size):
        c = curves[m]
        own, last = out[measure[c]], reach.shape[1] - 1
        scale = per_step[c] / (per_bin[measure[c]] * capacity[c, m])
        for b in range(N_BINS):
            step = (b + 1) * scale
            chance = reach[c, int(step)] if step <= last else 1.0
            own[b] = chance if chance > own[b] else own[b]
        own[N_BINS - 1] = 1.0  # the last bin has no end


@njit(cache=True, nogil=True, error_model="numpy")
def _ratios_of_part(part: int, begin: Array, event_of: Array, site: Array, wind: Array,
                    share: Array, key: Array, base_of: Array, factor: Array, set_of: Array,
                    seed: Array, curve_of: Array, capacity: Array, common: Array,
                    common_share: float, strata: Array, per_bin: Array, row_start: Array,
                    measure: Array, is_fragility: Array, precision_of: Array, form: Array,
                    params: Array, consequence: Array, table_start: Array, table_x: Array,
                    table_y: Array, means: Array, quantiles: Array, reach: Array, per_step: Array,
                    pair: Array, out: Array) -> int:
    """Write the pairs of one part that are damaged, from its first place on; return how many."""
    e, n_members, n_measures = event_of[part], out.shape[1], base_of.size
    n_sets, first = curve_of.shape[1], begin[part]
    bounds = np.empty((n_sets, n_measures, N_BINS))
    filled, line = np.zeros(n_sets, np.bool_), np.empty(n_members)
    most_common, found = common[e].max(), 0
    for i in range(first, begin[part + 1]):
        j = site[i]
        s = set_of[j]
        if not filled[s]:
            _fill_bounds(curve_of[e, s], capacity[e], measure, reach, per_step, per_bin, bounds[s])
            filled[s] = True
        chance = 0.0
        for k in range(n_measures):
            x = wind[i, base_of[k]] * factor[k, j]
            b = min(int(x * per_bin[k]), N_BINS - 1) if x > 0.0 else -1
            chance = max(chance, bounds[s, k, b]) if b >= 0 else chance
        if not chance > 0.0:
            continue
        place = uniform(seed[e], key[j], 0) * (strata.shape[0] * n_members)
        row = int(place)
        inside, base, shift = place - row, row // n_members, row % n_members
        least, touched = 1.0 - chance * (1.0 + 1e-9), False
        own_least = common_share + least * (1.0 - common_share)
        for way in range(2):
            # from the highest stratum down: its own draw; from the lowest up: the common one
            for turn in range(n_members):
                q = n_members - 1 - turn if way == 0 else turn
                u = (q + inside) / n_members
                if (way == 0 and (u < own_least or u < common_share)) or (
                        way == 1 and (u >= common_share or most_common < least)):
                    break
                m = strata[base, (q - shift) % n_members]
                u = (u - common_share) / (1.0 - common_share) if way == 0 else common[e, m]
                curve = curve_of[e, s, m]
                x = wind[i, base_of[measure[curve]]] * factor[measure[curve], j]
                if u < least or not x > 0.0:
                    continue
                drawn = _drawn_ratio(
                    curve, x, u, capacity[e, curve, m], row_start, is_fragility, precision_of,
                    form, params, consequence, table_start, table_x, table_y, means, quantiles,
                    reach, per_step)
                if drawn > 0.0:
                    if not touched:
                        line[:] = 0.0
                        touched = True
                    line[m] = share[j] * drawn
        if touched:
            pair[first + found] = i
            out[first + found] = line
            found += 1
    return found


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def event_ratios(begin: Array, event_of: Array, site: Array, wind: Array, share: Array,
                 key: Array, base_of: Array, factor: Array, set_of: Array, seed: Array,
                 curve_of: Array, capacity: Array, common: Array, common_share: float,
                 strata: Array, per_bin: Array, row_start: Array, measure: Array,
                 is_fragility: Array, precision_of: Array, form: Array, params: Array,
                 consequence: Array, table_start: Array, table_x: Array, table_y: Array,
                 means: Array, quantiles: Array, reach: Array, per_step: Array, count: Array,
                 pair: Array, out: Array) -> None:
    """Write the damage ratios of the pairs of event and site that are damaged in any member.

    Parts begin[p] to begin[p + 1] of site (n_pairs,) and wind (n_pairs, n_bases) are of one event,
    event_of (n_parts,). Of part p, count[p] pairs are damaged: pair (n_pairs,) and out (n_pairs,
    n_members) hold them from begin[p] on, what is after them is not written. strata (n, n_members)
    the members in several random orders; set_of (n_sites,). seed (n_events,), curve_of (n_events,
    n_sets, n_members), capacity (n_events, n_curves, n_members), common (n_events, n_members) are
    the events' draws; reach (n_curves, n_steps) a bound of the chance of any damage within each
    step of 1 / per_step (n_curves,) of the intensity over the capacity; per_bin (n_measures,) bins
    in a unit of intensity; all else as ``sampling.draw_ratios`` takes it.

    One number a pair gives all members' probabilities: a random order, turned by a random number
    of places, says whose is in which of n_members equal strata, all at one place inside (systematic
    sampling). Each member's is uniform and independent of any other site's.
    """
    for p in prange(event_of.size):
        count[p] = _ratios_of_part(
            p, begin, event_of, site, wind, share, key, base_of, factor, set_of, seed, curve_of,
            capacity, common, common_share, strata, per_bin, row_start, measure, is_fragility,
            precision_of, form, params, consequence, table_start, table_x, table_y, means,
            quantiles, reach, per_step, pair, out)


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
                    left += after_terms(loss, deductible[i, c], deductible_share[i, c],
                                        limit[i, c], limit_share[i, c])
                left = after_terms(left, deductible[i, SITE], deductible_share[i, SITE],
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
