"""The work of ``riskcloud surge``: read, compute, write; files whole or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskcloud.cli.books import Found, book_entry, find_portfolio, read_found
from riskcloud.cli.options import check_not_input, in_words

if TYPE_CHECKING:
    from riskcloud.analysis.surge.coast import SurgeRequest
    from riskcloud.analysis.surge.run import SurgeResult
    from riskcloud.cli.meter import Meter

OUTPUTS = ("coast.csv", "locations.csv", "locations.parquet", "manifest.json", "rejected.csv",
           "summary.json", "surge.html")


@dataclass(frozen=True, slots=True)
class Job:
    """What was asked for; settings: the options that shape the result, as in manifest.json."""

    portfolio: str
    store: Path
    track: Path
    request: "SurgeRequest"
    out: Path
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """The result, the figures of the run, and whether rows were set aside."""

    result: "SurgeResult"
    figures: Mapping[str, Any]
    set_aside: bool


def run_job(job: Job) -> Done:
    """Read, compute and write everything of a surge."""
    from riskcloud.analysis.surge.run import surge
    from riskcloud.cli.meter import Meter
    from riskcloud.cli.terminal import progress
    from riskcloud.files import staged
    from riskcloud.hazard.typhoon.track import read_track

    found = find_portfolio(job.portfolio, job.store)
    files = {"portfolio": found.path, "track": job.track, **_rasters(job.request)}
    check_not_input((job.out / name for name in OUTPUTS), files.values())
    meter = Meter()
    with meter.stage("read"):
        track = read_track(job.track, agency=job.settings["agency"],
                           event_id=job.settings["storm"])
        portfolio = read_found(found, skip_bad=job.settings["skip_bad"],
                               coordinate_system=job.settings["coordinates"])
    facts = {"source": portfolio.source, "n_locations": len(portfolio),
             "n_rejected": portfolio.rejected_rows}
    with staged(job.out, outputs=OUTPUTS) as folder:
        with progress("surge") as on_progress, meter.stage("compute"):
            result = surge(portfolio, track, job.request, facts, on_progress=on_progress)
        with meter.stage("write"):
            from riskcloud.report.surge_outputs import write_surge

            write_surge(result, folder, lang=job.settings["lang"])
            if portfolio.rejected:
                from riskcloud.exposure.rejected import write_rejected

                write_rejected(in_words(portfolio.rejected, job.settings["lang"]),
                               folder / "rejected.csv")
        figures = _write_facts(result, found, files, job, folder, meter)
    return Done(result, figures, bool(portfolio.rejected))


def _rasters(request: "SurgeRequest") -> dict[str, Path]:
    """Return the files that water and ground are read from, but folders of tiles."""
    from riskcloud.geo.overlay.layers import parse_layer

    files = {f"dem_{k + 1}": path for k, path in enumerate(request.dem) if path.is_file()}
    if request.level is not None:
        files["level"] = parse_layer(request.level.text).path
    if request.depth is not None:
        files["depth"] = request.depth.specs[0].path
    return files


def _write_facts(result: "SurgeResult", found: Found, files: Mapping[str, Path], job: Job,
                 folder: Path, meter: "Meter") -> dict[str, Any]:
    """Write summary.json and manifest.json; return the figures of the run."""
    from riskcloud.analysis.manifest import make_manifest
    from riskcloud.files import write_json

    inputs = {name: path for name, path in files.items()
              if name != "portfolio" or found.book is None}
    manifest = {**make_manifest(inputs=inputs, cards=result.manifest["cards"],
                                settings=job.settings), **book_entry(found)}
    figures: dict[str, Any] = meter.figures()
    write_json({**result.summary, **figures}, folder / "summary.json")
    write_json({**manifest, **figures}, folder / "manifest.json")
    return figures
