"""Accounts: conditions, policy terms and layers of each policy, then the account's own terms."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.levels import (
    BLOCK,
    LIMIT_OF_TIV,
    N_COVERAGES,
    OF_TIV,
    PAYOUT,
    YIELD,
    act,
)
from riskcloud.kernels.payouts import paid_by_steps

Array = npt.NDArray[Any]

BUILDINGS = 1
"""Bit of the coverage of buildings."""


@njit(cache=True, nogil=True, error_model="numpy")
def layered(loss: float, attachment: float, limit: float, share: float) -> float:
    """Return what a layer pays of a loss."""
    return min(max(loss - attachment, 0.0), limit) * share


@njit(cache=True, nogil=True, error_model="numpy")
def insured_of(locations: Array, perils: Array, tiv: Array, wanted: int, mask: int) -> float:
    """Return the sum insured of the locations that cover one of the perils wanted."""
    total = 0.0
    for i in locations:
        if perils[i] & wanted:
            for c in range(N_COVERAGES):
                if mask >> c & 1:
                    total += tiv[i, c]
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def _plain(location: Array, loss: Array, row_perils: Array, covered: int, attachment: float,
           limit: float, share: float, out: Array) -> None:
    """Write what each row gets of a policy that has a layer and no other terms."""
    total = 0.0
    for r in range(location.size):
        out[r] = 0.0
        if row_perils[r] & covered:
            for c in range(N_COVERAGES):
                out[r] += loss[r, c]
            total += out[r]
    kept = layered(total, attachment, limit, share) / total if total > 0.0 else 0.0
    for r in range(location.size):
        out[r] *= kept


@njit(cache=True, nogil=True, error_model="numpy")
def _pay(loss: Array, deducted: Array, over: Array, under: Array, perils: Array, mask: int,
         insured: float, amounts: Array, shares: Array, track: bool) -> None:
    """Let a step function pay for some coverages of a policy; deductibles count afresh then."""
    total = 0.0
    for i in range(loss.shape[0]):
        if perils[i]:
            for c in range(N_COVERAGES):
                if mask >> c & 1:
                    total += loss[i, c]
    kept = paid_by_steps(total, insured, amounts, shares) / total if total > 0.0 else 0.0
    for i in range(loss.shape[0]):
        for c in range(N_COVERAGES):
            if mask >> c & 1:
                loss[i, c] *= kept
                if track:
                    deducted[i, c], over[i, c], under[i, c] = 0.0, 0.0, 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _give_way(loss: Array, perils: Array, mask: int, insured: float, amounts: Array,
              shares: Array) -> None:
    """Take away the loss of some coverages where that of buildings reaches one of their steps."""
    total, reached = 0.0, False
    for i in range(loss.shape[0]):
        if perils[i]:
            total += loss[i, 0]
    for k in range(amounts.shape[0]):
        reached |= total >= amounts[k, 0] + shares[k, 0] * insured
    if not reached or total <= 0.0:
        return
    for i in range(loss.shape[0]):
        for c in range(N_COVERAGES):
            if mask >> c & 1:
                loss[i, c] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _rows_of(members: Array, row_start: Array, out: Array) -> Array:
    """Return the rows of some locations (by their place in the account), written into ``out``."""
    n = 0
    for k in members:
        for r in range(row_start[k], row_start[k + 1]):
            out[n] = r
            n += 1
    return out[:n]


@njit(cache=True, nogil=True, error_model="numpy")
def run_steps(first: int, last: int, kind: Array, mask: Array, wanted: Array, term: Array,
              code: Array, slot: Array, member_start: Array, member: Array, amounts: Array,
              shares: Array, used: Array, released: Array, every_row: Array, row_start: Array,
              places: Array, perils: Array, tiv: Array, covered: int, loss: Array,
              deducted: Array, over: Array, under: Array, row_perils: Array,
              track: bool) -> None:
    """Let the steps first to last act on the rows of a policy or an account, in order.

    places: all locations of the account; perils and tiv of all locations; covered: perils of the
    event that the policy covers. slot, used, released: see ``levels.at_locations_of_year``.
    """
    picked = np.empty(every_row.size, np.int64)
    for s in range(first, last):
        begin, end = member_start[s, 0], member_start[s, 1]
        if kind[s] == YIELD:
            insured = insured_of(places, perils, tiv, covered, BUILDINGS)
            _give_way(loss, row_perils, mask[s], insured, amounts[begin:end], shares[begin:end])
            continue
        if kind[s] == PAYOUT:
            insured = insured_of(places, perils, tiv, covered, mask[s])
            _pay(loss, deducted, over, under, row_perils, mask[s], insured, amounts[begin:end],
                 shares[begin:end], track)
            continue
        rows = every_row if begin < 0 else _rows_of(member[begin:end], row_start, picked)
        if kind[s] == BLOCK:
            for r in rows:
                for c in range(N_COVERAGES):
                    if mask[s] >> c & 1:
                        loss[r, c] = 0.0
            continue
        insured = 0.0
        if term[s, OF_TIV] > 0.0 or term[s, LIMIT_OF_TIV] < np.inf:
            group = places if begin < 0 else places[member[begin:end]]
            insured = insured_of(group, perils, tiv, covered & wanted[s], mask[s])
        act(loss, deducted, over, under, row_perils, rows, wanted[s], mask[s], insured, term[s],
            code[s], slot[s], used, released, track)


@njit(cache=True, nogil=True, error_model="numpy")
def through_layer(work: Array, took: Array, cut: Array, room: Array, attachment: float,
                   limit: float, share: float, track: bool) -> None:
    """Scale a policy's items to what its layer pays; behind one, deductibles count afresh."""
    if attachment == 0.0 and limit == np.inf and share == 1.0:
        return
    total = work.sum()
    work *= layered(total, attachment, limit, share) / total if total > 0.0 else 0.0
    if track:
        took[:] = 0.0
        cut[:] = 0.0
        room[:] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _row_starts(location: Array, local: Array, n: int) -> Array:
    """Return where the rows of each of n locations start (n + 1,); they stand in their order."""
    start = np.zeros(n + 1, np.int64)
    for r in range(location.size):
        start[local[location[r]] + 1] += 1
    for k in range(n):
        start[k + 1] += start[k]
    return start


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def at_accounts(account: Array, start: Array, location: Array, row_perils: Array, loss: Array,
                deducted: Array, over: Array, under: Array, tiv: Array, perils: Array,
                event: int, location_start: Array, places: Array, local: Array,
                policy_start: Array, covered: Array, attachment: Array, limit: Array,
                share: Array, account_share: Array, policy_steps: Array, account_steps: Array,
                kind: Array, mask: Array, wanted: Array, term: Array, code: Array, slot: Array,
                member_start: Array, member: Array, amounts: Array, shares: Array, used: Array,
                released: Array, track: bool, out_start: Array, out: Array) -> None:
    """Write what each policy pays for each row of its account.

    Rows start[q] to start[q + 1] are those of account[q], by the places of their locations in it:
    location, row_perils (n_rows,); loss (n_rows, 4); deducted, over, under (n_rows, 4) or of one
    row where not track. Of all locations: tiv (n, 4), perils (n,), local (n,), the place in its
    account; places[location_start[a]:location_start[a + 1]] are those of account a. covered,
    attachment, limit, share (n_policies,), account a's from policy_start[a]; account_share
    (n_accounts,). Steps (kind, mask, wanted, code, slot (n_steps,), term (n_steps, 8)) stand in
    order; policy p has those from policy_steps[p], account a those from account_steps[a, 0] to
    account_steps[a, 1]. member_start (n_steps, 2): the places in ``member`` a step acts on, -1 all.
    amounts and shares: of step functions. used and released: see ``levels.at_locations_of_year``.
    out from out_start[q]: rows of the first policy, then
    of the second...
    """
    for q in prange(account.size):
        a, begin, end = account[q], start[q], start[q + 1]
        m, first, last = end - begin, policy_start[a], policy_start[a + 1]
        own_out = out[out_start[q]:out_start[q + 1]]
        has_terms = account_steps[a, 1] > account_steps[a, 0]
        if policy_steps[last] == policy_steps[first] and not has_terms:
            for p in range(first, last):
                _plain(location[begin:end], loss[begin:end], row_perils[begin:end],
                       covered[p] & event, attachment[p], limit[p], share[p] * account_share[a],
                       own_out[(p - first) * m:(p - first + 1) * m])
            continue
        own_places = places[location_start[a]:location_start[a + 1]]
        row_start = _row_starts(location[begin:end], local, own_places.size)
        every = np.arange(m * (last - first))
        kept = every.size if track else 1
        work, took = np.zeros((every.size, N_COVERAGES)), np.zeros((kept, N_COVERAGES))
        cut, room = np.zeros((kept, N_COVERAGES)), np.zeros((kept, N_COVERAGES))
        own_perils, any_covered = np.zeros(every.size, np.int64), np.int64(0)
        for p in range(first, last):
            low, high = (p - first) * m, (p - first + 1) * m
            below, above = (low, high) if track else (0, 1)
            any_covered |= covered[p] & event
            for r in range(m):
                own_perils[low + r] = row_perils[begin + r] & covered[p]
                if own_perils[low + r]:
                    for c in range(N_COVERAGES):
                        work[low + r, c] = loss[begin + r, c]
                        if track:
                            took[low + r, c] = deducted[begin + r, c]
                            cut[low + r, c] = over[begin + r, c]
                            room[low + r, c] = under[begin + r, c]
            run_steps(policy_steps[p], policy_steps[p + 1], kind, mask, wanted, term, code,
                      slot, member_start, member, amounts, shares, used, released, every[:m],
                      row_start, own_places, perils, tiv, covered[p] & event, work[low:high],
                      took[below:above], cut[below:above], room[below:above],
                      own_perils[low:high], track)
            through_layer(work[low:high], took[below:above], cut[below:above],
                           room[below:above], attachment[p], limit[p], share[p], track)
        run_steps(account_steps[a, 0], account_steps[a, 1], kind, mask, wanted, term, code,
                  slot, member_start, member, amounts, shares, used, released, every, row_start,
                  own_places, perils, tiv, any_covered, work, took, cut, room, own_perils, track)
        for k in range(every.size):
            total = 0.0
            for c in range(N_COVERAGES):
                total += work[k, c]
            own_out[k] = total * account_share[a]
