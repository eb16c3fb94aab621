"""The work of ``riskcloud risk``: read, compute, write; files whole or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from riskcloud.cli.books import Found, book_entry, find_portfolio, read_found
from riskcloud.cli.options import check_not_input, in_words
from riskcloud.cli.risk_marginal import OUTPUTS as MARGINAL_OUTPUTS
from riskcloud.cli.risk_marginal import Added, Asked, add_files, answer, retold, wrap
from riskcloud.cli.surface_options import layer_inputs

if TYPE_CHECKING:
    from riskcloud.analysis.ep.result import EpResult
    from riskcloud.analysis.risk.marginal import MarginalYears
    from riskcloud.analysis.risk.run import Risk, RiskRequest
    from riskcloud.cli.meter import Meter
    from riskcloud.errors import Problem
    from riskcloud.exposure.portfolio import Portfolio
    from riskcloud.types.terms import OedBook

EVENT_LOSSES, YEAR_LOSSES = "event_losses.parquet", "year_losses.parquet"
OUTPUTS = ("aal.csv", "aal.parquet", "contributions.csv", "contributions.parquet",
           "earthquakes.parquet", "ep.csv", "ep.html", "ep.parquet", EVENT_LOSSES,
           "floods.parquet", "locations.csv", "manifest.json", "rejected.csv", "summary.json",
           YEAR_LOSSES, *MARGINAL_OUTPUTS)


@dataclass(frozen=True, slots=True)
class Files:
    """What is read."""

    portfolio: Path
    store: Path
    events: Path | None
    account: Path | None = None
    reins_info: Path | None = None
    reins_scope: Path | None = None
    rates: Path | None = None
    clauses: Path | None = None

    def inputs(self, found: Found, request: "RiskRequest") -> dict[str, Path]:
        """Return the files read, by name."""
        from riskcloud.hazard.events import OUTPUTS as SET_FILES

        named = {"portfolio": found.path, "account": self.account, "reins_info": self.reins_info,
                 "reins_scope": self.reins_scope, "rates": self.rates, "clauses": self.clauses,
                 **({} if self.events is None else
                    {name: self.events / name for name in SET_FILES})}
        ground = [] if request.layers is None else layer_inputs(request.layers)
        if request.flood is not None:
            named |= {f"depth_{k}": spec.path
                      for k, spec in enumerate(request.flood.rasters.specs, 1)}
        named |= {f"ground_{k}": path for k, path in enumerate(ground, 1)}
        return {name: path for name, path in named.items() if path is not None}


@dataclass(frozen=True, slots=True)
class Job:
    """What was asked for; settings: the options that shape the result, as in manifest.json."""

    files: Files
    out: Path
    request: "RiskRequest"
    settings: Mapping[str, Any]
    asked: Asked = Asked()


@dataclass(frozen=True, slots=True)
class Done:
    """What summary.json holds, the figures of the run, whether rows were set aside."""

    summary: Mapping[str, Any]
    figures: Mapping[str, Any]
    set_aside: bool


def run_job(job: Job) -> Done:
    """Read, compute and write everything."""
    from riskcloud.analysis.risk.run import Risk
    from riskcloud.analysis.risk.summary import summarise
    from riskcloud.cli.meter import Meter
    from riskcloud.cli.terminal import progress
    from riskcloud.files import staged, write_json
    from riskcloud.hazard.events import read_events
    from riskcloud.report.risk_outputs import write_risk

    found = find_portfolio(job.files.portfolio, job.files.store)
    inputs = job.files.inputs(found, job.request) | job.asked.inputs
    check_not_input((job.out / name for name in OUTPUTS), inputs.values())
    meter = Meter()
    with meter.stage("read"):
        book, terms, problems, added = _read(job, found)
        events = None if job.files.events is None else read_events(job.files.events)
    with staged(job.out, outputs=OUTPUTS) as folder:
        with meter.stage("compute"):
            risk = Risk(book, events, job.request)
            if terms is not None:
                from riskcloud.analysis.risk.terms import BookStages

                for kind in risk.kinds:
                    risk.use(BookStages(terms, risk, kind), kind)
        if job.asked:
            wrap(risk, job.asked, added)
        years = _compute(risk, folder, meter)
        with meter.stage("statistics"), progress("statistics") as on_progress:
            result = _statistics(job, risk, folder, on_progress)
        summary = {**result.summary, **summarise(risk, book), "stages": list(risk.stages.names)}
        if terms is not None:
            from riskcloud.analysis.terms.coinsurance import shares_of

            summary |= shares_of(terms)
        if years is not None:
            summary |= answer(risk, years, result.summary["return_periods_yr"], folder,
                              job.settings["lang"])
        with meter.stage("write"):
            write_risk(result, risk, folder, lang=job.settings["lang"])
            if problems:
                from riskcloud.exposure.rejected import write_rejected

                write_rejected(in_words(problems, job.settings["lang"]), folder / "rejected.csv")
        figures: dict[str, Any] = meter.figures()
        write_json({**summary, **figures}, folder / "summary.json")
        write_json({**_manifest(job, inputs, risk), **book_entry(found), **figures},
                   folder / "manifest.json")
    return Done(summary, figures, bool(problems))


def _read(job: Job, found: Found,
          ) -> "tuple[Portfolio, OedBook | None, tuple[Problem, ...], Added]":
    """Return the portfolio, the book of its accounts, the faults of what was set aside, and what
    was added.
    """
    skip_bad, coordinates = job.settings["skip_bad"], job.settings["coordinates"]
    files = job.files
    book = read_found(found, skip_bad=skip_bad, coordinate_system=coordinates,
                      by_account=files.account is not None)
    with TemporaryDirectory() as folder:
        added = add_files(job.asked, book, found.path, files.account, Path(folder),
                          skip_bad=skip_bad, coordinates=coordinates)
        book = added.portfolio
        if files.account is None:
            return book, None, book.rejected, added
        from riskcloud.errors import InputError
        from riskcloud.exposure.oed.book import read_book
        from riskcloud.exposure.oed.currencies import converted_portfolio, read_rates

        rates = None if files.rates is None else read_rates(files.rates)
        location, account = (found.path, files.account) if added.files is None else (
            file.path for file in added.files)
        try:
            terms, problems = read_book(location, account, reins_info=files.reins_info,
                                        reins_scope=files.reins_scope, rates=rates,
                                        clauses=files.clauses, skip_bad=skip_bad)
        except InputError as error:
            raise retold(error, added) from error
    from riskcloud.analysis.terms.book_locations import matched

    book = matched(book, terms)
    if rates is not None:
        book = converted_portfolio(book, rates)
    return book, terms, (*book.rejected, *added.told(problems)), added


def _compute(risk: "Risk", folder: Path, meter: "Meter") -> "MarginalYears | None":
    """Write the losses of all events as they come, then those of the years.

    Return the years with and without what is asked of, where something is.
    """
    from riskcloud.analysis.risk.marginal import MarginalStages, MarginalYears
    from riskcloud.analysis.risk.tables import RiskTables, years_of
    from riskcloud.cli.terminal import progress

    stages = risk.stages
    years = None if not isinstance(stages, MarginalStages) else MarginalYears(
        stages, risk.all_events.year, years_of(risk.all_events), risk.request.samples)
    with meter.stage("compute"), progress("risk") as on_progress:
        with RiskTables(folder / EVENT_LOSSES, risk.all_events, stages=risk.stages.names,
                        currencies=risk.currencies, n_members=risk.request.samples,
                        codes=risk.codes) as tables:
            for losses in risk.losses(on_progress):
                if years is not None:
                    years.add(losses)
                    losses = years.stages.of_book(losses)
                tables.add(losses)
        tables.write_years(folder / YEAR_LOSSES)
    return years


def _statistics(job: Job, risk: "Risk", folder: Path, on_progress: Any) -> "EpResult":
    """Return AAL, OEP and AEP as ``riskcloud ep`` finds them from the same table, by peril too."""
    from riskcloud.analysis.ep.basis import find_basis
    from riskcloud.analysis.ep.gather import gather
    from riskcloud.analysis.ep.result import statistics
    from riskcloud.analysis.risk.tables import years_of

    years = years_of(risk.all_events)
    found = gather(folder / EVENT_LOSSES, keys=("peril",) if len(risk.codes) > 1 else ())
    basis = find_basis(found, EVENT_LOSSES, n_years=years)
    asked = job.settings["return_periods_yr"]
    periods = [one for one in asked if one <= years] or [float(years)]
    return statistics(found, basis, periods, source=str(job.files.portfolio),
                      notes=risk.notes(), on_progress=on_progress)


def _manifest(job: Job, inputs: Mapping[str, Path], risk: "Risk") -> dict[str, Any]:
    from riskcloud.analysis.manifest import make_manifest

    return make_manifest(inputs=inputs, cards=risk.cards(), settings={
        **job.settings, "wind_model_weights": risk.weights})
