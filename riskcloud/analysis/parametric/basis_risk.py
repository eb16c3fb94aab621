"""Basis risk: how payouts of index covers follow the losses of the same events."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from riskcloud.analysis.ep.gather import gather
from riskcloud.analysis.ep.run import event_means, groups
from riskcloud.analysis.parametric.yearly import YearlyPayouts
from riskcloud.errors import InputError, Problem
from riskcloud.types import EventSet, Floats
from riskcloud.types.covers import Covers

STAGES: Final = ("ground_up", "unspecified", "gross", "net")
"""Which losses are compared, the first of these that the file has."""
LARGE_YR: Final = 10.0
"""A large loss is one of an event that rare, or rarer (ours)."""


def event_set_losses(path: Path, events: EventSet) -> tuple[dict[str, Floats], str]:
    """Return the mean loss of each event (n_events,) by currency, and the stage of the losses.

    Raises
    ------
    InputError : faults of the file; events that the set has not.
    """
    found = gather(path)
    problems = found.faults.all()
    place = {str(one): k for k, one in enumerate(events.event_id)}
    at = np.array([place.get(name, -1) for name in found.events], np.int64)
    problems += [Problem(int(found.first_row[k]), "event_id", found.events[k],
                         "not an event of the set: give the losses of this event set", path.name)
                 for k in np.flatnonzero(at < 0)]
    if problems:
        raise InputError(f"{path}: {len(problems)} problem(s)", problems)
    all_groups = list(groups(found, "", np.ones(len(found.events), bool)))
    stage = next(name for name in STAGES if any(one.stage == name for one in all_groups))
    out: dict[str, Floats] = {}
    for group in all_groups:
        if group.stage == stage:
            event, mean = event_means(group.cells, max(len(found.members), 1))
            out[group.currency] = np.zeros(len(events.event_id))
            out[group.currency][at[event]] = mean
    return out, stage


def basis_rows(covers: Covers, events: EventSet, found: YearlyPayouts,
               losses: Mapping[str, Floats], n_years: int) -> list[dict[str, Any]]:
    """Return a row a cover that is known, and one a currency for their sum (cover "").

    Of currencies that have losses. Correlations are Pearson's, None where one side does not vary.
    """
    rows = []
    known: Any = ~np.asarray(np.isnan(found.paid).any(axis=0))
    for currency, loss in losses.items():
        own = [c for c in range(len(covers)) if covers.currency[c] == currency
               and found.status[c] == "in_force" and known[c]]
        if not own:
            continue
        parts = [("", found.paid[:, own].sum(axis=1))]
        parts += [(covers.number[c], found.paid[:, c]) for c in own]
        for name, paid in parts:
            payout = np.zeros(len(events.event_id))
            payout[found.event] = paid
            rows.append({"cover": name, "currency": currency,
                         **_figures(events, loss, payout, n_years)})
    return rows


def _figures(events: EventSet, loss: Floats, payout: Floats, n_years: int) -> dict[str, Any]:
    year = np.asarray(events.year) - 1
    any_loss, pays = loss > 0.0, payout > 0.0
    # the k-th largest loss of N years is exceeded once in N / k
    k = int(n_years // LARGE_YR)
    bar = np.sort(loss)[-k] if 0 < k <= len(loss) else np.inf
    large = any_loss & (loss >= bar)
    by_year = [np.bincount(year, one, n_years).astype(np.float64) for one in (loss, payout)]
    return {"n_loss_events": int(any_loss.sum()), "n_payout_events": int(pays.sum()),
            "correlation_events": _correlation(loss[any_loss | pays], payout[any_loss | pays]),
            "correlation_years": _correlation(*by_year),
            "p_loss_without_payout": _chance(~pays, any_loss),
            "large_loss": float(bar) if np.isfinite(bar) else None,
            "p_large_loss_without_payout": _chance(~pays, large),
            "p_payout_without_loss": _chance(~any_loss, pays),
            "payout_to_loss": float(payout.sum() / loss.sum()) if loss.sum() > 0.0 else None}


def _correlation(a: Floats, b: Floats) -> float | None:
    if len(a) < 2 or a.std() == 0.0 or b.std() == 0.0:
        return None
    return float(np.corrcoef(a, b)[0, 1])


def _chance(of: Any, among: Any) -> float | None:
    return float(of[among].mean()) if among.any() else None
