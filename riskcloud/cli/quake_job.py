"""The work of ``riskcloud quake``: read, compute, write; files whole or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskcloud.cli.books import Found, find_portfolio
from riskcloud.cli.options import check_not_input, in_words

if TYPE_CHECKING:
    import numpy as np

    from riskcloud.analysis.quake.holding import Holding
    from riskcloud.analysis.quake.run import QuakeResult
    from riskcloud.cli.meter import Meter
    from riskcloud.errors import Problem
    from riskcloud.types import Earthquake, ShakingGrid

OUTPUTS = ("branches.csv", "locations.csv", "locations.parquet", "manifest.json", "map.html",
           "policies.csv", "quake.html", "rejected.csv", "summary.json")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which earthquake: files with origins of it, or its values by hand (all None then)."""

    files: tuple[Path, ...]
    event_id: str | None
    uncertainty: Path | None
    by_hand: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Job:
    """What was asked for; settings: the options that shape the result, as in manifest.json."""

    portfolio: str
    store: Path
    asked: Asked
    out: Path
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """The result, the figures of the run, and whether rows were set aside."""

    result: "QuakeResult"
    figures: Mapping[str, Any]
    set_aside: bool


def run_job(job: Job) -> Done:
    """Read, compute and write everything of an earthquake's analysis."""
    from riskcloud.cli.meter import Meter
    from riskcloud.cli.terminal import progress
    from riskcloud.files import staged

    settings, asked = job.settings, job.asked
    found = find_portfolio(job.portfolio, job.store)
    files = {"portfolio": found.path, **{f"event_{k + 1}": path for k, path
                                         in enumerate(asked.files)}}
    files |= {"uncertainty": asked.uncertainty} if asked.uncertainty else {}
    check_not_input((job.out / name for name in OUTPUTS), files.values())
    models = settings["models"]
    origins, at_utc = read_origins(asked, models)
    from riskcloud.analysis.quake.ground import Source
    from riskcloud.analysis.quake.run import QuakeRequest, quake

    meter = Meter()
    request = QuakeRequest(settings["radius_km"], None if models is None else tuple(models),
                           settings["members"], settings["seed"])
    sources = tuple(Source(event, grid) for event, grid in origins)
    with meter.stage("read"):
        with progress("read") as on_read:
            holding, rejected = _read_holding(found, settings, on_read)
    with staged(job.out, outputs=OUTPUTS) as folder:
        with progress("quake") as on_progress, meter.stage("compute"):
            result = quake(holding, sources, request, at_utc, on_progress=on_progress)
        with meter.stage("write"):
            from riskcloud.report.quake_outputs import write_quake

            write_quake(result, folder, lang=settings["lang"])
            if rejected:
                from riskcloud.exposure.rejected import write_rejected

                write_rejected(in_words(rejected, settings["lang"]), folder / "rejected.csv")
        figures = _write_facts(result, found, files, settings, folder, meter)
    return Done(result, figures, bool(result.summary["portfolio"]["n_rejected"] and rejected))


def read_origins(asked: Asked, models: Sequence[str] | None
                 ) -> "tuple[list[tuple[Earthquake, ShakingGrid | None]], np.datetime64]":
    """Return origins, each with its ShakeMap or None, and when policies have to be in force.

    Raises
    ------
    InputError : faults of the files; origins of different earthquakes.
    """
    import numpy as np

    from riskcloud.errors import InputError
    from riskcloud.hazard.earthquake.formats import event_from_options, same_event

    if asked.files:
        origins = _origins_of_files(asked, models)
    else:
        origins = [(event_from_options(**asked.by_hand), None)]
    first = origins[0][0]
    for other, _ in origins[1:]:
        if not same_event(first, other):
            raise InputError(
                f"two earthquakes: {_told(first)}, and {_told(other)}. Origins of one lie "
                "within a minute and 100 km of each other. Run each by itself (--event-id chooses "
                "one of a file)")
    times = [event.time_utc for event, _ in origins if event.time_utc is not None]
    return origins, times[0] if times else np.datetime64("now", "s")


def _origins_of_files(asked: Asked, models: Sequence[str] | None
                      ) -> "list[tuple[Earthquake, ShakingGrid | None]]":
    """Return the origins in the files, file after file.

    An event id that one file has not chooses there the origin of the same earthquake: catalogues
    have ids of their own.
    """
    from riskcloud.errors import NotFoundError
    from riskcloud.hazard.earthquake.formats import read_events, same_event

    found: dict[int, list[tuple[Earthquake, ShakingGrid | None]]] = {}
    lacking: dict[int, NotFoundError] = {}
    for k, path in enumerate(asked.files):
        try:
            found[k] = _origins_of(path, asked, models)
        except NotFoundError as error:
            lacking[k] = error
    for k, absent in lacking.items():
        same = [event for event in read_events(asked.files[k]) for known in [*found.values()][:1]
                if same_event(known[0][0], event)]
        if not same:
            raise absent
        found[k] = [(same[0], None)]
    return [origin for k in sorted(found) for origin in found[k]]


def _origins_of(path: Path, asked: Asked, models: Sequence[str] | None
                ) -> "list[tuple[Earthquake, ShakingGrid | None]]":
    """Return the origins in a file: a ShakeMap, one event, or several origins of one event."""
    from riskcloud.errors import InputError
    from riskcloud.hazard.earthquake.formats import (
        is_shaking_grid,
        read_event,
        read_events,
        read_shaking_grid,
        same_event,
    )

    if models is None and is_shaking_grid(path):
        grid = read_shaking_grid(path, asked.uncertainty)
        return [(grid.event, grid)]
    if asked.uncertainty is not None:
        raise InputError("--uncertainty belongs to a ShakeMap grid given as --event, without "
                         "--model")
    if asked.event_id is not None:
        return [(read_event(path, asked.event_id), None)]
    events = read_events(path)
    if all(same_event(events[0], event) for event in events):
        return [(event, None) for event in events]
    return [(read_event(path), None)]  # several earthquakes: says which to choose from


def _told(event: Any) -> str:
    from riskcloud.hazard.earthquake.formats import described

    return f"{event.event_id or event.agency or 'one'} ({described(event)})"


def _read_holding(found: Found, settings: Mapping[str, Any], on_progress: Any
                  ) -> "tuple[Holding, tuple[Problem, ...]]":
    from riskcloud.analysis.quake.holding import BookHolding, FileHolding

    if found.book is not None:
        return BookHolding.of(found.book, on_progress=on_progress), ()
    from riskcloud.exposure.read import read_portfolio

    portfolio = read_portfolio(found.path, skip_bad=settings["skip_bad"],
                               coordinate_system=settings["coordinates"])
    return FileHolding.of(portfolio), portfolio.rejected


def _write_facts(result: "QuakeResult", found: Found, files: Mapping[str, Path],
                 settings: Mapping[str, Any], folder: Path, meter: "Meter") -> dict[str, Any]:
    """Write summary.json and manifest.json; return the figures of the run."""
    from riskcloud.analysis.manifest import make_manifest
    from riskcloud.cli.books import book_entry
    from riskcloud.files import write_json

    inputs = {name: path for name, path in files.items()
              if name != "portfolio" or found.book is None}
    weights = result.origins[0].weights
    manifest = {**make_manifest(inputs=inputs, cards=result.manifest["cards"], settings={
        **settings, "model_weights": dict(weights), "at_utc": f"{result.at_utc}Z"}),
        **book_entry(found)}
    figures: dict[str, Any] = meter.figures()
    write_json({**result.summary, **figures}, folder / "summary.json")
    write_json({**manifest, **figures}, folder / "manifest.json")
    return figures
