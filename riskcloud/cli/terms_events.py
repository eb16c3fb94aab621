"""The work of ``riskcloud terms --ground-up``: events of a loss table as a stream."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from riskcloud.analysis.ep.basis import Basis
    from riskcloud.analysis.ep.gather import Gathered
    from riskcloud.analysis.terms.book import Compiled
    from riskcloud.analysis.terms.event_totals import EventTotals
    from riskcloud.analysis.terms.ground_up import GroundUp
    from riskcloud.cli.meter import Meter
    from riskcloud.cli.terms_job import Job
    from riskcloud.errors import Problem
    from riskcloud.types.terms import OedBook

MOST_TOLD: Final = 20_000
"""Rows of events that --json tells; all of them are in the files. Ours."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """Statistics that were asked for: how often events are, checked before any is computed."""

    found: "Gathered"
    basis: "Basis"
    periods: Sequence[float]
    notes: Sequence[str]


def of_events(job: "Job", book: "OedBook", problems: "Sequence[Problem]", meter: "Meter",
              ) -> "tuple[dict[str, Any], tuple[Problem, ...]]":
    """Read a loss table, compute, write; return what is said of it, and the rows set aside."""
    from riskcloud.analysis.terms.book import compile_book
    from riskcloud.analysis.terms.event_totals import EventTotals
    from riskcloud.analysis.terms.ground_up import read_ground_up
    from riskcloud.cli.terminal import progress
    from riskcloud.files import staged
    from riskcloud.report.terms_outputs import OUTPUTS

    assert job.ground_up is not None
    with meter.stage("read"), progress("losses") as on_progress:
        ground_up, more = read_ground_up(job.ground_up, book, job.peril, skip_bad=job.skip_bad,
                                         on_progress=on_progress)
    with ExitStack() as stack:
        stack.enter_context(ground_up)
        book = replace(book, set_aside={**book.set_aside, **ground_up.set_aside})
        plan = _planned(job, ground_up) if job.wants_statistics else None
        if plan is not None:
            more = (*more, *plan.basis.problems)
        with meter.stage("compute"):
            compiled = compile_book(book, job.peril, parts=ground_up.parts)
            totals = EventTotals(compiled, ground_up)
        folder = None if job.report is None else stack.enter_context(
            staged(job.report, outputs=OUTPUTS))
        answer = _computed(job, compiled, ground_up, totals, plan, meter)
        if folder is not None and plan is not None:
            _write(job, folder, answer, (*problems, *more), (ground_up, totals, plan), meter)
        told = {key: value for key, value in answer.items() if key != "result"}
        return {**told, "set_aside": dict(book.set_aside)}, more


def _planned(job: "Job", ground_up: "GroundUp") -> _Plan:
    """Return how often events are. Raises InputError: events without year or rate."""
    from riskcloud.analysis.terms.event_statistics import Often, basis_of, gathered_of
    from riskcloud.cli.ep_job import answered_periods
    from riskcloud.errors import InputError

    assert job.ground_up is not None
    found = gathered_of(ground_up)
    basis = basis_of(ground_up, found, job.ground_up.name,
                     Often(job.years, job.event_rates, job.events))
    if basis.problems and not job.skip_bad:
        raise InputError(f"{job.ground_up}: {len(basis.problems)} problem(s)",
                         list(basis.problems))
    periods, notes = answered_periods(
        {"return_periods_yr": job.return_periods, "periods_asked": job.periods_asked}, basis,
        ground_up.n_members)
    return _Plan(found, basis, periods, notes)


def _computed(job: "Job", compiled: "Compiled", ground_up: "GroundUp", totals: "EventTotals",
              plan: _Plan | None, meter: "Meter") -> dict[str, Any]:
    """Let all events pass; return what is said of them, ``result`` among it: their statistics."""
    from riskcloud.analysis.ep.result import statistics
    from riskcloud.analysis.terms.event_statistics import add_sums, largest_events, weights
    from riskcloud.cli.terminal import progress

    if plan is not None:
        totals.weigh(weights(ground_up, plan.basis))
    _pass(job, compiled, ground_up, totals, meter)
    answer = _told(compiled, ground_up, totals)
    if plan is None:
        return answer
    with meter.stage("statistics"), progress("statistics") as on_progress:
        add_sums(plan.found, ground_up, totals, stages_of(compiled))
        result = statistics(plan.found, plan.basis, plan.periods, source=str(job.ground_up),
                            notes=plan.notes, on_progress=on_progress)
    for k, row in enumerate(answer["contracts"]):
        row["annual_recovery"] = float(totals.annual[k])
        row["annual_reinstatement_premium"] = float(totals.annual_premium[k])
    for k, row in enumerate(answer.get("coinsurance", {}).get("insurers", [])):
        row["annual_loss"] = float(totals.annual_insurers[k])
    told = {name: value for name, value in result.summary.items()
            if name not in ("contributions", "n_groups", "keys", "n_rejected", "notes",
                            "notes_zh")}
    notes = result.summary["notes_zh" if job.lang == "zh" else "notes"]
    return {**answer, **told, "statistics_notes": notes, "result": result,
            "largest_events": largest_events(ground_up, totals)}


def stages_of(compiled: "Compiled") -> tuple[str, ...]:
    """Return the stages that a book has: net where there are treaties."""
    return ("ground_up", "gross") if compiled.contracts is None else ("ground_up", "gross", "net")


def _pass(job: "Job", compiled: "Compiled", ground_up: "GroundUp", totals: "EventTotals",
          meter: "Meter") -> None:
    """Compute event by event, and write losses by location as they come."""
    from riskcloud.analysis.terms.events import struck_losses
    from riskcloud.cli.loss_file import LossFile
    from riskcloud.cli.terminal import progress

    with ExitStack() as stack:
        on_progress = stack.enter_context(progress("terms"))
        out = None if job.out is None else stack.enter_context(
            LossFile(job.out, compiled.book, with_currency=True))
        with meter.stage("compute"):
            for k, losses in enumerate(struck_losses(compiled, ground_up, on_progress)):
                totals.add(k, losses)
                if out is not None:
                    out.add(ground_up.label[k], losses.location, losses.ground_up, losses.gross,
                            losses.net)


def _told(compiled: "Compiled", ground_up: "GroundUp", totals: "EventTotals") -> dict[str, Any]:
    from riskcloud.analysis.terms.coinsurance import coinsurance_facts
    from riskcloud.analysis.terms.event_totals import (
        event_rows,
        mean_rows,
        premium_rows,
        sum_insured_rows,
    )
    from riskcloud.cli.terms_job import contract_rows

    recovered = [] if totals.recovered is None else list(totals.recovered[:MOST_TOLD])
    priorities = [] if compiled.contracts is None else [
        {**ground_up.label[k], "net": totals.by_priority[k].tolist()}
        for k in range(min(len(ground_up), MOST_TOLD))]
    return {"n_events": len(ground_up), "totals": event_rows(totals, ground_up, MOST_TOLD),
            "means": mean_rows(totals, ground_up, MOST_TOLD),
            "contracts": contract_rows(compiled, recovered), "net_by_priority": priorities,
            "over_ceded": totals.over_ceded, "event_notes": (*compiled.notes, *totals.notes()),
            "reinstatement_premium": premium_rows(totals, ground_up),
            "sum_insured_premium": sum_insured_rows(totals, ground_up),
            **coinsurance_facts(compiled, list(totals.insurers[:MOST_TOLD]))}


def _write(job: "Job", folder: Path, answer: Mapping[str, Any], problems: "Sequence[Problem]",
           parts: "tuple[GroundUp, EventTotals, _Plan]", meter: "Meter") -> None:
    """Write the report's files."""
    from riskcloud.analysis.terms import event_statistics as statistics
    from riskcloud.cli.options import in_words
    from riskcloud.cli.terms_job import facts_of, write_rejected
    from riskcloud.files import write_json
    from riskcloud.report import terms_outputs

    ground_up, totals, plan = parts
    book, stages = totals.compiled.book, stages_of(totals.compiled)
    with meter.stage("write"):
        statistics.write_event_losses(folder / terms_outputs.EVENT_LOSSES, ground_up, totals,
                                      stages)
        if plan.basis.kind == "years":
            statistics.write_year_losses(folder / terms_outputs.YEAR_LOSSES, ground_up, totals,
                                         plan.basis, stages)
        facts = facts_of(job, book, problems, (*totals.compiled.notes, *totals.notes()))
        summary = {**answer["result"].summary, **facts, **{
            name: answer[name] for name in ("contracts", "largest_events", "statistics_notes",
                                            "over_ceded", "reinstatement_premium",
                                            "sum_insured_premium", "coinsurance")
             if name in answer}}
        terms_outputs.write_terms(answer["result"], summary, folder, lang=job.lang)
        if problems:
            write_rejected(in_words(problems, job.lang), folder / "rejected.csv")
        figures = meter.figures()
        write_json({**{name: value for name, value in summary.items() if name not in (
            "manifest", "notes_zh")}, **figures}, folder / "summary.json")
        write_json({**facts["manifest"], **figures}, folder / "manifest.json")
