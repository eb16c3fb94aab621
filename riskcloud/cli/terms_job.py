"""The work of ``riskcloud terms``: read, compute, write; files whole or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskcloud.cli.explain_losses import MEASURES, manifest_of
from riskcloud.cli.options import check_not_input, in_words

if TYPE_CHECKING:
    from riskcloud.analysis.terms.book import Compiled, Losses
    from riskcloud.cli.meter import Meter
    from riskcloud.errors import Problem
    from riskcloud.types.terms import OedBook


@dataclass(frozen=True, slots=True)
class Job:
    """What was asked for."""

    location: Path
    account: Path
    reins_info: Path | None
    reins_scope: Path | None
    factors: tuple[float, ...]
    ground_up: Path | None
    peril: str | None
    rates: Path | None
    clauses: Path | None
    out: Path | None
    skip_bad: bool
    lang: str
    years: int | None = None
    event_rates: Path | None = None
    events: Path | None = None
    return_periods: tuple[float, ...] = ()
    periods_asked: bool = False
    report: Path | None = None

    @property
    def inputs(self) -> dict[str, Path]:
        """Return the files read, by option."""
        named = {"location": self.location, "account": self.account,
                 "reins_info": self.reins_info, "reins_scope": self.reins_scope,
                 "ground_up": self.ground_up, "rates": self.rates, "clauses": self.clauses,
                 "event_rates": _table_of(self.event_rates), "events": _table_of(self.events)}
        return {name: path for name, path in named.items() if path is not None}

    @property
    def wants_statistics(self) -> bool:
        """Return whether anything of years was asked for."""
        return any(one is not None for one in (self.years, self.event_rates, self.events,
                                               self.report))


def _table_of(path: Path | None) -> Path | None:
    """Return the file that is read of an event set's folder, or the file."""
    return path / "events.parquet" if path is not None and path.is_dir() else path


def run_job(job: Job) -> dict[str, Any]:
    """Read, compute and write; return what is said of it (docs/terms.md)."""
    from riskcloud.cli.meter import Meter
    from riskcloud.exposure.oed.book import read_book
    from riskcloud.exposure.oed.currencies import read_rates
    from riskcloud.files import write_json

    if job.out is not None:
        check_not_input([job.out, job.out.with_name("rejected.csv"), manifest_of(job.out)],
                        job.inputs.values())
    if job.report is not None:
        from riskcloud.report.terms_outputs import OUTPUTS

        check_not_input((job.report / name for name in OUTPUTS), job.inputs.values())
    meter = Meter()
    with meter.stage("read"):
        rates = None if job.rates is None else read_rates(job.rates)
        book, problems = read_book(job.location, job.account, reins_info=job.reins_info,
                                   reins_scope=job.reins_scope, rates=rates,
                                   clauses=job.clauses, skip_bad=job.skip_bad)
    if job.ground_up is None:
        told = _of_factors(job, book, meter)
    else:
        from riskcloud.cli.terms_events import of_events

        told, more = of_events(job, book, problems, meter)
        problems += more
    if problems and job.out is not None:
        write_rejected(in_words(problems, job.lang), job.out.with_name("rejected.csv"))
    answer = {**facts_of(job, book, problems, told.pop("event_notes", ())), **told}
    if job.out is not None:
        write_json(answer["manifest"], manifest_of(job.out))
    return {**answer, **meter.figures(), "out": None if job.out is None else str(job.out),
            "report": None if job.report is None else str(job.report)}


