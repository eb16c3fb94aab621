"""Terms of policies, level by level: a deductible and a limit act on the sum of a group of items.

An item is a coverage of a row; a row is what one of an event's perils does at a location. A group's
loss goes back to its items in proportion to what each brought in. Beside its loss an item carries
what deductibles took (deducted), what limits cut off (over) and how much of the deducted a limit
would still let back in (under): minimum and maximum deductibles of a higher level need them. Where
no term has one they are not kept (``track`` False, arrays of one row).
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.annual import after_annual

Array = npt.NDArray[Any]

N_COVERAGES = 4
DEDUCTIBLE, OF_LOSS, OF_TIV, MINIMUM, MAXIMUM, LIMIT, LIMIT_OF_LOSS, LIMIT_OF_TIV = range(8)
"""Columns of a row of terms: amounts, shares of the loss entering and of the sum insured; none is 0
for a deductible or minimum, inf for a maximum or limit."""
FRANCHISE = 2
"""Deductible code: a loss that reaches it is paid whole, any other not at all (OED)."""
GREATER = 7
"""Deductible code, ours: the greatest of the amount and the shares, not their sum, at most the
maximum; that is of this deductible alone."""
TERM, BLOCK, PAYOUT, YIELD = 0, 1, 2, 3
"""Kinds of a step: terms act on a group; its loss is not covered; a step function pays for it; it
pays nothing where the buildings of the policy reach their step function."""


@njit(cache=True, nogil=True, error_model="numpy")
def after_term(loss: float, deducted: float, over: float, under: float, tiv: float, term: Array,
               code: int) -> tuple[float, float, float, float]:
    """Return loss, deducted, over and under behind a group's deductible, then its limit."""
    want = term[DEDUCTIBLE] + term[OF_LOSS] * loss + term[OF_TIV] * tiv
    if code == GREATER:
        want = max(term[DEDUCTIBLE], term[OF_LOSS] * loss, term[OF_TIV] * tiv)
        want = min(want, term[MAXIMUM])
    left, taken = loss, 0.0
    if code != FRANCHISE:
        taken = min(want, loss)
    elif loss < want:
        taken = loss
    left -= taken
    under += taken
    all_deducted = deducted + taken
    if all_deducted > term[MAXIMUM] and code != GREATER:
        back = min(all_deducted - term[MAXIMUM], under)
        over += all_deducted - term[MAXIMUM] - back
        left += back
        under -= back
        all_deducted = term[MAXIMUM]
    elif all_deducted < term[MINIMUM]:
        # what a limit cut off bears the rest of the deductible first: nothing of it was paid
        more = term[MINIMUM] - all_deducted
        cut = min(more, over)
        more = min(more - cut, left)
        over -= cut
        left -= more
        under += more
        all_deducted += cut + more
    cap = term[LIMIT]
    if term[LIMIT_OF_LOSS] < np.inf:  # inf * 0 would be NaN
        cap = min(cap, term[LIMIT_OF_LOSS] * loss)
    if term[LIMIT_OF_TIV] < np.inf:
        cap = min(cap, term[LIMIT_OF_TIV] * tiv)
    if left > cap:
        return cap, all_deducted, over + left - cap, 0.0
    return left, all_deducted, over, min(under, cap - left)


@njit(cache=True, nogil=True, error_model="numpy")
def share_out(loss: Array, deducted: Array, over: Array, under: Array, i: int, c: int,
              before: tuple[float, float, float, float], after: tuple[float, float, float, float],
              ) -> None:
    """Give an item its part of what a group has behind its terms (all four are kept)."""
    part = 0.0
    if before[0] > 0.0:
        part = loss[i, c] / before[0]
    elif before[3] > 0.0:  # nothing came in: what comes back does so where it was taken
        part = under[i, c] / before[3]
    loss[i, c] = after[0] * part
    if after[1] < before[1]:
        deducted[i, c] *= after[1] / before[1]
    else:
        deducted[i, c] += (after[1] - before[1]) * part
    if after[2] < before[2]:
        over[i, c] *= after[2] / before[2]
    else:
        over[i, c] += (after[2] - before[2]) * part
    under[i, c] = after[3] * deducted[i, c] / after[1] if after[1] > 0.0 else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def behind(before: tuple[float, float, float, float], insured: float, term: Array, code: int,
           slot: int, used: Array, released: Array) -> tuple[float, float, float, float]:
    """Return what a group has behind a term; slot: where it remembers the year, -1 nowhere."""
    if slot < 0:
        return after_term(before[0], before[1], before[2], before[3], insured, term, code)
    return after_annual(before[0], before[1], before[2], before[3], insured, term, code,
                        used[slot], released[slot])


