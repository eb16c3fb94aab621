"""One step of terms taken apart: deductible, maximum, minimum and limit, with the loss behind each.

Source: docs/science/terms.md, A level; the plain twin of ``kernels.levels.after_term``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskcloud.finance.trace import Step
from riskcloud.kernels import annual
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
        left = piece.loss
        if _kind(step) not in (annual.NON_RANKING, annual.RESIDUAL):
            deducted, under = deducted + taken, under + taken
    before = step.so_far[annual.DEDUCTED] if _kind(step) == annual.AGGREGATE else 0.0
    found += _bounds(step, prefix, (left, before + deducted, over, under), before)
    return found + _limit(step, prefix, loss, found[-1].loss if found else loss)


def _kind(step: Step) -> int:
    return step.code % annual.ANNUAL_LIMIT


def _bounds(step: Step, prefix: str, carried: tuple[float, float, float, float],
            before: float) -> list[Piece]:
    """Return maximum and minimum of a group with loss, deducted, over and under so far.

    before : what of the deducted earlier events of the year were.
    """
    left, deducted, over, under = carried
    found: list[Piece] = []
    of_year = {"before": before} if before > 0.0 else {}
    year = "annual_" if of_year else ""
    maximum, minimum = step.term[kernel.MAXIMUM], step.term[kernel.MINIMUM]
    was = deducted
    if deducted > maximum:
        back = min(deducted - maximum, under)
        over += deducted - maximum - back
        left, under, deducted = left + back, under - back, maximum
        found.append(Piece(f"{year}maximum", {"maximum": maximum, "deducted": was, "back": back,
                                              **of_year}, left,
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
    if _kind(step) == annual.FRANCHISE:
        taken, rule = (loss, "franchise_below") if loss < want else (0.0, "franchise_reached")
    elif _kind(step) == annual.AGGREGATE:
        values["before"] = step.so_far[annual.TAKEN]
        values["want"] = want + term[kernel.OF_LOSS] * step.so_far[annual.ENTERED]
        taken, rule = min(max(values["want"] - values["before"], 0.0), loss), "annual_deductible"
    elif _kind(step) == annual.RESIDUAL and not step.so_far[annual.N_USED]:
        taken, rule = 0.0, "annual_residual_waits"
    elif _kind(step) in (annual.NON_RANKING, annual.RESIDUAL):
        taken = min(want, loss)
        rule = "annual_residual" if _kind(step) == annual.RESIDUAL else "annual_non_ranking"
    else:
        taken, rule = min(want, loss), f"deductible_{kind}"
    if _kind(step) in (annual.AGGREGATE, annual.FRANCHISE, annual.NON_RANKING, annual.RESIDUAL):
        columns.append(f"{prefix}DedCode{step.level}")
    return Piece(rule, {**values, "taken": taken}, loss - taken, tuple(columns)), taken


def _limit(step: Step, prefix: str, loss: float, left: float) -> list[Piece]:
    """Return the limit, if there is one: an amount, a share of the loss that entered, of value."""
    found, columns = [], (f"{prefix}Limit{step.level}", f"{prefix}LimitType{step.level}")
    of_year = step.code >= annual.ANNUAL_LIMIT
    if of_year:
        loss += step.so_far[annual.ENTERED]
    for rule, column, base in (("limit_amount", kernel.LIMIT, 1.0),
                               ("limit_of_loss", kernel.LIMIT_OF_LOSS, loss),
                               ("limit_of_tiv", kernel.LIMIT_OF_TIV, step.insured)):
        if np.isfinite(step.term[column]):
            cap = step.term[column] * base
            if of_year:
                whole, before = cap, step.so_far[annual.PAID]
                cap = max(whole - before, 0.0)
                left = min(left, cap)
                found.append(Piece("annual_limit", {"whole": whole, "before": before, "cap": cap},
                                   left, (columns[0], f"{prefix}LimitCode{step.level}")))
                continue
            left = min(left, cap)
            found.append(Piece(rule, {"share": step.term[column], "base": base, "cap": cap}, left,
                               columns[:1] if rule == "limit_amount" else columns))
    return found