def _of_factors(job: Job, book: "OedBook", meter: "Meter") -> dict[str, Any]:
    """Compute factor by factor and write each as it comes; return totals, recoveries and so on."""
    import numpy as np

    from riskcloud.ahead import ahead
    from riskcloud.analysis.terms.book import compile_book, factor_losses
    from riskcloud.analysis.terms.coinsurance import coinsurance_facts
    from riskcloud.cli.loss_file import LossFile
    from riskcloud.cli.terminal import progress

    with meter.stage("compute"):
        compiled = compile_book(book, job.peril)
    rows: list[dict[str, Any]] = []
    recovered, priorities, insurers, over = [], [], [], 0
    every = np.arange(len(book.locations))
    with ExitStack() as stack:
        on_progress = stack.enter_context(progress("terms"))
        out = None if job.out is None else stack.enter_context(LossFile(job.out, book))
        every_one = stack.enter_context(ahead(factor_losses(compiled, job.factors, on_progress)))
        for k, losses in enumerate(_timed(every_one, meter)):
            label = {"loss_factor_idx": k, "loss_factor": job.factors[k]}
            rows += _totals(label, book, losses)
            recovered.append(losses.recovery)
            priorities.append({**label, "net": list(map(float, losses.by_priority))})
            insurers.append(losses.insurers)
            over += losses.over_ceded
            if out is not None:
                with meter.stage("write"):
                    out.add({"loss_factor_idx": k}, every, losses.ground_up, losses.gross,
                            losses.net)
    return {"totals": rows, "means": [], "contracts": contract_rows(compiled, recovered),
            "net_by_priority": priorities if compiled.contracts is not None else [],
            "over_ceded": over, "event_notes": compiled.notes,
            **coinsurance_facts(compiled, insurers)}


def _timed(events: "Iterator[Losses]", meter: "Meter") -> "Iterator[Losses]":
    while True:
        with meter.stage("compute"):
            found = next(events, None)
        if found is None:
            return
        yield found


def _totals(label: Mapping[str, Any], book: "OedBook", losses: "Losses") -> list[dict[str, Any]]:
    """Return the totals of an event, one row a currency."""
    import numpy as np

    words = book.currency.word.to_pylist()
    of_location = book.currency.code[book.locations.account]
    columns = dict(zip(MEASURES, (losses.ground_up, losses.gross, losses.net), strict=True))
    sums = {name: np.bincount(of_location, weights=values, minlength=len(words))
            for name, values in columns.items()}
    return [{**label, "currency": words[k],
             **{name: float(values[k]) for name, values in sums.items()}}
            for k in np.unique(of_location)]


def contract_rows(compiled: "Compiled", recovered: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the contracts of a book, each with what it recovers of each event (n_contracts,)."""
    treaties, contracts = compiled.book.treaties, compiled.contracts
    if treaties is None or contracts is None:
        return []
    return [{"ReinsNumber": treaties.number[k], "ReinsName": treaties.name[k],
             "ReinsType": treaties.kind[k], "InuringPriority": int(treaties.inuring[k]),
             "currency": treaties.currency[k],
             "n_covered": int(contracts.start[k + 1] - contracts.start[k]),
             "recoveries": [float(values[k]) for values in recovered]}
            for k in range(len(treaties))]


def facts_of(job: Job, book: "OedBook", problems: "Sequence[Problem]",
             notes: Sequence[str] = ()) -> dict[str, Any]:
    """Return what is said of the book, the manifest among it."""
    from riskcloud.analysis.manifest import make_manifest
    from riskcloud.exposure.oed.schema import CARD
    from riskcloud.messages import translated

    settings: dict[str, Any] = {"loss_factors": list(job.factors), "peril": job.peril,
                                "skip_bad": job.skip_bad}
    if job.wants_statistics:
        settings |= {"years": job.years, "return_periods_yr": list(job.return_periods)}
    return {
        "manifest": make_manifest(inputs=job.inputs, cards=[("oed", CARD)], settings=settings),
        "n_locations": len(book.locations), "n_accounts": book.accounts.n_accounts,
        "n_policies": len(book.accounts.account),
        "n_contracts": 0 if book.treaties is None else len(book.treaties),
        **({} if book.clauses is None else {"n_clauses": len(book.clauses)}),
        "notes": [translated(note, job.lang) for note in (*book.notes, *notes)],
        "unmapped": list(book.unmapped), "set_aside": dict(book.set_aside),
        "problems": [{"file": item.file, "row": item.row, "column": item.column,
                      "value": item.value, "reason": item.remedy}
                     for item in in_words(problems, job.lang)],
    }


def write_rejected(problems: "Sequence[Problem]", path: Path) -> None:
    """Write what was set aside: file, row, column, value, reason."""
    from riskcloud.exposure.table_file import TextTable, write_table

    columns = ([item.file for item in problems], [str(item.row) for item in problems],
               [item.column for item in problems], [item.value for item in problems],
               [item.remedy for item in problems])
    write_table(TextTable(("file", "row", "column", "value", "reason"), columns), path)
