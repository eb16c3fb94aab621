"""The work of ``riskcloud climate map``: read, compute, write; files whole or not at all."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskcloud.cli.options import check_not_input

if TYPE_CHECKING:
    import pyarrow as pa

    from riskcloud.errors import Problem
    from riskcloud.geo.site_grid import SiteGrid
    from riskcloud.hazard.typhoon.surface import SurfaceLayers
    from riskcloud.types import EventSet, Floats, Sites

CARDS = (("wind", "default"), ("grades", "nathan_tropical_cyclone"),
         ("grades", "gbt_28591_2012"), ("wind_averaging", "harper_2010"))


@dataclass(frozen=True, slots=True)
class Job:
    """What was asked for, as the command line says it."""

    events: Path
    out: Path
    sites: Path | None
    grid: float | None
    area: str | None
    periods: tuple[float, ...]
    models: tuple[str, ...] | None
    scenarios: tuple[str, ...]
    layers: "SurfaceLayers"
    layer_files: tuple[Path, ...]
    height_m: float
    local: bool
    seed: int
    file_format: str
    lang: str
    skip_bad: bool = False


@dataclass(frozen=True, slots=True)
class Places:
    """Where the climate is wanted: the table as it came, its sites, the grid where it is one."""

    table: "pa.Table"
    sites: "Sites"
    grid: "SiteGrid | None"
    named: bool
    rejected: "tuple[Problem, ...]" = ()
    notes: tuple[str, ...] = ()


def run(job: Job) -> "tuple[dict[str, Any], tuple[Problem, ...]]":
    """Do the work; return what ``--json`` prints, and the rows of sites set aside."""
    from riskcloud.analysis.climate_table import summarise
    from riskcloud.analysis.wind_climate import ClimateRequest, wind_climate
    from riskcloud.cli.meter import Meter
    from riskcloud.cli.terminal import progress
    from riskcloud.files import staged, write_json
    from riskcloud.hazard.events import read_events
    from riskcloud.hazard.typhoon.climate.levels import check_periods
    from riskcloud.report.climate_outputs import OUTPUTS, write_climate

    meter = Meter()
    inputs = [path for path in (job.sites, *job.layer_files, *_set_files(job).values())
              if path is not None]
    check_not_input([job.out / name for name in OUTPUTS], inputs)
    with meter.stage("read"):
        events = read_events(job.events)
        check_periods(job.periods, events)
        places = _places(job, events)
    request = ClimateRequest(periods=job.periods, models=job.models, height_m=job.height_m,
                             layers=job.layers, seed=job.seed, annual_rate=_rates(job, events))
    with staged(job.out, outputs=OUTPUTS) as folder:
        with meter.stage("compute"), progress("climate map") as on_progress:
            climate = wind_climate(events, places.sites, request, local=job.local,
                                   on_progress=on_progress)
        summary = summarise(climate, events)
        summary |= {"n_rejected": len({one.row for one in places.rejected}),
                    "notes": list(places.notes)}
        with meter.stage("write"):
            write_json(_manifest(job), folder / "manifest.json")
            write_climate(climate, places.table, places.grid, summary, folder,
                          lang=job.lang, file_format=job.file_format, named=places.named)
        figures = meter.figures()
        write_json(summary | figures, folder / "summary.json")
    return summary | figures | {"out": str(job.out)}, places.rejected


def _places(job: Job, events: "EventSet") -> Places:
    """Return the sites of the file, or the cells of the grid."""
    import pyarrow as pa

    if job.sites is not None:
        from riskcloud.geo.sites_file import read_places

        file = read_places(job.sites, skip_bad=job.skip_bad)
        return Places(file.table, file.sites, None, file.id_column is not None, file.rejected,
                      file.notes)
    from riskcloud.errors import InputError
    from riskcloud.geo.site_grid import site_grid
    from riskcloud.hazard.typhoon.climate.area import Area

    said = events.facts.get("area") if job.area is None else job.area.split(",")
    try:
        west, south, east, north = (float(part) for part in said)  # type: ignore[union-attr]
    except (TypeError, ValueError) as error:
        raise InputError(f"--area {job.area}: expected four numbers W,S,E,N in degrees" if job.area
                         else "the event set names no area; give --area W,S,E,N") from error
    assert job.grid is not None
    grid = site_grid(*Area(west, south, east, north).bounds, job.grid)
    sites = grid.sites()
    return Places(pa.table({"lon": sites.lon, "lat": sites.lat}), sites, grid, False)


def _set_files(job: Job) -> dict[str, Path]:
    """Return the files of the event set, by name."""
    from riskcloud.hazard.events import OUTPUTS

    return {name: job.events / name for name in OUTPUTS}


def _rates(job: Job, events: "EventSet") -> dict[str, "Floats"]:
    """Return the annual rates of the scenarios asked for."""
    if not job.scenarios:
        return {}
    from riskcloud.hazard.typhoon.climate.scenarios import reweight

    return {name: reweight(events, name) for name in job.scenarios}


def _manifest(job: Job) -> dict[str, Any]:
    from riskcloud.analysis.manifest import make_manifest

    inputs = _set_files(job)
    if job.sites is not None:
        inputs["sites"] = job.sites
    inputs |= {f"layer_{k}": path for k, path in enumerate(job.layer_files, 1)}
    settings = {
        "grid_deg": job.grid, "area": job.area, "return_periods_yr": list(job.periods),
        "models": None if job.models is None else list(job.models),
        "climate": list(job.scenarios), "terrain": job.layers.terrain,
        "land_cover_scheme": job.layers.land_cover_scheme, "height_m": job.height_m,
        "local": job.local,
        "seed": job.seed, "format": job.file_format, "lang": job.lang}
    return make_manifest(inputs=inputs, cards=CARDS, settings=settings)

