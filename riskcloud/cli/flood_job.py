"""The work of ``riskcloud flood``: read, compute, write; files whole or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskcloud.cli.books import Found, book_entry, find_portfolio, read_found
from riskcloud.cli.flood_pluvial import files_of, screen_at, screen_outputs
from riskcloud.cli.options import check_not_input, in_words

if TYPE_CHECKING:
    from riskcloud.analysis.flood.losses import FloodExposure
    from riskcloud.analysis.flood.run import FloodResult
    from riskcloud.cli.meter import Meter
    from riskcloud.exposure.portfolio import Portfolio
    from riskcloud.hazard.flood.depth import SiteDepths
    from riskcloud.hazard.flood.depth_files import DepthRasters
    from riskcloud.hazard.flood.pluvial_sites import Screen

OUTPUTS = ("flood.html", "locations.csv", "locations.parquet", "losses.parquet", "manifest.json",
           "rejected.csv", "summary.json")


@dataclass(frozen=True, slots=True)
class Job:
    """What was asked for; settings: the options that shape the result, as in manifest.json."""

    portfolio: str
    store: Path
    water: "DepthRasters | Screen"
    out: Path
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """The result, the figures of the run, and whether rows were set aside."""

    result: "FloodResult"
    figures: Mapping[str, Any]
    set_aside: bool


def run_job(job: Job) -> Done:
    """Read, compute and write everything of an analysis of floods."""
    from riskcloud.analysis.flood.losses import flood_exposure
    from riskcloud.analysis.flood.run import flood
    from riskcloud.cli.meter import Meter
    from riskcloud.files import staged

    found = find_portfolio(job.portfolio, job.store)
    files = {"portfolio": found.path, **files_of(job.water)}
    outputs = (*OUTPUTS, *screen_outputs(job.water, job.out))
    check_not_input((job.out / name for name in outputs), files.values())
    meter = Meter()
    with meter.stage("read"):
        portfolio = read_found(found, skip_bad=job.settings["skip_bad"],
                               coordinate_system=job.settings["coordinates"])
    with staged(job.out, outputs=outputs) as folder:
        with meter.stage("compute"):
            exposure = flood_exposure(portfolio)
            depths = water_at(job, exposure, folder)
            result = flood(exposure, depths, _facts(portfolio))
        with meter.stage("write"):
            from riskcloud.report.flood_outputs import write_flood

            write_flood(result, folder, lang=job.settings["lang"])
            if portfolio.rejected:
                from riskcloud.exposure.rejected import write_rejected

                write_rejected(in_words(portfolio.rejected, job.settings["lang"]),
                               folder / "rejected.csv")
        figures = _write_facts(result, found, files, job, folder, meter)
    return Done(result, figures, bool(portfolio.rejected))


def water_at(job: Job, exposure: "FloodExposure", folder: Path) -> "SiteDepths":
    """Return the depth of water at the locations, by what was given; a screen is written, too."""
    from riskcloud.cli.terminal import progress
    from riskcloud.hazard.flood.depth import read_depths
    from riskcloud.hazard.flood.depth_files import DepthRasters

    with progress("depth") as on_progress:
        if isinstance(job.water, DepthRasters):
            return read_depths(job.water, exposure.lon, exposure.lat, on_progress=on_progress)
        return screen_at(job.water, exposure.lon, exposure.lat, folder, on_progress)


def _facts(portfolio: "Portfolio") -> dict[str, Any]:
    return {"source": portfolio.source, "n_locations": len(portfolio),
            "n_rejected": portfolio.rejected_rows}


def _write_facts(result: "FloodResult", found: Found, files: Mapping[str, Path], job: Job,
                 folder: Path, meter: "Meter") -> dict[str, Any]:
    """Write summary.json and manifest.json; return the figures of the run."""
    from riskcloud.analysis.manifest import make_manifest
    from riskcloud.files import write_json

    inputs = {name: path for name, path in files.items()
              if name != "portfolio" or found.book is None}
    manifest = {**make_manifest(inputs=inputs, cards=result.manifest["cards"], settings={
        **job.settings, "return_periods_yr": list(result.depths.period_yr)}), **book_entry(found)}
    figures: dict[str, Any] = meter.figures()
    write_json({**result.summary, **figures}, folder / "summary.json")
    write_json({**manifest, **figures}, folder / "manifest.json")
    return figures
