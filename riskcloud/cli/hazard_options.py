"""Options of ``riskcloud hazard`` that name layers, and what the layers' files do not say."""

from pathlib import Path
from typing import Annotated

import typer

from riskcloud.cli.options import check_choice

DEPTH = Annotated[list[str] | None, typer.Option(
    "--depth", help="Flood depth, FILE[@RETURN_PERIOD][:band]; repeatable. Without @ the years are "
                    "read out of the name (rp00100).")]
SURGE = Annotated[list[str] | None, typer.Option(
    "--surge", help="Depth of water from the sea, as --depth; repeatable.")]
LIGHTNING = Annotated[str, typer.Option(
    "--lightning", help="Raster of ground flashes per km2 and year.")]
LANDSLIDE = Annotated[str, typer.Option(
    "--landslide", help="Raster of landslide susceptibility, classes 1 to 5.")]
DEPTH_UNIT = Annotated[str | None, typer.Option(
    "--depth-unit", help="m, cm, mm, ft or in, of depth files that do not say theirs.")]
NODATA = Annotated[str, typer.Option(
    "--nodata", help="auto, none, or the number that is no value.")]
NODATA_DRY = Annotated[bool, typer.Option(
    "--nodata-dry", help="Depth cells without a value are dry (as JRC leaves them).")]
LAYER_CRS = Annotated[str | None, typer.Option(
    "--layer-crs", help="Reference system of rasters that do not say theirs.")]
RAIN_RECORD = Annotated[Path | None, typer.Option(
    "--rain-record", help="Daily rain of a station near, as rain-frequency reads it.")]
RAIN_RECORD_AT = Annotated[str, typer.Option(
    "--rain-record-at", metavar="LON,LAT", help="Where that station is; default the place.")]
RAIN_REACH = Annotated[float | None, typer.Option(
    "--rain-reach", min=1.0, max=300.0,
    help="How far from a rain record it may speak for a place, km; default 25.")]
TRACKS = Annotated[list[Path] | None, typer.Option(
    "--tracks", help="Best tracks of later storms for the history, any format; repeatable.")]
WATERLOGGING = Annotated[Path | None, typer.Option(
    "--waterlogging", help="Points where water stood in streets, with depth, road and time.")]
CLAIMS = Annotated[Path | None, typer.Option(
    "--claims", help="Past claims with place, amount, currency, date and peril.")]
NO_HISTORY = Annotated[bool, typer.Option("--no-history", help="Leave past events out.")]


def check_layers(unit: str | None, nodata: str) -> None:
    """Raise the error of wrong usage for a unit or nodata that cannot be."""
    from riskcloud.hazard.flood.depth_files import UNITS

    if unit is not None:
        check_choice("--depth-unit", unit, UNITS)
    if nodata not in ("auto", "none"):
        try:
            float(nodata)
        except ValueError as error:
            raise typer.BadParameter(f"--nodata {nodata}: expected auto, none or a number"
                                     ) from error


def check_place(lon: float | None, lat: float | None, sites: Path | None, *, named: bool) -> None:
    """Raise the error of wrong usage unless either one place is given, or a file of sites."""
    if (sites is None) == (lon is None and lat is None):
        raise typer.BadParameter("give either --lon and --lat, or --sites FILE")
    if sites is None and (lon is None or lat is None):
        raise typer.BadParameter("--lon and --lat belong together")
    if sites is not None and named:
        raise typer.BadParameter("--coordinates and --name are of one place; a file of sites says "
                                 "both in columns of its own")
