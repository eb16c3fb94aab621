"""Clauses of one location's loss as lines: average, greater-of deductibles, sublimits, shares.

Source: docs/science/terms.md, Clauses; a plain twin of what the kernels do with them.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from riskcloud.analysis.terms.explain_terms import Piece
from riskcloud.finance.clauses import GROUP_KINDS, our_share
from riskcloud.finance.trace import Step
from riskcloud.kernels import levels as kernel
from riskcloud.types.explain import Line
from riskcloud.types.terms import LEVEL_MASK, LEVELS, Clauses, OedBook

CLAUSE_STAGES = ("average", *GROUP_KINDS)


def clause_pieces(clauses: Clauses, step: Step) -> list[Piece]:
    """Return the rules of a step of a greater-of deductible or a sublimit."""
    k = int(np.flatnonzero(clauses.row == step.row)[0])
    if step.stage == "sublimit":
        return _sublimit(clauses, k, step)
    term, loss = step.term, step.group_in
    of_loss, of_insured = term[kernel.OF_LOSS] * loss, term[kernel.OF_TIV] * step.insured
    want, most = max(term[kernel.DEDUCTIBLE], of_loss, of_insured), term[kernel.MAXIMUM]
    taken = min(want, most, loss)
    rule = "greater_of_most" if want > most else "greater_of_both" if of_loss and of_insured else \
        "greater_of_insured" if term[kernel.OF_TIV] > 0.0 else "greater_of"
    values = {"amount": term[kernel.DEDUCTIBLE], "share": term[kernel.OF_LOSS], "loss": loss,
              "of_loss": of_loss, "share_insured": term[kernel.OF_TIV], "insured": step.insured,
              "of_insured": of_insured, "want": want, "most": most, "taken": taken}
    return [Piece(rule, values, loss - taken, given_columns(
        clauses, k, "Amount", "ShareOfLoss", "ShareOfInsured", "Maximum"))]


def _sublimit(clauses: Clauses, k: int, step: Step) -> list[Piece]:
    """Return a line for each of the limits given: the lowest counts."""
    left, found = step.group_in, []
    value = {name: float(clauses.values[name][k]) for name in (
        "Amount", "PerItem", "NumberOfItems", "ShareOfInsured")}
    for rule, cap, columns in (
            ("sublimit", value["Amount"], ("Amount",)),
            ("sublimit_items", value["PerItem"] * value["NumberOfItems"],
             ("PerItem", "NumberOfItems")),
            ("sublimit_insured", value["ShareOfInsured"] * step.insured, ("ShareOfInsured",))):
        if np.isfinite(cap):
            left = min(left, cap)
            found.append(Piece(rule, {
                "cap": cap, "item": value["PerItem"], "n": value["NumberOfItems"],
                "share": value["ShareOfInsured"], "insured": step.insured}, left, columns))
    return found


def given_columns(clauses: Clauses, k: int, *names: str) -> tuple[str, ...]:
    """Return the columns that a clause fills."""
    return tuple(name for name in names if np.isfinite(clauses.values[name][k]))


def average_line(clauses: Clauses, step: Step) -> Line:
    """Return the line of average: the ratio of sum insured to value, then the sum insured."""
    share, insured, value, most = step.term
    k = step.place
    mask = int(clauses.mask[k])
    paid = share * step.group_in
    rule = "average_agreed" if clauses.values["AgreedValue"][k] == 1.0 else \
        "average_most" if paid > most else "average" if np.isfinite(value) and share < 1.0 else \
        "average_full" if share == 1.0 else "average_share"
    values: dict[str, Any] = {"share": share, "insured": insured, "value": value, "most": most,
                              "loss": step.group_in}
    return Line("location", "", rule, values, "clauses", int(clauses.row[k]),
                given_columns(clauses, k, "Value", "SumInsured", "ShareInsured", "AgreedValue",
                              "PaidInFullFrom"),
                (step.group_in, step.group_out), step.own, step.location_out,
                LEVELS[LEVEL_MASK.index(mask)] if mask != LEVEL_MASK[-1] else "")


def share_lines(book: OedBook, step: Step, layer: Line) -> Iterator[Line]:
    """Yield the line of a policy's layer, and behind it that of our share of a coinsurance."""
    ours = our_share(book.clauses, len(book.accounts.account))
    clauses = book.clauses
    reach = None if clauses is None else clauses.reach.get("coinsurance")
    if ours is None or clauses is None or reach is None or step.policy not in reach.policy:
        yield layer
        return
    share = float(ours[step.policy])
    panel = reach.clause[reach.policy == step.policy]
    lead = int(panel[clauses.values["Lead"][panel] == 1.0][0])
    mine = int(panel[clauses.values["Ours"][panel] == 1.0][0])
    group, own, loss = (value / share for value in (step.group_out, step.own[1],
                                                    step.location_out))
    yield Line(layer.part, layer.owner, layer.rule, {
        **layer.values, "share": float(book.accounts.share[step.policy])}, layer.file, layer.row,
        layer.columns, (step.group_in, group), (step.own[0], own), loss, layer.level)
    yield Line(layer.part, layer.owner, "coinsurance_leads" if lead == mine else "coinsurance", {
        "share": share, "leader": clauses.words["Insurer"][lead], "loss": group}, "clauses",
        int(clauses.row[mine]), ("Share", "Ours"), (group, step.group_out), (own, step.own[1]),
        step.location_out)
