"""Accounts: conditions, policy terms and layers of each policy, then the account's own terms."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.levels import BLOCK, N_COVERAGES, PAYOUT, act

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True, error_model="numpy")
def layered(loss: float, attachment: float, limit: float, share: float) -> float:
    """Return what a layer pays of a loss."""
    return min(max(loss - attachment, 0.0), limit) * share


@njit(cache=True, nogil=True, error_model="numpy")
def _end(amounts: Array, shares: Array, tiv: float) -> float:
    """Return where a step ends: an amount, or a share of the sum insured."""
    if shares[1] > 0.0:
        return shares[1] * tiv if tiv > 0.0 else np.inf
    return amounts[1]


@njit(cache=True, nogil=True, error_model="numpy")
def paid_by_steps(loss: float, tiv: float, amounts: Array, shares: Array) -> float:
    """Return what a step function pays of a loss: amounts (n, 8) and shares (n, 10) of its steps.

    The steps act in order; a loss is in a step from its start up to its end, with the end at the
    last of them. Between the payouts of its start and end it is interpolated.
    """
    paid, top = 0.0, 0.0
    if not loss > 0.0:
        return paid
    for k in range(amounts.shape[0]):
        top = max(top, _end(amounts[k], shares[k], tiv))
    for k in range(amounts.shape[0]):
        start, end = amounts[k, 0] + shares[k, 0] * tiv, _end(amounts[k], shares[k], tiv)
        if loss < start or loss > end or (loss == end and end < top):
            continue
        if shares[k, 9] > 0.0:  # only adds to what an earlier step pays
            own = paid
        else:
            way = (loss - start) / (end - start) if end < np.inf else 0.0
            at_start = amounts[k, 2] + shares[k, 2] * loss + shares[k, 3] * tiv
            at_end = amounts[k, 3] + shares[k, 4] * loss + shares[k, 5] * tiv
            own = at_start + way * (at_end - at_start)
            own = min(max(own - amounts[k, 4], 0.0), amounts[k, 5])
        extra = min(own * shares[k, 6], amounts[k, 6]) if shares[k, 6] > 0.0 else 0.0
        paid = (own + extra + own * shares[k, 7]) * (1.0 + shares[k, 8])
    return paid


@njit(cache=True, nogil=True, error_model="numpy")
def _pay(loss: Array, deducted: Array, over: Array, under: Array, tiv: Array, perils: Array,
         mask: int, amounts: Array, shares: Array, track: bool) -> None:
    """Let a step function pay for some coverages of a policy; deductibles count afresh then."""
    total, insured = 0.0, 0.0
    for i in range(loss.shape[0]):
        if perils[i]:
            for c in range(N_COVERAGES):
                if mask >> c & 1:
                    total += loss[i, c]
                    insured += tiv[i, c]
    kept = paid_by_steps(total, insured, amounts, shares) / total if total > 0.0 else 0.0
    for i in range(loss.shape[0]):
        for c in range(N_COVERAGES):
            if mask >> c & 1:
                loss[i, c] *= kept
                if track:
                    deducted[i, c], over[i, c], under[i, c] = 0.0, 0.0, 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def run_steps(first: int, last: int, kind: Array, mask: Array, wanted: Array, term: Array,
              code: Array, member_start: Array, member: Array, amounts: Array, shares: Array,
              everyone: Array, loss: Array, deducted: Array, over: Array, under: Array, tiv: Array,
              perils: Array, track: bool) -> None:
    """Let the steps first to last act on the rows of a policy or an account, in order."""
    for s in range(first, last):
        begin, end = member_start[s, 0], member_start[s, 1]
        if kind[s] == PAYOUT:
            _pay(loss, deducted, over, under, tiv, perils, mask[s], amounts[begin:end],
                 shares[begin:end], track)
            continue
        rows = everyone if begin < 0 else member[begin:end]
        if kind[s] == BLOCK:
            for i in rows:
                for c in range(N_COVERAGES):
                    if mask[s] >> c & 1:
                        loss[i, c] = 0.0
        else:
            act(loss, deducted, over, under, tiv, perils, rows, wanted[s], mask[s], term[s],
                code[s], track)


@njit(cache=True, nogil=True, error_model="numpy")
def _plain(rows: Array, loss: Array, perils: Array, covered: int, attachment: float, limit: float,
           share: float, out: Array) -> None:
    """Write what each location gets of a policy that has a layer and no other terms."""
    total = 0.0
    for k in range(rows.size):
        i = rows[k]
        out[k] = 0.0
        if perils[i] & covered:
            for c in range(N_COVERAGES):
                out[k] += loss[i, c]
            total += out[k]
    kept = layered(total, attachment, limit, share) / total if total > 0.0 else 0.0
    for k in range(rows.size):
        out[k] *= kept


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def at_accounts(loss: Array, deducted: Array, over: Array, under: Array, tiv: Array, perils: Array,
                event: int, location_start: Array, location: Array, policy_start: Array,
                pair_start: Array, covered: Array, attachment: Array, limit: Array, share: Array,
                account_share: Array, policy_steps: Array, account_steps: Array, kind: Array,
                mask: Array, wanted: Array, term: Array, code: Array, member_start: Array,
                member: Array, amounts: Array, shares: Array, track: bool, out: Array) -> None:
    """Write the loss of each pair of a policy and a location of its account.

    loss, tiv (n, 4) and perils (n,) of locations; deducted, over, under (n, 4) or of one row where
    not track. event: bits of the perils that strike. Account a has the locations
    location[location_start[a]:location_start[a + 1]], the policies from policy_start[a] and the
    pairs from pair_start[a], one policy's after the other's. covered, attachment, limit, share
    (n_policies,); account_share (n_accounts,). Steps (kind, mask, wanted, code (n_steps,), term
    (n_steps, 8)) stand in order; policy p has those from policy_steps[p], account a those from
    account_steps[a, 0] to account_steps[a, 1]. member_start (n_steps, 2) says which rows of
    ``member`` a step acts on; -1: all of the account. amounts and shares: of step functions.
    """
    for a in prange(location_start.size - 1):
        rows = location[location_start[a]:location_start[a + 1]]
        n, first, last = rows.size, policy_start[a], policy_start[a + 1]
        has_terms = account_steps[a, 1] > account_steps[a, 0]
        if policy_steps[last] == policy_steps[first] and not has_terms:
            for p in range(first, last):
                begin = pair_start[a] + (p - first) * n
                _plain(rows, loss, perils, covered[p] & event, attachment[p], limit[p],
                       share[p] * account_share[a], out[begin:begin + n])
            continue
        everyone = np.arange(n * (last - first))
        kept = everyone.size if track else 1
        work = np.zeros((everyone.size, N_COVERAGES))
        own_tiv = np.zeros((everyone.size, N_COVERAGES))
        own_perils = np.zeros(everyone.size, np.int64)
        took = np.zeros((kept, N_COVERAGES))
        cut, room = np.zeros((kept, N_COVERAGES)), np.zeros((kept, N_COVERAGES))
        for p in range(first, last):
            begin = (p - first) * n
            end = begin + n
            until = end if track else 1
            start = begin if track else 0
            for k in range(n):
                i = rows[k]
                own_perils[begin + k] = perils[i] & covered[p] & event
                for c in range(N_COVERAGES):
                    own_tiv[begin + k, c] = tiv[i, c]
                    if own_perils[begin + k]:
                        work[begin + k, c] = loss[i, c]
                        if track:
                            took[begin + k, c] = deducted[i, c]
                            cut[begin + k, c], room[begin + k, c] = over[i, c], under[i, c]
            run_steps(policy_steps[p], policy_steps[p + 1], kind, mask, wanted, term, code,
                      member_start, member, amounts, shares, everyone[:n], work[begin:end],
                      took[start:until],
                      cut[start:until], room[start:until], own_tiv[begin:end],
                      own_perils[begin:end], track)
            _through_layer(work[begin:end], took[start:until], cut[start:until],
                           room[start:until], attachment[p], limit[p], share[p], track)
            if p > first:  # an account's sum insured counts once
                own_tiv[begin:end] = 0.0
        run_steps(account_steps[a, 0], account_steps[a, 1], kind, mask, wanted, term, code,
                  member_start, member, amounts, shares, everyone, work, took, cut, room,
                  own_tiv, own_perils,
                  track)
        for k in range(everyone.size):
            total = 0.0
            for c in range(N_COVERAGES):
                total += work[k, c]
            out[pair_start[a] + k] = total * account_share[a]


@njit(cache=True, nogil=True, error_model="numpy")
def _through_layer(work: Array, took: Array, cut: Array, room: Array, attachment: float,
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
