"""How a location's loss came about, line by line: rule, numbers, and where it stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from riskcloud.analysis.terms.book import NO_TIME, Compiled, Explained, Used, explain_location
from riskcloud.analysis.terms.explain_clauses import (
    CLAUSE_STAGES,
    average_line,
    clause_pieces,
    share_lines,
)
from riskcloud.analysis.terms.explain_terms import Piece, take_apart
from riskcloud.analysis.terms.explain_treaties import treaty_lines
from riskcloud.finance.occurrences import Listed
from riskcloud.finance.policies import EventRows
from riskcloud.finance.program import BI, DAYS_A_YEAR, location_rows
from riskcloud.finance.trace import Step
from riskcloud.kernels.levels import YIELD
from riskcloud.types import Floats, Ints
from riskcloud.types.explain import Line
from riskcloud.types.terms import OedBook

TIV_COLUMNS = ("BuildingTIV", "OtherTIV", "ContentsTIV", "BITIV")
_BEHIND = ("account", "account_share", "eroded")
_PREFIX = {"condition": "Cond", "policy": "Pol", "account": "Acc"}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Lines from the ground-up loss to the net loss of one location in one event."""

    lines: tuple[Line, ...]
    ground_up: float
    gross: float
    net: float
    recovered: Floats


def explain(compiled: Compiled, ground_up: tuple[EventRows, Floats], location: int, *,
            factor: float | None = None, used: Used | None = None, when: Any = NO_TIME,
            split_by: tuple[Ints, Listed] | None = None) -> Explanation:
    """Return how a location's loss came about, in order.

    ground_up, used, when, split_by : see ``explain_location``; factor : share of the sums insured,
    where the loss is one.
    """
    found = explain_location(compiled, ground_up, location, used, when, split_by)
    rows, loss = ground_up
    lines = list(_ground_up(compiled, rows, loss, location, factor))
    if found.occurrences:
        lines += _occurrences(compiled, found, location, when)
    elif (rows.location == location).any():
        lines += _gross(compiled, found, location, when)
    if compiled.contracts is not None:
        lines += treaty_lines(compiled.book, found.recoveries)
    return Explanation(tuple(lines), found.ground_up, found.gross, found.net, found.recovered)


def _occurrences(compiled: Compiled, found: Explained, location: int,
                 when: Any) -> Iterator[Line]:
    """Yield the lines of each occurrence of an event that is several, then their sum."""
    accounts, n = compiled.book.accounts, len(found.occurrences)
    policy = int(np.flatnonzero(accounts.account == compiled.book.locations.account[location])[0])
    for k, (loss, steps) in enumerate(found.occurrences):
        yield Line("location", "", "annual_occurrence", {"n": k + 1, "of": str(n)}, "account",
                   int(accounts.row[policy]), ("HoursClause",), (loss, loss), (loss, loss), loss)
        yield from _gross(compiled, replace(found, steps=steps), location, when)
    yield Line("account", "", "annual_occurrences", {"n": n}, "", 0, (), (found.gross, found.gross),
               (found.gross, found.gross), found.gross)


def _ground_up(compiled: Compiled, rows: EventRows, loss: Floats, location: int,
               factor: float | None) -> Iterator[Line]:
    """Yield what the loss is before terms, and what of it the location does not cover."""
    book, here = compiled.book, rows.location == location
    row = int(book.locations.row[location])
    of_coverage = loss[here].sum(axis=0)
    whole = float(of_coverage.sum())
    tiv = float(book.locations.tiv[location].sum())
    insured = dict(zip(TIV_COLUMNS, map(float, book.locations.tiv[location]), strict=True))
    values: dict[str, Any] = dict(zip(TIV_COLUMNS, map(float, of_coverage), strict=True))
    if factor is None:
        yield Line("location", "", "ground_up_table", values, "ground_up", 0, ("loss",),
                   (whole, whole), (whole, whole), whole)
    elif here.any():
        yield Line("location", "", "ground_up_factor", {**values, "insured": tiv, "factor": factor},
                   "location", row, tuple(name for name in TIV_COLUMNS if insured[name]),
                   (tiv, whole), (tiv, whole), whole)
    lost = float(loss[here & (rows.perils == 0)].sum())
    if lost > 0.0 or (factor is not None and not here.any()):
        left = whole - lost
        yield Line("location", "", "not_covered", {"lost": lost}, "location", row,
                   ("LocPerilsCovered",), (whole, left), (whole, left), left)


