"""The work of ``riskcloud hazard``: read, compute, write; files whole or not at all."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskcloud.cli.options import check_not_input
from riskcloud.units import KM

if TYPE_CHECKING:
    from riskcloud.analysis.hazard.profile import HazardProfile, ProfileRequest
    from riskcloud.errors import Problem
    from riskcloud.exposure.claims import Claims
    from riskcloud.geo.overlay.stated import Stated
    from riskcloud.geo.sites_file import SitesFile
    from riskcloud.hazard.flood.waterlogging import WaterloggingPoints
    from riskcloud.hazard.rain.frequency import PlacedSample
    from riskcloud.hazard.rain.history import RainDays
    from riskcloud.types import Sites, Track

MOST_IN_JSON = 20
"""Sites told whole in --json; of more the grades stand there, the rest in hazard.csv. Ours."""
SAME_NAME = ("{n} site(s) have the name of an earlier one: tell them apart by their order in the "
             "file")
CARDS = (("seismicity", "china"), ("code_seismic", "gb50011_2010"), ("site_class", "gb_50011"),
         ("wind_climate", "south_china"), ("code_wind", "gb50009_2012"),
         ("storm_history", "wp"), ("earthquake_history", "china"))


@dataclass(frozen=True, slots=True)
class Job:
    """What was asked for, as the command line says it."""

    lon: float | None
    lat: float | None
    name: str
    sites: Path | None
    coordinates: str | None
    periods: tuple[float, ...]
    site_class: str
    depth: tuple[str, ...]
    surge: tuple[str, ...]
    lightning: str
    landslide: str
    stated: "Stated"
    depth_unit: str | None
    nodata_dry: bool
    rain_record: Path | None
    rain_record_at: str
    rain_reach_km: float | None
    tracks: tuple[Path, ...]
    history: bool
    waterlogging: Path | None
    claims: Path | None
    skip_bad: bool
    lang: str
    out: Path | None


def run(job: Job) -> "tuple[dict[str, Any], tuple[Problem, ...]]":
    """Do the work; return what ``--json`` prints, and the rows of sites set aside."""
    import riskcloud.hazard.earthquake.place  # before the meter, with all they import
    import riskcloud.hazard.rain.frequency  # noqa: F401
    from riskcloud.analysis.hazard.profile import hazard_profile, prepare
    from riskcloud.cli.meter import Meter
    from riskcloud.files import staged, write_json

    if job.history:
        import riskcloud.analysis.hazard.events  # noqa: F401
    if job.out is not None:
        import geopandas  # noqa: F401
        import matplotlib.figure  # noqa: F401
    from riskcloud.report.hazard_outputs import OUTPUTS, write_hazard

    meter = Meter()
    with meter.stage("read"):
        sites, file = _sites(job)
        request, inputs = _request(job, sites, file)
    if job.out is not None:
        check_not_input([job.out / name for name in OUTPUTS], inputs.values())
    with meter.stage("load"):
        prepare(request)
    with meter.stage("compute"):
        profile = hazard_profile(sites, request)
    said = _said(profile, job, file)
    said["manifest"] = _manifest(job, inputs)
    if job.out is not None:
        with staged(job.out, outputs=OUTPUTS) as folder:
            with meter.stage("write"):
                write_hazard(profile, said, folder, lang=job.lang,
                             named=job.sites is None or (
                                 file is not None and file.id_column is not None))
            write_json({**said["manifest"], **meter.figures()}, folder / "manifest.json")
    said |= meter.figures() | {"out": None if job.out is None else str(job.out)}
    lists = (file, request.waterlogging, request.claims)
    return said, tuple(problem for one in lists if one is not None for problem in one.rejected)


def _sites(job: Job) -> "tuple[Sites, SitesFile | None]":
    """Return the place of the command line or the sites of the file, in WGS84."""
    from riskcloud.geo.sites_file import one_site, read_places

    if job.sites is not None:
        file = read_places(job.sites, skip_bad=job.skip_bad)
        return file.sites, file
    assert job.lon is not None and job.lat is not None
    return one_site(job.lon, job.lat, name=job.name, system=job.coordinates), None


def _request(job: Job, sites: "Sites", file: "SitesFile | None",
             ) -> "tuple[ProfileRequest, dict[str, Path]]":
    """Return what to compute, and the files that it reads."""
    from riskcloud.analysis.hazard.profile import ProfileRequest
    from riskcloud.geo.overlay.layers import parse_layer
    from riskcloud.hazard.flood.depth_files import DepthRasters, parse_depths

    stacks = {name: DepthRasters(parse_depths(given), job.stated, job.depth_unit, job.nodata_dry)
              if given else None for name, given in (("depth", job.depth), ("surge", job.surge))}
    single = {name: parse_layer(given) if given else None
              for name, given in (("lightning", job.lightning), ("landslide", job.landslide))}
    inputs = {f"{name}_{k}": spec.path for name, stack in stacks.items() if stack is not None
              for k, spec in enumerate(stack.specs, 1)}
    inputs |= {name: spec.path for name, spec in single.items() if spec is not None}
    inputs |= {f"tracks_{k}": path for k, path in enumerate(job.tracks, 1)}
    inputs |= {name: path for name, path in (
        ("sites", job.sites), ("rain_record", job.rain_record),
        ("waterlogging", job.waterlogging), ("claims", job.claims)) if path is not None}
    records, gauges = _records(job, sites)
    request = ProfileRequest(
        periods=job.periods, site_class=_site_class(job, file), records=records, gauges=gauges,
        depth=stacks["depth"], surge=stacks["surge"], lightning=single["lightning"],
        landslide=single["landslide"], stated=job.stated,
        history=job.history, tracks=_tracks(job), waterlogging=_waterlogging(job),
        claims=_claims(job),
        rain_reach_m=None if job.rain_reach_km is None else job.rain_reach_km * KM)
    return request, inputs


def _site_class(job: Job, file: "SitesFile | None") -> Any:
    """Return the class of each site: its own in the file, else the one of the command line."""
    import numpy as np

    from riskcloud.errors import InputError, Problem
    from riskcloud.hazard.earthquake.site import CLASSES, parse_site_class

    if job.site_class:
        try:
            parse_site_class(job.site_class)
        except InputError as error:
            raise InputError("1 site(s) with an unknown class", [Problem(
                0, "--site-class", job.site_class,
                f"expected one of {', '.join(CLASSES)}")]) from error
    if file is None or file.site_class is None:
        return job.site_class or None
    return np.where(file.site_class == "", job.site_class, file.site_class)


def _tracks(job: Job) -> "tuple[Track, ...]":
    """Return the storms of the user's track files."""
    from riskcloud.hazard.typhoon.track import read_tracks

    return tuple(track for path in job.tracks for track in read_tracks(path, fill=False))


