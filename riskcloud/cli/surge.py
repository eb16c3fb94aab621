"""``riskcloud surge``: the water that a storm drives ashore, at a book's assets, and its cost."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskcloud.cli.books import PORTFOLIO_HELP, STORE, STORE_PATH
from riskcloud.cli.options import (
    DONE,
    JSON,
    LANG,
    SET_ASIDE,
    SKIP_BAD,
    check_choice,
    check_coordinates,
    check_heeded,
    check_lang,
    told_in,
    wind_model,
)

if TYPE_CHECKING:
    from riskcloud.analysis.surge.coast import SurgeRequest

DEM = Annotated[list[Path] | None, typer.Option(
    "--dem", help="Elevation of the ground, metres; repeat for tiles. Without it and without the "
    "column GroundElevation depths are unknown.")]


def surge(
    portfolio: Annotated[str, typer.Argument(help=PORTFOLIO_HELP)],
    track: Annotated[Path, typer.Argument(help="Best track or bulletin, any format.")],
    tide: Annotated[float | None, typer.Option(
        "--tide", help="Tide at the peak, m above the datum of the ground; default 0.")] = None,
    datum_shift: Annotated[float, typer.Option(
        "--datum-shift", help="m added to all water levels, to bring them to the ground's datum."),
    ] = 0.0,
    level: Annotated[str | None, typer.Option(
        "--level", help="FILE[:band] of water levels, taken as given.")] = None,
    level_unit: Annotated[str | None, typer.Option(
        "--level-unit", help="m, cm, mm, ft or in, of a level raster that names none.")] = None,
    depth: Annotated[str | None, typer.Option(
        "--depth", help="FILE[:band] of depths above the ground, taken as given.")] = None,
    depth_unit: Annotated[str | None, typer.Option(
        "--depth-unit", help="m, cm, mm, ft or in, of a depth raster that names none.")] = None,
    nodata: Annotated[str, typer.Option(
        "--nodata", help="auto, none, or the number that is no value.")] = "auto",
    nodata_dry: Annotated[bool, typer.Option(
        "--nodata-dry", help="Cells of the depth raster without a value are dry.")] = False,
    layer_crs: Annotated[str | None, typer.Option(
        "--layer-crs", "--crs", help="Reference system of a raster that names none.")] = None,
    dem: DEM = None,
    model: Annotated[str, typer.Option("--model", help="Wind model.")] = "holland_2008",
    agency: Annotated[str | None, typer.Option("--agency", help="Which agency's fixes.")] = None,
    storm: Annotated[str | None, typer.Option("--storm", help="Id or name of the storm.")] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder to write to.")] = Path("out"),
    skip_bad: SKIP_BAD = False,
    coordinates: Annotated[str | None, typer.Option(
        "--coordinates", help="WGS84, GCJ-02 or BD-09 for rows that do not say it.")] = None,
    store: STORE = STORE_PATH,
    lang: LANG = "zh",
    as_json: JSON = False,
) -> int:
    """Storm surge as a screen: level along the coast, depth at each location, losses, a page.

    Inverse barometer, wind over the shelf and the current along the coast; inland by distance and
    ground. A raster of levels or depths is taken as given.
    """
    from riskcloud.cli.surge_job import Job, run_job
    from riskcloud.files import to_json

    check_lang(lang)
    check_coordinates(coordinates)
    model = wind_model("--model", model)
    _check_usage(tide, level, level_unit, depth, depth_unit, nodata)
    check_heeded({"--nodata-dry": nodata_dry}, "--depth", bool(depth))
    check_heeded({"--nodata": nodata != "auto", "--layer-crs": layer_crs is not None},
                 "--level or --depth", bool(level or depth))
    check_heeded({"--datum-shift": bool(datum_shift), "--dem": bool(dem)},
                 "water levels, not with --depth", not depth)
    settings = {"tide_m": tide or 0.0, "datum_shift_m": datum_shift, "level_unit": level_unit,
                "depth_unit": depth_unit, "nodata": nodata, "nodata_dry": nodata_dry,
                "layer_crs": layer_crs, "wind_model": model, "agency": agency, "storm": storm,
                "skip_bad": skip_bad, "coordinates": coordinates, "lang": lang}
    with told_in(lang, whole=True):
        request = _request(settings, level, depth, tuple(dem or ()))
        done = run_job(Job(portfolio, store, track, request, out, settings))
    if as_json:
        typer.echo(to_json({**done.result.summary, **done.figures, "out": str(out)}))
    else:
        from riskcloud.cli.surge_terminal import print_surge

        print_surge(done.result, done.figures, out, lang)
    return SET_ASIDE if done.set_aside else DONE


def _check_usage(tide: float | None, level: str | None, level_unit: str | None, depth: str | None,
                 depth_unit: str | None, nodata: str) -> None:
    """Raise the error of wrong usage: what does not go together, what is no unit or number."""
    from riskcloud.hazard.flood.depth_files import UNITS

    if level and depth:
        raise typer.BadParameter("give --level or --depth, not both")
    given = "--level" if level else "--depth" if depth else ""
    if given and tide is not None:
        raise typer.BadParameter(f"--tide with {given}: the raster holds the tide")
    for option, unit, raster in (("--level-unit", level_unit, level),
                                 ("--depth-unit", depth_unit, depth)):
        if unit is not None:
            check_choice(option, unit, UNITS)
            if not raster:
                raise typer.BadParameter(f"{option}: give its raster")
    if nodata not in ("auto", "none"):
        try:
            float(nodata)
        except ValueError as error:
            raise typer.BadParameter(f"--nodata {nodata}: expected auto, none or a number"
                                     ) from error


def _request(settings: Mapping[str, Any], level: str | None, depth: str | None,
             dem: tuple[Path, ...]) -> "SurgeRequest":
    """Return the request; files are opened where they are used."""
    from riskcloud.analysis.surge.coast import SurgeRequest
    from riskcloud.geo.overlay.stated import Stated
    from riskcloud.hazard.flood.depth_files import DepthRasters, parse_depths
    from riskcloud.hazard.typhoon.surge.given import LevelRaster

    stated = Stated(crs=settings["layer_crs"], nodata=settings["nodata"])
    return SurgeRequest(
        settings["tide_m"], settings["datum_shift_m"],
        None if level is None else LevelRaster(level, settings["level_unit"], stated),
        None if depth is None else DepthRasters(
            parse_depths([depth]), stated, settings["depth_unit"], settings["nodata_dry"]),
        dem, settings["wind_model"])