def _gross(compiled: Compiled, found: Explained, location: int, when: Any) -> Iterator[Line]:
    """Yield the lines of the location's terms, of each policy, and of the account."""
    book = compiled.book
    accounts, account = book.accounts, int(book.locations.account[location])
    own = [step for step in found.steps if step.policy < 0 and step.stage in (
        "location", "participation", *CLAUSE_STAGES)]
    for step in own:
        yield from _lines(compiled, step, location)
    policies = np.flatnonzero(accounts.account == account)
    for policy in map(int, policies):
        steps = [step for step in found.steps if step.policy == policy]
        if not steps:
            rule, columns = "policy_not_covered", ["PolPerilsCovered"]
            if accounts.dates is not None and not accounts.dates.in_force(when)[policy]:
                rule, columns = "annual_not_in_force", ["PolInceptionDate", "PolExpiryDate"]
            yield Line("policy", _policy(book, policy), rule, {"date": str(when)}, "account",
                       int(accounts.row[policy]), tuple(columns), (0.0, 0.0), (0.0, 0.0), 0.0)
        for step in steps:
            yield from _lines(compiled, step, location)
    rest = [step for step in found.steps if step.stage in _BEHIND]
    if len(policies) > 1:
        paid = sum(step.location_out for step in found.steps if step.stage == "layer")
        yield Line("account", "", "sum_of_policies", {"n": len(policies)}, "", 0, (),
                   (paid, paid), (paid, paid), paid)
    for step in rest:
        yield from _lines(compiled, step, location)


def _policy(book: OedBook, policy: int) -> str:
    """Return a policy's PolNumber, with its LayerNumber where the account has several of it."""
    words, layer = (book.accounts.words[name] for name in ("PolNumber", "LayerNumber"))
    name = str(words.word[int(words.code[policy])].as_py())
    of_account = book.accounts.account == book.accounts.account[policy]
    if (words.code[of_account] == words.code[policy]).sum() == 1:
        return name
    return f"{name}/{layer.word[int(layer.code[policy])].as_py() or 1}"


def _lines(compiled: Compiled, step: Step, location: int) -> Iterator[Line]:
    """Yield the lines of one step."""
    book = compiled.book
    owner = _policy(book, step.policy) if step.policy >= 0 else ""
    part = "policy" if step.policy >= 0 else \
        "account" if step.stage in _BEHIND else "location"
    if step.stage == "location":
        yield from _of_location(compiled, step, location)
        return
    if step.stage in CLAUSE_STAGES:
        assert book.clauses is not None
        if step.stage == "average":
            yield average_line(book.clauses, step)
        else:
            yield from _of_pieces(step, part, owner, "clauses", step.row,
                                  clause_pieces(book.clauses, step))
        return
    if step.stage in _PREFIX:
        pieces = take_apart(step, _PREFIX[step.stage])
        if step.stage == "condition":
            pieces = [replace(piece, columns=("CondTag", *piece.columns)) for piece in pieces]
        yield from _of_pieces(step, part, owner, "account", step.row, pieces)
        return
    rule, values, file, row, columns = _other(book, step, location)
    line = Line(part, owner, rule, values, file, row, columns, (step.group_in, step.group_out),
                step.own, step.location_out, step.level)
    yield from share_lines(book, step, line) if step.stage == "layer" else (line,)