def _waterlogging(job: Job) -> "WaterloggingPoints | None":
    from riskcloud.hazard.flood.waterlogging import read_waterlogging

    return None if job.waterlogging is None else read_waterlogging(
        job.waterlogging, skip_bad=job.skip_bad)


def _claims(job: Job) -> "Claims | None":
    from riskcloud.exposure.claims import read_claims

    return None if job.claims is None else read_claims(job.claims, skip_bad=job.skip_bad)


def _records(job: Job, sites: "Sites") -> "tuple[tuple[PlacedSample, ...], tuple[RainDays, ...]]":
    """Return the user's daily record as a sample and as days of rainstorm, at its place."""
    from riskcloud.errors import InputError
    from riskcloud.hazard.rain.frequency import given_record
    from riskcloud.hazard.rain.history import given_days

    if job.rain_record is None:
        if job.rain_record_at:
            raise InputError("--rain-record-at belongs to --rain-record")
        return (), ()
    lon, lat = _gauge_at(job, sites)
    path, skip_bad = job.rain_record, job.skip_bad
    return ((given_record(path, lon=lon, lat=lat, skip_bad=skip_bad),),
            (given_days(path, lon=lon, lat=lat, skip_bad=skip_bad),))


def _gauge_at(job: Job, sites: "Sites") -> tuple[float, float]:
    """Return where the user's gauge is; where nothing is said, at the only site."""
    from riskcloud.errors import InputError

    if job.rain_record_at:
        try:
            lon, lat = (float(part) for part in job.rain_record_at.split(","))
        except ValueError as error:
            raise InputError(f"--rain-record-at {job.rain_record_at}: expected LON,LAT in "
                             "degrees") from error
        return lon, lat
    if len(sites) == 1:
        return float(sites.lon[0]), float(sites.lat[0])
    raise InputError("--rain-record: say where the station is with --rain-record-at LON,LAT")


def _said(profile: "HazardProfile", job: Job, file: "SitesFile | None") -> dict[str, Any]:
    """Return what is told of the profile: whole of few sites, of many the grades."""
    from riskcloud.analysis.hazard.table import layers_used, profile_entry, site_entry

    n = len(profile.sites)
    entry = profile_entry if n <= MOST_IN_JSON else site_entry
    return {
        "n_sites": n, "n_rejected": 0 if file is None else len(
            {problem.row for problem in file.rejected}),
        "return_periods_yr": list(job.periods),
        "overall_rule": "the largest of the perils' grades; no_data where none is known",
        "layers": layers_used(profile), "sites": [entry(profile, i) for i in range(n)],
        "peril_notes": {one.peril: list(one.notes) for one in profile.perils},
        "notes": [*profile.notes, *(() if file is None else (*file.notes, *_twice(file)))]}


def _twice(file: "SitesFile") -> list[str]:
    """Say that sites share a name, which tables would not tell apart."""
    if file.id_column is None:
        return []
    n = len(file.sites) - len(set(file.sites.site_id.tolist()))
    return [SAME_NAME.format(n=n)] if n else []


def _manifest(job: Job, inputs: dict[str, Path]) -> dict[str, Any]:
    from riskcloud.analysis.hazard.grades import SCALES
    from riskcloud.analysis.manifest import make_manifest
    from riskcloud.catalog import list_cards

    cards = {("grades", name) for names in SCALES.values() for name in names}
    cards |= {(kind, name) for kind in ("rain_record", "design_rain") for name in list_cards(kind)}
    settings = {
        "lon": job.lon, "lat": job.lat, "name": job.name, "coordinates": job.coordinates,
        "return_periods_yr": list(job.periods), "site_class": job.site_class,
        "rain_record_at": job.rain_record_at, "rain_reach_km": job.rain_reach_km,
        "history": job.history, "depth_unit": job.depth_unit,
        "nodata": job.stated.nodata, "nodata_dry": job.nodata_dry, "layer_crs": job.stated.crs,
        "skip_bad": job.skip_bad, "lang": job.lang}
    return make_manifest(inputs=inputs, cards=[*cards, *CARDS], settings=settings)
