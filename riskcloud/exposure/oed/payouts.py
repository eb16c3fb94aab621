"""Step functions of the account file: what a policy pays by how large the loss is."""

import numpy as np

from riskcloud.exposure.oed.table import OedTable
from riskcloud.types import Bools, Floats, Ints
from riskcloud.types.terms import Payouts

_THEN = 4
"""StepTriggerType of steps of buildings, else of contents."""
_GROUPS = (("Building", 0b0001, (1, _THEN, 5)), ("Contents", 0b0100, (2, _THEN, 5)),
           ("BuildingContents", 0b0101, (3,)))
"""End of the columns' names, coverages, and the StepTriggerTypes that use them."""
_TRIGGERS, _TRIGGER_TYPES, _PAYOUT_TYPES = (0, 1, 2, 3, 4, 5), (0, 2), (0, 1, 2, 3, 4)
"""Triggers by share of loss are not understood."""


def read_payouts(table: OedTable, policy: Ints) -> Payouts | None:
    """Return the steps of all policies, None where the file has none; faults go to its log."""
    if not table.has("StepTriggerType"):
        return None
    trigger = _coded(table, "StepTriggerType", _TRIGGERS)
    number = table.number("StepNumber", 0.0)
    steps = (trigger > 0) & (number > 0.0)
    if not (trigger > 0).any():
        return None
    table.fault((trigger > 0) & (number == 0.0), "StepNumber", "a step without a number: number "
                "the steps of a policy from 1")
    trigger_type = _coded(table, "TriggerType", _TRIGGER_TYPES)
    payout_type = _coded(table, "PayOutType", _PAYOUT_TYPES)
    parts = [_group(table, name, mask, steps & np.isin(trigger, kinds), trigger_type, payout_type,
                    policy, number) for name, mask, kinds in _GROUPS]
    contents = steps & np.isin(trigger, _GROUPS[1][2])
    parts[1].shares[:, 10] = trigger[contents] == _THEN
    return Payouts(*(np.concatenate([getattr(part, name) for part in parts])
                     for name in Payouts.__slots__))


def _coded(table: OedTable, name: str, known: tuple[int, ...]) -> Ints:
    value = table.number(name, 0.0)
    odd = ~np.isin(value, known)
    table.fault(odd, name, f"no code that is applied: expected {', '.join(map(str, known))}")
    return np.where(odd, 0, value).astype(np.int64)


def _group(table: OedTable, name: str, mask: int, where: Bools, trigger_type: Ints,
           payout_type: Ints, policy: Ints, number: Floats) -> Payouts:
    start, end = (table.number(f"Trigger{name}{side}", 0.0) for side in ("Start", "End"))
    first, last = (table.number(f"PayOut{name}{side}", 0.0) for side in ("Start", "End"))
    limit = table.number(f"PayOutLimit{name}", 0.0)
    table.fault(where & (end > 0.0) & (end <= start), f"Trigger{name}End",
                "ends before it starts: expected more than the start, or blank for no end")
    share = (payout_type > 0) & (payout_type < 4)
    table.fault(where & share & ((first > 1.0) | (last > 1.0)), f"PayOut{name}Start",
                "its type says a share: expected 0 to 1 (5 % is 0.05), or type 0 for an amount")
    place = np.flatnonzero(where)
    ramp = last > 0.0
    amounts, shares = np.zeros((len(place), 8)), np.zeros((len(place), 11))
    by_tiv = trigger_type == 2
    amounts[:, 0] = np.where(by_tiv, 0.0, start)[place]
    amounts[:, 1] = np.where(by_tiv, 0.0, np.where(end > 0.0, end, np.inf))[place]
    shares[:, 0] = np.where(by_tiv, start, 0.0)[place]
    shares[:, 1] = np.where(by_tiv, np.where(end > 0.0, end, np.inf), 0.0)[place]
    for k, pay in ((0, first), (1, np.where(ramp, last, first))):
        amounts[:, 2 + k] = np.where(payout_type == 0, pay,
                                     np.where(payout_type == 3, pay * limit, 0.0))[place]
        shares[:, 2 + 2 * k] = np.where(payout_type == 1, pay, 0.0)[place]
        shares[:, 3 + 2 * k] = np.where(payout_type == 2, pay, 0.0)[place]
    amounts[:, 4] = table.number(f"Deductible{name}", 0.0)[place]
    amounts[:, 5] = np.where(limit > 0.0, limit, np.inf)[place]
    extra = table.number("ExtraExpenseLimit", 0.0)
    amounts[:, 6] = np.where(extra > 0.0, extra, np.inf)[place]
    shares[:, 6] = table.number("ExtraExpenseFactor", 0.0)[place]
    shares[:, 7] = table.number("DebrisRemovalFactor", 0.0)[place]
    shares[:, 8] = table.number("ScaleFactor", 0.0)[place]
    shares[:, 9] = (payout_type == 4)[place]
    return Payouts(policy[place], np.full(len(place), mask), number[place].astype(np.int64),
                   table.row[place], amounts, shares)
