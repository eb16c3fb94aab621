"""What reinsurance pays of a location's loss, as lines."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from riskcloud.finance.trace_treaties import Recovery, RiskShare
from riskcloud.types.explain import Line
from riskcloud.types.terms import OedBook, Treaties


def treaty_lines(book: OedBook, recoveries: Sequence[Recovery]) -> list[Line]:
    """Return the lines of each contract that the location is in, in inuring order."""
    treaties = book.treaties
    assert treaties is not None
    return [line for recovery in recoveries for line in _lines(treaties, recovery)]


def _lines(treaties: Treaties, recovery: Recovery) -> Iterator[Line]:
    k, loss = recovery.contract, recovery.location_in
    owner = " ".join(filter(None, (treaties.number[k], treaties.kind[k], treaties.name[k])))
    row, amounts = int(treaties.row[k]), {name: float(values[k])
                                          for name, values in treaties.amounts.items()}

    def line(rule: str, values: dict[str, Any], columns: tuple[str, ...],
             group: tuple[float, float], own: tuple[float, float]) -> Line:
        return Line("reinsurance", owner, rule, values, "reins_info", row, columns, group, own,
                    loss)

    mine = 0.0
    for risk in recovery.risks:
        yield _ceded(treaties, k, owner, risk, loss)
        part = risk.own_ceded
        attachment, limit = amounts["RiskAttachment"], amounts["RiskLimit"]
        if attachment > 0.0 or limit > 0.0:
            part = part * risk.behind / risk.ceded if risk.ceded > 0.0 else 0.0
            yield line("risk" if limit > 0.0 else "risk_no_limit",
                       {"attachment": attachment, "limit": limit,
                        "level": treaties.risk_level[k]},
                       _given(amounts, "RiskAttachment", "RiskLimit"),
                       (risk.ceded, risk.behind), (risk.own_ceded, part))
        mine += part
    group, own = recovery.all_risks, mine
    for rule, after, names in (
            ("franchise", group if _in_franchise(amounts, group) else 0.0,
             ("OccFranchiseDed", "OccReverseFranchise")),
            ("occurrence", recovery.occurrence, ("OccAttachment", "OccLimit")),
            ("period", recovery.period, ("AggAttachment", "AggLimit")),
            ("placed", recovery.paid, ("PlacedPercent", "TreatyShare"))):
        columns = _given(amounts, *names)
        limited = rule == "period" and np.isfinite(recovery.period_limit)
        if limited and not amounts["AggLimit"] == recovery.period_limit:
            columns = (*columns, "Reinstatement")
        if columns and (rule != "placed" or after != group):
            behind = own * after / group if group > 0.0 else 0.0
            first, second = (amounts[name] for name in names)
            second = recovery.period_limit if limited else second
            if rule in ("occurrence", "period") and not second > 0.0:
                rule = f"{rule}_no_limit"
            values: dict[str, Any] = {"attachment": first, "limit": second}
            if rule.startswith("period") and recovery.occurred_before > 0.0:
                rule = f"annual_{rule}"
                values |= {"occurred": recovery.occurred_before,
                           "before": recovery.recovered_before}
            yield line(rule, values, columns, (group, after), (own, behind))
            group, own = after, behind
    notional = amounts.get("DeemedPercentPlaced", 0.0)
    if notional > 0.0:
        after, behind = group * (1.0 - notional), own * (1.0 - notional)
        yield line("notional", {"share": notional}, ("DeemedPercentPlaced",), (group, after),
                   (own, behind))
        group, own = after, behind
    if not np.isclose(recovery.scale, 1.0, rtol=1e-12, atol=0.0):
        yield line("over_ceded", {"scale": recovery.scale}, (), (group, group),
                   (own, recovery.own))
    yield Line("reinsurance", owner, "recovered", {"recovered": recovery.own}, "reins_info", row,
               ("InuringPriority",), (group, group), (recovery.own, recovery.own),
               recovery.location_out)


def _in_franchise(amounts: dict[str, float], loss: float) -> bool:
    return loss >= amounts["OccFranchiseDed"] and not 0.0 < amounts["OccReverseFranchise"] < loss


def _given(amounts: dict[str, float], *names: str) -> tuple[str, ...]:
    shares = ("PlacedPercent", "TreatyShare")
    return tuple(name for name in names if amounts[name] != (1.0 if name in shares else 0.0))


def _ceded(treaties: Treaties, k: int, owner: str, risk: RiskShare, loss: float) -> Line:
    """Return the line of what is ceded: by the scope's share of a surplus, else the contract's."""
    is_surplus = treaties.kind[k] == "SS"
    return Line("reinsurance", owner, "ceded", {"share": risk.share, "own": risk.own},
                "reins_scope" if is_surplus else "reins_info",
                int(treaties.scope_row[risk.scope]) if is_surplus else int(treaties.row[k]),
                ("CededPercent",), (risk.entering, risk.ceded), (risk.own, risk.own_ceded), loss)
