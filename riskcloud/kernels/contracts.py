"""Reinsurance contracts: what each recovers from the losses of the pairs in its scope."""

from typing import Any

import numpy.typing as npt
from numba import njit, prange

Array = npt.NDArray[Any]

(RISK_ATTACHMENT, RISK_LIMIT, FRANCHISE, REVERSE_FRANCHISE, OCC_ATTACHMENT, OCC_LIMIT,
 AGG_ATTACHMENT, AGG_LIMIT, PLACED) = range(9)
"""Columns of a contract's terms; limits and the reverse franchise are inf where there are none."""


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def excess(loss: float, attachment: float, limit: float) -> float:
    """Return the part of a loss above an attachment, up to a limit."""
    return min(max(loss - attachment, 0.0), limit)


OCCURRED, RECOVERED = range(2)
"""What a contract has used of its period: losses behind the terms per event, and what of them it
took behind the terms of the period (before the share placed)."""


@njit(cache=True, nogil=True, error_model="numpy")
def per_event(loss: float, term: Array, used: Array) -> float:
    """Return what a contract pays of an event's loss behind its terms per risk, and note in used
    (2,) what the event used.
    """
    if loss < term[FRANCHISE] or loss > term[REVERSE_FRANCHISE]:
        return 0.0
    loss = excess(loss, term[OCC_ATTACHMENT], term[OCC_LIMIT])
    paid = excess(loss, max(term[AGG_ATTACHMENT] - used[OCCURRED], 0.0),
                  max(term[AGG_LIMIT] - used[RECOVERED], 0.0))
    used[OCCURRED] += loss
    used[RECOVERED] += paid
    return paid * term[PLACED]


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def recoveries(loss: Array, contract: Array, start: Array, pair: Array, risk: Array, ceded: Array,
               term: Array, used: Array, out: Array) -> None:
    """Write what each entry recovers (n_entries,) for the contracts listed in ``contract``.

    loss (n_pairs,). Contract k has the entries start[k] to start[k + 1], those of one risk side by
    side: pair, risk and share ceded of each; term (n_contracts, 9). used (n_contracts, 2): of their
    periods by earlier events, changed in place.
    """
    for row in prange(contract.size):
        k = contract[row]
        all_risks = 0.0
        begin = start[k]
        while begin < start[k + 1]:
            end, total = begin, 0.0
            while end < start[k + 1] and risk[end] == risk[begin]:
                out[end] = loss[pair[end]] * ceded[end]
                total += out[end]
                end += 1
            paid = excess(total, term[k, RISK_ATTACHMENT], term[k, RISK_LIMIT])
            kept = paid / total if total > 0.0 else 0.0
            for e in range(begin, end):
                out[e] *= kept
            all_risks += paid
            begin = end
        kept = per_event(all_risks, term[k], used[k]) / all_risks if all_risks > 0.0 else 0.0
        for e in range(start[k], start[k + 1]):
            out[e] *= kept
