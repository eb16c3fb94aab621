"""One step of terms taken apart: deductible, maximum, minimum and limit, with the loss behind each.

Source: docs/science/terms.md, A level; the plain twin of ``kernels.levels.after_term``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskcloud.finance.trace import Step
from riskcloud.kernels import levels as kernel


@dataclass(frozen=True, slots=True)
class Piece:
    """One rule of a step: its name, its numbers, the loss of the group behind it, its columns."""

    rule: str
    values: Mapping[str, Any]
    loss: float
    columns: tuple[str, ...]


def take_apart(step: Step, prefix: str) -> list[Piece]:
    """Return the rules of a step of terms in the order in which they act.

    prefix : of the columns, such as Loc.
    """
    term, loss, left = step.term, step.group_in, step.group_in
    deducted, over, under = step.carried
    found: list[Piece] = []
    if any(term[k] > 0.0 for k in (kernel.DEDUCTIBLE, kernel.OF_LOSS, kernel.OF_TIV)):
        piece, taken = _deductible(step, prefix)
        found.append(piece)
        left, deducted, under = piece.loss, deducted + taken, under + taken
    maximum, minimum = term[kernel.MAXIMUM], term[kernel.MINIMUM]
    was = deducted
    if deducted > maximum:
        back = min(deducted - maximum, under)
        over += deducted - maximum - back
        left, under, deducted = left + back, under - back, maximum
        found.append(Piece("maximum", {"maximum": maximum, "deducted": was, "back": back}, left,
                           (f"{prefix}MaxDed{step.level}",)))
    elif np.isfinite(maximum):
        found.append(Piece("maximum_kept", {"maximum": maximum, "deducted": was}, left,
                           (f"{prefix}MaxDed{step.level}",)))
    if was <= maximum and was < minimum:
        more = minimum - was
        cut = min(more, over)
        more = min(more - cut, left)
        left -= more
        found.append(Piece("minimum", {"minimum": minimum, "deducted": was, "cut": cut,
                                       "more": more}, left, (f"{prefix}MinDed{step.level}",)))
    elif minimum > 0.0:
        found.append(Piece("minimum_kept", {"minimum": minimum, "deducted": was}, left,
                           (f"{prefix}MinDed{step.level}",)))
    found += _limit(step, prefix, loss, left)
    return found


def _deductible(step: Step, prefix: str) -> tuple[Piece, float]:
    """Return the deductible and what it takes."""
    term, loss = step.term, step.group_in
    want = term[kernel.DEDUCTIBLE] + term[kernel.OF_LOSS] * loss \
        + term[kernel.OF_TIV] * step.insured
    columns = [f"{prefix}Ded{step.level}"]
    values: dict[str, Any] = {"want": want, "loss": loss}
    kind = "amount"
    if term[kernel.OF_LOSS] > 0.0:
        kind, values["share"] = "of_loss", term[kernel.OF_LOSS]
    elif term[kernel.OF_TIV] > 0.0:
        kind, values["share"], values["insured"] = "of_tiv", term[kernel.OF_TIV], step.insured
    if kind != "amount":
        columns.append(f"{prefix}DedType{step.level}")
    if step.code != kernel.FRANCHISE:
        taken, rule = min(want, loss), f"deductible_{kind}"
    else:
        columns.append(f"{prefix}DedCode{step.level}")
        taken, rule = (loss, "franchise_below") if loss < want else (0.0, "franchise_reached")
    return Piece(rule, {**values, "taken": taken}, loss - taken, tuple(columns)), taken


def _limit(step: Step, prefix: str, loss: float, left: float) -> list[Piece]:
    """Return the limit, if there is one: an amount, a share of the loss that entered, of value."""
    found, columns = [], (f"{prefix}Limit{step.level}", f"{prefix}LimitType{step.level}")
    for rule, column, base in (("limit_amount", kernel.LIMIT, 1.0),
                               ("limit_of_loss", kernel.LIMIT_OF_LOSS, loss),
                               ("limit_of_tiv", kernel.LIMIT_OF_TIV, step.insured)):
        if np.isfinite(step.term[column]):
            cap = step.term[column] * base
            left = min(left, cap)
            found.append(Piece(rule, {"share": step.term[column], "base": base, "cap": cap}, left,
                               columns[:1] if rule == "limit_amount" else columns))
    return found
