"""``riskcloud hazard``: what nature has done and can do at places, graded, with every source."""

from pathlib import Path
from typing import Annotated

import typer

from riskcloud.cli.options import (
    JSON,
    LANG,
    SKIP_BAD,
    check_coordinates,
    check_lang,
    set_aside,
    told_in,
)

RETURN_PERIODS = "10,50,100,475"
RASTER = "raster: [NAME=]FILE[@RETURN_PERIOD][:band]"


def hazard(
    lon: Annotated[float | None, typer.Option("--lon", help="Longitude of one place.")] = None,
    lat: Annotated[float | None, typer.Option("--lat", help="Its latitude.")] = None,
    name: Annotated[str, typer.Option("--name", help="What the place is called.")] = "",
    sites: Annotated[Path | None, typer.Option(
        "--sites", help="Or many: CSV or Parquet with lon and lat.")] = None,
    coordinates: Annotated[str | None, typer.Option(
        "--coordinates", "--source-crs",
        help="WGS84, GCJ-02 or BD-09, of --lon and --lat.")] = None,
    return_periods: Annotated[str, typer.Option(
        "--return-periods", help="Years, separated by commas.")] = RETURN_PERIODS,
    site_class: Annotated[str, typer.Option(
        "--site-class", help="Of GB 50011: I0, I1, II, III or IV; of a file its own column.")] = "",
    depth: Annotated[list[str] | None, typer.Option(
        "--depth", help=f"Flood depth, one {RASTER}; repeatable.")] = None,
    surge: Annotated[list[str] | None, typer.Option(
        "--surge", help=f"Depth of water from the sea, one {RASTER}; repeatable.")] = None,
    lightning: Annotated[str, typer.Option(
        "--lightning", help="Ground flashes per km2 and year, a raster.")] = "",
    landslide: Annotated[str, typer.Option(
        "--landslide", help="Landslide susceptibility, classes 1 to 5, a raster.")] = "",
    depth_unit: Annotated[str | None, typer.Option(
        "--depth-unit", help="m, cm, mm, ft or in, of depth files that do not say theirs.")] = None,
    nodata: Annotated[str, typer.Option(
        "--nodata", help="auto, none, or the number that is no value.")] = "auto",
    nodata_dry: Annotated[bool, typer.Option(
        "--nodata-dry", help="Depth cells without a value are dry (as JRC leaves them).")] = False,
    layer_crs: Annotated[str | None, typer.Option(
        "--layer-crs", help="Reference system of rasters that do not say theirs.")] = None,
    rain_record: Annotated[Path | None, typer.Option(
        "--rain-record", help="Daily rain of a station near, as rain-frequency reads it.")] = None,
    rain_record_at: Annotated[str, typer.Option(
        "--rain-record-at", metavar="LON,LAT", help="Where that station is; default the place.",
    )] = "",
    skip_bad: SKIP_BAD = False,
    lang: LANG = "zh",
    as_json: JSON = False,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for page and tables.")] = None,
) -> int:
    """Hazard profile of a place: grades, intensities by return period, history, sources.

    A peril without a layer at the place is graded "no data", never low.
    """
    from riskcloud.cli.hazard_job import Job, run
    from riskcloud.cli.rain_frequency import _numbers as numbers
    from riskcloud.geo.overlay.stated import Stated

    check_lang(lang)
    check_coordinates(coordinates)
    _check_layers(depth_unit, nodata)
    if (sites is None) == (lon is None and lat is None):
        raise typer.BadParameter("give either --lon and --lat, or --sites FILE")
    if sites is None and (lon is None or lat is None):
        raise typer.BadParameter("--lon and --lat belong together")
    if sites is not None and (coordinates or name):
        raise typer.BadParameter("--coordinates and --name are of one place; a file of sites says "
                                 "both in columns of its own")
    periods = numbers("--return-periods", return_periods)
    if not periods[0] > 1.0:
        raise typer.BadParameter("--return-periods: above 1 year")
    job = Job(lon=lon, lat=lat, name=name, sites=sites, coordinates=coordinates, periods=periods,
              site_class=site_class, depth=tuple(depth or ()), surge=tuple(surge or ()),
              lightning=lightning, landslide=landslide,
              stated=Stated(crs=layer_crs, nodata=nodata), depth_unit=depth_unit,
              nodata_dry=nodata_dry, rain_record=rain_record,
              rain_record_at=rain_record_at, skip_bad=skip_bad, lang=lang, out=out)
    with told_in(lang, whole=True):
        said, rejected = run(job)
    if as_json:
        from riskcloud.files import to_json

        typer.echo(to_json(said))
    else:
        from riskcloud.cli.hazard_terminal import print_hazard

        print_hazard(said, lang)
    return set_aside(rejected, None if out is None else out / "hazard.csv", lang)


def _check_layers(unit: str | None, nodata: str) -> None:
    """Raise the error of wrong usage for a unit or nodata that cannot be."""
    from riskcloud.cli.options import check_choice
    from riskcloud.hazard.flood.depth_files import UNITS

    if unit is not None:
        check_choice("--depth-unit", unit, UNITS)
    if nodata not in ("auto", "none"):
        try:
            float(nodata)
        except ValueError as error:
            raise typer.BadParameter(f"--nodata {nodata}: expected auto, none or a number"
                                     ) from error
