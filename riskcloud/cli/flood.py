"""``riskcloud flood``: depth of water at the assets of a book, and what it costs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from riskcloud.cli.books import PORTFOLIO_HELP, STORE, STORE_PATH
from riskcloud.cli.flood_pluvial import (
    CURVE_NUMBER,
    DEM,
    DRAINAGE,
    MOISTURE,
    RAIN,
    RAIN_UNIT,
    RainOptions,
)
from riskcloud.cli.options import (
    DONE,
    JSON,
    LANG,
    SET_ASIDE,
    SKIP_BAD,
    check_choice,
    check_coordinates,
    check_lang,
    told_in,
)

if TYPE_CHECKING:
    from riskcloud.hazard.flood.depth_files import DepthRasters


def flood(
    portfolio: Annotated[str, typer.Argument(help=PORTFOLIO_HELP)],
    depth: Annotated[list[str] | None, typer.Option(
        "--depth", help="FILE[@RETURN_PERIOD][:band] of depths; repeat for each return period. "
        "Without @ the years are read out of the name (rp00100); one without any is one flood."),
    ] = None,
    depth_unit: Annotated[str | None, typer.Option(
        "--depth-unit", help="m, cm, mm, ft or in, of files that do not say theirs.")] = None,
    nodata: Annotated[str, typer.Option(
        "--nodata", help="auto, none, or the number that is no value.")] = "auto",
    nodata_dry: Annotated[bool, typer.Option(
        "--nodata-dry", help="Cells without a value are dry (as JRC leaves them), not unknown."),
    ] = False,
    layer_crs: Annotated[str | None, typer.Option(
        "--layer-crs", "--crs", help="Reference system of rasters that do not say theirs.")] = None,
    rain: RAIN = None,
    dem: DEM = None,
    curve_number: CURVE_NUMBER = None,
    drainage_mm: DRAINAGE = None,
    rain_unit: RAIN_UNIT = None,
    moisture: MOISTURE = "II",
    out: Annotated[Path, typer.Option("--out", help="Folder to write to.")] = Path("out"),
    skip_bad: SKIP_BAD = False,
    coordinates: Annotated[str | None, typer.Option(
        "--coordinates", help="WGS84, GCJ-02 or BD-09 for rows that do not say it.")] = None,
    store: STORE = STORE_PATH,
    lang: LANG = "zh",
    as_json: JSON = False,
) -> int:
    """Read the depth of water at each location, and compute losses by return period and a year."""
    from riskcloud.cli.flood_job import Job, run_job
    from riskcloud.files import to_json

    check_lang(lang)
    check_coordinates(coordinates)
    given = RainOptions(rain, dem, curve_number, drainage_mm, rain_unit, moisture)
    given.check(depth)
    check_depth_usage(depth_unit, nodata)
    lost = [name for name, used in (
        ("--depth-unit", depth_unit), ("--nodata", nodata != "auto"), ("--nodata-dry", nodata_dry),
        ("--layer-crs", layer_crs)) if used]
    if rain and lost:
        raise typer.BadParameter(f"{', '.join(lost)}: of --depth, not of --rain")
    with told_in(lang, whole=True):
        water = (given.screen() if rain else
                 depth_rasters(depth or [], depth_unit, nodata, nodata_dry, layer_crs))
        settings = {"depth_unit": depth_unit, "nodata": nodata, "nodata_dry": nodata_dry,
                    "layer_crs": layer_crs, "skip_bad": skip_bad, "coordinates": coordinates,
                    "lang": lang, **given.settings()}
        done = run_job(Job(portfolio, store, water, out, settings))
    if as_json:
        typer.echo(to_json({**done.result.summary, **done.figures, "out": str(out)}))
    else:
        from riskcloud.cli.flood_terminal import print_flood

        print_flood(done.result, done.figures, out, lang)
    return SET_ASIDE if done.set_aside else DONE


def check_depth_usage(unit: str | None, nodata: str) -> None:
    """Raise the error of wrong usage for a unit or a number for no value that is none."""
    from riskcloud.hazard.flood.depth_files import UNITS

    if unit is not None:
        check_choice("--depth-unit", unit, UNITS)
    if nodata not in ("auto", "none"):
        try:
            float(nodata)
        except ValueError as error:
            raise typer.BadParameter(f"--nodata {nodata}: expected auto, none or a number"
                                     ) from error


def depth_rasters(depth: list[str], unit: str | None, nodata: str, nodata_dry: bool,
                  crs: str | None) -> "DepthRasters":
    """Return the rasters that ``--depth`` and its options ask for. Raises InputError."""
    from riskcloud.geo.overlay.stated import Stated
    from riskcloud.hazard.flood.depth_files import DepthRasters, parse_depths

    return DepthRasters(parse_depths(depth), Stated(crs=crs, nodata=nodata), unit, nodata_dry)
