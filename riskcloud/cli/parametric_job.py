"""The work of ``riskcloud parametric``: read, compute, write; files whole or not at all."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskcloud.cli.advisories import joined, read_outlook, utc_time
from riskcloud.cli.options import check_not_input, in_words, told_in
from riskcloud.cli.surface_options import layer_inputs
from riskcloud.errors import InputError

if TYPE_CHECKING:
    from riskcloud.analysis.parametric.run import Found
    from riskcloud.analysis.parametric.storms import StormRequest
    from riskcloud.errors import Problem
    from riskcloud.types.covers import Covers

OUTPUTS = ("aal.csv", "aal.parquet", "basis_risk.csv", "basis_risk.parquet", "covers.csv",
           "covers.html", "covers.parquet", "ep.csv", "ep.parquet", "event_losses.parquet",
           "loss_table.parquet", "manifest.json", "payouts.csv",
           "payouts.parquet", "rejected.csv", "summary.json", "tiers.csv", "tiers.parquet")


@dataclass(frozen=True, slots=True)
class Job:
    """What was asked for; settings: the options that shape the result, as in manifest.json."""

    covers: Path
    advisories: tuple[Path, ...]
    ensembles: tuple[Path, ...]
    events: Path | None
    event: Path | None
    observed: Path | None
    losses: Path | None
    out: Path | None
    request: "StormRequest"
    settings: Mapping[str, Any]

    @property
    def inputs(self) -> dict[str, Path]:
        """Return the files read, by name."""
        named: dict[str, Path | None] = {"covers": self.covers}
        named |= {f"advisory_{k}": path for k, path in enumerate(self.advisories, 1)}
        named |= {f"ensemble_{k}": path for k, path in enumerate(self.ensembles, 1)}
        named |= {"event": self.event, "observed": self.observed, "losses": self.losses}
        if self.events is not None:
            from riskcloud.hazard.events import OUTPUTS as SET_FILES

            named |= {name: self.events / name for name in SET_FILES}
        ground = [] if self.request.layers is None else layer_inputs(self.request.layers)
        named |= {f"ground_{k}": path for k, path in enumerate(ground, 1)}
        return {name: path for name, path in named.items() if path is not None}


@dataclass(frozen=True, slots=True)
class Done:
    """What summary.json holds, the figures of the run, whether rows were set aside."""

    summary: Mapping[str, Any]
    figures: Mapping[str, Any]
    set_aside: bool


def run_job(job: Job) -> Done:
    """Read, compute and write everything."""
    from riskcloud.cli.meter import Meter
    from riskcloud.files import staged, write_json
    from riskcloud.report.parametric_outputs import write_parametric

    lang = str(job.settings["lang"])
    if job.out is not None:
        check_not_input((job.out / name for name in OUTPUTS), job.inputs.values())
    meter = Meter()
    with meter.stage("read"):
        covers, problems, compute = _read(job)
    with ExitStack() as stack:
        folder = None if job.out is None else stack.enter_context(
            staged(job.out, outputs=OUTPUTS))
        with meter.stage("compute"):
            found = compute(covers)
        summary = {**found.summary, "n_rejected": len(problems)}
        manifest = _manifest(job, found)
        if folder is not None:
            with meter.stage("write"):
                write_parametric(found, summary, folder, lang=lang)
                if problems:
                    from riskcloud.exposure.rejected import write_rejected

                    write_rejected(in_words(problems, lang), folder / "rejected.csv")
        figures: dict[str, Any] = meter.figures()
        if folder is not None:
            write_json({**summary, **figures}, folder / "summary.json")
            write_json({**manifest, **figures}, folder / "manifest.json")
    return Done({**summary, "manifest": manifest}, figures, bool(problems))


def _read(job: Job) -> "tuple[Covers, tuple[Problem, ...], Callable[[Covers], Found]]":
    """Read all files, the faults of all at once; return the covers and what computes payouts."""
    from riskcloud.exposure.covers import read_covers

    faults: list[InputError] = []
    lang, skip_bad = str(job.settings["lang"]), bool(job.settings["skip_bad"])
    covers: Covers | None = None
    try:
        with told_in(lang):
            covers, problems = read_covers(job.covers, skip_bad=skip_bad)
    except InputError as error:
        faults.append(error)
    compute: Callable[[Covers], Found] | None = None
    try:
        with told_in(lang):
            compute, more = _way(job, covers)
    except InputError as error:
        faults.append(error)
    if covers is None or compute is None:
        raise faults[0] if len(faults) == 1 else joined(faults)
    return covers, (*problems, *more), compute


def _way(job: Job, covers: "Covers | None",
         ) -> "tuple[Callable[[Covers], Found], tuple[Problem, ...]]":
    """Read what makes the indexes known; return what computes payouts from it."""
    from riskcloud.cli.terminal import progress

    settings = job.settings
    if job.advisories or job.ensembles:
        from riskcloud.analysis.parametric.run import run_storm

        outlook, _ = read_outlook(
            job.advisories, job.ensembles, agency=settings["agency"], storm=settings["storm"],
            issued_at=utc_time("--issued-at", settings["issued_at"]), anchored=True,
            skip_bad=settings["skip_bad"], lang=settings["lang"])

        def of_storm(covers: "Covers") -> "Found":
            with progress("parametric") as on_progress:
                return run_storm(covers, outlook, job.request, on_progress=on_progress)

        return of_storm, ()
    if job.events is not None:
        from riskcloud.analysis.parametric.basis_risk import event_set_losses
        from riskcloud.cli.parametric_events import of_event_set
        from riskcloud.hazard.events import read_events

        folder, events = job.events, read_events(job.events)
        losses = None if job.losses is None else event_set_losses(job.losses, events)
        return (lambda covers: of_event_set(covers, events, folder, job.request, settings,
                                            losses)), ()
    if job.event is not None:
        from riskcloud.analysis.parametric.shaking import run_quake
        from riskcloud.cli.quake_job import Asked, read_origins

        quake, grid = read_origins(Asked((job.event,), None, None, {}), None)[0][0]
        return (lambda covers: run_quake(covers, quake, grid, members=settings["members"],
                                         seed=settings["seed"])), ()
    return _readings(job, covers)


def _readings(job: Job, covers: "Covers | None",
              ) -> "tuple[Callable[[Covers], Found], tuple[Problem, ...]]":
    """Read what was observed; covers that cannot be read leave nothing to match it to."""
    from riskcloud.analysis.parametric.readings import run_readings
    from riskcloud.exposure.covers_observed import check_readings, read_readings

    assert job.observed is not None
    observed = job.observed
    if covers is None:
        check_readings(observed)
        return _nothing, ()
    readings, problems = read_readings(observed, covers,
                                       skip_bad=bool(job.settings["skip_bad"]))
    return (lambda covers: run_readings(covers, readings, observed.name)), problems


def _nothing(covers: "Covers") -> "Found":
    raise AssertionError("covers that could not be read")


def _manifest(job: Job, found: "Found") -> dict[str, Any]:
    from riskcloud.analysis.manifest import make_manifest

    return make_manifest(inputs=job.inputs, cards=found.cards, settings=job.settings)
