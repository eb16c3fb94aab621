"""The work of ``riskcloud ep``: read, compute, write; files whole or not at all."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskcloud.cli.options import check_not_input, in_words

if TYPE_CHECKING:
    from riskcloud.analysis.ep.basis import Basis
    from riskcloud.analysis.ep.gather import Gathered
    from riskcloud.analysis.ep.owners import Owners
    from riskcloud.analysis.ep.result import EpResult
    from riskcloud.cli.meter import Meter
    from riskcloud.errors import Problem
    from riskcloud.loss.statistics.layers import Layer

OUTPUTS = ("aal.csv", "aal.parquet", "contributions.csv", "contributions.parquet", "ep.csv",
           "ep.html", "ep.parquet", "layers.csv", "layers.parquet", "manifest.json",
           "rejected.csv", "summary.json")


@dataclass(frozen=True, slots=True)
class Job:
    """What was asked for; settings: the options that shape the result, as in manifest.json."""

    losses: Path
    rates: Path | None
    events: Path | None
    out: Path | None
    settings: Mapping[str, Any]
    portfolio: str | None = None
    store: Path = Path()
    layers: "Sequence[Layer]" = ()

    @property
    def inputs(self) -> dict[str, Path]:
        """Return the files read."""
        found = {"losses": self.losses}
        for name, path in (("rates", self.rates), ("events", self.events)):
            if path is not None:
                found[name] = path / "events.parquet" if path.is_dir() else path
        if self.portfolio is not None and Path(self.portfolio).exists():
            found["portfolio"] = Path(self.portfolio)
        return found


@dataclass(frozen=True, slots=True)
class Done:
    """What summary.json holds, and the figures of the run."""

    summary: Mapping[str, Any]
    figures: Mapping[str, Any]


def run_job(job: Job) -> Done:
    """Read a loss table, compute its statistics, write them."""
    from riskcloud.cli.meter import Meter
    from riskcloud.files import staged

    if job.out is not None:
        check_not_input((job.out / name for name in OUTPUTS), job.inputs.values())
    meter = Meter()
    with ExitStack() as stack:
        folder = None if job.out is None else stack.enter_context(
            staged(job.out, outputs=OUTPUTS))
        result = _compute(job, folder, meter)
        manifest = _manifest(job, result)
        if folder is not None:
            from riskcloud.report.ep_outputs import write_ep

            with meter.stage("write"):
                write_ep(result, folder, lang=str(job.settings["lang"]))
        figures: dict[str, Any] = meter.figures()
        summary = {**result.summary, "manifest": manifest}
        if folder is not None:
            _write_facts(result, manifest, figures, folder)
    return Done(summary, figures)


def _compute(job: Job, folder: Path | None, meter: "Meter") -> "EpResult":
    from riskcloud.analysis.ep.basis import find_basis
    from riskcloud.analysis.ep.gather import gather
    from riskcloud.analysis.ep.result import statistics
    from riskcloud.cli.terminal import progress
    from riskcloud.errors import InputError

    settings = job.settings
    with ExitStack() as stack:
        rejected = _rejected(job, folder, stack)
        with meter.stage("read"), progress("losses") as on_progress:
            found = gather(job.losses, keys=settings["by"], currency=settings["currency"],
                           repeat=settings["events_repeat"], owners=_owners(job),
                           on_problems=rejected, on_progress=on_progress)
            try:
                basis = find_basis(found, job.losses.name, n_years=settings["years"],
                                   rates=job.rates, events=job.events,
                                   activity_cv=settings["activity_cv"])
            except InputError as error:  # what the losses themselves have wrong is told with it
                raise InputError(error.message, [
                    *found.faults.all(), *error.problems]) from error
        if rejected is not None:
            rejected(list(basis.problems))
        _refuse(job, found, basis)
    periods, notes = answered_periods(job.settings, basis, max(len(found.members), 1))
    with meter.stage("compute"), progress("statistics") as on_progress:
        return statistics(found, basis, periods, source=str(job.losses), notes=notes,
                          layers=job.layers, on_progress=on_progress)


def _owners(job: Job) -> "Owners | None":
    """Return what the portfolio knows of the owners of losses, None without one."""
    if job.portfolio is None:
        return None
    from riskcloud.analysis.ep.chunks import open_table
    from riskcloud.analysis.ep.columns import owner_header
    from riskcloud.analysis.ep.owners import owners_of
    from riskcloud.cli.books import open_portfolio
    from riskcloud.errors import InputError, Problem

    headers = open_table(job.losses).headers
    kind = next((kind for kind in ("location", "account")
                 if owner_header(headers, kind) is not None), None)
    if kind is None:
        raise InputError(f"{job.losses}: no locations or accounts to look up in a portfolio", [
            Problem(1, "loc_id", "", "expected a column loc_id or account_id", job.losses.name)])
    portfolio = open_portfolio(job.portfolio, job.store, skip_bad=bool(job.settings["skip_bad"]))
    parts = {part for key in job.settings["by"] for part in key.split("+")}
    return owners_of(portfolio, kind, frozenset(parts))


def _rejected(job: Job, folder: Path | None, stack: ExitStack) -> Any:
    """Return what takes faults as they come and writes them to rejected.csv, or None."""
    if folder is None or not job.settings["skip_bad"]:
        return None
    from riskcloud.exposure.rejected import FILE, RejectedWriter

    kept: list[RejectedWriter] = []

    def add(problems: "list[Problem]") -> None:
        if problems and not kept:
            kept.append(stack.enter_context(RejectedWriter(folder / FILE)))
        for writer in kept:
            writer.add(in_words(problems, str(job.settings["lang"])))

    return add


def _refuse(job: Job, found: "Gathered", basis: "Basis") -> None:
    """Raise InputError with every fault of every file, unless the bad rows may go."""
    from riskcloud.errors import InputError, Problem

    problems = [*found.faults.all(), *basis.problems]
    if problems and not job.settings["skip_bad"]:
        raise InputError(f"{job.losses}: {len(problems)} problem(s)", problems)
    if not basis.known[found.first_row >= 0].any():
        raise InputError(f"{job.losses}: no losses left", problems or [
            Problem(1, "", "", "a header without rows below it", job.losses.name)])


def answered_periods(settings: Mapping[str, Any], basis: "Basis",
                     n_samples: int) -> tuple[list[float], list[str]]:
    """Return the return periods to answer, and notes on those that cannot be.

    Of those asked for, ones above the years (samples counted as extra years) stay, without a
    number; all above is a fault. Of the usual ones those above the years go.
    """
    from riskcloud.errors import InputError, Problem

    asked = list(settings["return_periods_yr"])
    if basis.kind == "rates":
        if asked[0] <= 1.0:
            raise InputError("--return-periods: of yearly rates, above 1 year", [
                Problem(0, "--return-periods", f"{asked[0]:g}", "expected more than 1 year")])
        return asked, []
    n_years = basis.n_years * (n_samples if settings["periods_asked"] else 1)
    above = [one for one in asked if one > n_years * (1.0 + 1e-9)]
    if not above:
        return asked, []
    kept = [one for one in asked if one not in above]
    words = ", ".join(f"{one:g}" for one in above)
    note = (f"return period(s) {words} above the {n_years} years: no value; more years must "
            "be simulated")
    if not settings["periods_asked"]:
        return kept or [float(basis.n_years)], [note]
    if not kept:
        raise InputError(f"--return-periods: all above the {n_years} years", [
            Problem(0, "--return-periods", f"{one:g}", f"above the {n_years} years: no "
                    "value; ask for less, or simulate more years") for one in above])
    return asked, [note]


def _manifest(job: Job, result: "EpResult") -> dict[str, Any]:
    from riskcloud.analysis.manifest import make_manifest

    settings = {name: value for name, value in job.settings.items() if name != "periods_asked"}
    return make_manifest(inputs=job.inputs, cards=(), settings={
        **settings, "return_periods_yr": result.summary["return_periods_yr"]})


def _write_facts(result: "EpResult", manifest: Mapping[str, Any], figures: Mapping[str, Any],
                 folder: Path) -> None:
    from riskcloud.files import write_json

    write_json({**result.summary, **figures}, folder / "summary.json")
    write_json({**manifest, **figures}, folder / "manifest.json")
