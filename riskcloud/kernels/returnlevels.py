"""Return levels from the largest winds of sites and the rates of the events that brought them."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

Array = npt.NDArray[Any]
STRIDE = 16
"""Events between two looks at how far a site's resamples have come (ours)."""
FINE = 64
"""A resample whose rate is reached after so many events has the wind of one of them: half of one is
0.8 % of the rate (ours)."""


@njit(cache=True, nogil=True, error_model="numpy")
def _level_at(rate: float, middle: Array, wind: Array, n: int) -> float:
    """Return the wind exceeded at a rate: linear in the logarithm of the rate between events.

    middle (n,) ascending rates at which each wind is exceeded; beyond the ends the end's wind.
    """
    low, high = 0, n
    while low < high:
        between = (low + high) // 2
        if middle[between] < rate:
            low = between + 1
        else:
            high = between
    if low == 0:
        return wind[0]
    if low == n:
        return wind[n - 1]
    a, b = middle[low - 1], middle[low]
    share = (np.log(rate) - np.log(a)) / (np.log(b) - np.log(a)) if b > a else 1.0
    return wind[low - 1] + share * (wind[low] - wind[low - 1])


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def return_levels(wind: Array, event: Array, rate: Array, wanted: Array, out_level: Array,
                  out_error: Array) -> None:
    """Write the wind exceeded at each wanted rate, and its standard error by the simulation.

    wind, event (n_sites, k), largest first, event -1 where there is none; rate (n_events,) [1/yr];
    wanted (n_rates,) [1/yr]; out (n_sites, n_rates), NaN where the events kept are exceeded less
    often in all. The rate above a wind is the sum over its events, half of its own included; of
    independent Poisson events its variance is the sum of their squares.
    """
    k = wind.shape[1]
    for i in prange(wind.shape[0]):
        middle, square, own = np.empty(k), np.empty(k), np.empty(k)
        n, total, squares = 0, 0.0, 0.0
        for j in range(k):
            e = event[i, j]
            if e < 0:
                break
            if rate[e] <= 0.0:
                continue
            middle[n], own[n] = total + 0.5 * rate[e], wind[i, j]
            total += rate[e]
            squares += rate[e] * rate[e]
            square[n] = squares
            n += 1
        for t in range(wanted.size):
            out_level[i, t], out_error[i, t] = np.nan, np.nan
            if n == 0 or total < wanted[t]:
                continue
            out_level[i, t] = _level_at(wanted[t], middle[:n], own[:n], n)
            place = min(np.searchsorted(middle[:n], wanted[t]), n - 1)
            spread = square[place] ** 0.5
            rarer = max(wanted[t] - spread, 1e-3 * wanted[t])
            out_error[i, t] = 0.5 * (_level_at(rarer, middle[:n], own[:n], n)
                                     - _level_at(wanted[t] + spread, middle[:n], own[:n], n))


@njit(cache=True, nogil=True, error_model="numpy")
def _passed(event: Array, rate: Array, season: Array, times: Array, wanted: Array, total: Array,
            middle: Array, counts: Array, before: Array) -> None:
    """Count, by resample, the events passed before each wanted rate is reached.

    times (n_seasons, b); wanted (n_rates,) ascending; total, middle (b,) room to work in; counts
    (n_rates, b); before (FINE / STRIDE, b) the rate [1/yr] of all events before every STRIDE-th.
    An event counts in full before it and by half at it, as in ``return_levels``.
    """
    total[:] = 0.0
    counts[:] = 0
    begin = 0
    for j in range(event.size):
        e = event[j]
        if e < 0:
            return
        if j % STRIDE == 0:
            if j < FINE:
                before[j // STRIDE] = total
            least = total.min()
            while begin < wanted.size and least >= wanted[begin]:
                begin += 1
            if begin == wanted.size:
                return
        half, row = np.float32(0.5 * rate[e]), times[season[e]]
        for c in range(total.size):
            middle[c] = total[c] + half * row[c]
            total[c] = middle[c] + half * row[c]
        for t in range(begin, wanted.size):
            own, limit = counts[t], wanted[t]
            for c in range(middle.size):
                own[c] += np.int32(middle[c] < limit)


@njit(cache=True, nogil=True, error_model="numpy")
def _resampled_level(wanted: float, place: int, before: Array, wind: Array, event: Array,
                     rate: Array, season: Array, times: Array, c: int) -> float:
    """Return the wind exceeded at a rate in one resample: as ``_level_at`` has it.

    place events are passed; those that the resample lacks count for nothing. Beyond the last event:
    0 where the site has no more of them, else the least kept.
    """
    if place >= event.size:
        return wind[event.size - 1]
    if place >= FINE or event[place] < 0:
        return wind[place] if event[place] >= 0 else 0.0
    begin = place // STRIDE
    total, own, last, j = before[begin, c], 0.0, -1, begin * STRIDE
    while j < event.size and event[j] >= 0:
        one = rate[event[j]] * times[season[event[j]], c]
        if one > 0.0:
            if j >= place:
                break
            total, own, last = total + one, one, j
        j += 1
    if j == event.size:
        return wind[event.size - 1]
    if event[j] < 0:
        return 0.0
    if last < 0:  # the last that was passed stands before this stride
        last = begin * STRIDE - 1
        while last >= 0 and own <= 0.0:
            own = rate[event[last]] * times[season[event[last]], c]
            last -= own <= 0.0
        if last < 0:
            return wind[j]
    a, b = total - 0.5 * own, total + 0.5 * rate[event[j]] * times[season[event[j]], c]
    share = min(max(np.log(wanted / a) / np.log(b / a), 0.0), 1.0)
    return wind[last] + share * (wind[j] - wind[last])


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def resampled_bands(wind: Array, event: Array, rate: Array, season: Array, times: Array,
                    wanted: Array, shares: Array, out: Array) -> None:
    """Write quantiles of the return levels over resamples of the seasons.

    Arguments as ``return_levels``; season (n_events,) place of each event's season; times
    (n_seasons, b) float32, how often each resample holds each season; wanted float32, ascending;
    shares (q,) ascending; out (n_sites, n_rates, q). A resample that does not reach a rate within
    the events counts as wind 0 where the site has no more of them, else as the least wind kept.
    """
    n_rates, b = wanted.size, times.shape[1]
    for i in prange(wind.shape[0]):
        total, middle = np.empty(b, np.float32), np.empty(b, np.float32)
        counts = np.empty((n_rates, b), np.int32)
        before = np.empty((FINE // STRIDE, b), np.float32)
        _passed(event[i], rate, season, times, wanted, total, middle, counts, before)
        levels = np.empty(b)
        for t in range(n_rates):
            for c in range(b):
                levels[c] = _resampled_level(wanted[t], counts[t, c], before, wind[i],
                                             event[i], rate, season, times, c)
            levels.sort()
            for q in range(shares.size):
                at = shares[q] * (b - 1)
                a = min(int(at), b - 2)
                out[i, t, q] = levels[a] + (at - a) * (levels[a + 1] - levels[a])
