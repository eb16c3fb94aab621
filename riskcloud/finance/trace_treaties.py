"""What reinsurance pays of a location's loss: each contract's terms with the numbers between.

Source: docs/science/terms.md, Reinsurance; the numbers agree with ``treaties.net_losses``.
"""

from dataclasses import dataclass

import numpy as np

from riskcloud.finance.treaties import Contracts, net_losses
from riskcloud.kernels import contracts as kernel
from riskcloud.types import Bools, Floats


@dataclass(frozen=True, slots=True)
class RiskShare:
    """One risk of a contract that the location is in.

    own: the location's loss that enters (behind lower priorities); share: of it ceded; scope: place
    of the scope row; own_ceded, and of the whole risk what enters, is ceded and behind its terms.
    """

    own: float
    share: float
    scope: int
    own_ceded: float
    entering: float
    ceded: float
    behind: float


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a contract (place in the book) pays of a location's loss.

    all_risks: the sum of all risks behind their terms; occurrence and period: what is left behind
    the terms of those; paid: of all locations. scale: below 1 where contracts of one priority ceded
    more than the whole. own: what is paid of the location's loss; location_in and location_out: its
    loss before the contract and behind it (contracts of one priority see the same loss).
    occurred_before and recovered_before: of earlier events of the period; period_limit: what it
    pays in a period at most.
    """

    contract: int
    risks: tuple[RiskShare, ...]
    all_risks: float
    occurrence: float
    period: float
    paid: float
    own: float
    scale: float
    location_in: float
    location_out: float
    occurred_before: float = 0.0
    recovered_before: float = 0.0
    period_limit: float = float("inf")


def trace_recoveries(contracts: Contracts, gross: Floats, mine: Bools,
                     used: Floats | None = None, active: Bools | None = None) -> list[Recovery]:
    """Return what the contracts that the location is in pay of it, in inuring order.

    gross (n_cells,), used (not changed), active: see ``net_losses``; mine (n_cells,): cells of the
    location.
    """
    found: list[Recovery] = []
    net, left = gross.copy(), float(gross[mine].sum())
    used = np.zeros((len(contracts.inuring), 2)) if used is None else used
    whole = net_losses(contracts, gross, used.copy(), active)
    paid, counted = whole.paid, whole.counted
    for priority in contracts.priorities:
        now = np.flatnonzero(contracts.inuring == priority)
        for k in now:
            entries = slice(int(contracts.start[k]), int(contracts.start[k + 1]))
            own = mine[contracts.pair[entries]]
            if not own.any() or not (active is None or active[k]):
                continue
            recovery = float(paid[entries][own].sum())
            found.append(_recovery(contracts, int(k), net, own, recovery, left, used[k]))
            left = found[-1].location_out
        taken = np.isin(contracts.inuring, [priority]).repeat(np.diff(contracts.start))
        net = np.maximum(net - np.bincount(contracts.pair[taken], weights=counted[taken],
                                           minlength=contracts.n_pairs), 0.0)
    return found


def _recovery(contracts: Contracts, k: int, net: Floats, own: Bools, recovery: float,
              left: float, used: Floats) -> Recovery:
    """Return what contract k pays of the entries marked ``own``."""
    entries = slice(int(contracts.start[k]), int(contracts.start[k + 1]))
    term = contracts.term[k]
    into, share = net[contracts.pair[entries]], contracts.ceded[entries]
    _, risk = np.unique(contracts.risk[entries], return_inverse=True)
    whole_risk, ceded = np.bincount(risk, weights=into), np.bincount(risk, weights=into * share)
    behind = np.clip(ceded - term[kernel.RISK_ATTACHMENT], 0.0, term[kernel.RISK_LIMIT])
    risks, unscaled = [], 0.0
    all_risks = float(behind.sum())
    outside = all_risks < term[kernel.FRANCHISE] or all_risks > term[kernel.REVERSE_FRANCHISE]
    occurrence = 0.0 if outside else min(max(all_risks - term[kernel.OCC_ATTACHMENT], 0.0),
                                         term[kernel.OCC_LIMIT])
    attachment = max(term[kernel.AGG_ATTACHMENT] - used[kernel.OCCURRED], 0.0)
    period = min(max(occurrence - attachment, 0.0),
                 max(term[kernel.AGG_LIMIT] - used[kernel.RECOVERED], 0.0))
    whole = period * term[kernel.PLACED]
    real = 1.0 if contracts.notional is None else 1.0 - float(contracts.notional[k])
    kept = whole * real / all_risks if all_risks > 0.0 else 0.0
    for number in np.unique(risk[own]):
        here = own & (risk == number)
        own_ceded = float((into * share)[here].sum())
        entering = float(into[here].sum())
        risks.append(RiskShare(
            entering, own_ceded / entering if entering > 0.0 else float(share[here][0]),
            int(contracts.scope[entries][here][0]), own_ceded, float(whole_risk[number]),
            float(ceded[number]), float(behind[number])))
        if ceded[number] > 0.0:
            unscaled += own_ceded * float(behind[number] / ceded[number]) * kept
    return Recovery(k, tuple(risks), all_risks, float(occurrence), float(period), float(whole),
                    recovery, recovery / unscaled if unscaled > 0.0 else 1.0, left,
                    max(left - recovery, 0.0), float(used[kernel.OCCURRED]),
                    float(used[kernel.RECOVERED]), float(term[kernel.AGG_LIMIT]))