@njit(cache=True, nogil=True, error_model="numpy")
def act(loss: Array, deducted: Array, over: Array, under: Array, perils: Array, rows: Array,
        wanted: int, mask: int, insured: float, term: Array, code: int, slot: int, used: Array,
        released: Array, track: bool) -> None:
    """Let a term act on the items of some rows that have one of the perils ``wanted``.

    loss (n, 4) is changed in place; mask: bits of the coverages; insured: the group's sum insured.
    slot, used, released: see ``at_locations_of_year``.
    """
    total, was_deducted, was_over, was_under = 0.0, 0.0, 0.0, 0.0
    for i in rows:
        if perils[i] & wanted:
            for c in range(N_COVERAGES):
                if mask >> c & 1:
                    total += loss[i, c]
                    if track:
                        was_deducted += deducted[i, c]
                        was_over += over[i, c]
                        was_under += under[i, c]
    before = (total, was_deducted, was_over, was_under)
    after = behind(before, insured, term, code, slot, used, released)
    kept = after[0] / total if total > 0.0 else 0.0
    for i in rows:
        if perils[i] & wanted:
            for c in range(N_COVERAGES):
                if mask >> c & 1:
                    if track:
                        share_out(loss, deducted, over, under, i, c, before, after)
                    else:
                        loss[i, c] *= kept


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def at_locations(start: Array, location: Array, perils: Array, ground_up: Array, tiv: Array,
                 wanted: Array, mask: Array, terms: Array, code: Array, participation: Array,
                 track: bool, loss: Array, deducted: Array, over: Array, under: Array) -> None:
    """Write losses (n_rows, 4) behind the locations' own terms.

    Rows start[g] to start[g + 1] are those of one location, location[start[g]]; perils (n_rows,)
    and ground_up (n_rows, 4) are theirs. tiv (n, 4) of locations; wanted, code (n_levels, n) and
    terms (n_levels, n, 8): of each level's terms; wanted 0: none. mask (n_levels,): coverages of a
    level.
    participation (n,), or empty. deducted, over, under (n_rows, 4), or of one row where not track.
    """
    for g in prange(start.size - 1):
        i = location[start[g]]
        share = participation[i] if participation.size else 1.0
        for r in range(start[g], start[g + 1]):
            for c in range(N_COVERAGES):
                loss[r, c] = ground_up[r, c]
                if track:
                    deducted[r, c], over[r, c], under[r, c] = 0.0, 0.0, 0.0
        for k in range(mask.size):
            if wanted[k, i]:
                _act_here(loss, deducted, over, under, perils, start[g], start[g + 1], tiv[i],
                          wanted[k, i], mask[k], terms[k, i], code[k, i], track)
        if share != 1.0:
            for r in range(start[g], start[g + 1]):
                for c in range(N_COVERAGES):
                    loss[r, c] *= share
                    if track:
                        deducted[r, c] *= share
                        over[r, c] *= share
                        under[r, c] *= share


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def at_locations_of_year(start: Array, location: Array, perils: Array, ground_up: Array,
                         tiv: Array, wanted: Array, mask: Array, terms: Array, code: Array,
                         participation: Array, track: bool, loss: Array, deducted: Array,
                         over: Array, under: Array, slot: Array, used: Array,
                         released: Array) -> None:
    """Write losses behind the locations' own terms, some of which remember the year.

    As ``at_locations``, a kernel of its own: in one, books without such terms took a third longer.
    slot (n_levels, n): rows of ``used`` (n_slots, 5) that the terms remember the year in (see
    ``kernels.annual``), -1 for none. released (n_slots,): whether a residual deductible acts, its
    aggregate being used up.
    """
    for g in prange(start.size - 1):
        i = location[start[g]]
        share = participation[i] if participation.size else 1.0
        for r in range(start[g], start[g + 1]):
            for c in range(N_COVERAGES):
                loss[r, c] = ground_up[r, c]
                if track:
                    deducted[r, c], over[r, c], under[r, c] = 0.0, 0.0, 0.0
        for k in range(mask.size):
            if wanted[k, i] and slot[k, i] >= 0:
                _annually_here(loss, deducted, over, under, perils, start[g], start[g + 1], tiv[i],
                               wanted[k, i], mask[k], terms[k, i], code[k, i], used[slot[k, i]],
                               released[slot[k, i]], track)
            elif wanted[k, i]:
                _act_here(loss, deducted, over, under, perils, start[g], start[g + 1], tiv[i],
                          wanted[k, i], mask[k], terms[k, i], code[k, i], track)
        if share != 1.0:
            for r in range(start[g], start[g + 1]):
                for c in range(N_COVERAGES):
                    loss[r, c] *= share
                    if track:
                        deducted[r, c] *= share
                        over[r, c] *= share
                        under[r, c] *= share