def _of_location(compiled: Compiled, step: Step, location: int) -> Iterator[Line]:
    """Yield the lines of a location's own term: of the days of BI, or of one of its levels."""
    locations = compiled.book.locations
    has_days = locations.bi_waiting_days is not None or locations.bi_indemnity_days is not None
    if has_days and step.place == 0:
        tiv, row = float(locations.tiv[location, BI]), int(locations.row[location])
        left, loss = step.group_in, step.location_in
        for rule, days, column in (("bi_waiting", locations.bi_waiting_days, "BIWaitingPeriod"),
                                   ("bi_indemnity", locations.bi_indemnity_days, "BIPOI")):
            if days is None or not days[location] > 0.0:
                continue
            amount = float(days[location]) * tiv / DAYS_A_YEAR
            after = max(left - amount, 0.0) if rule == "bi_waiting" else min(left, amount)
            loss += after - left
            yield Line("location", "", rule, {"days": float(days[location]), "tiv": tiv,
                                              "amount": amount},
                       "location", row, (column, "BITIV"), (left, after), (left, after), loss,
                       step.level)
            left = after
        return
    k = step.place - has_days
    per_row = len(locations.terms.levels)
    rows: Ints = location_rows(locations, compiled.program.parts)[k // per_row]
    row = int(locations.terms.row[rows[location]])
    yield from _of_pieces(step, "location", "", "location", row, take_apart(step, "Loc"))


def _of_pieces(step: Step, part: str, owner: str, file: str, row: int,
               pieces: list[Piece]) -> Iterator[Line]:
    """Yield a line for each rule; the location's part of the group is that of what entered."""
    group, own = step.group_in, step.own[0]
    for k, piece in enumerate(pieces):
        last = k == len(pieces) - 1
        after = step.own[1] if last else \
            step.own[0] * piece.loss / step.group_in if step.group_in > 0.0 else 0.0
        behind = step.group_out if last else piece.loss
        yield Line(part, owner, piece.rule, piece.values, file, row, piece.columns,
                   (group, behind), (own, after), step.location_in - step.own[0] + after,
                   step.level)
        group, own = behind, after


def _other(book: OedBook, step: Step,
           location: int) -> tuple[str, Mapping[str, Any], str, int, tuple[str, ...]]:
    """Return rule, numbers, file, row and columns of a step that is no level of terms."""
    accounts = book.accounts
    if step.stage == "participation":
        return ("participation", {"share": step.term[0]}, "location",
                int(book.locations.row[location]), ("LocParticipation",))
    if step.stage == "layer":
        attachment, limit, share = step.term
        columns = tuple(name for name, given in (
            ("LayerAttachment", attachment > 0.0), ("LayerLimit", np.isfinite(limit)),
            ("LayerParticipation", accounts.share[step.policy] != 1.0)) if given)
        rule = "layer" if np.isfinite(limit) else "layer_no_limit"
        return (rule if columns else "no_layer", {"attachment": attachment, "limit": limit,
                                                  "share": share},
                "account", int(accounts.row[step.policy]), columns)
    if step.stage == "account_share":
        first = int(np.flatnonzero(accounts.account == book.locations.account[location])[0])
        return ("participation", {"share": step.term[0]}, "account", int(accounts.row[first]),
                ("AccParticipation",))
    if step.stage == "eroded":
        return ("annual_eroded", {"before": step.term[0]}, "clauses", step.row,
                ("Clause", "Automatic"))
    row = step.row or int(accounts.row[step.policy])
    if step.stage == "step_function" and step.code == YIELD:
        return "buildings_first", {}, "account", row, ("StepTriggerType",)
    if step.stage == "step_function":
        return ("step_function", {"loss": step.group_in, "insured": step.insured,
                                  "paid": step.group_out}, "account", row,
                ("StepTriggerType", "StepNumber", "TriggerType", "PayOutType"))
    return (step.stage, {}, "account", row,
            ("CondClass",) if step.stage == "restriction" else ("StepTriggerType",))
