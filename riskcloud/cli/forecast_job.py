"""The work of ``riskcloud forecast``: read, compute, compare, write; files whole or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskcloud.cli.advisories import fetch_readings, joined, read_outlook, utc_time
from riskcloud.cli.books import Found, book_entry, find_portfolio, read_found
from riskcloud.cli.forecast_terms import read_terms
from riskcloud.cli.options import check_not_input, in_words, told_in
from riskcloud.cli.surface_options import layer_inputs

if TYPE_CHECKING:
    from riskcloud.analysis.changed.previous import PreviousRun
    from riskcloud.analysis.forecast import ForecastRequest
    from riskcloud.analysis.terms.book import Compiled
    from riskcloud.cli.meter import Meter
    from riskcloud.errors import Problem
    from riskcloud.exposure.portfolio import Portfolio
    from riskcloud.hazard.typhoon.outlook import Reading
    from riskcloud.types import ForecastResult, Outlook

OUTPUTS = ("changed.html", "changed.json", "loss_table.parquet", "loss_table_locations.parquet",
           "losses.csv", "losses.parquet", "manifest.json", "map.html", "rejected.csv",
           "report.html", "summary.json", "tracks.csv")


@dataclass(frozen=True, slots=True)
class Job:
    """What was asked for; settings: the options that shape the result, as in manifest.json.

    terms: files beside the portfolio, by name: account, reins_info, reins_scope, clauses.
    """

    portfolio: Path
    store: Path
    advisories: tuple[Path, ...]
    ensembles: tuple[Path, ...]
    out: Path
    request: "ForecastRequest"
    settings: Mapping[str, Any]
    cache: Path
    replay: Path | None
    previous: Path | None
    terms: Mapping[str, Path]


@dataclass(frozen=True, slots=True)
class Done:
    """The result, the figures of the run, and whether rows or files were set aside."""

    result: "ForecastResult"
    figures: Mapping[str, Any]
    set_aside: bool


def run_job(job: Job) -> Done:
    """Read, compute and write everything of a forecast."""
    from riskcloud.analysis.changed.previous import check_same_storm
    from riskcloud.cli.meter import Meter
    from riskcloud.files import staged

    settings = job.settings
    ground = [] if job.request.layers is None else layer_inputs(job.request.layers)
    found = find_portfolio(job.portfolio, job.store)
    files = {"portfolio": found.path, **_numbered("advisory", job.advisories),
             **_numbered("ensemble", job.ensembles), **_numbered("ground", ground), **job.terms}
    check_not_input((job.out / name for name in OUTPUTS), files.values())
    meter = Meter()
    with meter.stage("read"):
        before = None if job.previous is None else _previous(job.previous, job.out)
        fetched, silent = fetch_readings(
            settings["feeds"], job.cache, job.replay, agency=settings["agency"],
            storm=settings["storm"], issued_at=utc_time("--issued-at", settings["issued_at"]))
        files |= _numbered("fetched", [reading.path for reading in fetched])
        outlook, book, left_out = _read(job, found, fetched, silent)
        outlook = replace(outlook, notes=(*silent, *outlook.notes))
        book, terms, faults = read_terms(job.terms, found.path, book, job.request.perils,
                                         skip_bad=settings["skip_bad"], lang=settings["lang"])
        if before is not None:
            check_same_storm(before, outlook)
    with staged(job.out, outputs=OUTPUTS) as folder:
        result = _run(book, outlook, job.request, folder, meter, settings["keep_samples"], terms)
        manifest = _manifest(result, files, settings) | book_entry(found)
        if before is not None:
            with meter.stage("compare"):
                _compare(before, book, replace(result, manifest=manifest), job, folder,
                         terms)
        figures = _write(result, (*book.rejected, *faults), folder, meter, manifest,
                         settings["lang"])
    return Done(result, figures, bool(book.rejected_rows or left_out or faults))


def _numbered(name: str, paths: "tuple[Path, ...] | list[Path]") -> dict[str, Path]:
    """Return name -> path, numbered from the second on."""
    return {name if k == 0 else f"{name}_{k + 1}": path for k, path in enumerate(paths)}


def _previous(folder: Path, out: Path) -> "PreviousRun":
    from riskcloud.analysis.changed.previous import read_previous
    from riskcloud.errors import InputError

    if folder.resolve() == out.resolve():
        raise InputError(f"{out}: the previous run would be overwritten; give another --out")
    return read_previous(folder)


def _read(job: Job, found: Found, fetched: "list[Reading]", silent: list[str],
          ) -> tuple["Outlook", "Portfolio", bool]:
    """Read all files; where several have faults, all are told, in the language asked for."""
    from riskcloud.errors import InputError

    faults: list[InputError] = []
    settings = job.settings
    lang, skip_bad = settings["lang"], settings["skip_bad"]
    try:
        with told_in(lang):
            book = read_found(found, skip_bad=skip_bad, by_account="account" in job.terms,
                              coordinate_system=settings["coordinates"])
    except InputError as error:
        faults.append(error)
    try:
        outlook, left_out = read_outlook(
            job.advisories, job.ensembles, agency=settings["agency"], storm=settings["storm"],
            issued_at=utc_time("--issued-at", settings["issued_at"]),
            anchored=settings["anchored"], skip_bad=skip_bad, lang=lang, fetched=fetched,
            silent=silent)
    except InputError as error:
        faults.append(error)
    if faults:
        raise faults[0] if len(faults) == 1 else joined(faults)
    return outlook, book, left_out


def _run(book: "Portfolio", outlook: "Outlook", request: Any, folder: Path, meter: Any,
         keep_samples: bool, terms: "Compiled | None") -> "ForecastResult":
    from contextlib import ExitStack

    from riskcloud.analysis.forecast import Sinks
    from riskcloud.analysis.forecast import forecast as run_forecast
    from riskcloud.cli.terminal import progress
    from riskcloud.loss.table import LossTableWriter

    event_id = (*outlook.advisories, *outlook.ensemble)[0].event_id
    with ExitStack() as stack:
        accounts = stack.enter_context(LossTableWriter(
            folder / "loss_table.parquet", event_id=event_id, owner="account_id"))
        locations = stack.enter_context(LossTableWriter(
            folder / "loss_table_locations.parquet", event_id=event_id,
            owner="loc_id")) if keep_samples else None
        on_progress = stack.enter_context(progress("forecast"))
        with meter.stage("compute"):
            return run_forecast(book, outlook, request, sinks=Sinks(accounts, locations),
                                terms=terms, on_progress=on_progress)


def _compare(before: "PreviousRun", book: "Portfolio", result: "ForecastResult", job: Job,
             folder: Path, terms: "Compiled | None") -> None:
    """Write what changed since an earlier run, as data and as a page."""
    from riskcloud.analysis.changed.compare import what_changed
    from riskcloud.analysis.forecast import Sinks
    from riskcloud.analysis.forecast import forecast as run_forecast
    from riskcloud.cli.terminal import progress
    from riskcloud.files import write_json
    from riskcloud.loss.table import NoTable
    from riskcloud.report.outputs import write_changed

    def evaluate(outlook: "Outlook") -> Any:
        with progress("compare") as on_progress:
            return run_forecast(book, outlook, job.request, sinks=Sinks(NoTable()),
                                terms=terms, on_progress=on_progress).losses

    changed = what_changed(before, result, result.outlook, evaluate)
    write_json(changed, folder / "changed.json")
    write_changed(changed, folder, lang=job.settings["lang"])


def _manifest(result: "ForecastResult", files: Mapping[str, Path],
              settings: Mapping[str, Any]) -> dict[str, Any]:
    from riskcloud.analysis.manifest import make_manifest

    weights = {row["model"]: row["weight"] for row in result.summary["wind_models"]}
    return make_manifest(inputs=files, cards=result.manifest["cards"],
                         settings={**settings, "wind_model_weights": weights})


def _write(result: "ForecastResult", rejected: "tuple[Problem, ...]", folder: Path,
           meter: "Meter", manifest: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Write all files but those the run wrote itself; return the figures of the run."""
    from riskcloud.exposure.rejected import write_rejected
    from riskcloud.files import write_json
    from riskcloud.hazard.typhoon.track_file import write_tracks
    from riskcloud.report.outputs import write_losses, write_pages

    outlook = result.outlook
    with meter.stage("write"):
        write_losses(result.losses, folder)
        write_tracks((*outlook.advisories, *outlook.ensemble), folder / "tracks.csv")
        write_pages(result, folder, lang=lang)
        if rejected:
            write_rejected(in_words(rejected, lang), folder / "rejected.csv")
    figures: dict[str, Any] = meter.figures()
    write_json({**result.summary, **figures}, folder / "summary.json")
    write_json({**manifest, **figures}, folder / "manifest.json")
    return figures