@njit(cache=True, nogil=True, error_model="numpy")
def _act_here(loss: Array, deducted: Array, over: Array, under: Array, perils: Array, first: int,
              last: int, tiv: Array, wanted: int, mask: int, term: Array, code: int,
              track: bool) -> None:
    """Let a term act on the rows first to last of one location."""
    total, was_deducted, was_over, was_under, insured = 0.0, 0.0, 0.0, 0.0, 0.0
    for c in range(N_COVERAGES):
        if mask >> c & 1:
            insured += tiv[c]
            for r in range(first, last):
                if perils[r] & wanted:
                    total += loss[r, c]
                    if track:
                        was_deducted += deducted[r, c]
                        was_over += over[r, c]
                        was_under += under[r, c]
    before = (total, was_deducted, was_over, was_under)
    after = after_term(total, was_deducted, was_over, was_under, insured, term, code)
    kept = after[0] / total if total > 0.0 else 0.0
    for r in range(first, last):
        if perils[r] & wanted:
            for c in range(N_COVERAGES):
                if mask >> c & 1:
                    if track:
                        share_out(loss, deducted, over, under, r, c, before, after)
                    else:
                        loss[r, c] *= kept


@njit(cache=True, nogil=True, error_model="numpy")
def _annually_here(loss: Array, deducted: Array, over: Array, under: Array, perils: Array,
                   first: int, last: int, tiv: Array, wanted: int, mask: int, term: Array,
                   code: int, used: Array, released: bool, track: bool) -> None:
    """Let a term that remembers the year act on the rows of one location, see ``_act_here``."""
    total, was_deducted, was_over, was_under, insured = 0.0, 0.0, 0.0, 0.0, 0.0
    for c in range(N_COVERAGES):
        if mask >> c & 1:
            insured += tiv[c]
            for r in range(first, last):
                if perils[r] & wanted:
                    total += loss[r, c]
                    if track:
                        was_deducted += deducted[r, c]
                        was_over += over[r, c]
                        was_under += under[r, c]
    before = (total, was_deducted, was_over, was_under)
    after = after_annual(total, was_deducted, was_over, was_under, insured, term, code, used,
                         released)
    kept = after[0] / total if total > 0.0 else 0.0
    for r in range(first, last):
        if perils[r] & wanted:
            for c in range(N_COVERAGES):
                if mask >> c & 1:
                    if track:
                        share_out(loss, deducted, over, under, r, c, before, after)
                    else:
                        loss[r, c] *= kept
