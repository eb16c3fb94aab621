"""The work of ``riskcloud terms --ground-up``: events of a loss table as a stream."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from riskcloud.analysis.event_totals import EventTotals
    from riskcloud.analysis.ground_up import GroundUp
    from riskcloud.analysis.terms import Compiled
    from riskcloud.cli.meter import Meter
    from riskcloud.cli.terms_job import Job
    from riskcloud.errors import Problem
    from riskcloud.types.terms import OedBook

MOST_TOLD: Final = 20_000
"""Rows of events that --json tells; all of them are in the files. Ours."""


def of_events(job: "Job", book: "OedBook", problems: "Sequence[Problem]", meter: "Meter",
              ) -> "tuple[dict[str, Any], tuple[Problem, ...]]":
    """Read a loss table, compute, write; return what is said of it, and the rows set aside."""
    from riskcloud.analysis.event_totals import EventTotals
    from riskcloud.analysis.ground_up import read_ground_up
    from riskcloud.analysis.terms import compile_book
    from riskcloud.cli.terminal import progress

    assert job.ground_up is not None
    with meter.stage("read"), progress("losses") as on_progress:
        ground_up, more = read_ground_up(job.ground_up, book, job.peril, skip_bad=job.skip_bad,
                                         on_progress=on_progress)
    with ground_up:
        with meter.stage("compute"):
            compiled = compile_book(book, job.peril, parts=ground_up.parts)
            totals = EventTotals(compiled, ground_up)
        _compute(job, compiled, ground_up, totals, meter)
        return _told(compiled, ground_up, totals), more


def _compute(job: "Job", compiled: "Compiled", ground_up: "GroundUp", totals: "EventTotals",
             meter: "Meter") -> None:
    """Let all events pass, and write their losses by location as they come."""
    from riskcloud.analysis.event_terms import struck_losses
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
    from riskcloud.analysis.coinsurance import coinsurance_facts
    from riskcloud.analysis.event_totals import event_rows, mean_rows, premium_rows
    from riskcloud.cli.terms_job import contract_rows

    recovered = [] if totals.recovered is None else list(totals.recovered[:MOST_TOLD])
    priorities = [] if compiled.contracts is None else [
        {**ground_up.label[k], "net": totals.by_priority[k].tolist()}
        for k in range(min(len(ground_up), MOST_TOLD))]
    return {"n_events": len(ground_up), "totals": event_rows(totals, ground_up, MOST_TOLD),
            "means": mean_rows(totals, ground_up, MOST_TOLD),
            "contracts": contract_rows(compiled, recovered), "net_by_priority": priorities,
            "over_ceded": totals.over_ceded, "notes": totals.notes(),
            "reinstatement_premium": premium_rows(totals, ground_up),
            **coinsurance_facts(compiled, list(totals.insurers[:MOST_TOLD]))}
